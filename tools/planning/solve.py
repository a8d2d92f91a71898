"""Anytime ruin-and-recreate search over day routes.

After the iterated local search for team orienteering with time windows of Vansteenwegen, Souffriau,
Vanden Berghe and Van Oudheusden (2009), with the larger ruins of Schrimpf et al. (2000, "Record
breaking optimization results using the ruin and recreate principle") and annealed acceptance.
Insertions are ranked by gain^p / added minutes with p redrawn each time; with a budget, a price
per unit of money is redrawn too, so that both the dear and the thrifty plans are tried. Measured
against PyVRP and OR-Tools in the project's notes: the best of the three on realistic trips.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import numpy as np

from tools.planning.numeric import Floats, Problem, Solution
from tools.planning.polish import shorten
from tools.planning.routes import NEVER, Route, RouteBook

EXPONENTS = (1.0, 1.5, 2.0, 3.0)
LUCK = 0.7
"""Each item's ratio is raised by a random share up to this, redrawn each time."""
RUIN = (3, 10)
"""Fewest and most stops taken out at a time."""
HOT, COLD = 0.02, 0.0005
"""Annealing temperature at the start and the end, as a share of the first plan's group values."""
_STALE = 150
"""Iterations without a new best after which the search goes back to the best."""
_EPSILON = 1e-9


class Stop(Protocol):
    """When to stop."""

    def progress(self, iterations: int) -> float:
        """How much of the search is over after so many iterations: 0 at first, 1 to stop."""
        ...


@dataclass(slots=True)
class Limit:
    """Stops after so many seconds of wall time or iterations, whichever comes first.

    With iterations alone a run is repeatable.
    """

    seconds: float | None = None
    iterations: int | None = None
    _started: float | None = None

    def progress(self, iterations: int) -> float:
        """See `Stop`; the clock starts with the first call."""
        share = 0.0
        if self.iterations is not None:
            share = 1.0 if self.iterations <= 0 else iterations / self.iterations
        if self.seconds is not None:
            now = perf_counter()
            if self._started is None:
                self._started = now
            spent = now - self._started
            share = max(share, 1.0 if self.seconds <= 0 else spent / self.seconds)
        return min(1.0, share)


def solve(
    problem: Problem,
    stop: Stop,
    seed: int = 0,
    warm: tuple[tuple[int, ...], ...] | None = None,
) -> Solution:
    """The best plan found until `stop` says so; at least one is always built.

    Args:
        problem: with any number of items and days, none included.
        stop: asked before each iteration.
        seed: of the random numbers; the same seed and number of iterations give the same plan.
        warm: item orders for each day to start from; what does not fit is skipped.

    Returns:
        A solution that holds windows, day bounds, pace, budget and one item a place.
    """
    return _Search(problem, seed).run(stop, warm)


class _Plan:
    """Routes with the sums that a choice needs; cheap to copy."""

    __slots__ = ("had", "objective", "routes", "spent", "taken")

    def __init__(
        self, routes: list[Route], taken: np.ndarray[tuple[int], np.dtype[np.bool_]], had: Floats
    ) -> None:
        self.routes = routes
        self.taken = taken
        self.had = had
        self.spent = 0.0
        self.objective = 0.0

    def copy(self) -> _Plan:
        other = _Plan(list(self.routes), self.taken.copy(), self.had.copy())
        other.spent, other.objective = self.spent, self.objective
        return other


class _Search:
    def __init__(self, problem: Problem, seed: int) -> None:
        self.problem = problem
        self.book = RouteBook(problem)
        self.random = np.random.default_rng(seed)
        self.same_place = [np.flatnonzero(problem.place == p) for p in problem.place]
        self.knee = problem.knee[problem.group]
        finite = math.isfinite(problem.budget)
        dear = problem.price > 0
        worth = float(problem.value[dear].mean() / problem.price[dear].mean()) if dear.any() else 0
        self.thrift = (0.0, 0.3 * worth, worth, 4 * worth, 20 * worth) if finite else (0.0,)

    def run(self, stop: Stop, warm: tuple[tuple[int, ...], ...] | None) -> Solution:
        days = range(len(self.problem.frames))
        empty = [self._route(day, ()) for day in days]
        plan = _Plan(empty, np.zeros(self.problem.items, dtype=bool), self.problem.had.copy())
        if warm is not None:
            self._restore(plan, warm)
        self._recreate(plan, EXPONENTS[1], 0.0, noise=0.0)
        self._polish(plan)
        current = best = plan
        scale = max(1.0, abs(self._groups(plan) - self._groups_of(self.problem.had)))
        iterations = stale = 0
        while days and self.problem.items and (done := stop.progress(iterations)) < 1:
            iterations += 1
            trial = current.copy()
            self._ruin(trial)
            self._recreate(
                trial,
                EXPONENTS[self._below(len(EXPONENTS))],
                self.thrift[self._below(len(self.thrift))],
                noise=LUCK,
            )
            if trial.objective > best.objective + _EPSILON:
                self._polish(trial)
                current = best = trial
                stale = 0
                continue
            stale += 1
            heat = scale * HOT * (COLD / HOT) ** done
            worse = current.objective - trial.objective
            if worse <= 0 or self.random.random() < math.exp(-worse / heat):
                current = trial
            if stale % _STALE == 0:
                current = best
        return Solution(tuple(r.items for r in best.routes), best.objective, iterations)

    # -- ruin --------------------------------------------------------------------------------

    def _ruin(self, plan: _Plan) -> None:
        stops = [(d, i) for d, route in enumerate(plan.routes) for i in route.items]
        if self._make_room(plan) or not stops:
            return
        few, many = RUIN
        count = min(len(stops), few + self._below(many - few + 1))
        kind = self.random.random()
        if kind < 0.4:
            day = stops[self._below(len(stops))][0]
            items = plan.routes[day].items
            count = min(count, len(items))
            first = self._below(len(items) - count + 1)
            self._remove(plan, set(items[first : first + count]))
        elif kind < 0.75:
            _, centre = stops[self._below(len(stops))]
            away = self.problem.minutes[self.problem.node[centre]]
            near = sorted(stops, key=lambda s: int(away[self.problem.node[s[1]]]))
            self._remove(plan, {i for _, i in near[:count]})
        elif kind < 0.95:
            chosen = self.random.choice(len(stops), size=count, replace=False)
            self._remove(plan, {stops[int(k)][1] for k in chosen})
        else:
            days = {self._below(len(plan.routes)) for _ in range(2)}
            self._remove(plan, {i for d, i in stops if d in days})

    def _make_room(self, plan: _Plan) -> bool:
        """Now and then puts an urgent item that is left out first and alone into a day of its."""
        if not self.problem.urgent or self.random.random() < 0.5:
            return False
        missing = [i for i in sorted(self.problem.urgent) if not plan.taken[i]]
        if not missing:
            return False
        item = missing[self._below(len(missing))]
        days = [d for d in range(len(plan.routes)) if self.problem.windows[d][item]]
        if not days:
            return False
        day = days[self._below(len(days))]
        keep = [i for i in plan.routes[day].items if i in self.problem.urgent]
        if self.random.random() < 0.5:
            keep = []
        self._remove(plan, set(plan.routes[day].items) - set(keep))
        if self.problem.price[item] > self.problem.budget - plan.spent:
            return True
        table = self.book.insertions(plan.routes[day])
        if table.added is not None and table.position is not None and table.added[item] < NEVER:
            self._insert(plan, day, item, int(table.position[item]))
        return True

    def _remove(self, plan: _Plan, items: set[int]) -> None:
        for day, route in enumerate(plan.routes):
            if items.isdisjoint(route.items):
                continue
            for item in route.items:
                if item in items:
                    plan.taken[self.same_place[item]] = False
                    plan.had[self.problem.group[item]] -= self.problem.value[item]
            kept = self.book.route(day, tuple(i for i in route.items if i not in items))
            if kept is None:  # travel times without the triangle inequality: start the day anew
                kept = self._route(day, ())
                for item in route.items:
                    if item not in items:
                        plan.taken[self.same_place[item]] = False
                        plan.had[self.problem.group[item]] -= self.problem.value[item]
            plan.spent += kept.price - route.price
            plan.routes[day] = kept

    # -- recreate ----------------------------------------------------------------------------

    def _recreate(self, plan: _Plan, exponent: float, thrift: float, noise: float) -> None:
        """Inserts the most rewarding item at its best place until none fits or pays."""
        problem = self.problem
        if not plan.routes or not problem.items:
            self._total(plan)
            return
        tables = [self.book.insertions(route) for route in plan.routes]
        added = np.array([t.added for t in tables])
        worth = np.array([t.worth for t in tables])
        luck = 1.0 + noise * self.random.random(problem.items)
        fixed = thrift * problem.price
        while True:
            gain = self.knee * np.log1p(problem.value / (self.knee + plan.had[problem.group]))
            reward = np.maximum(gain + worth - fixed, 0.0)
            reward[:, plan.taken | (problem.price > problem.budget - plan.spent + _EPSILON)] = 0.0
            reward[added >= NEVER] = 0.0
            ratio = luck * reward**exponent / added
            chosen = int(ratio.argmax())
            day, item = divmod(chosen, problem.items)
            if ratio[day, item] <= 0.0:
                break
            position = plan.routes[day].position
            assert position is not None
            table = self._insert(plan, day, item, int(position[item]))
            added[day] = table.added
            worth[day] = table.worth
        self._total(plan)

    def _insert(self, plan: _Plan, day: int, item: int, position: int) -> Route:
        old = plan.routes[day]
        route = self._route(day, (*old.items[:position], item, *old.items[position:]))
        plan.routes[day] = self.book.insertions(route)
        plan.taken[self.same_place[item]] = True
        plan.had[self.problem.group[item]] += self.problem.value[item]
        plan.spent += route.price - old.price
        return route

    def _restore(self, plan: _Plan, warm: tuple[tuple[int, ...], ...]) -> None:
        for day, items in enumerate(warm[: len(plan.routes)]):
            for item in items:
                table = self.book.insertions(plan.routes[day])
                assert table.added is not None
                affordable = self.problem.price[item] <= self.problem.budget - plan.spent
                if plan.taken[item] or not affordable or table.added[item] >= NEVER:
                    continue
                at_end = self.book.route(day, (*table.items, item))
                assert table.position is not None
                position = len(table.items) if at_end else int(table.position[item])
                self._insert(plan, day, item, position)

    # -- the rest ----------------------------------------------------------------------------

    def _polish(self, plan: _Plan) -> None:
        plan.routes = [shorten(self.book, route) for route in plan.routes]
        self._total(plan)

    def _total(self, plan: _Plan) -> None:
        plan.objective = self._groups(plan) + sum(route.linear for route in plan.routes)

    def _groups(self, plan: _Plan) -> float:
        return self._groups_of(plan.had)

    def _groups_of(self, had: Floats) -> float:
        return float(np.sum(self.problem.knee * np.log1p(np.maximum(had, 0) / self.problem.knee)))

    def _route(self, day: int, items: tuple[int, ...]) -> Route:
        route = self.book.route(day, items)
        if route is None:
            raise AssertionError(f"infeasible insertion into day {day}: {items}")
        return route

    def _below(self, limit: int) -> int:
        return int(self.random.integers(limit))
