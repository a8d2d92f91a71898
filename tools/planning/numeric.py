"""The planning problem as numbers: what `solve` sees. No places, no dates, no money units.

Minutes are whole and count from one midnight (or any other origin shared by all days). An *item*
is a candidate stop: a sight, or one place in the role of one meal. Several items may share a
place; at most one of them is ever chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

Window = tuple[int, int]
"""Earliest and latest start, both included."""

SIGHT = -1
"""`Problem.slot` of an item that is not a meal."""

LINEAR = 1e12
"""A knee so far out that a group's value simply adds up."""


UNLIMITED = 1_000_000_000
"""More metres than anybody walks."""

LEAN_MINUTES = 240
"""A stop at quite another time of the day is as good as one at yet another."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One day to fill: it leaves node `first` at `start` and is at node `last` by `end`."""

    start: int
    end: int
    first: int = 0
    last: int = 0
    max_sights: int = 1_000_000
    max_busy: int = 1_000_000
    """Minutes inside sights; see `Problem.busy`."""
    max_walk: int = UNLIMITED
    """Metres on foot."""


@dataclass(frozen=True, eq=False)
class Problem:
    """N items, M nodes, D days, G groups with diminishing returns.

    The value of a group whose chosen items' values sum to x is `knee * ln(1 + x / knee)`: the
    first counts almost fully, each further one less, whatever the order they are chosen in.
    The objective is the groups' values, plus the `bonus` of each choice, minus `travel_weight` x
    minutes on the way, minus `wait_weight` x minutes waited, minus `long_wait_weight` x minutes
    by which a single wait exceeds `patience`, minus `lean_weight` x minutes away from `lean`.
    Waits and times are those of starting as early as possible.
    """

    frames: tuple[Frame, ...]
    minutes: Ints
    """Shape (M, M): from node to node."""
    node: Ints
    """Shape (N,): where each item is."""
    duration: Ints
    """Shape (N,): minutes."""
    windows: tuple[tuple[tuple[Window, ...], ...], ...]
    """`windows[day][item]`: when the stop may start, ascending and disjoint; empty: never."""
    value: Floats
    """Shape (N,), not negative."""
    group: Ints
    """Shape (N,): 0 to G - 1."""
    knee: Floats
    """Shape (G,), positive; `LINEAR` for none."""
    had: Floats
    """Shape (G,): the value sum that each group has before the first choice."""
    bonus: Floats
    """Shape (D, N)."""
    price: Floats
    """Shape (N,)."""
    budget: float
    """For all days together; infinity for none."""
    slot: Ints
    """Shape (N,): `SIGHT`, or which meal; a day has at most one item of a meal."""
    place: Ints
    """Shape (N,): items of the same place exclude each other."""
    travel_weight: float = 0.0
    wait_weight: float = 0.0
    long_wait_weight: float = 0.0
    patience: int = 0
    """Minutes."""
    lean: Ints | None = None
    """Shape (D, N): the start that an item had before, -1 for none."""
    lean_weight: float = 0.0
    """Cost of a minute between that and the earliest start, up to `LEAN_MINUTES`."""
    urgent: frozenset[int] = field(default=frozenset())
    """Items that the search makes room for when it finds them left out."""
    rest: Ints | None = None
    """Shape (N,): minutes after a stop before one goes on; None for none."""
    walked: Ints | None = None
    """Shape (M, M): metres on foot from node to node; None where no frame limits them."""
    most: Ints | None = None
    """Shape (G,): most items of a group a day, meals and urgent ones not counted; None: any."""

    @cached_property
    def stay(self) -> Ints:
        """Shape (N,): minutes from the start of a stop to when one goes on."""
        return self.duration if self.rest is None else self.duration + self.rest

    @cached_property
    def busy(self) -> Ints:
        """Shape (N,): minutes of each item that count towards `Frame.max_busy`.

        An urgent one that is longer than any day allows just fills its day.
        """
        found, asked = self.duration.copy(), sorted(self.urgent)
        longest = max((frame.max_busy for frame in self.frames), default=0)
        found[asked] = np.minimum(found[asked], longest)
        return found

    @cached_property
    def counted(self) -> Bools:
        """Shape (N,): which items `most` is about."""
        found: Bools = self.slot == SIGHT
        found[sorted(self.urgent)] = False
        return found

    @property
    def limits_walks(self) -> bool:
        """Whether metres on foot matter."""
        return self.walked is not None and any(f.max_walk < UNLIMITED for f in self.frames)

    def groups_worth(self, routes: Iterable[Sequence[int]]) -> float:
        """What the groups are worth with these items chosen, and what they had before."""
        had = self.had.copy()
        for items in routes:
            np.add.at(had, self.group[list(items)], self.value[list(items)])
        return float(np.sum(self.knee * np.log1p(np.maximum(had, 0) / self.knee)))

    def of_days(self, days: Sequence[int], routes: Sequence[Sequence[int]]) -> Problem:
        """The problem of these days alone, with what the others hold taken and paid for.

        Args:
            days: from 0.
            routes: items of every day.
        """
        others = [n for day, route in enumerate(routes) if day not in days for n in route]
        had = self.had.copy()
        np.add.at(had, self.group[others], self.value[others])
        taken = np.isin(self.place, self.place[others])
        return replace(
            self,
            frames=tuple(self.frames[day] for day in days),
            windows=tuple(
                tuple(() if out else own for out, own in zip(taken, self.windows[day], strict=True))
                for day in days
            ),
            had=had,
            bonus=self.bonus[list(days)],
            lean=None if self.lean is None else self.lean[list(days)],
            budget=self.budget - float(self.price[others].sum()),
        )

    @property
    def items(self) -> int:
        """N."""
        return len(self.node)


@dataclass(frozen=True, slots=True)
class Solution:
    """Items in order for each day, and what they are worth."""

    routes: tuple[tuple[int, ...], ...]
    objective: float
    iterations: int


def single_day_windows(problem: Problem, day: int) -> tuple[Ints, Ints]:
    """`problem.windows[day]` as two arrays of shape (W, N), W the most windows of any item.

    Missing windows have an earliest start beyond any latest.
    """
    windows = problem.windows[day]
    most = max((len(of_item) for of_item in windows), default=0) or 1
    first = np.full((most, len(windows)), 1, dtype=np.int64)
    last = np.full((most, len(windows)), -1, dtype=np.int64)
    for item, of_item in enumerate(windows):
        for k, (earliest, latest) in enumerate(of_item):
            first[k, item], last[k, item] = earliest, latest
    return first, last
