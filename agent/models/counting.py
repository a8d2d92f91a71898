"""Who travels, asked of an adapter that learned nothing else (decision 016).

A small model adds badly, and one that lists people wherever it plans writes the rest of a call
worse. So the call is written by one adapter, with a number, and another one is asked who travels:
it copies them, and code counts (`tools.headcount`).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.dialogue import wire
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Made, write
from agent.models.engine import Engine, Generation
from agent.models.likelihood import value_log_probabilities
from tools.arguments import PlanDays
from tools.headcount import ARGUMENT, is_change

_log = logging.getLogger(__name__)

PLAN = "plan_days"
"""The tool whose travellers are counted."""
ASKED = (ARGUMENT, "step_free", "good_for_kids")
"""Arguments that the adapter learned to write (`data.only` of its recipe)."""
_ORDER = tuple(PlanDays.model_fields)


@dataclass(frozen=True, slots=True)
class CountingSettings:
    """Which parties are taken; natural logarithms, chosen on development turns (`python -m finetune
    evaluate finetune/recipes/smollm2-135m-party-more.yaml`).
    """

    sure: float = -0.5
    """A party as likely as this is taken, however sure the model was of its number."""
    nearly: float = 0.35
    """By how much another party may be less likely than the model's number was to it."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who travels, as it was counted."""

    number: int
    likely: float
    """Logarithm of the list's probability."""


@dataclass(slots=True)
class Counting:
    """The travellers of a plan that was asked for.

    Args:
        asked: a message while there is no trip.
        grammar: of a call of `PLAN` with arguments of `party_schema`.
        counter: on the adapter that lists travellers.
        settings: when it is believed.
    """

    asked: Asked
    grammar: str
    counter: Engine
    settings: CountingSettings = CountingSettings()
    done: list[Generation] = field(default_factory=list, init=False)
    """What it took."""
    plan: Made | None = field(default=None, init=False)
    """The call that plans, as it was before."""
    party: Party | None = field(default=None, init=False)
    """What was listed for it."""

    def counted(self, made: Sequence[Made]) -> list[Made]:
        """The calls; the only one that plans is for as many as were listed, if that is believed.

        Args:
            made: what the model would call.
        """
        plans = [one for one in made if one.call.name == PLAN]
        if len(plans) != 1:
            return [*made]
        self.plan = plans[0]
        try:
            self.party = self._listed()
        except (ModelError, wire.WireError) as error:
            # the first number is as good as it was
            _log.warning("Nobody was counted: %s", error)
        found = with_party(self.plan, self.party, self.settings)
        return [found if one is self.plan else one for one in made]

    def _listed(self) -> Party | None:
        """None where nobody is listed."""
        written = Candidate(1)
        asked = replace(self.asked, engine=self.counter)
        generation = write(asked, self.grammar, -math.inf, written)
        self.done.append(generation)
        if generation.cut or generation.cancelled or not written.pieces:
            return None
        call = wire.parse(written.text).calls[0]
        if ARGUMENT not in call.args or is_change(call.args[ARGUMENT]):
            return None
        likely = value_log_probabilities(written.pieces, list(call.args))
        return Party(int(call.args[ARGUMENT]), likely[ARGUMENT])


def party_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of `PLAN`'s arguments, with nothing but what the adapter learned to write."""
    properties = {key: schema["properties"][key] for key in ASKED}
    return {**schema, "properties": properties, "required": []}


def with_party(made: Made, party: Party | None, settings: CountingSettings) -> Made:
    """A call for as many as were listed, if that is to be believed."""
    known = made.likely.get(ARGUMENT, 0.0)
    if party is None or party.likely < min(settings.sure, known - settings.nearly):
        return made
    args = {**made.call.args, ARGUMENT: party.number}
    ordered = {key: args[key] for key in _ORDER if key in args}
    call = replace(made.call, args=ordered)
    return replace(made, call=call, likely={**made.likely, ARGUMENT: party.likely})
