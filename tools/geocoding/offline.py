"""A geopy geocoder over the offline gazetteer, and the place that a traveller means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from geopy.geocoders.base import (  # type: ignore[import-untyped,unused-ignore]
    DEFAULT_SENTINEL,
    Geocoder,
)
from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]
from geopy.point import Point  # type: ignore[import-untyped,unused-ignore]
from rapidfuzz import fuzz, process

from tools.errors import AmbiguousPlaceError, InvalidRequestError, UnknownPlaceError
from tools.geocoding import destinations
from tools.geocoding.gazetteer import (
    CLOSE,
    Gazetteer,
    GazetteerCity,
    Region,
    likeliness,
    name_key,
)
from tools.geocoding.queries import (
    OWN_NAME_PEOPLE,
    Candidate,
    Reading,
    as_city,
    country,
    read,
    town_city,
)
from tools.names import did_you_mean, one_of, quote
from tools.place import Coordinates
from tools.travel import great_circle_metres

DEFAULT_LIMIT = 10
"""Results when several are asked for without a number."""

CLEARLY_BIGGER = 4
"""A city with so many times the people of its next namesake is the one that is meant."""

WIDELY_KNOWN = (8, 0.6)
"""... unless the namesake, with no fewer than an eighth of its people, is known in nearly as many
languages: Córdoba in Spain beside that in Argentina. Times the people; share of the names."""

TOWN_WIDELY_KNOWN = (20, 0.8)
"""The same for a town beside a city, which otherwise asks nobody back."""

SAME_PLACE_KM = 30.0
"""Closer namesakes are one place to a traveller."""

SOURCE = "GeoNames (CC BY 4.0)"

_MOST_SUGGESTIONS = 3
_MOST_CANDIDATES = 5


_SHORTEST_MISSPELLED = 4
"""Characters; what is left of fewer is like too many names."""
_LONGEST_MISSPELLED = 100
"""Characters of a name that nothing bears which are compared with those that are known."""


class CityRecord(TypedDict, total=False):
    """`Location.raw` of this geocoder."""

    geonameid: int
    name: str
    country: str
    country_code: str
    admin1: str
    state: str
    population: int
    timezone: str
    match: str
    """One of "name", "alias" (another language, an old name), "nearest" (reverse) or "live"."""
    distance_m: int
    """Reverse only: from the point asked for."""
    source: str
    """Whose data it is, with the licence."""
    kind: str
    """"city", "town" (under 15,000 people), or a destination's `Destination.kind`."""
    towns: list[str]
    """Of a destination: where to plan it from, the main one first."""
    radius_km: float
    """Of a destination: how far from the point it reaches, kilometres."""


class OfflineGeocoder(Geocoder):  # type: ignore[misc,unused-ignore]
    """Cities and destinations by name, cities by point, without a network, as a geopy `Geocoder`.

    Args:
        gazetteer: an open one; it stays the caller's to close.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        super().__init__()
        self.gazetteer = gazetteer

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        timeout: float | None = DEFAULT_SENTINEL,
        language: str | None = None,
        limit: int | None = None,
    ) -> Location | list[Location] | None:
        """Places of that name, likeliest first; None when there is none, as in geopy.

        Cities, towns over 5,000 people, and regions, islands, parks, coasts, lakes and mountains
        that are known as somewhere to go: `raw["kind"]` says which.

        Hints count ("Paris, Texas", "Paris TX", "Paris, France"), any script is understood, and
        accents and case don't matter. A misspelling finds nothing: see `resolve_city`.

        Args:
            query: a name, perhaps with hints.
            exactly_one: the likeliest `Location`, else a list.
            timeout: accepted for geopy's sake; nothing here waits.
            language: accepted for geopy's sake; GeoNames' names come without their language, so
                addresses are always in English.
            limit: at most so many, 1 or more; `DEFAULT_LIMIT` if not given.

        Raises:
            InvalidRequestError: a limit below 1.
            DataError: the gazetteer was damaged while in use.
        """
        most = _checked(limit)
        found = read(query, self.gazetteer).candidates[:most]
        return _answer([_found(one) for one in found], exactly_one)

    def reverse(
        self,
        query: Point | tuple[float, float] | str,
        *,
        exactly_one: bool = True,
        timeout: float | None = DEFAULT_SENTINEL,
        language: str | None = None,
        limit: int | None = None,
    ) -> Location | list[Location] | None:
        """Cities around a point, nearest centre first; None when none lies within 100 km.

        Args:
            query: a geopy `Point`, latitude and longitude in degrees, or text like "41.9, 12.5".
            exactly_one: the nearest `Location`, else a list.
            timeout: as in `geocode`.
            language: as in `geocode`.
            limit: as in `geocode`.

        Raises:
            InvalidRequestError: no point on Earth, or a limit below 1.
            DataError: the gazetteer was damaged while in use.
        """
        most = _checked(limit)
        try:
            point = Point(query)
        except (ValueError, TypeError) as error:
            raise InvalidRequestError(
                f"{quote(str(query))} is no point; right would be latitude, longitude in degrees."
            ) from error
        around = Coordinates(point.latitude, point.longitude)
        found = self.gazetteer.nearest(around, 1 if exactly_one else most)
        locations = []
        for city, metres in found:
            raw = _record(city, "nearest")
            raw["distance_m"] = round(metres)
            locations.append(_location(city, raw))
        return _answer(locations, exactly_one)

    def beyond(self, query: str, reading: Reading) -> Location | None:
        """A city that the gazetteer lacks; offline there is none.

        Args:
            query: as the traveller said it.
            reading: how it was understood; without candidates.
        """
        return None


def resolve_city(
    query: str, geocoder: OfflineGeocoder, *, prefer: Sequence[Coordinates] = ()
) -> Location:
    """The one city, or destination such as Tuscany, that a traveller means.

    Args:
        query: a name, perhaps with hints, as in `OfflineGeocoder.geocode`.
        geocoder: where to look.
        prefer: centres of cities that are meant before their namesakes, such as those the place
            store knows ("Barcelona" then is not Venezuela's, without asking).

    Raises:
        InvalidRequestError: no letter or digit in the query.
        AmbiguousPlaceError: the likeliest has less than `CLEARLY_BIGGER` times the weight of a
            namesake elsewhere (its people, or see `tools.geocoding.queries.Candidate.weight`), or
            one that is as `WIDELY_KNOWN`; the candidates are what to say instead.
        UnknownPlaceError: no place of that name; close names are suggested, never taken. Also for
            countries and states, with cities there as suggestions.
    """
    reading = read(query, geocoder.gazetteer)
    if not reading.name:
        raise InvalidRequestError("A city has to be named by letters or digits.")
    if not reading.candidates:
        if (elsewhere := geocoder.beyond(query, reading)) is not None:
            return elsewhere
        raise _unknown(reading, geocoder.gazetteer)
    for one in reading.candidates:
        if any(_is_same_place(one.city.coordinates, centre) for centre in prefer):
            return _found(one)
    top, *others = reading.candidates
    rivals = [
        one
        for one in others
        if one.accented == top.accented
        and one.alias <= top.alias  # what one place is called outweighs another's other names
        and _is_comparable(top, one)
        and one.city.label != top.city.label  # nothing could be said to tell them apart
        and not _is_same_place(one.city.coordinates, top.city.coordinates)
    ]
    if rivals:
        labels = tuple(one.city.label for one in (top, *rivals)[:_MOST_CANDIDATES])
        raise AmbiguousPlaceError(
            f"There are several places called {quote(reading.name)}. "
            f"Which one do you mean: {one_of(labels)}?",
            labels,
        )
    return _found(top)


def town_locations(location: Location, geocoder: OfflineGeocoder) -> list[Location]:
    """Where the towns of a destination lie that `geocode` or `resolve_city` gave, main one first.

    Args:
        location: one whose `raw` has towns; for any other the list is empty.
        geocoder: of which the location is.
    """
    gazetteer = geocoder.gazetteer
    found = []
    for one, _ in destinations.named(str(location.raw["name"])):
        for town in one.towns:
            if (city := town_city(one, town, gazetteer)) is not None:
                found.append(_location(city, _record(city, "name")))
            elif town.coordinates is not None:
                place = as_city(one, gazetteer)
                city = replace(place, name=town.name, coordinates=town.coordinates, town=True)
                found.append(_location(city, _record(city, "name")))
    return found


def _is_comparable(top: Candidate, one: Candidate) -> bool:
    """Whether a traveller may as well mean the second."""
    if top.weight < CLEARLY_BIGGER * one.weight:
        return True
    names = one.city.names
    if one.city.town and not top.city.town:  # Whitby in Yorkshire, beside a suburb of Toronto
        times, share = TOWN_WIDELY_KNOWN
        return (
            names >= share * top.city.names > 0
            and top.destination is None
            and not one.alias
            and top.city.population < times * one.city.population
        )
    times, share = WIDELY_KNOWN
    return names >= share * top.city.names > 0 and top.weight < times * one.weight


def _unknown(reading: Reading, gazetteer: Gazetteer) -> UnknownPlaceError:
    said = quote(reading.name)
    if reading.hinted:
        elsewhere = tuple(city.label for city, _ in gazetteer.named(reading.name))
        close = elsewhere[:_MOST_SUGGESTIONS] or _close(reading, gazetteer)
        if reading.unknown:
            where = f" near {quote(reading.unknown[0])}"
        elif regions := reading.hints[0].regions:
            names = sorted({gazetteer.region_name(region) for region in regions})
            where = f" in {one_of(names)}"
        else:
            where = f" near {reading.hints[0].around[0].name}"
        return UnknownPlaceError(f"I know no city {said}{where}.{did_you_mean(close)}", close)
    if nation := country(reading.name, gazetteer):
        cities = _biggest(nation, gazetteer)
        what = "a country"
        if nation[1]:
            what = "a state" if nation[0] in ("AU", "US") else "a region"
    else:
        close = _close(reading, gazetteer)
        return UnknownPlaceError(f"I know no city {said}.{did_you_mean(close)}", close)
    instead = f", such as {one_of(cities)}" if cities else ""
    return UnknownPlaceError(f"{said} is {what}; please name a city{instead}.", cities)


def _biggest(nation: Region, gazetteer: Gazetteer) -> tuple[str, ...]:
    apart: list[GazetteerCity] = []
    for city in gazetteer.biggest(nation, 20):  # among them boroughs, such as Brooklyn
        if not any(_is_same_place(city.coordinates, one.coordinates) for one in apart):
            apart.append(city)
    return tuple(city.label for city in apart[:_MOST_SUGGESTIONS])


def _close(reading: Reading, gazetteer: Gazetteer) -> tuple[str, ...]:
    regions = tuple(region for hint in reading.hints for region in hint.regions)
    found = _close_to(reading.name, gazetteer)
    if not found:  # perhaps its last words were meant for a hint: "Capadocia Turky"
        words = reading.name.split()
        for size in range(1, min(3, len(words))):
            shorter = " ".join(words[:-size])
            if not found and len(shorter) >= _SHORTEST_MISSPELLED:
                found = _close_to(shorter, gazetteer)
    fitting = [city.label for city in found if not regions or city.lies_in(regions)]
    # the hint may be misread: "SA" is South Africa's, too
    labels = dict.fromkeys((*fitting, *(city.label for city in found)))
    return tuple(labels)[:_MOST_SUGGESTIONS]


def _close_to(name: str, gazetteer: Gazetteer) -> list[GazetteerCity]:
    """Cities and destinations whose name is nearly this one, likeliest first."""
    scores = dict(gazetteer.scored(name))
    names, owners = destinations.keys()
    key = name_key(name)[:_LONGEST_MISSPELLED]
    for _, similarity, index in process.extract(
        key, names, scorer=fuzz.ratio, score_cutoff=CLOSE, limit=_MOST_SUGGESTIONS
    ):
        city = as_city(owners[index], gazetteer)
        score = likeliness(similarity, OWN_NAME_PEOPLE)
        scores[city] = max(score, scores.get(city, 0.0))
    return sorted(scores, key=lambda city: -scores[city])


def _is_same_place(a: Coordinates, b: Coordinates) -> bool:
    return great_circle_metres(a, b) <= SAME_PLACE_KM * 1000


def _checked(limit: int | None) -> int:
    if limit is not None and limit < 1:
        raise InvalidRequestError(f"The limit has to be at least 1, not {limit}.")
    return limit or DEFAULT_LIMIT


def _answer(found: list[Location], exactly_one: bool) -> Location | list[Location] | None:
    if not found:
        return None
    return found[0] if exactly_one else found


def _found(one: Candidate) -> Location:
    raw = _record(one.city, "alias" if one.alias else "name")
    if one.destination is not None:
        raw["kind"] = one.destination.kind
        raw["towns"] = [town.name for town in one.destination.towns]
        raw["radius_km"] = one.destination.radius_km
        raw["source"] = destinations.SOURCE
    return _location(one.city, raw)


def _location(city: GazetteerCity, raw: CityRecord) -> Location:
    return Location(city.label, Point(*city.coordinates), raw)


def _record(city: GazetteerCity, match: str) -> CityRecord:
    return {
        "geonameid": city.geonameid,
        "name": city.name,
        "country": city.country,
        "country_code": city.country_code,
        "admin1": city.admin1,
        "state": city.state,
        "population": city.population,
        "timezone": city.timezone,
        "match": match,
        "source": SOURCE,
        "kind": "town" if city.town else "city",
    }
