"""Which of an author's lines are used, where a recipe wants a share of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fnmatch import fnmatch


class Share:
    """Decides line by line; who else is left out changes nothing of what is kept of an author.

    Args:
        share: pairs of a pattern for authors and the share of their lines that is kept; the first
            pattern that matches counts, and who matches none is kept whole.
        seed: decides which ones.
    """

    def __init__(self, share: Sequence[tuple[str, float]], seed: int) -> None:
        self._share = share
        self._seed = seed
        self._rngs: dict[str, random.Random] = {}

    def keeps(self, author: str) -> bool:
        """Whether the author's next line is used."""
        kept = next((k for pattern, k in self._share if fnmatch(author, pattern)), 1.0)
        rng = self._rngs.setdefault(author, random.Random(f"{self._seed} {author}"))
        return kept >= 1 or rng.random() < kept
