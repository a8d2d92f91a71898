"""Why a day has no lunch or dinner."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Any

from tests.tools.factories import PLACES, TRAVEL, food, planned, request
from tools.check import check
from tools.place import Category, Diet, Place
from tools.planning import plan
from tools.trip import DayHours, FreeTime, Itinerary, Pin

SIGHTS = tuple(p for p in PLACES if not p.category.is_food)
VEGAN = frozenset({Diet.VEGAN, Diet.VEGETARIAN})
DHABA = food("dhaba", east=0.3, diets=VEGAN)
BISTRO = food("bistro", east=0.2)


def _planned(*kitchens: Place, **wishes: Any) -> Itinerary:
    return planned(request(**wishes), (*SIGHTS, *kitchens))


def _reasons(made: Itinerary) -> dict[str, str]:
    return {entry.what: entry.reason for entry in made.left_out}


def test_the_only_kitchen_is_had_on_a_day_that_is_kept() -> None:
    """A single day that is planned anew does not forget where the others eat."""
    made = _planned(BISTRO, days=2)
    had = next(n for n, day in enumerate(made.days, 1) for v in day.visits if v.meal)
    other = 3 - had
    anew = plan(
        made.request, (*SIGHTS, BISTRO), TRAVEL, iterations=40,
        previous=made, keep_days=frozenset({had}),
    )  # fmt: skip
    assert anew.days[had - 1] == made.days[had - 1]
    for meal in ("lunch", "dinner"):
        reason = f"each place that serves {meal} is already in the plan once"
        assert _reasons(anew)[f"{meal} on day {other}"] == reason


def test_one_that_is_closed_that_day_is_not_in_the_plan() -> None:
    """Then it is each place that is open which the plan holds already."""
    shut = food("shut", east=0.1, hours="Mo 12:00-23:00")
    told = _reasons(_planned(BISTRO, shut, days=1))
    (reason,) = told.values()
    assert reason.startswith("each place that serves ") and "then is already" in reason
    alone = _reasons(_planned(shut, days=1))
    assert alone["lunch on day 1"] == (
        "no place that serves lunch is open between 12:00 and 14:00 that day"
    )


def test_nobody_serves_it() -> None:
    """Whatever the dates are."""
    told = _reasons(_planned(BISTRO, days=1, diets=(Diet.KOSHER, Diet.GLUTEN_FREE)))
    assert told["dinner on day 1"] == "no place known in Rome serves kosher and gluten-free dinner"


def test_a_day_that_begins_too_late_or_ends_too_early_says_so() -> None:
    """It is no kitchen's fault: 14:00 is a lunch's last minute, without any way there."""
    late = _planned(BISTRO, days=1, arrive_at=time(13))
    assert _reasons(late)["lunch on day 1"] == (
        "the day begins at 14:00, which leaves no time for lunch"
    )
    hours = (DayHours(1, end=time(19, 30)),)
    early = _planned(food("far", east=9.0), BISTRO, days=1, hours=hours)
    assert _reasons(early)["dinner on day 1"] == (
        "the day is over at 19:30, which leaves no time for dinner"
    )


def test_time_that_is_kept_free_is_named() -> None:
    """A break over all of lunch but its first minutes, which the way takes."""
    free = (FreeTime(1, time(13), time(15)),)
    told = _reasons(_planned(food("far", east=5.0), days=1, free=free, day_start=time(12)))
    assert told["lunch on day 1"] == "the time that is kept free leaves none for it"


def test_what_a_kept_day_holds_is_out_of_reach_on_a_day_without_the_time() -> None:
    """From two to three nobody gets to the kitchen of the day before and has lunch there: it is
    the hours that bind, not that it is in the plan.
    """
    kitchen = food("far", east=3.0, diets=VEGAN)
    made = _planned(kitchen, days=2, pins=(Pin(kitchen.id, 1, time(12, 30)),))
    late = replace(
        made.request, hours=(DayHours(2, start=time(14)),), free=(FreeTime(2, time(15), time(17)),)
    )
    anew = plan(
        late, (*SIGHTS, kitchen), TRAVEL, iterations=40, previous=made, keep_days=frozenset({1})
    )
    assert any(v.place == kitchen for v in anew.days[0].visits)
    assert _reasons(anew)["lunch on day 2"] == (
        "the day begins at 14:00, which leaves no time for lunch"
    )


def test_a_kind_that_was_to_be_left_out_is_not_forgotten_in_the_reason() -> None:
    """There are bars that would serve it, and a bar was not wanted."""
    bar = replace(food("bar", east=0.2), category=Category.BAR)
    without = ("bar",)
    made = _planned(bar, days=1, avoid_categories=without)
    assert bar not in [v.place for v in made.visits] and check(made) == ()
    assert _reasons(made)["dinner on day 1"] == (
        "no place known in Rome serves dinner, apart from what you asked to leave out"
    )
    shut = replace(BISTRO, hours="Mo 12:00-23:00")
    told = _reasons(_planned(bar, shut, days=1, avoid_categories=without))
    assert told["lunch on day 1"] == (
        "no place that serves lunch is open between 12:00 and 14:00 that day, apart from what you "
        "asked to leave out"
    )
    asked = _planned(bar, days=1, avoid_categories=without, must_see=(bar.id,))
    assert bar in [v.place for v in asked.visits]
