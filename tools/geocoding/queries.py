"""What a traveller's words may mean: the name, the hints after it, the cities and destinations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tools.geocoding import authored_regions, destinations
from tools.geocoding.destinations import Destination, Town
from tools.geocoding.gazetteer import Gazetteer, GazetteerCity, Region, name_key
from tools.geocoding.regions import COUNTRY_ALIASES, ENGLISH_NAMES, SHORT_NAMES, STATES
from tools.names import fold
from tools.place import Coordinates
from tools.travel import great_circle_metres

LONGEST_QUERY = 200
"""Characters that are looked at; no place's name and address is longer."""

AROUND_CITY_KM = 60.0
"""How far from a city named as a hint ("Chelsea, London") the place may lie."""

ALIAS_SHARE = 8
"""A city under another name counts for a city of so many times fewer people: Rome comes before
Roma in Lesotho, but Cali before what others call Cali."""

TOWN_SHARE = 50
"""The same for a town: it comes behind every city of the name, however called."""

OWN_NAME_PEOPLE = 1_500_000
"""A destination is as likely meant as a city of so many people of the same name."""

ALIAS_PEOPLE = 200_000
"""The same for a destination's other names."""

_FAR_KM = 5000.0
"""No destination is farther from any city."""
_DOUBTFUL_PEOPLE = 300_000
"""A town that another country calls nearly as a city of so many people is called is not meant."""
_REACH_KM = 100.0
"""A namesake so far beyond twice the radius is hardly a destination's town."""
_NEAR_FACTOR = 1.3
_NEAR_KM = 30.0
"""A city is "in" a destination within its radius times the factor and so much more."""

_COMMAS = re.compile(r"[,;\u060c\u3001\uff0c]")
_MOST_HINT_WORDS = 3
_COMMON_WORDS = frozenset(
    {"al", "am", "as", "at", "be", "de", "do", "hi", "id", "in", "is", "it", "la", "me", "my"}
    | {"no", "of", "oh", "ok", "or", "pa", "so", "to", "us"}
)
"""Words that are also codes of states or countries, and rarely meant so without a comma."""

_SIGHTS = frozenset(
    """airport art bar beach bridge cafe castle cathedral center centre church day downtown food
    garden gallery harbor harbour hill history hotel island lake mall market monument morning
    mosque mountain museum nature night opera palace park pier port restaurant river
    shop shopping square station street temple theater theatre tower viewpoint village wine
    zoo""".split()
) | {"old town"}
"""What is said of a sight or an interest, and hardly of a town, or by an alias, of that name."""

_ENGLISH = {
    name_key(said): (name_key(own), code)
    for table in (ENGLISH_NAMES, SHORT_NAMES)
    for code, of_country in table.items()
    for said, own in of_country.items()
}
_COUNTRY_ALIASES = {name_key(name) for names in COUNTRY_ALIASES.values() for name in names}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A city or destination that bears the name asked for."""

    city: GazetteerCity
    """Of a destination: one with its name, country and centre, and its main town's time zone."""
    alias: bool
    """Whether the name is another language's or an old one, not GeoNames' own for it."""
    accented: bool = False
    """Whether the name was typed with accents and is spelled with just these."""
    destination: Destination | None = None

    @property
    def weight(self) -> float:
        """How likely it is meant: people, or what they are compared by."""
        if self.destination is not None:
            return ALIAS_PEOPLE if self.alias else OWN_NAME_PEOPLE
        share = ALIAS_SHARE if self.alias else 1
        return self.city.population / (share * TOWN_SHARE if self.city.town else share)


@dataclass(frozen=True, slots=True)
class Around:
    """What a hint names to lie close to."""

    name: str
    coordinates: Coordinates
    km: float


@dataclass(frozen=True, slots=True)
class Hint:
    """What one hint names: the city has to lie in one of the regions or close to something."""

    regions: frozenset[Region] = frozenset()
    """Countries and states."""
    around: tuple[Around, ...] = ()
    """Counties, destinations and cities."""

    def fits(self, city: GazetteerCity, countries: frozenset[str] = frozenset()) -> bool:
        """Whether the city may be meant.

        Args:
            city: a city, or a destination in the form of one.
            countries: codes of those that a destination lies in besides.
        """
        if city.lies_in(self.regions) or any((code, "") in self.regions for code in countries):
            return True
        return any(
            great_circle_metres(city.coordinates, centre.coordinates) <= centre.km * 1000
            for centre in self.around
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a query."""

    name: str
    """The words for the city itself."""
    hints: tuple[Hint, ...] = ()
    """Those that name something; the city fits them all."""
    unknown: tuple[str, ...] = ()
    """Hints that name nothing known."""
    candidates: tuple[Candidate, ...] = ()
    """Likeliest first."""

    @property
    def hinted(self) -> bool:
        """Whether anything was said besides the name."""
        return bool(self.hints or self.unknown)


def read(query: str, gazetteer: Gazetteer) -> Reading:
    """The most likely reading of a query; one without candidates when nothing fits.

    "Paris, Texas", "Paris TX" and "Paris, France" carry hints; without a comma the whole is
    tried as a name first ("Kansas City"). Countries and states without a namesake that is a city
    or a destination have no candidates: see `country`.
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
        if not (gazetteer.regions(hint) or landscape(hint) or authored_regions.county(hint)):
            continue
        reading = _with_candidates(_hinted(name, [hint], gazetteer), gazetteer)
        if reading.candidates:
            return reading
        fallback = reading if fallback is whole else fallback
    return fallback


def landscape(name: str) -> Destination | None:
    """The destination of that name, or None."""
    found = destinations.named(name)
    return found[0][0] if found else None


def town_city(one: Destination, town: Town, gazetteer: Gazetteer) -> GazetteerCity | None:
    """The city of the gazetteer that a destination's town is; None for one with its own point."""
    if town.coordinates is not None:
        return None
    regions = gazetteer.regions(town.country)
    found = [city for city, _ in gazetteer.named(town.name) if city.lies_in(regions)]
    reach = (2 * one.radius_km + _REACH_KM) * 1000
    near = (c for c in found if great_circle_metres(c.coordinates, one.coordinates) <= reach)
    return next(near, found[0] if found else None)


def as_city(one: Destination, gazetteer: Gazetteer) -> GazetteerCity:
    """The destination in the form of a city, `geonameid` and `population` 0."""
    main = next(filter(None, (town_city(one, town, gazetteer) for town in one.towns)), None)
    if main is None:
        around = [city for city, _ in gazetteer.nearest(one.coordinates, 10, _FAR_KM)]
        main = next((city for city in around if city.country_code == one.country), around[0])
    return replace(
        main,
        geonameid=0,
        name=one.name,
        country_code=one.country,
        country=gazetteer.region_name((one.country, "")),
        state="",
        timezone=one.timezone or main.timezone,
        names=0,
        population=0,
        coordinates=one.coordinates,
        town=False,
    )


def country(name: str, gazetteer: Gazetteer) -> Region | None:
    """The country (or else state) of that name, not merely of that ISO code; or None."""
    key = name_key(name)
    if len(key) <= 3 and key.isascii() and key not in _COUNTRY_ALIASES:  # "LA" is no Laos
        return None
    found = sorted(gazetteer.regions(name), key=lambda region: (region[1] != "", region))
    return found[0] if found else None


def _hinted(name: str, hints: list[str], gazetteer: Gazetteer) -> Reading:
    known: list[Hint] = []
    unknown: list[str] = []
    for hint in hints:
        found = gazetteer.regions(hint)
        # "Valencia" is a region of Spain, and a city there and in Venezuela; "Texas" but a state
        around = () if any(map(_is_plain, found)) else _around(hint, gazetteer)
        if found or around:
            known.append(Hint(found, around))
        else:
            unknown.append(hint)
    return Reading(name, tuple(known), tuple(unknown))


def _is_plain(region: Region) -> bool:
    """Whether nobody who names it means a city or landscape of that name."""
    country_code, admin1 = region
    return not admin1 or country_code == "US" or country_code in STATES


def _around(hint: str, gazetteer: Gazetteer) -> tuple[Around, ...]:
    """What of that name a city may lie close to: a county, else a destination, else cities."""
    if county := authored_regions.county(hint):
        return (Around(county.name, county.coordinates, county.km),)
    if known := landscape(hint):
        km = known.radius_km * _NEAR_FACTOR + _NEAR_KM
        return (Around(known.name, known.coordinates, km),)
    cities = gazetteer.named(hint)
    return tuple(Around(c.name, c.coordinates, AROUND_CITY_KM) for c, _ in cities)


def _with_candidates(reading: Reading, gazetteer: Gazetteer) -> Reading:
    found = [
        Candidate(city, alias)
        for city, alias in _cities(reading.name, gazetteer)
        if all(hint.fits(city) for hint in reading.hints)
    ]
    if not reading.hinted and (nation := country(reading.name, gazetteer)):
        # "Luxembourg" is a city as well; "Mexico" is neither Mexico in the Philippines nor,
        # when a traveller says it, Mexico City. States stand back behind cities.
        found = [
            one
            for one in found
            if nation[1] or (not one.alias and one.city.country_code == nation[0])
        ]
    found += _destinations(reading, gazetteer)
    found.sort(key=lambda one: -one.weight)
    if reading.unknown and len(found) != 1:
        found = []  # a misspelled hint decides nothing, unless there is nothing to decide
    if not reading.hinted and name_key(reading.name) in _SIGHTS:
        found = [one for one in found if not (one.alias or one.city.town)]
    if found and found[0].alias and found[0].city.town and not reading.hinted:
        close = gazetteer.close_names(reading.name, 3)
        if any(city.population >= _DOUBTFUL_PEOPLE for city in close):
            found = []
    if not reading.name.isascii():  # "San José" typed with its accent is not San Jose
        typed = reading.name.casefold()
        spelled = [replace(one, accented=_is_spelled(one, typed)) for one in found]
        found = sorted(spelled, key=lambda one: not one.accented)
    return replace(reading, candidates=tuple(found))


def _cities(name: str, gazetteer: Gazetteer) -> Iterator[tuple[GazetteerCity, bool]]:
    """Cities of the name and whether it is but an alias; an English name counts as their own."""
    own = _ENGLISH.get(name_key(name))
    if own is not None:
        for city, alias in gazetteer.named(own[0]):
            if city.country_code == own[1] and not alias and not city.town:
                yield city, False
    for city, alias in gazetteer.named(name):
        if own is None or (name_key(city.name), city.country_code) != own:
            yield city, alias


def _is_spelled(one: Candidate, typed: str) -> bool:
    names = (one.city.name, *(one.destination.aliases if one.destination is not None else ()))
    return typed in (name.casefold() for name in names)


def _destinations(reading: Reading, gazetteer: Gazetteer) -> Iterator[Candidate]:
    for one, alias in destinations.named(reading.name):
        city = as_city(one, gazetteer)
        countries = frozenset({one.country, *(_code(town, gazetteer) for town in one.towns)})
        if all(hint.fits(city, countries) for hint in reading.hints):
            yield Candidate(city, alias, destination=one)


def _code(town: Town, gazetteer: Gazetteer) -> str:
    if len(town.country) == 2:
        return town.country
    return next((code for code, _ in gazetteer.regions(town.country)), "")


def _split_words(text: str) -> Iterator[tuple[str, str]]:
    """Name and hint, the last one to three words taken for the hint."""
    words = text.split()
    for size in range(1, min(_MOST_HINT_WORDS, len(words) - 1) + 1):
        hint = " ".join(words[-size:])
        if hint not in _COMMON_WORDS:  # as typed: "IN" may be Indiana, "in" hardly
            yield " ".join(words[:-size]), hint
