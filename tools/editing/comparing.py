"""Two plans side by side: what each costs, walks, sees and leaves out, and their days in pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tools.editing.changes import describe, retimed, stops_of
from tools.money import convert
from tools.place import MealKind
from tools.trip import Itinerary, LeftOut, Mode, Money, Visit

StopKind = Literal["same", "gone", "new", "moved", "retimed"]
"""Of a stop, against the other plan: there at the same hour; not there; there only now; on another
day; on its day at another hour, or another meal."""


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
    old_cost: Money
    """Of the whole party, in the new plan's currency."""
    new_cost: Money
    cost_difference: Money
    """New less old."""
    old_walked: int
    """Metres of all walked legs."""
    new_walked: int
    old_sights: int
    """Visits that are not meals."""
    new_sights: int
    old_left_out: tuple[LeftOut, ...]
    new_left_out: tuple[LeftOut, ...]
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
    was, now = old.cost, new.cost
    was = Money(convert(was.amount, was.currency, now.currency), now.currency)
    return Comparison(
        changes=describe(old, new),
        old_cost=was,
        new_cost=now,
        cost_difference=Money(round(now.amount - was.amount, 2), now.currency),
        old_walked=_walked(old),
        new_walked=_walked(new),
        old_sights=_sights(old),
        new_sights=_sights(new),
        old_left_out=old.left_out,
        new_left_out=new.left_out,
        days=_pairs(old, new),
    )


def _walked(plan: Itinerary) -> int:
    return sum(leg.metres for day in plan.days for leg in day.legs if leg.mode is Mode.WALK)


def _sights(plan: Itinerary) -> int:
    return sum(len(day.sights) for day in plan.days)


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
