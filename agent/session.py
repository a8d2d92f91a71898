"""`Conversations`: one message in, events out. Every door enters here.

A turn is a transaction: its state is written when it is over, and whatever ends it before leaves
the thread as it was. Turns of one thread are answered one after another, whoever asks.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables import RunnableConfig

from agent.checkpoints import ThreadSaver
from agent.dialogue.turns import Turn
from agent.errors import MessageError, StaleTripError
from agent.events import (
    Event,
    Failed,
    Finished,
    Reply,
    ToolCall,
)
from agent.graph import LAST_NODE, Graph, build_graph, hints_of, system_message
from agent.locks import alone
from agent.state import TurnContext, read_trip, write_trip
from agent.toolbox import langchain_tools
from agent.turn import Record, StopBetweenTokens, check_message, message_of, turn_of
from tools import gestures
from tools.check import check
from tools.errors import DataError, InfeasibleError, TravelError
from tools.outcome import Trip
from tools.services import TravelServices
from tools.trip import Itinerary
from tools.trip_json import fingerprint

DEFAULT_THREAD = "default"

_MOST_AT_ONCE = 32

_Result = TypeVar("_Result")


@dataclass(slots=True)
class Parts:
    """What `agent.bootstrap` wires together."""

    services: TravelServices
    model: BaseChatModel
    checkpoints: ThreadSaver
    on_close: Sequence[Callable[[], None]] = ()


class Conversations:
    """Threads with travellers over given parts; `agent.TravelAgent` is one with default parts.

    May be used from several threads and from asyncio. Close it, or use it as a context manager.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._graph: Graph = build_graph(parts.model, parts.checkpoints)
        self._pool = ThreadPoolExecutor(_MOST_AT_ONCE, "tripwright")
        self._running: dict[str, set[threading.Event]] = {}
        self._guard = threading.Lock()

    # -- one message -----------------------------------------------------------------------------

    def send(self, text: str, *, thread: str = DEFAULT_THREAD) -> Reply:
        """Answers a message.

        Raises:
            MessageError: empty, too long, or not in English; the thread was not touched.
            TurnCancelledError: `cancel` was called; the thread is as it was.
            TravelError: a damaged file, or an outside service; the thread is as it was.
        """
        return self._send(text, thread, threading.Event())

    def stream(self, text: str, *, thread: str = DEFAULT_THREAD) -> Iterator[Event]:
        """Answers a message event by event; the last is `Finished` or `Failed`.

        What `send` raises comes as `Failed`. Closing the iterator early cancels the turn.
        """
        return self._stream(text, thread, threading.Event())

    async def asend(self, text: str, *, thread: str = DEFAULT_THREAD) -> Reply:
        """As `send`; cancelling the task cancels the turn."""
        stop = threading.Event()
        return await self._in_pool(lambda: self._send(text, thread, stop), stop)

    async def astream(self, text: str, *, thread: str = DEFAULT_THREAD) -> AsyncIterator[Event]:
        """As `stream`; the work is done in another thread, so that the loop stays free."""
        stop = threading.Event()
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Event | BaseException | None] = asyncio.Queue()

        def put(item: Event | BaseException | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(queue.put_nowait, item)

        def work() -> None:
            try:
                for event in self._stream(text, thread, stop):
                    put(event)
            except BaseException as error:
                put(error)
            else:
                put(None)

        self._pool.submit(work)
        try:
            while (item := await queue.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            stop.set()

    def cancel(self, thread: str = DEFAULT_THREAD) -> bool:
        """Stops the turns of a thread that run or wait here; whether there was any."""
        with self._guard:
            running = [*self._running.get(thread, ())]
        for stop in running:
            stop.set()
        return bool(running)

    # -- by hand ---------------------------------------------------------------------------------

    def act(
        self,
        gesture: str,
        arguments: Mapping[str, Any],
        *,
        thread: str = DEFAULT_THREAD,
        seen: str | None = None,
    ) -> Reply:
        """Does what a control of the trip's board asks for (`tools.gestures`), without the model.

        It is a turn like any other: checked, remembered in the conversation, and undone by it.

        Args:
            gesture: its name.
            arguments: its arguments, not validated yet.
            thread: of the trip.
            seen: `tools.trip_json.fingerprint` of the trip acted on; None: as it stands.

        Raises:
            StaleTripError: the trip was changed since it was `seen`.
            InputError: it can't be done; with the reason. The thread is as it was.
            TravelError: a damaged file, or an outside service; the thread is as it was.
        """
        stop = threading.Event()
        saver = self._parts.checkpoints
        began = time.perf_counter()
        with self._cancellable(thread, stop), alone(saver.path, thread, stop), _damage_told():
            saver.mend(thread)
            state = self._state(thread)
            trip = read_trip(state)
            if seen is not None and (trip.itinerary is None or seen != fingerprint(trip.itinerary)):
                raise StaleTripError("Your trip has changed since; here it is as it stands now.")
            change = gestures.perform(self._parts.services, trip, gesture, arguments)
            self._refuse_broken(trip.itinerary, change.trip.itinerary)
            text = " ".join(change.told)
            said = [HumanMessage(change.asked), AIMessage(text)]
            update = {**write_trip(change.trip, state), "messages": said}
            config: RunnableConfig = {"configurable": {"thread_id": thread}}
            self._graph.update_state(config, update, as_node=LAST_NODE)
            saver.forget_old(thread)
        total = time.perf_counter() - began
        timings = {"first_token": total, "model": 0.0, "tools": total, "total": total}
        return Reply(text, change.trip.itinerary, timings=timings, changes=change.told)

    async def aact(
        self,
        gesture: str,
        arguments: Mapping[str, Any],
        *,
        thread: str = DEFAULT_THREAD,
        seen: str | None = None,
    ) -> Reply:
        """As `act`."""
        return await self._in_pool(lambda: self.act(gesture, arguments, thread=thread, seen=seen))

    def trip(self, id: str) -> Trip:
        """All that a thread holds of its trip: wishes, versions, ideas.

        Raises:
            DataError: what is stored can't be read.
        """
        return read_trip(self._state(id))

    @property
    def services(self) -> TravelServices:
        """What the tools reach: to look things up beside the conversation."""
        return self._parts.services

    # -- without a thread ------------------------------------------------------------------------

    def propose(
        self, messages: Sequence[Mapping[str, str]], itinerary: Itinerary | None = None
    ) -> tuple[ToolCall, ...]:
        """The calls that the model would make next; nothing is executed. None: it would answer.

        Args:
            messages: `{"role": "user" | "assistant", "content": ...}`, the last one a user's.
            itinerary: the trip that the conversation is about.

        Raises:
            MessageError: no messages, or one that is not of that form.
        """
        said: list[BaseMessage] = [system_message(itinerary), *map(message_of, messages)]
        if not isinstance(said[-1], HumanMessage):
            raise MessageError("The last of the messages has to be a user's.")
        model = self._parts.model.bind_tools(list(langchain_tools()))
        answer = model.invoke(said, **hints_of(self._parts.services, itinerary, said))
        return tuple(
            ToolCall(call["name"], {k: v for k, v in call["args"].items() if v is not None})
            for call in answer.tool_calls
        )

    async def apropose(
        self, messages: Sequence[Mapping[str, str]], itinerary: Itinerary | None = None
    ) -> tuple[ToolCall, ...]:
        """As `propose`."""
        return await self._in_pool(lambda: self.propose(messages, itinerary))

    # -- threads ---------------------------------------------------------------------------------

    def thread(self, id: str) -> Itinerary | None:
        """The trip of a thread, None where there is none.

        Raises:
            DataError: what is stored can't be read.
        """
        return read_trip(self._state(id)).itinerary

    def messages(self, id: str) -> tuple[Turn, ...]:
        """What was said in a thread, calls and their results included, oldest first."""
        return tuple(turn_of(message) for message in self._state(id).get("messages", ()))

    def threads(self) -> tuple[str, ...]:
        """Ids of all threads, the last used first."""
        with _damage_told():
            return self._parts.checkpoints.threads()

    def forget(self, id: str) -> None:
        """Deletes a thread, whose turns are stopped; nothing happens where there is none."""
        self.cancel(id)
        saver = self._parts.checkpoints
        with alone(saver.path, id, threading.Event()), _damage_told():
            saver.delete_thread(id)

    def copy(self, old: str, new: str) -> bool:
        """Gives a new thread all that another holds; whether there was anything.

        Raises:
            DataError: what is stored can't be read.
        """
        saver = self._parts.checkpoints
        with alone(saver.path, old, threading.Event()), _damage_told():
            return saver.copy(old, new)

    def close(self) -> None:
        """Stops all turns and closes the files."""
        with self._guard:
            threads = [*self._running]
        for thread in threads:
            self.cancel(thread)
        self._pool.shutdown(wait=True)
        self._parts.checkpoints.close()
        self._parts.services.close()
        for close in self._parts.on_close:
            close()

    def __enter__(self) -> Self:
        """The agent itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Closes it."""
        self.close()

    # -- inside ----------------------------------------------------------------------------------

    def _send(self, text: str, thread: str, stop: threading.Event) -> Reply:
        for event in self._turn(text, thread, stop):
            if isinstance(event, Finished):
                return event.reply
        raise RuntimeError("a turn has to end with Finished")

    def _stream(self, text: str, thread: str, stop: threading.Event) -> Iterator[Event]:
        try:
            yield from self._turn(text, thread, stop)
        except TravelError as error:
            yield Failed(str(error))

    async def _in_pool(
        self, work: Callable[[], _Result], stop: threading.Event | None = None
    ) -> _Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            if stop is not None:
                stop.set()

    def _turn(self, text: str, thread: str, stop: threading.Event) -> Iterator[Event]:
        """A whole turn; raises what `send` does."""
        check_message(text)
        saver = self._parts.checkpoints
        with self._cancellable(thread, stop), alone(saver.path, thread, stop), _damage_told():
            before = saver.mend(thread)
            done = False
            context = TurnContext(self._parts.services, stop)
            record = Record(context)
            config: RunnableConfig = {
                "configurable": {"thread_id": thread},
                "callbacks": [StopBetweenTokens(stop)],
            }
            try:
                for mode, data in self._graph.stream(
                    {"messages": [HumanMessage(text)]},
                    config,
                    context=context,
                    stream_mode=["messages", "custom"],
                    durability="exit",
                ):
                    yield from record.read(mode, data)
                done = True
            finally:
                if not done:
                    stop.set()
                    saver.forget_after(
                        thread, None if before is None else str(before.checkpoint["id"])
                    )
            saver.forget_old(thread)
            yield Finished(record.reply(self._state(thread)))

    @contextmanager
    def _cancellable(self, thread: str, stop: threading.Event) -> Iterator[None]:
        """Lets `cancel` find the turn."""
        with self._guard:
            self._running.setdefault(thread, set()).add(stop)
        try:
            yield
        finally:
            with self._guard:
                self._running[thread].discard(stop)
                if not self._running[thread]:
                    del self._running[thread]

    def _refuse_broken(self, before: Itinerary | None, after: Itinerary | None) -> None:
        """Refuses a plan that the independent check finds fault with."""
        if after is None or after is before:
            return
        services = self._parts.services
        violations = check(after, services.travel, services.transfers)
        if violations:
            raise InfeasibleError(f"The plan would not hold: {violations[0].message}")

    def _state(self, thread: str) -> Mapping[str, Any]:
        config: RunnableConfig = {"configurable": {"thread_id": thread}}
        with _damage_told():
            found = self._parts.checkpoints.get_tuple(config)
        return {} if found is None else found.checkpoint["channel_values"]


@contextmanager
def _damage_told() -> Iterator[None]:
    """Turns SQLite's complaint about the file into a sentence; misuse of it stays a bug."""
    try:
        yield
    except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
        raise
    except sqlite3.DatabaseError as error:
        raise DataError(
            f"The file of conversations can't be used ({error}); start again, and a damaged one "
            "is set aside."
        ) from error
