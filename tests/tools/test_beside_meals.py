"""Hours that are said by a meal of the day."""

from __future__ import annotations

from datetime import time

import pytest

from tests.tools.talk import Talk
from tools.actions.asked_hours import asked_hour, is_shift
from tools.place import MealKind


@pytest.mark.parametrize(
    ("said", "meal"),
    [("after lunch", MealKind.LUNCH), ("right after our lunch", MealKind.LUNCH)],
)
def test_after_a_meal_comes_after_it_and_does_not_cost_it(
    lisbon: Talk, said: str, meal: MealKind
) -> None:
    name = lisbon.lacks()
    lisbon("add_place", place=name, day=2, time=said)
    meals = {visit.meal: visit for visit in lisbon.plan.days[1].visits}
    assert lisbon.visit(name).arrival >= meals[meal].departure
    assert MealKind.DINNER in meals
    lisbon("move_place", place=name, day=3, time=said)
    meals = {visit.meal: visit for visit in lisbon.plan.days[2].visits}
    assert lisbon.visit(name).arrival >= meals[meal].departure


def test_before_a_meal_there_is_time_for_the_visit(lisbon: Talk) -> None:
    lisbon("add_place", place="Tram 28", day=2, time="before dinner")
    dinner = next(v for v in lisbon.plan.days[1].visits if v.meal is MealKind.DINNER)
    assert lisbon.visit("Tram 28").departure <= dinner.arrival


def test_of_no_known_day_the_usual_end_of_the_meal_counts(lisbon: Talk) -> None:
    name = lisbon.lacks()
    lisbon("add_place", place=name, time="after lunch")
    assert lisbon.visit(name).arrival.hour == 14


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("after lunch at 4", time(16)),
        ("at 3, after lunch", time(15)),
        ("half past three, after our lunch", time(15, 30)),
        ("11, before the lunch rush", time(11)),
        ("at noon, before lunch", time(12)),
        ("before dinner, at 11", time(11)),
    ],
)
def test_an_hour_that_is_said_comes_before_the_meal(lisbon: Talk, said: str, at: time) -> None:
    place = lisbon.visit("Belém Tower").place
    assert asked_hour(lisbon.services, lisbon.plan, place, 2, said, time(10)) == at


def test_a_length_beside_a_meal_counts_from_it(lisbon: Talk) -> None:
    def asked(said: str, day: int | None = None) -> time | None:
        return asked_hour(lisbon.services, lisbon.plan, place, day, said, time(10))

    place = lisbon.visit("Belém Tower").place
    plain = asked("after lunch")
    assert plain is not None
    assert asked("an hour after lunch") == plain.replace(hour=plain.hour + 1)
    assert asked("about two hours after lunch") == plain.replace(hour=plain.hour + 2)
    assert asked("for an hour after lunch") == asked("on day 2 after lunch") == plain
    assert asked("not until after lunch") == asked("one of the towers, after lunch") == plain


def test_not_after_a_meal_is_before_it(lisbon: Talk) -> None:
    place = lisbon.visit("Belém Tower").place
    found = [
        asked_hour(lisbon.services, lisbon.plan, place, 2, said, time(10))
        for said in ("not after lunch", "before lunch")
    ]
    assert found[0] == found[1] and found[0] is not None and found[0] < time(12, 30)


def test_a_shift_beside_a_meal_is_a_shift() -> None:
    assert is_shift("an hour later, after lunch") and not is_shift("an hour after lunch")
