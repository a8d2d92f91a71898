"""Which known names a text holds, so that none is taken for half of itself or left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import islice

from tools.actions.kinds import category_named
from tools.actions.naming import cities_of_trip
from tools.errors import UnknownPlaceError
from tools.geocoding.queries import read
from tools.geocoding.regions import SAID_IN_PASSING
from tools.mention import Kind, Mention
from tools.names import as_words
from tools.place import Category, City, Place
from tools.repeats import visited
from tools.services import TravelServices
from tools.trip import MAX_STAYS, Itinerary

_SHORTEST = 2
"""Characters of a name that is looked for: "M+" is one, "N" stands for a hundred things."""
_MOST_OF_SHORT = 4
"""Characters of a short name, as a city also is where somebody comes from ("from DC")."""
_MOST = 24
"""Mentions of one message; a longer list is no wish any more."""

_WORD = re.compile(r"[^\W\d_]\w*")
_MOST_WORDS = 3
"""Of a city's name that is looked for in the gazetteer."""

_Span = tuple[int, int]


def mentions_within(
    services: TravelServices, itinerary: Itinerary | None, text: str, before: str = ""
) -> tuple[Mention, ...]:
    """The cities that a text names, and the places of these and of the trip's, in its order.

    While there is no trip, and no city of the store was named, also other cities; of these, and of
    towns, regions and other names that the geocoder knows, those in `before` as well, as names
    that are not to be held.

    A place's name is looked for in those cities alone, since everywhere some place is called like
    everyday words, and a name of one word has to be written as the store has it ("the Well", not
    "as well"). A name within a longer one ("Tower" in "Belém Tower") is not said.

    Args:
        services: whose store.
        itinerary: the trip that is talked about.
        text: what was said.
        before: what was said earlier: the cities named there are meant while there is no trip.
    """
    before = "" if itinerary is not None else before
    shown, earlier = _plain(text), _plain(before)
    found: dict[_Span, set[Kind]] = {}
    own = {} if itinerary is None else {city.id: city for city in cities_of_trip(itinerary)}
    meant = {**own}
    for city in services.store.cities():
        said = [*_named(city, text, shown)]
        for span, short in said:
            held = city.id not in own and not short
            found.setdefault(span, set()).update((Kind.CITY,) if held else ())
        if (said or any(_named(city, before, earlier))) and len(meant) < MAX_STAYS:
            meant[city.id] = city
    visited = _visited(itinerary)
    for city in meant.values():
        for place in _places(services, city):
            for span in _spans_of(place, text, shown):
                found.setdefault(span, set()).update(_kinds(place, text[slice(*span)], visited))
    elsewhere = itinerary is None and not meant
    for span, kinds in _elsewhere(services, text) if elsewhere else ():
        found.setdefault(span, set()).update(kinds)
    mentions: dict[str, Mention] = {}
    for span in _outermost(found):
        said_so = text[slice(*span)]
        mentions.setdefault(_plain(said_so), Mention(said_so, frozenset(found[span])))
    for (start, end), _ in _elsewhere(services, before) if elsewhere else ():
        mentions.setdefault(_plain(before[start:end]), Mention(before[start:end], frozenset()))
    return tuple(islice(mentions.values(), _MOST))


@lru_cache(maxsize=1 << 16)
def _plain(text: str) -> str:
    """Small letters without accents, character for character, so that places in it are kept."""
    return "".join(map(_plain_character, text))


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if character in "’‘ʼ`":
        return "'"
    letter = unicodedata.normalize("NFKD", character)[0].lower()
    return letter if len(letter) == 1 else character


def _named(city: City, text: str, shown: str) -> Iterator[tuple[_Span, bool]]:
    """Where a text names a city, and whether for short."""
    yield from ((span, False) for span in _spans(_plain(city.name), shown))
    for name in SAID_IN_PASSING.get(city.name, ()):
        for start, end in _spans(_plain(name), shown):
            if not name.isupper() or text[start:end] == name:
                yield (start, end), len(name) <= _MOST_OF_SHORT


def _places(services: TravelServices, city: City) -> tuple[Place, ...]:
    with suppress(UnknownPlaceError):  # a trip of a city that was removed since
        return services.store.places(city.id)
    return ()


def _elsewhere(services: TravelServices, text: str) -> Iterator[tuple[_Span, set[Kind]]]:
    """Where a text names, with a capital, what the gazetteer knows; big cities as such by their own
    names alone.
    """
    gazetteer = services.geocoder.gazetteer
    for span in _capitalised(text):
        name = text[slice(*span)]
        if len(name) >= _SHORTEST and read(name, gazetteer).candidates:
            big = any(not city.town and not alias for city, alias in gazetteer.named(name))
            yield span, {Kind.ELSEWHERE} if big else set()


def _capitalised(text: str) -> Iterator[_Span]:
    """Of up to `_MOST_WORDS` words with nothing but a space, hyphen or apostrophe between them, the
    first and the last with a capital.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    for at, (start, _) in enumerate(words):
        for last, end in words[at : at + _MOST_WORDS]:
            between = _WORD.sub("", text[start:end])
            if text[start].isupper() and text[last].isupper() and not between.strip(" -'’"):
                yield start, end


def _kinds(place: Place, said: str, visited: frozenset[str] | None) -> Iterator[Kind]:
    if category_named(said) is not None:  # "flea market": hardly the one that is called so
        return
    if place.category is Category.NEIGHBOURHOOD:
        yield Kind.AREA
    if visited is None or place.id in visited:
        yield Kind.PLANNED
    if visited is None or place.id not in visited:
        yield Kind.NEW


def _visited(itinerary: Itinerary | None) -> frozenset[str] | None:
    """Ids of the places that are visited; None where there are days without any visit known."""
    if itinerary is None:
        return frozenset()
    return frozenset(visited(itinerary)) or None


def _spans_of(place: Place, text: str, shown: str) -> Iterator[_Span]:
    for name in {*place.names}:
        bare = re.sub(r"^the ", "", name, flags=re.IGNORECASE)
        for start, end in _spans(_plain(bare), shown):
            if " " in bare or text[start].isupper() or not bare[0].isupper():
                yield start, end


def _spans(name: str, shown: str) -> Iterator[_Span]:
    """Where a plain name stands in a plain text, as whole words."""
    if len(name) >= _SHORTEST and name in shown:
        for match in re.finditer(as_words(name), shown):
            yield match.span()


def _outermost(spans: Iterable[_Span]) -> Iterator[_Span]:
    """Those that lie within no other, in their order."""
    reached = -1
    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        if span[1] > reached:
            reached = span[1]
            yield span
