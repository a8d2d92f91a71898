"""The file of imported places, beside the catalogue's and with the same tables.

A file of its own, because the catalogue's is a cache: it is thrown away and built anew whenever
a city file changes, which imports have to survive. For the same reason this one is never deleted
when in doubt; a damaged one is moved aside. It holds the record of every city that its
places belong to, those of the catalogue's cities too, so that none is lost when the catalogue
drops a city. Where the catalogue has a city of that id, its record counts. A catalogue that
later gains a place which had been imported shows it twice until the extract is imported again.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from tools.place_tables import TABLES_VERSION

FILE_NAME = "imports.sqlite"
_WITHOUT_ADDRESSES = 3
"""The `TABLES_VERSION` until places had addresses."""
DAMAGED = ".damaged"
"""Added to the name of a file that can't be read."""

ORIGIN_TABLES = """
CREATE TABLE origin (
    number INTEGER PRIMARY KEY, version INTEGER NOT NULL, extract TEXT NOT NULL,
    run INTEGER NOT NULL, wikidata TEXT NOT NULL, website TEXT NOT NULL
);
CREATE INDEX origin_extract ON origin (extract, run);
CREATE TABLE gazetteer_city (geonameid INTEGER PRIMARY KEY, city TEXT NOT NULL);
CREATE TABLE run (
    number INTEGER PRIMARY KEY, extract TEXT NOT NULL, as_of TEXT NOT NULL, at TEXT NOT NULL
);
"""
"""What only imports have: of each place its OSM version and last import, of each made city its
GeoNames number, and the imports so far."""

_log = logging.getLogger(__name__)


def open_imports(folder: Path) -> sqlite3.Connection | None:
    """A read-only connection to the imported places; None when there are none to be read.

    A file of another version, or one that is no database, is told of in the log and left as it
    is; the store then works without it. No full check: that would read gigabytes at each start.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        return None
    upgrade(path)
    try:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False
        )
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            for table in ("city", "place", "origin"):
                connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        _log.warning("The imported places in %s can't be read (%s); import again.", path, error)
        return None
    if version != TABLES_VERSION:
        connection.close()
        _log.warning("The imported places in %s are of another version; import again.", path)
        return None
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA mmap_size = 2147483648")
    connection.execute("PRAGMA cache_size = -32768")
    return connection


def upgrade(path: Path) -> None:
    """Brings a file of the version before to this one: its places get an (empty) address.

    Nothing is done to other files, nor where the file can't be written.
    """
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection, connection:
        if connection.execute("PRAGMA user_version").fetchone()[0] == _WITHOUT_ADDRESSES:
            connection.execute("ALTER TABLE place ADD COLUMN address TEXT NOT NULL DEFAULT ''")
            connection.execute(f"PRAGMA user_version = {_WITHOUT_ADDRESSES + 1}")


def set_aside(folder: Path) -> None:
    """Renames a file of imports that gave wrong answers, so that the next start works."""
    path = folder / FILE_NAME
    with suppress(OSError):
        path.replace(path.with_name(FILE_NAME + DAMAGED))
