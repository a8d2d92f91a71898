"""GPX, KML and links: what map programs and devices are given."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import gpxpy
import pytest

from tests.tools.factories import by_id, planned, request, toured
from tools.errors import InvalidRequestError
from tools.export import export
from tools.export.kml import NAMESPACE
from tools.export.links import MAX_WAYPOINTS, day_links
from tools.export.wording import DAY_COLOURS, attribution
from tools.place import Coordinates
from tools.trip import Day, Itinerary, Leg, Mode, Money, Visit

PLAN = planned(request(days=2, lodging=Coordinates(41.9, 12.49), lodging_name="Casa <Blu> & Co"))
EMPTY = planned(request(days=1), ())
K = f"{{{NAMESPACE}}}"


def _kml(itinerary: Itinerary) -> ET.Element:
    return ET.fromstring(export(itinerary, "kml").content)


def _text(element: ET.Element, path: str) -> str:
    return element.findtext(path.replace("k:", K)) or ""


def _at(text: str) -> list[tuple[float, ...]]:
    return [tuple(map(float, pair.split(","))) for pair in text.split()]


def _named(place_name: str) -> Itinerary:
    """The plan with its first place called so."""
    day = PLAN.days[0]
    first = replace(day.visits[0], place=replace(day.visits[0].place, name=place_name))
    changed = replace(day, visits=(first, *day.visits[1:]))
    return replace(PLAN, days=(changed, *PLAN.days[1:]))


def _of_stops(count: int, mode: Mode = Mode.WALK) -> Itinerary:
    """A day of so many stops, each 100 m north of the one before, but the third by 10 m."""
    place, visits = by_id("rome-forum"), []
    for n in range(count):
        lat = 41.9 + 0.001 * n - (0.0009 if n == 2 else 0)
        at = PLAN.days[0].visits[0].arrival + timedelta(minutes=30 * n)
        there = replace(place, id=f"rome-{n}", coordinates=Coordinates(lat, 12.48))
        visits.append(Visit(there, at, at + timedelta(minutes=20), Money(0, "EUR")))
    day = Day(PLAN.days[0].date, tuple(visits), (Leg(mode, 5, 400),) * (count + 1))
    return replace(PLAN, days=(day, *PLAN.days[1:]))


def test_gpx_has_a_waypoint_a_stop_and_a_route_a_day() -> None:
    """Names, types, sources and hours of that date; a route from the base through its stops."""
    gpx = gpxpy.parse(export(PLAN, "gpx").content.decode())
    assert gpx.version == "1.1"
    assert gpx.description == attribution(PLAN)
    assert len(gpx.waypoints) == len(PLAN.visits)
    for point, visit in zip(gpx.waypoints, PLAN.visits, strict=True):
        assert (point.latitude, point.longitude) == pytest.approx(visit.place.coordinates, abs=1e-6)
        assert point.name is not None and point.name.endswith(visit.place.name)
        assert point.type == (visit.meal or visit.place.category).value
        assert point.source == "Test catalogue (as of 2026-11)"
        assert f"{visit.arrival:%H:%M}\N{EN DASH}" in point.description
        assert "\nOpen " in point.description
    assert len(gpx.routes) == 2
    for route, day in zip(gpx.routes, PLAN.days, strict=True):
        points = [(p.latitude, p.longitude) for p in route.points]
        stops = [(41.9, 12.49), *(v.place.coordinates for v in day.visits), (41.9, 12.49)]
        assert points == [pytest.approx(stop, abs=1e-6) for stop in stops]


def test_gpx_tells_the_ways_between_cities() -> None:
    gpx = gpxpy.parse(export(toured(), "gpx").content.decode())
    assert Counter(route.type for route in gpx.routes) == {"day": 5, "transfer": 2}
    assert [route.name for route in gpx.routes[5:]] == ["Rome to Naples", "Naples to London"]


def test_kml_has_a_folder_a_day() -> None:
    """A base, the stops in order with longitude first, and the line, in the day's colour."""
    root = _kml(PLAN)
    assert root.tag == f"{K}kml"
    assert attribution(PLAN) == _text(root, "k:Document/k:description")
    folders = root.findall(f"{K}Document/{K}Folder")
    assert len(folders) == 2
    for number, (folder, day) in enumerate(zip(folders, PLAN.days, strict=True), start=1):
        assert _text(folder, "k:name").startswith(f"Day {number}: ")
        base, *stops, line = folder.findall(f"{K}Placemark")
        assert _at(_text(base, "k:Point/k:coordinates")) == [(12.49, 41.9)]
        assert len(stops) == len(day.visits)
        for order, (stop, visit) in enumerate(zip(stops, day.visits, strict=True), start=1):
            place = visit.place
            assert _text(stop, "k:name").startswith(f"{order}. ")
            assert _text(stop, "k:name").endswith(place.name)
            ((lon, lat),) = _at(_text(stop, "k:Point/k:coordinates"))
            assert (lat, lon) == pytest.approx(place.coordinates, abs=1e-6)
            assert "Source: Test catalogue" in _text(stop, "k:description")
            assert "<" not in _text(stop, "k:description")
        path = _at(_text(line, "k:LineString/k:coordinates"))
        assert len(path) == len(day.visits) + 2
        assert path[0] == path[-1] == (12.49, 41.9)
        style = root.find(f".//{K}Style[@id='{_text(line, 'k:styleUrl').removeprefix('#')}']")
        assert style is not None
        red, green, blue = (DAY_COLOURS[number - 1][i : i + 2] for i in (1, 3, 5))
        assert _text(style, "k:LineStyle/k:color") == f"ff{blue}{green}{red}"


@pytest.mark.parametrize("plan", [PLAN, EMPTY, toured()], ids=["two days", "empty", "tour"])
def test_kml_ids_are_unique_and_styles_exist(plan: Itinerary) -> None:
    root = _kml(plan)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) > 0
    assert {(url.text or "")[1:] for url in root.iter(f"{K}styleUrl")} <= set(ids)


@pytest.mark.parametrize("format", ["gpx", "kml"])
def test_any_name_gives_well_formed_xml(format: str) -> None:
    """Markup is escaped, control characters are left out, accents and other scripts kept."""
    content = export(_named("Széchenyi <b>&\x00\x0b 清水寺"), format).content
    texts = [element.text or "" for element in ET.fromstring(content).iter()]
    assert any(text.endswith("Széchenyi <b>& 清水寺") for text in texts)
    assert any("Casa <Blu> & Co" in text for text in texts)


@pytest.mark.parametrize("format", ["gpx", "kml"])
def test_maps_are_the_same_bytes_and_empty_days_have_no_way(format: str) -> None:
    assert export(PLAN, format).content == export(PLAN, format).content
    root = ET.fromstring(export(EMPTY, format).content)
    assert not [e for e in root.iter() if e.tag.rpartition("}")[2] in ("rte", "wpt", "LineString")]


def _google(itinerary: Itinerary, day: int = 1) -> dict[str, list[str]]:
    parts = urlsplit(day_links(itinerary, day)["google_maps"])
    assert (parts.scheme, parts.netloc) == ("https", "www.google.com")
    return parse_qs(parts.query)


def test_links_lead_through_the_day_and_around_it() -> None:
    """Google Maps from the base through all stops and back; OpenStreetMap's frame holds them."""
    for number, day in enumerate(PLAN.days, start=1):
        asked = _google(PLAN, number)
        assert asked["api"] == ["1"] and asked["travelmode"] == ["walking"]
        assert asked["origin"] == asked["destination"] == ["41.90000,12.49000"]
        assert asked["waypoints"][0].split("|") == [
            f"{v.place.coordinates.lat:.5f},{v.place.coordinates.lon:.5f}" for v in day.visits
        ]
        frame = parse_qs(urlsplit(day_links(PLAN, number)["osm"]).query)
        south, north = float(frame["minlat"][0]), float(frame["maxlat"][0])
        west, east = float(frame["minlon"][0]), float(frame["maxlon"][0])
        for visit in day.visits:
            at = visit.place.coordinates
            assert south < at.lat < north and west < at.lon < east


def test_links_keep_to_the_most_waypoints() -> None:
    """Of eleven stops nine are left, in order; first goes the one next to the stop before it."""
    points = _google(_of_stops(11))["waypoints"][0].split("|")
    assert len(points) == MAX_WAYPOINTS == 9
    assert points == sorted(points)
    assert "41.90110,12.48000" not in points
    assert len(_google(_of_stops(9))["waypoints"][0].split("|")) == 9


def test_links_of_short_days() -> None:
    """A single stop may be ridden to; a day without any shows its base; others are refused."""
    ridden = _google(_of_stops(1, Mode.TRANSIT))
    assert ridden["travelmode"] == ["transit"] and "waypoints" not in ridden
    assert _google(_of_stops(1))["travelmode"] == ["walking"]
    assert _google(EMPTY)["query"] == ["41.89330,12.48290"]
    for day in (0, 2):
        with pytest.raises(InvalidRequestError, match=f"no day {day}"):
            day_links(EMPTY, day)
