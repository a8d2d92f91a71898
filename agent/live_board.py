# mypy: disallow-untyped-calls=False
# (Chainlit leaves most of its calls untyped)
"""The live board of a chat: made for this page's session, kept, and shown in its other tabs.

Everything here is for the session that Chainlit's context names.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

import chainlit as cl
from chainlit.session import ws_sessions_id

from agent.basemap import basemap_here
from agent.board import Beside, Board, board_of
from agent.board_questions import answer
from agent.chat_store import ChatStore
from agent.page_settings import PageSettings
from agent.session import Conversations
from agent.words import Words, words_for
from tools.gestures import ideas
from tools.trip import Itinerary, Violation

_SETTINGS, _BOARD = "page_settings", "board"
"""Of the page's session."""


@dataclass(frozen=True, slots=True)
class LiveBoard:
    """Boards over one agent and one store."""

    agent: Conversations
    store: ChatStore

    async def answer(self, what: str, given: Mapping[str, Any]) -> Any:
        """The answer to a question of the board's: `agent.board_questions`, and its link.

        Raises:
            InputError: it can't be answered; with one sentence.
            DataError: a damaged file.
        """
        agent, words = self.agent, words_here()
        if what in ("share", "unshare"):
            user, thread, links = user_here(), thread_here(), self.store.shares
            if what == "unshare":
                await asyncio.to_thread(links.revoke, thread, user)
                return {"link": None}
            return {"link": f"/trip/{await asyncio.to_thread(links.create, thread, user)}"}
        if what == "duplicate":
            return {"address": f"/thread/{await self._duplicate()}"}
        trip = await asyncio.to_thread(agent.trip, thread_here())
        return await asyncio.to_thread(answer, agent.services, trip, what, given, words)

    async def _duplicate(self) -> str:
        """Copies the thread, page and trip; the id of the copy."""
        user, thread, new = cl.context.session.user, thread_here(), str(uuid.uuid4())
        await self.store.duplicate(thread, str(getattr(user, "id", "")), new)
        await asyncio.to_thread(self.agent.copy, thread, new)
        return new

    async def board(
        self,
        itinerary: Itinerary,
        element: str = "",
        changes: Sequence[str] = (),
        violations: Sequence[Violation] = (),
    ) -> Board:
        """The board of this thread's trip."""
        agent, thread, user = self.agent, thread_here(), user_here()
        words = words_here()

        def make() -> Board:
            trip = agent.trip(thread)
            token = self.store.shares.token_of(thread, user)
            under = basemap_here()
            beside = Beside(
                element=element or str(uuid.uuid4()),
                undo=len(trip.past),
                redo=len(trip.future),
                ideas=ideas(agent.services, trip),
                shared=None if token is None else f"/trip/{token}",
                map=None if under is None else under.view,
            )
            return board_of(
                itinerary,
                made=datetime.now(UTC),
                violations=violations,
                changes=changes,
                words=words,
                beside=beside,
            )

        return await asyncio.to_thread(make)

    async def redrawn(
        self,
        element: str,
        itinerary: Itinerary | None,
        changes: Sequence[str] = (),
        *,
        here_too: bool = False,
    ) -> Board | None:
        """The board after a change: kept, and shown in the thread's other tabs, too.

        Args:
            element: of the page: which board.
            itinerary: the trip as it is now.
            changes: what was changed, a sentence each.
            here_too: whether this tab has to be told; one that acted gets the board as the answer.
        """
        if itinerary is None:
            return None
        board = await self.board(itinerary, element, changes)
        if not await self.store.change_props(thread_here(), element, cast("dict[str, Any]", board)):
            return board  # a board of before this page's records; it is made anew on resume
        here = cl.context.session
        for session in [*ws_sessions_id.values()]:
            if session.thread_id == thread_here() and (here_too or session is not here):
                await session.emit("window_message", {"tripwright-board": board})
        return board


def element_of(board: Board) -> cl.CustomElement:
    """The board as Chainlit sends it."""
    return cl.CustomElement(
        id=board["element"],
        name="TripBoard",
        props=cast("dict[str, Any]", board),
        display="inline",
    )


def remember_board(element: str | None) -> None:
    """Takes a board for this page's newest one."""
    cl.user_session.set(_BOARD, element)


def board_here() -> str | None:
    """The element of this page's newest board."""
    found = cl.user_session.get(_BOARD)
    return None if found is None else str(found)


def words_here() -> Words:
    """Of the language of this page, with money and ways as its settings want them."""
    return settings_here().shown_in(words_for(str(cl.context.session.language or "en")))


def settings_here() -> PageSettings:
    """Of this page."""
    found = cl.user_session.get(_SETTINGS)
    return found if isinstance(found, PageSettings) else PageSettings()


def use_settings(settings: PageSettings) -> None:
    """Takes them for this page."""
    cl.user_session.set(_SETTINGS, settings)


def user_here() -> str:
    """The identifier of who is logged in."""
    user = cl.context.session.user
    return "" if user is None else str(user.identifier)


def thread_here() -> str:
    """The id of the page's thread, and of the agent's."""
    return str(cl.context.session.thread_id)
