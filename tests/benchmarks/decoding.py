"""What each step of decoding brings, alone and together, on the development turns.

    python -m tests.benchmarks.decoding [--limit N] [--data GLOB ...] [--step NAME ...]

The same adapter answers the same turns with the steps below; a line of JSON for each as it is
done, a table at the end on stderr. A call that can't be read (there is no grammar in the first
step) counts as none. Exit codes: 0 measured, 2 not.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from tqdm import tqdm

from agent import TravelAgent
from agent.dialogue.grammar import Constraint, tool_grammar
from agent.dialogue.turns import Call
from agent.models import load
from agent.models.chat import NEVER_DOUBTED, TripwrightChatModel
from agent.settings import Settings
from finetune.evaluation import understanding
from finetune.held_out import Case
from tests.benchmarks import at_least_one, emit, settings_for
from tests.benchmarks.understanding import TimedSolver, find_cases
from tools.errors import TravelError
from tools.trip import Itinerary

DEV = tuple(f"finetune/evaluation/data/dev_{who}.jsonl" for who in ("ines", "walter", "odile"))


@dataclass(frozen=True, slots=True)
class Step:
    """What decoding is allowed to know."""

    name: str
    grammar: bool = True
    """Calls have the tools' schemas, and values of their kind."""
    spans: bool = False
    """Free text is a span of what was said."""
    readable: bool = False
    """Hours, dates and the like can be read as such (`agent.dialogue.readable`)."""
    meant: bool = False
    """An argument that the grammar alone wrote is left out (`agent.models.likelihood`)."""
    doubt: bool = False
    """A call is left out that the model is not sure of."""
    names: bool = False
    """Known names are neither halved nor left out (`agent.models.rescoring`)."""
    trip: bool = False
    """What the trip rules out is written again, and what was said of when is not left out
    (`agent.models.ruled_out`, `agent.models.completing`)."""


STEPS = (
    Step("no grammar", grammar=False),
    Step("schemas"),
    Step("schemas, spans", spans=True),
    Step("schemas, readable values", readable=True),
    Step("schemas, readable values, meant", readable=True, meant=True),
    Step("schemas, doubt", doubt=True),
    Step("all but names", spans=True, readable=True, meant=True, doubt=True),
    Step("all but the trip", spans=True, readable=True, meant=True, doubt=True, names=True),
    Step("all", spans=True, readable=True, meant=True, doubt=True, names=True, trip=True),
)


class Tolerant:
    """A solver for which a call that can't be read is none."""

    def __init__(self, agent: TravelAgent) -> None:
        self._solver = TimedSolver(agent)
        self.broken = 0

    def __call__(
        self, messages: Sequence[Mapping[str, str]], itinerary: Itinerary | None
    ) -> tuple[Call, ...]:
        """The calls that the model would make next."""
        try:
            return self._solver(messages, itinerary)
        except TravelError:
            self.broken += 1
            return ()


@contextmanager
def decoding(step: Step) -> Iterator[None]:
    """The chat model decodes with the step's knowledge alone."""

    def limited(
        schemas: Mapping[str, Any],
        *,
        words: bool = True,
        spoken: str | None = None,
        told: str | None = None,
        values: Mapping[tuple[str, str], Sequence[str]] | None = None,
        constraint: Constraint | None = None,
    ) -> str:
        return tool_grammar(
            schemas,
            words=words,
            spoken=spoken if step.spans else None,
            told=told if step.spans else None,
            values=values if step.readable else None,
            constraint=constraint,
        )

    with ExitStack() as stack:
        stack.enter_context(patch("agent.models.chat.tool_grammar", limited))
        if not step.grammar:
            stack.enter_context(patch("agent.models.chat._grammar", lambda *_, **__: None))
        if not step.names:
            stack.enter_context(patch("agent.graph.mentions_of", lambda *_: ()))
        if not step.trip:
            stack.enter_context(patch("agent.graph.standing_of", lambda *_: None))
            stack.enter_context(patch("agent.graph.is_covered", lambda *_: True))
        if not step.meant:
            everything = patch("agent.models.answer.meant", lambda call, likely: dict(call.args))
            stack.enter_context(everything)
        yield


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.decoding", description="Decoding, step by step."
    )
    parser.add_argument("--limit", type=at_least_one, help="that many cases, spread; else all")
    parser.add_argument("--data", nargs="+", metavar="GLOB", default=DEV, help="files of cases")
    parser.add_argument(
        "--step", action="append", choices=[s.name for s in STEPS], help="this alone; repeatable"
    )
    given = parser.parse_args(argv)
    wanted = [s for s in STEPS if given.step is None or s.name in given.step]
    try:
        told = list(_measured(wanted, find_cases(given.data, given.limit)))
    except (TravelError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(table(told), file=sys.stderr)
    return 0


def _measured(steps: Sequence[Step], cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    settings: Settings = settings_for(None, ":memory:")
    model = load(settings)
    assert isinstance(model, TripwrightChatModel)
    for step in steps:
        less = {} if step.doubt else {"min_tool_probability": NEVER_DOUBTED}
        less |= {} if step.trip else {"completing_margin": -math.inf}
        asked = model.model_copy(update={"counter": None, "adviser": None, **less})
        with decoding(step), TravelAgent(settings, model=asked) as agent:
            solver = Tolerant(agent)
            found = understanding.run(cases, solver)
            results = list(tqdm(found, total=len(cases), desc=step.name, unit=""))
        row = {"step": step.name, "broken": solver.broken, **understanding.summary(results)}
        emit(row)
        yield row


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """For people, in Markdown."""
    lines = [
        "| decoding | exact | right tool | silent where due | invented | can't be read |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        scores = [f"{row[f'{name}_percent']} %" for name in ("exact", "tool", "silent", "invented")]
        lines.append(f"| {' | '.join([row['step'], *scores, str(row['broken'])])} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
