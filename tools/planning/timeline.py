"""A day's clock without the time that stays free.

Free time is cut out: the planner's minutes count only those in which something may happen, so that
a way may be gone half before and half after a rest, and nothing else has to know of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tools.planning.numeric import Window


class Timeline:
    """Minutes of the clock to minutes of the plan and back, both after midnight.

    Args:
        free: stretches to cut out, ascending and disjoint; widened to `grid`.
        grid: minutes between possible times.
    """

    def __init__(self, free: Sequence[Window], grid: int) -> None:
        self._free: list[tuple[int, int]] = []
        for opens, closes in free:
            start, end = opens // grid * grid, -(-closes // grid) * grid
            if self._free and start <= self._free[-1][1]:
                start, before = self._free.pop()
                end = max(end, before)
            self._free.append((start, end))

    def to_plan(self, minute: int) -> int:
        """The plan's minute for the clock's; all of a free stretch is its first minute."""
        cut = 0
        for start, end in self._free:
            if minute >= end:
                cut += end - start
            elif minute > start:
                return start - cut
        return minute - cut

    def to_clock(self, minute: int) -> int:
        """The clock's minute for the plan's, at which something starts: where a free stretch
        begins, that is its end.
        """
        for start, end in self._free:
            if minute >= start:
                minute += end - start
        return minute

    def starts(self, windows: Sequence[Window], duration: int) -> tuple[Window, ...]:
        """Start windows on the plan, for stops that may not reach into free time.

        Args:
            windows: on the clock, ascending and disjoint, both ends included.
            duration: of the stop.
        """
        if not self._free:
            return tuple(windows)
        found: list[Window] = []
        for first, last in windows:
            begin = first
            for start, end in self._free:
                # a stop that ends as the free time begins is well
                found.append((begin, min(last, start - duration)))
                begin = max(begin, end)
            found.append((begin, last))
        return tuple((self.to_plan(a), self.to_plan(b)) for a, b in found if a <= b)
