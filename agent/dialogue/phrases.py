"""The host's voice: authored sentences for each situation, with slots for the facts.

Training learns from them; when a model's answer is not grounded, or missing, one of them is said
instead: plain, true, and drawn by the facts so that it is not always the same.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from tools.outcome import Outcome

GREETING = "I plan city trips day by day. Which city would you like to see, and for how many days?"
"""Said where nothing was done and nothing grounded was written."""
STANDING = "Your plan stands as it is. What would you like to change, or to know?"
"""The same, where there is a trip."""

_SLOT = re.compile(r"\{(\w+)\}")
_DAY_BEGINS = re.compile(r"(?<=[.!?]\s)d(?=ay \d)")


@cache
def templates() -> Mapping[str, tuple[str, ...]]:
    """Situation -> the host's sentences."""
    found: dict[str, list[str]] = defaultdict(list)
    text = files("agent.dialogue").joinpath("host.jsonl").read_text("utf-8")
    for line in text.splitlines():
        row = json.loads(line)
        found[row["situation"]].append(row["text"])
    return {situation: tuple(texts) for situation, texts in found.items()}


@cache
def unsaid() -> tuple[str, ...]:
    """Sentences that models were tuned on and that tell more than is known ("{day} has a free
    spot."): what is nearer to one of them than to the host's is not said.
    """
    text = files("agent.dialogue").joinpath("unsaid.jsonl").read_text("utf-8")
    return tuple(json.loads(line)["text"] for line in text.splitlines())


def plain_answer(outcomes: Sequence[Outcome], *, trip: bool = False) -> str:
    """What the facts of a turn are, in the host's words.

    Args:
        outcomes: the facts; where there are none it is `GREETING` or `STANDING`.
        trip: whether there is one.
    """
    said = [_said(outcome) for outcome in outcomes]
    if not said:
        return STANDING if trip else GREETING
    return " ".join([*(without_question(text) for text in said[:-1]), said[-1]])


def without_question(text: str) -> str:
    """A text less the question it ends with; the text itself when it is nothing else."""
    return re.sub(r"\s*[^.!?]*\?\s*$", "", text) or text


def capitalised(text: str) -> str:
    """With a capital where a sentence begins with a day ("Shifted. Day 2, 10:00.")."""
    text = _DAY_BEGINS.sub(lambda match: match.group().upper(), text)
    return text[:1].upper() + text[1:]


def _said(outcome: Outcome) -> str:
    text = _filled(outcome.situation, outcome.facts)
    if outcome.situation == "assumed_date":
        return f"{without_question(_filled('planned', outcome.facts))} {text}"
    return text


def _filled(situation: str, facts: Mapping[str, str]) -> str:
    """The sentence that uses most of the facts, a different one for other facts."""
    fitting = [t for t in templates().get(situation, ()) if set(_SLOT.findall(t)) <= set(facts)]
    if not fitting:
        return " ".join(facts.values())
    most = max(len(set(_SLOT.findall(t))) for t in fitting)
    fullest = [t for t in fitting if len(set(_SLOT.findall(t))) == most]
    seed = zlib.crc32("|".join(facts.values()).encode())
    return capitalised(fullest[seed % len(fullest)].format(**facts))
