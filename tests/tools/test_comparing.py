"""Two plans side by side: nothing to say of one plan twice, and no change that is not told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.tools.factories import NAPLES, PLACES, TRAVEL, moved_to, planned, request, toured
from tools import editing
from tools.editing import Comparison, Planner, compare
from tools.errors import InvalidRequestError
from tools.money import convert
from tools.place import MealKind
from tools.trip import Itinerary, LeftOut, Mode, Money, Pace

PLANNER = Planner(PLACES, TRAVEL, iterations=40, today=date(2026, 11, 23))
TRIP = planned(request(days=3, pace=Pace.RELAXED))


def _kinds(comparison: Comparison, side: str, day: int | None = None) -> dict[str, str]:
    """Place id -> what became of the stop."""
    pairs = comparison.days if day is None else (comparison.days[day - 1],)
    return {stop.place_id: stop.kind for pair in pairs for stop in getattr(pair, side)}


def _ids(itinerary: Itinerary, day: int) -> list[str]:
    return [visit.place.id for visit in itinerary.days[day - 1].visits]


@pytest.mark.parametrize("trip", [TRIP, toured()], ids=["one city", "three cities"])
def test_a_plan_beside_itself(trip: Itinerary) -> None:
    """Nothing changed, and every figure is the plan's own."""
    found = compare(trip, trip)
    assert found.changes == ()
    assert found.old_cost == found.new_cost == trip.cost
    assert found.cost_difference == Money(0, "EUR")
    walked = sum(g.metres for d in trip.days for g in d.legs if g.mode is Mode.WALK)
    assert found.old_walked == found.new_walked == walked > 0
    assert found.old_sights == found.new_sights == sum(v.meal is None for v in trip.visits)
    assert set(_kinds(found, "old").values()) == {"same"}
    assert [pair.number for pair in found.days] == list(range(1, len(trip.days) + 1))
    for pair, day in zip(found.days, trip.days, strict=True):
        assert pair.old == pair.new
        assert [(s.name, s.arrival, s.meal) for s in pair.old] == [
            (v.place.name, v.arrival.strftime("%H:%M"), v.meal) for v in day.visits
        ]


def test_after_a_move() -> None:
    """On its old and on its new day it is the one that moved; an hour that changed is told."""
    moved = TRIP.days[0].sights[0].place
    edit = editing.move_place(TRIP, PLANNER, moved.id, 2)
    found = compare(TRIP, edit.itinerary)
    assert _kinds(found, "old", 1)[moved.id] == "moved"
    assert _kinds(found, "new", 2)[moved.id] == "moved"
    assert moved.id not in _kinds(found, "new", 1)
    assert set(_kinds(found, "new", 3).values()) == {"same"}
    assert any(line.startswith(f"Moved {moved.name} from day 1 to day 2") for line in found.changes)
    before, after = (
        {v.place.id: v.arrival for v in plan.visits} for plan in (TRIP, edit.itinerary)
    )
    for place_id, kind in _kinds(found, "new").items():
        was, now = before.get(place_id), after[place_id]
        if was is None or was.date() != now.date():
            assert kind == ("new" if was is None else "moved")
        else:
            assert kind == ("same" if was == now else "retimed")


def test_after_a_removal() -> None:
    """It is gone from the old side, and the trip is cheaper by its price."""
    gone = next(v for v in TRIP.days[1].sights if v.price.amount)
    edit = editing.remove_place(TRIP, PLANNER, gone.place.id)
    found = compare(TRIP, edit.itinerary)
    assert _kinds(found, "old")[gone.place.id] == "gone"
    assert gone.place.id not in _kinds(found, "new")
    assert found.new_sights == found.old_sights - 1
    assert found.new_cost == edit.itinerary.cost and found.old_cost == TRIP.cost
    assert found.cost_difference == Money(-gone.price.amount, "EUR")
    assert f"{gone.place.name} is no longer on day 2." in found.changes


@pytest.mark.parametrize("longer_is_new", [True, False])
def test_after_an_extension(longer_is_new: bool) -> None:
    """The day that only one of them has is empty in the other; the way back is its mirror."""
    longer = editing.extend_trip(TRIP, PLANNER, 1).itinerary
    plans = (TRIP, longer) if longer_is_new else (longer, TRIP)
    found = compare(*plans)
    assert len(found.days) == 4
    there, absent = ("new", "old") if longer_is_new else ("old", "new")
    last = found.days[-1]
    assert getattr(last, absent) == ()
    assert [s.place_id for s in getattr(last, there)] == _ids(longer, 4) != []
    came = set(_ids(longer, 4)) - {v.place.id for v in TRIP.visits}
    kinds = _kinds(found, there, 4)
    assert {kinds[place_id] for place_id in came} == {"new" if longer_is_new else "gone"}


def test_another_meal_at_the_same_place_is_told() -> None:
    """Lunch where dinner was, by name, day and hour the same stop."""
    day = TRIP.days[0]
    visits = tuple(
        replace(v, meal=MealKind.DINNER) if v.meal is MealKind.LUNCH else v for v in day.visits
    )
    other = replace(TRIP, days=(replace(day, visits=visits), *TRIP.days[1:]))
    lunch = next(v for v in day.visits if v.meal is MealKind.LUNCH)
    found = compare(TRIP, other)
    assert _kinds(found, "new", 1)[lunch.place.id] == "retimed"
    assert [s.meal for s in found.days[0].new if s.place_id == lunch.place.id] == [MealKind.DINNER]


def test_trips_that_share_nothing() -> None:
    """To another city of another currency: all is gone, all is new, money is the new trip's."""
    other = replace(NAPLES, country="GB", currency="GBP", timezone="Europe/London")
    london = planned(replace(request(days=2), city=other), moved_to(other))
    found = compare(TRIP, london)
    assert set(_kinds(found, "old").values()) == {"gone"}
    assert set(_kinds(found, "new").values()) == {"new"}
    assert found.days[2].new == ()
    assert found.old_cost == Money(convert(TRIP.cost.amount, "EUR", "GBP"), "GBP")
    assert found.cost_difference.currency == "GBP"
    assert len(found.changes) == len(TRIP.visits) + len(london.visits)


def test_money_without_a_rate() -> None:
    unknown = replace(TRIP.request.city, currency="XTS")
    other = replace(TRIP, request=replace(TRIP.request, city=unknown), days=())
    with pytest.raises(InvalidRequestError, match="no exchange rate"):
        compare(TRIP, other)


def test_what_each_leaves_out_and_other_dates() -> None:
    """Entries stand as they are; on another date at the same hour a stop is the same."""
    entry = LeftOut("Tower", "there are steps on the way in")
    days = tuple(
        replace(
            day,
            date=day.date + timedelta(days=7),
            visits=tuple(
                replace(
                    v,
                    arrival=v.arrival + timedelta(days=7),
                    departure=v.departure + timedelta(days=7),
                )
                for v in day.visits
            ),
        )
        for day in TRIP.days
    )
    later = replace(TRIP, days=days, left_out=(entry,))
    found = compare(TRIP, later)
    assert (found.old_left_out, found.new_left_out) == ((), (entry,))
    assert set(_kinds(found, "new").values()) == {"same"}
    assert found.changes == ("Left out Tower: there are steps on the way in.",)
