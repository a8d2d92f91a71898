"""Plain texts, learned from the first word to the last without the marks of a conversation.

JSON lines `{"text": ...}`, such as `python -m finetune rehearse` writes: a model that also learns
what it would have said before forgets less of it.
"""

from __future__ import annotations

from typing import Any

from agent.dialogue.turns import Turn
from finetune.config import SourceConfig
from finetune.sources.conversations import RowError
from finetune.sources.jsonl import parts_of, row_of
from finetune.sources.source import Source


def text(config: SourceConfig) -> Source:
    """The lines of a file, or of a folder's `*.jsonl` in the order of their names.

    Raises:
        SourceError: there is no such file or folder, or none of it ends in `.jsonl`.
    """
    return Source(
        config, "the user's own files", _turns, parts_of(config), 'JSON such as {"text": "..."}'
    )


def _turns(line: bytes) -> tuple[Turn, ...]:
    found: Any = row_of(line).get("text")
    if not isinstance(found, str) or not found.strip():
        raise RowError('no "text"')
    return (Turn("assistant", found),)
