"""The planner: wishes, constraints, reasons, refusals, repeatability."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise
from math import inf

import pytest

from tests.tools.factories import (
    FRIDAY,
    NAPLES,
    PLACES,
    TRAVEL,
    by_id,
    food,
    moved_to,
    planned,
    request,
    sight,
)
from tools.check import check
from tools.errors import InvalidRequestError
from tools.place import Category, Coordinates, Diet, Interest, MealKind
from tools.planning import plan, validate
from tools.trip import Itinerary, LeftOut, Pace, Pin


def _ids(itinerary: Itinerary) -> set[str]:
    return {visit.place.id for visit in itinerary.visits}


def _reason(itinerary: Itinerary, what: str) -> str:
    return next(entry.reason for entry in itinerary.left_out if entry.what == what)


# -- plans -----------------------------------------------------------------------------------


def test_usual_trip_is_full_and_holds() -> None:
    """Two days have both meals each, at least four sights, the two most important ones among."""
    made = planned()
    assert check(made, TRAVEL) == ()
    assert made.left_out == ()
    for day in made.days:
        assert [v.meal for v in day.visits if v.meal] == [MealKind.LUNCH, MealKind.DINNER]
        assert len(day.sights) >= 4
    assert {"rome-arena", "rome-basilica"} <= _ids(made)


def test_no_long_gap_between_stops() -> None:
    """Where there are sights enough nobody waits for two hours or more."""
    for day in planned(request(days=2), iterations=200).days:
        for before, after in pairwise(day.visits):
            assert (after.arrival - before.departure).total_seconds() < 2 * 3600


def test_no_plan_uses_another_citys_places() -> None:
    """Where a city has no kitchen, lunch is left out; none of the next city stands in for it."""
    elsewhere = [p for p in moved_to(NAPLES) if p.category.is_food]
    made = planned(request(days=1), (sight("arch"), *elsewhere))
    assert not {v.place.city for v in made.visits} - {"rome"}
    assert "serves lunch" in _reason(made, "lunch on day 1")
    assert check(made, TRAVEL) == ()


def test_same_seed_same_plan() -> None:
    """A seed and a number of iterations fix the plan."""
    assert planned(seed=3) == planned(seed=3)


def test_monday_closure_is_respected() -> None:
    """On a one-day Monday trip the gallery that closes on Mondays is left out with that reason."""
    wish = replace(request(days=1, must_see=("rome-gallery",)), start=date(2027, 4, 12))
    made = planned(wish)
    assert _reason(made, "Gallery") == "it is closed on day 1 (Monday)"


def test_must_see_of_low_importance_is_in() -> None:
    """A must-see enters however unimportant it is."""
    dull = sight("dull-shed", north=5, importance=1, minutes=120)
    made = planned(request(days=1, must_see=(dull.id,)), (*PLACES, dull))
    assert dull.id in _ids(made)
    assert check(made, TRAVEL) == ()


def test_pin_holds_day_and_time() -> None:
    """A pin to day 2 at 15:00 is kept within a quarter of an hour, and flagged."""
    made = planned(request(pins=(Pin("rome-stairs", 2, time(15)),)))
    visit = next(v for v in made.days[1].visits if v.place.id == "rome-stairs")
    assert visit.pinned
    assert time(14, 45) <= visit.arrival.time() <= time(15, 15)


def test_table_booked_late_is_the_dinner() -> None:
    """A restaurant pinned to 20:45 is that day's dinner, not a second one."""
    made = planned(request(days=1, day_end=time(23), pins=(Pin("rome-osteria", 1, time(20, 45)),)))
    dinners = [v for v in made.visits if v.meal is MealKind.DINNER]
    assert [v.place.id for v in dinners] == ["rome-osteria"]
    assert check(made, TRAVEL) == ()


def test_cafe_that_was_asked_for_is_a_stop() -> None:
    """A café that serves no lunch still enters when the traveller names it, and only then."""
    asked = planned(request(must_see=("rome-latteria",)))
    assert next(v for v in asked.visits if v.place.id == "rome-latteria").meal is None
    assert check(asked, TRAVEL) == ()
    assert "rome-latteria" not in _ids(planned())


def test_avoided_places_and_categories_stay_out() -> None:
    """Neither an avoided place nor any of an avoided category is planned, nor had for a meal."""
    made = planned(request(avoid=("rome-forum",), avoid_categories=("worship", "food_area")))
    assert "rome-forum" not in _ids(made)
    kinds = {v.place.category for v in made.visits}
    assert kinds.isdisjoint({Category.WORSHIP, Category.FOOD_AREA}) and check(made) == ()


def test_step_free_only() -> None:
    """With step-free on nothing with steps is planned, and a must-see with steps is explained."""
    made = planned(request(step_free=True, must_see=("rome-tower",)))
    assert all(v.place.step_free for v in made.visits)
    assert _reason(made, "Tower") == "it can't be reached without steps"


def test_diets_bind_every_meal() -> None:
    """Vegetarians eat where vegetarian food is served; a meal that can't be had is explained."""
    made = planned(request(days=2, diets=(Diet.VEGETARIAN,)))
    meals = [v for v in made.visits if v.meal]
    assert meals
    assert all(Diet.VEGETARIAN in v.place.diets for v in meals)
    missing = [o for o in made.left_out if " on day " in o.what]
    assert len(meals) + len(missing) == 4
    assert all("already in the plan" in o.reason for o in missing)


def test_tight_budget_keeps_meals_and_free_sights() -> None:
    """Where money is short, meals get cheaper before they go, and free sights fill the day."""
    made = planned(request(days=1, budget=26.0), iterations=150)
    assert made.cost.amount <= 26
    assert len([v for v in made.visits if v.meal]) == 2
    assert sum(v.price.amount == 0 for v in made.days[0].sights) >= 3


def test_impossible_budget_is_explained() -> None:
    """With no money for any meal each one is named, with the budget as the reason."""
    made = planned(request(days=1, budget=5.0))
    assert "budget" in _reason(made, "lunch on day 1")
    assert check(made, TRAVEL) == ()


def test_pace_and_children_bound_the_day() -> None:
    """A relaxed day has at most three sights; with children they take at most 216 minutes."""
    made = planned(request(pace=Pace.RELAXED, good_for_kids=True))
    for day in made.days:
        assert len(day.sights) <= 3
        assert sum(v.place.minutes for v in day.sights) <= 216


def test_interests_pull_in_what_matches() -> None:
    """With an interest that only modest sights meet, more of them are planned than without."""
    modest = tuple(
        sight(f"lab-{n}", importance=62, north=0.4 * n, interests=(Interest.SCIENCE,))
        for n in range(5)
    )
    places = (*PLACES, *modest)
    labs = {p.id for p in modest}
    with_it = planned(request(days=2, interests=(Interest.SCIENCE,)), places)
    assert len(labs & _ids(with_it)) > len(labs & _ids(planned(request(days=2), places)))


def test_category_variety() -> None:
    """Of ten equal churches and one equal park next door, a day takes the park too."""
    churches = [
        sight(f"church-{n}", category=Category.WORSHIP, north=0.1 * n, price=0) for n in range(10)
    ]
    park = sight("lawn", category=Category.PARK, north=1.0, price=0)
    made = planned(request(days=1), (*churches, park, *PLACES[12:]))
    assert park.id in _ids(made)


def test_two_must_sees_that_cannot_both_fit_name_each_other() -> None:
    """Of two must-sees open at one hour only, one is left out and its reason names the other."""
    first = sight("dawn-rite", hours="Fr 10:00-11:30", minutes=90)
    second = sight("dawn-market", hours="Fr 10:00-11:30", minutes=90, east=1)
    made = planned(request(days=2, must_see=(first.id, second.id)), (*PLACES, first, second))
    assert len({first.id, second.id} & _ids(made)) == 1
    (entry,) = made.left_out
    assert ("Dawn Market" in entry.reason) != (entry.what == "Dawn Market")
    assert "can't be combined with" in entry.reason


REASONS: dict[str, tuple[dict[str, object], str, str]] = {
    "unknown": ({"must_see": ("rome-moon",)}, "rome-moon", "no such place"),
    "avoided": (
        {"must_see": ("rome-forum",), "avoid": ("rome-forum",)},
        "Forum",
        "you also asked to avoid it",
    ),
    "pin beyond the trip": ({"pins": (Pin("rome-forum", 9),)}, "Forum", "the trip has 2 days"),
    "pin at night": ({"pins": (Pin("rome-forum", 1, time(20)),)}, "Forum", "at 20:00"),
    "two days at once": (
        {"pins": (Pin("rome-forum", 1), Pin("rome-forum", 2))},
        "Forum",
        "two days at once",
    ),
    "too dear": ({"must_see": ("rome-forum",), "budget": 10.0}, "Forum", "more than the whole"),
    "too dear together": (
        {"must_see": ("rome-forum", "rome-arena"), "budget": 20.0},
        "Forum",
        "the budget does not hold both it and Arena",
    ),
    "diet": (
        {"must_see": ("rome-osteria",), "diets": (Diet.KOSHER,)},
        "Osteria",
        "no kosher lunch or dinner",
    ),
    "too long for the day": (
        {"must_see": ("rome-epic",), "day_end": time(13, 55)},
        "Epic",
        "for a whole visit between",
    ),
    "too far": ({"must_see": ("rome-far",), "day_end": time(12, 0)}, "Far", "the way there"),
    "only at night": ({"must_see": ("rome-night",)}, "Night", "between 09:00 and 21:30"),
    "never open": ({"must_see": ("rome-ruined",)}, "Ruined", "closed on those dates"),
}


@pytest.mark.parametrize("name", REASONS)
def test_what_is_left_out_has_its_reason(name: str) -> None:
    """Each impossible wish is explained by the constraint that binds, and the plan holds."""
    wishes, what, expected = REASONS[name]
    odd = (
        sight("epic", minutes=300),
        sight("far", north=20, minutes=60),
        sight("night", hours="22:00-04:00"),
        sight("ruined", hours="off"),
    )
    made = planned(request(days=2, **wishes), (*PLACES, *odd))
    assert expected in _reason(made, what)
    assert check(made, TRAVEL) == ()


def test_no_places_at_all() -> None:
    """A city of which nothing is known gives empty days and explained meals."""
    made = planned(request(days=1), ())
    assert made.days[0].visits == ()
    assert {o.what for o in made.left_out} == {"lunch on day 1", "dinner on day 1"}
    assert check(made, TRAVEL) == ()


def test_lodging_is_where_days_start() -> None:
    """Legs of a day begin and end at the lodging."""
    lodging = Coordinates(41.93, 12.52)
    made = planned(request(days=1, lodging=lodging))
    day = made.days[0]
    assert day.legs[0] == TRAVEL.leg(lodging, day.visits[0].place.coordinates)
    assert day.legs[-1] == TRAVEL.leg(day.visits[-1].place.coordinates, lodging)


# -- replanning ------------------------------------------------------------------------------


def test_kept_days_come_out_unchanged() -> None:
    """Days to keep are the same values; the other one changes as asked."""
    old = planned(request(days=3))
    gone = old.days[1].sights[0].place.id
    wish = replace(old.request, avoid=(gone,))
    new = plan(wish, PLACES, TRAVEL, iterations=30, previous=old, keep_days=frozenset({1, 3}))
    assert (new.days[0], new.days[2]) == (old.days[0], old.days[2])
    assert gone not in _ids(new)
    assert check(new, TRAVEL) == ()


def test_a_kept_day_that_breaks_the_request_is_replanned() -> None:
    """Keeping is no excuse: an avoided place leaves a kept day too."""
    old = planned(request(days=2))
    gone = old.days[0].sights[0].place.id
    wish = replace(old.request, avoid=(gone,))
    new = plan(wish, PLACES, TRAVEL, iterations=30, previous=old, keep_days=frozenset({1, 2}))
    assert gone not in _ids(new)
    assert new.days[1] == old.days[1]
    assert check(new, TRAVEL) == ()


def test_replanning_the_same_request_moves_nothing() -> None:
    """Started from its own result, the planner leaves places on their days."""
    old = planned(request(days=3), iterations=200)
    new = plan(old.request, PLACES, TRAVEL, iterations=40, seed=5, previous=old)
    for before, after in zip(old.days, new.days, strict=True):
        assert {v.place.id for v in before.sights} == {v.place.id for v in after.sights}


def test_meal_reasons_of_kept_days_are_repeated() -> None:
    """What was said of a kept day's missing meal is still said, unless nobody serves any now."""
    shut = food("shut", hours="Mo 12:00-23:00")
    places = (*(p for p in PLACES if not p.category.is_food), shut)
    old = plan(request(days=2), places, TRAVEL, iterations=10)
    told = replace(old, left_out=(LeftOut("lunch on day 1", "the cook is ill"), *old.left_out[1:]))
    new = plan(
        told.request, places, TRAVEL, iterations=10, previous=told, keep_days=frozenset({1, 2})
    )
    assert _reason(new, "lunch on day 1") == "the cook is ill"
    none = plan(
        replace(told.request, avoid=(shut.id,)), places, TRAVEL, iterations=10,
        previous=told, keep_days=frozenset({1, 2}),
    )  # fmt: skip
    assert "no place known in Rome serves lunch" in _reason(none, "lunch on day 1")


# -- refusals --------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "no days": ({"days": 0}, "at least 1 day"),
    "400 days": ({"days": 400}, "at most 21"),
    "past": ({"start": date(2026, 1, 1)}, "is past"),
    "far future": ({"start": date(9999, 12, 30)}, "2100"),
    "budget 0": ({"budget": 0.0}, "more than 0"),
    "budget infinite": ({"budget": inf}, "more than 0"),
    "nobody": ({"travellers": 0}, "1 to 100 travellers"),
    "day ends first": ({"day_start": time(18), "day_end": time(9)}, "end after it starts"),
    "category": ({"avoid_categories": ("pubs",)}, 'no category "pubs"'),
    "day 0": ({"pins": (Pin("rome-forum", 0),)}, "there is no day 0"),
    "lodging": ({"lodging": Coordinates(48.85, 2.35)}, "in or near"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_impossible_requests_are_refused_in_one_sentence(name: str) -> None:
    """Numbers and dates that no trip can have are named."""
    wishes, expected = REFUSED[name]
    with pytest.raises(InvalidRequestError, match=expected):
        validate(replace(request(), **wishes), today=date(2026, 11, 23))  # type: ignore[arg-type]


def test_today_is_no_past() -> None:
    """A trip may start today."""
    validate(request(), today=FRIDAY)
    with pytest.raises(InvalidRequestError, match="past"):
        validate(request(), today=FRIDAY + timedelta(days=1))


def test_food_places_are_never_sights() -> None:
    """However important a restaurant is, it is a meal or nothing."""
    star = food("star", importance=100, price=1)
    made = planned(request(days=1), (*PLACES, star))
    assert all(v.meal is not None for v in made.visits if v.place.category.is_food)
    assert by_id("rome-enoteca").category.is_food


def test_parks_are_for_daylight() -> None:
    """Nobody is sent into a park at night, unless it was asked for and there is no other time."""
    park = sight("glade", category=Category.PARK, hours="24/7", importance=95)
    places = (*PLACES, park)
    evening = request(days=1, start=date(2026, 12, 18), day_start=time(17, 30), day_end=time(22))
    assert all(v.place.id != park.id for v in plan(evening, places, TRAVEL, iterations=80).visits)
    asked = replace(evening, must_see=(park.id,))
    made = plan(asked, places, TRAVEL, iterations=80)
    assert any(v.place.id == park.id for v in made.visits)
    winter = replace(asked, day_start=time(9))  # on that day the sun sets at 16:41 in Rome
    (visit,) = [v for v in plan(winter, places, TRAVEL, iterations=80).visits if v.place == park]
    assert visit.departure.time() <= time(17, 5)
    pinned = replace(winter, pins=(Pin(park.id, 1, time(20)),))
    (late,) = [v for v in plan(pinned, places, TRAVEL, iterations=80).visits if v.place == park]
    assert late.arrival.time() >= time(19, 45)


def test_what_would_have_to_give_way_is_named() -> None:
    """Two all-day sights fill two days: a third is told to fit only in the place of one."""
    long = [sight(f"tour-{n}", minutes=400, importance=60) for n in range(3)]
    wish = request(days=2, pace=Pace.PACKED, must_see=tuple(p.id for p in long))
    made = plan(wish, (*PLACES, *long), TRAVEL, iterations=100)
    (left,) = [p for p in long if p.id not in _ids(made)]
    reason = _reason(made, left.name)
    assert reason.startswith("it would fit only in the place of Tour ")
    named = reason.removeprefix("it would fit only in the place of ").split(" or ")
    assert set(named) == {p.name for p in long if p is not left}
