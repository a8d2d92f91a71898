"""Areas between two parallels and two meridians, as an R-tree holds them."""

from __future__ import annotations

from math import asin, cos, degrees, radians, sin
from typing import NamedTuple

from tools.place import Coordinates

_KM_PER_DEGREE = 111.2
"""Length of a degree of latitude on the sphere of `tools.travel`."""


class Box(NamedTuple):
    """In degrees. None crosses the date line."""

    south: float
    north: float
    west: float
    east: float

    def nearest(self, point: Coordinates) -> Coordinates:
        """The point of the box with the least differences in degrees; in it, the point itself."""
        return Coordinates(
            min(max(point.lat, self.south), self.north), min(max(point.lon, self.west), self.east)
        )

    def within(self, bounds: Box | None) -> Box:
        """What it shares with another; all of it for None. It may come out empty."""
        if bounds is None:
            return self
        return Box(
            max(self.south, bounds.south),
            min(self.north, bounds.north),
            max(self.west, bounds.west),
            min(self.east, bounds.east),
        )


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
