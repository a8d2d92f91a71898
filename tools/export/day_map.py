"""A day's stops as a small drawing: numbered dots, the line between them, a scale bar."""

from __future__ import annotations

from itertools import pairwise

from tools.export.paper import GREY, PALE, Paper, Text
from tools.export.sketch import Sketch, sketch
from tools.place import Coordinates


def draw(
    paper: Paper,
    base: Coordinates,
    stops: list[Coordinates],
    colour: str,
    box: tuple[float, float, float, float],
) -> None:
    """Draws base (a square) and stops (dots with numbers) in a box, north up.

    Lines between stops are straight. A dot that would hide another stands beside its point, joined
    to it.

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
    day = sketch(base, stops, box)
    paper.ink(colour, 0.5)
    for start, end in pairwise([day.base, *day.stops, day.base]):
        paper.line(*start, *end)
    x, y = day.base
    paper.ink("#ffffff", 0.4)
    paper.rect(x - 2.1, y - 2.1, 4.2, 4.2, style="F")
    paper.ink(colour, 0.7)
    paper.rect(x - 1.5, y - 1.5, 3, 3)
    paper.ink(colour, 0.25)
    for point, dot in zip(day.stops, day.dots, strict=True):
        if point != dot:
            paper.line(*point, *dot)
            paper.circle(*point, 0.6, style="F")
    for number, dot in enumerate(day.dots, start=1):
        paper.badge(number, *dot, colour)
    _scale_bar(paper, day, left + 4, top + height - 4)
    _north(paper, left + width - 6, top + 4)


def _scale_bar(paper: Paper, day: Sketch, x: float, y: float) -> None:
    paper.ink(GREY, 0.4)
    paper.line(x, y, x + day.bar, y)
    for end in (x, x + day.bar):
        paper.line(end, y - 1, end, y + 1)
    paper.place(Text(day.told, 7.5, colour=GREY), x + day.bar + 1, y - 2, 20)


def _north(paper: Paper, x: float, y: float) -> None:
    paper.ink(PALE, 0.2)
    paper.polygon([(x, y), (x + 1.6, y + 4), (x - 1.6, y + 4)], style="F")
    paper.place(Text("N", 7, True, GREY), x - 5, y + 4, 10, align="C")
