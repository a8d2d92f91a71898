"""A Hugging Face folder of a Llama -> one GGUF file for llama.cpp, Ollama and OpenVINO.

Names, metadata and the order of rows are those of llama.cpp's own `convert_hf_to_gguf.py`
(https://github.com/ggml-org/ggml/blob/master/docs/gguf.md has the format); blocks are quantized by
the package `gguf`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType, TokenType, quants
from numpy.typing import NDArray
from safetensors import safe_open
from tqdm import tqdm
from transformers import AutoConfig, AutoTokenizer, PreTrainedTokenizerBase
from transformers.integrations.gguf.gguf_tokenizer_mapping import GGUF_PRE_TOKENIZER_SPLITS
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

from agent.models.merge import to_gguf_rows
from finetune.exporting.files import ExportError
from finetune.render import markers_of

Q = GGMLQuantizationType
_FORMATS = {
    "f32": (Q.F32, LlamaFileType.ALL_F32),
    "f16": (Q.F16, LlamaFileType.MOSTLY_F16),
    "q8_0": (Q.Q8_0, LlamaFileType.MOSTLY_Q8_0),
    "q4_0": (Q.Q4_0, LlamaFileType.MOSTLY_Q4_0),
    "q4_1": (Q.Q4_1, LlamaFileType.MOSTLY_Q4_1),
}
_EMBEDDINGS = ("token_embd.weight", "output.weight")
_LARGEST_F16 = 65504.0


def write_gguf(folder: Path, target: Path, *, quantization: str = "f16", name: str = "") -> Path:
    """Writes the model of a folder, tensor by tensor, with tokenizer and chat template.

    Args:
        folder: as `finetune.exporting.merged.merge` wrote it: Llama, byte-level BPE tokenizer.
        target: the file; appears only when it is whole.
        quantization: of the matrices: "f32", "f16", "q8_0", "q4_0" or "q4_1". In four bits the
            embeddings stay in Q8_0, where errors cost most, and rows that are no multiple of a
            block stay in F16.
        name: for people; the file's when empty.

    Raises:
        ExportError: a model, tokenizer or rotary scaling that this can't write.
    """
    if quantization not in _FORMATS:
        known = ", ".join(_FORMATS)
        raise ExportError(f"The quantization has to be one of {known}, not {quantization!r}.")
    config = AutoConfig.from_pretrained(folder)
    _check(config)
    kind, file_type = _FORMATS[quantization]
    partial = target.with_suffix(".partial")
    writer = GGUFWriter(partial, "llama")
    try:
        _add_shape(writer, config)
        writer.add_name(name or target.stem)
        writer.add_type("model")
        writer.add_file_type(file_type)
        writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
        _add_tokenizer(writer, folder, config.vocab_size)
        _write_tensors(writer, folder, config, kind)
        writer.close()
        partial.rename(target)
    finally:
        writer.close()
        partial.unlink(missing_ok=True)
    return target


def _check(config: Any) -> None:
    """Only what llama.cpp's "llama" computes just as transformers does."""
    if config.model_type != "llama":
        raise ExportError(f"A GGUF can be written of Llama models, not of {config.model_type}.")
    if config.hidden_act != "silu" or config.attention_bias or config.mlp_bias:
        raise ExportError("A GGUF can be written of Llama models with SiLU and without biases.")
    if _rope(config)["rope_type"] not in ("default", "llama3"):
        raise ExportError(
            f"The rotary scaling {_rope(config)['rope_type']!r} can't be written; only that of "
            "Llama 3 can, or none."
        )


def _rope(config: Any) -> Mapping[str, Any]:
    found: Mapping[str, Any] = config.rope_parameters
    return found


def _add_shape(writer: GGUFWriter, config: Any) -> None:
    heads, size = config.num_attention_heads, _head_size(config)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_freq_base(_rope(config)["rope_theta"])
    writer.add_rope_dimension_count(size)
    if size * heads != config.hidden_size:
        writer.add_key_length(size)
        writer.add_value_length(size)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)


def _head_size(config: Any) -> int:
    return int(config.head_dim or config.hidden_size // config.num_attention_heads)


# -- tokenizer -------------------------------------------------------------------------------


def _add_tokenizer(writer: GGUFWriter, folder: Path, size: int) -> None:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokens, types = _tokens(tokenizer, size)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(_splitting(folder / "tokenizer.json"))
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    special = gguf.SpecialVocab(folder, load_merges=True, n_vocab=size)
    end = tokenizer.convert_tokens_to_ids(markers_of(tokenizer).end)
    special.special_token_ids |= {"eos": end, "eot": end}
    # the wire format writes every token, the first one included, and servers must not add another
    special.add_special_token = {"bos": False, "eos": False}
    special.chat_template = tokenizer.chat_template
    special.add_to_gguf(writer, quiet=True)
    writer.add_add_space_prefix(False)


def _tokens(tokenizer: PreTrainedTokenizerBase, size: int) -> tuple[list[str], list[TokenType]]:
    """Each id's token and kind; ids of the embedding that no token has are filled up."""
    of_id = {number: token for token, number in tokenizer.get_vocab().items()}
    if of_id and max(of_id) >= size:
        raise ExportError(f"The tokenizer has ids up to {max(of_id)}, the model embeds {size}.")
    added = tokenizer.added_tokens_decoder
    tokens, types = [], []
    for number in range(size):
        tokens.append(of_id.get(number, f"[PAD{number}]"))
        if number not in of_id:
            types.append(TokenType.UNUSED)
        elif number not in added:
            types.append(TokenType.NORMAL)
        else:
            types.append(TokenType.CONTROL if added[number].special else TokenType.USER_DEFINED)
    return tokens, types


def _splitting(path: Path) -> str:
    """llama.cpp's name for how a tokenizer cuts text into words before it merges bytes.

    Raises:
        ExportError: one it has no name for that we know; a wrong name would tokenize wrongly.
    """
    content = json.loads(path.read_text("utf-8"))
    rule = content.get("pre_tokenizer") or {}
    steps: Sequence[Mapping[str, Any]] = rule.get("pretokenizers") or [rule]
    kinds = [step.get("type") for step in steps]
    last = steps[-1]
    plain = content["model"]["type"] == "BPE" and not content.get("normalizer")
    if plain and kinds[-1] == "ByteLevel" and not last.get("add_prefix_space"):
        if kinds == ["ByteLevel"] and last["use_regex"]:
            return "gpt-2"
        if kinds == ["Digits", "ByteLevel"] and steps[0]["individual_digits"] and last["use_regex"]:
            return "smollm"
        cut = steps[0].get("pattern", {}).get("Regex")
        if kinds == ["Split", "ByteLevel"] and cut == GGUF_PRE_TOKENIZER_SPLITS["llama-bpe"]:
            return "llama-bpe"
    raise ExportError(
        f"{path} cuts text in a way that is neither Llama 3's, SmolLM's nor GPT-2's, the only "
        "ones that can be written into a GGUF."
    )


# -- tensors ---------------------------------------------------------------------------------


def _write_tensors(
    writer: GGUFWriter, folder: Path, config: Any, kind: GGMLQuantizationType
) -> None:
    """Two rounds over the weights: sizes first, as the format wants, then one tensor at a time."""
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    shapes: dict[str, tuple[str, tuple[int, ...]]] = {}
    for key, tensor in _slices(folder):
        name = names.get_name(key, try_suffixes=(".weight",))
        if name is None:
            raise ExportError(f"{folder} holds the tensor {key}, which is none of a Llama's.")
        if name == "output.weight" and config.tie_word_embeddings:
            continue
        shapes[key] = name, tuple(tensor.get_shape())
    factors = _rope_factors(config)
    if factors is not None:
        writer.add_tensor_info("rope_freqs.weight", factors.shape, factors.dtype, factors.nbytes)
    for name, shape in shapes.values():
        _announce(writer, name, shape, _kind(name, shape, kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    if factors is not None:
        writer.write_tensor_data(factors)
    with tqdm(total=len(shapes), desc="writing the GGUF", unit="tensor") as bar:
        for key, tensor in _slices(folder):
            if key not in shapes:
                continue
            name, shape = shapes[key]
            weight = tensor[:].to(torch.float32).numpy()
            if name.endswith(".attn_q.weight"):
                weight = to_gguf_rows(weight, config.num_attention_heads)
            elif name.endswith(".attn_k.weight"):
                weight = to_gguf_rows(weight, config.num_key_value_heads)
            writer.write_tensor_data(_packed(name, weight, _kind(name, shape, kind)))
            bar.update()


def _slices(folder: Path) -> Iterator[tuple[str, Any]]:
    """Name and lazily read tensor of all shards, always in the same order."""
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, framework="pt") as shard:
            for key in sorted(shard.keys()):
                yield key, shard.get_slice(key)


def _kind(name: str, shape: Sequence[int], kind: GGMLQuantizationType) -> GGMLQuantizationType:
    if len(shape) < 2:
        return Q.F32
    if kind in (Q.Q4_0, Q.Q4_1) and name in _EMBEDDINGS:
        kind = Q.Q8_0
    block, _ = gguf.GGML_QUANT_SIZES[kind]
    return Q.F16 if shape[-1] % block else kind


def _announce(
    writer: GGUFWriter, name: str, shape: tuple[int, ...], kind: GGMLQuantizationType
) -> None:
    if kind in (Q.F32, Q.F16):
        dtype = np.dtype(np.float32 if kind == Q.F32 else np.float16)
        size = int(np.prod(shape)) * dtype.itemsize
        writer.add_tensor_info(name, shape, dtype, size)
        return
    packed = quants.quant_shape_to_byte_shape(shape, kind)
    writer.add_tensor_info(name, packed, np.dtype(np.uint8), int(np.prod(packed)), kind)


def _packed(name: str, weight: NDArray[np.float32], kind: GGMLQuantizationType) -> NDArray[Any]:
    largest = float(np.abs(weight).max(initial=0.0))
    if not np.isfinite(largest) or (kind != Q.F32 and largest > _LARGEST_F16):
        raise ExportError(f"The tensor {name} holds {largest:g}, more than a GGUF's F16 can.")
    packed: NDArray[Any] = quants.quantize(weight, kind)
    return packed


def _rope_factors(config: Any) -> NDArray[np.float32] | None:
    """By how much Llama 3.1's scaling slows each rotary frequency: (head size / 2,), or None.

    llama.cpp divides the frequencies by these, the tensor `rope_freqs`; it knows no other way.
    """
    rope = _rope(config)
    if rope["rope_type"] == "default":
        return None
    scaled, _ = ROPE_INIT_FUNCTIONS["llama3"](config, torch.device("cpu"))
    size = _head_size(config)
    plain = 1.0 / rope["rope_theta"] ** (torch.arange(0, size, 2, dtype=torch.float64) / size)
    factors: NDArray[np.float32] = (plain / scaled.double()).float().numpy()
    return factors
