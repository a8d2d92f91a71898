"""Regions, islands, parks, coasts, lakes and mountains that people name as where they want to go.

Authored (`tools/data/destinations.yaml`), since GeoNames' cities lack them: some 600, each with the
towns that one would plan from. Villages under the gazetteer's size are among them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TypeGuard

import yaml  # type: ignore[import-untyped,unused-ignore]

from tools.errors import DataError
from tools.geocoding.gazetteer import name_key
from tools.names import fold
from tools.place import Coordinates

KINDS = ("region", "island", "park", "coast", "lake", "mountains", "village")
"""What a destination may be."""

SOURCE = "Tripwright table of destinations"

# The C parser is some ten times faster; PyYAML built without libyaml lacks it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FIELDS = {"name", "kind", "country", "lat", "lon", "radius_km", "towns"}
_MAY_HAVE = {"aliases", "timezone"}
_MOST_TOWNS = 5
_COUNTRY = re.compile("[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Town:
    """A town to plan a destination from."""

    name: str
    """A city's, as the gazetteer resolves it within `country`."""
    country: str
    """The country's ISO 3166-1 alpha-2 code, or its English name where it is another one."""
    coordinates: Coordinates | None = None
    """Given for towns that the gazetteer lacks, and only for those."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Somewhere to go that is no city."""

    name: str
    """In English."""
    aliases: tuple[str, ...]
    """Other languages' names, native scripts, parts that stand for the whole."""
    kind: str
    """One of `KINDS`."""
    country: str
    """ISO 3166-1 alpha-2; of one that lies in several, the one most visited there."""
    coordinates: Coordinates
    """Its centre."""
    radius_km: float
    """How far from the centre it reaches, roughly, kilometres."""
    towns: tuple[Town, ...]
    """One to five, the main one first."""
    timezone: str = ""
    """IANA name, where it is not that of the towns or of the nearest city; else empty."""

    @property
    def what(self) -> str:
        """Its kind for a sentence: "an island", "mountains"."""
        if self.kind == "mountains":
            return "mountains"
        return f"{'an' if self.kind == 'island' else 'a'} {self.kind}"


@cache
def destinations() -> tuple[Destination, ...]:
    """All that ship, read once (some 100 ms).

    Raises:
        DataError: the file that ships is damaged.
    """
    text = files("tools").joinpath("data/destinations.yaml").read_text(encoding="utf-8")
    return parse(text)


def parse(text: str) -> tuple[Destination, ...]:
    """Destinations from YAML as in `tools/data/destinations.yaml`.

    Args:
        text: a mapping whose `destinations` is a list of mappings.

    Raises:
        DataError: no such YAML, an entry with a missing, unknown or wrong field, or a name or
            alias that two entries bear; the sentence names the entry.
    """
    try:
        loaded = yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise DataError(f"The table of destinations is no YAML: {error}.") from error
    entries = loaded.get("destinations") if isinstance(loaded, dict) else None
    if not isinstance(entries, list) or not entries:
        raise DataError('The table of destinations has no list "destinations".')
    found = tuple(_destination(entry) for entry in entries)
    _check_names(found)
    return found


def named(name: str) -> tuple[tuple[Destination, bool], ...]:
    """The destinations of this name, and whether it is only an alias; own names first.

    A town that is declared with its own coordinates is found as a village.
    Case, accents and punctuation don't count, nor a leading "the".
    """
    return _index().get(name_key(name), ())


@cache
def keys() -> tuple[tuple[str, ...], tuple[Destination, ...]]:
    """All names in the form they are compared in, and beside each the destination it is of."""
    pairs = [(key, one) for key, several in _index().items() for one, _ in several]
    return tuple(key for key, _ in pairs), tuple(one for _, one in pairs)


@cache
def _index() -> Mapping[str, tuple[tuple[Destination, bool], ...]]:
    index: dict[str, list[tuple[Destination, bool]]] = {}
    for one in destinations():
        for key, alias in _keys_of(one).items():
            index.setdefault(key, []).append((one, alias))
    for one in destinations():
        for town in one.towns:
            if town.coordinates is not None and (key := name_key(town.name)) not in index:
                village = replace(one, name=town.name, aliases=(), kind="village", radius_km=3.0)
                index[key] = [(replace(village, coordinates=town.coordinates), False)]
    return {key: tuple(sorted(of, key=lambda pair: pair[1])) for key, of in index.items()}


def _keys_of(one: Destination) -> dict[str, bool]:
    """Every form of its names, and whether that is an alias's."""
    found = {name_key(alias): True for alias in one.aliases}
    found[name_key(one.name)] = False
    return found


def _check_names(found: tuple[Destination, ...]) -> None:
    owners: dict[str, str] = {}
    for one in found:
        for key in _keys_of(one):
            if not key:
                raise DataError(f"The destination {one.name} has a name without letters.")
            if (other := owners.setdefault(key, one.name)) != one.name:
                raise DataError(f'Both {other} and {one.name} are called "{key}".')
    if len({fold(one.name) for one in found}) < len(found):
        raise DataError("Two destinations have the same name.")


def _destination(entry: object) -> Destination:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
        raise DataError(f"A destination has to be a mapping with a name, not {entry!r:.80}.")
    name: str = entry["name"]
    if wrong := (_FIELDS - set(entry)) | (set(entry) - _FIELDS - _MAY_HAVE):
        raise DataError(f"The destination {name} lacks or misspells {', '.join(sorted(wrong))}.")
    aliases, towns, radius = entry.get("aliases", []), entry["towns"], entry["radius_km"]
    if not _is_texts(aliases):
        raise DataError(f"The aliases of {name} have to be a list of names.")
    if entry["kind"] not in KINDS:
        raise DataError(f"The kind of {name} has to be one of {', '.join(KINDS)}.")
    if not isinstance(entry["country"], str) or not _COUNTRY.fullmatch(entry["country"]):
        raise DataError(f"The country of {name} has to be a quoted two-letter code.")
    if not _is_number(radius) or not 0 < radius <= 3000:
        raise DataError(f"The radius of {name} has to be kilometres above 0, up to 3000.")
    if not isinstance(towns, list) or not 1 <= len(towns) <= _MOST_TOWNS:
        raise DataError(f"{name} has to have one to {_MOST_TOWNS} towns.")
    return Destination(
        name=name,
        aliases=tuple(aliases),
        kind=entry["kind"],
        country=entry["country"],
        coordinates=_point(name, entry),
        radius_km=float(radius),
        towns=tuple(_towns(name, entry["country"], towns)),
        timezone=_zone(name, entry.get("timezone", "")),
    )


def _zone(name: str, zone: object) -> str:
    if not isinstance(zone, str) or (zone and "/" not in zone):
        raise DataError(f"The timezone of {name} has to be an IANA name.")
    return zone


def _towns(name: str, country: str, towns: list[object]) -> Iterator[Town]:
    for town in towns:
        if isinstance(town, str) and fold(town):
            called, _, elsewhere = town.partition(", ")
            yield Town(called, elsewhere or country)
        elif isinstance(town, dict) and set(town) == {"name", "lat", "lon"}:
            yield Town(str(town["name"]), country, _point(name, town))
        else:
            raise DataError(f"A town of {name} has to be a name, or have name, lat and lon.")


def _point(name: str, entry: dict[str, object]) -> Coordinates:
    lat, lon = entry["lat"], entry["lon"]
    if not _is_number(lat) or not _is_number(lon) or not abs(lat) <= 90 or not abs(lon) <= 180:
        raise DataError(f"lat and lon of {name} have to be degrees, up to 90 and 180.")
    return Coordinates(float(lat), float(lon))


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)
