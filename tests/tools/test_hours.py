"""Opening hours on real dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import DataError, InvalidRequestError
from tools.hours import LATEST_MINUTE, is_open, open_intervals, public_holidays, validate_hours
from tools.place import Coordinates

MONDAY = date(2026, 11, 23)


def _on(hours: str, on: date, country: str = "IT") -> tuple[tuple[int, int], ...]:
    return open_intervals(hours, on, country=country, timezone="Europe/Rome")


@pytest.mark.parametrize(
    ("hours", "on", "expected"),
    [
        ("Tu-Su 09:00-18:00", MONDAY, ()),
        ("Tu-Su 09:00-18:00", MONDAY + timedelta(days=1), ((540, 1080),)),
        ("Mo-Sa 12:00-14:30,19:00-22:30", MONDAY, ((720, 870), (1140, 1350))),
        ("Apr-Oct 09:00-19:00; Nov-Mar 09:00-16:30", MONDAY, ((540, 990),)),
        ("24/7", MONDAY, ((0, LATEST_MINUTE),)),
        ("Mo 09:00-12:00 unknown", MONDAY, ()),
        ("", MONDAY, ((480, 1200),)),
    ],
)
def test_ordinary_rules(hours: str, on: date, expected: tuple[tuple[int, int], ...]) -> None:
    """Weekdays, split days, seasons, open ground, unknown and missing hours read as documented."""
    assert _on(hours, on) == expected


@pytest.mark.parametrize(
    ("hours", "days_on", "expected"),
    [
        ("Mo 18:00-02:00", 0, ((1080, 1560),)),
        ("Mo 18:00-02:00", 1, ((0, 120),)),
        ("Mo 18:00-26:00; Tu off", 0, ((1080, 1560),)),
        ("Mo 18:00-02:00; Tu off", 1, ((0, 120),)),
        ("Mo 12:00-15:00, 19:00-01:00; Tu 12:00-15:00", 1, ((0, 60), (720, 900))),
        ("Mo 20:00-08:00", 0, ((1200, LATEST_MINUTE),)),
        ('Mo 10:00-12:00 "not 20:00-04:00"', 1, ()),
    ],
)
def test_a_night_belongs_to_the_evening_it_began(
    hours: str, days_on: int, expected: tuple[tuple[int, int], ...]
) -> None:
    """A span past midnight survives the next day's own rules and is cut off at 06:00."""
    assert _on(hours, MONDAY + timedelta(days=days_on)) == expected


@pytest.mark.parametrize(
    ("country", "holiday"),
    [
        ("IT", date(2026, 4, 6)),  # Easter Monday
        ("IT", date(2026, 6, 2)),  # Republic Day
        ("FR", date(2026, 7, 14)),  # Bastille Day
        ("GB", date(2026, 1, 1)),  # New Year's Day, which the parser's own calendar lacks
        ("GB", date(2026, 4, 6)),  # Easter Monday, of England only
        ("PT", date(2026, 4, 25)),  # Freedom Day
        ("ES", date(2026, 10, 12)),  # National Day
        ("NL", date(2026, 4, 27)),  # King's Day
        ("AT", date(2026, 10, 26)),  # National Day
        ("CZ", date(2026, 9, 28)),  # St Wenceslas
        ("TR", date(2026, 10, 29)),  # Republic Day
        ("TR", date(2026, 5, 27)),  # Eid al-Adha, which moves with the moon
        ("US", date(2026, 11, 26)),  # Thanksgiving
        ("US", date(2027, 12, 25)),  # Christmas on a Saturday
        ("JP", date(2026, 1, 12)),  # Coming of Age Day, second Monday
        ("JP", date(2026, 5, 3)),  # Constitution Day on a Sunday
    ],
)
def test_public_holidays_close_and_open(country: str, holiday: date) -> None:
    """Rules for "PH" hold on each country's holidays, and not on the same weekday later."""
    plain = next(
        day
        for day in (holiday + timedelta(days=7 * week) for week in range(1, 10))
        if day not in public_holidays(country, day.year)
    )
    assert _on("09:00-18:00; PH off", holiday, country) == ()
    assert _on("PH 10:00-12:00", holiday, country) == ((600, 720),)
    assert _on("09:00-18:00; PH off", plain, country) == ((540, 1080),)
    assert _on("PH 10:00-12:00", plain, country) == ()


def test_holiday_in_a_weekday_list() -> None:
    """The list "Su,PH" takes in a holiday that falls on a working day."""
    assert _on("Mo-Sa 10:00-20:00; Su,PH 11:00-13:00", date(2026, 6, 2)) == ((660, 780),)


def test_eve_of_a_holiday_keeps_its_night() -> None:
    """A bar that closes on holidays still stays open past midnight into one."""
    assert _on("18:00-02:00; PH off", date(2026, 12, 24)) == ((0, 120), (1080, 1560))
    assert _on("18:00-02:00; PH off", date(2026, 12, 25)) == ((0, 120),)


def test_holiday_beside_weekdays_reads_as_a_list() -> None:
    """The rule "PH Sa-Su" means holidays and weekends, as the parser has it."""
    assert _on("09:00-18:00; PH Sa-Su off", date(2026, 6, 2)) == ()
    assert _on("09:00-18:00; PH Sa-Su off", date(2026, 6, 3)) == ((540, 1080),)
    assert _on("09:00-18:00; PH Sa-Su off", date(2026, 6, 6)) == ()


def test_holiday_of_one_month() -> None:
    """The rule "Dec PH off" closes at Christmas and not on a holiday in June."""
    assert _on("09:00-18:00; Dec PH off", date(2026, 12, 25)) == ()
    assert _on("09:00-18:00; Dec PH off", date(2026, 6, 2)) == ((540, 1080),)


def test_eve_of_holidays_falls_back_to_the_parser() -> None:
    """The rule "PH -1 day", which can't be rewritten, still closes on Christmas Eve."""
    assert _on("09:00-18:00; PH -1 day off", date(2026, 12, 24)) == ()
    assert _on("09:00-18:00; PH -1 day off", date(2026, 12, 22)) == ((540, 1080),)


def test_country_without_a_calendar_has_no_holidays() -> None:
    """An unknown country code opens as on any other day instead of failing."""
    assert _on("09:00-18:00; PH off", date(2026, 12, 25), "XX") == ((540, 1080),)


def test_sun_rises_by_place_and_season() -> None:
    """Sunrise to sunset is short in Rome's December, long in its June, and local time."""
    rome = Coordinates(41.9, 12.5)

    def day(on: date) -> tuple[int, int]:
        (found,) = open_intervals(
            "sunrise-sunset", on, country="IT", timezone="Europe/Rome", coordinates=rome
        )
        return found

    # Almanac, Rome: 07:34-16:42 on 21 December, 05:35-20:48 (summer time) on 21 June.
    assert day(date(2026, 12, 21)) == pytest.approx((454, 1002), abs=5)
    assert day(date(2026, 6, 21)) == pytest.approx((335, 1248), abs=5)


def test_is_open_converts_the_time_zone() -> None:
    """A moment given in UTC is compared with the local clock."""
    at = datetime(2026, 7, 15, 7, 30, tzinfo=UTC)  # 09:30 in Rome
    assert is_open("09:00-10:00", at, country="IT", timezone="Europe/Rome")
    assert not is_open("09:00-10:00", at, country="GB", timezone="Europe/London")


def test_is_open_up_to_closing() -> None:
    """The closing minute is closed, and a stay has to fit before it."""

    def open_for(hours: str, minutes: int) -> bool:
        return is_open(hours, at, country="IT", timezone="Europe/Rome", minutes=minutes)

    at = datetime(2026, 1, 15, 16, 30, tzinfo=UTC)  # 17:30 in Rome
    assert open_for("09:00-18:00", 30)
    assert not open_for("09:00-18:00", 31)
    assert not open_for("09:00-17:30", 0)


def test_is_open_refuses_a_naive_time() -> None:
    """A datetime without a time zone is an input error, not a guess."""
    with pytest.raises(InvalidRequestError, match="time zone"):
        is_open("24/7", datetime(2026, 1, 1, 12), country="IT", timezone="Europe/Rome")


@pytest.mark.parametrize("text", ["blah", "Mo-Xx 10", "Mo 25:00-27:00", "9am to 5pm"])
def test_bad_hours_name_the_text(text: str) -> None:
    """Hours that don't parse raise one sentence that quotes them, on validation and on use."""
    with pytest.raises(DataError, match=text):
        validate_hours(text)
    with pytest.raises(DataError, match=text):
        _on(text, MONDAY)


def test_unknown_time_zone_is_named() -> None:
    """A time zone that does not exist is a data error that quotes it."""
    with pytest.raises(DataError, match="Europe/Atlantis"):
        open_intervals(
            "sunrise-sunset",
            MONDAY,
            country="IT",
            timezone="Europe/Atlantis",
            coordinates=Coordinates(41.9, 12.5),
        )


@settings(max_examples=150, deadline=None)
@given(
    start=st.integers(0, 23),
    length=st.integers(1, 20),
    weekday=st.sampled_from(["Mo-Su", "Mo-Fr", "Sa,Su", "We"]),
    closure=st.sampled_from(["", "; PH off", "; Su off", "; Dec 24-26 off"]),
    on=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
def test_intervals_are_ordered_and_disjoint(
    start: int, length: int, weekday: str, closure: str, on: date
) -> None:
    """Whatever the rule and date: ascending, disjoint, within the documented bounds."""
    end = start + length
    found = _on(f"{weekday} {start:02d}:00-{end:02d}:00{closure}", on)
    flat = [minute for interval in found for minute in interval]
    assert flat == sorted(set(flat))
    assert all(0 <= opens < 1440 and closes <= LATEST_MINUTE for opens, closes in found)
    if on.weekday() == 2 and weekday in ("Mo-Su", "We") and not closure:
        # the evening's own interval, which a night from the day before may have joined
        assert any(
            opens <= start * 60 and closes == min(end * 60, LATEST_MINUTE)
            for opens, closes in found
        )
