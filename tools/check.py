"""The referee: everything that makes an itinerary impossible or untrue to its request.

Independent of `tools.planning` on purpose: it shares with the planner the opening hours, the
travel times and the definition of a meal, and none of its arithmetic. Rules of a single day are in
`tools.check_day`, those of the trip as a whole here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tools.check_day import DayReferee, Evidence
from tools.meals import MEAL_ARRIVAL
from tools.money import convert
from tools.repeats import is_again, may_repeat, original
from tools.transfers import TransferTimes
from tools.travel import EstimatedTravelTimes, TravelTimes
from tools.trip import Itinerary, Transfer, Violation

_MONEY_ROUNDING = 0.01
_CONVERSION_ROUNDING = 0.01
"""Of each price that is told in another currency than the budget."""


def check(
    itinerary: Itinerary,
    travel: TravelTimes | None = None,
    transfers: TransferTimes | None = None,
) -> tuple[Violation, ...]:
    """Every way in which the itinerary can't be done or breaks its own request.

    Args:
        itinerary: judged by itself: the facts of its places are taken as they stand in it.
        travel: what legs are compared with; `EstimatedTravelTimes` when None.
        transfers: what ways between cities are compared with; `TransferTimes()` when None.

    Returns:
        Violations by day, those of the whole trip last; empty when the plan holds. Kinds:
        "dates", "timezone", "closed", "short", "travel", "base", "day_bounds", "free_time",
        "rest", "walk", "meal", "diet", "price", "budget", "must_see", "pin", "avoid",
        "avoid_category", "most_of", "step_free", "duplicate", "pace", "place", "transfer".

    Raises:
        ServiceUnavailableError: by a `travel` that asks an outside service.
        ZoneInfoNotFoundError: a city's time zone does not exist (`trip_json` refuses such).
    """
    evidence = Evidence(itinerary, travel or EstimatedTravelTimes())
    found: list[Violation] = []
    for number in range(1, len(itinerary.days) + 1):
        found.extend(DayReferee(evidence, number).violations())
    found.extend(_transfers(itinerary, transfers or TransferTimes()))
    found.extend(_whole_trip(evidence))
    return tuple(found)


def _transfers(itinerary: Itinerary, times: TransferTimes) -> Iterator[Violation]:
    """Each change of city has its way, on the right day, and long enough."""
    request = itinerary.request
    by_day = {transfer.day: transfer for transfer in itinerary.transfers}
    day = 1
    arrived: datetime | None = None
    for before, stay in zip(request.all_stays, request.all_stays[1:], strict=False):
        day += before.days
        transfer = by_day.pop(day, None)
        way = f"from {before.city.name} to {stay.city.name}"
        if transfer is None:
            yield Violation("transfer", day, f"Day {day} has no way {way}.")
            continue
        if (transfer.origin.id, transfer.destination.id) != (before.city.id, stay.city.id):
            yield Violation("transfer", day, f"The way on day {day} does not lead {way}.")
            continue
        needed = times.way(before, stay).minutes
        if transfer.minutes < needed:
            yield Violation(
                "transfer", day, f"The way {way} takes {needed} minutes, not {transfer.minutes}."
            )
        if arrived is not None and transfer.departure < arrived:
            yield Violation("transfer", day, f"The way {way} begins before the one before it ends.")
        arrived = transfer.arrival
        last_day = request.start + timedelta(days=day + stay.days - 2)
        if arrived.astimezone(ZoneInfo(stay.city.timezone)).date() > last_day:
            yield Violation(
                "transfer", day, f"The stay in {stay.city.name} is over before one arrives."
            )
        yield from _on_its_day(itinerary, transfer)
    for number in by_day:
        yield Violation("transfer", number, f"Nobody changes city on day {number}.")


def _on_its_day(itinerary: Itinerary, transfer: Transfer) -> Iterator[Violation]:
    number = transfer.day
    if number > len(itinerary.days):
        return
    day = itinerary.days[number - 1]
    if transfer.departure.date() != day.date or transfer.arrival < transfer.departure:
        yield Violation("transfer", number, f"The way on day {number} is not on that day.")
    elif day.visits and transfer.arrival > day.visits[0].arrival:
        name = day.visits[0].place.name
        yield Violation("transfer", number, f"{name} comes before one has arrived.")


def _whole_trip(evidence: Evidence) -> Iterator[Violation]:
    itinerary, request = evidence.itinerary, evidence.itinerary.request
    if len(itinerary.days) != request.days:
        yield Violation(
            "dates", None, f"The plan has {len(itinerary.days)} days, not {request.days}."
        )
    if request.stays and sum(stay.days for stay in request.stays) != request.days:
        yield Violation("dates", None, f"The stays do not add up to {request.days} days.")
    seen = Counter(visit.place.id for visit in itinerary.visits)
    names = {visit.place.id: visit.place.name for visit in itinerary.visits}
    for place_id, times in seen.items():
        if times > 1:
            yield Violation("duplicate", None, f"{names[place_id]} is visited {times} times.")
    yield from _repeats(evidence)
    yield from _budget(itinerary)
    yield from _wishes(evidence, seen)


def _repeats(evidence: Evidence) -> Iterator[Violation]:
    """Only a kitchen comes again, and only where the request leaves few of them, or that visit was
    asked for.
    """
    few = may_repeat(evidence.itinerary.request)
    times = Counter(original(visit.place.id) for visit in evidence.itinerary.visits)
    for visit in evidence.itinerary.visits:
        id, number = visit.place.id, times[original(visit.place.id)]
        asked = visit.place.category.is_food and (few or id in evidence.wished)
        if is_again(id) and number > 1 and not asked:
            yield Violation("duplicate", None, f"{visit.place.name} is visited {number} times.")


def _budget(itinerary: Itinerary) -> Iterator[Violation]:
    request, currency = itinerary.request, itinerary.request.city.currency
    if request.budget is None:
        return
    spent, slack = 0.0, _MONEY_ROUNDING
    for visit in itinerary.visits:
        spent += convert(visit.price.amount, visit.price.currency, currency)
        slack += _CONVERSION_ROUNDING * (visit.price.currency != currency)
    if not spent <= request.budget + slack:
        yield Violation(
            "budget",
            None,
            f"The plan costs {spent:.2f} {currency}, more than the budget of {request.budget:.2f}.",
        )


def _wishes(evidence: Evidence, seen: Counter[str]) -> Iterator[Violation]:
    """Each wish is met, or `left_out` has an entry for it.

    An entry names a place, a wish has an id, and a place that is not visited tells nobody its
    name: so the entries that are no wish's id are counted, without wishes that could be several
    places and so have no id. That is exact as long as no wish has two entries.
    """
    itinerary = evidence.itinerary
    meals = {
        f"{meal.value} on day {number}"
        for meal in MEAL_ARRIVAL
        for number in range(1, len(itinerary.days) + 1)
    }
    named = evidence.wished | meals
    entries = [e for e in itinerary.left_out if e.what not in named]
    explained = sum(not entry.could_be for entry in entries)
    missing = [p for p in evidence.wished if not seen[p] and p not in evidence.left_out]
    for place_id in sorted(missing, key=lambda p: (p in evidence.pins, p))[explained:]:
        kind = "pin" if place_id in evidence.pins else "must_see"
        yield Violation(
            kind, None, f"{place_id} was wished for and is neither planned nor explained."
        )
