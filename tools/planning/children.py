"""Days that children bear: somewhere to run about between two places where one keeps still.

The search knows what children like (`score`), but not what comes after what. Here the order of
its days is mended: a stop is moved, or a park or the like put in between, as long as that costs
less than two quiet places in a row are taken to cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from tools.place import Category
from tools.planning.numeric import Problem, Solution
from tools.planning.problem import Item, TripProblem
from tools.planning.routes import RouteBook

QUIET = frozenset({Category.MUSEUM, Category.GALLERY, Category.WORSHIP, Category.CASTLE})
PLAY = frozenset({Category.PARK, Category.ZOO, Category.BEACH})
QUIET_PAIR_COST = 40.0
"""Points: as much as forty minutes more on the way."""

_Routes = tuple[tuple[int, ...], ...]


def with_breaks(problem: TripProblem, solution: Solution) -> Solution:
    """The solution with fewer quiet sights one right after the other.

    Every day stays feasible: opening hours, ways, pace, budget, walks and meals hold as before.
    """
    return _Breaks(problem).mended(solution)


class _Breaks:
    def __init__(self, problem: TripProblem) -> None:
        self._items = problem.items
        self._numeric: Problem = problem.numeric
        self._book = RouteBook(problem.numeric)
        self._play = [n for n, item in enumerate(problem.items) if _is_play(item)]

    def mended(self, solution: Solution) -> Solution:
        routes, worth = solution.routes, self._worth(solution.routes)
        for day in range(len(routes)):
            while any(self._quiet(a, b) for a, b in pairwise(routes[day])):
                others = [
                    (*routes[:day], own, *routes[day + 1 :]) for own in self._others(routes, day)
                ]
                best = max(others, key=self._worth, default=routes)
                if self._worth(best) <= worth:
                    break
                routes, worth = best, self._worth(best)
        if routes == solution.routes:
            return solution
        objective = self._worth(routes) + QUIET_PAIR_COST * self._pairs(routes)
        return replace(solution, routes=routes, objective=objective)

    def _others(self, routes: _Routes, day: int) -> Iterator[tuple[int, ...]]:
        """The day with one stop elsewhere, or with one more between two quiet ones."""
        own = routes[day]
        for at, item in enumerate(own):
            rest = own[:at] + own[at + 1 :]
            for to in range(len(own)):
                if to != at:
                    yield (*rest[:to], item, *rest[to:])
        spent = sum(float(self._numeric.price[n]) for route in routes for n in route)
        taken = {int(self._numeric.place[n]) for route in routes for n in route}
        for at, (a, b) in enumerate(pairwise(own), start=1):
            if self._quiet(a, b):
                for item in self._play:
                    fits = spent + self._numeric.price[item] <= self._numeric.budget
                    if fits and self._numeric.place[item] not in taken:
                        yield (*own[:at], item, *own[at:])

    def _worth(self, routes: _Routes) -> float:
        """What the plan is worth with quiet pairs counted; minus infinity if it can't be done."""
        linear = 0.0
        for day, items in enumerate(routes):
            route = self._book.route(day, items)
            if route is None or not self._bearable(day, items):
                return -np.inf
            linear += route.linear
        return linear + self._numeric.groups_worth(routes) - QUIET_PAIR_COST * self._pairs(routes)

    def _bearable(self, day: int, items: Sequence[int]) -> bool:
        numeric, frame = self._numeric, self._numeric.frames[day]
        sights = [n for n in items if self._items[n].meal is None]
        if len(sights) > frame.max_sights:
            return False
        if sum(int(numeric.busy[n]) for n in sights) > frame.max_busy:
            return False
        if numeric.most is None:
            return True
        counted = [n for n in items if numeric.counted[n]]
        of_group = np.bincount(numeric.group[counted], minlength=len(numeric.most))
        return bool(np.all(of_group <= numeric.most))

    def _pairs(self, routes: _Routes) -> int:
        return sum(self._quiet(a, b) for route in routes for a, b in pairwise(route))

    def _quiet(self, a: int, b: int) -> bool:
        return _is_quiet(self._items[a]) and _is_quiet(self._items[b])


def _is_quiet(item: Item) -> bool:
    return item.meal is None and item.place.category in QUIET


def _is_play(item: Item) -> bool:
    return item.meal is None and item.place.category in PLAY and item.place.good_for_kids
