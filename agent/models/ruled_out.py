"""Other calls, where the likeliest can't be done with the trip as it stands (decision 018).

A small model copies a number from the wrong place ("the 22nd" as a day of a trip of four), puts a
place in its own stead, or takes the words beside a name for it ("guts" of "my guts if we missed
Mutianyu"). The trip and the store know better: the calls are written again without what they rule
out, and are taken unless what was written first is likelier by far; then the tool says why it
can't be. Cities that are "added" to a trip which leads there are shared out, with nothing written.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from agent.dialogue import wire
from agent.dialogue.grammar import Constraint
from agent.dialogue.mentions import left_out
from agent.dialogue.standing import Standing, impossible, shared_out, strangers
from agent.dialogue.turns import Call
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Made, write
from agent.models.engine import Generation

_log = logging.getLogger(__name__)

SAME = 5.0
"""By how much (natural logarithm) calls of the same tools may be less likely, with another day."""
OTHERS = 3.0
"""The same for calls of others."""


class Grammar(Protocol):
    """Of calls."""

    def __call__(
        self, *, without: Collection[str] = (), constraint: Constraint | None = None
    ) -> str:
        """Without these tools; such as meet a constraint."""
        ...


@dataclass(slots=True)
class RuledOut:
    """The calls for one message, against those that the trip allows.

    Args:
        asked: the message.
        grammar: of calls of the trip's days.
        trip: as it stands.
    """

    asked: Asked
    grammar: Grammar
    trip: Standing
    done: list[Generation] = field(default_factory=list, init=False)
    """What it took."""

    def better(self, first: Sequence[Made]) -> Candidate | None:
        """Calls that can be done and are likely enough; None where the first can, or nothing can.

        Args:
            first: what the model would call, at least one call.
        """
        calls = [made.call for made in first]
        if self.asked.cancelled():
            return None
        try:
            if tools := impossible(calls, self.trip):
                if (meant := shared_out(calls, self.trip)) is not None:
                    return _as_written(meant, first)
                grammars = [self.grammar(), self.grammar(without=tools)]
            else:
                grammars = [*self._with_known(first)]
            found = [self._written(first, grammar) for grammar in grammars]
        except (ModelError, wire.WireError) as error:
            # the first calls are as good as they were
            _log.warning("No other calls were looked for: %s", error)
            return None
        some = [one for one in found if one is not None]
        return None if self.asked.cancelled() else max(some, key=_total, default=None)

    def _with_known(self, first: Sequence[Made]) -> Iterator[str]:
        """Where the first place that nobody knows has to be one that the message names."""
        calls = [made.call for made in first]
        for number, key in strangers(calls, self.trip)[:1]:
            tool = calls[number].name
            if texts := tuple(self.trip.places_in(self.asked.message)):
                after = "".join(f"{made.line}\n" for made in first[:number])
                yield self.grammar(constraint=Constraint(tool, key, texts, after))

    def _written(self, first: Sequence[Made], grammar: str) -> Candidate | None:
        """What the model writes under a grammar; None where that is no likely way out."""
        total, written = sum(made.total for made in first), Candidate(0)
        generation = write(self.asked, grammar, total - SAME, written)
        self.done.append(generation)
        if generation.cut or generation.cancelled or not written.pieces or written.is_words:
            return None
        calls = [Call(c.name, self.asked.resolved(c)) for c in wire.parse(written.text).calls]
        written.certain = len(calls)
        mentions = self.asked.mentions
        if len(left_out(calls, mentions)) > len(left_out([m.call for m in first], mentions)):
            return None  # a known name was held before (decision 009)
        alike = [call.name for call in calls] == [made.call.name for made in first]
        near = alike or written.total > total - OTHERS
        return None if not near or impossible(calls, self.trip) else written


def _as_written(calls: Sequence[Call], first: Sequence[Made]) -> Candidate:
    """The calls as if the model had written them, as likely as the first together."""
    total, text = sum(made.total for made in first), "\n".join(map(wire.render_call, calls))
    return Candidate(len(calls), [(text, total)], total)


def _total(candidate: Candidate) -> float:
    return candidate.total
