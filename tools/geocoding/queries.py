"""What a traveller's words for a city may mean: the name, the hints after it, the cities."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tools.geocoding.gazetteer import Gazetteer, GazetteerCity, Region, name_key
from tools.geocoding.regions import COUNTRY_ALIASES, NOT_CITIES, REGION_ALIASES, Landscape
from tools.names import fold
from tools.travel import great_circle_metres

LONGEST_QUERY = 200
"""Characters that are looked at; no place's name and address is longer."""

AROUND_CITY_KM = 60.0
"""How far from a city named as a hint ("Chelsea, London") the place may lie."""

_COMMAS = re.compile(r"[,;\u060c\u3001\uff0c]")
_MOST_HINT_WORDS = 3
_COMMON_WORDS = frozenset(
    {"al", "am", "as", "at", "be", "de", "do", "hi", "id", "in", "is", "it", "la", "me", "my"}
    | {"no", "of", "oh", "ok", "or", "pa", "so", "to", "us"}
)
"""Words that are also codes of states or countries, and rarely meant so without a comma."""

_LANDSCAPES = {name_key(name): landscape for name, landscape in NOT_CITIES.items()} | {
    name_key(alias): NOT_CITIES[name] for alias, name in REGION_ALIASES.items()
}
_COUNTRY_ALIASES = {name_key(name) for names in COUNTRY_ALIASES.values() for name in names}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A city that bears the name asked for."""

    city: GazetteerCity
    alias: bool
    """Whether the name is another language's or an old one, not GeoNames' own for it."""
    accented: bool = False
    """Whether the name was typed with accents and is spelled with just these."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a query."""

    name: str
    """The words for the city itself."""
    regions: tuple[frozenset[Region], ...] = ()
    """For each hint that names countries or states: those it may mean."""
    around: tuple[GazetteerCity, ...] = ()
    """Cities that a hint names; the city has to lie close to one."""
    unknown: tuple[str, ...] = ()
    """Hints that name nothing known."""
    candidates: tuple[Candidate, ...] = ()
    """Own names before aliases, more people before fewer."""

    @property
    def hinted(self) -> bool:
        """Whether anything was said besides the name."""
        return bool(self.regions or self.around or self.unknown)


def read(query: str, gazetteer: Gazetteer) -> Reading:
    """The most likely reading of a query; one without candidates when nothing fits.

    "Paris, Texas", "Paris TX" and "Paris, France" carry hints; without a comma the whole is
    tried as a name first ("Kansas City"). Countries, states without a namesake city and
    landscapes such as Tuscany have no candidates: see `landscape` and `country`.
    """
    parts = [part.strip() for part in _COMMAS.split(query[:LONGEST_QUERY]) if fold(part)]
    if not parts:
        return Reading("")
    if len(parts) > 1:
        return _with_candidates(_hinted(parts[0], parts[1:], gazetteer), gazetteer)
    whole = _with_candidates(Reading(parts[0]), gazetteer)
    if whole.candidates or landscape(parts[0]) or country(parts[0], gazetteer):
        return whole
    fallback = whole
    for name, hint in _split_words(parts[0]):
        if not gazetteer.regions(hint) and name_key(hint) not in _LANDSCAPES:
            continue
        reading = _with_candidates(_hinted(name, [hint], gazetteer), gazetteer)
        if reading.candidates:
            return reading
        fallback = reading if fallback is whole else fallback
    return fallback


def landscape(name: str) -> Landscape | None:
    """What a region is that people name as if it were a city, or None."""
    return _LANDSCAPES.get(name_key(name))


def country(name: str, gazetteer: Gazetteer) -> Region | None:
    """The country (or else state) of that name, not merely of that ISO code; or None."""
    key = name_key(name)
    if len(key) <= 3 and key.isascii() and key not in _COUNTRY_ALIASES:  # "LA" is no Laos
        return None
    found = sorted(gazetteer.regions(name), key=lambda region: (region[1] != "", region))
    return found[0] if found else None


def _hinted(name: str, hints: list[str], gazetteer: Gazetteer) -> Reading:
    regions: list[frozenset[Region]] = []
    around: list[GazetteerCity] = []
    unknown: list[str] = []
    for hint in hints:
        if found := gazetteer.regions(hint):
            regions.append(found)
        elif known := landscape(hint):
            if known.country:
                regions.append(frozenset({(known.country, "")}))
        elif cities := gazetteer.named(hint):
            around.extend(city for city, _ in cities)
        else:
            unknown.append(hint)
    return Reading(name, tuple(regions), tuple(around), tuple(unknown))


def _with_candidates(reading: Reading, gazetteer: Gazetteer) -> Reading:
    found = [
        Candidate(city, alias)
        for city, alias in gazetteer.named(reading.name)
        if all(city.lies_in(regions) for regions in reading.regions)
        and (not reading.around or _is_around(city, reading.around))
    ]
    if not reading.hinted:
        if landscape(reading.name):
            found = []
        elif nation := country(reading.name, gazetteer):
            # "Luxembourg" is a city as well; "Mexico" is neither Mexico in the Philippines nor,
            # when a traveller says it, Mexico City. States stand back behind cities.
            found = [
                one
                for one in found
                if nation[1] or (not one.alias and one.city.country_code == nation[0])
            ]
    if reading.unknown and len(found) != 1:
        found = []  # a misspelled hint decides nothing, unless there is nothing to decide
    if not reading.name.isascii():  # "San José" typed with its accent is not San Jose
        typed = reading.name.casefold()
        spelled = [replace(one, accented=one.city.name.casefold() == typed) for one in found]
        found = sorted(spelled, key=lambda one: not one.accented)
    return replace(reading, candidates=tuple(found))


def _is_around(city: GazetteerCity, centres: tuple[GazetteerCity, ...]) -> bool:
    return any(
        great_circle_metres(city.coordinates, centre.coordinates) <= AROUND_CITY_KM * 1000
        for centre in centres
    )


def _split_words(text: str) -> Iterator[tuple[str, str]]:
    """Name and hint, the last one to three words taken for the hint."""
    words = text.split()
    for size in range(1, min(_MOST_HINT_WORDS, len(words) - 1) + 1):
        hint = " ".join(words[-size:])
        if hint not in _COMMON_WORDS:  # as typed: "IN" may be Indiana, "in" hardly
            yield " ".join(words[:-size]), hint
