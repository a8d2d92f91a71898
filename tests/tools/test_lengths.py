"""Lengths that a small model would not reckon."""

from __future__ import annotations

import pytest

from agent.dialogue.grammar import tool_grammar
from agent.dialogue.readable import said_values
from tests.agent.dialogue.test_grammar import accepts
from tools.catalog import schemas
from tools.lengths import lengths_in


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
    ("said", "days", "may"),
    [
        ("three weeks in Rome", 21, True),
        ("three weeks in Rome", 14, False),
        ("three weeks in Rome", 3, False),
        ("two weeks in Rome", 14, True),
    ],
)
def test_no_other_length_can_be_written(said: str, days: int, may: bool) -> None:
    grammar = tool_grammar(schemas(), spoken=said, values=said_values(said))
    assert accepts(grammar, f'>plan_days{{"destination":"Rome","days":{days}}}') == may
