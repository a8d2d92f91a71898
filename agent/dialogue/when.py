"""What a message says of when, for each argument that is often left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agent.dialogue.mentions import Argument
from agent.dialogue.readable import said_values

_HOURS: tuple[Argument, ...] = (
    ("add_place", "time"),
    ("move_place", "time"),
    ("set_hours", "start"),
    ("set_hours", "end"),
    ("keep_free", "time"),
)
"""Of edits: of plans and of what is to be kept where it is more was broken than mended
(docs/lab.md)."""
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
    said = {key: tuple(map(json.loads, values.get(key, ()))) for key in _HOURS}
    return {**said, **dict.fromkeys(_DAYS, tuple(range(1, days + 1)))}
