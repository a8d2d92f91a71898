"""A source as the mix takes it: opened, shuffled through a buffer and cleaned, with an account."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from finetune.config import DataConfig, SourceConfig
from finetune.mixing import shuffled
from finetune.records import Dialogue
from finetune.sources import open_source
from finetune.sources.source import Source, local_files

if TYPE_CHECKING:
    from finetune.cleaning import Cleaning


@dataclass(frozen=True, slots=True)
class _Moment:
    """How far a source had been read when a dialogue of it went to be cleaned."""

    dialogues: int
    rows: int
    unread: Counter[str]
    faults: int


class Reading:
    """Cleaned dialogues of one source, read no further than they are asked for.

    Cleaning reads ahead, by a distance that depends on how many processors there are. The account
    is of the dialogues that came out of it, so that it is the same on every machine.

    Args:
        config: which source.
        data: of the whole stage.
        held_out: messages that may not occur.

    Raises:
        ValueError: the source is not known or can't be meant; when dialogues are asked for, also
            that it can't be read.
    """

    def __init__(self, config: SourceConfig, data: DataConfig, held_out: Sequence[str]) -> None:
        from finetune.cleaning import clean

        self.source: Source = open_source(config)
        self._seed = data.seed
        self._moments: deque[_Moment] = deque()
        self.dialogues: Cleaning = clean(self._shuffled(), data.cleaning, held_out=held_out)

    def close(self) -> None:
        """Ends the processes that clean."""
        self.dialogues.close()

    def account(self) -> dict[str, Any]:
        """What was read, what could not be, and what cleaning did, for the manifest."""
        source = self.source
        past = self._at(self.dialogues.read)
        faults = source.faults[: past.faults]
        if faults:
            print(
                f"{source.origin}: {past.unread.total()} of {past.rows} rows can't be read, "
                f"such as {faults[0]}",
                file=sys.stderr,
            )
        return {
            "licence": source.licence,
            "kind": source.config.kind,
            "path": source.config.path,
            "rows": past.rows,
            "unread": dict(past.unread.most_common()),
            "faults": faults,
            "cleaning": dict(self.dialogues.counts.most_common()),
            "files": {path.name: sha256(path) for path in local_files(source.config.path)},
        }

    def _shuffled(self) -> Iterator[Dialogue]:
        source = self.source
        for n, dialogue in enumerate(shuffled(source, self._seed), 1):
            unread = Counter(source.unread)
            self._moments.append(_Moment(n, source.rows, unread, len(source.faults)))
            self._at(self.dialogues.read)
            yield dialogue

    def _at(self, dialogues: int) -> _Moment:
        """The moment of a dialogue, by its number; those before are forgotten."""
        while self._moments and self._moments[0].dialogues < dialogues:
            self._moments.popleft()
        if self._moments and dialogues:
            return self._moments[0]
        return _Moment(0, 0, Counter(), 0)


def sha256(path: Path) -> str:
    """Of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
