"""A trip through several cities as trips to one city each, and back together.

The cities come in the order given, a stay each. On the first day of a later stay one travels in
the morning, as long as `tools.transfers` says; that day is planned from the arrival on. Money is
shared out by days; what a city leaves over goes to the next ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from itertools import pairwise
from operator import add
from zoneinfo import ZoneInfo

from tools.errors import InfeasibleError
from tools.left_out import on_day
from tools.money import convert
from tools.place import Place
from tools.transfers import TransferTimes
from tools.trip import Day, DayHours, Itinerary, LeftOut, Pin, Stay, Transfer, TripRequest

_END_OF_DAY = time(23, 59)


@dataclass(frozen=True, slots=True)
class Part:
    """One stay as a trip of its own."""

    index: int
    first: int
    """1-based day of the whole trip on which it begins."""
    request: TripRequest
    """For its city alone; days count from 1."""
    transfer: Transfer | None = None
    """How one gets there, None for the first."""


def with_stays(request: TripRequest, stays: Sequence[Stay]) -> TripRequest:
    """The request with other stays; what it says of the first city follows them.

    Days of pins, hours and free time are left as they are: see `renumbered`.
    """
    first = stays[0]
    return replace(
        request,
        city=first.city,
        lodging=first.lodging,
        lodging_name=first.lodging_name,
        days=sum(stay.days for stay in stays),
        stays=tuple(stays) if len(stays) > 1 else (),
    )


def transfers_of(request: TripRequest, times: TransferTimes) -> tuple[Transfer, ...]:
    """The ways between the stays, each setting out when its day begins.

    Raises:
        InfeasibleError: a stay is over before one has arrived.
    """
    found: list[Transfer] = []
    day = 1
    stays = request.all_stays
    for before, stay in pairwise(stays):
        day += before.days
        way = times.way(before, stay)
        own = next((h.start for h in request.hours if h.day == day and h.start), None)
        start = own or request.day_start
        zone = ZoneInfo(before.city.timezone)
        leaves = datetime.combine(request.start + timedelta(days=day - 1), start, zone)
        if found and found[-1].arrival > leaves:
            days = "1 day" if before.days == 1 else f"{before.days} days"
            raise InfeasibleError(
                f"{days} in {before.city.name} is too short: the way there from "
                f"{found[-1].origin.name} takes about {round(found[-1].minutes / 60)} hours, and "
                f"the one to {stay.city.name} would begin before it ends."
            )
        passed = leaves.astimezone(UTC) + timedelta(minutes=way.minutes)
        arrives = passed.astimezone(ZoneInfo(stay.city.timezone))
        last_day = request.start + timedelta(days=day + stay.days - 2)
        if arrives.date() > last_day:
            days = "1 day" if stay.days == 1 else f"{stay.days} days"
            raise InfeasibleError(
                f"{days} in {stay.city.name} is too short: the way there from {before.city.name} "
                f"takes about {round(way.minutes / 60)} hours, and the stay would be over before "
                "you arrive."
            )
        found.append(
            Transfer(day, before.city, stay.city, way.carrier, way.metres, leaves, arrives)
        )
    return tuple(found)


def parts_of(
    request: TripRequest, city_of: Mapping[str, str], times: TransferTimes
) -> tuple[Part, ...]:
    """The stays as requests of their own, without money.

    Args:
        request: of a trip through several cities.
        city_of: place id to city id; wishes for places that are not in it go to the first city.
        times: for the ways between.

    Raises:
        InfeasibleError: a stay is over before one has arrived.
    """
    transfers = {transfer.day: transfer for transfer in transfers_of(request, times)}
    parts: list[Part] = []
    first = 1
    taken: set[str] = set()
    for index, stay in enumerate(request.all_stays):
        days = range(first, first + stay.days)
        transfer = transfers.get(first)
        own = {h.day: h for h in request.hours}
        hours = [_hours(request, day, first, own.get(day), transfer) for day in days]
        here = {p for p, city in city_of.items() if city == stay.city.id}
        if index == 0:
            here |= {*request.must_see, *(p.place_id for p in request.pins)} - set(city_of)
        wanted = tuple(p for p in request.must_see if p in here and p not in taken)
        pins = tuple(p for p in request.pins if p.place_id in here and p.place_id not in taken)
        again = any(s.city.id == stay.city.id for s in request.all_stays[index + 1 :])
        if again:  # the same city comes once more: a wish for no certain day is left to the planner
            pins = tuple(p for p in pins if p.day is None or p.day in days)
        taken |= {p for p in wanted if not again} | {p.place_id for p in pins}
        part = replace(
            request,
            city=stay.city,
            start=request.start + timedelta(days=first - 1),
            days=stay.days,
            budget=None,
            must_see=wanted,
            pins=tuple(_moved(p, first) for p in pins),
            lodging=stay.lodging,
            lodging_name=stay.lodging_name,
            hours=tuple(h for h in hours if h is not None),
            free=tuple(
                replace(f, day=None if f.day is None else f.day - first + 1)
                for f in request.free
                if f.day is None or f.day in days
            ),
            arrive_at=request.arrive_at if index == 0 else None,
            leave_at=request.leave_at if index == len(request.all_stays) - 1 else None,
            stays=(),
        )
        parts.append(Part(index, first, part, transfer))
        first += stay.days
    return tuple(parts)


def _moved(pin: Pin, first: int) -> Pin:
    return pin if pin.day is None else replace(pin, day=pin.day - first + 1)


def _hours(
    request: TripRequest, day: int, first: int, own: DayHours | None, transfer: Transfer | None
) -> DayHours | None:
    """A day's hours in its stay's numbers; a day begins when one has arrived."""
    start = own.start if own else None
    if transfer is not None:
        on = request.start + timedelta(days=day - 1)
        if transfer.arrival.date() > on:
            start = _END_OF_DAY
        elif transfer.arrival.date() == on:
            start = max(start or request.day_start, transfer.arrival.time())
    if own is None:
        return None if start is None else DayHours(day - first + 1, start)
    return replace(own, day=day - first + 1, start=start)


def share(request: TripRequest, part: Part, spent: float) -> float | None:
    """What a part may cost, in its city's currency; None without a budget.

    Args:
        request: of the whole trip.
        part: one of its.
        spent: in the parts before, in the trip's currency.
    """
    if request.budget is None:
        return None
    left = max(0.0, request.budget - spent)
    days_left = request.days - part.first + 1
    mine = left * part.request.days / days_left
    # never rounded up: a hundredth too much would break the budget
    return convert(mine, request.city.currency, part.request.city.currency) - 0.01


def part_before(previous: Itinerary | None, part: Part, request: TripRequest) -> Itinerary | None:
    """What a part was planned like before: the matching stay's days, on the part's dates.

    Args:
        previous: of the whole trip.
        part: of the request as it is now.
        request: the same.
    """
    if previous is None:
        return None
    index = _match(previous.request, part, request)
    if index is None:
        return None
    first = 1 + sum(stay.days for stay in previous.request.all_stays[:index])
    count = previous.request.all_stays[index].days
    days = previous.days[first - 1 : first - 1 + count]
    own = replace(part.request, days=len(days))
    entries = tuple(filter(None, (_entry(e, first, count) for e in previous.left_out)))
    return Itinerary(own, redated(days, own), entries)


def kept_in_part(
    keep: Iterable[int], previous: Itinerary, part: Part, request: TripRequest
) -> frozenset[int]:
    """Days of the part to be kept, in its own numbers."""
    index = _match(previous.request, part, request)
    if index is None:
        return frozenset()
    first = 1 + sum(stay.days for stay in previous.request.all_stays[:index])
    count = previous.request.all_stays[index].days
    return frozenset(d - first + 1 for d in keep if first <= d < first + count)


def kept_later(
    keep: Iterable[int],
    previous: Itinerary | None,
    parts: Sequence[Part],
    part: Part,
    request: TripRequest,
) -> set[str]:
    """Ids of places on days that later stays in the part's city keep."""
    if previous is None:
        return set()
    found: set[str] = set()
    for other in parts[part.index + 1 :]:
        if other.request.city.id == part.request.city.id:
            before = part_before(previous, other, request)
            days = kept_in_part(keep, previous, other, request)
            if before is not None:
                found |= {v.place.id for d in days for v in before.days[d - 1].visits}
    return found


def fixed_later(parts: Sequence[Part], part: Part) -> set[str]:
    """Ids of places that are fixed to a day of a later stay in the part's city."""
    later = (p for p in parts[part.index + 1 :] if p.request.city.id == part.request.city.id)
    return {pin.place_id for p in later for pin in p.request.pins if pin.day is not None}


def less(itinerary: Itinerary, taken: set[str]) -> Itinerary:
    """The itinerary without days that hold one of the places: such a day is planned anew."""
    days = tuple(
        Day(day.date) if any(v.place.id in taken for v in day.visits) else day
        for day in itinerary.days
    )
    return replace(itinerary, days=days)


def _match(before: TripRequest, part: Part, now: TripRequest) -> int | None:
    """Which of the stays before a part's stay is."""
    same = [i for i, stay in enumerate(before.all_stays) if stay.city.id == part.request.city.id]
    twins = [i for i, stay in enumerate(now.all_stays) if stay.city.id == part.request.city.id]
    turn = twins.index(part.index)
    return same[turn] if turn < len(same) else None


def redated(days: Sequence[Day], request: TripRequest) -> tuple[Day, ...]:
    """The days on the request's dates, visits at the same hours."""
    moved = []
    for day, on in zip(days, request.dates, strict=False):
        shift = on - day.date
        visits = tuple(
            replace(v, arrival=v.arrival + shift, departure=v.departure + shift) for v in day.visits
        )
        moved.append(replace(day, date=on, visits=visits))
    return tuple(moved)


def _entry(entry: LeftOut, first: int, count: int) -> LeftOut | None:
    """What was left out, with its day in a stay's numbers; None where it is another stay's."""
    return on_day(entry, lambda day: day - first + 1 if first <= day < first + count else None)


def joined(
    request: TripRequest, parts: Sequence[Part], planned: Sequence[Itinerary], notes: Sequence[str]
) -> Itinerary:
    """The whole trip again."""
    left_out: list[LeftOut] = []
    visited = {visit.place.name for itinerary in planned for visit in itinerary.visits}
    for part, itinerary in zip(parts, planned, strict=True):
        # what is visited is in the other stay in the same city
        missed = (entry for entry in itinerary.left_out if entry.what not in visited)
        of_trip = partial(add, part.first - 1)
        left_out += filter(None, (on_day(entry, of_trip) for entry in missed))
    return Itinerary(
        request=request,
        days=tuple(day for itinerary in planned for day in itinerary.days),
        left_out=tuple(dict.fromkeys(left_out)),
        notes=tuple(notes),
        transfers=tuple(part.transfer for part in parts if part.transfer is not None),
    )


def spent_so_far(request: TripRequest, planned: Sequence[Itinerary]) -> float:
    """What the parts cost, in the trip's currency, never rounded down."""
    currency = request.city.currency
    total = 0.0
    for itinerary in planned:
        for visit in itinerary.visits:
            total += convert(visit.price.amount, visit.price.currency, currency)
            total += 0.01 * (visit.price.currency != currency)
    return total


def by_city(places: Sequence[Place]) -> Mapping[str, str]:
    """Place id to city id."""
    return {place.id: place.city for place in places}
