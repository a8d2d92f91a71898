"""Hours and days that were said and that the likeliest calls leave out (decision 018).

A small model ends a call early: of "the tar pits on day four at eleven" it keeps the day, and
nobody is told of the hour. Where an argument is absent that the message has something for, the
calls are read with it as well, and are taken so unless they are less likely by far. As for
names (`agent.models.rescoring`), but nothing has to be written: what could stand there is known.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.dialogue import wire
from agent.dialogue.mentions import Argument
from agent.dialogue.turns import Call
from agent.dialogue.when import is_held, texts_of
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Made
from agent.models.engine import Generation

_log = logging.getLogger(__name__)

MARGIN = 2.5
"""By how much (natural logarithm) the fuller calls may be less likely."""
_MOST_READ = 40
"""Versions in one go."""
_MOST_ADDED = 2
"""A day and an hour."""
_Way = tuple[int, str, Call]
"""Which call, which argument, and the call with it."""


@dataclass(slots=True)
class Completing:
    """The calls for one message, with what they leave out of when.

    Args:
        asked: the message.
        said: of each argument that may be missing what could stand there.
        orders: tool -> its arguments in the order in which they are written.
        margin: as `MARGIN`.
    """

    asked: Asked
    said: Mapping[Argument, Sequence[Any]]
    orders: Mapping[str, Sequence[str]]
    margin: float = MARGIN
    done: list[Generation] = field(default_factory=list, init=False)
    """Nothing: it only reads."""
    reading_seconds: float = field(default=0.0, init=False)

    def revised(self, made: Sequence[Made]) -> list[Made]:
        """The calls, fuller where that is likely enough.

        Args:
            made: what the model would call.
        """
        found = [*made]
        began = time.perf_counter()
        try:
            for _ in range(_MOST_ADDED):
                if (fuller := self._fuller(found)) is None:
                    break
                found = fuller
        except ModelError as error:
            # the calls are as good as they were
            _log.warning("No fuller calls were looked for: %s", error)
        self.reading_seconds = time.perf_counter() - began
        return found

    def _fuller(self, made: Sequence[Made]) -> list[Made] | None:
        """The likeliest with one argument more; None where none is likely enough."""
        ways = self._some(made)
        if not ways:
            return None
        calls = [one.call for one in made]
        texts = [_text(calls), *(_text(_with(calls, at, call)) for at, _, call in ways)]
        likely = self.asked.engine.log_probabilities(
            self.asked.prompt, texts, cancelled=self.asked.cancelled
        )
        if len(likely) < len(texts):
            return None
        best, gain = max(enumerate(one - likely[0] for one in likely[1:]), key=lambda one: one[1])
        if gain <= -self.margin:
            return None
        at, key, call = ways[best]
        fuller = replace(
            made[at],
            call=Call(call.name, self.asked.resolved(call)),
            line=wire.render_call(call),
            likely={**made[at].likely, key: round(min(gain, 0.0), 3)},
        )
        return [fuller if number == at else one for number, one in enumerate(made)]

    def _some(self, made: Sequence[Made]) -> list[_Way]:
        """Ways to read: of an argument all or none, those with the fewest values first."""
        by_argument: dict[tuple[int, str], list[_Way]] = {}
        for way in self._ways(made):
            by_argument.setdefault(way[:2], []).append(way)
        found: list[_Way] = []
        for ways in sorted(by_argument.values(), key=len):
            if len(found) + len(ways) <= _MOST_READ:
                found += ways
        return found

    def _ways(self, made: Sequence[Made]) -> Iterator[_Way]:
        """Which call, which argument, and the call with it."""
        held = texts_of(one.call for one in made)
        for at, one in enumerate(made):
            order = self.orders.get(one.call.name, ())
            for key in order:
                if key in one.call.args:
                    continue
                for value in self.said.get((one.call.name, key), ()):
                    if not (isinstance(value, str) and is_held(value, held)):
                        args = {**one.call.args, key: value}
                        yield at, key, Call(one.call.name, {k: args[k] for k in order if k in args})


def _text(calls: Sequence[Call]) -> str:
    return "\n".join(map(wire.render_call, calls)) + wire.END


def _with(calls: Sequence[Call], at: int, call: Call) -> list[Call]:
    return [call if number == at else one for number, one in enumerate(calls)]
