"""A place that comes where another one was fixed to an hour, and can't be there as the day is."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.tools.factories import PLACES, TRAVEL, planned, request, sight
from tools import editing
from tools.check import check
from tools.errors import InfeasibleError
from tools.place import Category
from tools.trip import DayHours, Itinerary, Pin

FIRST = sight("first", minutes=60, hours="Mo-Su 09:00-18:00")
FAR = sight("pyramid", north=22, minutes=120, hours="Mo-Su 07:00-17:00")
"""A ride of more than an hour."""
LATER = sight("later", minutes=60, hours="Mo-Su 13:00-18:00")
EVERY = (*PLACES, FIRST, FAR, LATER)
PLANNER = editing.Planner(EVERY, TRAVEL, iterations=60)


def _plan(*hours: DayHours) -> Itinerary:
    pins = (Pin(FIRST.id, 1, time(9)),)
    return planned(request(days=2, start=date(2027, 4, 10), pins=pins, hours=hours), EVERY)


def test_the_day_begins_earlier_so_that_the_newcomer_keeps_the_hour() -> None:
    """Where nobody said when it begins."""
    edit = editing.replace_place(_plan(), PLANNER, FIRST.id, FAR)
    (own,) = edit.itinerary.request.hours
    assert own.start is not None and own.start < time(9)
    assert f"Day 1 begins at {own.start:%H:%M} for it." in edit.changes[1]
    assert edit.itinerary.request.pins == (Pin(FAR.id, 1, time(9)),)
    assert edit.given_up == () and check(edit.itinerary) == ()


def test_the_hour_gives_way_where_the_days_beginning_was_said() -> None:
    """The answer tells it, with the reason; the day to which the old place was fixed stays."""
    edit = editing.replace_place(_plan(DayHours(1, start=time(9))), PLANNER, FIRST.id, FAR)
    (told,) = edit.given_up
    assert told.startswith("Pyramid could not take over 09:00 from First. Pyramid can't be there")
    assert "the way there takes" in told and edit.changes[1] == told
    assert edit.itinerary.request.pins == (Pin(FAR.id, 1),)
    found = edit.itinerary.visit_of(FAR.id)
    assert found is not None and found[0] == 1 and found[1].arrival.time() > time(9, 15)
    assert edit.itinerary.visit_of(FIRST.id) is None and check(edit.itinerary) == ()


def test_the_hour_gives_way_where_the_newcomer_is_closed_then() -> None:
    """Also for one that the plan holds on another day."""
    for plan in (_plan(), editing.add_place(_plan(), PLANNER, LATER.id, 2).itinerary):
        edit = editing.replace_place(plan, PLANNER, FIRST.id, LATER)
        assert "could not take over 09:00" in edit.given_up[-1]
        assert "it is not open for a whole visit at 09:00" in " ".join(edit.changes[1:3])
        found = edit.itinerary.visit_of(LATER.id)
        assert found is not None and found[0] == 1 and found[1].arrival.time() >= time(13)
        assert check(edit.itinerary) == ()


def test_one_that_the_plan_holds_and_that_cannot_be_there_stays() -> None:
    """The old one goes all the same; the answer tells both, and the one asked for is a wish."""
    saturdays = sight("saturdays", hours="Sa 09:00-18:00")
    every = (*PLACES, FIRST, saturdays)
    planner = editing.Planner(every, TRAVEL, iterations=60)
    start = planned(request(days=2, start=date(2027, 4, 10), pins=(Pin(FIRST.id, 2),)), every)
    plan = editing.add_place(start, planner, saturdays.id, 1).itinerary
    edit = editing.replace_place(plan, planner, FIRST.id, saturdays)
    assert edit.itinerary.visit_of(FIRST.id) is None
    found = edit.itinerary.visit_of(saturdays.id)
    assert found is not None and found[0] == 1 and saturdays.id in edit.itinerary.request.must_see
    (told,) = edit.given_up
    assert told.startswith("Saturdays stays on day 1 at ") and "it is closed on day 2" in told
    assert edit.changes[0] == "Removed First from day 2." and check(edit.itinerary) == ()


def test_no_more_of_a_kind_come_of_themselves_than_were_wanted() -> None:
    """With children one museum a day: what stands in for another sight is no second one."""
    park = sight("park", category=Category.PARK)
    museums = tuple(sight(f"museum {n}", importance=90) for n in range(4))
    planner = editing.Planner((park, *museums), TRAVEL, iterations=60)
    plan = planned(request(days=1, most_of=(("museum", 1),)), (park, *museums))
    with pytest.raises(InfeasibleError, match="No other place fits"):
        editing.replace_place(plan, planner, park.id)


@pytest.mark.parametrize(
    ("days", "budget", "gone", "comes"),
    [(2, 60.0, "basilica", "pinseria"), (3, 150.0, "temple", "trattoria")],
)
def test_what_is_to_be_replaced_stays_until_it_is(
    days: int, budget: float, gone: str, comes: str
) -> None:
    """Where the day without the other one, planned anew, would lose it; no untrue refusal."""
    planner = editing.Planner(PLACES, TRAVEL, iterations=30)
    plan = planned(request(days=days, budget=budget), PLACES)
    found = plan.visit_of(f"rome-{comes}")
    assert found is not None and plan.visit_of(f"rome-{gone}") is not None
    edit = editing.replace_place(plan, planner, f"rome-{gone}", found[1].place)
    new = edit.itinerary
    assert new.visit_of(f"rome-{gone}") is None and new.visit_of(f"rome-{comes}") is not None
    assert {pin.place_id for pin in new.request.pins} == set() and check(new) == ()
    assert f"rome-{comes}" in new.request.must_see and f"rome-{gone}" in new.request.avoid
    assert not any("is not in the plan" in told or "fixed" in told for told in edit.changes)
