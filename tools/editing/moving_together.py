"""The edit that moves several places at once, each to where another one was in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tools.editing.core import (
    SMALL,
    Edit,
    Planner,
    all_but,
    checked,
    day_for,
    find,
    finish,
    no_newcomers,
    require,
    with_wish,
    without_room,
)
from tools.editing.rooms import rooms, with_room_told
from tools.trip import Itinerary, Pin


def move_together(itinerary: Itinerary, planner: Planner, pins: Sequence[Pin]) -> Edit:
    """Moves places of the plan to days, and fixes them there; only their old and new days change.

    A day's usual hours give way to the hour of a place (`tools.editing.rooms`).

    Args:
        itinerary: holds the places.
        planner: context.
        pins: one for each place, with a day; without an hour the one to which it was fixed stays.

    Raises:
        UnknownPlaceError: no such place.
        InvalidRequestError: a place is not in the plan, or there is no such day.
        InfeasibleError: they can't all be there; with the binding reason.
    """
    request = itinerary.request
    hours = {pin.place_id: pin.at for pin in request.pins}
    free: set[int] = set()
    gave_way: list[str] = []
    for pin in pins:
        number, visit = find(itinerary, planner, pin.place_id)
        day = day_for(itinerary, visit.place, pin.day or number)
        free |= {number, day}
        if number != day:  # what was made for it there is of no use any more
            request = without_room(request, pin.place_id, number)
        at = pin.at if pin.at is not None else hours.get(pin.place_id)
        request = with_wish(request, pin.place_id, replace(pin, day=day, at=at))
        wider = rooms(request, visit.place, [day], at, planner.travel) if at is not None else []
        if wider:  # the day's usual hours give way to that of the place, as where it moves alone
            request = wider[0].request
            gave_way.append(wider[0].told)
    request = checked(request, planner)
    places = no_newcomers(itinerary, planner, request)
    new = planner.plan(request, itinerary, all_but(itinerary, *free), places, loyalty=SMALL)
    told = []
    for pin in pins:
        visit = require(new, planner.place(pin.place_id), f"be on day {pin.day}")
        told.append(f"{visit.place.name} to day {pin.day} at {visit.arrival:%H:%M}")
    asked = frozenset(pin.place_id for pin in pins)
    edit = finish(itinerary, new, f"Moved {' and '.join(told)}.", asked)
    return with_room_told(edit, " ".join(gave_way))
