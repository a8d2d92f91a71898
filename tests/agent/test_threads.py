"""Where threads are kept: over restarts, failures, a killed process and damaged files."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from agent import TravelAgent
from agent.models.scripted import ScriptedChatModel
from tests.agent.conftest import Start
from tools.errors import DataError
from tools.trip import Pace

LISBON = ("plan_days", {"destination": "Lisbon", "days": 3, "start_date": "next Friday"})
READY = "Your 3 days in Lisbon are ready."


def test_a_thread_survives_a_new_agent(start: Start) -> None:
    """After a restart the trip is there, and can be changed and taken back."""
    first = start(LISBON, READY)
    before = first.send("Lisbon", thread="a").itinerary
    first.close()
    agent = start(("set_pace", {"pace": "packed"}), "Fuller now.", ("undo_change", {}), "Undone.")
    assert agent.thread("a") == before
    assert agent.threads() == ("a",)
    assert [turn.role for turn in agent.messages("a")] == ["user", "assistant", "tool", "assistant"]
    changed = agent.send("fuller", thread="a").itinerary
    assert changed is not None and changed.request.pace is Pace.PACKED
    assert agent.send("undo", thread="a").itinerary == before


def test_threads_do_not_see_each_other(start: Start) -> None:
    """A trip belongs to its thread; the last used thread comes first."""
    agent = start(LISBON, READY, "Where to?")
    agent.send("Lisbon", thread="a")
    assert agent.send("hello", thread="b").itinerary is None
    assert agent.threads() == ("b", "a")
    agent.forget("a")
    assert agent.thread("a") is None and agent.threads() == ("b",)


def test_a_failing_model_leaves_the_thread_as_it_was(start: Start) -> None:
    """A bug in the middle of a turn propagates; the half-made change is not in the thread."""
    agent = start(LISBON, READY, ("set_pace", {"pace": "packed"}), RuntimeError("bug"), "Hello.")
    before = agent.send("Lisbon", thread="a").itinerary
    with pytest.raises(RuntimeError, match="bug"):
        agent.send("fuller", thread="a")
    assert agent.thread("a") == before
    assert len(agent.messages("a")) == 4
    assert agent.send("hello", thread="a").itinerary == before


def test_a_failing_first_turn_leaves_no_thread(start: Start) -> None:
    """A thread whose only turn failed does not exist."""
    agent = start(LISBON, RuntimeError("bug"))
    with pytest.raises(RuntimeError):
        agent.send("Lisbon", thread="a")
    assert agent.threads() == () and agent.thread("a") is None


def _be_killed(home: Path, threads: str) -> None:
    """In a process of its own: dies after the tool, before the answer."""
    from agent.settings import Settings

    def die(messages: Sequence[BaseMessage]) -> str:
        os._exit(9)

    model = ScriptedChatModel.of(("set_pace", {"pace": "packed"}), function=die)
    TravelAgent(Settings(home=home, threads=threads), model=model).send("fuller", thread="a")


def test_a_process_killed_in_a_turn_leaves_the_thread_usable(
    start: Start, home: Path, tmp_path: Path
) -> None:
    """After a kill between tool and answer, the trip is the old one and the talk goes on."""
    threads = str(tmp_path / "threads.sqlite")
    first = start(LISBON, READY, threads=threads)
    before = first.send("Lisbon", thread="a").itinerary
    first.close()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_be_killed, args=(home, threads))
    process.start()
    process.join(120)
    assert process.exitcode == 9
    agent = start(("set_pace", {"pace": "relaxed"}), "Slower.", threads=threads)
    assert agent.thread("a") == before
    reply = agent.send("slower", thread="a")
    assert reply.itinerary is not None and reply.itinerary.request.pace is Pace.RELAXED


def test_calls_without_results_are_dropped_on_the_next_message(start: Start) -> None:
    """A thread that ends with unanswered calls, whoever wrote it so, is mended."""
    model = ScriptedChatModel.of(LISBON, READY, "Hello.")
    agent = start(model=model)
    before = agent.send("Lisbon", thread="a").itinerary
    dangling = AIMessage("", tool_calls=[{"name": "set_pace", "args": {}, "id": "x"}])
    agent._graph.update_state(
        {"configurable": {"thread_id": "a"}},
        {"messages": [HumanMessage("slower"), dangling], "itinerary": None},
        as_node="model",
    )
    assert agent.thread("a") is None
    assert agent.send("hello", thread="a").itinerary == before
    assert not any(m.type == "ai" and getattr(m, "tool_calls", None) and m.id == dangling.id
                   for m in model.asked[-1])  # fmt: skip
    assert [turn.text for turn in agent.messages("a") if turn.role == "user"] == ["Lisbon", "hello"]


def test_a_damaged_file_of_threads_is_set_aside(
    start: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Garbage in place of the file: a warning, the garbage kept aside, and a new file begun."""
    path = tmp_path / "broken.sqlite"
    path.write_bytes(b"this is no database" * 400)
    with caplog.at_level(logging.WARNING):
        agent = start(LISBON, READY, threads=str(path))
    assert "damaged" in caplog.text
    aside = list(tmp_path.glob("broken.sqlite.damaged-*"))
    assert len(aside) == 1 and aside[0].read_bytes().startswith(b"this is no database")
    assert agent.send("Lisbon", thread="a").itinerary is not None


def test_a_file_damaged_while_open_is_told(start: Start, tmp_path: Path) -> None:
    """When the file breaks under a running agent, one sentence says so."""
    path = tmp_path / "breaks.sqlite"
    agent = start(LISBON, READY, "Hello.", threads=str(path))
    agent.send("Lisbon", thread="a")
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE checkpoints")
    with pytest.raises(DataError, match="conversations"):
        agent.send("hello", thread="a")


def test_an_impossible_place_for_threads_is_one_sentence(start: Start, tmp_path: Path) -> None:
    """A file that can't be made is a DataError that names it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="can't be kept"):
        start("Hello.", threads=str(tmp_path / "file" / "threads.sqlite"))


def test_old_checkpoints_do_not_pile_up(start: Start, tmp_path: Path) -> None:
    """However long the talk, a thread keeps two checkpoints."""
    agent = start(LISBON, READY, *["Gladly."] * 6)
    agent.send("Lisbon", thread="a")
    for _ in range(6):
        agent.send("thanks", thread="a")
    with sqlite3.connect(tmp_path / "threads.sqlite") as file:
        count = file.execute("SELECT COUNT(*) FROM checkpoints").fetchone()[0]
    assert count == 2
    assert agent.thread("a") is not None and len(agent.messages("a")) == 16
