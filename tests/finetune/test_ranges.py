"""Spans of days are what the product reads, in the order in which they are said."""

from __future__ import annotations

import random
from datetime import date

from agent.dialogue.readable import READERS
from finetune.ranges import date_range
from tools.dates import first_of_span, resolve_date

TODAY = date(2026, 11, 23)
DRAWN = [date_range(random.Random(seed)) for seed in range(3000)]


def test_both_days_stand_in_the_text_and_can_be_written() -> None:
    reads = READERS["plan_days", "start_date"]
    for text, first, last in DRAWN:
        assert 0 <= text.find(first) < text.rfind(last), text
        assert reads(first) and reads(last), text


def test_the_last_day_comes_soon_after_the_first() -> None:
    for text, first, last in DRAWN:
        last_is_bare = last.removesuffix("th").removesuffix("st").isdigit()
        end = None if last_is_bare else resolve_date(last, TODAY)
        start = first_of_span(first, last, TODAY)
        assert start is not None, text
        if end is not None and end >= start:  # "28 November to 3 December" may be over a year's end
            assert 1 <= (end - start).days <= 20, text
        else:
            assert last_is_bare or start.month in (11, 12), text


def test_hardly_two_are_alike() -> None:
    assert len({text for text, _, _ in DRAWN}) > 0.7 * len(DRAWN)
