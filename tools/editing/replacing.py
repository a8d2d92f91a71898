"""The edit that puts another place where one is."""

from __future__ import annotations

from dataclasses import replace

from tools.editing.core import (
    Edit,
    Planner,
    all_but,
    checked,
    find,
    finish,
    require,
    unpinned,
    wished_for,
    with_wish,
    without,
)
from tools.editing.places import fixed_to, on_day, paid_by, remove_place
from tools.editing.rooms import in_a_room, with_room_told
from tools.editing.standing_in import (
    alternatives,
    moved_pin,
    none_fits,
    replaced,
    stand_in,
    with_visit,
)
from tools.errors import InfeasibleError, InvalidRequestError
from tools.meals import PIN_TOLERANCE_MINUTES, minute_of_day
from tools.place import Category, Place
from tools.trip import Itinerary, Pin, TripRequest, Visit

_TRIED_REPLACEMENTS = 12


def replace_place(
    itinerary: Itinerary,
    planner: Planner,
    place_id: str,
    replacement: Place | None = None,
    category: Category | None = None,
) -> Edit:
    """Puts another place where one is, and avoids the old one from now on.

    A given place comes alone where that can be (`tools.editing.standing_in`); else its day is
    planned around it. It takes over the hour to which the old one was fixed; where the usual hours
    of the day are in the way these give way (`tools.editing.rooms`), where anything else is, the
    hour does, and the edit says so. One that the plan holds elsewhere leaves that slot for this
    one; where it can't be in this one it stays, and the old one goes all the same.

    Args:
        itinerary: holds the place.
        planner: context.
        place_id: the one to go.
        replacement: the one to come, among the must-sees from then on; when None, the best other
            place that fits there (for a meal, one that serves it).
        category: of the replacement, when that is not given.

    Raises:
        UnknownPlaceError: no such place.
        InvalidRequestError: the place is not in the plan, or to be replaced with itself.
        InfeasibleError: the replacement does not fit; with the binding reason.
    """
    if replacement is None:
        return _with_another(itinerary, planner, place_id, category)
    if replacement.id == place_id:
        raise InvalidRequestError(f"{replacement.name} is already in the plan.")
    find(itinerary, planner, place_id)  # or it is no place of the plan
    if itinerary.visit_of(replacement.id) is not None:
        try:
            return _moved_into(itinerary, planner, place_id, replacement)
        except InfeasibleError as error:
            return _left_where_it_is(itinerary, planner, place_id, replacement, str(error))
    edit, gave_way = _with_this(itinerary, planner, place_id, replacement)
    return with_room_told(edit, gave_way)


def _with_another(
    itinerary: Itinerary, planner: Planner, place_id: str, category: Category | None
) -> Edit:
    """The best other place in the stead of one, of a category if that is given."""
    number, old = find(itinerary, planner, place_id)
    pin = itinerary.request.pin_of(place_id)
    base = checked(without(itinerary.request, place_id), planner)
    found = alternatives(itinerary, planner, base, old, category)
    for candidate, _ in found[:_TRIED_REPLACEMENTS]:
        try:
            new, visit = _in_place_of(itinerary, planner, old, number, candidate, quick=True)
            if visit.meal != old.meal or not _all_kept(itinerary, new, place_id):
                continue
            if pin is None:  # it was nobody's wish
                new = replace(new, request=unpinned(base, candidate.id))
                if _too_many(new, number, candidate):
                    continue
            headline = replaced(old, candidate, number, visit)
            return finish(itinerary, new, headline, frozenset({place_id, candidate.id}))
        except InfeasibleError:
            continue
    raise none_fits(old, number, category)


def _too_many(itinerary: Itinerary, number: int, place: Place) -> bool:
    """Whether a day has more of the place's kind than were wanted; wishes are not counted."""
    request = itinerary.request
    most = dict(request.most_of).get(place.category.value)
    wished = wished_for(request)
    sights = [visit.place for visit in itinerary.days[number - 1].sights]
    of_kind = [p for p in sights if p.category is place.category and p.id not in wished]
    return most is not None and len(of_kind) > most


def _with_this(
    itinerary: Itinerary, planner: Planner, place_id: str, place: Place
) -> tuple[Edit, str]:
    """A place that the plan does not hold in the stead of one.

    Returns:
        The edit, and what gave way to the place; nothing where nothing had to. What the traveller
        had said of it is among what is given up.

    Raises:
        InfeasibleError: it can't be, at no hour of the day; with the reason.
    """
    alone = stand_in(itinerary, planner, place_id, place)
    if alone is not None:
        return alone, ""
    number, old = find(itinerary, planner, place_id)
    pin = itinerary.request.pin_of(place_id)
    at = None if pin is None else pin.at

    def put(start: Itinerary, day: int | None) -> Edit:
        new, visit = _in_place_of(start, planner, old, number, place)
        headline = replaced(old, place, number, visit)
        edit = finish(itinerary, new, headline, frozenset({place_id, place.id}))
        return with_room_told(edit, paid_by(itinerary, new, number))

    try:
        return in_a_room(itinerary, planner, place, [number], at, put)
    except InfeasibleError as error:
        if pin is None or at is None:
            raise
        others = unpinned(itinerary.request, place_id)
        day = () if pin.day is None else (replace(pin, at=None),)
        eased = replace(itinerary, request=replace(others, pins=(*others.pins, *day)))
        edit, room = _with_this(eased, planner, place_id, place)
        lost = f"{place.name} could not take over {at:%H:%M} from {old.place.name}. {error}"
        return replace(edit, given_up=(lost,)), " ".join(filter(None, (lost, room)))


def _in_place_of(
    itinerary: Itinerary,
    planner: Planner,
    old: Visit,
    number: int,
    place: Place,
    quick: bool = False,
) -> tuple[Itinerary, Visit]:
    """The plan in which only this day changed and holds the place, with its visit there.

    Raises:
        InfeasibleError: it does not hold it; with the reason.
    """
    pin = itinerary.request.pin_of(old.place.id)
    base = checked(without(itinerary.request, old.place.id), planner)
    wish = with_wish(base, place.id, moved_pin(pin, place))
    start = with_visit(itinerary, number, old, place)
    at = None if pin is None else pin.at
    new = on_day(start, planner, wish, place.id, number, at, quick)
    there = f"be there at {at:%H:%M}" if at is not None else f"take the place of {old.place.name}"
    return replace(new, request=wish), require(new, place, there)


def _moved_into(itinerary: Itinerary, planner: Planner, place_id: str, place: Place) -> Edit:
    """A place of the plan where another one is; its old slot is left without it."""
    was, _ = find(itinerary, planner, place.id)
    less = _removed(itinerary, planner, place.id, place_id).itinerary
    made, gave_way = _with_this(less, planner, place_id, place)
    new = made.itinerary
    number, visit = find(new, planner, place.id)
    told = replaced(find(itinerary, planner, place_id)[1], place, number, visit)
    if number != was:
        told += f" {place.name} is no longer on day {was}."
    pin = itinerary.request.pin_of(place.id)
    kept = pin is not None and pin.day in (None, number) and _at_its_hour(pin, visit)
    if pin is not None and kept:
        new = replace(new, request=_fixed_still(new.request, pin))
    edit = finish(itinerary, new, told, frozenset({place_id, place.id}))
    edit = with_room_told(replace(edit, given_up=made.given_up), gave_way)
    if pin is None or kept:
        return edit
    lost = f"{place.name} was fixed to {fixed_to(pin)} and is no longer."
    return replace(with_room_told(edit, lost), given_up=(lost, *edit.given_up))


def _left_where_it_is(
    itinerary: Itinerary, planner: Planner, place_id: str, place: Place, reason: str
) -> Edit:
    """The edit that takes a place out for one that the plan holds, and that stays where it is."""
    less = _removed(itinerary, planner, place_id, place.id)
    pin = itinerary.request.pin_of(place.id)
    request = checked(with_wish(less.itinerary.request, place.id, pin), planner)
    new = planner.plan(request, less.itinerary, all_but(itinerary))
    number, visit = find(new, planner, place.id)
    why = reason.replace(place.name, "it", 1)
    stays = f"{place.name} stays on day {number} at {visit.arrival:%H:%M}: {why}"
    edit = finish(itinerary, new, less.changes[0], frozenset({place_id, place.id}))
    return replace(with_room_told(edit, stays), given_up=(stays,))


def _removed(itinerary: Itinerary, planner: Planner, place_id: str, keep: str) -> Edit:
    """A place taken out where another one, `keep`, must not go with it.

    The day from which the place goes is planned anew, by which a stop that nobody asked for could
    be lost; so this one is a must-see meanwhile, which can be on no other day, as only that one
    changes. What is wished of it is as before in what comes out.

    Raises:
        InfeasibleError: the other one is lost all the same.
    """
    number, kept = find(itinerary, planner, keep)
    held = with_wish(itinerary.request, keep, itinerary.request.pin_of(keep))
    less = remove_place(replace(itinerary, request=held), planner, place_id)
    if less.itinerary.visit_of(keep) is None:
        name = planner.place(place_id).name
        raise InfeasibleError(f"{kept.place.name} can't stay on day {number} without {name}.")
    request = checked(without(itinerary.request, place_id), planner)
    return replace(less, itinerary=replace(less.itinerary, request=request))


def _at_its_hour(pin: Pin, visit: Visit) -> bool:
    """Whether the visit is at the pin's hour, if it has one."""
    if pin.at is None:
        return True
    arrival = minute_of_day(visit.arrival.time())
    return abs(arrival - minute_of_day(pin.at)) <= PIN_TOLERANCE_MINUTES


def _fixed_still(request: TripRequest, pin: Pin) -> TripRequest:
    """The request in which a pin holds as before, beside what its place took over."""
    own = next((p for p in request.pins if p.place_id == pin.place_id), pin)
    both = Pin(
        pin.place_id,
        pin.day if own.day is None else own.day,
        pin.at if own.at is None else own.at,
    )
    return replace(request, pins=(*unpinned(request, pin.place_id).pins, both))


def _all_kept(old: Itinerary, new: Itinerary, but: str) -> bool:
    visited = {v.place.id for v in new.visits}
    return all(
        v.place.id in visited
        for v in old.visits
        if v.place.id != but and not v.place.category.is_food
    )
