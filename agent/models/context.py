"""What a model has read: the rows of its key-value cache, some of them struck out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MAX_STRUCK = 512
"""Rows struck out that are carried along; with more of them reading anew is cheaper."""
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
        rows = len(self._tokens)
        return rows - self.length > MAX_STRUCK or rows + more > max(MAX_ROWS, self.length + more)

    def clear(self) -> None:
        """Nothing has been read."""
        self._tokens, self._shown = [], []

    def add(self, tokens: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Tokens that are read now.

        Returns:
            Their positions, (1, tokens), and the attention mask, (1, rows).
        """
        positions = np.arange(self.length, self.length + len(tokens), dtype=np.int64)
        self._tokens += tokens
        self._shown += [1] * len(tokens)
        return positions[None], np.array([self._shown], dtype=np.int64)

    def strike(self, count: int) -> None:
        """Hides the last rows that are shown."""
        row = len(self._shown)
        while count:
            row -= 1
            count -= self._shown[row]
            self._shown[row] = 0
