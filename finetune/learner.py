"""What every objective shares: the base with the adapter to go on from, how it is trained, what is
saved, and a full memory in plain words.
"""

from __future__ import annotations

import dataclasses
import math
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedTokenizerBase,
    Trainer,
)

from agent.models.weights import CONFIG, WEIGHTS
from finetune import hardware
from finetune.config import TrainConfig
from finetune.errors import MismatchError, OutOfMemoryError, TrainingError
from tools.paths import cache_directory

_FREE = ("save_steps", "save_total_limit", "mirror_dir", "report_to")
"""Settings that a resumed run need not share with the one that began."""
_LOG_STEPS = 5


def settings_of(config: TrainConfig) -> dict[str, Any]:
    """What a resumed run shares with the one that began: all but how it saves and reports."""
    return {k: v for k, v in dataclasses.asdict(config).items() if k not in _FREE}


def base_of(config: TrainConfig, base: Path | None) -> tuple[Path, PreTrainedTokenizerBase]:
    """The folder of the base model, the one of `config.base` when None, and its tokenizer.

    Raises:
        TrainingError: it can't be had.
    """
    if base is None:
        from finetune.shapes import base_folder

        base = base_folder(config.base, cache_directory() / "models")
    return base, AutoTokenizer.from_pretrained(base)


def base_model(
    config: TrainConfig, base: Path, dtype: torch.dtype, tokenizer: PreTrainedTokenizerBase
) -> Any:
    """The frozen base, quantized if wished, with the adapter to go on from if there is one.

    Args:
        config: how.
        base: its folder.
        dtype: of matrix products.
        tokenizer: of the same folder.

    Raises:
        TrainingError: base or adapter can't be loaded, or don't belong together.
    """
    quantized = config.quantization != "none"
    # with AMX products are so quick that casting frozen matrices for each of them would show
    amx = dtype is torch.bfloat16 and hardware.has_amx()
    half = quantized or config.batching == "trl" or amx
    options: dict[str, Any] = {"dtype": dtype if half else torch.float32}
    if config.batching == "fixed" and not torch.cuda.is_available():
        options["attn_implementation"] = "eager"
    if config.quantization == "nf4":
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=config.double_quantization,
            bnb_4bit_compute_dtype=dtype,
            bnb_4bit_quant_storage=dtype,  # one type for all parameters, as FSDP wants
        )
    elif config.quantization == "8bit":
        options["quantization_config"] = BitsAndBytesConfig(load_in_8bit=True)
    try:
        model: Any = hardware.plain_four_bits(AutoModelForCausalLM.from_pretrained(base, **options))
    except (OSError, ValueError) as error:
        raise TrainingError(f"The base model in {base} can't be loaded: {error}") from error
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        raise MismatchError(
            f"The tokenizer in {base} has {len(tokenizer)} tokens, its model embeds "
            f"{model.get_input_embeddings().num_embeddings}: they don't belong together."
        )
    if not config.start_from:
        return model
    try:
        return PeftModel.from_pretrained(model, config.start_from, is_trainable=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise MismatchError(
            f"The adapter in {config.start_from} does not fit the base model in {base}: "
            f"{str(error).splitlines()[0]}"
        ) from error


def teacher(config: TrainConfig, base: Path, dtype: torch.dtype) -> nn.Module:
    """What training goes on from, frozen: base and adapter, merged before they are rounded.

    Args:
        config: how; `start_from` is set.
        base: folder of the base model.
        dtype: of the result.
    """
    whole = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    merged: Any = PeftModel.from_pretrained(whole, config.start_from).merge_and_unload()
    return merged.to(dtype).requires_grad_(False).eval()  # type: ignore[no-any-return]


def arguments(config: TrainConfig, folder: Path) -> dict[str, Any]:
    """Of transformers' trainer, whatever it learns; batches and number formats are left to it.

    Args:
        config: how.
        folder: for checkpoints.
    """
    optim, told = hardware.optimizer(config.optim)
    if told:
        print(told, file=sys.stderr)
    return {
        "output_dir": str(folder),
        "max_steps": config.max_steps or -1,
        "num_train_epochs": config.num_train_epochs,
        "max_length": config.max_length,
        "gradient_accumulation_steps": config.gradient_accumulation_steps,
        "gradient_checkpointing": config.gradient_checkpointing,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": config.lr_scheduler_type,
        "warmup_steps": config.warmup_steps,
        "weight_decay": config.weight_decay,
        "max_grad_norm": config.max_grad_norm,
        "optim": optim,
        "use_cpu": not torch.cuda.is_available(),
        # so that no mean of a log is of steps before and after a kill
        "logging_steps": math.gcd(_LOG_STEPS, config.save_steps),
        "save_steps": config.save_steps,
        "save_total_limit": config.save_total_limit,
        "seed": config.seed,
        "dataloader_pin_memory": torch.cuda.is_available(),
        "report_to": list(config.report_to) or "none",
    }


def finish(trainer: Trainer, resumed: Path | None, adapter: Path) -> Path:
    """Trains to the end, from a checkpoint if there is one, and saves the adapter.

    Args:
        trainer: all processes call this.
        resumed: the checkpoint.
        adapter: the folder to make.

    Returns:
        The adapter's folder.
    """
    trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    return _save(trainer, adapter)


def _save(trainer: Trainer, adapter: Path) -> Path:
    """Saves what was trained, in float16."""
    partial = adapter.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    trainer.save_model(str(partial))  # by all processes: each may hold a part of the weights
    if not trainer.is_world_process_zero():
        return adapter
    for path in partial.iterdir():
        if path.is_dir():  # another adapter, such as the one that training compared with
            shutil.rmtree(path)
        elif path.name not in (CONFIG, WEIGHTS):
            path.unlink()
    to_half(partial / WEIGHTS)
    return partial.rename(adapter)


def to_half(weights: Path) -> None:
    """Rewrites an adapter's weights in float16: half of what is shipped, and NumPy, which merges,
    has no bfloat16.
    """
    halved = {name: tensor.half().contiguous() for name, tensor in load_file(weights).items()}
    save_file(halved, weights, metadata={"format": "pt"})


@contextmanager
def plain_words(config: TrainConfig) -> Iterator[None]:
    """Out of memory becomes a sentence that says what to lower.

    Raises:
        OutOfMemoryError: it was full.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise OutOfMemoryError(_lower_what(config)) from error
    except RuntimeError as error:
        if "out of memory" in str(error) or "not enough memory" in str(error):
            raise OutOfMemoryError(_lower_what(config)) from error
        raise


def _lower_what(config: TrainConfig) -> str:
    if config.batching == "fixed":
        first = f"train.tokens_per_batch ({config.tokens_per_batch})"
    else:
        first = (
            f"train.per_device_train_batch_size ({config.per_device_train_batch_size}; raise "
            "gradient_accumulation_steps as much)"
        )
    more = [] if config.gradient_checkpointing else ["set train.gradient_checkpointing: true"]
    more += [] if config.quantization == "nf4" else ["set train.quantization: nf4"]
    return "; ".join([f"The memory is full: lower {first}", *more]) + "."
