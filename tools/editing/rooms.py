"""Room for a place on a day that would have none as it is.

Hours that nobody asked for give way to a wish: a day that begins at nine because days usually do
begins earlier for who wants to see the pyramids at half past nine, ends later for a concert, and
the children's rest is left out for a day at the zoo. Hours that the traveller named stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time

from tools.childrens_rest import CHILDRENS_REST, is_rest, rest_making_way
from tools.daytime import MIDNIGHT, bounds
from tools.editing.core import Edit, Planner, hours_of
from tools.errors import InfeasibleError
from tools.hours import opening
from tools.meals import PIN_TOLERANCE_MINUTES, minute_of_day, rest_after
from tools.place import Place
from tools.planning.windows import GRID, up
from tools.travel import TravelTimes, with_short_walks
from tools.trip import (
    DAY_END,
    DAY_START,
    KIDS_DAY_END,
    OPEN_END,
    OPEN_END_MINUTES,
    DayHours,
    Itinerary,
    TripRequest,
)

_EARLIEST, _LATEST = 5 * 60, 23 * 60 + 45
"""Minutes after midnight beyond which no day is widened, but for an open end."""
_TRIED_ROOMS = 3
_STEP = 15
"""Minutes: a day begins and ends on a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Room:
    """A day made to hold a place."""

    request: TripRequest
    day: int
    """1-based."""
    minutes: int
    """By which the day got longer, and of rest that is left out."""
    told: str
    """What was changed for it, in sentences."""


def rooms(
    request: TripRequest, place: Place, days: Iterable[int], at: time | None, travel: TravelTimes
) -> list[Room]:
    """How days would have to change for a place to fit on them alone, the least change first.

    Args:
        request: as it stands.
        place: of the days' city.
        days: 1-based; those on which nothing would have to change are not among the results, nor
            are those where no change helps.
        at: when to arrive; None for any time.
        travel: asked for the way from the day's base.
    """
    found = (_room(request, place, day, at, travel) for day in days)
    return sorted((room for room in found if room), key=lambda room: (room.minutes, room.day))


def _room(
    request: TripRequest, place: Place, day: int, at: time | None, travel: TravelTimes
) -> Room | None:
    stay = request.stay_on(day)
    leg = with_short_walks(travel, request.walk).leg(stay.base, place.coordinates)
    way = up(leg.minutes) + GRID  # some slack: the planner rounds, too
    rest = rest_after(place, request, at)
    best: Room | None = None
    for opens, closes in opening(place, stay.city, request.dates[day - 1]):
        if closes - opens < up(place.minutes):
            continue
        visit = _Visit(opens, closes, up(place.minutes), way, rest)
        room = _in_interval(request, day, visit, at, place.id)
        if room is not None and (best is None or room.minutes < best.minutes):
            best = room
    return best


@dataclass(frozen=True, slots=True)
class _Visit:
    """Minutes after midnight, and how long visit, way, and the rest that follows a visit take."""

    opens: int
    closes: int
    minutes: int
    way: int
    rest: int

    def start(self, wanted: int) -> int:
        """The possible start that is nearest to the wanted one."""
        return min(max(wanted, self.opens), self.closes - self.minutes)


def _in_interval(
    request: TripRequest, day: int, visit: _Visit, at: time | None, place_id: str
) -> Room | None:
    first, last = bounds(request, day)
    start = visit.start(first + visit.way if at is None else minute_of_day(at))
    if at is not None and abs(start - minute_of_day(at)) > PIN_TOLERANCE_MINUTES:
        return None
    begins, ends = start - visit.way, start + visit.minutes + visit.rest + visit.way
    earlier = begins // _STEP * _STEP if begins < first else None
    later = -(-ends // _STEP) * _STEP if ends > last else None
    own = next((one for one in request.hours if one.day == day), DayHours(day))
    if earlier is not None and not (earlier >= _EARLIEST and _free_start(request, day, own)):
        return None
    past_midnight = later is not None and later > _LATEST
    if later is not None and not _free_end(request, day, own):
        return None
    # children are in bed by then
    if past_midnight and (request.good_for_kids or ends > OPEN_END_MINUTES):
        return None
    wider = request
    told = []
    if earlier is not None or later is not None:
        made = own.made[0] if earlier is None else _clock(earlier), _end(own, later)
        (new,) = hours_of(day, own.named, made, (*own.made_for, place_id))
        wider = replace(request, hours=(*(h for h in request.hours if h.day != day), new))
        hours = [
            f"begins at {new.start:%H:%M}" if earlier is not None else "",
            ends_told(new) if later is not None else "",
        ]
        told.append(f"Day {day} {' and '.join(filter(None, hours))} for it.")
    longer = sum(
        (first - earlier if earlier is not None else 0, later - last if later is not None else 0)
    )
    bounded = (
        first if earlier is None else earlier,
        last if later is None else later,
    )
    if _rest_in_the_way(wider, day, visit, bounded, start if at is not None else None):
        wider = rest_making_way(wider, day, CHILDRENS_REST.start, CHILDRENS_REST.end)
        longer += minute_of_day(CHILDRENS_REST.end) - minute_of_day(CHILDRENS_REST.start)
        told.append(f"The children's rest on day {day} is left out for it.")
    return Room(wider, day, longer, " ".join(told)) if told else None


def _rest_in_the_way(
    request: TripRequest, day: int, visit: _Visit, hours: tuple[int, int], start: int | None
) -> bool:
    """Whether the visit can't be had beside the children's rest."""
    if not any(is_rest(request, one) and one.day in (None, day) for one in request.free):
        return False
    rest = minute_of_day(CHILDRENS_REST.start), minute_of_day(CHILDRENS_REST.end)
    if start is not None:
        return start < rest[1] and start + visit.minutes > rest[0]
    first = max(visit.opens, hours[0] + visit.way)
    last = min(visit.closes, hours[1] - visit.way)
    before, after = min(rest[0], last) - first, last - max(rest[1], first)
    return max(before, after) < visit.minutes


def _free_start(request: TripRequest, day: int, own: DayHours) -> bool:
    """Whether the day begins when it does because days usually do."""
    arrives = day == 1 and request.arrive_at is not None
    moves = day > 1 and request.stay_on(day) != request.stay_on(day - 1)
    named = own.named[0] is not None
    return not named and request.day_start == DAY_START and not arrives and not moves


def _free_end(request: TripRequest, day: int, own: DayHours) -> bool:
    leaves = day == request.days and request.leave_at is not None
    usual = request.day_end == (KIDS_DAY_END if request.good_for_kids else DAY_END)
    named = own.named[1] is not None
    return not named and usual and not leaves


def _end(own: DayHours, later: int | None) -> time | None:
    if later is None:
        return own.made[1]
    return OPEN_END if later > _LATEST else _clock(later)


def ends_told(own: DayHours) -> str:
    """Such as "ends at 22:45", of a day with an end of its own."""
    return "goes on past midnight" if own.open_end else f"ends at {own.end:%H:%M}"


def _clock(minutes: int) -> time:
    return time(*divmod(minutes, 60))


def in_a_room(
    itinerary: Itinerary,
    planner: Planner,
    place: Place,
    days: Sequence[int],
    at: time | None,
    edit: Callable[[Itinerary, int | None], Edit],
) -> tuple[Edit, str]:
    """The edit; where it can't be, the same on one of the days made to hold the place.

    Where it can be some minutes off the hour alone, as a day that begins at nine because days
    usually do leaves no way to a place at nine, the day's hours give way to that hour, too.

    Returns:
        The edit, and what gave way to it; nothing where nothing had to.

    Raises:
        InfeasibleError: neither can be; with the reason as the days are.
    """
    try:
        made = edit(itinerary, None)
    except InfeasibleError:
        for room in rooms(itinerary.request, place, days, at, planner.travel)[:_TRIED_ROOMS]:
            with suppress(InfeasibleError):
                return edit(replace(itinerary, request=room.request), room.day), room.told
        raise
    return _on_the_minute(itinerary, planner, place, made, at, edit) or (made, "")


def _on_the_minute(
    itinerary: Itinerary,
    planner: Planner,
    place: Place,
    made: Edit,
    at: time | None,
    edit: Callable[[Itinerary, int | None], Edit],
) -> tuple[Edit, str] | None:
    """The edit on a day of other hours that holds the place at its hour, if nothing is lost by it.

    Args:
        itinerary: before the edit.
        planner: context.
        place: that the edit is about.
        made: the edit with the day's hours as they are.
        at: when to arrive.
        edit: makes it.
    """
    found = made.itinerary.visit_of(place.id)
    if at is None or found is None or found[1].arrival.time() == at:
        return None
    for room in rooms(itinerary.request, place, [found[0]], at, planner.travel):
        if room.request.free != itinerary.request.free:  # a rest is worth more than minutes
            continue
        with suppress(InfeasibleError):
            other = edit(replace(itinerary, request=room.request), room.day)
            there = other.itinerary.visit_of(place.id)
            exact = there is not None and there[1].arrival.time() == at
            if exact and not _lost(made, other):
                return other, room.told
    return None


def _lost(made: Edit, other: Edit) -> bool:
    """Whether another edit lacks a stop, a wish or the nearness to an hour that the first has."""
    sights = [{v.place.id for v in e.itinerary.visits if v.meal is None} for e in (made, other)]
    off = [_minutes_off(e.itinerary) for e in (made, other)]
    return (
        not sights[0] <= sights[1]
        or len(other.itinerary.visits) < len(made.itinerary.visits)
        or len(other.given_up) > len(made.given_up)
        or any(off[1].get(place, MIDNIGHT) > minutes for place, minutes in off[0].items())
    )


def _minutes_off(itinerary: Itinerary) -> dict[str, int]:
    """Place id to the minutes between when it is visited and when it was asked for."""
    at = {v.place.id: minute_of_day(v.arrival.time()) for v in itinerary.visits}
    return {
        pin.place_id: abs(at[pin.place_id] - minute_of_day(pin.at))
        for pin in itinerary.request.pins
        if pin.at is not None and pin.place_id in at
    }


def with_room_told(edit: Edit, room: str) -> Edit:
    """The edit that tells what gave way, right after what was asked."""
    first, *others = edit.changes
    return replace(edit, changes=(first, room, *others)) if room else edit
