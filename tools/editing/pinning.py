"""Edits of where a place of the plan is: move, pin, unpin."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

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
    unpinned,
    with_wish,
    without_room,
)
from tools.editing.rooms import in_a_room, with_room_told
from tools.errors import InfeasibleError, InvalidRequestError
from tools.trip import Itinerary, Pin, TripRequest


def move_place(
    itinerary: Itinerary, planner: Planner, place_id: str, day: int, at: time | None = None
) -> Edit:
    """Moves a place to a day, and fixes it there. Only its old and its new day change.

    An hour to which it was fixed stays, unless another one is given; where the day has no room for
    it then, the place comes at another hour, and the edit says so.

    Raises:
        UnknownPlaceError: no such place.
        InvalidRequestError: the place is not in the plan, or there is no such day.
        InfeasibleError: it can't be there; with the binding reason.
    """
    number, visit = find(itinerary, planner, place_id)
    day_for(itinerary, visit.place, day)
    return pinned(itinerary, planner, Pin(place_id, day, at), (number, day), "Moved")


def pin_place(
    itinerary: Itinerary,
    planner: Planner,
    place_id: str,
    day: int | None = None,
    at: time | None = None,
) -> Edit:
    """Fixes a place of the plan to a day, to a time, to both, or just to the trip.

    Raises:
        UnknownPlaceError: no such place.
        InvalidRequestError: the place is not in the plan, or there is no such day.
        InfeasibleError: it can't be there then; with the binding reason.
    """
    number, visit = find(itinerary, planner, place_id)
    target = number if day is None else day_for(itinerary, visit.place, day)
    return pinned(itinerary, planner, Pin(place_id, day, at), (number, target), "Fixed")


def unpin_place(itinerary: Itinerary, planner: Planner, place_id: str) -> Edit:
    """Lets a fixed place move again; it stays a must-see, and nothing moves now.

    Raises:
        UnknownPlaceError: no such place.
        InvalidRequestError: the place is not fixed.
    """
    place = planner.place(place_id)
    if all(pin.place_id != place_id for pin in itinerary.request.pins):
        raise InvalidRequestError(f"{place.name} is not fixed.")
    request = checked(unpinned(itinerary.request, place_id), planner)
    new = planner.plan(request, itinerary, all_but(itinerary))
    return finish(itinerary, new, f"{place.name} may move again.")


def pinned(
    itinerary: Itinerary, planner: Planner, pin: Pin, days: tuple[int, int], verb: str
) -> Edit:
    """The edit that holds a pin of a place in the plan.

    Args:
        itinerary: holds the place.
        planner: context.
        pin: the new one. Where it names a day and no hour, an hour of the old one is kept if that
            can be.
        days: the place's 1-based day, and the one on which it will be.
        verb: "Moved" or "Fixed".

    Raises:
        InfeasibleError: it can't be there then; with the binding reason.
    """
    pins = itinerary.request.pins
    hour = next((p.at for p in pins if p.place_id == pin.place_id), None)
    if hour is None or pin.at is not None or pin.day is None:
        return _pinned_in_room(itinerary, planner, pin, days, verb)
    try:
        return _pinned_in_room(itinerary, planner, replace(pin, at=hour), days, verb)
    except InfeasibleError as error:
        edit = _pinned_in_room(itinerary, planner, pin, days, verb)
        name = planner.place(pin.place_id).name
        lost = f"{name} could not keep its hour, {hour:%H:%M}. {error}"
        first, *others = edit.changes
        return Edit(edit.itinerary, (first, lost, *others), given_up=(lost,))


def _pinned_in_room(
    itinerary: Itinerary, planner: Planner, pin: Pin, days: tuple[int, int], verb: str
) -> Edit:
    start = itinerary
    if days[0] != days[1]:  # what was made for it on its old day is of no use there any more
        left = without_room(itinerary.request, pin.place_id, days[0])
        start = replace(itinerary, request=left)

    def there(begin: Itinerary, on: int | None) -> Edit:
        return _pinned_there(begin, planner, pin, days, verb)

    place = planner.place(pin.place_id)
    return with_room_told(*in_a_room(start, planner, place, days[1:], pin.at, there))


def _pinned_there(
    itinerary: Itinerary, planner: Planner, pin: Pin, days: tuple[int, int], verb: str
) -> Edit:
    request = checked(with_wish(itinerary.request, pin.place_id, pin), planner)
    place = planner.place(pin.place_id)
    old_day, day = days
    free = all_but(itinerary, *days)
    if old_day == day:  # where it already holds nothing has to move, else `plan` frees the day
        free = all_but(itinerary)
    places = no_newcomers(itinerary, planner, request)
    new = planner.plan(request, itinerary, free, places, loyalty=SMALL)
    if new.days == itinerary.days:
        new = _on_the_minute(itinerary, planner, request, pin, day) or new
    when = f"on day {day}" + (f" at {pin.at:%H:%M}" if pin.at is not None else "")
    visit = require(new, place, f"be {when}")
    number = next(n for n, d in enumerate(new.days, 1) if visit in d.visits)
    to = "to" if verb == "Moved" else "on"
    headline = f"{verb} {place.name} {to} day {number} at {visit.arrival:%H:%M}."
    return finish(itinerary, new, headline, frozenset({place.id}))


def _on_the_minute(
    itinerary: Itinerary, planner: Planner, request: TripRequest, pin: Pin, day: int
) -> Itinerary | None:
    """The plan in which a place that holds but for some minutes is there at its hour.

    Its day keeps its stops in their order; None where they leave no way to that, and where the
    place is at its hour, or has none.
    """
    at = find(itinerary, planner, pin.place_id)[1].arrival.time()
    if pin.at in (None, at):
        return None
    places = no_newcomers(itinerary, planner, request)
    free = all_but(itinerary, day)
    new = planner.plan(request, itinerary, free, places, loyalty=SMALL, ordered=True)
    found = new.visit_of(pin.place_id)
    exact = found is not None and found[1].arrival.time() == pin.at
    stops = [[v.place.id for v in one.visits] for one in (*itinerary.days, *new.days)]
    return new if exact and stops[: len(itinerary.days)] == stops[len(itinerary.days) :] else None
