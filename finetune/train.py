"""The training stage: LoRA on the base model with TRL's `SFTTrainer`.

The recipe in one sitting. What differs from a plain `SFTTrainer` run, and why (docs/lab.md has the
figures): a batch is one item of the data set and has one of a few fixed shapes, because on a CPU
memory grows with every new shape; logits are computed only where there is loss, because the
vocabulary is the widest matrix of so small a model; frozen weights stay fp32 and matrix products
run in bf16 through autocast, where the processor has it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig, PeftModel
from torch import nn
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from transformers.trainer_utils import get_last_checkpoint
from trl import SFTConfig, SFTTrainer

from agent.models.local import prepare_base
from finetune.config import TrainConfig
from finetune.data import read
from finetune.render import IGNORED, Batch, batches, encode
from tools.paths import cache_directory

LOSS_SLOTS = 128
"""Positions with loss are padded to a multiple of this, so that logits have few shapes too."""


class NonFiniteLossError(RuntimeError):
    """The loss is NaN or infinite; the message names the step."""


class CompletionTrainer(SFTTrainer):  # type: ignore[misc]
    """`SFTTrainer` that computes logits only where there is loss."""

    def compute_loss(
        self, model: nn.Module, inputs: dict[str, torch.Tensor], *args: Any, **kwargs: Any
    ) -> torch.Tensor:
        """Mean cross entropy over a batch's completion tokens.

        Args:
            model: the PEFT model.
            inputs: `input_ids` and `labels`, rows x width each.
            args: unused; what `Trainer` passes along.
            kwargs: unused, likewise.

        Raises:
            NonFiniteLossError: the loss is no number.
        """
        causal = model.get_base_model()  # type: ignore[operator]
        labels = inputs["labels"][:, 1:].flatten()
        where = (labels != IGNORED).nonzero().squeeze(1)
        slots = -(-len(where) // LOSS_SLOTS) * LOSS_SLOTS
        where = torch.nn.functional.pad(where, (0, slots - len(where)))
        targets = labels[where].clone()
        targets[(inputs["labels"][:, 1:] != IGNORED).sum() :] = IGNORED
        with torch.autocast(
            where.device.type, torch.bfloat16, enabled=bool(self.args.bf16 or self.autocast_bf16)
        ):
            hidden = causal.model(input_ids=inputs["input_ids"], use_cache=False)
            states = hidden.last_hidden_state[:, :-1].flatten(0, 1)[where]
            logits = causal.lm_head(states)
        loss = nn.functional.cross_entropy(logits.float(), targets, ignore_index=IGNORED)
        if not torch.isfinite(loss):
            raise NonFiniteLossError(
                f"The loss is {loss.item()} at step {self.state.global_step}: "
                "lower the learning rate."
            )
        return loss

    autocast_bf16 = False


class LossLog(TrainerCallback):  # type: ignore[misc]
    """Keeps the loss curve beside the checkpoints, where a killed run finds it again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Appends one line a log."""
        if logs and "loss" in logs:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"step": state.global_step, **logs}) + "\n")


def train(config: TrainConfig, data: Path, folder: Path, base: Path | None = None) -> Path:
    """Trains the adapter, resuming from the newest checkpoint; returns its folder.

    Args:
        config: how.
        data: folder of the data stage.
        folder: checkpoints and the loss curve go here, the adapter into `folder/adapter`.
        base: folder of the base model and its tokenizer; ours when None.

    Raises:
        ValueError: there are fewer batches than steps and no second pass makes sense (none at all).
        NonFiniteLossError: training broke down.
    """
    adapter = folder / "adapter"
    if (adapter / "adapter_model.safetensors").exists():
        return adapter
    folder.mkdir(parents=True, exist_ok=True)
    base = base or prepare_base(cache_directory() / "models")
    tokenizer = AutoTokenizer.from_pretrained(base)
    encoded = encode(read(data / "train.jsonl"), tokenizer)
    made, too_long = batches(
        encoded,
        tokens=config.tokens_per_batch,
        widths=config.widths,
        pad=tokenizer.pad_token_id,
        seed=config.seed,
    )
    if not made:
        raise ValueError(f"{data} holds no full batch of {config.tokens_per_batch} tokens.")
    print(
        f"{len(made)} batches, {too_long} dialogues longer than {config.widths[-1]} tokens dropped"
    )
    model = AutoModelForCausalLM.from_pretrained(
        base, dtype=torch.float32, attn_implementation="eager"
    )
    if config.start_from:
        model = PeftModel.from_pretrained(model, config.start_from, is_trainable=True)
    trainer = CompletionTrainer(
        model=model,
        args=_arguments(config, folder),
        train_dataset=Dataset.from_list([_item(b) for b in made]),
        processing_class=tokenizer,
        data_collator=_tensors,
        peft_config=None
        if config.start_from
        else LoraConfig(
            r=config.lora.r,
            lora_alpha=config.lora.lora_alpha,
            lora_dropout=config.lora.lora_dropout,
            use_rslora=config.lora.use_rslora,
            use_dora=config.lora.use_dora,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        ),
        callbacks=[LossLog(folder / "loss.jsonl")],
    )
    trainer.autocast_bf16 = _has_bf16() if config.autocast_bf16 is None else config.autocast_bf16
    trainer.train(resume_from_checkpoint=get_last_checkpoint(folder))
    _save(trainer.model, adapter)
    return adapter


def _has_bf16() -> bool:
    """Whether matrix products in bfloat16 are quick on this machine."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _arguments(config: TrainConfig, folder: Path) -> SFTConfig:
    return SFTConfig(
        output_dir=str(folder),
        max_steps=config.max_steps,
        per_device_train_batch_size=1,  # an item of the data set is a whole batch
        learning_rate=config.learning_rate,
        lr_scheduler_type=config.lr_scheduler_type,
        warmup_steps=config.warmup_steps,
        weight_decay=config.weight_decay,
        max_grad_norm=config.max_grad_norm,
        optim=config.optim,
        gradient_checkpointing=False,
        bf16=False,  # autocast is ours, see `compute_loss`
        use_cpu=not torch.cuda.is_available(),
        logging_steps=5,
        save_steps=config.save_steps,
        save_total_limit=3,
        seed=config.seed,
        dataset_kwargs={"skip_prepare_dataset": True},
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        report_to="none",
    )


def _item(batch: Batch) -> dict[str, list[list[int]]]:
    return {"input_ids": batch.input_ids, "labels": batch.labels}


def _tensors(items: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
    [item] = items
    return {key: torch.tensor(value) for key, value in item.items()}


def _save(model: Any, adapter: Path) -> None:
    """In float16: half of what is shipped, and NumPy, which merges, has no bfloat16."""
    partial = adapter.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    model.to(torch.float16).save_pretrained(partial)
    partial.rename(adapter)
