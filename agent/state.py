"""What a thread remembers: messages, and the trip as plain JSON values.

Checkpoints hold nothing but dicts, lists and strings, so that any later version can read them.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NotRequired, cast

from langchain.agents import AgentState
from pydantic import ValidationError

from agent.errors import TurnCancelledError
from tools.arguments import PlanDays
from tools.errors import DataError
from tools.outcome import Outcome, Trip
from tools.services import TravelServices
from tools.trip import Itinerary, Violation


class TripState(AgentState[Any]):
    """The graph's state: LangChain's messages and the trip (`tools.outcome.Trip`)."""

    itinerary: NotRequired[str | None]
    """`Itinerary.to_json()`."""
    wishes: NotRequired[dict[str, Any]]
    """`PlanDays` as JSON, without what was never said."""
    past: NotRequired[list[str]]
    """Earlier itineraries, oldest first."""
    future: NotRequired[list[str]]
    """Itineraries that were taken back, the next one first."""
    ideas: NotRequired[list[str]]
    """Ids of places kept for later."""


TRIP_KEYS = ("itinerary", "wishes", "past", "future", "ideas")
"""Of the state: the trip's part."""


@dataclass(slots=True)
class TurnContext:
    """One turn's surroundings: reaches the graph's nodes, and is never stored."""

    services: TravelServices
    cancelled: threading.Event = field(default_factory=threading.Event)
    outcomes: list[Outcome] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    """Of changes that were refused because the plan would not have held."""
    hints: Mapping[str, Any] | None = None
    """What the model is told beside the messages, once it was looked for."""
    model_calls: int = 0
    model_seconds: float = 0.0
    tool_seconds: float = 0.0

    def check_cancelled(self) -> None:
        """Ends the turn if someone asked for that.

        Raises:
            TurnCancelledError: someone did.
        """
        if self.cancelled.is_set():
            raise TurnCancelledError("Stopped; the trip is as it was before.")


def read_trip(state: Mapping[str, Any]) -> Trip:
    """The trip in a state.

    Raises:
        DataError: what is stored can't be read.
    """
    text = cast("str | None", state.get("itinerary"))
    try:
        wishes = PlanDays.model_validate(state.get("wishes") or {})
    except ValidationError as error:
        raise DataError(
            f"The stored wishes can't be read: {error.error_count()} faults."
        ) from error
    return Trip(
        wishes=wishes,
        itinerary=None if text is None else _itinerary(text),
        past=tuple(map(_itinerary, state.get("past") or ())),
        future=tuple(map(_itinerary, state.get("future") or ())),
        ideas=tuple(state.get("ideas") or ()),
    )


def write_trip(trip: Trip, before: Mapping[str, Any]) -> dict[str, Any]:
    """The state's entries for a trip.

    Args:
        trip: as it is now.
        before: the state it came from; versions that it held are not written anew.
    """
    versions = (*(before.get("past") or ()), *(before.get("future") or ()))
    texts = [*versions, *filter(None, [before.get("itinerary")])]
    known = {id(_itinerary(text)): text for text in texts}

    def text_of(itinerary: Itinerary) -> str:
        return known.get(id(itinerary)) or itinerary.to_json()

    return {
        "itinerary": None if trip.itinerary is None else text_of(trip.itinerary),
        "wishes": trip.wishes.model_dump(mode="json", exclude_none=True),
        "past": [text_of(itinerary) for itinerary in trip.past],
        "future": [text_of(itinerary) for itinerary in trip.future],
        "ideas": [*trip.ideas],
    }


def trip_summary(itinerary: Itinerary | None) -> str:
    """What the model reads of the trip before each message: "Rome, Florence, 5 days"."""
    if itinerary is None:
        return ""
    count = len(itinerary.days)
    days = "1 day" if count == 1 else f"{count} days"
    cities = dict.fromkeys(city.name for city in itinerary.request.cities)
    return f"{', '.join(cities)}, {days}"


@lru_cache(maxsize=256)
def _itinerary(text: str) -> Itinerary:
    # frozen, hence shared; one turn reads the same text several times
    return Itinerary.from_json(text)
