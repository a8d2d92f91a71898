"""Edits of how long a trip is, and of the cities it leads through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tools.editing.core import (
    SMALL,
    Edit,
    Planner,
    all_but,
    checked,
    count,
    day_number,
    days_in,
    finish,
    no_newcomers,
    redated_to,
    renumbered,
    renumbered_request,
    wished_for,
)
from tools.errors import InvalidRequestError
from tools.place import City
from tools.planning.stays import with_stays
from tools.trip import Day, Itinerary, Stay, TripRequest


def extend_trip(
    itinerary: Itinerary, planner: Planner, days: int = 1, city_id: str | None = None
) -> Edit:
    """Adds days at the end, or at the end of the stay in a city; the others stay as they are.

    Raises:
        InvalidRequestError: fewer than 1, no such city, or the trip gets too long.
    """
    if days < 1:
        raise InvalidRequestError(f"A trip is made longer by at least 1 day, not {days}.")
    stays = list(itinerary.request.all_stays)
    index = _stay_in(itinerary, city_id)
    stays[index] = replace(stays[index], days=stays[index].days + days)
    after = sum(stay.days for stay in stays[: index + 1]) - days
    number_of = {n: n if n <= after else n + days for n in range(1, len(itinerary.days) + 1)}
    return _restayed(itinerary, planner, stays, number_of, "The trip now has {days}.")


def shorten_trip(
    itinerary: Itinerary,
    planner: Planner,
    days: int = 1,
    day: int | None = None,
    city_id: str | None = None,
) -> Edit:
    """Drops the last `days` (of the stay in a city, if one is given), or the one day given.

    Without its first day a trip starts a day later; without one in the middle, the later days
    come a day earlier. What was fixed to a dropped day stays fixed to the trip (and its hour), and
    must-sees of dropped days find room among the others where there is any.

    Raises:
        InvalidRequestError: no such day or city, fewer than 1, or no day would be left.
        InfeasibleError: a pin can't be held; with the reason.
    """
    total = len(itinerary.days)
    if day is not None:
        dropped = {day_number(itinerary, day)}
    elif days < 1:
        raise InvalidRequestError(f"A trip is made shorter by at least 1 day, not {days}.")
    elif city_id is None:
        dropped = set(range(total - days + 1, total + 1))
    else:
        _stay_in(itinerary, city_id)
        dropped = set(days_in(itinerary, city_id)[-days:])
        if days > len(dropped):
            name = _city(itinerary, city_id).name
            raise InvalidRequestError(f"The trip has {count(len(dropped))} in {name}.")
    return _without(itinerary, planner, dropped, "The trip now has {days}.")


def add_city(itinerary: Itinerary, planner: Planner, city: City, days: int) -> Edit:
    """Adds a stay in another city at the trip's end; the days before stay as they are.

    Args:
        itinerary: the plan so far.
        planner: context; its places include the new city's.
        city: another than the trip's last.
        days: of the stay.

    Raises:
        InvalidRequestError: fewer than 1 day, the last city again, or the trip gets too long.
    """
    if days < 1:
        raise InvalidRequestError(f"A stay in {city.name} needs at least 1 day, not {days}.")
    stays = [*itinerary.request.all_stays]
    if stays[-1].city.id == city.id:
        raise InvalidRequestError(f"The trip already ends in {city.name}.")
    number_of = {n: n for n in range(1, len(itinerary.days) + 1)}
    headline = f"Added {count(days)} in {city.name}."
    return _restayed(itinerary, planner, [*stays, Stay(city, days)], number_of, headline)


def remove_city(itinerary: Itinerary, planner: Planner, city_id: str) -> Edit:
    """Drops the days in a city; later stays come earlier.

    Raises:
        InvalidRequestError: the trip does not lead there, or nowhere else.
    """
    _stay_in(itinerary, city_id)
    name = _city(itinerary, city_id).name
    dropped = set(days_in(itinerary, city_id))
    if len(dropped) == len(itinerary.days):
        raise InvalidRequestError(f"The trip leads to {name} alone.")
    return _without(itinerary, planner, dropped, f"{name} is out. The trip now has {{days}}.")


def _stay_in(itinerary: Itinerary, city_id: str | None) -> int:
    """Which stay is meant: the last one in that city, or the trip's last."""
    stays = itinerary.request.all_stays
    if city_id is None:
        return len(stays) - 1
    found = [i for i, stay in enumerate(stays) if stay.city.id == city_id]
    if not found:
        names = ", ".join(stay.city.name for stay in stays)
        raise InvalidRequestError(f"The trip does not lead there; it leads to {names}.")
    return found[-1]


def _city(itinerary: Itinerary, city_id: str) -> City:
    return next(c for c in itinerary.request.cities if c.id == city_id)


def _restayed(
    itinerary: Itinerary,
    planner: Planner,
    stays: Sequence[Stay],
    number_of: dict[int, int],
    headline: str,
) -> Edit:
    """The trip with more days; all there were are kept."""
    request = with_stays(renumbered_request(itinerary.request, number_of), stays)
    request = checked(request, planner)
    before = len(itinerary.days)
    # nobody leaves any more on what was the last day
    cut = {before} if request.leave_at is not None and number_of[before] != request.days else set()
    new = planner.plan(request, itinerary, all_but(itinerary, *cut))
    return finish(itinerary, new, headline.format(days=count(request.days)))


def _without(itinerary: Itinerary, planner: Planner, dropped: set[int], headline: str) -> Edit:
    """The trip without some of its days."""
    total = len(itinerary.days)
    if len(dropped) >= total:
        raise InvalidRequestError(f"The trip has {count(total)}; at least 1 has to be left.")
    kept = [n for n in range(1, total + 1) if n not in dropped]
    number_of = {old: new for new, old in enumerate(kept, start=1)}
    request = renumbered_request(itinerary.request, number_of)
    request = with_stays(request, _stays_of(itinerary.request, kept))
    request = _less_of(request, planner)
    # days dropped at the beginning move its start
    start = itinerary.days[kept[0] - 1].date if 1 in dropped else itinerary.request.start
    request = checked(replace(request, start=start), planner)
    days: list[Day] = [itinerary.days[n - 1] for n in kept]
    shorter = renumbered(itinerary, days, number_of)
    shorter = replace(redated_to(shorter, request), request=request, transfers=())
    wished = wished_for(request)
    homeless = {
        v.place.id for n in dropped for v in itinerary.days[n - 1].visits if v.place.id in wished
    }
    was = {(number_of.get(day, 0), origin) for day, origin in _arrivals(itinerary.request)}
    arrivals = {day for day, _ in _arrivals(request) ^ was}
    keep: frozenset[int] = frozenset() if homeless else all_but(shorter, *arrivals)
    # a day on which one no longer travels has room
    places = planner.places if arrivals else no_newcomers(itinerary, planner, request)
    new = planner.plan(request, shorter, keep, places, loyalty=SMALL)
    sentence = headline.format(days=count(len(kept)))
    gone = [v.place.name for n in sorted(dropped) for v in itinerary.days[n - 1].visits]
    still = {v.place.name for v in new.visits}
    lost = [name for name in gone if name not in still]
    if lost:
        sentence += f" With the dropped days went {', '.join(lost)}."
    return finish(itinerary, new, sentence, seen_as=shorter)


def _less_of(request: TripRequest, planner: Planner) -> TripRequest:
    """The request without wishes for cities that it no longer leads to."""
    here = {city.id for city in request.cities}
    gone = {place.id for place in planner.places if place.city not in here}
    return replace(
        request,
        must_see=tuple(p for p in request.must_see if p not in gone),
        pins=tuple(pin for pin in request.pins if pin.place_id not in gone),
    )


def _arrivals(request: TripRequest) -> set[tuple[int, str]]:
    """The days on which one travels, and from which city."""
    day, found = 1, set()
    for before in request.all_stays[:-1]:
        day += before.days
        found.add((day, before.city.id))
    return found


def _stays_of(request: TripRequest, kept: Sequence[int]) -> list[Stay]:
    """The stays with only those days; two that follow each other in one city become one."""
    found: list[Stay] = []
    first = 1
    for stay in request.all_stays:
        left = sum(1 for n in kept if first <= n < first + stay.days)
        first += stay.days
        if not left:
            continue
        if found and found[-1].city.id == stay.city.id:
            found[-1] = replace(found[-1], days=found[-1].days + left)
        else:
            found.append(replace(stay, days=left))
    return found
