"""The tables in which places are kept: the catalogue's file and the imports' file share them.

What makes a search quick with a million places is decided here:

- `place_city_kind` and `place_kind` hold, for each category, its places in the order in which a
  search shows them, together with all that is filtered by: the first 20 that fit are read off.
- `cuisine` is an inverted index in the same order, `fondness` one for interests in the order of
  `Place.suits`; `name` leads from the words of a whole name
  to the places that bear it; `place_text` (FTS5) finds words within names, its column `city`
  holding one made-up word a city, so that only that city's part of a common word is looked at.
- `place_area` is an R-tree.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from tools.names import fold, key_words, without_article
from tools.place import Category, City, Coordinates, Diet, Interest, MealKind, Place

TABLES_VERSION = 4
"""Raised when a table changes; each file keeps it in its `PRAGMA user_version`."""

_LINES = "\n"
"""Parts the members of a list kept in one column; no name holds it (`fold` would drop it)."""

TABLES = """
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
    summary TEXT NOT NULL, address TEXT NOT NULL, source TEXT NOT NULL, as_of TEXT NOT NULL,
    confidence TEXT NOT NULL, timed INTEGER NOT NULL
);
CREATE TABLE cuisine (
    word TEXT NOT NULL, city TEXT NOT NULL, importance INTEGER NOT NULL, name TEXT NOT NULL,
    number INTEGER NOT NULL, PRIMARY KEY (word, city, importance DESC, name, number)
) WITHOUT ROWID;
CREATE TABLE fondness (
    interest TEXT NOT NULL, city TEXT NOT NULL, suits INTEGER NOT NULL, name TEXT NOT NULL,
    number INTEGER NOT NULL, PRIMARY KEY (interest, city, suits DESC, name, number)
) WITHOUT ROWID;
CREATE TABLE name (
    city TEXT NOT NULL, words TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (city, words, number)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE place_text USING fts5 (
    names, words, keys, city, tokenize = 'unicode61', prefix = '2 3'
);
CREATE VIRTUAL TABLE place_area USING rtree (number, south, north, west, east);
"""

INDEXES = """
CREATE INDEX IF NOT EXISTS place_city_kind ON place (
    city, category, importance DESC, name, price, kids, step_free, timed, lat, lon
);
CREATE INDEX IF NOT EXISTS place_kind ON place (
    category, importance DESC, name, price, kids, step_free, timed
);
"""
"""Apart from `TABLES`: many rows are written quicker before these stand."""

PLACE_COLUMNS = (
    "id, name, category, lat, lon, city, minutes, hours, price, importance, interests, kids, "
    "step_free, local_name, aliases, cuisine, meals, diets, summary, address, "
    "source, as_of, confidence"
)
"""In the order that `row_of` writes and `place_from_row` reads by name."""

Row = tuple[str | int | float, ...]


def city_from_row(row: tuple[str, str, str, float, float, str, str, float]) -> City:
    """A row of `SELECT * FROM city`."""
    ident, name, country, lat, lon, timezone, currency, radius_km = row
    return City(ident, name, country, Coordinates(lat, lon), timezone, currency, radius_km)


def place_from_row(row: sqlite3.Row) -> Place:
    """A row with `PLACE_COLUMNS`, by name.

    Raises:
        ValueError: a category, interest, meal or diet that there is not.
    """
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
        interests=tuple(map(Interest, row["interests"].split())),
        good_for_kids=bool(row["kids"]),
        step_free=bool(row["step_free"]),
        local_name=row["local_name"],
        aliases=tuple(filter(None, row["aliases"].split(_LINES))),
        cuisine=row["cuisine"],
        meals=frozenset(map(MealKind, row["meals"].split())),
        diets=frozenset(map(Diet, row["diets"].split())),
        summary=row["summary"],
        address=row["address"],
        source=row["source"],
        as_of=row["as_of"],
        confidence=row["confidence"],
    )


def row_of(place: Place) -> Row:
    """A place as `PLACE_COLUMNS` has it."""
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
        " ".join(place.interests),
        int(place.good_for_kids),
        int(place.step_free),
        place.local_name,
        _LINES.join(place.aliases),
        place.cuisine,
        " ".join(sorted(place.meals)),
        " ".join(sorted(place.diets)),
        place.summary,
        place.address,
        place.source,
        place.as_of,
        place.confidence,
    )


def insert_city(connection: sqlite3.Connection, city: City) -> None:
    """Writes a city, or writes it anew."""
    connection.execute(
        "INSERT OR REPLACE INTO city VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(city.id, city.name, city.country, *city.coordinates),
            *(city.timezone, city.currency, city.radius_km),
        ),
    )


FOREMOST = 1000
"""What the first of a city's list for an interest is worth; no `Place.suits` is as much."""


def insert_place(
    connection: sqlite3.Connection,
    place: Place,
    number: int | None = None,
    turns: Mapping[Interest, int] | None = None,
) -> int:
    """Writes a place into all tables and returns its number, the next free one if none is given.

    Args:
        connection: with the tables.
        place: a new one.
        number: to write it under.
        turns: of the city's lists of foremost places: where in them it stands, from 0.

    Raises:
        sqlite3.IntegrityError: the id is there already.
    """
    row = (number, *row_of(place), int(bool(place.hours)))
    written = connection.execute(
        f"INSERT INTO place (number, {PLACE_COLUMNS}, timed) VALUES ({', '.join('?' * len(row))})",
        row,
    ).lastrowid
    assert written is not None  # an INSERT that did not raise has one
    connection.execute("INSERT INTO place_area VALUES (?, ?, ?, ?, ?)", (written, *_point(place)))
    # Folded on both sides, FTS5 need not know about accents or apostrophes.
    names = list(_folded_names(place))
    keys = [key_words(without_article(name)) for name in names]
    words = (place.category, place.cuisine, *place.interests, *place.diets, place.summary)
    connection.execute(
        "INSERT INTO place_text (rowid, names, words, keys, city) VALUES (?, ?, ?, ?, ?)",
        (
            written,
            " ".join(names),
            fold(" ".join(words)),
            " ".join(sorted(frozenset().union(*keys))),
            city_word(place.city),
        ),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO name VALUES (?, ?, ?)",
        [(place.city, name_words(own), written) for own in keys],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO cuisine VALUES (?, ?, ?, ?, ?)",
        [
            (word, place.city, place.importance, place.name, written)
            for word in fold(place.cuisine).split()
        ],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO fondness VALUES (?, ?, ?, ?, ?)",
        [
            (interest.value, place.city, _suits(place, interest, turns), place.name, written)
            for interest in place.interests
        ],
    )
    return written


def delete_place(connection: sqlite3.Connection, place: Place, number: int) -> None:
    """Takes a place, as it was written under this number, out of all tables."""
    connection.execute("DELETE FROM place WHERE number = ?", (number,))
    connection.execute("DELETE FROM place_area WHERE number = ?", (number,))
    connection.execute("DELETE FROM place_text WHERE rowid = ?", (number,))
    for name in _folded_names(place):
        connection.execute(
            "DELETE FROM name WHERE city = ? AND words = ? AND number = ?",
            (place.city, name_words(key_words(without_article(name))), number),
        )
    for word in fold(place.cuisine).split():
        connection.execute(
            "DELETE FROM cuisine WHERE word = ? AND city = ? AND importance = ? AND name = ? "
            "AND number = ?",
            (word, place.city, place.importance, place.name, number),
        )
    for interest in place.interests:
        connection.execute(
            "DELETE FROM fondness WHERE interest = ? AND city = ? AND suits = ? AND name = ? "
            "AND number = ?",
            (interest.value, place.city, place.suits(interest), place.name, number),
        )


def _suits(place: Place, interest: Interest, turns: Mapping[Interest, int] | None) -> int:
    """The order of a search for an interest: the city's list, then `Place.suits`."""
    turn = None if turns is None else turns.get(interest)
    return place.suits(interest) if turn is None else FOREMOST - turn


def city_word(city_id: str) -> str:
    """The one word that stands for a city in `place_text.city`; nearly always its own."""
    return "in" + "".join(fold(city_id).split())


def name_words(words: Iterable[str]) -> str:
    """Key words of a name as the table `name` has them."""
    return " ".join(sorted(words))


def _folded_names(place: Place) -> Iterator[str]:
    return filter(None, map(fold, place.names))


def _point(place: Place) -> tuple[float, float, float, float]:
    lat, lon = place.coordinates
    return lat, lat, lon, lon
