"""Days in another order, where that brings what was fixed to an hour there on the minute.

The search takes an hour that was asked for as a stretch of some minutes, so that no stop is pushed
out for the last of them. `schedule` then puts the stop on the minute where the order of the day
lets it; here the day's stops are ordered anew where only their order is in the way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from tools.meals import minute_of_day
from tools.planning.numeric import Problem, Solution, Window
from tools.planning.problem import TripProblem
from tools.planning.routes import RouteBook, earliest_start
from tools.planning.schedule import schedule
from tools.planning.windows import GRID, pins_of

WAITING = 10.0
"""Points that more waiting may cost so that an hour is kept on the minute: about an hour of it."""
_MOST_TRIED = 1_500
"""Beginnings of orders that are looked at, a few milliseconds; with meals and fixed hours in a day
there are seldom as many."""


def asked(problem: TripProblem, index: int, route: Sequence[int]) -> dict[int, int]:
    """Item to the start that the traveller asked for, in the minutes of that open day's plan.

    Args:
        problem: of the trip.
        index: of the day in `problem.open_days`.
        route: items of that day.
    """
    found = {}
    for item in route:
        for pin in pins_of(problem.request, problem.items[item].place.id):
            if pin.at is not None:
                found[item] = problem.timelines[index].to_plan(minute_of_day(pin.at))
    return found


def with_exact_hours(problem: TripProblem, solution: Solution) -> Solution:
    """The solution with days in an order that holds more of the hours asked for on the minute.

    Each day keeps its stops, none of the hours asked for is further off than before, and no day has
    longer ways; one may wait longer, and stops that nobody gave an hour come at another one.
    """
    if all(pin.at is None for pin in problem.request.pins):
        return solution
    orders = _Orders(problem.numeric)
    routes, worth = list(solution.routes), solution.objective
    for index, route in enumerate(solution.routes):
        if wanted := asked(problem, index, route):
            routes[index] = orders.nearer(index, route, wanted)
            worth += _linear(orders.book, index, routes[index])
            worth -= _linear(orders.book, index, route)
    return replace(solution, routes=tuple(routes), objective=worth)


class _Orders:
    """Orders of a day's stops."""

    def __init__(self, numeric: Problem) -> None:
        self._numeric = numeric
        self.book = RouteBook(numeric)
        self._anew = RouteBook(replace(numeric, lean=None))
        """Where it does not count when stops were before."""

    def nearer(
        self, index: int, route: tuple[int, ...], wanted: Mapping[int, int]
    ) -> tuple[int, ...]:
        """The route, or one of the same stops that is nearer to the wanted starts."""
        off = self._off(index, route, wanted)
        for item in sorted(wanted, key=lambda n: -off[n]):
            if not off[item]:
                continue
            windows = {n: self._numeric.windows[index][n] for n in route}
            for other, at in wanted.items():
                far = 0 if other == item else off[other]
                windows[other] = _within(windows[other], at - far, at + far)
            better = self._best(index, route, windows)
            if better is not None:
                route, off = better, self._off(index, better, wanted)
        return route

    def _off(self, index: int, route: Sequence[int], wanted: Mapping[int, int]) -> dict[int, int]:
        """How many minutes each wanted start is missed by."""
        starts = schedule(self._numeric, index, route, GRID, fixed=wanted).starts
        at = dict(zip(route, starts, strict=True))
        return {item: abs(at[item] - start) for item, start in wanted.items()}

    def _best(
        self, index: int, route: tuple[int, ...], windows: Mapping[int, Sequence[Window]]
    ) -> tuple[int, ...] | None:
        """The best order of the stops within the windows, None where there is none."""
        ways = _ways(self._numeric, index, route)
        least = _linear(self._anew, index, route) - WAITING
        best, most = None, -math.inf
        for order in _Possible(self._numeric, index, windows, ways).orders(route):
            # metres on foot bind a day, too: not every order is a route
            if self.book.route(index, order) is None or _linear(self._anew, index, order) < least:
                continue
            if (worth := _linear(self.book, index, order)) > most:
                best, most = order, worth
        return best


@dataclass(slots=True)
class _Possible:
    """The orders of a day's stops that its clock allows, found depth first."""

    numeric: Problem
    index: int
    windows: Mapping[int, Sequence[Window]]
    ways: int
    """Minutes on the way that an order may have."""
    tried: int = 0
    found: list[tuple[int, ...]] = field(default_factory=list)

    def orders(self, items: Sequence[int]) -> list[tuple[int, ...]]:
        """All of them, as far as `_MOST_TRIED` goes."""
        frame = self.numeric.frames[self.index]
        self._go_on((), frozenset(items), frame.first, frame.start, 0)
        return self.found

    def _go_on(
        self, done: tuple[int, ...], left: frozenset[int], here: int, now: int, ways: int
    ) -> None:
        numeric, frame = self.numeric, self.numeric.frames[self.index]
        if not left:
            home = int(numeric.minutes[here, frame.last])
            if now + home <= frame.end and ways + home <= self.ways:
                self.found.append(done)
            return
        ahead = []
        for item in left:
            node = int(numeric.node[item])
            leg = int(numeric.minutes[here, node])
            start = earliest_start(self.windows[item], now + leg)
            if start is None or ways + leg > self.ways:
                return  # what can't be reached from here can't be any later
            ahead.append((leg, item, node, start))
        for leg, item, node, start in sorted(ahead):
            self.tried += 1
            if self.tried > _MOST_TRIED:
                return
            then = start + int(numeric.stay[item])
            self._go_on((*done, item), left - {item}, node, then, ways + leg)


def _within(windows: Sequence[Window], first: int, last: int) -> tuple[Window, ...]:
    cut = ((max(first, a), min(last, b)) for a, b in windows)
    return tuple((a, b) for a, b in cut if a <= b)


def _ways(numeric: Problem, index: int, route: Sequence[int]) -> int:
    frame = numeric.frames[index]
    nodes = [frame.first, *(int(numeric.node[n]) for n in route), frame.last]
    return sum(int(numeric.minutes[a, b]) for a, b in pairwise(nodes))


def _linear(book: RouteBook, index: int, route: Sequence[int]) -> float:
    """`Route.linear` of a route that can be done."""
    found = book.route(index, tuple(route))
    assert found is not None
    return found.linear
