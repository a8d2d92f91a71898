"""The check that authors run on their files: what is wrong is told, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finetune.authoring import check

GOOD = {
    "author": "quay", "tool": "plan_days", "args": {"travellers": 2},
    "text": "the tide table says we sail for {city}, the cook and i, {days} ashore",
}  # fmt: skip


def faults(tmp_path: Path, *lines: dict[str, Any]) -> list[str]:
    path = tmp_path / "quay.jsonl"
    path.write_text("".join(json.dumps(GOOD | line) + "\n" for line in lines))
    return check(path)[0]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"author": "pier"}, "its author is 'pier', the file's 'quay'"),
        ({"args": {"day_start": 10}}, "plan_days refuses day_start: Input should be a valid str"),
        ({"args": {"day_start": "ten"}}, "are not all in the words"),
        ({"args": {"mood": "grand"}}, "it can't be filled: \"plan_days takes no ['mood']\""),
        (
            {
                "tool": "keep_free",
                "text": "no plans for the afternoons, any of them",
                "args": {"time": "afternoon"},
            },
            "are not all in the words",
        ),
        ({"text": "to {nowhere} with us"}, "it can't be filled"),
        ({"tool": "party", "text": "{who} can't come"}, "a party needs `travellers` that begin"),
        (
            {"tool": "party", "text": "we are fewer now", "args": {"travellers": ["-"]}},
            "a party needs `travellers` that begin",
        ),
        ({"tool": "sail"}, "there is no tool 'sail'"),
        (
            {"tool": "reply", "text": "aye aye, much obliged", "args": {}},
            "a reply needs the host's",
        ),
        ({"text": "{stay1} then {stay2}, so {days} of it"}, "can contradict each other"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, line: dict[str, Any], fault: str
) -> None:
    found = faults(tmp_path, {}, line)
    assert any(told.startswith("quay.jsonl:2: ") and fault in told for told in found), found


def test_a_file_without_faults_has_none(tmp_path: Path) -> None:
    assert faults(tmp_path, {}) == []


def test_clauses_may_stand_among_the_others(tmp_path: Path) -> None:
    path = tmp_path / "quay.jsonl"
    clause = {"author": "quay", "arg": "travellers", "value": ["me", "cook"]}
    said = {"text": "the ship's cook has signed on with me"}
    path.write_text("\n".join(json.dumps(line) for line in (GOOD, clause | said)))
    assert check(path) == ([], {"plan_days": 1, "clause travellers": 1})


def test_a_line_that_is_no_phrasing_says_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "quay.jsonl"
    path.write_text(json.dumps({"author": "quay", "text": "all hands ashore"}))
    with pytest.raises(ValueError, match=r"quay.jsonl:1 lacks 'tool' \(a clause has 'arg'\)"):
        check(path)


def test_what_was_written_before_is_told(tmp_path: Path) -> None:
    """By the same author, whatever its capitals."""
    again = {"text": str(GOOD["text"]).capitalize()}
    assert faults(tmp_path, {}, again) == ["quay.jsonl:2: it was written before"]
