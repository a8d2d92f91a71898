"""Public questions about travel, with their answers.

`KNOWN` lists what we know of a few sets on the hub. Another can be named with `path`, on the hub or
here: a pair of columns of `PAIRS`, or one of the shapes of `finetune.sources.conversations`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.dialogue.turns import Turn
from finetune.config import SourceConfig
from finetune.sources.conversations import SHAPES, RowError, exchange, turns_of
from finetune.sources.source import Source
from finetune.sources.tables import table


@dataclass(frozen=True, slots=True)
class KnownSet:
    """A set on the hub, as its card describes it."""

    question: str
    answer: str
    """Columns."""
    licence: str
    """SPDX, where it is on the list."""
    about: str


KNOWN: Mapping[str, KnownSet] = {
    "bitext/Bitext-travel-llm-chatbot-training-dataset": KnownSet(
        "instruction", "response", "CDLA-Sharing-1.0",
        "31,700 questions to an airline's and agency's desk, generated and curated by Bitext",
    ),
    "bitext/Bitext-hospitality-llm-chatbot-training-dataset": KnownSet(
        "instruction", "response", "CDLA-Sharing-1.0",
        "25,000 questions to a hotel's desk, likewise",
    ),
}  # fmt: skip
DEFAULT = "bitext/Bitext-travel-llm-chatbot-training-dataset"

PAIRS = (
    ("question", "answer"),
    ("question", "response"),
    ("instruction", "response"),
    ("query", "response"),
    ("prompt", "completion"),
    ("prompt", "response"),
)
"""Columns of question and answer that are tried, caseless, in a set that is not known."""
_OPEN_SLOT = re.compile(r"\{\{[^{}]*\}\}")


def travel_qa(config: SourceConfig) -> Source:
    """Questions and answers, each pair a dialogue of two turns."""
    path = config.path or DEFAULT
    known = KNOWN.get(path.partition("@")[0])
    pairs = ((known.question, known.answer),) if known else PAIRS

    def turns(row: Mapping[str, Any]) -> tuple[Turn, ...]:
        found = _pair(row, pairs) or turns_of(row)
        # Bitext's sets leave slots for names and numbers open, "{{Booking Number}}"
        if any(_OPEN_SLOT.search(t.text) for t in found):
            raise RowError("a slot left open, such as {{Booking Number}}")
        return found

    wanted = f"a pair of columns ({', '.join(f'{q} and {a}' for q, a in pairs)}), or {SHAPES}"
    licence = known.licence if known else "not known here; see where it comes from"
    return Source(config, licence, turns, [table(path)], wanted)


def _pair(row: Mapping[str, Any], pairs: tuple[tuple[str, str], ...]) -> tuple[Turn, ...] | None:
    columns = {str(name).casefold(): name for name in row}
    for question, answer in pairs:
        if question in columns and answer in columns:
            return exchange(row[columns[question]], row[columns[answer]])
    return None
