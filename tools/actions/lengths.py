"""How long the trip is and which cities it leads through: longer, shorter, one more, one less."""

from __future__ import annotations

from dataclasses import replace

from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]

from tools import editing
from tools.actions import edits, saying
from tools.actions.edits import edited
from tools.actions.naming import (
    UncoveredCityError,
    cities_of_trip,
    city_named,
    planned_instead,
    sights_called,
)
from tools.actions.said_places import is_known
from tools.actions.trips import planner, planner_of, require_trip
from tools.actions.visits import check_day
from tools.arguments import AddCity, AddPlace, ExtendTrip, RemovePlace, ShortenTrip
from tools.editing import Edit
from tools.editing.core import days_in
from tools.errors import InputError, InvalidRequestError
from tools.names import fold, quote, without_article
from tools.outcome import Outcome, Trip
from tools.place import City, Coordinates
from tools.services import TravelServices
from tools.trip import Itinerary

USUAL_STAY = 2
"""Days in a city that was added without saying for how long."""


def extend_trip(services: TravelServices, trip: Trip, said: ExtendTrip) -> Outcome:
    """Makes the trip longer, in one of its cities or at its end."""
    itinerary = require_trip(trip)
    city = _city_said(services, itinerary, said.location)
    context = planner_of(services, itinerary)
    edit = editing.extend_trip(itinerary, context, said.days, city)
    return _of_new_length("longer", trip, edit)


def shorten_trip(services: TravelServices, trip: Trip, said: ShortenTrip) -> Outcome:
    """Makes the trip shorter, by some days or by one certain day."""
    itinerary = require_trip(trip)
    city = _city_said(services, itinerary, said.location)
    day = said.day
    if day is not None and city is not None:
        of_city = days_in(itinerary, city)
        if day not in of_city and 1 <= day <= len(of_city):
            day = of_city[day - 1]  # "the first day in Florence"
    if day is not None:
        check_day(itinerary, day)
    context = planner_of(services, itinerary)
    days = said.days if said.days is not None else 1
    edit = editing.shorten_trip(itinerary, context, days, day, city)
    return _of_new_length("shorter", trip, edit)


def add_city(services: TravelServices, trip: Trip, said: AddCity) -> Outcome:
    """Adds another city at the trip's end; to the one where it ends, the days that were said.

    A place of the trip's cities that nobody knows for a city is added as such.
    """
    itinerary = require_trip(trip)
    if _is_place(services, itinerary, said.city):
        return edits.add_place(services, trip, AddPlace(place=said.city))
    city = city_named(services, said.city)
    if city.id == itinerary.request.all_stays[-1].city.id and said.days is not None:
        return extend_trip(services, trip, ExtendTrip(days=said.days, location=said.city))
    context = planner(services, (*cities_of_trip(itinerary), city))
    days = said.days if said.days is not None else USUAL_STAY
    edit = editing.add_city(itinerary, context, city, days)
    if note := planned_instead(services, said.city, city):
        notes = (*edit.itinerary.notes, note)
        edit = replace(edit, itinerary=replace(edit.itinerary, notes=notes))
    facts = {"city": city.name, "days": saying.days(days)}
    return saying.outcome("city_added", edited(trip, edit), facts, edit.changes)


def _is_place(services: TravelServices, itinerary: Itinerary, said: str) -> bool:
    """Whether a place of the trip's cities is meant, and no city: one called so, or known by a part
    of its name where no other city than the trip's own is found by that.
    """
    if sights_called(services, itinerary, said):
        return True
    try:
        city = city_named(services, said)
    except UncoveredCityError:
        return False
    except InputError:
        return is_known(services, itinerary, said)
    # "Retiro" is a quarter of Madrid
    quarter = city in cities_of_trip(itinerary) and city_of_trip(services, itinerary, said) is None
    return quarter and is_known(services, itinerary, said)


def remove_city(services: TravelServices, trip: Trip, city: City) -> Outcome:
    """Takes a city out of a trip of several."""
    itinerary = require_trip(trip)
    context = planner_of(services, itinerary)
    edit = editing.remove_city(itinerary, context, city.id)
    facts = {"city": city.name, "days": saying.days(len(edit.itinerary.days))}
    return saying.outcome("city_removed", edited(trip, edit), facts, edit.changes)


def remove_place(services: TravelServices, trip: Trip, said: RemovePlace) -> Outcome:
    """Takes a place out of the trip, or a whole city of several."""
    city = city_of_trip(services, require_trip(trip), said.place)
    if city is not None:
        return remove_city(services, trip, city)
    return edits.remove_place(services, trip, said)


def city_of_trip(services: TravelServices, itinerary: Itinerary, said: str) -> City | None:
    """The city of the trip that a name means, in whatever language; None where it means none."""
    cities = cities_of_trip(itinerary)
    words = without_article(fold(said)).removeprefix("city of ")
    for city in cities:
        if fold(city.name) == words:
            return city
    location = services.geocoder.geocode(words)  # "Firenze"
    if location is None:
        return None
    assert isinstance(location, Location)  # one was asked for
    name = fold(str(location.raw["name"]))
    found = services.store.city_near(Coordinates(location.latitude, location.longitude))
    # "Belém" is near Lisbon and is not Lisbon
    return next((c for c in cities if found and c.id == found.id and fold(c.name) == name), None)


def city_meant(services: TravelServices, itinerary: Itinerary, said: str) -> City | None:
    """The trip's city that is named, in its own language or among other words; None for another."""
    words = without_article(fold(said))
    for city in cities_of_trip(itinerary):
        if fold(city.name) == words or fold(city.name) in words.split():
            return city
    return city_of_trip(services, itinerary, said)


def _city_said(services: TravelServices, itinerary: Itinerary, said: str | None) -> str | None:
    """The id of the city that was named.

    Raises:
        InvalidRequestError: the trip does not lead there.
    """
    if said is None:
        return None
    if (meant := city_meant(services, itinerary, said)) is not None:
        return meant.id
    names = " and ".join(city.name for city in cities_of_trip(itinerary))
    raise InvalidRequestError(f"The trip does not lead to {quote(said)}; it leads to {names}.")


def _of_new_length(situation: str, trip: Trip, edit: Edit) -> Outcome:
    count = len(edit.itinerary.days)
    start = edit.itinerary.request.start.isoformat() if trip.wishes.start_date else None
    changed = edited(trip, edit, end_date=None, start_date=start)
    return saying.outcome(situation, changed, {"days": saying.days(count)}, edit.changes)
