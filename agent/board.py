"""What the trip board shows: an itinerary as plain JSON values, with every text ready to read.

Its own words are in the language asked for (`agent/words`); what comes from the tools and the
catalogue (changes, notes, reasons, summaries, names) stays as it is there, in English.
`public/elements/TripBoard.jsx` draws it and computes nothing. Its form is `agent/board_views.py`.
No LangChain, no Chainlit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.board_views import (
    VERSION,
    BaseView,
    Board,
    CostView,
    DayView,
    FormatView,
    LegView,
    LinkView,
    MapView,
    NoteView,
    PlaceView,
    StopView,
    TransferView,
)
from agent.words import Words, words_for
from tools.cautions import Caution, cautions, holiday_on
from tools.childrens_rest import is_rest
from tools.export import FORMATS
from tools.export.links import day_links
from tools.left_out import by_reason
from tools.place import Place
from tools.trip import (
    Day,
    Itinerary,
    Leg,
    Mode,
    Money,
    Stay,
    Transfer,
    TripRequest,
    Visit,
)
from tools.trip_json import fingerprint

_MAPS = {"google_maps": "Google Maps", "osm": "OpenStreetMap"}


@dataclass(frozen=True, slots=True)
class Beside:
    """What the board shows beside the plan itself."""

    element: str = ""
    undo: int = 0
    redo: int = 0
    ideas: Sequence[Place] = ()
    shared: str | None = None
    map: MapView | None = None


def board_of(
    itinerary: Itinerary,
    *,
    made: datetime,
    changes: Sequence[str] = (),
    words: Words | None = None,
    beside: Beside = Beside(),
) -> Board:
    """The board of an itinerary.

    Args:
        itinerary: what to show.
        made: now; it orders the boards of a conversation.
        changes: what the last edit did, a sentence each.
        words: of the language to show it in; English when None.
        beside: versions, ideas and the like.
    """
    request = itinerary.request
    words = words or words_for("en")
    return Board(
        version=VERSION,
        fingerprint=fingerprint(itinerary),
        made=made.isoformat(),
        city=_cities(itinerary, words),
        title=trip_title(itinerary, words),
        subtitle=_subtitle(itinerary, words),
        days=[_day(itinerary, number, words) for number in range(1, len(itinerary.days) + 1)],
        cost=_cost(itinerary, words),
        base=_base(request.all_stays[0], words),
        left_out=[
            NoteView(what=one.what, reason=one.reason) for one in by_reason(itinerary.left_out)
        ],
        notes=[*itinerary.notes],
        warnings=_holidays(itinerary, words),
        changes=[*changes],
        source=_source(itinerary, words),
        element=beside.element,
        undo=beside.undo,
        redo=beside.redo,
        ideas=[place_view(place, itinerary, words) for place in beside.ideas],
        several=len({city.id for city in request.cities}) > 1,
        formats=[FormatView(format=one, label=words.text(f"format.{one}")) for one in FORMATS],
        shared=beside.shared,
        map=beside.map,
        language=words.language,
        words=dict(words.ui),
    )


def trip_title(itinerary: Itinerary, words: Words) -> str:
    """Such as "3 days in Lisbon"."""
    return words.count("title", len(itinerary.days), city=_cities(itinerary, words))


def place_view(place: Place, itinerary: Itinerary, words: Words) -> PlaceView:
    """A place to choose, seen from the trip; its price is for the whole party."""
    request = itinerary.request
    city = next((city for city in request.cities if city.id == place.city), request.city)
    found = itinerary.visit_of(place.id)
    price = Money(place.price * request.travellers, city.currency)
    return PlaceView(
        id=place.id,
        name=place.name,
        category=_category(place, words),
        price=words.text("free") if price.amount == 0 else words.money(price),
        summary=place.summary,
        city=city.name,
        planned_on=None if found is None else found[0],
    )


def _cities(itinerary: Itinerary, words: Words) -> str:
    cities = itinerary.request.cities
    return words.listed(list(dict.fromkeys(city.name for city in cities)))


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
        stops=[
            _stop(at, visit, words, cautions(itinerary, number, visit))
            for at, visit in enumerate(day.visits, start=1)
        ],
        legs=[_leg(leg, words) for leg in day.legs],
        city=stay.city.name if request.stays else "",
        base=_base(stay, words),
        transfer=_transfer(transfer, request.stay_on(number - 1), words) if transfer else None,
        links=[
            LinkView(label=_MAPS[k], url=url) for k, url in day_links(itinerary, number).items()
        ],
    )


def _stop(number: int, visit: Visit, words: Words, minded: Sequence[Caution]) -> StopView:
    place = visit.place
    minutes = round((visit.departure - visit.arrival).total_seconds() / 60)
    return StopView(
        id=place.id,
        number=number,
        name=place.name,
        local_name="" if place.local_name == place.name else place.local_name,
        category=_category(place, words),
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
        address=place.address,
        warnings=[words.text(one.kind.value, name=one.holiday, time=one.closes) for one in minded],
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


def _category(place: Place, words: Words) -> str:
    kind = words.text(f"category.{place.category.value}")
    served = words.cuisine(place.cuisine) if place.category.is_food else ""
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


def _holidays(itinerary: Itinerary, words: Words) -> list[str]:
    """Public holidays on the trip's days: what is told of hours is least sure on them."""
    told = []
    for number, day in enumerate(itinerary.days, start=1):
        name = holiday_on(itinerary.request.stay_on(number).city, day.date)
        if name:
            told.append(words.text("holiday", date=words.day(day.date), name=name))
    return told


def _source(itinerary: Itinerary, words: Words) -> str:
    """Where the facts come from and when they were looked over, oldest first told."""
    places = [visit.place for visit in itinerary.visits]
    sources = "; ".join(dict.fromkeys(p.source.rstrip(".") for p in places if p.source))
    months = sorted({p.as_of for p in places if p.as_of})
    checked = words.text("looked_over", month=words.month(months[0])) if months else ""
    return " ".join(filter(None, [f"{sources}." if sources else "", checked]))


__all__ = ["VERSION", "Beside", "Board", "board_of", "fingerprint", "place_view"]
