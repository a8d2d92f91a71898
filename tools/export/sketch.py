"""Where things stand on a small map of a day; what draws it is `day_map` (PDF) and `html` (SVG)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

from tools.export.wording import distance
from tools.place import Coordinates

_KM_A_DEGREE = 111.32
_BARS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
"""Lengths that a scale bar may have, km."""
_LEAST_KM = 0.3
"""Shown from edge to edge at least: a single stop has no extent."""
_EDGE = 8.0
_APART = 5.4
"""mm: free of dots at the edges, and between the centres of two dots."""
_BAR_LINE = 4.0
"""mm at the bottom that the scale bar needs."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, width and height."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A day's base and stops on a sheet, mm from its top left corner; north is up."""

    base: Point
    stops: tuple[Point, ...]
    """Where they are."""
    dots: tuple[Point, ...]
    """Where their numbers stand: at the stops, or beside those that base or another dot hides."""
    bar: float
    """Length of the scale bar, mm."""
    told: str
    """What the bar stands for: `500 m`, `2 km`."""


def sketch(base: Coordinates, stops: Sequence[Coordinates], box: Box) -> Sketch:
    """The map of a day, in the middle of a box.

    Equirectangular about the middle of the points, lengths true in both directions.

    Args:
        base: where the day starts and ends.
        stops: in order.
        box: left, top, width and height, mm.
    """
    scale, points = _fitted(kilometres([base, *stops]), box)
    longest = box[2] / 3
    length = max((bar for bar in _BARS if bar * scale <= longest), default=_BARS[0])
    return Sketch(
        base=points[0],
        stops=tuple(points[1:]),
        dots=tuple(beside(points, box)),
        bar=length * scale,
        told=distance(round(length * 1000)).replace(".0 ", " "),
    )


def kilometres(points: Sequence[Coordinates]) -> list[Point]:
    """East and south of the first, km; across the date line too."""
    first = points[0]
    middle = (min(p.lat for p in points) + max(p.lat for p in points)) / 2
    east = _KM_A_DEGREE * cos(radians(middle))
    return [
        (((p.lon - first.lon + 180) % 360 - 180) * east, (first.lat - p.lat) * _KM_A_DEGREE)
        for p in points
    ]


def beside(points: Sequence[Point], box: Box) -> list[Point]:
    """Where the stops' dots stand: at their points, or near by where base or another dot is.

    Args:
        points: on the sheet, mm, the base first.
        box: what dots keep inside where there is room.
    """
    left, top, width, height = box
    edge = _APART / 2
    taken = [points[0]]
    for point in points[1:]:
        around = [
            (point[0] + reach * cos(turn * pi / 6), point[1] + reach * sin(turn * pi / 6))
            for reach in (_APART, 1.5 * _APART, 2 * _APART)
            for turn in range(12)
        ]
        free = [
            (x, y)
            for x, y in (point, *around)
            if all(hypot(x - of_x, y - of_y) >= _APART - 0.01 for of_x, of_y in taken)
        ]
        inside = (
            (x, y)
            for x, y in free
            if edge <= x - left <= width - edge and edge <= y - top <= height - edge
        )
        taken.append(next(inside, free[0] if free else point))
    return taken[1:]


def _fitted(of_trip: Sequence[Point], box: Box) -> tuple[float, list[Point]]:
    """Mm a kilometre, and the points on the sheet, in the middle of the box."""
    left, top, width, height = box
    easts, souths = [p[0] for p in of_trip], [p[1] for p in of_trip]
    across = max(max(easts) - min(easts), _LEAST_KM)
    down = max(max(souths) - min(souths), _LEAST_KM)
    scale = min((width - 2 * _EDGE) / across, (height - 2 * _EDGE - _BAR_LINE) / down)
    middle_x, middle_y = left + width / 2, top + (height - _BAR_LINE) / 2
    centre_x, centre_y = (max(easts) + min(easts)) / 2, (max(souths) + min(souths)) / 2
    return scale, [
        (middle_x + (east - centre_x) * scale, middle_y + (south - centre_y) * scale)
        for east, south in of_trip
    ]
