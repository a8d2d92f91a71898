"""Hours that are said by a meal of the day: "after lunch" is when that day's lunch is over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time

from tools.actions.kinds import meal_named
from tools.daytime import MIDNIGHT
from tools.hours import open_intervals
from tools.meals import MEAL_ARRIVAL, SHORTEST_MEAL_MINUTES, minute_of_day
from tools.place import MealKind, Place
from tools.planning.windows import GRID, up
from tools.services import TravelServices
from tools.travel import with_short_walks
from tools.trip import Itinerary, Visit

_BESIDE_MEAL = re.compile(
    r"\b(?P<way>after|before)\s+(?:the\s+|our\s+|my\s+|we\s+have\s+|having\s+)?"
    r"(?P<meal>lunch|dinner|supper)\b",
    re.IGNORECASE,
)


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
        The hour, the nearest at which the place is open; None where the words name no meal so, or
        leave no such hour.
    """
    match = _BESIDE_MEAL.search(said or "")
    meal = None if match is None else meal_named(match["meal"])
    if match is None or meal is None or meal not in MEAL_ARRIVAL:
        return None
    eaten = _eaten(itinerary, day, meal, place)
    if eaten is None:
        starts, ends = MEAL_ARRIVAL[meal][0], MEAL_ARRIVAL[meal][0] + 2 * SHORTEST_MEAL_MINUTES
        way = 0
    else:
        starts = minute_of_day(eaten.arrival.time())
        ends = minute_of_day(eaten.departure.time())
        travel = with_short_walks(services.travel, itinerary.request.walk)
        way = up(travel.leg(eaten.place.coordinates, place.coordinates).minutes)
    if match["way"] == "after":
        at = up(ends) + way
        starts_open = [max(at, opens) for opens, _ in _open(itinerary, place, day, at)]
        at = min(starts_open, default=at)
    else:
        at = (starts - way - up(place.minutes)) // GRID * GRID
        starts_open = [min(at, last) for _, last in _open(itinerary, place, day, last=at)]
        at = max(starts_open, default=at)
    return time(*divmod(at, 60)) if 0 <= at < MIDNIGHT else None


def _open(
    itinerary: Itinerary, place: Place, day: int | None, first: int = 0, last: int = MIDNIGHT
) -> Iterator[tuple[int, int]]:
    """The first and the last minutes of a day at which a whole visit can begin, within bounds."""
    if day is None:
        return
    city = itinerary.request.stay_on(day).city
    for opens, closes in open_intervals(
        place.hours,
        itinerary.request.dates[day - 1],
        country=city.country,
        timezone=city.timezone,
        coordinates=place.coordinates,
    ):
        begins, ends = up(opens), closes - up(place.minutes)
        if begins <= ends and ends >= first and begins <= last:
            yield begins, ends


def _eaten(itinerary: Itinerary, day: int | None, meal: MealKind, place: Place) -> Visit | None:
    if day is None:
        return None
    visits = itinerary.days[day - 1].visits
    return next((v for v in visits if v.meal is meal and v.place.id != place.id), None)
