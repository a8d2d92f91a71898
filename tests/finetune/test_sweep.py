"""The sweep: what it proposes, how it ends trials, and that a killed one goes on as it began."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import hypothesis
import optuna
import pytest
import torch
import yaml
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from finetune import sweep as module
from finetune.config import DataConfig, LoraSettings, Recipe, SweepConfig, TrainConfig
from finetune.errors import MismatchError, NonFiniteLossError, OutOfMemoryError
from finetune.plots import Trial, draw_sweep, markdown_table
from finetune.sweep import SweepError, finished, nearest, run_sweep, settings, space, sweep

RECIPE = Recipe(
    "tiny",
    Path("unused"),
    data=DataConfig(dev_examples=10),
    train=TrainConfig(
        tokens_per_batch=512,
        widths=(256, 512),
        precision="fp32",
        early_stopping_patience=2,
        eval_steps=9,
        mirror_dir="elsewhere",
        report_to=("tensorboard",),
        lora=LoraSettings(r=4, lora_alpha=8),
    ),
    sweep=SweepConfig(
        max_steps=10, examples=60, learning_rate=(1e-4, 1e-1), r=(2, 4), lora_alpha=(8, 16)
    ),
)
Train = Callable[..., Path]


@pytest.fixture(autouse=True)
def _one_core() -> Iterator[None]:
    """Threads that wait for busy cores cost more than they bring to a model this small."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Train], Recipe]:
    """Puts a function in the place of training; the data is two empty files."""

    def prepared(config: DataConfig, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("train", "dev"):
            (folder / f"{name}.jsonl").write_text("", "utf-8")
        return folder

    def use(train: Train) -> Recipe:
        monkeypatch.setattr(module, "prepare", prepared)
        monkeypatch.setattr(module, "train", train)
        monkeypatch.setattr(module, "draw_sweep", lambda trials, path: None)  # half a second
        monkeypatch.setattr(module.gc, "collect", lambda: 0)  # slow, and there is nothing to free
        return replace(RECIPE, output_dir=tmp_path)

    return use


def stepping(
    config: TrainConfig, data: Path, folder: Path, base: Path | None, callbacks: Sequence[Any]
) -> Path:
    """Goes through the steps as transformers' trainer does; the loss is least at a rate of 0.01."""
    folder.mkdir(parents=True)
    [watch] = callbacks
    control = SimpleNamespace(should_save=True, should_training_stop=False)
    wrong = abs(torch.tensor(config.learning_rate / 0.01).log10().item())
    for step in range(1, config.max_steps + 1):
        state = SimpleNamespace(global_step=step, max_steps=config.max_steps)
        watch.on_step_end(None, state, control)
        assert not control.should_save
        if step % config.eval_steps == 0:
            loss = 1 + wrong + 1 / step + config.lora.r / 1000
            watch.on_evaluate(None, state, control, metrics={"eval_loss": loss})
        if control.should_training_stop:
            break
    return folder


def told(folder: Path) -> dict[str, Any]:
    """What `sweep.json` holds."""
    return dict(json.loads((folder / "sweep.json").read_text("utf-8")))


def study_of(folder: Path) -> optuna.Study:
    """As it lies on disk."""
    return optuna.load_study(study_name="sweep", storage=f"sqlite:///{folder / 'sweep.db'}")


def test_real_trials_are_trained_measured_and_reported(tiny_base: Path, tmp_path: Path) -> None:
    """Two short trainings: the table's loss is the last of the curve, and no weights stay."""
    recipe = replace(RECIPE, output_dir=tmp_path, sweep=replace(RECIPE.sweep, max_steps=3))
    folder = sweep(recipe, 2, tiny_base)
    made = told(folder)
    assert [t["ended"] for t in made["trials"]] == ["done", "done"]
    assert made["trials"][0]["curve"][-1][1] < made["trials"][1]["curve"][-1][1]
    for trial in made["trials"]:
        assert [step for step, _ in trial["curve"]] == [1, 2, 3]
        assert trial["steps"] == 3
        assert f"{trial['curve'][-1][1]:.4f}" in (folder / "sweep.md").read_text("utf-8")
    [first] = [t["settings"] for t in made["trials"] if t["number"] == 0]
    assert (first["learning_rate"], first["r"], first["lora_alpha"]) == (8e-4, 4, 8)
    assert made["trials"][0]["curve"] != made["trials"][1]["curve"]
    assert not list(folder.glob("trial-*")) and not list(tmp_path.rglob("*.partial"))
    assert ElementTree.parse(folder / "sweep.svg").getroot().tag.endswith("svg")


def test_a_trial_that_is_given_up_ends_the_real_trainer(
    tiny_base: Path, tiny_data: Path, tmp_path: Path
) -> None:
    """The trainer stops at the first measurement, without an exception and without a checkpoint."""
    hopeless = SimpleNamespace(report=lambda loss, step: None, should_prune=lambda: True)
    watch = module._Watch(hopeless)  # type: ignore[arg-type]
    module.train(settings(RECIPE, {}), tiny_data, tmp_path, tiny_base, [watch])
    assert (watch.pruned, watch.steps) == (True, 2)
    assert not list(tmp_path.glob("checkpoint-*"))


def test_the_search_ends_near_a_known_optimum(pretend: Callable[[Train], Recipe]) -> None:
    """It says in the recipe's words what to set, and stops trials that do worse than the others."""
    folder = sweep(pretend(stepping), 14)
    made = told(folder)
    losses = {t["number"]: t["curve"][-1][1] for t in made["trials"] if t["complete"]}
    assert made["trials"][0]["number"] == min(losses, key=lambda number: losses[number])
    assert 0.005 < made["suggestion"]["train"]["learning_rate"] < 0.02
    assert set(made["suggestion"]["train"]["lora"]) == {"r", "lora_alpha", "lora_dropout"}
    assert sum(made["importances"].values()) == pytest.approx(1)
    text = (folder / "sweep.md").read_text("utf-8")
    shown = text[text.index("```yaml") + 7 : text.rindex("```")]
    assert yaml.safe_load(shown) == made["suggestion"]
    pruned = [t for t in made["trials"] if not t["complete"]]
    assert pruned and all(t["steps"] < 10 for t in pruned)
    assert all(t["ended"] == f"pruned at step {t['steps']}" for t in pruned)


def test_a_killed_sweep_goes_on_to_the_same_trials(
    pretend: Callable[[Train], Recipe], tmp_path: Path
) -> None:
    """A broken trial is failed and done again; all others are those of an undisturbed sweep."""
    recipe = pretend(stepping)
    straight = told(sweep(replace(recipe, output_dir=tmp_path / "straight"), 7))
    begun = 0

    def dying(*args: Any) -> Path:
        nonlocal begun
        begun += 1
        if begun in (1, 7):  # the recipe's own trial, and one that the estimator proposed
            raise KeyboardInterrupt
        return stepping(*args)

    pretend(dying)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            sweep(recipe, 7)
    study = study_of(tmp_path / "sweep")
    broken = study.ask(space(recipe))  # as SIGKILL leaves it: begun, and nobody at work on it
    (tmp_path / "sweep" / f"trial-{broken.number}").mkdir()
    resumed = told(sweep(recipe, 7))
    assert not list((tmp_path / "sweep").glob("trial-*"))

    def plain(made: dict[str, Any]) -> list[Any]:
        return [{k: v for k, v in t.items() if k != "seconds"} for t in made["trials"]]

    assert plain(resumed) == plain(straight)
    states = [t.state for t in study.get_trials()]
    assert states.count(optuna.trial.TrialState.FAIL) == 3
    assert optuna.trial.TrialState.RUNNING not in states


def test_more_trials_can_be_added_and_a_finished_sweep_is_not_done_again(
    pretend: Callable[[Train], Recipe],
) -> None:
    """The number is that of all trials together."""
    calls = []

    def counting(*args: Any) -> Path:
        calls.append(args)
        return stepping(*args)

    recipe = pretend(counting)
    for wanted, done in ((2, 2), (3, 3), (1, 3)):
        folder = sweep(recipe, wanted)
        assert len(calls) == done == len(told(folder)["trials"])


def test_divergence_teaches_memory_fails_and_both_count(
    pretend: Callable[[Train], Recipe],
) -> None:
    """A loss that is no number is bad news about the settings; full memory is about the machine."""
    errors: list[Exception | None] = [NonFiniteLossError("nan"), OutOfMemoryError("lower it"), None]

    def failing(*args: Any) -> Path:
        error = errors.pop(0)
        if error:
            raise error
        return stepping(*args)

    folder = sweep(pretend(failing), 3)
    states = [t.state.name for t in finished(study_of(folder))]
    assert states == ["PRUNED", "FAIL", "COMPLETE"]
    trials = sorted(told(folder)["trials"], key=lambda t: int(t["number"]))
    ended = [t["ended"] for t in trials]
    assert ended == ["no finite loss after step 0", "lower it", "done"]


def test_what_no_settings_can_mend_ends_the_sweep(pretend: Callable[[Train], Recipe]) -> None:
    """A base that doesn't fit is raised at once, and the trial is to be done again."""

    def misfit(*args: Any) -> Path:
        raise MismatchError("they don't belong together")

    recipe = pretend(misfit)
    with pytest.raises(MismatchError):
        sweep(recipe, 3)
    assert not finished(study_of(recipe.output_dir / "sweep"))


def test_a_sweep_of_failures_says_so(
    pretend: Callable[[Train], Recipe], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is suggested where nothing came to its end, and the report says why."""

    def full(*args: Any) -> Path:
        raise OutOfMemoryError("The memory is full: lower it.")

    recipe = pretend(full)
    with pytest.raises(SweepError, match="None of 2 trials"):
        run_sweep(recipe, 2)
    text = (recipe.output_dir / "sweep" / "sweep.md").read_text("utf-8")
    assert "The memory is full" in text and "```yaml" not in text


def test_the_door_shows_what_to_set(
    pretend: Callable[[Train], Recipe], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_sweep(pretend(stepping), 2) == 0
    shown = capsys.readouterr().out
    assert "learning_rate:" in shown and "sweep.md" in shown


def test_other_settings_need_another_folder(pretend: Callable[[Train], Recipe]) -> None:
    """Trials that can't be compared never stand in one table."""
    recipe = pretend(stepping)
    sweep(recipe, 1)
    for other, named in (
        (replace(recipe, sweep=replace(recipe.sweep, r=(2, 8))), "sweep.r"),
        (replace(recipe, train=replace(recipe.train, weight_decay=0.1)), "train.weight_decay"),
    ):
        with pytest.raises(SweepError, match=rf"other {named};.*output_dir"):
            sweep(other, 2)
    again = replace(recipe, train=replace(recipe.train, save_steps=7, mirror_dir="x"))
    assert len(told(sweep(again, 2))["trials"]) == 2


def test_a_damaged_file_and_a_second_sweep_are_refused(
    pretend: Callable[[Train], Recipe],
) -> None:
    recipe = pretend(stepping)
    folder = recipe.output_dir / "sweep"
    folder.mkdir()
    (folder / "sweep.db").write_bytes(b"no database" * 1000)
    with pytest.raises(SweepError, match=r"sweep\.db can't be read"):
        sweep(recipe, 1)
    with FileLock(folder / "lock"), pytest.raises(SweepError, match="Another sweep"):
        sweep(recipe, 1)
    with pytest.raises(SweepError, match="at least 1 trial"):
        sweep(recipe, 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"learning_rate": (0.0, 1e-3)}, "learning_rate has to be above 0"),
        ({"learning_rate": (1e-3, 1e-4)}, "the lowest and the highest"),
        ({"learning_rate": (1e-4, 1e-3, 1e-2)}, "the lowest and the highest"),
        ({"r": (0, 8)}, "r has to be from 1"),
        ({"lora_dropout": (1.0,)}, "lora_dropout has to be from 0"),
        ({"num_train_epochs": (1.0,)}, "needs sweep.max_steps: 0"),
        ({"max_steps": -1}, "max_steps can't be below 0"),
        ({"tokens_per_batch": (256, 512)}, "tokens_per_batch can't be below the widest"),
        (
            {"learning_rate": (1e-3,), "r": (), "lora_alpha": (8,), "lora_dropout": (),
             "warmup_steps": ()},
            "nothing to search",
        ),
    ],
)  # fmt: skip
def test_a_space_that_can_not_be_searched_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SweepError, match=said):
        space(replace(RECIPE, sweep=replace(RECIPE.sweep, **changes)))


def test_what_the_recipe_does_not_name_is_left_as_it_is() -> None:
    """An empty list is not searched, and a fixed adapter's rank, alpha and dropout hold."""
    some = replace(RECIPE, sweep=replace(RECIPE.sweep, r=(), warmup_steps=()))
    assert set(space(some)) == {"learning_rate", "lora_alpha", "lora_dropout"}
    going_on = replace(RECIPE, train=replace(RECIPE.train, start_from="somewhere"))
    assert set(space(going_on)) == {"learning_rate", "warmup_steps"}
    epochs = replace(RECIPE.sweep, max_steps=0, num_train_epochs=(1.0, 2.0))
    found = settings(replace(RECIPE, sweep=epochs), {"num_train_epochs": 2.0})
    assert (found.max_steps, found.num_train_epochs, found.eval_steps) == (0, 2.0, 9)


def test_settings_go_where_the_recipe_has_them() -> None:
    """Adapter settings into `lora`, the rest beside it; what a trial doesn't need is off."""
    found = settings(RECIPE, {"learning_rate": 0.5, "r": 16, "warmup_steps": 0.2})
    assert (found.learning_rate, found.lora.r, found.warmup_steps) == (0.5, 16, 0.2)
    assert found.lora.lora_alpha == 8
    assert (found.max_steps, found.eval_steps) == (10, 2)
    assert (found.early_stopping_patience, found.mirror_dir, found.report_to) == (0, "", ())


def test_each_batch_size_reads_as_many_tokens(pretend: Callable[[Train], Recipe]) -> None:
    """Twice the steps of half the batch; losses are compared after as many tokens."""
    recipe = pretend(stepping)
    sizes = replace(recipe.sweep, tokens_per_batch=(512, 1024))
    recipe = replace(recipe, train=replace(recipe.train, tokens_per_batch=1024), sweep=sizes)
    small, large = (settings(recipe, {"tokens_per_batch": n}) for n in (512, 1024))
    assert (small.max_steps, small.eval_steps) == (20, 4)
    assert (large.max_steps, large.eval_steps) == (10, 2)
    made = told(sweep(recipe, 6))
    for trial in made["trials"]:
        assert [step for step, _ in trial["curve"]] == [2, 4, 6, 8, 10][: len(trial["curve"])]
    tried = {t["settings"]["tokens_per_batch"]: t["steps"] for t in made["trials"] if t["complete"]}
    assert tried == {512: 20, 1024: 10}


def test_batches_that_trl_makes_have_no_tokens_to_search() -> None:
    changed = replace(RECIPE.train, batching="trl")
    sizes = replace(RECIPE.sweep, tokens_per_batch=(512, 1024))
    with pytest.raises(SweepError, match=r"tokens_per_batch needs train\.batching: fixed"):
        space(replace(RECIPE, train=changed, sweep=sizes))


@hypothesis.settings(deadline=None)
@given(
    rate=st.floats(1e-7, 1.0),
    r=st.integers(1, 256),
    choices=st.lists(st.integers(1, 256), min_size=1, max_size=5, unique=True),
)
def test_the_first_trial_is_the_nearest_to_the_recipe(
    rate: float, r: int, choices: list[int]
) -> None:
    """In the space, and the recipe's own where the space holds it."""
    train = replace(RECIPE.train, learning_rate=rate, lora=LoraSettings(r=r))
    recipe = replace(RECIPE, train=train, sweep=replace(RECIPE.sweep, r=tuple(choices)))
    found = nearest(recipe, space(recipe))
    assert 1e-4 <= found["learning_rate"] <= 1e-1
    assert found["r"] in choices
    assert all(abs(found["r"] - r) <= abs(choice - r) for choice in choices)
    if 1e-4 <= rate <= 1e-1:
        assert found["learning_rate"] == rate


def test_a_figure_is_whole_the_same_each_time_and_bears_trials_never_measured(
    tmp_path: Path,
) -> None:
    trials = [
        Trial(1, {}, 1e-3, 8, ((5, 1.5), (10, 1.0)), True, 10, 3.0, "done"),
        Trial(0, {}, 1e-2, 4, ((5, 3.0),), False, 5, 1.0, "pruned at step 5"),
        Trial(2, {}, 1e-1, 4, (), False, 0, 1.0, "no finite loss"),
    ]
    for name in ("a.svg", "b.svg"):
        draw_sweep(trials, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    text = (tmp_path / "a.svg").read_text("utf-8")
    assert "r = 8" in text and "r = 4, stopped early" in text and "r = 4<" not in text
    draw_sweep([], tmp_path / "none.svg")
    assert markdown_table(["a"], [["x|y"]]) == "| a |\n| --- |\n| x\\|y |"
    assert not list(tmp_path.rglob("*.partial"))
