"""Annotators against labels: what is counted, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.dialogue.turns import Call
from finetune.held_out import Case
from tests.benchmarks import agreement

MOVE = {"name": "move_place", "args": {"place": "mill", "day": 2}}
CASES = [
    Case("a", "quay", ({"role": "user", "content": "x"},), None, ((), (Call("redo_change", {}),))),
    Case("b", "quay", (), None, ((Call("move_place", {"place": "the Mill", "day": 2}),),)),
]


def annotate(folder: Path, name: str, *rows: dict[str, Any]) -> None:
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_agreement_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    annotate(tmp_path, "one", {"id": "a", "calls": []}, {"id": "b", "calls": [MOVE]})
    other = {"name": "move_place", "args": {"place": "mill", "day": 3}}
    annotate(tmp_path, "two", {"id": "a", "calls": [MOVE]}, {"id": "b", "calls": [other]})
    told = agreement.measure(CASES, tmp_path)
    one, two, pair = map(json.loads, capsys.readouterr().out.splitlines())
    assert (one["exact_percent"], one["tool_percent"], one["silent_percent"]) == (100, 100, 100)
    assert (two["exact_percent"], two["tool_percent"], two["silent_percent"]) == (0, 50, 0)
    assert (pair["exact_percent"], pair["tool_percent"]) == (0, 50)
    assert told["lowest_exact_percent"] == 0


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([{"calls": []}], r"one.jsonl:1 is no answer: KeyError\('id'\)"),
        ([{"id": "a", "calls": []}] * 2, "one.jsonl:2 answers a once more"),
        ([{"id": "z", "calls": []}], "no turn that both have answered"),
        ([], "no turn that both have answered"),
    ],
)
def test_what_is_no_annotation_is_told(
    tmp_path: Path, rows: list[dict[str, Any]], fault: str
) -> None:
    annotate(tmp_path, "one", *rows)
    with pytest.raises(ValueError, match=fault):
        agreement.measure(CASES, tmp_path)


def test_sheets_hold_every_turn_once_and_no_label(tmp_path: Path) -> None:
    assert agreement.main(["--sheets", str(tmp_path / "new"), "--parts", "3"]) == 0
    sheets = sorted((tmp_path / "new").glob("*.jsonl"))
    rows = [json.loads(line) for sheet in sheets for line in sheet.read_text().splitlines()]
    assert len(sheets) == 3
    assert len({row["id"] for row in rows}) == len(rows) == 1030
    assert {key for row in rows for key in row} == {"id", "messages", "trip"}


def test_an_empty_folder_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert agreement.main(["--annotations", str(tmp_path)]) == 2
    assert "holds no annotations" in capsys.readouterr().err
