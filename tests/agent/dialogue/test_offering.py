"""Sentences that stand for calls."""

from __future__ import annotations

import pytest

from agent.dialogue.offering import sentence
from agent.dialogue.turns import Call
from tests.benchmarks.offers import OFFERED
from tools.catalog import CATALOG

ARGUMENTS = {tool.name: tool.arguments for tool in CATALOG}


@pytest.mark.parametrize(
    ("name", "args", "said"),
    [
        ("move_place", {"place": "Fado", "day": 3, "time": "9"}, "move Fado to day 3 at 9"),
        ("replace_place", {"place": "lunch"}, "something else instead of lunch"),
        ("extend_trip", {"days": 1, "location": "Rome"}, "stay 1 day longer in Rome"),
        ("shorten_trip", {"day": 2}, "drop day 2"),
        ("plan_days", {"diet": ["vegan"]}, None),
        ("set_hours", {"day": 1}, None),
        ("keep_free", {}, None),
        ("shorten_trip", {"location": "Rome"}, None),
    ],
)  # fmt: skip
def test_a_call_in_words(name: str, args: dict[str, object], said: str | None) -> None:
    assert sentence(name, args) == said


@pytest.mark.parametrize("call", OFFERED, ids=lambda call: f"{call.name}{dict(call.args)}")
def test_each_measured_call_is_one_and_its_sentence_holds_its_values(call: Call) -> None:
    """Whether the model reads them so is measured: `python -m tests.benchmarks.offers`."""
    name, args = call.name, call.args
    ARGUMENTS[name].model_validate(args)
    said = sentence(name, args)
    values = [
        str(v) for value in args.values() for v in (value if isinstance(value, list) else [value])
    ]
    assert said and all(value in said for value in values if value != "True")
