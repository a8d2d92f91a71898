"""Where the chat's own records are kept: threads, messages and boards, in one SQLite file.

The trip itself lives in the agent's thread of the same id; this is what the page shows of it
again after a reload. Chainlit's `SQLAlchemyDataLayer` is not used: it needs SQLAlchemy, aiosqlite
and a cloud store for elements, loses threads with tags (Chainlit #2528) and gives `props` back as
text, which breaks elements on resume (#1799). Here a step and an element are the very JSON that
Chainlit sends to the page, so that what comes back is what was shown; files are kept as data URLs.

Ids of steps and elements come from browsers: nothing that names another thread than it did before
is kept, and `author_of_step` and the like let `agent.chat_routes` refuse what Chainlit lets pass.

Threads, steps and thumbs are here; `chat_users` and `chat_elements` are the other parts of it.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from chainlit.step import StepDict
from chainlit.types import (
    Feedback,
    PageInfo,
    PaginatedResponse,
    Pagination,
    ThreadDict,
    ThreadFilter,
)

from agent.chat_elements import ElementRecords
from agent.chat_queries import (
    author_of_feedback,
    author_of_step,
    copy_thread,
    delete_thread,
    dump,
    now,
    threads_of,
)
from agent.chat_records import once_begun
from agent.chat_users import UserRecords
from agent.share import ShareLinks
from tools.names import fold

_THREADS = (
    "SELECT t.*, u.identifier FROM threads t LEFT JOIN users u ON u.id = t.user WHERE t.id = ?"
)


class ChatStore(UserRecords, ElementRecords):
    """Chainlit's data layer over the file at `path`, which is made where it is missing.

    Args:
        path: of the file.
        forget: called with the id of a thread that is deleted, to delete the agent's too.

    Raises:
        DataError: the file can be neither read nor written, or was written by a newer version.
    """

    def __init__(self, path: Path, forget: Callable[[str], None] | None = None) -> None:
        super().__init__(path)
        self._forget = forget
        self.shares = ShareLinks(path)

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
        search = (filters.search or "").strip()
        words = fold(search) or search  # a lone sign finds nothing, not everything
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

    @once_begun
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

    @once_begun
    async def update_step(self, step_dict: StepDict) -> None:
        """As `create_step`."""
        await self.create_step(step_dict)

    @once_begun
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

    # -- copies ----------------------------------------------------------------------------------

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

    # -- the rest --------------------------------------------------------------------------------

    async def build_debug_url(self) -> str:
        """There is none."""
        return ""

    async def close(self) -> None:
        """Closes the file after what is under way."""
        self.shares.close()
        await super().close()


def _ensure_thread(db: sqlite3.Connection, id: str) -> None:
    db.execute("INSERT OR IGNORE INTO threads VALUES (?, NULL, NULL, ?, '[]', '{}')", (id, now()))


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
