"""Links to trips: whose they are, how long they lead somewhere, and what they show."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("CHAINLIT_APP_ROOT", tempfile.mkdtemp())  # Chainlit writes there on import

pytest.importorskip("chainlit")

from chainlit.user import User

from agent.chat_file import _FIRST, SCHEMA_VERSION, open_chat_file
from agent.chat_store import ChatStore
from agent.share import ShareError, ShareLinks, shared_page
from tests.tools.factories import toured


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ChatStore]:
    """With a thread of Ann's and one of Bob's."""
    opened = ChatStore(tmp_path / "chat.sqlite")

    async def fill() -> None:
        for name in ("Ann", "Bob"):
            user = await opened.create_user(User(identifier=name))
            assert user is not None
            await opened.update_thread(f"trip-{name}", name="Lisbon", user_id=user.id)

    asyncio.run(fill())
    yield opened
    asyncio.run(opened.close())


def test_a_link_is_stable_while_shared_and_new_afterwards(store: ChatStore) -> None:
    links = store.shares
    token = links.create("trip-Ann", "Ann")
    assert len(token) == 22
    assert links.create("trip-Ann", "Ann") == token == links.token_of("trip-Ann", "Ann")
    assert links.thread_of(token) == "trip-Ann"
    assert links.revoke("trip-Ann", "Ann") is True
    assert links.thread_of(token) is None
    assert links.token_of("trip-Ann", "Ann") is None
    assert links.revoke("trip-Ann", "Ann") is False
    assert links.create("trip-Ann", "Ann") != token
    assert links.thread_of(token) is None


@pytest.mark.parametrize("thread", ["trip-Ann", "missing"])
def test_only_ones_own_trip_can_be_shared(store: ChatStore, thread: str) -> None:
    token = store.shares.create("trip-Ann", "Ann")
    with pytest.raises(ShareError, match="Only whoever planned"):
        store.shares.create(thread, "Bob")
    with pytest.raises(ShareError):
        store.shares.revoke(thread, "Bob")
    assert store.shares.token_of(thread, "Bob") is None
    assert store.shares.thread_of(token) == "trip-Ann"


def test_deleting_the_thread_ends_the_link(store: ChatStore) -> None:
    token, other = store.shares.create("trip-Ann", "Ann"), store.shares.create("trip-Bob", "Bob")
    asyncio.run(store.delete_thread("trip-Ann"))
    assert store.shares.thread_of(token) is None
    assert store.shares.thread_of(other) == "trip-Bob"


def test_links_outlive_a_restart(store: ChatStore, tmp_path: Path) -> None:
    token = store.shares.create("trip-Ann", "Ann")
    again = ShareLinks(tmp_path / "chat.sqlite")
    assert again.thread_of(token) == "trip-Ann"
    again.close()


def test_an_older_file_gets_the_table_and_keeps_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "chat.sqlite"
    with sqlite3.connect(path) as old:
        for statement in _FIRST:
            old.execute(statement)
        old.execute("INSERT INTO users VALUES ('u', 'Ann', '2026-11-23T09:00:00Z', '{}')")
        old.execute("INSERT INTO threads VALUES ('t', 'u', 'Rome', '2026', '[]', '{}')")
        old.execute("PRAGMA user_version = 1")
    old.close()
    links = ShareLinks(path)
    assert links.thread_of(links.create("t", "Ann")) == "t"
    links.close()
    opened = open_chat_file(path)
    assert opened.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
    assert opened.execute("SELECT name FROM threads").fetchone()[0] == "Rome"
    opened.close()


def test_the_page_is_whole_and_runs_nothing() -> None:
    page = shared_page(toured())
    assert page.lstrip().lower().startswith("<!doctype html>")
    assert "Naples" in page
    assert "<script" not in page.lower()
    assert 'src="http' not in page and "@import" not in page
