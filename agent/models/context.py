"""What a model has read: the rows of its key-value cache, some of them struck out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAG = 4
"""A row struck out still costs a quarter of what reading a row anew does, or so (0.2 of 0.9 ms)."""
MAX_ROWS = 2048
"""Beyond, a prompt begins anew: 92 MB at 46 kB a row."""


class Context:
    """Rows in the order in which they were read.

    A row can't be taken out of the cache of a compiled model without copying all of it, but the
    attention mask can hide it: to the last bit, later rows are as if it had never been there.
    """

    def __init__(self) -> None:
        self._tokens: list[int] = []
        self._shown: list[int] = []
        """1 or 0 for each row."""

    @property
    def length(self) -> int:
        """Of what is shown, in tokens."""
        return sum(self._shown)

    def keep(self, prompt: Sequence[int]) -> int:
        """Strikes out what does not begin this prompt.

        Returns:
            How many tokens of the prompt are read already: all but one at most, since something
            has to be read for the next token to be known.
        """
        kept = 0
        for row, token in enumerate(self._tokens):
            if not self._shown[row]:
                continue
            if kept < len(prompt) - 1 and prompt[kept] == token:
                kept += 1
            else:
                self.strike(sum(self._shown[row:]))
                break
        return kept

    def worn(self, more: int) -> bool:
        """Whether it is better begun anew than gone on with by so many rows."""
        rows, shown = len(self._tokens), self.length
        return rows - shown > DRAG * shown or rows + more > max(MAX_ROWS, shown + more)

    def clear(self) -> None:
        """Nothing has been read."""
        self._tokens, self._shown = [], []

    def add(self, tokens: Sequence[int], padding: int = 0) -> Mapping[str, NDArray[Any]]:
        """Tokens that are read now.

        Args:
            tokens: at least one.
            padding: rows that only fill up, struck out from the beginning. They stand behind the
                first token, since a row that has nothing to look at comes out as no number.

        Returns:
            What the model takes: ids and positions, (1, tokens and padding); the mask, (1, rows).
        """
        first, *others = tokens
        ids = [first, *[first] * padding, *others]
        positions = np.zeros((1, len(ids)), dtype=np.int64)
        positions[0, 0] = self.length
        positions[0, padding + 1 :] = np.arange(len(others)) + self.length + 1
        self._tokens += ids
        self._shown += [1, *[0] * padding, *[1] * len(others)]
        return {
            "input_ids": np.array([ids], dtype=np.int64),
            "attention_mask": np.array([self._shown], dtype=np.int64),
            "position_ids": positions,
            "beam_idx": np.zeros(1, dtype=np.int32),
        }

    def strike(self, count: int) -> None:
        """Hides the last rows that are shown."""
        row = len(self._shown)
        while count:
            row -= 1
            count -= self._shown[row]
            self._shown[row] = 0
