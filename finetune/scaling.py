"""Scaling curves: what more dialogues bring, and what more people's wording does.

Each point is a training from nothing with the recipe's settings, every dialogue read once (but for
the few that fill no batch), whose adapter answers the same development turns through the agent.
Over dialogues, all voices speak; over voices, the number of dialogues stays, so that the diversity
of wording is what differs. Sets of voices are nested: each holds the smaller ones (after Hestness
et al. 2017, "Deep learning scaling is predictable, empirically", who halve one shuffled data set
again and again). The synthesis' own connecting words (`finetune.fragments`) are in every set.

`output_dir/scale` holds a folder for each point, in which a killed run goes on, and `scale.md`,
`scale.json` and `scale.svg`, written anew after each.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from agent.dialogue.wire import template_hash
from agent.models.weights import WEIGHTS
from finetune.checkpoints import checkpoints, text_hash
from finetune.compare import Candidate, compare, sample
from finetune.config import DataConfig, Recipe, TrainConfig
from finetune.curves import ScalePoint, draw_scale, scale_text
from finetune.data import prepare
from finetune.evaluation.report import write_whole
from finetune.evaluation.understanding import summary
from finetune.export import export
from finetune.held_out import read_cases
from finetune.sources import phrasings
from finetune.sources.phrasings import Phrasing
from finetune.train import train
from tools.catalog import catalog_hash

_OPTIONAL = ("aside", "party")
"""Lines without which dialogues are composed all the same."""
HOST = "host"
"""The author of the answers, who is in every set."""


class ScaleError(ValueError):
    """The curves can't be drawn; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A point that is to be measured."""

    voices: int
    data: DataConfig
    train: TrainConfig

    @property
    def examples(self) -> int:
        """Dialogues."""
        return self.data.examples

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"voices-{self.voices}-examples-{self.examples}"


def run_scale(recipe: Recipe, *, only_train: bool = False) -> int:
    """`finetune scale`: measures the points that are missing, and says where the curves are.

    Args:
        recipe: whose `scale` is done.
        only_train: leave the measuring to a later call, on another machine perhaps.

    Returns:
        The exit code, 0.

    Raises:
        ScaleError: see `plans`.
        TrainingError: the base model or the data can't be used.
        ModelError: an adapter can't be used.
    """
    folder = recipe.output_dir / "scale"
    if only_train:
        for plan in tqdm(plans(recipe), desc="points", unit=""):
            _trained(plan, folder / plan.name)
        return 0
    cases = sample(read_cases(recipe.evaluate.dev), recipe.scale.turns or None)

    def exact(adapter: Path, point: Plan) -> dict[str, Any]:
        [measured] = compare([Candidate(point.name, adapter)], cases, folder / "merged")
        return summary(measured.results)

    asked = text_hash(json.dumps([[c.id, str(c.messages), str(c.accepted)] for c in cases]))
    scale(plans(recipe), folder, exact, asked=asked)
    print((folder / "scale.md").read_text("utf-8"))
    return 0


def plans(recipe: Recipe) -> list[Plan]:
    """The points of both curves, small ones first; one that lies on both stands there once.

    Raises:
        ScaleError: numbers that can't be, a voice that there is not, or a recipe of another kind.
    """
    wanted = recipe.scale
    spoken = list(phrasings.load(share=recipe.data.share, seed=recipe.data.seed))
    everybody = sorted({p.author for p in spoken} - {HOST})
    if recipe.train.base or recipe.train.objective != "likelihood":
        raise ScaleError("Curves are drawn of the base that ships, trained for likelihood.")
    if strange := sorted(set(wanted.core) - set(everybody)):
        raise ScaleError(f"scale.core: nobody who speaks is called {', '.join(strange)}.")
    if len({*wanted.core}) < len(wanted.core):
        raise ScaleError("scale.core names a voice twice.")
    fewest = min((*wanted.examples, wanted.voices_examples))
    if any(n < len(wanted.core) for n in wanted.voices) or fewest < 1:
        raise ScaleError(
            f"scale.voices can't be below the {len(wanted.core)} of scale.core, nor the numbers of "
            "examples below 1."
        )
    _check_core(spoken, wanted.core)
    others = [name for name in everybody if name not in wanted.core]
    random.Random(wanted.seed).shuffle(others)
    order = [*wanted.core, *others]
    sizes = [(min(n, len(order)), wanted.voices_examples) for n in wanted.voices]
    sizes += [(len(order), n) for n in wanted.examples]
    found = []
    for voices, examples in sorted(set(sizes)):
        left_out = tuple((name, 0.0) for name in sorted(order[voices:]))
        data = replace(recipe.data, examples=examples, share=(*left_out, *recipe.data.share))
        how = replace(
            recipe.train,
            max_steps=0,
            num_train_epochs=1.0,
            eval_steps=0,
            start_from="",
            early_stopping_patience=0,
            mirror_dir="",
            report_to=(),
        )
        found.append(Plan(voices, data, how))
    return sorted(found, key=lambda p: (p.examples, p.voices))


def _check_core(spoken: Sequence[Phrasing], core: Sequence[str]) -> None:
    """Whether the voices that are always there write of all that the others write of.

    Raises:
        ScaleError: they don't, and what is missing.
    """

    def kinds(voices: Iterable[str]) -> set[tuple[str, str]]:
        some = {*voices}
        return {(p.tool, p.kind) for p in spoken if p.author in some and p.tool not in _OPTIONAL}

    missing = kinds(p.author for p in spoken if p.author != HOST) - kinds(core)
    if missing:
        told = ", ".join(sorted(" ".join(filter(None, one)) for one in missing))
        raise ScaleError(f"scale.core: nobody of {', '.join(core)} writes of {told}.")


def scale(
    points: Sequence[Plan],
    folder: Path,
    measure: Callable[[Path, Plan], dict[str, Any]],
    base: Path | None = None,
    asked: str = "",
) -> list[ScalePoint]:
    """Trains and measures the points that are missing, and draws all of them.

    Args:
        points: to measure.
        folder: for all of it.
        measure: gives the summary of an exported adapter's answers.
        base: folder of the base model; the one that ships when None.
        asked: stands for the turns that are answered: with others a point is measured anew.
    """
    found: list[ScalePoint] = []
    for plan in tqdm(points, desc="points", unit=""):
        at = folder / plan.name
        result = at / "result.json"
        _claimed(plan, at)
        made = _read(result)
        if made.get("asked") != asked:
            made = {"asked": asked, "summary": measure(_trained(plan, at, base), plan)}
            write_whole(result, json.dumps(made, indent=1))
        low, high = made["summary"]["exact_interval"]
        exact = made["summary"]["exact_percent"]
        found.append(ScalePoint(plan.voices, plan.examples, (low, exact, high)))
        rows = [asdict(point) for point in found]
        write_whole(folder / "scale.json", json.dumps(rows, indent=1))
        write_whole(folder / "scale.md", scale_text(found, made["summary"]["n"]))
        draw_scale(found, folder / "scale.svg")
    return found


def _claimed(plan: Plan, at: Path) -> None:
    """Makes the folder of a point; what lies there of another plan is deleted."""
    wording = text_hash("\n".join(f"{p.author} {p.tool} {p.text}" for p in phrasings.load()))
    identity = {**_identity(plan), "wording": wording}
    if _read(at / "plan.json") != identity:
        shutil.rmtree(at, ignore_errors=True)
        at.mkdir(parents=True)
        write_whole(at / "plan.json", json.dumps(identity, indent=1))


def _trained(plan: Plan, at: Path, base: Path | None = None) -> Path:
    """The exported adapter of a point, trained if it is not there yet."""
    _claimed(plan, at)
    adapter = at / "adapter"
    if not (adapter / WEIGHTS).exists():
        trained = train(plan.train, prepare(plan.data, at / "data"), at / "train", base)
        export(trained, adapter, name=plan.name, version="1", scores={}, card="")
        for checkpoint in checkpoints(at / "train"):
            shutil.rmtree(checkpoint)
    return adapter


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def _identity(plan: Plan) -> dict[str, Any]:
    """What a result must share with a plan to be its, as plain JSON."""
    made = {"data": asdict(plan.data), "train": asdict(plan.train)}
    del made["train"]["save_steps"], made["train"]["save_total_limit"]
    return dict(json.loads(json.dumps({**made, "wire": template_hash(), "tools": catalog_hash()})))
