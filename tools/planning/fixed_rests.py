"""The rest after each stop, which gives way where hours that were fixed leave less of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from tools.planning.numeric import Frame, Ints, Problem, Window


def with_rests(problem: Problem, full: int, meals: Collection[int], fixed: Sequence[int]) -> Ints:
    """Minutes after each stop before one goes on.

    A pace is a wish about the day, a fixed hour one about a stop: between two fixed stops, and
    between one and the end of the day, there is as much of the rest as they leave.

    Args:
        problem: without rests.
        full: minutes of rest that the pace has, on the grid.
        meals: items after which nobody has to sit down.
        fixed: items that are fixed to an hour.

    Returns:
        Shape (N,).
    """
    rests = np.full(len(problem.node), full, dtype=np.int64)
    rests[sorted(meals)] = 0
    if not full:
        return rests
    days = range(len(problem.frames))
    of_day: dict[int, list[int]] = {}
    for item in fixed:
        possible = [day for day in days if problem.windows[day][item]]
        if len(possible) == 1:
            of_day.setdefault(possible[0], []).append(item)
        else:  # on which day it will be nobody knows yet, nor beside what
            alone = [_row(problem, day, [item], rests)[0] for day in possible]
            rests[item] = max(alone, default=rests[item])
    for day, row in of_day.items():
        row.sort(key=lambda item: problem.windows[day][item])
        rests[row] = _row(problem, day, row, rests)
    return rests


def _row(problem: Problem, day: int, row: Sequence[int], rests: Ints) -> list[int]:
    """The rests after fixed stops that follow upon each other on a day.

    A stop that the others leave no way to keeps its own: what is wrong there is not the rest.
    """
    frame, windows = problem.frames[day], problem.windows[day]
    ends = _latest(problem, frame, windows, row)
    found: list[int] = []
    begins = frame.start + _way(problem, None, row[0])
    for at, item in enumerate(row):
        leaves = max(begins, windows[item][0][0]) + int(problem.duration[item])
        spare = ends[at] - leaves
        found.append(min(int(rests[item]), spare) if spare >= 0 else int(rests[item]))
        if at + 1 < len(row):
            begins = leaves + found[-1] + _way(problem, item, row[at + 1])
    return found


def _latest(
    problem: Problem, frame: Frame, windows: Sequence[Sequence[Window]], row: Sequence[int]
) -> list[int]:
    """When one has to go on from each stop so that all that follow can still be."""
    goes_on = frame.end - _way(problem, row[-1], None)
    found = [goes_on]
    for item, before in zip(row[:0:-1], row[-2::-1], strict=True):
        starts = min(windows[item][-1][1], found[0] - int(problem.duration[item]))
        found.insert(0, starts - _way(problem, before, item))
    return found


def _way(problem: Problem, origin: int | None, destination: int | None) -> int:
    """Minutes between two items; None is the base."""
    one, other = (0 if item is None else int(problem.node[item]) for item in (origin, destination))
    return int(problem.minutes[one, other])
