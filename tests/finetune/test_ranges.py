"""Spans of days are what the product reads, in the order in which they are said."""

from __future__ import annotations

import json
import random
from datetime import date

from agent.dialogue.readable import said_values
from finetune.ranges import date_range
from tools.dates import first_of_span, resolve_date

TODAY = date(2026, 11, 23)
DRAWN = [date_range(random.Random(seed)) for seed in range(3000)]


def test_both_days_stand_in_the_text_and_can_be_written() -> None:
    """Not merely as a part of something else: the grammar offers each by itself."""
    for text, first, last in DRAWN:
        assert 0 <= text.find(first) < text.rfind(last), text
        offered = said_values(text)["plan_days", "start_date"]
        assert {json.dumps(first), json.dumps(last)} <= {*offered}, text


def test_the_last_day_comes_soon_after_the_first() -> None:
    for text, first, last in DRAWN:
        start = first_of_span(first, last, TODAY)
        assert start is not None, text
        end = resolve_date(last, start)  # as the plan's wishes read it
        assert end is not None and 1 <= (end - start).days <= 20, text


def test_hardly_two_are_alike() -> None:
    assert len({text for text, _, _ in DRAWN}) > 0.7 * len(DRAWN)
