"""Several adapters in one: the mean of what they change in the base.

Models tuned from the same base under other data or settings often lie in one valley of the loss,
and the mean of their weights answers better than any of them, at the cost of one (Wortsman et al.
2022, "Model soups"). Of adapters not the factors are averaged, whose product would be another
matrix, but the updates: a sum of products of rank r is a product of the ranks' sum, with nothing
lost.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from agent.models.weights import CONFIG, WEIGHTS
from finetune.config import SoupConfig
from finetune.errors import MismatchError, TrainingError

_UP, _DOWN = ".lora_B.weight", ".lora_A.weight"
_PLAIN = ("use_dora", "fan_in_fan_out", "modules_to_save", "alpha_pattern", "rank_pattern")
"""Settings of an adapter with which an update is more than scale * up @ down."""

Layers = Mapping[str, tuple[torch.Tensor, torch.Tensor]]
"""By name: (rows, r) and (r, columns), whose product is the update."""


def soup(config: SoupConfig, adapter: Path) -> Path:
    """Makes the adapter, whole or not at all; one that is there stays.

    Args:
        config: what goes in, and how wide the result may be.
        adapter: the folder to make, as PEFT writes it.

    Returns:
        The adapter's folder.

    Raises:
        TrainingError: an ingredient can't be read.
        MismatchError: they change other layers, or in a way of which there is no mean.
    """
    if (adapter / WEIGHTS).exists():
        return adapter
    folders = [Path(folder) for folder, _ in config.ingredients]
    read = [_read(folder) for folder in folders]
    first_settings, first = read[0]
    for folder, (_, layers) in zip(folders, read, strict=True):
        shapes, wanted = (
            {name: (up.shape[0], down.shape[1]) for name, (up, down) in of.items()}
            for of in (layers, first)
        )
        if shapes != wanted:
            raise MismatchError(f"{folder} changes other layers than {folders[0]} does.")
    shares = [share for _, share in config.ingredients]
    mixed = {
        name: _narrow(*_sum([layers[name] for _, layers in read], shares), config.r)
        for name in first
    }
    [rank] = {down.shape[0] for _, down in mixed.values()}
    tensors = {}
    for name, (up, down) in mixed.items():
        tensors[name + _UP] = up.half().contiguous()
        tensors[name + _DOWN] = down.half().contiguous()
    partial = adapter.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    save_file(tensors, partial / WEIGHTS, metadata={"format": "pt"})
    # a scale of 1: the factors have theirs within
    settings = first_settings | {"r": rank, "lora_alpha": rank, "use_rslora": False}
    (partial / CONFIG).write_text(json.dumps(settings, indent=1, sort_keys=True) + "\n", "utf-8")
    return partial.rename(adapter)


def _read(folder: Path) -> tuple[dict[str, Any], Layers]:
    """An adapter's settings and its layers, their scale within.

    Raises:
        TrainingError: it can't be read.
        MismatchError: its update is not the product alone.
    """
    try:
        settings: dict[str, Any] = json.loads((folder / CONFIG).read_text("utf-8"))
        tensors = load_file(folder / WEIGHTS)
    except (OSError, ValueError, SafetensorError) as error:
        raise TrainingError(f"The adapter in {folder} can't be read: {error}") from error
    if odd := [name for name in _PLAIN if settings.get(name)]:
        raise MismatchError(f"The adapter in {folder} has {odd[0]}, of which there is no mean.")
    width = math.sqrt(settings["r"]) if settings.get("use_rslora") else settings["r"]
    scale = settings["lora_alpha"] / width
    layers = {}
    for name in tensors:
        layer = name.removesuffix(_UP)
        if layer != name:
            layers[layer] = (tensors[name].float() * scale, tensors[layer + _DOWN].float())
    return settings, layers


def _sum(
    parts: Sequence[tuple[torch.Tensor, torch.Tensor]], shares: Sequence[float]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Factors of the weighted sum: side by side, one above the other."""
    ups = [up * share for (up, _), share in zip(parts, shares, strict=True)]
    return torch.cat(ups, dim=1), torch.cat([down for _, down in parts])


def _narrow(up: torch.Tensor, down: torch.Tensor, r: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The nearest product of rank r (Eckart & Young 1936), as two factors of like size; all of it
    where r is 0 or the rank is no greater.

    By QR of both factors, so that the matrix itself, of rows times columns, is never decomposed.
    """
    q_up, r_up = torch.linalg.qr(up)
    q_down, r_down = torch.linalg.qr(down.T)
    left, values, right = torch.linalg.svd(r_up @ r_down.T)
    kept = min(r or len(values), len(values))
    root = values[:kept].sqrt()
    return q_up @ left[:, :kept] * root, (q_down @ right[:kept].T * root).T
