"""With children: a place to run about between two where one keeps still."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.tools.factories import FRIDAY, PLACES, TRAVEL, food, request, sight
from tools.check import check
from tools.place import Category, Place
from tools.planning import plan
from tools.planning.children import PLAY, QUIET, with_breaks
from tools.planning.numeric import Solution
from tools.planning.problem import TripProblem, build
from tools.planning.routes import RouteBook
from tools.planning.solve import Limit, solve
from tools.trip import Itinerary, TripRequest

FAMILY = request(days=1, good_for_kids=True)
TABLES = (food("osteria", north=0.2), food("trattoria", north=-0.2))
MUSEUMS = tuple(
    sight(f"museum-{n}", north=0.2 * n, importance=85, minutes=45, kids=True) for n in range(4)
)
LAWN = sight("lawn", category=Category.PARK, minutes=30, importance=20, price=0, kids=True)


def quiet_pairs(itinerary: Itinerary) -> int:
    return sum(
        not (a.meal or b.meal) and {a.place.category, b.place.category} <= QUIET
        for day in itinerary.days
        for a, b in pairwise(day.visits)
    )


def made(wanted: TripRequest, places: tuple[Place, ...]) -> Itinerary:
    itinerary = plan(wanted, places, TRAVEL, iterations=200)
    assert check(itinerary, TRAVEL) == ()
    return itinerary


def test_a_lawn_comes_between_two_museums() -> None:
    places = (*MUSEUMS[:2], LAWN, food("osteria", north=0.2, hours="Mo-Su 12:00-12:30"))
    short = replace(FAMILY, day_start=FAMILY.day_start.replace(hour=14))
    order = [v.place.name for v in made(short, places).days[0].sights]
    assert order in (["Museum 0", "Lawn", "Museum 1"], ["Museum 1", "Lawn", "Museum 0"])


def test_grown_ups_go_from_museum_to_museum() -> None:
    """Fewer pairs than for a party without children, for whom nobody looks at them."""
    places = (*MUSEUMS, LAWN, *TABLES)
    assert quiet_pairs(made(FAMILY, places)) < quiet_pairs(
        made(replace(FAMILY, good_for_kids=False), places)
    )


@pytest.mark.parametrize("days", [1, 3])
def test_what_is_mended_holds_and_costs_little(days: int) -> None:
    """Whatever the search brings: no pair more, no stop lost, all limits kept."""
    family = request(days=days, good_for_kids=True)
    problem = build(family, PLACES, TRAVEL)
    for seed in range(8):
        before = solve(problem.numeric, Limit(iterations=48), seed)
        after = with_breaks(problem, before)
        assert _pairs(problem, after) <= _pairs(problem, before)
        assert {n for r in before.routes for n in r} <= {n for r in after.routes for n in r}
        book = RouteBook(problem.numeric)
        for day, route in enumerate(after.routes):
            assert book.route(day, route) is not None
            sights = [n for n in route if problem.items[n].meal is None]
            assert len(sights) <= problem.numeric.frames[day].max_sights
        assert after.objective >= before.objective - 40 * _pairs(problem, before)


def _pairs(problem: TripProblem, solution: Solution) -> int:
    items = problem.items
    return sum(
        items[a].meal is items[b].meal is None
        and {items[a].place.category, items[b].place.category} <= QUIET
        for route in solution.routes
        for a, b in pairwise(route)
    )


def test_a_lawn_that_costs_too_much_stays_out() -> None:
    places = (*MUSEUMS[:2], replace(LAWN, price=50.0), *TABLES)
    poor = replace(FAMILY, budget=62.0)
    assert all(v.place.category not in PLAY for v in made(poor, places).visits)


def test_a_park_for_grown_ups_is_no_playground() -> None:
    dull = replace(LAWN, good_for_kids=False, importance=1, minutes=5)
    problem = build(replace(FAMILY, start=FRIDAY), (*MUSEUMS[:2], dull, *TABLES), TRAVEL)
    numbers = {item.place.id: n for n, item in enumerate(problem.items) if item.meal is None}
    museums = (numbers["rome-museum-0"], numbers["rome-museum-1"])
    kept = with_breaks(problem, Solution((museums,), 0.0, 0))
    assert numbers["rome-lawn"] not in kept.routes[0]


def test_a_family_eats_in_a_bar_only_where_nothing_else_serves() -> None:
    """However well known it is, and however near; grown-ups eat there."""
    bar = food("rooftop", category=Category.BAR, importance=95)
    plain, farther = (
        food("plain", north=0.3, importance=10),
        food("farther", north=2, importance=10),
    )
    for wanted, eaten_there in ((FAMILY, False), (replace(FAMILY, good_for_kids=False), True)):
        found = made(wanted, (LAWN, bar, plain, farther))
        assert (bar.id in {visit.place.id for visit in found.visits}) is eaten_there
    alone = made(FAMILY, (LAWN, bar, plain))
    assert {bar.id, plain.id} <= {visit.place.id for visit in alone.visits}
