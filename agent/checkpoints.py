"""Where threads are kept: one SQLite file, written once a turn.

The graph runs with `durability="exit"`: a turn's state is written when the turn is over, so that a
killed process leaves the thread as it was before the message. What a turn that failed half-way
wrote all the same is forgotten again by `forget_after`.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.sqlite import SqliteSaver

from tools.errors import DataError

_LOG = logging.getLogger(__name__)
_BUSY_SECONDS = 30.0
"""How long to wait for another process that writes."""

KEPT = 2
"""Checkpoints of a thread that are kept: each holds the whole state, `past` included."""


class ThreadSaver(SqliteSaver):
    """LangGraph's SQLite saver, also for asyncio, with what a session needs to mend a thread."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        super().__init__(connection)
        self.path = path
        """Names the file among all savers of this process; ":memory:" ones by their identity."""

    def close(self) -> None:
        """Closes the file."""
        with self.lock:
            self.conn.close()

    def threads(self) -> tuple[str, ...]:
        """Ids of all threads, the last used first."""
        with self.cursor(transaction=False) as cursor:
            rows = cursor.execute(
                "SELECT thread_id FROM checkpoints WHERE checkpoint_ns = '' "
                "GROUP BY thread_id ORDER BY MAX(checkpoint_id) DESC"
            ).fetchall()
        return tuple(str(row[0]) for row in rows)

    def mend(self, thread: str) -> CheckpointTuple | None:
        """The thread's newest finished checkpoint, after forgetting all that came later.

        A killed turn may have left a question without an answer, or calls without results.
        """
        found = None
        newest = True
        for one in self.list(_config(thread)):
            if _is_finished(one):
                found = one
                break
            newest = False
        if not newest:
            self.forget_after(thread, None if found is None else _id(found))
        return found

    def forget_after(self, thread: str, checkpoint_id: str | None) -> None:
        """Removes what was written after a checkpoint; all of the thread when that is None."""
        after = checkpoint_id or ""  # ids are ordered by time
        with self.cursor() as cursor:
            for table in ("checkpoints", "writes"):
                cursor.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id > ?",
                    (thread, after),
                )

    def forget_old(self, thread: str) -> None:
        """Removes all but the newest `KEPT` checkpoints of a thread."""
        with self.cursor() as cursor:
            rows = cursor.execute(
                "SELECT checkpoint_id FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = '' "
                "ORDER BY checkpoint_id DESC LIMIT ?",
                (thread, KEPT),
            ).fetchall()
            if len(rows) < KEPT:
                return
            for table in ("checkpoints", "writes"):
                cursor.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id < ?",
                    (thread, rows[-1][0]),
                )

    def copy(self, old: str, new: str) -> bool:
        """Copies a thread's newest finished checkpoint to a new thread; whether there was one.

        Raises:
            ValueError: there is a thread `new`.
        """
        found = next((one for one in self.list(_config(old)) if _is_finished(one)), None)
        if found is None:
            return False
        with self.cursor() as cursor:
            taken = cursor.execute("SELECT 1 FROM checkpoints WHERE thread_id = ?", (new,))
            if taken.fetchone():
                raise ValueError(f"a thread {new!r} exists")
            cursor.execute(
                "INSERT INTO checkpoints (thread_id, checkpoint_ns, checkpoint_id, type, "
                "checkpoint, metadata) SELECT ?, checkpoint_ns, checkpoint_id, type, checkpoint, "
                "metadata FROM checkpoints "
                "WHERE thread_id = ? AND checkpoint_ns = '' AND checkpoint_id = ?",
                (new, old, _id(found)),
            )
        return True

    # -- for asyncio: SQLite waits for nothing but the disk, so a worker thread will do ---------

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """As `get_tuple`."""
        return await asyncio.to_thread(self.get_tuple, config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """As `list`."""

        def read() -> list[CheckpointTuple]:
            rows: Iterator[CheckpointTuple] = self.list(
                config, filter=filter, before=before, limit=limit
            )
            return [*rows]

        for one in await asyncio.to_thread(read):
            yield one

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """As `put`."""
        return await asyncio.to_thread(self.put, config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self,
        config: RunnableConfig,
        writes: Sequence[tuple[str, Any]],
        task_id: str,
        task_path: str = "",
    ) -> None:
        """As `put_writes`."""
        await asyncio.to_thread(self.put_writes, config, writes, task_id, task_path)

    async def adelete_thread(self, thread_id: str) -> None:
        """As `delete_thread`."""
        await asyncio.to_thread(self.delete_thread, thread_id)


def open_checkpoints(path: Path | None) -> ThreadSaver:
    """The threads in a file; in memory for None. A damaged file is set aside and a new one begun.

    Raises:
        DataError: the file can be neither read nor written.
    """
    if path is None:
        saver = ThreadSaver(sqlite3.connect(":memory:", check_same_thread=False), "")
        saver.path = f":memory:{id(saver)}"
        saver.setup()
        return saver
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _open(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            aside = _set_aside(path)
            _LOG.warning(
                "The file of conversations was damaged (%s); it was set aside as %s and a new one "
                "begun.",
                error,
                aside,
            )
            return _open(path)
    except (OSError, sqlite3.Error) as error:
        raise DataError(f"Conversations can't be kept in {path}: {error}.") from error


def _open(path: Path) -> ThreadSaver:
    connection = sqlite3.connect(path, check_same_thread=False, timeout=_BUSY_SECONDS)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found[0] != "ok":
            raise sqlite3.DatabaseError(str(found[0]).splitlines()[0])
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is not left in free pages
        saver = ThreadSaver(connection, str(path.resolve()))
        saver.setup()
    except BaseException:
        connection.close()
        raise
    return saver


def _set_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    path.rename(aside)
    for ending in ("-wal", "-shm"):  # they belong to the damaged file
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return aside


def _config(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": ""}}


def _id(one: CheckpointTuple) -> str:
    return str(one.checkpoint["id"])


def _is_finished(one: CheckpointTuple) -> bool:
    messages = one.checkpoint["channel_values"].get("messages") or ()
    last = messages[-1] if messages else None
    return isinstance(last, AIMessage) and not last.tool_calls
