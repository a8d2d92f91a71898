"""Edits: what was asked happens, little else moves, impossible ones say why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from tests.tools.factories import FRIDAY, PLACES, TRAVEL, by_id, planned, request, sight
from tools import editing
from tools.check import check
from tools.editing import Edit, Planner
from tools.place import Category, Interest, MealKind
from tools.planning import plan
from tools.trip import Itinerary, Pace, Pin, Visit

PLANNER = Planner(PLACES, TRAVEL, iterations=40, today=date(2026, 11, 23))
TRIP = planned(request(days=3), iterations=150)


def _at(itinerary: Itinerary, place_id: str) -> tuple[int, Visit]:
    return next(
        (n, v)
        for n, day in enumerate(itinerary.days, 1)
        for v in day.visits
        if v.place.id == place_id
    )


def _ids(itinerary: Itinerary, day: int | None = None) -> set[str]:
    visits = itinerary.visits if day is None else itinerary.days[day - 1].visits
    return {v.place.id for v in visits}


def _free_sight(itinerary: Itinerary, day: int) -> Visit:
    return next(v for v in itinerary.days[day - 1].sights if not v.pinned)


def _spare(itinerary: Itinerary, *but: str) -> str:
    """A sight that is not in the plan."""
    return next(
        p.id
        for p in PLACES
        if not p.category.is_food and p.id not in _ids(itinerary) and p.id not in but
    )


def _only_changed(old: Itinerary, edit: Edit, *days: int) -> None:
    """The plan holds, and no day but these differs."""
    assert check(edit.itinerary, TRAVEL) == ()
    for number, (before, after) in enumerate(
        zip(old.days, edit.itinerary.days, strict=True), start=1
    ):
        assert (before == after) or number in days


# -- adding ----------------------------------------------------------------------------------


def test_added_place_goes_to_the_day_asked_for() -> None:
    """The place is on that day, a must-see from then on, and first among the changes."""
    small = planned(request(days=3, pace=Pace.RELAXED))
    new = _spare(small)
    edit = editing.add_place(small, PLANNER, new, day=2)
    day, visit = _at(edit.itinerary, new)
    assert day == 2
    assert edit.changes[0] == f"Added {visit.place.name} to day 2 at {visit.arrival:%H:%M}."
    assert new in edit.itinerary.request.must_see
    _only_changed(small, edit, 2)


def test_a_place_of_the_plan_that_is_added_to_another_day_moves_there() -> None:
    """The wish is kept: it is where the traveller wants it, and a must-see from then on."""
    trip = planned(request(days=3), iterations=150)
    day, visit = next((n, d.sights[0]) for n, d in enumerate(trip.days, 1) if d.sights)
    to = 1 if day != 1 else 2
    edit = editing.add_place(trip, PLANNER, visit.place.id, day=to)
    assert _at(edit.itinerary, visit.place.id)[0] == to
    assert edit.changes[0].startswith(f"Moved {visit.place.name} to day {to} at ")
    assert visit.place.id in edit.itinerary.request.must_see
    _only_changed(trip, edit, day, to)


@pytest.mark.parametrize("same_day", [True, False])
def test_a_place_of_the_plan_that_is_added_again_stays(same_day: bool) -> None:
    """Nothing moves; it is a must-see from then on, and fixed to the day if that was said."""
    trip = planned(request(days=3), iterations=150)
    day, visit = next((n, d.sights[0]) for n, d in enumerate(trip.days, 1) if d.sights)
    edit = editing.add_place(trip, PLANNER, visit.place.id, day if same_day else None)
    for before, after in zip(trip.days, edit.itinerary.days, strict=True):
        assert [(v.place, v.arrival) for v in before.visits] == [
            (v.place, v.arrival) for v in after.visits
        ]
    assert edit.changes == (
        f"{visit.place.name} is already in the plan, on day {day} at {visit.arrival:%H:%M}, and "
        "stays there.",
    )
    assert edit.itinerary.request.must_see == (visit.place.id,)
    assert edit.itinerary.request.pins == ((Pin(visit.place.id, day),) if same_day else ())


def test_a_pin_outlives_that_its_place_is_added_again() -> None:
    trip = planned(request(days=1, pins=(Pin("rome-temple", 1, time(15)),)))
    edit = editing.add_place(trip, PLANNER, "rome-temple", day=1)
    assert edit.itinerary.request.pins == trip.request.pins


def test_added_place_without_a_day_changes_one_day_only() -> None:
    """Without a day, one is found, and the place is not pinned."""
    small = planned(request(days=3, pace=Pace.RELAXED))
    new = _spare(small)
    edit = editing.add_place(small, PLANNER, new)
    _only_changed(small, edit, _at(edit.itinerary, new)[0])
    assert edit.itinerary.request.pins == ()


def test_added_time_is_kept() -> None:
    """A time becomes a pin that holds."""
    small = planned(request(days=2, pace=Pace.RELAXED))
    new = _spare(small, "rome-gallery", "rome-market", "rome-crypt")
    edit = editing.add_place(small, PLANNER, new, day=1, at=time(16))
    visit = _at(edit.itinerary, new)[1]
    assert visit.pinned
    assert time(15, 45) <= visit.arrival.time() <= time(16, 15)


def test_full_day_makes_room_by_the_least_valuable_sight() -> None:
    """A relaxed day of three sights drops one that nobody asked for, and says which."""
    minor = sight("chapel", category=Category.WORSHIP, north=-0.4, importance=60)
    kept = {"rome-arena", "rome-forum", "rome-tower"}
    places = [p for p in PLACES if p.category.is_food or p.id in kept] + [minor]
    wish = request(days=1, pace=Pace.RELAXED, must_see=("rome-arena",), avoid=("rome-tower",))
    small = plan(wish, places, TRAVEL, iterations=100)
    assert _ids(small) >= {"rome-arena", "rome-forum", minor.id}
    edit = editing.add_place(small, replace(PLANNER, places=places), "rome-tower", day=1)
    gone = _ids(small) - _ids(edit.itinerary)
    assert gone - {p.id for p in places if p.category.is_food} == {minor.id}
    assert f"{minor.name} is no longer on day 1." in edit.changes


def test_adding_brings_no_other_newcomers() -> None:
    """Besides the place asked for, no sight comes in."""
    small = planned(request(days=2, pace=Pace.RELAXED))
    new = _spare(small)
    edit = editing.add_place(small, PLANNER, new)
    came = _ids(edit.itinerary) - _ids(small)
    assert {p for p in came if not by_id(p).category.is_food} == {new}


# -- removing and replacing ------------------------------------------------------------------


def test_removed_place_does_not_come_back() -> None:
    """It is avoided from then on, also when the next edit replans everything."""
    gone = _free_sight(TRIP, 1).place
    edit = editing.remove_place(TRIP, PLANNER, gone.id)
    assert edit.changes[0] == f"Removed {gone.name} from day 1."
    _only_changed(TRIP, edit, 1)
    later = editing.set_pace(edit.itinerary, PLANNER, Pace.PACKED)
    assert gone.id not in _ids(later.itinerary)
    assert check(later.itinerary, TRAVEL) == ()


def test_what_is_not_in_the_plan_stays_out_of_it() -> None:
    """A day of air is no reason to bring in what the traveller had spoken against."""
    small = planned(request(days=1, pace=Pace.RELAXED))
    gone = _spare(small)
    edit = editing.remove_place(small, PLANNER, gone)
    assert edit.itinerary.days == small.days
    assert edit.changes == (f"{by_id(gone).name} is not in the plan and stays out.",)
    longer = editing.extend_trip(edit.itinerary, PLANNER, 3)
    assert gone in edit.itinerary.request.avoid and gone not in _ids(longer.itinerary)


def test_removed_restaurant_is_replaced_by_another() -> None:
    """Who does not like the dinner place gets another dinner."""
    dinner = next(v for v in TRIP.days[1].visits if v.meal is MealKind.DINNER)
    edit = editing.remove_place(TRIP, PLANNER, dinner.place.id)
    assert any(v.meal is MealKind.DINNER for v in edit.itinerary.days[1].visits)
    assert dinner.place.id not in _ids(edit.itinerary)
    _only_changed(TRIP, edit, 2)


def test_removing_a_pinned_place_takes_its_pin() -> None:
    """An explicit removal beats pin and must-see."""
    fixed = planned(request(must_see=("rome-arena",), pins=(Pin("rome-arena", 1),)))
    edit = editing.remove_place(fixed, PLANNER, "rome-arena")
    assert edit.itinerary.request.pins == ()
    assert edit.itinerary.request.must_see == ()
    assert "rome-arena" not in _ids(edit.itinerary)


def test_removing_an_impossible_wish_clears_it() -> None:
    """A wish that was left out can be taken back."""
    wish = planned(request(step_free=True, must_see=("rome-tower",)))
    edit = editing.remove_place(wish, PLANNER, "rome-tower")
    assert edit.itinerary.left_out == ()
    assert edit.itinerary.days == wish.days


def test_replacement_asked_for_stands_where_the_old_one_was() -> None:
    """The replacement is on the same day, the old place is gone, other days are untouched."""
    old = _free_sight(TRIP, 2).place
    new = sight("new-house", importance=40, minutes=old.minutes)
    planner = replace(PLANNER, places=(*PLACES, new))
    edit = editing.replace_place(TRIP, planner, old.id, new)
    assert _at(edit.itinerary, new.id)[0] == 2
    assert old.id not in _ids(edit.itinerary)
    _only_changed(TRIP, edit, 2)


def test_replacement_is_found_for_a_meal() -> None:
    """Another lunch for a lunch, at about the same hour."""
    lunch = next(v for v in TRIP.days[0].visits if v.meal is MealKind.LUNCH)
    edit = editing.replace_place(TRIP, PLANNER, lunch.place.id)
    other = next(v for v in edit.itinerary.days[0].visits if v.meal is MealKind.LUNCH)
    assert other.place.id != lunch.place.id
    assert other.place.id not in edit.itinerary.request.must_see
    _only_changed(TRIP, edit, 1)


def test_replacement_of_a_category() -> None:
    """A category asked for is the category that comes."""
    old = _free_sight(TRIP, 1).place
    parks = tuple(sight(f"lawn-{n}", category=Category.PARK, minutes=30) for n in range(2))
    planner = replace(PLANNER, places=(*PLACES, *parks))
    edit = editing.replace_place(TRIP, planner, old.id, category=Category.PARK)
    (came,) = _ids(edit.itinerary) - _ids(TRIP)
    assert came in {p.id for p in parks}


# -- moving, swapping, pinning ---------------------------------------------------------------


def test_moved_place_is_fixed_to_its_new_day() -> None:
    """Only the two days change, and the place is pinned to the new one."""
    was = _at(TRIP, "rome-arena")[0]
    target = was % 3 + 1
    edit = editing.move_place(TRIP, PLANNER, "rome-arena", target)
    day, visit = _at(edit.itinerary, "rome-arena")
    assert (day, visit.pinned) == (target, True)
    assert edit.changes[0].startswith(f"Moved Arena to day {target} at ")
    _only_changed(TRIP, edit, was, target)


def test_swapped_days_exchange_their_places() -> None:
    """Where opening hours allow it, each day holds exactly what the other held."""
    trip = planned(request(days=3, avoid=("rome-market", "rome-crypt")), iterations=150)
    edit = editing.swap_days(trip, PLANNER, 1, 2)
    assert _ids(edit.itinerary, 1) == _ids(trip, 2)
    assert _ids(edit.itinerary, 2) == _ids(trip, 1)
    assert edit.changes[0] == "Swapped day 1 and day 2."
    _only_changed(trip, edit, 1, 2)


def test_swap_says_what_had_to_go() -> None:
    """A place that is closed on its new day is told of, and the plan holds."""
    rite = sight("friday-rite", hours="Fr 10:00-12:00", importance=100)
    places = (*PLACES, rite)
    trip = planned(request(days=2), places)
    assert rite.id in _ids(trip, 1)
    edit = editing.swap_days(trip, replace(PLANNER, places=places), 1, 2)
    assert check(edit.itinerary, TRAVEL) == ()
    assert any("Friday Rite" in change for change in edit.changes[1:])
    assert rite.id not in _ids(edit.itinerary, 2)


def test_pins_to_days_follow_the_swap() -> None:
    """A place pinned to day 1 is pinned to day 2 after days 1 and 2 are swapped."""
    trip = planned(request(days=2, pins=(Pin("rome-forum", 1),)))
    edit = editing.swap_days(trip, PLANNER, 1, 2)
    assert edit.itinerary.request.pins == (Pin("rome-forum", 2),)
    assert _at(edit.itinerary, "rome-forum")[0] == 2


def test_pinning_what_already_holds_changes_nothing_but_the_flag() -> None:
    """To fix a place where it is moves nothing."""
    day, visit = 1, _free_sight(TRIP, 1)
    edit = editing.pin_place(TRIP, PLANNER, visit.place.id, day, visit.arrival.time())
    assert [[v.arrival for v in d.visits] for d in edit.itinerary.days] == [
        [v.arrival for v in d.visits] for d in TRIP.days
    ]
    assert _at(edit.itinerary, visit.place.id)[1].pinned
    assert len(edit.changes) == 1


def test_pin_to_another_time_moves_the_place_there() -> None:
    """A time that does not hold yet is met within a quarter of an hour."""
    edit = editing.pin_place(TRIP, PLANNER, "rome-arena", at=time(16))
    arrival = _at(edit.itinerary, "rome-arena")[1].arrival.time()
    assert time(15, 45) <= arrival <= time(16, 15)
    _only_changed(TRIP, edit, _at(TRIP, "rome-arena")[0])


def test_pins_survive_other_edits() -> None:
    """A pin holds through a change of pace, dates and length."""
    trip = planned(request(days=2, pins=(Pin("rome-temple", 1, time(11)),)))
    for edit in (
        editing.set_pace(trip, PLANNER, Pace.RELAXED),
        editing.set_dates(trip, PLANNER, FRIDAY + timedelta(days=4)),
        editing.extend_trip(trip, PLANNER),
        editing.shorten_trip(trip, PLANNER, day=1),
    ):
        arrival = _at(edit.itinerary, "rome-temple")[1].arrival.time()
        assert time(10, 45) <= arrival <= time(11, 15)
        assert check(edit.itinerary, TRAVEL) == ()


# -- the whole trip --------------------------------------------------------------------------


def test_relaxed_pace_empties_days() -> None:
    """A slower pace has at most three sights a day, and the changes name what went."""
    edit = editing.set_pace(TRIP, PLANNER, Pace.RELAXED)
    assert all(len(day.sights) <= 3 for day in edit.itinerary.days)
    assert edit.changes[0] == "The pace is now relaxed."
    assert any("is no longer on day" in change for change in edit.changes)


def test_new_interests_bring_new_places() -> None:
    """After an interest is named, places that meet it come in."""
    labs = tuple(
        sight(f"lab-{n}", importance=69, interests=(Interest.SCIENCE,), north=n * 0.3)
        for n in range(4)
    )
    planner = replace(PLANNER, places=(*PLACES, *labs), iterations=100)
    trip = planned(request(days=2), (*PLACES, *labs))
    edit = editing.set_interests(trip, planner, (Interest.SCIENCE,))
    wanted = {p.id for p in labs}
    assert len(wanted & _ids(edit.itinerary)) > len(wanted & _ids(trip))


def test_lower_budget_that_already_fits_changes_no_day() -> None:
    """The plan stays when it costs no more than the new budget."""
    edit = editing.set_budget(TRIP, PLANNER, TRIP.cost.amount)
    assert edit.itinerary.days == TRIP.days
    assert edit.itinerary.request.budget == TRIP.cost.amount


def test_lower_budget_is_kept() -> None:
    """The plan after a cut costs no more."""
    edit = editing.set_budget(TRIP, PLANNER, 90.0)
    assert edit.itinerary.cost.amount <= 90
    assert check(edit.itinerary, TRAVEL) == ()


def test_new_dates_follow_opening_hours() -> None:
    """Moved to start on a Monday, the plan holds and its days have the new dates."""
    edit = editing.set_dates(TRIP, PLANNER, date(2027, 4, 12))
    assert [d.date.day for d in edit.itinerary.days] == [12, 13, 14]
    assert check(edit.itinerary, TRAVEL) == ()


def test_longer_trip_keeps_its_days() -> None:
    """A day is added at the end, the others are the same values."""
    edit = editing.extend_trip(TRIP, PLANNER)
    assert edit.itinerary.days[:3] == TRIP.days
    assert len(edit.itinerary.days) == 4
    assert edit.itinerary.days[3].visits
    assert check(edit.itinerary, TRAVEL) == ()


def test_shorter_trip_drops_its_last_day() -> None:
    """The last day goes, the others stay, and what went with it is told."""
    edit = editing.shorten_trip(TRIP, PLANNER)
    assert edit.itinerary.days == TRIP.days[:2]
    assert TRIP.days[2].visits[0].place.name in edit.changes[0]


def test_dropped_first_day_starts_the_trip_later() -> None:
    """Without its first day the trip starts on the second date, the other days unchanged."""
    edit = editing.shorten_trip(TRIP, PLANNER, day=1)
    assert edit.itinerary.days == TRIP.days[1:]
    assert edit.itinerary.request.start == FRIDAY + timedelta(days=1)


def test_must_sees_of_a_dropped_day_find_room() -> None:
    """A must-see of the dropped day moves to one that is left."""
    trip = planned(request(days=2, must_see=("rome-arena",)))
    day = _at(trip, "rome-arena")[0]
    edit = editing.shorten_trip(trip, PLANNER, day=day)
    assert "rome-arena" in _ids(edit.itinerary)
    assert check(edit.itinerary, TRAVEL) == ()


def test_replanning_takes_any_wishes() -> None:
    """Several wishes changed at once are all met."""
    wish = replace(TRIP.request, travellers=3, avoid_categories=("worship",), day_start=time(10))
    edit = editing.replan(TRIP, PLANNER, wish)
    assert check(edit.itinerary, TRAVEL) == ()
    assert edit.itinerary.request == wish
