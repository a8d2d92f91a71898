"""GeoJSON (RFC 7946): a point a visit and a line a day, WGS 84, longitude first."""

from __future__ import annotations

import json

from tools.export.wording import attribution, base_name, title, transfer
from tools.json_fields import Json
from tools.place import Coordinates
from tools.trip import Day, Itinerary, Transfer


def render(itinerary: Itinerary) -> str:
    """The plan as a FeatureCollection.

    Features: the base of each stay (`"kind": "base"`), then for each day its visits in order
    (`"kind": "visit"`) and the line from base through them and back (`"kind": "day"`; straight
    between stops), then the ways between cities (`"kind": "transfer"`). `attribution` is a
    foreign member of the collection.
    """
    request = itinerary.request
    bases = dict.fromkeys((stay.base, base_name(stay)) for stay in request.all_stays)
    features: list[Json] = [
        _feature("Point", _position(base), {"kind": "base", "name": name}) for base, name in bases
    ]
    for number, day in enumerate(itinerary.days, start=1):
        features += _day(number, day, request.stay_on(number).base)
    features += [_transfer(itinerary, one) for one in itinerary.transfers]
    collection: dict[str, Json] = {
        "type": "FeatureCollection",
        "attribution": attribution(itinerary),
        "features": features,
    }
    return json.dumps(collection, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _day(number: int, day: Day, base: Coordinates) -> list[Json]:
    features: list[Json] = []
    for order, visit in enumerate(day.visits, start=1):
        place = visit.place
        features.append(
            _feature(
                "Point",
                _position(place.coordinates),
                {
                    "kind": "visit",
                    "day": number,
                    "order": order,
                    "id": place.id,
                    "name": place.name,
                    "title": title(visit),
                    "category": place.category.value,
                    "meal": None if visit.meal is None else visit.meal.value,
                    "arrival": visit.arrival.isoformat(),
                    "departure": visit.departure.isoformat(),
                    "price": visit.price.amount,
                    "currency": visit.price.currency,
                    "pinned": visit.pinned,
                    "summary": place.summary,
                    "address": place.address,
                    "source": place.source,
                },
            )
        )
    if day.visits:
        stops = [base, *(v.place.coordinates for v in day.visits), base]
        features.append(
            _feature(
                "LineString",
                [_position(stop) for stop in stops],
                {
                    "kind": "day",
                    "day": number,
                    "date": day.date.isoformat(),
                    "minutes": sum(leg.minutes for leg in day.legs),
                    "metres": sum(leg.metres for leg in day.legs),
                },
            )
        )
    return features


def _transfer(itinerary: Itinerary, one: Transfer) -> Json:
    ends = [itinerary.request.stay_on(day).base for day in (one.day - 1, one.day)]
    return _feature(
        "LineString",
        [_position(end) for end in ends],
        {
            "kind": "transfer",
            "day": one.day,
            "name": transfer(one),
            "carrier": one.carrier.value,
            "departure": one.departure.isoformat(),
            "arrival": one.arrival.isoformat(),
            "minutes": one.minutes,
            "metres": one.metres,
        },
    )


def _feature(kind: str, coordinates: Json, properties: dict[str, Json]) -> Json:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def _position(point: Coordinates) -> list[Json]:
    return [point.lon, point.lat]
