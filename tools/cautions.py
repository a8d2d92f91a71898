"""What a traveller should mind at a single stop of a plan that holds.

A plan is checked against the hours that are known; a caution says where these are known too
little to lean on, or where there is hardly any time to spare.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tools.errors import DataError
from tools.hours import DAY_MINUTES, clock, named_holidays, open_intervals
from tools.place import City
from tools.trip import Itinerary, Visit

SOON_MINUTES = 10
"""Closing no later than this after one leaves is told."""
_SURE_ENOUGH = frozenset({"high", "medium"})
"""`Place.confidence` of facts that need not be looked up once more."""
_HOLIDAY_RULE = "PH"
"""In OSM `opening_hours`: what holds on public holidays."""


class CautionKind(StrEnum):
    """Why to mind a stop."""

    HOURS_UNKNOWN = "hours_unknown"
    UNSURE = "unsure_hours"
    HOLIDAY = "holiday_here"
    CLOSES_SOON = "closes_soon"


@dataclass(frozen=True, slots=True)
class Caution:
    """A kind with what belongs to it."""

    kind: CautionKind
    holiday: str = ""
    """Of `HOLIDAY`: what it is called."""
    closes: str = ""
    """Of `CLOSES_SOON`: local time, HH:MM."""


def cautions(itinerary: Itinerary, number: int, visit: Visit) -> tuple[Caution, ...]:
    """What to mind at a visit of a 1-based day; hours that can't be read count as unsure."""
    place, city = visit.place, itinerary.request.stay_on(number).city
    if not place.hours:
        return (Caution(CautionKind.HOURS_UNKNOWN),)
    found: list[Caution] = []
    if place.confidence not in _SURE_ENOUGH:
        found.append(Caution(CautionKind.UNSURE))
    on = itinerary.days[number - 1].date
    holiday = holiday_on(city, on)
    if holiday and place.hours != "24/7" and _HOLIDAY_RULE not in place.hours:
        found.append(Caution(CautionKind.HOLIDAY, holiday=holiday))
    try:
        closes = _closing(visit, city, on)
    except DataError:  # a hand-written itinerary: the store has no such hours
        return (Caution(CautionKind.UNSURE),)
    if closes is not None:
        found.append(Caution(CautionKind.CLOSES_SOON, closes=clock(closes)))
    return tuple(found)


def holiday_on(city: City, on: date) -> str:
    """What the public holiday on a date is called; empty on other days."""
    return next((name for day, name in named_holidays(city.country, on.year) if day == on), "")


def _closing(visit: Visit, city: City, on: date) -> int | None:
    """The minute of the day at which a place closes just after the visit; None: not so soon."""
    place = visit.place
    leaves = (
        (visit.departure.date() - on).days * DAY_MINUTES
        + visit.departure.hour * 60
        + visit.departure.minute
    )
    for opens, closes in open_intervals(
        place.hours,
        on,
        country=city.country,
        timezone=city.timezone,
        coordinates=place.coordinates,
    ):
        if opens < leaves <= closes:
            all_day = opens == 0 and closes >= DAY_MINUTES
            return closes if closes - leaves <= SOON_MINUTES and not all_day else None
    return None
