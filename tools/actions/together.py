"""Calls of one message that only work together: two places that change their days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from tools import editing
from tools.actions.asked_hours import asked_hour, is_shift
from tools.actions.edits import moved, pinned
from tools.actions.trips import planner_of
from tools.actions.visits import check_day, visit_named
from tools.arguments import AddPlace, Arguments, MovePlace, PinPlace
from tools.errors import InputError
from tools.outcome import Outcome, Trip
from tools.services import TravelServices
from tools.trip import Itinerary, Pin

Call = tuple[str, Mapping[str, Any]]
"""A tool's name and what it is called with, not validated yet."""

_MOVES: dict[str, type[AddPlace | MovePlace | PinPlace]] = {
    "add_place": AddPlace, "move_place": MovePlace, "pin_place": PinPlace,
}  # fmt: skip


def moved_together(
    services: TravelServices, trip: Trip, said: Arguments, later: Sequence[Call]
) -> Outcome | None:
    """The move made along with those that the same message goes on to ask for.

    For one that can't be as long as a place stands where it does that is to move next.

    Args:
        services: where to look.
        trip: as it stands.
        said: the move that alone was refused, or cost a place its hour.
        later: the calls of the same message that come after it.

    Returns:
        What came of it; None where it is no move, nothing else moves, they can't be together
        either, or a later one says by how much: it is still to be called, and would count that
        from the hour it has by then.
    """
    if trip.itinerary is None or not isinstance(said, AddPlace | MovePlace | PinPlace):
        return None
    try:
        others = [_MOVES[name].model_validate(given) for name, given in later if name in _MOVES]
        if any(one.time is not None and is_shift(one.time) for one in others):
            return None
        pins = [_pin(services, trip.itinerary, one) for one in (said, *others)]
        meant = {pin.place_id: pin for pin in pins}  # what is said last of a place
        if len(meant) < 2:
            return None
        context = planner_of(services, trip.itinerary)
        edit = editing.move_together(trip.itinerary, context, tuple(meant.values()))
    except (InputError, ValidationError):
        return None
    first = pins[0].place_id
    if isinstance(said, PinPlace):
        return pinned(trip, edit, first, hour_asked=said.time is not None)
    return moved(trip, edit, first)


def _pin(
    services: TravelServices, itinerary: Itinerary, said: AddPlace | MovePlace | PinPlace
) -> Pin:
    """Where a place of the plan is to be.

    Raises:
        InputError: it is not in the plan, there is no such day, or the words give no hour.
    """
    found = visit_named(services, itinerary, said.place)
    place, standing = found.visit.place, found.visit.arrival.time()
    day = found.day if said.day is None else said.day
    check_day(itinerary, day)
    return Pin(place.id, day, asked_hour(services, itinerary, place, day, said.time, standing))
