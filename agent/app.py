# mypy: disallow-untyped-calls=False, disallow-untyped-decorators=False
# (Chainlit types neither its decorators nor most of its calls)
"""The chat's page: Chainlit callbacks, nothing else.

Chainlit executes this file under its own name (`agent/serve.py`): never import it. A Chainlit
thread and the agent's thread have the same id.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import chainlit as cl
from chainlit.data.base import BaseDataLayer
from chainlit.types import ThreadDict

from agent import TravelAgent
from agent.board import VERSION, fingerprint
from agent.chat_settings import show_settings
from agent.chat_store import ChatStore
from agent.chat_turn import SAY, Turn, apply_settings, open_file
from agent.chat_web import (
    LOCAL_USER,
    log_in_by_password,
    log_in_by_provider,
    logs_itself_in,
    password,
    providers,
    secure,
)
from agent.errors import StaleTripError
from agent.help_page import speak_the_readers_language
from agent.live_board import (
    LiveBoard,
    element_of,
    remember_board,
    settings_here,
    thread_here,
    use_settings,
    user_here,
    words_here,
)
from agent.page_settings import PageSettings, read_settings
from agent.starters import STARTERS
from agent.words import words_for
from tools.actions.preferences import Preferences, preferences_of
from tools.errors import TravelError
from tools.paths import cache_directory

_LOG = logging.getLogger(__name__)
_TO_APPLY = "settings_to_apply"
"""Of the page's session: whether its settings wait for the first message."""


@cache
def travel_agent() -> TravelAgent:
    """The one agent of this process."""
    return TravelAgent()


secure(travel_agent)
speak_the_readers_language()


@cl.on_app_startup
async def start() -> None:
    """Opens model, places and threads before the first page is served."""
    try:
        await asyncio.to_thread(travel_agent)
        store()
    except TravelError as error:
        print(f"tripwright: {error}", file=sys.stderr, flush=True)
        raise SystemExit(2) from None  # Chainlit swallows every Exception here and serves on


@cl.on_app_shutdown
async def end() -> None:
    """Stops what runs and closes the files."""
    if travel_agent.cache_info().currsize:
        await asyncio.to_thread(travel_agent().close)


@cache
def store() -> ChatStore:
    """Where the page's records are kept."""
    return ChatStore(cache_directory() / "chat.sqlite", forget=travel_agent().forget)


@cache
def live() -> LiveBoard:
    """What the trip's board is made with."""
    return LiveBoard(travel_agent(), store())


@cl.data_layer
def data_layer() -> BaseDataLayer:
    """Chainlit's question where to keep things."""
    return store()


if password():

    @cl.password_auth_callback
    async def log_in(username: str, given: str) -> cl.User | None:
        """The login that a server beyond loopback asks for: any name, `TRIPWRIGHT_PASSWORD`."""
        return log_in_by_password(username, given)


if providers():
    cl.oauth_callback(log_in_by_provider)

if logs_itself_in():

    @cl.header_auth_callback
    async def log_in_here(headers: Mapping[str, str]) -> cl.User | None:
        """On loopback whoever sits at the machine is the one user; no login is seen."""
        return cl.User(identifier=LOCAL_USER)


@cl.set_starter_categories
async def starters(
    user: cl.User | None, language: str | None = None, profile: str | None = None
) -> list[cl.StarterCategory]:
    """What one can click instead of typing."""
    words = words_for(language or "en")
    return [
        cl.StarterCategory(
            label=words.text(f"starters.{group.name}"),
            icon=f"/public/starters/{group.name}.svg",
            starters=[
                cl.Starter(label=words.text(f"starter.{name}"), message=message)
                for name, message in group.messages
            ],
        )
        for group in STARTERS
    ]


@cl.on_chat_start
async def on_chat_start() -> None:
    """A new thread; the starters say what can be done."""
    kept = await store().settings(user_here())
    settings = read_settings(kept) if kept else PageSettings()
    use_settings(settings)
    cl.user_session.set(_TO_APPLY, settings.preferences != Preferences())
    await show_settings(settings, words_here())


@cl.on_settings_update
async def on_settings_update(chosen: dict[str, Any]) -> None:
    """What the panel says now: kept for later trips, and this one is changed to fit it."""
    try:
        settings = read_settings(chosen)
    except TravelError as error:
        await cl.Message(str(error)).send()
        return
    use_settings(settings)
    await store().keep_settings(user_here(), settings.to_json())
    await apply_settings(live(), settings)


@cl.on_message
async def on_message(message: cl.Message) -> None:
    """Answers a message, showing what happens as it happens."""
    if cl.user_session.get(_TO_APPLY):
        cl.user_session.set(_TO_APPLY, False)
        await apply_settings(live(), settings_here())
    if message.elements:
        await open_file(live(), message)
        if not message.content.strip():
            return
    turn = Turn(live())
    # on a narrow screen Chainlit leaves the address at "/": public/tripwright.js puts this there
    await cl.send_window_message({"tripwright-thread": thread_here()})
    try:
        async for event in travel_agent().astream(message.content, thread=thread_here()):
            await turn.show(event)
    except asyncio.CancelledError:
        await turn.drop()
        raise
    except Exception:  # the door: a bug is logged with its trace and told as one sentence
        _LOG.exception("a turn failed")
        await turn.fail(words_here().text("broken"))


@cl.action_callback(SAY)
async def on_quick_reply(action: cl.Action) -> None:
    """A quick reply is said as if it had been typed."""
    words = str(action.payload.get("message", ""))
    said = cl.Message(words, type="user_message", author=user_here())
    await said.send()
    await on_message(said)


@cl.on_stop
async def on_stop() -> None:
    """Stops the engine too, and says so in our words instead of Chainlit's."""
    travel_agent().cancel(thread_here())
    for said in reversed(cl.chat_context.get()):
        if said.content == "Task manually stopped.":
            said.content = words_here().text("stopped_unchanged")
            await said.update()
            break


@cl.on_chat_resume
async def on_chat_resume(thread: ThreadDict) -> None:
    """Shows the board as the agent knows the trip, also where the page's record lacks it."""
    kept = read_settings(await store().settings(user_here()))
    try:
        trip = await asyncio.to_thread(travel_agent().trip, thread["id"])
    except TravelError as error:
        _LOG.warning("The trip of thread %s can't be shown: %s", thread["id"], error)
        return
    settings = replace(kept, preferences=preferences_of(trip))
    use_settings(settings)
    await show_settings(settings, words_here())
    itinerary = trip.itinerary
    if itinerary is None:
        return
    elements: list[Any] = thread.get("elements") or []
    boards = [e for e in elements if e.get("type") == "custom" and e.get("name") == "TripBoard"]
    props: list[dict[str, Any]] = [e["props"] for e in boards]
    newest = max(props, key=lambda one: str(one.get("made", "")), default={})
    of_now = newest.get("fingerprint") == fingerprint(itinerary)
    remember_board(newest.get("element"))
    if of_now and newest.get("version") == VERSION:
        return
    element = element_of(await live().board(itinerary))
    remember_board(element.id)
    again = cl.Message(words_here().text("as_it_stands"), elements=[element])
    await again.send()
    thread["steps"] = [*(thread.get("steps") or []), again.to_dict()]
    thread["elements"] = [*elements, element.to_dict()]


# -- the board by hand -----------------------------------------------------------------------


@cl.action_callback("trip")
async def on_trip(action: cl.Action) -> dict[str, Any]:
    """A control of the board: `ask` tells, `act` changes the trip, which is a turn as any other.

    Returns:
        `ok`; with it the `answer` or the new `board`, without it one sentence in `text`, and the
        board as it stands where the page's was behind.
    """
    asked = action.payload
    kind, what = asked.get("kind"), str(asked.get("what"))
    arguments = asked.get("args")
    given: Mapping[str, Any] = arguments if isinstance(arguments, dict) else {}
    element = str(asked.get("element"))
    try:
        if kind == "ask":
            return {"ok": True, "answer": await live().answer(what, given)}
        seen = str(asked.get("seen"))
        reply = await travel_agent().aact(what, given, thread=thread_here(), seen=seen)
        board = await live().redrawn(element, reply.itinerary, reply.changes)
        return {"ok": True, "text": reply.text, "board": board}
    except StaleTripError as error:
        itinerary = await asyncio.to_thread(travel_agent().thread, thread_here())
        return {"ok": False, "text": str(error), "board": await live().redrawn(element, itinerary)}
    except TravelError as error:
        return {"ok": False, "text": str(error)}
    except Exception:  # the door, as in on_message
        _LOG.exception("the board's %s failed", what)
        return {"ok": False, "text": words_here().text("broken")}
