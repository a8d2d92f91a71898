"""Held-out sets: reading them by machine, and keeping their names and messages out of training."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.dialogue.turns import Call
from finetune.surfaces import strip_article

_NAMES = ("destination", "location", "query", "near", "place", "replacement", "lodging", "must_see")


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
            cases.extend(_case(json.loads(line), path.stem) for line in lines if line.strip())
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


def _named(call: Call) -> Iterator[str]:
    for key in _NAMES:
        value = call.args.get(key, ())
        for name in [value] if isinstance(value, str) else value:
            yield strip_article(str(name)).casefold()


def _case(row: dict[str, Any], author: str) -> Case:
    labelled = [row["calls"], *row.get("alt", ())]
    accepted = tuple(tuple(Call(c["name"], c["args"]) for c in calls) for calls in labelled)
    return Case(row["id"], author, tuple(row["messages"]), row["trip"], accepted)
