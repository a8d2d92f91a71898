"""Travel times between points: one protocol, and an honest estimate behind it.

Everything that needs a time asks `TravelTimes`, so that a router can replace the estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tools.errors import InvalidRequestError
from tools.place import Coordinates
from tools.trip import Leg, Mode, WalkLimit

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (2a + b) / 3 of the WGS 84 ellipsoid, metres (IUGG). Against the ellipsoid itself
a sphere of it is off by at most 0.6 %, far less than the detours below are."""

WALK_DETOUR = 1.3
"""Metres walked for each metre of straight line. A square grid, averaged over all directions,
gives 4 / pi = 1.27; old town centres lie near it, rivers and railways make it worse."""

WALK_KM_H = 4.5
"""A sightseer's pace, stops at crossings included: below the 4.6 to 5.3 km/h at which adults walk
comfortably (Bohannon 1997, Age and Ageing 26:15-19, reports 1.27 to 1.46 m/s)."""

TRANSIT_DETOUR = 1.4
"""Metres ridden for each metre of straight line: lines bend to serve stops, and one changes."""

TRANSIT_KM_H = 18.0
"""Speed once aboard, stops included: an assumption between trams and buses in a dense centre
(12 to 20 km/h) and metros (25 to 35 km/h)."""

REGIONAL_AFTER_KM = 8.0
"""Of a longer ride the rest goes by suburban train or coach."""

REGIONAL_KM_H = 45.0
"""Their speed, stops included: an assumption among the 40 to 60 km/h of most suburban lines. With
it the way from the Colosseum to Ostia Antica (31 km) takes 68 minutes, from Tiananmen Square to
the Great Wall at Mutianyu (86 km) 2 hours and 21 minutes."""

TRANSIT_OVERHEAD_MINUTES = 10
"""Walk to the stop, wait, and walk from the last stop together, by day on a frequent line: about
3 + 4 + 3 minutes. Assumed, like the speed; nobody's timetable is known here."""

DEFAULT_MAX_WALK_MINUTES = 25
"""Up to this long people walk between sights even where a ride would save some minutes."""


@dataclass(frozen=True, slots=True, eq=False)
class TravelMatrix:
    """All legs between n points; `[i, j]` goes from point i to point j.

    The arrays are read-only. The diagonal is zero minutes, zero metres, on foot.
    """

    minutes: npt.NDArray[np.int64]
    """Shape (n, n), whole minutes, rounded up."""
    metres: npt.NDArray[np.int64]
    """Shape (n, n), whole metres along the way."""
    walk: npt.NDArray[np.bool_]
    """Shape (n, n), True where the leg is walked, False by public transport."""

    def leg(self, i: int, j: int) -> Leg:
        """The leg from point i to point j."""
        mode = Mode.WALK if self.walk[i, j] else Mode.TRANSIT
        return Leg(mode, int(self.minutes[i, j]), int(self.metres[i, j]))


class TravelTimes(Protocol):
    """What the planner and the checker ask. `leg` and `matrix` agree exactly.

    Raises:
        ServiceUnavailableError: by implementations that ask an outside service.
    """

    def leg(self, a: Coordinates, b: Coordinates) -> Leg:
        """The way from `a` to `b`."""
        ...

    def by(self, mode: Mode, a: Coordinates, b: Coordinates) -> Leg:
        """The same way by that mode, even where `leg` would take the other."""
        ...

    def matrix(self, points: Sequence[Coordinates]) -> TravelMatrix:
        """All ways between n points, n of 0 or more."""
        ...


def great_circle_metres(a: Coordinates, b: Coordinates) -> float:
    """Distance along the sphere in metres, by the haversine formula.

    Method: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984), 159; unlike
    the spherical law of cosines it stays exact for points that lie close together.
    """
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(b.lon - a.lon) / 2
    h = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))


class EstimatedTravelTimes:
    """Travel times from distance alone: the constants above, no map and no timetable.

    On foot: straight line x `WALK_DETOUR` at `WALK_KM_H`. By public transport: straight line x
    `TRANSIT_DETOUR` at `TRANSIT_KM_H`, beyond `REGIONAL_AFTER_KM` at `REGIONAL_KM_H`, plus
    `TRANSIT_OVERHEAD_MINUTES`. A walk of at most `max_walk_minutes` is always walked; a longer way
    goes by whichever is quicker, on foot when equal. Minutes are rounded up. Symmetric: there and
    back take the same.

    Args:
        max_walk_minutes: 0 or more; 0 always takes whichever is quicker.

    Raises:
        InvalidRequestError: `max_walk_minutes` is negative.
    """

    def __init__(self, max_walk_minutes: int = DEFAULT_MAX_WALK_MINUTES) -> None:
        if max_walk_minutes < 0:
            raise InvalidRequestError(
                f"The longest walk has to be 0 minutes or more, not {max_walk_minutes}."
            )
        self.max_walk_minutes = max_walk_minutes

    def leg(self, a: Coordinates, b: Coordinates) -> Leg:
        """The way from `a` to `b`; 0 minutes and 0 metres where they are the same point."""
        walk, ride = self.by(Mode.WALK, a, b), self.by(Mode.TRANSIT, a, b)
        on_foot = walk.minutes <= self.max_walk_minutes or walk.minutes <= ride.minutes
        return walk if on_foot else ride

    def by(self, mode: Mode, a: Coordinates, b: Coordinates) -> Leg:
        """The way by one mode."""
        straight = great_circle_metres(a, b)
        if mode is Mode.WALK:
            metres = straight * WALK_DETOUR
            return Leg(mode, _minutes(metres, WALK_KM_H), round(metres))
        metres = straight * TRANSIT_DETOUR
        return Leg(mode, ride_minutes(metres), round(metres))

    def matrix(self, points: Sequence[Coordinates]) -> TravelMatrix:
        """All ways between n points.

        Filled from `leg` itself, pair by pair: a vectorized sine may differ from the scalar one
        in its last bit, and then the planner and the checker would disagree by a minute.
        """
        n = len(points)
        minutes = np.zeros((n, n), dtype=np.int64)
        metres = np.zeros((n, n), dtype=np.int64)
        walk = np.ones((n, n), dtype=np.bool_)
        for i, a in enumerate(points):
            for j in range(i + 1, n):
                leg = self.leg(a, points[j])
                minutes[i, j] = minutes[j, i] = leg.minutes
                metres[i, j] = metres[j, i] = leg.metres
                walk[i, j] = walk[j, i] = leg.mode is Mode.WALK
        for array in (minutes, metres, walk):
            array.flags.writeable = False
        return TravelMatrix(minutes, metres, walk)


_WALKS_A_DAY = 5


@dataclass(frozen=True, slots=True)
class ShortWalks:
    """Travel times of which no walk is longer than so many minutes: farther, one rides."""

    times: TravelTimes
    most_minutes: int

    def leg(self, a: Coordinates, b: Coordinates) -> Leg:
        """The way from `a` to `b`."""
        leg = self.times.leg(a, b)
        too_far = leg.mode is Mode.WALK and leg.minutes > self.most_minutes
        return self.times.by(Mode.TRANSIT, a, b) if too_far else leg

    def by(self, mode: Mode, a: Coordinates, b: Coordinates) -> Leg:
        """The way by that mode, however far."""
        return self.times.by(mode, a, b)

    def matrix(self, points: Sequence[Coordinates]) -> TravelMatrix:
        """All ways between n points."""
        whole = self.times.matrix(points)
        minutes, metres, walk = whole.minutes.copy(), whole.metres.copy(), whole.walk.copy()
        for i, j in zip(*np.nonzero(walk & (minutes > self.most_minutes)), strict=True):
            leg = self.times.by(Mode.TRANSIT, points[i], points[j])
            minutes[i, j], metres[i, j], walk[i, j] = leg.minutes, leg.metres, False
        for array in (minutes, metres, walk):
            array.flags.writeable = False
        return TravelMatrix(minutes, metres, walk)


def with_short_walks(times: TravelTimes, limit: WalkLimit | None) -> TravelTimes:
    """The travel times that hold a limit on walks: of a day's walk, a single one is at most a
    fifth, so that there is a choice of what to walk.
    """
    if limit is None:
        return times
    most = [limit.leg_minutes] if limit.leg_minutes is not None else []
    if limit.day_metres is not None:
        most.append(int(limit.day_metres / _WALKS_A_DAY * 60 / (WALK_KM_H * 1000)))
    return ShortWalks(times, min(most)) if most else times


def ride_minutes(metres: float) -> int:
    """How long a ride of so many metres takes, with the walks to and from it and the wait."""
    urban = min(metres, REGIONAL_AFTER_KM * 1000)
    hours = urban / (TRANSIT_KM_H * 1000) + (metres - urban) / (REGIONAL_KM_H * 1000)
    return TRANSIT_OVERHEAD_MINUTES + ceil(hours * 60)


def _minutes(metres: float, km_h: float) -> int:
    return ceil(metres * 60 / (km_h * 1000))
