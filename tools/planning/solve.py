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

from tools.planning.draft import Desk
from tools.planning.moves import EXPONENTS, Moves
from tools.planning.numeric import Problem, Solution

HOT, COLD = 0.02, 0.0005
"""Annealing temperature at the start and the end, as a share of the first plan's group values."""
REBUILT = 0.6
"""Share of the moves that build a day anew; the others ruin and recreate."""
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
    desk = Desk(problem)
    random = np.random.default_rng(seed)
    moves = Moves(desk, random)
    draft = desk.blank()
    if warm is not None:
        desk.restore(draft, warm)
    desk.fill(draft, EXPONENTS[1])
    desk.polish(draft)
    current = best = draft
    scale = max(1.0, abs(desk.groups(draft.had) - desk.groups(problem.had)))
    iterations = stale = 0
    while problem.frames and problem.items and (done := stop.progress(iterations)) < 1:
        iterations += 1
        trial = current.copy()
        if random.random() < REBUILT:
            moves.rebuild(trial)
        else:
            moves.ruin_and_recreate(trial)
        if trial.objective > best.objective + _EPSILON:
            desk.polish(trial)
            current = best = trial
            stale = 0
            continue
        stale += 1
        heat = scale * HOT * (COLD / HOT) ** done
        worse = current.objective - trial.objective
        if worse <= 0 or random.random() < math.exp(-worse / heat):
            current = trial
        if stale % _STALE == 0:
            current = best
    return Solution(tuple(r.items for r in best.routes), best.objective, iterations)
