"""The training stage: LoRA on the base model with TRL's `SFTTrainer`.

The recipe in one sitting. On a CPU, and with a small model on one GPU (`batching: fixed`), it
differs from a plain `SFTTrainer` run, and docs/lab.md has the figures: a batch is one item of the
data set and has one of a few fixed shapes, because on a CPU memory grows with every new shape;
logits are computed only where there is loss; frozen weights stay fp32 and matrix products run in
bf16 through autocast, where the processor has it. With large models and on several GPUs
(`batching: trl`) TRL makes the batches, packed if wished (`accelerate launch -m finetune train
RECIPE`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import (
    EarlyStoppingCallback,
    PreTrainedTokenizerBase,
    TrainerCallback,
)
from trl import SFTConfig

from agent.dialogue.wire import template_hash
from agent.models.weights import WEIGHTS
from finetune import hardware
from finetune.checkpoints import Mirror, claim, newest_whole
from finetune.config import TrainConfig
from finetune.data import read
from finetune.errors import TrainingError
from finetune.learner import (
    arguments,
    base_model,
    base_of,
    finish,
    plain_words,
    settings_of,
    teacher,
)
from finetune.render import IGNORED, Batch, batches, encode, markers_of
from finetune.trainer import CheckedTrainer, CompletionTrainer, LossLog

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
    base, tokenizer = base_of(config, base)
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
        return finish(trainer, newest_whole(folder, mirror), adapter)


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
    how = _arguments(config, folder, dtype)
    model = base_model(config, base, dtype, tokenizer)
    stop = config.early_stopping_patience
    trainer = (CompletionTrainer if fixed else CheckedTrainer)(
        model=model,
        args=how,
        train_dataset=made["train"],
        eval_dataset=made.get("dev"),
        processing_class=tokenizer,
        data_collator=_tensors if fixed else None,
        peft_config=None if config.start_from else _lora(config),
        callbacks=[EarlyStoppingCallback(stop)] if stop else [],
    )
    if isinstance(trainer, CompletionTrainer):
        trainer.autocast = dtype
        if config.distillation_weight:
            trainer.distillation_weight = config.distillation_weight
            trainer.teacher = teacher(config, base, dtype).to(trainer.args.device)
        if config.compile:
            for layer in trainer.model.get_base_model().model.layers:
                layer.compile(dynamic=True)  # one for all widths
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
    stop = config.early_stopping_patience > 0
    return SFTConfig(
        **arguments(config, folder),
        # fixed: an item of the data set is a whole batch
        per_device_train_batch_size=1 if fixed else config.per_device_train_batch_size,
        per_device_eval_batch_size=1 if fixed else config.per_device_train_batch_size,
        packing=config.packing,
        neftune_noise_alpha=config.neftune_noise_alpha or None,
        # fixed: autocast is ours, see `CompletionTrainer`
        bf16=not fixed and dtype is torch.bfloat16,
        fp16=not fixed and dtype is torch.float16,
        eval_strategy="steps" if config.eval_steps else "no",
        eval_steps=config.eval_steps or None,
        prediction_loss_only=True,
        load_best_model_at_end=stop,
        metric_for_best_model="eval_loss" if stop else None,
        dataset_kwargs={"skip_prepare_dataset": True} if fixed else None,
        remove_unused_columns=not fixed,
    )


def _identity(
    config: TrainConfig, data: Path, tokenizer: PreTrainedTokenizerBase
) -> dict[str, Any]:
    return {
        **settings_of(config),
        "data": (data / "manifest.json").read_text("utf-8"),
        "prompt format": template_hash(),
        "tokenizer": [markers_of(tokenizer).name, len(tokenizer)],
    }
