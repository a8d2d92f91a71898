"""Base GGUF + adapter -> one merged GGUF in Q8_0, which OpenVINO GenAI reads. NumPy only.

OpenVINO's own adapter loader does not find PEFT's names on a GGUF model, and torch would be a
heavy guest in an installation that otherwise needs none. Takes about 5 s, once per adapter.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gguf import (
    MODEL_ARCH,
    GGMLQuantizationType,
    GGUFReader,
    GGUFValueType,
    GGUFWriter,
    LlamaFileType,
    get_tensor_name_map,
    quants,
)
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tqdm import tqdm

from agent.errors import ModelError
from agent.models.base import BaseModel
from agent.models.weights import CONFIG, WEIGHTS, Manifest

Floats = NDArray[np.float32]

FORMAT = 1
"""Part of the file's name: raised when this module would write another file."""
PREFIX = "merged-"
_LORA = re.compile(r"base_model\.model\.(?P<key>.+)\.lora_(?P<side>[AB])\.weight")
_UNSUPPORTED = ("use_dora", "fan_in_fan_out", "modules_to_save", "alpha_pattern", "rank_pattern")


@dataclass(frozen=True, slots=True)
class Lora:
    """One layer's update: `scale * up @ down`."""

    down: Floats
    """(rank, columns), PEFT's A."""
    up: Floats
    """(rows, rank), PEFT's B."""
    scale: float

    def delta(self) -> Floats:
        """(rows, columns), to be added to the layer's weight."""
        return np.asarray(self.up @ self.down * np.float32(self.scale), dtype=np.float32)


def merged_path(cache: Path, base: BaseModel, manifest: Manifest) -> Path:
    """Where the merged model belongs: a name that changes with adapter, base and this module."""
    key = f"{FORMAT} {base.sha256} {manifest.weights_sha256}"
    return cache / f"{PREFIX}{hashlib.sha256(key.encode()).hexdigest()[:16]}.gguf"


def merge(base: BaseModel, folder: Path, target: Path, *, progress: bool = True) -> Path:
    """Writes the merged model, unless it is there; removes those of other adapters.

    Args:
        base: the base model.
        folder: the adapter's, checked by `weights.check_manifest`.
        target: as `merged_path` says; appears only when it is whole.
        progress: shows a bar on stderr, if that is a terminal.

    Returns:
        `target`.

    Raises:
        ModelError: base or adapter is damaged or of a kind that can't be merged, or the disk
            can't take the file.
    """
    if target.is_file():
        return target
    base.verify()
    loras = read_loras(folder)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".{os.getpid()}.partial")
        try:
            write_merged(base.path, loras, partial, progress=progress)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise ModelError(
            f"The model can't be written to {target.parent}: {error.strerror or error}; it needs "
            "150 MB there."
        ) from error
    for other in target.parent.glob(f"{PREFIX}*.gguf"):
        if other != target:
            with contextlib.suppress(OSError):  # still open in another process: next time
                other.unlink()
    return target


def read_loras(folder: Path) -> Mapping[str, Lora]:
    """An adapter as PEFT saves it: Hugging Face name of the layer -> its update.

    Raises:
        ModelError: unreadable, or more than plain LoRA on linear layers.
    """
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        tensors = load_file(folder / WEIGHTS)
        rank, alpha = int(config["r"]), float(config["lora_alpha"])
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ModelError(f"The adapter in {folder} can't be read; train it again.") from error
    if config.get("bias", "none") != "none" or any(config.get(key) for key in _UNSUPPORTED):
        raise ModelError(f"The adapter in {folder} is more than plain LoRA; merge it with PEFT.")
    scale = alpha / rank**0.5 if config.get("use_rslora") else alpha / rank
    sides: dict[str, dict[str, Floats]] = {}
    for name, tensor in tensors.items():
        match = _LORA.fullmatch(name)
        if match is None:
            raise ModelError(f"The adapter's tensor {name} is unknown; merge it with PEFT.")
        sides.setdefault(match["key"], {})[match["side"]] = tensor.astype(np.float32)
    if incomplete := [key for key, both in sides.items() if len(both) != 2]:
        raise ModelError(f"The adapter lacks half of {incomplete[0]}; train it again.")
    return {key: Lora(both["A"], both["B"], scale) for key, both in sides.items()}


def write_merged(
    source: Path, loras: Mapping[str, Lora], target: Path, *, progress: bool = False
) -> None:
    """Copies a GGUF with the updates added: matrices in Q8_0, all else as it was.

    Raises:
        ModelError: an update fits no matrix.
        OSError: the file can't be written.
    """
    reader = GGUFReader(source)
    updates = _by_gguf_name(reader, loras)
    writer = GGUFWriter(target, str(_field(reader, "general.architecture")))
    _copy_fields(reader, writer)
    for tensor in reader.tensors:
        rows, columns = tensor.data.shape[0], int(tensor.shape[0])
        if len(tensor.shape) < 2:
            writer.add_tensor_info(
                tensor.name, tensor.data.shape, tensor.data.dtype, tensor.data.nbytes
            )
        else:
            shape = quants.quant_shape_to_byte_shape((rows, columns), GGMLQuantizationType.Q8_0)
            writer.add_tensor_info(
                tensor.name, shape, np.dtype(np.uint8), rows * shape[-1], GGMLQuantizationType.Q8_0
            )
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for data in _merged(reader, updates, progress):
            writer.write_tensor_data(data)
    finally:
        writer.close()


def _merged(
    reader: GGUFReader, updates: Mapping[str, Lora], progress: bool
) -> Iterator[NDArray[Any]]:
    """The tensors' data in the file's order; one at a time, to keep memory low."""
    bar = tqdm(
        reader.tensors,
        desc="Preparing the model",
        unit="tensor",
        disable=not (progress and sys.stderr.isatty()),
    )
    for tensor in bar:
        if len(tensor.shape) < 2:
            yield tensor.data
            continue
        if tensor.name not in updates and tensor.tensor_type == GGMLQuantizationType.Q8_0:
            yield tensor.data
            continue
        weight = quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        if (lora := updates.get(tensor.name)) is not None:
            delta = lora.delta()
            if heads := _heads(reader, tensor.name):
                delta = to_gguf_rows(delta, heads)
            if delta.shape != weight.shape:
                raise ModelError("The adapter was trained on a base model of another size.")
            weight = weight + delta
        yield quants.quantize(weight, GGMLQuantizationType.Q8_0)


def to_gguf_rows(weight: Floats, heads: int) -> Floats:
    """A query or key matrix's rows as GGUF orders them.

    Rotary pairs stand side by side there, where Hugging Face has them half a head apart.

    Args:
        weight: (heads * size, columns).
        heads: of queries or of keys.
    """
    rows, columns = weight.shape
    pairs = weight.reshape(heads, 2, rows // heads // 2, columns)
    return pairs.swapaxes(1, 2).reshape(rows, columns)


def _heads(reader: GGUFReader, name: str) -> int:
    """How many heads a tensor's rows are permuted by; 0 if they are not."""
    if name.endswith(".attn_q.weight"):
        return int(_field(reader, "llama.attention.head_count"))
    if name.endswith(".attn_k.weight"):
        return int(_field(reader, "llama.attention.head_count_kv"))
    return 0


def _by_gguf_name(reader: GGUFReader, loras: Mapping[str, Lora]) -> dict[str, Lora]:
    names = get_tensor_name_map(MODEL_ARCH.LLAMA, int(_field(reader, "llama.block_count")))
    known = {tensor.name for tensor in reader.tensors}
    found: dict[str, Lora] = {}
    for key, lora in loras.items():
        name = names.get_name(f"{key}.weight", try_suffixes=(".weight",))
        if name is None or name not in known:
            raise ModelError(f"The base model has no layer {key} for the adapter.")
        found[name] = lora
    return found


def _copy_fields(reader: GGUFReader, writer: GGUFWriter) -> None:
    """All metadata; the architecture and what belongs to the file itself the writer adds."""
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        value = field.contents()
        if name == "general.file_type":
            value = int(LlamaFileType.MOSTLY_Q8_0)
        kind = field.types[0]
        item = field.types[-1] if kind == GGUFValueType.ARRAY else None
        writer.add_key_value(name, value, kind, sub_type=item)


def _field(reader: GGUFReader, name: str) -> Any:
    field = reader.get_field(name)
    if field is None:
        raise ModelError(f"The base model lacks its field {name}; install it again.")
    return field.contents()
