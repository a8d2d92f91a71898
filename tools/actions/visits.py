"""Which visit of the trip a traveller means: by name, kind, meal or cuisine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.actions.kinds import called_so, category_named, meal_named, meant_by_kind
from tools.actions.naming import bare, cities_of_trip, find_in, places_of
from tools.cuisines import near_kinds
from tools.errors import (
    AmbiguousPlaceError,
    InputError,
    InvalidRequestError,
    UnknownPlaceError,
)
from tools.names import did_you_mean, fold, key_words, one_of, quote, without_article
from tools.place import City, Place
from tools.place_names import NameIndex, named_in_full, spellings, told_of
from tools.repeats import original
from tools.services import TravelServices
from tools.trip import Itinerary, Visit

_ORDINALS = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "last": -1}
_ON_DAY = re.compile(r"\s+(?:on|from|of|in)\s+(?:the\s+)?day\s+(\d{1,2})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A visit of the trip and its 1-based day."""

    day: int
    visit: Visit


def visit_named(
    services: TravelServices, itinerary: Itinerary, said: str, day: int | None = None
) -> Found:
    """The visit of the trip that a traveller means: by name, kind, meal or cuisine.

    Tried in turn: "lunch" and kinds ("the second museum"); the names of the trip's places; their
    cuisines; a name inside what was said ("the Louvre visit"); of words that nothing in the city
    is called by, what a kind and the rest of them tell ("the tile museum"). The whole name of a
    place that the trip does not hold is never taken for another ("Belém Tower" for "Belém").

    Raises:
        AmbiguousPlaceError: several visits fit; the candidates are their names.
        InvalidRequestError: the place is known, but not in the trip; or there is no such day.
        UnknownPlaceError: no such place anywhere.
    """
    found = visits_named(services, itinerary, said, day)
    if len(found) > 1:
        raise _ambiguous(said, found)
    return found[0]


def visits_named(
    services: TravelServices, itinerary: Itinerary, said: str, day: int | None = None
) -> list[Found]:
    """As `visit_named`, but all visits where they are of one kitchen that the trip comes to again.

    Raises:
        InputError: as `visit_named`.
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
    kitchens = {original(found.visit.place.id) for found in fitting}
    if len(fitting) == 1 or (len(kitchens) == 1 and meal_named(said) is None):
        return fitting
    if fitting:
        raise _ambiguous(said, fitting)
    error = _absent(services, itinerary, said, day, everywhere)
    described = _described(said, pool) if isinstance(error, UnknownPlaceError) else []
    if len(described) == 1:
        return described
    raise error


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
    "The cathedral" of a city that has one is that one, whatever churches are planned.
    """
    named: set[str] = set()
    if category_named(said) is None and meal_named(said) is None:
        places = places_of(services, cities_of_trip(itinerary))
        named = {place.id for place in named_in_full(places, said, aliases=False)}
    elif (only := _only_one(services, itinerary, said)) is not None:
        named = {only.id}
    pool = [found for found in pool if not named or original(found.visit.place.id) in named]
    return _fitting(itinerary, said, pool)


def _only_one(services: TravelServices, itinerary: Itinerary, said: str) -> Place | None:
    """The one place of the trip's cities that is called like the kind that was said."""
    return meant_by_kind(said, places_of(services, cities_of_trip(itinerary)))


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
    of_kind = [found for found in pool if found.visit.place.category is category]
    so_called = {place.id for place in called_so(said, [found.visit.place for found in of_kind])}
    return [found for found in of_kind if found.visit.place.id in so_called] or of_kind


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
    for kind in near_kinds(bare(said)):
        words = set(kind.split())
        of_kind = [f for f in pool if words <= set(fold(f.visit.place.cuisine).split())]
        if of_kind:
            return of_kind
    return []


def _by_name_inside(said: str, pool: Sequence[Found]) -> list[Found]:
    """Visits of which a whole name stands in what was said; the longest such name wins."""
    ways = spellings(said)
    best: list[Found] = []
    longest = 0
    for found in pool:
        place = found.visit.place
        own = [key_words(fold(name)) for name in place.names]
        held = [len(words) for words in own if any(words <= way for way in ways)]
        if held and max(held) >= longest:
            best = [found] if max(held) > longest else [*best, found]
            longest = max(held)
    return best


def _described(said: str, pool: Sequence[Found]) -> list[Found]:
    """Visits of the kind that one of the words names, of which the others are told."""
    words = fold(bare(said)).split()
    kinds = [word for word in words if category_named(word) is not None]
    others = key_words(" ".join(word for word in words if word not in kinds))
    if len(kinds) != 1 or not others:
        return []
    of_kind = [f for f in pool if f.visit.place.category is category_named(kinds[0])]
    return [found for found in of_kind if others <= told_of(found.visit.place)]


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
    if (only := _only_one(services, itinerary, said)) is not None:
        return InvalidRequestError(f"{only.name} is not in your trip.")
    kind = category_named(said) or meal_named(said)
    if kind is not None:
        where = "in your trip" if day is None else f"on day {day}"
        return InvalidRequestError(f"There is no {kind.value.replace('_', ' ')} {where}.")
    cities = cities_of_trip(itinerary)
    try:
        place = find_in(services, cities, said)
    except UnknownPlaceError as error:
        in_trip = _close_in_trip(itinerary, said, everywhere)
        close = tuple(dict.fromkeys((*in_trip, *error.suggestions)))
        return UnknownPlaceError(
            f"I know no {quote(said)} in {_joined(cities)}.{did_you_mean(close[:2])}", close
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


def _joined(cities: Sequence[City]) -> str:
    return " or ".join(city.name for city in cities)
