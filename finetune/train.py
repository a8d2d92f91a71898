"""The training stage: LoRA on the base model with TRL's `SFTTrainer`.

The recipe in one sitting. On a CPU (`batching: fixed`) it differs from a plain `SFTTrainer` run,
and docs/lab.md has the figures: a batch is one item of the data set and has one of a few fixed
shapes, because memory grows with every new shape; logits are computed only where there is loss;
frozen weights stay fp32 and matrix products run in bf16 through autocast, where the processor has
it. On GPUs (`batching: trl`) TRL makes the batches, packed if wished, over one device or many
(`accelerate launch -m finetune train RECIPE`).
"""

from __future__ import annotations

import dataclasses
import math
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel
from safetensors.torch import load_file, save_file
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    EarlyStoppingCallback,
    PreTrainedTokenizerBase,
    Trainer,
    TrainerCallback,
)
from trl import SFTConfig

from agent.dialogue.wire import template_hash
from agent.models.weights import CONFIG, WEIGHTS
from finetune import hardware
from finetune.checkpoints import Mirror, claim, newest_whole
from finetune.config import TrainConfig
from finetune.data import read
from finetune.errors import MismatchError, OutOfMemoryError, TrainingError
from finetune.render import IGNORED, Batch, batches, encode, markers_of
from finetune.trainer import CheckedTrainer, CompletionTrainer, LossLog
from tools.paths import cache_directory

FREE = ("save_steps", "mirror_dir", "report_to")
"""Settings that a resumed run need not share with the one that began."""
_LOG_STEPS = 5
_DEV_TOKENS = 1024
"""Of a batch in evaluation; small, so that few dialogues are needed to fill one of each width."""


def train(
    config: TrainConfig,
    data: Path,
    folder: Path,
    base: Path | None = None,
    callbacks: Sequence[TrainerCallback] = (),
) -> Path:
    """Trains the adapter, resuming from the newest whole checkpoint; returns its folder.

    Args:
        config: how.
        data: folder of the data stage.
        folder: checkpoints and the loss curve go here, the adapter into `folder/adapter`.
        base: folder of the base model and its tokenizer; the one of `config.base` when None.
        callbacks: more of transformers' callbacks.

    Raises:
        TrainingError: it can't begin or go on; a subclass says which kind of trouble it is.
    """
    adapter = folder / "adapter"
    if (adapter / WEIGHTS).exists():
        return adapter
    if base is None:
        from finetune.shapes import base_folder

        base = base_folder(config.base, cache_directory() / "models")
    tokenizer = AutoTokenizer.from_pretrained(base)
    claim(folder, _identity(config, data, tokenizer))
    mirror = Path(config.mirror_dir) / folder.parent.name if config.mirror_dir else None
    with plain_words(config):
        trainer = _trainer(config, data, folder, base, tokenizer)
        log = LossLog(folder / "loss.jsonl")
        log.trainer = trainer
        mirrors = [Mirror(mirror)] if mirror is not None else []
        trainer.callback_handler.callbacks.insert(0, log)  # before those that print what it adds
        for callback in (*mirrors, *callbacks):
            trainer.add_callback(callback)
        resumed = newest_whole(folder, mirror)
        trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
        return save_adapter(trainer, adapter)


def _trainer(
    config: TrainConfig,
    data: Path,
    folder: Path,
    base: Path,
    tokenizer: PreTrainedTokenizerBase,
) -> CheckedTrainer:
    fixed = config.batching == "fixed"
    made = (_fixed if fixed else _rows)(config, data, tokenizer)
    dtype = hardware.precision(config.precision)
    # first: with them each process takes its GPU, and loading learns of FSDP and ZeRO-3
    arguments = _arguments(config, folder, dtype)
    model = base_model(config, base, dtype, tokenizer)
    stop = config.early_stopping_patience
    trainer = (CompletionTrainer if fixed else CheckedTrainer)(
        model=model,
        args=arguments,
        train_dataset=made["train"],
        eval_dataset=made.get("dev"),
        processing_class=tokenizer,
        data_collator=_tensors if fixed else None,
        peft_config=None if config.start_from else _lora(config),
        callbacks=[EarlyStoppingCallback(stop)] if stop else [],
    )
    if isinstance(trainer, CompletionTrainer):
        trainer.autocast = dtype
    if config.quantization != "none" and dtype is not torch.bfloat16:
        # TRL holds adapters on a quantized base in bf16, which is slow where it is emulated, and
        # whose gradients fp16's scaler can't unscale
        for parameter in trainer.model.parameters():
            if parameter.requires_grad:
                parameter.data = parameter.data.float()
    return trainer


# -- data ------------------------------------------------------------------------------------


def _fixed(
    config: TrainConfig, data: Path, tokenizer: PreTrainedTokenizerBase
) -> dict[str, Dataset]:
    """Each item a whole batch of one of the fixed shapes."""
    pad = tokenizer.pad_token_id

    def batched(name: str, tokens: int, rest: bool) -> Dataset:
        encoded = encode(read(data / f"{name}.jsonl"), tokenizer)
        made, too_long = batches(
            encoded, tokens=tokens, widths=config.widths, pad=pad, seed=config.seed, keep_rest=rest
        )
        if not made:
            raise TrainingError(f"{data / name}.jsonl holds no full batch of {tokens} tokens.")
        print(
            f"{name}: {len(made)} batches, {too_long} dialogues longer than {config.widths[-1]} "
            "tokens dropped"
        )
        return Dataset.from_list([_item(batch) for batch in made])

    found = {"train": batched("train", config.tokens_per_batch, False)}
    if config.eval_steps:
        found["dev"] = batched("dev", _DEV_TOKENS, True)
    return found


def _rows(
    config: TrainConfig, data: Path, tokenizer: PreTrainedTokenizerBase
) -> dict[str, Dataset]:
    """Each item a dialogue, for TRL to batch or pack."""

    def tokenized(name: str) -> Dataset:
        encoded = encode(read(data / f"{name}.jsonl"), tokenizer)
        short = [row for row in encoded if len(row[0]) <= config.max_length]
        if not short:
            raise TrainingError(
                f"{data / name}.jsonl holds no dialogue of at most {config.max_length} tokens."
            )
        print(
            f"{name}: {len(short)} dialogues, {len(encoded) - len(short)} longer than "
            f"{config.max_length} tokens dropped"
        )
        return Dataset.from_dict(
            {
                "input_ids": [ids for ids, _ in short],
                "labels": [[IGNORED] * prompt + ids[prompt:] for ids, prompt in short],
            }
        )

    return {name: tokenized(name) for name in ("train", *(["dev"] if config.eval_steps else []))}


def _item(batch: Batch) -> dict[str, Any]:
    return {"input_ids": batch.input_ids, "labels": batch.labels, "tokens": batch.tokens}


def _tensors(items: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
    [item] = items
    return {key: torch.tensor(value) for key, value in item.items()}


# -- model -----------------------------------------------------------------------------------


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
    half = quantized or config.batching == "trl"
    options: dict[str, Any] = {"dtype": dtype if half else torch.float32}
    if config.batching == "fixed":
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
        model: Any = AutoModelForCausalLM.from_pretrained(base, **options)
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


def _lora(config: TrainConfig) -> LoraConfig:
    lora = config.lora
    return LoraConfig(
        r=lora.r,
        lora_alpha=lora.lora_alpha,
        lora_dropout=lora.lora_dropout,
        use_rslora=lora.use_rslora,
        use_dora=lora.use_dora,
        target_modules=list(lora.target_modules) or "all-linear",
        task_type="CAUSAL_LM",
    )


def _arguments(config: TrainConfig, folder: Path, dtype: torch.dtype) -> SFTConfig:
    fixed = config.batching == "fixed"
    optim, told = hardware.optimizer(config.optim)
    if told:
        print(told, file=sys.stderr)
    stop = config.early_stopping_patience > 0
    return SFTConfig(
        output_dir=str(folder),
        max_steps=config.max_steps or -1,
        num_train_epochs=config.num_train_epochs,
        # fixed: an item of the data set is a whole batch
        per_device_train_batch_size=1 if fixed else config.per_device_train_batch_size,
        per_device_eval_batch_size=1 if fixed else config.per_device_train_batch_size,
        max_length=config.max_length,
        packing=config.packing,
        gradient_accumulation_steps=config.gradient_accumulation_steps,
        gradient_checkpointing=config.gradient_checkpointing,
        learning_rate=config.learning_rate,
        lr_scheduler_type=config.lr_scheduler_type,
        warmup_steps=config.warmup_steps,
        weight_decay=config.weight_decay,
        max_grad_norm=config.max_grad_norm,
        optim=optim,
        neftune_noise_alpha=config.neftune_noise_alpha or None,
        # fixed: autocast is ours, see `CompletionTrainer`
        bf16=not fixed and dtype is torch.bfloat16,
        fp16=not fixed and dtype is torch.float16,
        use_cpu=not torch.cuda.is_available(),
        # so that no mean of a log is of steps before and after a kill
        logging_steps=math.gcd(_LOG_STEPS, config.save_steps),
        save_steps=config.save_steps,
        save_total_limit=3,
        eval_strategy="steps" if config.eval_steps else "no",
        eval_steps=config.eval_steps or None,
        prediction_loss_only=True,
        load_best_model_at_end=stop,
        metric_for_best_model="eval_loss" if stop else None,
        seed=config.seed,
        dataset_kwargs={"skip_prepare_dataset": True} if fixed else None,
        remove_unused_columns=not fixed,
        dataloader_pin_memory=torch.cuda.is_available(),
        report_to=list(config.report_to) or "none",
    )


def _identity(
    config: TrainConfig, data: Path, tokenizer: PreTrainedTokenizerBase
) -> dict[str, Any]:
    """What a resumed run shares with the one that began: all but how often it saves and reports."""
    settings = dataclasses.asdict(config)
    for free in FREE:
        del settings[free]
    return {
        **settings,
        "data": (data / "manifest.json").read_text("utf-8"),
        "prompt format": template_hash(),
        "tokenizer": [markers_of(tokenizer).name, len(tokenizer)],
    }


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


def save_adapter(trainer: Trainer, adapter: Path) -> Path:
    """Saves what was trained, in float16: half of what is shipped, and NumPy, which merges, has no
    bfloat16.

    Args:
        trainer: that is done; all processes call this.
        adapter: the folder to make.

    Returns:
        The folder.
    """
    partial = adapter.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    trainer.save_model(str(partial))  # by all processes: each may hold a part of the weights
    if not trainer.is_world_process_zero():
        return adapter
    weights = {name: tensor.half() for name, tensor in load_file(partial / WEIGHTS).items()}
    for path in partial.iterdir():
        if path.is_dir():  # another adapter, such as the one that training compared with
            shutil.rmtree(path)
        elif path.name != CONFIG:
            path.unlink()
    save_file(weights, partial / WEIGHTS, metadata={"format": "pt"})
    return partial.rename(adapter)
