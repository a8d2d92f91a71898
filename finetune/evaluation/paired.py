"""Two candidates on the same turns: what the difference is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Difference:
    """Of two candidates on the same turns, in percentage points."""

    points: float
    interval: tuple[float, float]
    first_only: int
    """Turns on which the first alone was right."""
    second_only: int
    p: float
    """Of McNemar's exact test (McNemar 1947)."""


def difference(first: Sequence[bool], second: Sequence[bool]) -> Difference:
    """First minus second, with a 95 % interval for paired proportions.

    The interval is the adjusted Wald one (Bonett & Price 2012): one turn is added to each of the
    two kinds on which they differ, which keeps it honest where they hardly ever do.

    Args:
        first: whether each turn was right.
        second: the same turns' in the same order.

    Raises:
        ValueError: not the same number of turns.
    """
    pairs = list(zip(first, second, strict=True))
    b, c = sum(x and not y for x, y in pairs), sum(y and not x for x, y in pairs)
    n = len(pairs)
    up, down = (b + 1) / (n + 2), (c + 1) / (n + 2)
    spread = _Z * math.sqrt((up + down - (up - down) ** 2) / (n + 2))
    low, high = max(-1.0, up - down - spread), min(1.0, up - down + spread)
    tail = sum(math.comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c)
    points = 100 * (b - c) / n if n else 0.0
    return Difference(
        round(points, 1), (round(100 * low, 1), round(100 * high, 1)), b, c, min(1.0, 2 * tail)
    )
