"""Hours as asked for a place: which half of the day a bare one is of, by when the place is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.tools.factories import planned, request, sight
from tests.tools.talk import Talk
from tools.actions.asked_hours import asked_hour
from tools.services import TravelServices

HALL, MARKET = "Mo-Su 17:00-22:00", "Mo-Su 06:00-15:00"
LONG, MUSEUM = "Mo-Su 06:00-23:30", "Mo-Su 10:00-18:00"


@pytest.mark.parametrize(
    ("hours", "said", "at"),
    [
        (HALL, "8 o'clock", time(20)),
        (HALL, "at 9", time(21)),
        (HALL, "8:30", time(20, 30)),
        (HALL, "half past eight", time(20, 30)),
        (HALL, "7", time(19)),
        (MARKET, "7 o'clock, before it fills up", time(7)),
        (MARKET, "half past six", time(6, 30)),
        (MARKET, "2", time(14)),
        (LONG, "8", time(8)),
        (LONG, "at 7", time(19)),
        (LONG, "dinner at 8", time(20)),
        (LONG, "early dinner at 6", time(18)),
        (LONG, "first thing, at 7", time(7)),
        (LONG, "a late lunch, at 11", time(11)),
        (LONG, "half an hour later", time(12, 30)),
        ("", "7", time(19)),
        ("Mo-Su 22:00-04:00", "10", time(22)),
        ("Mo-Su 22:00-04:00", "at 3", time(15)),
    ],
)
def test_the_half_of_the_day_that_is_meant(
    services: TravelServices, hours: str, said: str, at: time
) -> None:
    """A half in which the place is closed is not meant; where both are possible words decide."""
    place = sight("hall", hours=hours)
    assert asked_hour(services, planned(), place, 1, said, time(12)) == at


@pytest.mark.parametrize("said", ["8 in the morning", "8am", "08:00", "0830"])
def test_a_half_that_was_said_stays(services: TravelServices, said: str) -> None:
    """Who says the morning hears that nobody is there then."""
    found = asked_hour(services, planned(), sight("hall", hours=HALL), 1, said)
    assert found is not None and found.hour == 8


def test_neither_half_is_as_it_was_read(services: TravelServices) -> None:
    """The refusal names the hour as people would have read it."""
    assert asked_hour(services, planned(), sight("rooms", hours=MUSEUM), 1, "8") == time(8)


def test_the_day_counts_where_one_is_named(services: TravelServices) -> None:
    """A market that is open for breakfast on Saturdays alone, for drinks on all evenings."""
    trip = planned(request(days=3))  # Friday to Sunday
    market = sight("market", hours="Mo-Su 17:00-23:00; Sa 07:00-12:00,17:00-23:00")
    assert asked_hour(services, trip, market, 1, "9") == time(21)
    assert asked_hour(services, trip, market, 2, "9") == time(9)
    assert asked_hour(services, trip, market, None, "9") == time(9)
    elsewhere = replace(market, city="naples")
    assert asked_hour(services, trip, elsewhere, None, "9") == time(9)


def test_it_is_planned_so(lisbon: Talk) -> None:
    """Added in the evening, moved in the evening."""
    added = lisbon("add_place", place="Red Frog", day=2, time="8")
    assert added.situation == "added" and added.facts["time"] == "20:00"
    moved = lisbon("move_place", place="Red Frog", day=2, time="at 9")
    assert moved.situation == "moved" and moved.facts["time"] == "21:00"
