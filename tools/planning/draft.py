"""A plan in the making: its routes, and the few ways in which all moves change it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tools.planning.numeric import Bools, Floats, Problem
from tools.planning.polish import shorten
from tools.planning.routes import NEVER, Route, RouteBook

_EPSILON = 1e-9


class Draft:
    """Routes with the sums that a choice needs; cheap to copy. Made by `Desk.blank`."""

    __slots__ = ("had", "objective", "routes", "spent", "taken")

    def __init__(self, routes: list[Route], taken: Bools, had: Floats) -> None:
        self.routes = routes
        self.taken = taken
        """Shape (N,): items that are in, or whose place is in another role."""
        self.had = had
        """Shape (G,): value sums of the groups."""
        self.spent = 0.0
        self.objective = 0.0

    def copy(self) -> Draft:
        """Another draft that may be changed; the routes are shared."""
        other = Draft(list(self.routes), self.taken.copy(), self.had.copy())
        other.spent, other.objective = self.spent, self.objective
        return other


class Desk:
    """Changes drafts of one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.book = RouteBook(problem)
        self.same_place = [np.flatnonzero(problem.place == p) for p in problem.place]
        self._knee = problem.knee[problem.group]

    def blank(self) -> Draft:
        """No stop on any day."""
        empty = [self.route(day, ()) for day in range(len(self.problem.frames))]
        return Draft(empty, np.zeros(self.problem.items, dtype=bool), self.problem.had.copy())

    def route(self, day: int, items: tuple[int, ...]) -> Route:
        """A route that is known to be feasible.

        Raises:
            AssertionError: it is not, which is a bug.
        """
        route = self.book.route(day, items)
        if route is None:
            raise AssertionError(f"infeasible route on day {day}: {items}")
        return route

    # -- single changes ----------------------------------------------------------------------

    def remove(self, draft: Draft, items: set[int]) -> None:
        """Takes the items out, wherever they are."""
        for day, route in enumerate(draft.routes):
            if items.isdisjoint(route.items):
                continue
            self._release(draft, (i for i in route.items if i in items))
            kept = self.book.route(day, tuple(i for i in route.items if i not in items))
            if kept is None:  # travel times without the triangle inequality: start the day anew
                kept = self.route(day, ())
                self._release(draft, (i for i in route.items if i not in items))
            draft.spent += kept.price - route.price
            draft.routes[day] = kept

    def _release(self, draft: Draft, items: Iterable[int]) -> None:
        for item in items:
            draft.taken[self.same_place[item]] = False
            draft.had[self.problem.group[item]] -= self.problem.value[item]

    def insert(self, draft: Draft, day: int, item: int, position: int) -> Route:
        """Puts an item in where it is known to fit; the day's new route, insertions filled."""
        items = draft.routes[day].items
        return self.book.insertions(
            self.rewrite(draft, day, (*items[:position], item, *items[position:]), (item,))
        )

    def rewrite(
        self, draft: Draft, day: int, items: tuple[int, ...], newcomers: Iterable[int]
    ) -> Route:
        """Gives a day another order that is known to be feasible, newcomers in it."""
        for item in newcomers:
            draft.taken[self.same_place[item]] = True
            draft.had[self.problem.group[item]] += self.problem.value[item]
        route = self.route(day, items)
        draft.spent += route.price - draft.routes[day].price
        draft.routes[day] = route
        return route

    # -- whole passes ------------------------------------------------------------------------

    def fill(
        self, draft: Draft, exponent: float, thrift: float = 0.0, luck: Floats | float = 1.0
    ) -> None:
        """Inserts the most rewarding item at its best place until none fits or pays.

        Args:
            draft: is changed.
            exponent: items are ranked by gain to this power for each added minute.
            thrift: worth that a unit of money counts while ranking.
            luck: shape (N,), what each item's rank is multiplied by.
        """
        problem = self.problem
        if not draft.routes or not problem.items:
            self.total(draft)
            return
        tables = [self.book.insertions(route) for route in draft.routes]
        added = np.array([t.added for t in tables])
        worth = np.array([t.worth for t in tables])
        fixed = thrift * problem.price
        while True:
            gain = self._knee * np.log1p(problem.value / (self._knee + draft.had[problem.group]))
            reward = np.maximum(gain + worth - fixed, 0.0)
            dear = problem.price > problem.budget - draft.spent + _EPSILON
            reward[:, draft.taken | dear] = 0.0
            reward[added >= NEVER] = 0.0
            ratio = luck * reward**exponent / added
            chosen = int(ratio.argmax())
            day, item = divmod(chosen, problem.items)
            if ratio[day, item] <= 0.0:
                break
            position = draft.routes[day].position
            assert position is not None
            table = self.insert(draft, day, item, int(position[item]))
            added[day] = table.added
            worth[day] = table.worth
        self.total(draft)

    def restore(self, draft: Draft, warm: tuple[tuple[int, ...], ...]) -> None:
        """Puts earlier routes in, as far as they fit."""
        problem = self.problem
        for day, items in enumerate(warm[: len(draft.routes)]):
            for item in items:
                table = self.book.insertions(draft.routes[day])
                assert table.added is not None and table.position is not None
                affordable = problem.price[item] <= problem.budget - draft.spent
                if draft.taken[item] or not affordable or table.added[item] >= NEVER:
                    continue
                at_end = self.book.route(day, (*table.items, item))
                position = len(table.items) if at_end else int(table.position[item])
                self.insert(draft, day, item, position)

    def polish(self, draft: Draft) -> None:
        """Reorders each day for less travel and waiting."""
        draft.routes = [shorten(self.book, route) for route in draft.routes]
        self.total(draft)

    def total(self, draft: Draft) -> None:
        """Brings the objective up to date."""
        draft.objective = self.groups(draft.had) + sum(route.linear for route in draft.routes)

    def groups(self, had: Floats) -> float:
        """What value sums of shape (G,) are worth."""
        knee = self.problem.knee
        return float(np.sum(knee * np.log1p(np.maximum(had, 0) / knee)))
