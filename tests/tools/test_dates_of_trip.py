"""Dates said of a trip from Wednesday, 12 May 2027, on Sunday, 29 November 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.dates import resolve_date
from tools.dates_of_trip import date_beside, day_named, is_shift, moves_all

TODAY = date(2026, 11, 29)
START = date(2027, 5, 12)
DAYS = [START + timedelta(days=n) for n in range(5)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("a week later", "2027-05-19"),
        ("two days later than planned", "2027-05-14"),
        ("a couple of days earlier", "2027-05-10"),
        ("one day sooner", "2027-05-11"),
        ("back a fortnight", "2027-05-26"),
        ("forward by 3 days", "2027-05-09"),
        ("a month later", "2027-06-12"),
        ("the week after", "2027-05-19"),
        ("the day before", "2027-05-11"),
        ("the following day", "2027-05-13"),
        ("the next day", "2027-05-13"),
        ("postpone the whole thing by three days", "2027-05-15"),
        ("Put it off for a week", "2027-05-19"),
    ],
)
def test_shifts_count_from_the_first_day(said: str, expected: str) -> None:
    assert is_shift(said)
    assert date_beside(said, START, TODAY) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("the Friday before", "2027-05-07"),
        ("the following Wednesday", "2027-05-19"),
        ("the Wednesday before that", "2027-05-05"),
        ("the weekend after", "2027-05-15"),
        ("Monday", "2027-05-10"),
        ("on the Sunday", "2027-05-16"),
        ("Saturday morning", "2027-05-15"),
        ("that Friday", "2027-05-14"),
        ("the weekend", "2027-05-15"),
        ("the 20th", "2027-05-20"),
        ("the second", "2027-05-02"),
    ],
)
def test_a_day_without_a_month_is_one_beside_the_first(said: str, expected: str) -> None:
    assert date_beside(said, START, TODAY) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "said", ["next Friday", "tomorrow", "3 June", "in two weeks", "Easter", "whenever", ""]
)
def test_all_else_counts_from_today(said: str) -> None:
    assert not is_shift(said)
    assert date_beside(said, START, TODAY) == resolve_date(said, TODAY)


@pytest.mark.parametrize(
    "said",
    [
        "later",
        "week later",
        "days later",
        "a week",
        "by a week",
        "postpone it",
        "postpone the zoo a day",
    ],
)
def test_half_a_shift_is_none(said: str) -> None:
    assert not is_shift(said)


@pytest.mark.parametrize(
    ("start", "said", "expected"),
    [
        (date(2027, 5, 28), "the 2nd", date(2027, 6, 2)),
        (date(2027, 5, 1), "the 30th", date(2027, 4, 30)),
        (date(2027, 4, 12), "the 31st", date(2027, 3, 31)),
        (date(2026, 11, 30), "the 28th", date(2026, 12, 28)),
        (date(2026, 11, 30), "Sunday", date(2026, 12, 6)),
    ],
)
def test_other_months_and_days_gone_by(start: date, said: str, expected: date) -> None:
    assert date_beside(said, start, TODAY) == expected


@given(
    st.dates(TODAY, date(2030, 1, 1)),
    st.sampled_from(["Monday", "Thursday", "the weekend", "the 5th", "the 29th"]),
)
def test_a_day_beside_the_first_lies_ahead_and_near(start: date, said: str) -> None:
    found = date_beside(said, start, TODAY)
    assert found is not None
    assert found >= TODAY
    assert abs(found - max(start, TODAY)) <= timedelta(days=31)


@pytest.mark.parametrize(
    ("said", "expected"),
    [("Friday", DAYS[2]), ("on the 16th", DAYS[4]), ("the weekend", DAYS[3]), ("Monday", None),
     ("the 20th", None), ("Friday week", None), ("May", None)],
)  # fmt: skip
def test_days_of_the_trip_by_name(said: str, expected: date | None) -> None:
    assert day_named(said, DAYS) == expected


@pytest.mark.parametrize(
    ("said", "pushes"),
    [
        ("Push it back a week please", True),
        ("we'd have to postpone the trip by three days, sorry", True),
        ("bring everything forward by 2 days", True),
        ("put it off a fortnight", True),
        ("push it back a week and make it two days longer", False),
        ("we come back a day earlier", False),
        ("a week later", False),
        ("stay two more days", False),
        ("", False),
    ],
)
def test_who_pushes_the_trip_says_no_length_of_it(said: str, pushes: bool) -> None:
    assert moves_all(said) == pushes
