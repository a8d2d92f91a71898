"""Is a proposed call the labelled one? Exactly: the same tools, and every argument the same."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.dialogue.turns import Call

_ARTICLE = re.compile(r"^(the|a|an|my|our)\s+")
_EDGES = " .,!?;:'\"’“”"


@dataclass(frozen=True, slots=True)
class Score:
    """One turn's judgement."""

    exact: bool
    """One of the accepted answers, every argument included."""
    tool: bool
    """The right tools in the right order, whatever the arguments."""
    invented: int
    """Arguments that no accepted answer with the same tools holds."""
    missing: int
    """Arguments of the first accepted answer that are absent."""


def score(proposed: Sequence[Call], accepted: Sequence[Sequence[Call]]) -> Score:
    """Judges calls against every acceptable answer.

    Names are compared without case, leading article and edge punctuation; lists as sets.
    """
    given = [(c.name, _normal(c.args)) for c in proposed]
    wanted = [[(c.name, _normal(c.args)) for c in calls] for calls in accepted]
    exact = given in wanted
    names = [name for name, _ in given]
    alike = [calls for calls in wanted if [name for name, _ in calls] == names]
    invented = 0
    if alike and not exact:
        for i, (_, args) in enumerate(given):
            known = {key for calls in alike for key in calls[i][1]}
            invented += len(set(args) - known)
    missing = 0
    if alike and not exact:
        missing = sum(len(set(a) - set(g)) for (_, g), (_, a) in zip(given, alike[0], strict=True))
    return Score(exact, bool(alike), invented, missing)


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


def _normal(args: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _value(value) for key, value in args.items() if value is not None}


def _value(value: Any) -> Any:
    value = getattr(value, "value", value)
    if isinstance(value, list | tuple):
        return frozenset(_value(v) for v in value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    return _ARTICLE.sub("", " ".join(str(value).casefold().split()).strip(_EDGES))
