"""What counts as the same argument."""

from __future__ import annotations

import pytest

from agent.dialogue.turns import Call
from finetune.evaluation.scoring import score


@pytest.mark.parametrize(
    ("tool", "key", "one", "other", "same"),
    [
        ("plan_days", "day_start", "9:30", "9:30 in the morning", True),
        ("plan_days", "day_end", "nine", "9 pm", True),
        ("plan_days", "day_start", "nine", "9 pm", False),
        ("keep_free", "time", "13:00 to 15:00", "from 13:00 to 15:00", True),
        ("keep_free", "time", "13:00 to 15:00", "13:00 to 16:00", False),
        ("keep_free", "time", "the siesta", "siesta", True),
        ("plan_days", "max_walk", "20 minutes", "twenty minutes", True),
        ("plan_days", "max_walk", "20 minutes", "2 km", False),
        ("add_place", "place", "9:30", "9:30 in the morning", False),
    ],
)
def test_hours_are_compared_by_what_they_are_read_as(
    tool: str, key: str, one: str, other: str, same: bool
) -> None:
    assert score([Call(tool, {key: one})], [[Call(tool, {key: other})]]).exact == same
