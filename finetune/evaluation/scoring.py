"""Is a proposed call the labelled one? Exactly: the same tools, and every argument the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agent.dialogue.readable import RESOLVERS
from agent.dialogue.turns import Call
from finetune.evaluation.intervals import wilson

__all__ = ["Mark", "Score", "compare", "score", "wilson"]

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

    Names are compared without case, leading article and edge punctuation; lists as sets; hours,
    parts of a day and walks by what they are read as: "9:30" is "9:30 in the morning".
    """
    given = [(c.name, _normal(c)) for c in proposed]
    wanted = [[(c.name, _normal(c)) for c in calls] for calls in accepted]
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


Grade = Literal["right", "wrong value", "missing", "invented"]
"""Of an argument: as wanted, with another value, wanted and absent, or not wanted."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One call of a turn beside the accepted ones."""

    tool: str
    found: Literal["right", "wrong arguments", "missing", "invented"]
    """Missing: wanted and not made; invented: made and not wanted."""
    arguments: Mapping[str, Grade]
    """Of a call that was both wanted and made; empty otherwise."""


def compare(proposed: Sequence[Call], accepted: Sequence[Sequence[Call]]) -> tuple[Mark, ...]:
    """Call by call and argument by argument, against the accepted answer that is nearest.

    Calls of the same tool are taken for each other in their order. Arguments of calls that were
    left out or invented are not counted: they follow from the tool.

    Returns:
        Marks of wanted calls in their order, then of invented ones.
    """
    return min((_marks(proposed, calls) for calls in accepted), key=_faults, default=())


def _marks(proposed: Sequence[Call], wanted: Sequence[Call]) -> tuple[Mark, ...]:
    left = list(proposed)
    marks: list[Mark] = []
    for call in wanted:
        made = next((c for c in left if c.name == call.name), None)
        if made is None:
            marks.append(Mark(call.name, "missing", {}))
            continue
        left.remove(made)
        grades = _grades(_normal(made), _normal(call))
        right = all(grade == "right" for grade in grades.values())
        marks.append(Mark(call.name, "right" if right else "wrong arguments", grades))
    return (*marks, *(Mark(call.name, "invented", {}) for call in left))


def _grades(made: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Grade]:
    grades: dict[str, Grade] = {}
    for key in dict.fromkeys((*wanted, *made)):
        if key not in made:
            grades[key] = "missing"
        elif key not in wanted:
            grades[key] = "invented"
        else:
            grades[key] = "right" if made[key] == wanted[key] else "wrong value"
    return grades


def _faults(marks: Sequence[Mark]) -> tuple[int, int]:
    """Wrong tools, then wrong arguments: fewer are nearer."""
    tools = sum(mark.found in ("missing", "invented") for mark in marks)
    return tools, sum(g != "right" for mark in marks for g in mark.arguments.values())


def _normal(call: Call) -> dict[str, Any]:
    return {
        key: _read(call.name, key, value) for key, value in call.args.items() if value is not None
    }


def _read(tool: str, key: str, value: Any) -> Any:
    """The value to compare: of an hour and the like what code makes of it, if it can. Dates stay
    words: without a today they are none.
    """
    resolve = RESOLVERS.get((tool, key))
    found = None if resolve is None else resolve(str(value))
    return _value(value) if found is None else found


def _value(value: Any) -> Any:
    value = getattr(value, "value", value)
    if isinstance(value, list | tuple):
        return frozenset(_value(v) for v in value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    return _ARTICLE.sub("", " ".join(str(value).casefold().split()).strip(_EDGES))
