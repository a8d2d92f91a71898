"""A planning problem as flat arrays, the form that compiled functions take."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from tools.planning.numeric import Bools, Floats, Ints, Problem

NONE = -1
"""No start, no item, no position."""
NEVER = 1_000_000_000
"""Added minutes of an insertion that can't be made; larger than any sum of real minutes."""


class Numbers(NamedTuple):
    """`numeric.Problem` with D days, N items, M nodes, G groups, W windows at most, S meals."""

    start: Ints
    """(D,)"""
    end: Ints
    """(D,)"""
    first: Ints
    """(D,) node"""
    last: Ints
    """(D,) node"""
    max_sights: Ints
    max_busy: Ints
    max_walk: Ints
    minutes: Ints
    """(M, M)"""
    there: Ints
    """(M, N) minutes from each node to each item, and..."""
    onward: Ints
    """(M, N) ...from each item to each node: side by side for one node, so that loops over items
    run fast."""
    walked: Ints
    """(M, M) metres on foot, zeros where nobody counts them."""
    walked_there: Ints
    """(M, N)"""
    walked_onward: Ints
    """(M, N)"""
    node: Ints
    """(N,)"""
    busy: Ints
    """(N,) minutes that count towards `max_busy`."""
    stay: Ints
    """(N,) duration and rest."""
    opens: Ints
    """(D, W, N) first starts; a missing window opens after it closes."""
    closes: Ints
    """(D, W, N) last starts."""
    value: Floats
    group: Ints
    knee: Floats
    """(G,)"""
    bonus: Floats
    """(D, N)"""
    price: Floats
    budget: float
    slot: Ints
    """(N,) meal, or -1."""
    twins: Ints
    """(N, T) all items of the same place, itself among them, filled up with -1."""
    place: Ints
    """(N,) 0 to P - 1."""
    travel_weight: float
    wait_weight: float
    long_wait_weight: float
    patience: int
    lean: Ints
    """(D, N) start it had before, -1 for none."""
    lean_weight: float
    most: Ints
    """(G,)"""
    counted: Bools
    """(N,)"""
    urgent: Ints
    """(U,)"""


def numbers_of(problem: Problem) -> Numbers:
    """The problem's arrays, each contiguous and of one type."""
    days, n = len(problem.frames), problem.items
    widest = max((len(w) for of_day in problem.windows for w in of_day), default=0) or 1
    opens = np.full((days, widest, n), 1, dtype=np.int64)
    closes = np.full((days, widest, n), -1, dtype=np.int64)
    for day, of_day in enumerate(problem.windows):
        for item, windows in enumerate(of_day):
            for k, (first, last) in enumerate(windows):
                opens[day, k, item], closes[day, k, item] = first, last
    _, place = np.unique(problem.place, return_inverse=True)
    sharing = [np.flatnonzero(place == p) for p in place]
    twins = np.full((n, max((len(t) for t in sharing), default=1)), NONE, dtype=np.int64)
    for item, same in enumerate(sharing):
        twins[item, : len(same)] = same
    walked = problem.walked if problem.limits_walks else None
    metres = np.zeros_like(problem.minutes) if walked is None else walked
    most = problem.most
    return Numbers(
        start=_ints([f.start for f in problem.frames]),
        end=_ints([f.end for f in problem.frames]),
        first=_ints([f.first for f in problem.frames]),
        last=_ints([f.last for f in problem.frames]),
        max_sights=_ints([f.max_sights for f in problem.frames]),
        max_busy=_ints([f.max_busy for f in problem.frames]),
        max_walk=_ints([f.max_walk for f in problem.frames]),
        minutes=_ints(problem.minutes),
        there=_ints(problem.minutes[:, problem.node]),
        onward=_ints(problem.minutes[problem.node].T),
        walked=_ints(metres),
        walked_there=_ints(metres[:, problem.node]),
        walked_onward=_ints(metres[problem.node].T),
        node=_ints(problem.node),
        busy=_ints(problem.busy),
        stay=_ints(problem.stay),
        opens=opens,
        closes=closes,
        value=_floats(problem.value),
        group=_ints(problem.group),
        knee=_floats(problem.knee),
        bonus=_floats(problem.bonus).reshape(days, n),
        price=_floats(problem.price),
        budget=float(problem.budget),
        slot=_ints(problem.slot),
        twins=twins,
        place=_ints(place),
        travel_weight=float(problem.travel_weight),
        wait_weight=float(problem.wait_weight),
        long_wait_weight=float(problem.long_wait_weight),
        patience=int(problem.patience),
        lean=_ints(np.full((days, n), NONE) if problem.lean is None else problem.lean),
        lean_weight=float(problem.lean_weight if problem.lean is not None else 0.0),
        most=_ints(np.full(len(problem.knee), NEVER) if most is None else most),
        counted=np.ascontiguousarray(problem.counted),
        urgent=_ints(sorted(problem.urgent)),
    )


def _ints(values: object) -> Ints:
    return np.ascontiguousarray(np.array(values, dtype=np.int64))


def _floats(values: object) -> Floats:
    return np.ascontiguousarray(np.array(values, dtype=np.float64))
