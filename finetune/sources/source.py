"""What all sources share: rows are read as they are asked for; what can't be read is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.dialogue.turns import Turn
from finetune.config import SourceConfig
from finetune.records import TEXT, Dialogue
from finetune.sources.conversations import RowError

FAULTS_NAMED = 20
"""So many rows that can't be read are named by their place; all are counted."""


class SourceError(ValueError):
    """A source that can't be read; the message says what to set instead."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file or table of a source."""

    name: str
    rows: Iterable[tuple[int, Any]]
    """Number (of the line, or of the row, from 1) and what stands there."""
    unit: str = "row"


@dataclass(slots=True)
class Source:
    """One entry of `DataConfig.sources`: iterate over it once.

    A dialogue is whole, up to its last assistant's turn; `finetune.mixing.examples` makes training
    examples of it, after cleaning.
    """

    config: SourceConfig
    licence: str
    turns: Callable[[Any], tuple[Turn, ...]]
    """Of a row; raises `RowError`."""
    parts: Iterable[Part]
    wanted: str
    """What a row should look like, for the message when none can be read."""
    rows: int = 0
    """Read so far."""
    unread: Counter[str] = field(default_factory=Counter)
    """How many rows could not be read, by reason."""
    faults: list[str] = field(default_factory=list)
    """The first of them, each with its place."""

    @property
    def origin(self) -> str:
        """The kind, and the file's or data set's name where it is not the kind's own."""
        return origin(self.config)

    def __iter__(self) -> Iterator[Dialogue]:
        """The dialogues in the order of the rows.

        Raises:
            SourceError: it can't be opened, or no row of a part can be read.
        """
        for part in self.parts:
            before, skipped = self.rows, self.unread.total()
            for number, row in part.rows:
                if self.config.limit and self.rows >= self.config.limit:
                    break
                self.rows += 1
                try:
                    turns = self.turns(row)
                except RowError as error:
                    self._note(f"{part.name}, {part.unit} {number}: {error}", str(error))
                    continue
                yield Dialogue(turns, "", kind_of(turns), self.origin)
            read = self.rows - before
            if read and read == self.unread.total() - skipped:
                raise SourceError(
                    f"No row of {part.name} can be read ({self.faults[-1]}); a row has to be "
                    f"{self.wanted}."
                )
            if self.config.limit and self.rows >= self.config.limit:
                return
        if not self.rows:
            raise SourceError(f"{self.config.path or self.origin} holds no row.")

    def _note(self, fault: str, reason: str) -> None:
        self.unread[reason] += 1
        if len(self.faults) < FAULTS_NAMED:
            self.faults.append(fault)


def origin(config: SourceConfig) -> str:
    """The name under which a source's dialogues are counted: "general", "jsonl:trips"."""
    name = Path(config.path).stem
    return f"{config.kind}:{name}" if name else config.kind


def kind_of(turns: tuple[Turn, ...]) -> str:
    """What the last turn is: the first tool it calls, "answer" to what a tool brought, "reply".

    A turn alone answers nobody: it is a "text".
    """
    if len(turns) == 1:
        return TEXT
    if turns[-1].calls:
        return turns[-1].calls[0].name
    return "answer" if len(turns) > 1 and turns[-2].role == "tool" else "reply"


def local_files(path: str) -> tuple[Path, ...]:
    """The files of a source that lies here, in a fixed order; none for one on the hub."""
    here = Path(path).expanduser()
    if not path or not here.exists():
        return ()
    if here.is_file():
        return (here,)
    hidden = (p for p in sorted(here.rglob("*")) if p.is_file())
    return tuple(p for p in hidden if not any(n.startswith(".") for n in p.relative_to(here).parts))
