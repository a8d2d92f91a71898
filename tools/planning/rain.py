"""Rain that is forecast, where somebody forecast it, and what the traveller is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

from tools.names import listed
from tools.planning.score import WET_MM
from tools.trip import Itinerary

Rain = Mapping[tuple[str, date], float]
"""`City.id` and a date there -> mm. Days that nobody forecast are absent and count as dry."""

UNKNOWN: Rain = MappingProxyType({})
"""No forecast at all."""

OF_RAIN = "Rain is forecast for"
"""How notes of wet days begin."""


def told(itinerary: Itinerary, rain: Rain) -> Itinerary:
    """The itinerary with a note of its wet days, or with none, whatever it had before."""
    request = itinerary.request
    wet = [
        f"day {number}"
        for number, on in enumerate(request.dates, start=1)
        if rain.get((request.stay_on(number).city.id, on), 0.0) >= WET_MM
    ]
    notes = [note for note in itinerary.notes if not note.startswith(OF_RAIN)]
    if wet and len(wet) < request.days:
        notes.append(f"{OF_RAIN} {listed(wet)}: sights in the open are rather on other days.")
    elif wet:
        notes.append(f"{OF_RAIN} the whole trip; take something against it.")
    return replace(itinerary, notes=tuple(notes))
