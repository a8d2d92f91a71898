"""Several adapters in one: the mean of their updates, exact or as near as a rank allows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
import yaml
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from agent.errors import ModelError
from agent.models.base import file_sha256
from agent.models.weights import CONFIG, MANIFEST, WEIGHTS
from finetune.card import model_card
from finetune.config import SoupConfig, TrainConfig
from finetune.errors import MismatchError, TrainingError
from finetune.recipe_file import RecipeError, load_recipe
from finetune.soup import soup
from finetune.stages import run, trained

LEG = Path(__file__).parents[2] / "finetune/legs/smollm2-135m-0.4"
LAYER = "model.layers.0.mlp.up_proj"


def make(base: Path, folder: Path, seed: int, **settings: object) -> Path:
    """An adapter of noise."""
    torch.manual_seed(seed)
    config = LoraConfig(
        **{"r": 4, "lora_alpha": 8, "target_modules": ["q_proj", "up_proj"], **settings},
        init_lora_weights=False, task_type="CAUSAL_LM",
    )  # fmt: skip
    get_peft_model(LlamaForCausalLM.from_pretrained(base), config).save_pretrained(folder)
    return folder


def update(base: Path, adapter: Path) -> torch.Tensor:
    """What PEFT adds to one layer: merged less base."""
    plain = LlamaForCausalLM.from_pretrained(base)
    before = plain.get_submodule(LAYER).weight.clone()
    merged = PeftModel.from_pretrained(plain, adapter).merge_and_unload()
    change: torch.Tensor = merged.get_submodule(LAYER).weight - before
    return change.detach()


@pytest.fixture
def two(tiny_base: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Of different rank and scale."""
    return (
        make(tiny_base, tmp_path / "a", 1, use_rslora=True),
        make(tiny_base, tmp_path / "b", 2, r=8, lora_alpha=4),
    )


def test_it_is_the_mean_of_the_updates(
    tiny_base: Path, tmp_path: Path, two: tuple[Path, Path]
) -> None:
    config = SoupConfig(((str(two[0]), 0.25), (str(two[1]), 0.75)))
    mixed = update(tiny_base, soup(TrainConfig(), config, tmp_path / "run", tiny_base))
    mean = 0.25 * update(tiny_base, two[0]) + 0.75 * update(tiny_base, two[1])
    assert mean.abs().max() > 0.1
    torch.testing.assert_close(mixed, mean, atol=2e-3, rtol=2e-3)  # of float16


def test_a_narrower_one_is_as_near_as_its_rank_allows(
    tiny_base: Path, tmp_path: Path, two: tuple[Path, Path]
) -> None:
    """The distance is that of the best approximation, by the singular values left out."""
    config = SoupConfig(((str(two[0]), 0.5), (str(two[1]), 0.5)), r=6)
    folder = soup(TrainConfig(), config, tmp_path / "run", tiny_base)
    assert json.loads((folder / "adapter_config.json").read_text())["r"] == 6
    mean = (update(tiny_base, two[0]) + update(tiny_base, two[1])) / 2
    least = torch.linalg.svdvals(mean)[6:].norm()
    distance = (update(tiny_base, folder) - mean).norm()
    assert least > 0.1
    assert distance.item() == pytest.approx(least.item(), rel=0.02)


def test_the_same_stays_and_another_is_made_anew(
    tiny_base: Path, tmp_path: Path, two: tuple[Path, Path]
) -> None:
    half = SoupConfig(((str(two[0]), 0.5), (str(two[1]), 0.5)))
    made = soup(TrainConfig(), half, tmp_path / "run", tiny_base)
    before = (made / WEIGHTS).stat().st_ino
    assert soup(TrainConfig(), half, tmp_path / "run", tiny_base) == made
    assert (made / WEIGHTS).stat().st_ino == before
    equal = update(tiny_base, made)
    other = SoupConfig(((str(two[0]), 0.9), (str(two[1]), 0.1)))
    assert soup(TrainConfig(), other, tmp_path / "run", tiny_base) == made
    assert (update(tiny_base, made) - equal).abs().max() > 0.1


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"target_modules": ["q_proj"]}, "changes other layers"),
        ({"use_dora": True}, "has use_dora: only plain LoRA can be added"),
        ({"bias": "lora_only"}, "has bias: only plain LoRA can be added"),
    ],
)
def test_what_has_no_mean_is_refused(
    tiny_base: Path, tmp_path: Path, settings: dict[str, object], says: str
) -> None:
    first = make(tiny_base, tmp_path / "a", 1)
    other = make(tiny_base, tmp_path / "b", 2, **settings)
    with pytest.raises(MismatchError, match=says):
        soup(TrainConfig(), of(first, other), tmp_path / "run", tiny_base)
    assert not (tmp_path / "run").exists()


def of(first: Path, second: Path, r: int = 0) -> SoupConfig:
    return SoupConfig(((str(first), 0.5), (str(second), 0.5)), r)


def test_one_of_another_prompt_format_is_refused(
    tiny_base: Path, tmp_path: Path, two: tuple[Path, Path]
) -> None:
    manifest = json.loads((LEG / MANIFEST).read_text())
    files = {name: file_sha256(two[1] / name) for name in (WEIGHTS, CONFIG)}
    changed = manifest | {"files": files, "template_hash": "0123"}
    (two[1] / MANIFEST).write_text(json.dumps(changed))
    with pytest.raises(ModelError, match="trained for the prompt format 0123, but this"):
        soup(TrainConfig(), of(*two), tmp_path / "run", tiny_base)


def test_one_of_another_base_is_refused(
    tiny_base: Path, tmp_path: Path, two: tuple[Path, Path]
) -> None:
    """Alike among themselves, but with layers that this base has not."""
    settings = LlamaConfig.from_pretrained(tiny_base)
    settings.hidden_size = 64
    LlamaForCausalLM(settings).save_pretrained(tmp_path / "other")
    PreTrainedTokenizerFast.from_pretrained(tiny_base).save_pretrained(tmp_path / "other")
    with pytest.raises(MismatchError, match="do not fit the base model"):
        soup(TrainConfig(), of(*two), tmp_path / "run", tmp_path / "other")


def test_a_rank_above_a_layers_side_is_refused(
    tiny_base: Path, tmp_path: Path, two: tuple[Path, Path]
) -> None:
    with pytest.raises(MismatchError, match="64 is more than the narrowest layer's 32"):
        soup(TrainConfig(), of(*two, r=64), tmp_path / "run", tiny_base)


def test_an_ingredient_that_can_not_be_read_is_named(
    tiny_base: Path, tmp_path: Path, two: tuple[Path, Path]
) -> None:
    with pytest.raises(TrainingError, match="nowhere can't be read"):
        soup(TrainConfig(), of(Path("nowhere"), two[0]), tmp_path / "run", tiny_base)
    (two[1] / "adapter_config.json").write_text("[]")
    with pytest.raises(TrainingError, match="b can't be read"):
        soup(TrainConfig(), of(*two), tmp_path / "run", tiny_base)


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({}, "two different adapters or more"),
        ({"ingredients": [["a", 0.5], ["b", 0.4]]}, "shares of soup.ingredients have to be 1"),
        ({"ingredients": [["a", 0.5], "b"]}, "pairs of a folder and a share"),
        ({"ingredients": [["a", 0.5], []]}, "pairs of a folder and a share"),
        ({"ingredients": [1, None]}, "pairs of a folder and a share"),
        ({"ingredients": [["a", 1.5], ["b", -0.5]]}, "a share between 0 and 1"),
        ({"ingredients": [["a", 0.5], ["a", 0.5]]}, "two different adapters"),
        ({"ingredients": [["a", 0.5], ["b", 0.5]], "r": -1}, "can't be below 0"),
    ],
)
def test_a_recipe_that_can_not_be_is_told(
    tmp_path: Path, section: dict[str, object], says: str
) -> None:
    recipe = {"name": "x", "output_dir": "out", "train": {"objective": "soup"}, "soup": section}
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(recipe))
    with pytest.raises(RecipeError, match=says):
        load_recipe(path)


def test_a_recipe_makes_it_without_dialogues(
    tiny_base: Path, tmp_path: Path, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The adapter and nothing else; its card names what went in, and no dialogues."""
    monkeypatch.setattr("finetune.stages.with_allocator", lambda: None)  # it starts anew
    path = tmp_path / "recipe.yaml"
    recipe = {
        "name": "x", "output_dir": str(tmp_path / "run"),
        "train": {"objective": "soup", "base": str(tiny_base)},
        "soup": {"ingredients": [[str(two[0]), 0.25], [str(two[1]), 0.75]]},
    }  # fmt: skip
    path.write_text(yaml.safe_dump(recipe))
    made = load_recipe(path)
    run(made, path, "train")
    assert [p.name for p in (tmp_path / "run").iterdir()] == ["train"]
    assert trained(made) == tmp_path / "run" / "train" / "adapter"
    score = {"exact_interval": (1, 3), "n": 9, "exact_percent": 2, "tool_percent": 4}
    card = model_card(made, path, None, {"dev": score | {"silent_percent": 5}})
    assert f"of rank 12: 0.25 of {two[0]}, 0.75 of {two[1]}." in card
    assert "dialogues were composed" not in card
