"""The wishes of a plan, once more from an adapter that learned nothing else (decision 017).

Which of a message's names is to be seen, slept at or left out, and what the trip is about: of that
an adapter that writes nothing else errs as often as the one that writes the call, and elsewhere.
Where they differ, argument by argument, that version of the call is taken which both together find
likeliest: a product of experts (Hinton, 2002).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations, islice
from typing import Any

from agent.dialogue import wire
from agent.dialogue.mentions import left_out, stretched
from agent.dialogue.plan_parts import PLAN, WISHES
from agent.dialogue.turns import Call
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Made, each_once, same
from agent.models.engine import Engine, Generation
from agent.models.plan_part import Heard, ask, in_order, line_of, only_plan, with_plan

_log = logging.getLogger(__name__)

_NAMED = ("destination", "more_destinations", "must_see", "avoid", "lodging")
"""A name is one of these."""
_MOST = 15
"""Versions besides the first: all of four arguments."""
MARGIN = 1.5
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
    """By how much likelier than the first it is to the model, plus the same of its wishes to the
    adviser; natural logarithms."""


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
    """Of it, the first as it was; none where there is no other."""

    def revised(self, made: Sequence[Made]) -> list[Made]:
        """The calls; of the only one that plans the version that is likeliest to both.

        Args:
            made: what the model would call.
        """
        if (plan := only_plan(made)) is None:
            return [*made]
        self.plan = plan
        try:
            heard = ask(self.asked, self.grammar, self.adviser, self.done)
            self.versions = self._read(made, plan, heard) if heard is not None else []
        except (ModelError, ValueError) as error:
            # the call is as good as it was
            _log.warning("No second opinion was heard: %s", error)
            return [*made]
        if heard is None or not self.versions:
            return [*made]
        found = with_version(plan, best(self.versions, self.margin), heard)
        # without a second city a length is reckoned that was not before
        args = in_order(self.asked.resolved(found.call))
        found = replace(found, call=replace(found.call, args=args))
        return [found if one is plan else one for one in made]

    def _read(self, made: Sequence[Made], plan: Made, heard: Heard) -> list[Version]:
        """Every version; none where there is but one, or nobody waits any more."""
        wishes = each_once(self.asked.resolved(Call(PLAN, dict(heard.args))))
        versions = [((), dict(plan.call.args)), *self._others(plan, wishes)]
        if len(versions) == 1:
            return []
        began = time.perf_counter()
        plans = [args for _, args in versions]
        own = self._likely(self.asked.engine, [with_plan(made, plan, args) for args in plans])
        advised = self._likely(
            self.adviser, [line_of(WISHES.of(args)) + wire.END for args in plans]
        )
        self.reading_seconds = time.perf_counter() - began
        if len(own) < len(plans) or len(advised) < len(plans):
            return []
        both = [sum(pair) for pair in zip(own, advised, strict=True)]
        return [
            Version(keys, args, total - both[0])
            for (keys, args), total in zip(versions, both, strict=True)
        ]

    def _others(
        self, plan: Made, wishes: Mapping[str, Any]
    ) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
        """What of the wishes is taken, and the plan with it; that which is no plan is left out."""
        args = plan.call.args
        differ = [k for k in WISHES.keys if not same(k, args.get(k), wishes.get(k))]
        some = chain.from_iterable(combinations(differ, n) for n in range(1, len(differ)))
        for keys in chain([tuple(differ)] if differ else (), islice(some, _MOST - 1)):
            mixed = _mixed(args, wishes, keys)
            if _is_sound(mixed, args) and not self._loses_names(mixed, args):
                yield keys, mixed

    def _loses_names(self, args: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
        """Whether known names are missing that were there (decision 009)."""

        def missing(args: Mapping[str, Any]) -> int:
            calls, mentions = [Call(PLAN, dict(args))], self.asked.mentions
            return len(left_out(calls, mentions)) + len(stretched(calls, mentions))

        return missing(args) > missing(before)

    def _likely(self, engine: Engine, texts: Sequence[str]) -> list[float]:
        return engine.log_probabilities(self.asked.prompt, texts, cancelled=self.asked.cancelled)


def with_version(made: Made, version: Version, heard: Heard) -> Made:
    """A call as a version has it.

    Args:
        made: the call before.
        version: of it.
        heard: from the adviser.
    """
    values = {**made.likely}
    values |= {key: heard.likely[key] for key in version.keys if key in heard.likely}
    return replace(
        made,
        call=replace(made.call, args=dict(version.args)),
        likely={key: values[key] for key in version.args if key in values},
    )


def _mixed(
    args: Mapping[str, Any], wishes: Mapping[str, Any], keys: Sequence[str]
) -> dict[str, Any]:
    """Arguments with those of some keys, present or absent, as the adviser has them."""
    kept = {key: value for key, value in args.items() if key not in keys}
    return in_order({**kept, **{key: wishes[key] for key in keys if key in wishes}})


def _is_sound(args: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether a mixture can be a plan where the call could: with a city, if that had one, as many
    lengths as cities, and each name in one place.
    """
    if "destination" in before and "destination" not in args:
        return False
    if "days_each" in args and len(args["days_each"]) != 1 + len(args.get("more_destinations", ())):
        return False
    return _twice(args) <= _twice(before)


def _twice(args: Mapping[str, Any]) -> int:
    """How many names stand in more than one place."""
    values = [args[key] for key in _NAMED if key in args]
    names = [n for value in values for n in (value if isinstance(value, list) else [value])]
    return len(names) - len({name.casefold() for name in names})
