"""Turns, with what adapters that are asked besides would have of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialogue.turns import Call
from agent.settings import Settings
from finetune import calibrate_adviser, calibrate_counter
from finetune.held_out import Case
from tests.agent.models.test_second_opinion import HEARD, LIKED, RIGHT, SAID, WRONG, Weighing

PARTY = '>plan_days{"travellers":["me","Ada"],"step_free":true}'


def case(said: str, wanted: list[Call], trip: dict[str, object] | None = None) -> Case:
    return Case("1", "ada", ({"role": "user", "content": said},), trip, (tuple(wanted),))


CASES = [
    case(SAID, [Call("plan_days", RIGHT)]),
    case(f"{SAID}, Ada and I", [Call("plan_days", {**RIGHT, "travellers": 2, "step_free": True})]),
    # neither what asks for nothing, nor what is said of a trip that stands
    case("Thanks!", []),
    case(SAID, [Call("plan_days", RIGHT)], {"destination": "Oslo", "days": 2}),
]


@pytest.mark.parametrize("part", ["party", "wishes"])
def test_what_is_weighed_is_measured(
    part: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Beside the others, as it is served: with the adviser one more is exact, with both two."""
    advisers = Weighing(HEARD, HEARD, likes=LIKED)
    counters = Weighing(">plan_days{}", PARTY)
    kinds = {"counters": (counters,), "advisers": (advisers,), "readers": ()}
    monkeypatch.setattr("finetune.remembering.open_engine", lambda _: Weighing(WRONG, WRONG))
    monkeypatch.setattr("finetune.remembering.open_others", lambda _, kind: kinds[kind.name])
    module = calibrate_counter if part == "party" else calibrate_adviser
    mine = counters if part == "party" else advisers
    monkeypatch.setattr(module, "opened_apart", lambda *_: mine)
    table = module.measured(CASES, tmp_path, Settings(home=tmp_path))
    if part == "party":
        assert table.startswith("Of 2 plans the model's number is right in 1, the counter's in 2.")
        assert "1 are exact" in table and "| -1 | 1 | 0 |" in table
    else:
        assert table.startswith("Of 2 plans 0 are exact without the adviser, and of 2 it thinks")
        assert "| 1 | 2 | 0 |" in table and "| 2 | 0 | 0 |" in table
