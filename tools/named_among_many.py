"""Which place a traveller means in a city of thousands, found by index instead of from memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tools.names import fold, key_words
from tools.place import City, Place
from tools.place_file import PlaceFile
from tools.place_names import NameIndex, readings, spellings, without_kind


def find_among_many(files: Sequence[PlaceFile], name: str, city: City) -> Place:
    """By the same rules as in a small city, over those places that could come into question.

    Every rule of `NameIndex.find` takes only names that hold the words said, be it without those of
    the city or the kind, or written out; so an index over these places finds what one over all
    would.

    Args:
        files: to be searched.
        name: as the traveller said it.
        city: whose places.

    Raises:
        InputError: as `NameIndex.find`.
    """
    said = spellings(name)
    some: dict[str, Place] = {}
    for words in said:
        some = some or _bearing(files, words, city)
    if said and not some:
        some = _by_id(file.spelt_like(city.id, said[0]) for file in files)
    by_rank = sorted(some.values(), key=lambda place: (-place.importance, place.name))
    return NameIndex(city, by_rank).find(name)


def _bearing(files: Sequence[PlaceFile], words: frozenset[str], city: City) -> dict[str, Place]:
    """Those that bear the words, by id; what bears them whole comes before what only holds them."""
    ways = [said for said in readings(words, key_words(fold(city.name))) if said]
    some = _by_id(file.bearing(city.id, words) for file in files)
    for bare in ways[1:] or ways:
        if not some:
            some = _by_id(file.bearing(city.id, bare) for file in files)
            some |= _by_id(file.named(city.id, bare) for file in files)
    if not some:
        less = {b for said in ways for b, _ in without_kind(said)}
        some = _by_id(file.bearing(city.id, b) for file in files for b in less)
    return some


def _by_id(found: Iterable[Iterable[Place]]) -> dict[str, Place]:
    return {place.id: place for places in found for place in places}
