"""How far to look around a point: circles that grow until enough is found."""

from __future__ import annotations

from collections.abc import Sequence

from tools.place import Coordinates
from tools.place_file import PlaceFile, Wanted

_CIRCLES_KM = (0.1, 0.3, 1.0, 3.0, 10.0)

_BEYOND_KM = (0.3, 1.0, 3.0, 6.0, 10.0, 15.0, 22.0)
"""For a point outside the city: so much more than the way to the city's edge."""

_INSIDE_KM = 0.001
"""So far outside is a rounding."""

_FEW = 1500
"""So many places are quicker sorted by their distance than looked for in circles."""


def circles(
    files: Sequence[PlaceFile], wanted: Wanted, near: Coordinates, max_km: float | None
) -> list[float | None]:
    """The circles to look at in turn, in kilometres; the last is `max_km`.

    All files go out by the same ones, so that their lists can be merged circle by circle.

    Args:
        files: to be searched.
        wanted: with a city where `max_km` is None.
        near: the middle.
        max_km: how far to look; None goes to the end of the city.
    """
    if wanted.city is None:
        return [*(km for km in _CIRCLES_KM if max_km is None or km < max_km), max_km]
    if wanted.cuisine or _few(files, wanted):
        return [max_km]
    away = _away_km(files, wanted.city, near)
    growing = [away + km for km in _BEYOND_KM] if away > _INSIDE_KM else _CIRCLES_KM
    return [*(km for km in growing if max_km is None or km < max_km), max_km]


def _few(files: Sequence[PlaceFile], wanted: Wanted) -> bool:
    searched = wanted.categories and not wanted.text
    return bool(searched) and all(file.few(wanted, _FEW) for file in files)


def _away_km(files: Sequence[PlaceFile], city: str, near: Coordinates) -> float:
    """How far the point is from the box that holds the city's places; 0 inside it."""
    boxes = filter(None, (file.bounds(city) for file in files))
    return min((box.away(near) / 1000 for box in boxes), default=0.0)
