"""A kitchen that a trip comes to more than once, each time as a place of its own.

Where few places serve a diet, can be reached without steps, or serve dinner early, eating twice at
one of them beats no meal. A further visit is to the same place under an id of its own
("rome-da-enzo#2"), so that it is pinned, moved, replaced and taken out by itself, like every other
stop, without the first.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

from tools.place import Place
from tools.trip import Itinerary, TripRequest

_EARLY_END = time(20, 30)
_FURTHER = re.compile(r"(.+)#([1-9]\d{0,2})")
"""No id of the store has such an end."""


def again(place: Place, number: int) -> Place:
    """The place as it is visited for the `number`-th time, from 2."""
    return replace(place, id=f"{original(place.id)}#{number}")


def original(place_id: str) -> str:
    """The id under which the store knows the place."""
    return match[1] if (match := _FURTHER.fullmatch(place_id)) else place_id


def visit_number(place_id: str) -> int:
    """Which visit the id is of: 1 for the store's own."""
    return int(match[2]) if (match := _FURTHER.fullmatch(place_id)) else 1


def is_again(place_id: str) -> bool:
    """Whether the id is of a further visit."""
    return original(place_id) != place_id


def may_repeat(request: TripRequest) -> bool:
    """Whether the request leaves few enough kitchens that one may come again.

    Who has to be home early eats where dinner is early, too, and such are few.
    """
    return bool(request.diets) or request.step_free or request.day_end < _EARLY_END


def visited(itinerary: Itinerary) -> dict[str, int]:
    """The ids, as the store knows them, of the places in the plan, and the first day of each."""
    found: dict[str, int] = {}
    for number, day in enumerate(itinerary.days, start=1):
        for visit in day.visits:
            found.setdefault(original(visit.place.id), number)
    return found


def with_every_visit_avoided(request: TripRequest, before: Itinerary | None) -> TripRequest:
    """The request that avoids each visit to the places which it avoids and the plan before did not.

    For a place that is sent away as such, where an edit takes out one visit of it.
    """
    if before is None:
        return request
    new = {*request.avoid} - {*before.request.avoid}
    visits = [v.place.id for v in before.visits if original(v.place.id) in new]
    return replace(request, avoid=tuple(dict.fromkeys([*request.avoid, *visits])))
