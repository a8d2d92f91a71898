"""Two plans side by side: what each costs, walks, sees and leaves out, and their days in pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from tools.editing.changes import describe, retimed, stops_of
from tools.money import convert
from tools.place import MealKind
from tools.trip import Itinerary, LeftOut, Mode, Money, Visit

T = TypeVar("T")

StopKind = Literal["same", "gone", "new", "moved", "retimed"]
"""Of a stop, against the other plan: there at the same hour; not there; there only now; on another
day; on its day at another hour, or another meal."""


@dataclass(frozen=True, slots=True)
class Both(Generic[T]):
    """A figure of either plan."""

    old: T
    new: T


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit, and what became of it or where it came from."""

    place_id: str
    name: str
    arrival: str
    """Local time, `HH:MM`."""
    meal: MealKind | None
    kind: StopKind


@dataclass(frozen=True, slots=True)
class DayPair:
    """The stops of a day in either plan; empty where a plan has no such day."""

    number: int
    """1-based."""
    old: tuple[Stop, ...]
    """None of them is "new"."""
    new: tuple[Stop, ...]
    """None of them is "gone"."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different between two plans."""

    changes: tuple[str, ...]
    """As `tools.editing.changes.describe` tells them; empty for plans with the same stops."""
    cost: Both[Money]
    """Of the whole party, both in the new plan's currency."""
    cost_difference: Money
    """New less old."""
    walking_metres: Both[int]
    """All walked legs of all days together."""
    sights: Both[int]
    """Visits that are not meals."""
    left_out: Both[tuple[LeftOut, ...]]
    days: tuple[DayPair, ...]
    """As many as the longer plan has."""


def compare(old: Itinerary, new: Itinerary) -> Comparison:
    """Both plans side by side; days are paired by their number, whatever their dates or cities.

    Args:
        old: before, or the one choice.
        new: after, or the other.

    Raises:
        InvalidRequestError: they cost different currencies, of which one has no rate here.
    """
    cost = Both(_in(old.cost, new.cost.currency), new.cost)
    more = round(cost.new.amount - cost.old.amount, 2)
    return Comparison(
        changes=describe(old, new),
        cost=cost,
        cost_difference=Money(more, cost.new.currency),
        walking_metres=Both(_walked(old), _walked(new)),
        sights=Both(*(sum(len(day.sights) for day in plan.days) for plan in (old, new))),
        left_out=Both(old.left_out, new.left_out),
        days=_pairs(old, new),
    )


def _in(amount: Money, currency: str) -> Money:
    return Money(convert(amount.amount, amount.currency, currency), currency)


def _walked(plan: Itinerary) -> int:
    return sum(leg.metres for day in plan.days for leg in day.legs if leg.mode is Mode.WALK)


def _pairs(old: Itinerary, new: Itinerary) -> tuple[DayPair, ...]:
    before, after = stops_of(old), stops_of(new)
    return tuple(
        DayPair(
            number,
            _stops(old, number, after, "gone"),
            _stops(new, number, before, "new"),
        )
        for number in range(1, max(len(old.days), len(new.days)) + 1)
    )


def _stops(
    plan: Itinerary, number: int, other: Mapping[str, tuple[int, Visit]], absent: StopKind
) -> tuple[Stop, ...]:
    """A day's stops, each held against where the other plan has its place; `absent`: nowhere."""
    visits = plan.days[number - 1].visits if number <= len(plan.days) else ()
    return tuple(
        Stop(
            place_id=visit.place.id,
            name=visit.place.name,
            arrival=f"{visit.arrival:%H:%M}",
            meal=visit.meal,
            kind=_kind(number, visit, other.get(visit.place.id), absent),
        )
        for visit in visits
    )


def _kind(number: int, visit: Visit, there: tuple[int, Visit] | None, absent: StopKind) -> StopKind:
    if there is None:
        return absent
    day, twin = there
    if day != number:
        return "moved"
    return "retimed" if retimed(twin, visit) else "same"
