"""Where a plan leads, against the cities of which there are places (decision 018).

"We pass through Cairo on the way home to Kano", "one congress ends in Mumbai, the next opens in
Colombo, and in the gap I shall be in Delhi": who tells of a journey names more cities than are to
be planned, and a small model takes the wrong ones. Where the plan leads to one that the store knows
nothing of, and one was said that it knows, the plan is read with that alone, and is taken so unless
it is less likely by far; then the tool says which city is not known.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.dialogue.plan_parts import PLAN
from agent.dialogue.turns import Call
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Made
from agent.models.engine import Generation
from agent.models.plan_part import in_order, line_of, only_plan, with_plan

_log = logging.getLogger(__name__)

MARGIN = 5.0
"""By how much (natural logarithm) a plan with the cities that are known may be less likely."""
_CITIES = ("destination", "more_destinations", "days_each")


@dataclass(slots=True)
class KnownCities:
    """The cities of a plan that was asked for.

    Args:
        asked: a message.
        is_known: whether there are places of the city of this name.
        margin: as `MARGIN`.
    """

    asked: Asked
    is_known: Callable[[str], bool]
    margin: float = MARGIN
    done: list[Generation] = field(default_factory=list, init=False)
    """Nothing: it only reads."""
    reading_seconds: float = field(default=0.0, init=False)

    def revised(self, made: Sequence[Made]) -> list[Made]:
        """The calls; the only one that plans with known cities, where that is likely enough.

        Args:
            made: what the model would call.
        """
        plan = only_plan(made)
        others = [] if plan is None else [*self._others(plan.call.args)]
        if plan is None or not others:
            return [*made]
        began = time.perf_counter()
        texts = [with_plan(made, plan, args) for args in (plan.call.args, *others)]
        try:
            likely = self.asked.engine.log_probabilities(
                self.asked.prompt, texts, cancelled=self.asked.cancelled
            )
        except ModelError as error:
            # the call is as good as it was
            _log.warning("No other cities were looked for: %s", error)
            return [*made]
        self.reading_seconds = time.perf_counter() - began
        if len(likely) < len(texts):
            return [*made]
        first, *rest = likely
        best = max(range(len(rest)), key=rest.__getitem__)
        if rest[best] <= first - self.margin:
            return [*made]
        args = in_order(self.asked.resolved(Call(PLAN, dict(others[best]))))
        found = replace(plan, call=Call(PLAN, args), line=line_of(args))
        return [found if one is plan else one for one in made]

    def _others(self, args: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """The plan without the cities that are unknown, and with each known one that was said."""
        if not args.get("destination"):
            return
        cities = [str(args["destination"]), *map(str, args.get("more_destinations", ()))]
        known = [self.is_known(city) for city in cities]
        if all(known):
            return
        each = args.get("days_each", ())
        stays = each if len(each) == len(cities) else ()
        kept = [at for at, is_known in enumerate(known) if is_known]
        if kept:
            yield _leading_to(
                args, [cities[at] for at in kept], [stays[at] for at in kept if stays]
            )
        said = {city.casefold() for city in cities}
        for mention in self.asked.mentions:
            if mention.text.casefold() not in said and self.is_known(mention.text):
                yield _leading_to(args, [mention.text], ())


def _leading_to(
    args: Mapping[str, Any], cities: Sequence[str], days: Sequence[int]
) -> Mapping[str, Any]:
    rest = {key: value for key, value in args.items() if key not in _CITIES}
    one, *more = cities
    found = {**rest, "destination": one}
    if more:
        found["more_destinations"] = more
    if more and days:
        found["days_each"] = [*days]
    elif days:
        found["days"] = days[0]
    return in_order(found)
