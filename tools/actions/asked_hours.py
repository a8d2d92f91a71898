"""The hour at which somebody wants to be at a place: as said, by the clock, by a meal of the day,
and by when the place is open: "8 o'clock" is the evening in a hall that opens at five, "first
thing" when it opens.
"""

from __future__ import annotations

from datetime import time

from tools.actions.beside_meals import hour_beside_meal, own_words
from tools.actions.vague_hours import hour_in_part
from tools.errors import InvalidRequestError
from tools.hours import opening
from tools.meals import PIN_TOLERANCE_MINUTES, minute_of_day
from tools.names import quote
from tools.parts_of_day import MIDNIGHT, NOON, PART_OF_DAY
from tools.place import Place
from tools.services import TravelServices
from tools.times import HALF_SAID, part_said, resolve_time
from tools.times_of_trip import hour_beside, shift_of
from tools.trip import Itinerary

_EARLIEST = time(5)
"""Before that nobody goes out for a place: "2" is not in the night."""
_EVENING = time(17)
"""A part of the day from here on tells of an hour which half it is of; "before lunch" does not."""


def asked_hour(
    services: TravelServices,
    itinerary: Itinerary,
    place: Place,
    day: int | None,
    said: str | None,
    standing: time | None = None,
) -> time | None:
    """When to arrive at a place, or None where no hour was said.

    Args:
        services: asked for the way from a meal.
        itinerary: the trip.
        place: to be visited.
        day: 1-based; None where it may be any day of the trip in the place's city.
        said: the words.
        standing: when it is visited so far, from which "an hour later" counts.

    Raises:
        InvalidRequestError: the words give no hour.
    """
    at = hour_beside_meal(services, itinerary, place, day, said)
    if at is not None or said is None:
        return at
    words = own_words(said) or said
    at = hour_said(words, standing)
    if at is None or shift_of(words) is not None:
        return at
    if (part := part_said(words)) is not None:
        return hour_in_part(itinerary, place, day, part)
    return _in_the_half_meant(itinerary, place, day, words, at)


def is_shift(said: str) -> bool:
    """Whether the words say by how much later or earlier, and no hour."""
    return shift_of(own_words(said) or said) is not None


def hour_said(said: str | None, standing: time | None = None, *, late: bool = False) -> time | None:
    """The hour that was said, perhaps as so much later than the one that stands.

    Args:
        said: the words.
        standing: the hour so far.
        late: whether the end of a day is meant, as in `tools.times.resolve_time`.

    Raises:
        InvalidRequestError: the words give no hour.
    """
    if said is None:
        return None
    if standing is None:
        if shift_of(said) is not None:
            raise InvalidRequestError(
                f"It is not in the plan, so {quote(said)} tells no hour; at which one should it be?"
            )
        at = resolve_time(said, late=late)
    else:
        at = hour_beside(said, standing, late=late)
        if at is None and shift_of(said) is not None:
            raise InvalidRequestError(f"{quote(said)} than {standing:%H:%M} is another day.")
    if at is None:
        raise InvalidRequestError(
            f'I could not read {quote(said)} as an hour; right would be "10:30" or '
            '"in the afternoon".'
        )
    return at


def _in_the_half_meant(
    itinerary: Itinerary, place: Place, day: int | None, said: str, at: time
) -> time:
    """The hour as read, or the one twelve hours from it where that is what is meant.

    It is where the place's own hours rule out the one that was read; and where a part of the day
    is said along ("dinner at 8", "7, first thing"), as long as the place is open then.
    """
    words, other = said.casefold(), at.replace(hour=(at.hour + 12) % 24)
    bare = HALF_SAID.search(words) is None and at.hour % 12 != 0
    if not bare or min(at, other) < _EARLIEST or not place.hours:
        return at
    if not _is_open(itinerary, place, day, other):
        return at
    parts = [resolve_time(match["name"]) for match in PART_OF_DAY.finditer(words)]
    evening = any(part is not None and part >= _EVENING for part in parts)
    morning = any(part is not None and MIDNIGHT < part < NOON for part in parts)
    if evening or morning:
        return max(at, other) if evening else min(at, other)
    return at if _is_open(itinerary, place, day, at) else other


def _is_open(itinerary: Itinerary, place: Place, day: int | None, at: time) -> bool:
    """Whether a visit that begins at that hour, or about it, finds the place open to its end."""
    request = itinerary.request
    begins, slack = minute_of_day(at), PIN_TOLERANCE_MINUTES
    for number, on in enumerate(request.dates, start=1):
        city = request.stay_on(number).city
        if day not in (None, number) or city.id != place.city:
            continue
        spans = opening(place, city, on)
        if any(a - slack <= begins and begins + place.minutes <= b + slack for a, b in spans):
            return True
    return False
