"""One place in the stead of another: what could stand in for a visit, and the day with it."""

from __future__ import annotations

from dataclasses import replace

from tools.editing.core import (
    SMALL,
    Edit,
    Planner,
    all_but,
    checked,
    find,
    finish,
    wished_for,
    with_wish,
    without,
)
from tools.errors import InfeasibleError
from tools.place import Category, Place
from tools.planning.score import sight_value
from tools.repeats import visited
from tools.trip import Itinerary, Pin, TripRequest, Visit

_SEARCHED = 128
"""Iterations where a day has to find another order. With the places of one plan alone, 100 found
the same day as 0.25 s of search in 180 of 181 cases, and 400 in no more of them."""
_SAVED = 20
"""Minutes on the way that another order has to save, where the old one holds: who swaps one stop
does not expect the others to move, but not to ride across the town and back either."""


def stand_in(itinerary: Itinerary, planner: Planner, place_id: str, place: Place) -> Edit | None:
    """The trip with another place where one is, and all else that was in it.

    The day keeps its order where that holds, unless another saves much way; else its stops are
    ordered anew. The planner's seconds count for nothing: the same arguments give the same plan,
    whatever the machine, so what is told of it beforehand is what one gets.

    Args:
        itinerary: holds the place, and not yet the other.
        planner: context.
        place_id: the one to go; avoided from then on.
        place: the one to come; it takes over a pin, and is among the must-sees from then on.

    Returns:
        None where the place does not fit, would be another meal, or something else is lost by it.

    Raises:
        UnknownPlaceError: no such place.
        InvalidRequestError: the place is not in the plan.
    """
    number, old = find(itinerary, planner, place_id)
    pin = itinerary.request.pin_of(place_id)
    base = checked(without(itinerary.request, place_id), planner)
    wish = with_wish(base, place.id, moved_pin(pin, place))
    new = _in_its_stead(itinerary, planner, wish, number, old, place)
    if new is None:
        return None
    visit = next(v for v in new.visits if v.place.id == place.id)
    new = replace(new, request=wish)
    headline = replaced(old, place, number, visit)
    return finish(itinerary, new, headline, frozenset({place_id, place.id}))


def _in_its_stead(
    itinerary: Itinerary,
    planner: Planner,
    wish: TripRequest,
    number: int,
    old: Visit,
    place: Place,
) -> Itinerary | None:
    at = next((p.at for p in wish.pins if p.place_id == place.id), None)
    pinned = with_wish(wish, place.id, Pin(place.id, number, at))
    known = {v.place.id for v in itinerary.visits} | wished_for(pinned)
    places = [p for p in planner.places if p.id in known]  # so that nothing else comes along
    start, keep = with_visit(itinerary, number, old, place), all_but(itinerary, number)
    kept = planner.plan(pinned, start, keep, places, True, SMALL, ordered=True)
    stood, order = itinerary.days[number - 1], [v.place.id for v in start.days[number - 1].visits]
    day = kept.days[number - 1]
    whole = _whole(itinerary, kept, old, place)
    in_order = whole and [v.place.id for v in day.visits] == order
    if in_order and day.way_minutes - stood.way_minutes < _SAVED:
        return kept
    searching = replace(planner, iterations=_SEARCHED)
    found = searching.plan(pinned, start, keep, places, loyalty=SMALL)
    if not _whole(itinerary, found, old, place):
        return kept if whole else None
    saves_enough = day.way_minutes - found.days[number - 1].way_minutes >= _SAVED
    return kept if in_order and not saves_enough else found


def _whole(before: Itinerary, after: Itinerary, old: Visit, place: Place) -> bool:
    """Whether the place came for the same meal, or none, and only the old one went."""
    had = {visit.place.id for visit in before.visits}
    visits = {visit.place.id: visit for visit in after.visits}
    told = {entry.what for entry in before.left_out}
    return (
        place.id in visits
        and visits[place.id].meal is old.meal
        and had - visits.keys() == {old.place.id}
        and {entry.what for entry in after.left_out} <= told
    )


def alternatives(
    itinerary: Itinerary,
    planner: Planner,
    request: TripRequest,
    old: Visit,
    category: Category | None = None,
) -> list[tuple[Place, float]]:
    """What could stand in for a visit, the most promising first, with that promise in points.

    Args:
        itinerary: holds the visit.
        planner: context.
        request: whose wishes count.
        old: the visit.
        category: of what comes; any that fits when None.
    """
    planned = visited(itinerary)

    def fits(place: Place) -> bool:
        if place.id in planned or place.id in request.avoid:
            return False
        if place.city != old.place.city:
            return False
        if category is not None and place.category is not category:
            return False
        if category is None and place.category.value in request.avoid_categories:
            return False
        if old.meal is not None:
            return place.category.is_food and old.meal in place.meals
        return not place.category.is_food

    def promise(place: Place) -> float:
        kin = place.category is old.place.category or set(place.interests) & set(
            old.place.interests
        )
        near = planner.travel.leg(old.place.coordinates, place.coordinates).minutes
        return sight_value(place, request) * (1.3 if kin else 1.0) - 2 * near

    found = [(place, promise(place)) for place in planner.places if fits(place)]
    return sorted(found, key=lambda one: one[1], reverse=True)


def none_fits(old: Visit, number: int, category: Category | None = None) -> InfeasibleError:
    """The error for a visit, on a 1-based day, that nothing can stand in for."""
    kind = "place" if category is None else category.value.replace("_", " ")
    return InfeasibleError(
        f"No other {kind} fits in the place of {old.place.name} on day {number}."
    )


def replaced(old: Visit, place: Place, number: int, visit: Visit) -> str:
    """The sentence for a place that came on a 1-based day, by its visit there."""
    return f"Replaced {old.place.name} with {place.name} on day {number} at {visit.arrival:%H:%M}."


def moved_pin(pin: Pin | None, place: Place) -> Pin | None:
    """The pin for another place."""
    return None if pin is None else replace(pin, place_id=place.id)


def with_visit(itinerary: Itinerary, number: int, old: Visit, place: Place) -> Itinerary:
    """The itinerary with another place written over a visit: where the planner starts from."""
    days = list(itinerary.days)
    visits = tuple(
        replace(v, place=place) if v is old else v for v in itinerary.days[number - 1].visits
    )
    days[number - 1] = replace(days[number - 1], visits=visits)
    return replace(itinerary, days=tuple(days))
