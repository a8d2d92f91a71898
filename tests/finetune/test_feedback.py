"""Thumbs of a small chat file become dialogues: what is learned, what is read, what is left out."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agent.chat_file import open_chat_file
from agent.dialogue.turns import Call, Turn
from finetune.__main__ import main
from finetune.config import SourceConfig
from finetune.feedback import FeedbackError, read_thumbs
from finetune.records import dialogue_from_dict
from finetune.sources import open_source
from finetune.sources.conversations import RowError, turns_of

PLAN = {"destination": "Lisbon", "days": 3}
ANSWERED = "Your 3 days in Lisbon are planned."


class Chat:
    """A chat's file in the making."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = open_chat_file(path)
        self.count = 0

    def thread(self, id: str) -> None:
        """Begins a conversation."""
        self.db.execute(
            "INSERT INTO threads VALUES (?, NULL, 'x', ?, '[]', '{}')", (id, f"2026-{self.count}")
        )
        self.now = id

    def step(self, type: str, output: str, **more: Any) -> str:
        """Adds a step; returns its id."""
        self.count += 1
        id = f"s{self.count}"
        shown = json.dumps({"id": id, "type": type, "output": output, **more})
        self.db.execute(
            "INSERT INTO steps VALUES (?, ?, ?, ?, ?)",
            (id, self.now, f"2026-11-23T09:00:{self.count:02}Z", output, shown),
        )
        return id

    def asked(self, text: str) -> None:
        """A traveller's message, with the run that Chainlit keeps beside it."""
        self.step("user_message", text)
        self.step("run", "")

    def called(self, name: str, args: dict[str, Any], told: str, **more: Any) -> None:
        """A tool's step as the chat keeps it."""
        metadata = {"call": {"name": name, "args": args}, "told": told}
        self.step("tool", "**For people**", metadata=metadata, **more)

    def said(self, text: str, trip: str = "", thumb: int | None = None, comment: str = "") -> None:
        """An answer, perhaps with a thumb."""
        id = self.step("assistant_message", text, metadata={"trip": trip})
        if thumb is not None:
            self.thumb(id, thumb, comment)

    def thumb(self, id: str, value: int, comment: str = "") -> None:
        """A thumb for a step."""
        self.db.execute("INSERT INTO feedbacks VALUES (?, ?, ?, ?)", (id, id, value, comment))

    def done(self) -> Path:
        """Writes it."""
        self.db.commit()
        self.db.close()
        return self.path


@pytest.fixture
def chat(tmp_path: Path) -> Chat:
    made = Chat(tmp_path / "chat.sqlite")
    made.thread("t")
    return made


def dialogues(path: Path, up: bool = True) -> list[tuple[Turn, ...]]:
    return [thumb.dialogue.turns for thumb in read_thumbs(path) if thumb.up is up]


def test_a_judged_answer_comes_with_its_calls_and_what_was_said_before(chat: Chat) -> None:
    chat.asked("3 days in Lisbon")
    chat.called("plan_days", PLAN, "planned\ncity: Lisbon")
    chat.said(ANSWERED, "Lisbon, 3 days")
    chat.asked("swap day 1 and 2, and add the zoo")
    chat.called("swap_days", {"day": 1, "other_day": 2}, "swapped")
    chat.called("add_place", {"place": "zoo"}, "added")
    chat.said("Swapped, and the zoo is in.", "Lisbon, 3 days", thumb=1)
    (found,) = dialogues(chat.done())
    assert found == (
        Turn("system", "Trip: Lisbon, 3 days"),
        Turn("user", "3 days in Lisbon"),
        Turn("assistant", ANSWERED),
        Turn("user", "swap day 1 and 2, and add the zoo"),
        Turn(
            "assistant",
            calls=(
                Call("swap_days", {"day": 1, "other_day": 2}),
                Call("add_place", {"place": "zoo"}),
            ),
        ),
        Turn("tool", "swapped"),
        Turn("tool", "added"),
        Turn("assistant", "Swapped, and the zoo is in."),
    )


def test_the_command_writes_what_a_source_reads(
    chat: Chat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chat.asked("3 days in Lisbon")
    chat.called("plan_days", PLAN, "planned")
    chat.said(ANSWERED, "Lisbon, 3 days", thumb=1)
    chat.asked("no, in Rome")
    chat.said("What a pity.", "Lisbon, 3 days", thumb=0, comment="mail me: ann@example.org")
    before = chat.done().read_bytes()
    out = tmp_path / "made" / "thumbs.jsonl"
    assert main(["feedback", str(chat.path), str(out)]) == 0
    assert chat.path.read_bytes() == before
    (row,) = map(json.loads, out.read_text().splitlines())
    up = dialogue_from_dict(row)
    assert (up.kind, up.origin, up.author) == ("answer", "feedback", "")
    (read,) = open_source(SourceConfig("jsonl", str(out)))
    assert read.turns == up.turns
    (row,) = map(json.loads, (tmp_path / "made" / "thumbs-down.jsonl").read_text().splitlines())
    assert row["comment"] == "mail me: [email 1]"
    assert dialogue_from_dict(row).turns[-1] == Turn("assistant", "What a pity.")
    assert sorted(p.name for p in out.parent.iterdir()) == ["thumbs-down.jsonl", "thumbs.jsonl"]
    told = capsys.readouterr().out
    assert "1 answers with a thumb up" in told and "1 with one down" in told


def test_personal_data_are_masked_in_words_and_arguments(chat: Chat) -> None:
    chat.asked("I am at +49 30 901820, write to ann@example.org")
    chat.called("look_up", {"topic": "ann@example.org"}, "told ann@example.org")
    chat.said("I can't call +49 30 901820.", thumb=1)
    (found,) = dialogues(chat.done())
    assert found[1].text == "I am at [phone 1], write to [email 1]"
    assert found[2].calls[0].args == {"topic": "[email 1]"}
    assert (found[3].text, found[4].text) == ("told [email 1]", "I can't call [phone 1].")


def test_a_failed_call_is_read_and_not_learned(chat: Chat) -> None:
    for thumb in (1, 0):
        chat.thread(f"t{thumb}")
        chat.asked("3 days in Lisbn")
        chat.called("plan_days", {"destination": "Lisbn"}, "unknown", isError=True)
        chat.called("plan_days", PLAN, "planned")
        chat.said(ANSWERED, thumb=thumb)
    path = chat.done()
    (up,), (down,) = dialogues(path), dialogues(path, up=False)
    assert [call.args for call in up[2].calls] == [PLAN]
    assert [t.text for t in up if t.role == "tool"] == ["planned"]
    assert len(down[2].calls) == 2


def test_what_was_judged_down_is_no_past(chat: Chat) -> None:
    chat.asked("hello")
    chat.said("Go away.", thumb=0)
    chat.asked("3 days in Lisbon")
    chat.said(ANSWERED, thumb=1)
    (found,) = dialogues(chat.done())
    assert [t.text for t in found] == ["No trip yet", "3 days in Lisbon", ANSWERED]


def test_the_system_line_is_left_out_where_the_trip_is_not_known(chat: Chat) -> None:
    chat.asked("3 days in Lisbon")
    chat.called("plan_days", PLAN, "planned")
    chat.step("assistant_message", ANSWERED)  # of a version that did not keep it
    chat.asked("thanks")
    chat.said("You are welcome.", thumb=1)
    (found,) = dialogues(chat.done())
    assert found[0] == Turn("user", "3 days in Lisbon")


def test_without_what_the_tools_told_the_calls_are_learned_alone(chat: Chat) -> None:
    chat.asked("3 days in Lisbon")
    chat.step("tool", "", metadata={"call": {"name": "plan_days", "args": PLAN}})
    chat.said(ANSWERED, thumb=1)
    (found,) = dialogues(chat.done())
    assert found[-1] == Turn("assistant", calls=(Call("plan_days", PLAN),))


@pytest.mark.parametrize("metadata", [{}, None, {"call": "plan_days"}, {"call": {"name": 3}}])
def test_an_answer_whose_calls_were_not_kept_is_left_out(chat: Chat, metadata: Any) -> None:
    chat.asked("3 days in Lisbon")
    chat.step("tool", "- destination: Lisbon", metadata=metadata)
    chat.said(ANSWERED, thumb=1)
    skipped: Counter[str] = Counter()
    assert [*read_thumbs(chat.done(), skipped)] == []
    assert skipped == {"the chat did not keep their calls then": 1}


def test_a_thumb_for_what_answers_nothing_is_counted(chat: Chat) -> None:
    chat.asked("hello")
    chat.said("Hello.")
    chat.thumb(chat.step("assistant_message", "Your trip as it stands:"), 1)
    skipped: Counter[str] = Counter()
    assert [*read_thumbs(chat.done(), skipped)] == []
    assert skipped == {"no answer to a message": 1}


def test_a_stopped_message_is_no_past(chat: Chat) -> None:
    chat.asked("never mind")
    chat.asked("3 days in Lisbon")
    chat.said(ANSWERED, thumb=1)
    (found,) = dialogues(chat.done())
    assert [t.role for t in found] == ["system", "user", "assistant"]


def test_what_cannot_be_read_or_written_is_one_sentence(
    chat: Chat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = chat.done()
    other = tmp_path / "other.sqlite"
    sqlite3.connect(other).close()
    other.write_bytes(b"no database at all" * 99)
    out = tmp_path / "thumbs.jsonl"
    for given, target, says in [
        (tmp_path / "missing.sqlite", out, "There is no file"),
        (other, out, "is no chat's file"),
        (path, tmp_path / "thumbs.txt", "ends in .jsonl"),
        (path, path, "ends in .jsonl"),
    ]:
        assert main(["feedback", str(given), str(target)]) == 2
        told = capsys.readouterr().err
        assert says in told and len(told.strip().splitlines()) == 1
    assert not out.exists()


def test_another_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.sqlite") as db:
        db.execute("CREATE TABLE feedbacks (id)")
    db.close()
    with pytest.raises(FeedbackError, match="no chat's file"):
        list(read_thumbs(tmp_path / "x.sqlite"))


@pytest.mark.parametrize(
    ("turns", "says"),
    [
        ("none", "no list"),
        (["x"], "a turn is no object"),
        ([{"role": "host", "text": "x"}], "an unknown role"),
        ([{"role": "user", "text": "x"}, {"role": "assistant", "calls": {"name": "a"}}], "no list"),
        ([{"role": "assistant", "calls": [{"name": ""}]}], "without a name"),
        ([{"role": "assistant", "calls": [{"name": "a", "args": [1]}]}], "no JSON object"),
        ([{"role": "user", "text": "x"}], "no assistant's turn"),
    ],
)
def test_damaged_records_are_told_by_their_fault(turns: Any, says: str) -> None:
    with pytest.raises(RowError, match=says):
        turns_of({"turns": turns})
