"""OpenVINO GenAI on a GGUF file: the fast engine for CPUs, wheels only.

Measured on two cores (SmolLM2-135M, Q8_0): loads in 3.5 s, writes 90-110 tokens a second, a
grammar costs nothing per token and compiles in tens of milliseconds.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openvino_genai as genai

from agent.errors import ModelError
from agent.models.engine import (
    NOTHING,
    Cancelled,
    Detokenizer,
    Generation,
    OnText,
    Progress,
    turn_of,
)

log = logging.getLogger(__name__)

MAX_PROMPT_TOKENS = 7680
"""The model's context of 8,192, less room for an answer."""
CACHE_BLOCKS = 640
"""Bound of the KV cache: blocks of 32 tokens, twice what the longest prompt takes, 280 MB. It keeps
the prefixes of past prompts (a conversation's next prompt shares most of the last one): 423 tokens
read again take 30 ms instead of 330. A bound in gigabytes, of which 1 is the least, let a long
day's talks take one more."""
END_TOKENS = (b"<|im_end|>", b"<|endoftext|>")


class OpenVinoEngine:
    """An `Engine` on a GGUF file.

    Args:
        model: the file.
        threads: for inference; 0 lets OpenVINO choose.
        properties: further OpenVINO properties, such as `INFERENCE_PRECISION_HINT`.

    Raises:
        ModelError: the file is missing or can't be read.
    """

    name = "openvino"

    def __init__(
        self, model: Path, *, threads: int = 0, properties: Mapping[str, Any] | None = None
    ) -> None:
        if not model.is_file():
            raise ModelError(f"There is no model at {model}; run `python -m agent prepare`.")
        options: dict[str, Any] = dict(properties or {})
        if threads:
            options["INFERENCE_NUM_THREADS"] = threads
        scheduler = genai.SchedulerConfig()
        scheduler.enable_prefix_caching = True
        scheduler.num_kv_blocks = CACHE_BLOCKS
        try:
            # not `LLMPipeline`, which keeps the tokens' probabilities to itself
            self._pipeline = genai.ContinuousBatchingPipeline(str(model), scheduler, "CPU", options)
        except RuntimeError as error:
            raise ModelError(
                f"The model {model} can't be loaded; delete it and run `python -m agent prepare`."
            ) from error
        self._tokenizer = self._pipeline.get_tokenizer()
        # bytes, where the library's own streamer decodes text and waits for three tokens
        vocabulary: dict[bytes, int] = self._tokenizer.get_vocab()
        self._pieces = {number: piece for piece, number in vocabulary.items()}
        self._special = frozenset(
            number
            for piece, number in vocabulary.items()
            if piece[:1] == b"<"
            and piece[-1:] == b">"
            and not self._tokenizer.decode([number], skip_special_tokens=True)
        )
        self._stop = frozenset(vocabulary[end] for end in END_TOKENS if end in vocabulary)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)

    def generate(
        self,
        prompt: str,
        *,
        grammar: str | None,
        max_tokens: int,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """See `Engine.generate`."""
        with turn_of(self._lock, cancelled) as ours:
            if not ours:
                return NOTHING
            progress = Progress(
                Detokenizer(self._pieces, self._special), self._stop, on_text, cancelled
            )
            inputs = self._tokenizer.encode(prompt, add_special_tokens=False)
            length = int(inputs.input_ids.shape[1])
            if length > MAX_PROMPT_TOKENS:
                raise ModelError(f"The model can't read {length} tokens at once; say it shorter.")
            config = self._config(grammar, max_tokens)
            try:
                self._run(inputs.input_ids, config, progress)
            except RuntimeError as error:
                raise ModelError("The model failed on this message; try again.") from error
            return progress.result(length)

    def _run(self, input_ids: Any, config: genai.GenerationConfig, progress: Progress) -> None:
        """One request to its end. A step holds Python's lock: 10-20 ms a token, and for reading
        the prompt up to 150 ms, since the scheduler reads 256 tokens a step.
        """
        request = self._pipeline.add_request(next(self._numbers), input_ids, config)
        wanted = True
        try:
            while self._pipeline.has_non_finished_requests():
                self._pipeline.step()
                while wanted and request.can_read():
                    for written in request.read().values():
                        tokens = zip(
                            written.generated_ids, written.generated_log_probs, strict=True
                        )
                        wanted = wanted and all(progress.take(*token) for token in tokens)
                if not wanted:
                    request.stop()
        except BaseException:
            request.cancel()  # else it would be gone on with beside the next one
            raise

    def _config(self, grammar: str | None, max_tokens: int) -> genai.GenerationConfig:
        config = genai.GenerationConfig()
        config.max_new_tokens = max_tokens
        config.do_sample = False
        config.logprobs = 1  # of the token taken
        config.apply_chat_template = False
        config.stop_token_ids = set(self._stop)
        if grammar is not None:
            config.structured_output_config = genai.StructuredOutputConfig(grammar=grammar)
        return config


def _written(request: Any) -> Iterator[tuple[int, float]]:
    """The tokens that can be read of a request, each with its log-probability."""
    for part in request.read().values():
        yield from zip(part.generated_ids, part.generated_log_probs, strict=True)
