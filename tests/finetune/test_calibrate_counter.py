"""Which settings of the counter mend turns, and which break them."""

from __future__ import annotations

import math

import pytest

from agent.dialogue.turns import Call
from agent.models.candidates import Made
from agent.models.counting import CountingSettings, Party
from finetune.calibrate_counter import LIKELY, NEARLY, CountedTurn, table
from finetune.held_out import Case


def turn(number: int, party: Party | None, wanted: int, likely: float = -0.2) -> CountedTurn:
    def plan(travellers: int) -> Call:
        return Call("plan_days", {"destination": "Oslo", "travellers": travellers})

    said = ({"role": "user", "content": "Oslo with Ada and Bo"},)
    return CountedTurn(
        Case("1", "ada", said, None, ((plan(wanted),),)),
        [plan(number)],
        Made(plan(number), "", -1.0, {"travellers": likely}),
        party,
    )


WRONG = turn(2, Party(3, -0.4), 3)
RIGHT = turn(3, Party(4, -0.6), 3)
ALONE = turn(3, None, 3)


@pytest.mark.parametrize(
    ("one", "settings", "exact"),
    [
        (WRONG, CountingSettings(-0.5, 0.0), True),
        (WRONG, CountingSettings(-0.3, 0.1), False),
        (WRONG, CountingSettings(-0.3, 0.3), True),
        (RIGHT, CountingSettings(-0.5, 0.3), True),
        (RIGHT, CountingSettings(-0.7, 0.3), False),
        (RIGHT, CountingSettings(-0.5, 0.5), False),
        (ALONE, CountingSettings(-math.inf, 9.0), True),
    ],
)
def test_a_turn_is_exact_by_the_settings(
    one: CountedTurn, settings: CountingSettings, exact: bool
) -> None:
    assert one.exact_by(settings) is exact


def test_the_table_says_what_is_mended_and_broken() -> None:
    rows = table([WRONG, RIGHT, ALONE]).splitlines()
    assert rows[0].startswith("Of 3 plans the model's number is right in 2, the counter's in 1.")
    found = {row.split(" | ")[0].strip("| "): row.strip("| ").split(" | ")[1:] for row in rows[4:]}
    assert [*found] == [f"{sure:g}" for sure in LIKELY]
    column = NEARLY.index(0.0)
    assert (found["0"][column], found["-0.5"][column], found["-1"][column]) == (
        "0 - 0",
        "1 - 0",
        "1 - 1",
    )
