"""Places that a trip does not hold yet, and days of it that are said by those of one city."""

from __future__ import annotations

from contextlib import suppress

from tools.actions.naming import cities_of_trip, find_in, place_in
from tools.actions.visits import Found, visit_for_day
from tools.errors import InputError, InvalidRequestError
from tools.place import Place
from tools.repeats import visited
from tools.services import TravelServices
from tools.trip import Itinerary


def day_there(itinerary: Itinerary, place: Place, day: int) -> tuple[int, tuple[str, ...]]:
    """The day of the trip that is meant for a place, and what there is to tell of it.

    "The Prado on our second day in Madrid" is no day 2 of a trip that begins in Seville: the same
    day of the stay in the place's city is, if there is one.

    Args:
        itinerary: the trip.
        place: of one of its cities.
        day: 1-based, of the trip, as it was understood.
    """
    request = itinerary.request
    if request.stay_on(day).city.id == place.city:
        return day, ()
    numbers = range(1, request.days + 1)
    of_stay = [number for number in numbers if request.stay_on(number).city.id == place.city]
    if not 1 <= day <= len(of_stay):
        return day, ()
    meant, city = of_stay[day - 1], request.stay_on(of_stay[day - 1]).city
    told = (
        f"Day {day} of the trip is spent in {request.stay_on(day).city.name}, so I took day {day} "
        f"in {city.name}, day {meant}."
    )
    return meant, (told,)


def new_place(services: TravelServices, itinerary: Itinerary, said: str, day: int | None) -> Place:
    """The place that comes, of the day's city first; for a kind, the foremost the trip lacks."""
    without = frozenset({*visited(itinerary), *itinerary.request.avoid})
    of_day, others = cities_of_trip(itinerary, day), cities_of_trip(itinerary)
    if day is not None:  # there it is looked for first
        with suppress(InputError):
            return place_in(services, of_day, said, without=without)
    return place_in(services, others, said, without=without)


def not_planned(services: TravelServices, itinerary: Itinerary, said: str) -> Place | None:
    """A place of the trip's cities that is not in the plan: it can be left out of later ones, too,
    and a must-see that found no room be taken off the wishes.
    """
    try:
        place = find_in(services, cities_of_trip(itinerary), said)
    except InputError:  # unknown, or several: none of them is the one wish
        return None
    return None if place.id in visited(itinerary) else place


def visit_or_absent(
    services: TravelServices, itinerary: Itinerary, said: str, day: int | None
) -> Found | None:
    """The visit as `visit_for_day` finds it; None for a known place that is not planned yet.

    "The mine has to be day 2 at 1pm": whether it was planned is not the traveller's worry.
    """
    try:
        return visit_for_day(services, itinerary, said, day)
    except InvalidRequestError:
        if not_planned(services, itinerary, said) is None:
            raise
        return None
