"""A recipe's stages in order: data, train, export, evaluate.

Each reads a folder and writes a folder; a finished one is not done again, an interrupted one goes
on where it was.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from agent.models.weights import ADVISERS, COUNTERS
from finetune.config import Recipe

STAGES = ("data", "train", "export", "evaluate")
# glibc gives large blocks back to the system after every step and takes them again, page by page;
# kept instead, training is 12 to 25 % faster (docs/lab.md). With other programs busy, threads that
# spin while they wait cost up to twenty times; those that sleep at once cost a quarter on an idle
# machine. A short spin (of GNU's OpenMP, which counts turns) costs little in either case. Pages of
# two megabytes instead of four kilobytes are found quicker: another 15 %.
_TUNABLES = "GLIBC_TUNABLES"
ALLOCATOR = {
    _TUNABLES: "glibc.malloc.hugetlb=1",
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "MALLOC_TOP_PAD_": "268435456",
    "OMP_WAIT_POLICY": "passive",
    "GOMP_SPINCOUNT": "100000",
}
SHIPPED = Path("agent/weights")
SHIPPED_AS = {
    "": SHIPPED,
    "party": SHIPPED / COUNTERS.name,
    "wishes": SHIPPED / ADVISERS.name,
}
"""Where adapters go, by `data.part` of their recipes."""


def run(recipe: Recipe, path: Path, last: str, *, ship: bool = False) -> None:
    """Does a recipe's stages up to one.

    A recipe for another base than the one that ships ends with training: `agent` loads adapters of
    its own base, the others leave by `python -m finetune export --form`.

    Args:
        recipe: what to make.
        path: the recipe's file, for the model card.
        last: of `STAGES`.
        ship: put the adapter into `agent/weights`.

    Raises:
        ValueError: data, recipe or training can't be used or gone on with; one sentence.
        TravelError: base model or adapter can't be used.
    """
    from finetune.data import prepare

    out = recipe.output_dir
    if is_soup := recipe.train.objective == "soup":
        data = None
        print("A soup of adapters has no dialogues of its own.")
    else:
        with _one_after_another():
            data = prepare(recipe.data, out / "data")
    if last == "data":
        return
    if is_soup or not (out / "train" / "adapter" / "adapter_model.safetensors").exists():
        with_allocator()
    adapter = _train(recipe, data)
    if last == "train" or recipe.train.base:
        print(f"The adapter is in {adapter}.")
        return
    from finetune.card import model_card, part_card
    from finetune.export import export

    shipped = SHIPPED_AS[recipe.data.part]

    def exported(scores: dict[str, object], card: str) -> Path:
        target = shipped / recipe.name if ship else out / "adapter"
        return export(
            adapter, target, name=recipe.name, version=recipe.version, scores=scores, card=card
        )

    folder = exported({}, "not evaluated yet\n")
    if last == "export":
        return
    if recipe.data.part:
        found = listened_to(recipe, folder)
        exported({}, part_card(recipe, path, data, found))
        print(found)
        return
    from finetune.evaluate import evaluate, write_report
    from finetune.held_out import read_cases

    scores = {}
    for name, patterns in (("dev", recipe.evaluate.dev), ("test", recipe.evaluate.test)):
        results = evaluate(read_cases(patterns), folder)
        scores[name] = write_report(results, out / "evaluation" / f"{name}.md")
    exported(dict(scores), model_card(recipe, path, data, scores))
    for name, score in scores.items():
        print(f"{name}: exact {score['exact_percent']} %, tool {score['tool_percent']} %")


def listened_to(recipe: Recipe, adapter: Path) -> str:
    """When an adapter that is asked for a part of plans should be: a table in Markdown.

    Args:
        recipe: with a `data.part`.
        adapter: an exported folder.
    """
    from agent.settings import Settings
    from finetune import calibrate_adviser, calibrate_counter
    from finetune.held_out import read_cases

    measured = {"party": calibrate_counter.measured, "wishes": calibrate_adviser.measured}
    cases = read_cases(recipe.evaluate.dev)
    return measured[recipe.data.part](cases, adapter, Settings.load())


def _train(recipe: Recipe, data: Path | None) -> Path:
    """`data` is None for a soup, which has none of its own."""
    if data is None:
        from finetune.soup import soup

        return soup(recipe.train, recipe.soup, recipe.output_dir / "train")
    if recipe.train.objective == "likelihood":
        from finetune.train import train

        return train(recipe.train, data, recipe.output_dir / "train")
    from finetune.data import read
    from finetune.evaluation.mistakes import mistakes
    from finetune.prefer import prefer
    from finetune.sources.reading import sha256

    folder = recipe.output_dir / "train"
    if (folder / "adapter" / "adapter_model.safetensors").exists():
        return folder / "adapter"
    adapter = Path(recipe.train.start_from)
    weights = adapter / "adapter_model.safetensors"
    if not (weights.exists() and (adapter / "manifest.json").exists()):
        raise ValueError(
            f"train.start_from: {adapter} is no exported adapter, which could be asked; `python -m "
            "finetune export` makes one."
        )
    asked = folder / f"mistakes-{sha256(weights)[:8]}.jsonl"
    with _one_after_another():  # the first asks, the others read what was answered
        found = mistakes(read(data / "train.jsonl"), adapter, asked)
    return prefer(recipe.train, recipe.preferences, found, folder)


def trained(recipe: Recipe) -> Path:
    """The folder of the recipe's adapter as PEFT wrote it.

    Raises:
        ValueError: it is not trained yet.
    """
    folder = recipe.output_dir / "train" / "adapter"
    if not (folder / "adapter_model.safetensors").exists():
        raise ValueError(f"{recipe.name} is not trained yet: `python -m finetune train` does that.")
    return folder


def _one_after_another() -> AbstractContextManager[None]:
    """Of several processes that train together the first one makes the data, the others wait."""
    if "LOCAL_RANK" not in os.environ:
        return nullcontext()
    from accelerate import PartialState

    return PartialState().main_process_first()  # type: ignore[no-any-return]


def allocator(environment: Mapping[str, str]) -> dict[str, str]:
    """`ALLOCATOR` for a program in this environment, whose own tunables of glibc stay."""
    given = environment.get(_TUNABLES, "").split(":")
    tunables = dict.fromkeys([*filter(None, given), ALLOCATOR[_TUNABLES]])
    return {**ALLOCATOR, _TUNABLES: ":".join(tunables)}


def with_allocator() -> None:
    """Starts this program again with its allocator set, which is read once at the start."""
    wanted = allocator(os.environ)
    if "LOCAL_RANK" in os.environ or wanted.items() <= os.environ.items():
        return
    os.environ.update(wanted)
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "finetune", *sys.argv[1:]])
