"""General conversations, so that a model keeps what it could do before.

FineTome-100k by default: 100,000 conversations of ShareGPT's shape, chosen by quality (Labonne
2024, https://huggingface.co/datasets/mlabonne/FineTome-100k). Any table whose rows have one of the
shapes of `finetune.sources.conversations` can be named instead: on the hub, or a local folder or
file (Parquet, JSON lines, JSON, CSV).
"""

from __future__ import annotations

from finetune.config import SourceConfig
from finetune.sources.conversations import SHAPES, turns_of
from finetune.sources.source import Source
from finetune.sources.tables import table

NAME = "mlabonne/FineTome-100k"
LICENCE = "none stated on its card; drawn from The-Tome (arcee-ai/The-Tome, MIT)"


def general(config: SourceConfig) -> Source:
    """Conversations of one of the known shapes."""
    licence = LICENCE if config.path in ("", NAME) else "not known here; see where it comes from"
    return Source(config, licence, turns_of, [table(config.path or NAME)], f"in a shape: {SHAPES}")
