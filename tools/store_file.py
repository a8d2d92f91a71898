"""The place store's file: its schema, and how it is filled from the catalogue."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from tools.cache_file import open_cache
from tools.catalogue_files import CityFile, catalogue_files, catalogue_hash, load_city_file
from tools.names import fold
from tools.place import Category, City, Coordinates, Diet, Interest, MealKind, Place

SCHEMA_VERSION = 1
"""Kept in `PRAGMA user_version`; a file of another version is built anew."""

FILE_NAME = "places.sqlite"

_LINES = "\n"
"""Parts the members of a list kept in one column; no name holds it (`fold` would drop it)."""

_SCHEMA = """
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
        cities = [load_city_file(file) for file in files]
        connection.executescript(_SCHEMA)
        _insert(connection, cities)

    return open_cache(
        folder / FILE_NAME, version=SCHEMA_VERSION, source=catalogue_hash(files), build=build
    )


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


def _insert(connection: sqlite3.Connection, cities: Iterable[CityFile]) -> None:
    for entry in cities:
        _insert_city(connection, entry)


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
