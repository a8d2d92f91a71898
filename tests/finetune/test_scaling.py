"""Scaling curves: nested voices, one point at a time, and a killed run goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from finetune import scaling as module
from finetune.config import DataConfig, Recipe, ScaleConfig, TrainConfig
from finetune.curves import ScalePoint, draw_scale, scale_curves, scale_text
from finetune.kinds import WEIGHTS
from finetune.scaling import HOST, Plan, ScaleError, plans, run_scale, scale
from finetune.sources import phrasings
from finetune.synthesis import Synthesizer
from tools.catalog import CATALOG

RECIPE = Recipe(
    "tiny",
    Path("unused"),
    data=DataConfig(share=(("seed-*", 0.5),)),
    train=TrainConfig(max_steps=7, eval_steps=3),
    scale=ScaleConfig(examples=(100, 400), voices=(3, 9, 1000), voices_examples=100),
)


def _voices(plan: Plan) -> set[str]:
    return {p.author for p in phrasings.load(share=plan.data.share, seed=1)} - {HOST}


def test_sets_of_voices_are_nested_and_all_else_is_the_same() -> None:
    found = plans(RECIPE)
    everybody = len(_voices(Plan(0, DataConfig(), TrainConfig())))
    assert [(p.voices, p.examples) for p in found] == [
        (3, 100), (9, 100), (everybody, 100), (everybody, 400),
    ]  # fmt: skip
    three, nine, most, _ = map(_voices, found)
    assert three == set(RECIPE.scale.core) and len(nine) == 9 and three < nine < most
    assert all(p.train.max_steps == 0 and p.train.num_train_epochs == 1 for p in found)
    assert all(p.data.share[-1] == ("seed-*", 0.5) for p in found)


def test_the_smallest_set_composes_every_kind_of_dialogue() -> None:
    smallest = plans(RECIPE)[0]
    made = Synthesizer(phrasings.load(share=smallest.data.share), seed=1)
    kinds = {dialogue.kind for dialogue in islice(made, 1500)}
    tools = {name for name in WEIGHTS if name in {tool.name for tool in CATALOG}}
    assert {*tools, "plan_days", "reply"} <= kinds


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"voices": (1, 9)}, "can't be below the 3 of scale.core"),
        ({"examples": (0,)}, "nor the numbers of examples below 1"),
        ({"voices_examples": 0}, "nor the numbers of examples below 1"),
        ({"core": ("nobody", "student")}, "nobody who speaks is called nobody"),
        ({"core": ("student", "student")}, "names a voice twice"),
        ({"core": ("sunporch", "ferry")}, "nobody of sunporch, ferry writes of clause"),
    ],
)
def test_what_can_not_be_is_refused(more: dict[str, Any], fault: str) -> None:
    with pytest.raises(ScaleError, match=fault):
        plans(replace(RECIPE, scale=replace(RECIPE.scale, **more)))


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was trained; data, training and export are pretended."""
    done: list[str] = []

    def prepared(config: DataConfig, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def trained(config: TrainConfig, data: Path, folder: Path, base: Path | None) -> Path:
        done.append(data.parent.name)
        folder.mkdir(exist_ok=True)
        return folder

    monkeypatch.setattr(module, "prepare", prepared)
    monkeypatch.setattr(module, "train", trained)
    monkeypatch.setattr(module, "export", lambda adapter, target, **_: target)
    return done


def _measuring(stop_at: int | None = None) -> Callable[[Path, Plan], dict[str, Any]]:
    def measure(adapter: Path, plan: Plan) -> dict[str, Any]:
        if plan.examples == stop_at:
            raise KeyboardInterrupt
        exact = 40.0 + plan.voices / 10
        return {"n": 150, "exact_percent": exact, "exact_interval": (exact - 5, exact + 5)}

    return measure


def test_a_killed_run_goes_on_with_the_points_that_are_missing(
    worked: list[str], tmp_path: Path
) -> None:
    points = plans(RECIPE)
    with pytest.raises(KeyboardInterrupt):
        scale(points, tmp_path, _measuring(stop_at=400))
    assert len(json.loads((tmp_path / "scale.json").read_text())) == 3
    worked.clear()
    found = scale(points, tmp_path, _measuring())
    assert worked == [points[-1].name]
    assert [(p.voices, p.examples) for p in found] == [(p.voices, p.examples) for p in points]
    assert found[0].exact == (35.3, 40.3, 45.3)
    ElementTree.parse(tmp_path / "scale.svg")


def test_points_trained_elsewhere_are_only_measured_here(
    worked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exported(adapter: Path, target: Path, **_: Any) -> Path:
        target.mkdir()
        (target / "adapter_model.safetensors").touch()
        return target

    monkeypatch.setattr(module, "export", exported)
    recipe = replace(RECIPE, output_dir=tmp_path)
    points = plans(recipe)
    assert run_scale(recipe, only_train=True) == 0
    assert worked == [point.name for point in points]
    assert not (tmp_path / "scale" / "scale.json").exists()
    worked.clear()
    assert len(scale(points, tmp_path / "scale", _measuring())) == len(points)
    assert not worked


def test_other_settings_are_measured_anew(worked: list[str], tmp_path: Path) -> None:
    [point, *_] = plans(RECIPE)
    scale([point], tmp_path, _measuring())
    other = replace(point, train=replace(point.train, learning_rate=0.5))
    scale([point, other], tmp_path, _measuring())
    assert worked == [point.name, point.name]


def test_what_a_killed_run_left_of_other_settings_is_not_taken(
    worked: list[str], tmp_path: Path
) -> None:
    [point, *_] = plans(RECIPE)
    with pytest.raises(KeyboardInterrupt):
        scale([point], tmp_path, _measuring(stop_at=100))
    left = tmp_path / point.name / "train" / "adapter"
    left.mkdir()
    scale([replace(point, data=replace(point.data, examples=99))], tmp_path, _measuring())
    assert left.exists(), "a point of its own folder"
    other = replace(point, train=replace(point.train, learning_rate=0.5))
    scale([other], tmp_path, _measuring())
    assert not left.exists()


def test_other_turns_are_asked_of_the_adapter_that_is_there(
    worked: list[str], tmp_path: Path
) -> None:
    [point, *_] = plans(RECIPE)
    scale([point], tmp_path, _measuring(), asked="150 turns")
    kept = tmp_path / point.name / "train" / "adapter"
    kept.mkdir()
    scale([point], tmp_path, _measuring(), asked="300 turns")
    assert worked == [point.name] * 2, "training is asked for, and finds its adapter"
    assert kept.exists()
    scale([point], tmp_path, _measuring(), asked="300 turns")
    assert worked == [point.name] * 2


def test_voices_that_the_recipe_silences_are_not_counted() -> None:
    everybody = plans(RECIPE)[-1].voices
    silenced = replace(RECIPE, data=DataConfig(share=(("arcade", 0.0), ("mandap", 0.0))))
    found = plans(silenced)[-1]
    assert found.voices == everybody - 2 == len(_voices(found))


def test_every_point_begins_from_nothing() -> None:
    talk = replace(
        RECIPE.train, start_from="runs/before", mirror_dir="elsewhere", early_stopping_patience=2
    )
    for plan in plans(replace(RECIPE, train=talk)):
        assert not (plan.train.start_from or plan.train.mirror_dir)
        assert not plan.train.early_stopping_patience


POINTS = [
    ScalePoint(6, 100, (30.0, 35.0, 40.0)),
    ScalePoint(60, 400, (50.0, 55.0, 60.0)),
    ScalePoint(60, 100, (40.0, 45.0, 50.0)),
]


def test_a_point_on_both_curves_is_drawn_on_both(tmp_path: Path) -> None:
    small, large, shared = POINTS
    assert scale_curves(POINTS) == ([shared, large], [small, shared])
    draw_scale(POINTS, tmp_path / "scale.svg")
    drawn = (tmp_path / "scale.svg").read_text("utf-8")
    assert "More voices, as many dialogues" in drawn
    assert scale_text(POINTS, 150).splitlines()[4:9] == [
        "| voices | dialogues | exact % (95 % interval) |",
        "| --- | --- | --- |",
        "| 6 | 100 | 35.0 (30.0-40.0) |",
        "| 60 | 100 | 45.0 (40.0-50.0) |",
        "| 60 | 400 | 55.0 (50.0-60.0) |",
    ]
