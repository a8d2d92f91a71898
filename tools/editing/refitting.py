"""The plan under other wishes of the party, with as few changes as they allow."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from tools.editing.core import SMALL, Edit, Planner, checked, finish, no_newcomers
from tools.editing.whole_trip import replan
from tools.travel import with_short_walks
from tools.trip import Itinerary, Money, TripRequest, WalkLimit


def refit(itinerary: Itinerary, planner: Planner, request: TripRequest) -> Edit:
    """Plans again for a request that differs in what the party needs or likes.

    Another pace, or children, concern every day, so all are planned anew around what is there. Of
    other wishes only those days change that break them, that lack a meal, or whose ways would be
    others; where something was lifted, what had been left out for it is tried again. New sights
    come only to such days that lose one.

    Args:
        itinerary: the plan so far.
        planner: context.
        request: for the same cities and days; pace, diets, access, children with what they bring
            along, walks and travellers may be others.

    Raises:
        InvalidRequestError: numbers that no trip can have.
        InfeasibleError: a pin that was held can't be held any more; with the reason.
    """
    was = itinerary.request
    if (request.pace, request.good_for_kids) != (was.pace, was.good_for_kids):
        return replan(itinerary, planner, request)
    steps_matter = request.step_free and not was.step_free
    places = None if steps_matter else no_newcomers(itinerary, planner, request)
    new = planner.plan(
        checked(request, planner),
        _repriced(itinerary, request.travellers),
        _kept(itinerary, planner, request),
        places,
        loyalty=SMALL,
    )
    return finish(itinerary, new)


def _kept(itinerary: Itinerary, planner: Planner, request: TripRequest) -> frozenset[int]:
    """The 1-based days to keep; the planner frees those of them that break the request."""
    # what could be several places does not wait for room
    waits = any(not entry.could_be for entry in itinerary.left_out)
    if waits and _lifted(itinerary.request, request):
        return frozenset()
    days = range(1, len(itinerary.days) + 1)
    if request.walk == itinerary.request.walk:
        return frozenset(days)
    return frozenset(day for day in days if not _other_ways(itinerary, planner, request, day))


def _lifted(was: TripRequest, request: TripRequest) -> bool:
    """Whether something that was asked for no longer is."""
    return bool(
        set(was.diets) - set(request.diets)
        or (was.step_free and not request.step_free)
        or request.travellers < was.travellers  # a budget reaches farther
        or _leg_minutes(request.walk) > _leg_minutes(was.walk)
    )


def _leg_minutes(walk: WalkLimit | None) -> float:
    return float("inf") if walk is None or walk.leg_minutes is None else walk.leg_minutes


def _other_ways(itinerary: Itinerary, planner: Planner, request: TripRequest, number: int) -> bool:
    """Whether a way of the day would go by another mode under the request."""
    day, base = itinerary.days[number - 1], request.stay_on(number).base
    times = with_short_walks(planner.travel, request.walk)
    stops = [base, *(visit.place.coordinates for visit in day.visits), base]
    return any(
        leg.mode is not times.leg(*ends).mode
        for leg, ends in zip(day.legs, pairwise(stops), strict=False)
    )


def _repriced(itinerary: Itinerary, travellers: int) -> Itinerary:
    """The plan with prices for so many; else each day would have to be planned again for them."""
    if travellers == itinerary.request.travellers:
        return itinerary
    days = tuple(
        replace(
            day,
            visits=tuple(
                replace(v, price=Money(v.place.price * travellers, v.price.currency))
                for v in day.visits
            ),
        )
        for day in itinerary.days
    )
    return replace(itinerary, days=days)
