"""What a model has read, and on which pages its keys and values stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.models.graph import TOLD


class Context:
    """Tokens in the order in which they were read, on pages from the first on.

    What is read next is written over what was dropped: forgetting costs nothing.

    Args:
        page: tokens whose keys and values one page has room for.
    """

    def __init__(self, page: int) -> None:
        self._page = page
        self._tokens: list[int] = []

    def __len__(self) -> int:
        return len(self._tokens)

    def keep(self, prompt: Sequence[int]) -> int:
        """Drops what does not begin this prompt.

        Returns:
            How many tokens of the prompt are read already: all but one at most, since something
            has to be read for the next token to be known.
        """
        most = min(len(self._tokens), max(0, len(prompt) - 1))
        kept = next((at for at in range(most) if self._tokens[at] != prompt[at]), most)
        self.cut(kept)
        return kept

    def cut(self, length: int) -> None:
        """Drops all behind the first tokens, so many."""
        del self._tokens[length:]

    def add(self, tokens: Sequence[int], told: int, padding: int = 0) -> Mapping[str, NDArray[Any]]:
        """Tokens that are read now.

        Args:
            tokens: at least one.
            told: of how many of them, from the last on, it is wanted what may follow.
            padding: tokens behind them that only fill up; no other sees them, and the next that
                are read are written over them.

        Returns:
            What the model takes, with page `n` of the sequence being page `n` of its cache.
        """
        past, count = len(self._tokens), len(tokens)
        end = past + count + padding
        pages = -(-end // self._page)
        self._tokens += tokens
        return {
            "input_ids": np.array([*tokens, *[0] * padding], dtype=np.int64),
            "position_ids": np.arange(past, end, dtype=np.int64),
            "past_lens": np.array([past], dtype=np.int32),
            "subsequence_begins": np.array([0, end - past], dtype=np.int32),
            "block_indices": np.arange(pages, dtype=np.int32),
            "block_indices_begins": np.array([0, pages], dtype=np.int32),
            "max_context_len": np.array(end, dtype=np.int32),
            TOLD: np.arange(count - told, count, dtype=np.int64),
        }
