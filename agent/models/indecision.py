"""What the model would do, where it is sure that something is to be done and not what.

A call whose tool it doubts is left out (`Asked.doubt`). Words that it writes in its place are
those of somebody who takes the message for talk: "what a fine idea", and nothing is changed. So
where it would rather do something than talk, it is asked what it meant (decision 012).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from agent.dialogue import wire
from agent.dialogue.grammar import heads_grammar
from agent.models.asked import Asked
from agent.models.candidates import Candidate, write
from agent.models.engine import Generation

_RATHER = math.log(0.5)
"""How likely some call has to be."""
_ALIKE = {"add_place", "move_place"}
"""A place that is not planned is added where it was to be moved, and the other way round."""
_NEARLY = math.log(0.4)
"""How likely a tool has to be that is called though it is doubted."""
_WORTH_NAMING = math.log(0.1)
"""A second tool less likely than this is not asked about."""


@dataclass(frozen=True, slots=True)
class Torn:
    """Between what a model is torn."""

    tools: tuple[str, ...] = ()
    """One or two, the likeliest first; none where it would rather talk."""
    head: float = -math.inf
    """Natural logarithm of how likely the first is."""

    @property
    def of_one_mind(self) -> bool:
        """Whether there is nothing to ask: nothing else comes to mind, or either does the same."""
        return self.head >= _NEARLY and (len(self.tools) == 1 or {*self.tools} == _ALIKE)


def torn_between(asked: Asked, tools: Collection[str], done: list[Generation]) -> Torn:
    """The one or two tools that the model would call.

    Args:
        asked: what was said.
        tools: names of those that there are.
        done: what it takes is put there.

    Raises:
        ModelError: the engine failed.
    """
    acts = asked.engine.log_probabilities(asked.prompt, [wire.CALL], cancelled=asked.cancelled)
    if not acts or acts[0] < _RATHER:
        return Torn()
    first = tuple(islice(_heads(asked, tools, -math.inf, done), 1))
    others = {*tools} - {tool for tool, _ in first}
    second = islice(_heads(asked, others, _WORTH_NAMING, done), 1)
    named = tuple(tool for tool, _ in (*first, *second))
    return Torn(named, first[0][1] if first else -math.inf)


def likeliest(
    asked: Asked,
    tools: Collection[str],
    least: float,
    done: list[Generation],
    after: str = "",
) -> Iterator[str]:
    """The tools that the model would call, the likeliest first.

    Args:
        asked: what was said.
        tools: names of those that may be called.
        least: natural logarithm of how likely a call has to be, with what stands before.
        done: what it takes is put there.
        after: lines of calls that stand before.
    """
    for tool, _ in _heads(asked, tools, least, done, after):
        yield tool


def _heads(
    asked: Asked,
    tools: Collection[str],
    least: float,
    done: list[Generation],
    after: str = "",
) -> Iterator[tuple[str, float]]:
    """As `likeliest`, with the logarithm of how likely each is."""
    left = {*tools}
    while left:
        head = Candidate(0)
        done.append(write(asked, heads_grammar(sorted(left), after), least, head))
        if done[-1].cut or done[-1].cancelled or not head.pieces:
            return
        tool = head.text.removeprefix(f"{after}{wire.CALL}")
        left.remove(tool)
        yield tool, head.total
