"""Dialogue -> token ids and where the loss is, in batches of fixed shapes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from agent.dialogue import wire
from finetune.records import Dialogue

IGNORED = -100
"""The label of positions without loss, as PyTorch's cross entropy has it."""


class Tokenizer(Protocol):
    """What is needed of a transformers tokenizer."""

    pad_token_id: int

    def __call__(self, text: list[str], **options: Any) -> Any:
        """Ids of each text under "input_ids"."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one width, right-padded (causal attention never sees what lies to the right)."""

    input_ids: list[list[int]]
    """rows x width"""
    labels: list[list[int]]
    """rows x width, `IGNORED` on prompt and padding"""


def encode(dialogues: Sequence[Dialogue], tokenizer: Tokenizer) -> list[tuple[list[int], int]]:
    """Token ids of prompt and completion, and the prompt's length, for each dialogue."""
    prompts = [wire.render(d.turns[:-1]) for d in dialogues]
    targets = [wire.completion(d.target) for d in dialogues]
    ids = tokenizer(prompts, add_special_tokens=False)["input_ids"]
    ends = tokenizer(targets, add_special_tokens=False)["input_ids"]
    return [(p + t, len(p)) for p, t in zip(ids, ends, strict=True)]


def batches(
    encoded: Sequence[tuple[list[int], int]],
    *,
    tokens: int,
    widths: Sequence[int],
    pad: int,
    seed: int,
) -> tuple[list[Batch], int]:
    """Full batches of at most `tokens` ids in seeded order, and how many rows were too long."""
    rng = random.Random(seed)
    by_width: dict[int, list[tuple[list[int], int]]] = defaultdict(list)
    too_long = 0
    for row in encoded:
        width = next((w for w in widths if len(row[0]) <= w), None)
        if width is None:
            too_long += 1
        else:
            by_width[width].append(row)
    made: list[Batch] = []
    for width, rows in sorted(by_width.items()):
        rng.shuffle(rows)
        size = tokens // width
        for i in range(0, len(rows) - size + 1, size):
            made.append(_batch(rows[i : i + size], width, pad))
    rng.shuffle(made)
    return made, too_long


def _batch(rows: Sequence[tuple[list[int], int]], width: int, pad: int) -> Batch:
    ids, labels = [], []
    for row, prompt in rows:
        fill = width - len(row)
        ids.append(row + [pad] * fill)
        labels.append([IGNORED] * prompt + row[prompt:] + [IGNORED] * fill)
    return Batch(ids, labels)
