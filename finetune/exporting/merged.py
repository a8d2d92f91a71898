"""Base + adapter -> a Hugging Face folder that needs no PEFT; the same in NF4."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel, get_peft_model_state_dict
from safetensors import SafetensorError, safe_open
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedTokenizerBase,
)

from agent.dialogue.wire import template_hash
from agent.models.weights import CONFIG, MANIFEST, WEIGHTS
from finetune.errors import MismatchError
from finetune.exporting.files import ExportError
from finetune.exporting.templates import chat_template
from finetune.render import markers_of

DTYPES = {"fp32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}


def adapted(base: Path, adapter: Path) -> Any:
    """The base in float32 with the adapter attached, ready to be run or merged.

    Raises:
        ExportError: base or adapter can't be read.
        MismatchError: they don't belong together, or the adapter learned another prompt format.
    """
    check_adapter(adapter)
    try:
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    except (OSError, ValueError) as error:
        raise ExportError(f"The base model in {base} can't be loaded: {_first(error)}") from error
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Found missing adapter keys")
            peft = PeftModel.from_pretrained(model, str(adapter))
    except (OSError, ValueError, RuntimeError, UserWarning) as error:
        raise MismatchError(
            f"The adapter in {adapter} does not fit the base model in {base}: {_first(error)}"
        ) from error
    # PEFT skips what it finds no layer for; asked for embeddings, it would look on the hub
    held = get_peft_model_state_dict(peft, save_embedding_layers=False)
    lost = _lora_names(adapter) - held.keys()
    if lost:
        raise MismatchError(
            f"The adapter in {adapter} does not fit the base model in {base}, which has no layer "
            f"for {min(lost)}; give the base it was trained on."
        )
    return peft.eval()


def check_adapter(adapter: Path) -> None:
    """Looks whether a folder holds an adapter of today's prompt format.

    Raises:
        ExportError: no adapter, or a damaged one.
        MismatchError: it was trained on another prompt format, which its manifest tells.
    """
    for name in (WEIGHTS, CONFIG):
        if not (adapter / name).is_file():
            raise ExportError(f"{adapter} is no adapter: {name} is missing; name a folder of PEFT.")
    _lora_names(adapter)
    manifest = adapter / MANIFEST
    try:
        json.loads((adapter / CONFIG).read_text("utf-8"))
        known = json.loads(manifest.read_text("utf-8")) if manifest.is_file() else {}
    except ValueError as error:
        raise ExportError(f"{adapter} holds a file that is no JSON: {error}.") from error
    trained = known.get("template_hash", template_hash())
    if trained != template_hash():
        raise MismatchError(
            f"The adapter in {adapter} learned the prompt format {trained}, this program writes "
            f"{template_hash()}; train it anew."
        )


def tokenizer_of(base: Path) -> PreTrainedTokenizerBase:
    """The base's tokenizer, whose chat template is now the wire format.

    Raises:
        ExportError: there is none.
        ValueError: it belongs to no family of models that we know.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(base)
    except (OSError, ValueError) as error:
        raise ExportError(
            f"{base} holds no tokenizer that can be loaded; name the folder of a base model."
        ) from error
    # the base's own template has another system line and no calls
    tokenizer.chat_template = chat_template(markers_of(tokenizer))
    return tokenizer


def merge(base: Path, adapter: Path, folder: Path, *, dtype: str = "fp32") -> Path:
    """Writes the merged model in safetensors with tokenizer and chat template.

    The sum is made in float32 (4 bytes a parameter of memory, and one layer twice) and only then
    rounded, so that the scale of RS-LoRA and the norms of DoRA come out as PEFT computes them.

    Args:
        base: folder of the base model.
        adapter: folder that PEFT wrote.
        folder: to write into; it has to exist.
        dtype: "fp32", "fp16" or "bf16", of the weights as written.

    Raises:
        ExportError: something can't be read, the adapter is not finite, or an unknown `dtype`.
        MismatchError: base and adapter don't belong together.
    """
    kind = dtype_of(dtype)
    tokenizer = tokenizer_of(base)
    try:
        model = adapted(base, adapter).merge_and_unload(safe_merge=True, progressbar=True)
    except MismatchError:
        raise
    except ValueError as error:
        raise ExportError(f"The adapter in {adapter} can't be merged: {_first(error)}") from error
    model.to(kind).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def quantize(merged: Path, folder: Path, *, dtype: str = "fp32") -> Path:
    """Writes a merged model in NF4 with double quantization (Dettmers et al. 2023).

    `AutoModelForCausalLM.from_pretrained(folder)` loads it again, where bitsandbytes is installed.

    Args:
        merged: as `merge` wrote it.
        folder: to write into; it has to exist.
        dtype: "fp32", "fp16" or "bf16", in which the four bits are multiplied; embeddings, which
            stay whole, are stored in it, too.

    Raises:
        ExportError: an unknown `dtype`, or bitsandbytes is not installed.
    """
    kind = dtype_of(dtype)
    nf4 = BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=kind,
    )
    try:
        model = AutoModelForCausalLM.from_pretrained(merged, dtype=kind, quantization_config=nf4)
    except ImportError as error:
        raise ExportError("Four bits need bitsandbytes; run `pip install bitsandbytes`.") from error
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(merged).save_pretrained(folder)
    return folder


def dtype_of(name: str) -> torch.dtype:
    """The number format of a short name.

    Raises:
        ExportError: unknown.
    """
    if name not in DTYPES:
        raise ExportError(f"The dtype has to be one of {', '.join(DTYPES)}, not {name!r}.")
    return DTYPES[name]


def _lora_names(adapter: Path) -> set[str]:
    try:
        with safe_open(adapter / WEIGHTS, framework="pt") as tensors:
            return {name for name in tensors.keys() if ".lora_" in name}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ExportError(f"{adapter / WEIGHTS} is damaged: {_first(error)}") from error


def _first(error: BaseException) -> str:
    """The first line of what a library has to say."""
    return next(iter(str(error).splitlines()), type(error).__name__)
