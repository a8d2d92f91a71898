"""Anytime search over day routes: ruin and recreate, and rebuilds of whole days by beam search.

Most moves take stops out and fill the gaps with the best insertions (Schrimpf et al. 2000, "Record
breaking optimization results using the ruin and recreate principle", with the insertions of
Vansteenwegen, Souffriau, Vanden Berghe and Van Oudheusden 2009 for team orienteering with time
windows). The others build a day, or a stretch of one, anew by beam search over labels as in dynamic
programming for the orienteering problem (Righini and Salani 2009; beam search after Ow and Morton
1988). What comes out is kept by simulated annealing. With a budget, a price per unit of money is
redrawn for each move, so that both the dear and the thrifty plans are tried.

The loops are compiled (`tools.planning.kernel`). Figures against the proven optima, and against
PyVRP, are in the project's notes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import perf_counter
from typing import Protocol

import numpy as np

from tools.planning.kernel.beam import labels_for
from tools.planning.kernel.numbers import NONE, Numbers, numbers_of
from tools.planning.kernel.search import Manner, Search, run, start
from tools.planning.kernel.state import MOST_STOPS, blank, groups_worth
from tools.planning.numeric import Ints, Problem, Solution

HOT, COLD = 0.02, 0.0005
"""Annealing temperature at the start and the end, as a share of the first plan's group values."""
MOVES_AT_A_TIME = 16
"""Moves between two looks at the clock: a few milliseconds."""
MANNER = Manner()
THRIFTS = (0.0, 0.3, 1.0, 4.0, 20.0)
"""Where money is limited: what it may count in a move, as multiples of what it buys on average."""


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
    manner: Manner = MANNER,
) -> Solution:
    """The best plan found until `stop` says so; at least one is always built.

    Args:
        problem: with any number of items and days, none included.
        stop: asked before each iteration.
        seed: of the random numbers; the same seed and number of iterations give the same plan.
        manner: of the search.
        warm: item orders for each day to start from; what does not fit is skipped.

    Returns:
        A solution that holds windows, day bounds, pace, budget and one item a place.
    """
    nb = numbers_of(problem)
    if not problem.frames or not problem.items:
        routes: tuple[tuple[int, ...], ...] = tuple(() for _ in problem.frames)
        return Solution(routes, float(groups_worth(nb, problem.had)), 0)
    random = np.random.default_rng(seed)
    search = _room(problem, nb, random)
    start(nb, search, _warm(problem, warm))
    scale = max(1.0, abs(groups_worth(nb, search.best.had) - groups_worth(nb, problem.had)))
    iterations = 0
    while (done := stop.progress(iterations)) < 1:
        heat = scale * HOT * (COLD / HOT) ** done
        run(nb, search, manner, MOVES_AT_A_TIME, heat, random)
        iterations += MOVES_AT_A_TIME
    best = search.best
    routes = tuple(
        tuple(map(int, items[:n])) for items, n in zip(best.items, best.stops, strict=True)
    )
    return Solution(routes, float(search.values[2]), iterations)


def _room(problem: Problem, nb: Numbers, random: np.random.Generator) -> Search:
    dear = problem.price > 0
    worth = float(problem.value[dear].mean() / problem.price[dear].mean()) if dear.any() else 0.0
    finite = math.isfinite(problem.budget)
    return Search(
        current=blank(nb, problem.had),
        trial=blank(nb, problem.had),
        best=blank(nb, problem.had),
        labels=labels_for(nb, random),
        ranks=np.zeros((len(problem.frames), problem.items)),
        luck=np.ones(problem.items),
        out=np.zeros(problem.items, dtype=np.bool_),
        thrifts=worth * np.array(THRIFTS if finite else (0.0,)),
        values=np.zeros(3),
        stale=np.zeros(1, dtype=np.int64),
    )


def _warm(problem: Problem, warm: tuple[tuple[int, ...], ...] | None) -> Ints:
    routes = (warm or ())[: len(problem.frames)]
    table = np.full((len(problem.frames), MOST_STOPS), NONE, dtype=np.int64)
    for day, items in enumerate(routes):
        table[day, : len(items)] = items[:MOST_STOPS]
    return table
