"""Shifts that data say are those that code reads, and their spans stand in the words."""

from __future__ import annotations

import random
from datetime import date

import pytest

from agent.dialogue.readable import said_values
from finetune import shifted
from tools.dates_of_trip import date_beside

START, TODAY = date(2027, 5, 12), date(2026, 11, 29)


@pytest.mark.parametrize("kind", ["shift", "back", "moved"])
def test_shifts_are_read_and_offered(kind: str) -> None:
    rng = random.Random(3)
    found = set()
    for _ in range(400):
        text, span = getattr(shifted, kind)(rng)
        assert span in text
        on = date_beside(span, START, TODAY)
        assert on is not None and on != START, span
        assert f'"{span}"' in said_values(f"could you {text} please")["set_dates", "start_date"]
        found.add((on - START).days)
    assert min(found) < -6 and max(found) > 6
