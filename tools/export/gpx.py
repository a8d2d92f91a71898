"""GPX 1.1: a waypoint a stop and a route a day, for navigation devices and map apps."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from tools.export.wording import (
    about,
    attribution,
    base_name,
    cities,
    day_heading,
    source,
    span,
    title,
    transfer,
    walked,
)
from tools.export.xml_text import child, degrees, document
from tools.place import Coordinates
from tools.trip import Itinerary

NAMESPACE = "http://www.topografix.com/GPX/1/1"


def render(itinerary: Itinerary) -> bytes:
    """The plan as GPX, UTF-8, WGS 84 degrees.

    Waypoints: the visits in order; `type` is the meal or the category, `src` where the facts come
    from. Routes: each day from its base through its visits and back (`type` "day"; a day without
    visits has none), then the ways between cities (`type` "transfer"). No times of points: GPX
    means by these when a point was recorded, so hours stand in the descriptions.
    """
    root = ET.Element("gpx", {"xmlns": NAMESPACE, "version": "1.1", "creator": "Tripwright"})
    metadata = child(root, "metadata")
    start = itinerary.request.start.isoformat()
    child(metadata, "name", f"{cities(itinerary)}, {start}")
    child(metadata, "desc", attribution(itinerary))
    for number, day in enumerate(itinerary.days, start=1):
        for visit in day.visits:
            point = _point(root, "wpt", visit.place.coordinates, title(visit))
            child(point, "desc", about(itinerary, number, visit))
            if visit.place.source:
                child(point, "src", source(visit.place))
            child(point, "type", visit.meal.value if visit.meal else visit.place.category.value)
    for number in range(1, len(itinerary.days) + 1):
        _day(root, itinerary, number)
    for one in itinerary.transfers:
        route = _route(root, f"{one.origin.name} to {one.destination.name}", "transfer")
        route[1].text = f"{span(one.departure, one.arrival)} {transfer(one)}."
        for day_number in (one.day - 1, one.day):
            stay = itinerary.request.stay_on(day_number)
            _point(route, "rtept", stay.base, base_name(stay))
    return document(root)


def _day(root: ET.Element, itinerary: Itinerary, number: int) -> None:
    day, stay = itinerary.days[number - 1], itinerary.request.stay_on(number)
    if not day.visits:
        return
    route = _route(root, day_heading(itinerary, number), "day")
    route[1].text = f"{walked(day)}."
    _point(route, "rtept", stay.base, base_name(stay))
    for visit in day.visits:
        _point(route, "rtept", visit.place.coordinates, title(visit))
    _point(route, "rtept", stay.base, base_name(stay))


def _route(root: ET.Element, name: str, kind: str) -> ET.Element:
    """A route without points, its description empty; the schema wants this order."""
    route = child(root, "rte")
    child(route, "name", name)
    child(route, "desc")
    child(route, "number", str(len(root.findall("rte"))))
    child(route, "type", kind)
    return route


def _point(parent: ET.Element, tag: str, at: Coordinates, name: str) -> ET.Element:
    point = child(parent, tag, lat=degrees(at.lat), lon=degrees(at.lon))
    child(point, "name", name)
    return point
