"""Half a name is made whole where nothing else can be meant."""

from __future__ import annotations

import pytest

from agent.dialogue.turns import Call
from agent.dialogue.whole_names import whole_names

NAMES = ("round tower", "gardens by the bay", "seoul tower", "n seoul tower", "tower bridge")


@pytest.mark.parametrize(
    ("message", "given", "whole"),
    [
        ("Round Tower on day 2", "Tower", "Round Tower"),
        ("move gardens by the bay", "gardens", "gardens by the bay"),
        ("N Seoul Tower no", "Seoul", "N Seoul Tower"),
        ("the gardens, not Gardens by the Bay", "gardens", "gardens"),
        ("Round Tower or Tower Bridge", "Tower", "Tower"),
        ("Round Tower or Tower Bridge", "Round", "Round Tower"),
        ("Round Tower on day 2", "Round Tower on day 2", "Round Tower on day 2"),
        ("Round Tower on day 2", "Torvehallerne", "Torvehallerne"),
    ],
)
def test_a_part_of_one_name(message: str, given: str, whole: str) -> None:
    call = Call("add_place", {"place": given, "day": 2})
    assert whole_names(call, NAMES, message) == {"place": whole, "day": 2}


def test_lists_and_what_is_no_name() -> None:
    """Hours, dates and interests are texts, too, and no names."""
    args = {"must_see": ["Tower", "Louvre"], "start_date": "May", "interests": ["art", "food"]}
    call = Call("plan_days", args)
    names = ("round tower", "may fair", "art institute")
    made = whole_names(call, names, "Round Tower, Louvre, May Fair, Art Institute")
    assert made == args | {"must_see": ["Round Tower", "Louvre"]}
    assert whole_names(call, (), "Round Tower") == args
