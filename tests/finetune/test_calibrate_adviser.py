"""Which margins of the adviser mend turns, and which break them."""

from __future__ import annotations

import math

import pytest

from agent.dialogue.turns import Call
from agent.models.second_opinion import Version
from finetune.calibrate_adviser import MARGINS, AdvisedTurn, table
from finetune.held_out import Case


def turn(pace: str, gain: float, other: str, wanted: str) -> AdvisedTurn:
    """The model writes one pace, the adviser another; three travel, whoever is asked."""

    def plan(pace: str, travellers: int = 3) -> Call:
        return Call("plan_days", {"destination": "Oslo", "travellers": travellers, "pace": pace})

    said = ({"role": "user", "content": "Oslo with Ada and Bo"},)
    versions = [Version((), plan(pace, 2).args, 0.0), Version(("pace",), plan(other, 2).args, gain)]
    case = Case("1", "ada", said, None, ((plan(wanted),),))
    return AdvisedTurn(case, [plan(pace)], versions if other else [])


WRONG = turn("packed", 0.8, "relaxed", "relaxed")
RIGHT = turn("packed", 0.4, "relaxed", "packed")
ALONE = turn("packed", 0.0, "", "packed")
LOST = turn("packed", 2.0, "relaxed", "balanced")


@pytest.mark.parametrize(
    ("one", "margin", "exact"),
    [
        (WRONG, 0.5, True),
        (WRONG, 1.0, False),
        (RIGHT, 0.25, False),
        (RIGHT, 0.5, True),
        (ALONE, 0.0, True),
        (LOST, 0.0, False),
        (RIGHT, math.inf, True),
    ],
)
def test_a_turn_is_exact_by_the_version_taken(one: AdvisedTurn, margin: float, exact: bool) -> None:
    assert one.exact_by(margin) is exact


def test_the_table_says_what_is_mended_and_broken() -> None:
    rows = table([WRONG, RIGHT, ALONE, LOST]).splitlines()
    assert rows[0].startswith("Of 4 plans 2 are exact without the adviser, and of 3 it thinks")
    assert [row.split(" | ")[0].strip("| ") for row in rows[4:-2]] == [f"{n:g}" for n in MARGINS]
    assert {"| 0 | 1 | 1 |", "| 0.5 | 1 | 0 |", "| 1 | 0 | 0 |"} <= {*rows}
    assert rows[-1].endswith("would make it 3.")
