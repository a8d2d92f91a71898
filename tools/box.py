"""Areas between two parallels and two meridians, as an R-tree holds them."""

from __future__ import annotations

from collections.abc import Callable
from math import asin, atan2, cos, degrees, radians, sin
from typing import NamedTuple

from tools.place import Coordinates
from tools.travel import great_circle_metres

_KM_PER_DEGREE = 111.2
"""Length of a degree of latitude on the sphere of `tools.travel`."""

_HALVINGS = 16
"""Of a box's side, to a few metres for a city's."""


class Box(NamedTuple):
    """In degrees. None crosses the date line."""

    south: float
    north: float
    west: float
    east: float

    def away(self, point: Coordinates) -> float:
        """Metres from a point to the nearest of the box; 0 inside it."""
        # whatever the parallel, the nearest meridian holds its nearest point
        return self._to_meridian(point, min(max(_turned(self, point), self.west), self.east))

    def reached(self, centre: Coordinates, km: float) -> Box | None:
        """A box around all that a circle reaches of this one, at most some metres too large.

        Args:
            centre: of the circle, inside the box or on another continent.
            km: its radius.

        Returns:
            None where it reaches nothing.
        """
        metres = km * 1000
        if self.away(centre) > metres:
            return None
        here = _turned(self, centre)
        lon = min(max(here, self.west), self.east)
        lat = self._best_lat(centre, lon)

        def meridian(at: float) -> bool:
            return self._to_meridian(centre, at) <= metres

        def parallel(at: float) -> bool:
            return great_circle_metres(centre, Coordinates(at, lon)) <= metres

        return Box(
            _farthest(lat, self.north, self.south, parallel),
            _farthest(lat, self.south, self.north, parallel),
            _farthest(here, self.east, self.west, meridian),
            _farthest(here, self.west, self.east, meridian),
        )

    def _to_meridian(self, point: Coordinates, lon: float) -> float:
        """Metres from a point to the nearest of the box's piece of a meridian."""
        return great_circle_metres(point, Coordinates(self._best_lat(point, lon), lon))

    def _best_lat(self, point: Coordinates, lon: float) -> float:
        """Where in the box the meridian comes nearest to the point."""
        turn = cos(radians(lon - point.lon))
        lat = radians(point.lat)
        # of the great circle that meets the meridian at a right angle (Napier's rules)
        best = degrees(atan2(sin(lat), cos(lat) * turn))
        ends = (self.south, self.north)
        within = (best,) if self.south <= best <= self.north else ()  # else one of the ends is it
        return min(*ends, *within, key=lambda at: great_circle_metres(point, Coordinates(at, lon)))


def _turned(box: Box, point: Coordinates) -> float:
    """The point's longitude, counted on or back by whole turns to be nearest to the box's."""
    middle = (box.west + box.east) / 2
    return point.lon + 360 * round((middle - point.lon) / 360)


def _farthest(begin: float, near: float, far: float, holds: Callable[[float], bool]) -> float:
    """How far from `begin`, clamped to the side `near` to `far`, towards `far` something holds.

    It holds at the beginning and, from some point on, no more.
    """
    low, high = sorted((near, far))
    inside = min(max(begin, low), high)
    if holds(far):
        return far
    outside = far
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return outside


def box_around(centre: Coordinates, km: float) -> Box:
    """The box that holds a circle, poles and date line aside.

    Args:
        centre: of the circle.
        km: its radius.
    """
    lat = km / _KM_PER_DEGREE
    # A meridian touches a wide circle nearer to the pole than its centre is.
    widest = sin(radians(min(lat, 90))) / max(0.01, cos(radians(centre.lat)))
    lon = degrees(asin(widest)) if widest < 1 else 180.0
    return Box(centre.lat - lat, centre.lat + lat, centre.lon - lon, centre.lon + lon)
