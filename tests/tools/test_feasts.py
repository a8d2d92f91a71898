"""Feasts and seasons by name; words that texters shorten."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tools.dates import is_date, is_moment, resolve_date, resolve_moment
from tools.feasts import NAMES, feast, next_feast
from tools.times import resolve_time

TODAY = date(2026, 11, 23)
"""A Monday."""
NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Lisbon"))


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("Thanksgiving", "2026-11-26"),
        ("the week of Thanksgiving", "2026-11-23"),
        ("Memorial Day weekend", "2027-05-29"),
        ("Mother's Day weekend", "2027-05-08"),
        ("Labor Day", "2027-09-06"),
        ("Whitsun", "2027-05-16"),
        ("Mardi Gras 2028", "2028-02-29"),
        ("Carnival", "2027-02-09"),
        ("Diwali", "2027-10-28"),
        ("Chinese New Year", "2027-02-06"),
        ("All Saints", "2027-11-01"),
        ("early autumn", "2027-09-01"),
        ("next spring", "2027-03-01"),
        ("late summer 2028", "2028-08-01"),
        ("the end of next week", "2026-12-06"),
        ("end of the month", "2026-11-30"),
        ("second half of March", "2027-03-15"),
        ("Friday week", "2026-12-04"),
        ("Monday morning", "2026-11-30"),
        ("tmrw", "2026-11-24"),
        ("Sunday the 9th", "2027-05-09"),
        ("the Friday after next", "2026-12-04"),
        ("the weekend after next", "2026-12-05"),
        ("a week from Saturday", "2026-12-05"),
        ("two days before Christmas", "2026-12-23"),
        ("the day after Easter", "2027-03-29"),
        ("the 15th of next month", "2026-12-15"),
        ("a week tomorrow", "2026-12-01"),
        ("St. Patrick's Day", "2027-03-17"),
        ("Christmas week", "2026-12-21"),
        ("mid-autumn festival", "2027-09-15"),
        ("2nd half of May", "2027-05-15"),
        ("November 2026", "2026-11-23"),
        ("Holy Thursday", "2027-03-25"),
        ("Easter Saturday", "2027-03-27"),
        ("Holy Week", "2027-03-21"),
        ("Whit week", "2027-05-17"),
        ("Whit weekend", "2027-05-15"),
        ("Trinity Sunday", "2027-05-23"),
        ("in Lent", "2027-02-10"),
        ("Advent", "2026-11-29"),
        ("the second Sunday of Advent", "2026-12-06"),
        ("Advent 2028", "2028-12-03"),
        ("Saint Andrew\u2019s Day", "2026-11-30"),
        ("the feast of St John", "2027-06-24"),
        ("Twelfth Night", "2027-01-05"),
        ("Hogmanay", "2026-12-31"),
        ("Canada Day", "2027-07-01"),
        ("Farmers' Day", "2026-12-04"),
        ("Canadian Thanksgiving", "2027-10-11"),
        ("Nowruz", "2027-03-21"),
        ("the weekend before Christmas", "2026-12-19"),
        ("the Wednesday before Easter", "2027-03-24"),
        ("Sunday after Ascension Day", "2027-05-09"),
        ("two days before Hogmanay", "2026-12-29"),
        ("Easter next year", "2027-03-28"),
    ],
)
def test_dates_by_name(said: str, iso: str) -> None:
    assert resolve_date(said, TODAY) == date.fromisoformat(iso)
    assert is_date(said)


@pytest.mark.parametrize(
    ("today", "said", "iso"),
    [
        ("2027-07-15", "this summer", "2027-07-15"),
        ("2027-01-20", "this winter", "2027-01-20"),
        ("2027-01-20", "late winter", "2027-02-01"),
        ("2026-11-26", "early November", "2027-11-01"),
        ("2026-11-26", "mid-November", "2027-11-15"),
        ("2026-11-26", "November", "2026-11-26"),
        ("2026-12-24", "the week of Christmas", "2026-12-24"),
        ("2026-12-09", "Advent", "2026-12-09"),
        ("2026-12-25", "Advent", "2027-11-28"),
        ("2027-03-24", "Holy Week", "2027-03-24"),
        ("2027-03-29", "the Wednesday after Easter", "2027-03-31"),
        ("2027-03-26", "the Wednesday before Easter", "2028-04-12"),
        ("2033-11-25", "the weekend before Christmas", "2033-12-17"),  # which is a Sunday
        ("2027-08-20", "first half of August", "2028-08-01"),
        ("2027-08-09", "first half of August", "2027-08-09"),
    ],
)
def test_what_is_left_of_a_season_or_month(today: str, said: str, iso: str) -> None:
    assert resolve_date(said, date.fromisoformat(today)) == date.fromisoformat(iso)


@pytest.mark.parametrize("name", ["eid", "ramadan", "diwali", "passover", "easter", "mothers day"])
def test_feasts_are_known_for_years(name: str) -> None:
    assert all(feast(name, year) for year in range(2027, 2042))


@pytest.mark.parametrize("name", NAMES)
def test_every_feast_has_a_date_next_year(name: str) -> None:
    assert feast(name, 2027).year in (2026, 2027)  # Ramadan begins before its feast
    assert next_feast(name, TODAY) >= TODAY >= next_feast(name, TODAY, past=True)


@pytest.mark.parametrize(
    "said",
    [
        "forty tons",
        "in reverse",
        "Frankfurt",
        "may I",
        "second thing",
        "lent",
        "on the assumption",
        "a week before closing",
        "Friday first",
        "fifth night",
        "second",
        "the end of next year",
    ],
)
def test_other_words_are_no_dates(said: str) -> None:
    assert not is_date(said)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("until late", time(22)),
        ("this afternoon", time(15)),
        ("in two weeks", time(12)),
        ("tonight", time(20)),
        ("after 9 on Friday", time(9)),
        ("Twelfth Night", time(12)),
    ],
)
def test_moments(said: str, at: time) -> None:
    found = resolve_moment(said, NOW)
    assert found is not None and found.time() == at
    assert is_moment(said)


@pytest.mark.parametrize("said", ["day two", "the last day", "24.12", "right now"])
def test_moments_of_a_trip_or_now(said: str) -> None:
    assert is_moment(said)


@pytest.mark.parametrize("said", ["like a battery", "the queue", "12 kilos"])
def test_other_words_are_no_moments(said: str) -> None:
    assert not is_moment(said)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("1430 hours", time(14, 30)),
        ("ten thirty", time(10, 30)),
        ("seven forty-five in the evening", time(19, 45)),
        ("at dusk", time(19, 30)),
        ("between 2 and 4", time(14)),
        ("last thing", time(20)),
    ],
)
def test_hours(said: str, at: time) -> None:
    assert resolve_time(said) == at
