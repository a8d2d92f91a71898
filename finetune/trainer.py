"""`SFTTrainer` for batches of fixed shapes, and what is noted while it runs."""

from __future__ import annotations

import json
import time
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import TrainerCallback
from trl import SFTTrainer

from finetune.errors import NonFiniteLossError
from finetune.hardware import held_mib, peak_mib
from finetune.plots import draw_training
from finetune.render import IGNORED

LOSS_SLOTS = 128
"""Positions with loss are padded to a multiple of this, so that logits have few shapes too."""
_SHOWN_CHARS = 120


class CheckedTrainer(SFTTrainer):  # type: ignore[misc]
    """`SFTTrainer` that stops at a loss that is no number, and counts what it reads."""

    tokens_seen = 0
    """Of this process, padding not counted."""

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """TRL's loss of a batch, with its outputs if they are wanted.

        Raises:
            NonFiniteLossError: it is no number.
        """
        mask = inputs.get("attention_mask")
        self.count(model, inputs["input_ids"].numel() if mask is None else int(mask.sum()))
        ids = inputs["input_ids"]
        found = super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        self.check(found[0] if isinstance(found, tuple) else found, ids)
        return found

    def count(self, model: nn.Module, tokens: int) -> None:
        """Adds to what was read in training."""
        if model.training:
            self.tokens_seen += tokens

    def check(self, loss: torch.Tensor, input_ids: torch.Tensor) -> None:
        """Refuses a loss that is no number.

        Raises:
            NonFiniteLossError: with the step, the batch's shape and how its first row begins.
        """
        if torch.isfinite(loss):
            return
        rows, width = input_ids.shape
        begins = self.processing_class.decode(input_ids[0])[:_SHOWN_CHARS]
        raise NonFiniteLossError(
            f"The loss is {loss.item()} at step {self.state.global_step}, in a batch of {rows} x "
            f"{width} tokens that begins {begins!r}: lower train.learning_rate, or take that "
            "dialogue out."
        )


class CompletionTrainer(CheckedTrainer):
    """Computes logits only where there is loss: the vocabulary is the widest matrix of so small a
    model. Matrix products run in `autocast`, frozen weights stay as they were loaded.
    """

    autocast = torch.float32
    teacher: nn.Module | None = None
    """The model that training began with, frozen, where it is not to be forgotten."""
    distillation_weight = 0.0

    @cached_property
    def _tokens_a_batch(self) -> float:
        """Tokens with loss in a development batch, on average: divided by it, the batches' losses
        have the mean over all tokens as their mean, however unequal the batches are.
        """
        counts = [
            sum(label != IGNORED for row in batch["labels"] for label in row[1:])
            for batch in self.eval_dataset
        ]
        return float(sum(counts) / len(counts))

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        """Cross entropy of a batch's completion tokens.

        Args:
            model: the PEFT model.
            inputs: `input_ids` and `labels`, rows x width each, and `tokens`, how many are no
                padding.
            return_outputs: also return an empty mapping, as evaluation wants.
            num_items_in_batch: tokens with loss in all batches of a step; the mean is over them.
                None in evaluation.

        Raises:
            NonFiniteLossError: the loss is no number.
        """
        self.count(model, int(inputs["tokens"]))
        causal = model.get_base_model()  # type: ignore[operator]
        labels = inputs["labels"][:, 1:].flatten()
        where = (labels != IGNORED).nonzero().squeeze(1)
        count = len(where)
        slots = -(-count // LOSS_SLOTS) * LOSS_SLOTS
        where = torch.nn.functional.pad(where, (0, slots - count))
        targets = labels[where].clone()
        targets[count:] = IGNORED
        logits = self._logits(causal, inputs["input_ids"], where)
        total = nn.functional.cross_entropy(logits, targets, ignore_index=IGNORED, reduction="sum")
        if self.teacher is not None and model.training:
            with torch.no_grad():
                taught = self._logits(self.teacher, inputs["input_ids"], where)
            total = total + self.distillation_weight * _divergence(logits, taught, targets)
        self.check(total, inputs["input_ids"])
        if num_items_in_batch is not None:
            loss = total / num_items_in_batch
        else:
            loss = total / (count if model.training else self._tokens_a_batch)
        return (loss, {}) if return_outputs else loss

    def _logits(self, causal: Any, input_ids: torch.Tensor, where: torch.Tensor) -> torch.Tensor:
        """Of the positions `where` (flat, the last of each row not counted), in fp32."""
        with torch.autocast(
            where.device.type, self.autocast, enabled=self.autocast is not torch.float32
        ):
            hidden = causal.model(input_ids=input_ids, use_cache=False)
            states = hidden.last_hidden_state[:, :-1].flatten(0, 1)[where]
            return causal.lm_head(states).float()  # type: ignore[no-any-return]


def _divergence(logits: torch.Tensor, taught: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Kullback-Leibler divergence from a teacher, summed over the positions where it was right.

    As in learning without forgetting (Li & Hoiem 2016); where the teacher was wrong there is
    nothing to keep.

    Args:
        logits: positions x vocabulary.
        taught: the teacher's, likewise.
        targets: tokens, `IGNORED` where there is none.
    """
    apart = nn.functional.kl_div(
        logits.log_softmax(1), taught.log_softmax(1), reduction="none", log_target=True
    )
    # as many positions whatever is right: on a CPU memory grows with every new shape
    return apart.sum(1) @ (taught.argmax(1) == targets).float()


class LossLog(TrainerCallback):  # type: ignore[misc]
    """Keeps the loss curve, speed and memory beside the checkpoints, where a killed run finds them.

    A line of JSON a log: `step`, `loss` or `eval_loss`, `learning_rate`, `tokens_per_second`
    (padding not counted), `minutes_left`, `held_mib` and `peak_mib`. With every checkpoint, and at
    the end, it is drawn into an SVG beside it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trainer: CheckedTrainer | None = None
        self._began = (0.0, 0, 0)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """The clock starts, and what a killed run logged after its last checkpoint goes."""
        tokens = self.trainer.tokens_seen if self.trainer else 0
        self._began = (time.monotonic(), tokens, state.global_step)
        if rows := self._rows():
            kept = [json.dumps(row) + "\n" for row in rows if row["step"] <= state.global_step]
            self.path.write_text("".join(kept), "utf-8")

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        """Appends one line, and shows speed and what is left."""
        if (
            not logs
            or not ("loss" in logs or "eval_loss" in logs)
            or not state.is_local_process_zero
        ):
            return
        began, tokens, step = self._began
        seconds = time.monotonic() - began
        done = state.global_step - step
        if self.trainer and done and "loss" in logs:
            logs["tokens_per_second"] = round((self.trainer.tokens_seen - tokens) / seconds)
            logs["minutes_left"] = round(
                seconds / done * (state.max_steps - state.global_step) / 60, 1
            )
            held = held_mib()
            logs["held_mib"] = round(held)
            logs["peak_mib"] = round(max(held, peak_mib()))  # the kernel notes a peak a little late
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": state.global_step, **logs}) + "\n")

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Draws what there is."""
        if state.is_local_process_zero and (rows := self._rows()):
            draw_training(rows, self.path.with_suffix(".svg"))

    on_train_end = on_save

    def _rows(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text("utf-8").splitlines()]
