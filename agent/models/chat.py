"""Our LangChain chat model over any engine: messages -> wire -> grammar -> engine -> messages.

Everything goes one way, `Answer.run`, whether streamed or not, in a thread or in this one; so
what is streamed is what is returned.
"""

from __future__ import annotations

import asyncio
import math
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.dialogue import wire
from agent.dialogue.grammar import Constraint, answer_grammar, tool_grammar
from agent.dialogue.plan_parts import PLAN, WHO_TRAVELS, WISHES, Part
from agent.dialogue.prompts import spoken, traveller_messages
from agent.dialogue.readable import said_values
from agent.dialogue.standing import DAYS, Standing
from agent.dialogue.turns import Call, Turn
from agent.dialogue.when import said_when
from agent.models.answer import Answer
from agent.models.asked import Asked
from agent.models.candidates import Revision
from agent.models.completing import MARGIN as MARGIN_OF_WHEN
from agent.models.completing import Completing
from agent.models.counting import LEAST_LIKELY, Counting
from agent.models.engine import Cancelled, Engine
from agent.models.known_cities import KnownCities
from agent.models.looks import looks
from agent.models.reranking import Reranking, RerankingSettings
from agent.models.second_opinion import MARGIN, SecondOpinion
from tools.dates_of_trip import moves_all

MIN_TOOL_PROBABILITY = 0.5
"""Best for the development authors with the adapter that ships; `docs/lab.md` has the curve."""
MIN_NAMED_PROBABILITY = 0.3
"""Of the first call for a message that names a place or city that is known (decision 018)."""
NEVER_DOUBTED = 1e-12
"""In its place, no call is left out for doubt: to look at what the model would do."""
_OF_LENGTH = frozenset({"extend_trip", "shorten_trip"})
"""Tools that a length belongs to, unless the whole trip is pushed by it: then it is no length."""
_OF_DATES = "set_dates"
NO_ARGUMENTS: Mapping[str, Any] = {"type": "object", "properties": {}}


class TripwrightChatModel(BaseChatModel):
    """Answers with tool calls or words, whichever the model begins with.

    Tool calls always fit the bound tools' schemas, and free-text arguments are spans of what the
    prompt shows. Pass `cancelled=` (a function without arguments) to `invoke` or `stream` to end
    a generation early from another thread; closing a stream or cancelling the task does the same.
    Pass `mentions=` (known names in the last message) to have a part of one taken for all of it,
    and calls preferred that leave none out; `trip=` (`agent.dialogue.standing.Standing`) to have
    calls preferred that it allows; `knows_city=` (whether there are places of a city) to have plans
    preferred that lead where something is known.

    Where it is sure that something is to be done, and not what, the answer is empty, and
    `torn_between` of its `response_metadata` names the tools.

    Raises (when called):
        ModelError: the engine failed, or no call came to its end.
    """

    engine: Engine
    max_tokens: int = 160
    """Most tokens of one answer: about 110 words, or three calls."""
    min_tool_probability: float = MIN_TOOL_PROBABILITY
    """A call that may be left out is, where the model was less sure of its tool than this."""
    min_named_probability: float = MIN_NAMED_PROBABILITY
    """The same, where it is less, of the first call for a message that names what is known."""
    readers: tuple[Engine, ...] = ()
    """On other adapters of the same base: as long as there is no trip (the first message is
    `wire.system_text()`), they choose between what the model might have called where it was not
    sure (`agent.models.reranking`)."""
    reranking: RerankingSettings = RerankingSettings()
    counter: Engine | None = None
    """On another adapter: as long as there is no trip, it is asked who travels
    (`agent.models.counting`)."""
    least_likely_party: float = LEAST_LIKELY
    """A list of travellers less likely than this (natural logarithm) is not believed."""
    adviser: Engine | None = None
    """On another adapter: as long as there is no trip, it is asked for a plan's wishes
    (`agent.models.second_opinion`)."""
    advice_margin: float = MARGIN
    """By how much likelier than the model's own, to both together, other wishes have to be."""
    completing_margin: float = MARGIN_OF_WHEN
    """By how much less likely calls may be that say more of when."""
    speaks_as_host: bool = True
    """Tuned on the host's sentences (`agent/dialogue/host.jsonl`), as `finetune` does it."""

    @property
    def _llm_type(self) -> str:
        return "tripwright"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"engine": self.engine.name, "max_tokens": self.max_tokens}

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """A model that may call these tools.

        Args:
            tools: anything that LangChain reads a schema from.
            tool_choice: None or "auto" leaves it to the model, "any" or "required" forbids words,
                "none" forbids calls, a tool's name allows that one alone.
            kwargs: bound as they are.
        """
        bound = [convert_to_openai_tool(tool) for tool in tools]
        return self.bind(tools=bound, tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        chunks: list[ChatGenerationChunk] = []
        self._answer(messages, stop, kwargs).run(chunks.append)
        return generate_from_stream(iter(chunks))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        closed = threading.Event()
        answer = await asyncio.to_thread(self._answer, messages, stop, kwargs, closed)
        chunks: list[ChatGenerationChunk] = []
        try:
            await asyncio.to_thread(answer.run, chunks.append)
        finally:
            closed.set()  # a cancelled task leaves the thread behind: it is to stop, too
        return generate_from_stream(iter(chunks))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        closed = threading.Event()
        answer = self._answer(messages, stop, kwargs, closed)
        pieces: queue.SimpleQueue[ChatGenerationChunk | BaseException | None] = queue.SimpleQueue()
        worker = threading.Thread(target=answer.run_to, args=(pieces.put,), daemon=True)
        worker.start()
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, BaseException):
                    raise piece
                yield piece
        finally:
            closed.set()
            worker.join()

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        closed = threading.Event()
        # in a thread: what could stand for an argument takes milliseconds to find
        answer = await asyncio.to_thread(self._answer, messages, stop, kwargs, closed)
        pieces: asyncio.Queue[ChatGenerationChunk | BaseException | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def put(piece: ChatGenerationChunk | BaseException | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(pieces.put_nowait, piece)

        threading.Thread(target=answer.run_to, args=(put,), daemon=True).start()
        try:
            while (piece := await pieces.get()) is not None:
                if isinstance(piece, BaseException):
                    raise piece
                yield piece
        finally:
            closed.set()

    def _readers(self, trip: bool) -> tuple[Engine, ...]:
        """Who is asked; of edits they know less than the model (decision 011)."""
        return () if trip else self.readers

    def _revisions(
        self,
        asked: Asked,
        tools: Sequence[Mapping[str, Any]],
        days: int,
        *,
        trip: bool,
        knows_city: Callable[[str], bool] | None,
    ) -> list[Revision]:
        """What was said of when; and of plans: other adapters are asked for a part of them, and
        whether the cities are known.
        """
        functions = {tool["function"]["name"]: tool["function"] for tool in tools}
        schemas = {name: f.get("parameters") or NO_ARGUMENTS for name, f in functions.items()}
        orders = {name: tuple(schema["properties"]) for name, schema in schemas.items()}
        said = said_when(asked.message, days)
        found: list[Revision] = [Completing(asked, said, orders, self.completing_margin)]
        if trip or PLAN not in functions:
            return found
        spoken_of = spoken(asked.prompt)

        def grammar(part: Part) -> str:
            schema = part.schema(functions[PLAN]["parameters"])
            return tool_grammar({PLAN: schema}, words=False, spoken=spoken_of)

        if self.adviser is not None:
            margin = self.advice_margin
            found.append(SecondOpinion(asked, grammar(WISHES), self.adviser, margin))
        if self.counter is not None:
            least = self.least_likely_party
            found.append(Counting(asked, grammar(WHO_TRAVELS), self.counter, least))
        if knows_city is not None:  # the adviser's, too
            found.append(KnownCities(asked, knows_city))
        return found

    def _numbered(
        self,
        messages: Sequence[BaseMessage],
        stop: list[str] | None,
        kwargs: Mapping[str, Any],
        closed: threading.Event | None,
    ) -> Callable[[], Answer] | None:
        """Makes the answer to the last message with days by their numbers, where that differs."""
        standing: Standing = kwargs["trip"]
        said = standing.numbered(messages[-1].text)
        if said == messages[-1].text:
            return None
        mentions = [one for one in kwargs.get("mentions") or () if one.text in said]
        once = {**kwargs, "mentions": mentions, "trip": replace(standing, numbered=str)}
        numbered = [*messages[:-1], HumanMessage(said)]
        return lambda: self._answer(numbered, stop, once, closed)

    def _answer(
        self,
        messages: Sequence[BaseMessage],
        stop: list[str] | None,
        kwargs: Mapping[str, Any],
        closed: threading.Event | None = None,
    ) -> Answer:
        """Raises ValueError for `stop`: the end mark is the only one that the model knows."""
        if stop:
            raise ValueError("This model has no stop strings.")
        stop_asked: Cancelled | None = kwargs.get("cancelled")

        def cancelled() -> bool:
            return (closed is not None and closed.is_set()) or (
                stop_asked is not None and stop_asked()
            )

        prompt = wire.render(turns(messages))
        tools, choice = kwargs.get("tools") or (), kwargs.get("tool_choice")
        free = choice in (None, "auto")
        doubt = math.log(self.min_tool_probability) if free else -math.inf
        trip = messages[0].text != wire.system_text()
        changing = last_said(messages) if trip else ""
        pushed = free and moves_all(changing)
        if pushed:
            tools = [tool for tool in tools if tool["function"]["name"] not in _OF_LENGTH]
        told = spoken(prompt, {"user"})
        standing: Standing | None = kwargs.get("trip")
        days, here = (
            (0, frozenset[str]()) if standing is None else (standing.days, standing.currencies)
        )
        grammar = partial(
            _grammar, choice=choice, said=spoken(prompt), told=told, changing=changing, here=here
        )
        wanted = Asked(
            self.engine,
            prompt,
            self.max_tokens,
            cancelled,
            doubt,
            last_said(messages),
            kwargs.get("mentions") or (),
            " ".join(changing.split()) if trip else traveller_messages(prompt),
            math.log(self.min_named_probability) if free else -math.inf,
            standing=days,
        )
        # once the tools have answered, their call was made
        again = tools and free and isinstance(messages[-1], HumanMessage)
        names = {tool["function"]["name"] for tool in tools}
        written = grammar(tools)
        readers = self._readers(trip) if again else ()
        return Answer(
            wanted,
            written,
            Reranking(wanted, written, readers, self.reranking) if readers else None,
            looks(wanted, grammar, tools, standing) if again else (),
            self._revisions(wanted, tools, days, trip=trip, knows_city=kwargs.get("knows_city"))
            if again
            else (),
            (names & {_OF_DATES} if pushed else names) if again else (),
            only=(lambda tool: grammar(tools, choice=tool)) if again else None,
            numbered=self._numbered(messages, stop, kwargs, closed) if again and standing else None,
        )


def turns(messages: Sequence[BaseMessage]) -> list[Turn]:
    """LangChain messages as turns.

    Raises:
        TypeError: a message that is neither the system's, the traveller's, the model's, a tool's.
    """
    return [_turn(message) for message in messages]


def last_said(messages: Sequence[BaseMessage]) -> str:
    """The traveller's last message; empty where there is none."""
    return next((m.text for m in reversed(messages) if isinstance(m, HumanMessage)), "")


def _turn(message: BaseMessage) -> Turn:
    match message:
        case SystemMessage():
            return Turn("system", message.text)
        case HumanMessage():
            return Turn("user", message.text)
        case AIMessage(tool_calls=calls) if calls:
            return Turn("assistant", calls=tuple(Call(c["name"], c["args"]) for c in calls))
        case AIMessage():
            return Turn("assistant", message.text)
        case ToolMessage():
            return Turn("tool", message.text)
    raise TypeError(f"The model can't read a {type(message).__name__}.")


def _grammar(
    tools: Sequence[Mapping[str, Any]],
    choice: str | None,
    said: str,
    told: str | None = None,
    changing: str = "",
    here: frozenset[str] = frozenset(),
    constraint: Constraint | None = None,
    days: int = 0,
) -> str:
    """Of what may be written.

    Args:
        tools: that are bound.
        choice: LangChain's.
        said: what may be quoted.
        told: those lines of it that are the traveller's.
        changing: the newest message where a trip stands.
        here: currencies of the trip's cities.
        constraint: of the first call, if any.
        days: of the trip, where no other's number is to be written.
    """
    schemas = {
        tool["function"]["name"]: tool["function"].get("parameters") or NO_ARGUMENTS
        for tool in tools
    }
    values = dict(said_values(said, changing, here))
    if days:
        numbers = tuple(map(str, range(1, days + 1)))
        values |= {(tool, key): numbers for tool in schemas for key in DAYS}
    write = partial(tool_grammar, spoken=said, told=told, values=values)
    if choice is not None and choice in schemas:
        only = {choice: schemas[choice]}
        return write(only, words=False)
    if not schemas or choice == "none":
        return answer_grammar()
    if choice not in (None, "auto", "any", "required"):
        raise ValueError(f"There is no tool {choice!r} to choose.")
    words = choice in (None, "auto")
    return write(schemas, words=words, constraint=constraint)
