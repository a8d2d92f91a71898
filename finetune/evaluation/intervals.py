"""95 % intervals: Wilson's for shares, the percentile bootstrap for means and ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence

RESAMPLES = 2000
_AT_ONCE = 1_000_000
"""Drawn indices held in memory at a time."""


def wilson(successes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """The 95 % interval of a proportion, in percent (Wilson 1927)."""
    if n == 0:
        return (0.0, 100.0)
    p = successes / n
    centre = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low, high = (centre - spread) / scale, (centre + spread) / scale
    return (round(max(0.0, 100 * low), 1), round(min(100.0, 100 * high), 1))


def bootstrap(
    parts: Sequence[float], wholes: Sequence[float], *, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float]:
    """The 95 % interval of a ratio of sums, by resampling whole samples.

    The percentile bootstrap (Efron 1979). With wholes of 1 the ratio is a mean; with several
    trials in a sample it is resampled together with them, since they stand or fall together.

    Args:
        parts: numerator of each sample.
        wholes: denominator of each sample, not negative.
        seed: of the draws; the same seed gives the same interval.
        resamples: how many data sets are drawn.

    Raises:
        ValueError: no samples, not as many parts as wholes, or wholes that are all 0.
    """
    import numpy as np

    part, whole = np.asarray(parts, dtype=float), np.asarray(wholes, dtype=float)
    if part.shape != whole.shape or not whole.sum() > 0:
        raise ValueError("A ratio needs a whole for every part, and one of them above 0.")
    rng = np.random.default_rng(seed)
    n, ratios = len(part), []
    for start in range(0, resamples, most := max(1, _AT_ONCE // n)):
        drawn = rng.integers(n, size=(min(most, resamples - start), n))
        sums = whole[drawn].sum(axis=1)
        kept = sums > 0  # a draw of nothing but empty samples has no ratio
        ratios.append(part[drawn].sum(axis=1)[kept] / sums[kept])
    low, high = np.percentile(np.concatenate(ratios), [2.5, 97.5])
    return float(low), float(high)
