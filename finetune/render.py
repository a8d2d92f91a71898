"""Dialogue -> token ids and where the loss is, in batches of fixed shapes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from agent.dialogue import wire
from finetune.records import TEXT, Dialogue

IGNORED = -100
"""The label of positions without loss, as PyTorch's cross entropy has it."""


class Tokenizer(Protocol):
    """What is needed of a transformers tokenizer."""

    pad_token_id: int

    def get_vocab(self) -> dict[str, int]:
        """Token to id."""

    def __call__(self, text: list[str], **options: Any) -> Any:
        """Ids of each text under "input_ids"."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one width, right-padded (causal attention never sees what lies to the right)."""

    input_ids: list[list[int]]
    """rows x width"""
    labels: list[list[int]]
    """rows x width, `IGNORED` on prompt and padding"""
    tokens: int
    """Of all rows, padding not counted."""


def markers_of(tokenizer: Tokenizer) -> wire.Markers:
    """The markers that a base model's tokenizer has as single tokens.

    Raises:
        ValueError: it has none that we know, so that an adapter would learn in pieces of them.
    """
    vocabulary = tokenizer.get_vocab()
    for markers in (wire.CHATML, wire.LLAMA3):
        if markers.start in vocabulary and markers.end in vocabulary:
            return markers
    raise ValueError(
        f"The base model's tokenizer knows neither {wire.CHATML.start} nor {wire.LLAMA3.start}; "
        "take the instruction-tuned model of the family."
    )


def encode(dialogues: Sequence[Dialogue], tokenizer: Tokenizer) -> list[tuple[list[int], int]]:
    """Token ids of prompt and completion, and the prompt's length, for each dialogue.

    Raises:
        ValueError: the tokenizer belongs to no family of models that we know.
    """
    markers = markers_of(tokenizer)
    prompts = [
        markers.begin if d.kind == TEXT else wire.render(d.turns[:-1], markers) for d in dialogues
    ]
    targets = [
        d.target.text if d.kind == TEXT else wire.completion(d.target, markers) for d in dialogues
    ]
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
    keep_rest: bool = False,
) -> tuple[list[Batch], int]:
    """Full batches of at most `tokens` ids in seeded order, and how many rows were too long.

    With `keep_rest` the rows that fill no batch make smaller ones, whose shapes are their own.
    """
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
        for i in range(0, len(rows) if keep_rest else len(rows) - size + 1, size):
            made.append(_batch(rows[i : i + size], width, pad))
    rng.shuffle(made)
    return made, too_long


def _batch(rows: Sequence[tuple[list[int], int]], width: int, pad: int) -> Batch:
    ids, labels = [], []
    for row, prompt in rows:
        fill = width - len(row)
        ids.append(row + [pad] * fill)
        labels.append([IGNORED] * prompt + row[prompt:] + [IGNORED] * fill)
    return Batch(ids, labels, sum(len(row) for row, _ in rows))
