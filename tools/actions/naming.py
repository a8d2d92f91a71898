"""What the names in a call mean: a city, a place of the store, a visit of the trip."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]

from tools.actions.kinds import called_so, category_named, kind_word, meant_by_kind
from tools.cuisines import near_kinds
from tools.errors import AmbiguousPlaceError, InputError, UnknownPlaceError
from tools.geocoding.offline import resolve_city, town_locations
from tools.names import did_you_mean, fold, quote, without_article
from tools.place import City, Coordinates, Place
from tools.place_names import named_in_full
from tools.services import TravelServices
from tools.travel import great_circle_metres
from tools.trip import Itinerary

_SUBURB = 100_000
"""People; a smaller namesake near a city of the store is not preferred to others."""
_WITHIN_KM = 60.0
"""From a destination's centre: how far a city may lie that stands for it."""
_MUCH_BETTER_KNOWN = 30
"""Points of importance by which a place has to lead to be meant by its name without the kind where
that is in other names, too: "Vasa" is the museum, not Gustaf Vasa Church."""
_BETTER_KNOWN, _BY_FAR = 20, 50
"""The same where its name begins with the words: by the first the others' names begin otherwise
("Frida" is her museum, not the house of Diego Rivera and Frida Kahlo), or they lie beside it."""
_BESIDE_METRES = 200
_OWN_WORD = 4
"""Letters that a word of such a beginning has at least."""
_KINDS_IN_NAMES = frozenset(
    {
        "bath", "center", "centre", "gate", "hall", "hill", "house", "island", "lake", "library",
        "mount", "river", "road", "station", "street",
    }
)  # fmt: skip
"""Beside the words for kinds of the store's: "Gellért" may be meant for Gellért Hill."""
_GENERAL = frozenset(
    {
        "big", "central", "city", "east", "grand", "great", "high", "holy", "imperial", "little",
        "lower", "main", "modern", "national", "new", "north", "old", "public", "royal", "saint",
        "san", "santa", "small", "south", "st", "state", "town", "upper", "west", "white",
    }
)  # fmt: skip
"""One of these alone is no name: "the royal" may be any of a city's palaces and theatres."""
_LOOSE_WORDS = frozenset(
    {
        "visit", "stop", "tour", "trip", "place", "spot", "restaurant", "walk", "evening",
        "morning", "afternoon", "time", "again",
    }
)  # fmt: skip


_REPEATED = re.compile(r"(\w+)(?:[\s,!.]+\1)+", re.IGNORECASE)
"""A name called several times: "Lima Lima Lima!"."""


class UncoveredCityError(UnknownPlaceError):
    """A real city that the store has no places of; `suggestions` are the nearest that it has."""

    def __init__(self, city: str, nearest: tuple[str, ...]) -> None:
        super().__init__(
            f"I have no places for {city} yet; the nearest cities that I know are "
            f"{' and '.join(nearest)}.",
            nearest,
        )
        self.city = city


def city_named(services: TravelServices, said: str) -> City:
    """The city of the store that a traveller means.

    For a destination that is no city ("Tuscany"): the first of its towns that the store knows,
    else one within it, no farther than `_WITHIN_KM` from its centre.

    Raises:
        AmbiguousPlaceError: namesakes; none of them is in the store.
        UncoveredCityError: a city or destination that the store has no places of.
        UnknownPlaceError: no such city; close names are the suggestions.
        InvalidRequestError: no letter or digit.
    """
    store = services.store
    try:
        return store.city(without_article(fold(said)) or said)
    except UnknownPlaceError as error:
        of_store = error.suggestions
    if (called := _REPEATED.fullmatch(said.strip(" .,!"))) is not None:
        return city_named(services, called[1])
    try:
        location = city_location(services, said)
    except UnknownPlaceError as error:
        # the store's own cities first: one of them was more likely meant
        close = tuple(dict.fromkeys((*of_store, *error.suggestions)))
        told = f"I know no city {quote(said)}.{did_you_mean(of_store)}" if of_store else str(error)
        raise UnknownPlaceError(told, close) from error
    point = Coordinates(location.latitude, location.longitude)
    if location.raw.get("towns"):  # a destination such as Tuscany; its own point is no town's
        found = _city_of_destination(services, location)
    else:
        found = store.city_near(point) or services.cover(location)
    if found is not None:
        return found
    by_distance = sorted(
        store.cities(), key=lambda city: great_circle_metres(point, city.coordinates)
    )
    raise UncoveredCityError(
        str(location.raw["name"]), tuple(city.name for city in by_distance[:2])
    )


def is_covered(services: TravelServices, said: str) -> bool:
    """Whether one city is called so, and the store has places of it."""
    try:
        city_named(services, said)
    except InputError:
        return False
    return True


def sights_called(
    services: TravelServices, itinerary: Itinerary | None, said: str
) -> tuple[Place, ...]:
    """The places of a trip's cities (of any city, where there is no trip) that are called so in
    full; none for what the store knows for a city.
    """
    if fold(said) in {fold(city.name) for city in services.store.cities()}:
        return ()
    found = services.store.named(said)
    if itinerary is None:
        return found
    here = {city.id for city in cities_of_trip(itinerary)}
    return tuple(place for place in found if place.city in here)


def planned_instead(services: TravelServices, said: str, city: City) -> str | None:
    """What a traveller has to be told who named a destination and gets a plan of a city of it.

    Args:
        services: where to look.
        said: as `city_named` was asked.
        city: what it answered.

    Returns:
        A sentence for the trip's notes; None where a city was named.
    """
    if fold(said) == fold(city.name):
        return None
    try:
        location = city_location(services, said)
    except InputError:
        return None
    if not location.raw.get("towns") or fold(str(location.raw["name"])) == fold(city.name):
        return None
    return f"{location.raw['name']} is no city; this plan is of {city.name}, from where to see it."


def _city_of_destination(services: TravelServices, location: Location) -> City | None:
    """The city to plan a destination from: its towns in turn, then what lies close inside."""
    store, raw = services.store, location.raw
    centre = Coordinates(location.latitude, location.longitude)
    towns = town_locations(location, services.geocoder)
    for town in towns:
        near = store.city_near(Coordinates(town.latitude, town.longitude))
        if near is not None:
            return near
    inside = store.city_near(centre, max_km=min(float(raw["radius_km"]), _WITHIN_KM))
    if inside is not None:
        return inside
    # only the main one from the network: each costs its service a search of a whole town
    return services.cover(towns[0]) if towns else None


def city_location(services: TravelServices, said: str) -> Location:
    """Where the city lies that a traveller means; cities of the store before their namesakes.

    Raises:
        InputError: as `tools.geocoding.offline.resolve_city`.
    """
    centres = [city.coordinates for city in services.store.cities()]
    location = resolve_city(said, services.geocoder, prefer=centres)
    if location.raw["population"] < _SUBURB:
        # "Springfield" is also a suburb of New York, and hardly that one is meant
        return resolve_city(said, services.geocoder)
    return location


def place_named(
    services: TravelServices, city: City, said: str, *, without: frozenset[str] = frozenset()
) -> Place:
    """A place of the city by its name, or for a kind ("a museum", "ramen") the foremost one.

    Args:
        services: where to look.
        city: whose places.
        said: as the traveller said it.
        without: ids of places that a kind does not mean (those that the trip holds).

    Raises:
        AmbiguousPlaceError: several places fit equally well.
        UnknownPlaceError: none fits; close names are the suggestions.
        InvalidRequestError: no letter or digit.
    """
    if (category := category_named(said)) is not None:
        of_kind = services.store.places(city.id, categories=(category,))
        for place in (*called_so(said, of_kind), *of_kind):
            if place.id not in without:
                return place
    try:
        return services.store.find_by_name(said, city.id)
    except UnknownPlaceError:
        words = bare(said)
        for kind in near_kinds(words):  # of what was said itself before what is near it
            for place in services.store.search(city=city.id, cuisine=kind):
                if place.id not in without:
                    return place
        raise


def find_in(
    services: TravelServices, cities: Sequence[City], said: str, *, guess: bool = True
) -> Place:
    """The place of that name in one of the cities.

    Where several know one, it is the one called so in full, of the first city that has such, else
    the foremost: "the Accademia" of a trip to Rome and Florence is the gallery in Florence, not
    the hall of the Accademia Nazionale di Santa Cecilia.

    Args:
        services: where to look.
        cities: all that it may be in.
        said: as the traveller said it.
        guess: whether of several that fit one may be meant for being much better known.

    Raises:
        AmbiguousPlaceError: several fit in a city, and none in full in another.
        UnknownPlaceError: none of the cities has it.
    """
    found: list[Place] = []
    first: InputError | None = None
    for city in cities:
        try:
            found.append(services.store.find_by_name(said, city.id))
        except InputError as error:
            if guess and (known := _much_better_known(services, city, said, error)) is not None:
                found.append(known)
            elif not isinstance(first, AmbiguousPlaceError) and (
                first is None or isinstance(error, AmbiguousPlaceError)
            ):
                first = error
    if found:
        in_full = named_in_full(found, said)
        return in_full[0] if in_full else max(found, key=lambda place: place.importance)
    assert first is not None
    raise first


def _much_better_known(
    services: TravelServices, city: City, said: str, error: InputError
) -> Place | None:
    """The candidate that leads the others by far and whose name begins with the words."""
    if not isinstance(error, AmbiguousPlaceError):
        return None
    candidates = [services.store.find_by_name(name, city.id) for name in error.candidates]
    best, *others = sorted(candidates, key=lambda place: -place.importance)
    words = without_article(fold(said)).split()
    if not others or (len(words) == 1 and words[0] in _GENERAL):
        return None
    names = [without_article(fold(name)) for name in best.names]
    ahead = best.importance - others[0].importance
    if ahead >= _MUCH_BETTER_KNOWN and any(_is_but_for_kind(name, words) for name in names):
        return best
    if not _begins(best, words) or max(map(len, words)) < _OWN_WORD:
        return None
    apart = (great_circle_metres(best.coordinates, other.coordinates) for other in others)
    alone = all(
        metres <= _BESIDE_METRES or not _begins(other, words)
        for metres, other in zip(apart, others, strict=True)
    )
    return best if ahead >= (_BETTER_KNOWN if alone else _BY_FAR) else None


def _begins(place: Place, words: list[str]) -> bool:
    return any(without_article(fold(n)).split()[: len(words)] == words for n in place.names)


def _is_but_for_kind(name: str, words: list[str]) -> bool:
    """Whether a folded name is the words and behind them only what kind of thing it is."""
    own = name.split()
    return own[: len(words)] == words and all(
        category_named(word) is not None or kind_word(word) in _KINDS_IN_NAMES
        for word in own[len(words) :]
    )


def place_in(
    services: TravelServices,
    cities: Sequence[City],
    said: str,
    *,
    without: frozenset[str] = frozenset(),
) -> Place:
    """A place of one of the cities: by its name as `find_in` tells or as "the cathedral" does, else
    of the first of them that has something of the kind.

    Raises:
        InputError: as `place_named`, of the first city.
    """
    if category_named(said) is None:
        with suppress(InputError):
            return find_in(services, cities, said)
    elif (meant := meant_by_kind(said, places_of(services, cities))) is not None:
        return meant
    first: InputError | None = None
    for city in cities:
        try:
            return place_named(services, city, said, without=without)
        except InputError as error:
            first = first or error
    assert first is not None
    raise first


def cities_of_trip(itinerary: Itinerary, day: int | None = None) -> tuple[City, ...]:
    """The trip's cities, each once; with a day that it has, that day's city alone."""
    request = itinerary.request
    if day is not None and 1 <= day <= request.days:
        return (request.stay_on(day).city,)
    return tuple({city.id: city for city in request.cities}.values())


def places_of(services: TravelServices, cities: Sequence[City]) -> list[Place]:
    """The places of the cities, one city after another."""
    return [place for city in cities for place in services.store.places(city.id)]


def bare(said: str) -> str:
    """A folded name without the words that say nothing of which place is meant."""
    return " ".join(w for w in without_article(fold(said)).split() if w not in _LOOSE_WORDS)
