"""`geocode`, `find_places` and `export_trip`: nothing of the trip changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial

from tools.actions import saying
from tools.actions.kinds import plural
from tools.actions.naming import (
    UncoveredCityError,
    cities_of_trip,
    city_location,
    city_named,
    place_in,
    place_named,
)
from tools.actions.trips import require_trip
from tools.arguments import ExportTrip, FindPlaces, Geocode
from tools.cuisines import near_kinds, of_near_kinds, usual_kitchens
from tools.date_words import ORDINALS, TRIP_DAY
from tools.dates import resolve_moment
from tools.errors import (
    AmbiguousPlaceError,
    InputError,
    InvalidRequestError,
    UnknownPlaceError,
)
from tools.export import export
from tools.names import fold, listed, one_of, quote
from tools.outcome import Outcome, Trip
from tools.place import City, Coordinates, Place
from tools.place_names import named_in_full
from tools.services import TravelServices
from tools.times import NUMBERS
from tools.travel import great_circle_metres
from tools.trip import Itinerary

MOST_PLACES = 12
"""Places that a search shows."""
_OF_A_DIET = 1000
"""Places that are looked at for one that serves a diet."""


def geocode(services: TravelServices, trip: Trip, said: Geocode) -> Outcome:
    """Where a city, or a place of any city that is known, lies.

    Raises:
        InputError: no such name, or several fit.
    """
    here = _cities(services, trip)
    # a sight of the city one talks of before a city somewhere: "Belém", "the Alhambra"
    known_city = fold(said.query) in {fold(city.name) for city in here}
    if trip.itinerary is not None and not known_city:
        place = place_of(services, here[0], said.query)
        if place is not None:
            return _located_place(services, trip, here[0], place)
    try:
        location = city_location(services, said.query)
    except AmbiguousPlaceError:
        raise
    except InputError:
        city_of = {city.id: city for city in here}
        found = [(city_of[place.city], place) for place in services.store.named(said.query)]
        if not found:
            raise
        if len(found) > 1:
            options = tuple(f"{place.name}, {city.name}" for city, place in found)
            raise several(said.query, options) from None
        return _located_place(services, trip, *found[0])
    facts = {
        "name": str(location.raw["name"]),
        "country": str(location.raw["country"]),
        "lat": f"{location.latitude:.4f}",
        "lon": f"{location.longitude:.4f}",
    }
    return saying.outcome("located", trip, dict(facts))


def find_places(services: TravelServices, trip: Trip, said: FindPlaces) -> Outcome:
    """Places to see, eat or drink that fit all that was said.

    Raises:
        InputError: an unknown city or place, or an hour that can't be read.
    """
    where = _city_of(services, trip, said.location)
    if where is None:
        return saying.outcome("need_destination", trip)
    city, near = where
    categories = tuple(dict.fromkeys(said.categories or ()))
    at = None if said.open_at is None else moment(services, trip, city, said.open_at)
    if said.near is not None:
        city, near = _beside(services, trip, city, said)

    def search(cuisine: str = "", limit: int = MOST_PLACES) -> tuple[Place, ...]:
        return services.store.search(
            city=city.id,
            categories=categories,
            free_entry=said.free_entry,
            good_for_kids=said.good_for_kids,
            step_free=said.step_free,
            cuisine=cuisine,
            open_at=at,
            near=near,
            limit=limit,
        )

    kind, notes = plural(categories), tuple[str, ...]()
    if said.cuisine:
        found, cuisine, notes = _of_cuisine(said.cuisine, search, partial(_rank, near))
        kind = f"{cuisine} {kind}"
    else:
        found = search()
    if said.near is not None:
        found = tuple(place for place in found if place.coordinates != near)
    if not found:
        return saying.outcome("found_none", trip, {"category": kind, "city": city.name})
    names: list[str | None] = [place.name for place in found[:3]]
    names += [None] * (3 - len(names))
    facts = {
        "n": str(len(found)),
        "category": kind,
        "city": city.name,
        "a": names[0],
        "b": names[1],
        "c": names[2],
    }
    return replace(saying.outcome("found", trip, facts), places=found, notes=notes)


def _of_cuisine(
    said: str, search: Callable[..., tuple[Place, ...]], rank: Callable[[Place], tuple[float, str]]
) -> tuple[tuple[Place, ...], str, tuple[str, ...]]:
    """The places of a cuisine; of a dish that none is known for those of its usual kitchens.

    Returns:
        The places, of what they are in words, and what there is to tell of them.
    """
    found = of_near_kinds(said, search, lambda: search(limit=_OF_A_DIET), rank)
    if found:
        return found[:MOST_PLACES], said, ()
    usual = {
        kitchen: {place for kind in near_kinds(kitchen) for place in search(kind)}
        for kitchen in usual_kitchens(said)
    }
    kitchens = [kitchen for kitchen, places in usual.items() if places]
    if not kitchens:
        return (), said, ()
    found = tuple(sorted({p for places in usual.values() for p in places}, key=rank))
    told = f"I know of none of them that it has {said}, but such kitchens usually do."
    return found[:MOST_PLACES], listed(kitchens), (told,)


def _rank(near: Coordinates | None, place: Place) -> tuple[float, str]:
    """The order of `PlaceStore.search`."""
    if near is None:
        return -place.importance, place.name
    return great_circle_metres(near, place.coordinates), place.name


def export_trip(services: TravelServices, trip: Trip, said: ExportTrip) -> Outcome:
    """The trip as a file.

    Raises:
        InputError: there is no trip yet.
    """
    made = export(require_trip(trip), said.format)
    words = {"markdown": "text", "ics": "calendar", "geojson": "map", "json": "JSON"}
    facts: dict[str, str | None] = {"format": words[said.format], "file": made.filename}
    return replace(saying.outcome("exported", trip, facts), export=made)


def several(said: str, options: tuple[str, ...]) -> AmbiguousPlaceError:
    """The error for a name that more than one place bears."""
    return AmbiguousPlaceError(f"{quote(said)} could be {one_of(options)}.", options)


def _cities(services: TravelServices, trip: Trip) -> list[City]:
    """The store's cities, the trip's first."""
    cities = list(services.store.cities())
    if trip.itinerary is not None:
        of_trip = [city.id for city in trip.itinerary.request.cities]
        cities.sort(key=lambda c: of_trip.index(c.id) if c.id in of_trip else len(of_trip))
    return cities


def days_in(itinerary: Itinerary, city: City) -> list[date]:
    """The trip's dates in a city."""
    request = itinerary.request
    numbered = enumerate(request.dates, start=1)
    return [on for day, on in numbered if request.stay_on(day).city.id == city.id]


def place_of(services: TravelServices, city: City, said: str) -> Place | None:
    """The place of that name in the city, if it is just one."""
    try:
        return services.store.find_by_name(said, city.id)
    except (UnknownPlaceError, InvalidRequestError, AmbiguousPlaceError):
        return None


def _located_place(services: TravelServices, trip: Trip, city: City, place: Place) -> Outcome:
    facts: dict[str, str | None] = {
        "name": f"{place.name}, {city.name}",
        "country": services.geocoder.gazetteer.region_name((city.country, "")),
        "lat": f"{place.coordinates.lat:.4f}",
        "lon": f"{place.coordinates.lon:.4f}",
    }
    return replace(saying.outcome("located", trip, facts), places=(place,))


def _city_of(
    services: TravelServices, trip: Trip, location: str | None
) -> tuple[City, Coordinates | None] | None:
    """The city, and where in it a quarter or sight lies that was named instead ("in Alfama")."""
    of_trip = trip.itinerary.request.city if trip.itinerary is not None else None
    said = location or (trip.wishes.destination if of_trip is None else None)
    if said is None:
        return None if of_trip is None else (of_trip, None)
    try:
        city = city_named(services, said)
    except UncoveredCityError:
        raise
    except (UnknownPlaceError, AmbiguousPlaceError):
        there = () if trip.itinerary is None else cities_of_trip(trip.itinerary)
        found = ((one, place_of(services, one, said)) for one in there)
        of_place = next(((one, place) for one, place in found if place is not None), None)
        if of_place is None:
            raise
        return of_place[0], of_place[1].coordinates
    # the gazetteer knows some quarters, too: "Montmartre" is found as a part of Paris
    quarter = named_in_full(services.store.places(city.id), said)
    return city, quarter[0].coordinates if len(quarter) == 1 else None


def _beside(
    services: TravelServices, trip: Trip, city: City, said: FindPlaces
) -> tuple[City, Coordinates]:
    """Where the place lies near which is looked, and its city: any of the trip's, if none was said.

    Raises:
        InputError: as `tools.actions.naming.place_named`.
    """
    assert said.near is not None
    if said.location is not None or trip.itinerary is None:
        return city, place_named(services, city, said.near).coordinates
    of_trip = cities_of_trip(trip.itinerary)
    place = place_in(services, of_trip, said.near)
    return next(one for one in of_trip if one.id == place.city), place.coordinates


def moment(services: TravelServices, trip: Trip, city: City, said: str) -> datetime:
    """The hour meant: of the trip's days, if it is to this city and yet to come, else of today."""
    now = services.now(city)
    itinerary = trip.itinerary
    if itinerary is not None and (there := days_in(itinerary, city)):
        start = there[0]
        if start > now.date():
            now = now.replace(year=start.year, month=start.month, day=start.day)
            # "Friday" of a trip that starts on a Friday is its first day
            if said.casefold().removeprefix("on ").strip()[:3] == f"{start:%a}".casefold():
                said = f"this {said.casefold().removeprefix('on ').strip()}"
    at = resolve_moment(said, now)
    if at is None:
        raise InvalidRequestError(
            f'I could not read {quote(said)} as a day or hour; right would be "Sunday evening".'
        )
    return at


def trip_day(trip: Trip, said: str) -> date | None:
    """The date of "day 2" or "the last day" of the trip."""
    match = TRIP_DAY.fullmatch(fold(said).removeprefix("on "))
    if match is None or trip.itinerary is None:
        return None
    n = match["n"]
    number = ORDINALS[match["word"]] if n is None else NUMBERS.get(n) or int(n)
    days = trip.itinerary.days
    if number > len(days) or number == 0:
        raise InvalidRequestError(f"The trip has days 1 to {len(days)}.")
    return days[number - 1 if number > 0 else -1].date


def place_anywhere(services: TravelServices, trip: Trip, said: str) -> tuple[City, Place]:
    """The place meant: of the trip, of its city, else the one of that name in any city."""
    itinerary = trip.itinerary
    unknown: InputError = UnknownPlaceError(f"I know no place {quote(said)}.", ())
    if itinerary is not None:
        of_trip = cities_of_trip(itinerary)
        try:
            place = place_in(services, of_trip, said)
            return next(c for c in of_trip if c.id == place.city), place
        except UnknownPlaceError as error:
            unknown = error
    city_of = {city.id: city for city in services.store.cities()}
    found = [(city_of[p.city], p) for p in services.store.named(said)]
    if not found:  # a part of its name, if only one place anywhere has it
        parts = ((c, place_of(services, c, said)) for c in city_of.values())
        found = [(c, p) for c, p in parts if p is not None]
    if not found:
        raise unknown
    if len(found) > 1:
        options = tuple(f"{place.name}, {city.name}" for city, place in found)
        raise several(said, options)
    return found[0]
