"""What a message says of when, for each argument that is often left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agent.dialogue.mentions import Argument
from agent.dialogue.readable import said_values
from agent.dialogue.turns import Call
from tools.names import as_words
from tools.parts_of_day import LAST_MINUTE, MIDNIGHT
from tools.times import NUMBERS, resolve_span, resolve_time

HOURS: tuple[Argument, ...] = (
    ("add_place", "time"),
    ("move_place", "time"),
    ("set_hours", "start"),
    ("set_hours", "end"),
    ("keep_free", "time"),
)
"""Of edits: of plans and of what is to be kept where it is more was broken than mended
(docs/lab.md)."""
_FIGURES = re.compile(r"\d+")
_DAYS: tuple[Argument, ...] = (
    ("add_place", "day"),
    ("remove_place", "day"),
    ("move_place", "day"),
    ("set_hours", "day"),
    ("keep_free", "day"),
)
"""Numbers of the trip's days."""


def said_when(message: str, days: int) -> Mapping[Argument, tuple[Any, ...]]:
    """What could stand for each argument: of hours and dates what can be read so in the message.

    Args:
        message: the traveller's newest.
        days: of the trip; 0 without one. Of a day nobody can tell how it is said, so all are in it.
    """
    values = said_values(message)
    said = {key: tuple(map(json.loads, values.get(key, ()))) for key in HOURS}
    return {**said, **dict.fromkeys(_DAYS, tuple(range(1, days + 1)))}


def texts_of(calls: Iterable[Call]) -> list[str]:
    """All that stands in the calls in words, in small letters."""
    values = (value for call in calls for value in call.args.values())
    each = (one for value in values for one in (value if isinstance(value, list) else (value,)))
    return [one.casefold() for one in each if isinstance(one, str)]


def is_held(value: str, texts: Sequence[str]) -> bool:
    """Whether it is said already: "9" of "at 9", or a whole of which a part is.

    Args:
        value: an hour or a date.
        texts: of the calls (`texts_of`).
    """
    folded = value.casefold()
    return any(
        re.search(as_words(short), long) is not None
        for one in texts
        for short, long in ((one, folded), (folded, one))
    )


def hours_left_out(message: str, calls: Sequence[Call]) -> Mapping[Argument, tuple[str, ...]]:
    """The hours of a message that stand in no call, by the arguments that could hold them.

    Args:
        message: the traveller's newest.
        calls: for it.
    """
    texts, said = texts_of(calls), said_when(message, 0)
    numbers = {str(n) for call in calls for n in call.args.values() if isinstance(n, int)}
    figures = numbers | {figure for text in texts for figure in _FIGURES.findall(text)}
    hours = {at for text in texts if (at := resolve_time(text)) is not None}

    def is_left(value: str) -> bool:
        own = {*_FIGURES.findall(value)}
        held = (
            is_held(value, texts)
            or (own and own <= figures)  # "all from 3" of "from 3 to 5"
            or resolve_time(value) in hours
        )
        whole_day = resolve_span(value) == (MIDNIGHT, LAST_MINUTE)  # "day 2"
        return not (held or whole_day or value.isdecimal() or value in NUMBERS)

    left = {key: tuple(filter(is_left, said[key])) for key in HOURS}
    return {key: values for key, values in left.items() if values}
