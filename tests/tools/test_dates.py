"""Dates and hours as people say them, seen from Monday, 23 November 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.dates import first_of_span, halves_of_span, resolve_date, resolve_moment
from tools.times import resolve_time

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("today", "2026-11-23"),
        ("tomorrow", "2026-11-24"),
        ("the day after tomorrow", "2026-11-25"),
        ("Friday", "2026-11-27"),
        ("this Friday", "2026-11-27"),
        ("next Friday", "2026-12-04"),
        ("Monday", "2026-11-30"),
        ("this weekend", "2026-11-28"),
        ("next weekend", "2026-12-05"),
        ("next week", "2026-11-30"),
        ("next month", "2026-12-01"),
        ("in two weeks", "2026-12-07"),
        ("in 10 days", "2026-12-03"),
        ("in a fortnight", "2026-12-07"),
        ("in three months", "2027-02-23"),
        ("3rd of June", "2027-06-03"),
        ("June 3rd", "2027-06-03"),
        ("the second of July", "2027-07-02"),
        ("July the twenty-first", "2027-07-21"),
        ("Thursday the thirty first of December", "2026-12-31"),
        ("from the third to the seventh of June", "2027-06-03"),
        ("thirty-first of June", None),
        ("on 3 June 2028", "2028-06-03"),
        ("Friday the 4th of December", "2026-12-04"),
        ("23 November", "2026-11-23"),
        ("22 November", "2027-11-22"),
        ("3-7 June", "2027-06-03"),
        ("from the 3rd to the 7th of June", "2027-06-03"),
        ("the 14th", "2026-12-14"),
        ("first week of April", "2027-04-01"),
        ("last week of February", "2027-02-22"),
        ("first weekend of May", "2027-05-01"),
        ("second Monday in January", "2027-01-11"),
        ("mid-March", "2027-03-15"),
        ("end of January 2028", "2028-01-22"),
        ("April", "2027-04-01"),
        ("Christmas Eve", "2026-12-24"),
        ("New Year\u2019s Eve", "2026-12-31"),
        ("Easter", "2027-03-28"),
        ("Good Friday 2028", "2028-04-14"),
        ("2027-01-05", "2027-01-05"),
        ("4/12", "2026-12-04"),
        ("12/24/2026", "2026-12-24"),
        ("5th Dec '27", "2027-12-05"),
        ("12 May 2020", "2020-05-12"),
        ("29 February", "2028-02-29"),
        ("31 June", None),
        ("summer", "2027-06-01"),
        ("Friday the eighth", "2027-01-08"),
        ("Friday the 8th", "2027-01-08"),
        ("the eighth", "2026-12-08"),
        ("Friday next", "2026-12-04"),
        ("Friday next week", "2026-12-04"),
        ("next week Friday", "2026-12-04"),
        ("Thursday this week", "2026-11-26"),
        ("March next year", "2027-03-01"),
        ("next year in March", "2027-03-01"),
        ("December next year", "2027-12-01"),
        ("12 December of next year", "2027-12-12"),
        ("early next year", "2027-01-01"),
        ("late next year", None),
        ("the middle of next year", None),
        ("3 weeks next year", None),
        ("7th of the coming month", "2026-12-07"),
        ("first half of next month", "2026-12-01"),
        ("end of next month", "2026-12-31"),
        ("last day of February", "2027-02-28"),
        ("first day of May", "2027-05-01"),
        ("first half of July", "2027-07-01"),
        ("the first days of October", "2027-10-01"),
        ("last days of October", "2027-10-28"),
        ("7 Febuary", "2027-02-07"),
        ("first night", None),
        ("soon", None),
        ("one day", None),
        ("", None),
    ],
)
def test_dates(said: str, expected: str | None) -> None:
    """Each way of saying a date gives the one meant; what names none gives none."""
    found = resolve_date(said, TODAY)
    assert (None if found is None else found.isoformat()) == expected


def test_a_date_without_year_can_lie_in_the_past() -> None:
    """With `prefer="past"` the last such date is meant."""
    assert resolve_date("3 June", TODAY, prefer="past") == date(2026, 6, 3)


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 364))
def test_a_day_and_month_is_the_next_such_date(today: date, ahead: int) -> None:
    """Any date within the coming year is found from its day and month alone."""
    wanted = today + timedelta(days=ahead)
    if (wanted.month, wanted.day) != (2, 29):
        assert resolve_date(f"{wanted.day} {wanted:%B}", today) == wanted


@given(st.text(max_size=40))
def test_any_text_gives_a_date_or_none(text: str) -> None:
    """No text makes the small readers fail."""
    if not any(char.isdigit() for char in text):  # those go to dateparser, which is slow
        assert resolve_date(text, TODAY) is None or resolve_date(text, TODAY)
    resolve_time(text)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("10am", time(10)),
        ("10:15", time(10, 15)),
        ("7.30pm", time(19, 30)),
        ("12 pm", time(12)),
        ("12am", time(0)),
        ("15h30", time(15, 30)),
        ("half past nine", time(9, 30)),
        ("quarter to six", time(17, 45)),
        ("at 3", time(15)),
        ("2:30", time(14, 30)),
        ("03:00", time(3)),
        ("quarter to one", time(12, 45)),
        ("at 9", time(9)),
        ("9 o'clock", time(9)),
        ("8 in the evening", time(20)),
        ("noon", time(12)),
        ("in the morning", time(10)),
        ("late afternoon", time(17)),
        ("lunchtime", time(12, 30)),
        ("at night", time(21)),
        ("whenever", None),
        ("25:00", None),
        ("13pm", None),
    ],
)
def test_hours(said: str, expected: time | None) -> None:
    """Each way of saying an hour gives the one meant; 1 to 7 is after noon, "03:00" is not."""
    assert resolve_time(said) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("now", "2026-11-23T09:00"),
        ("Sunday evening", "2026-11-29T19:00"),
        ("on Mondays", "2026-11-30T12:00"),
        ("late at night", "2026-11-23T23:00"),
        ("tomorrow at 10", "2026-11-24T10:00"),
        ("at 9pm on Friday", "2026-11-27T21:00"),
        ("after 8pm", "2026-11-23T20:00"),
        ("early in the morning", "2026-11-23T09:00"),
        ("Christmas Day", "2026-12-25T12:00"),
        ("whenever", None),
        ("when it rains at night", None),
    ],
)
def test_moments(said: str, expected: str | None) -> None:
    """A day, an hour or both make a moment in the zone of the clock."""
    found = resolve_moment(said, datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert (None if found is None else f"{found:%Y-%m-%dT%H:%M}") == expected
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("9", "12 April", "2027-04-09"),
        ("the 4th", "9th of July", "2027-07-04"),
        ("28", "2 January", "2026-12-28"),
        ("the fourteenth", "twenty second of May", "2027-05-14"),
        ("20", "25 November", "2026-11-20"),  # past, and told so by who plans
        ("9 March", "12 April", "2027-03-09"),
        ("Friday", "Sunday", "2026-11-27"),
        ("31", "2 May", None),
        ("9 March", "", "2027-03-09"),
        ("9 March", "whenever", "2027-03-09"),
    ],
)
def test_the_last_day_of_a_span_may_name_the_month_of_both(
    first: str, last: str, expected: str | None
) -> None:
    """Of "9 to 12 April" the 9th is one in April, or in the month before the last day's."""
    found = first_of_span(first, last, TODAY)
    assert (None if found is None else found.isoformat()) == expected


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("12-14 May", "2027-05-12", "2027-05-14"),
        ("from 12–14 May", "2027-05-12", "2027-05-14"),
        ("March 3 to 7", "2027-03-03", "2027-03-07"),
        ("between the fifth and the ninth of June", "2027-06-05", "2027-06-09"),
        ("28 to 2 January", "2026-12-28", "2027-01-02"),
        ("12 to 14 May 2028", "2028-05-12", "2028-05-14"),
    ],
)
def test_a_span_that_is_said_in_one_breath_has_two_days(said: str, first: str, last: str) -> None:
    halves = halves_of_span(said)
    assert halves is not None
    start = first_of_span(*halves, TODAY)
    assert start is not None and start.isoformat() == first
    assert str(resolve_date(halves[1], start)) == last


@pytest.mark.parametrize("said", ["2026-12-04", "3 May", "12/5", "12-14", "Monday 3 May", ""])
def test_what_is_one_day_is_no_span(said: str) -> None:
    assert halves_of_span(said) is None
