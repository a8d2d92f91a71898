"""Hours said by a part of the day: any at which the place is open then."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from zoneinfo import ZoneInfo

import pytest
from astral import Observer
from astral.sun import sun

from tests.tools.factories import planned, request, sight
from tests.tools.talk import Talk
from tools.actions.asked_hours import asked_hour
from tools.meals import minute_of_day
from tools.parts_of_day import PARTS, hours_within
from tools.place import Coordinates
from tools.services import TravelServices
from tools.trip import Itinerary

ALWAYS = "24/7"


@pytest.mark.parametrize(
    ("hours", "said", "at"),
    [
        ("Mo-Su 10:00-18:00", "first thing", time(10)),
        ("Mo-Su 08:00-18:00", "first thing", time(9)),
        ("Mo-Su 10:30-18:00", "when it opens", time(10, 30)),
        ("Mo-Su 07:15-18:00", "as soon as it opens", time(7, 15)),
        (ALWAYS, "opening time", time(9)),
        ("Mo-Su 06:00-09:45", "in the morning", time(8, 45)),
        ("Mo-Su 22:00-04:00", "friday night", time(22)),
        ("Mo-Su 15:00-21:00", "at night", time(20)),
        ("Mo-Su 09:00-17:00", "at night", time(21)),  # it is never open then: one is told so
        ("Mo-Su 14:00-18:00", "morning", time(10)),
        ("Mo-Su 13:00-16:00", "for lunch", time(13)),
        ("Mo-Su 12:00-17:00", "dinner", time(19)),
        ("Mo-Su 10:00-18:00", "first thing, at 9:30", time(9, 30)),  # an hour was said
        (ALWAYS, "midnight", time(0)),
        (ALWAYS, "in the afternoon", time(15)),
    ],
)
def test_the_nearest_hour_of_that_part(
    services: TravelServices, hours: str, said: str, at: time
) -> None:
    """A visit of an hour."""
    place = replace(sight("place", hours=hours), minutes=60)
    assert asked_hour(services, planned(), place, 1, said) == at
    if hours != ALWAYS:
        assert asked_hour(services, planned(), place, None, said) == at


def _sun(trip: Itinerary, event: str) -> int:
    city = trip.request.city
    observer = Observer(city.coordinates.lat, city.coordinates.lon)
    found = sun(observer, date=trip.request.start, tzinfo=ZoneInfo(city.timezone))
    return minute_of_day(found[event].time())


def test_the_sun_is_that_of_the_day(services: TravelServices) -> None:
    """One is there before it sets, and after dark when it has."""
    trip, hill = planned(), replace(sight("hill", hours=ALWAYS), minutes=60)
    fall, up = _sun(trip, "sunset"), _sun(trip, "sunrise")

    def minute(said: str, of: str = ALWAYS) -> int:
        at = asked_hour(services, trip, replace(hill, hours=of), 1, said)
        assert at is not None
        return minute_of_day(at)

    assert fall - 35 <= minute("for the sunset") <= fall - 30
    assert up - 35 <= minute("sunrise") <= up - 30
    assert fall < minute("after dark") <= fall + 20
    closes = (fall + 10) // 5 * 5
    last = minute("sunset", f"Mo-Su 09:00-{closes // 60:02}:{closes % 60:02}")
    assert last == closes - 60 < fall < last + 60


def test_where_it_never_sets_the_usual_hour_is_meant(services: TravelServices) -> None:
    north = replace(planned().request.city, coordinates=Coordinates(86.0, 12.5))
    polar = planned(replace(request(), city=north))
    assert asked_hour(services, polar, sight("ice", hours=ALWAYS), 1, "sunset") == time(19)


def test_every_part_holds_its_own_hour() -> None:
    for part, at in PARTS.items():
        first, last = hours_within(part)
        assert first <= at <= last or at == time(0)


def test_it_is_planned_so(lisbon: Talk) -> None:
    """The tile museum opens at ten."""
    added = lisbon("add_place", place="National Tile Museum", day=2, time="first thing")
    assert added.facts["time"] == "10:00"
