"""Conversations held with the real agent: what was said, called, found and answered, turn by turn.

The clock stands still and plans are searched for in steps, not seconds, so that a conversation
differs between two runs only where the model does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from agent.bootstrap import TravelAgent
from agent.dialogue.turns import Call
from agent.events import Event, Failed, Finished, ToolFinished
from agent.session import Conversations
from agent.settings import Settings
from finetune.evaluation.goals import Conversation
from tools.services import open_services
from tools.trip import Itinerary

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday."""
PLANNING_ITERATIONS = 100
"""About as long as a plan is searched for in the product."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message and what came of it."""

    said: str
    heard: tuple[str, ...]
    """All that the traveller has said so far, this message included."""
    answer: str = ""
    calls: tuple[Call, ...] = ()
    facts: tuple[str, ...] = ()
    """What the turn's tools told the model, and their notes."""
    before: Itinerary | None = None
    """The trip as it stood when the message came."""
    itinerary: Itinerary | None = None
    """The trip as it stands after it."""
    seconds: float = 0.0
    error: str = ""
    """Why there is no answer."""


@contextmanager
def agent_of(settings: Settings, model: BaseChatModel | None = None) -> Iterator[Conversations]:
    """The agent of the settings, with threads in memory and a clock that stands still.

    Args:
        settings: which model, engine and home.
        model: instead of the settings'.

    Raises:
        TravelError: the model, adapter or data can't be used.
    """
    services = open_services(
        settings.home, clock=lambda: NOW, planning_iterations=PLANNING_ITERATIONS
    )
    settings = replace(settings, threads=":memory:")
    with TravelAgent(settings, model=model, services=services) as agent:
        yield agent


def converse(agent: Conversations, conversation: Conversation) -> tuple[Exchange, ...]:
    """Says every message of the conversation in a thread of its own, which is then forgotten.

    A turn that the agent could not finish is an `Exchange` with an error; the next one follows.
    """
    thread = f"evaluation-{conversation.id}"
    agent.forget(thread)
    exchanges: list[Exchange] = []
    trip: Itinerary | None = None
    for number, text in enumerate(conversation.messages, 1):
        opened = Exchange(said=text, heard=conversation.messages[:number], before=trip)
        exchange = _answered(opened, agent.stream(text, thread=thread))
        exchanges.append(exchange)
        trip = exchange.itinerary
    agent.forget(thread)
    return tuple(exchanges)


def labelled(conversation: Conversation) -> BaseChatModel:
    """A model that makes the labelled calls and says nothing of its own: the best there can be."""
    from langchain_core.messages import HumanMessage

    from agent.models.scripted import Reply, ScriptedChatModel

    def reply(messages: Sequence[BaseMessage]) -> Reply:
        turn = sum(isinstance(message, HumanMessage) for message in messages)
        calls: list[tuple[str, dict[str, Any]]] = [
            (call.name, dict(call.args)) for call in conversation.calls[turn - 1]
        ]
        return calls if calls and isinstance(messages[-1], HumanMessage) else "Very well."

    return ScriptedChatModel.of(function=reply)


def _answered(opened: Exchange, events: Iterator[Event]) -> Exchange:
    calls: list[Call] = []
    facts: list[str] = []
    for event in events:
        match event:
            case ToolFinished(call=call, text=text, outcome=outcome):
                calls.append(Call(call.name, {k: v for k, v in call.args.items() if v is not None}))
                facts += [text, *(outcome.notes if outcome is not None else ())]
            case Failed(message=message):
                return replace(opened, itinerary=opened.before, error=message)
            case Finished(reply=reply):
                return replace(
                    opened,
                    answer=reply.text,
                    calls=tuple(calls),
                    facts=tuple(facts),
                    itinerary=reply.itinerary,
                    seconds=reply.timings["total"],
                )
            case _:
                pass
    raise RuntimeError("a turn has to end with Finished or Failed")
