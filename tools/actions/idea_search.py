"""What a traveller may want to add, found while it is typed, or without a word said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tools.actions.kinds import category_named, kinds_begun, meal_named
from tools.actions.naming import cities_of_trip
from tools.errors import InvalidRequestError, UnknownPlaceError
from tools.names import fold, without_article
from tools.place import FOOD_CATEGORIES, Category, City, Interest, Place
from tools.planning.reasons import why_never
from tools.planning.score import sight_value
from tools.repeats import visited
from tools.services import TravelServices
from tools.trip import Itinerary

_MANY = 1000
"""Places from which on a city is not looked through, but asked by its index of words."""
_LOOKED_AT = 200
"""Places that such a question may bring before they are ranked, the most important."""
_SAME_NAME, _SAME_WORDS, _SAME_BEGINNING, _WITHIN = 200, 60, 45, 25
"""Points, to compare with importance: the query is a whole name; its first words; its first
letters; words of it."""
_KIND_SAID, _KIND_BEGUN, _OTHERWISE = 45, 20, -30
"""The query is a kind's or cuisine's whole word (who types "museum" wants the foremost, whatever
its name); the beginning of one; it needs an interest or several of these to fit."""
_TELLING = 3
"""Letters from which a word may be of a kind, a cuisine or an interest: one or two begin many."""
_MISSPELT = 4
"""Letters from which a query that brings nothing may be a misspelt name."""


@dataclass(frozen=True, slots=True)
class Match:
    """A place that may be meant."""

    place: Place
    planned_on: int | None
    """The 1-based day on which the trip holds it."""


def places_for_trip(
    services: TravelServices, itinerary: Itinerary, query: str, limit: int = 8
) -> tuple[Match, ...]:
    """Places of the trip's cities that fit what was typed so far, the best first.

    Each word has to begin a word of the place's names, of its kind ("church"), its cuisine, diets
    or interests; a meal's name brings what serves it. Case, accents and punctuation don't count.
    What bears the query as its name comes first; else what is important goes before what begins
    with it just so. Where nothing fits, names that are spelt alike do. Places in the plan come,
    too, with their day.

    Args:
        services: where to look.
        itinerary: the trip.
        query: as typed; without a letter or digit, the best for the trip's interests that no
            wish rules out and the plan lacks (to eat only where food is an interest).
        limit: at most so many, 1 or more.

    Raises:
        InvalidRequestError: a limit below 1.
    """
    if limit < 1:
        raise InvalidRequestError(f"A search has to ask for at least 1 place, not {limit}.")
    days = visited(itinerary)
    cities = cities_of_trip(itinerary)
    asked = without_article(fold(query))
    if asked:
        found = _ranked(services, cities, asked) or _misspelt(services, cities, asked)
    else:
        found = list(islice(_ideas(services, itinerary, days), limit))
    return tuple(Match(place, days.get(place.id)) for place in found[:limit])


def _ideas(
    services: TravelServices, itinerary: Itinerary, days: Mapping[str, int]
) -> Iterator[Place]:
    request = itinerary.request
    hungry = Interest.FOOD in request.interests
    places = [
        place
        for city in cities_of_trip(itinerary)
        for place in services.store.places(city.id)
        if place.id not in days and (hungry or not place.category.is_food)
    ]
    for place in sorted(places, key=lambda one: sight_value(one, request), reverse=True):
        if why_never(itinerary, place) is None:  # reads hours, so only as far as is asked for
            yield place


class _Query:
    """What was typed, folded, and the kinds that it may mean."""

    def __init__(self, asked: str) -> None:
        self.asked = asked
        self.words = asked.split()
        self.kinds = {word: _begun(word) for word in self.words}
        self._said, self._meal = category_named(asked), meal_named(asked)
        self.whole = FOOD_CATEGORIES if self._meal is not None else _begun(asked)

    def rank(self, place: Place) -> int | None:
        """Importance and how well it fits; None where it does not."""
        names = [fold(name) for name in place.names]
        cuisine = fold(place.cuisine)
        fits = [self._name(without_article(name)) for name in names]
        if self._meal is not None:
            fits.append(_KIND_SAID if self._meal in place.meals else None)
        elif self._said is place.category or self.asked == cuisine:
            fits.append(_KIND_SAID)
        elif place.category in self.whole or (self._tells and cuisine.startswith(self.asked)):
            fits.append(_KIND_BEGUN)
        best = max((fit for fit in fits if fit is not None), default=None)
        if best is None and self._together(place, [*names, cuisine]):
            best = _OTHERWISE
        return None if best is None else place.importance + best

    @property
    def _tells(self) -> bool:
        return len(self.asked) >= _TELLING

    def _name(self, name: str) -> int | None:
        if name == self.asked:
            return _SAME_NAME
        if name.startswith(self.asked):
            return _SAME_WORDS if name[len(self.asked)] == " " else _SAME_BEGINNING
        padded = f" {name}"
        return _WITHIN if all(f" {word}" in padded for word in self.words) else None

    def _together(self, place: Place, texts: Sequence[str]) -> bool:
        """Whether each word begins one of the place's, whatever of it that is."""
        names = f" {' '.join(texts)}"
        about = f" {fold(' '.join((*place.interests, *place.diets)))}"
        return all(
            f" {word}" in names
            or place.category in self.kinds[word]
            or (len(word) >= _TELLING and f" {word}" in about)
            for word in self.words
        )


def _begun(said: str) -> frozenset[Category]:
    return kinds_begun(said) if len(said) >= _TELLING else frozenset()


def _ranked(services: TravelServices, cities: Sequence[City], asked: str) -> list[Place]:
    query = _Query(asked)
    ranks: list[tuple[int, Place]] = []
    for city in cities:
        every = services.store.places(city.id)
        pool = every if len(every) <= _MANY else _indexed(services, city, query)
        ranks += [(rank, place) for place in pool if (rank := query.rank(place)) is not None]
    ranks.sort(key=lambda one: (-one[0], one[1].name))
    return [place for _, place in ranks]


def _indexed(services: TravelServices, city: City, query: _Query) -> Iterable[Place]:
    """All that could fit, by the index of words, which lacks most words for kinds."""
    search = services.store.search
    found = list(search(city=city.id, text=query.asked, limit=_LOOKED_AT))
    if query.whole:
        found += search(city=city.id, categories=query.whole, limit=_LOOKED_AT)
    for word, kinds in query.kinds.items():
        rest = " ".join(other for other in query.words if other != word)
        if kinds and rest:
            found += search(city=city.id, text=rest, categories=kinds, limit=_LOOKED_AT)
    return {place.id: place for place in found}.values()


def _misspelt(services: TravelServices, cities: Sequence[City], asked: str) -> list[Place]:
    """What was meant by a name that is written otherwise, or not quite right."""
    if len(asked) < _MISSPELT:
        return []
    found: dict[str, Place] = {}
    for city in cities:
        try:
            place = services.store.find_by_name(asked, city.id)
            found[place.id] = place
        except UnknownPlaceError as error:
            for name in error.suggestions:
                place = services.store.find_by_name(name, city.id)
                found[place.id] = place
    return list(found.values())
