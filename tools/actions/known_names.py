"""Which names of the store a text holds, so that none is taken for half of itself or left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from tools.actions.naming import cities_of_trip
from tools.errors import UnknownPlaceError
from tools.names import without_article
from tools.place import Category, City, Place
from tools.services import TravelServices
from tools.trip import Itinerary

_SHORTEST = 2
"""Characters of a name that is looked for: "M+" is one, "N" stands for a hundred things."""

_Span = tuple[int, int]


class Kind(StrEnum):
    """What a name is the name of."""

    CITY = "city"
    AREA = "area"
    """A neighbourhood, where people also sleep."""
    PLANNED = "planned"
    """A place that the trip visits; where no visit is known, any."""
    NEW = "new"
    """A place that it does not visit."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of the store that was said."""

    text: str
    """As it stands there."""
    kinds: frozenset[Kind]
    """A city and a restaurant elsewhere may share a name. None for the trip's own cities, which are
    named without meaning anything by it ("more music, if Budapest has it")."""


def mentions_within(
    services: TravelServices, itinerary: Itinerary | None, text: str, before: str = ""
) -> tuple[Mention, ...]:
    """The cities that a text names, and the places of these and of the trip's, in its order.

    A place's name is looked for in those cities alone, since everywhere some place is called like
    everyday words. A name within a longer one ("Tower" in "Belém Tower") is not said.

    Args:
        services: whose store.
        itinerary: the trip that is talked about.
        text: what was said.
        before: what was said earlier: the cities named there are meant while there is no trip.
    """
    shown, earlier = text.casefold(), "" if itinerary is not None else before.casefold()
    found: dict[_Span, set[Kind]] = {}
    named: list[City] = [] if itinerary is None else [*cities_of_trip(itinerary)]
    own = {city.name for city in named}
    for city in services.store.cities():
        name = city.name.casefold()
        said = _spans(name, text, shown)
        for span in said:
            found.setdefault(span, set()).update(() if city.name in own else (Kind.CITY,))
        if said or _stands_in(name, earlier):
            named.append(city)
    planned = _planned(itinerary)
    for city in {city.id: city for city in named}.values():
        with suppress(UnknownPlaceError):  # a trip of a city that was removed since
            for place in services.store.places(city.id):
                for span in _spans_of(place, text, shown):
                    found.setdefault(span, set()).update(_kinds(place, planned))
    return tuple(
        Mention(text[slice(*span)], frozenset(kinds))
        for span, kinds in sorted(found.items())
        if not any(_within(span, other) for other in found)
    )


def _kinds(place: Place, planned: frozenset[str]) -> Iterable[Kind]:
    if place.category is Category.NEIGHBOURHOOD:
        yield Kind.AREA
    if place.id in planned or not planned:
        yield Kind.PLANNED
    if place.id not in planned:
        yield Kind.NEW


def _planned(itinerary: Itinerary | None) -> frozenset[str]:
    days = () if itinerary is None else itinerary.days
    return frozenset(visit.place.id for day in days for visit in day.visits)


def _spans_of(place: Place, text: str, shown: str) -> Iterable[_Span]:
    for name in (place.name, *place.aliases):
        yield from _spans(without_article(name.casefold()), text, shown)


def _spans(name: str, text: str, shown: str) -> list[_Span]:
    """Where a name stands in a text; `shown` is the same in lower case, to look there first."""
    if len(name) < _SHORTEST or not _stands_in(name, shown):
        return []
    return [match.span() for match in re.finditer(_pattern(name), text, re.IGNORECASE)]


def _within(span: _Span, other: _Span) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _stands_in(name: str, shown: str) -> bool:
    return name in shown and re.search(_pattern(name), shown) is not None


def _pattern(name: str) -> str:
    return rf"(?<!\w){re.escape(name)}(?!\w)"
