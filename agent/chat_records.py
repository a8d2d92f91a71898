# mypy: disallow-subclassing-any=False
# (the checks skip Chainlit, whose own types do not hold)
"""What all parts of the chat's records share: the file, and the one thread that works on it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar, cast

from chainlit.data.base import BaseDataLayer
from chainlit.data.utils import queue_until_user_message

from agent.chat_file import open_chat_file

_T = TypeVar("_T")
_F = TypeVar("_F", bound=Callable[..., Any])

once_begun = cast("Callable[[_F], _F]", cast("Any", queue_until_user_message)())
"""Chainlit's decorator, typed: what is kept before the first message waits for it."""


class Records(BaseDataLayer):
    """A part of Chainlit's data layer over the file at `path`, which is made where it is missing.

    All statements run on one worker thread, hence in the order in which Chainlit asked for them.

    Raises:
        DataError: the file can be neither read nor written, or was written by a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._worker = ThreadPoolExecutor(1, "chat-store")
        self._connection = open_chat_file(path)
        self._deleted: set[str] = set()
        """Threads whose late steps, of a turn or a page that went on, are no longer kept."""

    async def _do(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Runs work as one transaction on the store's thread."""

        def transaction() -> _T:
            with self._connection:
                return work(self._connection)

        return await asyncio.get_running_loop().run_in_executor(self._worker, transaction)

    async def close(self) -> None:
        """Closes the file after what is under way."""
        await asyncio.get_running_loop().run_in_executor(self._worker, self._connection.close)
        self._worker.shutdown(wait=False)
