"""Other calls, where the likeliest leave out a known name that was said (decision 009).

A traveller who names a place of the trip's city nearly always wants something done about it. Where
the calls that the model writes first hold no such name, calls that do are written under a grammar
that demands it, and the likeliest is taken, unless what was written first is likelier by far.
(Lexically constrained decoding: Hokamp and Liu, 2017; here with a grammar in place of a beam, and
branch and bound, since a text only grows less likely.)
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from agent.dialogue import wire
from agent.dialogue.grammar import MAX_CALLS, Constraint
from agent.dialogue.mentions import MEANT, left_out, stretched
from agent.dialogue.turns import Call
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Made, write
from agent.models.engine import Generation
from agent.models.indecision import likeliest
from tools.mention import Kind, Mention

_log = logging.getLogger(__name__)

ADDED = 7.0
"""By how much (natural logarithm) a call of the same tool may be less likely than the first."""
ANOTHER = 3.0
"""The same for a call of another tool, or one more: a name in passing is not to do anything. And
for one that leads to a city of which the store has nothing, since the destination may be too small
to be known and the city where one comes from; or that has a name alone, which may be half of what
was meant ("Monastiraki market")."""
_MOST_TOOLS = 3
"""Tried in one place."""


@dataclass(slots=True)
class Rescoring:
    """The calls for one message, against those that leave out fewer of its known names.

    Args:
        asked: a message with mentions.
        grammar: of calls that meet a constraint.
        tools: names of those that there are.
    """

    asked: Asked
    grammar: Callable[[Constraint], str]
    tools: Collection[str]
    done: list[Generation] = field(default_factory=list, init=False)
    """What it took."""

    def better(self, first: Sequence[Made]) -> Candidate | None:
        """Calls that leave out fewer names and are likely enough; None where there are none.

        Args:
            first: what the model would call, at least one call.
        """
        missing = self._missing([made.call for made in first])
        best = None
        if missing:
            try:
                for candidate in self._candidates(first, missing):
                    best = candidate
            except (ModelError, wire.WireError) as error:
                # the first calls are as good as they were
                _log.warning("No other calls were looked for: %s", error)
                return None
        return None if self.asked.cancelled() else best

    def _candidates(self, first: Sequence[Made], missing: Sequence[Mention]) -> Iterator[Candidate]:
        """Likely enough ones, each likelier than the one before."""
        ways = self._ways(missing)
        same, total = first[0].call.name, sum(made.total for made in first)
        floor = -math.inf
        plainly = any(
            Kind.ELSEWHERE not in mention.kinds
            for mention in left_out([made.call for made in first], self.asked.mentions)
        )
        added = ADDED if plainly else ANOTHER
        places = [""]
        if plainly and len(first) < MAX_CALLS:
            places.append("".join(f"{made.line}\n" for made in first))
        for after in places:
            margins = {same: added} if same in ways and not after else {}
            least = max(floor, total - ANOTHER)
            others = likeliest(self.asked, ways.keys() - margins.keys(), least, self.done, after)
            margins.update(dict.fromkeys(islice(others, _MOST_TOOLS), ANOTHER))
            for tool, margin in margins.items():
                for key, names in ways[tool]:
                    grammar = self.grammar(Constraint(tool, key, names, after))
                    least = max(floor, total - margin)
                    found = self._written(grammar, least, after.count("\n") + 1)
                    if found is not None and len(self._missing(self._whole(found))) < len(missing):
                        floor = found.total
                        yield found

    def _ways(self, missing: Sequence[Mention]) -> Mapping[str, list[tuple[str, tuple[str, ...]]]]:
        """Tool -> its arguments that could hold some of the names, and which."""
        ways: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for (tool, key), kinds in MEANT.items():
            names = tuple(mention.text for mention in missing if mention.kinds & kinds)
            if names and tool in self.tools:
                ways.setdefault(tool, []).append((key, names))
        return ways

    def _whole(self, written: Candidate) -> list[Call]:
        return [Call(c.name, self.asked.resolved(c)) for c in wire.parse(written.text).calls]

    def _missing(self, calls: Sequence[Call]) -> Sequence[Mention]:
        mentions = self.asked.mentions
        return (*left_out(calls, mentions), *stretched(calls, mentions))

    def _written(self, grammar: str, least: float, certain: int) -> Candidate | None:
        """What the model writes; None where that is less likely than `least`, or cut."""
        written = Candidate(certain)
        generation = write(self.asked, grammar, least, written)
        self.done.append(generation)
        return None if generation.cut or generation.cancelled or not written.pieces else written
