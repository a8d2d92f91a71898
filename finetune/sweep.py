"""The sweep: short trainings that show which settings are worth a long one.

Optuna proposes settings by a tree-structured Parzen estimator (Bergstra et al. 2011; multivariate:
Falkner et al. 2018) and each trial trains a new adapter for a few steps on a part of the recipe's
data. It is judged by the loss on the data stage's own development dialogues; one that does worse
than the median of the others at the same step is stopped (Golovin et al. 2017). All trials share
one seed of training, so that they read the same batches.

`output_dir/sweep` holds `sweep.db`, from which a killed sweep goes on, and what is for reading:
`sweep.md` and `sweep.json`, written anew after each trial, and at the end `sweep.svg`.
"""

from __future__ import annotations

import gc
import json
import math
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import optuna
from filelock import FileLock, Timeout
from numpy.random import SeedSequence
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.exc import SQLAlchemyError
from tqdm import tqdm
from transformers import TrainerCallback

from agent.models.base import file_sha256
from finetune.config import Recipe, TrainConfig
from finetune.data import prepare
from finetune.errors import NonFiniteLossError, OutOfMemoryError
from finetune.evaluation.report import write_whole
from finetune.plots import ENOUGH_TRIALS, SUGGESTION, Trial, draw_sweep, sweep_text
from finetune.train import train

MEASUREMENTS = 5
"""Of the development loss in a trial."""
RANDOM_TRIALS = 5
"""Before the estimator is asked, and before the first is stopped early."""
_LORA = ("r", "lora_alpha", "lora_dropout")
_BOUNDS = {
    "learning_rate": (1e-9, 10.0, "above 0 and at most 10"),
    "r": (1, 4096, "from 1 to 4096"),
    "lora_alpha": (1e-3, 1e5, "above 0"),
    "lora_dropout": (0.0, 0.99, "from 0 to 0.99"),
    "warmup_steps": (0.0, 1e6, "0 or more"),
    "tokens_per_batch": (1, 1e6, "at least 1"),
    "num_train_epochs": (1e-3, 1e4, "above 0"),
}


class SweepError(ValueError):
    """The sweep can't begin or go on; the message says what to change."""


def run_sweep(recipe: Recipe, trials: int | None) -> int:
    """`finetune sweep`: sweeps, says where the report is, and shows what the best trial suggests.

    Args:
        recipe: whose `sweep` is done.
        trials: in place of `sweep.trials`.

    Returns:
        The exit code, 0.

    Raises:
        SweepError: see `sweep`.
        TrainingError: the base model or the data can't be used.
    """
    folder = sweep(recipe, trials)
    report = (folder / "sweep.md").read_text("utf-8")
    print(report[report.index(SUGGESTION) :])
    print(f"All of it is in {folder / 'sweep.md'} and {folder / 'sweep.svg'}.")
    return 0


def sweep(recipe: Recipe, trials: int | None = None, base: Path | None = None) -> Path:
    """Runs the trials that are missing; returns the folder with the report.

    Trial 0 has the recipe's own settings, or the nearest that the sweep allows. A trial that was
    cut off is marked failed and done again; which settings come next depends on the trials that
    came to an end alone, so that a sweep that was killed gives what an undisturbed one gives.

    Args:
        recipe: whose `sweep` is done, in `recipe.output_dir / "sweep"`.
        trials: how many there shall be in all; `sweep.trials` when None.
        base: folder of the base model; the one of `train.base` when None.

    Raises:
        SweepError: the settings can't be swept, the folder belongs to another sweep or is in
            use, or no trial came to its end.
        TrainingError: the base model or the data can't be used.
    """
    wanted = recipe.sweep.trials if trials is None else trials
    if wanted < 1:
        raise SweepError(f"A sweep needs at least 1 trial, not {wanted}.")
    axes = space(recipe)
    folder = recipe.output_dir / "sweep"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "lock", timeout=0):
            few = min(recipe.sweep.dev_examples, recipe.data.dev_examples)
            part = replace(recipe.data, examples=recipe.sweep.examples, dev_examples=few)
            data = prepare(part, folder / "data")
            plan = _Plan(recipe, axes, data, folder, base)
            study = _open(folder / "sweep.db", _identity(recipe, data))
            _run(study, plan, wanted)
            return folder
    except Timeout as error:
        raise SweepError(f"Another sweep is at work in {folder}; wait for it or end it.") from error


def space(recipe: Recipe) -> dict[str, BaseDistribution]:
    """What is searched, by the settings' names.

    An adapter that goes on from another (`train.start_from`) has that one's rank, alpha and
    dropout; they are left out.

    Raises:
        SweepError: values that can't be, or nothing to search.
    """
    swept, faults = recipe.sweep, []
    if recipe.train.objective != "likelihood":
        faults.append("a sweep trains for likelihood: take the recipe of the first stage")
    found: dict[str, BaseDistribution] = {}
    for name, (least, most, said) in _BOUNDS.items():
        values = tuple(dict.fromkeys(getattr(swept, name)))
        if any(not least <= value <= most for value in values):
            faults.append(f"sweep.{name} has to be {said}")
        elif name == "learning_rate" and len(values) > 1:
            if len(values) > 2 or values[0] > values[1]:
                faults.append("sweep.learning_rate has to be the lowest and the highest")
            else:
                found[name] = FloatDistribution(values[0], values[1], log=True)
        elif values and not (name in _LORA and recipe.train.start_from):
            found[name] = CategoricalDistribution(values)
    if swept.num_train_epochs and swept.max_steps:
        faults.append("sweep.num_train_epochs needs sweep.max_steps: 0, or steps are what counts")
    if swept.tokens_per_batch:
        if recipe.train.batching != "fixed":
            faults.append("sweep.tokens_per_batch needs train.batching: fixed")
        elif min(swept.tokens_per_batch) < max(recipe.train.widths):
            faults.append("sweep.tokens_per_batch can't be below the widest of train.widths")
    if swept.max_steps < 0 or swept.examples < 1:
        faults.append("sweep.max_steps can't be below 0, nor sweep.examples below 1")
    if not faults and all(axis.single() for axis in found.values()):
        faults.append("sweep has nothing to search: give a range or several choices")
    if faults:
        raise SweepError("; ".join(faults) + ".")
    return found


def settings(recipe: Recipe, params: Mapping[str, Any]) -> TrainConfig:
    """How a trial trains: the recipe's way with `params` instead, short, without checkpoints."""
    tokens = params.get("tokens_per_batch", recipe.train.tokens_per_batch)
    steps = recipe.sweep.max_steps * recipe.train.tokens_per_batch // tokens
    return replace(
        recipe.train,
        **{name: value for name, value in params.items() if name not in _LORA},
        lora=replace(recipe.train.lora, **{n: v for n, v in params.items() if n in _LORA}),
        max_steps=steps,
        eval_steps=max(1, steps // MEASUREMENTS) if steps else recipe.train.eval_steps or 20,
        early_stopping_patience=0,
        mirror_dir="",
        report_to=(),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What all trials share."""

    recipe: Recipe
    axes: dict[str, BaseDistribution]
    data: Path
    folder: Path
    base: Path | None


class _Watch(TrainerCallback):  # type: ignore[misc]
    """Tells Optuna each development loss, and ends a trial that it gives up.

    By the trainer's own stop and not by an exception, so that its bars and files are closed.
    """

    def __init__(self, trial: optuna.Trial, batch: float = 1) -> None:
        self.trial = trial
        self.batch = batch  # of the recipe's own, so that losses after as many tokens are compared
        self.loss = float("nan")
        self.steps = 0
        self.pruned = False

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """No checkpoint of a trial is ever gone back to."""
        control.should_save = False
        self.steps = state.global_step

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any, **_: Any) -> None:
        """Reports, and stops if this is worse than the median of the others."""
        self.loss = metrics["eval_loss"]
        self.trial.report(self.loss, round(state.global_step * self.batch))
        if state.global_step < state.max_steps and self.trial.should_prune():
            self.pruned = control.should_training_stop = True


def _run(study: optuna.Study, plan: _Plan, wanted: int) -> None:
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(trial.number, state=TrialState.FAIL)  # its process is gone: we hold the lock
        shutil.rmtree(_folder(plan, trial.number), ignore_errors=True)
    done = len(finished(study))
    with tqdm(total=max(wanted, done), initial=done, desc="trials", unit="") as progress:
        while done < wanted:
            if done == 0 and not study.get_trials(False, (TrialState.WAITING,)):
                study.enqueue_trial(nearest(plan.recipe, plan.axes))
            seed = SeedSequence((abs(plan.recipe.sweep.seed), done)).generate_state(1)[0]
            study.sampler = optuna.samplers.TPESampler(
                n_startup_trials=RANDOM_TRIALS, seed=int(seed)
            )
            _one(study, plan)
            gc.collect()  # a trainer and its model refer to each other
            done = len(finished(study))
            progress.update()
            write_report(study, plan.recipe, plan.folder)
    draw_sweep(write_report(study, plan.recipe, plan.folder), plan.folder / "sweep.svg")
    if not study.get_trials(False, (TrialState.COMPLETE,)):
        raise SweepError(
            f"None of {done} trials came to its end; {plan.folder / 'sweep.md'} says why."
        )


def _one(study: optuna.Study, plan: _Plan) -> None:
    """One trial, from the question to its end in the study."""
    trial = study.ask(plan.axes)
    folder = _folder(plan, trial.number)
    own = plan.recipe.train.tokens_per_batch
    watch = _Watch(trial, trial.params.get("tokens_per_batch", own) / own)
    began = time.monotonic()

    def tell(state: TrialState, ended: str, value: float | None = None) -> None:
        trial.set_user_attr("ended", ended)
        trial.set_user_attr("steps", watch.steps)
        trial.set_user_attr("seconds", round(time.monotonic() - began, 1))
        study.tell(trial, value, state)

    shutil.rmtree(folder, ignore_errors=True)
    try:
        train(settings(plan.recipe, trial.params), plan.data, folder, plan.base, [watch])
    except NonFiniteLossError:
        # pruned and not failed: the estimator is to learn from it
        tell(TrialState.PRUNED, f"no finite loss after step {watch.steps}")
    except OutOfMemoryError as error:
        tell(TrialState.FAIL, str(error))
    except BaseException:
        study.tell(trial, state=TrialState.FAIL)  # not an end of its own, hence without "ended"
        raise
    else:
        if watch.pruned:
            tell(TrialState.PRUNED, f"pruned at step {watch.steps}")
        else:
            tell(TrialState.COMPLETE, "done", watch.loss)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _folder(plan: _Plan, number: int) -> Path:
    return plan.folder / f"trial-{number}"


def finished(study: optuna.Study) -> list[FrozenTrial]:
    """Trials that came to an end of their own, oldest first; not those that were cut off."""
    return [t for t in study.get_trials(deepcopy=False) if "ended" in t.user_attrs]


def nearest(recipe: Recipe, axes: Mapping[str, BaseDistribution]) -> dict[str, Any]:
    """The recipe's own settings, each moved to the nearest that the sweep allows."""
    found: dict[str, Any] = {}
    for name, axis in axes.items():
        own = getattr(recipe.train.lora if name in _LORA else recipe.train, name)
        if isinstance(axis, FloatDistribution):
            found[name] = min(max(own, axis.low), axis.high)
        elif isinstance(axis, CategoricalDistribution):
            found[name] = min(axis.choices, key=lambda choice: abs(choice - own))
    return found


def _open(path: Path, identity: dict[str, Any]) -> optuna.Study:
    """The study in a file, which is made if missing.

    Raises:
        SweepError: the file is none of ours, or of a sweep with other settings.
    """
    try:
        storage = optuna.storages.RDBStorage(f"sqlite:///{path.resolve()}")
        study = optuna.create_study(
            storage=storage,
            study_name="sweep",
            load_if_exists=True,
            pruner=optuna.pruners.MedianPruner(n_startup_trials=RANDOM_TRIALS),
        )
        before = study.user_attrs.get("of")
    except (SQLAlchemyError, optuna.exceptions.OptunaError, RuntimeError) as error:
        raise SweepError(
            f"{path} can't be read as a sweep; delete it to begin anew "
            f"({str(error).splitlines()[0]})."
        ) from error
    if before is None:
        study.set_user_attr("of", identity)
    elif before != identity:
        keys = [key for key in identity if before.get(key) != identity[key]]
        raise SweepError(
            f"{path.parent} holds trials with other {', '.join(keys)}; take another output_dir, "
            "or delete that folder to begin anew."
        )
    return study


def _identity(recipe: Recipe, data: Path) -> dict[str, Any]:
    """What all trials of a study must share, as plain JSON."""
    trial, swept = asdict(settings(recipe, {})), asdict(recipe.sweep)
    for never in ("save_steps", "save_total_limit"):
        del trial[never]
    del swept["trials"]  # there may be more of them
    made = {f"train.{k}": v for k, v in trial.items()} | {f"sweep.{k}": v for k, v in swept.items()}
    # the text itself: a change in code that changes no dialogue is no reason to begin anew
    made["data"] = [file_sha256(data / f"{name}.jsonl") for name in ("train", "dev")]
    return dict(json.loads(json.dumps(made)))


# -- what is written -------------------------------------------------------------------------


def write_report(study: optuna.Study, recipe: Recipe, folder: Path) -> list[Trial]:
    """Writes `sweep.md` and `sweep.json`; returns the trials that came to an end, best first.

    Trials are counted without those that were cut off. Importances are PED-ANOVA's (Watanabe et
    al. 2023), which needs no library beyond Optuna: how far a setting's values in the best tenth
    of the completed trials (two at least) differ from those in all.
    """
    shown = sorted(
        (_shown(number, t, recipe) for number, t in enumerate(finished(study))),
        key=lambda t: (not t.complete, math.inf if t.loss is None else t.loss),
    )
    complete = [t for t in shown if t.complete]
    enough = len(complete) >= ENOUGH_TRIALS
    made = {
        "recipe": recipe.name,
        "examples": recipe.sweep.examples,
        "importances": optuna.importance.get_param_importances(study) if enough else {},
        "remarks": list(_remarks(study.best_trial, shown)) if complete else [],
        "suggestion": _lines(complete[0].settings) if complete else {},
        "trials": [asdict(t) for t in shown],
    }
    write_whole(folder / "sweep.json", json.dumps(made, indent=1))
    write_whole(folder / "sweep.md", sweep_text(made, shown))
    return shown


def _shown(number: int, trial: FrozenTrial, recipe: Recipe) -> Trial:
    return Trial(
        number,
        trial.params,
        trial.params.get("learning_rate", recipe.train.learning_rate),
        trial.params.get("r", recipe.train.lora.r),
        tuple(sorted(trial.intermediate_values.items())),
        complete=trial.state is TrialState.COMPLETE,
        **{key: trial.user_attrs[key] for key in ("steps", "seconds", "ended")},
    )


def _remarks(best: FrozenTrial, shown: Sequence[Trial]) -> Iterator[str]:
    """Against the recipe's own settings, and where the search should have gone further."""
    own = next((t for t in shown if t.number == 0 and t.complete), None)
    yield f"Trial {shown[0].number} has the lowest loss, {best.value:.4f}."
    if own is not None and own is not shown[0]:
        yield f"Trial 0, with or near the recipe's own settings, has {own.loss:.4f}."
    for name in ("learning_rate", "r", "lora_alpha"):
        axis, value = best.distributions.get(name), best.params.get(name)
        end = ""
        if isinstance(axis, FloatDistribution) and value is not None:
            share = math.log(value / axis.low) / math.log(axis.high / axis.low)
            end = "low" if share < 0.1 else "high" if share > 0.9 else ""
        elif isinstance(axis, CategoricalDistribution) and not axis.single():
            choices = sorted(float(c) for c in axis.choices if c is not None)
            end = {choices[0]: "low", choices[-1]: "high"}.get(float(value or 0), "")
        if end:
            yield f"Its {name} lies at the {end} end of what was tried; try beyond it."


def _lines(params: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a recipe that holds these settings."""
    plain = {n: float(f"{v:.3g}") if isinstance(v, float) else v for n, v in params.items()}
    rest: dict[str, Any] = {n: v for n, v in plain.items() if n not in _LORA}
    lora = {n: v for n, v in plain.items() if n in _LORA}
    return {"train": rest | ({"lora": lora} if lora else {})}
