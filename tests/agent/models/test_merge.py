"""The merged file, against plain arithmetic."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFReader, quants

from agent.errors import ModelError
from agent.models.base import find_base
from agent.models.merge import merge, merged_path, read_loras, to_gguf_rows
from agent.models.weights import load_manifest
from tests.agent.models.conftest import write_adapter

LAYERS = ((0, "q_proj", "attn_q", 9), (17, "k_proj", "attn_k", 3), (29, "v_proj", "attn_v", 0))


def tensors(path: Path) -> dict[str, np.ndarray]:
    wanted = {f"blk.{layer}.{name}.weight" for layer, _, name, _ in LAYERS}
    wanted |= {"token_embd.weight", "blk.3.ffn_down.weight"}
    return {
        t.name: quants.dequantize(t.data, t.tensor_type)
        for t in GGUFReader(path).tensors
        if t.name in wanted
    }


def test_the_merged_weights_are_base_plus_scaled_update(merged: Path, adapter: Path) -> None:
    before, after = tensors(find_base().path), tensors(merged)
    loras = read_loras(adapter)
    for layer, hf_name, name, heads in LAYERS:
        key = f"blk.{layer}.{name}.weight"
        lora = loras[f"model.layers.{layer}.self_attn.{hf_name}"]
        delta = lora.up @ lora.down * (4 / 2**0.5)
        delta = to_gguf_rows(delta, heads) if heads else delta
        wanted = before[key] + delta
        error = np.abs(after[key] - wanted).reshape(-1, 32)
        # Q8_0: half of a 127th of each block's largest; the scale is an fp16, hence the rest
        largest = np.abs(wanted).reshape(-1, 32).max(axis=1, keepdims=True)
        assert (error <= largest * (0.5 / 127 + 1e-3)).all()
        assert np.abs(delta).mean() > 5 * error.mean()
    np.testing.assert_array_equal(before["token_embd.weight"], after["token_embd.weight"])


def test_query_rows_are_ordered_as_rotary_pairs() -> None:
    rows = np.arange(8, dtype=np.float32)[:, None]
    assert to_gguf_rows(rows, 2)[:, 0].tolist() == [0, 2, 1, 3, 4, 6, 5, 7]


def test_all_metadata_is_kept(merged: Path) -> None:
    before, after = GGUFReader(find_base().path), GGUFReader(merged)
    assert before.fields.keys() == after.fields.keys()
    changed = {
        name
        for name, field in before.fields.items()
        if field.contents() != after.fields[name].contents()
    }
    assert changed <= {"general.file_type"}


def test_a_second_merge_does_nothing_and_another_adapter_takes_the_place(
    merged: Path, adapter: Path, tmp_path: Path
) -> None:
    stamp = merged.stat().st_mtime_ns
    assert merge(find_base(), adapter, merged, progress=False) == merged
    assert merged.stat().st_mtime_ns == stamp
    other = write_adapter(tmp_path / "other", seed=8)
    path = merged_path(tmp_path, find_base(), load_manifest(other))
    assert path.name != merged.name
    old = tmp_path / "merged-0123456789abcdef.gguf"
    old.write_bytes(b"old")
    merge(find_base(), other, path, progress=False)
    assert [p.name for p in tmp_path.glob("*.*")] == [path.name]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"use_dora": True}, "more than plain LoRA"),
        ({"bias": "all"}, "more than plain LoRA"),
        ({"r": None}, "can't be read"),
    ],
)
def test_other_kinds_of_adapter_are_refused(
    adapter: Path, tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    weights = (adapter / "adapter_model.safetensors").read_bytes()
    (tmp_path / "adapter_model.safetensors").write_bytes(weights)
    config = json.loads((adapter / "adapter_config.json").read_text())
    (tmp_path / "adapter_config.json").write_text(json.dumps(config | change))
    with pytest.raises(ModelError, match=sentence):
        read_loras(tmp_path)


def test_a_full_disk_is_told_and_leaves_nothing(adapter: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(ModelError, match="can't be written"):
        merge(find_base(), adapter, blocked / "merged-x.gguf", progress=False)
