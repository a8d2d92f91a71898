"""A settings panel's values: on, off, and nothing else than what they touch."""

from __future__ import annotations

from datetime import time

import pytest

from tests.tools.talk import Talk
from tools.actions.party import (
    Preferences,
    preferences_of,
    read_preferences,
)
from tools.actions.preferences import set_preferences
from tools.actions.wishes import FOR_KIDS
from tools.check import check
from tools.childrens_rest import CHILDRENS_REST
from tools.errors import InfeasibleError, InvalidRequestError
from tools.place import Diet
from tools.trip import DAY_END, KIDS_DAY_END, FreeTime, Itinerary, Mode, Pace


def _set(talk: Talk, **values: object) -> tuple[str, ...]:
    """Changes these of the trip's preferences; the new plan has to hold."""
    wanted = preferences_of(talk.trip).model_copy(update=values)
    talk.trip, told = set_preferences(talk.services, talk.trip, wanted)
    assert preferences_of(talk.trip) == wanted
    if talk.trip.itinerary is not None:
        assert check(talk.plan) == ()
    return told


def _sights(itinerary: Itinerary) -> list[list[str]]:
    return [[visit.place.id for visit in day.sights] for day in itinerary.days]


def _longest_walk(itinerary: Itinerary) -> int:
    legs = [leg for day in itinerary.days for leg in day.legs if leg.mode is Mode.WALK]
    return max(leg.minutes for leg in legs)


def test_before_a_plan_they_are_wishes(talk: Talk) -> None:
    """The first plan respects them, and what is said then counts."""
    told = _set(
        talk, pace=Pace.RELAXED, diets=(Diet.VEGAN,), good_for_kids=True, max_walk_minutes=15
    )
    assert told == (
        "The pace is now relaxed.",
        "Every meal is now vegan.",
        "The days now suit children, with an hour's rest after lunch.",
        "No walk is now longer than 15 minutes.",
    )
    talk("plan_days", destination="Lisbon", days=2, start_date="4 December", pace="packed")
    request = talk.plan.request
    assert (request.pace, request.diets) == (Pace.PACKED, (Diet.VEGAN,))
    assert request.good_for_kids and CHILDRENS_REST in request.free
    assert _longest_walk(talk.plan) <= 15


def test_what_is_switched_off_before_a_plan_is_no_wish(talk: Talk) -> None:
    talk("plan_days", diet=["halal"], step_free=True, travellers=2, max_walk="5 km")
    assert _set(talk, diets=(), step_free=False) == (
        "Meals need no diet any more.",
        "Places with steps are possible again.",
    )
    talk("plan_days", destination="Lisbon", days=1, start_date="4 December")
    request = talk.plan.request
    assert (request.diets, request.step_free, request.travellers) == ((), False, 2)
    assert request.walk is not None and request.walk.day_metres == 5000


def test_what_is_so_already_makes_no_version(lisbon: Talk) -> None:
    """Nor does another order of the same diets."""
    lisbon("plan_days", diet=["vegetarian", "gluten_free"])
    before = lisbon.trip
    for wanted in (
        preferences_of(before),
        preferences_of(before).model_copy(update={"travellers": None}),
        preferences_of(before).model_copy(update={"diets": (Diet.GLUTEN_FREE, Diet.VEGETARIAN)}),
    ):
        trip, told = set_preferences(lisbon.services, before, wanted)
        assert trip is before and told == ()


def test_a_diet_changes_only_meals(lisbon: Talk) -> None:
    """And is lifted without a change: what serves it serves everybody."""
    before = lisbon.plan
    told = _set(lisbon, diets=(Diet.VEGETARIAN,))
    assert told[0] == "Every meal is now vegetarian." and len(told) > 1
    meals = [v for v in lisbon.plan.visits if v.meal]
    assert meals and all(Diet.VEGETARIAN in v.place.diets for v in meals)
    assert _sights(lisbon.plan) == _sights(before)
    served = lisbon.plan
    assert _set(lisbon, diets=()) == ("Meals need no diet any more.", "Nothing had to change.")
    assert lisbon.plan.days == served.days and lisbon.trip.wishes.diet is None
    lisbon("plan_days", travellers=2)
    assert lisbon.plan.request.diets == ()


def test_days_that_hold_stay(lisbon: Talk) -> None:
    """Step-free: only days with steps change, and what is fixed stays."""
    steep = [any(not v.place.step_free for v in day.visits) for day in lisbon.plan.days]
    assert True in steep
    before = lisbon.plan
    _set(lisbon, step_free=True)
    assert all(v.place.step_free for v in lisbon.plan.visits)
    for was, now, changed in zip(before.days, lisbon.plan.days, steep, strict=True):
        assert changed or was == now
    assert _set(lisbon, step_free=False)[1:] == ("Nothing had to change.",)


def test_meals_that_no_place_could_serve_come_back(lisbon: Talk) -> None:
    """What was left out for a diet is tried again when that is lifted."""
    diets = (Diet.KOSHER, Diet.HALAL, Diet.GLUTEN_FREE)
    _set(lisbon, diets=diets)
    missing = [entry.what for entry in lisbon.plan.left_out if " on day " in entry.what]
    assert missing
    _set(lisbon, diets=())
    assert not [e for e in lisbon.plan.left_out if e.what in missing]
    assert sum(v.meal is not None for v in lisbon.plan.visits) >= len(missing)


def test_children_add_the_rest_and_take_it_away(lisbon: Talk) -> None:
    """With the early evening and the few museums; time that was kept free stays."""
    lisbon("keep_free", day=1, time="from 17:00 to 18:00")
    own = FreeTime(1, time(17), time(18))
    _set(lisbon, good_for_kids=True)
    request = lisbon.plan.request
    assert request.free == (own, CHILDRENS_REST) and request.day_end == KIDS_DAY_END
    assert request.most_of == FOR_KIDS
    _set(lisbon, good_for_kids=False)
    request = lisbon.plan.request
    assert request.free == (own,) and request.day_end == DAY_END and request.most_of == ()
    assert lisbon.trip.wishes.good_for_kids is None
    lisbon("plan_days", travellers=2)
    assert not lisbon.plan.request.good_for_kids and lisbon.plan.request.free == (own,)


def test_an_evening_that_was_said_stays(lisbon: Talk) -> None:
    lisbon("set_hours", end="22:30")
    for kids in (True, False):
        _set(lisbon, good_for_kids=kids)
        assert lisbon.plan.request.day_end == time(22, 30)


def test_what_is_fixed_to_the_hour_of_rest_comes_before_it(lisbon: Talk) -> None:
    lisbon("add_place", place="Oceanário", day=2, time="at 3pm")
    _set(lisbon, good_for_kids=True)
    free = lisbon.plan.request.free
    assert [f.day for f in free] == [1, 3]
    (fixed,) = [v for v in lisbon.plan.days[1].visits if v.pinned]
    assert fixed.arrival.time() < CHILDRENS_REST.end < fixed.departure.time()
    _set(lisbon, good_for_kids=False)
    assert lisbon.plan.request.free == ()


def test_walks_get_shorter_and_long_again(lisbon: Talk) -> None:
    """Places stay on their days; only ways, and the hours that go with them, are others."""
    assert _longest_walk(lisbon.plan) > 10
    _set(lisbon, max_walk_minutes=10)
    assert _longest_walk(lisbon.plan) <= 10 and lisbon.trip.wishes.max_walk == "10 minutes"
    _set(lisbon, max_walk_minutes=None)
    assert _longest_walk(lisbon.plan) > 10 and lisbon.trip.wishes.max_walk is None
    assert lisbon.plan.request.walk is None


def test_more_travellers_pay_more_and_go_the_same_way(lisbon: Talk) -> None:
    before = lisbon.plan
    assert _set(lisbon, travellers=3) == (
        "The trip is now for 3 travellers.",
        "Nothing had to change.",
    )
    assert lisbon.plan.cost.amount == pytest.approx(3 * before.cost.amount)
    assert _sights(lisbon.plan) == _sights(before)
    lisbon("set_budget", budget=lisbon.plan.cost.amount + 1)
    _set(lisbon, travellers=4)
    assert lisbon.plan.cost.amount <= lisbon.plan.request.budget + 0.01  # type: ignore[operator]


def test_the_pace_fills_days_and_empties_them(lisbon: Talk) -> None:
    _set(lisbon, pace=Pace.RELAXED)
    assert all(len(day) <= Pace.RELAXED.max_sights for day in _sights(lisbon.plan))
    relaxed = sum(map(len, _sights(lisbon.plan)))
    _set(lisbon, pace=Pace.PACKED)
    assert sum(map(len, _sights(lisbon.plan))) > relaxed


def test_undo_brings_back_the_plan_with_its_wishes(lisbon: Talk) -> None:
    lisbon("plan_days", diet=["vegan"], max_walk="20 minutes")
    before, wishes = lisbon.plan, lisbon.trip.wishes
    _set(lisbon, diets=(), good_for_kids=True, max_walk_minutes=None, pace=Pace.RELAXED)
    lisbon("undo_change")
    assert lisbon.plan == before and lisbon.trip.wishes.diet == wishes.diet
    assert preferences_of(lisbon.trip) == Preferences(
        diets=(Diet.VEGAN,), max_walk_minutes=20, travellers=1
    )
    lisbon("plan_days", interests=["art"])
    assert lisbon.plan.request.diets == (Diet.VEGAN,)
    assert not lisbon.plan.request.good_for_kids


def test_what_is_fixed_stands_against_it(lisbon: Talk) -> None:
    """The sentence names it, and the trip is as before; in a tour as in a city."""
    steps = next(
        (number, v.place)
        for number, day in enumerate(lisbon.plan.days, start=1)
        for v in day.visits
        if not v.place.step_free
    )
    lisbon("pin_place", place=steps[1].name)
    before = lisbon.trip
    wanted = preferences_of(before).model_copy(update={"step_free": True})
    with pytest.raises(InfeasibleError, match=f"push out {steps[1].name}, which is fixed"):
        set_preferences(lisbon.services, before, wanted)
    assert lisbon.trip is before


def test_a_tour_is_changed_as_a_whole(talk: Talk) -> None:
    talk(
        "plan_days", destination="Rome", more_destinations=["Florence"], days_each=[1, 1],
        start_date="4 December",
    )  # fmt: skip
    before = talk.plan
    _set(talk, diets=(Diet.VEGETARIAN,), travellers=2)
    assert _sights(talk.plan) == _sights(before)
    assert all(v.price.amount == v.place.price * 2 for v in talk.plan.visits)
    _set(talk, good_for_kids=True)
    assert CHILDRENS_REST in talk.plan.request.free


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"pace": "hasty"}, "pace"),
        ({"diets": ["vegan", "vegetarian", "halal", "kosher"]}, "diets"),
        ({"max_walk_minutes": 0}, "max walk minutes"),
        ({"travellers": 0}, "travellers"),
        ({"sleep": True}, "sleep"),
    ],
)
def test_values_that_mean_nothing_are_refused(values: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"The setting {told} can't be used"):
        read_preferences(values)


def test_values_as_a_panel_gives_them_are_read() -> None:
    read = read_preferences({"pace": "relaxed", "diets": ["vegan", "vegan"], "step_free": True})
    assert read == Preferences(pace=Pace.RELAXED, diets=(Diet.VEGAN,), step_free=True)
