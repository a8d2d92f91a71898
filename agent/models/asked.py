"""What a model is asked for: the prompt that goes to the engine, and what is known of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agent.dialogue.turns import Call
from agent.dialogue.whole_names import whole_names
from agent.models.engine import Cancelled, Engine
from tools.lengths import beyond, reckoned
from tools.mention import Mention

LENGTH = ("plan_days", "days")
"""A whole trip's, in days."""
LONGER = "extend_trip"
_OF_SEVERAL_CITIES = frozenset({"days_each", "more_destinations"})
"""With these a message may speak of a city's length."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer that is wanted."""

    engine: Engine
    prompt: str
    max_tokens: int
    cancelled: Cancelled
    doubt: float
    """Log-probability of a call's beginning (that it is one, and its tool's name) below which it is
    none."""
    message: str = ""
    """The traveller's last one."""
    mentions: Sequence[Mention] = ()
    """The known names in it."""
    told: str = ""
    """What the traveller said of the trip that is wanted, newest first, a line a message: while
    a trip stands, the last one alone."""

    named_doubt: float = math.inf
    """In its place, where it is less, for a first call, if the message names what is known: talk
    seldom does."""

    standing: int = 0
    """Days of the trip that stands."""

    def doubt_of(self, made: int) -> float:
        """`doubt` of a call behind so many others."""
        named = made == 0 and any(mention.kinds for mention in self.mentions)
        return min(self.doubt, self.named_doubt) if named else self.doubt

    def resolved(self, call: Call) -> dict[str, Any]:
        """A call's arguments, parts of known names made whole, weeks and a sixth day reckoned."""
        args = whole_names(call, [mention.text for mention in self.mentions], self.message)
        tool, key = LENGTH
        if call.name == tool and key in args and not _OF_SEVERAL_CITIES & args.keys():
            return {**args, key: reckoned(args[key], self.told)}
        if call.name == LONGER and key in args and "location" not in args:
            return {**args, key: beyond(args[key], self.standing, self.message)}
        return {**args}
