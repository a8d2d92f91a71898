"""`PlaceStore`: what can be asked about cities and places, over SQLite (FTS5, R-tree)."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from datetime import datetime
from math import cos, radians
from pathlib import Path
from types import TracebackType

from rapidfuzz import process

from tools.cache_file import discard
from tools.catalogue_files import CATALOGUE
from tools.errors import DataError, InvalidRequestError, UnknownPlaceError
from tools.hours import is_open
from tools.names import did_you_mean, fold, quote
from tools.place import Category, City, Coordinates, Place
from tools.place_names import NameIndex
from tools.store_file import PLACE_COLUMNS, city_from_row, open_or_build, place_from_row
from tools.travel import great_circle_metres

NEAR_KM = 30.0
"""How far from `near` a search without a city looks."""

_KM_PER_DEGREE = 111.2
"""Length of a degree of latitude on the sphere of `tools.travel`."""

_CLOSE_ENOUGH = 75
"""rapidfuzz similarity (0 to 100) from which an id or a city's name is suggested."""

_LONGEST_TEXT = 500
"""Characters of a search text that are looked at; nobody means more."""


class PlaceStore:
    """Cities and places of the catalogue. Use `PlaceStore.open`.

    May be used from several threads. Values are frozen and may be kept after `close`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()  # one connection: SQLite calls take turns
        cities = [city_from_row(tuple(row)) for row in self._rows("SELECT * FROM city")]
        self._cities = {city.id: city for city in sorted(cities, key=lambda city: city.name)}
        self._places: dict[str, tuple[Place, ...]] = {}
        self._names: dict[str, NameIndex] = {}

    @classmethod
    def open(cls, path: Path, *, catalogue: Path = CATALOGUE) -> PlaceStore:
        """Opens the store, building its file first where it is missing, outdated or damaged.

        Args:
            path: the cache directory that holds the file; created when missing.
            catalogue: the folder of the city files (`tools/data/cities/README.md`).

        Raises:
            DataError: a city file is wrong, or the store can be neither read nor written.
        """
        return cls(open_or_build(path, catalogue))

    def close(self) -> None:
        """Closes the file; asking afterwards raises sqlite3.ProgrammingError or a kept answer."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> PlaceStore:
        """The store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Closes the file."""
        self.close()

    def cities(self) -> tuple[City, ...]:
        """All cities, by name."""
        return tuple(self._cities.values())

    def city(self, id: str) -> City:
        """A city by its id or its English name, however written.

        Raises:
            UnknownPlaceError: the store has no such city; its sentence names what it has.
        """
        if id in self._cities:
            return self._cities[id]
        said = fold(id)
        for city in self._cities.values():
            if said and said in (fold(city.id), fold(city.name)):
                return city
        known = {fold(city.name): city.name for city in self._cities.values()}
        found = process.extract(said[:200], list(known), score_cutoff=_CLOSE_ENOUGH, limit=3)
        close = tuple(known[key] for key, _, _ in found)
        rest = did_you_mean(close) or f" The cities are {', '.join(known.values())}."
        raise UnknownPlaceError(f"I have no places for {quote(id)}.{rest}", close)

    def city_near(self, coordinates: Coordinates, max_km: float = 30) -> City | None:
        """The city whose centre is nearest, or None when it is over `max_km` kilometres away."""
        found = [
            (great_circle_metres(coordinates, city.coordinates), city.id, city)
            for city in self._cities.values()
        ]
        metres, _, city = min(found)
        return city if metres <= max_km * 1000 else None

    def place(self, id: str) -> Place:
        """A place by its id.

        Raises:
            UnknownPlaceError: no such id; close ones are the suggestions.
            DataError: the file was damaged while it was open.
        """
        rows = self._rows(f"SELECT {PLACE_COLUMNS} FROM place WHERE id = ?", id)
        if rows:
            return self._read(rows)[0]
        ids = [row["id"] for row in self._rows("SELECT id FROM place")]
        found = process.extract(id[:200], ids, score_cutoff=_CLOSE_ENOUGH, limit=3)
        close = tuple(known for known, _, _ in found)
        raise UnknownPlaceError(f"There is no place {quote(id)}.{did_you_mean(close)}", close)

    def places(
        self, city_id: str, *, categories: Iterable[Category | str] = ()
    ) -> tuple[Place, ...]:
        """A city's places, most important first (then by name); of all categories when none given.

        Raises:
            UnknownPlaceError: the store has no such city.
            InvalidRequestError: a category that is not on the published list.
            DataError: the file was damaged while it was open.
        """
        city = self.city(city_id)
        wanted = _categories(categories)
        with self._lock:
            if city.id not in self._places:
                rows = self._rows(
                    f"SELECT {PLACE_COLUMNS} FROM place WHERE city = ? "
                    "ORDER BY importance DESC, name",
                    city.id,
                )
                self._places[city.id] = self._read(rows)
            found = self._places[city.id]
        return tuple(place for place in found if not wanted or place.category in wanted)

    def find_by_name(self, name: str, city: str) -> Place:
        """The place of a city (id or name) that a traveller means by `name`.

        Rules and suggestions: `tools.place_names.NameIndex.find`.

        Raises:
            InvalidRequestError: a name without any letter or digit.
            AmbiguousPlaceError: several places fit equally well.
            UnknownPlaceError: none fits, or the store has no such city.
            DataError: the file was damaged while it was open.
        """
        found = self.city(city)
        with self._lock:
            if found.id not in self._names:
                self._names[found.id] = NameIndex(found, self.places(found.id))
            index = self._names[found.id]
        return index.find(name)

    def search(
        self,
        *,
        city: str | None,
        text: str = "",
        categories: Iterable[Category | str] = (),
        free_entry: bool | None = None,
        good_for_kids: bool | None = None,
        step_free: bool | None = None,
        cuisine: str = "",
        open_at: datetime | None = None,
        near: Coordinates | None = None,
        limit: int = 20,
    ) -> tuple[Place, ...]:
        """Places for which everything given holds; what is not given does not matter.

        Args:
            city: id or name. None looks within `NEAR_KM` of `near`, or everywhere without it.
            text: words that name, kind, cuisine, interests or summary all have to hold, each
                as the beginning of a word.
            categories: any one of these.
            free_entry: True for places without an entry fee, False for those with one.
            good_for_kids: as the catalogue says.
            step_free: as the catalogue says.
            cuisine: words that the cuisine has to hold, such as "roman".
            open_at: an aware datetime at which the place has to be open.
            near: sorts by distance from here, nearest first; otherwise by importance.
            limit: at most so many places, 1 or more.

        Raises:
            UnknownPlaceError: the store has no such city.
            InvalidRequestError: an unknown category, a limit below 1, `open_at` without a zone.
            DataError: the file was damaged while it was open.
        """
        if limit < 1:
            raise InvalidRequestError(f"A search has to ask for at least 1 place, not {limit}.")
        rules: list[tuple[str, tuple[str | float, ...]]] = []
        if city is not None:
            rules.append(("city = ?", (self.city(city).id,)))
        elif near is not None:
            rules.append((_IN_BOX, _box(near, NEAR_KM)))
        if wanted := sorted(_categories(categories)):
            rules.append((f"category IN ({', '.join('?' * len(wanted))})", tuple(wanted)))
        if free_entry is not None:
            rules.append(("price = 0" if free_entry else "price > 0", ()))
        if good_for_kids is not None:
            rules.append(("kids = ?", (good_for_kids,)))
        if step_free is not None:
            rules.append(("step_free = ?", (step_free,)))
        if words := _match(text):
            rules.append((_HAS_WORDS, (words,)))
        where = " AND ".join(rule for rule, _ in rules) or "1"
        rows = self._rows(
            f"SELECT {PLACE_COLUMNS} FROM place WHERE {where} ORDER BY importance DESC, name",
            *(value for _, values in rules for value in values),
        )
        found = list(self._read(rows))
        if cuisine:
            said = set(fold(cuisine).split())
            found = [place for place in found if said <= set(fold(place.cuisine).split())]
        if near is not None:
            found.sort(key=lambda place: great_circle_metres(near, place.coordinates))
            if city is None:  # the box's corners are farther than that
                found = [
                    place
                    for place in found
                    if great_circle_metres(near, place.coordinates) <= NEAR_KM * 1000
                ]
        if open_at is not None:
            found = [place for place in found if self._is_open(place, open_at)]
        return tuple(found[:limit])

    def _is_open(self, place: Place, at: datetime) -> bool:
        city = self._cities[place.city]
        return is_open(
            place.hours,
            at,
            country=city.country,
            timezone=city.timezone,
            coordinates=place.coordinates,
        )

    def _rows(self, sql: str, *values: str | float) -> list[sqlite3.Row]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.ProgrammingError:  # a bug here, or a closed store
            raise
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _read(self, rows: Iterable[sqlite3.Row]) -> tuple[Place, ...]:
        try:
            return tuple(map(place_from_row, rows))
        except ValueError as error:  # a category, say, that there is not
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> DataError:
        with self._lock:
            discard(self._connection)
        return DataError(
            f"The place store was damaged while in use ({error}); start again and it is built anew."
        )


_HAS_WORDS = "number IN (SELECT rowid FROM place_text WHERE place_text MATCH ?)"
_IN_BOX = (
    "number IN (SELECT number FROM place_area "
    "WHERE north >= ? AND south <= ? AND east >= ? AND west <= ?)"
)


def _match(text: str) -> str:
    """An FTS5 query: every word, each as a prefix. Quoted, so that no word is an operator."""
    return " ".join(f'"{word}"*' for word in fold(text[:_LONGEST_TEXT]).split())


def _box(around: Coordinates, km: float) -> tuple[float, float, float, float]:
    """South, north, west and east of a box that holds the circle, poles and date line aside."""
    lat = km / _KM_PER_DEGREE
    lon = lat / max(0.01, cos(radians(around.lat)))
    return around.lat - lat, around.lat + lat, around.lon - lon, around.lon + lon


def _categories(wanted: Iterable[Category | str]) -> frozenset[Category]:
    known = set(Category)
    for category in (given := tuple(wanted)):
        if category not in known:
            raise InvalidRequestError(
                f"{quote(category)} is no category; the categories are {', '.join(Category)}."
            )
    return frozenset(map(Category, given))
