"""The file of imports, written aside and put in place whole.

An import works on a copy, `.imports.sqlite.…`, which takes the file's place by one rename at
its end: a killed import, a full disk or a bad extract leaves what was there, and a store
that is open goes on with the file that it has. What killed imports left is swept by the next one.
A lock on `imports.lock`, which the system gives up with the process, keeps two from losing each
other's work.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from tools.errors import DataError
from tools.imports_file import DAMAGED, FILE_NAME, ORIGIN_TABLES, upgrade
from tools.place import City, Place
from tools.place_tables import (
    INDEXES,
    PLACE_COLUMNS,
    TABLES,
    TABLES_VERSION,
    city_from_row,
    delete_place,
    insert_city,
    insert_place,
    place_from_row,
)
from tools.travel import great_circle_metres

LOCK_NAME = "imports.lock"
SAME_METRES = 150
"""Two features of the same name and kind so close are one, mapped as a point and an area."""

SETTINGS = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -131072;"
"""No journal: what a crash spoils is a copy that nobody reads."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Written(Enum):
    """What came of a place."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Imports:
    """The copy of the imports that is being written. Use `replacing_imports`."""

    def __init__(self, connection: sqlite3.Connection, extract: str, as_of: str) -> None:
        self._connection = connection
        self._extract = extract
        self._known_cities: set[str] = set()
        last = connection.execute("SELECT max(number) FROM place").fetchone()[0]
        self._last_before = int(last or 0)
        self._run = int(
            connection.execute(
                "INSERT INTO run (extract, as_of, at) VALUES (?, ?, ?)",
                (extract, as_of, datetime.now(UTC).isoformat(timespec="seconds")),
            ).lastrowid
            or 0
        )

    def cities(self) -> list[City]:
        """Cities of earlier imports."""
        return [city_from_row(tuple(row)) for row in self._connection.execute("SELECT * FROM city")]

    def made_cities(self) -> dict[int, str]:
        """GeoNames number to `City.id` of cities that earlier imports made."""
        rows = self._connection.execute("SELECT geonameid, city FROM gazetteer_city")
        return {int(row["geonameid"]): str(row["city"]) for row in rows}

    def write(self, place: Place, city: City, version: int, wikidata: str, website: str) -> Written:
        """Adds a place, or makes an earlier one what it is now.

        A version older than what is kept changes nothing, nor does a newer month alone count
        as an update.
        """
        if city.id not in self._known_cities:
            insert_city(self._connection, city)
            self._known_cities.add(city.id)
        # the first import of all need not look for earlier places, only see that none comes twice
        row = self._row(place.id) if self._last_before else None
        if row is None:
            try:
                number = insert_place(self._connection, place)
            except sqlite3.IntegrityError:
                row = self._row(place.id)
                if row is None:
                    raise
            else:
                self._note(number, version, wikidata, website)
                return Written.ADDED
        number, old = int(row["number"]), place_from_row(row)
        if 0 < version < row["version"]:
            self._connection.execute(
                "UPDATE origin SET run = ? WHERE number = ?", (self._run, number)
            )
            return Written.UNCHANGED
        as_of = max(old.as_of, place.as_of)
        same = replace(old, as_of=as_of) == replace(place, as_of=as_of)
        if same:
            self._connection.execute("UPDATE place SET as_of = ? WHERE number = ?", (as_of, number))
        else:
            delete_place(self._connection, old, number)
            insert_place(self._connection, place, number)
        self._note(number, version, wikidata, website)
        return Written.UNCHANGED if same else Written.UPDATED

    def drop(self, id: str) -> bool:
        """Takes out a place of an earlier import, if there is one of this id."""
        row = self._row(id) if self._last_before else None
        if row is not None:
            self._delete(row)
        return row is not None

    def drop_gone(self, box: tuple[float, float, float, float] | None) -> int:
        """Takes out what an earlier extract of this name had and this one lacks; how many.

        Only what lies in its box (south, north, west, east), so that another region's extract
        that bears the same name does no harm; nothing without a box.
        """
        if box is None:
            return 0
        rows = self._connection.execute(
            f"SELECT place.number, version, {PLACE_COLUMNS} FROM origin JOIN place USING (number) "
            "WHERE extract = ? AND run < ? AND lat BETWEEN ? AND ? AND lon BETWEEN ? AND ?",
            (self._extract, self._run, *box),
        ).fetchall()
        for row in rows:
            self._delete(row)
        return len(rows)

    def drop_doubles(self) -> tuple[int, int]:
        """Takes out all but one of features that stand for the same place.

        The most important stays, an area before a point.

        Returns:
            How many of those added now went, and how many of those there before.
        """
        self._build_indexes()
        groups = self._connection.execute(
            "SELECT group_concat(number) AS numbers FROM place GROUP BY city, category, name "
            "HAVING count(*) > 1"
        ).fetchall()
        new = old = 0
        for group in groups:
            numbers = group["numbers"]
            rows = self._connection.execute(
                f"SELECT number, {PLACE_COLUMNS} FROM place WHERE number IN ({numbers})"
            ).fetchall()
            kept: list[Place] = []
            for row in sorted(rows, key=_first_kept):
                place = place_from_row(row)
                if any(
                    great_circle_metres(place.coordinates, other.coordinates) <= SAME_METRES
                    for other in kept
                ):
                    self._delete(row)
                    new += row["number"] > self._last_before
                    old += row["number"] <= self._last_before
                else:
                    kept.append(place)
        return new, old

    def finish(self, made: dict[int, str]) -> None:
        """Notes the cities made and forgets those that nothing belongs to any more."""
        self._build_indexes()
        self._connection.executemany(
            "INSERT OR REPLACE INTO gazetteer_city VALUES (?, ?)", made.items()
        )
        self._connection.execute(
            "DELETE FROM city WHERE NOT EXISTS (SELECT 1 FROM place WHERE place.city = city.id)"
        )
        self._connection.execute(
            "DELETE FROM gazetteer_city WHERE city NOT IN (SELECT id FROM city)"
        )
        self._connection.execute("INSERT INTO place_text (place_text) VALUES ('optimize')")

    def sizes(self) -> list[tuple[str, int]]:
        """Cities' names with how many places each has now, most first."""
        rows = self._connection.execute(
            "SELECT city.name, count(*) AS n FROM place JOIN city ON city.id = place.city "
            "GROUP BY city.id ORDER BY n DESC, city.name"
        )
        return [(str(row["name"]), int(row["n"])) for row in rows]

    def _build_indexes(self) -> None:
        """After the many rows of a first import; later ones have them already."""
        for statement in INDEXES.split(";"):  # `executescript` would commit
            self._connection.execute(statement)

    def _row(self, id: str) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._connection.execute(
            f"SELECT place.number, version, {PLACE_COLUMNS} FROM place JOIN origin USING (number) "
            "WHERE id = ?",
            (id,),
        ).fetchone()
        return found

    def _note(self, number: int, version: int, wikidata: str, website: str) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO origin VALUES (?, ?, ?, ?, ?, ?)",
            (number, version, self._extract, self._run, wikidata, website),
        )

    def _delete(self, row: sqlite3.Row) -> None:
        delete_place(self._connection, place_from_row(row), row["number"])
        self._connection.execute("DELETE FROM origin WHERE number = ?", (row["number"],))


@contextmanager
def replacing_imports(home: Path, extract: str, as_of: str) -> Iterator[Imports]:
    """A copy of the imports to write to, which takes their place when the block ends well.

    Args:
        home: the cache directory; created when missing.
        extract: what the extract is called in this and later versions.
        as_of: its month.

    Raises:
        DataError: another import is at work, the folder can't be written, or the disk is full;
            nothing has changed then.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _locked(home / LOCK_NAME):
            copy = _copy(home)
            try:
                with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
                    connection.row_factory = sqlite3.Row
                    connection.executescript(SETTINGS)
                    if copy.stat().st_size == 0:
                        connection.executescript(TABLES + ORIGIN_TABLES)
                        connection.execute(f"PRAGMA user_version = {TABLES_VERSION}")
                    connection.execute("BEGIN")
                    yield Imports(connection, extract, as_of)
                    if connection.in_transaction:
                        connection.execute("COMMIT")
                _put_in_place(copy, home / FILE_NAME)
            finally:
                with suppress(OSError):
                    copy.unlink()
    except (OSError, sqlite3.Error) as error:
        raise DataError(_sentence(error, home)) from error


def _copy(home: Path) -> Path:
    for left in home.glob(f".{FILE_NAME}.*"):  # by killed imports: this one holds the lock
        left.unlink()
    handle, name = tempfile.mkstemp(dir=home, prefix=f".{FILE_NAME}.")
    os.close(handle)
    copy, file = Path(name), home / FILE_NAME
    try:
        if file.exists():
            upgrade(file)
            if _readable(file):
                shutil.copyfile(file, copy)
            else:
                file.replace(file.with_name(FILE_NAME + DAMAGED))
    except BaseException:
        copy.unlink()
        raise
    return copy


def _readable(file: Path) -> bool:
    """Whether it is sound and of this version; here a full check is worth its time."""
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            sound = connection.execute("PRAGMA quick_check (1)").fetchone()[0]
    except sqlite3.DatabaseError:
        return False
    return bool(version == TABLES_VERSION and sound == "ok")


def _put_in_place(copy: Path, file: Path) -> None:
    """Not before all of it is on the disk: a power cut must not leave a renamed empty file."""
    with copy.open("rb") as stream:
        os.fsync(stream.fileno())
    copy.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataError(
                "Another import is at work on this place store; wait until it is done."
            ) from error
        yield


def _first_kept(row: sqlite3.Row) -> tuple[int, bool, int]:
    return -row["importance"], row["id"].startswith("osm-n"), row["number"]


def _sentence(error: Exception, home: Path) -> str:
    full = isinstance(error, OSError) and error.errno in _FULL
    if full or "full" in str(error) or "disk I/O" in str(error):
        return (
            f"There is no room left on the disk of {home} for this import; free some, or set "
            "TRIPWRIGHT_HOME to a bigger one (the store is as it was)."
        )
    return (
        f"The imported places in {home} can't be written ({error}); "
        "set TRIPWRIGHT_HOME to a folder that can."
    )
