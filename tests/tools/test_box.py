"""Boxes on the sphere: how far away, and what a circle reaches of them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.box import Box, box_around
from tools.place import Coordinates
from tools.travel import great_circle_metres

ROME = Box(41.7, 42.1, 12.2, 12.8)
FIJI = Box(-18.3, -17.5, 177.2, 179.9)
GRID = 12


def points(box: Box) -> list[Coordinates]:
    """Evenly over the box, its edges and corners among them."""
    steps = [n / GRID for n in range(GRID + 1)]
    return [
        Coordinates(box.south + a * (box.north - box.south), box.west + b * (box.east - box.west))
        for a in steps
        for b in steps
    ]


@settings(max_examples=300, deadline=None)
@given(
    lat=st.floats(-89.9, 89.9),
    lon=st.floats(-180, 180),
    more=st.floats(0.1, 60),
    box=st.sampled_from([ROME, FIJI, Box(68.0, 70.0, 15.0, 25.0)]),
)
def test_what_a_circle_reaches_is_in_the_box(lat: float, lon: float, more: float, box: Box) -> None:
    """From anywhere on earth: no point of the area within the circle is lost, none is nearer."""
    centre = Coordinates(lat, lon)
    away = box.away(centre)
    nearest = min(great_circle_metres(centre, p) for p in points(box))
    assert away <= nearest + 1
    km = away / 1000 + more
    reached = box.reached(centre, km)
    assert reached is not None
    for point in points(box):
        if great_circle_metres(centre, point) <= km * 1000:
            assert reached.south - 1e-9 <= point.lat <= reached.north + 1e-9
            assert reached.west - 1e-9 <= point.lon <= reached.east + 1e-9


def test_it_is_no_larger_than_need_be() -> None:
    """A circle from the north-east that just touches a corner reaches a corner, not the city."""
    far = Coordinates(52.5, 30.0)
    km = ROME.away(far) / 1000 + 3
    reached = ROME.reached(far, km)
    assert reached is not None
    assert (reached.north, reached.east) == (ROME.north, ROME.east)
    assert reached.north - reached.south < 0.1 and reached.east - reached.west < 0.1
    whole = ROME.reached(far, 20_000)
    assert whole == ROME


def test_a_circle_that_reaches_nothing() -> None:
    far = Coordinates(52.5, 30.0)
    assert ROME.reached(far, ROME.away(far) / 1000 - 1) is None


@pytest.mark.parametrize("lat", [0.0, 41.9, -60.0, 85.0])
def test_a_box_around_a_circle_holds_it(lat: float) -> None:
    for km in (0.1, 10.0, 300.0):
        box = box_around(Coordinates(lat, 12.0), km)
        for n in range(72):
            turn = math.radians(5 * n)
            point = _going(lat, 12.0, km * 0.999, turn)
            assert box.south <= point[0] <= box.north
            assert box.west <= point[1] <= box.east


def _going(lat: float, lon: float, km: float, bearing: float) -> tuple[float, float]:
    """The point so far along a great circle (Napier)."""
    arc, here = km / 6371.0088, math.radians(lat)
    there = math.asin(
        math.sin(here) * math.cos(arc) + math.cos(here) * math.sin(arc) * math.cos(bearing)
    )
    turned = math.atan2(
        math.sin(bearing) * math.sin(arc) * math.cos(here),
        math.cos(arc) - math.sin(here) * math.sin(there),
    )
    return math.degrees(there), lon + math.degrees(turned)
