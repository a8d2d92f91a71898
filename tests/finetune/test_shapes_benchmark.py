"""The messages of `tests.benchmarks.shapes` say what their labels hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from finetune.data import is_said
from tests.benchmarks.shapes import SHAPES, read
from tools.amount_changes import change_of, party_change_of
from tools.catalog import CATALOG
from tools.headcount import MOST_NAMED, counted

CASES = read(SHAPES)


def test_every_label_is_a_call_whose_words_were_said() -> None:
    arguments = {tool.name: tool.arguments for tool in CATALOG}
    for case in CASES:
        for (call,) in case.accepted:
            # "200 more" is reckoned on a trip before it is checked
            reckoned = {key: 1 if _changes(value) else value for key, value in call.args.items()}
            arguments[call.name].model_validate(counted(reckoned, standing=MOST_NAMED))
            assert is_said(call.args, case.messages[0]["content"]), case.id


def _changes(value: object) -> bool:
    return isinstance(value, str) and bool(change_of(value) or party_change_of(value))


def test_each_shape_is_met_in_the_same_sentences() -> None:
    met: dict[str, set[str]] = {}
    for case in CASES:  # "must 2: Salter Museum"
        met.setdefault(case.author, set()).add(case.id.partition(":")[0])
    assert {"must: one word", "must: kind of place", "budget: sign behind"} <= {*met}
    for shape, sentences in met.items():
        test = shape.partition(":")[0]
        assert all(met[other] == sentences for other in met if other.startswith(f"{test}:"))
    assert len({case.id for case in CASES}) == len(CASES)


def test_a_file_that_holds_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text("tests: 3")
    with pytest.raises(ValueError, match="holds no tests of shapes"):
        read(tmp_path / "none.yaml")
