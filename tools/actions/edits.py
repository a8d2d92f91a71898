"""The edits: names and hours as said -> `tools.editing` -> the changed trip."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import time as clock_time

from tools import editing
from tools.actions import saying
from tools.actions.as_wished import with_course
from tools.actions.asked_hours import asked_hour, hour_said
from tools.actions.newcomers import day_there, new_place, not_planned, visit_or_absent
from tools.actions.open_wishes import (
    with_decided,
    with_open_wishes,
    without_open_wish,
    without_wishes,
)
from tools.actions.trips import (
    OF_THE_WAY,
    advance,
    of_the_way,
    planner_of,
    require_trip,
)
from tools.actions.visits import Found, check_day, visit_named, visits_named
from tools.actions.wishes import (
    OF_AN_AMOUNT,
    OF_NO_DATE,
    check_ahead,
    in_city_currency,
    start_date,
)
from tools.arguments import (
    AddPlace,
    KeepFree,
    MovePlace,
    PinPlace,
    PlanDays,
    RemovePlace,
    ReplacePlace,
    SetBudget,
    SetDates,
    SetHours,
    SetInterests,
    SetPace,
    SwapDays,
    UnpinPlace,
)
from tools.editing import Edit
from tools.errors import AmbiguousPlaceError, InvalidRequestError
from tools.names import fold, quote
from tools.outcome import Outcome, Trip
from tools.parts_of_day import LAST_MINUTE, MIDNIGHT
from tools.repeats import original, visited
from tools.services import TravelServices
from tools.times import as_beginning, resolve_span
from tools.times_of_trip import shift_of
from tools.trip import Itinerary, Money


def add_place(services: TravelServices, trip: Trip, said: AddPlace) -> Outcome:
    """Puts a place of the city into the trip."""
    itinerary = require_trip(trip)
    if said.day is not None:
        check_day(itinerary, said.day)
    place = new_place(services, itinerary, said.place, said.day)
    day, told = (None, ()) if said.day is None else day_there(itinerary, place, said.day)
    at = asked_hour(services, itinerary, place, day, said.time)
    edit = editing.add_place(itinerary, planner_of(services, itinerary), place.id, day, at)
    facts = _where(_visit_of(edit.itinerary, place.id))
    situation = "added"
    if place.id in {visit.place.id for visit in itinerary.visits}:
        same = _where(_visit_of(itinerary, place.id)) == facts
        situation = "there" if same else "moved"
    return _outcome(situation, edited(trip, edit), edit, facts, told)


def remove_place(services: TravelServices, trip: Trip, said: RemovePlace) -> Outcome:
    """Takes a place out of the trip, or off the wishes a must-see that several could be."""
    itinerary = require_trip(trip)
    try:
        found, *others = visits_named(services, itinerary, said.place, said.day)
    except AmbiguousPlaceError as error:
        without = without_open_wish(itinerary, said.place, error.candidates)
        if without is None:
            raise
        wishes = with_decided(trip.wishes, itinerary, without)
        changed = replace(advance(trip, without), wishes=wishes)
        return saying.outcome("removed", changed, {"place": said.place})
    except InvalidRequestError:
        absent = not_planned(services, itinerary, said.place)
        if absent is None:
            raise
        edit = editing.remove_place(itinerary, planner_of(services, itinerary), absent.id)
        wished = absent.id in editing.wished_for(itinerary.request)
        situation = "removed" if wished else "stays_out"
        changed = edited(trip, edit, {absent.name, said.place})
        return _outcome(situation, changed, edit, {"place": absent.name})
    place = found.visit.place
    context = planner_of(services, itinerary)
    edit = editing.remove_place(itinerary, context, place.id)
    for other in others:  # of a kitchen that comes again, which was sent away as such
        further = editing.remove_place(edit.itinerary, context, other.visit.place.id)
        edit = replace(further, changes=(*edit.changes, *further.changes))
    stays = original(place.id) in visited(edit.itinerary)
    name = f"{place.name} on {saying.day(found.day)}" if stays else place.name
    facts = {"place": name, "day": None if others or stays else saying.day(found.day)}
    return _outcome("removed", edited(trip, edit, {said.place}), edit, facts)


def replace_place(services: TravelServices, trip: Trip, said: ReplacePlace) -> Outcome:
    """Puts another place where one of the trip's is."""
    itinerary = require_trip(trip)
    found = visit_named(services, itinerary, said.place, said.day)
    newcomer = None
    if said.replacement is not None:
        newcomer = new_place(services, itinerary, said.replacement, found.day)
    old = found.visit.place
    edit = editing.replace_place(
        itinerary, planner_of(services, itinerary), old.id, newcomer, said.category
    )
    if newcomer is not None and _visit_of(edit.itinerary, newcomer.id).day != found.day:
        facts: dict[str, str | None] = {"place": old.name, "day": saying.day(found.day)}
        return _outcome("removed", edited(trip, edit), edit, facts)  # it stayed on its own day
    before = {visit.place.id for visit in itinerary.visits}
    came = [v.place.name for v in edit.itinerary.visits if v.place.id not in before]
    name = newcomer.name if newcomer is not None else next(iter(came), None)
    facts = {"place": old.name, "new": name, "day": saying.day(found.day)}
    return _outcome("replaced", edited(trip, edit), edit, facts)


def move_place(services: TravelServices, trip: Trip, said: MovePlace) -> Outcome:
    """Moves a place of the trip to another day or hour."""
    itinerary = require_trip(trip)
    if said.day is None and said.time is None:
        raise InvalidRequestError(
            f"To which day or hour should {quote(said.place)} go? Please name one."
        )
    if said.day is not None:
        check_day(itinerary, said.day)
    # "lunch on day 2 at 13:30" is rather the lunch of that day than one from another
    there = said.day if said.time is not None else None
    found = visit_or_absent(services, itinerary, said.place, there)
    if found is None:
        return add_place(services, trip, AddPlace(place=said.place, day=said.day, time=said.time))
    place = found.visit.place
    day, told = day_there(itinerary, place, said.day if said.day is not None else found.day)
    at = asked_hour(services, itinerary, place, day, said.time, found.visit.arrival.time())
    if day == found.day and at is None:
        if any(p.place_id == place.id and p.day == day for p in itinerary.request.pins):
            return saying.outcome("there", trip, _where(found))
        raise InvalidRequestError(f"{place.name} is on day {day} already.")
    edit = editing.move_place(itinerary, planner_of(services, itinerary), place.id, day, at)
    return moved(trip, edit, place.id, told)


def pin_place(services: TravelServices, trip: Trip, said: PinPlace) -> Outcome:
    """Fixes a place of the trip, so that no later change moves it."""
    itinerary = require_trip(trip)
    if said.day is not None:
        check_day(itinerary, said.day)
    found = visit_or_absent(services, itinerary, said.place, said.day)
    if found is None:  # what is added by name stays through later changes, too
        return add_place(services, trip, AddPlace(place=said.place, day=said.day, time=said.time))
    place = found.visit.place
    day, told = day_there(itinerary, place, said.day if said.day is not None else found.day)
    at = asked_hour(services, itinerary, place, day, said.time, found.visit.arrival.time())
    edit = editing.pin_place(itinerary, planner_of(services, itinerary), place.id, day, at)
    return pinned(trip, edit, place.id, hour_asked=at is not None, told=told)


def unpin_place(services: TravelServices, trip: Trip, said: UnpinPlace) -> Outcome:
    """Lets a fixed place of the trip move again."""
    itinerary = require_trip(trip)
    found = visit_named(services, itinerary, said.place)
    place = found.visit.place
    edit = editing.unpin_place(itinerary, planner_of(services, itinerary), place.id)
    facts = {"place": place.name, "day": saying.day(found.day)}
    return _outcome("unpinned", edited(trip, edit), edit, facts)


def swap_days(services: TravelServices, trip: Trip, said: SwapDays) -> Outcome:
    """Exchanges two days of the trip."""
    itinerary = require_trip(trip)
    check_day(itinerary, said.day)
    check_day(itinerary, said.other_day)
    edit = editing.swap_days(itinerary, planner_of(services, itinerary), said.day, said.other_day)
    facts = {"day": saying.day(said.day), "day2": saying.day(said.other_day)}
    return _outcome("swapped", edited(trip, edit), edit, facts)


def set_pace(services: TravelServices, trip: Trip, said: SetPace) -> Outcome:
    """Makes the trip's days easier or fuller."""
    itinerary = require_trip(trip)
    edit = editing.set_pace(itinerary, planner_of(services, itinerary), said.pace)
    changed = edited(trip, edit, pace=said.pace)
    return _outcome("pace", changed, edit, {"pace": said.pace.value})


def set_interests(services: TravelServices, trip: Trip, said: SetInterests) -> Outcome:
    """Changes what the trip is about."""
    itinerary = require_trip(trip)
    interests = tuple(dict.fromkeys(said.interests))
    edit = editing.set_interests(itinerary, planner_of(services, itinerary), interests)
    words = [interest.value.replace("_", " ") for interest in interests]
    spoken = " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
    changed = edited(trip, edit, interests=list(interests))
    return _outcome("interests", changed, edit, {"interests": spoken})


def set_budget(services: TravelServices, trip: Trip, said: SetBudget) -> Outcome:
    """Changes what the trip may cost."""
    itinerary = require_trip(trip)
    city = itinerary.request.city
    notes: list[str] = []
    currency = said.currency or trip.wishes.currency
    amount = in_city_currency(city, said.budget, currency, notes)
    edit = editing.set_budget(itinerary, planner_of(services, itinerary), amount)
    edit = _noted(edit, notes)
    changed = edited(trip, edit, budget=said.budget, currency=currency)
    facts = {
        "budget": saying.money(Money(amount or 0, city.currency)),
        "cost": saying.money(edit.itinerary.cost),
    }
    return _outcome("budget", changed, edit, facts)


def set_dates(services: TravelServices, trip: Trip, said: SetDates) -> Outcome:
    """Changes when the trip starts."""
    itinerary = require_trip(trip)
    city = itinerary.request.city
    start = start_date(services, city, said.start_date, standing=itinerary.request.start)
    check_ahead(services, city, start)
    edit = editing.set_dates(itinerary, planner_of(services, itinerary), start)
    kept = tuple(note for note in edit.itinerary.notes if not note.startswith(OF_NO_DATE))
    edit = replace(edit, itinerary=replace(edit.itinerary, notes=kept))
    changed = edited(trip, edit, start_date=start.isoformat(), end_date=None)
    return _outcome("dates", changed, edit, {"start": saying.on(start)})


def set_hours(services: TravelServices, trip: Trip, said: SetHours) -> Outcome:
    """Changes when the trip's days, or one of them, begin or end."""
    itinerary = require_trip(trip)
    if said.day is not None:
        check_day(itinerary, said.day)
    first, last = itinerary.request.hours_on(said.day)
    start, end = hour_said(said.start, first), hour_said(said.end, last, late=True)
    planner = planner_of(services, itinerary)
    shifts = (shift_of(said.start or ""), shift_of(said.end or ""))
    if start is not None and shifts[0] is None:
        start = as_beginning(said.start or "", start)
    edit = editing.set_hours(itinerary, planner, said.day, start, end, shifts)
    wishes: dict[str, object] = {}
    notes: tuple[str, ...] = ()
    if said.day is None:
        request = edit.itinerary.request
        notes = editing.own_hours_told(request, start=start is not None, end=end is not None)
        hours = (("day_start", start), ("day_end", end))
        wishes = {key: f"{hour:%H:%M}" for key, hour in hours if hour is not None}
    facts = {
        "day": "every day" if said.day is None else saying.day(said.day),
        "start": None if start is None else saying.clock(start),
        "end": None if end is None else "midnight" if end >= LAST_MINUTE else saying.clock(end),
    }
    outcome = _outcome("hours", edited(trip, edit, **wishes), edit, facts)
    return replace(outcome, notes=(*notes, *outcome.notes))


def keep_free(services: TravelServices, trip: Trip, said: KeepFree) -> Outcome:
    """Keeps a day, or a part of one or of every day, free of plans."""
    itinerary = require_trip(trip)
    if said.day is not None:
        check_day(itinerary, said.day)
    if said.day is None and said.time is None:
        raise InvalidRequestError("Which day, or which part of the days, should stay free?")
    span = (MIDNIGHT, LAST_MINUTE) if said.time is None else resolve_span(said.time)
    if span is None:
        raise InvalidRequestError(
            f"I could not read {quote(said.time or '')} as a part of a day; right would be "
            '"the afternoon" or "2 to 4".'
        )
    edit = editing.keep_free(itinerary, planner_of(services, itinerary), said.day, *span)
    facts = {
        "day": "every day" if said.day is None else saying.day(said.day),
        "time": _span_text(*span),
    }
    return _outcome("kept_free", edited(trip, edit), edit, facts)


def _span_text(start: clock_time, end: clock_time) -> str:
    if start == MIDNIGHT:
        return "all day" if end >= LAST_MINUTE else f"until {saying.clock(end)}"
    until = "" if end >= LAST_MINUTE else f" to {saying.clock(end)}"
    return f"from {saying.clock(start)}{until}"


def _visit_of(itinerary: Itinerary, place_id: str) -> Found:
    found = itinerary.visit_of(place_id)
    assert found is not None  # the edit that was made says so
    return Found(*found)


def _where(found: Found) -> dict[str, str | None]:
    return {
        "place": found.visit.place.name,
        "day": saying.day(found.day),
        "time": saying.clock(found.visit.arrival),
    }


def _noted(edit: Edit, notes: list[str]) -> Edit:
    itinerary = edit.itinerary
    old = (note for note in itinerary.notes if OF_AN_AMOUNT not in note)
    return replace(edit, itinerary=replace(itinerary, notes=(*old, *notes)))


def edited(trip: Trip, edit: Edit, sent_away: Collection[str] = (), /, **wishes: object) -> Trip:
    """The trip with the edit's plan, and its wishes as the edit leaves them.

    `sent_away` are names of what is not to be in it, planned before or not.
    """
    avoided = _names_avoided(edit.itinerary, trip.itinerary)
    plan = with_open_wishes(edit.itinerary, trip.itinerary, {*avoided, *sent_away})
    notes = [note for note in plan.notes if not note.startswith(OF_THE_WAY)]
    changed = advance(trip, replace(plan, notes=(*notes, *of_the_way(plan))))
    left = with_decided(without_wishes(trip.wishes, avoided), trip.itinerary, plan)
    wishes_now = PlanDays.model_validate(left.model_dump() | wishes)
    return replace(changed, wishes=with_course(wishes_now, edit.itinerary))


def moved(trip: Trip, edit: Edit, place_id: str, told: tuple[str, ...] = ()) -> Outcome:
    """What is told of a place that the edit moved, and `told` besides."""
    where = _where(_visit_of(edit.itinerary, place_id))
    return _outcome("moved", edited(trip, edit), edit, where, told)


def pinned(
    trip: Trip, edit: Edit, place_id: str, *, hour_asked: bool, told: tuple[str, ...] = ()
) -> Outcome:
    """What is told of a place that the edit fixed, perhaps to an hour, and `told` besides."""
    facts = _where(_visit_of(edit.itinerary, place_id))
    there = f"The plan has you at {facts['place']} at {facts.pop('time')}."
    outcome = _outcome("pinned", edited(trip, edit), edit, facts, told)
    # of the hour that was asked for, "pinned" has no fact
    return replace(outcome, notes=(there, *outcome.notes)) if hour_asked else outcome


def _names_avoided(new: Itinerary, old: Itinerary | None) -> set[str]:
    """Folded names of places that the edit took out for good."""
    if old is None:
        return set()
    avoided = set(new.request.avoid) - set(old.request.avoid)
    places = [visit.place for visit in old.visits if visit.place.id in avoided]
    return {fold(name) for place in places for name in place.names}


def _outcome(
    situation: str,
    trip: Trip,
    edit: Edit,
    facts: Mapping[str, str | None],
    told: tuple[str, ...] = (),
) -> Outcome:
    outcome = saying.outcome(situation, trip, facts, edit.changes)
    return replace(outcome, notes=(*told, *edit.given_up), given_up=edit.given_up)
