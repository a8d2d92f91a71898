"""transformers + PEFT in this process: the adapter unmerged on the base, on CPU or CUDA.

The only module of `agent` that imports torch.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peft import PeftModel
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    GgufConfig,
    PreTrainedTokenizerFast,
)

from agent.dialogue import wire
from agent.errors import ModelError
from agent.models.base import find_base
from agent.models.engine import (
    NOTHING,
    Cancelled,
    Detokenizer,
    Forks,
    Generation,
    OnText,
    Progress,
    Written,
    turn_of,
)
from agent.models.matching import Matcher, grammar_tokenizer
from agent.models.vocabulary import pre_tokenizer, token_bytes
from tools.paths import whole_folder

MAX_PROMPT_TOKENS = 7680
"""The model's context of 8,192, less room for an answer."""


def prepare_base(cache: Path) -> Path:
    """The base model as a clean Hugging Face folder, converted from its GGUF once (15-40 s).

    Args:
        cache: where to keep it (540 MB in fp32); shared by all that run or train on it.

    Returns:
        The folder: model, tokenizer with smollm's digit split, chat template.

    Raises:
        ModelError: the base model is missing or damaged, or the disk can't take the folder.
    """
    base = find_base()
    folder = cache / f"base-{base.sha256[:16]}"
    if folder.is_dir():
        return folder
    base.verify()
    try:
        with whole_folder(folder) as partial:
            # dequantize: else the model counts as quantized, and can neither be saved nor trained
            model = AutoModelForCausalLM.from_pretrained(
                base.path.parent,
                gguf_file=base.file,
                quantization_config=GgufConfig(dequantize=True),
                dtype=torch.float32,
            )
            model.save_pretrained(partial)
            gguf_tokenizer(base.path).save_pretrained(partial)
    except OSError as error:
        raise ModelError(
            f"The base model can't be written to {cache}: {error.strerror or error}; it needs "
            "600 MB there."
        ) from error
    return folder


def gguf_tokenizer(path: Path) -> PreTrainedTokenizerFast:
    """A GGUF's tokenizer, with the digit split that transformers' import of smollm's forgets."""
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizer()
    assert isinstance(tokenizer, PreTrainedTokenizerFast)
    return tokenizer


class TransformersEngine:
    """An `Engine` on a Hugging Face folder, with an adapter attached.

    Args:
        base: folder, such as `prepare_base` gives.
        adapter: folder that PEFT wrote; None runs the base alone.
        device: "cpu", "cuda", or "auto" (CUDA where there is one).
        threads: for the CPU; 0 leaves torch its choice.
        dtype: of the weights; None is bf16 where the hardware multiplies it fast, else fp32.
        four_bit: NF4 with double quantization through bitsandbytes; on CUDA only.

    Raises:
        ModelError: base or adapter can't be read, or four bits without CUDA.
    """

    name = "transformers"

    def __init__(
        self,
        base: Path,
        adapter: Path | None,
        *,
        device: str = "auto",
        threads: int = 0,
        dtype: torch.dtype | None = None,
        four_bit: bool = False,
    ) -> None:
        if threads:
            torch.set_num_threads(threads)
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        if four_bit and device == "cpu":
            raise ModelError("Four bits need a CUDA device; leave four_bit off.")
        dtype = dtype or _fast_dtype(device)
        options: dict[str, Any] = {"dtype": dtype}
        if four_bit:
            options["quantization_config"] = BitsAndBytesConfig(
                load_in_4bit=True,
                bnb_4bit_quant_type="nf4",
                bnb_4bit_use_double_quant=True,
                bnb_4bit_compute_dtype=dtype,
            )
        try:
            model: Any = AutoModelForCausalLM.from_pretrained(
                base, device_map=device if four_bit else None, local_files_only=True, **options
            )
            if not four_bit:
                model = model.to(device)
            if adapter is not None:
                model = PeftModel.from_pretrained(model, str(adapter))
            tokenizer: Any = AutoTokenizer.from_pretrained(base, local_files_only=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"The model {base} with adapter {adapter} can't be loaded; delete {base} and try "
                "again."
            ) from error
        self._model = model.eval()
        self._device = device
        self._tokenizer: PreTrainedTokenizerFast = tokenizer
        known = tokenizer.get_vocab()
        llama = wire.LLAMA3.start in known and wire.LLAMA3.end in known
        self._markers = wire.LLAMA3 if llama else wire.CHATML
        ends = (self._markers.end, "<|endoftext|>", "<|end_of_text|>")
        self._stop = frozenset(known[end] for end in ends if end in known)
        self._special = frozenset(tokenizer.all_special_ids) | frozenset(
            number for number, token in tokenizer.added_tokens_decoder.items() if token.special
        )
        self._pieces = {number: token_bytes(piece) for piece, number in known.items()}
        self._grammars = grammar_tokenizer(
            tokenizer.backend_tokenizer.to_str(),
            known[self._markers.end],
            int(model.config.vocab_size),
        )
        self._lock = threading.Lock()

    def generate(
        self,
        prompt: str,
        *,
        grammar: str | None,
        max_tokens: int,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
        prefix: Written = (),
        fork_above: float = 0.0,
    ) -> Generation:
        """See `Engine.generate`."""
        with turn_of(self._lock, cancelled) as ours:
            if not ours:
                return NOTHING
            progress = Progress(
                Detokenizer(self._pieces, self._special), self._stop, on_text, cancelled
            )
            ids = self._encoded(wire.translated(prompt, self._markers))
            matcher = None if grammar is None else Matcher(self._grammars, grammar)
            forks = Forks(fork_above, prefix)
            tokens = self._tokens(ids, matcher, forks, prefix)
            for count, token in enumerate(tokens, start=1):
                if not progress.take(*token) or count == max_tokens:
                    break
            return progress.result(len(ids), forks.found)

    @torch.inference_mode()
    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """See `Engine.log_probabilities`."""
        with turn_of(self._lock, cancelled) as ours:
            found: list[float] = []
            read = self._encoded(wire.translated(prompt, self._markers)) if ours else []
            for text in texts:
                if not ours or (cancelled is not None and cancelled()):
                    break
                ids = self._encoded(text.replace(wire.END, self._markers.end))
                step = torch.tensor([[*read, *ids]], device=self._device)
                logits = self._model(input_ids=step, logits_to_keep=len(ids) + 1).logits
                sure = logits[0, :-1].float().log_softmax(dim=-1)
                found.append(float(sure.gather(1, step[0, len(read) :, None]).sum()))
            return found

    def _encoded(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        if len(ids) > MAX_PROMPT_TOKENS:
            raise ModelError(f"The model can't read {len(ids)} tokens at once; say it shorter.")
        return ids

    @torch.inference_mode()
    def _tokens(
        self, ids: list[int], matcher: Matcher | None, forks: Forks, prefix: Written
    ) -> Iterator[tuple[int, float]]:
        """The best token after prompt and prefix with its log-probability, and so on without
        end; the prefix's come first.

        A loop of our own: with one sequence and no sampling, transformers' `generate` with its
        streamer, stopping criteria and logits processor is four detours around these lines.
        """
        for token, log_probability in prefix:
            if matcher is not None:
                matcher.accept(token)
            yield token, log_probability
        step = torch.tensor([[*ids, *(token for token, _ in prefix)]], device=self._device)
        past: Any = None
        while True:
            out = self._model(
                input_ids=step, past_key_values=past, use_cache=True, logits_to_keep=1
            )
            past = out.past_key_values
            sure = out.logits[0, -1].float().log_softmax(dim=-1).cpu().numpy()
            if matcher is not None:
                sure[~matcher.allowed()] = -np.inf
            token = int(sure.argmax())
            forks.see(sure, token)
            yield token, float(sure[token])
            if matcher is not None:
                matcher.accept(token)
            step = torch.tensor([[token]], device=self._device)


def _fast_dtype(device: str) -> torch.dtype:
    fast = (
        torch.cuda.is_bf16_supported()
        if device == "cuda"
        # without such units bf16 is emulated, several times slower than fp32
        else torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    )
    return torch.bfloat16 if fast else torch.float32
