"""When a place may be visited on a day of the trip: hours, meals, pins, bounds, daylight."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import sun

from tools import hours
from tools.daytime import MIDNIGHT, bounds, meals_of_day
from tools.meals import MEAL_ARRIVAL, PIN_TOLERANCE_MINUTES, minute_of_day, pinned_meal
from tools.place import Category, City, MealKind, Place
from tools.planning.numeric import Window
from tools.trip import Pin, TripRequest

GRID = 5
"""Minutes."""
OUTDOORS = frozenset({Category.PARK, Category.BEACH, Category.RUINS})
"""Whose visit is over by dusk, unless it was asked for and there is no other time. Views of a
lit city and squares are for evenings, too."""
TWILIGHT_MINUTES = 20
"""Civil twilight at middle latitudes lasts half an hour: so long one can still see."""


def starts(
    place: Place, meal: MealKind | None, request: TripRequest, day: int
) -> tuple[Window, ...]:
    """When a visit may start on a 1-based day, on the grid, ascending; empty when it can't.

    Holds opening hours, the meal's time, pins, the day's bounds and daylight, but not the way
    there.

    Args:
        place: visited as a sight, or for the meal.
        meal: which one, or None.
        request: of the trip.
        day: 1-based.
    """
    duration = up(place.minutes)
    first, last = bounds(request, day)
    last = min(last - duration, MIDNIGHT - GRID)  # past midnight one comes home, or stays
    timed = False
    for pin in pins_of(request, place.id):
        if pin.day not in (None, day):
            return ()
        if pin.at is not None and pinned_meal(place, pin) is not meal:
            return ()
        if pin.at is not None:
            timed = True
            first = max(first, minute_of_day(pin.at) - PIN_TOLERANCE_MINUTES)
            last = min(last, minute_of_day(pin.at) + PIN_TOLERANCE_MINUTES)
    if meal is not None and not timed:
        if meal not in meals_of_day(request, day):
            return ()
        first = max(first, MEAL_ARRIVAL[meal][0])
        last = min(last, MEAL_ARRIVAL[meal][1])
    open_hours = intervals(place, request, day)
    found = _within(open_hours, first, last, duration)
    if timed or place.category not in OUTDOORS:
        return found
    light = _daylight(request.stay_on(day).city, request.dates[day - 1])
    by_day = _within(open_hours, max(first, light[0]), min(last, light[1] - duration), duration)
    # who asked for a park and has only the evening sees it in the dark
    return by_day or (found if place.id in request.must_see or pins_of(request, place.id) else ())


def _within(
    open_hours: tuple[tuple[int, int], ...], first: int, last: int, duration: int
) -> tuple[Window, ...]:
    windows = []
    for opens, closes in open_hours:
        window = (up(max(first, opens)), down(min(last, closes - duration)))
        if window[0] <= window[1]:
            windows.append(window)
    return tuple(windows)


@lru_cache(maxsize=4096)
def _daylight(city: City, on: date) -> tuple[int, int]:
    """From when until when one sees what is around, minutes after midnight."""
    observer = Observer(city.coordinates.lat, city.coordinates.lon)
    try:
        found = sun(observer, date=on, tzinfo=ZoneInfo(city.timezone))
    except ValueError:  # the sun does not rise, or does not set: nobody is told to stay in
        return 0, MIDNIGHT
    rise, fall = found["sunrise"], found["sunset"]
    begins = minute_of_day(rise.time()) if rise.date() == on else 0
    ends = minute_of_day(fall.time()) if fall.date() == on else MIDNIGHT
    return begins - TWILIGHT_MINUTES, ends + TWILIGHT_MINUTES


def intervals(place: Place, request: TripRequest, day: int) -> tuple[tuple[int, int], ...]:
    """Opening intervals of the place on a 1-based day of the trip, minutes after midnight."""
    return hours.opening(place, request.city, request.dates[day - 1])


def up(minutes: int) -> int:
    """To the grid, not earlier."""
    return -(-minutes // GRID) * GRID


def down(minutes: int) -> int:
    """To the grid, not later."""
    return minutes // GRID * GRID


def pins_of(request: TripRequest, place_id: str) -> tuple[Pin, ...]:
    """The pins of one place."""
    return tuple(p for p in request.pins if p.place_id == place_id)
