"""Which words of a stream of dialogues are names, learned while it is read."""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from finetune.cleaning.words import crc


class LearnedNames:
    """Words that are names because they are often written so: truecasing (Lita et al. 2003).

    A capital inside a sentence tells more than a small letter, for many write all small: one in
    `RATIO` + 1 is enough. Words are counted in two tables of hashes of a fixed size, 8 MiB in all,
    that never grow; where two words share a place, one may be taken for a name that is none.
    """

    RATIO = 3
    RARE = 200_000
    """A word is rare that is less than one in so many; none is before so many were read."""
    RARE_LETTERS = 4
    """Shorter ones never are: slips of short words, rather."""

    def __init__(self, places: int = 2**20) -> None:
        self._leaning = array("i", bytes(4 * places))
        self._times = array("I", bytes(4 * places))
        self._total = 0

    def learn(self, hashes: NDArray[np.uint32], signs: NDArray[np.int8]) -> None:
        """Takes occurrences in, as `finetune.cleaning.words.spellings` tells them."""
        places = hashes % np.uint32(len(self._leaning))
        worth = np.where(signs > 0, self.RATIO, -1)
        np.add.at(np.frombuffer(self._leaning, dtype=np.int32), places, worth)
        np.add.at(np.frombuffer(self._times, dtype=np.uint32), places, 1)
        self._total += len(hashes)

    def is_name(self, word: str) -> bool:
        """Whether a folded word was written as a name often enough."""
        return self._leaning[crc(word) % len(self._leaning)] > 0

    def is_rare(self, word: str) -> bool:
        """Whether a folded word is hardly ever read."""
        if len(word) < self.RARE_LETTERS:
            return False
        return self._times[crc(word) % len(self._times)] * self.RARE < self._total
