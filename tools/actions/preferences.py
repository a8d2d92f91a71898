"""What a settings panel holds of the party: read from a trip, and applied to it as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tools.actions.edits import edited
from tools.actions.trips import planner_of
from tools.actions.wishes import FOR_KIDS
from tools.childrens_rest import CHILDRENS_REST, is_rest, rest_making_way
from tools.editing.refitting import refit
from tools.errors import InvalidRequestError
from tools.names import listed
from tools.outcome import Trip
from tools.place import Diet
from tools.planning.problem import MAX_TRAVELLERS
from tools.services import TravelServices
from tools.times import resolve_walk
from tools.trip import (
    DAY_END,
    KIDS_DAY_END,
    Pace,
    TripRequest,
    WalkLimit,
)

MAX_DIETS = 3
"""As many as the wishes hold (`tools.arguments.PlanDays`)."""
MAX_WALK_MINUTES = 180
"""Longer limits limit nothing."""


class Preferences(BaseModel):
    """The party as it is, all of it: what is off is off, not unsaid."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pace: Pace = Pace.BALANCED
    diets: tuple[Diet, ...] = Field((), max_length=MAX_DIETS)
    """Every meal serves all of these."""
    step_free: bool = False
    good_for_kids: bool = False
    max_walk_minutes: int | None = Field(None, ge=1, le=MAX_WALK_MINUTES)
    """At a time; None for as far as is usual. A limit on a day's walk, which only words can set,
    stays beside None and gives way to minutes."""
    travellers: int | None = Field(None, ge=1, le=MAX_TRAVELLERS)
    """None leaves it as it is."""

    @field_validator("diets")
    @classmethod
    def _once(cls, diets: tuple[Diet, ...]) -> tuple[Diet, ...]:
        return tuple(dict.fromkeys(diets))


def read_preferences(values: Mapping[str, Any]) -> Preferences:
    """The preferences from a panel's values, by the names of the fields.

    Raises:
        InvalidRequestError: a name or value that is none of theirs; the sentence says which.
    """
    try:
        return Preferences.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = " ".join(str(part).replace("_", " ") for part in first["loc"][:1])
        raise InvalidRequestError(f"The setting {where} can't be used: {first['msg']}.") from error


def preferences_of(trip: Trip) -> Preferences:
    """What a panel should show of a trip: of its plan, else of what was said so far."""
    if trip.itinerary is not None:
        request = trip.itinerary.request
        return Preferences(
            pace=request.pace,
            diets=request.diets[:MAX_DIETS],
            step_free=request.step_free,
            good_for_kids=request.good_for_kids,
            max_walk_minutes=_minutes(request.walk),
            travellers=request.travellers,
        )
    wishes = trip.wishes
    walk = None if wishes.max_walk is None else resolve_walk(wishes.max_walk)
    return Preferences(
        pace=wishes.pace or Pace.BALANCED,
        diets=tuple(wishes.diet or ()),
        step_free=bool(wishes.step_free),
        good_for_kids=bool(wishes.good_for_kids),
        max_walk_minutes=_minutes(walk),
        travellers=None if wishes.travellers is None else min(wishes.travellers, MAX_TRAVELLERS),
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
    told = tuple(_told(old, wanted))
    wishes = _as_wishes(trip, old, wanted)
    if trip.itinerary is None:
        return replace(trip, wishes=trip.wishes.model_copy(update=wishes)), told
    request = _changed(trip, trip.itinerary.request, wanted)
    context = planner_of(services, trip.itinerary)
    edit = refit(trip.itinerary, context, request)
    return edited(trip, edit, **wishes), (*told, *edit.changes)


def _minutes(walk: WalkLimit | None) -> int | None:
    """The limit as a panel can hold it: one that says more, as words may, is its largest."""
    if walk is None or walk.leg_minutes is None:
        return None
    return min(walk.leg_minutes, MAX_WALK_MINUTES)


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
    if wanted.max_walk_minutes != _minutes(walk):
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
    request = replace(
        request,
        good_for_kids=True,
        day_end=request.day_end if said_end else KIDS_DAY_END,
        most_of=tuple((dict(FOR_KIDS) | dict(request.most_of)).items()),
        free=(*request.free, CHILDRENS_REST),
    )
    for pin in request.pins:
        if pin.at is not None:
            request = rest_making_way(request, pin.day, pin.at)
    return request


def _without(request: TripRequest, said_end: bool) -> TripRequest:
    """The request without what children brought along."""
    return replace(
        request,
        good_for_kids=False,
        day_end=request.day_end if said_end else DAY_END,
        most_of=tuple(one for one in request.most_of if one not in FOR_KIDS),
        free=tuple(free for free in request.free if not is_rest(request, free)),
    )


def _told(old: Preferences, wanted: Preferences) -> list[str]:
    """What is asked for now, a sentence each."""
    told = []
    if wanted.pace is not old.pace:
        told.append(f"The pace is now {wanted.pace.value}.")
    if wanted.diets != old.diets:
        diets = _words(wanted.diets)
        told.append(f"Every meal is now {diets}." if diets else "Meals need no diet any more.")
    if wanted.step_free != old.step_free:
        told.append(
            "Every place is now free of steps."
            if wanted.step_free
            else "Places with steps are possible again."
        )
    if wanted.good_for_kids != old.good_for_kids:
        told.append(
            "The days now suit children, with an hour's rest after lunch."
            if wanted.good_for_kids
            else "The days no longer have to suit children."
        )
    if wanted.max_walk_minutes != old.max_walk_minutes:
        minutes = wanted.max_walk_minutes
        most = "1 minute" if minutes == 1 else f"{minutes} minutes"
        told.append(
            "Walks may be as long as usual again."
            if minutes is None
            else f"No walk is now longer than {most}."
        )
    if wanted.travellers != old.travellers:
        count = "1 traveller" if wanted.travellers == 1 else f"{wanted.travellers} travellers"
        told.append(f"The trip is now for {count}.")
    return told


def _words(diets: Sequence[Diet]) -> str:
    return listed([diet.value.replace("_", "-") for diet in diets]) if diets else ""
