"""The numbers of a text, in figures and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.amounts import amounts_in


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("25k reais all in", 25_000),
        ("$1,200", 1200),
        ("1.500 euros", 1500),
        ("12 000 kr", 12_000),
        ("two thousand five hundred dollars", 2500),
        ("fifteen hundred", 1500),
        ("a couple of hundred", 200),
        ("eight hundred and fifty", 850),
        ("2 grand", 2000),
        ("two and a half thousand", 2500),
        ("99.50", 99.5),
        ("half a million", 500_000),
        ("R$ 1000", 1000),
        ("twenty-five", 25),
        ("1,50,000 rupees", 150_000),
        ("2 lakh", 200_000),
        ("2-3k", 2000),
        ("2-3k", 3000),
        ("for 2 500 euros", 2),
        ("7) at most 450 euros. 8) two days", 450),
        ("0.125 dinars", 0.125),
    ],
)
def test_what_is_said_is_found(text: str, amount: float) -> None:
    assert amount in amounts_in(text)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("25k", 2500),
        ("four of us, 3 days", 43),
        ("five six", 11),
        ("a couple", 3),
        ("none", 0),
        ("the Latin Quarter", 0.25),
        ("make it 1.400!!", 1.4),
        ("7) at most 450 euros. 8) two days", 8),
    ],
)
def test_what_is_not_said_is_not(text: str, amount: float) -> None:
    assert amount not in amounts_in(text)


@given(st.integers(0, 99_999_999))
def test_any_figure_is_found(number: int) -> None:
    assert number in amounts_in(f"about {number} euros")
    assert number in amounts_in(f"about {number:,} euros")


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(0 <= amount < 1e8 for amount in amounts_in(text))
