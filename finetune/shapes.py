"""Shapes of known base models, folders with random weights in them, and where a base model lies.

With random weights in the real shape, data, tokenization, quantization, training and export can be
tried where no hub can be reached: all but what the model knows.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from itertools import groupby
from math import prod
from pathlib import Path
from typing import Any

from agent.dialogue import wire
from finetune.errors import TrainingError
from tools.paths import cache_directory, whole_folder

RANDOM = "random:"
"""Before a shape's name: a base with random weights. ":2" behind it keeps two layers only."""
_BYTES = 2
_STANDARD_DEVIATION = 0.02
"""Of random weights; transformers' `initializer_range`, as Llama's authors use it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A Llama architecture (Touvron et al. 2023), as its publisher's config.json has it."""

    name: str
    hub: str
    """The instruction-tuned model on the hub."""
    parameters: int
    """As published; tied embeddings count once."""
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    vocab_size: int
    tie_word_embeddings: bool
    max_position_embeddings: int
    rope_parameters: Mapping[str, Any]
    markers: wire.Markers = wire.LLAMA3

    @property
    def arguments(self) -> dict[str, Any]:
        """Of `transformers.LlamaConfig`."""
        return {
            "hidden_size": self.hidden_size,
            "intermediate_size": self.intermediate_size,
            "num_hidden_layers": self.num_hidden_layers,
            "num_attention_heads": self.num_attention_heads,
            "num_key_value_heads": self.num_key_value_heads,
            "head_dim": self.head_dim,
            "vocab_size": self.vocab_size,
            "tie_word_embeddings": self.tie_word_embeddings,
            "max_position_embeddings": self.max_position_embeddings,
            "rope_parameters": dict(self.rope_parameters),
            "rms_norm_eps": 1e-5,
        }

    @property
    def linears(self) -> dict[str, tuple[int, int]]:
        """The matrices of one layer: name -> (inputs, outputs)."""
        hidden, wide = self.hidden_size, self.intermediate_size
        queries = self.num_attention_heads * self.head_dim
        keys = self.num_key_value_heads * self.head_dim
        return {
            "q_proj": (hidden, queries),
            "k_proj": (hidden, keys),
            "v_proj": (hidden, keys),
            "o_proj": (queries, hidden),
            "gate_proj": (hidden, wide),
            "up_proj": (hidden, wide),
            "down_proj": (wide, hidden),
        }

    @property
    def outside(self) -> int:
        """Parameters that are in no layer's matrix: embeddings, output head, all norms."""
        tables = 1 if self.tie_word_embeddings else 2
        norms = 2 * self.num_hidden_layers + 1
        return (tables * self.vocab_size + norms) * self.hidden_size

    @property
    def count(self) -> int:
        """All parameters, reckoned from the sizes."""
        layer = sum(rows * columns for rows, columns in self.linears.values())
        return self.num_hidden_layers * layer + self.outside


def _llama3(factor: float) -> dict[str, Any]:
    """Rotary embeddings scaled by parts, as Llama 3.1 brought them (Dubey et al. 2024)."""
    return {
        "rope_type": "llama3",
        "rope_theta": 500_000.0,
        "factor": factor,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    }


_KNOWN = (
    Shape(
        "SmolLM2-135M", "HuggingFaceTB/SmolLM2-135M-Instruct", 134_515_008,
        576, 1536, 30, 9, 3, 64, 49_152, True, 8192,
        {"rope_type": "default", "rope_theta": 100_000.0}, wire.CHATML,
    ),
    Shape(
        "Llama-3.2-1B", "meta-llama/Llama-3.2-1B-Instruct", 1_235_814_400,
        2048, 8192, 16, 32, 8, 64, 128_256, True, 131_072, _llama3(32.0),
    ),
    Shape(
        "Llama-3.2-3B", "meta-llama/Llama-3.2-3B-Instruct", 3_212_749_824,
        3072, 8192, 28, 24, 8, 128, 128_256, True, 131_072, _llama3(32.0),
    ),
    Shape(
        "Llama-3.1-8B", "meta-llama/Llama-3.1-8B-Instruct", 8_030_261_248,
        4096, 14_336, 32, 32, 8, 128, 128_256, False, 131_072, _llama3(8.0),
    ),
)  # fmt: skip
SHAPES: Mapping[str, Shape] = {shape.name: shape for shape in _KNOWN}


def shape_of(base: str) -> Shape:
    """The shape of what `TrainConfig.base` names, without loading or downloading it.

    Args:
        base: as in a recipe; of a hub name only what follows the slash is looked at, so that
            copies of a model by others are known, too.

    Raises:
        TrainingError: it is no model whose shape is known, and no folder of a Llama model.
    """
    if not base:
        return SHAPES["SmolLM2-135M"]
    if base.startswith(RANDOM):
        return _random_name(base)[0]
    if Path(base).expanduser().is_dir():
        return _read(Path(base).expanduser())
    name = base.casefold().rpartition("/")[2].removeprefix("meta-").removesuffix("-instruct")
    for shape in _KNOWN:
        if shape.name.casefold() == name:
            return shape
    raise TrainingError(
        f"The shape of {base} is not known; name one of {', '.join(SHAPES)}, or the folder of a "
        "Llama model."
    )


def base_folder(base: str, cache: Path) -> Path:
    """The folder of what `TrainConfig.base` names: a Hugging Face model and its tokenizer.

    Args:
        base: empty for the model that ships; a local folder; "random:NAME" or
            "random:NAME:LAYERS" for random weights in the shape NAME; else a name on the hub,
            which is downloaded once into the hub's own cache.
        cache: where converted and random models are kept.

    Raises:
        TrainingError: there is no such folder, shape or model, or the hub can't be reached or
            wants its licence accepted first.
        agent.errors.ModelError: the model that ships is missing or damaged.
    """
    if not base:
        from agent.models.local import prepare_base

        return prepare_base(cache)
    if base.startswith(RANDOM):
        shape, layers = _random_name(base)
        kept = shape.num_hidden_layers if layers is None else layers
        return random_base(shape, cache / f"random-{shape.name}-{kept}-layers", layers)
    folder = Path(base).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise TrainingError(
                f"{base} holds no config.json; name the folder of a Hugging Face model."
            )
        return folder
    if base.count("/") != 1 or base[0] in "./~":
        raise TrainingError(
            f"There is no folder {base}; name one, a model on the hub (owner/name), or "
            f"{RANDOM} and one of {', '.join(SHAPES)}."
        )
    return _downloaded(base)


def random_base(shape: Shape, folder: Path, layers: int | None = None) -> Path:
    """A Hugging Face folder with random weights in bfloat16, made once.

    The tokenizer is the one that ships; for Llama 3 four of its special tokens get the family's
    names. The embedding keeps the real vocabulary, so that it is wider than the tokenizer. Weights
    are written layer by layer, so that memory stays small for 8 billion parameters, too.

    Args:
        shape: which architecture.
        folder: what to make; left alone if it is there.
        layers: how many, where not all are wanted.

    Raises:
        TrainingError: no such number of layers, or the disk has no room.
    """
    if layers is not None and not 1 <= layers <= shape.num_hidden_layers:
        raise TrainingError(
            f"{shape.name} has {shape.num_hidden_layers} layers; {layers} of them can't be kept."
        )
    if (folder / "config.json").is_file():
        return folder
    shape = replace(shape, num_hidden_layers=layers or shape.num_hidden_layers)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder.parent).free < _BYTES * shape.count:
        raise TrainingError(
            f"{folder.parent} has no room for random weights of "
            f"{_BYTES * shape.count / 2**30:.1f} GiB."
        )
    try:
        with whole_folder(folder) as partial:
            _write_model(shape, partial)
    except OSError as error:
        raise TrainingError(
            f"Random weights can't be written to {folder}: {error.strerror or error}."
        ) from error
    return folder


def _random_name(base: str) -> tuple[Shape, int | None]:
    name, _, layers = base.removeprefix(RANDOM).partition(":")
    found = [shape for shape in _KNOWN if shape.name.casefold() == name.casefold()]
    if not found or not (layers.isdigit() or not layers):
        raise TrainingError(
            f"{base} is no random base: it reads {RANDOM}NAME or {RANDOM}NAME:LAYERS, with one of "
            f"{', '.join(SHAPES)}."
        )
    return found[0], int(layers) if layers else None


def _read(folder: Path) -> Shape:
    """The shape that a folder's config.json tells."""
    from transformers import AutoConfig, LlamaConfig

    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{folder / 'config.json'} can't be read as a model's.") from error
    if not isinstance(config, LlamaConfig):
        raise TrainingError(f"{folder} holds a {config.model_type} model; only Llamas are known.")
    names = [f.name for f in fields(Shape) if f.name not in ("name", "hub", "parameters")]
    sizes = {name: getattr(config, name) for name in names if hasattr(config, name)}
    shape = Shape(folder.name, "", 0, **sizes)
    return replace(shape, parameters=shape.count)


def _downloaded(base: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HFValidationError,
        HTTPError,
        RepositoryNotFoundError,
    )

    patterns = ["*.json", "*.safetensors", "*.jinja"]
    try:
        # "original/" holds the same weights once more, in Meta's own format
        return Path(
            snapshot_download(base, allow_patterns=patterns, ignore_patterns=["original/*"])
        )
    except GatedRepoError as error:
        raise TrainingError(
            f"{base} is gated: accept its licence on https://huggingface.co/{base}, then log in "
            "with `hf auth login`."
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise TrainingError(
            f"There is neither a folder nor a model on the hub called {base} that you may read."
        ) from error
    except (HTTPError, OSError) as error:  # the network's, and a cache without the model
        raise TrainingError(
            f"{base} is not on this machine and the hub can't be reached; name a local folder in "
            "train.base, or download it first where there is a network."
        ) from error


def _write_model(shape: Shape, folder: Path) -> None:
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    from agent.models.local import prepare_base

    tokenizer = AutoTokenizer.from_pretrained(prepare_base(cache_directory() / "models"))
    if shape.markers is wire.LLAMA3:
        tokenizer = _renamed(tokenizer)
    tokenizer.save_pretrained(folder)
    config = LlamaConfig(
        **shape.arguments,
        architectures=["LlamaForCausalLM"],
        dtype="bfloat16",
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    config.save_pretrained(folder)
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    _write_weights({name: tuple(p.shape) for name, p in model.named_parameters()}, folder)


def _renamed(tokenizer: Any) -> Any:
    """The same tokenizer, four of whose special tokens are called as Llama 3 calls its own."""
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

    llama = wire.LLAMA3
    body = llama.body.strip()
    names = dict(zip(range(1, 5), (llama.start, llama.end, llama.begin, body), strict=True))
    raw = json.loads(tokenizer.backend_tokenizer.to_str())
    before = {token["id"]: token["content"] for token in raw["added_tokens"]}
    for token in raw["added_tokens"]:
        token["content"] = names.get(token["id"], token["content"])
    vocabulary = raw["model"]["vocab"]
    for index, name in names.items():
        del vocabulary[before[index]]
        vocabulary[name] = index
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(json.dumps(raw)),
        bos_token=llama.begin,
        eos_token=llama.end,
        pad_token=before[0],
    )


def _write_weights(sizes: Mapping[str, tuple[int, ...]], folder: Path) -> None:
    """Random bfloat16, a file for each layer, and their index as `from_pretrained` reads it."""
    import torch
    from safetensors.torch import save_file
    from tqdm import tqdm

    whole = _BYTES * sum(prod(size) for size in sizes.values())
    generator = torch.Generator().manual_seed(0)
    index: dict[str, str] = {}
    with tqdm(total=whole, desc="random weights", unit="B", unit_scale=True) as progress:
        for part, names in groupby(sizes, key=_part):
            tensors = {name: torch.ones(sizes[name], dtype=torch.bfloat16) for name in names}
            for tensor in tensors.values():
                if tensor.dim() > 1:  # norms stay ones
                    tensor.normal_(0, _STANDARD_DEVIATION, generator=generator)
                progress.update(tensor.nbytes)
            save_file(tensors, folder / f"model-{part}.safetensors", metadata={"format": "pt"})
            index |= dict.fromkeys(tensors, f"model-{part}.safetensors")
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": whole}, "weight_map": index}, indent=1), "utf-8"
    )


def _part(name: str) -> str:
    """The file of a parameter: its layer's, or one of its own."""
    return ".".join(name.split(".")[1:3]) if ".layers." in name else name
