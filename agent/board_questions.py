"""What the board asks without changing anything: why, what else, what is there, what was before.

Each answer is plain JSON values for `public/trip-board/`; no LangChain, no Chainlit.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from agent.board import place_view
from agent.words import Words
from tools.actions.explaining import reasons_for
from tools.actions.idea_search import places_for_trip
from tools.actions.trips import planner_of, require_trip
from tools.editing.comparing import compare
from tools.editing.suggesting import suggest
from tools.errors import InvalidRequestError
from tools.export import export
from tools.export.wording import hours_on
from tools.gestures import visit_of
from tools.outcome import Trip
from tools.services import TravelServices

_MOST_CHANGES = 12
"""Of two versions that are told beside their days."""
MAX_QUERY = 80
"""Characters of what is typed to find a place."""


def answer(
    services: TravelServices, trip: Trip, what: str, given: Mapping[str, Any], words: Words
) -> Any:
    """The answer to one of `QUESTIONS`.

    Args:
        services: what may be reached.
        trip: of the conversation.
        what: the question's name.
        given: its arguments, from the page.
        words: of the page's language.

    Raises:
        InputError: no such question, place or version, or nothing fits; with one sentence.
        DataError: a damaged file.
    """
    if what not in QUESTIONS:
        raise InvalidRequestError("The board asked for something that is not known here.")
    return QUESTIONS[what](services, trip, given, words)


def _details(
    services: TravelServices, trip: Trip, given: Mapping[str, Any], words: Words
) -> dict[str, str]:
    """Why a place is there and then, and where what is known of it comes from."""
    itinerary = require_trip(trip)
    day, visit = visit_of(itinerary, _text(given, "place"))
    place, city = visit.place, itinerary.request.stay_on(day).city
    reasons = reasons_for(services, itinerary, day, visit)
    at = f"{place.coordinates.lat:.5f}/{place.coordinates.lon:.5f}"
    pin = f"mlat={place.coordinates.lat:.5f}&mlon={place.coordinates.lon:.5f}"
    return {
        "why": f"{reasons[:1].upper()}{reasons[1:]}.",
        "hours": hours_on(place, city, itinerary.days[day - 1].date),
        "source": place.source,
        "checked": words.month(place.as_of) if place.as_of else "",
        "map": f"https://www.openstreetmap.org/?{pin}#map=17/{at}",
    }


def _suggestions(
    services: TravelServices, trip: Trip, given: Mapping[str, Any], words: Words
) -> list[dict[str, Any]]:
    """Three other places for a stop, each with what speaks for it."""
    itinerary = require_trip(trip)
    context = planner_of(services, itinerary)
    found = suggest(itinerary, context, _text(given, "place"))
    return [{**place_view(one.place, itinerary, words), "reasons": [*one.reasons]} for one in found]


def _find(
    services: TravelServices, trip: Trip, given: Mapping[str, Any], words: Words
) -> list[dict[str, Any]]:
    """Places that could be added, as one types."""
    itinerary = require_trip(trip)
    query = _text(given, "query", empty=True)[:MAX_QUERY]
    found = places_for_trip(services, itinerary, query)
    return [dict(place_view(one.place, itinerary, words)) for one in found]


def _compare(
    services: TravelServices, trip: Trip, given: Mapping[str, Any], words: Words
) -> dict[str, Any]:
    """An earlier version beside the present one, day by day."""
    itinerary, back = require_trip(trip), given.get("back", 1)
    if not isinstance(back, int) or not 1 <= back <= len(trip.past):
        raise InvalidRequestError("There is no such earlier version of the trip.")
    found = compare(trip.past[-back], itinerary)
    return {
        "versions": [
            {"back": number, "label": _version(number, len(trip.past), words)}
            for number in range(1, len(trip.past) + 1)
        ],
        "summary": words.text(
            "version.summary",
            old_cost=words.money(found.old_cost),
            new_cost=words.money(found.new_cost),
            old_way=words.way(found.old_walked),
            new_way=words.way(found.new_walked),
            old_sights=found.old_sights,
            new_sights=found.new_sights,
        ),
        "changes": found.changes[:_MOST_CHANGES],
        "days": [
            {
                "number": pair.number,
                "same": all(stop.kind == "same" for stop in (*pair.old, *pair.new)),
                "old": [asdict(stop) for stop in pair.old],
                "new": [asdict(stop) for stop in pair.new],
            }
            for pair in found.days
        ],
    }


def _version(back: int, count: int, words: Words) -> str:
    return words.text("version.first") if back == count else words.count("version", back)


def _export(
    services: TravelServices, trip: Trip, given: Mapping[str, Any], words: Words
) -> dict[str, str]:
    """The trip as a file."""
    made = export(require_trip(trip), _text(given, "format"))
    return {
        "filename": made.filename,
        "media_type": made.media_type,
        "content": base64.b64encode(made.content).decode(),
    }


QUESTIONS: Mapping[
    str, Callable[[TravelServices, Trip, Mapping[str, Any], Words], Any]
] = {
    "details": _details,
    "suggestions": _suggestions,
    "find": _find,
    "compare": _compare,
    "export": _export,
}  # fmt: skip
"""By name."""


def _text(given: Mapping[str, Any], key: str, *, empty: bool = False) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not (value or empty):
        raise InvalidRequestError(f"The board did not say which {key} it means.")
    return value
