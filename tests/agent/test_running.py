"""A page that comes back in the middle of a turn is shown all that was said, also just now."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
from chainlit.types import ThreadDict

from agent import running
from agent.running import RunningTurns

ID = "thread"


class Chat:
    """A thread as it is kept, and a page that shows it; Chainlit's emitter for `catch_up`."""

    def __init__(self) -> None:
        self.turns = RunningTurns()
        self.said: list[str] = []
        self.shown: list[str] = []
        self.runs = False
        self.while_shown: str | None = None
        self.background: list[asyncio.Task[None]] = []

    async def turn(self, words: str, seconds: float) -> None:
        """What is said is kept when its turn is over."""
        with self.turns.under_way(ID):
            await asyncio.sleep(seconds)
            self.said.append(words)

    def begin(self, words: str, *, after: float = 0, seconds: float = 0.02) -> None:
        """Begins a turn in the background."""

        async def late() -> None:
            await asyncio.sleep(after)
            await self.turn(words, seconds)

        self.background.append(asyncio.create_task(late()))

    async def read(self, id: str) -> ThreadDict | None:
        """The thread as it is kept."""
        return None if id != ID else cast("ThreadDict", {"id": id, "steps": [*self.said]})

    async def task_start(self) -> None:
        """The page says that something runs."""
        self.runs = True

    async def task_end(self) -> None:
        """The page says that nothing runs."""
        self.runs = False

    async def resume_thread(self, thread_dict: ThreadDict) -> None:
        """The page shows what is kept, and meanwhile something is said."""
        self.shown = cast("Any", thread_dict["steps"])
        if self.while_shown is not None:  # taken by Chainlit, its turn begins in a moment
            self.begin(self.while_shown, after=0.05)
            self.while_shown = None


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Chat:
    monkeypatch.setattr(running, "KEPT_SECONDS", 0.1)
    return Chat()


async def test_a_turn_is_shown_when_it_is_over(chat: Chat) -> None:
    chat.begin("one", seconds=0.2)
    await asyncio.sleep(0.01)
    catching_up = asyncio.create_task(chat.turns.catch_up(ID, chat, chat.read))
    await asyncio.sleep(0.05)
    assert chat.runs and chat.shown == [], "nothing is shown before the turn is over"
    assert await catching_up == {"id": ID, "steps": ["one"]}
    assert chat.shown == ["one"] and not chat.runs


async def test_what_is_said_while_the_page_is_filled_is_shown_too(chat: Chat) -> None:
    chat.begin("one")
    await asyncio.sleep(0.01)
    chat.while_shown = "two"
    await chat.turns.catch_up(ID, chat, chat.read)
    assert chat.shown == ["one", "two"] and not chat.runs


async def test_turns_that_wait_for_each_other_are_shown_together(chat: Chat) -> None:
    chat.begin("one")
    chat.begin("two", seconds=0.3)
    await asyncio.sleep(0.01)
    await chat.turns.catch_up(ID, chat, chat.read)
    assert chat.shown == ["one", "two"] and not chat.runs


async def test_a_thread_that_is_gone_is_not_shown(chat: Chat) -> None:
    assert await chat.turns.catch_up("deleted", chat, chat.read) is None
    assert chat.shown == [] and not chat.runs
