"""What a page shows beside its messages: boards by their props, files by their content."""

from __future__ import annotations

import asyncio
import base64
import json
import sqlite3
from pathlib import Path
from typing import Any, cast

from chainlit.element import CustomElement, Element, ElementDict, TaskList

from agent.chat_queries import dump
from agent.chat_records import Records, once_begun


class ElementRecords(Records):
    """The elements' part of the chat's records."""

    @once_begun
    async def create_element(self, element: Element) -> None:
        """Keeps an element: a board by its props, a file by its content.

        The list of what a turn does (`agent/chat_tasks.py`) is of the moment, and is not kept.
        """
        if isinstance(element, TaskList):
            return
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

    @once_begun
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

    async def newest_custom(self, thread_id: str, name: str) -> dict[str, Any] | None:
        """The props of a thread's newest custom element of a name, by their `made`."""
        rows = await self._do(
            lambda db: db.execute(
                "SELECT json FROM elements WHERE thread = ?", (thread_id,)
            ).fetchall()
        )
        kept = (json.loads(row["json"]) for row in rows)
        props = [
            cast("dict[str, Any]", one["props"])
            for one in kept
            if one.get("type") == CustomElement.type and one.get("name") == name
        ]
        return max(props, key=lambda one: str(one.get("made", "")), default=None)

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
