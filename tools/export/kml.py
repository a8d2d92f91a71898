"""KML 2.2: a folder a day with its stops and their line in the day's colour, for map programs."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from tools.export.wording import (
    about,
    attribution,
    base_name,
    cities,
    day_colour,
    day_heading,
    source,
    span,
    title,
    transfer,
    walked,
)
from tools.export.xml_text import child, document, lon_lat
from tools.place import Coordinates
from tools.trip import Itinerary

NAMESPACE = "http://www.opengis.net/kml/2.2"
_TRANSFER_COLOUR = "#555555"


def render(itinerary: Itinerary) -> bytes:
    """The plan as KML, UTF-8, WGS 84, longitude first.

    A folder a day: its base, its visits in order and the line from the base through them and back;
    a last folder holds the ways between cities if there are any. Descriptions are plain text. Ids
    tell day and order, so they are the same whenever the same trip is written.
    """
    root = ET.Element("kml", {"xmlns": NAMESPACE})
    top = child(root, "Document", id="trip")
    child(top, "name", f"{cities(itinerary)}, {itinerary.request.start.isoformat()}")
    child(top, "open", "1")
    child(top, "description", attribution(itinerary))
    for number in range(1, len(itinerary.days) + 1):
        _style(top, f"style-day-{number}", day_colour(number))
    if itinerary.transfers:
        _style(top, "style-transfers", _TRANSFER_COLOUR)
    for number in range(1, len(itinerary.days) + 1):
        _day(top, itinerary, number)
    if itinerary.transfers:
        _transfers(top, itinerary)
    return document(root)


def _day(top: ET.Element, itinerary: Itinerary, number: int) -> None:
    day, stay = itinerary.days[number - 1], itinerary.request.stay_on(number)
    folder = child(top, "Folder", id=f"day-{number}")
    style = f"#style-day-{number}"
    child(folder, "name", day_heading(itinerary, number))
    child(folder, "description", f"{walked(day)}." if day.visits else "Nothing planned.")
    where = base_name(stay)
    _placemark(
        folder, f"day-{number}-base", where, "The day starts and ends here.", style, [stay.base]
    )
    for order, visit in enumerate(day.visits, start=1):
        told = about(itinerary, number, visit)
        if visit.place.source:
            told += f"\nSource: {source(visit.place)}"
        name = f"{order}. {title(visit)}"
        at = [visit.place.coordinates]
        _placemark(folder, f"day-{number}-stop-{order}", name, told, style, at)
    if day.visits:
        stops = [stay.base, *(visit.place.coordinates for visit in day.visits), stay.base]
        told = "Straight lines between the stops, in order."
        _placemark(folder, f"day-{number}-line", f"Way of day {number}", told, style, stops)


def _transfers(top: ET.Element, itinerary: Itinerary) -> None:
    folder = child(top, "Folder", id="transfers")
    child(folder, "name", "Between cities")
    for order, one in enumerate(itinerary.transfers, start=1):
        ends = [itinerary.request.stay_on(day).base for day in (one.day - 1, one.day)]
        name = f"{one.origin.name} to {one.destination.name}"
        told = f"Day {one.day}, {span(one.departure, one.arrival)}: {transfer(one)}."
        _placemark(folder, f"transfer-{order}", name, told, "#style-transfers", ends)


def _style(top: ET.Element, id: str, colour: str) -> None:
    """KML writes colours as alpha, blue, green, red."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    style = child(top, "Style", id=id)
    child(child(style, "IconStyle"), "color", f"ff{blue}{green}{red}")
    line = child(style, "LineStyle")
    child(line, "color", f"ff{blue}{green}{red}")
    child(line, "width", "4")


def _placemark(
    folder: ET.Element, id: str, name: str, told: str, style: str, points: list[Coordinates]
) -> None:
    """A point, or a line where there are several points."""
    placemark = child(folder, "Placemark", id=id)
    child(placemark, "name", name)
    child(placemark, "description", told)
    child(placemark, "styleUrl", style)
    geometry = child(placemark, "Point" if len(points) == 1 else "LineString")
    if len(points) > 1:
        child(geometry, "tessellate", "1")
    child(geometry, "coordinates", lon_lat(points))
