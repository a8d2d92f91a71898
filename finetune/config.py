"""A recipe: one frozen dataclass a stage, read from YAML; unknown keys are errors."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

import yaml


class RecipeError(ValueError):
    """A recipe that can't be run; the message lists every fault at once."""


@dataclass(frozen=True, slots=True)
class DataConfig:
    """What is synthesized."""

    examples: int = 24_000
    dev_examples: int = 200
    """From the same generator, for the loss curve; quality is measured on other authors."""
    seed: int = 20261123
    held_out: tuple[str, ...] = (
        "tests/benchmarks/data/understanding/*.jsonl",
        "finetune/evaluation/data/*.jsonl",
    )
    """Files whose cities and places may not be drawn, and whose messages may not occur."""
    share: tuple[tuple[str, float], ...] = ()
    """Pairs of a pattern for authors ("seed-*") and the share of their phrasings that is used."""
    weights: tuple[tuple[str, float], ...] = ()
    """Pairs of a kind of dialogue and how often it is drawn, where `synthesis.WEIGHTS` is not
    meant."""


@dataclass(frozen=True, slots=True)
class LoraSettings:
    """The adapter (Hu et al. 2021; rank-stabilised after Kalajdzievski 2023)."""

    r: int = 32
    lora_alpha: float = 32
    lora_dropout: float = 0.0
    use_rslora: bool = True
    use_dora: bool = False


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """How the adapter is trained. A batch has a fixed shape: its rows times their width."""

    tokens_per_batch: int = 2048
    widths: tuple[int, ...] = (48, 64, 80, 96, 112, 144, 208, 288)
    """Rows are padded to the smallest of these; longer dialogues are dropped and counted."""
    max_steps: int = 450
    learning_rate: float = 8e-4
    lr_scheduler_type: str = "cosine"
    warmup_steps: float = 0.04
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    optim: str = "adamw_torch"
    autocast_bf16: bool | None = None
    """Matrix products in bfloat16; None: where the processor has instructions for it. Without
    them it is a hundred times slower than float32 (docs/lab.md)."""
    save_steps: int = 50
    seed: int = 7
    start_from: str = ""
    """Folder of a trained adapter to go on from (its rank holds), with a fresh optimizer."""
    lora: LoraSettings = field(default_factory=LoraSettings)


@dataclass(frozen=True, slots=True)
class EvaluateConfig:
    """Which turns the adapter answers before it may ship."""

    dev: tuple[str, ...] = (
        "finetune/evaluation/data/dev_amara.jsonl",
        "finetune/evaluation/data/dev_benoit.jsonl",
    )
    test: tuple[str, ...] = ("tests/benchmarks/data/understanding/*.jsonl",)


@dataclass(frozen=True, slots=True)
class Recipe:
    """From nothing to an evaluated adapter."""

    name: str
    output_dir: Path
    version: str = "1"
    """Of the adapter, in its manifest."""
    history: str = ""
    """What came before, for the model card: legs of training, what the run went through."""
    data: DataConfig = field(default_factory=DataConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    evaluate: EvaluateConfig = field(default_factory=EvaluateConfig)


def load_recipe(path: Path) -> Recipe:
    """Reads and validates a whole recipe.

    Raises:
        RecipeError: not readable, unknown keys, or values of a wrong type, all in one message.
    """
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise RecipeError(f"{path} can't be read as a recipe: {error}") from error
    faults: list[str] = []
    recipe = _build(Recipe, raw, "", faults)
    if not faults and recipe.train.max_steps < 1:
        faults.append("train.max_steps has to be at least 1")
    if faults:
        raise RecipeError(f"{path}: " + "; ".join(faults))
    return recipe  # type: ignore[no-any-return]


def _build(kind: type, raw: Any, where: str, faults: list[str]) -> Any:
    if not isinstance(raw, dict):
        faults.append(f"{where or 'the recipe'} has to be a mapping")
        return None
    hints = get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}
    values: dict[str, Any] = {}
    for key, value in raw.items():
        place = f"{where}{key}"
        if key not in fields:
            faults.append(f"{place} is unknown (known: {', '.join(fields)})")
        elif dataclasses.is_dataclass(hints[key]):
            values[key] = _build(hints[key], value, f"{place}.", faults)
        else:
            values[key] = _value(hints[key], value, place, faults)
    required = {
        n for n, f in fields.items()
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    }  # fmt: skip
    faults.extend(f"{where}{name} is missing" for name in sorted(required - set(raw)))
    return None if faults else kind(**values)


def _value(hint: Any, value: Any, place: str, faults: list[str]) -> Any:
    if hint is Path and isinstance(value, str):
        return Path(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, list):
        return tuple(tuple(v) if isinstance(v, list) else v for v in value)
    if isinstance(hint, type) and (
        not isinstance(value, hint) or (hint is int and isinstance(value, bool))
    ):
        faults.append(f"{place} has to be {hint.__name__}, not {value!r}")
    return value
