"""What a trip allows, and what several calls of a message mean together."""

from __future__ import annotations

import pytest

from agent.dialogue.standing import Standing, impossible, shared_out
from agent.dialogue.turns import Call
from agent.dialogue.wire import parse

NORTH = Standing((("Oslo", 3), ("Malmö", 4)), city_meant={"Christiania": "Oslo"}.get)
ROUND = Standing((("Oslo", 3), ("Malmö", 4), ("Oslo", 1)))


def _calls(*lines: str) -> tuple[Call, ...]:
    return parse("\n".join(f">{line}" for line in lines)).calls


@pytest.mark.parametrize(
    ("lines", "days"),
    [
        (('add_city{"city":"Oslo","days":2}', 'add_city{"city":"malmo","days":5}'), [2, 5]),
        (('add_city{"city":"Malmö","days":5}', 'add_city{"city":"Oslo"}'), [3, 5]),
    ],
)
def test_cities_of_the_trip_are_shared_out(lines: tuple[str, ...], days: list[int]) -> None:
    """In the trip's order, whatever was said first; one without a number keeps its days."""
    assert shared_out(_calls(*lines), NORTH) == (Call("plan_days", {"days_each": days}),)


@pytest.mark.parametrize(
    ("lines", "trip"),
    [
        (('add_city{"city":"Oslo","days":2}',), NORTH),
        (('add_city{"city":"Oslo","days":2}', 'add_city{"city":"Bergen","days":5}'), NORTH),
        (('add_city{"city":"Oslo","days":2}', 'add_city{"city":"Oslo","days":5}'), NORTH),
        (('add_city{"city":"Oslo"}', 'add_city{"city":"Malmö"}'), NORTH),
        (('add_city{"city":"Oslo","days":2}', 'set_pace{"pace":"relaxed"}'), NORTH),
        (('add_city{"city":"Oslo","days":2}', 'add_city{"city":"Malmö","days":5}'), ROUND),
    ],
)
def test_other_cities_are_added(lines: tuple[str, ...], trip: Standing) -> None:
    """One is returned to, one is new, one is named twice; and which of two Oslos would it be?"""
    assert shared_out(_calls(*lines), trip) is None


@pytest.mark.parametrize(
    ("lines", "tools"),
    [
        (('add_place{"place":"Zoo","day":8}',), {"add_place"}),
        (('add_place{"place":"Zoo","day":7}',), set()),
        (('swap_days{"day":1,"other_day":9}',), {"swap_days"}),
        (('extend_trip{"days":1}', 'add_place{"place":"Zoo","day":8}'), set()),
        (('add_place{"place":"Zoo","day":8}', 'extend_trip{"days":1}'), {"add_place"}),
        (('replace_place{"place":"Zoo","replacement":"zoo"}',), {"replace_place"}),
        (('replace_place{"place":"Zoo","replacement":"Fort"}',), set()),
        (('replace_place{"place":"Zoo","category":"museum"}',), set()),
        (('extend_trip{"days":1,"location":"Bergen"}',), {"extend_trip"}),
        (('shorten_trip{"days":1,"location":"malmo"}',), set()),
        (('add_city{"city":"Oslo","days":1}',), {"add_city"}),
        (('add_city{"city":"Bergen","days":1}',), set()),
        (('extend_trip{"days":1,"location":"Christiania"}',), set()),
        (('add_city{"city":"Christiania","days":1}',), {"add_city"}),
        (('add_city{"city":"Bergen"}', 'extend_trip{"days":1,"location":"Bergen"}'), set()),
        (("undo_change{}", 'add_place{"place":"Zoo","day":8}'), set()),
    ],
)
def test_what_the_trip_rules_out(lines: tuple[str, ...], tools: set[str]) -> None:
    assert impossible(_calls(*lines), NORTH) == tools
