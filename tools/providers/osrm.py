"""Ways on foot along the streets, from a server that runs OSRM with a profile for walkers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from tools.place import Coordinates
from tools.providers.answers import AnswerCache
from tools.providers.config import Providers
from tools.providers.door import Door
from tools.providers.kinds import Walk

MOST_ENTRIES = 100 * 100
"""Of one table; osrm-routed's default (`--max-table-size 100`) allows no more."""
LONGEST_SNAP = 1000.0
"""Metres from a point to the nearest way. Farther, the server does not know the region: one
with an extract of Liechtenstein moves all of Lisbon to the same street corner."""

_NO_WAY = frozenset({"NoRoute", "NoSegment", "NoTable"})
_KEEP_SECONDS = 3600.0
"""Of the answer itself; each way is kept longer (`tools.providers.ways`)."""


class OsrmWays:
    """Ways by OSRM's HTTP API, version 1: `/table` for many, `/route` for one.

    The public server of FOSSGIS allows one request a second.
    """

    label = "OSRM"
    source = "© OpenStreetMap contributors (ODbL), by OSRM"

    def __init__(self, providers: Providers, cache: AnswerCache) -> None:
        self.door = Door("osrm", self.label, providers, cache)

    def table(self, points: Sequence[Coordinates]) -> list[list[Walk | None]]:
        """As `tools.providers.kinds.Router.table`; one request up to 100 points."""
        n = len(points)
        at_once = max(1, MOST_ENTRIES // max(1, n))
        rows: list[list[Walk | None]] = []
        for start in range(0, n, at_once):
            chosen = range(start, min(n, start + at_once))
            asked = {"annotations": "duration,distance"}
            if len(chosen) < n:
                asked["sources"] = ";".join(map(str, chosen))
            rows += self.door.ask(
                f"/table/v1/foot/{_path(points)}",
                asked,
                partial(_table, rows=len(chosen), columns=n),
                keep=_KEEP_SECONDS,
                refusals=True,
            )
        return rows

    def route(self, a: Coordinates, b: Coordinates) -> Walk | None:
        """As `tools.providers.kinds.Router.route`."""
        return self.door.ask(
            f"/route/v1/foot/{_path((a, b))}",
            {"overview": "false"},
            _route,
            keep=_KEEP_SECONDS,
            refusals=True,
        )


def _path(points: Sequence[Coordinates]) -> str:
    return ";".join(f"{point.lon:.6f},{point.lat:.6f}" for point in points)


def _table(answer: object, rows: int, columns: int) -> list[list[Walk | None]]:
    """Raises ValueError, TypeError or KeyError for another shape."""
    whole = cast("dict[str, Any]", answer)
    if _no_way(whole):
        return [[None] * columns for _ in range(rows)]
    seconds, metres = whole["durations"], whole["distances"]
    near_from = [_is_near(one) for one in whole["sources"]]
    near_to = [_is_near(one) for one in whole["destinations"]]
    if not len(seconds) == len(metres) == len(near_from) == rows or len(near_to) != columns:
        raise ValueError("a table of another size")
    found: list[list[Walk | None]] = []
    for row_s, row_m, from_here in zip(seconds, metres, near_from, strict=True):
        if len(row_s) != columns:
            raise ValueError("a row of another length")
        found.append(
            [
                _walk(s, m) if from_here and to_there else None
                for s, m, to_there in zip(row_s, row_m, near_to, strict=True)
            ]
        )
    return found


def _route(answer: object) -> Walk | None:
    whole = cast("dict[str, Any]", answer)
    if _no_way(whole) or not all(map(_is_near, whole["waypoints"])):
        return None
    best = whole["routes"][0]
    return _walk(best["duration"], best["distance"])


def _no_way(whole: dict[str, Any]) -> bool:
    """Whether the answer is that there is no way; ValueError when it is none at all."""
    if whole["code"] == "Ok":
        return False
    if whole["code"] in _NO_WAY:
        return True
    raise ValueError(f"OSRM says {whole['code']}")


def _is_near(waypoint: dict[str, Any]) -> bool:
    return float(waypoint.get("distance", 0.0)) <= LONGEST_SNAP


def _walk(seconds: object, metres: object) -> Walk | None:
    if seconds is None or metres is None:
        return None
    walk = Walk(float(cast("float", seconds)), float(cast("float", metres)))
    if not (0 <= walk.seconds < float("inf") and 0 <= walk.metres < float("inf")):
        raise ValueError(f"{walk} is no way")
    return walk
