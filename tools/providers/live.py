"""The live services of a process, put together: what `tools.services.open_services` opens."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]

from tools.errors import DataError
from tools.importing.cities import currency_of, has_rate
from tools.names import fold
from tools.place import City, Coordinates, Place
from tools.providers.answers import FILE_NAME, AnswerCache
from tools.providers.cities import NominatimCities, PhotonCities
from tools.providers.config import Providers
from tools.providers.kinds import (
    CityFinder,
    Forecast,
    Forecaster,
    PlaceFinder,
    Router,
    first_answer,
)
from tools.providers.live_store import LivePlaceStore
from tools.providers.osrm import OsrmWays
from tools.providers.overpass import OverpassPlaces
from tools.providers.weather import OpenMeteo

RADIUS_KM = 6.0
"""Round the centre of a city that is filled from the map."""
FEWEST_SIGHTS = 3
"""With fewer, a city counts as one that nothing is known of."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Live:
    """The services that are on, by kind, in the order in which they are asked."""

    providers: Providers
    answers: AnswerCache
    cities: tuple[CityFinder, ...]
    places: tuple[PlaceFinder, ...]
    weather: tuple[Forecaster, ...]
    ways: tuple[Router, ...]

    def forecast(
        self, where: Coordinates, timezone: str, first: date, last: date, today: date
    ) -> Forecast | None:
        """The weather of the days; None where nobody knows it, or not so far ahead.

        Args:
            where: the point.
            timezone: IANA name of the place.
            first: and `last`, both included.
            last: at or after `first`.
            today: the date at the place.
        """
        answer = first_answer(
            self.weather,
            lambda one: one.forecast(where, timezone, first, last, today),
            instead="the usual weather of the month was used",
        )
        return None if answer is None else answer[0]

    def cover(self, location: Location, store: LivePlaceStore) -> City | None:
        """A city that the store has no places of, filled from the map and kept in the store.

        Args:
            location: of a geocoder, `raw` as `tools.geocoding.offline.CityRecord`.
            store: where it is kept.

        Returns:
            None when no service for places is on, none answers and nothing was kept, or the map
            has fewer than `FEWEST_SIGHTS` sights there.
        """
        if not self.places:
            return None
        city = _city(location)
        kept = store.kept(city.coordinates)
        if kept is not None:  # its places are old: they are replaced, and the city stays the same
            city = kept

        def ask(finder: PlaceFinder) -> tuple[Place, ...] | None:
            found = finder.places(city)
            sights = sum(not place.category.is_food for place in found)
            return found if sights >= FEWEST_SIGHTS else None

        instead = "places noted earlier were used" if kept else "the cities that I know were used"
        answer = first_answer(self.places, ask, instead=instead)
        if answer is None:
            return kept
        try:
            return store.add(city, answer[0])
        except DataError as error:  # a full disk is no reason to break a turn
            _log.warning("%s", error)
            return kept

    def close(self) -> None:
        """Closes connections and the file of answers."""
        for service in (*self.cities, *self.places, *self.weather, *self.ways):
            service.door.close()
        self.answers.close()


def open_live(home: Path, providers: Providers) -> Live:
    """The services that are on, with their answers kept under `home`."""
    answers = AnswerCache(home / FILE_NAME)
    nominatim = [NominatimCities(providers, answers)] if "nominatim" in providers.on else []
    photon = [PhotonCities(providers, answers)] if "photon" in providers.on else []
    overpass = [OverpassPlaces(providers, answers)] if "overpass" in providers.on else []
    open_meteo = [OpenMeteo(providers, answers)] if "open-meteo" in providers.on else []
    osrm = [OsrmWays(providers, answers)] if "osrm" in providers.on else []
    return Live(
        providers,
        answers,
        cities=(*nominatim, *photon),
        places=tuple(overpass),
        weather=tuple(open_meteo),
        ways=tuple(osrm),
    )


def _city(location: Location) -> City:
    raw, point = location.raw, Coordinates(location.latitude, location.longitude)
    country = str(raw["country_code"])
    currency = currency_of(country)
    slug = re.sub("[^a-z0-9]+", "-", fold(str(raw["name"]))).strip("-") or "city"
    # two digits of a degree are a kilometre: namesakes are farther apart, one town's centres not
    place = f"{round((point.lat + 90) * 10)}-{round((point.lon + 180) * 10)}"
    return City(
        id=f"{slug[:40].strip('-')}-{country.lower()}-{place}",
        name=str(raw["name"]),
        country=country,
        coordinates=Coordinates(round(point.lat, 5), round(point.lon, 5)),
        timezone=str(raw["timezone"]),
        currency=currency if has_rate(currency) else "EUR",  # as imported cities have it
        radius_km=RADIUS_KM,
    )
