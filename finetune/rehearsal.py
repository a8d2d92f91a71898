"""Texts that the base model writes by itself, to be learned beside the dialogues.

An adapter trained on one kind of dialogue alone forgets ("catastrophic forgetting"). Where the data
that the base was trained on can't be had, what the base itself says can stand for it
(pseudo-rehearsal, Robins 1995; for language models Sun et al. 2020, "LAMOL").

It is asked for a text on each of many subjects and samples the answer. Only the text is kept, as a
document: travellers are to be told that the agent plans trips, not how glaciers move.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm
from transformers import AutoModelForCausalLM, AutoTokenizer

from agent.dialogue import wire
from agent.dialogue.turns import Turn
from finetune.evaluation.report import write_whole
from finetune.render import markers_of

TOPICS = Path(__file__).parent / "sources" / "topics.txt"
_FORMS = (
    "Write a paragraph about {}.",
    "Tell me about {}.",
    "Explain {} to somebody who has never heard of it.",
    "Write the beginning of an article about {}.",
    "What is interesting about {}?",
)
_ROWS = 32
_GPU_ROWS = 1024
"""Texts that are written side by side."""
_LEAST_WORDS = 12
_TOP_P = 0.95


def rehearse(base: Path, out: Path, *, texts: int, tokens: int = 110, seed: int = 1) -> int:
    """Writes JSON lines `{"text": ...}` for a source of the kind "text".

    A text ends where the base ends it or after `tokens`; then its last, unfinished word is left
    out. Very short ones are left out, too.

    Args:
        base: folder of the base model and its tokenizer.
        out: the file; it appears when it is whole.
        texts: how many are asked for; beyond `len(prompts())` they are asked for again, and
            the draw is another.
        tokens: the longest, in the base's tokens.
        seed: of the draw; on one machine the same seed gives the same texts.

    Returns:
        How many were kept.

    Raises:
        ValueError: `texts` or `tokens` is below 1.
    """
    if texts < 1 or tokens < 1:
        raise ValueError("At least 1 text of at least 1 token can be asked for.")
    asked = prompts()
    random.Random(seed).shuffle(asked)
    asked = list(islice(cycle(asked), texts))
    tokenizer = AutoTokenizer.from_pretrained(base, padding_side="left")
    gpu = torch.cuda.is_available()
    rows, dtype = (_GPU_ROWS, torch.bfloat16) if gpu else (_ROWS, torch.float32)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype).eval()
    model.to("cuda" if gpu else "cpu")
    torch.manual_seed(seed)
    found: dict[str, None] = {}
    for n in tqdm(range(0, texts, rows), desc="texts", unit=f" x {rows}"):
        for text in _answers(model, tokenizer, asked[n : n + rows], tokens):
            if len(text.split()) >= _LEAST_WORDS:
                found[text] = None
    out.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in found)
    write_whole(out, "".join(lines))
    return len(found)


def prompts() -> list[str]:
    """Every subject in every form."""
    lines = TOPICS.read_text("utf-8").splitlines()
    return [f.format(s) for f in _FORMS for s in lines if s and not s.startswith("#")]


def _answers(model: Any, tokenizer: Any, asked: Sequence[str], tokens: int) -> list[str]:
    """One sampled text a prompt, without what comes after the last whole word."""
    markers = markers_of(tokenizer)
    given = tokenizer(
        [wire.render([Turn("user", text)], markers) for text in asked],
        add_special_tokens=False,
        padding=True,
        return_tensors="pt",
    ).to(model.device)
    with torch.inference_mode():
        ids = model.generate(
            input_ids=given["input_ids"], attention_mask=given["attention_mask"],
            do_sample=True, temperature=1.0, top_k=0, top_p=_TOP_P, max_new_tokens=tokens,
            pad_token_id=tokenizer.pad_token_id,
        )  # fmt: skip
    made = []
    for row in ids[:, given["input_ids"].shape[1] :].tolist():
        text = tokenizer.decode(row, skip_special_tokens=True).strip()
        ended = row[-1] in tokenizer.all_special_ids
        made.append(text if ended else text.rpartition(" ")[0])
    return made
