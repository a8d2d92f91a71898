"""Fixed hours that other hours of the day leave no way to: they slip as little as they must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time

from tools.daytime import MIDNIGHT, bounds
from tools.editing.core import Edit, Planner
from tools.errors import InfeasibleError
from tools.meals import PIN_TOLERANCE_MINUTES, minute_of_day, rest_after
from tools.planning.windows import GRID, up
from tools.travel import with_short_walks
from tools.trip import Itinerary, Pin, TripRequest

MOST_SLIPPED = 90
"""Minutes; whoever fixed a place to an hour did not mean another part of the day."""


def with_pins_slipping(
    itinerary: Itinerary,
    planner: Planner,
    request: TripRequest,
    edit: Callable[[TripRequest], Edit],
) -> Edit:
    """The edit for a request with other hours; where that can't be, with fixed hours slipped.

    Raises:
        InfeasibleError: neither can be; with the reason as the places are fixed.
    """
    try:
        return edit(request)
    except InfeasibleError as reason:
        pins = tuple(_slipped(pin, itinerary, planner, request) for pin in request.pins)
        if pins == request.pins:
            raise
        try:
            slipped = edit(replace(request, pins=pins))
        except InfeasibleError:
            raise reason from None
        lost = tuple(
            _told(old, slipped.itinerary)
            for old, new in zip(request.pins, pins, strict=True)
            if old != new
        )
        first, *others = slipped.changes
        return Edit(slipped.itinerary, (first, *lost, *others), given_up=lost)


def _slipped(pin: Pin, itinerary: Itinerary, planner: Planner, request: TripRequest) -> Pin:
    """The pin at the nearest hour that the day's bounds and the ways from and to the base allow."""
    found = itinerary.visit_of(pin.place_id)
    if pin.at is None or found is None:
        return pin
    number, visit = found
    first, last = bounds(request, number)
    travel = with_short_walks(planner.travel, request.walk)
    way = up(travel.leg(request.stay_on(number).base, visit.place.coordinates).minutes)
    stay = up(visit.place.minutes) + rest_after(visit.place, request, pin.at)
    earliest = up(first) + way
    # past midnight no visit begins, even where the day goes on
    latest = min(last - way - stay, MIDNIGHT - GRID)
    at = minute_of_day(pin.at)
    if min(abs(earliest - at), abs(latest - at)) > MOST_SLIPPED:
        return pin
    if at + PIN_TOLERANCE_MINUTES < earliest <= latest:
        return replace(pin, at=time(*divmod(earliest, 60)))
    if at - PIN_TOLERANCE_MINUTES > latest >= earliest:
        return replace(pin, at=time(*divmod(latest, 60)))
    return pin


def _told(pin: Pin, new: Itinerary) -> str:
    found = new.visit_of(pin.place_id)
    assert found is not None and pin.at is not None  # `finish` refuses to lose what is fixed
    number, visit = found
    return (
        f"{visit.place.name} could not keep its hour, {pin.at:%H:%M}: it is at "
        f"{visit.arrival:%H:%M} on day {number} now."
    )
