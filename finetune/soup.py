"""Several adapters in one: the mean of what they change in the base.

Models tuned from the same base on other data or with other settings often lie in one valley of the
loss, and the mean of their weights answers better than any of them, at the cost of one (Wortsman
et al. 2022, "Model soups"). Not the factors of the updates are averaged, whose product would be
another matrix, but the updates: PEFT's `add_weighted_adapter` concatenates the factors, which
loses nothing, or cuts the sum to a lower rank by its singular values (Eckart & Young 1936).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel
from safetensors import SafetensorError
from safetensors.torch import load_file

from agent.dialogue.wire import template_hash
from agent.models.base import find_base
from agent.models.weights import CONFIG, MANIFEST, WEIGHTS, check_manifest, load_manifest
from finetune.config import SoupConfig, TrainConfig
from finetune.errors import MismatchError, TrainingError
from finetune.learner import base_model, base_of, to_half
from finetune.sources.reading import sha256
from tools.catalog import catalog_hash

MADE_OF = "soup.json"
"""Beside the adapter: what it was made of, so that another recipe makes another."""
_MORE_THAN_LORA = (
    "use_dora", "fan_in_fan_out", "lora_bias", "modules_to_save", "alpha_pattern", "rank_pattern",
)  # fmt: skip
"""Settings with which an update is more than scale * B @ A, so that a sum of products is not it."""


def soup(train: TrainConfig, config: SoupConfig, folder: Path, base: Path | None = None) -> Path:
    """Makes the adapter, whole or not at all; one of the same ingredients stays as it is.

    Args:
        train: which base.
        config: what goes in, and how high a rank may come out.
        folder: of the run; the adapter goes into `folder/adapter`.
        base: folder of the base model and its tokenizer; the one of `train.base` when None.

    Returns:
        The adapter's folder, as PEFT writes it.

    Raises:
        TrainingError: an ingredient can't be read.
        MismatchError: they do not change the same layers of this base, or not by LoRA alone.
        ModelError: one was exported for another base, prompt format or tool catalog.
    """
    adapter = folder / "adapter"
    ingredients = [Path(name) for name, _ in config.ingredients]
    _check([_layers(one) for one in ingredients], ingredients, config.r)
    made_of = json.dumps(
        {"r": config.r, "ingredients": [
            [str(one), share, sha256(one / WEIGHTS), sha256(one / CONFIG)]
            for one, (_, share) in zip(ingredients, config.ingredients, strict=True)
        ]},
        indent=1,
    )  # fmt: skip
    note = folder / MADE_OF
    if (adapter / WEIGHTS).exists() and note.exists() and note.read_text("utf-8") == made_of:
        return adapter
    base, tokenizer = base_of(train, base)
    model: Any = base_model(train, base, torch.float32, tokenizer)
    # a bare number would be taken for that of a layer when the sum is saved
    names = [f"part_{number}" for number in range(len(ingredients))]
    try:
        model = PeftModel.from_pretrained(model, ingredients[0], adapter_name=names[0])
        for name, one in zip(names[1:], ingredients[1:], strict=True):
            model.load_adapter(one, adapter_name=name)
    except (OSError, ValueError, RuntimeError) as error:
        raise MismatchError(
            f"The adapters do not fit the base model in {base}: {str(error).splitlines()[0]}"
        ) from error
    # the sum has the scales of its parts within; PEFT would take over rank-stabilised scaling from
    # the first one, and so make it sqrt(rank) times too great
    model.peft_config[names[0]].use_rslora = False
    rank = sum(model.peft_config[name].r for name in names)
    model.add_weighted_adapter(
        names,
        [share for _, share in config.ingredients],
        "soup",
        combination_type="svd" if 0 < config.r < rank else "cat",
        svd_rank=config.r or None,
        svd_full_matrices=False,
    )
    partial = folder / "adapter.partial"
    shutil.rmtree(partial, ignore_errors=True)
    model.save_pretrained(partial, selected_adapters=["soup"])
    to_half(partial / "soup" / WEIGHTS)
    shutil.rmtree(adapter, ignore_errors=True)
    (partial / "soup").rename(adapter)
    shutil.rmtree(partial)  # PEFT's own card is left, which says nothing of it
    note.write_text(made_of, "utf-8")
    return adapter


def _layers(folder: Path) -> dict[str, tuple[int, ...]]:
    """Of an adapter: the tensors' names, and their sides that are no rank.

    Raises:
        TrainingError: it can't be read.
        MismatchError: it is more than LoRA, or not finite.
        ModelError: it was exported for another base, prompt format or tool catalog.
    """
    try:
        settings = json.loads((folder / CONFIG).read_text("utf-8"))
        tensors = load_file(folder / WEIGHTS)
        more = [name for name in _MORE_THAN_LORA if settings.get(name)]
        more += ["bias"] if settings.get("bias", "none") != "none" else []
    except (OSError, ValueError, AttributeError, SafetensorError) as error:
        raise TrainingError(f"The adapter in {folder} can't be read: {error}") from error
    if more:
        raise MismatchError(f"The adapter in {folder} has {more[0]}: only plain LoRA can be added.")
    if not all(tensor.isfinite().all() for tensor in tensors.values()):
        raise MismatchError(f"The adapter in {folder} holds numbers that are not finite.")
    if (folder / MANIFEST).is_file():  # one fresh from training has none
        check_manifest(
            load_manifest(folder),
            folder,
            base=find_base(),
            template_hash=template_hash(),
            catalog_hash=catalog_hash(),
        )
    return {
        name: (tensor.shape[1] if ".lora_A." in name else tensor.shape[0],)
        for name, tensor in tensors.items()
    }


def _check(
    layers: Sequence[Mapping[str, tuple[int, ...]]], folders: Sequence[Path], r: int
) -> None:
    """Raises MismatchError: not the same layers everywhere, or narrower ones than the rank."""
    for folder, found in zip(folders, layers, strict=True):
        if not found or found != layers[0]:
            raise MismatchError(f"{folder} changes other layers than {folders[0]} does.")
    least = min(side for (side,) in layers[0].values())
    if r > least:
        raise MismatchError(f"soup.r: {r} is more than the narrowest layer's {least}.")
