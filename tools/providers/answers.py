"""Answers of live services, kept in a SQLite file until they expire."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

FILE_NAME = "providers.sqlite"
MOST_ANSWERS = 20_000
"""Rows that are kept; beyond, those that expire first go."""

DAY = 24 * 3600.0

_log = logging.getLogger(__name__)
# A crash may cost the last answers, which can be asked for again: no waiting for the disk.
_SCHEMA = """
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, body TEXT NOT NULL, expires REAL NOT NULL)
WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answer_expires ON answer (expires);
"""


class AnswerCache:
    """Texts by key. Several threads may use it, and several processes the file.

    A cache never breaks a turn: a damaged file is replaced, and where no file can be written
    answers are kept in memory.

    Args:
        path: the file, or None to keep answers in memory alone.
        clock: seconds since the epoch.
    """

    def __init__(self, path: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._connection = self._open()
        self._run("DELETE FROM answer WHERE expires <= ?", clock())

    def get(self, key: str) -> str | None:
        """The text that was put, unless it has expired."""
        rows = self._run(
            "SELECT body FROM answer WHERE key = ? AND expires > ?", key, self._clock()
        )
        return str(rows[0][0]) if rows else None

    def put(self, key: str, body: str, seconds: float) -> None:
        """Keeps a text for so many seconds; a present one is replaced."""
        self.put_all({key: body}, seconds)

    def put_all(self, bodies: Mapping[str, str], seconds: float) -> None:
        """As `put`, for many at once."""
        until = self._clock() + seconds
        self._many([(key, body, until) for key, body in bodies.items()])
        self._run(
            "DELETE FROM answer WHERE key IN (SELECT key FROM answer ORDER BY expires "
            "LIMIT max(0, (SELECT count(*) FROM answer) - ?))",
            MOST_ANSWERS,
        )

    def drop(self, key: str) -> None:
        """Forgets a text."""
        self._run("DELETE FROM answer WHERE key = ?", key)

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()

    def _run(self, sql: str, *values: str | float) -> list[tuple[object, ...]]:
        return self._safely(lambda: self._connection.execute(sql, values).fetchall())

    def _many(self, rows: Sequence[tuple[str, str, float]]) -> None:
        sql = "REPLACE INTO answer VALUES (?, ?, ?)"
        self._safely(lambda: self._connection.executemany(sql, rows).fetchall())

    def _safely(self, work: Callable[[], list[tuple[object, ...]]]) -> list[tuple[object, ...]]:
        """What the work gives, in one transaction; nothing when the file is of no use."""
        with self._lock:
            try:
                with self._connection:
                    return work()
            except sqlite3.ProgrammingError:  # a bug here, or a closed cache
                raise
            except sqlite3.OperationalError as error:  # locked by another process, disk full
                _log.warning("The answers of live services can't be kept: %s", error)
            except sqlite3.DatabaseError as error:
                _log.warning("%s is damaged (%s) and begun anew.", self._path, error)
                self._connection.close()
                if self._path is not None:
                    with suppress(OSError):
                        self._path.unlink()
                self._connection = self._open()
            return []

    def _open(self) -> sqlite3.Connection:
        for attempt in (self._path, self._path, None):
            if attempt is None:
                break
            try:
                attempt.parent.mkdir(parents=True, exist_ok=True)
                return _connect(str(attempt))
            except (OSError, sqlite3.OperationalError) as error:
                _log.warning("%s can't be written: %s", attempt, error)
                break
            except sqlite3.DatabaseError:  # no database at all: replaced, then tried once more
                with suppress(OSError):
                    attempt.unlink()
        return _connect(":memory:")


def _connect(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, check_same_thread=False, timeout=2)
    try:
        connection.executescript(_SCHEMA)
    except BaseException:
        connection.close()
        raise
    return connection
