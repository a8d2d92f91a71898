"""Days of a trip that a text names by weekday or date, by their numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tools.dates_of_trip import with_days_numbered

TUESDAY = date(2027, 4, 13)
DAYS = [TUESDAY + timedelta(days=n) for n in range(5)]


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("the 14th please, and the 16th", "day 2 please, and day 4"),
        ("The Alhambra on Thursday please", "The Alhambra on day 3 please"),
        ("OK LET'S SEE THAT ONE FRIDAY THEN", "OK LET'S SEE THAT ONE day 4 THEN"),
        ("Can we swap friday and the saturday?", "Can we swap day 4 and day 5?"),
        ("on the 14th, at 10", "on day 2, at 10"),
        ("15 April, or April the 16th", "day 3, or day 4"),
        ("the 15th of April", "day 3"),
        ("thurs evening", "day 3 evening"),
        ("the hall friday 8pm, the hall fri at 8", "the hall day 4 8pm, the hall day 4 at 8"),
        ("sat 3pm, or on sat", "day 5 3pm, or on day 5"),
        ("swap fri and sat", "swap day 4 and day 5"),
    ],
)
def test_named_days(said: str, read: str) -> None:
    assert with_days_numbered(said, DAYS) == read


@pytest.mark.parametrize(
    "said",
    [
        "day 2 is a Thursday",  # it numbers days itself
        "the first day, not Thursday",
        "on Sunday, or on Monday",  # no days of the trip
        "closed on Thursdays",
        "the sun, sat or wed",  # words of their own
        "we sat 2 hours in the sun",
        "15 May",
        "14 of us, at 13:15",
        "the 14th museum, for the 15th time",
        "",
    ],
)
def test_what_names_no_day_stays(said: str) -> None:
    assert with_days_numbered(said, DAYS) == said


def test_what_names_several_stays() -> None:
    """Of two Tuesdays none is meant more than the other."""
    fortnight = [TUESDAY + timedelta(days=n) for n in range(14)]
    assert with_days_numbered("on Tuesday", fortnight) == "on Tuesday"
    assert with_days_numbered("on the 20th", fortnight) == "on day 8"
