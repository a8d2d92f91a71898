"""Forecast rain: sights in the open move to drier days, and the traveller is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.tools.factories import FRIDAY, PLACES, ROME, TRAVEL, food, request, sight
from tools.check import check
from tools.editing import Planner, set_pace
from tools.place import Category
from tools.planning import plan, score
from tools.planning.rain import Rain
from tools.trip import Itinerary, Pace, TripRequest

FEW = (
    sight("garden", category=Category.PARK, importance=80, minutes=150),
    sight("museum", importance=80, minutes=150),
    food("osteria", north=0.2),
    food("trattoria", north=-0.2),
)
SHORT = replace(request(days=2), day_start=request().day_start.replace(hour=14))
"""Afternoons: one long sight a day."""


def rain(*millimetres: float) -> Rain:
    """From the first day on."""
    return {(ROME.id, FRIDAY + timedelta(days=n)): mm for n, mm in enumerate(millimetres)}


def day_of(itinerary: Itinerary, slug: str) -> int:
    return next(
        n
        for n, day in enumerate(itinerary.days, start=1)
        for visit in day.visits
        if visit.place.id == f"rome-{slug}"
    )


@pytest.mark.parametrize(("millimetres", "dry"), [((12, 0), 2), ((0, 12), 1)])
def test_the_garden_waits_for_the_dry_day(millimetres: tuple[float, float], dry: int) -> None:
    made = plan(SHORT, FEW, TRAVEL, iterations=200, rain=rain(*millimetres))
    assert check(made, TRAVEL) == ()
    assert day_of(made, "garden") == dry
    assert day_of(made, "museum") == 3 - dry
    wet = "day 1" if dry == 2 else "day 2"
    told = f"Rain is forecast for {wet}: sights in the open are rather on other days."
    assert made.notes == (told,)


def test_a_must_see_in_the_open_is_seen_in_the_rain() -> None:
    wished = replace(SHORT, must_see=("rome-garden",))
    made = plan(wished, FEW, TRAVEL, iterations=200, rain=rain(30, 30))
    assert day_of(made, "garden") in (1, 2)
    assert made.notes == ("Rain is forecast for the whole trip; take something against it.",)


def test_without_a_forecast_nothing_is_said_or_changed() -> None:
    alone, asked = (
        plan(request(days=2), PLACES, TRAVEL, iterations=64, rain=r) for r in ({}, rain(0, 0.4))
    )
    assert alone.notes == asked.notes == ()
    assert alone.days == asked.days


def test_the_loss_grows_with_the_rain() -> None:
    garden, museum = FEW[:2]
    losses = [score.rain_loss(garden, SHORT, mm) for mm in (0.0, 1.0, 4.0, 10.0, 40.0)]
    assert losses[0] == losses[1] == 0
    assert 0 < losses[2] < losses[3] == losses[4] == score.sight_value(garden, SHORT) / 2
    assert score.rain_loss(museum, SHORT, 40.0) == 0


def test_an_edit_knows_the_forecast_of_its_day() -> None:
    """The note is that of the newest forecast; days in other cities are not meant."""
    asked: list[TripRequest] = []

    def forecast(wanted: TripRequest) -> Rain:
        asked.append(wanted)
        elsewhere = {("paris", FRIDAY): 20.0}
        return rain(0, 12) | elsewhere if len(asked) == 1 else elsewhere

    planner = Planner(PLACES, TRAVEL, iterations=64, today=date(2026, 11, 23), rain=forecast)
    made = planner.plan(request(days=2))
    assert made.notes[0].startswith("Rain is forecast for day 2:")
    assert set_pace(made, planner, Pace.RELAXED).itinerary.notes == ()
    assert [r.pace for r in asked] == [Pace.BALANCED, Pace.RELAXED]
