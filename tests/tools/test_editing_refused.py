"""Edits that can't be done: the kind of error, one sentence, nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time

import pytest

from tests.tools.factories import PLACES, ROME, TRAVEL, by_id, planned, request
from tools import editing
from tools.editing import Edit, Planner
from tools.errors import InfeasibleError, InputError, InvalidRequestError, UnknownPlaceError
from tools.place import Category
from tools.trip import Pin

PLANNER = Planner(PLACES, TRAVEL, iterations=40, today=date(2026, 11, 23))
TRIP = planned(request(days=3), iterations=150)

SMALL = planned(request(days=1, must_see=("rome-arena",), pins=(Pin("rome-temple", 1, time(15)),)))

MONDAY = planned(replace(request(days=1), start=date(2027, 4, 12)))
POOR = planned(request(days=1, budget=12.0))
PARIS = replace(TRIP.request, city=replace(ROME, id="paris", name="Paris"))

REFUSED: list[tuple[Callable[[], Edit], type[InputError], str]] = [
    (lambda: editing.add_place(TRIP, PLANNER, "rome-nothing"), UnknownPlaceError, "no place"),
    (lambda: editing.add_place(TRIP, PLANNER, "rome-tower", 9), InvalidRequestError, "no day 9"),
    (
        lambda: editing.add_place(SMALL, PLANNER, "rome-stairs", 1, time(15)),
        InfeasibleError,
        "Temple",
    ),
    (
        lambda: editing.add_place(SMALL, PLANNER, "rome-market", 1, time(16)),
        InfeasibleError,
        "not open for a whole visit at 16:00",
    ),
    (
        lambda: editing.add_place(MONDAY, PLANNER, "rome-gallery", 1),
        InfeasibleError,
        "closed on day 1 .Monday.",
    ),
    (lambda: editing.add_place(POOR, PLANNER, "rome-forum"), InfeasibleError, "budget"),
    (
        lambda: editing.replace_place(TRIP, PLANNER, "rome-arena", by_id("rome-arena")),
        InvalidRequestError,
        "already in the plan",
    ),
    (
        lambda: editing.replace_place(TRIP, PLANNER, "rome-arena", category=Category.ZOO),
        InfeasibleError,
        "No other zoo fits",
    ),
    (lambda: editing.move_place(TRIP, PLANNER, "rome-arena", 4), InvalidRequestError, "no day 4"),
    (lambda: editing.pin_place(TRIP, PLANNER, "rome-arena", 1, time(3)), InfeasibleError, "03:00"),
    (lambda: editing.swap_days(TRIP, PLANNER, 1, 9), InvalidRequestError, "no day 9"),
    (lambda: editing.swap_days(TRIP, PLANNER, 2, 2), InvalidRequestError, "with itself"),
    (lambda: editing.set_budget(TRIP, PLANNER, 0.0), InvalidRequestError, "more than 0"),
    (lambda: editing.set_dates(TRIP, PLANNER, date(2020, 1, 1)), InvalidRequestError, "past"),
    (lambda: editing.extend_trip(TRIP, PLANNER, 30), InvalidRequestError, "at most 21"),
    (lambda: editing.extend_trip(TRIP, PLANNER, 0), InvalidRequestError, "at least 1 day"),
    (
        lambda: editing.shorten_trip(TRIP, PLANNER, 3),
        InvalidRequestError,
        "at least 1 has to be left",
    ),
    (lambda: editing.shorten_trip(TRIP, PLANNER, day=7), InvalidRequestError, "no day 7"),
    (lambda: editing.replan(TRIP, PLANNER, PARIS), InvalidRequestError, "another plan"),
]


@pytest.mark.parametrize(("call", "kind", "expected"), REFUSED)
def test_impossible_edits_are_refused_with_the_reason(
    call: Callable[[], Edit], kind: type[InputError], expected: str
) -> None:
    """Each raises its kind of error with one sentence, and leaves the old plan as it was."""
    before = TRIP.to_json()
    with pytest.raises(kind, match=expected) as caught:
        call()
    assert str(caught.value).endswith(".")
    assert TRIP.to_json() == before
