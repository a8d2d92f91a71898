"""An hour that was asked for is kept on the minute wherever that loses nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.tools.factories import PLACES, TRAVEL, planned, request, sight
from tests.tools.talk import Talk
from tools import editing
from tools.check import check
from tools.place import Category
from tools.planning.exact_hours import with_exact_hours
from tools.planning.numeric import Solution
from tools.planning.problem import build
from tools.planning.routes import RouteBook
from tools.planning.schedule import schedule
from tools.trip import DayHours, FreeTime, Itinerary, Pace, Pin

HALL = sight("hall", north=0.5, minutes=60, hours="Mo-Su 07:00-22:00", importance=95)
EAST = sight("east", east=1, minutes=60, hours="Mo-Su 07:00-22:00")
WEST = sight("west", east=-1, minutes=60, hours="Mo-Su 07:00-22:00")
EVERY = (*PLACES, HALL, EAST, WEST)
FEW = (HALL, EAST, WEST, *(p for p in PLACES if p.category.is_food))
"""Too few to fill a day, on which every hour is to be had."""
PLANNER = editing.Planner(EVERY, TRAVEL, iterations=60)


def _at(plan: Itinerary, place_id: str) -> time:
    found = plan.visit_of(place_id)
    assert found is not None and check(plan) == ()
    return found[1].arrival.time()


@pytest.mark.parametrize("hour", [time(11), time(14), time(16, 30), time(20)])
def test_a_stop_is_there_at_the_hour_that_was_asked_for(hour: time) -> None:
    """Not as early as the tolerance lets it, as the search has it."""
    assert _at(planned(request(days=1, pins=(Pin(HALL.id, 1, hour),)), FEW), HALL.id) == hour


@pytest.mark.parametrize("hour", [time(12, 30), time(13, 15), time(18, 30), time(20)])
def test_a_table_is_booked_for_its_hour(hour: time) -> None:
    place = next(p for p in EVERY if p.category is Category.RESTAURANT)
    plan = planned(request(days=2, pins=(Pin(place.id, 2, hour),)), EVERY)
    assert _at(plan, place.id) == hour


def test_free_time_stays_free_before_an_hour() -> None:
    free = (FreeTime(None, time(13, 30), time(15)),)
    for hour in (time(15), time(15, 30), time(11)):
        plan = planned(request(days=1, free=free, pins=(Pin(HALL.id, 1, hour),)), FEW)
        assert _at(plan, HALL.id) == hour


def test_where_the_day_begins_with_the_hour() -> None:
    """A day that begins because days do so then begins earlier; one that was named does not."""
    plan = planned(request(days=2), EVERY)
    edit = editing.add_place(plan, PLANNER, HALL.id, 2, time(9))
    assert _at(edit.itinerary, HALL.id) == time(9)
    (own,) = edit.itinerary.request.hours
    assert edit.changes[1] == f"Day 2 begins at {own.start:%H:%M} for it."
    named = editing.set_hours(plan, PLANNER, 2, time(9), None).itinerary
    edit = editing.add_place(named, PLANNER, HALL.id, 2, time(9))
    assert time(9) < _at(edit.itinerary, HALL.id) <= time(9, 15)
    assert edit.itinerary.request.hours == (DayHours(2, time(9)),)
    same = planned(request(days=1, pins=(Pin(HALL.id, 1, time(9)),)), EVERY)
    assert time(9) < _at(same, HALL.id) <= time(9, 15)


def test_no_day_begins_earlier_where_that_does_not_bring_the_hour() -> None:
    """The place opens some minutes later."""
    late = sight("late", north=0.5, minutes=60, hours="Mo-Su 09:10-19:00")
    planner = editing.Planner((*EVERY, late), TRAVEL, iterations=60)
    edit = editing.add_place(planned(request(days=2), EVERY), planner, late.id, 2, time(9))
    assert _at(edit.itinerary, late.id) >= time(9, 10)
    assert edit.itinerary.request.hours == ()


def test_a_place_that_is_there_some_minutes_off_is_put_on_the_minute() -> None:
    """With the stops of its day, and their order, as they are."""
    plan = planned(request(days=1, pins=(Pin(HALL.id, 1, time(11)),)), FEW)
    edit = editing.pin_place(plan, PLANNER, HALL.id, None, time(11, 10))
    assert _at(edit.itinerary, HALL.id) == time(11, 10)
    ids = [[v.place.id for v in one.visits] for one in (plan, edit.itinerary)]
    assert ids[0] == ids[1]
    assert edit.changes[0] == f"Fixed {HALL.name} on day 1 at 11:10."


def test_what_a_full_day_does_not_hold_on_the_minute_is_held_within_the_tolerance() -> None:
    """No stop goes for minutes: after the first stop the second can't be any earlier."""
    first = sight("first", north=0.5, minutes=60, hours="Mo-Su 09:00-10:10", importance=80)
    wishes = request(days=1, pace=Pace.PACKED, pins=(Pin(HALL.id, 1, time(10)),))
    plan = planned(wishes, (HALL, first))
    assert [v.place.id for v in plan.visits] == [first.id, HALL.id]
    assert time(10) < _at(plan, HALL.id) <= time(10, 15)


def test_hours_that_contend_are_missed_by_as_little_as_can_be() -> None:
    """Two hours that leave ten minutes for a way that takes longer."""
    pins = (Pin(EAST.id, 1, time(11)), Pin(WEST.id, 1, time(12, 10)))
    plan = planned(request(days=1, pace=Pace.PACKED, pins=pins), EVERY)
    way = -(-TRAVEL.leg(EAST.coordinates, WEST.coordinates).minutes // 5) * 5
    missed = 0
    for pin in pins:
        at = _at(plan, pin.place_id)
        assert pin.at is not None
        missed += abs((at.hour - pin.at.hour) * 60 + at.minute - pin.at.minute)
    assert missed == way - 10 > 0


def test_stops_are_ordered_anew_for_an_hour() -> None:
    """Same stops and no longer ways; an order in which the hour is missed gives way."""
    near, nearer = (sight(name, north=0.5, minutes=45) for name in ("near", "nearer"))
    wishes = request(days=1, pace=Pace.PACKED, pins=(Pin(HALL.id, 1, time(11)),))
    problem = build(wishes, (HALL, near, nearer), TRAVEL)
    number = {item.place.id: n for n, item in enumerate(problem.items)}
    hall, one, other = (number[place.id] for place in (HALL, near, nearer))
    before = (one, other, hall)
    late = replace(problem.numeric, frames=(replace(problem.numeric.frames[0], start=565),))
    problem = replace(problem, numeric=late)
    route = RouteBook(late).route(0, before)
    assert route is not None and route.starts[2] > 11 * 60
    after = with_exact_hours(problem, Solution((before,), route.linear, 0))
    (order,) = after.routes
    assert sorted(order) == sorted(before)
    timing = schedule(late, 0, order, 5, fixed={hall: 660})
    assert timing.starts[order.index(hall)] == 660
    found = RouteBook(late).route(0, order)
    assert found is not None and found.linear == pytest.approx(after.objective)


@pytest.mark.parametrize("hour", ["11:00", "15:00"])
def test_real_sights_come_at_their_hour(lisbon: Talk, hour: str) -> None:
    """None of the trip's other stops goes for it that would not have gone without."""
    done = lisbon("add_place", place="Jerónimos Monastery", day=2, time=hour)
    assert f"{lisbon.visit('Jerónimos Monastery').arrival:%H:%M}" == hour
    assert done.facts["time"] == hour
