"""A day's stops as a small drawing: numbered dots, the line between them, a scale bar."""

from __future__ import annotations

from itertools import pairwise
from math import cos, hypot, pi, radians, sin

from tools.export.paper import GREY, PALE, Paper, Text
from tools.place import Coordinates

_KM_A_DEGREE = 111.32
_BARS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
"""Lengths that a scale bar may have, km."""
_LEAST_KM = 0.3
"""Shown from edge to edge at least: a single stop has no extent."""
_EDGE = 8.0
_APART = 5.4
"""mm: free of dots at the edges, and between the centres of two dots."""

Point = tuple[float, float]


def draw(
    paper: Paper,
    base: Coordinates,
    stops: list[Coordinates],
    colour: str,
    box: tuple[float, float, float, float],
) -> None:
    """Draws base (a square) and stops (dots with numbers) in a box, north up.

    Equirectangular about the middle of the points, lengths true in both directions; lines between
    stops are straight. A dot that would hide another stands beside its point, joined to it.

    Args:
        paper: on its current page.
        base: where the day starts and ends.
        stops: in order.
        colour: `#rrggbb` of dots and line.
        box: left, top, width and height, mm.
    """
    left, top, width, height = box
    paper.ink("#f7f5f0")
    paper.rect(left, top, width, height, style="F", round_corners=True, corner_radius=2)
    kilometres = _kilometres([base, *stops])
    scale, points = _fitted(kilometres, box)
    paper.ink(colour, 0.5)
    for start, end in pairwise([*points, points[0]]):
        paper.line(*start, *end)
    x, y = points[0]
    paper.ink("#ffffff", 0.4)
    paper.rect(x - 2.1, y - 2.1, 4.2, 4.2, style="F")
    paper.ink(colour, 0.7)
    paper.rect(x - 1.5, y - 1.5, 3, 3)
    dots = _beside(points)
    paper.ink(colour, 0.25)
    for point, dot in zip(points[1:], dots, strict=True):
        if point != dot:
            paper.line(*point, *dot)
            paper.circle(*point, 0.6, style="F")
    for number, dot in enumerate(dots, start=1):
        paper.badge(number, *dot, colour)
    _scale_bar(paper, scale, left + 4, top + height - 4, width / 3)
    _north(paper, left + width - 6, top + 4)


def _kilometres(points: list[Coordinates]) -> list[Point]:
    """East and south of the first, km; across the date line too."""
    first = points[0]
    middle = (min(p.lat for p in points) + max(p.lat for p in points)) / 2
    east = _KM_A_DEGREE * cos(radians(middle))
    return [
        (((p.lon - first.lon + 180) % 360 - 180) * east, (first.lat - p.lat) * _KM_A_DEGREE)
        for p in points
    ]


def _fitted(
    kilometres: list[Point], box: tuple[float, float, float, float]
) -> tuple[float, list[Point]]:
    """Mm a kilometre, and the points on the sheet, in the middle of the box."""
    left, top, width, height = box
    easts, souths = [p[0] for p in kilometres], [p[1] for p in kilometres]
    across = max(max(easts) - min(easts), _LEAST_KM)
    down = max(max(souths) - min(souths), _LEAST_KM)
    scale = min((width - 2 * _EDGE) / across, (height - 2 * _EDGE - 4) / down)
    middle_x, middle_y = left + width / 2, top + (height - 4) / 2  # the scale bar's line is below
    centre_x, centre_y = (max(easts) + min(easts)) / 2, (max(souths) + min(souths)) / 2
    return scale, [
        (middle_x + (east - centre_x) * scale, middle_y + (south - centre_y) * scale)
        for east, south in kilometres
    ]


def _beside(points: list[Point]) -> list[Point]:
    """Where the stops' dots stand: at their points, or near by where base or another dot is."""
    taken = [points[0]]
    for point in points[1:]:
        around = [
            (point[0] + reach * cos(turn * pi / 6), point[1] + reach * sin(turn * pi / 6))
            for reach in (_APART, 1.5 * _APART, 2 * _APART)
            for turn in range(12)
        ]
        free = (
            place
            for place in (point, *around)
            if all(hypot(place[0] - x, place[1] - y) >= _APART - 0.01 for x, y in taken)
        )
        taken.append(next(free, point))
    return taken[1:]


def _scale_bar(paper: Paper, scale: float, x: float, y: float, longest: float) -> None:
    length = max((bar for bar in _BARS if bar * scale <= longest), default=_BARS[0])
    paper.ink(GREY, 0.4)
    paper.line(x, y, x + length * scale, y)
    for end in (x, x + length * scale):
        paper.line(end, y - 1, end, y + 1)
    told = f"{length:g} km" if length >= 1 else f"{length * 1000:g} m"
    paper.place(Text(told, 7.5, colour=GREY), x + length * scale + 1, y - 2, 20)


def _north(paper: Paper, x: float, y: float) -> None:
    paper.ink(PALE, 0.2)
    paper.polygon([(x, y), (x + 1.6, y + 4), (x - 1.6, y + 4)], style="F")
    paper.place(Text("N", 7, True, GREY), x - 5, y + 4, 10, align="C")
