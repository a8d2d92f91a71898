"""One hour of a day is named, the other one is made for a place: each goes its own way."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.tools.factories import PLACES, TRAVEL, planned, request, sight
from tests.tools.talk import Talk
from tools import editing
from tools.check import check
from tools.trip import DayHours, Itinerary

FAR = sight("pyramid", north=22, minutes=120, hours="Mo-Su 07:00-17:00")
NIGHT = sight("night", minutes=150, hours="Mo-Su 22:00-04:00")
EVERY = (*PLACES, FAR, NIGHT)
PLANNER = editing.Planner(EVERY, TRAVEL, iterations=60)


def _late(plan: Itinerary) -> Itinerary:
    return editing.add_place(plan, PLANNER, NIGHT.id, 2, time(22, 45)).itinerary


def _begun(plan: Itinerary) -> Itinerary:
    return editing.set_hours(plan, PLANNER, 2, time(11), None).itinerary


@pytest.mark.parametrize("named_first", [False, True])
def test_a_start_that_was_named_outlives_the_night(named_first: bool) -> None:
    """In either order; the night is the place's, the morning the traveller's."""
    plan = planned(request(days=2), EVERY)
    both = _late(_begun(plan)) if named_first else _begun(_late(plan))
    (own,) = both.request.hours
    assert own.open_end and own.named == (time(11), None) and own.made_for == (NIGHT.id,)
    assert both.visit_of(NIGHT.id) is not None
    assert check(both) == () == check(Itinerary.from_json(both.to_json()))
    assert Itinerary.from_json(both.to_json()).request.hours == (own,)
    gone = editing.remove_place(both, PLANNER, NIGHT.id).itinerary
    assert gone.request.hours == (DayHours(2, time(11)),)
    moved = editing.move_place(both, PLANNER, NIGHT.id, 1).itinerary
    assert moved.request.hours[0] == DayHours(2, time(11))
    assert moved.request.hours[1].day == 1 and moved.request.hours[1].open_end


def test_the_night_goes_along_and_the_named_start_stays() -> None:
    both = _begun(_late(planned(request(days=2), EVERY)))
    swapped = editing.swap_days(both, PLANNER, 1, 2)
    hours = {own.day: own for own in swapped.itinerary.request.hours}
    assert hours[2] == DayHours(2, time(11)) and hours[1].open_end
    assert swapped.changes[1] == f"Day 1 goes on past midnight for {NIGHT.name}."
    assert check(swapped.itinerary) == ()


def test_an_end_that_was_named_outlives_an_early_start() -> None:
    """And an early start goes with the place, though the end was named."""
    ended = editing.set_hours(planned(request(days=2), EVERY), PLANNER, 2, None, time(20))
    made = editing.add_place(ended.itinerary, PLANNER, FAR.id, 2, time(9, 15)).itinerary
    (own,) = made.request.hours
    assert own.named == (None, time(20)) and own.made[0] is not None
    gone = editing.remove_place(made, PLANNER, FAR.id).itinerary
    assert gone.request.hours == (DayHours(2, end=time(20)),)
    every = editing.set_hours(made, PLANNER, None, None, time(19)).itinerary
    (own,) = every.request.hours
    assert own.named == (None, None) and own.made_for == (FAR.id,)


def test_room_for_a_place_that_is_not_visited_is_told_by_its_name() -> None:
    plan = planned(request(days=2), EVERY)
    wide = (DayHours(1, end=time(22, 45), made_for=(NIGHT.id,)),)
    plan = replace(plan, request=replace(plan.request, hours=wide))
    swapped = editing.swap_days(plan, PLANNER, 1, 2)
    assert swapped.itinerary.visit_of(NIGHT.id) is None
    assert swapped.changes[1] == f"Day 2 ends at 22:45 for {NIGHT.name}."


def test_the_hour_to_which_a_place_is_fixed_is_told(lisbon: Talk) -> None:
    """With the answer; where none was asked for, none."""
    name = lisbon.plan.days[1].sights[0].place.name
    outcome = lisbon("pin_place", place=name, day=2, time="2 pm")
    (note,) = outcome.notes
    assert outcome.situation == "pinned" and note.startswith(f"The plan has you at {name} at 1")
    assert f"{lisbon.visit(name).arrival:%H:%M}" in note
    assert lisbon("pin_place", place=lisbon.plan.days[0].sights[0].place.name).notes == ()
