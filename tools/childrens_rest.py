"""The hour in which children rest: kept free on every day of a trip with them, until the traveller
wants something else then.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from tools.meals import minute_of_day
from tools.trip import FreeTime, TripRequest

CHILDRENS_REST = FreeTime(None, time(14, 30), time(15, 30))
"""After lunch, which is to be had until 14:00 in countries that eat late."""

_REST_ENOUGH = 60
"""Minutes kept free by day that are a rest, too: another one is not needed then."""
_MIDDAY = (time(11, 30), time(17))
"""Where such a stretch has to lie."""
_LONG_VISIT = 120
"""Minutes for which a place fixed to a time may be in the way."""


def rest_making_way(
    request: TripRequest, day: int | None, start: time, end: time | None = None
) -> TripRequest:
    """The request without the rest where the traveller said what that part of a day is for.

    Args:
        request: of the trip.
        day: the 1-based day it was said of; None for every day.
        start: when it begins.
        end: when it is over; None for a visit, whose length is not known here.
    """
    in_the_way = [
        free
        for free in request.free
        if is_rest(request, free) and (day is None or free.day in (None, day))
    ]
    if not in_the_way:
        return request
    first = minute_of_day(start)
    last = first + _LONG_VISIT if end is None else minute_of_day(end)
    rest = (minute_of_day(CHILDRENS_REST.start), minute_of_day(CHILDRENS_REST.end))
    by_day = min(last, minute_of_day(_MIDDAY[1])) - max(first, minute_of_day(_MIDDAY[0]))
    another = end is not None and by_day >= _REST_ENOUGH
    if not another and (last <= rest[0] or first >= rest[1]):
        return request
    every_day = CHILDRENS_REST in in_the_way and day is not None
    others = (d for d in range(1, request.days + 1) if d != day) if every_day else ()
    return replace(
        request,
        free=(
            *(f for f in request.free if f not in in_the_way),
            *(replace(CHILDRENS_REST, day=d) for d in others),
        ),
    )


def rest_beside_pins(request: TripRequest) -> TripRequest:
    """The request without the rest where places are fixed to hours that it would take."""
    for pin in request.pins:
        if pin.at is not None:
            request = rest_making_way(request, pin.day, pin.at)
    return request


def is_rest_alone(request: TripRequest) -> bool:
    """Whether that rest is all that is to stay free."""
    return bool(request.free) and all(is_rest(request, free) for free in request.free)


def is_rest(request: TripRequest, free: FreeTime) -> bool:
    """Whether that free time is the children's rest."""
    return request.good_for_kids and replace(free, day=None) == CHILDRENS_REST
