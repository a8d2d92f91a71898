"""What the names in a call mean: a city, a place of the store, a visit of the trip."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]

from tools.actions.kinds import category_named, meal_named
from tools.errors import (
    AmbiguousPlaceError,
    InputError,
    InvalidRequestError,
    UnknownPlaceError,
)
from tools.geocoding.offline import resolve_city, town_locations
from tools.names import did_you_mean, fold, key_words, one_of, quote, without_article
from tools.place import City, Coordinates, Place
from tools.place_names import NameIndex, named_in_full
from tools.services import TravelServices
from tools.travel import great_circle_metres
from tools.trip import Itinerary, Visit

_ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "last": -1}
_ON_DAY = re.compile(r"\s+(?:on|from|of|in)\s+(?:the\s+)?day\s+(\d{1,2})$", re.IGNORECASE)
_SUBURB = 100_000
"""People; a smaller namesake near a city of the store is not preferred to others."""
_WITHIN_KM = 60.0
"""From a destination's centre: how far a city may lie that stands for it."""
_LOOSE_WORDS = frozenset(
    {
        "visit", "stop", "tour", "trip", "place", "spot", "restaurant", "walk", "evening",
        "morning", "afternoon", "time", "again",
    }
)  # fmt: skip


class UncoveredCityError(UnknownPlaceError):
    """A real city that the store has no places of; `suggestions` are the nearest that it has."""

    def __init__(self, city: str, nearest: tuple[str, ...]) -> None:
        super().__init__(
            f"I have no places for {city} yet; the nearest cities that I know are "
            f"{' and '.join(nearest)}.",
            nearest,
        )
        self.city = city


@dataclass(frozen=True, slots=True)
class Found:
    """A visit of the trip and its 1-based day."""

    day: int
    visit: Visit


def city_named(services: TravelServices, said: str) -> City:
    """The city of the store that a traveller means.

    For a destination that is no city ("Tuscany"): the first of its towns that the store knows,
    else one within it, no farther than `_WITHIN_KM` from its centre.

    Raises:
        AmbiguousPlaceError: namesakes; none of them is in the store.
        UncoveredCityError: a city or destination that the store has no places of.
        UnknownPlaceError: no such city; close names are the suggestions.
        InvalidRequestError: no letter or digit.
    """
    store = services.store
    try:
        return store.city(without_article(fold(said)) or said)
    except UnknownPlaceError as error:
        of_store = error.suggestions
    try:
        location = city_location(services, said)
    except UnknownPlaceError as error:
        # the store's own cities first: one of them was more likely meant
        close = tuple(dict.fromkeys((*of_store, *error.suggestions)))
        told = f"I know no city {quote(said)}.{did_you_mean(of_store)}" if of_store else str(error)
        raise UnknownPlaceError(told, close) from error
    point = Coordinates(location.latitude, location.longitude)
    if location.raw.get("towns"):  # a destination such as Tuscany; its own point is no town's
        found = _city_of_destination(services, location)
    else:
        found = store.city_near(point) or services.cover(location)
    if found is not None:
        return found
    by_distance = sorted(
        store.cities(), key=lambda city: great_circle_metres(point, city.coordinates)
    )
    raise UncoveredCityError(
        str(location.raw["name"]), tuple(city.name for city in by_distance[:2])
    )


def planned_instead(services: TravelServices, said: str, city: City) -> str | None:
    """What a traveller has to be told who named a destination and gets a plan of a city of it.

    Args:
        services: where to look.
        said: as `city_named` was asked.
        city: what it answered.

    Returns:
        A sentence for the trip's notes; None where a city was named.
    """
    if fold(said) == fold(city.name):
        return None
    try:
        location = city_location(services, said)
    except InputError:
        return None
    if not location.raw.get("towns") or fold(str(location.raw["name"])) == fold(city.name):
        return None
    return f"{location.raw['name']} is no city; this plan is of {city.name}, from where to see it."


def _city_of_destination(services: TravelServices, location: Location) -> City | None:
    """The city to plan a destination from: its towns in turn, then what lies close inside."""
    store, raw = services.store, location.raw
    centre = Coordinates(location.latitude, location.longitude)
    towns = town_locations(location, services.geocoder)
    for town in towns:
        near = store.city_near(Coordinates(town.latitude, town.longitude))
        if near is not None:
            return near
    inside = store.city_near(centre, max_km=min(float(raw["radius_km"]), _WITHIN_KM))
    if inside is not None:
        return inside
    # only the main one from the network: each costs its service a search of a whole town
    return services.cover(towns[0]) if towns else None


def city_location(services: TravelServices, said: str) -> Location:
    """Where the city lies that a traveller means; cities of the store before their namesakes.

    Raises:
        InputError: as `tools.geocoding.offline.resolve_city`.
    """
    centres = [city.coordinates for city in services.store.cities()]
    location = resolve_city(said, services.geocoder, prefer=centres)
    if location.raw["population"] < _SUBURB:
        # "Springfield" is also a suburb of New York, and hardly that one is meant
        return resolve_city(said, services.geocoder)
    return location


def place_named(
    services: TravelServices, city: City, said: str, *, without: frozenset[str] = frozenset()
) -> Place:
    """A place of the city by its name, or for a kind ("a museum", "ramen") the foremost one.

    Args:
        services: where to look.
        city: whose places.
        said: as the traveller said it.
        without: ids of places that a kind does not mean (those that the trip holds).

    Raises:
        AmbiguousPlaceError: several places fit equally well.
        UnknownPlaceError: none fits; close names are the suggestions.
        InvalidRequestError: no letter or digit.
    """
    if (category := category_named(said)) is not None:
        for place in services.store.places(city.id, categories=(category,)):
            if place.id not in without:
                return place
    try:
        return services.store.find_by_name(said, city.id)
    except UnknownPlaceError:
        words = _bare(said)
        found = services.store.search(city=city.id, cuisine=words) if words else ()
        for place in found:
            if place.id not in without:
                return place
        raise


def visit_named(
    services: TravelServices, itinerary: Itinerary, said: str, day: int | None = None
) -> Found:
    """The visit of the trip that a traveller means: by name, kind, meal or cuisine.

    Tried in turn: "lunch" and kinds ("the second museum"); the names of the trip's places; their
    cuisines; a name inside what was said ("the Louvre visit"). The whole name of a place that
    the trip does not hold is never taken for another ("Belém Tower" for "Belém").

    Raises:
        AmbiguousPlaceError: several visits fit; the candidates are their names.
        InvalidRequestError: the place is known, but not in the trip; or there is no such day.
        UnknownPlaceError: no such place anywhere.
    """
    if match := _ON_DAY.search(said):
        day = day if day is not None else int(match.group(1))
        said = said[: match.start()]
    if day is not None:
        check_day(itinerary, day)
    everywhere = [
        Found(number, visit)
        for number, of_day in enumerate(itinerary.days, start=1)
        for visit in of_day.visits
    ]
    pool = [found for found in everywhere if day is None or found.day == day]
    fitting = _meant(services, itinerary, said, pool)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise _ambiguous(said, fitting)
    raise _absent(services, itinerary, said, day, everywhere)


def visit_for_day(
    services: TravelServices, itinerary: Itinerary, said: str, day: int | None
) -> Found:
    """The visit that is wanted on a day: one that is there already, else one of another day.

    Raises:
        InputError: as `visit_named`.
    """
    if day is not None:
        try:
            return visit_named(services, itinerary, said, day)
        except AmbiguousPlaceError:
            raise
        except InputError:
            pass  # perhaps it is to come from another day
    return visit_named(services, itinerary, said)


def check_day(itinerary: Itinerary, day: int) -> None:
    """Refuses a day that the trip does not have.

    Raises:
        InvalidRequestError: it has no such day.
    """
    count = len(itinerary.days)
    if not 1 <= day <= count:
        has = "only day 1" if count == 1 else f"days 1 to {count}"
        raise InvalidRequestError(f"There is no day {day}; the trip has {has}.")


def _meant(
    services: TravelServices, itinerary: Itinerary, said: str, pool: Sequence[Found]
) -> list[Found]:
    """Those that fit; where a place of the city is named in full, no others.

    An alias may be a whole quarter's name ("Arashiyama"), which others of its places bear, too.
    """
    if category_named(said) is None and meal_named(said) is None:
        city_places = services.store.places(itinerary.request.city.id)
        named = {place.id for place in named_in_full(city_places, said, aliases=False)}
        pool = [found for found in pool if not named or found.visit.place.id in named]
    return _fitting(itinerary, said, pool)


def _fitting(itinerary: Itinerary, said: str, pool: Sequence[Found]) -> list[Found]:
    words = without_article(fold(said)).split()
    nth = _ORDINALS.get(words[0]) if len(words) > 1 else None
    if nth is not None:
        of_kind = _of_kind(" ".join(words[1:]), pool)
        if of_kind:
            return of_kind[nth:][:1] if nth >= 0 else of_kind[-1:]
    if of_kind := _of_kind(said, pool):
        return of_kind
    return _by_name(itinerary, said, pool) or _by_cuisine(said, pool) or _by_name_inside(said, pool)


def _of_kind(said: str, pool: Sequence[Found]) -> list[Found]:
    if (meal := meal_named(said)) is not None:
        return [found for found in pool if found.visit.meal is meal]
    category = category_named(said)
    if category is None:
        return []
    return [found for found in pool if found.visit.place.category is category]


def _by_name(itinerary: Itinerary, said: str, pool: Sequence[Found]) -> list[Found]:
    index = NameIndex(itinerary.request.city, [found.visit.place for found in pool])
    try:
        named = {index.find(said).name}
    except AmbiguousPlaceError as error:
        named = set(error.candidates)
    except InputError:
        return []
    return [found for found in pool if found.visit.place.name in named]


def _by_cuisine(said: str, pool: Sequence[Found]) -> list[Found]:
    words = set(_bare(said).split())
    return [f for f in pool if words and words <= set(fold(f.visit.place.cuisine).split())]


def _by_name_inside(said: str, pool: Sequence[Found]) -> list[Found]:
    """Visits of which a whole name stands in what was said; the longest such name wins."""
    words = key_words(fold(said))
    best: list[Found] = []
    longest = 0
    for found in pool:
        place = found.visit.place
        names = (place.name, place.local_name, *place.aliases)
        held = [len(key_words(fold(n))) for n in names if n and key_words(fold(n)) <= words]
        if held and max(held) >= longest:
            best = [found] if max(held) > longest else [*best, found]
            longest = max(held)
    return best


def _bare(said: str) -> str:
    """A folded name without the words that say nothing of which place is meant."""
    return " ".join(w for w in without_article(fold(said)).split() if w not in _LOOSE_WORDS)


def _ambiguous(said: str, fitting: Sequence[Found]) -> AmbiguousPlaceError:
    names = [found.visit.place.name for found in fitting]
    if len(set(names)) < len(names):
        names = [f"{found.visit.place.name} on day {found.day}" for found in fitting]
    options = tuple(dict.fromkeys(names))
    return AmbiguousPlaceError(
        f"{quote(said)} could be several places in your trip: {one_of(options)}?", options
    )


def _absent(
    services: TravelServices,
    itinerary: Itinerary,
    said: str,
    day: int | None,
    everywhere: Sequence[Found],
) -> InputError:
    """The error for a name that no visit (of the day) has."""
    if day is not None:
        elsewhere = _meant(services, itinerary, said, everywhere)
        if elsewhere:
            found = elsewhere[0]
            return InvalidRequestError(
                f"{found.visit.place.name} is on day {found.day}, not on day {day}."
            )
    kind = category_named(said) or meal_named(said)
    if kind is not None:
        where = "in your trip" if day is None else f"on day {day}"
        return InvalidRequestError(f"There is no {kind.value.replace('_', ' ')} {where}.")
    city = itinerary.request.city
    try:
        place = services.store.find_by_name(said, city.id)
    except UnknownPlaceError as error:
        in_trip = _close_in_trip(itinerary, said, everywhere)
        close = tuple(dict.fromkeys((*in_trip, *error.suggestions)))
        return UnknownPlaceError(
            f"I know no {quote(said)} in {city.name}.{did_you_mean(close[:2])}", close
        )
    except InputError as error:
        return error
    return InvalidRequestError(f"{place.name} is not in your trip.")


def _close_in_trip(itinerary: Itinerary, said: str, everywhere: Sequence[Found]) -> tuple[str, ...]:
    index = NameIndex(itinerary.request.city, [found.visit.place for found in everywhere])
    try:
        index.find(said)
    except UnknownPlaceError as error:
        return error.suggestions
    except InputError:
        pass
    return ()
