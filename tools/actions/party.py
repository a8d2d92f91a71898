"""The party of a trip: what a settings panel holds of it, and how a change of it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tools.errors import InvalidRequestError
from tools.names import listed
from tools.outcome import Trip
from tools.place import Diet
from tools.planning.problem import MAX_TRAVELLERS
from tools.times import resolve_walk
from tools.trip import Pace, TripRequest, WalkLimit

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
        return party_of(trip.itinerary.request)
    wishes = trip.wishes
    walk = None if wishes.max_walk is None else resolve_walk(wishes.max_walk)
    return Preferences(
        pace=wishes.pace or Pace.BALANCED,
        diets=tuple(wishes.diet or ()),
        step_free=bool(wishes.step_free),
        good_for_kids=bool(wishes.good_for_kids),
        max_walk_minutes=minutes_of(walk),
        travellers=None if wishes.travellers is None else min(wishes.travellers, MAX_TRAVELLERS),
    )


def party_of(request: TripRequest) -> Preferences:
    """What a plan was made for."""
    return Preferences(
        pace=request.pace,
        diets=request.diets[:MAX_DIETS],
        step_free=request.step_free,
        good_for_kids=request.good_for_kids,
        max_walk_minutes=minutes_of(request.walk),
        travellers=request.travellers,
    )


def minutes_of(walk: WalkLimit | None) -> int | None:
    """The limit as a panel can hold it: one that says more, as words may, is its largest."""
    if walk is None or walk.leg_minutes is None:
        return None
    return min(walk.leg_minutes, MAX_WALK_MINUTES)


def told(old: Preferences, wanted: Preferences) -> list[str]:
    """What is asked for now, a sentence each."""
    found = []
    if wanted.pace is not old.pace:
        found.append(f"The pace is now {wanted.pace.value}.")
    if wanted.diets != old.diets:
        diets = _words(wanted.diets)
        found.append(f"Every meal is now {diets}." if diets else "Meals need no diet any more.")
    if wanted.step_free != old.step_free:
        found.append(
            "Every place is now free of steps."
            if wanted.step_free
            else "Places with steps are possible again."
        )
    if wanted.good_for_kids != old.good_for_kids:
        found.append(
            "The days now suit children, with an hour's rest after lunch."
            if wanted.good_for_kids
            else "The days no longer have to suit children."
        )
    if wanted.max_walk_minutes != old.max_walk_minutes:
        minutes = wanted.max_walk_minutes
        most = "1 minute" if minutes == 1 else f"{minutes} minutes"
        found.append(
            "Walks may be as long as usual again."
            if minutes is None
            else f"No walk is now longer than {most}."
        )
    if wanted.travellers != old.travellers:
        count = "1 traveller" if wanted.travellers == 1 else f"{wanted.travellers} travellers"
        found.append(f"The trip is now for {count}.")
    return found


def _words(diets: Sequence[Diet]) -> str:
    return listed([diet.value.replace("_", "-") for diet in diets]) if diets else ""
