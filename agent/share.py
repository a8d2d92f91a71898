"""Links by which anybody can see a trip as it stands, without a login and without what was said.

A link holds 128 random bits. It stays the same while the trip is shared; taking it back, or
deleting the thread, ends it for good: sharing again makes another one.
"""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime
from pathlib import Path

from agent.chat_file import open_chat_file
from tools.errors import InputError
from tools.export import export
from tools.trip import Itinerary

_OWNED = "SELECT 1 FROM threads t JOIN users u ON u.id = t.user WHERE t.id = ? AND u.identifier = ?"


class ShareError(InputError):
    """The trip is not this user's to share."""


class ShareLinks:
    """The links that are kept in the chat's file at `path`. May be used from several threads.

    Users are named by their identifier, as `chainlit.User.identifier`.

    Raises:
        DataError: the file can be neither read nor written, or was written by a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._connection = open_chat_file(path)
        self._lock = threading.Lock()

    def create(self, thread: str, user: str) -> str:
        """The token of a thread's link, made where there is none.

        Raises:
            ShareError: the thread is not the user's, or not kept yet.
        """
        now = datetime.now(UTC).isoformat()
        with self._lock, self._connection as db:
            self._refuse_stranger(thread, user)
            db.execute(
                "INSERT OR IGNORE INTO shares VALUES (?, ?, ?)",
                (secrets.token_urlsafe(16), thread, now),
            )
            row = db.execute("SELECT token FROM shares WHERE thread = ?", (thread,)).fetchone()
        return str(row["token"])

    def token_of(self, thread: str, user: str) -> str | None:
        """The token of a thread that is shared; None for one that is not, or is not the user's."""
        with self._lock:
            row = self._connection.execute(
                "SELECT s.token FROM shares s JOIN threads t ON t.id = s.thread "
                "JOIN users u ON u.id = t.user WHERE t.id = ? AND u.identifier = ?",
                (thread, user),
            ).fetchone()
        return None if row is None else str(row["token"])

    def revoke(self, thread: str, user: str) -> bool:
        """Ends a thread's link; whether there was one.

        Raises:
            ShareError: the thread is not the user's.
        """
        with self._lock, self._connection as db:
            self._refuse_stranger(thread, user)
            return db.execute("DELETE FROM shares WHERE thread = ?", (thread,)).rowcount > 0

    def thread_of(self, token: str) -> str | None:
        """The thread that a link leads to; None where it leads nowhere."""
        with self._lock:
            row = self._connection.execute(
                "SELECT s.thread FROM shares s JOIN threads t ON t.id = s.thread WHERE s.token = ?",
                (token,),
            ).fetchone()
        return None if row is None else str(row["thread"])

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()

    def _refuse_stranger(self, thread: str, user: str) -> None:
        if self._connection.execute(_OWNED, (thread, user)).fetchone() is None:
            raise ShareError("Only whoever planned a trip can share it.")


def shared_page(itinerary: Itinerary) -> str:
    """The page that a link opens: the trip alone, as HTML that needs nothing from elsewhere."""
    return export(itinerary, "html").content.decode()
