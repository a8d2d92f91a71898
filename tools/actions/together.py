"""Calls of one message that only work together: two places that change their days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from tools import editing
from tools.actions import saying
from tools.actions.edits import edited
from tools.actions.trips import planner_of
from tools.actions.visits import visit_named
from tools.arguments import AddPlace, Arguments, MovePlace, PinPlace
from tools.errors import InputError
from tools.outcome import Outcome, Trip
from tools.services import TravelServices
from tools.times_of_trip import hour_beside
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
        What came of it; None where it is no move, nothing else moves, or they can't be together
        either.
    """
    if trip.itinerary is None or not isinstance(said, AddPlace | MovePlace | PinPlace):
        return None
    try:
        others = [_MOVES[name].model_validate(given) for name, given in later if name in _MOVES]
        pins = [_pin(services, trip.itinerary, one) for one in (said, *others)]
        meant = {pin.place_id: pin for pin in pins}  # what is said last of a place
        if len(meant) < 2:
            return None
        context = planner_of(services, trip.itinerary)
        edit = editing.move_together(trip.itinerary, context, tuple(meant.values()))
    except (InputError, ValidationError):
        return None
    found = edit.itinerary.visit_of(pins[0].place_id)
    assert found is not None  # the edit that was made says so
    number, visit = found
    at = saying.clock(visit.arrival)
    facts = {"place": visit.place.name, "day": saying.day(number), "time": at}
    return saying.outcome("moved", edited(trip, edit), facts, edit.changes)


def _pin(
    services: TravelServices, itinerary: Itinerary, said: AddPlace | MovePlace | PinPlace
) -> Pin:
    """Where a place of the plan is to be.

    Raises:
        InputError: it is not in the plan, or there is no such day.
    """
    found = visit_named(services, itinerary, said.place)
    at = None if said.time is None else hour_beside(said.time, found.visit.arrival.time())
    return Pin(found.visit.place.id, found.day if said.day is None else said.day, at)
