"""MinHash signatures of words, and how many bands a threshold needs."""

from __future__ import annotations

import functools
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finetune.cleaning.words import shingles

PERMUTATIONS = 64
MARGIN = 0.25
"""Candidates are sought from so much below the threshold: neighbouring words are shingles as well,
slips of the pen are no shingles in common, and a name counts more than once."""
_LEAST = 0.2


@functools.cache
def shape(threshold: float) -> tuple[int, int]:
    """Bands and rows of a band for a threshold, by datasketch's search for the smallest error.

    To miss a copy weighs more than to compare a pair in vain.
    """
    from datasketch import MinHashLSH

    sought = max(threshold - MARGIN, _LEAST)
    index = MinHashLSH(threshold=sought, num_perm=PERMUTATIONS, weights=(0.2, 0.8))
    return index.b, index.r


def signature(words: str) -> NDArray[np.uint32]:
    """The MinHash of the shingles of words, as `finetune.cleaning.words` writes them.

    Returns:
        `PERMUTATIONS` hashes.
    """
    made = _minhash()
    made.clear()
    made.update_batch(shingles(words))
    return made.hashvalues  # type: ignore[no-any-return]


def bands(signatures: NDArray[np.uint32], count: int, rows: int) -> NDArray[np.uint64]:
    """Hashes of the bands of signatures.

    Args:
        signatures: dialogues x `PERMUTATIONS`.
        count: bands.
        rows: of a band.

    Returns:
        dialogues x `count`.
    """
    parts = signatures[:, : count * rows].astype(np.uint64).reshape(-1, count, rows)
    hashed = np.zeros(parts.shape[:2], dtype=np.uint64)
    for row in range(rows):
        # a step of MurmurHash3's finalizer a row, so that all bits depend on all
        hashed = (hashed ^ parts[:, :, row]) * np.uint64(0xFF51AFD7ED558CCD)
        hashed ^= hashed >> np.uint64(33)
    return hashed


@functools.cache
def _minhash() -> Any:
    """One for all, because its permutations are drawn when it is made; the same in each process."""
    from datasketch import MinHash

    return MinHash(PERMUTATIONS, hashfunc=zlib.crc32, scheme="affine32")
