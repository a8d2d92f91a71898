"""City names from Nominatim and Photon, through geopy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from geopy.adapters import BaseSyncAdapter  # type: ignore[import-untyped,unused-ignore]
from geopy.geocoders import Nominatim, Photon  # type: ignore[import-untyped,unused-ignore]
from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]

from tools.place import Coordinates
from tools.providers.answers import DAY, AnswerCache
from tools.providers.config import Providers
from tools.providers.door import Door
from tools.providers.kinds import FoundCity

KEEP_SECONDS = 30 * DAY
"""Towns do not move."""

_MOST = 5
_SETTLEMENTS = frozenset(
    {"city", "town", "village", "hamlet", "island", "islet", "municipality", "borough", "suburb"}
)
"""OSM's kinds of places that one can travel to; streets, shops and countries are none."""


class _DoorAdapter(BaseSyncAdapter):  # type: ignore[misc,unused-ignore]
    """geopy's way out, led through a `Door`: its queue, its cache, its memory of failures."""

    def __init__(self, door: Door, read: Callable[[object], object], nothing: object) -> None:
        super().__init__(proxies=None, ssl_context=None)
        self._door = door
        self._read = read
        self._nothing = nothing

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> object:
        """The JSON of an answer; agent and timeout are the door's.

        Raises:
            ServiceUnavailableError: as `Door.get`.
        """
        return self._door.get(url, self._read, keep=KEEP_SECONDS) or self._nothing

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Nothing here is asked for text."""
        raise NotImplementedError


class NominatimCities:
    """Settlements and islands by Nominatim (https://nominatim.org).

    Its policy (https://operations.osmfoundation.org/policies/nominatim/): one request a second,
    an agent that says who asks, answers kept, OpenStreetMap named.
    """

    label = "Nominatim"
    source = "© OpenStreetMap contributors (ODbL), by Nominatim"

    def __init__(self, providers: Providers, cache: AnswerCache) -> None:
        self.door = Door("nominatim", self.label, providers, cache)
        self._geocoder = Nominatim(
            **_address(providers.url("nominatim")),
            user_agent=providers.user_agent,
            adapter_factory=lambda proxies, ssl_context: _DoorAdapter(
                self.door, _nominatim_shape, []
            ),
        )

    def cities(self, query: str) -> tuple[FoundCity, ...]:
        """As `tools.providers.kinds.CityFinder.cities`."""
        found = self._geocoder.geocode(
            query,
            exactly_one=False,
            limit=_MOST,
            language="en",
            addressdetails=True,
            namedetails=True,
            extratags=True,
        )
        return tuple(filter(None, map(self._city, cast("list[Location]", found or []))))

    def _city(self, location: Location) -> FoundCity | None:
        raw = location.raw
        kind = raw.get("addresstype") or raw.get("type")
        address = _table(raw.get("address"))
        code = str(address.get("country_code", "")).upper()
        names = _table(raw.get("namedetails"))
        name = str(names.get("name:en") or raw.get("name") or location.address.split(",")[0])
        if kind not in _SETTLEMENTS or len(code) != 2:
            return None
        called = [v for k, v in names.items() if k.startswith(("name", "alt_name", "old_name"))]
        return FoundCity(
            name=name,
            names=tuple(dict.fromkeys([name, *(str(v) for v in called if v)])),
            kind=str(kind),
            country=str(address.get("country", code)),
            country_code=code,
            state=str(address.get("state", "")),
            coordinates=Coordinates(location.latitude, location.longitude),
            population=_whole(_table(raw.get("extratags")).get("population")),
            importance=_fraction(raw.get("importance")),
            source=self.source,
        )


class PhotonCities:
    """Settlements and islands by Photon (https://photon.komoot.io), which forgives misspellings.

    The public server asks for fair use; it gets the same one request a second.
    """

    label = "Photon"
    source = "© OpenStreetMap contributors (ODbL), by Photon"

    def __init__(self, providers: Providers, cache: AnswerCache) -> None:
        self.door = Door("photon", self.label, providers, cache)
        self._geocoder = Photon(
            **_address(providers.url("photon")),
            user_agent=providers.user_agent,
            adapter_factory=lambda proxies, ssl_context: _DoorAdapter(
                self.door, _photon_shape, {"features": []}
            ),
        )

    def cities(self, query: str) -> tuple[FoundCity, ...]:
        """As `tools.providers.kinds.CityFinder.cities`."""
        found = self._geocoder.geocode(
            query, exactly_one=False, limit=_MOST, language="en", osm_tag="place"
        )
        return tuple(filter(None, map(self._city, cast("list[Location]", found or []))))

    def _city(self, location: Location) -> FoundCity | None:
        facts = _table(location.raw["properties"])
        kind, code = facts.get("osm_value"), str(facts.get("countrycode", "")).upper()
        name = str(facts.get("name", ""))
        if facts.get("osm_key") != "place" or kind not in _SETTLEMENTS or len(code) != 2:
            return None
        return FoundCity(
            name=name,
            names=(name,),
            kind=str(kind),
            country=str(facts.get("country", code)),
            country_code=code,
            state=str(facts.get("state", "")),
            coordinates=Coordinates(location.latitude, location.longitude),
            population=0,
            importance=0.0,
            source=self.source,
        )


def _address(url: str) -> dict[str, str]:
    """Geopy wants scheme and domain apart; a path stays with the domain."""
    parts = urlsplit(url)
    return {"scheme": parts.scheme, "domain": f"{parts.netloc}{parts.path}"}


def _nominatim_shape(answer: object) -> object:
    """The answer, if it is as documented: what is kept has to be usable.

    Raises:
        ValueError, TypeError, KeyError: it is not.
    """
    if not isinstance(answer, list):
        raise TypeError("Nominatim answers with a list")
    for one in answer:
        _point(one["lat"], one["lon"])
        if not isinstance(one["display_name"], str):
            raise TypeError("display_name is text")
        for part in ("address", "namedetails", "extratags"):
            _table(one.get(part))
    return answer


def _photon_shape(answer: object) -> object:
    """As `_nominatim_shape`; None for an empty answer, so that it is kept for a day only."""
    features = cast("dict[str, list[dict[str, Any]]]", answer)["features"]
    for one in features:
        if not isinstance(one["properties"], dict):
            raise TypeError("properties is an object")
        lon, lat = one["geometry"]["coordinates"][:2]
        _point(lat, lon)
    return answer if features else None


def _point(lat: str | float, lon: str | float) -> Coordinates:
    point = Coordinates(float(lat), float(lon))
    if not (-90 <= point.lat <= 90 and -180 <= point.lon <= 180):
        raise ValueError(f"{point} is not on Earth")
    return point


def _table(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no object")
    return value


def _whole(value: object) -> int:
    digits = str(value or "").replace(",", "").replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


def _fraction(value: object) -> float:
    return min(1.0, max(0.0, float(value))) if isinstance(value, int | float) else 0.0
