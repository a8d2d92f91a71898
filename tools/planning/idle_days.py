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

from tools.planning.numeric import Problem, Solution
from tools.planning.routes import worth_of
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
            return replace(solution, routes=routes, objective=worth_of(problem, routes))
    return solution


def _filled(problem: Problem, days: Sequence[int], routes: _Routes, seed: int) -> _Routes | None:
    """The routes with these days anew; None where one of their stops would be lost by it."""
    old = tuple(routes[day] for day in days)
    alone = replace(problem.of_days(days, routes), travel_weight=problem.travel_weight * WAY_SHARE)
    found = solve(alone, Limit(iterations=_MOVES), seed, old).routes
    if not {*chain(*old)} <= {*chain(*found)}:
        return None
    anew = dict(zip(days, found, strict=True))
    return tuple(anew.get(day, route) for day, route in enumerate(routes))


def _is_idle(problem: Problem, day: int, solution: Solution) -> bool:
    frame, route = problem.frames[day], list(solution.routes[day])
    long_enough = frame.end - frame.start >= _LONG and frame.max_sights > 1
    return long_enough and int(problem.duration[route].sum()) < _IDLE_MINUTES
