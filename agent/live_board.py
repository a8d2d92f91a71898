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
            link = None
            if what == "share":
                link = f"/trip/{await asyncio.to_thread(links.create, thread, user)}"
            else:
                await asyncio.to_thread(links.revoke, thread, user)
            await self._show_link(link)
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

    async def _show_link(self, link: str | None) -> None:
        """Keeps the link, or that there is none, with this page's board, and shows it there."""
        element = board_here()
        kept = element and await self.store.get_element(thread_here(), element)
        if kept:
            made = datetime.now(UTC).isoformat()
            await self._put(cast("Board", {**kept["props"], "shared": link, "made": made}))

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
        await self._put(board, here_too=here_too)
        return board

    async def _put(self, board: Board, *, here_too: bool = True) -> None:
        """Keeps a board instead of what it was, and shows it in the thread's tabs."""
        props = cast("dict[str, Any]", board)
        if not await self.store.change_props(thread_here(), board["element"], props):
            return  # a board of before this page's records; it is made anew on resume
        here = cl.context.session
        for session in [*ws_sessions_id.values()]:
            if session.thread_id == thread_here() and (here_too or session is not here):
                await session.emit("window_message", {"tripwright-board": board})


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
