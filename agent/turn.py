"""One turn as it runs: what may be said, how it is stopped, and what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage

from agent.dialogue.turns import Call, Turn
from agent.errors import MessageError, TurnCancelledError
from agent.events import (
    Event,
    ItineraryChanged,
    Offered,
    Reply,
    TextDelta,
    TextReplaced,
    ToolCall,
    ToolFinished,
    ToolStarted,
)
from agent.language import other_language
from agent.state import TurnContext, read_trip

_TOLD = (ToolStarted, ToolFinished, ItineraryChanged, TextReplaced, Offered)
"""What the graph's nodes tell of themselves."""
MAX_MESSAGE = 8000
"""Characters; a longer message is refused."""


def check_message(text: str) -> None:
    """Refuses a message that can't be answered.

    Raises:
        MessageError: empty, too long, or in a language that the model does not speak.
    """
    if not text.strip():
        raise MessageError("The message is empty; please say where you would like to go.")
    if len(text) > MAX_MESSAGE:
        raise MessageError(
            f"The message has {len(text):,} characters; at most {MAX_MESSAGE:,} can be read, so "
            "please shorten it."
        )
    if (language := other_language(text)) is not None:
        raise MessageError(
            f"I only understand English so far, and that looks like {language}; please say it "
            "in English."
        )


class StopBetweenTokens(BaseCallbackHandler):
    """Ends a model's streaming when the turn is cancelled, whichever model it is."""

    raise_error = True

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop

    def on_llm_new_token(self, token: str | list[str | dict[str, Any]], **kwargs: Any) -> None:
        """Raises once the turn is cancelled."""
        if self._stop.is_set():
            raise TurnCancelledError("Stopped; the trip is as it was before.")


@dataclass(slots=True)
class Record:
    """What came of a turn so far: graph stream -> events -> reply."""

    context: TurnContext
    began: float = field(default_factory=time.perf_counter)
    first_token: float | None = None
    text: str = ""
    calls: list[ToolCall] = field(default_factory=list)

    def read(self, mode: str, data: Any) -> Iterator[Event]:
        """The events of one item of the graph's stream."""
        if mode == "custom":
            event = cast("Event", data)
            if isinstance(event, ToolStarted):
                self.calls.append(event.call)
            elif isinstance(event, TextReplaced):
                self.text = event.text
            if isinstance(event, _TOLD):
                self._first()
                yield event
            return
        message, metadata = cast("tuple[BaseMessage, dict[str, Any]]", data)
        if metadata.get("langgraph_node") != "model" or not isinstance(message, AIMessage):
            return
        self._first()
        if message.text:
            self.text += message.text
            yield TextDelta(message.text)

    def reply(self, state: Mapping[str, Any]) -> Reply:
        """The whole turn; what is read is the answer as it is stored."""
        messages = state.get("messages") or ()
        text = messages[-1].text if messages else self.text
        total = time.perf_counter() - self.began
        return Reply(
            text=text,
            itinerary=read_trip(state).itinerary,
            tool_calls=tuple(self.calls),
            violations=tuple(self.context.violations),
            timings={
                "first_token": self.first_token if self.first_token is not None else total,
                "model": self.context.model_seconds,
                "tools": self.context.tool_seconds,
                "total": total,
            },
        )

    def _first(self) -> None:
        if self.first_token is None:
            self.first_token = time.perf_counter() - self.began


def message_of(said: Mapping[str, str]) -> BaseMessage:
    """A message as a caller gives it.

    Raises:
        MessageError: not of the form `{"role": "user" | "assistant", "content": ...}`.
    """
    role, content = said.get("role"), said.get("content")
    if not isinstance(content, str):
        raise MessageError('A message needs a "content" of text.')
    if role == "user":
        return HumanMessage(content)
    if role == "assistant":
        return AIMessage(content)
    raise MessageError(f'A message\'s role is "user" or "assistant", not {role!r}.')


def turn_of(message: AnyMessage) -> Turn:
    """A stored message as a turn of the dialogue."""
    if isinstance(message, HumanMessage):
        return Turn("user", message.text)
    if isinstance(message, AIMessage):
        calls = tuple(Call(call["name"], call["args"]) for call in message.tool_calls)
        return Turn("assistant", message.text, calls)
    return Turn("tool" if message.type == "tool" else "system", message.text)
