"""What the search does to a draft before it is judged: ruins, and days built anew.

Ruins: segment, neighbourhood and random removal and whole days (Schrimpf et al. 2000, Journal of
Computational Physics 159:139-171), and room made for a wish that was left out. A rebuild takes a
day, or a stretch of one, to beam search (`tools.planning.beam`).
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from tools.planning.beam import DayBeam, Stretch, Taste
from tools.planning.draft import Desk, Draft
from tools.planning.numeric import SIGHT
from tools.planning.routes import NEVER

EXPONENTS = (1.0, 1.5, 2.0, 3.0)
LUCK = 0.7
"""Each item's ratio is raised by a random share up to this, redrawn each time."""
RUIN = (3, 10)
"""Fewest and most stops taken out at a time."""
WHOLE_DAY = 0.5
"""How often a rebuild is one of a whole day; else of a stretch of at least `SHORTEST`."""
SHORTEST = 3
WIDTHS = (30, 100, 300)
"""Of beams; drawn anew each time, like the next three."""
RATES = (0.4, 1.8)
"""Worth of a minute while labels are ranked, as a share of what the stretch now brings."""
WHIM = 0.15
"""An item's worth while ranking is off by a normal share of up to this deviation..."""
SOBER = 0.3
"""...but not in this share of the rebuilds."""
PER_ITEM = (0, 3, 10)


class Moves:
    """Draws moves for drafts of one problem.

    Args:
        desk: changes the drafts.
        random: the only source of randomness.
    """

    def __init__(self, desk: Desk, random: np.random.Generator) -> None:
        self.desk = desk
        self.random = random
        self.problem = problem = desk.problem
        self._beam = DayBeam(desk.book, random)
        self._no_groups = np.zeros(len(problem.knee), dtype=np.int64)
        dear = problem.price > 0
        worth = float(problem.value[dear].mean() / problem.price[dear].mean()) if dear.any() else 0
        finite = math.isfinite(problem.budget)
        self._thrift = (0.0, 0.3 * worth, worth, 4 * worth, 20 * worth) if finite else (0.0,)

    def ruin_and_recreate(self, draft: Draft) -> None:
        """Takes some stops out and fills the days again, greedily with luck."""
        self._ruin(draft)
        luck = 1.0 + LUCK * self.random.random(self.problem.items)
        exponent = EXPONENTS[self._below(len(EXPONENTS))]
        self.desk.fill(draft, exponent, self._thrift[self._below(len(self._thrift))], luck)

    # -- ruin --------------------------------------------------------------------------------

    def _ruin(self, draft: Draft) -> None:
        stops = [(d, i) for d, route in enumerate(draft.routes) for i in route.items]
        if self._make_room(draft) or not stops:
            return
        few, many = RUIN
        count = min(len(stops), few + self._below(many - few + 1))
        kind = self.random.random()
        if kind < 0.4:
            day = stops[self._below(len(stops))][0]
            items = draft.routes[day].items
            count = min(count, len(items))
            first = self._below(len(items) - count + 1)
            self.desk.remove(draft, set(items[first : first + count]))
        elif kind < 0.75:
            _, centre = stops[self._below(len(stops))]
            away = self.problem.minutes[self.problem.node[centre]]
            near = sorted(stops, key=lambda s: int(away[self.problem.node[s[1]]]))
            self.desk.remove(draft, {i for _, i in near[:count]})
        elif kind < 0.95:
            chosen = self.random.choice(len(stops), size=count, replace=False)
            self.desk.remove(draft, {stops[int(k)][1] for k in chosen})
        else:
            days = {self._below(len(draft.routes)) for _ in range(2)}
            self.desk.remove(draft, {i for d, i in stops if d in days})

    def _make_room(self, draft: Draft) -> bool:
        """Now and then puts an urgent item that is left out first and alone into a day of its."""
        problem = self.problem
        if not problem.urgent or self.random.random() < 0.5:
            return False
        missing = [i for i in sorted(problem.urgent) if not draft.taken[i]]
        if not missing:
            return False
        item = missing[self._below(len(missing))]
        days = [d for d in range(len(draft.routes)) if problem.windows[d][item]]
        if not days:
            return False
        day = days[self._below(len(days))]
        keep = [i for i in draft.routes[day].items if i in problem.urgent]
        if self.random.random() < 0.5:
            keep = []
        self.desk.remove(draft, set(draft.routes[day].items) - set(keep))
        if problem.price[item] > problem.budget - draft.spent:
            return True
        table = self.desk.book.insertions(draft.routes[day])
        if table.added is not None and table.position is not None and table.added[item] < NEVER:
            self.desk.insert(draft, day, item, int(table.position[item]))
        return True

    # -- rebuild -----------------------------------------------------------------------------

    def rebuild(self, draft: Draft) -> None:
        """Builds a day, or a stretch of one, anew, and fills what is left of all days."""
        day = self._below(len(draft.routes))
        items = draft.routes[day].items
        first, last = self._stretch_of(len(items))
        before = items[first:last]
        taste = self._taste(draft, day, first, last)
        stretch = self._stretch(draft, day, first, last)
        self.desk.remove(draft, set(before))
        money = self.problem.budget - draft.spent
        found = self._beam.rebuild(stretch, draft.taken, draft.had, money, taste)
        middle = before if found is None else found
        self.desk.rewrite(draft, day, (*items[:first], *middle, *items[last:]), middle)
        self.desk.fill(draft, EXPONENTS[1])

    def _stretch_of(self, stops: int) -> tuple[int, int]:
        """First stop of the stretch, and the one behind its last."""
        if stops <= SHORTEST or self.random.random() < WHOLE_DAY:
            return 0, stops
        length = SHORTEST + self._below(stops - SHORTEST + 1)
        first = self._below(stops - length + 1)
        return first, first + length

    def _stretch(self, draft: Draft, day: int, first: int, last: int) -> Stretch:
        problem, route, frame = self.problem, draft.routes[day], self.problem.frames[day]
        items = route.items
        kept = [*items[:first], *items[last:]]
        sights = [k for k in kept if problem.slot[k] == SIGHT]
        start, leave = frame.first, frame.start
        if first:
            start = int(problem.node[items[first - 1]])
            leave = route.starts[first - 1] + int(problem.stay[items[first - 1]])
        end, reach = frame.last, frame.end
        if last < len(items):
            end, reach = int(problem.node[items[last]]), route.latest[last]
        counted = [k for k in kept if problem.counted[k]]
        return Stretch(
            day=day,
            first=start,
            leave=leave,
            last=end,
            reach=reach,
            sights=frame.max_sights - len(sights),
            busy=frame.max_busy - int(problem.duration[sights].sum()),
            meals=frozenset(int(problem.slot[k]) for k in kept) - {SIGHT},
            walk=frame.max_walk - self._walked(start, end, day, items, first, last),
            counts=np.bincount(problem.group[counted], minlength=len(problem.knee))
            if counted
            else self._no_groups,
        )

    def _walked(
        self, start: int, end: int, day: int, items: tuple[int, ...], first: int, last: int
    ) -> int:
        """Metres on foot outside the stretch."""
        problem = self.problem
        if not problem.limits_walks or problem.walked is None:
            return 0
        frame = problem.frames[day]
        head = [frame.first, *(int(problem.node[i]) for i in items[:first])]
        tail = [*(int(problem.node[i]) for i in items[last:]), frame.last]
        ways = [*pairwise(head), *pairwise(tail)]
        return int(sum(problem.walked[a, b] for a, b in ways))

    def _taste(self, draft: Draft, day: int, first: int, last: int) -> Taste:
        problem, random = self.problem, self.random
        route, frame = draft.routes[day], problem.frames[day]
        before = list(route.items[first:last])
        sights = [k for k in before if problem.slot[k] == SIGHT and k not in problem.urgent]
        brought = float((problem.value[sights] + np.maximum(problem.bonus[day, sights], 0)).sum())
        span = frame.end - frame.start
        if before:
            span = route.latest[last - 1] - route.starts[first] + int(problem.stay[before[-1]])
        low, high = RATES
        rate = max(brought, 1.0) / max(span, 1) * (low + (high - low) * random.random())
        favour = np.zeros(problem.items)
        if random.random() >= SOBER:
            favour = WHIM * random.random() * problem.value * random.standard_normal(problem.items)
        width = WIDTHS[self._below(len(WIDTHS))]
        return Taste(width, rate, PER_ITEM[self._below(len(PER_ITEM))], favour)

    def _below(self, limit: int) -> int:
        return int(self.random.integers(limit))
