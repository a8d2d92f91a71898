"""Compact indices of what was seen: exactly, and by MinHash for what is nearly the same.

Made for tens of millions of rows in one pass. A row takes in memory: 8 bytes for its hash, 8 for
where its words lie in a file, and 5 a band for each of the cells that the tables have for it, 1.25
to 2.5 of them. With the 16 bands that a threshold of 0.8 gets this is 116 to 216 bytes, where
`datasketch.MinHashLSH` takes thousands (its tables are dictionaries of sets of keys). On disk it
takes its words and 8 bytes a band.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from finetune.cleaning.words import Bags, Names, similarity

WAYS = 8
"""Rows that a bucket of a band's table holds: the latest ones."""
FULL = 0.8
"""Of the cells; with more rows the tables grow. A band has then forgotten one row in fifteen."""
FIRST_BUCKETS = 2**11
CANDIDATES = 8
"""Rows at most that are compared word by word, those that share most bands."""
_BLOCK = 4096
"""Rows that are read at a time when tables grow."""


class Hashes:
    """A set of hashes of 64 bits in 8 bytes each: sorted runs, merged as they grow.

    The runs are those of a log-structured merge tree (O'Neil et al. 1996), each at least twice as
    long as the next.
    """

    def __init__(self, most_recent: int = 2**16) -> None:
        self._recent: set[int] = set()
        self._runs: list[NDArray[np.uint64]] = []
        self._most_recent = most_recent

    def add(self, value: int) -> bool:
        """Whether it is new; from now on it is not."""
        if value in self._recent:
            return False
        key = np.uint64(value)
        for run in self._runs:
            at = int(run.searchsorted(key))
            if at < len(run) and run[at] == key:
                return False
        self._recent.add(value)
        if len(self._recent) == self._most_recent:
            self._settle()
        return True

    def _settle(self) -> None:
        run = np.fromiter(self._recent, dtype=np.uint64, count=len(self._recent))
        self._recent.clear()
        run.sort()
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            run = np.concatenate((self._runs.pop(), run))
            run.sort(kind="stable")  # radix or merge: the runs are in order already
        self._runs.append(run)

    @property
    def bytes(self) -> int:
        """Of the settled runs."""
        return sum(run.nbytes for run in self._runs)


class NearRows:
    """Rows by the bands of their MinHash signatures (Broder 1997; Leskovec et al., chapter 3).

    Each band has a table of buckets with `WAYS` cells, a cell a row's number and eight bits of the
    band's hash. A full bucket forgets its oldest row: a row is found as long as one of the bands
    that it shares with another remembers it. Candidates are compared by their words, which lie in
    a file, so that a chance collision costs time and nothing else. The hashes lie in another, from
    which bigger tables are filled, so that there is never more than one set of tables.
    """

    def __init__(self, bands: int, folder: Path | None = None) -> None:
        """An empty index.

        Args:
            bands: how many hashes a row comes with.
            folder: where its files are made, which vanish with it; when None, the tables are in
                memory and the words in a file in the system's place for such.
        """
        self._folder = folder
        self._band = np.arange(bands)
        self._rows, self._tags = self._tables(FIRST_BUCKETS)
        self._words, self._hashes = (
            tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 -- see close
            for _ in range(2)
        )
        self._starts = array("Q", [0])

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the files back."""
        self._words.close()
        self._hashes.close()

    @property
    def bytes(self) -> int:
        """Of the tables and of the places of words."""
        places = self._starts.itemsize * len(self._starts)
        return int(self._rows.nbytes + self._tags.nbytes + places)

    def nearest(
        self, bands: NDArray[np.uint64], words: str, least: float, names: Names | None = None
    ) -> int | None:
        """A row at least `least` similar, by `finetune.cleaning.words.similarity`.

        Args:
            bands: the row's hashes, one a band.
            words: its words as `finetune.cleaning.words.said` returns them.
            least: from 0 to 1.
            names: what else is a name.

        Returns:
            The number of the first that is found, counted from 0 in the order of adding, or None.
        """
        buckets, tags = self._places(bands)
        rows = self._rows[self._band, buckets]
        hits = rows[(self._tags[self._band, buckets] == tags[:, None]) & (rows > 0)]
        shared: Counter[int] = Counter(hits.tolist())
        if not shared:
            return None
        bags = Bags.of(words, names)
        for row in sorted(shared, key=lambda row: (-shared[row], row))[:CANDIDATES]:
            if similarity(bags, Bags.of(self._words_of(row - 1)), least, names) >= least:
                return row - 1
        return None

    def add(self, bands: NDArray[np.uint64], words: str) -> None:
        """Remembers a row."""
        if len(self) >= FULL * WAYS * self._rows.shape[1]:
            self._grow()
        written = words.encode()
        os.pwrite(self._words.fileno(), written, self._starts[-1])
        os.pwrite(self._hashes.fileno(), bands.tobytes(), bands.nbytes * len(self))
        self._starts.append(self._starts[-1] + len(written))
        self._put(len(self), bands)

    def _put(self, row: int, bands: NDArray[np.uint64]) -> None:
        """Puts a row first in its bucket of each band; the last one there falls out."""
        buckets, tags = self._places(bands)
        for table, value in ((self._rows, row), (self._tags, tags)):
            table[self._band, buckets, 1:] = table[self._band, buckets, :-1]
            table[self._band, buckets, 0] = value

    def _places(self, bands: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
        """Buckets by the low bits of the hashes, tags by their high ones."""
        buckets = bands & np.uint64(self._rows.shape[1] - 1)
        return buckets.astype(np.intp), (bands >> np.uint64(56)).astype(np.uint8)

    def _words_of(self, row: int) -> str:
        start, end = self._starts[row], self._starts[row + 1]
        return os.pread(self._words.fileno(), end - start, start).decode()

    def _grow(self) -> None:
        """Twice the buckets, filled anew."""
        buckets = 2 * self._rows.shape[1]
        del self._rows, self._tags
        self._rows, self._tags = self._tables(buckets)
        width = 8 * len(self._band)
        for start in range(0, len(self), _BLOCK):
            block = os.pread(self._hashes.fileno(), width * _BLOCK, width * start)
            rows = np.frombuffer(block, dtype=np.uint64).reshape(-1, len(self._band))
            for row, bands in enumerate(rows, start + 1):
                self._put(row, bands)

    def _tables(self, buckets: int) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        shape = (len(self._band), buckets, WAYS)
        if self._folder is None:
            return np.zeros(shape, dtype=np.uint32), np.zeros(shape, dtype=np.uint8)
        made: list[Any] = []
        for kind in (np.uint32, np.uint8):
            with tempfile.TemporaryFile(dir=self._folder) as file:  # lives on while it is mapped
                file.truncate(int(np.prod(shape)) * np.dtype(kind).itemsize)
                made.append(np.memmap(file, dtype=kind, mode="r+", shape=shape))
        return made[0], made[1]
