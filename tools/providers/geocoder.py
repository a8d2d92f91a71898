"""The offline gazetteer first; for a name that it lacks, the live services."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]
from geopy.point import Point  # type: ignore[import-untyped,unused-ignore]

from tools.geocoding.gazetteer import Gazetteer
from tools.geocoding.offline import CityRecord, OfflineGeocoder
from tools.geocoding.queries import LONGEST_QUERY, Reading, country, landscape
from tools.names import fold, without_article
from tools.place import Coordinates
from tools.providers.kinds import CityFinder, FoundCity, first_answer

_SMALL = frozenset({"village", "hamlet", "suburb", "borough", "islet"})
_WELL_KNOWN = 0.4
"""Nominatim's importance from which a village is meant although a city's name is close: Bibury
and Hallstatt are above, a hamlet that is one letter off Rome is below."""
_ZONE_KM = (100.0, 500.0)
"""How far the city lies whose time zone a found place shares, if in the same country."""


class LiveGeocoder(OfflineGeocoder):
    """As the offline one, with live services for what `resolve_city` does not find there.

    Args:
        gazetteer: an open one; it stays the caller's to close.
        finders: in the order in which they are asked.
        is_place: whether a sight or restaurant is called so, which then is no city's name: "the
            Prado" is no hamlet in Asturias.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        finders: Sequence[CityFinder],
        is_place: Callable[[str], bool] = lambda name: False,
    ) -> None:
        super().__init__(gazetteer)
        self._finders = tuple(finders)
        self._is_place = is_place

    def beyond(self, query: str, reading: Reading) -> Location | None:
        """A settlement of just that name, by the first service that knows one; None otherwise.

        Countries, states and landscapes are not asked for: the gazetteer knows that they are no
        cities, and has a better answer. What comes back has `raw` as the gazetteer's cities have.
        """
        if landscape(reading.name) or country(reading.name, self.gazetteer):
            return None
        if not self._finders or self._is_place(reading.name):
            return None
        # a small place with a big city's name, but for a letter, is a misspelling more likely
        doubtful = not reading.hinted and bool(self.gazetteer.close_names(reading.name, 1))
        asked = " ".join(query[:LONGEST_QUERY].split())

        def ask(finder: CityFinder) -> Location | None:
            for city in finder.cities(asked):
                if self._is_meant(city, reading, doubtful) and (found := self._located(city)):
                    return found
            return None

        answer = first_answer(self._finders, ask, instead="my own list of cities was used")
        return None if answer is None else answer[0]

    @staticmethod
    def _is_meant(city: FoundCity, reading: Reading, doubtful: bool) -> bool:
        said = without_article(fold(reading.name))
        if said not in {without_article(fold(name)) for name in city.names}:
            return False
        return not doubtful or city.kind not in _SMALL or city.importance >= _WELL_KNOWN

    def _located(self, city: FoundCity) -> Location | None:
        """None where nothing tells the time zone, without which no day can be planned."""
        zone = self._zone(city.coordinates, city.country_code)
        if zone is None:
            return None
        raw: CityRecord = {
            "name": city.name,
            "country": city.country,
            "country_code": city.country_code,
            "admin1": "",
            "state": city.state,
            "population": city.population,
            "timezone": zone,
            "match": "live",
            "source": city.source,
        }
        return Location(f"{city.name}, {city.country}", Point(*city.coordinates), raw)

    def _zone(self, point: Coordinates, country_code: str) -> str | None:
        for km in _ZONE_KM:
            around = self.gazetteer.nearest(point, 10, km)
            same = [city for city, _ in around if city.country_code == country_code]
            if same:
                return same[0].timezone
        return around[0][0].timezone if around else None
