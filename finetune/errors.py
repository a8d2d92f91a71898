"""What can go wrong in training, each with one sentence for the person at the keyboard."""

from __future__ import annotations


class TrainingError(ValueError):
    """Training can't begin or go on; the message says what to change."""


class NonFiniteLossError(TrainingError):
    """The loss is NaN or infinite; the message names the step and the batch."""


class OutOfMemoryError(TrainingError):
    """The device or the machine is full; the message says what to lower first."""


class MismatchError(TrainingError):
    """Base, tokenizer, adapter or checkpoint belong to something else."""
