"""The curve of certainty: which calls a threshold leaves out."""

from __future__ import annotations

import math

import pytest

from agent.dialogue.turns import Call
from finetune.calibrate import _kept, table

CALLS = [Call("add_place", {}), Call("set_pace", {}), Call("undo_change", {})]


@pytest.mark.parametrize(
    ("sure", "threshold", "left"),
    [
        ((0.9, 0.9, 0.9), 0.5, 3),
        ((0.9, 0.4, 0.9), 0.5, 1),  # what follows a doubted call is gone with it
        ((0.4, 0.9, 0.9), 0.5, 0),
        ((0.4, 0.1, 0.01), 0.0, 3),
        ((0.5, 0.6, 0.7), 0.49, 3),
    ],
)
def test_calls_up_to_the_first_doubted_one(
    sure: tuple[float, ...], threshold: float, left: int
) -> None:
    assert _kept(CALLS, [math.log(p) for p in sure], threshold) == CALLS[:left]


def test_the_table_is_in_percent() -> None:
    assert table({0.0: (3, 1), 0.5: (4, 2)}, turns=5, silences=2).splitlines() == [
        "| at least | exact calls | silent where due |",
        "|---|---|---|",
        "| 0 | 60.0 % | 50.0 % |",
        "| 0.5 | 80.0 % | 100.0 % |",
    ]
    assert table({0.0: (1, 0)}, turns=2, silences=0).endswith("| 50.0 % | - |")
