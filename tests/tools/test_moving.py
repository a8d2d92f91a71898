"""What stands of a place when it goes to another day, or where another place is."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.tools.factories import PLACES, TRAVEL, planned, request, sight
from tests.tools.talk import Talk
from tools import editing
from tools.check import check
from tools.trip import DayHours, Itinerary, Pin, TripRequest

FAR = sight("pyramid", north=22, minutes=120, hours="Mo-Su 07:00-17:00")
SHUT = sight("shut", minutes=90, hours="Mo-Sa 09:00-18:00; Su 13:00-18:00")
LONG = sight("long", minutes=150, hours="Mo-Su 09:00-12:00", importance=60)
EVERY = (*PLACES, FAR, SHUT, LONG)
PLANNER = editing.Planner(EVERY, TRAVEL, iterations=60)


def _plan(of: TripRequest) -> Itinerary:
    return planned(of, EVERY)


def _two(*pins: Pin, **wishes: object) -> Itinerary:
    """A Saturday and a Sunday."""
    return _plan(request(days=2, start=date(2027, 4, 10), pins=pins, **wishes))


@pytest.mark.parametrize("how", ["move", "add", "fix"])
def test_a_fixed_hour_goes_along_to_another_day(how: str) -> None:
    plan = _two(Pin(SHUT.id, 2, time(15)))
    edit = {
        "move": lambda: editing.move_place(plan, PLANNER, SHUT.id, 1),
        "add": lambda: editing.add_place(plan, PLANNER, SHUT.id, 1),
        "fix": lambda: editing.pin_place(plan, PLANNER, SHUT.id, 1),
    }[how]()
    assert edit.itinerary.request.pins == (Pin(SHUT.id, 1, time(15)),)
    found = edit.itinerary.visit_of(SHUT.id)
    assert found is not None and found[0] == 1
    assert time(14, 45) <= found[1].arrival.time() <= time(15, 15)
    assert edit.given_up == ()
    assert check(edit.itinerary) == ()


def test_an_hour_that_the_other_day_does_not_allow_is_given_up_aloud() -> None:
    """It opens later on Sundays; another hour that is named instead is no hour given up."""
    plan = _two(Pin(SHUT.id, 1, time(10)))
    edit = editing.move_place(plan, PLANNER, SHUT.id, 2)
    (told,) = edit.given_up
    assert told.startswith("Shut could not keep its hour, 10:00. Shut can't be on day 2 at 10:00:")
    assert edit.changes[1] == told
    assert edit.itinerary.request.pins == (Pin(SHUT.id, 2),)
    assert check(edit.itinerary) == ()
    named = editing.move_place(plan, PLANNER, SHUT.id, 2, time(14))
    assert named.given_up == ()
    assert named.itinerary.request.pins == (Pin(SHUT.id, 2, time(14)),)


def test_room_made_for_a_place_that_moves_is_made_where_it_goes() -> None:
    """Its old day begins as days usually do again."""
    made = editing.add_place(_two(), PLANNER, FAR.id, 1, time(9, 15)).itinerary
    (own,) = made.request.hours
    moved = editing.move_place(made, PLANNER, FAR.id, 2).itinerary
    assert moved.request.hours == (DayHours(2, own.start, made_for=(FAR.id,)),)
    assert check(moved) == ()


def test_an_hour_given_up_is_told_with_the_answer(lisbon: Talk) -> None:
    """As a note, besides what changed."""
    sunday = next(n for n, d in enumerate(lisbon.plan.days, 1) if d.date.weekday() == 6)
    other = 1 if sunday != 1 else 2
    lisbon("pin_place", place="National Tile Museum", day=other, time="10:30")
    kept = lisbon("move_place", place="National Tile Museum", day=sunday)
    assert kept.facts["time"] in {"10:15", "10:20", "10:25", "10:30", "10:35", "10:40", "10:45"}
    assert kept.notes == ()
    lisbon("keep_free", day=other, time="9 to 12")
    told = lisbon("move_place", place="National Tile Museum", day=other)
    assert told.situation == "moved"
    (note,) = told.notes
    assert "could not keep its hour, 10:30" in note and note in told.changes


def test_a_place_of_the_plan_comes_where_another_one_was() -> None:
    """It leaves its old slot, to which nothing else comes, and takes over what was fixed."""
    plan = _two(Pin(LONG.id, 1, time(9, 15)), Pin(SHUT.id, 2))
    edit = editing.replace_place(plan, PLANNER, LONG.id, SHUT)
    new = edit.itinerary
    assert edit.changes[0].startswith("Replaced Long with Shut on day 1 at 09:")
    assert edit.changes[0].endswith(" Shut is no longer on day 2.")
    assert new.request.pins == (Pin(SHUT.id, 1, time(9, 15)),)
    assert LONG.id in new.request.avoid and SHUT.id not in new.request.avoid
    assert [v.place for v in new.visits].count(SHUT) == 1
    before = {v.place.id for v in plan.visits}
    assert {v.place.id for v in new.visits if not v.place.category.is_food} <= before
    assert check(new) == ()


def test_one_of_two_places_of_a_day_can_stand_in_for_the_other() -> None:
    plan = _two(Pin(LONG.id, 1), Pin(SHUT.id, 1))
    edit = editing.replace_place(plan, PLANNER, LONG.id, SHUT)
    assert "no longer" not in edit.changes[0]
    found = edit.itinerary.visit_of(SHUT.id)
    assert found is not None and found[0] == 1
    assert edit.itinerary.visit_of(LONG.id) is None
    assert check(edit.itinerary) == ()


def test_what_was_fixed_elsewhere_is_told_and_what_holds_stays() -> None:
    """A place fixed to another day's hour comes where one was: that hour is given up aloud."""
    plan = _two(Pin(LONG.id, 1), Pin(SHUT.id, 2, time(15)))
    edit = editing.replace_place(plan, PLANNER, LONG.id, SHUT)
    lost = "Shut was fixed to day 2 at 15:00 and is no longer."
    assert edit.given_up == (lost,) and edit.changes[1] == lost
    assert check(edit.itinerary) == ()
    plan = _two(Pin(LONG.id), Pin(SHUT.id), must_see=(LONG.id, SHUT.id))
    edit = editing.replace_place(plan, PLANNER, LONG.id, SHUT)
    assert edit.given_up == () and edit.itinerary.request.pins == (Pin(SHUT.id),)
    plan = _plan(request(days=1, start=date(2027, 4, 10), pins=(Pin(LONG.id), Pin(SHUT.id, 1))))
    edit = editing.replace_place(plan, PLANNER, LONG.id, SHUT)
    assert edit.given_up == () and edit.itinerary.request.pins == (Pin(SHUT.id, 1),)
