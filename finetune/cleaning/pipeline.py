"""Dialogues in, cleaned dialogues out: one pass, any number of processes, the same result."""

from __future__ import annotations

import itertools
import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from pathlib import Path
from typing import Self

from tqdm import tqdm

from finetune.cleaning.filters import check_languages
from finetune.cleaning.index import Hashes, NearRows
from finetune.cleaning.names import LearnedNames
from finetune.cleaning.rows import Preparation, Prepared
from finetune.cleaning.signatures import shape
from finetune.config import CleaningConfig
from finetune.records import Dialogue

CHUNK = 256
"""Dialogues that a process works on at a time; the result depends on it a little (the names that
are learned from a chunk are known for all of it), so it is no setting."""
AHEAD = 4
"""Chunks a process that are begun before the first of them is wanted: what is held in memory."""


class Cleaning(Iterator[Dialogue]):
    """Cleaned dialogues, in the order they came, with counts of what was done so far.

    It can be iterated over once. Use it as a context, or call `close`, when not all are wanted.
    """

    def __init__(
        self,
        dialogues: Iterable[Dialogue],
        config: CleaningConfig,
        *,
        held_out: Iterable[str] = (),
        index_folder: Path | None = None,
        total: int | None = None,
        quiet: bool = False,
    ) -> None:
        """See `clean`."""
        _check(config)
        self.counts: Counter[str] = Counter()
        """Dialogues by what happened to them: "dropped: " and the reason, "changed: text"; and
        values that were masked: "masked: " and their kind."""
        self.read = 0
        """Dialogues that came in."""
        self.kept = 0
        """Dialogues that went out."""
        self.index_bytes = 0
        """Memory of the indices of repeats."""
        self._config = config
        self._index_folder = index_folder
        self._shape = shape(config.near_duplicates) if config.near_duplicates else (0, 0)
        self._total, self._quiet = total, quiet
        self._stream = self._run(dialogues, tuple(sorted(set(held_out))))

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Dialogue:
        return next(self._stream)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the processes and gives files back."""
        self._stream.close()

    def _run(
        self, dialogues: Iterable[Dialogue], held_out: Sequence[str]
    ) -> Generator[Dialogue, None, None]:
        settings = (self._config, held_out, self._shape)
        near = self._config.near_duplicates
        seen, names = Hashes(), LearnedNames()
        with (
            tqdm(total=self._total, desc="cleaning", unit="", disable=self._quiet) as progress,
            NearRows(self._shape[0], self._index_folder) as rows,
            closing(_prepared(_chunks(dialogues), settings, self._config.workers)) as parts,
        ):
            for part in parts:
                self.read += part.read
                self.counts.update(part.counts)
                names.learn(*part.spelled)
                keys = part.hashes.tolist()
                for n, dialogue in enumerate(part.dialogues):
                    if not seen.add(keys[n]):
                        self.counts["dropped: repeat"] += 1
                        continue
                    if near:
                        words, bands = part.words[n], part.bands[n]
                        if rows.nearest(bands, words, near, names) is not None:
                            self.counts["dropped: near repeat"] += 1
                            continue
                        rows.add(bands, words)
                    self.kept += 1
                    yield dialogue
                self.index_bytes = seen.bytes + rows.bytes
                progress.update(part.read)


def clean(
    dialogues: Iterable[Dialogue],
    config: CleaningConfig,
    *,
    held_out: Iterable[str] = (),
    index_folder: Path | None = None,
    total: int | None = None,
    quiet: bool = False,
) -> Cleaning:
    """Cleans a stream of dialogues and drops what repeats another.

    In this order: text is normalized (`finetune.cleaning.text`), useless dialogues are dropped
    (`filters`), so are those with a held-out message (`leaks`), personal data are masked
    (`privacy`), and what was there before, the same or nearly, is dropped (`index`). The result
    depends on the dialogues and the configuration, not on the number of processes. Held in memory
    are some chunks of dialogues and the index of repeats, up to 216 bytes a row.

    Args:
        dialogues: any number of them.
        config: what is wanted; `near_duplicates` is the threshold for held-out messages, too.
        held_out: messages that may not occur, see `finetune.cleaning.leaks.messages_of`.
        index_folder: where the index of repeats is kept on disk; in memory, but for the words that
            candidates are compared by, when None.
        total: how many dialogues will come, for the progress bar.
        quiet: shows no progress bar.

    Returns:
        An iterator over cleaned dialogues that has `counts`.

    Raises:
        ValueError: the configuration can't be followed.
        RuntimeError: while it is iterated over, if a process was ended from outside.
    """
    return Cleaning(
        dialogues,
        config,
        held_out=held_out,
        index_folder=index_folder,
        total=total,
        quiet=quiet,
    )


def _check(config: CleaningConfig) -> None:
    if not 0 <= config.near_duplicates <= 1:
        raise ValueError(
            "cleaning.near_duplicates is a similarity from 0 to 1 (0.8, or 0 for none), not "
            f"{config.near_duplicates}."
        )
    if config.workers < 0:
        raise ValueError(f"cleaning.workers is 0 or a number of processes, not {config.workers}.")
    if config.min_chars > config.max_chars:
        raise ValueError(
            f"cleaning.min_chars ({config.min_chars}) can't be more than max_chars "
            f"({config.max_chars})."
        )
    check_languages(config.languages)


def _chunks(dialogues: Iterable[Dialogue]) -> Iterator[list[Dialogue]]:
    stream = iter(dialogues)
    while chunk := list(itertools.islice(stream, CHUNK)):
        yield chunk


def _prepared(
    chunks: Iterator[list[Dialogue]],
    settings: tuple[CleaningConfig, Sequence[str], tuple[int, int]],
    workers: int,
) -> Generator[Prepared, None, None]:
    """The chunks worked on, in order, no more than `AHEAD` a process at a time."""
    workers = workers or len(os.sched_getaffinity(0))
    first = list(itertools.islice(chunks, workers))
    if workers == 1 or len(first) <= 1:  # no process is worth its start
        yield from map(Preparation(*settings), itertools.chain(first, chunks))
        return
    # A forked process would inherit the threads' locks of whatever is loaded here, torch's as well.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, context, _start, settings)
    try:
        waiting: deque[Future[Prepared]] = deque()
        for chunk in itertools.chain(first, chunks):
            waiting.append(pool.submit(_work, chunk))
            if len(waiting) >= AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise RuntimeError(
            "A process of the cleaning was ended from outside, most likely for lack of memory: "
            "set cleaning.workers lower."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


_preparation: Callable[[Sequence[Dialogue]], Prepared]
"""Of a worker process: made once, because the models of languages take a second to load."""


def _start(
    config: CleaningConfig, held_out: Sequence[str], bands_and_rows: tuple[int, int]
) -> None:
    global _preparation  # noqa: PLW0603 -- a pool's process has no other place
    _preparation = Preparation(config, held_out, bands_and_rows)


def _work(chunk: Sequence[Dialogue]) -> Prepared:
    return _preparation(chunk)
