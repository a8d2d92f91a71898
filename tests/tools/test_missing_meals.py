"""Why a day has no lunch or dinner."""

from __future__ import annotations

from datetime import time
from typing import Any

from tests.tools.factories import PLACES, TRAVEL, food, planned, request
from tools.place import Diet, Place
from tools.planning import plan
from tools.trip import DayHours, FreeTime, Itinerary

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
    made = _planned(DHABA, BISTRO, days=2, diets=(Diet.VEGAN,))
    had = next(n for n, day in enumerate(made.days, 1) for v in day.visits if v.meal)
    other = 3 - had
    anew = plan(
        made.request, (*SIGHTS, DHABA, BISTRO), TRAVEL, iterations=40,
        previous=made, keep_days=frozenset({had}),
    )  # fmt: skip
    assert anew.days[had - 1] == made.days[had - 1]
    for meal in ("lunch", "dinner"):
        reason = f"each place that serves vegan {meal} is already in the plan once"
        assert _reasons(anew)[f"{meal} on day {other}"] == reason


def test_one_that_is_closed_that_day_is_not_in_the_plan() -> None:
    """Then it is each place that is open which the plan holds already."""
    shut = food("shut", east=0.1, diets=VEGAN, hours="Mo 12:00-23:00")
    told = _reasons(_planned(DHABA, shut, days=1, diets=(Diet.VEGAN,)))
    (reason,) = told.values()
    assert reason.startswith("each place that serves vegan") and "then is already" in reason
    alone = _reasons(_planned(shut, days=1, diets=(Diet.VEGAN,)))
    assert alone["lunch on day 1"] == (
        "no place that serves vegan lunch is open between 12:00 and 14:00 that day"
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
