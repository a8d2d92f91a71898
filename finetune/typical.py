"""What a model typically writes: calls and answers of the dialogues that it learns from.

`agent` guesses the model's next tokens from them (`agent.models.drafts`) as long as the model has
not written much itself.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path

from agent.dialogue.wire import END, completion
from finetune.records import TEXT, Dialogue


def typical(dialogues: Iterable[Dialogue], count: int, seed: int = 1) -> list[str]:
    """Some of what is to be written in dialogues, drawn by chance, as the model writes it.

    Args:
        dialogues: to learn from; documents are left out.
        count: of texts, at most; none stands there twice.
        seed: of the draw.
    """
    targets = {completion(d.target).removesuffix(END) for d in dialogues if d.kind != TEXT}
    return sorted(random.Random(seed).sample(sorted(targets), min(count, len(targets))))


def write_typical(dialogues: Iterable[Dialogue], out: Path, count: int) -> int:
    """Writes typical texts to a file, a JSON string a line; returns how many."""
    texts = typical(dialogues, count)
    out.write_text("".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts), "utf-8")
    return len(texts)
