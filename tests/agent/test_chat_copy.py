"""A trip copied: the page's record with new ids, the agent's newest state, and nothing shared."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

os.environ.setdefault("CHAINLIT_APP_ROOT", tempfile.mkdtemp())  # Chainlit writes there on import

pytest.importorskip("chainlit")

from chainlit.types import Feedback, Pagination, ThreadFilter
from chainlit.user import User
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.base import empty_checkpoint

from agent.chat_queries import ThreadError
from agent.chat_store import ChatStore
from agent.checkpoints import ThreadSaver, open_checkpoints

PROPS = {"title": "Lisbon", "element": "e", "shared": "/trip/token"}
"""As of a board that is shared."""


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ChatStore]:
    """Ann's thread with a run, a question, an answer and its board; Bob has none."""
    monkeypatch.setattr("chainlit.data.utils.context", SimpleNamespace(session=None))
    opened = ChatStore(tmp_path / "chat.sqlite")
    ann = await opened.create_user(User(identifier="Ann"))
    assert ann is not None
    await opened.create_user(User(identifier="Bob"))
    await opened.update_thread(
        "t", name="Lisbon", user_id=ann.id, tags=["x"], metadata={"a": 1, "is_shared": True}
    )
    for second, (id, type, parent) in enumerate(
        [("s1", "user_message", None), ("s2", "run", "s1"), ("s3", "assistant_message", "gone")]
    ):
        step = {
            "id": id, "threadId": "t", "type": type, "output": f"said {id}", "parentId": parent,
            "createdAt": f"2026-11-23T09:00:0{second}Z",
        }  # fmt: skip
        await opened.create_step(cast("Any", step))
    board = SimpleNamespace(
        id="e", thread_id="t", for_id="s3", url="data:,", path=None, content=None, mime=None,
        to_dict=lambda: {"id": "e", "threadId": "t", "forId": "s3", "props": PROPS},
    )  # fmt: skip
    await opened.create_element(cast("Any", board))
    await opened.upsert_feedback(Feedback(forId="s3", value=1))
    opened.shares.create("t", "Ann")
    yield opened
    await opened.close()


async def user_id(store: ChatStore, name: str) -> str:
    user = await store.get_user(name)
    assert user is not None
    return str(user.id)


async def test_the_copy_shows_the_same_under_ids_of_its_own(store: ChatStore) -> None:
    before = await store.get_thread("t")
    await store.duplicate("t", await user_id(store, "Ann"), "new")
    copy = await store.get_thread("new")
    assert copy is not None and before is not None
    assert await store.get_thread("t") == before
    assert copy["name"] == "Lisbon (copy)"
    assert (copy["userIdentifier"], copy["tags"], copy["metadata"]) == ("Ann", ["x"], {"a": 1})
    first, run, answer = copy["steps"]
    assert [s["output"] for s in copy["steps"]] == ["said s1", "said s2", "said s3"]
    assert {s["threadId"] for s in copy["steps"]} == {"new"}
    assert not {s["id"] for s in copy["steps"]} & {"s1", "s2", "s3"}
    assert run["parentId"] == first["id"]
    assert answer["parentId"] not in {"gone", first["id"], run["id"], None}
    assert answer["feedback"] is None
    (board,) = copy["elements"] or []
    assert (board["forId"], board["threadId"]) == (answer["id"], "new")
    assert board["id"] != "e"
    assert board["props"] == {"title": "Lisbon", "element": board["id"], "shared": None}
    assert store.shares.token_of("new", "Ann") is None


async def test_the_copy_is_listed_first_and_is_deleted_alone(store: ChatStore) -> None:
    ann = await user_id(store, "Ann")
    await store.duplicate("t", ann, "new")
    found = await store.list_threads(Pagination(first=9), ThreadFilter(userId=ann))
    assert [one["id"] for one in found.data] == ["new", "t"]
    await store.delete_thread("new")
    kept = await store.get_thread("t")
    assert kept is not None and len(kept["steps"]) == 3 and len(kept["elements"] or []) == 1


async def test_what_cannot_be_copied_leaves_nothing(store: ChatStore) -> None:
    ann = await user_id(store, "Ann")
    for thread, user, new in [
        ("t", await user_id(store, "Bob"), "new"),
        ("missing", ann, "new"),
        ("t", ann, "t"),
    ]:
        with pytest.raises(ThreadError):
            await store.duplicate(thread, user, new)
    assert await store.get_thread("new") is None
    assert await store.threads_of_user(ann) == ["t"]


def put(saver: ThreadSaver, thread: str, *messages: Any, id: str) -> None:
    checkpoint = {**empty_checkpoint(), "id": id, "channel_values": {"messages": [*messages]}}
    saver.put(
        {"configurable": {"thread_id": thread, "checkpoint_ns": ""}},
        cast("Any", checkpoint), {}, {},
    )  # fmt: skip


def messages_of(saver: ThreadSaver, thread: str) -> list[str]:
    found = saver.get_tuple({"configurable": {"thread_id": thread}})
    return [] if found is None else [m.text for m in found.checkpoint["channel_values"]["messages"]]


def test_the_agents_newest_finished_state_is_copied() -> None:
    saver = open_checkpoints(None)
    put(saver, "old", HumanMessage("a"), AIMessage("b"), id="1")
    put(saver, "old", HumanMessage("a"), AIMessage("b"), HumanMessage("c"), AIMessage("d"), id="2")
    put(saver, "old", HumanMessage("killed half-way"), id="3")
    assert saver.copy("old", "new") is True
    assert messages_of(saver, "new") == ["a", "b", "c", "d"]
    assert len([*saver.list({"configurable": {"thread_id": "new"}})]) == 1
    put(saver, "new", HumanMessage("e"), AIMessage("f"), id="4")
    assert messages_of(saver, "old") == ["killed half-way"]
    with pytest.raises(ValueError, match="exists"):
        saver.copy("old", "new")
    assert messages_of(saver, "new") == ["e", "f"]
    saver.close()


def test_nothing_is_copied_of_nothing() -> None:
    saver = open_checkpoints(None)
    assert saver.copy("missing", "new") is False
    assert saver.threads() == ()
    saver.close()


def test_what_is_deleted_is_not_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "threads.sqlite"
    saver = open_checkpoints(path)
    put(saver, "kept", HumanMessage("words that stay"), AIMessage("b"), id="1")
    put(saver, "t", HumanMessage("words that go"), AIMessage("b"), id="1")
    saver.delete_thread("t")
    saver.close()
    held = path.read_bytes()
    assert b"words that stay" in held and b"words that go" not in held
