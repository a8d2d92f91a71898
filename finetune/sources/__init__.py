"""Where dialogues come from: one module a source, each yields `finetune.records.Dialogue`.

`phrasings` feeds the synthesis. The others, in `SOURCES`, read conversations that exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from finetune.config import SourceConfig
from finetune.sources.general import general
from finetune.sources.jsonl import jsonl
from finetune.sources.source import Source, SourceError
from finetune.sources.text import text
from finetune.sources.travel_qa import travel_qa
from finetune.sources.travelplanner import travelplanner

SOURCES: Mapping[str, Callable[[SourceConfig], Source]] = {
    "general": general,
    "travel_qa": travel_qa,
    "travelplanner": travelplanner,
    "jsonl": jsonl,
    "text": text,
}
"""By `SourceConfig.kind`."""


def open_source(config: SourceConfig) -> Source:
    """The source that an entry of a recipe names; nothing is read yet.

    Raises:
        SourceError: there is no such kind, or its path can't be meant.
    """
    if config.kind not in SOURCES:
        raise SourceError(f"There is no source {config.kind!r}; known: {', '.join(SOURCES)}.")
    return SOURCES[config.kind](config)


__all__ = ["SOURCES", "Source", "SourceError", "open_source"]
