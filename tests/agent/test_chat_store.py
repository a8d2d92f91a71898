"""The chat's records: what was shown comes back as it was, whatever happens to the file."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tools.errors import DataError

os.environ.setdefault("CHAINLIT_APP_ROOT", tempfile.mkdtemp())  # Chainlit writes there on import

pytest.importorskip("chainlit")

from chainlit.types import Feedback, Pagination, ThreadFilter
from chainlit.user import User

from agent.chat_file import open_chat_file
from agent.chat_store import ChatStore

PROPS = {"version": 1, "title": "3 days in København", "days": [{"stops": []}], "share": None}


@pytest.fixture(autouse=True)
def outside_of_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chainlit's queue asks for the session; here there is none that waits."""
    monkeypatch.setattr("chainlit.data.utils.context", SimpleNamespace(session=None))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[ChatStore]:
    forgotten: list[str] = []
    opened = ChatStore(tmp_path / "chat.sqlite", forget=forgotten.append)
    opened.forgotten = forgotten  # type: ignore[attr-defined]  # for the test alone
    yield opened
    await opened.close()


def step(id: str, thread: str = "t", **more: Any) -> Any:
    return {
        "id": id, "threadId": thread, "type": "assistant_message", "name": "Tripwright",
        "output": "Hello", "createdAt": f"2026-11-23T09:00:0{id[-1]}Z", "streaming": False, **more,
    }  # fmt: skip


async def test_a_thread_comes_back_as_it_was(store: ChatStore) -> None:
    user = await store.create_user(User(identifier="traveller", metadata={"a": 1}))
    assert user is not None
    await store.update_thread("t", name="Lisbon", user_id=user.id, tags=["x"], metadata={"k": 1})
    await store.create_step(step("s2", isError=False, showInput=True, metadata={"m": [1]}))
    await store.create_step(step("s1", type="user_message"))
    element = SimpleNamespace(
        id="e", thread_id="t", for_id="s2", url=None, path=None, content="Füße", mime="text/plain",
        to_dict=lambda: {"id": "e", "props": PROPS, "forId": "s2", "chainlitKey": "gone"},
    )  # fmt: skip
    await store.create_element(cast("Any", element))
    thread = await store.get_thread("t")
    assert thread is not None
    assert (thread["userIdentifier"], thread["tags"]) == ("traveller", ["x"])
    assert thread["metadata"] == {"k": 1}
    assert [one["id"] for one in thread["steps"]] == ["s1", "s2"]
    assert thread["steps"][1]["showInput"] is True
    assert thread["steps"][1]["isError"] is False
    kept = (thread["elements"] or [])[0]
    assert kept["props"] == PROPS
    assert kept["chainlitKey"] is None
    assert kept["url"] == "data:text/plain;base64,RsO8w59l"
    assert await store.get_thread_author("t") == "traveller"


async def test_an_update_keeps_what_it_does_not_name(store: ChatStore) -> None:
    await store.create_step(step("s1", input="asked", output=""))
    await store.update_step(step("s1", output="told", input=None))
    thread = await store.get_thread("t")
    assert thread is not None
    assert (thread["steps"][0]["input"], thread["steps"][0]["output"]) == ("asked", "told")


async def test_metadata_are_merged_and_none_takes_away(store: ChatStore) -> None:
    await store.update_thread("t", metadata={"a": 1, "b": 2})
    await store.update_thread("t", metadata={"a": None, "c": 3})
    thread = await store.get_thread("t")
    assert thread is not None
    assert thread["metadata"] == {"b": 2, "c": 3}


async def test_threads_are_listed_last_used_first_page_by_page(store: ChatStore) -> None:
    user = await store.create_user(User(identifier="traveller"))
    other = await store.create_user(User(identifier="other"))
    assert user is not None
    assert other is not None
    for number in range(5):
        await store.update_thread(f"t{number}", name=f"Trip {number}", user_id=user.id)
        await store.create_step(step(f"s{number}", f"t{number}", output=f"Words {number}"))
    await store.update_thread("strange", user_id=other.id)

    async def page(first: int, cursor: str | None = None, **filters: Any) -> list[str]:
        found = await store.list_threads(
            Pagination(first=first, cursor=cursor), ThreadFilter(userId=user.id, **filters)
        )
        return [one["id"] for one in found.data]

    assert await page(3) == ["t4", "t3", "t2"]
    assert await page(3, "t2") == ["t1", "t0"]
    assert await page(9, search="WORDS 3") == ["t3"]
    await store.create_step(step("s4b", "t4", output="Day 1: Castelo de São Jorge, Straßenbahn"))
    await store.update_thread("t2", name="Überraschung in Łódź")
    assert await page(9, search="sao jorge") == await page(9, search="STRASSENBAHN") == ["t4"]
    assert await page(9, search="überraschung in lodz") == ["t2"]
    assert await page(9, search="🗼") == []
    await store.upsert_feedback(Feedback(forId="s1", value=1))
    assert await page(9, feedback=1) == ["t1"]


async def test_deleting_a_thread_deletes_all_of_it(store: ChatStore) -> None:
    await store.create_step(step("s1"))
    await store.upsert_feedback(Feedback(forId="s1", value=0))
    await store.delete_thread("t")
    assert await store.get_thread("t") is None
    assert store.forgotten == ["t"]  # type: ignore[attr-defined]


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "chat.sqlite"
    path.write_bytes(b"no database at all" * 99)
    open_chat_file(path).close()
    assert [one.name.startswith("chat.sqlite.damaged-") for one in tmp_path.glob("*damaged*")] == [
        True
    ]


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "chat.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(DataError, match="newer Tripwright"):
        open_chat_file(path)
