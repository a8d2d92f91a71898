"""What the traveller said of the trip -> a request that can be planned."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from tools.actions.saying import on
from tools.actions.stays import course
from tools.actions.wished_places import avoided, lodged, must_see_of
from tools.arguments import PlanDays
from tools.childrens_rest import CHILDRENS_REST
from tools.dates import first_of_span, halves_of_span, resolve_date
from tools.dates_of_trip import date_beside, is_beside
from tools.errors import (
    InvalidRequestError,
    MissingInformationError,
)
from tools.money import as_of, convert
from tools.names import quote
from tools.place import City, Diet
from tools.planning import validate
from tools.services import TravelServices
from tools.times import as_beginning, resolve_time, resolve_walk
from tools.trip import (
    DAY_END,
    DAY_START,
    KIDS_DAY_END,
    MAX_DAYS,
    Itinerary,
    LeftOut,
    Pace,
    Stay,
    TripRequest,
    WalkLimit,
)

OF_AN_AMOUNT = " was taken as "
"""In the note of a converted budget and in no other: a new budget takes its place."""

OF_NO_DATE = "You named no date"
"""How the note of an assumed first day begins: it goes when a date is said."""

_LOOSELY, _A_WEEK = 2, 6
"""Days by which a length of about a week, or more, may be off beside two dates: then these hold."""

_OF_THE_PARTY = (
    "travellers", "pace", "interests", "diet", "step_free", "good_for_kids", "day_start", "day_end",
    "max_walk",
)  # fmt: skip
"""Wishes that are about the people, so that they hold for another city, too."""

FOR_KIDS = (("museum", 1), ("gallery", 1))
"""At most so many of a category a day, with children."""

_ADDED = ("must_see", "avoid", "diet")
"""Lists to which a later message adds; another list replaces the earlier one."""

_OF_NO_MEAT = frozenset({Diet.VEGETARIAN, Diet.VEGAN})
"""Diets of which the last that was said holds: all that is vegan is vegetarian, so that the one can
only correct the other. The rest add up: each asks for something else of a kitchen."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A request, and what the traveller has to be told of how it was understood."""

    request: TripRequest
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    assumed_start: bool = False
    once: tuple[str, ...] = ()
    """What is told with the plan, and is no note of it."""


def merge(wishes: PlanDays, said: PlanDays, *, other_city: bool) -> PlanDays:
    """All wishes so far with those just said; of a trip to another city only the party's stay."""
    old = wishes.model_dump(exclude_none=True)
    new = said.model_dump(exclude_none=True)
    if other_city:
        old = {key: old[key] for key in _OF_THE_PARTY if key in old}
    said_in_one = halves_of_span(new.get("start_date", ""))
    if said_in_one and not {"days", "days_each", "end_date"} & set(new):
        new["start_date"], new["end_date"] = said_in_one
    if "start_date" in new and "end_date" not in new:
        old.pop("end_date", None)
    if "end_date" in new and "days" not in new:
        old.pop("days", None)
    if "days" in new and "end_date" not in new:
        old.pop("end_date", None)
    if {"days", "end_date", "more_destinations"} & set(new) and "days_each" not in new:
        old.pop("days_each", None)
    if "days_each" in new:  # their sum is the trip's length
        for key in ("days", "end_date"):
            old.pop(key, None)
    if "destination" in new and "more_destinations" not in new and "destination" in old:
        old = {k: v for k, v in old.items() if k not in ("more_destinations", "days_each")}
    if _OF_NO_MEAT & set(new.get("diet", ())):
        old["diet"] = [diet for diet in old.get("diet", ()) if diet not in _OF_NO_MEAT]
    for key in _ADDED:
        if key in new and key in old:
            new[key] = list(dict.fromkeys([*old[key], *new[key]]))[-5 if key != "diet" else -3 :]
    return PlanDays.model_validate(old | new)


def resolve(
    services: TravelServices,
    cities: Sequence[City],
    wishes: PlanDays,
    previous: Itinerary | None = None,
    since: date | None = None,
) -> Resolved:
    """The request for one city, or for several in order.

    Args:
        services: where to look.
        cities: already resolved; at least one.
        wishes: all that was said so far.
        previous: the trip's present plan, if it is one of these cities: its dates and its stays
            hold where none were said.
        since: the first day of the trip from which this one leads on, likewise.

    Raises:
        MissingInformationError: the number of days was never said.
        InvalidRequestError: numbers or dates that no trip can have.
    """
    _check_numbers(wishes)
    city = cities[0]
    once: list[str] = []
    start, days, assumed = _dates(services, city, wishes, previous, since, once)
    notes: list[str] = []
    if assumed:
        notes.append(f"{OF_NO_DATE}, so the trip starts tomorrow, {on(start)}.")
    left_out: list[LeftOut] = []
    must_see = must_see_of(services, cities, wishes, left_out)
    avoid, categories = avoided(services, cities, wishes, notes, must_see)
    stays = _stays(services, cities, days, wishes, previous, notes)
    stays = lodged(services, stays, wishes, notes)
    kids = bool(wishes.good_for_kids)
    request = TripRequest(
        city=stays[0].city,
        start=start,
        days=days,
        pace=wishes.pace or Pace.BALANCED,
        interests=tuple(wishes.interests or ()),
        budget=in_city_currency(city, wishes.budget, wishes.currency, notes),
        travellers=wishes.travellers if wishes.travellers is not None else 1,
        must_see=must_see,
        avoid=avoid,
        avoid_categories=categories,
        diets=tuple(wishes.diet or ()),
        step_free=bool(wishes.step_free),
        good_for_kids=kids,
        lodging=stays[0].lodging,
        lodging_name=stays[0].lodging_name,
        day_start=_day_start(wishes.day_start) or DAY_START,
        day_end=_hour(wishes.day_end, late=True) or (KIDS_DAY_END if kids else DAY_END),
        arrive_at=_hour(wishes.arrive_at),
        leave_at=_hour(wishes.leave_at),
        walk=_walk(wishes.max_walk),
        most_of=FOR_KIDS if kids else (),
        stays=stays if len(stays) > 1 else (),
        free=(CHILDRENS_REST,) if kids else (),
    )
    # an old trip may be changed after it began; a date just said has to lie ahead
    kept = start == (since if previous is None else previous.request.start)
    if not kept:
        check_ahead(services, city, start)
    validate(request, None if kept else services.today(city))
    return Resolved(request, tuple(notes), tuple(left_out), assumed, tuple(once))


def check_wishes(services: TravelServices, wishes: PlanDays) -> None:
    """Refuses numbers that no trip can have, before all else is known.

    Raises:
        InvalidRequestError: such a number.
    """
    _check_numbers(wishes)


def in_city_currency(
    city: City, budget: float | None, currency: str | None, notes: list[str]
) -> float | None:
    """The budget in the city's currency; a conversion is noted as an assumption.

    Raises:
        InvalidRequestError: not more than 0, or no rate is known.
    """
    if budget is None:
        return None
    if not (budget > 0 and math.isfinite(budget)):
        raise InvalidRequestError(
            f"A budget has to be more than 0, not {budget:g}; leave it out for no limit."
        )
    if currency is None or currency == city.currency:
        return budget
    amount = convert(budget, currency, city.currency)
    notes.append(
        f"{budget:g} {currency}{OF_AN_AMOUNT}{amount:.0f} {city.currency}, by the "
        f"rate of {as_of(currency, city.currency)}."
    )
    return amount


def start_date(
    services: TravelServices, city: City, said: str, end: str = "", standing: date | None = None
) -> date:
    """The first day that was said.

    Args:
        services: whose today counts.
        city: where today is.
        said: the words of the first day.
        end: those of the last, which may hold the month of both.
        standing: the first day so far, from which those words may count.

    Raises:
        InvalidRequestError: the words give no date.
    """
    today = services.today(city)
    if standing is not None and (not end or is_beside(end)):
        found = date_beside(said, standing, today)
    else:
        found = first_of_span(said, end, today)
    if found is None:
        raise InvalidRequestError(
            f'I could not read {quote(said)} as a date; right would be "4 December" or '
            '"next Friday".'
        )
    return found


def check_ahead(services: TravelServices, city: City, start: date) -> None:
    """Refuses a first day that is past.

    Raises:
        InvalidRequestError: it is.
    """
    today = services.today(city)
    if start < today:
        raise InvalidRequestError(f"{on(start)} is past; today is {on(today)} in {city.name}.")


def _check_numbers(wishes: PlanDays) -> None:
    if wishes.days is not None and wishes.days < 1:
        raise InvalidRequestError(f"A trip needs at least 1 day, not {wishes.days}.")
    if wishes.days is not None and wishes.days > MAX_DAYS:
        raise InvalidRequestError(
            f"A trip of {wishes.days} days is too long to plan in one piece; at most {MAX_DAYS} "
            "days are possible."
        )
    if wishes.travellers is not None and wishes.travellers < 1:
        raise InvalidRequestError(f"A trip needs at least 1 traveller, not {wishes.travellers}.")
    if wishes.budget is not None and not (wishes.budget > 0 and math.isfinite(wishes.budget)):
        raise InvalidRequestError(
            f"A budget has to be more than 0, not {wishes.budget:g}; leave it out for no limit."
        )


def _dates(
    services: TravelServices,
    city: City,
    wishes: PlanDays,
    previous: Itinerary | None,
    since: date | None,
    once: list[str],
) -> tuple[date, int, bool]:
    """Start, days, and whether the start was assumed; a length that the dates outweigh is told."""
    start = None
    standing = since if previous is None else previous.request.start
    if wishes.start_date:
        start = start_date(services, city, wishes.start_date, wishes.end_date or "", standing)
    ends_with = wishes.end_date and wishes.days is not None  # which gives another start
    if start is None and not (previous is None and ends_with):
        start = standing
    days = wishes.days
    if wishes.end_date:
        end = resolve_date(wishes.end_date, start or services.today(city))
        if end is None:
            raise InvalidRequestError(
                f'I could not read {quote(wishes.end_date)} as a date; right would be "7 December".'
            )
        if start is not None:
            length = (end - start).days + 1
            # without a year the next such date is meant, months ahead if it lies before the start
            said_year = re.search(r"\d{4}", wishes.end_date) is not None
            if length < 1 or (length > 180 and not said_year):
                raise InvalidRequestError(
                    f"The trip can't end on {quote(wishes.end_date)}, before it starts on "
                    f"{on(start)}."
                )
            if days is not None and days != length:
                told = (
                    f"From {quote(wishes.start_date or '')} to {quote(wishes.end_date)} is "
                    f"{length} day{'s' if length > 1 else ''}, not {days}"
                )
                if wishes.days_each or not _nearly(days, length):
                    raise InvalidRequestError(f"{told}.")
                once.append(f"{told}: I went by the dates.")
            days = length
        elif days is not None:
            start = end - timedelta(days=days - 1)
    if days is None and previous is not None:
        days = previous.request.days
    if days is None:
        raise MissingInformationError(f"For how many days will you be in {city.name}?", "days")
    if start is not None:
        return start, days, False
    return services.today(city) + timedelta(days=1), days, True


def _nearly(days: int, length: int) -> bool:
    """Whether a length may have been said of so many days: their nights, or a week loosely."""
    about_a_week = min(days, length) >= _A_WEEK and abs(days - length) <= _LOOSELY
    return about_a_week or days == length - 1


def _stays(
    services: TravelServices,
    cities: Sequence[City],
    days: int,
    wishes: PlanDays,
    previous: Itinerary | None,
    notes: list[str],
) -> tuple[Stay, ...]:
    """The stays that stand, where neither cities nor days are other ones; else a new course."""
    if previous is not None and (stays := _as_before(previous, cities, days, wishes)):
        return stays
    planned = course(services, cities, days, wishes)
    notes += planned.notes
    return planned.stays


def _as_before(
    previous: Itinerary, cities: Sequence[City], days: int, wishes: PlanDays
) -> tuple[Stay, ...] | None:
    """The previous stays in the order and for the days now said; None where that can't be."""
    standing = previous.request.all_stays
    if days != sum(s.days for s in standing):
        return None
    each = wishes.days_each
    if [s.city.id for s in standing] == [c.id for c in cities]:
        if not each or list(each) == [s.days for s in standing]:
            return standing
    elif sorted(s.city.id for s in standing) != sorted(c.id for c in cities):
        return None
    before = {s.city.id: s for s in standing}
    if len(before) < len(standing):
        return None
    counts = each if each and len(each) == len(cities) else [before[c.id].days for c in cities]
    return tuple(
        replace(before[c.id], days=n, way_minutes=None) for c, n in zip(cities, counts, strict=True)
    )


def _hour(said: str | None, *, late: bool = False) -> time | None:
    """The hour that was said.

    Raises:
        InvalidRequestError: the words give none.
    """
    if said is None:
        return None
    at = resolve_time(said, late=late)
    if at is None:
        raise InvalidRequestError(
            f'I could not read {quote(said)} as an hour; right would be "10:30" or "6pm".'
        )
    return at


def _day_start(said: str | None) -> time | None:
    """As `_hour`, of where a day begins."""
    at = _hour(said)
    return None if at is None else as_beginning(said or "", at)


def _walk(said: str | None) -> WalkLimit | None:
    """The longest walk that was said.

    Raises:
        InvalidRequestError: the words give none.
    """
    if said is None:
        return None
    limit = resolve_walk(said)
    if limit is None:
        raise InvalidRequestError(
            f'I could not read {quote(said)} as a walk; right would be "5 km" or "20 minutes".'
        )
    return limit
