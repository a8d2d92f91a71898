"""`PlaceStore`: what can be asked about cities and places, over SQLite (FTS5, R-tree).

Two files stand behind it: the catalogue's, built from the city files and rebuilt when they
change, and that of places imported from OpenStreetMap (`tools.imports_file`), which outlives
such rebuilds. Every answer is from both. An import made while a store is open is seen by the
next one that is opened.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from heapq import merge
from itertools import islice
from pathlib import Path
from types import TracebackType

from rapidfuzz import process

from tools.cache_file import discard
from tools.catalogue_files import CATALOGUE
from tools.errors import DataError, InvalidRequestError, UnknownPlaceError
from tools.hours import is_open
from tools.imports_file import open_imports, set_aside
from tools.named_among_many import find_among_many
from tools.names import did_you_mean, fold, quote
from tools.nearby import circles
from tools.place import Category, City, Coordinates, Interest, Place
from tools.place_file import PlaceFile, Ranked, Wanted
from tools.place_names import NameIndex, named_in_full, spellings
from tools.repeats import original
from tools.store_file import open_or_build
from tools.travel import great_circle_metres

NEAR_KM = 30.0
"""How far from `near` a search without a city looks."""

_KM_PER_DEGREE = 111.2
"""Length of a degree of latitude on the sphere of `tools.travel`."""

_CLOSE_ENOUGH = 75
"""rapidfuzz similarity (0 to 100) from which an id or a city's name is suggested."""

_SMALL = 500
"""Places up to which all names of a city are kept in memory; beyond, the files are asked."""

_MOST_KEPT = 100_000
"""Places that are kept in memory before those of the cities asked for longest ago go."""

_MOST_CITIES_TOLD = 60
"""Cities that a sentence lists."""


class PlaceStore:
    """Cities and places, of the catalogue and imported. Use `PlaceStore.open`.

    May be used from several threads. Values are frozen and may be kept after `close`.

    Args:
        connection: of the catalogue's file.
        imports: of the file of imported places.
        set_imports_aside: called when the imports' file turns out to be damaged.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        imports: sqlite3.Connection | None = None,
        set_imports_aside: Callable[[], None] = lambda: None,
    ) -> None:
        self._lock = threading.RLock()
        self._set_imports_aside = set_imports_aside
        self._catalogue = PlaceFile(connection, self._damaged)
        self._files = [self._catalogue]
        imported: list[City] = []
        if imports is not None:
            file = PlaceFile(imports, self._imports_damaged)
            self._files.append(file)
            imported = file.cities()
        own = self._catalogue.cities()
        cities = {city.id: city for city in (*imported, *own)}  # the catalogue's records count
        self._cities = {c.id: c for c in sorted(cities.values(), key=lambda city: city.name)}
        self._said: dict[str, City] = {}
        for city in (*own, *self._cities.values()):  # the catalogue's names before namesakes
            self._said.setdefault(fold(city.id), self._cities[city.id])
            self._said.setdefault(fold(city.name), self._cities[city.id])
        self._places: dict[str, tuple[Place, ...]] = {}
        self._names: dict[str, NameIndex] = {}

    @classmethod
    def open(cls, path: Path, *, catalogue: Path = CATALOGUE) -> PlaceStore:
        """Opens the store, building its file first where it is missing, outdated or damaged.

        Args:
            path: the cache directory that holds the files; created when missing.
            catalogue: the folder of the city files (`tools/data/cities/README.md`).

        Raises:
            DataError: a city file is wrong, or the store can be neither read nor written.
        """
        return cls(open_or_build(path, catalogue), open_imports(path), lambda: set_aside(path))

    def close(self) -> None:
        """Closes the files; asking afterwards raises sqlite3.ProgrammingError or a kept answer."""
        for file in self._files:
            file.close()

    def __enter__(self) -> PlaceStore:
        """The store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Closes the files."""
        self.close()

    def cities(self) -> tuple[City, ...]:
        """All cities, by name."""
        return tuple(self._cities.values())

    def catalogue_cities(self) -> tuple[City, ...]:
        """The catalogue's cities alone, by name."""
        return tuple(sorted(self._catalogue.cities(), key=lambda city: city.name))

    def catalogue_places(self) -> Iterator[Place]:
        """The catalogue's places alone, city by city."""
        for city in self.catalogue_cities():
            yield from self._catalogue.of_city(city.id)

    def city(self, id: str) -> City:
        """A city by its id or its English name, however written.

        Raises:
            UnknownPlaceError: the store has no such city; its sentence names what it has.
        """
        if id in self._cities:
            return self._cities[id]
        said = fold(id)
        if said in self._said and said:
            return self._said[said]
        known = {fold(city.name): city.name for city in self._cities.values()}
        found = process.extract(said[:200], list(known), score_cutoff=_CLOSE_ENOUGH, limit=3)
        close = tuple(known[key] for key, _, _ in found)
        told = ", ".join(list(known.values())[:_MOST_CITIES_TOLD])
        more = len(known) - _MOST_CITIES_TOLD
        rest = did_you_mean(close) or (
            f" The cities are {told}{f' and {more} more' if more > 0 else ''}."
        )
        raise UnknownPlaceError(f"I have no places for {quote(id)}.{rest}", close)

    def city_near(self, coordinates: Coordinates, max_km: float = 30) -> City | None:
        """The city whose centre is nearest, or None when it is over `max_km` kilometres away."""
        reach = max_km / _KM_PER_DEGREE * 1.01
        found = [
            (great_circle_metres(coordinates, city.coordinates), city.id, city)
            for city in self._cities.values()
            if abs(city.coordinates.lat - coordinates.lat) <= reach
        ]
        if not found:
            return None
        metres, _, city = min(found)
        return city if metres <= max_km * 1000 else None

    def place(self, id: str) -> Place:
        """A place by its id; by that of a further visit (`tools.repeats`), under this id.

        Raises:
            UnknownPlaceError: no such id; close ones of the catalogue are the suggestions.
            DataError: the file was damaged while it was open.
        """
        for file in self._files:
            if (place := file.place(original(id))) is not None:
                return replace(place, id=id)
        known = self._catalogue.ids()
        found = process.extract(id[:200], known, score_cutoff=_CLOSE_ENOUGH, limit=3)
        close = tuple(one for one, _, _ in found)
        raise UnknownPlaceError(f"There is no place {quote(id)}.{did_you_mean(close)}", close)

    def places(
        self, city_id: str, *, categories: Iterable[Category | str] = ()
    ) -> tuple[Place, ...]:
        """A city's places, most important first (then by name); of all categories when none given.

        All of them, which takes some 10 ms for a thousand at the first call.

        Raises:
            UnknownPlaceError: the store has no such city.
            InvalidRequestError: a category that is not on the published list.
            DataError: the file was damaged while it was open.
        """
        city = self.city(city_id)
        wanted = _categories(categories)
        with self._lock:
            found = self._places.pop(city.id, None)
            if found is None:
                every = [file.of_city(city.id) for file in self._files]
                found = tuple(merge(*every, key=lambda place: (-place.importance, place.name)))
            self._places[city.id] = found  # put back last: the first is the one to go
            while len(self._places) > 1 and sum(map(len, self._places.values())) > _MOST_KEPT:
                del self._places[next(iter(self._places))]
        return tuple(place for place in found if not wanted or place.category in wanted)

    def find_by_name(self, name: str, city: str) -> Place:
        """The place of a city (id or name) that a traveller means by `name`.

        Rules and suggestions: `tools.place_names.NameIndex.find`. In a city of thousands of
        imported places only names with a word that begins like one said are suggested.

        Raises:
            InvalidRequestError: a name without any letter or digit.
            AmbiguousPlaceError: several places fit equally well.
            UnknownPlaceError: none fits, or the store has no such city.
            DataError: the file was damaged while it was open.
        """
        found = self.city(city)
        if any(file.has_more(found.id, than=_SMALL) for file in self._files):
            return find_among_many(self._files, name, found)
        with self._lock:
            if found.id not in self._names:
                self._names[found.id] = NameIndex(found, self.places(found.id))
            index = self._names[found.id]
        return index.find(name)

    def named(self, name: str) -> tuple[Place, ...]:
        """All places, of any city, of which `name` is a whole name, most important first.

        As `tools.place_names.named_in_full` over all cities, without reading all of their
        places. Empty when there is none, or for a name without any letter or digit.

        Raises:
            DataError: the file was damaged while it was open.
        """
        said = spellings(name)
        every = (file.named(None, words) for file in self._files for words in said)
        found = list({place.id: place for places in every for place in places}.values())
        found.sort(key=lambda place: (-place.importance, place.name))
        return named_in_full(found, name)

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
        interest: Interest | None = None,
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
            interest: what the places have to be of interest for; those that somebody with that
                interest is told of first come first (`Place.suits`).
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
        within = None if city is None else self.city(city)
        wanted = Wanted(
            city=None if within is None else within.id,
            text=text if fold(text) else "",
            categories=tuple(sorted(_categories(categories))),
            free_entry=free_entry,
            good_for_kids=good_for_kids,
            step_free=step_free,
            cuisine=cuisine if fold(cuisine) else "",
            interest=interest,
        )
        if open_at is not None and within is not None and not _is_open("", within, open_at):
            wanted = replace(wanted, timed=True)  # at night the many without hours need no look
        found: list[Place] = []
        for place in self._in_order(wanted, near, limit, sure=open_at is None):
            if open_at is None or _is_open(
                place.hours, self._cities[place.city], open_at, place.coordinates
            ):
                found.append(place)
                if len(found) == limit:
                    break
        return tuple(found)

    def _in_order(
        self, wanted: Wanted, near: Coordinates | None, limit: int, *, sure: bool
    ) -> Iterator[Place]:
        """All that is wanted, of both files, read as far as it is asked for.

        Args:
            wanted: of the places themselves.
            near: sorts by distance.
            limit: that many are likely to be asked for.
            sure: whether no more than that will be.
        """
        if near is not None:
            max_km = NEAR_KM if wanted.city is None else None
            around = circles(self._files, wanted, near, max_km)
            rings = [file.by_distance(wanted, near, around) for file in self._files]
            for ring in zip(*rings, strict=True):
                yield from self._merged(ring, near, limit)
            return
        size, done = limit if sure else max(100, 4 * limit), 0
        while True:
            lists = [file.ranked(wanted, size) for file in self._files]
            # beyond `size`, a list that was cut may lack some
            yield from islice(self._merged(lists, None, limit), done, size)
            if sure or all(len(one) < size for one in lists):
                return
            size, done = size * 8, size

    def _merged(
        self, lists: Iterable[list[Ranked]], near: Coordinates | None, at_a_time: int
    ) -> Iterator[Place]:
        """The places of several files' lists, each in its order, in one order."""

        def key(place: Place) -> tuple[float, str]:
            if near is None:
                return -place.importance, place.name
            return great_circle_metres(near, place.coordinates), place.name

        read = [
            _read(file, found, at_a_time) for file, found in zip(self._files, lists, strict=True)
        ]
        yield from merge(*read, key=key)

    def _damaged(self, error: Exception) -> DataError:
        with self._lock:
            discard(self._catalogue.connection)
        return DataError(
            f"The place store was damaged while in use ({error}); start again and it is built anew."
        )

    def _imports_damaged(self, error: Exception) -> DataError:
        self._set_imports_aside()
        return DataError(
            f"The file of imported places is damaged ({error}); it was set aside, so start again "
            "and import the extract once more."
        )


def _read(file: PlaceFile, found: list[Ranked], at_a_time: int) -> Iterator[Place]:
    for start in range(0, len(found), at_a_time):
        yield from file.read(found[start : start + at_a_time])


def _is_open(hours: str, city: City, at: datetime, coordinates: Coordinates | None = None) -> bool:
    return is_open(hours, at, country=city.country, timezone=city.timezone, coordinates=coordinates)


def _categories(wanted: Iterable[Category | str]) -> frozenset[Category]:
    known = set(Category)
    for category in (given := tuple(wanted)):
        if category not in known:
            raise InvalidRequestError(
                f"{quote(category)} is no category; the categories are {', '.join(Category)}."
            )
    return frozenset(map(Category, given))
