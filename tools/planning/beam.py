"""Rebuilding a day, or a stretch of one, by beam search.

Restricted dynamic programming (Malandraki and Dial 1996, EJOR 90:45-55; Gromicho et al. 2012,
Computers & Operations Research 39:902-909): partial routes of the same number of stops are
extended by every item that still fits, and the most promising `width` of them are kept. All of a
step is one table of labels x items, which is what NumPy is quick at; one rebuild looks at some
ten thousand partial routes in the time in which ruin and recreate makes a dozen insertions.

A label is promising by its worth so far minus `rate` for each minute used. Worth that is there to
be had later all the same (a meal, a must-see) is not counted before it is due, but missed when it
can't be had any more: else routes that rush to lunch would crowd out all others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.planning.numeric import LEAN_MINUTES, LINEAR, SIGHT, Bools, Floats, Ints
from tools.planning.routes import RouteBook

_BARRED = -1e18
_BEFORE_DEDUPE = 2
"""As many times the width is selected before labels that visit the same places are merged."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is rebuilt: all between two fixed stops of a day (or its ends)."""

    day: int
    first: int
    """Node that is left..."""
    leave: int
    """...at this minute."""
    last: int
    """Node that has to be reached..."""
    reach: int
    """...by this minute."""
    sights: int
    """Sights that the pace still allows, and..."""
    busy: int
    """...minutes inside them."""
    meals: frozenset[int]
    """Slots of the meals that the day has outside the stretch."""
    walk: int
    """Metres on foot that are left for it."""
    counts: Ints
    """Shape (G,): items of each group that the day has outside the stretch; see `Problem.most`."""


@dataclass(frozen=True, slots=True)
class Taste:
    """How a rebuild goes about it; drawn anew each time."""

    width: int
    rate: float
    """Worth that a minute should bring."""
    per_item: int
    """At most so many labels that end at the same item; 0 for no limit."""
    favour: Floats
    """Shape (N,): added to each item's worth while ranking."""


class _Labels:
    """Partial routes of one step, all arrays of length B or B x something."""

    __slots__ = (
        "busy", "counts", "had", "key", "last", "leave", "meals", "price", "sights", "visited",
        "walked", "whim", "worth",
    )  # fmt: skip

    def __init__(self, stretch: Stretch, places: int, had: Floats) -> None:
        self.last = np.array([stretch.first])
        self.leave = np.array([stretch.leave])
        self.worth = np.zeros(1)
        self.whim = np.zeros(1)
        self.sights = np.zeros(1, dtype=np.int64)
        self.busy = np.zeros(1, dtype=np.int64)
        self.price = np.zeros(1)
        self.meals = np.zeros(1, dtype=np.int64)
        self.key = np.zeros(1, dtype=np.int64)
        self.visited = np.zeros((1, places), dtype=bool)
        self.had = had[None, :].copy()
        self.walked = np.zeros(1, dtype=np.int64)
        self.counts = stretch.counts[None, :].copy()


class DayBeam:
    """Beam search over the days of one problem.

    Args:
        book: of the problem's routes; its tables are shared.
        random: for the hash of sets of places.
    """

    def __init__(self, book: RouteBook, random: np.random.Generator) -> None:
        self.book = book
        self.problem = problem = book.problem
        self._places, self._place = np.unique(problem.place, return_inverse=True)
        self._hash = random.integers(1, 2**62, len(self._places))
        self._linear = bool((problem.knee >= LINEAR).all())
        self._knee = problem.knee[problem.group]
        self._bit = np.where(problem.slot == SIGHT, 0, 1 << np.maximum(problem.slot, 0))
        self._is_sight = (problem.slot == SIGHT).astype(np.int64)
        self._walks = problem.walked if problem.limits_walks else None
        self._due = [self._duties(day) for day in range(len(problem.frames))]

    def _duties(self, day: int) -> list[tuple[Bools, float, int]]:
        """What is missed when it is not done in time: which items do it, what it is worth, and
        the last minute at which it can begin.
        """
        problem, (_, last) = self.problem, self.book.windows_of(day)
        deadline = last.max(axis=0)
        open_then = deadline >= 0
        duties = []
        for slot in np.unique(problem.slot[problem.slot != SIGHT]):
            does = (problem.slot == slot) & open_then
            if does.any():
                worth = float(problem.bonus[day, does].min())
                duties.append((does, worth, int(deadline[does].max())))
        for item in sorted(problem.urgent):
            if open_then[item] and problem.slot[item] == SIGHT:
                does = np.zeros(problem.items, dtype=bool)
                does[item] = True
                duties.append((does, float(problem.bonus[day, item]), int(deadline[item])))
        return [duty for duty in duties if duty[1] > 0]

    def rebuild(
        self, stretch: Stretch, barred: Bools, had: Floats, money: float, taste: Taste
    ) -> tuple[int, ...] | None:
        """The most worthwhile way through the stretch that was found: items in order.

        Args:
            stretch: what is rebuilt.
            barred: shape (N,), items that are taken elsewhere.
            had: shape (G,), the groups' sums without the stretch.
            money: what may be spent in it.
            taste: how to search.

        Returns:
            None where not even the empty stretch reaches its end in time.
        """
        problem, day = self.problem, stretch.day
        minutes = problem.minutes
        if stretch.leave + minutes[stretch.first, stretch.last] > stretch.reach:
            return None
        taken_meals = sum(1 << slot for slot in stretch.meals)
        barred = barred | ((self._bit & taken_meals) != 0)
        duties = [d for d in self._due[day] if not (barred[d[0]]).all()]
        to_end = minutes[problem.node, stretch.last]
        limit = stretch.reach - problem.stay - to_end
        labels = _Labels(stretch, len(self._places), had)
        best = -problem.travel_weight * float(minutes[stretch.first, stretch.last])
        best_at = (-1, 0)
        history: list[tuple[Ints, Ints]] = []
        while len(labels.last):
            parent, item, rows = self._extend(labels, stretch, barred, limit, money, taste, duties)
            if not len(parent):
                break
            labels = rows
            history.append((parent, item))
            ended = labels.worth - problem.travel_weight * to_end[item]
            k = int(ended.argmax())
            if ended[k] > best:
                best, best_at = float(ended[k]), (len(history) - 1, k)
        step, k = best_at
        found: list[int] = []
        while step >= 0:
            parent, item = history[step]
            found.append(int(item[k]))
            k, step = int(parent[k]), step - 1
        return tuple(reversed(found))

    def _extend(
        self,
        labels: _Labels,
        stretch: Stretch,
        barred: Bools,
        limit: Ints,
        money: float,
        taste: Taste,
        duties: list[tuple[Bools, float, int]],
    ) -> tuple[Ints, Ints, _Labels]:
        problem, day = self.problem, stretch.day
        leg = self.book.to_item[labels.last]
        arrival = labels.leave[:, None] + leg
        start = self.book.earliest(day, arrival)
        fits = (start <= limit) & ~barred & ~labels.visited[:, self._place]
        fits &= labels.price[:, None] + problem.price <= money + 1e-9
        left = np.where(labels.sights < stretch.sights, stretch.busy - labels.busy, -1)
        fits &= (problem.slot != SIGHT) | (problem.duration <= left[:, None])
        fits &= (self._bit & labels.meals[:, None]) == 0
        if self._walks is not None:
            walk = labels.walked[:, None] + self._walks[labels.last][:, problem.node]
            fits &= walk + self._walks[problem.node, stretch.last] <= stretch.walk
        if problem.most is not None:
            full = labels.counts >= problem.most
            fits &= ~(problem.counted & full[:, problem.group])
        if not fits.any():
            none = np.zeros(0, dtype=np.int64)
            return none, none, labels
        wait = start - arrival
        gain = problem.bonus[day] - problem.travel_weight * leg - problem.wait_weight * wait
        if problem.long_wait_weight:
            gain = gain - problem.long_wait_weight * np.maximum(wait - problem.patience, 0)
        if problem.lean is not None and problem.lean_weight:
            lean = problem.lean[day]
            shift = np.minimum(np.abs(start - lean), LEAN_MINUTES)
            gain = gain - problem.lean_weight * np.where(lean >= 0, shift, 0)
        if self._linear:
            gain = gain + problem.value
        else:
            sums = self._knee + labels.had[:, problem.group]
            gain = gain + self._knee * np.log1p(problem.value / sums)
        worth = labels.worth[:, None] + gain
        leave = start + problem.stay
        rank = worth + labels.whim[:, None] + taste.favour - taste.rate * leave
        for number, (does, due, deadline) in enumerate(duties):
            done = self._done(labels, number, does)
            # counted as had until it is too late
            missed = ~done[:, None] & ~does & (leave > deadline)
            rank = rank - due * (done[:, None] | does) - due * missed
        rank = np.where(fits, rank, _BARRED)
        chosen = self._select(rank, labels, taste)
        parent, item = np.divmod(chosen, problem.items)
        return parent, item, self._taken(labels, parent, item, worth, leave, taste)

    def _done(self, labels: _Labels, number: int, does: Bools) -> Bools:
        """Whether each label has done a duty: a meal's bit, or the one place."""
        first = int(does.argmax())
        done: Bools = labels.visited[:, self._place[first]]
        if self._bit[first]:
            done = (labels.meals & self._bit[first]) != 0
        return done

    def _select(self, rank: Floats, labels: _Labels, taste: Taste) -> Ints:
        flat = rank.ravel()
        n = self.problem.items
        if taste.per_item and len(rank) > taste.per_item:
            rows = np.argpartition(-rank, taste.per_item - 1, axis=0)[: taste.per_item]
            candidates = (rows * n + np.arange(n)).ravel()
        else:
            candidates = np.arange(flat.size)
        candidates = candidates[flat[candidates] > _BARRED / 2]
        most = _BEFORE_DEDUPE * taste.width
        if len(candidates) > most:
            candidates = candidates[np.argpartition(-flat[candidates], most)[:most]]
        order = candidates[np.argsort(-flat[candidates], kind="stable")]
        parent, item = np.divmod(order, n)
        # the same places with the same last one: the better of them stands for both
        key = (labels.key[parent] ^ self._hash[self._place[item]]) * 1_000_003 + item
        _, firsts = np.unique(key, return_index=True)
        firsts.sort()
        best: Ints = order[firsts[: taste.width]]
        return best

    def _taken(
        self, old: _Labels, parent: Ints, item: Ints, worth: Floats, leave: Ints, taste: Taste
    ) -> _Labels:
        problem = self.problem
        new = object.__new__(_Labels)
        rows = np.arange(len(parent))
        new.last = problem.node[item]
        new.leave = leave[parent, item]
        new.worth = worth[parent, item]
        new.whim = old.whim[parent] + taste.favour[item]
        new.sights = old.sights[parent] + self._is_sight[item]
        new.busy = old.busy[parent] + self._is_sight[item] * problem.duration[item]
        new.price = old.price[parent] + problem.price[item]
        new.meals = old.meals[parent] | self._bit[item]
        new.key = old.key[parent] ^ self._hash[self._place[item]]
        new.visited = old.visited[parent]
        new.visited[rows, self._place[item]] = True
        new.walked, new.counts = old.walked, old.counts
        if self._walks is not None:
            new.walked = old.walked[parent] + self._walks[old.last[parent], new.last]
        if problem.most is not None:
            new.counts = old.counts[parent]
            new.counts[rows, problem.group[item]] += problem.counted[item]
        new.had = old.had
        if not self._linear:
            new.had = old.had[parent]
            new.had[rows, problem.group[item]] += problem.value[item]
        return new
