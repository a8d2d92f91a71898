"""What the trip board shows: an itinerary as plain JSON values, with every text ready to read.

Its own words are in the language asked for (`agent/words`); what comes from the tools and the
catalogue (changes, notes, reasons, summaries, names) stays as it is there, in English.
`public/elements/TripBoard.jsx` draws it and computes nothing. No LangChain, no Chainlit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from agent.words import Words, words_for
from tools.childrens_rest import is_rest
from tools.trip import (
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
    language: str
    """Of the texts, a BCP 47 tag."""
    words: dict[str, str]
    """The labels that the element needs, by key; `{slot}` stands for what it puts in."""


def board_of(
    itinerary: Itinerary,
    *,
    made: datetime,
    violations: Sequence[Violation] = (),
    changes: Sequence[str] = (),
    words: Words | None = None,
) -> Board:
    """The board of an itinerary.

    Args:
        itinerary: what to show.
        made: now; it orders the boards of a conversation.
        violations: what the check found, shown as warnings.
        changes: what the last edit did, a sentence each.
        words: of the language to show it in; English when None.
    """
    request = itinerary.request
    words = words or words_for("en")
    named = words.listed(list(dict.fromkeys(city.name for city in request.cities)))
    return Board(
        version=VERSION,
        fingerprint=fingerprint(itinerary),
        made=made.isoformat(),
        city=named,
        title=words.count("title", len(itinerary.days), city=named),
        subtitle=_subtitle(itinerary, words),
        days=[_day(itinerary, number, words) for number in range(1, len(itinerary.days) + 1)],
        cost=_cost(itinerary, words),
        base=_base(request.all_stays[0], words),
        left_out=[NoteView(what=one.what, reason=one.reason) for one in itinerary.left_out],
        notes=[*itinerary.notes],
        warnings=[violation.message for violation in violations],
        changes=[*changes],
        source=_source(itinerary, words),
        language=words.language,
        words=dict(words.ui),
    )


def fingerprint(itinerary: Itinerary) -> str:
    """A short name of an itinerary's content."""
    # 20 and 20.0 are one price: which of them is written depends on where it was read
    content = json.loads(itinerary.to_json(), parse_int=float)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


# -- days ------------------------------------------------------------------------------------


def _day(itinerary: Itinerary, number: int, words: Words) -> DayView:
    request, day = itinerary.request, itinerary.days[number - 1]
    stay = request.stay_on(number)
    transfer = next((one for one in itinerary.transfers if one.day == number), None)
    return DayView(
        number=number,
        date=day.date.isoformat(),
        label=words.day(day.date),
        facts=_facts(request, number, day, words),
        stops=[_stop(at, visit, words) for at, visit in enumerate(day.visits, start=1)],
        legs=[_leg(leg, words) for leg in day.legs],
        city=stay.city.name if request.stays else "",
        base=_base(stay, words),
        transfer=_transfer(transfer, request.stay_on(number - 1), words) if transfer else None,
    )


def _stop(number: int, visit: Visit, words: Words) -> StopView:
    place = visit.place
    minutes = round((visit.departure - visit.arrival).total_seconds() / 60)
    return StopView(
        id=place.id,
        number=number,
        name=place.name,
        local_name="" if place.local_name == place.name else place.local_name,
        category=_category(visit, words),
        meal=None if visit.meal is None else words.text(f"meal.{visit.meal.value}"),
        arrival=visit.arrival.strftime("%H:%M"),
        departure=visit.departure.strftime("%H:%M"),
        stay=words.duration(minutes),
        price=words.text("free") if visit.price.amount == 0 else words.money(visit.price),
        free=visit.price.amount == 0,
        pinned=visit.pinned,
        lat=place.coordinates.lat,
        lon=place.coordinates.lon,
        summary=place.summary,
        step_free=place.step_free,
        kids=place.good_for_kids,
    )


def _leg(leg: Leg, words: Words) -> LegView:
    time, way = words.duration(leg.minutes), words.way(leg.metres)
    label = words.text(f"leg.{leg.mode.value}", time=time, way=way)
    return LegView(mode=leg.mode.value, label=label)


def _transfer(one: Transfer, before: Stay, words: Words) -> TransferView:
    cities = {"origin": one.origin.name, "destination": one.destination.name}
    return TransferView(
        departure=one.departure.strftime("%H:%M"),
        arrival=one.arrival.strftime("%H:%M"),
        label=words.text("transfer", **cities),
        details=words.text(f"carrier.{one.carrier.value}", time=words.duration(one.minutes)),
        origin=_base(before, words),
    )


def _base(stay: Stay, words: Words) -> BaseView:
    unnamed = words.text("lodging") if stay.lodging else words.text("centre", city=stay.city.name)
    return BaseView(name=stay.lodging_name or unnamed, lat=stay.base.lat, lon=stay.base.lon)


def _facts(request: TripRequest, number: int, day: Day, words: Words) -> str:
    """Such as "4 sights · 2 meals · 5.2 km on foot · €58 · free 14:00 to 16:00"."""
    free = [
        words.text(
            "rest" if is_rest(request, one) else "free_time",
            start=f"{one.start:%H:%M}",
            end=f"{one.end:%H:%M}",
        )
        for one in request.free
        if one.day in (None, number)
    ]
    if not day.visits:
        return " · ".join([words.text("free_day"), *free])
    sights, meals = len(day.sights), len(day.visits) - len(day.sights)
    walked = sum(leg.metres for leg in day.legs if leg.mode is Mode.WALK)
    currency = day.visits[0].price.currency
    price = Money(round(sum(visit.price.amount for visit in day.visits), 2), currency)
    facts = [
        words.count("sights", sights) if sights else "",
        words.count("meals", meals) if meals else "",
        words.text("on_foot", way=words.way(walked)) if walked else "",
        words.money(price) if price.amount else words.text("no_costs"),
        *free,
    ]
    return " · ".join(filter(None, facts))


def _category(visit: Visit, words: Words) -> str:
    place = visit.place
    kind = words.text(f"category.{place.category.value}")
    served = place.cuisine.capitalize() if place.category.is_food else ""
    return f"{kind} · {served}" if served else kind


# -- the trip --------------------------------------------------------------------------------


def _subtitle(itinerary: Itinerary, words: Words) -> str:
    """Such as "Fri 4 – Sun 6 Dec 2026 · 2 travellers · relaxed pace"."""
    request = itinerary.request
    parts = [
        words.dates_of(itinerary.days[0].date, itinerary.days[-1].date),
        words.count("travellers", request.travellers),
        words.text(f"pace.{request.pace.value}"),
    ]
    return " · ".join(parts)


def _cost(itinerary: Itinerary, words: Words) -> CostView:
    cost, budget = itinerary.cost, itinerary.request.budget
    label = words.money(cost)
    if budget is None:
        return CostView(label=label, budget=None, share=None)
    share = round(cost.amount / budget, 4) if budget > 0 else None
    return CostView(label=label, budget=words.money(Money(budget, cost.currency)), share=share)


def _source(itinerary: Itinerary, words: Words) -> str:
    """Where the facts come from and when they were looked over, oldest first told."""
    places = [visit.place for visit in itinerary.visits]
    sources = "; ".join(dict.fromkeys(p.source.rstrip(".") for p in places if p.source))
    months = sorted({p.as_of for p in places if p.as_of})
    checked = words.text("looked_over", month=words.month(months[0])) if months else ""
    return " ".join(filter(None, [f"{sources}." if sources else "", checked]))


__all__ = ["VERSION", "Board", "board_of", "fingerprint"]
