"""How far to look around a point: circles that grow until enough is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tools.place import Coordinates
from tools.place_file import PlaceFile, Wanted
from tools.travel import great_circle_metres

_CIRCLES_KM = (0.1, 0.3, 1.0, 3.0, 10.0)

_BEYOND_KM = (0.3, 1.0, 3.0, 6.0, 10.0, 15.0, 22.0)
"""For a point outside the city: so much more than the way to the city's edge."""

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
    if wanted.city and (wanted.cuisine or _few(files, wanted)):
        return [max_km]
    return [*(km for km in _growing(files, wanted, near) if max_km is None or km < max_km), max_km]


def _few(files: Sequence[PlaceFile], wanted: Wanted) -> bool:
    searched = wanted.categories and not wanted.text
    return bool(searched) and all(file.few(wanted, _FEW) for file in files)


def _growing(files: Sequence[PlaceFile], wanted: Wanted, near: Coordinates) -> Iterable[float]:
    if wanted.city is None:
        return _CIRCLES_KM
    boxes = filter(None, (file.bounds(wanted.city) for file in files))
    ways = [great_circle_metres(near, box.nearest(near)) / 1000 for box in boxes]
    away = min(ways, default=0.0)
    return [away + km for km in _BEYOND_KM] if away else _CIRCLES_KM
