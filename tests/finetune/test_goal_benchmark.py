"""The benchmark of whole conversations: its data are sound, and it counts what it says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.benchmarks import goals
from tools.catalog import CATALOG


def test_the_held_out_conversations_are_well_formed() -> None:
    """A hundred of 4 to 8 messages by four authors; each call is one that the catalog takes."""
    every = goals.find_conversations(None, None)
    assert len(every) == 100 and max(Counter(one.id for one in every).values()) == 1
    authors = Counter(one.id.rpartition("-")[0] for one in every)
    assert authors == {"dolores": 25, "kwame": 25, "rosalind": 25, "signe": 25}
    said = Counter(one.messages[0] for one in every)
    assert max(said.values()) == 1
    taken = {tool.name: tool.arguments for tool in CATALOG}
    for one in every:
        assert 4 <= len(one.messages) <= 8 and len(one.calls) == len(one.messages), one.id
        for calls in one.calls:
            for call in calls:
                checked = taken[call.name].model_validate(dict(call.args))
                assert set(checked.model_dump(exclude_none=True)) == set(call.args), one.id


def test_the_labelled_calls_reach_a_goal_and_others_do_not(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One conversation as it is, and the same with another goal: half of the goals are reached."""
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(home))
    file = goals.HELD_OUT / "kwame.jsonl"
    row = json.loads(file.read_text("utf-8").splitlines()[0])
    other = {**row, "id": "other", "goal": {**row["goal"], "days": row["goal"]["days"] + 1}}
    data, wrong = tmp_path / "two.jsonl", tmp_path / "wrong.txt"
    data.write_text(f"{json.dumps(row)}\n{json.dumps(other)}\n", "utf-8")
    given = ["--labelled", "--data", str(data), "--failures", str(wrong)]
    assert goals.main(given) == 0
    first, second, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["reached"] and not second["reached"] and second["missed"]
    assert summary["conversations"] == 2 and summary["goal_reached_percent"] == 50.0
    assert summary["violations"] == 0 and summary["turns"] == 2 * len(row["messages"])
    assert "other" in wrong.read_text("utf-8")


@pytest.mark.parametrize("rows", ["", '{"id": "x"}\n'])
def test_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: str) -> None:
    """Exit code 2 and one sentence; nothing printed that could be taken for a result."""
    (tmp_path / "bad.jsonl").write_text(rows)
    for name in ("bad.jsonl", "nowhere.jsonl"):
        assert goals.main(["--labelled", "--data", str(tmp_path / name)]) == 2
        told = capsys.readouterr()
        assert told.out == "" and len(told.err.strip().splitlines()) == 1
