"""What happens while a message is answered, in the order it happens. Every door shows these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tools.outcome import Outcome
from tools.trip import Itinerary, Violation


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call as the model made it; an argument that the traveller did not give is absent."""

    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class TextReplaced:
    """The answer so far was not grounded in the facts: show this instead."""

    text: str


@dataclass(frozen=True, slots=True)
class Offered:
    """What the traveller may have meant, where it was not clear enough to be done."""

    calls: tuple[ToolCall, ...]


@dataclass(frozen=True, slots=True)
class ToolStarted:
    """A tool begins its work; `id` ties it to its `ToolFinished`."""

    id: str
    call: ToolCall


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """A tool is done; `text` is what the model reads of it, `outcome` is None when it failed."""

    id: str
    call: ToolCall
    text: str
    seconds: float
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class ItineraryChanged:
    """The trip has a new plan, checked."""

    itinerary: Itinerary
    violations: tuple[Violation, ...] = ()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The turn could not be finished; the thread is as it was before the message."""

    message: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole turn."""

    text: str
    itinerary: Itinerary | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    violations: tuple[Violation, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds: `first_token`, `model`, `tools`, `total`."""
    changes: tuple[str, ...] = ()
    """What was changed by hand, one sentence each."""


@dataclass(frozen=True, slots=True)
class Finished:
    """The turn is over."""

    reply: Reply


Event = (
    TextDelta
    | TextReplaced
    | Offered
    | ToolStarted
    | ToolFinished
    | ItineraryChanged
    | Failed
    | Finished
)
