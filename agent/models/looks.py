"""Which looks are taken for other calls than the likeliest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from agent.dialogue.grammar import Constraint
from agent.dialogue.standing import Standing
from agent.models.asked import Asked
from agent.models.candidates import Look
from agent.models.one_more import OneMore
from agent.models.rescoring import Rescoring
from agent.models.ruled_out import RuledOut


def looks(
    asked: Asked,
    grammar: Callable[..., str],
    tools: Sequence[Mapping[str, Any]],
    trip: Standing | None,
) -> list[Look]:
    """Where the likeliest leave out names or hours, and where the trip rules them out.

    Args:
        asked: a message.
        grammar: of calls of given tools; with a `constraint`, a `choice`, and the trip's `days`.
        tools: that are bound.
        trip: as it stands.
    """
    found: list[Look] = []
    names = {tool["function"]["name"] for tool in tools}

    def with_held(constraint: Constraint) -> str:
        return grammar(tools, constraint=constraint)

    if any(mention.kinds for mention in asked.mentions):
        found.append(Rescoring(asked, with_held, names))
    if trip is not None:
        bound = partial(grammar, choice="required", days=trip.days)

        def possible(*, without: Collection[str] = (), constraint: Constraint | None = None) -> str:
            left = [tool for tool in tools if tool["function"]["name"] not in without]
            return bound(left, constraint=constraint)

        found += [RuledOut(asked, possible, trip), OneMore(asked, with_held, names)]
    return found
