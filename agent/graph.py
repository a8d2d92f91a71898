"""The LangChain agent: model and tools in turn, until an answer that its facts bear out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    ModelRequest,
    ModelResponse,
    hook_config,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, SystemMessage
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from agent.dialogue.asking_back import question
from agent.dialogue.grounding import grounded
from agent.dialogue.phrases import capitalised, plain_answer
from agent.dialogue.standing import Standing, strangers
from agent.dialogue.turns import Call
from agent.dialogue.wire import HISTORY, shown, system_text
from agent.events import Offered, TextReplaced, ToolCall
from agent.state import TripState, TurnContext, read_trip, trip_summary
from agent.toolbox import SequentialTools, langchain_tools
from tools.actions.known_names import mentions_within
from tools.actions.lengths import city_meant
from tools.actions.naming import is_covered
from tools.actions.said_places import is_known, places_in
from tools.dates_of_trip import with_days_numbered
from tools.errors import InputError
from tools.mention import Mention
from tools.services import TravelServices
from tools.trip import Itinerary

MAX_MODEL_CALLS = 4
"""In one turn; a model that goes on calling tools is stopped, and the facts are told plainly."""

LAST_NODE = "OneTurn.after_agent"
"""Of the graph: a turn that was done by hand is written as if it had come from here."""

Graph = CompiledStateGraph[Any, TurnContext, Any, Any]


def build_graph(
    model: BaseChatModel, checkpointer: BaseCheckpointSaver[Any] | None = None
) -> Graph:
    """The agent's graph; invoke it with a `TurnContext`, synchronously (the session's thread)."""
    return create_agent(
        model,
        list(langchain_tools()),
        middleware=[OneTurn(as_host=getattr(model, "speaks_as_host", False)), SequentialTools()],
        state_schema=TripState,
        context_schema=TurnContext,
        checkpointer=checkpointer,
        name="tripwright",
    )


def system_message(itinerary: Itinerary | None) -> SystemMessage:
    """The line that tells the model of the trip."""
    return SystemMessage(system_text(trip_summary(itinerary)))


def mentions_of(
    services: TravelServices, itinerary: Itinerary | None, messages: Sequence[BaseMessage]
) -> tuple[Mention, ...]:
    """The known names in the traveller's last message, as far as the model reads it."""
    said = [shown(m.text) for m in messages if isinstance(m, HumanMessage)]
    before = said[-1 - HISTORY // 2 : -1]
    return mentions_within(services, itinerary, "".join(said[-1:]), "\n".join(before))


def standing_of(services: TravelServices, itinerary: Itinerary | None) -> Standing | None:
    """What a call may build upon; None where there is no trip."""
    if itinerary is None:
        return None
    stays = itinerary.request.all_stays

    def called_otherwise(said: str) -> str | None:
        with suppress(InputError):  # several are called so, or it is no name
            city = city_meant(services, itinerary, said)
            return None if city is None else city.name
        return None

    return Standing(
        tuple((stay.city.name, stay.days) for stay in stays),
        frozenset(stay.city.currency for stay in stays),
        called_otherwise,
        partial(is_known, services, itinerary),
        partial(places_in, services, itinerary),
        partial(with_days_numbered, days=itinerary.request.dates),
    )


def hints_of(
    services: TravelServices, itinerary: Itinerary | None, messages: Sequence[BaseMessage]
) -> dict[str, Any]:
    """What our model is told beside the messages: `TripwrightChatModel` says what of it it uses."""
    return {
        "mentions": mentions_of(services, itinerary, messages),
        "trip": standing_of(services, itinerary),
        "knows_city": partial(is_covered, services),
    }


class OneTurn(AgentMiddleware[TripState, TurnContext]):
    """The system line, the guard against endless calls, and the check of the answer.

    Args:
        as_host: whether the model was tuned on the host's sentences, and is held to them.
    """

    state_schema = TripState

    def __init__(self, *, as_host: bool = False) -> None:
        super().__init__()
        self._as_host = as_host

    @hook_config(can_jump_to=["end"])
    def before_model(
        self, state: TripState, runtime: Runtime[TurnContext]
    ) -> dict[str, Any] | None:
        """Ends the turn when the model was called often enough."""
        runtime.context.check_cancelled()
        return {"jump_to": "end"} if runtime.context.model_calls >= MAX_MODEL_CALLS else None

    def wrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], ModelResponse[Any]],
    ) -> ModelResponse[Any]:
        """Tells the model of the trip as it is now, and takes the time."""
        context = request.runtime.context
        context.model_calls += 1
        began = time.perf_counter()
        itinerary = read_trip(dict(request.state)).itinerary
        if context.hints is None:
            context.hints = hints_of(context.services, itinerary, request.messages)
        asked = request.override(
            system_message=system_message(itinerary),
            # our model looks here while it reads the prompt; all others stop between two tokens
            model_settings={
                **request.model_settings,
                "cancelled": context.cancelled.is_set,
                **context.hints,
            },
        )
        try:
            return handler(asked)
        finally:
            context.model_seconds += time.perf_counter() - began

    def after_agent(self, state: TripState, runtime: Runtime[TurnContext]) -> dict[str, Any] | None:
        """Puts a plain answer where the model's is missing or says what the facts do not, and a
        question where the model could not decide what was meant.
        """
        context = runtime.context
        context.check_cancelled()
        answer = _answer(state["messages"])
        said = answer.text if answer is not None else ""
        outcomes = tuple(context.outcomes)
        heard, as_host = _heard(state), self._as_host
        kept = grounded(said, outcomes, heard, as_host=as_host) if said.strip() else None
        kept = kept if kept is None else capitalised(kept)
        notes = dict.fromkeys(note for outcome in outcomes for note in outcome.notes)
        if kept == said and not notes:
            return None
        if kept is None:
            trip = read_trip(dict(state)).itinerary is not None
            told = answer.response_metadata if answer is not None else {}
            torn = told.get("torn_between")
            kept = question(torn, trip=trip) if torn else plain_answer(outcomes, trip=trip)
            offers = [Call(one["name"], one["args"]) for one in told.get("offers") or ()]
            standing: Standing | None = (context.hints or {}).get("trip")
            if standing is not None:  # "sleep in" is no place that could be moved
                offers = [call for call in offers if not strangers([call], standing)]
            if offers:
                runtime.stream_writer(Offered(tuple(ToolCall(c.name, c.args) for c in offers)))
        text = " ".join([kept, *notes])
        runtime.stream_writer(TextReplaced(text))
        # the same id replaces the message; none adds one
        return {"messages": [AIMessage(text, id=answer.id if answer is not None else None)]}


def _heard(state: TripState) -> str:
    """What the traveller said in the last exchanges and where the trip goes: may be repeated."""
    asked = [m.text for m in state["messages"] if isinstance(m, HumanMessage)][-3:]
    return "\n".join([trip_summary(read_trip(dict(state)).itinerary), *asked])


def _answer(messages: Sequence[AnyMessage]) -> AIMessage | None:
    """The words that end the turn, if the model wrote any."""
    last = messages[-1]
    if isinstance(last, HumanMessage) or not isinstance(last, AIMessage) or last.tool_calls:
        return None
    return last
