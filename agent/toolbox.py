"""The catalog as LangChain tools, and the node that runs a message's calls one after another.

`docs/decisions/002-sequential-tools.md` says why LangChain's own tool node is not used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, cast

from langchain.agents.middleware import AgentMiddleware
from langchain.tools import ToolRuntime
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import StructuredTool
from langgraph.runtime import Runtime
from langgraph.types import Command

from agent.events import Event, ItineraryChanged, ToolCall, ToolFinished, ToolStarted
from agent.state import TRIP_KEYS, TripState, TurnContext, read_trip, write_trip
from tools.catalog import CATALOG, Tool, perform
from tools.check import check
from tools.outcome import Outcome, Trip
from tools.providers.ledger import recording

Writer = Callable[[Event], None]


@cache
def langchain_tools() -> tuple[StructuredTool, ...]:
    """The catalog's tools, in its order; what a chat model binds."""
    return tuple(map(_langchain_tool, CATALOG))


def _langchain_tool(tool: Tool) -> StructuredTool:
    def run(runtime: ToolRuntime[TurnContext, TripState], **arguments: Any) -> Command[Any]:
        update = execute(
            runtime.context,
            cast("Mapping[str, Any]", runtime.state),
            ToolCall(tool.name, arguments),
            runtime.tool_call_id or "",
            runtime.stream_writer,
        )
        return Command(update=update)

    return StructuredTool.from_function(
        run, name=tool.name, description=tool.description, args_schema=tool.arguments
    )


def execute(
    context: TurnContext,
    state: Mapping[str, Any],
    call: ToolCall,
    call_id: str,
    write: Writer,
    later: Sequence[ToolCall] = (),
) -> dict[str, Any]:
    """Runs one call on the state's trip, and tells of it.

    A change after which the plan would not hold is refused: the trip stays as it was. `later` are
    the calls that the same message goes on with.

    Returns:
        The state's update: the trip, and the message for the model.

    Raises:
        TurnCancelledError: the turn was stopped.
        DataError: a damaged file, or a stored trip that can't be read.
        ServiceUnavailableError: an outside service failed.
    """
    context.check_cancelled()
    write(ToolStarted(call_id, call))
    began = time.perf_counter()
    trip = read_trip(state)
    given = {key: value for key, value in call.args.items() if value is not None}
    following = [(one.name, one.args) for one in later]
    with recording() as ledger:
        outcome = perform(context.services, trip, call.name, given, following)
        outcome = _that_holds(context, trip, outcome)
    sources = dict.fromkeys((*outcome.sources, *ledger.sources))
    outcome = replace(outcome, sources=tuple(sources), notes=(*outcome.notes, *ledger.notes))
    seconds = time.perf_counter() - began
    context.tool_seconds += seconds
    context.outcomes.append(outcome)
    write(ToolFinished(call_id, call, outcome.text, seconds, outcome))
    itinerary = outcome.trip.itinerary
    if itinerary is not None and itinerary is not trip.itinerary:
        write(ItineraryChanged(itinerary, (), outcome.changes))
    message = ToolMessage(outcome.text, tool_call_id=call_id, name=call.name)
    return {**write_trip(outcome.trip, state), "messages": [message]}


def _that_holds(context: TurnContext, before: Trip, outcome: Outcome) -> Outcome:
    """The outcome, or a refusal where the independent check finds fault with the new plan."""
    itinerary = outcome.trip.itinerary
    if itinerary is None or itinerary is before.itinerary:
        return outcome
    violations = check(itinerary, context.services.travel, context.services.transfers)
    if not violations:
        return outcome
    context.violations.extend(violations)
    reason = f"The plan would not hold: {violations[0].message}"
    return Outcome("cannot", {"reason": reason}, before)


class SequentialTools(AgentMiddleware[TripState, TurnContext]):
    """Runs the calls of one message in order, each on the state that the one before left."""

    state_schema = TripState

    def after_model(self, state: TripState, runtime: Runtime[TurnContext]) -> dict[str, Any] | None:
        """Answers every call of the model's message, so that none is left for a tool node."""
        last = state["messages"][-1]
        if not isinstance(last, AIMessage) or not last.tool_calls:
            return None
        current: dict[str, Any] = dict(state)
        messages: list[ToolMessage] = []
        calls = [ToolCall(call["name"], call["args"]) for call in last.tool_calls]
        for number, call in enumerate(last.tool_calls):
            update = execute(
                runtime.context,
                current,
                calls[number],
                call["id"] or f"{last.id}-{number}",
                runtime.stream_writer,
                calls[number + 1 :],
            )
            messages += update.pop("messages")
            current |= update
        trip = {key: current.get(key) for key in TRIP_KEYS}
        return {**trip, "messages": messages}
