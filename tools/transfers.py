"""From one city of a trip to the next: an honest estimate, door to door.

No timetable is known here. The figures below were set by comparing with some twenty well-known
connections as remembered (Rome to Florence, Prague to Vienna, Madrid to Barcelona, ...): most
estimates are half an hour to an hour too long, those over slow lines up to an hour too short.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from tools.place import City
from tools.travel import great_circle_metres
from tools.trip import Carrier, Stay

RAIL_DETOUR = 1.25
"""Metres of line or road for each metre of great circle."""
RAIL_KM_H = (75.0, 0.1, 120.0)
"""Average speed with stops and changes: of a short way, more of it for each kilometre, at most."""
FAST_RAIL_KM_H = (90.0, 0.2, 170.0)
"""Likewise within countries whose big cities fast lines link."""
_FAST = frozenset("CN ES FR IT JP KR TW".split())
RAIL_OVERHEAD_MINUTES = 60
"""To the station, in time for the train, and from the other station to the lodging."""
RAIL_UP_TO_KM = 550
"""Great circle; farther, one flies."""
AIR_KM_H = 800.0
AIR_OVERHEAD_MINUTES = 270
"""To the airport two hours before, taxiing, baggage, and the way into the other city."""
GRID_MINUTES = 5
"""Ways are told to the next such step up."""
_ISLANDS = frozenset("AU CU CY DO FI HT ID IE IS JM JP KR LK MG MT MU MV NZ PH PR SC TW".split())
"""Countries that no train or road leaves, or only by a long way round (Finland)."""


@dataclass(frozen=True, slots=True)
class Way:
    """How one gets from city to city, door to door."""

    carrier: Carrier
    minutes: int
    metres: int
    """Along the line or road; of the great circle by air."""


class TransferTimes:
    """Estimates ways between cities; one may be replaced by what the traveller knows."""

    def way(self, origin: Stay, destination: Stay) -> Way:
        """The way from one stay's lodging to the next one's."""
        estimated = self.between(origin.city, destination.city)
        if destination.way_minutes is None:
            return estimated
        return Way(estimated.carrier, destination.way_minutes, estimated.metres)

    def between(self, origin: City, destination: City) -> Way:
        """The way from one city's centre to another's."""
        metres = great_circle_metres(origin.coordinates, destination.coordinates)
        if metres / 1000 <= RAIL_UP_TO_KM and _linked(origin, destination):
            along = metres * RAIL_DETOUR
            within = origin.country == destination.country
            slow, more, fast = FAST_RAIL_KM_H if within and origin.country in _FAST else RAIL_KM_H
            speed = min(fast, slow + more * metres / 1000)
            minutes = RAIL_OVERHEAD_MINUTES + along * 60 / (speed * 1000)
            return Way(Carrier.RAIL, _on_grid(minutes), round(along))
        minutes = AIR_OVERHEAD_MINUTES + metres * 60 / (AIR_KM_H * 1000)
        return Way(Carrier.AIR, _on_grid(minutes), round(metres))


def _linked(origin: City, destination: City) -> bool:
    """Whether a train or road leads from one to the other, as far as their countries tell."""
    a, b = origin.country, destination.country
    return a == b or not {a, b} & _ISLANDS


def _on_grid(minutes: float) -> int:
    return ceil(minutes / GRID_MINUTES) * GRID_MINUTES
