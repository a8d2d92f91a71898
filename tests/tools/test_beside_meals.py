"""Hours that are said by a meal of the day."""

from __future__ import annotations

import pytest

from tests.tools.talk import Talk
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
