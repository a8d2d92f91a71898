"""Hours of a day against an hour to which a place is fixed: the later wish wins where it can."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from tests.tools.factories import PLACES, TRAVEL, planned, request, sight
from tools import editing
from tools.check import check
from tools.errors import InfeasibleError
from tools.meals import rest_after
from tools.place import MealKind
from tools.trip import Itinerary, Pace

FAR = sight("pyramid", north=22, minutes=120, hours="Mo-Su 07:00-17:00")
"""22 km off: a ride of more than an hour."""


def _planner() -> editing.Planner:
    return editing.Planner((*PLACES, FAR), TRAVEL, iterations=60)


def _fixed(at: time) -> Itinerary:
    """Two days, the pyramid fixed to an hour of the second."""
    plan = planned(request(days=2), (*PLACES, FAR))
    return editing.add_place(plan, _planner(), FAR.id, day=2, at=at).itinerary


@pytest.mark.parametrize("day", [None, 2])
def test_the_later_wish_wins_and_a_fixed_hour_slips(day: int | None) -> None:
    """As little as the way takes; the place stays fixed, and the change says so."""
    fixed = _fixed(time(11))
    edit = editing.set_hours(fixed, _planner(), day, time(10, 30), None)
    way = TRAVEL.leg(edit.itinerary.request.base, FAR.coordinates).minutes
    visit = next(v for v in edit.itinerary.days[1].visits if v.place == FAR)
    arrival = visit.arrival.hour * 60 + visit.arrival.minute
    assert 630 + way <= arrival <= 630 + way + 20 and visit.pinned
    assert check(edit.itinerary) == ()
    told = f"{FAR.name} could not keep its hour, 11:00: it is at {visit.arrival:%H:%M} on day 2"
    assert edit.given_up and edit.changes[1].startswith(told)


def test_a_fixed_hour_slips_to_an_earlier_end() -> None:
    fixed = _fixed(time(15))
    edit = editing.set_hours(fixed, _planner(), 2, None, time(17))
    (pin,) = edit.itinerary.request.pins
    assert pin.at is not None and time(13) < pin.at < time(15)
    assert check(edit.itinerary) == ()


def test_hours_that_a_fixed_place_can_not_bear_are_refused() -> None:
    """From three on it closes too soon, from noon on it would slip too far."""
    fixed = _fixed(time(11))
    with pytest.raises(InfeasibleError, match="which is fixed"):
        editing.set_hours(fixed, _planner(), 2, time(15), None)
    with pytest.raises(InfeasibleError, match="which is fixed"):
        editing.set_hours(fixed, _planner(), 2, time(12), None)


def test_no_fixed_hour_slips_past_midnight() -> None:
    """A night goes on, but nothing begins after midnight: refused, not beyond any clock."""
    bar = sight("bar", north=2, minutes=60, hours="Mo-Su 18:00-03:00")
    places = (*PLACES, bar)
    planner = editing.Planner(places, TRAVEL, iterations=60)
    plan = planned(request(days=2), places)
    fixed = editing.add_place(plan, planner, bar.id, day=2, at=time(23, 15)).itinerary
    assert fixed.request.hours[0].open_end
    later = editing.set_hours(fixed, planner, 2, time(23, 20), None).itinerary
    (pin,) = later.request.pins
    assert pin.at is not None and pin.at > time(23, 15) and check(later) == ()
    with pytest.raises(InfeasibleError, match="which is fixed"):
        editing.set_hours(fixed, planner, 2, time(23, 55), None)


def test_midnight_is_the_reason_where_it_is_what_binds() -> None:
    """Not the way back, for which a night that goes on has time, nor the length of the visit."""
    bar = sight("bar", north=0.8, minutes=60, hours="Mo-Su 18:00-03:00")
    places = (*PLACES, bar)
    planner = editing.Planner(places, TRAVEL, iterations=60)
    plan = planned(request(days=2), places)
    fixed = editing.add_place(plan, planner, bar.id, day=2, at=time(23, 55)).itinerary
    for start, why in ((time(23, 52), "the way there takes"), (time(23, 58), "the day begins at")):
        with pytest.raises(InfeasibleError, match=f"is fixed: {why}.*no visit begins after midn"):
            editing.set_hours(fixed, planner, 2, start, None)


def test_the_rest_after_a_visit_is_decided_by_its_hour() -> None:
    """A restaurant out of meal times is a stop like others; a market's stalls are no meal."""
    at_any = [place for place in PLACES if place.category.is_food and place.meals]
    wish = request(days=1, pace=Pace.RELAXED)
    assert rest_after(at_any[0], wish, None) == 0
    meal = {MealKind.LUNCH: time(13), MealKind.DINNER: time(19)}
    assert rest_after(at_any[0], wish, meal[next(iter(at_any[0].meals))]) == 0
    assert rest_after(at_any[0], wish, time(16, 30)) == Pace.RELAXED.rest_minutes
    stalls = replace(FAR, meals=frozenset({MealKind.LUNCH}))
    for at in (None, time(13)):
        assert rest_after(stalls, wish, at) == Pace.RELAXED.rest_minutes
