"""The calls that the agent proposes for held-out turns, against every acceptable answer.

    python -m tests.benchmarks.understanding [--engine openvino|transformers]
        [--untuned | --beside-base] [--data GLOB ...] [--failures FILE] [--limit N]

A line of JSON for each case, the summary last; progress on stderr. Nothing is executed: this is
`TravelAgent.propose`, with the decoding that travellers get. Exit codes: 0 measured, 2 not.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from tqdm import tqdm

from agent import TravelAgent
from agent.dialogue.turns import Call
from agent.models import load
from agent.session import Conversations
from agent.settings import Settings
from finetune.evaluation import understanding
from finetune.evaluation.scoring import wilson
from finetune.evaluation.understanding import Result
from finetune.held_out import Case, read_cases
from tests.benchmarks import DATA, ENGINES, at_least_one, emit, settings_for, spread
from tools.errors import TravelError
from tools.trip import Itinerary

HELD_OUT = DATA / "understanding"


@dataclass(frozen=True, slots=True)
class Run:
    """One model over all cases."""

    model: str
    """"base" or "tuned"."""
    engine: str
    results: tuple[Result, ...]
    seconds: tuple[float, ...]
    """Of each call, in the order of the results."""


class TimedSolver:
    """The agent's proposals as `finetune.evaluation` reads them, and how long each took."""

    def __init__(self, agent: Conversations) -> None:
        self._agent = agent
        self.seconds: list[float] = []

    def __call__(
        self, messages: Sequence[Mapping[str, str]], itinerary: Itinerary | None
    ) -> tuple[Call, ...]:
        """The calls that the model would make next."""
        began = time.perf_counter()
        proposed = self._agent.propose(messages, itinerary)
        self.seconds.append(time.perf_counter() - began)
        return tuple(Call(call.name, call.args) for call in proposed)


def find_cases(patterns: Sequence[str] | None, limit: int | None) -> list[Case]:
    """The cases of the files that match, or of the held-out sets; `limit` of them, spread.

    Raises:
        ValueError: a pattern matches nothing, or a line is no case.
    """
    if patterns is None:
        cases = read_cases(["*.jsonl"], HELD_OUT)
    else:
        cases = [case for pattern in patterns for case in _matching(Path(pattern))]
    if not cases:
        raise ValueError("The files hold no cases.")
    return [*spread(cases, limit)]


def _matching(pattern: Path) -> list[Case]:
    # pathlib refuses to glob for a whole path: its root is where the search starts
    return read_cases([str(pattern.relative_to(pattern.anchor))], Path(pattern.anchor))


def line(result: Result, model: str) -> dict[str, Any]:
    """A case as it is printed: the calls only where they differ."""
    told = {
        "model": model,
        "id": result.case.id,
        "author": result.case.author,
        "exact": result.score.exact,
        "tool": result.score.tool,
    }
    if result.score.exact:
        return told
    return {
        **told,
        "wanted": [calls_json(calls) for calls in result.case.accepted],
        "proposed": calls_json(result.proposed),
    }


def calls_json(calls: Sequence[Call]) -> list[dict[str, Any]]:
    """Calls as JSON values."""
    return [{"name": call.name, "args": dict(call.args)} for call in calls]


def failures(run: Run) -> list[dict[str, Any]]:
    """The cases that went wrong, with what was said."""
    return [
        {**line(r, run.model), "messages": [*r.case.messages], "trip": r.case.trip}
        for r in run.results
        if not r.score.exact
    ]


def summary(run: Run) -> dict[str, Any]:
    """The scores with their intervals, the confusions, and seconds per call."""
    arguments = sum(len(call.args) for r in run.results for call in r.proposed)
    invented = sum(r.score.invented for r in run.results)
    confused = understanding.confusion(run.results).most_common(12)
    return {
        "summary": "understanding",
        "model": run.model,
        "engine": run.engine,
        **understanding.summary(run.results),
        "invented_interval": wilson(invented, arguments),
        "confused": [[wanted, proposed, times] for (wanted, proposed), times in confused],
        "median_seconds": round(median(run.seconds), 3),
        "mean_seconds": round(mean(run.seconds), 3),
    }


def measure(cases: Sequence[Case], settings: Settings, *, untuned: bool) -> Run:
    """One model over the cases, each line printed as it comes.

    Raises:
        TravelError: the model or the data can't be used.
    """
    name = "base" if untuned else "tuned"
    loaded = load(settings, untuned=untuned)
    results: list[Result] = []
    with TravelAgent(settings, model=loaded) as agent:
        solver = TimedSolver(agent)
        found = understanding.run(cases, solver)
        for result in tqdm(found, total=len(cases), desc=name, unit=""):
            results.append(result)
            emit(line(result, name))
    return Run(name, settings.model.engine, tuple(results), tuple(solver.seconds))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.understanding", description="Held-out turns, call by call."
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--untuned", action="store_true", help="the base, under the same grammar")
    which.add_argument("--beside-base", action="store_true", help="the base, then the tuned model")
    parser.add_argument("--engine", choices=ENGINES, help="the settings' if not given")
    parser.add_argument("--data", nargs="+", metavar="GLOB", help="other files of cases")
    parser.add_argument("--failures", type=Path, metavar="FILE", help="for the cases gone wrong")
    parser.add_argument("--limit", type=at_least_one, help="that many cases, spread; else all")
    given = parser.parse_args(argv)
    models = [True, False] if given.beside_base else [given.untuned]
    try:
        cases = find_cases(given.data, given.limit)
        if given.failures is not None:
            given.failures.write_text("", encoding="utf-8")  # refused now, not after an hour
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    try:
        settings = settings_for(given.engine, ":memory:")
        runs = [measure(cases, settings, untuned=untuned) for untuned in models]
    except TravelError as error:
        print(error, file=sys.stderr)
        return 2
    if given.failures is not None:
        wrong = [json.dumps(row, ensure_ascii=False) for run in runs for row in failures(run)]
        given.failures.write_text("".join(f"{row}\n" for row in wrong), encoding="utf-8")
    for run in runs:
        emit(summary(run))
    return 0


if __name__ == "__main__":
    sys.exit(main())
