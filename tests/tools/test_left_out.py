"""What a plan does not hold, put together as one reads it."""

from __future__ import annotations

from typing import Any

from tests.tools.talk import Talk
from tools.left_out import by_reason, on_day
from tools.trip import LeftOut

FULL, SHUT = "each place that serves vegan dinner is already in the plan once", "all are closed"


def _dinners(*days: int, reason: str = FULL) -> list[LeftOut]:
    return [LeftOut(f"dinner on day {day}", reason) for day in days]


def test_a_meal_that_many_days_lack_is_one_line() -> None:
    """Days in a row as a span; another reason, another meal, a place stay lines of their own."""
    lunch, zoo = LeftOut("lunch on day 4", FULL), LeftOut("Zoo", "it is closed on those dates")
    found = by_reason([zoo, *_dinners(1, 4), lunch, *_dinners(5, reason=SHUT), *_dinners(6, 7, 8)])
    assert found == (
        zoo, LeftOut("dinner on days 1, 4 and 6-8", FULL), lunch, *_dinners(5, reason=SHUT),
    )  # fmt: skip


def test_two_days_in_a_row_are_named() -> None:
    assert by_reason(_dinners(2, 3)) == (LeftOut("dinner on days 2 and 3", FULL),)
    assert by_reason(_dinners(3)) == (*_dinners(3),)
    assert by_reason([]) == ()


def test_a_day_is_renumbered_or_gone() -> None:
    """What is of no day stays as it is."""
    numbers = {2: 1}
    assert on_day(_dinners(2)[0], numbers.get) == _dinners(1)[0]
    assert on_day(_dinners(1)[0], numbers.get) is None
    zoo = LeftOut("Zoo on day trips", FULL)
    assert on_day(zoo, numbers.get) is zoo


def test_an_answer_names_what_it_does_not_explain(talk: Talk) -> None:
    """The first with its reason, up to three others by their names; one alone says nothing more."""
    wish: dict[str, Any] = {"destination": "Lisbon", "days": 1, "start_date": "4 December"}
    palaces = [f"{name} Palace" for name in ("Foo", "Bar", "Baz", "Qux", "Quux")]
    many = talk("plan_days", **wish, must_see=palaces)
    assert many.situation == "planned_left_out" and many.facts["left_out"] == "Foo Palace"
    assert "Also left out: Bar Palace, Baz Palace, Qux Palace and 1 more." in many.notes
    alone = Talk(talk.services)("plan_days", **wish, must_see=palaces[:1])
    assert alone.facts["left_out"] == "Foo Palace"
    assert not any("Also left out" in note for note in alone.notes)
