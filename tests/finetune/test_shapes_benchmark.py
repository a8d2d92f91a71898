"""The messages of `tests.benchmarks.shapes` say what their labels hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.dialogue.headcount import counted
from finetune.data import is_said
from tests.benchmarks.shapes import SHAPES, read
from tools.catalog import CATALOG

CASES = read(SHAPES)


def test_every_label_is_a_call_whose_words_were_said() -> None:
    arguments = {tool.name: tool.arguments for tool in CATALOG}
    for case in CASES:
        ((call,),) = case.accepted
        arguments[call.name].model_validate(counted(call.args))
        assert is_said(call.args, case.messages[0]["content"]), case.id


def test_each_shape_is_met_in_the_same_sentences() -> None:
    names = [case.author for case in CASES]
    assert {"must: one word", "must: kind of place", "budget: sign behind"} <= {*names}
    assert len({case.id for case in CASES}) == len(CASES)


def test_a_file_that_holds_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text("tests: 3")
    with pytest.raises(ValueError, match="holds no tests of shapes"):
        read(tmp_path / "none.yaml")
