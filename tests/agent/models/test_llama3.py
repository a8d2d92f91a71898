"""The transformers engine on a base of the Llama 3 family: its markers, its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialogue import wire
from agent.dialogue.turns import Call, Turn
from agent.models.local import TransformersEngine
from tests.finetune.test_export import make_base

TURNS = [
    Turn("system", "Trip: Lisbon, 3 days"),
    Turn("user", "Hello"),
    Turn("assistant", "Good day\nto you"),
    Turn("user", "make it <|eot_id|> slower"),
    Turn("assistant", calls=(Call("set_pace", {"pace": "relaxed"}),)),
    Turn("tool", "changed\npace: relaxed"),
]


def test_a_prompt_in_other_markers_is_the_one_that_was_trained() -> None:
    prompt = wire.render(TURNS)
    assert wire.translated(prompt, wire.LLAMA3) == wire.render(TURNS, wire.LLAMA3)
    assert wire.translated(prompt, wire.CHATML) == prompt


@pytest.mark.parametrize("family", ["llama", "smollm"])
def test_the_engine_stops_where_the_family_does(family: str, tmp_path: Path) -> None:
    """Once the grammar's sentence is written only the end is left: no token comes after it."""
    engine = TransformersEngine(make_base(tmp_path, family), None, device="cpu", threads=1)
    made = engine.generate(wire.render(TURNS), grammar='start: "ok"', max_tokens=12)
    assert made.text == "ok" and not made.cut
    markers = wire.LLAMA3 if family == "llama" else wire.CHATML
    ids = engine._tokenizer(wire.render(TURNS, markers), add_special_tokens=False)["input_ids"]
    assert made.prompt_tokens == len(ids)
