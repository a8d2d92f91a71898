"""The turns that are under way in a chat, by thread: a page that comes back finds them here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from chainlit.types import ThreadDict

KEPT_SECONDS = 0.4
"""A turn counts as under way for so long after its end: Chainlit keeps what it shows without
waiting for it, and only what is kept can be shown again."""


class Page(Protocol):
    """What shows a page that something runs, and a thread; Chainlit's emitter."""

    async def task_start(self) -> Any:
        """Something runs: there is a button that stops it."""

    async def task_end(self) -> Any:
        """Nothing runs."""

    async def resume_thread(self, thread_dict: ThreadDict) -> Any:
        """Shows a thread in place of what was shown."""


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

    async def catch_up(
        self, thread: str, page: Page, read: Callable[[str], Awaitable[ThreadDict | None]]
    ) -> ThreadDict | None:
        """Shows a thread to a page that came back, when no turn of it is under way any more.

        Chainlit begins a turn some time after it has taken the message. What is said while the
        page is being filled is wiped off it, and its answer with it, which hangs below it; so the
        thread is read once more a while later, and shown anew where something has come.

        Args:
            thread: its id.
            page: where it is shown.
            read: gives the thread as it is kept, None where it is deleted.

        Returns:
            The thread as the page has it; None where it was deleted meanwhile.
        """
        while True:
            await page.task_start()
            await self.over(thread)
            kept = await read(thread)
            if kept is not None:
                if self.task(thread) is not None:
                    continue  # else what was just said would be wiped off the page
                await page.resume_thread(kept)
            await page.task_end()
            if kept is None:
                return None
            await asyncio.sleep(KEPT_SECONDS)
            if self.task(thread) is None:
                return kept

    def _end(self, thread: str, turn: _Turn) -> None:
        turns = self._turns[thread]
        turns.remove(turn)
        if not turns:
            del self._turns[thread]
        turn.over.set()
