"""Held-out sets: reading them by machine, and keeping their names and messages out of training."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.dialogue.turns import Call
from finetune.surfaces import strip_article

_NAMES = (
    *("destination", "more_destinations", "location", "query", "near", "place", "replacement"),
    *("origin", "city", "lodging", "must_see"),
)
_CITIES = ("destination", "location", "city")


@dataclass(frozen=True, slots=True)
class Case:
    """One held-out turn: what was said, whether a trip stands, and every acceptable answer."""

    id: str
    author: str
    messages: tuple[dict[str, str], ...]
    trip: dict[str, Any] | None
    """`city`, `days`, `start`; None when nothing is planned yet."""
    accepted: tuple[tuple[Call, ...], ...]
    """The labelled calls first, then alternatives as good."""


def read_cases(patterns: Iterable[str], root: Path = Path()) -> list[Case]:
    """All cases of the files that match.

    Raises:
        ValueError: a pattern matches nothing, or a line is no case.
    """
    cases: list[Case] = []
    for pattern in patterns:
        paths = sorted(root.glob(pattern)) if not Path(pattern).is_absolute() else [Path(pattern)]
        if not paths:
            raise ValueError(f"no file matches {pattern}")
        for path in paths:
            lines = path.read_text("utf-8").splitlines()
            for number, line in enumerate(lines, 1):
                try:
                    if line.strip():
                        cases.append(_case(json.loads(line), path.stem))
                except (json.JSONDecodeError, KeyError, TypeError) as error:
                    raise ValueError(f"{path.name}:{number} is no case: {error!r}.") from error
    return cases


def names(cases: Iterable[Case]) -> frozenset[str]:
    """The cities and places of the cases, caseless and without article."""
    found: set[str] = set()
    for case in cases:
        if case.trip:
            found.add(str(case.trip["city"]).casefold())
        for calls in case.accepted:
            for call in calls:
                found.update(_named(call))
    return frozenset(found)


def proper_names(cases: Iterable[Case]) -> re.Pattern[str]:
    """Finds any city, and any capitalised place, of the cases in a text, whole words, caseless.

    Words for kinds of place ("the museum", "lunch") are everybody's and not among them.
    """
    cases = list(cases)
    found = {str(case.trip["city"]) for case in cases if case.trip}
    for case in cases:
        for calls in case.accepted:
            for call in calls:
                found.update(str(call.args[k]) for k in _CITIES if k in call.args)
                found.update(n for n in _spelled(call) if n != n.casefold())
    return re.compile(rf"(?<!\w)(?:{_alternatives(found)})(?!\w)", re.IGNORECASE)


def _alternatives(found: Iterable[str], letters: int = 3) -> str:
    """A pattern for any of the names, told apart by their first letters: `re` tries alternatives
    one after the other, which of thirteen hundred names takes a millisecond a text.
    """
    wanted = {name.lower() for name in found}
    if not wanted:
        return "(?!)"
    if letters == 0:
        return "|".join(re.escape(name) for name in sorted(wanted, key=len, reverse=True))
    parts = []
    for first in sorted({name[:1] for name in wanted} - {""}):
        rest = _alternatives((n[1:] for n in wanted if n[:1] == first), letters - 1)
        parts.append(f"{re.escape(first)}(?:{rest})")
    return "|".join([*parts, ""] if "" in wanted else parts)


def _named(call: Call) -> Iterator[str]:
    for name in _spelled(call):
        yield name.casefold()


def _spelled(call: Call) -> Iterator[str]:
    for key in _NAMES:
        value = call.args.get(key, ())
        for name in [value] if isinstance(value, str) else value:
            yield strip_article(str(name))


def _case(row: dict[str, Any], author: str) -> Case:
    labelled = [row["calls"], *row.get("alt", ())]
    accepted = tuple(tuple(Call(c["name"], c["args"]) for c in calls) for calls in labelled)
    return Case(row["id"], author, tuple(row["messages"]), row["trip"], accepted)
