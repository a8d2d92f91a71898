"""Hours that count from those of a plan."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from tools.parts_of_day import LAST_MINUTE
from tools.times import resolve_time
from tools.times_of_trip import hour_beside, hour_or_shift, shift_of


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("an hour later", 60),
        ("one hour earlier than planned", -60),
        ("half an hour later", 30),
        ("two hours earlier", -120),
        ("an hour and a half later", 90),
        ("by 20 minutes later", 20),
        ("three quarters of an hour sooner", -45),
    ],
)
def test_shifts(said: str, minutes: int) -> None:
    assert shift_of(said) == timedelta(minutes=minutes)
    assert resolve_time(said) is None  # "two hours later" is not at two o'clock
    expected = 11 * 60 + 15 + minutes
    assert hour_beside(said, time(11, 15)) == time(*divmod(expected, 60))


@pytest.mark.parametrize(
    "said", ["later", "hours later", "hour earlier", "a bit later", "two days later", "at two", ""]
)
def test_half_a_shift_is_none(said: str) -> None:
    assert shift_of(said) is None


def test_hours_stay_hours() -> None:
    assert hour_or_shift("half past nine") == hour_beside("half past nine", time(8)) == time(9, 30)
    assert hour_beside("9", time(19), late=True) == time(21)
    assert hour_beside("whenever", time(9)) is None


def test_the_latest_end_of_a_day_is_its_last_minute() -> None:
    assert hour_beside("an hour later", time(23), late=True) == LAST_MINUTE


@pytest.mark.parametrize(("said", "standing"), [("an hour later", 23), ("two hours earlier", 1)])
def test_no_shift_leaves_the_day(said: str, standing: int) -> None:
    assert hour_beside(said, time(standing, 30)) is None
