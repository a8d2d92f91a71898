"""A bar that is fixed to an hour after dinner time: drinks, and no dinner."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.tools.factories import LUNCH_AND_DINNER, PLACES, TRAVEL, food, planned, request
from tools import editing
from tools.check import check
from tools.meals import pinned_meal
from tools.place import Category, Diet, MealKind, Place
from tools.trip import Pin

DINNER = frozenset({MealKind.DINNER})
BAR = food("ruin-bar", category=Category.BAR, hours="Mo-Su 18:00-24:00", meals=DINNER)
VEGAN = tuple(
    food(f"vegan-{n}", diets=frozenset({Diet.VEGAN}), north=0.1 * n, importance=60)
    for n in range(5)
)


@pytest.mark.parametrize(
    ("place", "at", "meal"),
    [
        (BAR, time(19), MealKind.DINNER),
        (BAR, time(20, 30), MealKind.DINNER),
        (BAR, time(21), None),
        (food("tapas", category=Category.BAR, meals=LUNCH_AND_DINNER), time(21), MealKind.DINNER),
        (food("trattoria", meals=DINNER), time(21), MealKind.DINNER),
    ],
)
def test_what_a_table_at_that_hour_is_for(place: Place, at: time, meal: MealKind | None) -> None:
    """Who eats late eats in a restaurant, or in a bar where one lunches, too."""
    assert pinned_meal(place, Pin(place.id, 1, at)) is meal


def test_dinner_is_elsewhere_and_a_diet_is_no_matter_of_drinks() -> None:
    """The bar stays at its hour where it serves nothing that the party eats."""
    every = (*PLACES, *VEGAN, BAR)
    planner = editing.Planner(every, TRAVEL, iterations=60)
    late = request(days=1, day_end=time(23), pins=(Pin(BAR.id, 1, time(21)),))
    plan = planned(late, every)
    for diets in ((), (Diet.VEGAN,)):
        wanted = replace(late, diets=diets)
        plan = editing.replan(plan, planner, wanted).itinerary
        visits = {visit.place.id: visit for visit in plan.visits}
        assert visits[BAR.id].meal is None and visits[BAR.id].arrival.time() == time(21)
        dinners = [v for v in plan.visits if v.meal is MealKind.DINNER]
        assert len(dinners) == 1 and dinners[0].place.diets >= set(diets)
        assert check(plan) == ()
