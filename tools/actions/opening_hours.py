"""When a place is open: on a day, at an hour, in a part of a day. No trip changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from tools.actions import looking, saying
from tools.actions.looking import place_anywhere, trip_day
from tools.arguments import CheckOpening
from tools.errors import InvalidRequestError
from tools.hours import DAY_MINUTES, is_open, opening
from tools.meals import minute_of_day
from tools.names import listed
from tools.outcome import Outcome, Trip
from tools.parts_of_day import hours_within
from tools.place import City, Place
from tools.runs import runs
from tools.services import TravelServices
from tools.times import part_said, resolve_time

_DAYS_AHEAD = 14
"""How far the next opening is looked for; who is closed for longer is closed for the season."""
_WEEKS = 3
"""In which a weekday has to be closed to be a closing day: one of them may be a holiday."""
_EACH = tuple(timedelta(weeks=n) for n in range(_WEEKS))


def check_opening(services: TravelServices, trip: Trip, said: CheckOpening) -> Outcome:
    """Whether a place is open on a day, or at an hour, and its hours.

    Without a time the trip's days are meant: the one on which the place is planned, else the first
    on which it is open. Without a trip to its city it is today.

    Raises:
        InputError: an unknown or ambiguous place, or a time that can't be read.
    """
    city, place = place_anywhere(services, trip, said.place)
    if not place.hours:
        raise InvalidRequestError(f"I don't know the opening hours of {place.name}.")
    at, to_the_hour = _moment(services, trip, city, place, said.when)
    days = [at.date()]
    if said.when is None and not _is_planned(trip, place):
        days = _days_ahead(services, trip, city) or days
        on = next((on for on in days if _hours(place, city, on)), days[-1])
        at = datetime.combine(on, at.timetz())
    hours = _hours(place, city, at.date())
    day = saying.on(at.date()) if hours else _on_all(days)
    facts: dict[str, str | None] = {"place": place.name, "day": day}
    part = part_said(said.when or "") if to_the_hour else None
    open_then = bool(hours) and (not to_the_hour or _is_open(place, city, at))
    if part is not None and _opens_within(place, city, at.date(), part):
        open_then, to_the_hour = True, False
    if to_the_hour:
        facts["time"] = saying.clock(at)
    if hours:
        facts["hours"] = hours
    if not open_then:
        facts["next"] = _next_opening(place, city, at)
    found = saying.outcome("open" if open_then else "closed", trip, facts)
    closing = None if said.when is not None else _closing_days(place, city, at.date())
    return replace(found, places=(place,), notes=() if closing is None else (closing,))


def _moment(
    services: TravelServices, trip: Trip, city: City, place: Place, said: str | None
) -> tuple[datetime, bool]:
    """When is meant, and whether to the hour; a planned visit's day when nothing was said."""
    now = services.now(city)
    if said is None:
        planned = trip.itinerary.visit_of(place.id) if trip.itinerary is not None else None
        on = now.date() if planned is None else planned[1].arrival.date()
        return datetime.combine(on, now.timetz()), False
    if (day := trip_day(trip, said)) is not None:
        return datetime.combine(day, now.timetz()), False
    at = looking.moment(services, trip, city, said)
    return at, resolve_time(said) is not None


def _is_planned(trip: Trip, place: Place) -> bool:
    return trip.itinerary is not None and trip.itinerary.visit_of(place.id) is not None


def _days_ahead(services: TravelServices, trip: Trip, city: City) -> list[date]:
    """The trip's days in the city that are not past; none where it leads elsewhere, or is over."""
    if trip.itinerary is None:
        return []
    today = services.today(city)
    return [on for on in looking.days_in(trip.itinerary, city) if on >= today]


def _on_all(days: Sequence[date]) -> str:
    """The days, ascending, as text; those in a row as their first and last one."""
    in_a_row = runs(days, lambda one, next_one: next_one - one == timedelta(days=1))
    return listed([" to ".join(saying.on(on) for on in sorted({r[0], r[-1]})) for r in in_a_row])


def _is_open(place: Place, city: City, at: datetime) -> bool:
    return is_open(
        place.hours,
        at,
        country=city.country,
        timezone=city.timezone,
        coordinates=place.coordinates,
    )


def _hours(place: Place, city: City, on: date) -> str:
    """A day's hours as text, "09:00-12:00, 14:00-18:00"; empty when closed."""
    spans = opening(place, city, on)
    if any(opens == 0 and closes >= DAY_MINUTES for opens, closes in spans):
        return "all day"
    return ", ".join(f"{_clock(a)}-{_clock(b)}" for a, b in spans)


def _opens_within(place: Place, city: City, on: date, part: str) -> bool:
    """Whether it is open at any hour of a part of the day."""
    first, last = (minute_of_day(at) for at in hours_within(part))
    return any(opens < last and first < closes for opens, closes in opening(place, city, on))


def _closing_days(place: Place, city: City, first: date) -> str | None:
    """The weekdays on which it is closed in the weeks from a date on, in a sentence.

    None of a place that is closed for the season.
    """
    weeks = [first + timedelta(days=ahead) for ahead in range(7 * _WEEKS)]
    spans = {on: opening(place, city, on) for on in weeks}
    closed = [
        on for on in sorted(weeks[:7], key=date.weekday) if not any(spans[on + w] for w in _EACH)
    ]
    if len(closed) == 7:
        return None
    if not closed:
        return f"{place.name} is open on every day of the week."
    return f"{place.name} is closed on {listed([f'{on:%A}s' for on in closed])}."


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _next_opening(place: Place, city: City, after: datetime) -> str | None:
    """The first day after this one with hours, as text."""
    for ahead in range(1, _DAYS_AHEAD + 1):
        on = after.date() + timedelta(days=ahead)
        if hours := _hours(place, city, on):
            return f"{saying.on(on)}, {hours}"
    return None
