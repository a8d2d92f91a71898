# mypy: disallow-untyped-calls=False
# (Chainlit leaves most of its calls untyped)
"""What a page shows of one turn: words, steps, board, files, quick replies; by word or by hand."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import chainlit as cl
from chainlit.types import ThreadDict

from agent.chat_store import ChatStore
from agent.chat_tasks import LongWork
from agent.chat_words import asked, title, told
from agent.events import (
    Failed,
    Finished,
    ItineraryChanged,
    Offered,
    TextDelta,
    TextReplaced,
    ToolCall,
    ToolFinished,
    ToolStarted,
)
from agent.live_board import (
    LiveBoard,
    element_of,
    thread_here,
    words_here,
)
from agent.page_settings import PageSettings
from agent.quick_replies import QuickReply, offers, quick_replies
from agent.state import trip_summary
from tools.errors import DataError, TravelError
from tools.export import Export
from tools.gestures import NothingToDoError
from tools.outcome import Outcome
from tools.trip import Itinerary

SAY = "say"
"""The action of a quick reply: its message is said as if it had been typed."""
_replies: WeakKeyDictionary[Any, list[cl.Action]] = WeakKeyDictionary()
"""By session: the buttons under its last answer. `cl.user_session` is kept with the thread."""
_KEPT = "replies"
"""In an answer's metadata: its quick replies, each a label and a message."""


class Turn:
    """What a page shows of one message's answer."""

    def __init__(self, live: LiveBoard) -> None:
        self.live = live
        self.answer = cl.Message("")
        self.work = LongWork(words_here())
        self.steps: dict[str, cl.Step] = {}
        self.changed: ItineraryChanged | None = None
        self.changes: list[str] = []
        self.exports: list[Export] = []
        self.outcomes: list[Outcome] = []
        self.offered: tuple[ToolCall, ...] = ()

    async def show(self, event: object) -> None:
        """Shows one event."""
        match event:
            case ToolStarted(id=id, call=call):
                step = self.steps[id] = cl.Step(
                    name=title(call, words_here()),
                    type="tool",
                    show_input=True,
                    parent_id=self.answer.parent_id,  # else it is drawn after the answer
                )
                step.start = _now()
                step.input = asked(call, words_here())
                # as it was made: a thumb can become training material (finetune/feedback)
                step.metadata = {"call": {"name": call.name, "args": dict(call.args)}}
                await step.send()
                await self.work.started(id, step.name)
            case ToolFinished(id=id, outcome=outcome):
                await self._finish(self.steps[id], event)
                refused = outcome is None or outcome.situation == "cannot"
                await self.work.finished(id, well=not refused)
            case TextDelta(text=text):
                await self.work.writes()
                if not self.answer.created_at:
                    self.answer.created_at = _now()
                await self.answer.stream_token(text)
            case TextReplaced(text=text):
                self.answer.content = text
                if self.answer.streaming:
                    await self.answer.stream_token(text, is_sequence=True)
            case Offered(calls=calls):
                self.offered = calls
            case ItineraryChanged():
                self.changed = event
                self.changes += event.changes
            case Failed(message=sentence):
                await self.fail(sentence)
            case Finished(reply=reply):
                self.answer.content = reply.text
                self.answer.metadata = {"trip": trip_summary(reply.itinerary)}
                await self._send(reply.itinerary)

    async def fail(self, sentence: str) -> None:
        """Shows one sentence instead of the answer."""
        await self.drop()
        await cl.Message(sentence).send()

    async def drop(self) -> None:
        """Takes back an answer that has begun, and ends the steps that run."""
        if self.answer.streaming:
            await self.answer.remove()
        for step in self.steps.values():
            if step.end is None:
                step.end = _now()
                step.output = words_here().text("stopped")
                await step.update()

    async def _finish(self, step: cl.Step, event: ToolFinished) -> None:
        step.end = _now()
        step.is_error = event.outcome is None
        step.output = told(event.text, event.outcome, words_here())
        step.language = None
        step.metadata = {**(step.metadata or {}), "told": event.text}
        await step.update()
        if event.outcome is not None:
            self.outcomes.append(event.outcome)
            if event.outcome.export is not None:
                self.exports.append(event.outcome.export)

    async def _send(self, itinerary: Itinerary | None) -> None:
        elements: list[Any] = [
            cl.File(name=e.filename, content=e.content, mime=e.media_type.split(";")[0])
            for e in self.exports
        ]
        if self.changed is not None:
            board = await self.live.shown(self.changed.itinerary, self.changes)
            elements.append(element_of(board))
        self.answer.elements = elements  # before send(): Chainlit #2576
        replies = offers(self.offered)
        replies = replies or quick_replies(self.outcomes, itinerary, words_here())
        self.answer.actions = [_button(one) for one in replies]
        # Chainlit keeps no actions
        self.answer.metadata[_KEPT] = [[one.label, one.message] for one in replies]
        await self.answer.send()
        _replies[cl.context.session] = self.answer.actions


async def bring_back_replies(thread: ThreadDict) -> None:
    """Puts the quick replies under the last answer again, of a thread that is shown anew."""
    last = next((s for s in reversed(thread["steps"]) if s["type"].endswith("_message")), None)
    kept = ((last or {}).get("metadata") or {}).get(_KEPT) or []
    buttons = [_button(QuickReply(str(label), str(message))) for label, message in kept]
    for button in buttons:
        await button.send(for_id=last["id"] if last else "")
    _replies[cl.context.session] = buttons


def _button(reply: QuickReply) -> cl.Action:
    return cl.Action(name=SAY, label=reply.label, payload={"message": reply.message})


async def take_back_replies(pressed: str | None = None) -> bool:
    """Takes the quick replies from under the last answer: what is said next makes them old.

    Args:
        pressed: the id of the one that was pressed.

    Returns:
        Whether the pressed one was still there.
    """
    replies = _replies.pop(cl.context.session, [])
    for one in replies:
        await one.remove()
    return any(one.id == pressed for one in replies)


async def end_broken_off(store: ChatStore, thread: ThreadDict) -> None:
    """Ends what the server's own end broke off: steps that still run, and a message unanswered.

    Args:
        store: where the thread is kept.
        thread: as the page is about to show it; no turn of it is under way.
    """
    steps = thread["steps"]
    for step in steps:
        if step["type"] == "tool" and not step.get("end"):
            step["end"], step["output"] = _now(), words_here().text("stopped")
            await store.update_step(step)
    spoken = [step["type"] for step in steps if step["type"].endswith("_message")]
    if spoken and spoken[-1] == "user_message":
        answer = cl.Message(words_here().text("cut_off"))
        await answer.send()
        steps.append(answer.to_dict())


async def open_file(live: LiveBoard, message: cl.Message) -> None:
    """A trip's JSON file, dropped into the chat, becomes the thread's trip."""
    file = message.elements[0]
    try:
        if not file.path:
            raise DataError(words_here().text("file.missing"))
        text = await asyncio.to_thread(Path(file.path).read_text, "utf-8")
        reply = await live.agent.aact("adopt", {"text": text}, thread=thread_here())
    except (OSError, UnicodeDecodeError):
        await cl.Message(words_here().text("file.unreadable")).send()
        return
    except TravelError as error:
        await cl.Message(str(error)).send()
        return
    if reply.itinerary is not None:
        board = await live.shown(reply.itinerary, reply.changes)
        opened = cl.Message(reply.text, elements=[element_of(board)])
        opened.metadata = {"trip": trip_summary(reply.itinerary)}
        await opened.send()


async def apply_settings(live: LiveBoard, settings: PageSettings) -> None:
    """Makes the thread's trip one for these settings, and shows the board so."""
    changes: tuple[str, ...] = ()
    agent, thread = live.agent, thread_here()
    try:
        changes = (await agent.aact("set_preferences", settings.gesture, thread=thread)).changes
    except NothingToDoError:
        pass
    except TravelError as error:
        await cl.Message(str(error)).send()
    itinerary = await asyncio.to_thread(agent.thread, thread)
    await live.redrawn(itinerary, changes, here_too=True)


def _now() -> str:
    """As Chainlit writes times."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat() + "Z"
