"""A chat model that says what it is told to, for tests and for trying a door without weights.

Replies are queued (as in simonw/llm's mock model) or come from a function of the messages. The
text is streamed word by word, a call as one chunk.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

Call = tuple[str, Mapping[str, Any]]
"""A tool's name and its arguments."""
Reply = str | Call | Sequence[Call] | Exception
"""Words, one call, several calls, or an error to raise."""


class ScriptedChatModel(BaseChatModel):
    """Plays its replies in order; `ScriptedChatModel.of(...)` makes one.

    Raises:
        RuntimeError: asked for more replies than it was given.
    """

    _queue: deque[Reply] = PrivateAttr(default_factory=deque)
    _function: Callable[[Sequence[BaseMessage]], Reply] | None = PrivateAttr(default=None)
    _asked: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _guard: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @classmethod
    def of(
        cls, *replies: Reply, function: Callable[[Sequence[BaseMessage]], Reply] | None = None
    ) -> ScriptedChatModel:
        """A model with these replies; after them, those of the function, if there is one."""
        model = cls()
        model.enqueue(*replies)
        model._function = function
        return model

    def enqueue(self, *replies: Reply) -> None:
        """Adds replies to the end of the queue."""
        self._queue.extend(replies)

    @property
    def asked(self) -> Sequence[Sequence[BaseMessage]]:
        """The messages of every call so far."""
        return self._asked

    @property
    def left(self) -> int:
        """How many queued replies have not been used."""
        return len(self._queue)

    @property
    def _llm_type(self) -> str:
        return "tripwright-scripted"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Binds the tools' schemas, as a real model would need them."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _next(self, messages: Sequence[BaseMessage]) -> AIMessage:
        with self._guard:
            self._asked.append([*messages])
            if self._queue:
                reply: Reply = self._queue.popleft()
            elif self._function is not None:
                reply = self._function(messages)
            else:
                raise RuntimeError("The scripted model was given no reply for this message.")
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, str):
            return AIMessage(reply)
        calls: Iterable[Any] = [reply] if isinstance(reply[0], str) else reply
        return AIMessage(
            "",
            tool_calls=[
                {"name": name, "args": {**args}, "id": f"call-{uuid4().hex[:12]}"}
                for name, args in calls
            ],
        )

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._next(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        message = self._next(messages)
        chunks = [AIMessageChunk(content=word) for word in _words(message.text)]
        if message.tool_calls:
            chunks.append(
                AIMessageChunk(
                    content="",
                    tool_call_chunks=[
                        tool_call_chunk(
                            name=call["name"],
                            args=json.dumps(call["args"]),
                            id=call["id"],
                            index=index,
                        )
                        for index, call in enumerate(message.tool_calls)
                    ],
                )
            )
        for chunk in chunks or [AIMessageChunk(content="")]:
            generation = ChatGenerationChunk(message=chunk)
            if run_manager is not None:
                run_manager.on_llm_new_token(chunk.text, chunk=generation)
            yield generation


def _words(text: str) -> Iterator[str]:
    """The text in pieces that end with a blank."""
    pieces = text.split(" ")
    for number, piece in enumerate(pieces, start=1):
        if number < len(pieces):
            yield piece + " "
        elif piece:
            yield piece
