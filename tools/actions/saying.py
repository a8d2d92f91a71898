"""Facts as an outcome holds them: short strings, one way of writing for each kind of figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from tools.names import listed
from tools.outcome import SITUATIONS, Outcome, Trip
from tools.trip import Carrier, Itinerary, Money

_MOST_TOLD = 3
"""Things left out that an answer names besides the first."""


def days(count: int) -> str:
    """`3 days`, `1 day`."""
    return "1 day" if count == 1 else f"{count} days"


def people(count: int) -> str:
    """`5 people`, `1 person`."""
    return "1 person" if count == 1 else f"{count} people"


def day(number: int) -> str:
    """`day 2`."""
    return f"day {number}"


def on(when: date) -> str:
    """`Fri 4 Dec 2026`."""
    return f"{when:%a} {when.day} {when:%b %Y}"


def clock(when: datetime | time) -> str:
    """`10:15`."""
    return f"{when:%H:%M}"


def money(amount: Money) -> str:
    """`82 EUR`, whole units."""
    return f"{amount.amount:.0f} {amount.currency}"


def clause(sentence: str) -> str:
    """A reason as it reads after "because": no full stop, no capital but a name's or "I"."""
    first, space, rest = sentence.strip().removesuffix(".").partition(" ")
    return (first.lower() if first in _DECAPITALISED else first) + space + rest


_DECAPITALISED = frozenset("A An The There It That This These No Nothing To Days Day At On".split())


def also_left_out(names: Sequence[str]) -> tuple[str, ...]:
    """A sentence of what a plan lacks besides what its answer tells, if anything."""
    if not names:
        return ()
    told, more = names[:_MOST_TOLD], len(names) - _MOST_TOLD
    return (f"Also left out: {listed([*told, *([f'{more} more'] if more > 0 else [])])}.",)


def outcome(
    situation: str,
    trip: Trip,
    facts: Mapping[str, str | None] | None = None,
    changes: tuple[str, ...] = (),
) -> Outcome:
    """An outcome with the facts that have a value, in the vocabulary's order."""
    given = facts or {}
    unknown = given.keys() - set(SITUATIONS[situation])
    if unknown:
        raise ValueError(f"{situation!r} has no facts {sorted(unknown)}")
    if reason := given.get("reason"):
        given = {**given, "reason": clause(reason)}
    ordered = {key: value for key in SITUATIONS[situation] if (value := given.get(key))}
    return Outcome(situation, ordered, trip, changes=changes)


def way(minutes: int, carrier: Carrier) -> str:
    """`3 h 10 min by train`."""
    hours, rest = divmod(minutes, 60)
    how = "plane" if carrier is Carrier.AIR else "train"
    return " ".join(
        filter(None, (f"{hours} h" if hours else "", f"{rest} min" if rest else "", f"by {how}"))
    )


def course_facts(itinerary: Itinerary) -> dict[str, str | None]:
    """What an answer says of a trip through several cities."""
    facts: dict[str, str | None] = {
        "days": days(len(itinerary.days)),
        "start": on(itinerary.request.start),
        "cost": money(itinerary.cost),
    }
    for letter, stay in zip("abc", itinerary.request.all_stays, strict=False):
        facts |= {f"city_{letter}": stay.city.name, f"days_{letter}": days(stay.days)}
    if itinerary.transfers:
        first = itinerary.transfers[0]
        facts["way"] = way(first.minutes, first.carrier)
    return facts


def plan_facts(itinerary: Itinerary) -> dict[str, str | None]:
    """What an answer says of a whole plan."""
    sights = [[visit.place.name for visit in of_day.sights] for of_day in itinerary.days]
    first, second = sights[0], sights[1] if len(sights) > 1 else []
    return {
        "city": listed([city.name for city in itinerary.request.cities]),
        "days": days(len(itinerary.days)),
        "start": on(itinerary.request.start),
        "day1_a": next(iter(first), None),
        "day1_b": first[1] if len(first) > 1 else None,
        "day2_a": next(iter(second), None),
        "cost": money(itinerary.cost),
    }
