"""Links that open a day in Google Maps and on OpenStreetMap; nothing is asked of either here."""

from __future__ import annotations

from itertools import pairwise
from urllib.parse import urlencode

from tools.errors import InvalidRequestError
from tools.place import Coordinates
from tools.trip import Itinerary, Mode

MAX_WAYPOINTS = 9
"""Between start and end, by Google's documentation of its URLs; telephones' browsers show three."""
_MARGIN = 0.002
"""Degrees around the stops, some 200 m."""


def day_links(itinerary: Itinerary, day: int) -> dict[str, str]:
    """The links of one day.

    Args:
        itinerary: any.
        day: 1-based.

    Returns:
        `google_maps`: directions from the day's base through its stops and back
        (https://developers.google.com/maps/documentation/urls/get-started), of more than
        `MAX_WAYPOINTS` stops without those that lie closest to the stop before. `travelmode` is
        walking; transit only where the day has a single stop and one rides to it, as Google Maps
        plans no rides with stops between. `osm`: the area of base and stops, framed. For a day
        without stops both show its base.

    Raises:
        InvalidRequestError: the trip has no such day.
    """
    if not 1 <= day <= len(itinerary.days):
        raise InvalidRequestError(f"The trip has no day {day}; it has {len(itinerary.days)}.")
    base = itinerary.request.stay_on(day).base
    the_day = itinerary.days[day - 1]
    stops = [visit.place.coordinates for visit in the_day.visits]
    if not stops:
        google = f"https://www.google.com/maps/search/?{_query(api='1', query=_point(base))}"
    else:
        asked = {"api": "1", "origin": _point(base)}
        if len(stops) == 1:
            ridden = the_day.legs[0].mode is Mode.TRANSIT
            asked["destination"] = _point(stops[0])
            asked["travelmode"] = "transit" if ridden else "walking"
        else:
            asked["destination"] = _point(base)
            asked["waypoints"] = "|".join(_point(stop) for stop in _thinned(base, stops))
            asked["travelmode"] = "walking"
        google = f"https://www.google.com/maps/dir/?{_query(**asked)}"
    lats, lons = [p.lat for p in (base, *stops)], [p.lon for p in (base, *stops)]
    area = _query(
        minlon=f"{min(lons) - _MARGIN:.5f}",
        minlat=f"{min(lats) - _MARGIN:.5f}",
        maxlon=f"{max(lons) + _MARGIN:.5f}",
        maxlat=f"{max(lats) + _MARGIN:.5f}",
        box="yes",
    )
    return {"google_maps": google, "osm": f"https://www.openstreetmap.org/?{area}"}


def place_link(at: Coordinates) -> str:
    """A point marked on OpenStreetMap (https://wiki.openstreetmap.org/wiki/Browsing)."""
    lat, lon = f"{at.lat:.5f}", f"{at.lon:.5f}"
    return f"https://www.openstreetmap.org/?{_query(mlat=lat, mlon=lon)}#map=18/{lat}/{lon}"


def _thinned(base: Coordinates, stops: list[Coordinates]) -> list[Coordinates]:
    """At most `MAX_WAYPOINTS` of the stops, in order."""
    kept = list(stops)
    while len(kept) > MAX_WAYPOINTS:
        steps = [_apart(*pair) for pair in pairwise([base, *kept])]
        del kept[steps.index(min(steps))]
    return kept


def _apart(one: Coordinates, other: Coordinates) -> float:
    """Square degrees: near enough to tell which steps of a day are short."""
    return (one.lat - other.lat) ** 2 + (one.lon - other.lon) ** 2


def _point(point: Coordinates) -> str:
    return f"{point.lat:.5f},{point.lon:.5f}"


def _query(**fields: str) -> str:
    return urlencode(fields, safe=",")
