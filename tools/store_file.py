"""The place store's file, filled from the catalogue; the tables are `tools.place_tables`'."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tools.cache_file import open_cache
from tools.catalogue_files import catalogue_files, catalogue_hash, load_city_file
from tools.place_tables import INDEXES, TABLES, TABLES_VERSION, insert_city, insert_place

FILE_NAME = "places.sqlite"


def open_or_build(folder: Path, catalogue: Path) -> sqlite3.Connection:
    """A read-only connection to a store that matches the catalogue, built when it does not.

    Args:
        folder: the cache directory; created when missing.
        catalogue: the folder of the city files.

    Returns:
        As `tools.cache_file.open_cache`.

    Raises:
        DataError: a city file is wrong, or the store can be neither read nor written.
    """
    files = catalogue_files(catalogue)

    def build(connection: sqlite3.Connection) -> None:
        entries = [load_city_file(file) for file in files]
        connection.executescript(TABLES + INDEXES)
        for entry in entries:
            insert_city(connection, entry.city)
            for place in entry.places:
                turns = {
                    interest: ids.index(place.id)
                    for interest, ids in entry.foremost.items()
                    if place.id in ids
                }
                insert_place(connection, place, turns=turns)

    return open_cache(
        folder / FILE_NAME, version=TABLES_VERSION, source=catalogue_hash(files), build=build
    )
