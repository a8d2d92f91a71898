"""`plan_days`, the trip's past, and what all changes of a trip share."""

from __future__ import annotations

from dataclasses import replace

from tools import editing
from tools.actions import saying
from tools.actions.naming import city_named, planned_instead
from tools.actions.wishes import (
    OF_AN_AMOUNT,
    OF_NO_DATE,
    Resolved,
    check_wishes,
    merge,
    resolve,
)
from tools.arguments import PlanDays, UndoChange
from tools.errors import InvalidRequestError, MissingInformationError
from tools.outcome import Outcome, Trip
from tools.place import City
from tools.planning import plan
from tools.services import TravelServices
from tools.trip import Itinerary, LeftOut, TripRequest

MAX_PAST = 50
"""Earlier versions that are kept to go back to."""


def plan_days(services: TravelServices, trip: Trip, said: PlanDays) -> Outcome:
    """A new plan from all wishes so far, or the present one changed as little as they allow.

    Raises:
        InputError: as `tools.actions.naming.city_named` and `tools.actions.wishes.resolve`.
    """
    check_wishes(services, said)
    old = trip.itinerary
    city = _city(services, trip, said)
    if city is None:
        return saying.outcome(
            "need_destination", replace(trip, wishes=merge(trip.wishes, said, other_city=False))
        )
    same_city = old is not None and old.request.city.id == city.id
    before = trip.wishes.destination
    other_city = before is not None and before != city.name
    nothing_new = all(value is None for key, value in said if key != "destination")
    if old is not None and same_city and nothing_new:
        # perhaps back from a city that was named without its days
        wishes = _wishes_of(trip.wishes, old) if other_city else trip.wishes
        return _planned(replace(trip, wishes=wishes), False)
    wishes = merge(trip.wishes, said, other_city=other_city)
    wishes = wishes.model_copy(update={"destination": city.name})
    try:
        if old is not None and same_city:
            # what stands is in the old request, edits included; only new names are looked up
            resolved = resolve(
                services,
                city,
                wishes.model_copy(update={"must_see": said.must_see, "avoid": said.avoid}),
                old,
            )
            resolved = replace(resolved, request=_with_edits(resolved.request, old.request))
        else:
            resolved = resolve(services, city, wishes)
    except MissingInformationError:
        return saying.outcome("need_days", replace(trip, wishes=wishes), {"city": city.name})
    if old is not None and same_city:
        itinerary, changes = _replanned(services, old, resolved)
    else:
        itinerary, changes = _fresh(services, resolved), ()
    dated = wishes.start_date is not None or wishes.end_date is not None
    if note := said.destination and planned_instead(services, said.destination, city):
        resolved = replace(resolved, notes=(*resolved.notes, note))
    changed = advance(trip, _annotated(itinerary, resolved, old if same_city else None, dated))
    changed = replace(changed, wishes=_settled(wishes, resolved))
    return _planned(changed, resolved.assumed_start, changes)


def undo_change(services: TravelServices, trip: Trip, said: UndoChange) -> Outcome:
    """The trip as it was before its last change.

    Raises:
        InvalidRequestError: nothing was changed yet.
    """
    if not trip.past:
        raise InvalidRequestError("There is no earlier version of the trip to go back to.")
    before = trip.past[-1]
    wishes = _wishes_of(trip.wishes, before)
    return saying.outcome("undone", Trip(wishes, before, trip.past[:-1]))


def planner(services: TravelServices, city: City) -> editing.Planner:
    """What the edits need besides the itinerary."""
    return editing.Planner(
        places=services.store.places(city.id),
        travel=services.travel,
        seconds=services.planning_seconds,
        iterations=services.planning_iterations,
        seed=services.seed,
    )


def advance(trip: Trip, itinerary: Itinerary) -> Trip:
    """The trip with a new version; the one before goes to the past."""
    past = trip.past if trip.itinerary is None else (*trip.past, trip.itinerary)
    return replace(trip, itinerary=itinerary, past=past[-MAX_PAST:])


def require_trip(trip: Trip) -> Itinerary:
    """The trip's plan.

    Raises:
        MissingInformationError: there is none yet; the field is what to ask for.
    """
    if trip.itinerary is not None:
        return trip.itinerary
    if trip.wishes.destination is None:
        question = "There is no trip yet; where do you want to go?"
        raise MissingInformationError(question, "destination")
    raise MissingInformationError(
        f"There is no trip yet; for how many days will you be in {trip.wishes.destination}?",
        "days",
    )


def _city(services: TravelServices, trip: Trip, said: PlanDays) -> City | None:
    if said.destination is not None:
        return city_named(services, said.destination)
    # a city just named, for which days are still missing, comes before that of the old plan
    if trip.wishes.destination is not None:
        return city_named(services, trip.wishes.destination)
    return None if trip.itinerary is None else trip.itinerary.request.city


def _fresh(services: TravelServices, resolved: Resolved) -> Itinerary:
    request = resolved.request
    return plan(
        request,
        services.store.places(request.city.id),
        services.travel,
        seconds=services.planning_seconds,
        iterations=services.planning_iterations,
        seed=services.seed,
    )


def _replanned(
    services: TravelServices, old: Itinerary, resolved: Resolved
) -> tuple[Itinerary, tuple[str, ...]]:
    """The plan for the changed request; if only its length changed, all other days stay."""
    request, before = resolved.request, old.request
    context = planner(services, request.city)
    more = request.days - before.days
    if more and replace(request, days=before.days) == before:
        if more > 0:
            edit = editing.extend_trip(old, context, more)
        else:
            edit = editing.shorten_trip(old, context, -more)
    else:
        edit = editing.replan(old, context, request)
    return edit.itinerary, edit.changes


def _with_edits(request: TripRequest, old: TripRequest) -> TripRequest:
    """The request with what the old one holds of edits; names said now win."""
    must_see = [p for p in old.must_see if p not in request.avoid]
    avoid = [p for p in old.avoid if p not in request.must_see]
    return replace(
        request,
        must_see=tuple(dict.fromkeys([*must_see, *request.must_see])),
        avoid=tuple(dict.fromkeys([*avoid, *request.avoid])),
        avoid_categories=tuple(dict.fromkeys([*old.avoid_categories, *request.avoid_categories])),
        pins=tuple(pin for pin in old.pins if pin.place_id not in request.avoid),
        day_start=old.day_start,
        day_end=old.day_end,
    )


def _annotated(
    itinerary: Itinerary, resolved: Resolved, old: Itinerary | None, dated: bool
) -> Itinerary:
    """The plan with what the traveller has to be told of how the wishes were understood."""
    notes = resolved.notes
    if old is not None and old.request.start == itinerary.request.start:
        same_budget = old.request.budget == itinerary.request.budget
        kept = [
            note
            for note in old.notes
            if (same_budget or OF_AN_AMOUNT not in note)
            and not (dated and note.startswith(OF_NO_DATE))
        ]
        notes = tuple(dict.fromkeys((*kept, *notes)))
    unknown = {entry.what for entry in resolved.left_out}
    left_out: tuple[LeftOut, ...] = (
        *resolved.left_out,
        *(entry for entry in itinerary.left_out if entry.what not in unknown),
    )
    return replace(itinerary, notes=notes, left_out=left_out)


def _settled(wishes: PlanDays, resolved: Resolved) -> PlanDays:
    """The wishes with dates as resolved: "tomorrow" is another day when asked again."""
    said_dates = wishes.start_date is not None or wishes.end_date is not None
    request = resolved.request
    return wishes.model_copy(
        update={
            "start_date": request.start.isoformat() if said_dates else None,
            "end_date": None,
            "days": request.days,
        }
    )


def _wishes_of(wishes: PlanDays, itinerary: Itinerary) -> PlanDays:
    """The wishes after going back to an earlier version, as its request has them."""
    request = itinerary.request
    same_city = wishes.destination == request.city.name
    update = {
        "destination": request.city.name,
        "days": request.days,
        "start_date": request.start.isoformat() if wishes.start_date else None,
        "end_date": None,
        "pace": request.pace if wishes.pace else None,
        "interests": list(request.interests) or None,
        "budget": request.budget,
        "currency": None,
        "travellers": request.travellers if wishes.travellers else None,
        "diet": list(request.diets) or None,
        "step_free": request.step_free or None,
        "good_for_kids": request.good_for_kids or None,
        "lodging": request.lodging_name or None,
    }
    if not same_city:
        update |= {"must_see": None, "avoid": None}
    return wishes.model_copy(update=update)


def _planned(trip: Trip, assumed_start: bool, changes: tuple[str, ...] = ()) -> Outcome:
    itinerary = require_trip(trip)
    facts = saying.plan_facts(itinerary)
    if itinerary.left_out:
        first = itinerary.left_out[0]
        facts |= {"left_out": first.what, "reason": first.reason}
        return saying.outcome("planned_left_out", trip, facts, changes)
    situation = "assumed_date" if assumed_start else "planned"
    return saying.outcome(situation, trip, facts, changes)
