"""Days for which no way out was worth it are filled nevertheless."""

from __future__ import annotations

from datetime import time

import pytest

from tests.tools.factories import TRAVEL, planned, request, sight
from tests.tools.talk import Talk
from tools.check import check
from tools.planning.idle_days import with_idle_days_filled
from tools.planning.problem import build
from tools.planning.solve import Limit, solve

AFAR = tuple(
    sight(f"afar-{n}", east=18.0 + n / 5, importance=60, minutes=60, price=5.0) for n in range(6)
)
NEAR = tuple(sight(f"near-{n}", east=n / 5, importance=80, minutes=90) for n in range(4))


def test_nobody_stays_in_for_a_whole_day() -> None:
    """Far sights of little note are no reason to leave a day with others, and one to fill it."""
    for seed in range(3):
        problem = build(request(days=2), (*NEAR, *AFAR), TRAVEL).numeric
        before = solve(problem, Limit(iterations=64), seed)
        assert () in before.routes
        after = with_idle_days_filled(problem, before, seed)
        full = before.routes.index(()) ^ 1
        assert after.routes[full] == before.routes[full] and len(after.routes[full ^ 1]) > 1
        assert with_idle_days_filled(problem, after, seed) is after
    made = planned(request(days=2), (*NEAR, *AFAR))
    assert all(len(day.sights) > 1 for day in made.days) and check(made) == ()


def test_what_a_day_has_stays() -> None:
    """A single short stop that was asked for is joined by others."""
    wish = request(days=1, must_see=(AFAR[0].id,))
    made = planned(wish, AFAR)
    names = [v.place.id for v in made.visits]
    assert AFAR[0].id in names and len(names) > 1 and check(made) == ()


def test_money_and_time_bind_as_ever() -> None:
    """Of 16 euros three sights are paid, and a short day stays empty."""
    poor = planned(request(days=2, budget=16.0), AFAR)
    assert len(poor.visits) == 3 and check(poor) == ()
    assert not planned(request(days=1, day_start=time(13), day_end=time(18)), AFAR).visits


@pytest.mark.parametrize("city", ["Taipei", "Los Angeles"])
def test_a_long_trip_with_a_diet_has_no_empty_day(talk: Talk, city: str) -> None:
    """Where the kitchens do not last for all of its meals there is still a lot to see."""
    talk("plan_days", destination=city, days=7, start_date="next Friday", diet=["vegan"])
    assert all(day.sights for day in talk.plan.days)


def test_an_added_day_is_no_empty_one(talk: Talk) -> None:
    talk("plan_days", destination="Los Angeles", days=4, start_date="next Friday", diet=["kosher"])
    talk("extend_trip", days=2)
    assert all(day.sights for day in talk.plan.days)
