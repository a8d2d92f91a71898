"""The agent on transformers' `generate` as anybody would first write it: what it is compared with.

Greedy decoding, no grammar, nothing kept from one prompt to the next, no look-up, no streaming.
Keys and values are cached within one answer, as `generate` does unless it is told not to.
"""

from __future__ import annotations

import threading
from typing import Any

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from agent.models.chat import TripwrightChatModel
from agent.models.engine import Cancelled, Generation, OnText, Progress, turn_of
from agent.models.local import prepare_base
from agent.models.prepare import find_adapter, model_cache
from agent.settings import Settings


class PlainEngine:
    """An `Engine` but for what that promises of grammars: they are not looked at.

    Args:
        settings: whose adapter, merged into the base in the number format that is quick here.
        cached: keys and values of an answer's earlier tokens are kept.

    Raises:
        ModelError: base or adapter can't be used.
    """

    name = "plain generate"

    def __init__(self, settings: Settings, *, cached: bool = True) -> None:
        self._cached = cached
        base = prepare_base(model_cache(settings))
        quick = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
        model: Any = AutoModelForCausalLM.from_pretrained(
            base, dtype=torch.bfloat16 if quick else torch.float32
        )
        adapter = find_adapter(settings).folder
        self._model = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload().eval()
        self._tokenizer = AutoTokenizer.from_pretrained(base)
        self._stop = self._tokenizer.convert_tokens_to_ids("<|im_end|>")
        self._lock = threading.Lock()

    def generate(
        self,
        prompt: str,
        *,
        grammar: str | None,
        max_tokens: int,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """The whole answer at once, as `Engine.generate` gives it."""
        with turn_of(self._lock, cancelled):
            told = Progress(self._pieces(), {self._stop}, on_text, cancelled)
            ids = self._tokenizer(prompt, add_special_tokens=False, return_tensors="pt")
            with torch.inference_mode():
                written = self._model.generate(
                    **ids, do_sample=False, max_new_tokens=max_tokens, eos_token_id=self._stop,
                    pad_token_id=self._stop, use_cache=self._cached,
                )  # fmt: skip
            count = ids["input_ids"].shape[1]
            for token in written[0, count:].tolist():
                if not told.take(token, 0.0):
                    break
            return told.result(count)

    def _pieces(self) -> Any:
        return _Decoded(self._tokenizer)


class _Decoded:
    """The tokenizer as `Progress` asks it: a token in, the text that is new out."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._ids: list[int] = []
        self._told = ""

    def push(self, token: int) -> str:
        """The text that is whole with this token."""
        self._ids.append(token)
        text = self._tokenizer.decode(self._ids, skip_special_tokens=True)
        if text.endswith("\N{REPLACEMENT CHARACTER}"):
            return ""
        piece, self._told = text[len(self._told) :], text
        return piece


def plain_model(settings: Settings, *, cached: bool = True) -> TripwrightChatModel:
    """The agent's chat model on `PlainEngine`, arguments as there.

    Raises:
        ModelError: base or adapter can't be used.
    """
    return TripwrightChatModel(
        engine=PlainEngine(settings, cached=cached), max_tokens=settings.model.max_new_tokens
    )
