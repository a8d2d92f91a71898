"""When a day of a trip begins and ends, and what of it is to stay free: the traveller's own words
as minutes, shared by planner, checker and exports.
"""

from __future__ import annotations

from tools import meals
from tools.meals import minute_of_day
from tools.place import MealKind
from tools.trip import ARRIVAL_MINUTES, DEPARTURE_MINUTES, OPEN_END_MINUTES, TripRequest

MIDNIGHT = 24 * 60


def bounds(request: TripRequest, day: int) -> tuple[int, int]:
    """First and last minute of a 1-based day, the ways from and to the lodging inside.

    The later of two beginnings and the earlier of two ends holds; where nothing is left between
    them, both are the beginning. A day with an open end ends after midnight. Transfers between
    cities are not looked at.
    """
    start, end = minute_of_day(request.day_start), minute_of_day(request.day_end)
    for hours in request.hours:
        if hours.day == day:
            start = start if hours.start is None else minute_of_day(hours.start)
            end = end if hours.end is None else minute_of_day(hours.end)
            end = OPEN_END_MINUTES if hours.open_end else end
    if day == 1 and request.arrive_at is not None:
        start = max(start, minute_of_day(request.arrive_at) + ARRIVAL_MINUTES)
    if day == request.days and request.leave_at is not None:
        end = min(end, minute_of_day(request.leave_at) - DEPARTURE_MINUTES)
    return start, max(start, end)


def free_blocks(request: TripRequest, day: int) -> tuple[tuple[int, int], ...]:
    """The stretches of a 1-based day in which nothing is planned, ascending and disjoint, cut to
    the day's bounds.
    """
    first, last = bounds(request, day)
    blocks = sorted(
        (max(first, minute_of_day(f.start)), min(last, minute_of_day(f.end)))
        for f in request.free
        if f.day in (None, day)
    )
    merged: list[tuple[int, int]] = []
    for start, end in blocks:
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def meals_of_day(request: TripRequest, day: int) -> tuple[MealKind, ...]:
    """The meals that a 1-based day should hold."""
    return meals.meals_within(*bounds(request, day), free_blocks(request, day))
