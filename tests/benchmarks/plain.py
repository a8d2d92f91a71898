"""The agent on transformers' `generate`, as one would first write it: what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from agent.models.chat import TripwrightChatModel
from agent.models.engine import Generation
from agent.models.local import TransformersEngine, prepare_base
from agent.models.matching import Matcher
from agent.models.prepare import find_adapter, model_cache
from agent.settings import Settings


class PlainEngine(TransformersEngine):
    """Greedy decoding of the merged model by `generate`: no grammar is looked at, nothing is kept
    from one prompt to the next, an answer is told when it is whole.

    Args:
        settings: whose adapter.
        cached: keys and values of an answer's earlier tokens are kept, as `generate` does unless
            it is told not to.

    Raises:
        ModelError: base or adapter can't be used.
    """

    name = "plain generate"

    def __init__(self, settings: Settings, *, cached: bool) -> None:
        super().__init__(prepare_base(model_cache(settings)), find_adapter(settings).folder)
        self._model = self._model.merge_and_unload()
        self._cached = cached
        self._most = 0

    def generate(
        self, prompt: str, *, grammar: str | None, max_tokens: int, **callbacks: Any
    ) -> Generation:
        """As `Engine.generate`, but for the grammar."""
        self._most = max_tokens
        return super().generate(prompt, grammar=None, max_tokens=max_tokens, **callbacks)

    @torch.inference_mode()
    def _tokens(
        self, ids: list[int], matcher: Matcher | None, *_: object
    ) -> Iterator[tuple[int, float]]:
        """All tokens of the answer, none of which says how likely it was."""
        written = self._model.generate(
            torch.tensor([ids], device=self._device),
            do_sample=False,
            max_new_tokens=self._most,
            eos_token_id=[*self._stop],
            pad_token_id=min(self._stop),
            use_cache=self._cached,
        )
        yield from ((token, 0.0) for token in written[0, len(ids) :].tolist())


def plain_model(settings: Settings, *, cached: bool) -> TripwrightChatModel:
    """The agent's chat model on `PlainEngine`, arguments and errors as there."""
    return TripwrightChatModel(
        engine=PlainEngine(settings, cached=cached), max_tokens=settings.model.max_new_tokens
    )
