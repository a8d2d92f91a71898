"""Ways from city to city: sane for connections that everybody knows."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from tests.tools.factories import NAPLES, ROME
from tools.catalogue_files import catalogue_files, load_city_file
from tools.place import City, Coordinates
from tools.transfers import TransferTimes, Way
from tools.trip import Carrier, Stay

TIMES = TransferTimes()
CITIES: dict[str, City] = {
    file.stem: load_city_file(file).city
    for file in catalogue_files()
    if file.stem
    in (
        "amsterdam", "auckland", "barcelona", "budapest", "cape-town", "dublin", "edinburgh",
        "florence", "hong-kong", "kyoto", "lisbon", "london", "madrid", "milan", "naples",
        "new-york", "osaka", "paris", "porto", "prague", "reykjavik", "rome", "seoul", "sydney",
        "taipei", "tokyo", "venice", "vienna", "washington",
    )
}  # fmt: skip


def _way(origin: str, destination: str) -> Way:
    return TIMES.between(CITIES[origin], CITIES[destination])


@pytest.mark.parametrize(
    ("origin", "destination", "aboard"),
    [
        ("rome", "florence", 95),
        ("rome", "naples", 70),
        ("rome", "venice", 225),
        ("rome", "milan", 180),
        ("madrid", "barcelona", 150),
        ("tokyo", "kyoto", 135),
        ("kyoto", "osaka", 30),
        ("prague", "vienna", 240),
        ("vienna", "budapest", 145),
        ("lisbon", "porto", 175),
        ("london", "edinburgh", 265),
        ("paris", "amsterdam", 200),
        ("new-york", "washington", 175),
    ],
)
def test_a_known_line_takes_about_as_long_as_its_trains(
    origin: str, destination: str, aboard: int
) -> None:
    """Door to door is longer than the fastest trains are aboard, by at most two hours and a half.

    Minutes aboard are of the operators' timetables, as remembered.
    """
    way = _way(origin, destination)
    assert way.carrier is Carrier.RAIL
    assert aboard < way.minutes <= aboard + 150


@pytest.mark.parametrize(
    ("origin", "destination", "aboard"),
    [
        ("london", "new-york", 480),
        ("rome", "paris", 130),
        ("paris", "tokyo", 800),
        ("london", "cape-town", 700),
    ],
)
def test_a_known_flight_takes_a_morning_more_than_it_is_in_the_air(
    origin: str, destination: str, aboard: int
) -> None:
    """Far cities are flown to; airports and the ways to them cost two to six hours besides."""
    way = _way(origin, destination)
    assert way.carrier is Carrier.AIR
    assert aboard + 120 <= way.minutes <= aboard + 360


@pytest.mark.parametrize(
    ("origin", "destination"),
    [
        ("dublin", "london"),
        ("edinburgh", "dublin"),
        ("reykjavik", "london"),
        ("taipei", "hong-kong"),
        ("seoul", "osaka"),
        ("sydney", "auckland"),
    ],
)
def test_no_train_leaves_an_island(origin: str, destination: str) -> None:
    """However near the next country is, one flies there, and back."""
    assert _way(origin, destination).carrier is Carrier.AIR
    assert _way(destination, origin).carrier is Carrier.AIR


def test_trains_run_on_an_island() -> None:
    """Within a country of islands one need not fly from a city to its neighbour."""
    cork = replace(CITIES["dublin"], id="cork", name="Cork", coordinates=Coordinates(51.9, -8.47))
    way = TIMES.between(CITIES["dublin"], cork)
    assert way.carrier is Carrier.RAIL and 150 < way.minutes < 300


def test_there_takes_as_long_as_back() -> None:
    """Direction changes nothing, and every figure is a round one of five minutes."""
    for origin, destination in permutations(CITIES, 2):
        way = _way(origin, destination)
        assert way == _way(destination, origin)
        assert way.minutes % 5 == 0


def test_the_way_is_no_shorter_than_the_map() -> None:
    """Rome and Florence are 231 km apart as the crow flies, and the line winds a little."""
    assert 231_000 < _way("rome", "florence").metres < 231_000 * 1.5
    assert 5_500_000 < _way("london", "new-york").metres < 5_640_000


def test_what_the_traveller_knows_wins() -> None:
    """Told minutes are taken as they are; how one travels and how far stays as estimated."""
    estimated = TIMES.way(Stay(ROME, 2), Stay(NAPLES, 1))
    told = TIMES.way(Stay(ROME, 2), Stay(NAPLES, 1, way_minutes=72))
    assert told == replace(estimated, minutes=72) and estimated.minutes != 72


def test_only_the_way_to_a_stay_is_told_with_it() -> None:
    """What is known of the way to Rome says nothing of the one from there."""
    onwards = TIMES.way(Stay(ROME, 2, way_minutes=7), Stay(NAPLES, 1))
    assert onwards == TIMES.between(ROME, NAPLES)
