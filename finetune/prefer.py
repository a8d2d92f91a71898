"""The second stage: the right answer is made likelier than the model's own wrong one.

Direct preference optimization (Rafailov et al. 2023) with TRL's `DPOTrainer`, on the pairs of
`finetune.evaluation.mistakes`. Between two answers that share most of their words it lowers the
right one's probability along with the wrong one's; the likelihood of the right one is part of the
loss for that reason (Pang et al. 2024, "Iterative reasoning preference optimization").
"""

from __future__ import annotations

import dataclasses
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch.utils.data import SequentialSampler
from transformers import PreTrainedTokenizerBase
from trl import DPOConfig, DPOTrainer

from agent.dialogue import wire
from agent.models.weights import WEIGHTS
from finetune import hardware
from finetune.checkpoints import claim, newest_whole, text_hash
from finetune.config import PreferenceConfig, TrainConfig
from finetune.errors import NonFiniteLossError, TrainingError
from finetune.evaluation.mistakes import Mistake
from finetune.learner import (
    arguments,
    base_model,
    base_of,
    finish,
    plain_words,
    settings_of,
)
from finetune.render import encode, markers_of
from finetune.trainer import LossLog


class PairTrainer(DPOTrainer):  # type: ignore[misc]
    """`DPOTrainer` on pairs that are tokenized as the first stage does it."""

    def _prepare_dataset(self, dataset: Dataset, *_: Any) -> Dataset:
        return dataset

    def _get_train_sampler(self, dataset: Dataset | None = None) -> SequentialSampler:
        """In the order of `in_batches`."""
        return SequentialSampler(self.train_dataset if dataset is None else dataset)

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Refuses a loss that is no number.

        Raises:
            NonFiniteLossError: with the step.
        """
        if not math.isfinite(logs.get("loss", 0.0)):
            raise NonFiniteLossError(
                f"The loss is {logs['loss']} at step {self.state.global_step}: lower "
                "train.learning_rate or preferences.beta."
            )
        super().log(logs, start_time)


def prefer(
    config: TrainConfig,
    preferences: PreferenceConfig,
    mistakes: Sequence[Mistake],
    folder: Path,
    base: Path | None = None,
) -> Path:
    """Trains on from `config.start_from`, resuming from the newest whole checkpoint.

    Args:
        config: how; `objective` is "preferences".
        preferences: how strongly.
        mistakes: of the adapter that is gone on from.
        folder: checkpoints and the loss curve go here, the adapter into `folder/adapter`.
        base: folder of the base model and its tokenizer; the one of `config.base` when None.

    Returns:
        The adapter's folder.

    Raises:
        TrainingError: it can't begin or go on; a subclass says which kind of trouble it is.
    """
    adapter = folder / "adapter"
    if (adapter / WEIGHTS).exists():
        return adapter
    base, tokenizer = base_of(config, base)
    rows = pairs(mistakes, tokenizer, config.max_length)
    if not mistakes:
        raise TrainingError("There is no mistake to learn from: ask more, or about other things.")
    if not rows:
        raise TrainingError(
            f"All {len(mistakes)} mistakes are longer than train.max_length: {config.max_length}."
        )
    print(f"{len(rows)} pairs, {len(mistakes) - len(rows)} longer than {config.max_length} tokens")
    settings = settings_of(config) | dataclasses.asdict(preferences)
    claim(folder, {**settings, "pairs": text_hash(repr(rows))})
    with plain_words(config):
        dtype = hardware.precision(config.precision)
        trainer = PairTrainer(
            model=base_model(config, base, dtype, tokenizer),
            args=_arguments(config, preferences, folder, dtype),
            train_dataset=Dataset.from_list(
                in_batches(rows, config.per_device_train_batch_size, config.seed)
            ),
            processing_class=tokenizer,
        )
        trainer.add_callback(LossLog(folder / "loss.jsonl"))
        return finish(trainer, newest_whole(folder), adapter)


def pairs(
    mistakes: Sequence[Mistake], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> list[dict[str, list[int]]]:
    """Token ids of each prompt, of what is right and of what was written; longer ones are left out.

    Raises:
        ValueError: the tokenizer belongs to no family of models that we know.
    """
    if not mistakes:
        return []
    markers = markers_of(tokenizer)
    right = encode([m.dialogue for m in mistakes], tokenizer)
    written = [wire.completion(m.written, markers) for m in mistakes]
    wrong = tokenizer(written, add_special_tokens=False)["input_ids"]
    return [
        {"prompt_ids": ids[:prompt], "chosen_ids": ids[prompt:], "rejected_ids": rejected}
        for (ids, prompt), rejected in zip(right, wrong, strict=True)
        if max(len(ids), prompt + len(rejected)) <= max_length
    ]


def in_batches(
    rows: Sequence[dict[str, list[int]]], size: int, seed: int
) -> list[dict[str, list[int]]]:
    """The pairs in such an order that those of a batch are as long, and batches come by chance.

    Both answers to a batch are padded to its longest: of the mistakes that the shipped adapter
    makes a third of the positions would be padding.
    """
    by_length = sorted(rows, key=lambda row: len(row["prompt_ids"]) + len(row["chosen_ids"]))
    batches = [by_length[i : i + size] for i in range(0, len(rows), size)]
    *whole, last = batches
    random.Random(seed).shuffle(whole)
    return [row for batch in (*whole, last) for row in batch]


def _arguments(
    config: TrainConfig, preferences: PreferenceConfig, folder: Path, dtype: torch.dtype
) -> DPOConfig:
    return DPOConfig(
        **arguments(config, folder),
        beta=preferences.beta,
        loss_type=["sigmoid", "sft"],
        loss_weights=[1.0, preferences.likelihood_weight],
        # on a CPU memory grows with every new shape: few widths
        pad_to_multiple_of=preferences.pad_to_multiple_of,
        precompute_ref_log_probs=True,
        per_device_train_batch_size=config.per_device_train_batch_size,
        bf16=dtype is torch.bfloat16,
        fp16=dtype is torch.float16,
        logging_nan_inf_filter=False,
    )
