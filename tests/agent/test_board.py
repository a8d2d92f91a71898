"""What the board shows of an itinerary."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from agent.board import board_of, fingerprint
from agent.words import words_for
from tests.tools.factories import planned, request, toured
from tools.childrens_rest import CHILDRENS_REST
from tools.trip import FreeTime, Itinerary, LeftOut, Money

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def trip() -> Itinerary:
    return planned(request(days=2))


def test_board_has_every_stop_with_its_ways(trip: Itinerary) -> None:
    board = board_of(trip, made=NOW)
    for day, shown in zip(trip.days, board["days"], strict=True):
        assert [stop["id"] for stop in shown["stops"]] == [visit.place.id for visit in day.visits]
        assert [stop["number"] for stop in shown["stops"]] == [*range(1, len(day.visits) + 1)]
        assert len(shown["legs"]) == len(day.legs)
    json.dumps(board, allow_nan=False)


def test_left_out_notes_and_budget_are_told(trip: Itinerary) -> None:
    told_of = replace(
        trip,
        request=replace(trip.request, budget=1.0),
        left_out=(LeftOut("the Moon", "it is too far"),),
        notes=("I took tomorrow for a start.",),
    )
    board = board_of(told_of, made=NOW, changes=("Swapped day 1 and day 2.",))
    assert board["left_out"] == [{"what": "the Moon", "reason": "it is too far"}]
    assert board["notes"] == ["I took tomorrow for a start."]
    assert board["changes"] == ["Swapped day 1 and day 2."]
    assert board["cost"]["budget"] is not None
    assert board["cost"]["share"] == pytest.approx(trip.cost.amount)


def test_each_day_of_a_tour_starts_at_its_own_base() -> None:
    """Days name their city and base; the first of a later stay tells the way there."""
    tour = toured()
    board = board_of(tour, made=NOW)
    assert board["title"] == "5 days in Rome, Naples and London"
    assert [day["city"] for day in board["days"]] == ["Rome", "Rome", "Naples", "London", "London"]
    bases = [(day["base"]["lat"], day["base"]["lon"]) for day in board["days"]]
    cities = [stay.city.coordinates for stay in tour.request.all_stays for _ in range(stay.days)]
    assert bases == [(point.lat, point.lon) for point in cities]
    ways = {day["number"]: day["transfer"] for day in board["days"] if day["transfer"]}
    assert [way["label"] for way in ways.values()] == ["Rome to Naples", "Naples to London"]
    assert list(ways) == [3, 4]
    assert "Plane" in ways[4]["details"]


def test_free_time_is_told(trip: Itinerary) -> None:
    free = replace(trip.request, free=(FreeTime(2, time(14), time(16, 30)),))
    shown = board_of(replace(trip, request=free), made=NOW)["days"]
    assert ["free 14:00 to 16:30" in day["facts"] for day in shown] == [False, True]


def test_the_childrens_rest_is_told(trip: Itinerary) -> None:
    family = replace(trip.request, good_for_kids=True, free=(CHILDRENS_REST,))
    shown = board_of(replace(trip, request=family), made=NOW)["days"]
    assert all("rest 14:30 to 15:30" in day["facts"] for day in shown)


def test_fingerprint_tells_trips_apart(trip: Itinerary) -> None:
    assert fingerprint(trip) == fingerprint(Itinerary.from_json(trip.to_json()))
    assert fingerprint(trip) != fingerprint(replace(trip, notes=("other",)))


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(12, "EUR", "€12"), (12.5, "EUR", "€12.50"), (1200, "JPY", "¥1,200"), (8, "CHF", "CHF 8")],
)
def test_money(amount: float, currency: str, text: str) -> None:
    assert words_for("en").money(Money(amount, currency)) == text
