"""Edits of the trip as a whole: its days, its dates, its length, and what the traveller wishes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tools.editing.core import (
    SMALL,
    Edit,
    Planner,
    all_but,
    checked,
    day_number,
    finish,
    no_newcomers,
    renumbered,
)
from tools.errors import InvalidRequestError
from tools.place import Interest
from tools.trip import Itinerary, Pace, TripRequest

_CURIOUS = 0.3
"""Loyalty to the old plan when the interests change: who names new ones wants to see new things."""


def swap_days(itinerary: Itinerary, planner: Planner, a: int, b: int) -> Edit:
    """Exchanges what two days hold, pins to these days included. No other day changes.

    What is closed on its new day goes back to its old one where it fits, or is left out, and the
    changes say so.

    Raises:
        InvalidRequestError: no such day, or twice the same.
        InfeasibleError: a pin can't be held; with the reason.
    """
    if day_number(itinerary, a) == day_number(itinerary, b):
        raise InvalidRequestError(f"Day {a} can't be swapped with itself.")
    other = {a: b, b: a}
    days = list(itinerary.days)
    days[a - 1], days[b - 1] = days[b - 1], days[a - 1]
    number_of = {n: other.get(n, n) for n in range(1, len(days) + 1)}
    swapped = renumbered(itinerary, days, number_of)
    pins = tuple(
        replace(pin, day=None if pin.day is None else other.get(pin.day, pin.day))
        for pin in itinerary.request.pins
    )
    request = checked(replace(itinerary.request, pins=pins), planner)
    swapped = replace(swapped, request=request)
    new = _one_at_a_time(swapped, planner, request, a, b)
    if len({v.place.id for v in new.visits}) < len(swapped.visits):
        places = no_newcomers(itinerary, planner, request)
        new = planner.plan(request, swapped, all_but(itinerary, a, b), places, loyalty=SMALL)
    return finish(itinerary, new, f"Swapped day {a} and day {b}.", seen_as=swapped)


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
            _redated(new, request),
            all_but(swapped, day),
            [p for p in planner.places if p.id in own],
            quick=True,
            loyalty=SMALL,
        )
        new = replace(new, days=(*new.days[: day - 1], fitted.days[day - 1], *new.days[day:]))
    return planner.plan(request, new, all_but(swapped), no_newcomers(swapped, planner, request))


def _redated(itinerary: Itinerary, request: TripRequest) -> Itinerary:
    """The itinerary with its days' visits on the request's dates, at the same hours."""
    days = []
    for day, on in zip(itinerary.days, request.dates, strict=True):
        shift = on - day.date
        visits = tuple(
            replace(v, arrival=v.arrival + shift, departure=v.departure + shift) for v in day.visits
        )
        days.append(replace(day, date=on, visits=visits))
    return replace(itinerary, days=tuple(days))


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


def extend_trip(itinerary: Itinerary, planner: Planner, days: int = 1) -> Edit:
    """Adds days at the end; the others stay as they are.

    Raises:
        InvalidRequestError: fewer than 1, or the trip gets too long.
    """
    if days < 1:
        raise InvalidRequestError(f"A trip is made longer by at least 1 day, not {days}.")
    request = replace(itinerary.request, days=itinerary.request.days + days)
    new = planner.plan(checked(request, planner), itinerary, all_but(itinerary))
    return finish(itinerary, new, f"The trip now has {_count(request.days)}.")


def shorten_trip(
    itinerary: Itinerary, planner: Planner, days: int = 1, day: int | None = None
) -> Edit:
    """Drops the last `days`, or the one day given.

    Without its first day a trip starts a day later; without one in the middle, the later days
    come a day earlier. What was fixed to a dropped day stays fixed to the trip (and its hour), and
    must-sees of dropped days find room among the others where there is any.

    Raises:
        InvalidRequestError: no such day, fewer than 1, or no day would be left.
        InfeasibleError: a pin can't be held; with the reason.
    """
    count = len(itinerary.days)
    if day is not None:
        dropped = {day_number(itinerary, day)}
    elif days < 1:
        raise InvalidRequestError(f"A trip is made shorter by at least 1 day, not {days}.")
    else:
        dropped = set(range(count - days + 1, count + 1))
    if len(dropped) >= count:
        raise InvalidRequestError(f"The trip has {_count(count)}; at least 1 has to be left.")
    kept = [n for n in range(1, count + 1) if n not in dropped]
    number_of = {old: new for new, old in enumerate(kept, start=1)}
    pins = tuple(
        replace(pin, day=None if pin.day is None else number_of.get(pin.day))
        for pin in itinerary.request.pins
    )
    first = itinerary.days[0].date if day != 1 else itinerary.days[1].date
    request = checked(replace(itinerary.request, start=first, days=len(kept), pins=pins), planner)
    shorter = renumbered(itinerary, [itinerary.days[n - 1] for n in kept], number_of)
    shorter = replace(_redated(shorter, request), request=request)
    wished = {*request.must_see, *(p.place_id for p in pins)}
    homeless = {
        v.place.id for n in dropped for v in itinerary.days[n - 1].visits if v.place.id in wished
    }
    keep: frozenset[int] = frozenset() if homeless else all_but(shorter)
    places = no_newcomers(itinerary, planner, request)
    new = planner.plan(request, shorter, keep, places, loyalty=SMALL)
    sentence = f"The trip now has {_count(len(kept))}."
    gone = [v.place.name for n in sorted(dropped) for v in itinerary.days[n - 1].visits]
    still = {v.place.name for v in new.visits}
    lost = [name for name in gone if name not in still]
    if lost:
        sentence += f" With the dropped days went {', '.join(lost)}."
    return finish(itinerary, new, sentence, seen_as=shorter)


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
    if request.city.id != itinerary.request.city.id:
        raise InvalidRequestError(
            f"This trip is to {itinerary.request.city.name}; one to {request.city.name} is "
            "another plan."
        )
    new = planner.plan(checked(request, planner), itinerary, loyalty=loyalty)
    return finish(itinerary, new, headline)


def _count(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
