"""Answers in the documented shapes of the real services, written by hand.

Nominatim: https://nominatim.org/release-docs/latest/api/Output/ (format json, addressdetails,
namedetails, extratags). Photon: https://github.com/komoot/photon (GeoJSON). Overpass:
https://wiki.openstreetmap.org/wiki/OverpassQL (out center). Open-Meteo:
https://open-meteo.com/en/docs. OSRM: https://project-osrm.org/docs/v5.24.0/api/.
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

from tests.tools.providers.stub import Answer, Asked

VILLAGE = {
    # an invented one, so that no gazetteer comes to know it
    "place_id": 101,
    "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
    "osm_type": "relation",
    "osm_id": 102,
    "lat": "47.5622",
    "lon": "13.6493",
    "class": "boundary",
    "type": "administrative",
    "place_rank": 16,
    "importance": 0.52,
    "addresstype": "village",
    "name": "Hinterquell",
    "display_name": "Hinterquell, Bezirk Gmunden, Upper Austria, 4830, Austria",
    "address": {
        "village": "Hinterquell",
        "county": "Bezirk Gmunden",
        "state": "Upper Austria",
        "country": "Austria",
        "country_code": "at",
    },
    "extratags": {"population": "738", "wikidata": "Q113045"},
    "namedetails": {"name": "Hinterquell", "name:ja": "ハルシュタット", "name:en": "Hinterquell"},
    "boundingbox": ["47.4", "47.6", "13.5", "13.7"],
}

PHOTON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [13.6493, 47.5622]},
            "properties": {
                "osm_type": "N",
                "osm_id": 103,
                "osm_key": "place",
                "osm_value": "village",
                "type": "city",
                "name": "Hinterquell",
                "state": "Upper Austria",
                "country": "Austria",
                "countrycode": "AT",
            },
        }
    ],
}


def _element(kind: str, number: int, north: float, east: float, **tags: str) -> dict[str, Any]:
    at = {"lat": 47.5622 + north / 111.2, "lon": 13.6493 + east / 75.0}
    spot: dict[str, Any] = at if kind == "node" else {"center": at}
    return {
        "type": kind,
        "id": number,
        **spot,
        "tags": {k.replace("__", ":"): v for k, v in tags.items()},
    }


OVERPASS: dict[str, Any] = {
    "version": 0.6,
    "generator": "Overpass API 0.7.62",
    "osm3s": {
        "timestamp_osm_base": "2026-11-22T06:00:00Z",
        "copyright": "The data included in this document is from www.openstreetmap.org. "
        "The data is made available under ODbL.",
    },
    "elements": [
        _element("way", 1, 0.1, 0.0, name="Welterbemuseum", name__en="World Heritage Museum",
                 tourism="museum", wikidata="Q1", opening_hours="Tu-Su 10:00-16:00",
                 charge="12 EUR", wheelchair="yes"),
        _element("node", 2, 0.4, -0.3, name="Skywalk", tourism="viewpoint", wikidata="Q2"),
        _element("way", 3, 0.2, 0.1, name="Pfarrkirche", amenity="place_of_worship", wikidata="Q3",
                 opening_hours="when the priest is awake"),
        _element("way", 4, 0.0, 0.1, name="Marktplatz", place="square", wikidata="Q4"),
        _element("relation", 5, 0.3, 0.3, name="Seepark", leisure="park", wikidata="Q5"),
        _element("node", 6, 0.05, 0.05, name="Bräugasthof", amenity="restaurant",
                 cuisine="austrian;fish", diet__vegetarian="yes",
                 opening_hours="Mo-Su 11:00-22:00"),
        _element("node", 7, 0.02, 0.1, name="Seewirt", amenity="restaurant"),
        _element("node", 8, 0.02, 0.0, name="Café Polreich", amenity="cafe",
                 opening_hours="Mo-Su 08:00-18:00"),
        _element("node", 9, 0.0, 0.0, name="Skywalk", tourism="viewpoint"),  # once more, unknown
        _element("node", 10, 0.0, 0.0, amenity="restaurant"),  # nameless
        _element("node", 11, 40.0, 0.0, name="Far Castle", historic="castle"),
        _element("way", 12, 0.0, 0.0, name="Old Mine", tourism="attraction", access="private"),
    ],
}  # fmt: skip


def forecast(first: date, days: int = 16) -> dict[str, Any]:
    """Open-Meteo's daily block: 10 to 25 °C, every other day wet; the last day without rain."""
    return {
        "latitude": 38.71,
        "longitude": -9.14,
        "generationtime_ms": 0.1,
        "utc_offset_seconds": 0,
        "timezone": "Europe/Lisbon",
        "elevation": 12.0,
        "daily_units": {"time": "iso8601", "temperature_2m_max": "°C"},
        "daily": {
            "time": [(first + timedelta(days=n)).isoformat() for n in range(days)],
            "temperature_2m_max": [15.4 + n % 3 for n in range(days)],
            "temperature_2m_min": [9.8 + n % 3 for n in range(days)],
            "precipitation_sum": [*(4.2 * (n % 2) for n in range(days - 1)), None],
            "weather_code": [61 if n % 2 else 2 for n in range(days)],
        },
    }


def osrm(asked: Asked) -> Answer:
    """OSRM's tables and routes: 1.5 times the straight line northwards, 1.4 southwards."""
    service, coordinates = asked.path.split("/")[-4], asked.path.split("/")[-1]
    points = [tuple(map(float, point.split(","))) for point in coordinates.split(";")]
    waypoints = [{"hint": "", "distance": 4.2, "name": "", "location": list(p)} for p in points]
    if service == "route":
        way = _metres(points[0], points[1])
        leg = {"distance": way, "duration": way / 1.39, "weight": way, "summary": "", "steps": []}
        routes = [{"legs": [leg], "distance": way, "duration": way / 1.39, "weight_name": "x"}]
        return Answer({"code": "Ok", "routes": routes, "waypoints": waypoints})
    rows = [int(n) for n in asked.query.get("sources", "").split(";") if n] or range(len(points))
    metres = [[_metres(points[i], other) for other in points] for i in rows]
    return Answer(
        {
            "code": "Ok",
            "distances": metres,
            "durations": [[way / 1.39 for way in row] for row in metres],
            "sources": [waypoints[i] for i in rows],
            "destinations": waypoints,
        }
    )


def _metres(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    east = (b[0] - a[0]) * 111_200 * math.cos(math.radians(a[1]))
    north = (b[1] - a[1]) * 111_200
    return round(math.hypot(east, north) * (1.5 if north > 0 else 1.4), 1)
