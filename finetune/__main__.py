"""`python -m finetune`: data | train | evaluate | export | run | calibrate RECIPE, and check FILE.

Each stage reads a folder and writes a folder; a finished one is not done again, an interrupted one
goes on where it was. Exit codes: 0 done, 2 a recipe or file that can't be used.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from finetune.config import Recipe, RecipeError, load_recipe
from tools.errors import TravelError

STAGES = ("data", "train", "export", "evaluate")
# glibc gives large blocks back to the system after every step and takes them again, page by page;
# kept instead, training is 12 to 25 % faster (docs/lab.md). With other programs busy, threads that
# spin while they wait cost up to twenty times; waiting passively costs a few percent.
ALLOCATOR = {
    "MALLOC_MMAP_THRESHOLD_": "4294967296",
    "MALLOC_TRIM_THRESHOLD_": "8589934592",
    "MALLOC_TOP_PAD_": "268435456",
    "OMP_WAIT_POLICY": "passive",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a recipe, or the stages of it up to one; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m finetune", description="Make a travel model.")
    parser.add_argument(
        "stage",
        choices=["run", *STAGES, "calibrate", "check"],
        help="run does all stages in order; calibrate shows how sure of a tool the trained model "
        "should be before it acts; check reads an author's phrasings",
    )
    parser.add_argument("recipe", type=Path, help="a recipe; for check a file of phrasings")
    parser.add_argument("--ship", action="store_true", help="put the adapter into agent/weights")
    given = parser.parse_args(argv)
    if given.stage == "check":
        return _check(given.recipe)
    try:
        recipe = load_recipe(given.recipe)
        if given.stage == "calibrate":
            return _calibrate(recipe)
        last = STAGES[-1] if given.stage == "run" else given.stage
        _run(recipe, given.recipe, last, ship=given.ship)
    except (RecipeError, TravelError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _run(recipe: Recipe, path: Path, last: str, *, ship: bool) -> None:
    from finetune.data import prepare

    out = recipe.output_dir
    data = prepare(recipe.data, out / "data")
    if last == "data":
        return
    if any(os.environ.get(key) != value for key, value in ALLOCATOR.items()) and not _trained(out):
        os.environ.update(ALLOCATOR)  # read once at a program's start, so start again
        os.execv(sys.executable, [sys.executable, "-m", "finetune", *sys.argv[1:]])
    from finetune.train import train

    adapter = train(recipe.train, data, out / "train")
    if last == "train":
        return
    from finetune.card import model_card
    from finetune.export import export

    def exported(scores: dict[str, object], card: str) -> Path:
        target = Path("agent/weights") / recipe.name if ship else out / "adapter"
        return export(
            adapter, target, name=recipe.name, version=recipe.version, scores=scores, card=card
        )

    folder = exported({}, "not evaluated yet\n")
    if last == "export":
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


def _calibrate(recipe: Recipe) -> int:
    """Prints the curve of the development authors for the adapter that the recipe ships."""
    from finetune.calibrate import curve, table
    from finetune.held_out import read_cases

    cases = read_cases(recipe.evaluate.dev)
    found = curve(cases, Path("agent/weights") / recipe.name)
    print(table(found, len(cases), sum(() in case.accepted for case in cases)))
    return 0


def _check(path: Path) -> int:
    """Prints what is wrong with a file of phrasings, then its lines by tool; 0 when nothing is."""
    from finetune.authoring import check

    try:
        faults, counts = check(path)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for fault in faults:
        print(fault)
    print(f"{counts.total()} lines, {len(faults)} faults: {dict(counts.most_common())}")
    return 1 if faults else 0


def _trained(out: Path) -> bool:
    return (out / "train" / "adapter" / "adapter_model.safetensors").exists()


if __name__ == "__main__":
    sys.exit(main())
