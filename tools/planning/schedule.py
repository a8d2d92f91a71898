"""Clock times for a route: the order is given, the slack is spread.

Dynamic programming over the grid of start times. Gaps between stops cost by their square: several
short breaks rather than a long one; so does a first stop later than `LAZY_START`. After the last
stop one is free. Meals lean to their usual hour, and replanned places to the hour they had. What
the traveller fixed to an hour is there on the minute wherever the order of the day lets it: windows
allow some minutes before and after, so that no stop is pushed out, and those are not to be told to
who asked for eleven unless they have to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tools.planning.numeric import Floats, Problem
from tools.planning.routes import RouteBook

_GAP = 1 / 60
"""Cost of a gap of m minutes: m * m * `_GAP`."""
_LEAN = 0.3
"""Cost of a minute away from the usual hour."""
_FIXED = 10_000.0
"""Cost of a minute away from an hour that was asked for: more than all gaps of a day together."""
LAZY_START = 10 * 60
"""Up to then, nobody minds that the day has not begun; minutes after midnight."""
_LATE = 0.02
"""Cost of a minute that the first stop starts later than it could."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When each stop of a day starts, minutes after midnight."""

    starts: tuple[int, ...]


def schedule(
    problem: Problem,
    day: int,
    items: Sequence[int],
    grid: int,
    lean: Mapping[int, int] | None = None,
    fixed: Mapping[int, int] | None = None,
) -> Timing:
    """Start times for the items in order.

    Args:
        problem: whose windows, legs and durations are multiples of `grid`.
        day: which of its frames.
        items: a feasible route of that day.
        grid: minutes between possible starts.
        lean: item to the start it would rather have.
        fixed: item to the start that was asked for; comes before everything else.

    Raises:
        ValueError: the route can't be done.
    """
    if not items:
        return Timing(())
    route = RouteBook(problem).route(day, tuple(items))
    if route is None:
        raise ValueError("the route can't be done")
    lean, fixed = lean or {}, fixed or {}
    options: list[Floats] = []
    totals: list[Floats] = []
    came_from: list[np.ndarray[tuple[int], np.dtype[np.intp]]] = []
    for k, item in enumerate(items):
        ticks = np.arange(route.starts[k], route.latest[k] + 1, grid, dtype=float)
        inside = np.zeros(len(ticks), dtype=bool)
        for first, last in problem.windows[day][item]:
            inside |= (first <= ticks) & (ticks <= last)
        ticks = ticks[inside]
        own = np.zeros(len(ticks))
        for weight, wanted in ((_LEAN, lean), (_FIXED, fixed)):
            if item in wanted:
                own += weight * np.abs(ticks - wanted[item])
        if k == 0:
            late = np.maximum(ticks - max(LAZY_START, ticks[0]), 0)
            total = own + _LATE * (ticks - ticks[0]) + _GAP * late * late
            back = np.zeros(len(ticks), dtype=np.intp)
        else:
            before = items[k - 1]
            service = problem.stay[before]
            leg = problem.minutes[problem.node[before], problem.node[item]]
            gap = ticks[None, :] - (options[-1][:, None] + service + leg)
            cost = np.where(gap >= 0, totals[-1][:, None] + _GAP * gap * gap, np.inf)
            back = cost.argmin(axis=0)
            total = cost[back, np.arange(len(ticks))] + own
        options.append(ticks)
        totals.append(total)
        came_from.append(back)
    chosen = int(totals[-1].argmin())
    starts = []
    for k in range(len(items) - 1, -1, -1):
        starts.append(int(options[k][chosen]))
        chosen = int(came_from[k][chosen])
    return Timing(tuple(reversed(starts)))
