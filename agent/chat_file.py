"""The SQLite file of the chat's records: its tables, and what happens to a damaged one."""

from __future__ import annotations

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from tools.errors import DataError
from tools.names import fold

_LOG = logging.getLogger(__name__)
_BUSY_SECONDS = 30.0

_FIRST = (
    "CREATE TABLE users (id TEXT PRIMARY KEY, identifier TEXT NOT NULL UNIQUE, "
    "created TEXT NOT NULL, metadata TEXT NOT NULL)",
    "CREATE TABLE threads (id TEXT PRIMARY KEY, user TEXT REFERENCES users (id), name TEXT, "
    "created TEXT NOT NULL, tags TEXT NOT NULL, metadata TEXT NOT NULL)",
    "CREATE INDEX threads_of_user ON threads (user)",
    "CREATE TABLE steps (id TEXT PRIMARY KEY, thread TEXT NOT NULL, created TEXT NOT NULL, "
    "output TEXT NOT NULL, json TEXT NOT NULL)",
    "CREATE INDEX steps_of_thread ON steps (thread, created)",
    "CREATE TABLE elements (id TEXT PRIMARY KEY, thread TEXT NOT NULL, step TEXT, "
    "json TEXT NOT NULL)",
    "CREATE INDEX elements_of_thread ON elements (thread)",
    "CREATE INDEX elements_of_step ON elements (step)",
    "CREATE TABLE feedbacks (id TEXT PRIMARY KEY, step TEXT NOT NULL UNIQUE, "
    "value INTEGER NOT NULL, comment TEXT)",
)
_SHARES = (
    "CREATE TABLE shares (token TEXT PRIMARY KEY, thread TEXT NOT NULL UNIQUE, "
    "created TEXT NOT NULL)",
)
_SETTINGS = ("CREATE TABLE settings (user TEXT PRIMARY KEY, json TEXT NOT NULL)",)
_VERSIONS = (_FIRST, _SHARES, _SETTINGS)
"""What each version of the tables adds to the one before."""
SCHEMA_VERSION = len(_VERSIONS)


def open_chat_file(path: Path) -> sqlite3.Connection:
    """The file, made where it is missing; a damaged one is set aside and a new one begun.

    Raises:
        DataError: the file can be neither read nor written, or was written by a newer version.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _prepared(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}")
            path.rename(aside)
            for ending in ("-wal", "-shm"):  # they belong to the damaged file
                path.with_name(path.name + ending).unlink(missing_ok=True)
            _LOG.warning("The chat's file was damaged (%s); it was set aside as %s.", error, aside)
            return _prepared(path)
    except (OSError, sqlite3.Error) as error:
        raise DataError(f"The chat can't be kept in {path}: {error}.") from error


def _prepared(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    # not the cached one, which would keep every answer in memory
    connection.create_function("folded", 1, fold.__wrapped__, deterministic=True)
    try:
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("it fails SQLite's check")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is not left in free pages
        with connection:
            connection.execute("BEGIN IMMEDIATE")  # of two that start at once one makes the tables
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > SCHEMA_VERSION:
                raise DataError(
                    f"{path} was written by a newer Tripwright (its tables are version {version}, "
                    f"this one knows {SCHEMA_VERSION}); use that one, or another TRIPWRIGHT_HOME."
                )
            for statements in _VERSIONS[version:]:
                for statement in statements:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection
