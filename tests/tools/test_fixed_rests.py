"""A relaxed pace beside hours that were fixed: they come first, the rest is what they leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest

from tests.tools.factories import PLACES, TRAVEL, planned, request, sight
from tools import editing
from tools.check import check
from tools.errors import InfeasibleError
from tools.trip import Itinerary, Pace, Pin

TRAM = sight("tram", minutes=30, hours="24/7")
PEAK = sight("peak", north=0.4, minutes=105, hours="24/7")
EVERY = (*PLACES, TRAM, PEAK)
PLANNER = editing.Planner(EVERY, TRAVEL, iterations=60)


def _fixed(*pins: Pin, pace: Pace = Pace.BALANCED) -> Itinerary:
    return planned(request(days=2, pins=pins, pace=pace), EVERY)


def _minutes(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 60


@pytest.mark.parametrize("hour", [time(18, 20), time(18, 25), time(18, 35)])
def test_two_fixed_stops_have_less_rest_between_them_and_the_day_keeps_its_pace(
    hour: time,
) -> None:
    """Elsewhere one rests as a relaxed pace does, and the checker agrees to both."""
    plan = _fixed(Pin(TRAM.id, 1, hour), Pin(PEAK.id, 1, time(18, 50)), pace=Pace.PACKED)
    new = editing.set_pace(plan, PLANNER, Pace.RELAXED).itinerary
    assert new.request.pace is Pace.RELAXED and check(new) == ()
    visits = [v for v in new.days[0].visits if v.place in (TRAM, PEAK)]
    assert [v.place for v in visits] == [TRAM, PEAK]
    for day in new.days:
        for one, other, leg in zip(day.visits, day.visits[1:], day.legs[1:], strict=False):
            spare = _minutes(one.departure, other.arrival) - leg.minutes
            assert spare >= (0 if one.place == TRAM else 15 if one.meal is None else 0)


def test_the_rest_at_the_end_of_the_day_is_none_that_a_fixed_stop_has_to_go_for() -> None:
    """One rests at home."""
    plan = _fixed(Pin(PEAK.id, 1, time(19, 45)), pace=Pace.PACKED)
    assert plan.request.day_end == time(21, 30)
    new = editing.set_pace(plan, PLANNER, Pace.RELAXED).itinerary
    assert new.visit_of(PEAK.id) is not None and check(new) == ()
    assert new.request.hours == ()


def test_the_checker_still_wants_the_rest_after_all_other_stops() -> None:
    """A rest that is short beside a stop at no fixed hour breaks the pace."""
    plan = _fixed(Pin(TRAM.id, 1, time(18, 35)), Pin(PEAK.id, 1, time(18, 50)), pace=Pace.RELAXED)
    assert check(plan) == ()
    unfixed = replace(plan.request, pins=(Pin(PEAK.id, 1, time(18, 50)),))
    assert [one.kind for one in check(replace(plan, request=unfixed))] == ["rest"]


def test_hours_that_leave_no_way_are_told_as_such() -> None:
    """With both of them, not as places that do not go together."""
    plan = _fixed(Pin(PEAK.id, 1, time(18)))
    with pytest.raises(InfeasibleError) as told:
        editing.add_place(plan, PLANNER, TRAM.id, 1, time(18, 45))
    assert "Peak is fixed to 18:00, and a visit takes 105 minutes" in str(told.value)
    assert "longer than to 18:45, the hour of Tram" in str(told.value)


def test_a_fixed_place_that_is_visited_on_another_day_excuses_nothing() -> None:
    """Nor does one that is left out and whose hour is none of that time."""
    plan = _fixed(Pin(TRAM.id, 1, time(18, 35)), Pin(PEAK.id, 1, time(18, 50)), pace=Pace.RELAXED)
    away = next(p for p in PLACES if p.id not in {v.place.id for v in plan.visits})
    tram = Pin(TRAM.id, 1, time(18, 35))
    for missing, kinds in ((time(9), ["rest"]), (time(18, 50), [])):
        pins = (tram, Pin(away.id, None, missing))
        found = check(replace(plan, request=replace(plan.request, pins=pins)))
        assert [one.kind for one in found if one.kind == "rest"] == kinds
