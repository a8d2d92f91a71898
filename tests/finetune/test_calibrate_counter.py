"""Which settings of the counter mend turns, and which break them."""

from __future__ import annotations

import math

import pytest

from agent.dialogue.turns import Call
from agent.models.candidates import Made
from agent.models.counting import Party
from finetune.calibrate_counter import LEAST, CountedTurn, table
from finetune.held_out import Case


def turn(number: int, party: Party | None, wanted: int) -> CountedTurn:
    def plan(travellers: int) -> Call:
        return Call("plan_days", {"destination": "Oslo", "travellers": travellers})

    said = ({"role": "user", "content": "Oslo with Ada and Bo"},)
    return CountedTurn(
        Case("1", "ada", said, None, ((plan(wanted),),)),
        [plan(number)],
        Made(plan(number), "", -1.0),
        party,
    )


WRONG = turn(2, Party(3, -0.4, False), 3)
RIGHT = turn(3, Party(4, -0.6, False), 3)
ALONE = turn(3, None, 3)


@pytest.mark.parametrize(
    ("one", "least", "exact"),
    [
        (WRONG, -0.5, True),
        (WRONG, -0.3, False),
        (RIGHT, -0.5, True),
        (RIGHT, -0.7, False),
        (ALONE, -math.inf, True),
    ],
)
def test_a_turn_is_exact_by_what_is_believed(one: CountedTurn, least: float, exact: bool) -> None:
    assert one.exact_by(least) is exact


def test_the_table_says_what_is_mended_and_broken() -> None:
    rows = table([WRONG, RIGHT, ALONE]).splitlines()
    assert rows[0].startswith("Of 3 plans the model's number is right in 2, the counter's in 1.")
    assert [row.split(" | ")[0].strip("| ") for row in rows[4:]] == [f"{n:g}" for n in LEAST]
    assert {"| 0 | 0 | 0 |", "| -0.5 | 1 | 0 |", "| -1 | 1 | 1 |"} <= {*rows}
