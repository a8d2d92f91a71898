"""Common GPUs, and how much of their memory a program can have."""

from __future__ import annotations

import re
from dataclasses import dataclass

GIB = 2**30


@dataclass(frozen=True, slots=True)
class GPU:
    """A kind of card."""

    name: str
    usable_gib: float
    """What PyTorch reports as its whole memory: less than what is printed on the box, because
    error correction and the driver keep some. Values of public out-of-memory reports, the lower
    ones where drivers differ."""
    bf16: bool = True
    """Whether it multiplies bfloat16 (compute capability 8.0 and up)."""

    @property
    def usable(self) -> int:
        """In bytes."""
        return int(self.usable_gib * GIB)


GPUS = (
    GPU("T4", 14.6, bf16=False),
    GPU("A10G", 22.0),
    GPU("L4", 22.0),
    GPU("RTX 4090", 23.5),
    GPU("RTX 3090", 23.6),
    GPU("A100 40GB", 39.4),
    GPU("A100 80GB", 79.1),
    GPU("H100 80GB", 79.1),
    GPU("H200", 139.7),
)
"""From small to large."""


def find_gpu(name: str) -> GPU:
    """The card of that name; case, blanks, hyphens and makers' names don't matter.

    Raises:
        ValueError: no such card, or several; the message lists those that are known.
    """
    wanted = _folded(name)
    exact = [gpu for gpu in GPUS if _folded(gpu.name) == wanted]
    found = exact or [gpu for gpu in GPUS if wanted and wanted in _folded(gpu.name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(gpu.name for gpu in GPUS)
    what = "No GPU is" if not found else f"{len(found)} GPUs are"
    raise ValueError(f"{what} known as {name!r}; take one of {known}.")


def _folded(name: str) -> str:
    return re.sub(r"nvidia|geforce|tesla|[^a-z0-9]|gb$", "", name.casefold())
