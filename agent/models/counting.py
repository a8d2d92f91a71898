"""Who travels, and can they climb, asked of an adapter that learned nothing else (decision 016).

A small model adds badly, and one that lists people wherever it plans writes the rest of a call
worse. So the call is written by one adapter, with a number, and another one is asked who travels:
it copies them, and code counts (`tools.headcount`).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.dialogue.plan_parts import STEP_FREE
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Made
from agent.models.engine import Engine, Generation
from agent.models.plan_part import ask, in_order, only_plan
from tools.headcount import ARGUMENT, JOINING, counted, is_change, uncounted

_log = logging.getLogger(__name__)

LEAST_LIKELY = -1.0
"""Natural logarithm of the probability of a list that is believed, whatever the model's number was.
Chosen on development turns (`python -m finetune calibrate RECIPE` of its recipe)."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who travels, as it was listed."""

    number: int | None
    """None where nobody is listed, or some of whom nobody said how many they are."""
    likely: float
    """Logarithm of the list's probability."""
    step_free: bool
    """Whether somebody can't take stairs."""


@dataclass(slots=True)
class Counting:
    """The travellers of a plan that was asked for.

    Args:
        asked: a message while there is no trip.
        grammar: of a call of `PLAN` with arguments of `WHO_TRAVELS`.
        counter: on the adapter that lists travellers.
        least: how likely a list has to be to be believed; a natural logarithm.
    """

    asked: Asked
    grammar: str
    counter: Engine
    least: float = LEAST_LIKELY
    done: list[Generation] = field(default_factory=list, init=False)
    """What it took."""
    reading_seconds: float = field(default=0.0, init=False)
    """As a `Revision` has it: nothing is read."""
    plan: Made | None = field(default=None, init=False)
    """The call that plans, as it was before."""
    party: Party | None = field(default=None, init=False)
    """What was listed for it."""

    def revised(self, made: Sequence[Made]) -> list[Made]:
        """The calls; the only one that plans is for who was listed, if that is believed.

        Args:
            made: what the model would call.
        """
        if (plan := only_plan(made)) is None:
            return [*made]
        self.plan = plan
        try:
            self.party = self._listed()
        except (ModelError, ValueError) as error:
            # the first number is as good as it was
            _log.warning("Nobody was counted: %s", error)
        found = with_party(plan, self.party, self.least)
        return [found if one is plan else one for one in made]

    def _listed(self) -> Party | None:
        """None where it was broken off."""
        heard = ask(self.asked, self.grammar, self.counter, self.done)
        if heard is None:
            return None
        args, likely = heard.args, heard.likely.get(ARGUMENT, 0.0)
        return Party(_number(args), likely, args.get(STEP_FREE) is True)


def with_party(made: Made, party: Party | None, least: float) -> Made:
    """A call for as many as were listed, if that is likely enough, and without steps, if one of
    them can't take any.
    """
    if party is None:
        return made
    args, likely = {**made.call.args}, {**made.likely}
    if party.number is not None and party.likely >= least:
        args[ARGUMENT], likely[ARGUMENT] = party.number, party.likely
    if party.step_free:
        args[STEP_FREE] = True
    return replace(made, call=replace(made.call, args=in_order(args)), likely=likely)


def _number(args: Mapping[str, Any]) -> int | None:
    """How many a call is for; None where that was not said."""
    listed = args.get(ARGUMENT)
    if is_change(listed) or (isinstance(listed, list) and uncounted([JOINING, *listed])):
        return None
    number: int | None = counted(args).get(ARGUMENT)
    return number if number is not None and number > 0 else None
