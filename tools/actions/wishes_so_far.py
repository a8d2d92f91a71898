"""All that was wished for a trip, with what was said last, and the cities that it leads to."""

from __future__ import annotations

from contextlib import suppress

from tools.actions.naming import UncoveredCityError, city_named, sights_called
from tools.actions.said_anew import same_days_elsewhere
from tools.actions.stays import check_shares, cities_of
from tools.actions.wishes import check_wishes, merge, resolve
from tools.arguments import PlanDays
from tools.errors import (
    AmbiguousPlaceError,
    InputError,
    MissingInformationError,
    UnknownPlaceError,
)
from tools.outcome import Trip
from tools.place import City, Place
from tools.services import TravelServices

CITIES = ("destination", "more_destinations")
_OF_CITIES = (*CITIES, "days_each")
_LENGTHS = ("days", "days_each", "end_date")
_MOST_MUST_SEES = 5


def wished(services: TravelServices, trip: Trip, said: PlanDays) -> tuple[PlanDays, list[City]]:
    """All wishes so far, and the cities that they lead to; no city where none was named.

    Raises:
        InputError: as `tools.actions.naming.city_named`, `tools.actions.wishes.check_wishes` and
            `tools.actions.stays.check_shares`.
    """
    check_wishes(services, said)
    city = _city(services, trip, said)
    if city is None:
        return merge(trip.wishes, said, other_city=False), []
    another = is_another(trip, city)
    wishes = merge(trip.wishes, said, other_city=another)
    if another:
        wishes = same_days_elsewhere(services, trip, city, said, wishes)
    wishes = check_shares(wishes.model_copy(update={"destination": city.name}))
    return wishes, list(cities_of(services, wishes, city))


def is_another(trip: Trip, city: City) -> bool:
    """Whether the wishes so far lead to another city first."""
    before = trip.wishes.destination
    return before is not None and before != city.name


def kept(services: TravelServices, trip: Trip, said: PlanDays) -> PlanDays | None:
    """The wishes that are kept of a plan which can't be made, to be asked for the rest.

    Returns:
        Those besides the cities, where one of these is not known; else those without the one that
        can't be taken; None where more can't.
    """
    try:
        wished(services, trip, said)
    except (UnknownPlaceError, AmbiguousPlaceError):
        with suppress(InputError):
            return wished(services, trip, said.model_copy(update=dict.fromkeys(_OF_CITIES)))[0]
        return None
    except InputError:
        pass
    fields = [field for field, value in said if value is not None and field not in CITIES]
    # without its length a trip is asked about before anything else of it is read
    for field in sorted(fields, key=_LENGTHS.__contains__):
        with suppress(InputError):
            wishes, cities = wished(services, trip, said.model_copy(update={field: None}))
            if cities:
                with suppress(MissingInformationError):
                    resolve(services, cities, wishes)
            return wishes
    return None


def led_by_a_sight(
    services: TravelServices, trip: Trip, said: PlanDays
) -> tuple[PlanDays, Place | None]:
    """What was said with the city of a sight that was named as the destination.

    Args:
        services: where to look.
        trip: as it stands; it is not given up for another because of a sight.
        said: as it came.

    Returns:
        The sight is one of the must-sees then, of the trip that stands or of one to its city. As it
        was, and None, where the destination is a city, nobody knows it, or several cities have a
        place called so.
    """
    name, standing = said.destination, trip.itinerary
    # "the Pantheon" of a trip to Rome is no quarter of Paris
    if name is None or (standing is None and not _is_no_city(services, name)):
        return said, None
    sights = sights_called(services, standing, name)
    if len({sight.city for sight in sights}) != 1:
        return said, None
    sight = sights[0]
    destination = services.store.city(sight.city).name if standing is None else None
    must_see = [*dict.fromkeys((sight.name, *(said.must_see or ())))][:_MOST_MUST_SEES]
    return said.model_copy(update={"destination": destination, "must_see": must_see}), sight


def _is_no_city(services: TravelServices, name: str) -> bool:
    """Whether nothing is known that is a city called so, be there places of it or not."""
    try:
        city_named(services, name)
    except (UncoveredCityError, AmbiguousPlaceError):
        return False
    except InputError:
        return True
    return False


def _city(services: TravelServices, trip: Trip, said: PlanDays) -> City | None:
    if said.destination is not None:
        return city_named(services, said.destination)
    # a city just named, for which days are still missing, comes before that of the old plan
    if trip.wishes.destination is not None:
        return city_named(services, trip.wishes.destination)
    return None if trip.itinerary is None else trip.itinerary.request.city
