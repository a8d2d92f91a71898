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
from chainlit.socket import process_message
from chainlit.types import MessagePayload, ThreadDict
from chainlit.utils import utc_now

from agent import TravelAgent
from agent.board import VERSION, fingerprint
from agent.chat_settings import show_settings
from agent.chat_store import ChatStore
from agent.chat_turn import (
    SAY,
    Turn,
    apply_settings,
    bring_back_replies,
    end_broken_off,
    open_file,
    take_back_replies,
)
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
    BOARD,
    LiveBoard,
    element_of,
    settings_here,
    thread_here,
    use_settings,
    user_here,
    words_here,
)
from agent.page_settings import OF_THE_PARTY, PageSettings, read_settings
from agent.running import RunningTurns
from agent.starters import STARTERS
from agent.words import words_for
from tools.actions.party import Preferences, preferences_of
from tools.errors import TravelError
from tools.outcome import Trip
from tools.paths import cache_directory

_LOG = logging.getLogger(__name__)
_TO_APPLY = "settings_to_apply"
"""Of the page's session: whether its settings wait for the first message."""
_catching_up: set[asyncio.Task[None]] = set()
"""What shows pages a turn which they did not see from its beginning; asyncio itself forgets it."""
_MOMENT_SECONDS = 0.2


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
    return LiveBoard(travel_agent(), store(), running())


@cache
def running() -> RunningTurns:
    """The turns that are under way in this process."""
    return RunningTurns()


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
    """What was changed in the panel: kept for later trips, and this trip is changed to fit it."""
    try:
        now, before = read_settings(chosen).to_json(), settings_here().to_json()
        changed = {key: value for key, value in now.items() if value != before[key]}
        kept = await store().settings(user_here())
        await store().keep_settings(user_here(), {**kept, **changed})
        if not cl.context.session.has_first_interaction:  # nothing is kept of an empty thread
            use_settings(read_settings(now))
            cl.user_session.set(_TO_APPLY, True)
            return
        trip = await asyncio.to_thread(travel_agent().trip, thread_here())
        of_trip = PageSettings(preferences_of(trip)).to_json()
        settings = read_settings({**now, **{k: of_trip[k] for k in OF_THE_PARTY}, **changed})
        use_settings(settings)
        await apply_settings(live(), settings)
    except TravelError as error:
        await cl.Message(str(error)).send()
    except Exception:  # the door
        _LOG.exception("settings failed")
        await cl.Message(words_here().text("broken")).send()


@cl.on_message
async def on_message(message: cl.Message) -> None:
    """Answers a message, showing what happens as it happens."""
    with running().under_way(thread_here()):
        await take_back_replies()
        await _answer(message)


async def _answer(message: cl.Message) -> None:
    # on a narrow screen, and of a file without words, Chainlit leaves the address at "/":
    # public/tripwright.js puts this there
    await cl.send_window_message({"tripwright-thread": thread_here()})
    turn = Turn(live())
    turn.work.begin()
    try:
        if cl.user_session.get(_TO_APPLY):
            cl.user_session.set(_TO_APPLY, False)
            await apply_settings(live(), settings_here())
        if message.elements:
            await open_file(live(), message)
        if message.content.strip() or not message.elements:
            async for event in travel_agent().astream(message.content, thread=thread_here()):
                await turn.show(event)
        if turn.changed or message.elements:
            await _fill_panel(thread_here())
    except asyncio.CancelledError:
        await turn.drop()
        raise
    except Exception:  # the door: a bug is logged with its trace and told as one sentence
        _LOG.exception("a turn failed")
        await turn.fail(words_here().text("broken"))
    finally:
        await turn.work.end()


@cl.action_callback(SAY)
async def on_quick_reply(action: cl.Action) -> None:
    """A quick reply is said as if it had been typed: it can be stopped, too."""
    if not await take_back_replies(action.id):
        return  # pressed twice, or of an earlier answer
    words = str(action.payload.get("message", ""))
    message = cl.Message(words, type="user_message", author=user_here(), created_at=utc_now())
    said = message.to_dict()
    session = cl.context.session
    await cl.context.emitter.send_step(said)
    session.current_task = asyncio.create_task(
        process_message(session, MessagePayload(message=said, fileReferences=None))
    )


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
    """Shows a thread again; a turn that is under way is waited for, and then shown whole."""
    task = running().task(thread["id"])
    if task is None:
        await end_broken_off(store(), thread)
        await _show_again(thread)
        await bring_back_replies(thread)
        return
    await _fill_panel(thread["id"])
    cl.context.session.current_task = task  # what the page's stop button stops
    catching_up = asyncio.create_task(_catch_up(thread["id"]))
    _catching_up.add(catching_up)
    catching_up.add_done_callback(_catching_up.discard)


async def _catch_up(id: str) -> None:
    """Shows the thread anew when its turns are over; until then the page says that one runs."""
    emitter = cl.context.emitter
    await asyncio.sleep(_MOMENT_SECONDS)  # Chainlit is about to send the thread as it is now
    try:
        shown = await running().catch_up(id, emitter, _read_again)
        if shown is not None:
            await take_back_replies()  # of a turn that the page saw itself meanwhile
            await bring_back_replies(shown)
    except Exception:  # the door, as in _answer
        _LOG.exception("thread %s could not be shown again", id)
        await cl.Message(words_here().text("broken")).send()
        await emitter.task_end()


async def _read_again(id: str) -> ThreadDict | None:
    thread = await store().get_thread(id)
    if thread is not None:
        await _show_again(thread)
    return thread


async def _fill_panel(id: str) -> Trip | None:
    """Fills the settings panel for a thread; its trip, None where that can't be read."""
    kept = read_settings(await store().settings(user_here()))
    try:
        trip = await asyncio.to_thread(travel_agent().trip, id)
    except TravelError as error:
        _LOG.warning("The trip of thread %s can't be shown: %s", id, error)
        return None
    settings = replace(kept, preferences=preferences_of(trip))
    use_settings(settings)
    await show_settings(settings, words_here())
    return trip


async def _show_again(thread: ThreadDict) -> None:
    """Shows the board as the agent knows the trip, also where the page's record lacks it."""
    trip = await _fill_panel(thread["id"])
    itinerary = None if trip is None else trip.itinerary
    if itinerary is None:
        return
    elements: list[Any] = thread.get("elements") or []
    boards = [e for e in elements if e.get("type") == "custom" and e.get("name") == BOARD]
    props: list[dict[str, Any]] = [e["props"] for e in boards]
    newest = max(props, key=lambda one: str(one.get("made", "")), default={})
    of_now = newest.get("fingerprint") == fingerprint(itinerary)
    if of_now and newest.get("version") == VERSION:
        return
    element = element_of(await live().board(itinerary))
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
    try:
        if kind == "ask":
            return {"ok": True, "answer": await live().answer(what, given)}
        seen = str(asked.get("seen"))
        reply = await travel_agent().aact(what, given, thread=thread_here(), seen=seen)
        board = await live().redrawn(reply.itinerary, reply.changes)
        await _fill_panel(thread_here())
        return {"ok": True, "text": reply.text, "board": board}
    except StaleTripError as error:
        itinerary = await asyncio.to_thread(travel_agent().thread, thread_here())
        board = None if itinerary is None else await live().board(itinerary)
        return {"ok": False, "text": str(error), "board": board}
    except TravelError as error:
        return {"ok": False, "text": str(error)}
    except Exception:  # the door, as in on_message
        _LOG.exception("the board's %s failed", what)
        return {"ok": False, "text": words_here().text("broken")}
