"""What a tour of several cities is held against."""

from __future__ import annotations

from datetime import time

from tests.tools.talk import Talk
from tools.trip import Day, Itinerary


def course(talk: Talk) -> list[tuple[str, int]]:
    return [(stay.city.name, stay.days) for stay in talk.plan.request.all_stays]


def cities_by_day(plan: Itinerary) -> list[set[str]]:
    return [{visit.place.city for visit in day.visits} for day in plan.days]


def programme(day: Day) -> list[tuple[str, time]]:
    """What a day holds and when, whatever its date."""
    return [(visit.place.name, visit.arrival.time()) for visit in day.visits]
