"""Which cities a trip leads through, for how long each, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

from tools.actions.naming import city_named
from tools.arguments import PlanDays
from tools.errors import InvalidRequestError
from tools.place import City
from tools.planning.score import fame
from tools.services import TravelServices
from tools.trip import MAX_STAYS, Pace, Stay

_WORTH_AN_ORDER = 60
"""Minutes of way that another order has to save before it is taken."""


_LONGEST_WAY = 8 * 60
"""Minutes of way after which the day has no time left for the city."""


@dataclass(frozen=True, slots=True)
class Course:
    """The stays, without lodgings, and what the traveller has to be told of them."""

    stays: tuple[Stay, ...]
    notes: tuple[str, ...] = ()


def cities_of(services: TravelServices, wishes: PlanDays, first: City) -> tuple[City, ...]:
    """The cities that were named, in order; one that follows itself counts once.

    Args:
        services: where to look.
        wishes: all that was said.
        first: the destination, resolved.

    Raises:
        InputError: as `tools.actions.naming.city_named`; too many.
    """
    found = [first]
    for said in wishes.more_destinations or ():
        city = city_named(services, said)
        if city.id != found[-1].id:
            found.append(city)
    if len(found) > MAX_STAYS:
        raise InvalidRequestError(
            f"A trip leads through at most {MAX_STAYS} cities, not {len(found)}."
        )
    return tuple(found)


def check_shares(wishes: PlanDays) -> PlanDays:
    """The wishes with the days that each city's share adds up to.

    Raises:
        InvalidRequestError: shares that are no days, or contradict the number of cities or days.
    """
    each = wishes.days_each
    if not each or not wishes.more_destinations:
        return wishes
    if min(each) < 1:
        raise InvalidRequestError(f"A stay needs at least 1 day, not {min(each)}.")
    count = 1 + len(wishes.more_destinations)
    if len(each) != count:
        raise InvalidRequestError(
            f"You named {count} cities and {len(each)} lengths; please say how long for each."
        )
    if wishes.days is not None and wishes.days != sum(each):
        told = " + ".join(map(str, each))
        raise InvalidRequestError(f"{told} makes {sum(each)} days, not {wishes.days}.")
    return wishes.model_copy(update={"days": sum(each)})


def course(services: TravelServices, cities: Sequence[City], days: int, wishes: PlanDays) -> Course:
    """How long in each city, and in which order.

    Each city has the days that were said; else the days go, one by one, to the city in which the
    next day's sights are worth most. The order is as said, unless no shares were said and another
    one (from the same first city) saves more than `_WORTH_AN_ORDER` minutes of way.

    Raises:
        InvalidRequestError: fewer days than cities.
    """
    if len(cities) == 1:
        return Course((Stay(cities[0], days),))
    each = wishes.days_each
    if each is not None and len(each) == len(cities) and sum(each) == days:
        return Course(tuple(Stay(c, n) for c, n in zip(cities, each, strict=True)))
    if days < len(cities):
        raise InvalidRequestError(
            f"{len(cities)} cities need at least {len(cities)} days, not {days}."
        )
    ordered, notes = _ordered(services, cities)
    counts = [1, *(_least_days(services, a, b) for a, b in pairwise(ordered))]
    if sum(counts) > days:
        counts = [1] * len(ordered)  # the planner says which stay is too short
    worths = [_worths(services, city, wishes, days) for city in ordered]
    for _ in range(days - sum(counts)):
        best = max(range(len(ordered)), key=lambda i: (worths[i][counts[i]], -i))
        counts[best] += 1
    return Course(tuple(Stay(c, n) for c, n in zip(ordered, counts, strict=True)), notes)


def _least_days(services: TravelServices, before: City, city: City) -> int:
    """Days that a stay needs for one of them to be left after the way there."""
    minutes = services.transfers.between(before, city).minutes
    return 1 if minutes <= _LONGEST_WAY else 2


def _ordered(
    services: TravelServices, cities: Sequence[City]
) -> tuple[tuple[City, ...], tuple[str, ...]]:
    def minutes(order: Sequence[City]) -> int:
        return sum(services.transfers.between(a, b).minutes for a, b in pairwise(order))

    said = tuple(cities)
    if len({city.id for city in said}) < len(said):  # who comes back has an order in mind
        return said, ()
    best = min(((said[0], *rest) for rest in permutations(said[1:])), key=minutes)
    saved = minutes(said) - minutes(best)
    if saved <= _WORTH_AN_ORDER:
        return said, ()
    names = ", ".join(city.name for city in best)
    return best, (f"I put the cities in the order {names}: it saves {saved} minutes of way.",)


def _worths(services: TravelServices, city: City, wishes: PlanDays, days: int) -> list[float]:
    """What the first, second, ... day in a city is worth: of its sights, the best ones first."""
    liked = set(wishes.interests or ())
    sights = [p for p in services.store.places(city.id) if not p.category.is_food]
    values = sorted(
        (
            (p.importance / 100) ** 3 * (1.5 if liked & set(p.interests) else 1) + fame(p)
            for p in sights
        ),
        reverse=True,
    )
    a_day = (wishes.pace or Pace.BALANCED).max_sights
    return [sum(values[i * a_day : (i + 1) * a_day]) for i in range(days + 1)]
