"""Whole conversations through `TravelAgent`: what is called, what holds, and how long it takes.

    python -m tests.benchmarks.turns [--conversations N] [--engine openvino|transformers]
        [--data FILE] [--beside-plain N] [--json-only]

A line of JSON for each turn, the summary last; progress and a few words for people on stderr.
`--beside-plain N` plays N of the conversations once more, with the same agent on transformers'
plain `generate` (`tests.benchmarks.plain`), with and without its own cache of keys and values, and
says how many times longer its turns take.
Exit codes: 0 every turn answered and no violation, 1 not so, 2 nothing could be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

from tqdm import tqdm

from agent import TravelAgent
from agent.events import Failed, Finished, Reply, TextDelta, TextReplaced, ToolCall
from agent.session import Conversations
from tests.benchmarks import DATA, ENGINES, at_least_one, emit, settings_for, spread
from tools.check import check
from tools.errors import TravelError
from tools.trip import Itinerary, Violation

FILE = DATA / "turns.jsonl"


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one traveller says, in order: a request, then follow-ups."""

    id: str
    city: str
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """One turn. Where it failed, `error` says how; `total` is then the wall clock's."""

    conversation: str
    turn: int
    """1 is the request."""
    said: str
    total: float
    tool_calls: tuple[ToolCall, ...] = ()
    refused: tuple[Violation, ...] = ()
    """Of changes that the agent found fault with and did not make."""
    standing: tuple[Violation, ...] = ()
    """Of the trip as it stands after the turn, checked here."""
    plan_changed: bool = False
    text: str = ""
    answer: str | None = None
    """"model": its own words stood; "plain": others took their place; None on an error."""
    first_token: float | None = None
    """The first sign of life, a tool's start included: `Reply.timings`."""
    first_words: float | None = None
    """The first piece of the answer's text that was shown."""
    model: float = 0.0
    tools: float = 0.0
    error: str | None = None

    @property
    def violations(self) -> tuple[Violation, ...]:
        """All of them, wherever they were found."""
        return (*self.refused, *self.standing)


def read_conversations(path: Path = FILE) -> tuple[Conversation, ...]:
    """The conversations of a file.

    Raises:
        ValueError: there are none, or a line is not one.
    """
    found: list[Conversation] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            found.append(Conversation(str(row["id"]), str(row["city"]), tuple(row["turns"])))
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(
                f"Line {number} of {path} has to be an object of id, city and turns."
            ) from error
    if not found:
        raise ValueError(f"{path} holds no conversation.")
    return tuple(found)


def measure(agent: Conversations, conversations: Iterable[Conversation]) -> Iterator[Measured]:
    """Says every message and yields what came of it; an error ends its turn, not the run."""
    for conversation in conversations:
        standing: Itinerary | None = None
        for turn in range(1, len(conversation.turns) + 1):
            measured, standing = _turn(agent, conversation, turn, standing)
            yield measured


def _turn(
    agent: Conversations, conversation: Conversation, turn: int, before: Itinerary | None
) -> tuple[Measured, Itinerary | None]:
    """One turn, and the trip after it."""
    said = conversation.turns[turn - 1]
    began = time.perf_counter()
    first_words: float | None = None
    streamed, replaced = "", None
    reply: Reply | None = None
    error: str | None = None
    try:
        for event in agent.stream(said, thread=f"benchmark-{conversation.id}"):
            match event:
                case TextDelta(text=piece):
                    streamed += piece
                case TextReplaced(text=whole):
                    replaced = whole
                case Failed(message=message):
                    error = message
                case Finished(reply=done):
                    reply = done
            if first_words is None and (streamed.strip() or replaced):
                first_words = time.perf_counter() - began
    except Exception as bug:  # a measurement tells of what broke, and goes on
        error = f"{type(bug).__name__}: {bug}"
    seconds = time.perf_counter() - began  # by the traveller's clock, waits for locks included
    if reply is None:
        error = error or "The turn ended without an answer."
        return Measured(conversation.id, turn, said, seconds, error=error), before
    after = reply.itinerary
    measured = Measured(
        conversation=conversation.id,
        turn=turn,
        said=said,
        total=seconds,
        tool_calls=reply.tool_calls,
        refused=reply.violations,
        standing=check(after) if after is not None else (),
        plan_changed=after != before,
        text=reply.text,
        answer="model" if _own_words(streamed, replaced) else "plain",
        first_token=reply.timings["first_token"],
        first_words=first_words,
        model=reply.timings["model"],
        tools=reply.timings["tools"],
        error=error,
    )
    return measured, after


def _own_words(streamed: str, replaced: str | None) -> bool:
    """Whether the answer is the model's; blanks cut from its edges and a sentence's capital do not
    make it another's.
    """
    told = streamed.strip().casefold()
    return replaced is None or (bool(replaced) and told.endswith(replaced.strip().casefold()))


def line(measured: Measured) -> dict[str, Any]:
    """A turn as it is printed; a violation says of which `plan` it is."""
    told = asdict(measured)
    refused, standing = told.pop("refused"), told.pop("standing")
    told["violations"] = [
        *({"plan": "refused", **violation} for violation in refused),
        *({"plan": "standing", **violation} for violation in standing),
    ]
    return {key: round(v, 3) if isinstance(v, float) else v for key, v in told.items()}


def summary(turns: Sequence[Measured], settings: Mapping[str, Any]) -> dict[str, Any]:
    """All turns together; times are those of the turns that were answered."""
    answered = [t for t in turns if t.error is None]
    own = sum(t.answer == "model" for t in answered)
    model, tools = _median(answered, lambda t: t.model), _median(answered, lambda t: t.tools)
    rest = _median(answered, lambda t: t.total - t.model - t.tools)
    parts = {"model": model, "tools": tools, "rest": rest}
    return {
        "summary": "turns",
        **settings,
        "cpus": len(os.sched_getaffinity(0)),
        "conversations": len({t.conversation for t in turns}),
        "turns": len(turns),
        "violations": sum(len(t.violations) for t in turns),
        "violations_standing": sum(len(t.standing) for t in turns),
        "errors": len(turns) - len(answered),
        "median_total_seconds": _median(answered, lambda t: t.total),
        "p90_total_seconds": _p90([t.total for t in answered]),
        "median_request_seconds": _median([t for t in answered if t.turn == 1], lambda t: t.total),
        "median_follow_up_seconds": _median([t for t in answered if t.turn > 1], lambda t: t.total),
        "median_first_token_seconds": _median(answered, lambda t: t.first_token),
        "median_first_words_seconds": _median(answered, lambda t: t.first_words),
        "median_model_seconds": model,
        "median_tools_seconds": tools,
        "median_rest_seconds": rest,
        "dominates": max(parts, key=lambda part: parts[part] or 0.0) if answered else None,
        "model_words_percent": round(100 * own / len(answered), 1) if answered else None,
        "turns_without_tool_call": sum(not t.tool_calls for t in answered),
        "turns_that_changed_the_plan": sum(t.plan_changed for t in answered),
        "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def beside(turns: Sequence[Measured], plain: Sequence[Measured]) -> dict[str, Any]:
    """The same turns here and on plain `generate`; those that failed there took their time, too."""
    ours = {(t.conversation, t.turn): t for t in turns}
    pairs = [(ours[t.conversation, t.turn], t) for t in plain]
    return {
        "turns": len(pairs),
        "errors": sum(there.error is not None for _, there in pairs),
        "median_total_seconds": _median((here for here, _ in pairs), lambda t: t.total),
        "plain_median_total_seconds": _median(plain, lambda t: t.total),
        "times": round(sum(t.total for t in plain) / sum(here.total for here, _ in pairs), 2),
        "median_times": round(median(there.total / here.total for here, there in pairs), 2),
    }


def _median(turns: Iterable[Measured], value: Callable[[Measured], float | None]) -> float | None:
    known = [seconds for t in turns if (seconds := value(t)) is not None]
    return round(median(known), 3) if known else None


def _p90(values: Sequence[float]) -> float | None:
    """The smallest of them that at least nine in ten do not exceed."""
    return round(sorted(values)[ceil(0.9 * len(values)) - 1], 3) if values else None


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.turns", description="Whole conversations, turn by turn."
    )
    parser.add_argument("--conversations", type=at_least_one, help="that many, spread; else all")
    parser.add_argument("--engine", choices=ENGINES, help="the settings' if not given")
    parser.add_argument("--data", type=Path, default=FILE, help="another file of conversations")
    parser.add_argument(
        "--beside-plain", type=at_least_one, help="so many once more, on plain `generate`"
    )
    parser.add_argument("--json-only", action="store_true", help="nothing on stderr")
    given = parser.parse_args(argv)
    try:
        conversations = spread(read_conversations(given.data), given.conversations)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    try:
        turns, how = _run(conversations, given.engine, quiet=given.json_only)
        told = summary(turns, how)
        if given.beside_plain:
            again = spread(conversations, given.beside_plain)
            for name, cached in (("beside_plain", True), ("beside_plain_without_cache", False)):
                slow, _ = _run(again, given.engine, quiet=given.json_only, plain_cache=cached)
                told[name] = beside(turns, slow)
    except TravelError as error:
        print(error, file=sys.stderr)
        return 2
    if not given.json_only:
        print(_for_people(told), file=sys.stderr)
    emit(told)
    return 1 if told["violations"] or told["errors"] else 0


def _run(
    conversations: Sequence[Conversation],
    engine: str | None,
    *,
    quiet: bool,
    plain_cache: bool | None = None,
) -> tuple[list[Measured], dict[str, Any]]:
    """Measures, printing each line as it comes; also what it was measured with.

    `plain_cache` is None for the agent as it is; else it decodes by plain `generate`, with or
    without a cache.
    """
    count = sum(len(c.turns) for c in conversations)
    turns: list[Measured] = []
    with tempfile.TemporaryDirectory(prefix="tripwright-turns-") as folder:
        settings = settings_for(engine, str(Path(folder) / "threads.sqlite"))
        began = time.perf_counter()
        model = None
        if plain_cache is not None:
            from tests.benchmarks.plain import plain_model  # torch, only where it is asked for

            model = plain_model(settings, cached=plain_cache)
        with TravelAgent(settings, model=model) as agent:
            ready = round(time.perf_counter() - began, 3)
            with tqdm(total=count, desc="turns", unit="", disable=quiet) as progress:
                for measured in measure(agent, conversations):
                    turns.append(measured)
                    emit(line(measured))
                    progress.update()
    return turns, {"engine": settings.model.engine, "load_seconds": ready}


def _for_people(told: Mapping[str, Any]) -> str:
    return (
        f"{told['conversations']} conversations, {told['turns']} turns: "
        f"{told['violations']} violations, {told['errors']} errors; the median turn takes "
        f"{told['median_total_seconds']} s (p90 {told['p90_total_seconds']} s), most of it "
        f"{told['dominates']}; {told['model_words_percent']} % of answers in the model's own words."
    )


if __name__ == "__main__":
    sys.exit(main())
