"""A recipe read from YAML: unknown keys, wrong types and contradictions are told all at once."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any, get_args, get_type_hints

import yaml

from agent.dialogue.plan_parts import PARTS
from finetune.config import Recipe


class RecipeError(ValueError):
    """A recipe that can't be run; the message lists every fault at once."""


_CHOICES = {
    "data.trip": ("any", "standing", "none"),
    "train.objective": ("likelihood", "preferences", "soup"),
    "train.batching": ("fixed", "trl"),
    "train.quantization": ("none", "8bit", "nf4"),
    "train.precision": ("auto", "fp32", "fp16", "bf16"),
}


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
    if not faults:
        faults.extend(_contradictions(recipe))
    if faults:
        raise RecipeError(f"{path}: " + "; ".join(faults))
    return recipe  # type: ignore[no-any-return]


def _contradictions(recipe: Recipe) -> list[str]:
    """What is well-formed and can't be."""
    train = recipe.train
    faults = []
    if train.max_steps < 0 or (train.max_steps == 0 and train.num_train_epochs <= 0):
        faults.append("train.max_steps has to be at least 1, or 0 with num_train_epochs above 0")
    if train.save_total_limit < 1:
        faults.append("train.save_total_limit has to be at least 1")
    if train.early_stopping_patience and not train.eval_steps:
        faults.append("train.early_stopping_patience needs train.eval_steps")
    if train.early_stopping_patience and train.eval_steps and train.save_steps % train.eval_steps:
        faults.append("train.save_steps has to be a multiple of train.eval_steps, to keep the best")
    if train.batching == "fixed" and train.tokens_per_batch < max(train.widths):
        faults.append("train.tokens_per_batch can't be below the widest of train.widths")
    if train.objective == "preferences" and not train.start_from:
        faults.append("train.objective: preferences needs train.start_from, whose mistakes it is")
    if train.objective == "preferences":
        faults.extend(_against_preferences(recipe))
    if recipe.data.part not in ("", *PARTS):
        faults.append(f"data.part has to be one of {', '.join(PARTS)}")
    if recipe.data.part and recipe.data.trip != "none" and train.objective != "soup":
        faults.append("data.part needs data.trip: none")
    if recipe.data.part and (recipe.data.sources or train.objective == "preferences"):
        faults.append("data.part knows neither data.sources nor train.objective: preferences")
    if train.objective == "soup":
        faults.extend(_against_soup(recipe))
    if train.distillation_weight < 0:
        faults.append("train.distillation_weight can't be below 0")
    if train.distillation_weight and not (train.start_from and train.batching == "fixed"):
        faults.append("train.distillation_weight needs train.start_from and train.batching: fixed")
    if train.compile and train.batching != "fixed":
        faults.append("train.compile needs train.batching: fixed")
    if train.packing and train.batching != "trl":
        faults.append("train.packing needs train.batching: trl")
    if train.quantization != "none" and train.start_from:
        faults.append("train.start_from can't go on from an adapter on a quantized base")
    if any(s.weight < 0 for s in recipe.data.sources) or recipe.data.synthesis_weight < 0:
        faults.append("a source's weight can't be below 0")
    return faults


def _against_preferences(recipe: Recipe) -> list[str]:
    train, preferred = recipe.train, recipe.preferences
    faults = []
    if train.batching != "trl":
        faults.append("train.objective: preferences needs train.batching: trl")
    if train.base:
        faults.append("train.objective: preferences needs the base that ships, which is asked")
    without = (
        "mirror_dir",
        "eval_steps",
        "early_stopping_patience",
        "packing",
        "neftune_noise_alpha",
    )
    given = [f"train.{name}" for name in without if getattr(train, name)]
    if given:
        faults.append(f"train.objective: preferences knows no {', '.join(given)}")
    if preferred.beta <= 0 or preferred.likelihood_weight < 0:
        faults.append("preferences.beta has to be above 0, likelihood_weight 0 or more")
    if preferred.pad_to_multiple_of < 1:
        faults.append("preferences.pad_to_multiple_of has to be at least 1")
    return faults


def _against_soup(recipe: Recipe) -> list[str]:
    train, made_of = recipe.train, recipe.soup.ingredients
    faults = []
    if not all(
        isinstance(pair, tuple)
        and [type(part) for part in pair] in ([str, float], [str, int])
        and 0 < pair[1] < 1
        for pair in made_of
    ):
        faults.append("soup.ingredients has to be pairs of a folder and a share between 0 and 1")
    elif len({name for name, _ in made_of}) < max(2, len(made_of)):
        faults.append("soup.ingredients has to be two different adapters or more")
    elif not math.isclose(sum(share for _, share in made_of), 1, abs_tol=1e-6):
        faults.append("the shares of soup.ingredients have to be 1 in all")
    if recipe.soup.r < 0:
        faults.append("soup.r can't be below 0")
    if train.start_from or train.quantization != "none":
        faults.append("train.objective: soup knows no train.start_from or train.quantization")
    return faults


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
        [of, *_] = get_args(hint) or (Any,)
        if dataclasses.is_dataclass(of):
            assert isinstance(of, type)
            return tuple(_build(of, v, f"{place}[{n}].", faults) for n, v in enumerate(value))
        return tuple(tuple(v) if isinstance(v, list) else v for v in value)
    if place in _CHOICES and value not in _CHOICES[place]:
        faults.append(f"{place} has to be one of {', '.join(_CHOICES[place])}, not {value!r}")
    if isinstance(hint, type) and (
        not isinstance(value, hint) or (hint is int and isinstance(value, bool))
    ):
        faults.append(f"{place} has to be {hint.__name__}, not {value!r}")
    return value
