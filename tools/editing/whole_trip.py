"""Edits of the trip as a whole: its days, its dates, and what the traveller wishes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta

from tools.childrens_rest import is_rest, rest_making_way
from tools.daytime import meals_of_day
from tools.editing.core import (
    SMALL,
    Edit,
    Planner,
    all_but,
    checked,
    day_number,
    finish,
    hours_of,
    name_of,
    no_newcomers,
    redated_to,
    renumbered,
)
from tools.editing.rooms import ends_told, with_room_told
from tools.editing.slipping import with_pins_slipping
from tools.errors import InvalidRequestError
from tools.meals import minute_of_day
from tools.names import listed
from tools.place import Interest, MealKind
from tools.times_of_trip import shifted
from tools.trip import DayHours, FreeTime, Itinerary, Pace, TripRequest

_CURIOUS = 0.3
"""Loyalty to the old plan when the interests change: who names new ones wants to see new things."""
_EATS_THEN = 180
"""Minutes of free time in which one has the meal by oneself that is not planned for them."""

Shifts = tuple[timedelta | None, timedelta | None]
"""How much later (earlier: less than nothing) start and end are; None where no such thing was said.
"""


def swap_days(itinerary: Itinerary, planner: Planner, a: int, b: int) -> Edit:
    """Exchanges what two days hold, pins to these days included. No other day changes.

    Hours and rest that made room for a place go along with it; hours that the traveller named, and
    what is to stay free, are about the date and stay. What is closed on its new day goes back to
    its old one where it fits, or is left out, and the changes say so.

    Raises:
        InvalidRequestError: no such day, or twice the same.
        InfeasibleError: a pin can't be held; with the reason.
    """
    if day_number(itinerary, a) == day_number(itinerary, b):
        raise InvalidRequestError(f"Day {a} can't be swapped with itself.")
    one, other_city = (itinerary.request.stay_on(day).city for day in (a, b))
    if one.id != other_city.id:
        raise InvalidRequestError(
            f"Day {a} is in {one.name} and day {b} in {other_city.name}: they can't be swapped."
        )
    other = {a: b, b: a}
    days = list(itinerary.days)
    days[a - 1], days[b - 1] = days[b - 1], days[a - 1]
    number_of = {n: other.get(n, n) for n in range(1, len(days) + 1)}
    swapped = renumbered(itinerary, days, number_of)
    pins = tuple(
        replace(pin, day=None if pin.day is None else other.get(pin.day, pin.day))
        for pin in itinerary.request.pins
    )
    stayed = checked(replace(itinerary.request, pins=pins), planner)
    request = _room_swapped(stayed, a, b)
    swapped = replace(swapped, request=request)
    new = _one_at_a_time(swapped, planner, request, a, b)
    if len({v.place.id for v in new.visits}) < len(swapped.visits):
        keep, places = all_but(itinerary, a, b), no_newcomers(itinerary, planner, request)
        new = planner.plan(request, swapped, keep, places, loyalty=SMALL)
        roomy = {p for own in request.hours if own.day in other for p in own.made_for}
        if not roomy <= {v.place.id for v in new.visits}:
            # what had the room is closed on its new day: it may need it where it was
            new = planner.plan(stayed, swapped, keep, places, loyalty=SMALL)
    edit = finish(itinerary, new, f"Swapped day {a} and day {b}.", seen_as=swapped)
    return with_room_told(edit, _room_told(itinerary, planner, new.request, other))


def _room_swapped(request: TripRequest, a: int, b: int) -> TripRequest:
    """The request where two days' hours and rest that made room for a place change places, too."""
    other = {a: b, b: a}
    own = {day: DayHours(day) for day in other} | {one.day: one for one in request.hours}
    hours: list[DayHours] = []
    for day, one in own.items():
        came = own[other.get(day, day)]
        hours += hours_of(day, one.named, came.made, came.made_for)
    return replace(request, hours=tuple(hours), free=tuple(_rest_swapped(request, other)))


def _rest_swapped(request: TripRequest, other: dict[int, int]) -> Iterator[FreeTime]:
    """What is to stay free, where the rest of one of two days had made way for a place."""
    rests = {free.day for free in request.free if is_rest(request, free)}
    # a day that has other free time has no rest because of that
    own = {free.day for free in request.free if not is_rest(request, free)}
    lacking = {day for day in other if day not in rests and day not in own}
    goes = None not in rests and len(lacking) == 1
    for free in request.free:
        if goes and is_rest(request, free) and free.day in other:
            yield replace(free, day=other[free.day])
        else:
            yield free


def _room_told(
    was: Itinerary, planner: Planner, request: TripRequest, other: dict[int, int]
) -> str:
    """What days begin and end at now for a place that came from another; empty where none does."""
    told = []
    for own in request.hours:
        if own.day in other and own.made_for and own not in was.request.hours:
            start, end = own.made
            says = [f"begins at {start:%H:%M}"] if start else []
            says += [ends_told(own)] if end else []
            names = " and ".join(name_of(was, place_id, planner.place) for place_id in own.made_for)
            told.append(f"Day {own.day} {' and '.join(says)} for {names}.")
    return " ".join(told)


def _one_at_a_time(
    swapped: Itinerary, planner: Planner, request: TripRequest, a: int, b: int
) -> Itinerary:
    """Fits each of two days to its new date with nothing but its own places."""
    new = swapped
    for day in (a, b):
        own = {v.place.id for v in swapped.days[day - 1].visits}
        # Planned as if the other days were fine; the last step below judges them all.
        fitted = planner.plan(
            request,
            redated_to(new, request),
            all_but(swapped, day),
            [p for p in planner.places if p.id in own],
            quick=True,
            loyalty=SMALL,
        )
        new = replace(new, days=(*new.days[: day - 1], fitted.days[day - 1], *new.days[day:]))
    return planner.plan(request, new, all_but(swapped), no_newcomers(swapped, planner, request))


def set_pace(itinerary: Itinerary, planner: Planner, pace: Pace) -> Edit:
    """Fuller or emptier days; places rather stay where they are."""
    headline = f"The pace is now {pace.value}."
    return replan(itinerary, planner, replace(itinerary.request, pace=pace), headline)


def set_interests(itinerary: Itinerary, planner: Planner, interests: tuple[Interest, ...]) -> Edit:
    """Other interests; places rather stay where they are."""
    names = ", ".join(i.value.replace("_", " ") for i in interests) or "none in particular"
    request = replace(itinerary.request, interests=tuple(dict.fromkeys(interests)))
    return replan(itinerary, planner, request, f"Interests are now: {names}.", _CURIOUS)


def set_budget(itinerary: Itinerary, planner: Planner, budget: float | None) -> Edit:
    """Another budget for the party and the whole trip, in the city's currency; None: no limit.

    A plan that fits a lower budget stays as it is.

    Raises:
        InvalidRequestError: 0 or less.
    """
    request = checked(replace(itinerary.request, budget=budget), planner)
    was = itinerary.request.budget
    lower = budget is not None and (was is None or budget <= was)
    limit = "no limit" if budget is None else f"{budget:g} {request.city.currency}"
    if lower and budget is not None and itinerary.cost.amount <= budget:
        new = planner.plan(request, itinerary, all_but(itinerary))
        return finish(itinerary, new, f"The plan already fits a budget of {limit}.")
    return replan(itinerary, planner, request, f"The budget is now {limit}.")


def set_dates(itinerary: Itinerary, planner: Planner, start: date) -> Edit:
    """Moves the whole trip to another start; what is closed on its new date gives way.

    Raises:
        InvalidRequestError: in the past.
    """
    headline = f"The trip now starts on {start:%A}, {start.isoformat()}."
    return replan(itinerary, planner, replace(itinerary.request, start=start), headline)


def set_hours(
    itinerary: Itinerary,
    planner: Planner,
    day: int | None,
    start: time | None,
    end: time | None,
    shifts: Shifts = (None, None),
) -> Edit:
    """Other hours for one day, or for all; only days that have to change do.

    A place fixed to an hour that this leaves no way to slips to the nearest hour that it does.

    Args:
        itinerary: the plan so far.
        planner: context.
        day: 1-based; None for every day. Of days with own hours those no longer count, unless they
            are shifted, too.
        start: out no earlier; None leaves it.
        end: back by then; None leaves it.
        shifts: of every day, where start or end was said as so much later than the one before:
            by how much.

    Raises:
        InvalidRequestError: no such day, neither hour, or an end before the start.
        InfeasibleError: a pin can't be held; with the reason.
    """
    if start is None and end is None:
        raise InvalidRequestError("From when, or until when, should the day go? Please name one.")
    request = itinerary.request
    if day is None:
        kept = replace(
            request,
            day_start=start or request.day_start,
            day_end=end or request.day_end,
            hours=tuple(_own_hours(request, start, end, shifts)),
        )
    else:
        day_number(itinerary, day)
        old = next((h for h in request.hours if h.day == day), DayHours(day))
        named = start or old.named[0], end or old.named[1]
        new = hours_of(day, named, old.made, old.made_for)
        kept = replace(request, hours=(*(h for h in request.hours if h.day != day), *new))
    which = "Every day" if day is None else f"Day {day}"
    told = [f"starts at {start:%H:%M}" if start else "", f"ends by {end:%H:%M}" if end else ""]
    headline = f"{which} now {' and '.join(filter(None, told))}."
    if day is None:
        own = own_hours_told(kept, start=start is not None, end=end is not None)
        headline = " ".join([headline, *own])

    def refit(request: TripRequest) -> Edit:
        return _refit(itinerary, planner, request, headline, day)

    return with_pins_slipping(itinerary, planner, kept, refit)


def _own_hours(
    request: TripRequest, start: time | None, end: time | None, shifts: Shifts
) -> Iterator[DayHours]:
    """Single days' own hours, as far as they have some still when every day has others."""
    for own in request.hours:
        named = (
            _own_hour(own.named[0], start, shifts[0]),
            _own_hour(own.named[1], end, shifts[1], late=True),
        )
        made = (
            _own_hour(own.made[0], start, shifts[0], made=True),
            _own_hour(own.made[1], end, shifts[1], made=True, late=True),
        )
        yield from hours_of(own.day, named, made, own.made_for)


def _own_hour(
    standing: time | None,
    new: time | None,
    shift: timedelta | None,
    *,
    made: bool = False,
    late: bool = False,
) -> time | None:
    """Where every day has a new hour: a day's own, if it is shifted, too; it stays on its day.

    Where it made the day wider for a place it stays as long as it does.
    """
    if standing is None or new is None:
        return standing
    if shift is None:
        return None
    if made:
        wider = standing > new if late else standing < new
        return standing if wider else None
    return shifted(standing, shift, late=late) or standing


def own_hours_told(request: TripRequest, *, start: bool, end: bool) -> tuple[str, ...]:
    """Which days start or end at an hour of their own, a sentence each."""
    told = []
    for own in sorted(request.hours, key=lambda hours: hours.day):
        first, last = own.named
        says = [f"starts at {first:%H:%M}"] if start and first else []
        says += [f"ends by {last:%H:%M}"] if end and last else []
        if says:
            which = f"Day {own.day}, which has hours of its own,"
            told.append(f"{which} now {' and '.join(says)}.")
    return tuple(told)


def keep_free(
    itinerary: Itinerary, planner: Planner, day: int | None, start: time, end: time
) -> Edit:
    """Plans nothing in a stretch of a day, or of every day. Only days it touches change.

    A meal for which that leaves no hour is told as given up, but for a stretch of `_EATS_THEN`.

    Raises:
        InvalidRequestError: no such day, or an end before the start.
        InfeasibleError: a pin can't be held; with the reason.
    """
    if day is not None:
        day_number(itinerary, day)
    request = itinerary.request
    request = rest_making_way(request, day, start, end)
    free = (*request.free, FreeTime(day, start, end))
    which = "every day" if day is None else f"day {day}"
    span = f"{start:%H:%M} to {end:%H:%M}"
    whole = start == time(0) and end >= time(23, 59)
    headline = f"Kept {which} free." if whole else f"Kept {span} free on {which}."
    edit = _refit(itinerary, planner, replace(request, free=free), headline, day)
    long = minute_of_day(end) - minute_of_day(start) >= _EATS_THEN
    lost = () if long else _meals_lost(itinerary, edit.itinerary)
    first, *others = edit.changes
    return Edit(edit.itinerary, (first, *lost, *others), given_up=lost)


def _meals_lost(was: Itinerary, now: Itinerary) -> tuple[str, ...]:
    """The meals that were planned on days which have no hour for them any more, a sentence each."""
    told = []
    days = range(1, len(now.days) + 1)
    for meal in (MealKind.LUNCH, MealKind.DINNER):
        lost = [
            day
            for day in days
            if _eats(was, day, meal)
            and not _eats(now, day, meal)
            and meal not in meals_of_day(now.request, day)
        ]
        if lost:
            which = "any day" if lost == [*days] else listed([f"day {day}" for day in lost])
            told.append(
                f"That leaves no hour for {meal.value} on {which}, so none is planned then."
            )
    return tuple(told)


def _eats(itinerary: Itinerary, day: int, meal: MealKind) -> bool:
    return any(visit.meal is meal for visit in itinerary.days[day - 1].visits)


def _refit(
    itinerary: Itinerary, planner: Planner, request: TripRequest, headline: str, day: int | None
) -> Edit:
    """The plan under other hours: one day replanned, or days that no longer hold or lack a meal."""
    days = range(1, len(itinerary.days) + 1)
    was = itinerary.request
    changed = [d for d in days if set(meals_of_day(request, d)) - set(meals_of_day(was, d))]
    keep = all_but(itinerary, *changed) if day is None else all_but(itinerary, day)
    places = no_newcomers(itinerary, planner, request)
    new = planner.plan(checked(request, planner), itinerary, keep, places, loyalty=SMALL)
    return finish(itinerary, new, headline)


def replan(
    itinerary: Itinerary,
    planner: Planner,
    request: TripRequest,
    headline: str | None = None,
    loyalty: float = 1.0,
) -> Edit:
    """Plans again for a changed request; places rather stay on their day and near their hour.

    Args:
        itinerary: the plan so far.
        planner: context.
        request: any wishes, for the same city.
        headline: the first sentence of the changes.
        loyalty: to the old plan, as in `tools.planning.plan`.

    Raises:
        InvalidRequestError: another city, or numbers and dates that no trip can have.
        InfeasibleError: a pin that was held can't be held any more; with the reason.
    """
    was, now = ([city.name for city in r.cities] for r in (itinerary.request, request))
    if not set(was) & set(now):
        raise InvalidRequestError(
            f"This trip is to {', '.join(was)}; one to {', '.join(now)} is another plan."
        )
    new = planner.plan(checked(request, planner), itinerary, loyalty=loyalty)
    return finish(itinerary, new, headline)
