"""What the trip board shows: an itinerary as plain JSON values, with every text ready to read.

`public/elements/TripBoard.jsx` draws it and computes nothing. No LangChain, no Chainlit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict

from tools.childrens_rest import is_rest
from tools.export.wording import cities
from tools.trip import (
    Carrier,
    Day,
    Itinerary,
    Leg,
    Mode,
    Money,
    Stay,
    Transfer,
    TripRequest,
    Violation,
    Visit,
)

VERSION = 1
"""Of the board's form; an element of another version says that it can't be shown."""

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "TRY": "₺"}
_WHOLE = frozenset({"JPY"})
"""Currencies without a smaller unit in use."""
_METRES_SHOWN = 950
"""Longer ways are told in kilometres."""


class StopView(TypedDict):
    """A visit; `number` is its place in the day, as on its pin."""

    id: str
    number: int
    name: str
    local_name: str
    category: str
    meal: str | None
    arrival: str
    departure: str
    stay: str
    price: str
    free: bool
    pinned: bool
    lat: float
    lon: float
    summary: str
    step_free: bool
    kids: bool


class LegView(TypedDict):
    """The way to the next stop."""

    mode: str
    label: str


class BaseView(TypedDict):
    """Where days start and end."""

    name: str
    lat: float
    lon: float


class TransferView(TypedDict):
    """The way from the city before, at the beginning of a day."""

    departure: str
    arrival: str
    label: str
    details: str
    origin: BaseView


class DayView(TypedDict):
    """One date; `legs` has one entry more than `stops`, or none."""

    number: int
    date: str
    label: str
    facts: str
    stops: list[StopView]
    legs: list[LegView]
    city: str
    """Empty where the trip has but one."""
    base: BaseView
    transfer: TransferView | None


class CostView(TypedDict):
    """What the trip costs; `share` is of the budget, 1 being all of it."""

    label: str
    budget: str | None
    share: float | None


class NoteView(TypedDict):
    """Something wished for that the plan does not hold."""

    what: str
    reason: str


class Board(TypedDict):
    """Everything the board shows."""

    version: int
    fingerprint: str
    """Of the itinerary: the same trip has the same one."""
    made: str
    """When this board was made (ISO 8601); the newest of a conversation is the one to act on."""
    city: str
    title: str
    subtitle: str
    days: list[DayView]
    cost: CostView
    base: BaseView
    left_out: list[NoteView]
    notes: list[str]
    warnings: list[str]
    changes: list[str]
    source: str


def board_of(
    itinerary: Itinerary,
    *,
    made: datetime,
    violations: Sequence[Violation] = (),
    changes: Sequence[str] = (),
) -> Board:
    """The board of an itinerary.

    Args:
        itinerary: what to show.
        made: now; it orders the boards of a conversation.
        violations: what the check found, shown as warnings.
        changes: what the last edit did, a sentence each.
    """
    request = itinerary.request
    named = cities(itinerary)
    return Board(
        version=VERSION,
        fingerprint=fingerprint(itinerary),
        made=made.isoformat(),
        city=named,
        title=f"{_days(len(itinerary.days))} in {named}",
        subtitle=_subtitle(itinerary),
        days=[_day(itinerary, number) for number in range(1, len(itinerary.days) + 1)],
        cost=_cost(itinerary),
        base=_base(request.all_stays[0]),
        left_out=[NoteView(what=one.what, reason=one.reason) for one in itinerary.left_out],
        notes=[*itinerary.notes],
        warnings=[violation.message for violation in violations],
        changes=[*changes],
        source=_source(itinerary),
    )


def fingerprint(itinerary: Itinerary) -> str:
    """A short name of an itinerary's content."""
    # 20 and 20.0 are one price: which of them is written depends on where it was read
    content = json.loads(itinerary.to_json(), parse_int=float)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


# -- days ------------------------------------------------------------------------------------


def _day(itinerary: Itinerary, number: int) -> DayView:
    request, day = itinerary.request, itinerary.days[number - 1]
    stay = request.stay_on(number)
    transfer = next((one for one in itinerary.transfers if one.day == number), None)
    return DayView(
        number=number,
        date=day.date.isoformat(),
        label=_date(day.date),
        facts=_facts(request, number, day),
        stops=[_stop(position, visit) for position, visit in enumerate(day.visits, start=1)],
        legs=[_leg(leg) for leg in day.legs],
        city=stay.city.name if request.stays else "",
        base=_base(stay),
        transfer=None if transfer is None else _transfer(transfer, request.stay_on(number - 1)),
    )


def _stop(number: int, visit: Visit) -> StopView:
    place = visit.place
    minutes = round((visit.departure - visit.arrival).total_seconds() / 60)
    return StopView(
        id=place.id,
        number=number,
        name=place.name,
        local_name="" if place.local_name == place.name else place.local_name,
        category=_category(visit),
        meal=None if visit.meal is None else visit.meal.value.capitalize(),
        arrival=visit.arrival.strftime("%H:%M"),
        departure=visit.departure.strftime("%H:%M"),
        stay=_minutes(minutes),
        price="Free" if visit.price.amount == 0 else money(visit.price),
        free=visit.price.amount == 0,
        pinned=visit.pinned,
        lat=place.coordinates.lat,
        lon=place.coordinates.lon,
        summary=place.summary,
        step_free=place.step_free,
        kids=place.good_for_kids,
    )


def _leg(leg: Leg) -> LegView:
    how = "Walk" if leg.mode is Mode.WALK else "Public transport"
    return LegView(mode=leg.mode.value, label=f"{how} {_minutes(leg.minutes)} · {_way(leg.metres)}")


def _transfer(one: Transfer, before: Stay) -> TransferView:
    how = "Plane" if one.carrier is Carrier.AIR else "Train or coach"
    return TransferView(
        departure=one.departure.strftime("%H:%M"),
        arrival=one.arrival.strftime("%H:%M"),
        label=f"{one.origin.name} to {one.destination.name}",
        details=f"{how}, about {_minutes(one.minutes)} door to door",
        origin=_base(before),
    )


def _base(stay: Stay) -> BaseView:
    name = stay.lodging_name or ("Your lodging" if stay.lodging else f"{stay.city.name} centre")
    return BaseView(name=name, lat=stay.base.lat, lon=stay.base.lon)


def _facts(request: TripRequest, number: int, day: Day) -> str:
    """Such as "4 sights · 2 meals · 5.2 km on foot · €58 · free 14:00 to 16:00"."""
    free = [
        f"{'rest' if is_rest(request, one) else 'free'} {one.start:%H:%M} to {one.end:%H:%M}"
        for one in request.free
        if one.day in (None, number)
    ]
    if not day.visits:
        return " · ".join(["A free day", *free])
    sights, meals = len(day.sights), len(day.visits) - len(day.sights)
    walked = sum(leg.metres for leg in day.legs if leg.mode is Mode.WALK)
    currency = day.visits[0].price.currency
    price = Money(round(sum(visit.price.amount for visit in day.visits), 2), currency)
    facts = [
        _count(sights, "sight") if sights else "",
        _count(meals, "meal") if meals else "",
        f"{_way(walked)} on foot" if walked else "",
        money(price) if price.amount else "no costs",
        *free,
    ]
    return " · ".join(filter(None, facts))


def _category(visit: Visit) -> str:
    place = visit.place
    words = place.category.value.replace("_", " ")
    if place.category.is_food and place.cuisine:
        return f"{words.capitalize()} · {place.cuisine.capitalize()}"
    return words.capitalize()


# -- the trip --------------------------------------------------------------------------------


def _subtitle(itinerary: Itinerary) -> str:
    """Such as "Fri 4 – Sun 6 Dec 2026 · 2 travellers · relaxed pace"."""
    request = itinerary.request
    first, last = itinerary.days[0].date, itinerary.days[-1].date
    if first == last:
        when = f"{_date(first)} {first.year}"
    elif (first.year, first.month) == (last.year, last.month):
        when = f"{first:%a} {first.day} – {_date(last)} {last.year}"
    elif first.year == last.year:
        when = f"{_date(first)} – {_date(last)} {last.year}"
    else:
        when = f"{_date(first)} {first.year} – {_date(last)} {last.year}"
    parts = [when, _count(request.travellers, "traveller"), f"{request.pace.value} pace"]
    return " · ".join(parts)


def _cost(itinerary: Itinerary) -> CostView:
    cost, budget = itinerary.cost, itinerary.request.budget
    if budget is None:
        return CostView(label=money(cost), budget=None, share=None)
    share = round(cost.amount / budget, 4) if budget > 0 else None
    return CostView(label=money(cost), budget=money(Money(budget, cost.currency)), share=share)


def _source(itinerary: Itinerary) -> str:
    """Where the facts come from and when they were looked over, oldest first told."""
    places = [visit.place for visit in itinerary.visits]
    sources = "; ".join(dict.fromkeys(p.source.rstrip(".") for p in places if p.source))
    months = sorted({p.as_of for p in places if p.as_of})
    checked = f"Facts last looked over {_month(months[0])}." if months else ""
    return " ".join(filter(None, [f"{sources}." if sources else "", checked]))


# -- words -----------------------------------------------------------------------------------


def money(value: Money) -> str:
    """Such as "€12", "€12.50", "CHF 8": cents only where there are any."""
    whole = value.currency in _WHOLE or round(value.amount, 2) == int(value.amount)
    figure = f"{value.amount:,.0f}" if whole else f"{value.amount:,.2f}"
    symbol = _SYMBOLS.get(value.currency)
    return f"{symbol}{figure}" if symbol else f"{value.currency} {figure}"


def _date(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def _month(as_of: str) -> str:
    """Says "November 2026" of "2026-11"; another form is left as it is."""
    try:
        return datetime.strptime(as_of, "%Y-%m").strftime("%B %Y")
    except ValueError:
        return as_of


def _minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def _way(metres: int) -> str:
    return f"{metres} m" if metres < _METRES_SHOWN else f"{metres / 1000:.1f} km"


def _days(count: int) -> str:
    return _count(count, "day")


def _count(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


__all__ = ["VERSION", "Board", "board_of", "fingerprint", "money"]
