"""Which imported places the catalogue has already, by name and distance.

The catalogue's facts were looked over by people, so its place stands and the imported one is left
out. How far apart the two may lie depends on how alike the names are: some coordinates in the
catalogue are a few hundred metres off, and a park's point may be anywhere in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from tools.names import fold, key_words, without_article
from tools.place import Category, Place
from tools.travel import great_circle_metres

SAME_NAME_METRES = 500
WIDE_METRES = 1500
"""With the same name, for what is wide itself."""
ALIKE_METRES = 250
WITHIN_METRES = 150
"""Where one name holds all words of the other: "Louvre" and "Musée du Louvre"."""
_ALIKE = 86
"""rapidfuzz similarity (0 to 100) of two spellings of a name."""
_WIDE = frozenset(
    {Category.PARK, Category.BEACH, Category.NEIGHBOURHOOD, Category.ZOO, Category.RUINS}
)
_FARTHEST_DEGREES = 0.02
"""Of latitude: over `WIDE_METRES`."""


@dataclass(frozen=True, slots=True)
class _Known:
    place: Place
    names: tuple[str, ...]
    words: tuple[frozenset[str], ...]


class CatalogueIndex:
    """The catalogue's places, by city.

    Args:
        places: all of them.
    """

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_city: dict[str, list[_Known]] = {}
        for place in places:
            self._by_city.setdefault(place.city, []).append(_known(place))

    def has(self, place: Place) -> bool:
        """Whether the catalogue has this place."""
        near = [
            known
            for known in self._by_city.get(place.city, ())
            if abs(known.place.coordinates.lat - place.coordinates.lat) < _FARTHEST_DEGREES
        ]
        if not near:
            return False
        own = _known(place)
        return any(_same(known, own) for known in near)


def _known(place: Place) -> _Known:
    folded = filter(None, map(fold, place.names))
    names = tuple(dict.fromkeys(map(without_article, folded)))
    return _Known(place, names, tuple(map(key_words, names)))


def _same(a: _Known, b: _Known) -> bool:
    metres = great_circle_metres(a.place.coordinates, b.place.coordinates)
    wide = a.place.category in _WIDE and b.place.category in _WIDE
    if metres > (WIDE_METRES if wide else SAME_NAME_METRES):
        return False
    if not set(a.words).isdisjoint(b.words):
        return True
    if a.place.category.is_food is not b.place.category.is_food:
        return False  # the museum's café is not the museum
    if metres <= WITHIN_METRES and any(x <= y or y <= x for x in a.words for y in b.words):
        return True
    return metres <= ALIKE_METRES and any(
        fuzz.token_sort_ratio(x, y) >= _ALIKE for x in a.names for y in b.names
    )
