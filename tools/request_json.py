"""A trip's request as JSON values and back; see `tools.trip_json`."""

from __future__ import annotations

from datetime import time

from tools.json_fields import Fields, Json
from tools.place import City, Coordinates, Diet, Interest
from tools.trip import (
    DAY_END,
    DAY_START,
    DayHours,
    FreeTime,
    Pace,
    Pin,
    Stay,
    TripRequest,
    WalkLimit,
)


def request_to_json(request: TripRequest) -> dict[str, Json]:
    """The request with the names and order of the schema."""
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
        "hours": [
            {"day": h.day, "start": _clock(h.start), "end": _clock(h.end)}
            | ({"made_for": [*h.made_for]} if h.made_for else {})
            | ({"named_hour": h.named_hour} if h.named_hour else {})
            for h in request.hours
        ],
        "free": [
            {"day": f.day, "start": f.start.isoformat(), "end": f.end.isoformat()}
            for f in request.free
        ],
        "arrive_at": _clock(request.arrive_at),
        "leave_at": _clock(request.leave_at),
        "walk": None
        if request.walk is None
        else {"leg_minutes": request.walk.leg_minutes, "day_metres": request.walk.day_metres},
        "most_of": [{"category": kind, "most": most} for kind, most in request.most_of],
        "stays": [_stay_to_json(stay) for stay in request.stays],
    }


def _clock(at: time | None) -> str | None:
    return None if at is None else at.isoformat()


def _stay_to_json(stay: Stay) -> dict[str, Json]:
    lodging = stay.lodging
    return {
        "city": city_to_json(stay.city),
        "days": stay.days,
        "lodging": None if lodging is None else {"lat": lodging.lat, "lon": lodging.lon},
        "lodging_name": stay.lodging_name,
        "way_minutes": stay.way_minutes,
    }


def request_from_json(fields: Fields) -> TripRequest:
    """Reads a request; keys that older texts lack have their defaults.

    Raises:
        DataError: a field is missing, or of a wrong type or range.
    """
    lodging = fields.optional_child("lodging")
    walk = fields.optional_child("walk")
    return TripRequest(
        city=city_from_json(fields.child("city")),
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
        lodging=None if lodging is None else point_from_json(lodging),
        lodging_name=fields.text("lodging_name", ""),
        day_start=fields.optional_clock("day_start") or DAY_START,
        day_end=fields.optional_clock("day_end") or DAY_END,
        hours=tuple(
            DayHours(
                h.integer("day", at_least=1),
                h.optional_clock("start"),
                h.optional_clock("end"),
                h.texts("made_for", ()),
                h.text("named_hour", ""),
            )
            for h in fields.children("hours", ())
        ),
        free=tuple(
            FreeTime(f.optional_integer("day"), f.clock("start"), f.clock("end"))
            for f in fields.children("free", ())
        ),
        arrive_at=fields.optional_clock("arrive_at"),
        leave_at=fields.optional_clock("leave_at"),
        walk=None
        if walk is None
        else WalkLimit(walk.optional_integer("leg_minutes"), walk.optional_integer("day_metres")),
        most_of=tuple(
            (m.text("category"), m.integer("most", at_least=0))
            for m in fields.children("most_of", ())
        ),
        stays=tuple(_stay_from_json(stay) for stay in fields.children("stays", ())),
    )


def _stay_from_json(fields: Fields) -> Stay:
    lodging = fields.optional_child("lodging")
    return Stay(
        city=city_from_json(fields.child("city")),
        days=fields.integer("days", at_least=1),
        lodging=None if lodging is None else point_from_json(lodging),
        lodging_name=fields.text("lodging_name", ""),
        way_minutes=fields.optional_integer("way_minutes"),
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


def city_from_json(fields: Fields) -> City:
    """Reads a city.

    Raises:
        DataError: a field is missing, or of a wrong type or range.
    """
    fields.zone("timezone")  # refuses a name that no zone has
    return City(
        id=fields.text("id"),
        name=fields.text("name"),
        country=fields.text("country"),
        coordinates=point_from_json(fields),
        timezone=fields.text("timezone"),
        currency=fields.text("currency"),
        radius_km=fields.number("radius_km"),
    )


def point_from_json(fields: Fields) -> Coordinates:
    """Reads `lat` and `lon`.

    Raises:
        DataError: one is missing, or off the globe.
    """
    return Coordinates(fields.number("lat", -90, 90), fields.number("lon", -180, 180))
