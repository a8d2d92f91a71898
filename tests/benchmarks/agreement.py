"""How often a careful reader gives a held-out turn the call that it is labelled with.

    python -m tests.benchmarks.agreement                              # annotations that there are
    python -m tests.benchmarks.agreement --sheets FOLDER [--parts N]  # turns without labels

Of each annotator of `data/annotations` against the labels, of each two against each other: how
clean the labels are, and what a score on them could reach. No model is asked. A line of JSON for
each, the summary last. Exit codes: 0 measured or written, 2 not.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from tqdm import tqdm

from agent.dialogue.turns import Call
from finetune.evaluation.scoring import Score, score, wilson
from finetune.held_out import Case
from tests.benchmarks import DATA, at_least_one, emit
from tests.benchmarks.understanding import find_cases

ANNOTATIONS = DATA / "annotations"
_SEED = 7


def read_answers(path: Path) -> dict[str, tuple[Call, ...]]:
    """One annotator's answers, by the turn's id: the first of each, which counts.

    Raises:
        ValueError: a line is no answer, or a turn is answered twice.
    """
    answers: dict[str, tuple[Call, ...]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            calls = tuple(Call(c["name"], c["args"]) for c in row["calls"])
            named = str(row["id"])
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}:{number} is no answer: {error!r}.") from error
        if named in answers:
            raise ValueError(f"{path.name}:{number} answers {named} once more.")
        answers[named] = calls
    return answers


def agreement(scores: Sequence[Score]) -> dict[str, Any]:
    """How many are the same, with the 95 % interval, and how many have the same tools."""
    exact = sum(s.exact for s in scores)
    return {
        "n": len(scores),
        "exact_percent": round(100 * exact / len(scores), 1),
        "exact_interval": wilson(exact, len(scores)),
        "tool_percent": round(100 * sum(s.tool for s in scores) / len(scores), 1),
    }


def compared(
    answers: Mapping[str, tuple[Call, ...]], accepted: Mapping[str, Sequence[Sequence[Call]]]
) -> list[Score]:
    """The answers to the turns that both have.

    Raises:
        ValueError: there are none.
    """
    both = [named for named in answers if named in accepted]
    if not both:
        raise ValueError("There is no turn that both have answered.")
    return [score(answers[named], accepted[named]) for named in both]


def measure(cases: Sequence[Case], folder: Path) -> dict[str, Any]:
    """Prints a line for each annotator and each pair; returns the summary.

    Raises:
        ValueError: the folder holds no annotations, or one can't be read.
    """
    read = {path.stem: read_answers(path) for path in sorted(folder.glob("*.jsonl"))}
    if not read:
        raise ValueError(f"{folder} holds no annotations.")
    labels = {case.id: case.accepted for case in cases}
    lowest = 100.0
    for name, answers in read.items():
        scores = compared(answers, labels)
        quiet = [calls for named, calls in answers.items() if () in labels.get(named, ())]
        found = agreement(scores)
        lowest = min(lowest, found["exact_percent"])
        silent = round(100 * sum(not calls for calls in quiet) / len(quiet), 1) if quiet else None
        emit({"annotator": name, **found, "silent_percent": silent})
    for one, other in combinations(read, 2):
        theirs = {named: (calls,) for named, calls in read[other].items()}
        emit({"annotators": [one, other], **agreement(compared(read[one], theirs))})
    return {"summary": "agreement", "annotators": len(read), "lowest_exact_percent": lowest}


def write_sheets(cases: Sequence[Case], folder: Path, parts: int) -> None:
    """The turns without their labels, mixed, in so many files."""
    folder.mkdir(parents=True, exist_ok=True)
    mixed = random.Random(_SEED).sample(cases, len(cases))
    for n in tqdm(range(parts), desc="sheets", unit=""):
        rows = ({"id": c.id, "messages": c.messages, "trip": c.trip} for c in mixed[n::parts])
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"sheet-{n + 1}.jsonl").write_text(text, encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.agreement", description="Annotators against labels."
    )
    parser.add_argument("--sheets", type=Path, metavar="FOLDER", help="write turns to annotate")
    parser.add_argument("--parts", type=at_least_one, default=4, help="files of them")
    parser.add_argument("--annotations", type=Path, default=ANNOTATIONS, metavar="FOLDER")
    given = parser.parse_args(argv)
    try:
        cases = find_cases(None, None)
        if given.sheets is not None:
            write_sheets(cases, given.sheets, given.parts)
        else:
            emit(measure(cases, given.annotations))
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
