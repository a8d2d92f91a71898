"""Days just as they were ordered, where they hold: what an edit tries before it moves anything."""

from __future__ import annotations

import numpy as np

from tools.planning.numeric import SIGHT, Problem, Solution
from tools.planning.routes import RouteBook


def in_order(problem: Problem, routes: tuple[tuple[int, ...], ...]) -> Solution | None:
    """The routes as a solution, None where time, pace, a cap or the budget do not allow them.

    Args:
        problem: to solve.
        routes: item orders for each day, a place at most once.
    """
    book = RouteBook(problem)
    linear = spent = 0.0
    for day, (frame, items) in enumerate(zip(problem.frames, routes, strict=True)):
        route = book.route(day, items)
        if route is None:
            return None
        sights = [item for item in items if problem.slot[item] == SIGHT]
        busy = sum(int(problem.busy[item]) for item in sights)
        if len(sights) > frame.max_sights or busy > frame.max_busy:
            return None
        if problem.most is not None:
            counted = [item for item in items if problem.counted[item]]
            kinds = np.bincount(problem.group[counted], minlength=len(problem.most))
            if (kinds > problem.most).any():
                return None
        linear += route.linear
        spent += route.price
    if spent > problem.budget:
        return None
    return Solution(routes, linear + problem.groups_worth(routes), 0)
