"""The wishes as a plan has them: after going back, once names and dates are resolved, and where the
plan's edits go on in a new request.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from tools.arguments import PlanDays
from tools.repeats import original
from tools.services import TravelServices
from tools.trip import DAY_END, DAY_START, KIDS_DAY_END, Itinerary, TripRequest, WalkLimit

_MOST_NAMES = 5
"""Of must-sees and of what to avoid that the wishes hold."""


def with_course(wishes: PlanDays, itinerary: Itinerary) -> PlanDays:
    """The wishes with cities and days as the plan has them."""
    stays = itinerary.request.all_stays
    several = len(stays) > 1
    return wishes.model_copy(
        update={
            "destination": stays[0].city.name,
            "more_destinations": [s.city.name for s in stays[1:]] if several else None,
            "days": itinerary.request.days,
            "days_each": [s.days for s in stays] if several else None,
        }
    )


def settled(wishes: PlanDays, request: TripRequest) -> PlanDays:
    """The wishes with dates as resolved: "tomorrow" is another day when asked again."""
    said_dates = wishes.start_date is not None or wishes.end_date is not None
    return wishes.model_copy(
        update={
            "start_date": request.start.isoformat() if said_dates else None,
            "end_date": None,
        }
    )


def wishes_of(services: TravelServices, wishes: PlanDays, itinerary: Itinerary) -> PlanDays:
    """The wishes after going back to an earlier version, as its request has them."""
    request = itinerary.request
    ids = {city.id for city in request.cities}
    names = {p.id: p.name for city_id in ids for p in services.store.places(city_id)}
    must_see, avoid = (
        [names[place_id] for place_id in dict.fromkeys(map(original, ids)) if place_id in names]
        for ids in (request.must_see, request.avoid)
    )
    must_see += [entry.what for entry in itinerary.left_out if entry.could_be]
    usual_end = KIDS_DAY_END if request.good_for_kids else DAY_END
    update = {
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
        "must_see": must_see[-_MOST_NAMES:] or None,
        "avoid": [*avoid, *request.avoid_categories][-_MOST_NAMES:] or None,
        "arrive_at": _hour_text(request.arrive_at),
        "leave_at": _hour_text(request.leave_at),
        "day_start": None if request.day_start == DAY_START else _hour_text(request.day_start),
        "day_end": None if request.day_end == usual_end else _hour_text(request.day_end),
        "max_walk": _walk_text(request.walk),
    }
    return with_course(wishes.model_copy(update=update), itinerary)


def with_choices(request: TripRequest, old: TripRequest) -> TripRequest:
    """The request with the places that an older one of the same cities has chosen or sent away;
    what it holds itself wins.
    """
    must_see = [p for p in old.must_see if p not in request.avoid]
    avoid = [p for p in old.avoid if p not in request.must_see]
    return replace(
        request,
        must_see=tuple(dict.fromkeys([*must_see, *request.must_see])),
        avoid=tuple(dict.fromkeys([*avoid, *request.avoid])),
        avoid_categories=tuple(dict.fromkeys([*old.avoid_categories, *request.avoid_categories])),
    )


def without_outdated(request: TripRequest, old: TripRequest, now: TripRequest) -> TripRequest:
    """The request made of all wishes so far, without those that an edit since or what is said now
    has turned round.

    Args:
        request: of all wishes.
        old: of the plan with its edits.
        now: of what is said now alone.
    """
    sent_away, chosen = {*old.avoid, *now.avoid}, {*old.must_see, *now.must_see}
    return replace(
        request,
        must_see=tuple(p for p in request.must_see if p in now.must_see or p not in sent_away),
        avoid=tuple(p for p in request.avoid if p in now.avoid or p not in chosen),
    )


def _hour_text(hour: time | None) -> str | None:
    return None if hour is None else f"{hour:%H:%M}"


def _walk_text(walk: WalkLimit | None) -> str | None:
    if walk is None:
        return None
    if walk.leg_minutes is not None:
        return f"{walk.leg_minutes} minutes"
    return None if walk.day_metres is None else f"{walk.day_metres / 1000:g} km"
