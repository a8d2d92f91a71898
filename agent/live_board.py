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
from agent.running import RunningTurns
from agent.session import Conversations
from agent.words import Words, words_for
from tools.errors import TravelError
from tools.gestures import ideas
from tools.trip import Itinerary

BOARD = "TripBoard"
"""The element's name."""
_SETTINGS = "page_settings"
"""Of the page's session."""


@dataclass(frozen=True, slots=True)
class LiveBoard:
    """Boards over one agent and one store."""

    agent: Conversations
    store: ChatStore
    running: RunningTurns

    async def answer(self, what: str, given: Mapping[str, Any]) -> Any:
        """The answer to a question of the board's: `agent.board_questions`, and its link.

        Raises:
            InputError: it can't be answered; with one sentence.
            DataError: a damaged file.
        """
        agent, words = self.agent, words_here()
        if what in ("share", "unshare"):
            user, thread, links = user_here(), thread_here(), self.store.shares
            link = None
            if what == "share":
                link = f"/trip/{await asyncio.to_thread(links.create, thread, user)}"
            else:
                await asyncio.to_thread(links.revoke, thread, user)
            itinerary = await asyncio.to_thread(agent.thread, thread)
            await self.redrawn(itinerary, here_too=True)
            return {"link": link}
        if what == "duplicate":
            return {"address": f"/thread/{await self._duplicate()}"}
        trip = await asyncio.to_thread(agent.trip, thread_here())
        return await asyncio.to_thread(answer, agent.services, trip, what, given, words)

    async def name_thread(self, board: Board) -> None:
        """Names the thread after its first trip, which says more than its first message."""
        name = f"{board['title']}, {board['days'][0]['label']}"
        await self.store.update_thread(thread_here(), name=name)
        # what the page's list of threads listens to
        told = {"interaction": name, "thread_id": thread_here()}
        await cl.context.emitter.emit("first_interaction", told)

    async def _duplicate(self) -> str:
        """Copies the thread, page and trip; the id of the copy."""
        user, thread, new = cl.context.session.user, thread_here(), str(uuid.uuid4())
        await self.running.over(thread)  # else the page's side would lack what the trip's holds
        await self.store.duplicate(thread, str(getattr(user, "id", "")), new)
        try:
            await asyncio.to_thread(self.agent.copy, thread, new)
        except TravelError:
            await self.store.delete_thread(new)
            raise
        return new

    async def board(
        self,
        itinerary: Itinerary,
        element: str = "",
        changes: Sequence[str] = (),
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
                changes=changes,
                words=words,
                beside=beside,
            )

        return await asyncio.to_thread(make)

    async def shown(self, itinerary: Itinerary, changes: Sequence[str] = ()) -> Board:
        """A new board for an answer; the thread's other tabs show the same on theirs."""
        board = await self.board(itinerary, changes=changes)
        if await self.store.newest_custom(thread_here(), BOARD) is None:
            await self.name_thread(board)
        await self.tell(board)
        return board

    async def redrawn(
        self,
        itinerary: Itinerary | None,
        changes: Sequence[str] = (),
        *,
        here_too: bool = False,
    ) -> Board | None:
        """The thread's newest board after a change: kept, and shown in the other tabs, too.

        Args:
            itinerary: the trip as it is now.
            changes: what was changed, a sentence each.
            here_too: whether this tab has to be told; one that acted gets the board as the answer.

        Returns:
            The board; None without a trip, or where the thread shows none yet.
        """
        kept = await self.store.newest_custom(thread_here(), BOARD)
        if itinerary is None or kept is None:
            return None
        board = await self.board(itinerary, str(kept.get("element", "")), changes)
        props = cast("dict[str, Any]", board)
        await self.store.change_props(thread_here(), board["element"], props)
        await self.tell(board, here_too=here_too)
        return board

    async def tell(self, board: Board, *, here_too: bool = False) -> None:
        """Shows a board in the thread's other tabs, instead of the newest that each has."""
        here = cl.context.session
        for session in [*ws_sessions_id.values()]:
            if session.thread_id == thread_here() and (here_too or session is not here):
                await session.emit("window_message", {"tripwright-board": board})


def element_of(board: Board) -> cl.CustomElement:
    """The board as Chainlit sends it."""
    return cl.CustomElement(
        id=board["element"],
        name=BOARD,
        props=cast("dict[str, Any]", board),
        display="inline",
    )


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
