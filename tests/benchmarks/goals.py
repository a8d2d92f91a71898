"""Whole conversations by held-out authors: is the trip at their end the one that was wanted?

    python -m tests.benchmarks.goals [--engine openvino|transformers] [--adapter FOLDER]
        [--labelled] [--data GLOB ...] [--limit N] [--failures FILE]

A line of JSON for each conversation, the summary last; progress on stderr. The agent is the one
that travellers get, with a clock that stands still. `--labelled` plays the labelled calls instead
of a model's: what the tools alone reach. Exit codes: 0 measured, 2 not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from agent.settings import Settings
from finetune.evaluation.conversing import Exchange, agent_of, converse, labelled
from finetune.evaluation.goals import Conversation, parts, read_conversations
from finetune.evaluation.grounded import grounded_task, lore_of
from finetune.evaluation.reaching import goals_task
from finetune.evaluation.report import write_whole
from finetune.evaluation.tasks import Metric, Report, remembering, run
from tests.benchmarks import DATA, ENGINES, at_least_one, emit, settings_for, spread
from tools.check import check
from tools.errors import TravelError
from tools.geocoding.gazetteer import Gazetteer
from tools.store import PlaceStore

HELD_OUT = DATA / "goals"
Solver = Callable[[Conversation], tuple[Exchange, ...]]


def find_conversations(patterns: Sequence[str] | None, limit: int | None) -> list[Conversation]:
    """The conversations of the files that match, or the held-out ones; `limit` of them, spread.

    Raises:
        ValueError: a pattern matches nothing, or a line is no conversation.
    """
    paths = sorted(HELD_OUT.glob("*.jsonl"))
    if patterns is not None:
        paths = [path for pattern in patterns for path in _matching(pattern)]
    return [*spread([one for path in paths for one in read_conversations(path)], limit)]


def _matching(pattern: str) -> list[Path]:
    path = Path(pattern)
    if found := sorted(path.parent.glob(path.name)):
        return found
    raise ValueError(f"No file matches {pattern}.")


def line(one: Conversation, exchanges: Sequence[Exchange], store: PlaceStore) -> dict[str, Any]:
    """A conversation as it is printed: what is missing of its goal, and what was called instead."""
    missed = [part for part in parts(one.goal, exchanges[-1].itinerary, store) if not part.reached]
    told: dict[str, Any] = {
        "id": one.id,
        "messages": len(one.messages),
        "reached": not missed,
        "violations": _violations(exchanges),
    }
    if missed:
        told["missed"] = [f"{part.name}: {part.told}" for part in missed]
    return told


def _violations(exchanges: Sequence[Exchange]) -> int:
    return sum(len(check(e.itinerary)) for e in exchanges if e.itinerary is not None)


def summary(reports: Sequence[Report], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures of all conversations with their intervals."""
    told: dict[str, Any] = {
        "summary": "goals",
        "conversations": len(rows),
        "turns": sum(row["messages"] for row in rows),
        "violations": sum(row["violations"] for row in rows),
    }
    for report in reports:
        for name, metric in report.metrics.items():
            told |= _figures(name, metric)
    return told


def _figures(name: str, metric: Metric) -> dict[str, Any]:
    key = name.replace(" ", "_") + ("_percent" if metric.percent else "")
    return {key: metric.value, f"{key}_interval": [metric.low, metric.high]}


def measure(
    conversations: Sequence[Conversation], settings: Settings, *, by_labels: bool
) -> tuple[list[Report], list[dict[str, Any]]]:
    """Holds every conversation once; its line is printed as it ends.

    Raises:
        TravelError: the model or the data can't be used.
    """
    rows: list[dict[str, Any]] = []
    with ExitStack() as opened:
        store = opened.enter_context(PlaceStore.open(settings.home))
        agent = None if by_labels else opened.enter_context(agent_of(settings))

        def held(one: Conversation) -> tuple[Exchange, ...]:
            if agent is not None:
                exchanges = converse(agent, one)
            else:
                with agent_of(settings, labelled(one)) as by_the_labels:
                    exchanges = converse(by_the_labels, one)
            rows.append(line(one, exchanges, store))
            emit(rows[-1])
            return exchanges

        solver: Solver = remembering(held, lambda one: one.id)
        reports = [run(goals_task(conversations, solver, store))]
        if not by_labels:  # the labels say nothing of their own
            gazetteer = Gazetteer.open(settings.home)
            opened.callback(gazetteer.close)
            lore = lore_of(store, gazetteer)
            reports.append(run(grounded_task(conversations, solver, lore)))
    return reports, rows


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.goals", description="Held-out conversations, as a whole."
    )
    parser.add_argument("--engine", choices=ENGINES, help="the settings' if not given")
    parser.add_argument("--adapter", type=Path, metavar="FOLDER", help="the shipped one else")
    parser.add_argument("--labelled", action="store_true", help="the labelled calls, no model")
    parser.add_argument("--data", nargs="+", metavar="GLOB", help="other files of conversations")
    parser.add_argument("--limit", type=at_least_one, help="that many, spread; else all")
    parser.add_argument("--failures", type=Path, metavar="FILE", help="for those gone wrong")
    given = parser.parse_args(argv)
    try:
        conversations = find_conversations(given.data, given.limit)
        if given.failures is not None:
            write_whole(given.failures, "")  # refused now, not after an hour
        settings = replace(settings_for(given.engine, ":memory:"), live="")
        if given.adapter is not None:
            settings = replace(settings, model=replace(settings.model, adapter=given.adapter))
        reports, rows = measure(conversations, settings, by_labels=given.labelled)
    except (TravelError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if given.failures is not None:
        told = [f"{line}\n" for r in reports for failure in r.failures for line in (*failure, "")]
        write_whole(given.failures, "".join(told))
    emit(summary(reports, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
