"""What the board shows of an itinerary, and the words of steps."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.board import board_of, fingerprint, money
from agent.chat_words import asked, plain, title, told
from agent.events import ToolCall
from tests.tools.factories import planned, request
from tools.outcome import Outcome, Trip
from tools.trip import Itinerary, LeftOut, Money

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


def test_fingerprint_tells_trips_apart(trip: Itinerary) -> None:
    assert fingerprint(trip) == fingerprint(Itinerary.from_json(trip.to_json()))
    assert fingerprint(trip) != fingerprint(replace(trip, notes=("other",)))


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [(12, "EUR", "€12"), (12.5, "EUR", "€12.50"), (1200, "JPY", "¥1,200"), (8, "CHF", "CHF 8")],
)
def test_money(amount: float, currency: str, text: str) -> None:
    assert money(Money(amount, currency)) == text


def test_step_words() -> None:
    call = ToolCall("swap_days", {"day": 1, "other_day": 2})
    assert title(call) == "Swap day 1 and day 2"
    assert asked(call) == "- day: 1\n- other day: 2"
    assert title(ToolCall("add_place", {})) == "Add place"
    outcome = Outcome("planned", {"city": "Lisbon", "day1_a": "*Bold*"}, Trip())
    assert told("", outcome) == "**Planned**\n\n- city: Lisbon\n- day 1: \\*Bold\\*"


def test_markdown_in_names_is_shown_and_not_read() -> None:
    assert plain("[x](http://e) <b>`_") == "\\[x\\]\\(http://e\\) \\<b\\>\\`\\_"
