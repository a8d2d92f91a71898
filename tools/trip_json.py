"""An itinerary as JSON text and back: `docs/itinerary.schema.json`, version 1.

The text is self-contained: it holds the request with its city, and every visited place with
all its facts, so that `tools.check` can judge it with no store at hand. `loads(dumps(x)) == x`.
Unknown keys are ignored, so that a newer writer of the same version can add some.
"""

from __future__ import annotations

import json
from datetime import datetime, time
from zoneinfo import ZoneInfo

from tools.errors import DataError
from tools.json_fields import Fields, Json
from tools.place import (
    Category,
    City,
    Coordinates,
    Diet,
    Interest,
    MealKind,
    Place,
)
from tools.trip import (
    Day,
    Itinerary,
    LeftOut,
    Leg,
    Mode,
    Money,
    Pace,
    Pin,
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
        "request": _request_out(request),
        "days": [_day_out(day) for day in itinerary.days],
        "left_out": [{"what": o.what, "reason": o.reason} for o in itinerary.left_out],
        "notes": list(itinerary.notes),
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
    request = _request_in(top.child("request"))
    zone = top.child("request").child("city").zone("timezone")
    return Itinerary(
        request=request,
        days=tuple(_day_in(day, zone) for day in top.children("days")),
        left_out=tuple(
            LeftOut(o.text("what"), o.text("reason")) for o in top.children("left_out", ())
        ),
        notes=top.texts("notes", ()),
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


# -- request ---------------------------------------------------------------------------------


def _request_out(request: TripRequest) -> dict[str, Json]:
    lodging = request.lodging
    return {
        "city": city_to_json(request.city),
        "start": request.start.isoformat(),
        "days": request.days,
        "pace": request.pace.value,
        "interests": [i.value for i in request.interests],
        "budget": request.budget,
        "travellers": request.travellers,
        "must_see": list(request.must_see),
        "avoid": list(request.avoid),
        "avoid_categories": list(request.avoid_categories),
        "pins": [
            {
                "place_id": pin.place_id,
                "day": pin.day,
                "at": None if pin.at is None else pin.at.isoformat(),
            }
            for pin in request.pins
        ],
        "diets": [d.value for d in request.diets],
        "step_free": request.step_free,
        "good_for_kids": request.good_for_kids,
        "lodging": None if lodging is None else {"lat": lodging.lat, "lon": lodging.lon},
        "lodging_name": request.lodging_name,
        "day_start": request.day_start.isoformat(),
        "day_end": request.day_end.isoformat(),
    }


def _request_in(fields: Fields) -> TripRequest:
    lodging = fields.optional_child("lodging")
    return TripRequest(
        city=_city_in(fields.child("city")),
        start=fields.day("start"),
        days=fields.integer("days"),
        pace=fields.choice("pace", Pace, Pace.BALANCED),
        interests=fields.choices("interests", Interest, ()),
        budget=fields.optional_number("budget"),
        travellers=fields.integer("travellers", 1),
        must_see=fields.texts("must_see", ()),
        avoid=fields.texts("avoid", ()),
        avoid_categories=fields.texts("avoid_categories", ()),
        pins=tuple(
            Pin(p.text("place_id"), p.optional_integer("day"), p.optional_clock("at"))
            for p in fields.children("pins", ())
        ),
        diets=fields.choices("diets", Diet, ()),
        step_free=fields.flag("step_free", False),
        good_for_kids=fields.flag("good_for_kids", False),
        lodging=None if lodging is None else _point_in(lodging),
        lodging_name=fields.text("lodging_name", ""),
        day_start=fields.optional_clock("day_start") or time(9),
        day_end=fields.optional_clock("day_end") or time(21, 30),
    )


def city_to_json(city: City) -> dict[str, Json]:
    """A city with the names and order of the schema, which are the catalogue files', too."""
    return {
        "id": city.id,
        "name": city.name,
        "country": city.country,
        "lat": city.coordinates.lat,
        "lon": city.coordinates.lon,
        "timezone": city.timezone,
        "currency": city.currency,
        "radius_km": city.radius_km,
    }


def _city_in(fields: Fields) -> City:
    fields.zone("timezone")  # refuses a name that no zone has
    return City(
        id=fields.text("id"),
        name=fields.text("name"),
        country=fields.text("country"),
        coordinates=_point_in(fields),
        timezone=fields.text("timezone"),
        currency=fields.text("currency"),
        radius_km=fields.number("radius_km"),
    )


def _point_in(fields: Fields) -> Coordinates:
    return Coordinates(fields.number("lat", -90, 90), fields.number("lon", -180, 180))


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
        "interests": sorted(i.value for i in place.interests),
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
    }


def _place_in(fields: Fields) -> Place:
    return Place(
        id=fields.text("id"),
        name=fields.text("name"),
        category=fields.choice("category", Category),
        coordinates=_point_in(fields),
        city=fields.text("city"),
        minutes=fields.integer("minutes", at_least=0),
        hours=fields.text("hours"),
        price=fields.number("price", 0),
        importance=fields.integer("importance", 50),
        interests=frozenset(fields.choices("interests", Interest, ())),
        good_for_kids=fields.flag("good_for_kids", False),
        step_free=fields.flag("step_free", False),
        local_name=fields.text("local_name", ""),
        aliases=fields.texts("aliases", ()),
        cuisine=fields.text("cuisine", ""),
        meals=frozenset(fields.choices("meals", MealKind, ())),
        diets=frozenset(fields.choices("diets", Diet, ())),
        summary=fields.text("summary", ""),
        source=fields.text("source", ""),
        as_of=fields.text("as_of", ""),
        confidence=fields.text("confidence", "medium"),
    )
