"""The search: exact insertions, optimal on small problems, limits kept, slack spread."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.planning.numeric import LINEAR, SIGHT, Frame, Problem
from tools.planning.routes import NEVER, RouteBook
from tools.planning.schedule import schedule
from tools.planning.solve import Limit, solve


def _random_problem(seed: int, items: int = 9) -> Problem:
    dice = np.random.default_rng(seed)
    points = dice.integers(0, 60, (items + 1, 2))
    minutes = np.ceil(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2))).astype(int)
    windows = []
    for _ in range(items):
        edges = np.sort(dice.choice(480, 4, replace=False))
        windows.append(((int(edges[0]), int(edges[1])), (int(edges[2]), int(edges[3]))))
    return Problem(
        frames=(Frame(0, 480),),
        minutes=minutes,
        node=np.arange(1, items + 1),
        duration=dice.integers(10, 60, items),
        windows=(tuple(windows),),
        value=dice.integers(1, 50, items).astype(float),
        group=np.zeros(items, dtype=int),
        knee=np.array([LINEAR]),
        had=np.zeros(1),
        bonus=np.zeros((1, items)),
        price=np.zeros(items),
        budget=inf,
        slot=np.full(items, SIGHT),
        place=np.arange(items),
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_insertion_test_is_exact(seed: int) -> None:
    """The slack test offers an item iff some position is feasible, and offers such a one.

    The reference tries every position by timing the whole route anew.
    """
    problem = _random_problem(seed)
    book = RouteBook(problem)
    solution = solve(problem, Limit(iterations=3), seed)
    route = book.route(0, solution.routes[0][:4])
    assert route is not None
    table = book.insertions(route)
    assert table.added is not None
    assert table.position is not None
    for item in set(range(problem.items)) - set(route.items):
        feasible = [
            at
            for at in range(len(route.items) + 1)
            if book.route(0, (*route.items[:at], item, *route.items[at:])) is not None
        ]
        assert (table.added[item] < NEVER) == bool(feasible)
        if feasible:
            assert int(table.position[item]) in feasible


def _best_by_enumeration(problem: Problem) -> float:
    book, best = RouteBook(problem), 0.0
    layer: list[tuple[int, ...]] = [()]
    while layer:
        following = []
        for items in layer:
            for item in set(range(problem.items)) - set(items):
                longer = (*items, item)
                if book.route(0, longer) is not None:
                    following.append(longer)
                    best = max(best, float(problem.value[list(longer)].sum()))
        layer = following
    return best


@pytest.mark.parametrize("seed", range(6))
def test_small_problems_are_solved_to_optimality(seed: int) -> None:
    """On eight items with two windows each the search finds what full enumeration finds."""
    problem = _random_problem(seed, items=8)
    found = solve(problem, Limit(iterations=300), seed)
    assert found.objective == pytest.approx(_best_by_enumeration(problem), abs=1e-3)


def test_search_stops_in_time() -> None:
    """A limit of seconds is kept, and more iterations never give less."""
    problem = _random_problem(1)
    few, many = (solve(problem, Limit(iterations=n), 0).objective for n in (1, 200))
    assert many >= few
    assert Limit(seconds=0.0).progress(0) == 1.0
    assert solve(problem, Limit(seconds=0.0), 0).iterations == 0


def test_schedule_spreads_the_slack() -> None:
    """Three stops with two hours of slack: no gap takes it all."""
    problem = replace(
        _random_problem(0, items=3),
        frames=(Frame(540, 1080),),
        minutes=np.zeros((4, 4), dtype=int),
        duration=np.array([60, 60, 60]),
        windows=((((540, 540),), ((540, 1080),), ((840, 840),)),),
    )
    first, middle, last = schedule(problem, 0, (0, 1, 2), 5).starts
    assert (first, last) == (540, 840)
    assert abs((middle - 600) - (840 - middle - 60)) <= 5
