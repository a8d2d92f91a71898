"""`python -m finetune`: makes a travel model, and shows what it costs and what it is worth.

    run | data | train | export | evaluate RECIPE   the stages up to that one; run does all
    plan RECIPE [--gpu NAME]                        what it holds in memory, and where it fits
    sweep RECIPE                                    short trainings that show good settings
    scale RECIPE                                    what more dialogues, and more voices, bring
    compare base FOLDER RECIPE ...                  models side by side: quality, speed, memory
    tasks RECIPE                                    more ways to measure what it ships
    export RECIPE --form gguf                       merged, GGUF, four bits, or ready for the hub
    calibrate RECIPE                                how sure of a tool it should be to act
    rehearse RECIPE --out FILE                      texts of the base, so that less is forgotten
    typical RECIPE                                  what a model typically writes, for fast decoding
    feedback CHAT_FILE OUT.jsonl                    the chat's thumbs as training candidates
    check FILE                                      an author's phrasings, read as training will

Exit codes: 0 done, 1 done and something is not as it should be, 2 a recipe or file that can't be
used.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from finetune.config import Recipe
from finetune.recipe_file import load_recipe
from finetune.stages import SHIPPED, SHIPPED_AS, STAGES, listened_to, run, trained, with_allocator
from tools.errors import TravelError
from tools.paths import cache_directory

TYPICAL = Path("agent/dialogue/typical.jsonl")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    given = _parser().parse_args(argv)
    try:
        return _do(given)
    except (TravelError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m finetune", description="Make a travel model.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, about: str, *, recipe: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about, description=about)
        if recipe:
            made.add_argument("recipe", type=Path, help="a file such as finetune/recipes/*.yaml")
        return made

    about = {
        "run": "all stages of a recipe, from nothing to an evaluated adapter",
        "data": "the dialogues to learn from",
        "train": "the adapter, going on from the newest checkpoint",
        "export": "the adapter as agent loads it, or in another form",
        "evaluate": "the scores on held-out turns, and the model card",
    }
    for name in ("run", *STAGES):
        made = command(name, about[name])
        made.add_argument("--ship", action="store_true", help=f"put the adapter into {SHIPPED}")
        if name == "export":
            made.add_argument("--form", help="merged, gguf, gguf-q8, gguf-q4, 4bit or hub")
            made.add_argument("--target", type=Path, help="the folder to make")
            made.add_argument("--dtype", default="fp32", help="of merged weights; fp32, fp16, bf16")
            made.add_argument("--prompts", type=Path, help="dialogues to compare the answers on")
            made.add_argument("--push", metavar="OWNER/NAME", help="send the form hub there")
    made = command("plan", "what training holds in memory, and on which GPU it fits")
    made.add_argument("--gpu", help="a name such as T4 or H100")
    made.add_argument("--json", action="store_true", help="for programs")
    made = command("sweep", "short trainings with other settings; a table and a plot")
    made.add_argument("--trials", type=int, help="in place of the recipe's")
    made = command("scale", "trainings on parts of the wording; a table and two curves")
    made.add_argument("--only-train", action="store_true", help="measure later, or elsewhere")
    made = command("compare", "models side by side on the same turns", recipe=False)
    made.add_argument("candidates", nargs="+", help='"base", folders of adapters, or recipes')
    made.add_argument("--turns", type=int, help="so many of the development turns, by chance")
    made.add_argument("--out", type=Path, default=Path("runs/compare"), help="for the report")
    made = command("tasks", "goals reached, grounded answers, general ability kept, ...")
    made.add_argument("--task", action="append", help="this one alone; may be said again")
    made.add_argument("--adapter", type=Path, help="exported folder; the one that ships if absent")
    made = command("rehearse", "texts that the base writes by itself, against forgetting")
    made.add_argument("--out", type=Path, required=True, help="the JSON lines to write")
    made.add_argument("--texts", type=int, default=500, help="so many are asked for")
    made = command("typical", "texts such as the model writes, from which its next are guessed")
    made.add_argument("--out", type=Path, default=TYPICAL, help="the JSON lines to write")
    made.add_argument("--texts", type=int, default=600, help="so many")
    made = command("calibrate", "how sure a model, or one for a part of plans, should be")
    made.add_argument("--adapter", type=Path, help="exported folder; the one that ships if absent")
    made.add_argument(
        "--reader",
        type=Path,
        help="exported folder; when it should be listened to where the one that ships is not sure",
    )
    made = command("feedback", "answers with a thumb, to learn from and to read", recipe=False)
    made.add_argument("chat_file", type=Path, help="chat.sqlite in the home of the application")
    made.add_argument(
        "out", type=Path, help="the JSON lines to write; those with a thumb down go beside it"
    )
    made = command("check", "what is wrong with an author's file", recipe=False)
    made.add_argument("file", type=Path)
    return parser


def _do(given: argparse.Namespace) -> int:
    if given.command == "check":
        return _check(given.file)
    if given.command == "feedback":
        from finetune.feedback import run_feedback

        return run_feedback(given.chat_file, given.out)
    if given.command == "compare":
        from finetune.compare import run_compare

        return run_compare(given.candidates, given.turns, given.out)
    recipe = load_recipe(given.recipe)
    if given.command == "plan":
        from finetune import plan

        return plan.run(recipe, given.gpu, given.json)
    if given.command == "sweep":
        with_allocator()
        from finetune.sweep import run_sweep

        return run_sweep(recipe, given.trials)
    if given.command == "scale":
        with_allocator()
        from finetune.scaling import run_scale

        return run_scale(recipe, only_train=given.only_train)
    if given.command == "tasks":
        with_allocator()  # and threads that wait passively: fifteen times as quick on busy cores
        from finetune.evaluate import run_tasks

        if recipe.data.part:
            raise ValueError("Tasks need whole calls, and this recipe's adapter writes a part.")
        adapter = given.adapter or SHIPPED / recipe.name
        return run_tasks(recipe, adapter, given.task or (), recipe.output_dir / "evaluation")
    if given.command == "rehearse":
        return _rehearse(recipe, given.out, given.texts)
    if given.command == "typical":
        return _typical(recipe, given.out, given.texts)
    if given.command == "calibrate":
        if given.reader and given.adapter:
            raise ValueError("Only the adapter that ships is read over: leave --adapter out.")
        if given.reader and recipe.data.part:
            raise ValueError("A part of plans is not read over: leave --reader out.")
        if given.reader:
            return _calibrate_reader(recipe, given.reader)
        return _calibrate(recipe, given.adapter or SHIPPED_AS[recipe.data.part] / recipe.name)
    if given.command == "export" and given.form:
        return _export(recipe, given)
    last = STAGES[-1] if given.command == "run" else given.command
    run(recipe, given.recipe, last, ship=given.ship)
    return 0


def _export(recipe: Recipe, given: argparse.Namespace) -> int:
    from finetune.export import run_export
    from finetune.shapes import base_folder

    return run_export(
        trained(recipe),
        base_folder(recipe.train.base, cache_directory() / "models"),
        given.target or recipe.output_dir / "exported" / given.form,
        form=given.form,
        prompts=given.prompts,
        push=given.push,
        dtype=given.dtype,
    )


def _rehearse(recipe: Recipe, out: Path, texts: int) -> int:
    with_allocator()
    from finetune.rehearsal import rehearse
    from finetune.shapes import base_folder

    base = base_folder(recipe.train.base, cache_directory() / "models")
    print(f"{rehearse(base, out, texts=texts)} texts are in {out}.")
    return 0


def _typical(recipe: Recipe, out: Path, count: int) -> int:
    """Of the recipe's dialogues, which are made unless they are there."""
    from finetune.data import prepare, read
    from finetune.typical import write_typical

    data = prepare(recipe.data, recipe.output_dir / "data")
    print(f"{write_typical(read(data / 'train.jsonl'), out, count)} texts are in {out}.")
    return 0


def _calibrate(recipe: Recipe, adapter: Path) -> int:
    """Prints the curve of the development authors for an exported adapter; of one that is asked
    for a part of plans, when it should be listened to.

    Raises:
        ValueError: the recipe is for another base than the one that ships.
    """
    from finetune.calibrate import curve, table
    from finetune.held_out import read_cases

    if recipe.train.base:
        raise ValueError("Only adapters of the base that ships can be calibrated.")
    if recipe.data.part:
        print(listened_to(recipe, adapter))
        return 0
    cases = read_cases(recipe.evaluate.dev)
    found = curve(cases, adapter)
    print(table(found, len(cases), sum(() in case.accepted for case in cases)))
    return 0


def _calibrate_reader(recipe: Recipe, reader: Path) -> int:
    """Prints how many turns of the development authors are exact, by how a reader is asked."""
    from agent.settings import Settings
    from finetune.calibrate_readers import read_turns, tables
    from finetune.held_out import read_cases

    print(tables(list(read_turns(read_cases(recipe.evaluate.dev), reader, Settings.load()))))
    return 0


def _check(path: Path) -> int:
    """Prints what is wrong with an author's file, then its lines by tool; 0 when nothing is."""
    from finetune import authoring, proofreading
    from finetune.sources import demonstrations

    try:
        shown = demonstrations.are_in(path)
        faults, counts = proofreading.check(path) if shown else authoring.check(path)
    except OSError as error:
        raise ValueError(str(error)) from error
    for fault in faults:
        print(fault)
    print(f"{counts.total()} lines, {len(faults)} faults: {dict(counts.most_common())}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
