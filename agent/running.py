"""The turns that are under way in a chat, by thread: a page that comes back finds them here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

KEPT_SECONDS = 0.4
"""A turn counts as under way for so long after its end: Chainlit keeps what it shows without
waiting for it, and only what is kept can be shown again."""


@dataclass(eq=False, slots=True)
class _Turn:
    task: asyncio.Task[Any] | None
    over: asyncio.Event = field(default_factory=asyncio.Event)


class RunningTurns:
    """Which turns are under way; for one event loop."""

    def __init__(self) -> None:
        self._turns: dict[str, list[_Turn]] = {}

    @contextmanager
    def under_way(self, thread: str) -> Iterator[None]:
        """What runs in this task is a turn of the thread."""
        turn = _Turn(asyncio.current_task())
        self._turns.setdefault(thread, []).append(turn)
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(KEPT_SECONDS, self._end, thread, turn)

    def task(self, thread: str) -> asyncio.Task[Any] | None:
        """The task of the turn that is under way, the first where several wait; None without."""
        turns = self._turns.get(thread)
        return turns[0].task if turns else None

    async def over(self, thread: str) -> None:
        """Waits until no turn of the thread is under way, and what they showed is kept."""
        while turns := self._turns.get(thread):
            await turns[0].over.wait()

    def _end(self, thread: str, turn: _Turn) -> None:
        turns = self._turns[thread]
        turns.remove(turn)
        if not turns:
            del self._turns[thread]
        turn.over.set()
