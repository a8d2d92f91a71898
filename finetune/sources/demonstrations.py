"""The demonstrations: whole turns by hand, `finetune/demonstrations/*.jsonl`, a file an author."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.dialogue.turns import Call
from finetune.filling import ORDER, call
from finetune.sources.share import Share

FOLDER = Path(__file__).parents[1] / "demonstrations"
_KEYS = frozenset({"trip", "said", "calls", "kind", "reply"})


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A conversation and what is right at its end: calls, or words where nothing is to be done."""

    author: str
    trip: str
    """The trip that stands, as the system line names it ("Lisbon, 3 days"); empty without one."""
    said: tuple[str, ...]
    """The traveller's message, the host's, the traveller's ...: the last is answered."""
    calls: tuple[Call, ...] = ()
    kind: str = ""
    """Of a turn without calls: `finetune.authoring.KINDS`."""
    reply: str = ""
    """Of a turn without calls: the host's words."""


def load(
    folder: Path = FOLDER, share: Sequence[tuple[str, float]] = (), seed: int = 0
) -> Iterator[Demonstration]:
    """All demonstrations of a folder.

    Args:
        folder: holds JSON-lines files after its README.
        share: as of `Share`.
        seed: likewise.

    Raises:
        ValueError: a line is no demonstration; names the file and line.
    """
    wanted = Share(share, seed)
    for path in sorted(folder.glob("*.jsonl")):
        yield from (shown for shown in read_file(path) if wanted.keeps(shown.author))


def read_file(path: Path) -> Iterator[Demonstration]:
    """The demonstrations of one file.

    Raises:
        ValueError: as `load`.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield _read(path.stem, json.loads(line))
        except KeyError as error:
            raise ValueError(f"{path.name}:{number} lacks {error}.") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"{path.name}:{number} is no demonstration: {error}.") from error


def are_in(path: Path) -> bool:
    """Whether a file holds demonstrations, and no phrasings, by its first line."""
    return '"said"' in path.read_text(encoding="utf-8").lstrip().partition("\n")[0]


def _read(author: str, row: Mapping[str, Any]) -> Demonstration:
    if unknown := set(row) - _KEYS:
        raise ValueError(f"it has no use for {', '.join(sorted(unknown))}")
    said = row["said"]
    if not isinstance(said, list) or not all(isinstance(text, str) for text in said):
        raise ValueError("`said` is no list of messages")
    calls = tuple(_call(made["name"], made["args"]) for made in row.get("calls", ()))
    return Demonstration(
        author, row["trip"], tuple(said), calls, row.get("kind", ""), row.get("reply", "")
    )


def _call(name: str, args: Mapping[str, Any]) -> Call:
    if name not in ORDER:
        raise ValueError(f"there is no tool {name!r}")
    if unknown := set(args) - set(ORDER[name]):
        raise ValueError(f"{name} takes no {', '.join(sorted(unknown))}")
    return call(name, args)
