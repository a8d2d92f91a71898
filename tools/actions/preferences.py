"""A settings panel's choices for the party, applied to a trip as a whole."""

from __future__ import annotations

from dataclasses import replace

from tools.actions.edits import edited
from tools.actions.party import Preferences, minutes_of, preferences_of, told
from tools.actions.trips import planner_of
from tools.actions.wishes import FOR_KIDS
from tools.childrens_rest import CHILDRENS_REST, is_rest, rest_beside_pins
from tools.editing.refitting import refit
from tools.outcome import Trip
from tools.services import TravelServices
from tools.trip import (
    DAY_END,
    KIDS_DAY_END,
    TripRequest,
    WalkLimit,
)


def set_preferences(
    services: TravelServices, trip: Trip, wanted: Preferences
) -> tuple[Trip, tuple[str, ...]]:
    """Makes the trip one for the party as it is now.

    Without a plan they are wishes for the first one; with one, it is changed no more than they
    need (`tools.editing.refitting`), as a new version that can be taken back. What the traveller
    says later counts.

    Returns:
        The trip, and what changed, a sentence each; the very same trip and nothing where it is as
        wanted already.

    Raises:
        InfeasibleError: what is fixed stands against it; with the reason.
        InvalidRequestError: numbers that no trip can have.
        ServiceUnavailableError: travel times that an outside service does not give.
    """
    old = preferences_of(trip)
    if wanted.travellers is None:
        wanted = wanted.model_copy(update={"travellers": old.travellers})
    if set(wanted.diets) == set(old.diets):  # their order means nothing
        wanted = wanted.model_copy(update={"diets": old.diets})
    if wanted == old:
        return trip, ()
    said = tuple(told(old, wanted))
    wishes = _as_wishes(trip, old, wanted)
    if trip.itinerary is None:
        return replace(trip, wishes=trip.wishes.model_copy(update=wishes)), said
    request = _changed(trip, trip.itinerary.request, wanted)
    context = planner_of(services, trip.itinerary)
    edit = refit(trip.itinerary, context, request)
    return edited(trip, edit, **wishes), (*said, *edit.changes)


def _as_wishes(trip: Trip, old: Preferences, wanted: Preferences) -> dict[str, object]:
    wishes: dict[str, object] = {
        "pace": wanted.pace,
        "diet": list(wanted.diets) or None,
        "step_free": wanted.step_free or None,
        "good_for_kids": wanted.good_for_kids or None,
        "travellers": wanted.travellers,
        "max_walk": trip.wishes.max_walk,
    }
    if wanted.max_walk_minutes != old.max_walk_minutes:
        minutes = wanted.max_walk_minutes
        wishes["max_walk"] = None if minutes is None else f"{minutes} minutes"
    return wishes


def _changed(trip: Trip, request: TripRequest, wanted: Preferences) -> TripRequest:
    walk = request.walk
    if wanted.max_walk_minutes != minutes_of(walk):
        minutes = wanted.max_walk_minutes
        walk = None if minutes is None else WalkLimit(leg_minutes=minutes)
    travellers = request.travellers if wanted.travellers is None else wanted.travellers
    changed = replace(
        request,
        pace=wanted.pace,
        diets=wanted.diets,
        step_free=wanted.step_free,
        walk=walk,
        travellers=travellers,
    )
    if wanted.good_for_kids == request.good_for_kids:
        return changed
    said_end = trip.wishes.day_end is not None
    return (_with_children if wanted.good_for_kids else _without)(changed, said_end)


def _with_children(request: TripRequest, said_end: bool) -> TripRequest:
    """The request with what children bring along: their rest, an early evening, few museums."""
    with_rest = replace(
        request,
        good_for_kids=True,
        day_end=request.day_end if said_end else KIDS_DAY_END,
        most_of=tuple((dict(FOR_KIDS) | dict(request.most_of)).items()),
        free=(*request.free, CHILDRENS_REST),
    )
    return rest_beside_pins(with_rest)


def _without(request: TripRequest, said_end: bool) -> TripRequest:
    """The request without what children brought along."""
    return replace(
        request,
        good_for_kids=False,
        day_end=request.day_end if said_end else DAY_END,
        most_of=tuple(one for one in request.most_of if one not in FOR_KIDS),
        free=tuple(free for free in request.free if not is_rest(request, free)),
    )
