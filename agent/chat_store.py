# mypy: disallow-subclassing-any=False
# (the checks skip Chainlit, whose own types do not hold)
"""Where the chat's own records are kept: threads, messages and boards, in one SQLite file.

The trip itself lives in the agent's thread of the same id; this is what the page shows of it
again after a reload. Chainlit's `SQLAlchemyDataLayer` is not used: it needs SQLAlchemy, aiosqlite
and a cloud store for elements, loses threads with tags (Chainlit #2528) and gives `props` back as
text, which breaks elements on resume (#1799). Here a step and an element are the very JSON that
Chainlit sends to the page, so that what comes back is what was shown; files are kept as data URLs.

Ids of steps and elements come from browsers: nothing that names another thread than it did before
is kept, and `author_of_step` and the like let `agent.chat_routes` refuse what Chainlit lets pass.

All statements run on one worker thread, hence in the order in which Chainlit asked for them.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, cast

from chainlit.data.base import BaseDataLayer
from chainlit.data.utils import queue_until_user_message
from chainlit.element import CustomElement, Element, ElementDict
from chainlit.step import StepDict
from chainlit.types import (
    Feedback,
    PageInfo,
    PaginatedResponse,
    Pagination,
    ThreadDict,
    ThreadFilter,
)
from chainlit.user import PersistedUser, User

from agent.chat_file import open_chat_file
from agent.chat_queries import (
    author_of_feedback,
    author_of_step,
    copy_thread,
    delete_thread,
    dump,
    feedback_of,
    now,
    shares_of,
    threads_of,
)
from agent.share import ShareLinks

_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])

_once_begun = cast("Callable[[_F], _F]", cast("Any", queue_until_user_message)())
"""Chainlit's decorator, typed: what is kept before the first message waits for it."""

_THREADS = (
    "SELECT t.*, u.identifier FROM threads t LEFT JOIN users u ON u.id = t.user WHERE t.id = ?"
)


class ChatStore(BaseDataLayer):
    """Chainlit's data layer over the file at `path`, which is made where it is missing.

    Args:
        path: of the file.
        forget: called with the id of a thread that is deleted, to delete the agent's too.

    Raises:
        DataError: the file can be neither read nor written, or was written by a newer version.
    """

    def __init__(self, path: Path, forget: Callable[[str], None] | None = None) -> None:
        self._forget = forget
        self._worker = ThreadPoolExecutor(1, "chat-store")
        self._connection = open_chat_file(path)
        self._deleted: set[str] = set()
        """Threads whose late steps, of a turn or a page that went on, are no longer kept."""
        self.shares = ShareLinks(path)

    async def _do(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Runs work as one transaction on the store's thread."""

        def transaction() -> _T:
            with self._connection:
                return work(self._connection)

        return await asyncio.get_running_loop().run_in_executor(self._worker, transaction)

    # -- users -----------------------------------------------------------------------------------

    async def get_user(self, identifier: str) -> PersistedUser | None:
        """A user that has been here before."""
        return await self._do(lambda db: _user(db, identifier))

    async def create_user(self, user: User) -> PersistedUser | None:
        """The user's record, made or brought up to date."""

        def work(db: sqlite3.Connection) -> PersistedUser | None:
            db.execute(
                "INSERT INTO users VALUES (?, ?, ?, ?) "
                "ON CONFLICT (identifier) DO UPDATE SET metadata = excluded.metadata",
                (str(uuid.uuid4()), user.identifier, now(), dump(user.metadata or {})),
            )
            return _user(db, user.identifier)

        return await self._do(work)

    async def settings(self, identifier: str) -> dict[str, Any]:
        """What a user chose in the settings panel last; empty where nothing was."""

        def work(db: sqlite3.Connection) -> dict[str, Any]:
            row = db.execute("SELECT json FROM settings WHERE user = ?", (identifier,)).fetchone()
            return {} if row is None else cast("dict[str, Any]", json.loads(row["json"]))

        return await self._do(work)

    async def keep_settings(self, identifier: str, chosen: dict[str, Any]) -> None:
        """Keeps a user's settings for this and later trips."""
        await self._do(
            lambda db: db.execute(
                "INSERT OR REPLACE INTO settings VALUES (?, ?)", (identifier, dump(chosen))
            )
        )

    # -- threads ---------------------------------------------------------------------------------

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """Makes a thread or changes what is given; metadata are merged, None takes a key away."""

        def work(db: sqlite3.Connection) -> None:
            if thread_id in self._deleted:
                return
            _ensure_thread(db, thread_id)
            row = db.execute("SELECT metadata FROM threads WHERE id = ?", (thread_id,)).fetchone()
            merged = {**json.loads(row["metadata"]), **(metadata or {})}
            kept = {key: value for key, value in merged.items() if value is not None}
            db.execute(
                "UPDATE threads SET name = coalesce(?, name), user = coalesce(?, user), "
                "tags = coalesce(?, tags), metadata = ? WHERE id = ?",
                (name, user_id, None if tags is None else dump(tags), dump(kept), thread_id),
            )

        await self._do(work)

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        """A thread with all that was shown in it."""

        def work(db: sqlite3.Connection) -> ThreadDict | None:
            row = db.execute(_THREADS, (thread_id,)).fetchone()
            if row is None:
                return None
            thread = _thread(row)
            feedbacks = {
                one["step"]: {**dict(one), "forId": one["step"]}
                for one in db.execute(
                    "SELECT f.* FROM feedbacks f JOIN steps s ON s.id = f.step WHERE s.thread = ?",
                    (thread_id,),
                )
            }
            steps = db.execute(
                "SELECT json FROM steps WHERE thread = ? ORDER BY created, rowid", (thread_id,)
            )
            for found in steps:
                step: StepDict = json.loads(found["json"])
                step["feedback"] = cast("Any", feedbacks.get(step["id"]))
                thread["steps"].append(step)
            elements = db.execute(
                "SELECT json FROM elements WHERE thread = ? ORDER BY rowid", (thread_id,)
            )
            thread["elements"] = [json.loads(found["json"]) for found in elements]
            return thread

        return await self._do(work)

    async def get_thread_author(self, thread_id: str) -> str:
        """Whose thread it is; empty, which Chainlit answers with 404, where it is nobody's."""
        row = await self._do(lambda db: db.execute(_THREADS, (thread_id,)).fetchone())
        return "" if row is None else str(row["identifier"] or "")

    async def delete_thread(self, thread_id: str) -> None:
        """Deletes a thread with all that belongs to it, the agent's side included."""

        def work(db: sqlite3.Connection) -> None:
            delete_thread(db, thread_id)
            self._deleted.add(thread_id)  # on this thread, so that nothing comes between

        await self._do(work)
        if self._forget is not None:
            await asyncio.to_thread(self._forget, thread_id)

    async def list_threads(
        self, pagination: Pagination, filters: ThreadFilter
    ) -> PaginatedResponse[ThreadDict]:
        """A page of a user's threads, the last used first, without what was said in them.

        Raises:
            ValueError: no user is named.
        """
        if not filters.userId:
            raise ValueError("userId is required")
        words = (filters.search or "").strip().lower()
        value = None if filters.feedback is None else int(filters.feedback)
        user = filters.userId
        rows = await self._do(lambda db: threads_of(db, user, words, value))
        ids = [row["id"] for row in rows]
        start = ids.index(pagination.cursor) + 1 if pagination.cursor in ids else 0
        page = rows[start : start + pagination.first]
        return PaginatedResponse(
            pageInfo=PageInfo(
                hasNextPage=len(rows) > start + pagination.first,
                startCursor=page[0]["id"] if page else None,
                endCursor=page[-1]["id"] if page else None,
            ),
            data=[_thread(row) for row in page],
        )

    # -- steps -----------------------------------------------------------------------------------

    @_once_begun
    async def create_step(self, step_dict: StepDict) -> None:
        """Keeps a step or message, over what was kept of it before."""
        given = {key: value for key, value in step_dict.items() if value is not None}

        def work(db: sqlite3.Connection) -> None:
            thread, id = str(given["threadId"]), str(given["id"])
            row = db.execute("SELECT thread, json FROM steps WHERE id = ?", (id,)).fetchone()
            if thread in self._deleted or (row and row["thread"] != thread):
                return
            _ensure_thread(db, thread)
            step = {**(json.loads(row["json"]) if row else {}), **given}
            db.execute(
                "INSERT INTO steps VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                "created = excluded.created, output = excluded.output, json = excluded.json",
                (id, thread, step.get("createdAt") or now(), step.get("output", ""), dump(step)),
            )

        await self._do(work)

    @_once_begun
    async def update_step(self, step_dict: StepDict) -> None:
        """As `create_step`."""
        await self.create_step(step_dict)

    @_once_begun
    async def delete_step(self, step_id: str) -> None:
        """Deletes a step with its elements."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM feedbacks WHERE step = ?", (step_id,))
            db.execute("DELETE FROM elements WHERE step = ?", (step_id,))
            db.execute("DELETE FROM steps WHERE id = ?", (step_id,))

        await self._do(work)

    async def get_favorite_steps(self, user_id: str) -> list[StepDict]:
        """None: favourites are off."""
        return []

    # -- elements --------------------------------------------------------------------------------

    @_once_begun
    async def create_element(self, element: Element) -> None:
        """Keeps an element: a board by its props, a file by its content."""
        kept = element.to_dict()
        kept["chainlitKey"] = None  # names a file of this session; it is gone after it
        if not isinstance(element, CustomElement):
            content = element.content or b""
            if element.path:
                content = await asyncio.to_thread(Path(element.path).read_bytes)
            raw = content.encode() if isinstance(content, str) else content
            mime = element.mime or "application/octet-stream"
            kept["url"] = element.url or f"data:{mime};base64,{base64.b64encode(raw).decode()}"

        def work(db: sqlite3.Connection) -> None:
            if element.thread_id not in self._deleted:
                db.execute(
                    "INSERT INTO elements VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                    "step = excluded.step, json = excluded.json WHERE thread = excluded.thread",
                    (element.id, element.thread_id, element.for_id, dump(kept)),
                )

        await self._do(work)

    async def get_element(self, thread_id: str, element_id: str) -> ElementDict | None:
        """One element of a thread."""
        row = await self._do(
            lambda db: db.execute(
                "SELECT json FROM elements WHERE thread = ? AND id = ?", (thread_id, element_id)
            ).fetchone()
        )
        return None if row is None else cast("ElementDict", json.loads(row["json"]))

    @_once_begun
    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        """Deletes an element; of the named thread alone, if one is named."""
        await self._do(
            lambda db: db.execute(
                "DELETE FROM elements WHERE id = ? AND thread = coalesce(?, thread)",
                (element_id, thread_id),
            )
        )

    async def thread_of_element(self, element_id: str) -> str | None:
        """The thread that holds an element."""
        row = await self._do(
            lambda db: db.execute(
                "SELECT thread FROM elements WHERE id = ?", (element_id,)
            ).fetchone()
        )
        return None if row is None else str(row["thread"])

    async def change_props(self, thread_id: str, element_id: str, props: dict[str, Any]) -> bool:
        """Gives a custom element of a thread other props; whether there is one of that id."""

        def work(db: sqlite3.Connection) -> bool:
            row = db.execute(
                "SELECT json FROM elements WHERE thread = ? AND id = ?", (thread_id, element_id)
            ).fetchone()
            kept = {} if row is None else json.loads(row["json"])
            if kept.get("type") != CustomElement.type:
                return False
            changed = dump({**kept, "props": props})
            db.execute("UPDATE elements SET json = ? WHERE id = ?", (changed, element_id))
            return True

        return await self._do(work)

    # -- feedback --------------------------------------------------------------------------------

    async def upsert_feedback(self, feedback: Feedback) -> str:
        """Keeps a thumb and what was said with it; returns its id."""
        id = feedback.id or str(uuid.uuid4())
        await self._do(
            lambda db: db.execute(
                "INSERT OR REPLACE INTO feedbacks VALUES (?, ?, ?, ?)",
                (id, feedback.forId, feedback.value, feedback.comment),
            )
        )
        return id

    async def delete_feedback(self, feedback_id: str) -> bool:
        """Takes a thumb back."""
        await self._do(lambda db: db.execute("DELETE FROM feedbacks WHERE id = ?", (feedback_id,)))
        return True

    async def author_of_step(self, step_id: str) -> str | None:
        """The identifier of the user in whose thread a step is; None where it is nobody's."""
        return await self._do(lambda db: author_of_step(db, step_id))

    async def author_of_feedback(self, feedback_id: str) -> str | None:
        """The identifier of the user who gave a thumb; None where there is none."""
        return await self._do(lambda db: author_of_feedback(db, feedback_id))

    # -- a user's own ----------------------------------------------------------------------------

    async def duplicate(self, thread_id: str, user_id: str, new_id: str) -> None:
        """Copies what the page shows of a thread: steps and elements with new ids, no thumbs.

        The copy is named as the original and " (copy)"; it is not shared. The agent's side is
        copied by `agent.checkpoints.ThreadSaver.copy`.

        Args:
            thread_id: of the thread to copy.
            user_id: whose it has to be: the user's id here, not the identifier.
            new_id: of the copy.

        Raises:
            ThreadError: the thread is not the user's, or there is one of the new id.
        """
        await self._do(lambda db: copy_thread(db, thread_id, user_id, new_id))

    async def has_thread(self, thread_id: str) -> bool:
        """Whether there is such a thread, whoever's it is."""
        row = await self._do(lambda db: db.execute(_THREADS, (thread_id,)).fetchone())
        return row is not None

    async def threads_of_user(self, user_id: str) -> list[str]:
        """The ids of all threads of a user, the last used first."""
        return await self._do(lambda db: [str(row["id"]) for row in threads_of(db, user_id)])

    async def feedback_of_user(self, user_id: str) -> list[dict[str, Any]]:
        """The thumbs that a user gave: thread, step, answer, value, comment."""
        return await self._do(lambda db: feedback_of(db, user_id))

    async def shares_of_user(self, user_id: str) -> list[dict[str, Any]]:
        """The links to a user's trips: thread, token, created."""
        return await self._do(lambda db: shares_of(db, user_id))

    async def delete_user(self, identifier: str) -> None:
        """Deletes a user's record; the threads, which are deleted before, are not looked at."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM settings WHERE user = ?", (identifier,))
            db.execute("DELETE FROM users WHERE identifier = ?", (identifier,))

        await self._do(work)

    # -- the rest --------------------------------------------------------------------------------

    async def build_debug_url(self) -> str:
        """There is none."""
        return ""

    async def close(self) -> None:
        """Closes the file after what is under way."""
        self.shares.close()
        await asyncio.get_running_loop().run_in_executor(self._worker, self._connection.close)
        self._worker.shutdown(wait=False)


def _ensure_thread(db: sqlite3.Connection, id: str) -> None:
    db.execute("INSERT OR IGNORE INTO threads VALUES (?, NULL, NULL, ?, '[]', '{}')", (id, now()))


def _user(db: sqlite3.Connection, identifier: str) -> PersistedUser | None:
    row = db.execute("SELECT * FROM users WHERE identifier = ?", (identifier,)).fetchone()
    if row is None:
        return None
    metadata = json.loads(row["metadata"])
    return PersistedUser(
        id=row["id"], identifier=identifier, createdAt=row["created"], metadata=metadata
    )


def _thread(row: sqlite3.Row) -> ThreadDict:
    return ThreadDict(
        id=row["id"],
        createdAt=row["created"],
        name=row["name"],
        userId=row["user"],
        userIdentifier=row["identifier"],
        tags=json.loads(row["tags"]),
        metadata=json.loads(row["metadata"]),
        steps=[],
        elements=[],
    )
