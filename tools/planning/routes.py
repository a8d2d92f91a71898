"""One day's route: timing, slack, and the price of every possible insertion.

Earliest start and latest start are kept per stop; an insertion is feasible iff it ends early
enough to reach the next stop by that one's latest start (Vansteenwegen et al. 2009, Computers &
Operations Research 36:3281-3290, there with one window a stop). It is exact with several windows
too: a latest start lies inside a window, so arriving before it always leaves a start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tools.planning.numeric import (
    LEAN_MINUTES,
    SIGHT,
    Bools,
    Floats,
    Ints,
    Problem,
    Window,
    single_day_windows,
)

NEVER = 1_000_000_000
"""Added minutes of an insertion that can't be made; larger than any sum of real minutes."""

_MEMORY = 20_000
"""Routes remembered at a time; each holds a few arrays of length N."""


class Route:
    """A feasible order of items on one day, with its timing. Made by `RouteBook.route`."""

    __slots__ = (
        "added",
        "day",
        "detour",
        "items",
        "latest",
        "linear",
        "position",
        "price",
        "starts",
        "walked",
        "worth",
    )

    def __init__(
        self,
        day: int,
        items: tuple[int, ...],
        starts: list[int],
        latest: list[int],
        linear: float,
        price: float,
        walked: int,
    ) -> None:
        self.day = day
        self.walked = walked
        """Metres on foot; 0 where nobody counts them."""
        self.items = items
        self.starts = starts
        """Earliest start of each stop, minutes."""
        self.latest = latest
        """Latest start of each stop, minutes."""
        self.linear = linear
        """Bonuses minus travel and waiting, each with its weight."""
        self.price = price
        self.added: Ints | None = None
        """Shape (N,): minutes that inserting the item at its best position costs, or `NEVER`."""
        self.detour: Floats | None = None
        """Shape (N,): weighted travel minutes of that insertion."""
        self.position: Ints | None = None
        """Shape (N,): that position."""
        self.worth: Floats | None = None
        """Shape (N,): bonus minus weighted travel of that insertion."""


class RouteBook:
    """Makes and remembers the routes of one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._memory: dict[tuple[int, tuple[int, ...]], Route | None] = {}
        self._minutes: list[list[int]] = problem.minutes.tolist()
        self._node: list[int] = problem.node.tolist()
        self._busy: list[int] = problem.busy.tolist()
        self._stay: list[int] = problem.stay.tolist()
        self._walked: list[list[int]] | None = None
        if problem.limits_walks and problem.walked is not None:
            self._walked = problem.walked.tolist()
        self._bonus: list[list[float]] = problem.bonus.tolist()
        self._price: list[float] = problem.price.tolist()
        self._slot: list[int] = problem.slot.tolist()
        self._windows = [single_day_windows(problem, d) for d in range(len(problem.frames))]
        self._lean: list[list[int]] | None = None
        if problem.lean is not None and problem.lean_weight:
            self._lean = problem.lean.tolist()
        self.to_item: Ints = np.ascontiguousarray(problem.minutes[:, problem.node])
        self._from_item = np.ascontiguousarray(problem.minutes[problem.node, :].T)
        self._is_sight = problem.slot == SIGHT

    def windows_of(self, day: int) -> tuple[Ints, Ints]:
        """First and last starts of a day, shape (W, N) each; see `single_day_windows`."""
        return self._windows[day]

    def route(self, day: int, items: tuple[int, ...]) -> Route | None:
        """The route through the items in that order, or None where it can't be done in time.

        Only time is looked at: budget, pace and repeated places are the caller's business (the
        insertions offered by `insertions` respect the pace).
        """
        key = (day, items)
        if key in self._memory:
            return self._memory[key]
        if len(self._memory) >= _MEMORY:
            self._memory.clear()
        route = self._memory[key] = self._timed(day, items)
        return route

    def insertions(self, route: Route) -> Route:
        """Fills the route's insertion arrays, once, for all N items; returns the route.

        Items whose meal the day already has, or that the pace does not allow, are `NEVER`;
        whether an item is taken elsewhere and affordable is the caller's business.
        """
        if route.added is not None:
            return route
        problem, day = self.problem, route.day
        frame = problem.frames[day]
        nodes = [self._node[i] for i in route.items]
        before, after = [frame.first, *nodes], [*nodes, frame.last]
        leave = [
            frame.start,
            *(s + self._stay[i] for s, i in zip(route.starts, route.items, strict=True)),
        ]
        latest = np.array([*route.latest, frame.end])[:, None]
        direct = [self._minutes[a][b] for a, b in zip(before, after, strict=True)]
        arrive_next = np.array([left + leg for left, leg in zip(leave, direct, strict=True)])
        there, back = self.to_item[before], self._from_item[after]
        start = self.earliest(day, np.array(leave)[:, None] + there)
        end = start + problem.stay + back
        added = np.where(end <= latest, end - arrive_next[:, None], NEVER)
        if self._walked is not None:
            added[self._too_far(route, before, after)] = NEVER
        position = added.argmin(axis=0)
        columns = np.arange(problem.items)
        best = np.maximum(added[position, columns], 1)
        best[self._barred(route)] = NEVER
        detour = (there + back - np.array(direct)[:, None])[position, columns]
        route.position = position
        route.detour = problem.travel_weight * detour
        route.worth = problem.bonus[day] - route.detour
        route.added = best
        return route

    def _too_far(self, route: Route, before: list[int], after: list[int]) -> Bools:
        """Which insertions make the day's walk too long; shape (positions, N)."""
        walked, node = self.problem.walked, self.problem.node
        assert walked is not None
        more = walked[before][:, node] + walked[node][:, after].T
        direct = walked[before, after][:, None]
        spare = self.problem.frames[route.day].max_walk - route.walked
        too_far: Bools = more - direct > spare
        return too_far

    def _barred(self, route: Route) -> Bools:
        problem = self.problem
        frame = problem.frames[route.day]
        sights = [i for i in route.items if self._slot[i] == SIGHT]
        spare = frame.max_busy - sum(self._busy[i] for i in sights)
        if len(sights) >= frame.max_sights:
            spare = -1
        barred: Bools = self._is_sight & (problem.busy > spare)
        for item in route.items:
            if self._slot[item] != SIGHT:
                barred |= problem.slot == self._slot[item]
        if problem.most is not None:
            mine = [i for i in route.items if problem.counted[i]]
            full = np.bincount(problem.group[mine], minlength=len(problem.most)) >= problem.most
            barred |= problem.counted & full[problem.group]
        return barred

    def earliest(self, day: int, arrival: Ints) -> Ints:
        """Earliest starts for arrivals of shape (positions, N); `NEVER` where there is none."""
        first, last = self._windows[day]
        start: Ints = np.maximum(arrival, first[0])
        start[start > last[0]] = NEVER
        for k in range(1, len(first)):
            other = np.maximum(arrival, first[k])
            other[other > last[k]] = NEVER
            np.minimum(start, other, out=start)
        return start

    def _timed(self, day: int, items: tuple[int, ...]) -> Route | None:
        problem, frame = self.problem, self.problem.frames[day]
        windows, minutes = problem.windows[day], self._minutes
        here, now = frame.first, frame.start
        travel = wait = tedium = shifted = walked = 0
        bonus = price = 0.0
        starts: list[int] = []
        for item in items:
            node = self._node[item]
            leg = minutes[here][node]
            start = earliest_start(windows[item], now + leg)
            if start is None:
                return None
            idle = start - now - leg
            wait += idle
            if idle > problem.patience:
                tedium += idle - problem.patience
            travel += leg
            if self._walked is not None:
                walked += self._walked[here][node]
            bonus += self._bonus[day][item]
            price += self._price[item]
            if self._lean is not None and (before := self._lean[day][item]) >= 0:
                shifted += min(abs(start - before), LEAN_MINUTES)
            starts.append(start)
            now = start + self._stay[item]
            here = node
        leg = minutes[here][frame.last] if items else 0
        travel += leg
        if self._walked is not None and items:
            walked += self._walked[here][frame.last]
            if walked > frame.max_walk:
                return None
        limit = frame.end - leg
        if now > limit:
            return None
        latest = [0] * len(items)
        for k in range(len(items) - 1, -1, -1):
            item = items[k]
            start = latest_start(windows[item], limit - self._stay[item])
            if start is None or start < starts[k]:
                return None
            latest[k] = start
            here = self._node[items[k - 1]] if k else frame.first
            limit = start - minutes[here][self._node[item]]
        linear = (
            bonus
            - problem.travel_weight * travel
            - problem.wait_weight * wait
            - problem.long_wait_weight * tedium
            - problem.lean_weight * shifted
        )
        return Route(day, items, starts, latest, linear, price, walked)


def earliest_start(windows: Sequence[Window], arrival: int) -> int | None:
    """The first start not before `arrival`."""
    for first, last in windows:
        if arrival <= last:
            return max(arrival, first)
    return None


def latest_start(windows: Sequence[Window], limit: int) -> int | None:
    """The last start not after `limit`."""
    for first, last in reversed(windows):
        if first <= limit:
            return min(limit, last)
    return None


def worth_of(problem: Problem, routes: Sequence[Sequence[int]]) -> float:
    """What a solution with these routes is worth.

    Raises:
        ValueError: one of them can't be done in time.
    """
    book, worth = RouteBook(problem), problem.groups_worth(routes)
    for day, items in enumerate(routes):
        route = book.route(day, tuple(items))
        if route is None:
            raise ValueError(f"day {day + 1} of the plan can't be done in time")
        worth += route.linear
    return worth
