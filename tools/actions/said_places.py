"""Whether a name is known where a trip leads, and which known places a message could mean."""

from __future__ import annotations

import re

from tools.actions.naming import cities_of_trip, find_in, place_in
from tools.actions.visits import visit_named
from tools.errors import AmbiguousPlaceError, InputError, UnknownPlaceError
from tools.names import SMALL_WORDS, fold
from tools.place_names import JOINING
from tools.services import TravelServices
from tools.trip import Itinerary

_WORD = re.compile(r"[^\W_](?:[\w&-]|['’](?!s\b))*")
"""Without the "s" of a genitive, which is not the name's at its end."""
_PAUSE = re.compile(r"[.,;:!?\n]\s")
_NO_EDGE = SMALL_WORDS | JOINING | {"for", "one", "or", "s", "to"}
"""With these no name begins or ends."""
_MOST_WORDS = 5
"""Of a name that is looked for."""
_SHORTEST = 3
"""Letters of a name of one word."""


def is_known(services: TravelServices, itinerary: Itinerary, said: str) -> bool:
    """Whether something of the trip or of its cities is called so, be it several places."""
    try:
        visit_named(services, itinerary, said)
    except UnknownPlaceError:
        return _is_of_city(services, itinerary, said, kinds=True)
    except InputError:  # known, and not in the trip
        return True
    return True


def places_in(services: TravelServices, itinerary: Itinerary, text: str) -> tuple[str, ...]:
    """The runs of words that name one place of the trip's cities, the longest where they overlap.

    By the rules for names that travellers type (`tools.place_names.NameIndex.find`), so parts of
    names are among them ("Mutianyu"), and words that mean nothing by it.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    found: list[tuple[int, int]] = []
    for count in range(_MOST_WORDS, 0, -1):
        for first, last in zip(words, words[count - 1 :], strict=False):
            start, end = first[0], last[1]
            edges = {fold(text[slice(*first)]), fold(text[slice(*last)])}
            within = any(a <= start and end <= b for a, b in found)
            if (
                within
                or end - start < _SHORTEST
                or edges & _NO_EDGE
                or _PAUSE.search(text[start:end])
            ):
                continue
            if _is_of_city(services, itinerary, text[start:end]):
                found.append((start, end))
    return tuple(dict.fromkeys(text[start:end] for start, end in sorted(found)))


def _is_of_city(
    services: TravelServices, itinerary: Itinerary, said: str, *, kinds: bool = False
) -> bool:
    """Whether one place is called so, or (if `kinds`) is of that kind."""
    cities = cities_of_trip(itinerary)
    try:
        if kinds:
            place_in(services, cities, said)
        else:
            find_in(services, cities, said, guess=False)
    except AmbiguousPlaceError:
        return kinds
    except InputError:
        return False
    return True
