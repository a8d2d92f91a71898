"""Why a day has no lunch or dinner: what binds, in one clause.

As with wishes, what rules a meal out whatever else is planned comes first: that nobody serves it,
that nobody is open then, the day's own hours; then what the rest of the plan takes from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tools.childrens_rest import is_rest_alone
from tools.daytime import bounds, free_blocks
from tools.hours import clock
from tools.meals import MEAL_ARRIVAL, SHORTEST_MEAL_MINUTES, serves
from tools.place import MealKind, Place
from tools.planning.numeric import Solution
from tools.planning.problem import TripProblem, allowed
from tools.planning.routes import NEVER, RouteBook
from tools.planning.windows import intervals, pins_of, starts, up
from tools.repeats import may_repeat
from tools.travel import EstimatedTravelTimes
from tools.trip import Day, TripRequest

_ESTIMATES = EstimatedTravelTimes()


def why_no_meal(
    problem: TripProblem,
    solution: Solution,
    book: RouteBook,
    places: Sequence[Place],
    days: Sequence[Day],
    meal: MealKind,
    number: int,
) -> str:
    """Why a 1-based day lacks a meal that it should hold.

    Args:
        problem: of the days that were planned.
        solution: its routes.
        book: of the problem.
        places: all of the city, those on kept days included.
        days: the whole plan, kept days included.
        meal: which one.
        number: of the day.
    """
    request = problem.request
    if nobody := nobody_serves(places, meal, request):
        return nobody
    if number not in problem.open_days:
        return f"that day was left as it was, without {meal.value}"
    kind = _kind(meal, request)
    serving = [p for p in places if allowed(p, request) and serves(p, meal, request)]
    apart = _apart(places, meal, request)
    first, last = MEAL_ARRIVAL[meal]
    open_then = [p for p in serving if _is_open(p, request, number, first, last)]
    if not open_then:
        between = f"between {clock(first)} and {clock(last)} that day"
        return f"no place that serves {kind} is open {between}{apart}"
    index, numeric = problem.open_days.index(number), problem.numeric
    item_of = {i.place.id: n for n, i in enumerate(problem.items) if i.meal is meal}
    reached = {p for p, n in item_of.items() if book.route(index, (n,)) is not None}
    taken = {visit.place.id for day in days for visit in day.visits}
    others = [p for p in open_then if p.id in taken and p.id not in reached]
    # what is on a kept day, or fixed to another one, is no candidate here
    others = [p for p in others if p.id not in item_of or pins_of(request, p.id)]
    had = (reached & taken) | {p.id for p in others if _is_in_reach(problem, p, meal, number)}
    able = [item_of[place_id] for place_id in sorted(reached - taken)]
    if not able and had:
        then = "" if all(p.id in taken for p in serving) else " then"
        once = "" if may_repeat(request) else " once"  # else further visits were taken out
        return f"each place that serves {kind}{then} is already in the plan{once}{apart}"
    if not able:
        return _no_time(request, meal, number)
    routes = solution.routes
    spent = sum(float(numeric.price[n]) for route in routes for n in route)
    affordable = [n for n in able if numeric.price[n] <= numeric.budget - spent]
    if not affordable:
        return f"the budget of {request.budget or 0:g} {request.city.currency} is used up"
    route = book.route(index, routes[index])
    table = None if route is None else book.insertions(route).added
    if table is None or all(table[n] >= NEVER for n in affordable):
        return "what you asked for leaves no time for it that day"
    return "it would have cost too much of the day"


def nobody_serves(places: Sequence[Place], meal: MealKind, request: TripRequest) -> str | None:
    """That no place serves the meal, on whatever day, in one clause; None where one does."""
    if any(allowed(p, request) and serves(p, meal, request) for p in places):
        return None
    where = "step-free place" if request.step_free else "place"
    said = f"no {where} known in {request.city.name} serves {_kind(meal, request)}"
    return said + _apart(places, meal, request)


def _kind(meal: MealKind, request: TripRequest) -> str:
    return f"{diets_of(request)} {meal.value}".strip()


def _apart(places: Sequence[Place], meal: MealKind, request: TripRequest) -> str:
    unwanted = _unwanted(places, meal, request)
    return ", apart from what you asked to leave out" if unwanted else ""


def diets_of(request: TripRequest) -> str:
    """`vegan and gluten-free`; empty where there is none."""
    return " and ".join(d.value.replace("_", "-") for d in request.diets)


def _unwanted(places: Sequence[Place], meal: MealKind, request: TripRequest) -> bool:
    """Whether a place would serve the meal that was to be left out, or is of such a kind."""
    anything = replace(request, avoid=(), avoid_categories=())
    return any(
        serves(p, meal, request) and allowed(p, anything) and not allowed(p, request)
        for p in places
    )


def _is_in_reach(problem: TripProblem, place: Place, meal: MealKind, number: int) -> bool:
    """Whether a day with nothing else leaves the time to go to that meal, and back.

    The way there is estimated: the problem knows those of its candidates alone.
    """
    request, index = replace(problem.request, pins=()), problem.open_days.index(number)
    frame, minutes = problem.numeric.frames[index], up(place.minutes)
    on_the_clock = starts(place, meal, request, number)
    way = up(_ESTIMATES.leg(request.base, place.coordinates).minutes)
    return any(
        max(first, frame.start + way) <= min(last, frame.end - way - minutes)
        for first, last in problem.timelines[index].starts(on_the_clock, minutes)
    )


def _is_open(place: Place, request: TripRequest, number: int, first: int, last: int) -> bool:
    """Whether one who comes in those minutes of the day can stay for the whole meal."""
    return any(
        max(opens, first) <= min(closes - place.minutes, last)
        for opens, closes in intervals(place, request, number)
    )


def _no_time(request: TripRequest, meal: MealKind, number: int) -> str:
    """What of the day's own hours leaves no time for the meal, the ways there and back included."""
    (first, last), (begins, ends) = MEAL_ARRIVAL[meal], bounds(request, number)
    if begins > first:
        return f"the day begins at {clock(begins)}, which leaves no time for {meal.value}"
    if ends < last + SHORTEST_MEAL_MINUTES:
        return f"the day is over at {clock(ends)}, which leaves no time for {meal.value}"
    if is_rest_alone(request):
        return "the children's rest leaves no time for it"
    if free_blocks(request, number):
        return "the time that is kept free leaves none for it"
    return f"the way to where {meal.value} is served leaves no time for it"
