"""Days for which no way out was worth it: no meal leads anywhere, and each sight lies far off.

Points of the way are weighed against those of each sight (`tools.planning.score`). In a city as
wide as Los Angeles a day may so be left with nothing, or next to it: meals usually lead out of the
house, and where no kitchen is left for one, nothing does. But nobody travels to stay in: such a
day is planned once more with ways that count less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from tools.planning.numeric import Problem, Solution
from tools.planning.routes import RouteBook
from tools.planning.solve import Limit, solve

_Routes = tuple[tuple[int, ...], ...]

WAY_SHARE = 0.3
"""Of what a minute on the way costs on other days."""
_IDLE_MINUTES = 120
"""A day with less than that at its stops, and time for much more, is idle."""
_LONG = 360
"""Minutes of a day that is long enough to be filled."""
_MOVES = 96
"""Of the search for such days; they are few, and nothing else is open."""


def with_idle_days_filled(problem: Problem, solution: Solution, seed: int) -> Solution:
    """The solution with something to do on days that had next to nothing; the others as they are.

    Args:
        problem: of the trip.
        solution: its routes.
        seed: of the random numbers.
    """
    idle = [day for day in range(len(problem.frames)) if _is_idle(problem, day, solution)]
    empty = [day for day in idle if not solution.routes[day]]
    for days in (idle, empty) if empty != idle else (idle,):
        routes = _filled(problem, days, solution.routes, seed) if days else None
        if routes is not None:
            return replace(solution, routes=routes, objective=_worth(problem, routes))
    return solution


def _filled(problem: Problem, days: Sequence[int], routes: _Routes, seed: int) -> _Routes | None:
    """The routes with these days anew; None where one of their stops would be lost by it."""
    old = tuple(routes[day] for day in days)
    found = solve(_of_days(problem, days, routes), Limit(iterations=_MOVES), seed, old).routes
    if not {*chain(*old)} <= {*chain(*found)}:
        return None
    anew = dict(zip(days, found, strict=True))
    return tuple(anew.get(day, route) for day, route in enumerate(routes))


def _worth(problem: Problem, routes: _Routes) -> float:
    book, worth = RouteBook(problem), problem.groups_worth(routes)
    for day, route in enumerate(routes):
        done = book.route(day, route)
        assert done is not None  # what a minute on the way costs takes none of the time
        worth += done.linear
    return worth


def _is_idle(problem: Problem, day: int, solution: Solution) -> bool:
    frame, route = problem.frames[day], list(solution.routes[day])
    long_enough = frame.end - frame.start >= _LONG and frame.max_sights > 1
    return long_enough and int(problem.duration[route].sum()) < _IDLE_MINUTES


def _of_days(problem: Problem, days: Sequence[int], routes: _Routes) -> Problem:
    """The problem of these days alone, with what the others hold taken and paid for."""
    others = [n for day, route in enumerate(routes) if day not in days for n in route]
    had = problem.had.copy()
    np.add.at(had, problem.group[others], problem.value[others])
    taken = np.isin(problem.place, problem.place[others])
    return replace(
        problem,
        frames=tuple(problem.frames[day] for day in days),
        windows=tuple(
            tuple(() if out else own for out, own in zip(taken, problem.windows[day], strict=True))
            for day in days
        ),
        had=had,
        bonus=problem.bonus[list(days)],
        lean=None if problem.lean is None else problem.lean[list(days)],
        budget=problem.budget - float(problem.price[others].sum()),
        travel_weight=problem.travel_weight * WAY_SHARE,
    )
