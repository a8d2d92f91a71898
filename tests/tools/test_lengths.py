"""Lengths that a small model would not reckon."""

from __future__ import annotations

import pytest

from tools.lengths import lengths_in, reckoned


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("three weeks in Rome, two of us", {21}),
        ("3 wks", {21}),
        ("a 3-week trip", {21}),
        ("two or three weeks", {14, 21}),
        ("a week and a half", {10}),
        ("two and a half weeks", {17}),
        ("a week and three days", {10, 3}),
        ("three good weeks, the last 4 days in Siena", {21, 4}),
        ("three weeks? No, two.", {21, 14}),
        ("I've six weeks off.\nHow many days, and who is coming?\n3. My sister and I.", {42, 3}),
        ("two fortnights", {28}),
    ],
)
def test_weeks_are_reckoned(text: str, days: set[int]) -> None:
    assert set(lengths_in(text)) == days


@pytest.mark.parametrize(
    "text",
    ["a week", "two weeks", "a fortnight", "four nights", "3 weekends", "a long weekend", ""],
)
def test_what_a_model_knows_is_left_to_it(text: str) -> None:
    assert lengths_in(text) == ()


@pytest.mark.parametrize(
    ("told", "written", "days"),
    [
        ("three weeks in Rome", 14, 21),
        ("three weeks in Rome, the last four days in Siena", 14, 21),
        ("three weeks? No, two.", 14, 14),
        ("six weeks on crutches; five lazy dys in Rome", 5, 5),
        ("two weeks in Rome", 14, 14),
        ("two weeks in Rome", 7, 7),
    ],
)
def test_whole_weeks_that_nobody_said_give_way(told: str, written: int, days: int) -> None:
    assert reckoned(written, told) == days
