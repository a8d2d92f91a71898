"""`python -m finetune check FILE` for demonstrations: read as training will read them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from agent.dialogue import wire
from agent.dialogue.turns import Turn
from finetune.authoring import KINDS, Lines, refused
from finetune.kinds import FACTS
from finetune.sources import demonstrations
from finetune.sources.demonstrations import Demonstration

_MOST_CALLS = 3
_ANY_TIME = frozenset({"plan_days", "find_places", "geocode", *FACTS})
"""Tools that need no trip."""
_TRIP = re.compile(r"\S.*, (\d+) days?")
"""The line of a trip, and its days."""


def check(path: Path) -> tuple[list[str], Counter[str]]:
    """What is wrong with a file, a sentence each with its line, and its lines by tools.

    Args:
        path: a JSON-lines file after `finetune/demonstrations/README.md`.

    Raises:
        ValueError: a line can't be read at all.
    """
    lines = Lines(path.name)
    for number, shown in enumerate(demonstrations.read_file(path), start=1):
        tools = "+".join(made.name for made in shown.calls)
        last = shown.said[-1] if shown.said else ""
        lines.add(number, tools or f"reply {shown.kind}", "\n".join(shown.said), last)
        lines.note(number, _faults(shown))
    return lines.faults, lines.counts


def _faults(shown: Demonstration) -> Iterator[str]:
    """What is wrong with one demonstration."""
    if len(shown.said) % 2 == 0:
        yield "`said` has to begin and end with the traveller"
    if len(shown.said) > 1 + wire.HISTORY:
        yield f"only the last {1 + wire.HISTORY} messages are read"
    trip = _TRIP.fullmatch(shown.trip)
    if shown.trip and (not trip or " and " in shown.trip):
        yield 'the trip is written as "Varena, 4 days" or "Varena, Port Ellery, 4 days"'
    if len(shown.calls) > _MOST_CALLS:
        yield f"more than {_MOST_CALLS} calls"
    if shown.calls and (shown.kind or shown.reply):
        yield "it has calls, and no kind or reply"
    if not shown.calls and (shown.kind not in KINDS or not shown.reply):
        yield f"without calls it needs a reply, and a kind of {', '.join(KINDS)}"
    if not shown.trip and any(made.name not in _ANY_TIME for made in shown.calls):
        yield "nothing is planned yet that could be changed"
    for made in shown.calls:
        yield from refused(made, _read(shown))
        days = [made.args[key] for key in ("day", "other_day") if key in made.args]
        if trip and any(isinstance(day, int) and day > int(trip[1]) for day in days):
            yield "the trip has no such day"


def _read(shown: Demonstration) -> str:
    """What the model reads: older messages are shortened."""
    said = (Turn("assistant" if n % 2 else "user", text) for n, text in enumerate(shown.said))
    return wire.render([Turn("system", wire.system_text(shown.trip)), *said])
