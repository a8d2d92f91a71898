"""A user's own conversations: JSON lines, one row a line, in any of the known shapes.

Read line by line rather than through `datasets`, which would give all tool calls of a file the same
arguments, those a call lacks as null, and no line numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.dialogue.turns import Turn
from finetune.config import SourceConfig
from finetune.sources.conversations import SHAPES, RowError, turns_of
from finetune.sources.source import Part, Source, SourceError, local_files

_BOM = b"\xef\xbb\xbf"


def jsonl(config: SourceConfig) -> Source:
    """The lines of a file, or of a folder's `*.jsonl` in the order of their names.

    Raises:
        SourceError: there is no such file or folder, or none of it ends in `.jsonl`.
    """
    return Source(
        config, "the user's own files", _turns, parts_of(config), f"JSON in a shape: {SHAPES}"
    )


def parts_of(config: SourceConfig) -> list[Part]:
    """The files that a source's path means, each with its lines.

    Raises:
        SourceError: there is no such file or folder, or none of it ends in `.jsonl`.
    """
    files = [path for path in local_files(config.path) if path.suffix == ".jsonl"]
    if not files:
        raise SourceError(
            f"A {config.kind} source needs `path`: a .jsonl file, or a folder with some; "
            f"{config.path or 'an empty path'} is none."
        )
    return [Part(path.name, _lines(path), "line") for path in files]


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.removeprefix(_BOM).strip():
                yield number, line.removeprefix(_BOM)


def _turns(line: bytes) -> tuple[Turn, ...]:
    return turns_of(row_of(line))


def row_of(line: bytes) -> dict[str, Any]:
    """The object that stands in a line.

    Raises:
        RowError: there is none.
    """
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RowError("no UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise RowError("no JSON") from error
    if not isinstance(row, dict):
        raise RowError("no JSON object")
    return row
