"""The place store's file: its schema, how it is built, and how it is trusted.

The file is a cache of the catalogue: whatever is wrong with it, building it anew is right.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from tools.catalogue_files import CityFile, catalogue_files, catalogue_hash, load_city_file
from tools.errors import DataError
from tools.names import fold
from tools.place import Category, City, Coordinates, Diet, Interest, MealKind, Place

SCHEMA_VERSION = 1
"""Kept in `PRAGMA user_version`; a file of another version is built anew."""

FILE_NAME = "places.sqlite"

_LINES = "\n"
"""Parts the members of a list kept in one column; no name holds it (`fold` would drop it)."""

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE city (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, lat REAL NOT NULL,
    lon REAL NOT NULL, timezone TEXT NOT NULL, currency TEXT NOT NULL, radius_km REAL NOT NULL
);
CREATE TABLE place (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    category TEXT NOT NULL, lat REAL NOT NULL, lon REAL NOT NULL,
    city TEXT NOT NULL REFERENCES city (id), minutes INTEGER NOT NULL, hours TEXT NOT NULL,
    price REAL NOT NULL, importance INTEGER NOT NULL, interests TEXT NOT NULL,
    kids INTEGER NOT NULL, step_free INTEGER NOT NULL, local_name TEXT NOT NULL,
    aliases TEXT NOT NULL, cuisine TEXT NOT NULL, meals TEXT NOT NULL, diets TEXT NOT NULL,
    summary TEXT NOT NULL, source TEXT NOT NULL, as_of TEXT NOT NULL, confidence TEXT NOT NULL
);
CREATE INDEX place_city ON place (city, importance DESC);
CREATE VIRTUAL TABLE place_text USING fts5 (names, words, tokenize = 'unicode61');
CREATE VIRTUAL TABLE place_area USING rtree (number, south, north, west, east);
"""

PLACE_COLUMNS = (
    "id, name, category, lat, lon, city, minutes, hours, price, importance, interests, kids, "
    "step_free, local_name, aliases, cuisine, meals, diets, summary, source, as_of, confidence"
)
"""In the order that `place_from_row` reads."""

_log = logging.getLogger(__name__)


def open_or_build(folder: Path, catalogue: Path) -> sqlite3.Connection:
    """A read-only connection to a store that matches the catalogue, built when it does not.

    A missing file is built; one of an older catalogue or schema is rebuilt; a damaged one is
    rebuilt with a warning in the log. Building happens in a temporary file that then takes the
    old one's place, so that neither a crash nor a second process ever shows half a store.

    Args:
        folder: the cache directory; created when missing.
        catalogue: the folder of the city files.

    Returns:
        A connection that may be used from any thread, by one at a time.

    Raises:
        DataError: a city file is wrong, or the store can be neither read nor written.
    """
    files = catalogue_files(catalogue)
    wanted = catalogue_hash(files)
    path = folder / FILE_NAME
    if path.exists():
        try:
            if connection := _current(path, wanted):
                return connection
        except sqlite3.DatabaseError as error:
            _log.warning("The place store %s is damaged (%s) and is built anew.", path, error)
    cities = [load_city_file(file) for file in files]
    try:
        _build(path, cities, wanted)
        return _connect(path)
    except (OSError, sqlite3.Error) as error:
        raise DataError(
            f"The place store {path} can be neither read nor written ({error}); "
            "set TRIPWRIGHT_HOME to a folder that can."
        ) from error


def city_from_row(row: tuple[str, str, str, float, float, str, str, float]) -> City:
    """A row of `SELECT * FROM city`."""
    ident, name, country, lat, lon, timezone, currency, radius_km = row
    return City(ident, name, country, Coordinates(lat, lon), timezone, currency, radius_km)


def place_from_row(row: sqlite3.Row) -> Place:
    """A row with `PLACE_COLUMNS`, by name."""
    return Place(
        id=row["id"],
        name=row["name"],
        category=Category(row["category"]),
        coordinates=Coordinates(row["lat"], row["lon"]),
        city=row["city"],
        minutes=row["minutes"],
        hours=row["hours"],
        price=row["price"],
        importance=row["importance"],
        interests=frozenset(map(Interest, row["interests"].split())),
        good_for_kids=bool(row["kids"]),
        step_free=bool(row["step_free"]),
        local_name=row["local_name"],
        aliases=tuple(filter(None, row["aliases"].split(_LINES))),
        cuisine=row["cuisine"],
        meals=frozenset(map(MealKind, row["meals"].split())),
        diets=frozenset(map(Diet, row["diets"].split())),
        summary=row["summary"],
        source=row["source"],
        as_of=row["as_of"],
        confidence=row["confidence"],
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    return connection


def _current(path: Path, wanted: str) -> sqlite3.Connection | None:
    """A connection if schema and catalogue match; sqlite3.DatabaseError for a damaged file."""
    connection = _connect(path)
    try:
        if _matches(connection, wanted):
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


def _matches(connection: sqlite3.Connection, wanted: str) -> bool:
    if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
        return False
    if (report := connection.execute("PRAGMA quick_check (1)").fetchone()[0]) != "ok":
        raise sqlite3.DatabaseError(report)
    row = connection.execute("SELECT value FROM meta WHERE key = 'catalogue'").fetchone()
    return row is not None and row[0] == wanted


def _build(path: Path, cities: Iterable[CityFile], catalogue: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        with closing(sqlite3.connect(name)) as connection, connection:
            connection.executescript(f"PRAGMA user_version = {SCHEMA_VERSION}; {_SCHEMA}")
            connection.execute("INSERT INTO meta VALUES ('catalogue', ?)", (catalogue,))
            for entry in cities:
                _insert_city(connection, entry)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def _insert_city(connection: sqlite3.Connection, entry: CityFile) -> None:
    c = entry.city
    connection.execute(
        "INSERT INTO city VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (c.id, c.name, c.country, *c.coordinates, c.timezone, c.currency, c.radius_km),
    )
    for place in entry.places:
        number = connection.execute(
            f"INSERT INTO place ({PLACE_COLUMNS}) VALUES ({', '.join('?' * 22)})", _row(place)
        ).lastrowid
        lat, lon = place.coordinates
        connection.execute(
            "INSERT INTO place_area VALUES (?, ?, ?, ?, ?)", (number, lat, lat, lon, lon)
        )
        # Folded on both sides, FTS5 need not know about accents or apostrophes.
        names = fold(" ".join((place.name, place.local_name, *place.aliases)))
        words = (place.category, place.cuisine, *place.interests, *place.diets, place.summary)
        connection.execute(
            "INSERT INTO place_text (rowid, names, words) VALUES (?, ?, ?)",
            (number, names, fold(" ".join(words))),
        )


def _row(place: Place) -> tuple[str | int | float, ...]:
    return (
        place.id,
        place.name,
        place.category.value,
        *place.coordinates,
        place.city,
        place.minutes,
        place.hours,
        place.price,
        place.importance,
        " ".join(sorted(place.interests)),
        place.good_for_kids,
        place.step_free,
        place.local_name,
        _LINES.join(place.aliases),
        place.cuisine,
        " ".join(sorted(place.meals)),
        " ".join(sorted(place.diets)),
        place.summary,
        place.source,
        place.as_of,
        place.confidence,
    )
