# mypy: disallow-untyped-calls=False
# (Chainlit leaves most of its calls untyped)
"""The list of what a long turn does: what is done, what runs, what is still to come.

Most turns are over in a second, and steps show what they do. A list beside the chat would only
flicker then; it comes when a turn has taken `AFTER_SECONDS` and goes when the turn ends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import chainlit as cl

from agent.words import Words

_LOG = logging.getLogger(__name__)
AFTER_SECONDS = 2.5
"""From a turn's beginning to its list."""


class LongWork:
    """The list of one turn.

    Args:
        words: of the page's language.
    """

    def __init__(self, words: Words) -> None:
        self._list = cl.TaskList(status=words.text("tasks.status"))
        self._reading = cl.Task(words.text("tasks.understand"), cl.TaskStatus.RUNNING)
        self._writing = cl.Task(words.text("tasks.write"))
        self._calls: dict[str, cl.Task] = {}
        self._waiting: asyncio.Task[None] | None = None
        self._shown = False

    def begin(self) -> None:
        """The turn begins; the list waits for its time."""
        self._waiting = asyncio.create_task(self._show_later())

    async def started(self, call: str, title: str) -> None:
        """A tool runs from now on; `call` names it in `finished`."""
        self._reading.status = cl.TaskStatus.DONE
        self._calls[call] = cl.Task(title, cl.TaskStatus.RUNNING)
        await self._draw()

    async def finished(self, call: str, *, well: bool) -> None:
        """A tool is done."""
        self._calls[call].status = cl.TaskStatus.DONE if well else cl.TaskStatus.FAILED
        await self._draw()

    async def writes(self) -> None:
        """The answer begins."""
        if self._writing.status is not cl.TaskStatus.RUNNING:
            self._reading.status = cl.TaskStatus.DONE
            self._writing.status = cl.TaskStatus.RUNNING
            await self._draw()

    async def end(self) -> None:
        """The turn is over, however it ended: the list goes, or does not come any more."""
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.wait({self._waiting})  # unlike awaiting it, this raises nothing of it
        if self._shown:
            self._shown = False
            await self._quietly(self._list.remove())

    async def _show_later(self) -> None:
        await asyncio.sleep(AFTER_SECONDS)
        self._shown = True
        await self._draw()

    async def _draw(self) -> None:
        if self._shown:
            self._list.tasks = [self._reading, *self._calls.values(), self._writing]
            await self._quietly(self._list.send())

    async def _quietly(self, drawing: Coroutine[Any, Any, None]) -> None:
        """A list that can't be drawn (its page has gone) is no reason to break a turn off."""
        try:
            await drawing
        except Exception:
            _LOG.warning("The list of what is done could not be drawn.", exc_info=True)
