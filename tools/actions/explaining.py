"""`explain_plan`: what the plan holds on a day, and why a place is in it or is not."""

from __future__ import annotations

from tools.actions import saying
from tools.actions.lengths import city_of_trip
from tools.actions.naming import cities_of_trip, place_in
from tools.actions.open_wishes import named_so
from tools.actions.trips import planned, planner_of, require_trip
from tools.actions.visits import Found, check_day, visit_named
from tools.arguments import ExplainPlan
from tools.editing.core import SMALL, days_in, with_wish
from tools.errors import AmbiguousPlaceError, InputError
from tools.names import listed
from tools.outcome import Outcome, Trip
from tools.place import MealKind
from tools.planning.reasons import gave_way, why_never, why_there
from tools.services import TravelServices
from tools.trip import Itinerary, Visit


def explain_plan(services: TravelServices, trip: Trip, said: ExplainPlan) -> Outcome:
    """A day, or a place of it; a place that the plan lacks; the whole plan when nothing was named.

    Raises:
        InputError: there is no trip or no such day, or the name is unknown or ambiguous.
    """
    itinerary = require_trip(trip)
    if said.day is not None:
        check_day(itinerary, said.day)
    if said.place is None:
        return planned(trip) if said.day is None else _day(trip, itinerary, said.day)
    if (city := city_of_trip(services, itinerary, said.place)) is not None:
        if not itinerary.request.stays:
            return planned(trip)
        days = days_in(itinerary, city.id)
        first = next((d for d in days if itinerary.days[d - 1].sights), days[0])
        return _day(trip, itinerary, first)
    try:
        found = visit_named(services, itinerary, said.place, said.day)
    except AmbiguousPlaceError:
        raise
    except InputError as error:
        return _missing(services, trip, itinerary, said, error)
    return _visit(services, trip, itinerary, found)


def _day(trip: Trip, itinerary: Itinerary, number: int) -> Outcome:
    day = itinerary.days[number - 1]
    names: list[str | None] = [visit.place.name for visit in day.sights]
    dinner = next((v.place.name for v in day.visits if v.meal is MealKind.DINNER), None)
    if not names:
        return _empty(trip, itinerary, number)
    names += [None] * 2
    facts = {
        "day": saying.day(number),
        "start": saying.on(day.date),
        **dict(zip("abc", names, strict=False)),
        "dinner": dinner,
    }
    return saying.outcome("day_shown", trip, facts)


def _empty(trip: Trip, itinerary: Itinerary, number: int) -> Outcome:
    """Why a day holds no sight: kept free, on the way, or without the time for any."""
    if any(free.day in (None, number) for free in itinerary.request.free):
        return saying.outcome("kept_free", trip, {"day": saying.day(number), "time": "all day"})
    way = next((t for t in itinerary.transfers if t.day == number), None)
    if way is not None:
        reason = (
            f"{saying.day(number)} is spent on the way from {way.origin.name} to "
            f"{way.destination.name}, {saying.way(way.minutes, way.carrier)}"
        )
    else:
        reason = f"nothing that you wished for fits into {saying.day(number)} as it is now"
    return saying.outcome("cannot", trip, {"reason": reason})


def reasons_for(services: TravelServices, itinerary: Itinerary, day: int, visit: Visit) -> str:
    """Why a visit is there and then, as a clause."""
    reasons = why_there(itinerary, day, visit, services.travel)
    return listed(reasons) if reasons else "it was worth the most in those hours"


def _visit(services: TravelServices, trip: Trip, itinerary: Itinerary, found: Found) -> Outcome:
    reason = reasons_for(services, itinerary, found.day, found.visit)
    facts = {
        "place": found.visit.place.name,
        "day": saying.day(found.day),
        "time": saying.clock(found.visit.arrival),
        "reason": reason,
    }
    return saying.outcome("explained", trip, facts)


def _missing(
    services: TravelServices,
    trip: Trip,
    itinerary: Itinerary,
    said: ExplainPlan,
    error: InputError,
) -> Outcome:
    """Why a place is not in the plan; it is planned once with it, to see what would give way."""
    assert said.place is not None
    try:
        place = place_in(services, cities_of_trip(itinerary), said.place)
    except InputError:
        if left := next(named_so(itinerary.left_out, said.place), None):
            # a must-see that nobody knows
            facts = {"place": left.what, "reason": left.reason}
            return saying.outcome("not_planned", trip, dict(facts))
        raise error from None
    if any(visit.place.id == place.id for visit in itinerary.visits):
        raise error  # on another day than was named
    reason = why_never(itinerary, place)
    if reason is None:
        context = planner_of(services, itinerary)
        request = with_wish(itinerary.request, place.id)
        reason = gave_way(itinerary, context.plan(request, itinerary, loyalty=SMALL), place)
    return saying.outcome("not_planned", trip, {"place": place.name, "reason": reason})
