"""The real base model, with a small adapter of noise made here: loaded once for all tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from safetensors.numpy import save_file

from agent.dialogue.wire import template_hash
from agent.models.base import file_sha256, find_base
from agent.models.merge import merge, merged_path
from agent.models.weights import load_manifest
from tools.catalog import catalog_hash

if TYPE_CHECKING:
    from agent.models.local import TransformersEngine
    from agent.models.openvino import OpenVinoEngine

LAYERS, RANK = 30, 2
SIZES = {  # module -> rows, columns of SmolLM2-135M
    "self_attn.q_proj": (576, 576),
    "self_attn.k_proj": (192, 576),
    "self_attn.v_proj": (192, 576),
    "self_attn.o_proj": (576, 576),
    "mlp.gate_proj": (1536, 576),
    "mlp.up_proj": (1536, 576),
    "mlp.down_proj": (576, 1536),
}


def write_adapter(folder: Path, *, seed: int = 7, size: float = 0.06) -> Path:
    """A whole adapter folder of seeded noise: rank-stabilised LoRA on all linear layers."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(seed)
    tensors = {}
    for layer in range(LAYERS):
        for module, (rows, columns) in SIZES.items():
            key = f"base_model.model.model.layers.{layer}.{module}"
            down, up = random.normal(size=(RANK, columns)), random.normal(size=(rows, RANK))
            tensors[f"{key}.lora_A.weight"] = (down * size).astype(np.float32)
            tensors[f"{key}.lora_B.weight"] = (up * size).astype(np.float32)
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": RANK,
        "lora_alpha": 4,
        "use_rslora": True,
        "target_modules": [module.rpartition(".")[2] for module in SIZES],
        "bias": "none",
    }
    (folder / "adapter_config.json").write_text(json.dumps(config))
    base = find_base()
    manifest = {
        "name": folder.name,
        "version": "1",
        "base": {
            "package": base.package,
            "version": base.version,
            "file": base.file,
            "sha256": base.sha256,
        },
        "template_hash": template_hash(),
        "catalog_hash": catalog_hash(),
        "scores": {},
        "files": {
            name: file_sha256(folder / name)
            for name in ("adapter_model.safetensors", "adapter_config.json")
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="session")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_adapter(tmp_path_factory.mktemp("adapters") / "noise")


@pytest.fixture(scope="session")
def merged(adapter: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    cache = tmp_path_factory.mktemp("merged")
    target = merged_path(cache, find_base(), load_manifest(adapter))
    return merge(find_base(), adapter, target, progress=False)


@pytest.fixture(scope="session")
def converted(merged: Path) -> Path:
    from agent.models.graph import convert

    return convert(merged, merged.with_suffix(""))


@pytest.fixture(scope="session")
def untuned(tmp_path_factory: pytest.TempPathFactory) -> OpenVinoEngine:
    from agent.models.graph import convert
    from agent.models.openvino import OpenVinoEngine

    folder = tmp_path_factory.mktemp("untuned") / "base"
    return OpenVinoEngine(convert(find_base().path, folder))


@pytest.fixture(scope="session")
def openvino(converted: Path) -> OpenVinoEngine:
    from agent.models.openvino import OpenVinoEngine

    # as exact as it gets: what is compared is the merge, not the rounding
    return OpenVinoEngine(converted, properties={"DYNAMIC_QUANTIZATION_GROUP_SIZE": 0})


@pytest.fixture(scope="session")
def base_folder(pytestconfig: pytest.Config) -> Path:
    from agent.models.local import prepare_base

    assert pytestconfig.cache is not None
    return prepare_base(pytestconfig.cache.mkdir("tripwright-base"))  # kept: takes 20 s


@pytest.fixture(scope="session")
def transformers(base_folder: Path, adapter: Path) -> TransformersEngine:
    import torch

    from agent.models.local import TransformersEngine

    # one thread: with other processes about, two wait for each other most of the time
    return TransformersEngine(base_folder, adapter, device="cpu", dtype=torch.float32, threads=1)
