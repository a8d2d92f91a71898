"""Which names of the store a text holds, so that none is taken for half of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from tools.actions.naming import cities_of_trip
from tools.errors import UnknownPlaceError
from tools.names import without_article
from tools.services import TravelServices
from tools.trip import Itinerary


def names_within(
    services: TravelServices, itinerary: Itinerary | None, text: str
) -> tuple[str, ...]:
    """The names of several words that stand in a text, in lower case and without an article.

    Names of one word can't be halved. A city's name is known anywhere; a place's only within the
    trip, since everywhere some place is called like everyday words.

    Args:
        services: whose store.
        itinerary: the trip that is talked about.
        text: what was said.
    """
    shown = text.casefold()
    candidates = (name for name in _names(services, itinerary) if " " in name)
    return tuple(dict.fromkeys(name for name in candidates if _stands_in(name, shown)))


def _names(services: TravelServices, itinerary: Itinerary | None) -> Iterable[str]:
    yield from (city.name.casefold() for city in services.store.cities())
    if itinerary is not None:
        for city in cities_of_trip(itinerary):
            with suppress(UnknownPlaceError):  # a trip of a city that was removed since
                yield from _names_of_places(services, city.id)


def _names_of_places(services: TravelServices, city_id: str) -> Iterator[str]:
    for place in services.store.places(city_id):
        for name in (place.name, *place.aliases):
            yield without_article(name.casefold())


def _stands_in(name: str, shown: str) -> bool:
    return name in shown and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", shown) is not None
