"""Hours that are said by a meal of the day: "after lunch" is when that day's lunch is over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from tools.actions.kinds import meal_named
from tools.daytime import MIDNIGHT
from tools.hours import opening
from tools.meals import MEAL_ARRIVAL, SHORTEST_MEAL_MINUTES, minute_of_day
from tools.place import MealKind, Place
from tools.planning.windows import GRID, up
from tools.services import TravelServices
from tools.times import NUMBERS, resolve_minutes, resolve_time
from tools.times_of_trip import shift_of
from tools.travel import with_short_walks
from tools.trip import Itinerary, Visit

_BESIDE_MEAL = re.compile(
    r"(?P<no>\b(?:not|never)\s+)?\b(?P<way>after|before)\s+"
    r"(?:the\s+|our\s+|my\s+|we\s+have\s+|having\s+)?(?P<meal>lunch|dinner|supper)\b",
    re.IGNORECASE,
)
_NO_HOUR = re.compile(
    r"\b(?:on\s+)?day\s+(?:\d+|[a-z]+)\b|"
    r"\bfor\s+(?:[\w.-]+\s+){1,4}?(?:hours?|hrs?|minutes?|mins?)\b(?:\s+and\s+a\s+half\b)?"
)
"""Figures and lengths that tell no hour: which day, and how long one stays."""
_FIGURE = re.compile(r"\d|\b(?:hours?|hrs?|minutes?|mins?)\b")
_SPELLED = re.compile(
    rf"\b(?:{'|'.join(w for w in NUMBERS if len(w) > 2 and ' ' not in w)}|noon|midday|midnight)\b"
)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What words say of a meal."""

    meal: MealKind
    after: bool
    minutes: int
    """By how much at least; 0 where nothing is said of it."""
    own: str | None
    """The words that tell the hour without the meal, if some do."""


def own_words(said: str | None) -> str | None:
    """The words beside a meal by which the hour is said: "at 4" of "after lunch at 4".

    None where no meal is named so, or the meal alone tells the hour.
    """
    beside = _read(said)
    return None if beside is None else beside.own


def _read(said: str | None) -> _Beside | None:
    words = " ".join((said or "").casefold().split())
    match = _BESIDE_MEAL.search(words)
    meal = None if match is None else meal_named(match["meal"])
    if match is None or meal is None or meal not in MEAL_ARRIVAL:
        return None
    # "not after lunch" is before it; of "not until after lunch" the "not" stands elsewhere
    after = (match["way"] == "after") is (match["no"] is None)
    first = _NO_HOUR.sub(" ", words[: match.start()]).split()
    last = _NO_HOUR.sub(" ", words[match.end() :]).strip()
    minutes = 0
    for start in range(len(first)):
        if length := resolve_minutes(" ".join(first[start:])):
            minutes, first = length, first[:start]
            break
    return _Beside(meal, after, minutes, _own(" ".join(first), last))


def _own(first: str, last: str) -> str | None:
    """The part that tells an hour, of the words before and behind the meal.

    With a figure or a length they do so in any case: where they can't be read, one has to ask.
    """
    rest = f"{first} {last}".strip()
    figure = _FIGURE.search(rest) is not None
    if not figure and _SPELLED.search(rest) is None:
        return None
    parts = [p for p in (first, last, rest) if _FIGURE.search(p) or _SPELLED.search(p)]
    told = next((p for p in parts if shift_of(p) or resolve_time(p) is not None), None)
    return told if told is not None or not figure else rest


def hour_beside_meal(
    services: TravelServices, itinerary: Itinerary, place: Place, day: int | None, said: str | None
) -> time | None:
    """When to arrive at a place to have been at the meal, or to be in time for it.

    Args:
        services: asked for the way between the two.
        itinerary: the trip, whose meal of that day counts; without one the usual hour of such a
            meal does.
        place: to be visited.
        day: 1-based; None where it is not known yet.
        said: the words.

    Returns:
        The hour, the nearest at which the place is open; None where the words name no meal so, tell
        an hour themselves (`own_words`), or leave none.
    """
    beside = _read(said)
    if beside is None or beside.own is not None:
        return None
    meal = beside.meal
    eaten = _eaten(itinerary, day, meal, place)
    if eaten is None:
        starts, ends = MEAL_ARRIVAL[meal][0], MEAL_ARRIVAL[meal][0] + 2 * SHORTEST_MEAL_MINUTES
        way = 0
    else:
        starts = minute_of_day(eaten.arrival.time())
        ends = minute_of_day(eaten.departure.time())
        travel = with_short_walks(services.travel, itinerary.request.walk)
        way = up(travel.leg(eaten.place.coordinates, place.coordinates).minutes)
    if beside.after:
        at = up(ends) + max(way, up(beside.minutes))
        starts_open = [max(at, opens) for opens, _ in open_starts(itinerary, place, day, at)]
        at = min(starts_open, default=at)
    else:
        at = (starts - max(way + up(place.minutes), beside.minutes)) // GRID * GRID
        starts_open = [min(at, last) for _, last in open_starts(itinerary, place, day, last=at)]
        at = max(starts_open, default=at)
    return time(*divmod(at, 60)) if 0 <= at < MIDNIGHT else None


def open_starts(
    itinerary: Itinerary, place: Place, day: int | None, first: int = 0, last: int = MIDNIGHT
) -> Iterator[tuple[int, int]]:
    """The first and the last minutes of a day at which a whole visit can begin.

    Those spans of the place's hours that reach between `first` and `last`, not cut to them.
    """
    if day is None:
        return
    city = itinerary.request.stay_on(day).city
    for opens, closes in opening(place, city, itinerary.request.dates[day - 1]):
        begins, ends = up(opens), closes - up(place.minutes)
        if begins <= ends and ends >= first and begins <= last:
            yield begins, ends


def _eaten(itinerary: Itinerary, day: int | None, meal: MealKind, place: Place) -> Visit | None:
    if day is None:
        return None
    visits = itinerary.days[day - 1].visits
    return next((v for v in visits if v.meal is meal and v.place.id != place.id), None)
