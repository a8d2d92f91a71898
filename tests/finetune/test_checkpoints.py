"""Checkpoints: damaged ones are skipped, those of other runs refused, all mirrored."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from safetensors.torch import load_file

from finetune.checkpoints import checkpoints, claim, newest_whole, what_is_wrong
from finetune.errors import MismatchError
from finetune.train import train
from tests.finetune.conftest import CONFIG, losses


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """A run's folder to damage, without its adapter: as if killed at the end."""
    folder = tmp_path / "run"
    shutil.copytree(trained, folder)
    shutil.rmtree(folder / "adapter")
    return folder


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("adapter_model.safetensors", "adapter_model.safetensors can't be read"),
        ("optimizer.pt", "optimizer.pt can't be read"),
        ("trainer_state.json", "trainer_state.json can't be read"),
    ],
)
def test_a_damaged_checkpoint_is_skipped_to_the_one_before(
    run: Path, capsys: pytest.CaptureFixture[str], file: str, what: str
) -> None:
    """Cut off in the middle, as by a full disk."""
    path = run / "checkpoint-6" / file
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert newest_whole(run) == run / "checkpoint-3"
    assert what in capsys.readouterr().err
    assert (run / "damaged-6").is_dir() and checkpoints(run) == [run / "checkpoint-3"]


def test_a_checkpoint_without_weights_is_none(run: Path) -> None:
    (run / "checkpoint-6" / "adapter_model.safetensors").unlink()
    assert what_is_wrong(run / "checkpoint-6") == "it has no weights"
    assert what_is_wrong(run / "checkpoint-3") == ""


def test_the_run_goes_on_from_the_one_before_to_the_same_loss(
    tiny_base: Path, tiny_data: Path, trained: Path, run: Path
) -> None:
    """With the loss curve of an undisturbed run, each step once."""
    (run / "checkpoint-6" / "trainer_state.json").write_text("{")
    train(CONFIG, tiny_data, run, tiny_base)
    assert losses(run) == pytest.approx(losses(trained), rel=1e-3)
    lines = (run / "loss.jsonl").read_text().splitlines()
    assert len(lines) == len(losses(run))


def test_a_mirror_survives_the_machine(
    tiny_base: Path, tiny_data: Path, trained: Path, tmp_path: Path
) -> None:
    """What was copied to a second folder is enough to go on, on another machine."""
    config = replace(CONFIG, mirror_dir=str(tmp_path / "drive"), save_steps=2)
    folder = tmp_path / "here" / "train"
    train(config, tiny_data, folder, tiny_base)
    mirrored = checkpoints(tmp_path / "drive" / "here")
    assert [p.name for p in mirrored] == ["checkpoint-2", "checkpoint-4", "checkpoint-6"]
    shutil.rmtree(mirrored[-1])
    shutil.rmtree(folder)
    train(config, tiny_data, folder, tiny_base)
    again = load_file(folder / "adapter" / "adapter_model.safetensors")
    for name, weight in load_file(trained / "adapter" / "adapter_model.safetensors").items():
        assert (again[name] - weight).abs().max() < 1e-3


def test_as_many_checkpoints_stay_as_are_asked_for(
    tiny_base: Path, tiny_data: Path, tmp_path: Path
) -> None:
    """In the run's folder and in its mirror."""
    config = replace(CONFIG, mirror_dir=str(tmp_path / "drive"), save_steps=2, save_total_limit=2)
    folder = tmp_path / "here" / "train"
    train(replace(config, max_steps=5), tiny_data, folder, tiny_base)
    for kept in (folder, tmp_path / "drive" / "here"):
        assert [p.name for p in checkpoints(kept)] == ["checkpoint-4", "checkpoint-5"]


def test_a_mirror_that_is_gone_costs_no_training(
    tiny_base: Path, tiny_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The drive is a file by mistake: said, and the training goes on."""
    (tmp_path / "drive").write_text("")
    config = replace(CONFIG, mirror_dir=str(tmp_path / "drive"), max_steps=3)
    assert train(config, tiny_data, tmp_path / "here" / "train", tiny_base).is_dir()
    assert "checkpoint-3 was not copied" in capsys.readouterr().err


def test_checkpoints_of_another_run_are_refused(
    tiny_base: Path, tiny_data: Path, run: Path
) -> None:
    """Other settings in the same folder would go on from something else without a word."""
    with pytest.raises(MismatchError, match="a run with other learning_rate; take another"):
        train(replace(CONFIG, learning_rate=1e-4), tiny_data, run, tiny_base)
    assert len(checkpoints(run)) == 2


def test_how_often_it_saves_may_change(tiny_base: Path, tiny_data: Path, run: Path) -> None:
    again = replace(CONFIG, save_steps=1, save_total_limit=5)
    assert train(again, tiny_data, run, tiny_base).is_dir()


def test_a_folder_without_checkpoints_is_claimed_anew(tmp_path: Path) -> None:
    claim(tmp_path, {"a": 1})
    claim(tmp_path, {"a": (2, 3)})
    assert json.loads((tmp_path / "run.json").read_text()) == {"a": [2, 3]}
