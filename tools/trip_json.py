"""An itinerary as JSON text and back: `docs/itinerary.schema.json`, version 1.

The text is self-contained: it holds the request with its city, and every visited place with
all its facts, so that `tools.check` can judge it with no store at hand. `loads(dumps(x)) == x`.
Unknown keys are ignored, so that a newer writer of the same version can add some.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from zoneinfo import ZoneInfo

from tools.errors import DataError
from tools.json_fields import Fields, Json
from tools.place import Category, Diet, Interest, MealKind, Place
from tools.request_json import point_from_json, request_from_json, request_to_json
from tools.trip import (
    Carrier,
    Day,
    Itinerary,
    LeftOut,
    Leg,
    Mode,
    Money,
    Transfer,
    TripRequest,
    Visit,
)

VERSION = 1
"""Of the schema; a text of another version is refused."""


def dumps(itinerary: Itinerary) -> str:
    """The itinerary as JSON text (UTF-8 characters kept, two spaces a level, a final newline).

    Times are local ISO 8601 with the offset of the city's time zone; prices are for the whole
    party in visits and for one adult in places; distances are metres, durations minutes.
    """
    request = itinerary.request
    document: dict[str, Json] = {
        "version": VERSION,
        "request": request_to_json(request),
        "days": [
            {**_day_out(day), "city": request.stay_on(number).city.id}
            for number, day in enumerate(itinerary.days, start=1)
        ],
        "left_out": [
            {"what": o.what, "reason": o.reason, "could_be": list(o.could_be)}
            for o in itinerary.left_out
        ],
        "notes": list(itinerary.notes),
        "transfers": [_transfer_out(transfer) for transfer in itinerary.transfers],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def loads(text: str) -> Itinerary:
    """Reads what `dumps` wrote, or what a person wrote after the schema.

    Raises:
        DataError: not JSON, another version, or a field missing or of a wrong type or range;
            the sentence names the field and what it has to be.
    """
    top = Fields(_parse(text), "itinerary")
    version = top.integer("version")
    if version != VERSION:
        raise DataError(
            f"This itinerary has schema version {version}, but only version {VERSION} can be read."
        )
    request = request_from_json(top.child("request"))
    return Itinerary(
        request=request,
        days=tuple(
            _day_in(day, ZoneInfo(request.stay_on(number).city.timezone))
            for number, day in enumerate(top.children("days"), start=1)
        ),
        left_out=tuple(
            LeftOut(o.text("what"), o.text("reason"), o.texts("could_be", ()))
            for o in top.children("left_out", ())
        ),
        notes=top.texts("notes", ()),
        transfers=tuple(_transfer_in(t, request) for t in top.children("transfers", ())),
    )


def _parse(text: str) -> Json:
    def no_constant(name: str) -> Json:
        raise ValueError(f"{name} is not a number JSON knows")

    try:
        document: Json = json.loads(text, parse_constant=no_constant)
    except RecursionError:
        raise DataError("This is not an itinerary: it is nested too deeply.") from None
    except ValueError as error:
        raise DataError(f"This is not JSON: {error}.") from error
    return document


# -- days ------------------------------------------------------------------------------------


def _day_out(day: Day) -> dict[str, Json]:
    return {
        "date": day.date.isoformat(),
        "visits": [
            {
                "place": _place_out(visit.place),
                "arrival": visit.arrival.isoformat(),
                "departure": visit.departure.isoformat(),
                "price": {"amount": visit.price.amount, "currency": visit.price.currency},
                "meal": None if visit.meal is None else visit.meal.value,
                "pinned": visit.pinned,
            }
            for visit in day.visits
        ],
        "legs": [
            {"mode": leg.mode.value, "minutes": leg.minutes, "metres": leg.metres}
            for leg in day.legs
        ],
    }


def _day_in(fields: Fields, zone: ZoneInfo) -> Day:
    return Day(
        date=fields.day("date"),
        visits=tuple(_visit_in(visit, zone) for visit in fields.children("visits")),
        legs=tuple(
            Leg(
                leg.choice("mode", Mode),
                leg.integer("minutes", at_least=0),
                leg.integer("metres", at_least=0),
            )
            for leg in fields.children("legs")
        ),
    )


def _transfer_out(transfer: Transfer) -> dict[str, Json]:
    return {
        "day": transfer.day,
        "origin": transfer.origin.id,
        "destination": transfer.destination.id,
        "carrier": transfer.carrier.value,
        "minutes": transfer.minutes,
        "metres": transfer.metres,
        "departure": transfer.departure.isoformat(),
        "arrival": transfer.arrival.isoformat(),
    }


def _transfer_in(fields: Fields, request: TripRequest) -> Transfer:
    cities = {city.id: city for city in request.cities}
    ends = []
    for key in ("origin", "destination"):
        named = fields.text(key)
        if named not in cities:
            raise DataError(f'A transfer leads by "{named}", which is no city of the request.')
        ends.append(cities[named])
    origin, destination = ends
    return Transfer(
        day=fields.integer("day", at_least=1),
        origin=origin,
        destination=destination,
        carrier=fields.choice("carrier", Carrier),
        metres=fields.integer("metres", at_least=0),
        departure=_local(fields.moment("departure"), ZoneInfo(origin.timezone)),
        arrival=_local(fields.moment("arrival"), ZoneInfo(destination.timezone)),
    )


def _visit_in(fields: Fields, zone: ZoneInfo) -> Visit:
    price = fields.child("price")
    return Visit(
        place=_place_in(fields.child("place")),
        arrival=_local(fields.moment("arrival"), zone),
        departure=_local(fields.moment("departure"), zone),
        price=Money(price.number("amount"), price.text("currency")),
        meal=fields.optional_choice("meal", MealKind),
        pinned=fields.flag("pinned", False),
    )


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment in the city's zone where its offset is the city's, else as it was written.

    The second lets `check` say that a time has a wrong offset.
    """
    there = moment.astimezone(zone)
    return there if there.utcoffset() == moment.utcoffset() else moment


def _place_out(place: Place) -> dict[str, Json]:
    return {
        "id": place.id,
        "name": place.name,
        "category": place.category.value,
        "lat": place.coordinates.lat,
        "lon": place.coordinates.lon,
        "city": place.city,
        "minutes": place.minutes,
        "hours": place.hours,
        "price": place.price,
        "importance": place.importance,
        "interests": [i.value for i in place.interests],
        "good_for_kids": place.good_for_kids,
        "step_free": place.step_free,
        "local_name": place.local_name,
        "aliases": list(place.aliases),
        "cuisine": place.cuisine,
        "meals": sorted(m.value for m in place.meals),
        "diets": sorted(d.value for d in place.diets),
        "summary": place.summary,
        "source": place.source,
        "as_of": place.as_of,
        "confidence": place.confidence,
        # absent when unknown: trips written before there were addresses keep their fingerprint
        **({"address": place.address} if place.address else {}),
    }


def _place_in(fields: Fields) -> Place:
    return Place(
        id=fields.text("id"),
        name=fields.text("name"),
        category=fields.choice("category", Category),
        coordinates=point_from_json(fields),
        city=fields.text("city"),
        minutes=fields.integer("minutes", at_least=0),
        hours=fields.text("hours"),
        price=fields.number("price", 0),
        importance=fields.integer("importance", 50),
        interests=fields.choices("interests", Interest, ()),
        good_for_kids=fields.flag("good_for_kids", False),
        step_free=fields.flag("step_free", False),
        local_name=fields.text("local_name", ""),
        aliases=fields.texts("aliases", ()),
        cuisine=fields.text("cuisine", ""),
        meals=frozenset(fields.choices("meals", MealKind, ())),
        diets=frozenset(fields.choices("diets", Diet, ())),
        summary=fields.text("summary", ""),
        address=fields.text("address", ""),
        source=fields.text("source", ""),
        as_of=fields.text("as_of", ""),
        confidence=fields.text("confidence", "medium"),
    )


def fingerprint(itinerary: Itinerary) -> str:
    """A short name of an itinerary's content: the same trip has the same one."""
    # 20 and 20.0 are one price: which of them is written depends on where it was read
    content = json.loads(dumps(itinerary), parse_int=float)
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]
