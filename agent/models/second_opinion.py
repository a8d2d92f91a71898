"""The wishes of a plan, once more from an adapter that learned nothing else (decision 017).

Which of a message's names is to be seen, slept at or left out, and what the trip is about: of that
an adapter that writes nothing else errs as often as the one that writes the call, and elsewhere.
Where they differ, argument by argument, that version of the call is taken which both together find
likeliest: a product of experts (Hinton, 2002).
"""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations, islice
from typing import Any

from agent.dialogue import wire
from agent.dialogue.plan_parts import PLAN, WISHES
from agent.dialogue.turns import Call
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Made, each_once, write
from agent.models.engine import Engine, Generation
from agent.models.likelihood import value_log_probabilities
from tools.arguments import PlanDays

_log = logging.getLogger(__name__)

_ORDER = tuple(PlanDays.model_fields)
_MOST = 15
"""Versions besides the first: all of four arguments."""
MARGIN = 1.0
"""By how much likelier than the model's own another version has to be; a natural logarithm. Chosen
on development turns (`python -m finetune calibrate RECIPE` of its recipe)."""


@dataclass(frozen=True, slots=True)
class Version:
    """A plan, some of whose arguments are the adviser's."""

    keys: tuple[str, ...]
    """Of those; empty for the plan as the model made it."""
    args: Mapping[str, Any]
    """All of the plan's."""
    gain: float
    """By how much likelier than the first it is to model and adviser together; a logarithm."""


def best(versions: Sequence[Version], margin: float) -> Version:
    """The one to take.

    Args:
        versions: at least the first.
        margin: by how much likelier another one has to be.
    """
    return max(versions, key=lambda one: one.gain - (margin if one.keys else 0.0))


@dataclass(slots=True)
class SecondOpinion:
    """The wishes of a plan that was asked for.

    Args:
        asked: a message while there is no trip.
        grammar: of a call of `PLAN` with arguments of `WISHES`.
        adviser: on the adapter that learned them.
        margin: as for `best`.
    """

    asked: Asked
    grammar: str
    adviser: Engine
    margin: float = MARGIN
    done: list[Generation] = field(default_factory=list, init=False)
    """What writing took."""
    reading_seconds: float = field(default=0.0, init=False)
    plan: Made | None = field(default=None, init=False)
    """The call that plans, as it was before."""
    versions: list[Version] = field(default_factory=list, init=False)
    """Of it, the first as it was; none where the adviser agrees."""

    def revised(self, made: Sequence[Made]) -> list[Made]:
        """The calls; of the only one that plans the version that is likeliest to both.

        Args:
            made: what the model would call.
        """
        plans = [one for one in made if one.call.name == PLAN]
        if len(plans) != 1:
            return [*made]
        self.plan = plans[0]
        likely: Mapping[str, float] = {}
        try:
            if (opinion := self._heard()) is not None:
                heard, likely = opinion
                self.versions = self._read(made, heard)
        except (ModelError, ValueError) as error:
            # the call is as good as it was
            _log.warning("No second opinion was heard: %s", error)
        if not self.versions:
            return [*made]
        found = with_version(self.plan, best(self.versions, self.margin), likely)
        return [found if one is self.plan else one for one in made]

    def _heard(self) -> tuple[dict[str, Any], Mapping[str, float]] | None:
        """The adviser's arguments and how likely each is to it; None where it was broken off."""
        written = Candidate(1)
        generation = write(
            replace(self.asked, engine=self.adviser), self.grammar, -math.inf, written
        )
        self.done.append(generation)
        if generation.cut or generation.cancelled:
            return None
        line, _, _ = written.text.partition("\n")
        args = json.loads(line.removeprefix(f"{wire.CALL}{PLAN}"))
        likely = value_log_probabilities(written.pieces, list(args))
        return each_once(self.asked.resolved(Call(PLAN, args))), likely

    def _read(self, made: Sequence[Made], heard: Mapping[str, Any]) -> list[Version]:
        """Every version; none where there is but one, or nobody waits any more."""
        assert self.plan is not None
        args = self.plan.call.args
        differ = [key for key in WISHES.keys if args.get(key) != heard.get(key)]
        some = (combinations(differ, n) for n in range(1, len(differ) + 1))
        chosen = [(), *islice(chain.from_iterable(some), _MOST)]
        if not differ:
            return []
        began = time.perf_counter()
        plans = [_mixed(args, heard, keys) for keys in chosen]
        own = self._likely(self.asked.engine, [self._text(made, plan) for plan in plans])
        wishes = [_line(WISHES.of(plan)) + wire.END for plan in plans]
        advised = self._likely(self.adviser, wishes)
        self.reading_seconds = time.perf_counter() - began
        if len(own) < len(plans) or len(advised) < len(plans):
            return []
        both = [sum(pair) for pair in zip(own, advised, strict=True)]
        return [
            Version(keys, plan, total - both[0])
            for keys, plan, total in zip(chosen, plans, both, strict=True)
        ]

    def _text(self, made: Sequence[Made], plan: Mapping[str, Any]) -> str:
        lines = [_line(plan) if one is self.plan else one.line for one in made]
        return "\n".join(lines) + wire.END

    def _likely(self, engine: Engine, texts: Sequence[str]) -> list[float]:
        return engine.log_probabilities(self.asked.prompt, texts, cancelled=self.asked.cancelled)


def with_version(made: Made, version: Version, likely: Mapping[str, float]) -> Made:
    """A call as a version has it.

    Args:
        made: the call before.
        version: of it.
        likely: of each of the adviser's arguments.
    """
    heard = {key: likely[key] for key in version.keys if key in likely}
    values = {**made.likely, **heard}
    return replace(
        made,
        call=replace(made.call, args=dict(version.args)),
        likely={key: values[key] for key in version.args if key in values},
    )


def _mixed(
    args: Mapping[str, Any], heard: Mapping[str, Any], keys: Sequence[str]
) -> dict[str, Any]:
    """Arguments with those of some keys, present or absent, as they were heard."""
    kept = {key: value for key, value in args.items() if key not in keys}
    mixed = {**kept, **{key: heard[key] for key in keys if key in heard}}
    return {key: mixed[key] for key in _ORDER if key in mixed}


def _line(args: Mapping[str, Any]) -> str:
    return wire.render_call(Call(PLAN, dict(args)))
