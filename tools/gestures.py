"""What hands do to a trip: the controls of its board, by place id and without a model.

`catalog` holds what the model may call, with names as travellers say them; a control knows exactly
which place it stands beside. Both change one and the same `Trip`, through the same edits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tools import editing
from tools.actions.adopting import adopt_into
from tools.actions.edits import edited
from tools.actions.naming import cities_of_trip
from tools.actions.party import Preferences
from tools.actions.preferences import set_preferences
from tools.actions.trips import at_version, planner_of, require_trip
from tools.errors import InfeasibleError, InvalidRequestError, UnknownPlaceError
from tools.names import listed, quote
from tools.outcome import Trip
from tools.place import Place
from tools.services import TravelServices
from tools.trip import Itinerary, Visit

MAX_IDEAS = 60
"""That a trip keeps for later."""
_STEP_MINUTES = 5
"""Hours that a control asks for are rounded to these, as a person would say them."""


_SHIFTS = tuple(timedelta(minutes=minutes) for minutes in (0, 15, 30, 45))
"""Beyond the neighbour's hour: a fixed hour is held within 15 minutes, so the first may not do."""


class _Arguments(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OfPlace(_Arguments):
    """A place, by its id."""

    place: str = Field(min_length=1, max_length=200)


class Replacing(OfPlace):
    """Which place comes instead."""

    replacement: str = Field(min_length=1, max_length=200)


class ToDay(OfPlace):
    """A place and a day (1-based)."""

    day: int


class MaybeToDay(OfPlace):
    """A place and the day it should go to; the best one where none is named."""

    day: int | None = None


class Shifting(OfPlace):
    """One sight earlier or later within its day."""

    step: Literal[-1, 1]


class File(_Arguments):
    """A trip's JSON file."""

    text: str


class TwoDays(_Arguments):
    """Two days to exchange."""

    day: int
    other_day: int


class Back(_Arguments):
    """How many changes to take back."""

    changes: int = Field(1, ge=1)


class Nothing(_Arguments):
    """No argument."""


class NothingToDoError(InvalidRequestError):
    """What was asked for is so already."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a control did."""

    trip: Trip
    asked: str
    """What was wanted, as a traveller would have said it: the conversation remembers it so."""
    told: tuple[str, ...]
    """What changed, one sentence each."""


def perform(
    services: TravelServices, trip: Trip, name: str, arguments: Mapping[str, Any]
) -> Change:
    """Does what a control asks for.

    Args:
        services: what may be reached.
        trip: where it stands.
        name: of the gesture, a key of `GESTURES`.
        arguments: from the page, not validated yet.

    Raises:
        InputError: no such gesture, place, day or version, or it can't be done; with the reason.
        DataError: the place store was damaged while in use.
    """
    if name not in GESTURES:
        raise InvalidRequestError(f"The board knows no {quote(name)}.")
    kind, run = GESTURES[name]
    try:
        checked = kind.model_validate(arguments)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = " ".join(map(str, first["loc"])) or "request"
        raise InvalidRequestError(
            f"The board asked for {quote(name)} with a wrong {where}: {first['msg']}."
        ) from error
    return run(services, trip, checked)


# -- single places ---------------------------------------------------------------------------


def _remove(services: TravelServices, trip: Trip, said: OfPlace) -> Change:
    itinerary = require_trip(trip)
    day, visit = visit_of(itinerary, said.place)
    edit = editing.remove_place(itinerary, planner_of(services, itinerary), said.place)
    return _changed(trip, edit, f"Take {visit.place.name} out of day {day}.")


def _replace(services: TravelServices, trip: Trip, said: Replacing) -> Change:
    itinerary = require_trip(trip)
    day, visit = visit_of(itinerary, said.place)
    context = planner_of(services, itinerary)
    new = context.place(said.replacement)
    edit = editing.replace_place(itinerary, context, said.place, new)
    asked = f"Put {new.name} in the place of {visit.place.name} on day {day}."
    return _changed(trip, edit, asked)


def _move(services: TravelServices, trip: Trip, said: ToDay) -> Change:
    itinerary = require_trip(trip)
    day, visit = visit_of(itinerary, said.place)
    if day == said.day:
        raise InvalidRequestError(f"{visit.place.name} is on day {day} already.")
    edit = editing.move_place(itinerary, planner_of(services, itinerary), said.place, said.day)
    return _changed(trip, edit, f"Move {visit.place.name} to day {said.day}.")


def _shift(services: TravelServices, trip: Trip, said: Shifting) -> Change:
    """Changes places with the sight before or after: both stay on their day."""
    itinerary = require_trip(trip)
    day, visit = visit_of(itinerary, said.place)
    word = "earlier" if said.step < 0 else "later"
    if visit.meal is not None:
        raise InvalidRequestError(
            f"{visit.place.name} is where you have {visit.meal.value}; another hour for it can be "
            'asked for in words, such as "lunch at 14:00".'
        )
    sights = itinerary.days[day - 1].sights
    index = sights.index(visit) + said.step
    if not 0 <= index < len(sights):
        end = "first" if said.step < 0 else "last"
        raise InvalidRequestError(f"{visit.place.name} is the {end} sight of day {day} already.")
    beside = sights[index]
    start = beside.arrival if said.step < 0 else beside.departure - _stay(visit)
    context = planner_of(services, itinerary)
    refused: InfeasibleError | None = None
    for more in _SHIFTS:
        at = _rounded(start + said.step * more)
        try:
            edit = editing.move_place(itinerary, context, said.place, day, at)
        except InfeasibleError as error:
            refused = refused or error
            continue
        if _order(edit.itinerary, visit, beside) == said.step:
            return _changed(trip, edit, f"{visit.place.name} {word} on day {day}, please.")
    raise refused or InfeasibleError(
        f"{visit.place.name} can't be {word} on day {day}: nothing else fits around it then."
    )


def _pin(services: TravelServices, trip: Trip, said: OfPlace) -> Change:
    itinerary = require_trip(trip)
    day, visit = visit_of(itinerary, said.place)
    at = visit.arrival.time().replace(second=0, microsecond=0)
    context = planner_of(services, itinerary)
    edit = editing.pin_place(itinerary, context, said.place, day, at)
    return _changed(trip, edit, f"Keep {visit.place.name} on day {day} where it is.")


def _unpin(services: TravelServices, trip: Trip, said: OfPlace) -> Change:
    itinerary = require_trip(trip)
    _, visit = visit_of(itinerary, said.place)
    edit = editing.unpin_place(itinerary, planner_of(services, itinerary), said.place)
    return _changed(trip, edit, f"{visit.place.name} may move again.")


def _add(services: TravelServices, trip: Trip, said: MaybeToDay) -> Change:
    itinerary = require_trip(trip)
    place = _known(services, itinerary, said.place)
    context = planner_of(services, itinerary)
    edit = editing.add_place(itinerary, context, place.id, said.day)
    day = "" if said.day is None else f" on day {said.day}"
    return _changed(trip, edit, f"Add {place.name}{day}.")


# -- ideas -----------------------------------------------------------------------------------


def _keep_idea(services: TravelServices, trip: Trip, said: OfPlace) -> Change:
    """Out of the plan, if it is there, and to the ideas: `ideas` of what is planned are hidden."""
    itinerary = require_trip(trip)
    place = _known(services, itinerary, said.place)
    planned = place.id in {visit.place.id for visit in itinerary.visits}
    if not planned and place.id in trip.ideas:
        raise InvalidRequestError(f"{place.name} is among your ideas already.")
    ideas = (*(one for one in trip.ideas if one != place.id), place.id)
    if len(ideas) > MAX_IDEAS:
        raise InvalidRequestError(f"{MAX_IDEAS} ideas are the most that fit; drop one first.")
    kept = replace(trip, ideas=ideas)
    asked, told = f"Keep {place.name} for later.", f"{place.name} is among your ideas."
    if not planned:
        return Change(kept, asked, (told,))
    edit = editing.remove_place(itinerary, planner_of(services, itinerary), place.id)
    change = _changed(kept, edit, asked)
    return replace(change, told=(*change.told, told))


def _drop_idea(services: TravelServices, trip: Trip, said: OfPlace) -> Change:
    itinerary = require_trip(trip)
    if said.place not in trip.ideas:
        raise InvalidRequestError("That is not among your ideas.")
    name = _known(services, itinerary, said.place).name
    kept = replace(trip, ideas=tuple(one for one in trip.ideas if one != said.place))
    return Change(kept, f"Drop the idea of {name}.", (f"{name} is no longer among your ideas.",))


def ideas(services: TravelServices, trip: Trip) -> tuple[Place, ...]:
    """The places kept for later that the plan does not hold, of the trip's cities."""
    if trip.itinerary is None:
        return ()
    planned = {visit.place.id for visit in trip.itinerary.visits}
    here = {city.id for city in trip.itinerary.request.cities}
    found = []
    for id in trip.ideas:
        try:
            place = services.store.place(id)
        except UnknownPlaceError:  # its import was deleted
            continue
        if id not in planned and place.city in here:
            found.append(place)
    return tuple(found)


# -- the whole trip --------------------------------------------------------------------------


def _swap_days(services: TravelServices, trip: Trip, said: TwoDays) -> Change:
    itinerary = require_trip(trip)
    context = planner_of(services, itinerary)
    edit = editing.swap_days(itinerary, context, said.day, said.other_day)
    return _changed(trip, edit, f"Swap day {said.day} and day {said.other_day}.")


def _undo(services: TravelServices, trip: Trip, said: Back) -> Change:
    require_trip(trip)
    if said.changes > len(trip.past):
        raise InvalidRequestError("There is no earlier version of the trip to go back to.")
    number = len(trip.past) - said.changes
    asked = "Undo that." if said.changes == 1 else f"Undo the last {said.changes} changes."
    told = "The last change is" if said.changes == 1 else f"The last {said.changes} changes are"
    return Change(at_version(services, trip, number), asked, (f"{told} taken back.",))


def _redo(services: TravelServices, trip: Trip, said: Nothing) -> Change:
    require_trip(trip)
    if not trip.future:
        raise InvalidRequestError("There is no change that was taken back.")
    again = at_version(services, trip, len(trip.past) + 1)
    return Change(again, "Redo that.", ("The change is made again.",))


def _set_preferences(services: TravelServices, trip: Trip, said: Preferences) -> Change:
    changed, told = set_preferences(services, trip, said)
    if not told:
        raise NothingToDoError("The trip is as those settings say already.")
    return Change(changed, " ".join(told), told)


def _adopt(services: TravelServices, trip: Trip, said: File) -> Change:
    """A trip from a file instead of the one there is, which can be gone back to."""
    changed = adopt_into(services, trip, said.text)
    itinerary = require_trip(changed)
    cities = listed([city.name for city in cities_of_trip(itinerary)])
    days = "1 day" if len(itinerary.days) == 1 else f"{len(itinerary.days)} days"
    return Change(
        changed,
        f"Open my file of {days} in {cities}.",
        (f"Your file's {days} in {cities} are the trip now.",),
    )


# -- inside ----------------------------------------------------------------------------------


def visit_of(itinerary: Itinerary, place_id: str) -> tuple[int, Visit]:
    """The 1-based day and the visit of a place in the plan.

    Raises:
        InvalidRequestError: it is not there, any more perhaps.
    """
    if (found := itinerary.visit_of(place_id)) is not None:
        return found
    raise InvalidRequestError("That place is no longer in the plan.")


def _known(services: TravelServices, itinerary: Itinerary, place_id: str) -> Place:
    place = services.store.place(place_id)
    if place.city not in {city.id for city in itinerary.request.cities}:
        raise InvalidRequestError(f"{place.name} is in no city of this trip.")
    return place


def _changed(trip: Trip, edit: editing.Edit, asked: str) -> Change:
    return Change(edited(trip, edit), asked, edit.changes)


def _order(itinerary: Itinerary, one: Visit, other: Visit) -> int:
    """-1 where one is seen before the other, 1 after it; 0 where either is gone."""
    there = [visit.place.id for visit in itinerary.visits]
    ids = (one.place.id, other.place.id)
    if not set(ids) <= set(there):
        return 0
    return 1 if there.index(ids[0]) > there.index(ids[1]) else -1


def _stay(visit: Visit) -> timedelta:
    return visit.departure - visit.arrival


def _rounded(at: datetime) -> time:
    minutes = (at.hour * 60 + at.minute) // _STEP_MINUTES * _STEP_MINUTES
    return time(minutes // 60, minutes % 60)


GESTURES: Mapping[str, tuple[type[BaseModel], Callable[[TravelServices, Trip, Any], Change]]] = {
    "remove": (OfPlace, _remove),
    "replace": (Replacing, _replace),
    "move": (ToDay, _move),
    "shift": (Shifting, _shift),
    "pin": (OfPlace, _pin),
    "unpin": (OfPlace, _unpin),
    "add": (MaybeToDay, _add),
    "keep_idea": (OfPlace, _keep_idea),
    "drop_idea": (OfPlace, _drop_idea),
    "swap_days": (TwoDays, _swap_days),
    "undo": (Back, _undo),
    "redo": (Nothing, _redo),
    "adopt": (File, _adopt),
    "set_preferences": (Preferences, _set_preferences),
}
"""By name: what each takes, and what it does."""
