"""What belongs to a user of the chat: the record, settings, what else is theirs, and its end."""

from __future__ import annotations

import json
import sqlite3
import uuid
from typing import Any, cast

from chainlit.user import PersistedUser, User

from agent.chat_queries import dump, feedback_of, now, shares_of, threads_of
from agent.chat_records import Records


class UserRecords(Records):
    """The users' part of the chat's records.

    Settings and the end of a record go by a user's identifier, as `chainlit.User.identifier`;
    threads, thumbs and links by the id that the record has here.
    """

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

    async def threads_of_user(self, user_id: str) -> list[str]:
        """The ids of all threads of a user, the last used first."""
        return await self._do(lambda db: [str(row["id"]) for row in threads_of(db, user_id)])

    async def feedback_of_user(self, user_id: str) -> list[dict[str, Any]]:
        """The thumbs that a user gave: thread, step, answer, value, comment."""
        return await self._do(lambda db: feedback_of(db, user_id))

    async def shares_of_user(self, user_id: str) -> list[dict[str, Any]]:
        """The links to a user's trips: thread, name, token, created."""
        return await self._do(lambda db: shares_of(db, user_id))

    async def delete_user(self, identifier: str) -> None:
        """Deletes a user's record; the threads, which are deleted before, are not looked at."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM settings WHERE user = ?", (identifier,))
            db.execute("DELETE FROM users WHERE identifier = ?", (identifier,))

        await self._do(work)


def _user(db: sqlite3.Connection, identifier: str) -> PersistedUser | None:
    row = db.execute("SELECT * FROM users WHERE identifier = ?", (identifier,)).fetchone()
    if row is None:
        return None
    metadata = json.loads(row["metadata"])
    return PersistedUser(
        id=row["id"], identifier=identifier, createdAt=row["created"], metadata=metadata
    )
