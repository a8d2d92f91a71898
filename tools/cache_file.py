"""SQLite files that are caches: built from data that ships, replaced whenever in doubt."""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from tools.errors import DataError

_log = logging.getLogger(__name__)


def open_cache(
    path: Path, *, version: int, source: str, build: Callable[[sqlite3.Connection], None]
) -> sqlite3.Connection:
    """A read-only connection to a file that is of this version and made from this source.

    A missing file is built; one of another version or source is replaced; a damaged one is
    replaced with a warning in the log. Building happens in a temporary file that then takes the
    old one's place, so that neither a crash nor a second process ever shows half a file.

    Args:
        path: the file; its folder is created when missing.
        version: of the schema, kept in `PRAGMA user_version`.
        source: what tells this source's contents from any other's, such as a hash.
        build: fills an empty database; may raise DataError, then nothing is written.

    Returns:
        A connection whose rows are `sqlite3.Row`, usable from any thread, by one at a time.

    Raises:
        DataError: the file can be neither read nor written, or raised by `build`.
    """
    if path.exists():
        try:
            if connection := _current(path, version, source):
                return connection
        except sqlite3.DatabaseError as error:
            _log.warning("The file %s is damaged (%s) and is built anew.", path, error)
    try:
        _write(path, version, source, build)
        return _connect(path)
    except (OSError, sqlite3.Error) as error:
        raise DataError(
            f"The file {path} can be neither read nor written ({error}); "
            "set TRIPWRIGHT_HOME to a folder that can."
        ) from error


def discard(connection: sqlite3.Connection) -> None:
    """Removes the file of an open cache that gave wrong answers, so that it is built anew.

    `open_cache` finds torn pages, but not every flipped bit in what they hold.
    """
    with suppress(sqlite3.Error, OSError):
        for _, name, file in connection.execute("PRAGMA database_list").fetchall():
            if name == "main" and file:
                Path(file).unlink()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    return connection


def _current(path: Path, version: int, source: str) -> sqlite3.Connection | None:
    """A connection if version and source match; sqlite3.DatabaseError for a damaged file."""
    connection = _connect(path)
    try:
        if _matches(connection, version, source):
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    return None


def _matches(connection: sqlite3.Connection, version: int, source: str) -> bool:
    if connection.execute("PRAGMA user_version").fetchone()[0] != version:
        return False
    if (report := connection.execute("PRAGMA quick_check (1)").fetchone()[0]) != "ok":
        raise sqlite3.DatabaseError(report)
    row = connection.execute("SELECT value FROM meta WHERE key = 'source'").fetchone()
    return row is not None and row[0] == source


def _write(
    path: Path, version: int, source: str, build: Callable[[sqlite3.Connection], None]
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        with closing(sqlite3.connect(name)) as connection, connection:
            # No journal: a crash loses a temporary file that nobody reads.
            connection.executescript(
                f"PRAGMA journal_mode = OFF; PRAGMA user_version = {version};"
                "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
            )
            connection.execute("INSERT INTO meta VALUES ('source', ?)", (source,))
            build(connection)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
