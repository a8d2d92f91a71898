"""A part of a plan, asked of an adapter that learned to write nothing else."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.dialogue import wire
from agent.dialogue.plan_parts import PLAN
from agent.dialogue.turns import Call
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Made, write
from agent.models.engine import Engine, Generation
from agent.models.likelihood import value_log_probabilities
from tools.arguments import PlanDays

_ORDER = tuple(PlanDays.model_fields)


@dataclass(frozen=True, slots=True)
class Heard:
    """What such an adapter wrote."""

    args: Mapping[str, Any]
    likely: Mapping[str, float]
    """Logarithm of the probability of each argument's value."""


def only_plan(made: Sequence[Made]) -> Made | None:
    """The call that plans, where there is one and no more."""
    plans = [one for one in made if one.call.name == PLAN]
    return plans[0] if len(plans) == 1 else None


def ask(asked: Asked, grammar: str, engine: Engine, done: list[Generation]) -> Heard | None:
    """Has an adapter write its part of a plan; None where it was broken off.

    Args:
        asked: a message while there is no trip.
        grammar: of a call of `PLAN` with the arguments of the part.
        engine: on the adapter.
        done: what it took is added.

    Raises:
        ModelError: the engine failed.
        ValueError: it broke the grammar's promise.
    """
    written = Candidate(1)
    generation = write(replace(asked, engine=engine), grammar, -math.inf, written)
    done.append(generation)
    if generation.cut or generation.cancelled or not written.pieces:
        return None
    line, _, _ = written.text.partition("\n")
    args = json.loads(line.removeprefix(f"{wire.CALL}{PLAN}"))
    return Heard(args, value_log_probabilities(written.pieces, list(args)))


def line_of(args: Mapping[str, Any]) -> str:
    """A plan as it is written."""
    return wire.render_call(Call(PLAN, dict(args)))


def with_plan(made: Sequence[Made], plan: Made, args: Mapping[str, Any]) -> str:
    """All calls and their end, the plan with these arguments."""
    lines = [line_of(args) if one is plan else one.line for one in made]
    return "\n".join(lines) + wire.END


def in_order(args: Mapping[str, Any]) -> dict[str, Any]:
    """A plan's arguments in the order in which the catalog has them."""
    return {key: args[key] for key in _ORDER if key in args}
