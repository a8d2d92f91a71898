"""The model card tells how the adapter was made that it stands beside."""

from __future__ import annotations

import json
from pathlib import Path

from finetune.card import model_card
from finetune.recipe_file import load_recipe


def test_an_adapter_that_went_on_from_another_is_told_as_that_one(tmp_path: Path) -> None:
    """Its rank, and whether it is rank-stabilised, are not the recipe's."""
    path = tmp_path / "recipe.yaml"
    path.write_text(f"name: x\noutput_dir: {tmp_path / 'run'}\n", "utf-8")
    recipe = load_recipe(path)
    own = model_card(recipe, path, None, {})
    assert "rank-stabilised LoRA (r = 32, alpha = 32) on all linear layers" in own
    folder = tmp_path / "run" / "train" / "adapter"
    folder.mkdir(parents=True)
    trained = {"r": 64, "lora_alpha": 48.0, "use_rslora": False}
    (folder / "adapter_config.json").write_text(json.dumps(trained), "utf-8")
    card = model_card(recipe, path, None, {})
    assert "LoRA (r = 64, alpha = 48) on all linear layers" in card
    assert "rank-stabilised" not in card
