"""Edits of single places: add and remove. Others are in `pinning` and `replacing` beside this."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import time

from tools.editing.core import (
    SMALL,
    Edit,
    Planner,
    all_but,
    checked,
    day_for,
    days_in,
    find,
    finish,
    no_newcomers,
    require,
    unpinned,
    why_left_out,
    wished_for,
    with_wish,
    without,
    without_room,
)
from tools.editing.pinning import pinned
from tools.editing.rooms import in_a_room, rooms, with_room_told
from tools.errors import InputError, InvalidRequestError
from tools.names import listed
from tools.place import Place
from tools.planning.score import sight_value
from tools.trip import Itinerary, Pin, TripRequest


def add_place(
    itinerary: Itinerary,
    planner: Planner,
    place_id: str,
    day: int | None = None,
    at: time | None = None,
) -> Edit:
    """Puts a place into the trip, and among its must-sees.

    A given day or time becomes a pin; a place that is in the plan on another day or at another hour
    moves there, and one of which nothing more is said stays and is a must from now on. Without a
    day, it goes to the day that loses least by it. Where it does not fit beside what is there, the
    least valuable sight of that day that nobody asked for makes room. Only that day changes; where
    it could not hold the place at all, the hours that nobody asked for give way
    (`tools.editing.rooms`), and where the budget could not, dear stops of other days.

    Raises:
        UnknownPlaceError: no such place.
        InvalidRequestError: no such day.
        InfeasibleError: it can't be; with the binding reason.
    """
    place = planner.place(place_id)
    if not days_in(itinerary, place.city):
        raise InvalidRequestError(f"{place.name} is in no city of this trip.")
    if day is not None:
        day_for(itinerary, place, day)
    if place_id in {visit.place.id for visit in itinerary.visits}:
        return _again(itinerary, planner, place_id, day, at)
    return with_room_told(*_added_in_room(itinerary, planner, place, day, at))


def _added_in_room(
    itinerary: Itinerary, planner: Planner, place: Place, day: int | None, at: time | None
) -> tuple[Edit, str]:
    days = days_in(itinerary, place.city) if day is None else [day]

    def added(start: Itinerary, on: int | None) -> Edit:
        return _added(start, planner, place, day, at, on)

    return in_a_room(itinerary, planner, place, days, at, added)


def _added(
    itinerary: Itinerary,
    planner: Planner,
    place: Place,
    day: int | None,
    at: time | None,
    on: int | None,
) -> Edit:
    """The place added; `on` is the day that was made to hold it, to which it is not fixed."""
    place_id = place.id
    pin = Pin(place_id, day, at) if day is not None or at is not None else None
    request = checked(with_wish(itinerary.request, place_id, pin), planner)
    chosen = day if on is None else on
    if chosen is None:
        chosen = _best_day(itinerary, planner, request, place, at)
    new = on_day(itinerary, planner, request, place_id, chosen, at)
    visit = require(new, place, f"be added to day {chosen}")
    new = replace(new, request=request)
    headline = f"Added {place.name} to day {chosen} at {visit.arrival:%H:%M}."
    edit = finish(itinerary, new, headline, frozenset({place_id}))
    return with_room_told(edit, paid_by(itinerary, new, chosen))


def paid_by(old: Itinerary, new: Itinerary, day: int) -> str:
    """What other days lack so that the budget holds what came on this one; empty for nothing.

    Without a budget nothing gave way to keep to one, whatever other days lack.
    """
    if new.request.budget is None:
        return ""
    still = {visit.place.id for visit in new.visits}
    gone = [
        visit.place.name
        for number, one in enumerate(old.days, start=1)
        for visit in one.visits
        if number != day and visit.place.id not in still
    ]
    return f"{listed(gone)} made way for it, to keep to the budget." if gone else ""


def _again(
    itinerary: Itinerary, planner: Planner, place_id: str, day: int | None, at: time | None
) -> Edit:
    """What adding a place means that is in the plan."""
    number, visit = find(itinerary, planner, place_id)
    if at is not None or day not in (None, number):
        to = number if day is None else day
        return pinned(itinerary, planner, Pin(place_id, to, at), (number, to), "Moved")
    pin = itinerary.request.pin_of(place_id)
    if pin is None and day is not None:
        pin = Pin(place_id, day)
    request = checked(with_wish(itinerary.request, place_id, pin), planner)
    new = planner.plan(request, itinerary, all_but(itinerary))
    headline = (
        f"{visit.place.name} is already in the plan, on day {number} at {visit.arrival:%H:%M}, "
        "and stays there."
    )
    return finish(itinerary, new, headline, frozenset({place_id}))


def remove_place(itinerary: Itinerary, planner: Planner, place_id: str) -> Edit:
    """Takes a place out, with its pins, and avoids it from now on.

    A meal gets another restaurant where there is one; a sight is not replaced. Only that day
    changes. Of a place that is not in the plan only the wish changes.

    Raises:
        UnknownPlaceError: no such place.
    """
    request = itinerary.request
    if all(v.place.id != place_id for v in itinerary.visits):
        name = planner.place(place_id).name
        wished = place_id in wished_for(request)
        new = planner.plan(
            checked(without(request, place_id), planner), itinerary, all_but(itinerary)
        )
        told = "is no longer on the wish list" if wished else "is not in the plan and stays out"
        return finish(itinerary, new, f"{name} {told}.")
    number, visit = find(itinerary, planner, place_id)
    request = checked(without(request, place_id), planner)
    new = planner.plan(
        request,
        itinerary,
        all_but(itinerary, number),
        no_newcomers(itinerary, planner, request),
        loyalty=SMALL,
    )
    headline = f"Removed {visit.place.name} from day {number}."
    return finish(itinerary, new, headline, frozenset({place_id}))


def fixed_to(pin: Pin) -> str:
    """Such as "day 2 at 12:30"."""
    when = [f"day {pin.day}"] if pin.day is not None else []
    when += [f"{pin.at:%H:%M}"] if pin.at is not None else []
    return " at ".join(when) or "the trip"


def with_room(itinerary: Itinerary, planner: Planner) -> tuple[Itinerary, tuple[str, ...]]:
    """The plan with those must-sees that only the usual hours left out, and what gave way to each.

    Places fixed to a day or an hour stay so; a must-see that even a day of its own would not hold
    is left out as before.
    """
    told: list[str] = []
    visited = {visit.place.id for visit in itinerary.visits}
    for place_id in itinerary.request.must_see:
        if place_id in visited:
            continue
        with suppress(InputError):
            place = planner.place(place_id)
            pin = itinerary.request.pin_of(place_id)
            day, at = (None, None) if pin is None else (pin.day, pin.at)
            days = days_in(itinerary, place.city) if day is None else [day]
            if rooms(itinerary.request, place, days, at, planner.travel):
                made, room = _added_in_room(itinerary, planner, place, day, at)
                # a meal that has no time beside a long visit is less than a wish
                if room and _wishes_met(made.itinerary) > _wishes_met(itinerary):
                    itinerary = made.itinerary
                    told.append(f"{made.changes[0].removesuffix('.')}: {room}")
    return itinerary, tuple(told)


def with_pins_eased(itinerary: Itinerary, planner: Planner) -> tuple[Itinerary, tuple[str, ...]]:
    """The plan with those places that their pins kept out, and how each is fixed no longer.

    For a trip that was said anew, on whose days what was fixed before can't be any more. An hour is
    kept on another day where that can be; else the place comes whenever it fits, or is left out.
    """
    told: list[str] = []
    for pin in itinerary.request.pins:
        if itinerary.visit_of(pin.place_id) is not None:
            continue
        name = planner.place(pin.place_id).name
        said = f"{name} could not stay fixed to {fixed_to(pin)}{why_left_out(itinerary, name)}"
        request = without_room(unpinned(itinerary.request, pin.place_id), pin.place_id)
        itinerary = planner.plan(request, itinerary, all_but(itinerary))
        for at in dict.fromkeys((None if pin.day is None else pin.at, None)):
            if itinerary.visit_of(pin.place_id) is None:
                with suppress(InputError):
                    itinerary = add_place(itinerary, planner, pin.place_id, None, at).itinerary
        if (found := itinerary.visit_of(pin.place_id)) is not None:
            said += f"; it is on day {found[0]} at {found[1].arrival:%H:%M} now"
        told.append(f"{said}.")
    return itinerary, tuple(told)


def on_day(
    itinerary: Itinerary,
    planner: Planner,
    request: TripRequest,
    place_id: str,
    day: int,
    at: time | None,
    quick: bool = False,
) -> Itinerary:
    """The plan in which only this day changed and holds the place, if that can be.

    Where the other days leave too little of the budget for it, what nobody asked for on them gives
    way: a dear table to another one, a sight. Its request may hold a pin to the day that the wanted
    request lacks.
    """
    pinned = with_wish(request, place_id, Pin(place_id, day, at))
    places = no_newcomers(itinerary, planner, pinned)
    others = all_but(itinerary, day)
    new = planner.plan(pinned, itinerary, others, places, quick, SMALL)
    if quick or pinned.budget is None or new.visit_of(place_id) is not None:
        return new
    paid = planner.plan(replace(pinned, budget=None), itinerary, others, places, loyalty=SMALL)
    if paid.visit_of(place_id) is None:  # it is not the money
        return new
    cheaper = planner.plan(pinned, itinerary, places=places, loyalty=SMALL)
    return _with_days_kept(itinerary, cheaper, planner, places)


def _with_days_kept(
    old: Itinerary, new: Itinerary, planner: Planner, places: Sequence[Place]
) -> Itinerary:
    """The new plan with the old one's days wherever it has the same stops on them."""
    same = frozenset(
        number
        for number, (a, b) in enumerate(zip(old.days, new.days, strict=True), start=1)
        if {v.place.id for v in a.visits} == {v.place.id for v in b.visits}
    )
    days = tuple(old.days[n - 1] if n in same else day for n, day in enumerate(new.days, start=1))
    mixed = replace(new, days=days)
    return planner.plan(new.request, mixed, all_but(mixed), places)


def _best_day(
    itinerary: Itinerary,
    planner: Planner,
    request: TripRequest,
    place: Place,
    at: time | None,
) -> int:
    """The day that loses least when the place is put into it: value of visits, then minutes.

    Raises:
        InfeasibleError: there is none; with the reason.
    """
    best: tuple[float, int] | None = None
    for day in days_in(itinerary, place.city):
        trial = on_day(itinerary, planner, request, place.id, day, at, quick=True)
        if all(v.place.id != place.id for v in trial.days[day - 1].visits):
            continue
        worth = sum(sight_value(v.place, request) for v in trial.days[day - 1].visits)
        worth -= sum(sight_value(v.place, request) for v in itinerary.days[day - 1].visits)
        worth += 1000 * (len(itinerary.left_out) - len(trial.left_out))
        worth -= trial.days[day - 1].way_minutes - itinerary.days[day - 1].way_minutes
        if best is None or worth > best[0]:
            best = (worth, day)
    if best is None:
        places = no_newcomers(itinerary, planner, request)
        new = planner.plan(request, itinerary, places=places, loyalty=SMALL)
        visit = require(new, place, "be added")
        return next(n for n, d in enumerate(new.days, 1) if visit in d.visits)
    return best[1]


def _wishes_met(itinerary: Itinerary) -> int:
    """How many of the places that were asked for the plan holds."""
    return len({visit.place.id for visit in itinerary.visits} & wished_for(itinerary.request))
