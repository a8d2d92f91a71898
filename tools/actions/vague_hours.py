"""Hours that are said by a part of the day: "at night", "first thing", "for the sunset".

Such words mean some hour then, not the one on the clock that stands for it elsewhere: a museum
"first thing" is seen when it opens, a club "on Friday night" when that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from tools.actions.beside_meals import open_starts
from tools.almanac import Locality, daylight
from tools.errors import InvalidRequestError
from tools.hours import DAY_MINUTES, opening
from tools.meals import minute_of_day
from tools.parts_of_day import (
    AFTER_SUNSET,
    AT_OPENING,
    MIDNIGHT,
    PARTS,
    SUNRISES,
    SUNSETS,
    hours_within,
)
from tools.place import City, Place
from tools.planning.windows import GRID, down
from tools.trip import Itinerary

_BEFORE_THE_SUN = 30
"""Minutes; who comes for the sunset is there before it, by half the visit if that is less."""
_STILL_SUNRISE = 60
_STILL_LIGHT = 20
"""Minutes after sunset: civil twilight at middle latitudes."""

_Span = tuple[int, int]


def hour_in_part(itinerary: Itinerary, place: Place, day: int | None, part: str) -> time:
    """When to arrive at a place in a part of the day.

    Args:
        itinerary: the trip.
        place: to be visited.
        day: 1-based; None where it may be any day of the trip in the place's city.
        part: a name of `tools.parts_of_day.PARTS`.

    Returns:
        The usual hour of that part if a whole visit fits the place's hours then, else the nearest
        one at which it does; the usual one, too, where none does.
    """
    if PARTS[part] == MIDNIGHT:
        return MIDNIGHT
    request = itinerary.request
    found: list[tuple[int, int]] = []
    usual = minute_of_day(PARTS[part])
    for number, on in enumerate(request.dates, start=1):
        city = request.stay_on(number).city
        if day in (None, number) and city.id == place.city:
            wanted, within = _wanted(part, place, city, on)
            usual = wanted if number == day else usual
            starts = (_nearest(wanted, span) for span in _starts(itinerary, place, number, within))
            found += [(abs(start - wanted), start) for start in starts]
    at = min(found)[1] if found else usual
    return time(*divmod(at, 60))


def _wanted(part: str, place: Place, city: City, on: date) -> tuple[int, _Span]:
    """The minute that is meant on a day, and the first and last ones that are as good."""
    first, last = (minute_of_day(at) for at in hours_within(part))
    usual = minute_of_day(PARTS[part])
    if part in AT_OPENING:
        opens = [begins for begins, _ in opening(place, city, on) if begins >= first]
        return (min(opens), (min(opens), DAY_MINUTES - GRID)) if opens else (usual, (first, last))
    if part not in SUNRISES | SUNSETS | AFTER_SUNSET:
        return usual, (first, last)
    light = _light(city, on)
    if light is None:
        return usual, (first, last)
    up, fall = light
    lead = min(_BEFORE_THE_SUN, place.minutes // 2)
    if part in SUNRISES:
        return down(up - lead), (down(up - lead), up + _STILL_SUNRISE)
    if part in AFTER_SUNSET:
        return down(fall + _STILL_LIGHT), (fall, last)
    return down(fall - lead), (down(fall - max(lead, place.minutes - GRID)), fall)


def _light(city: City, on: date) -> _Span | None:
    """When the sun rises and sets; None where it does not do both on that day."""
    where = Locality(city.name, city.country, city.coordinates, city.timezone)
    try:
        up, fall = daylight(where, on)
    except InvalidRequestError:
        return None
    if (up.date(), fall.date()) != (on, on):  # it sets after midnight
        return None
    return minute_of_day(up.time()), minute_of_day(fall.time())


def _starts(itinerary: Itinerary, place: Place, day: int, within: _Span) -> Iterator[_Span]:
    """The spans in which a whole visit can begin then."""
    for begins, ends in open_starts(itinerary, place, day, *within):
        yield max(begins, within[0]), min(ends, within[1])


def _nearest(wanted: int, span: _Span) -> int:
    return min(max(wanted, span[0]), span[1])
