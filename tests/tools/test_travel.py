"""Estimated travel times."""

from __future__ import annotations

from math import ceil

import pytest
from geopy.distance import great_circle  # type: ignore[import-untyped,unused-ignore]
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import InvalidRequestError
from tools.place import Coordinates
from tools.travel import (
    REGIONAL_AFTER_KM,
    TRANSIT_KM_H,
    TRANSIT_OVERHEAD_MINUTES,
    EstimatedTravelTimes,
    TravelTimes,
    great_circle_metres,
)
from tools.trip import Leg, Mode

COLOSSEUM = Coordinates(41.8902, 12.4922)
PANTHEON = Coordinates(41.8986, 12.4769)
VATICAN = Coordinates(41.9065, 12.4536)
FORUM = Coordinates(41.8925, 12.4853)

_near_rome = st.builds(Coordinates, st.floats(41.7, 42.1), st.floats(12.3, 12.7))


@settings(max_examples=100, deadline=None)
@given(
    a=st.builds(Coordinates, st.floats(-89, 89), st.floats(-180, 180)),
    b=st.builds(Coordinates, st.floats(-89, 89), st.floats(-180, 180)),
)
def test_distance_agrees_with_geopy(a: Coordinates, b: Coordinates) -> None:
    """Our haversine gives geopy's great circle to a metre, anywhere on the globe."""
    assert great_circle_metres(a, b) == pytest.approx(great_circle(a, b).meters, abs=1, rel=1e-6)


def test_short_way_is_walked() -> None:
    """The Forum to the Colosseum is walked in ten minutes or a little more."""
    leg = EstimatedTravelTimes().leg(FORUM, COLOSSEUM)
    assert leg.mode is Mode.WALK
    assert 700 <= leg.metres <= 1000
    assert 10 <= leg.minutes <= 13


def test_long_way_is_ridden() -> None:
    """Colosseum to the Vatican is a ride that beats the hour on foot."""
    leg = EstimatedTravelTimes().leg(COLOSSEUM, VATICAN)
    assert leg.mode is Mode.TRANSIT
    assert 22 <= leg.minutes <= 32  # the real metro and walk: about 30


def test_a_far_way_goes_by_suburban_train() -> None:
    """Colosseum to Ostia Antica: by metro and train about an hour, not the two of a city bus."""
    leg = EstimatedTravelTimes().leg(COLOSSEUM, Coordinates(41.7557, 12.2925))
    assert leg.mode is Mode.TRANSIT
    assert 55 <= leg.minutes <= 75
    near = EstimatedTravelTimes().by(Mode.TRANSIT, COLOSSEUM, VATICAN)
    assert near.metres < REGIONAL_AFTER_KM * 1000
    assert near.minutes == TRANSIT_OVERHEAD_MINUTES + ceil(near.metres * 60 / (TRANSIT_KM_H * 1000))


def test_walk_limit_is_a_parameter() -> None:
    """A short limit rides where the default walks; a long one walks where the default rides."""
    assert EstimatedTravelTimes().leg(COLOSSEUM, PANTHEON).mode is Mode.TRANSIT
    assert EstimatedTravelTimes(60).leg(COLOSSEUM, PANTHEON).mode is Mode.WALK
    assert EstimatedTravelTimes(0).leg(FORUM, COLOSSEUM).mode is Mode.WALK  # a ride is no faster
    with pytest.raises(InvalidRequestError, match="-1"):
        EstimatedTravelTimes(-1)


def test_same_point_takes_no_time() -> None:
    """No way, no minutes."""
    assert EstimatedTravelTimes().leg(FORUM, FORUM) == Leg(Mode.WALK, 0, 0)


@settings(max_examples=50, deadline=None)
@given(points=st.lists(_near_rome, max_size=8), limit=st.integers(0, 90))
def test_leg_and_matrix_agree(points: list[Coordinates], limit: int) -> None:
    """Planner (matrix) and checker (leg) see the same minutes, metres and modes."""
    times: TravelTimes = EstimatedTravelTimes(limit)
    matrix = times.matrix(points)
    assert matrix.minutes.shape == (len(points), len(points))
    for i, a in enumerate(points):
        for j, b in enumerate(points):
            assert matrix.leg(i, j) == times.leg(a, b)


@settings(max_examples=50, deadline=None)
@given(a=_near_rome, b=_near_rome, limit=st.integers(0, 60))
def test_a_ride_is_only_taken_to_save_time(a: Coordinates, b: Coordinates, limit: int) -> None:
    """A ride is faster than its walk, and no walk of up to the limit is ridden."""
    leg = EstimatedTravelTimes(limit).leg(a, b)
    on_foot = EstimatedTravelTimes(10_000).leg(a, b)
    if leg.mode is Mode.TRANSIT:
        assert leg.minutes < on_foot.minutes
        assert on_foot.minutes > limit
    else:
        assert leg == on_foot


def test_matrix_cannot_be_changed() -> None:
    """A shared matrix is read-only."""
    matrix = EstimatedTravelTimes().matrix([FORUM, PANTHEON])
    with pytest.raises(ValueError, match="read-only"):
        matrix.minutes[0, 1] = 1
