"""What stands of a trip that is said anew: with more cities, or other days in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tools.actions.as_wished import with_choices, without_outdated
from tools.actions.wishes import OF_NO_DATE, Resolved, resolve
from tools.arguments import PlanDays
from tools.childrens_rest import is_rest, rest_beside_pins
from tools.editing.core import hours_of, name_of, renumbered_request
from tools.outcome import Trip
from tools.place import City
from tools.planning.stays import with_stays
from tools.services import TravelServices
from tools.trip import Itinerary, TripRequest

_DATED = ("days", "days_each", "start_date", "end_date", "more_destinations")


def same_days_elsewhere(
    services: TravelServices, trip: Trip, city: City, said: PlanDays, wishes: PlanDays
) -> PlanDays:
    """The wishes with the days of the plan that stands, for who names another city alone.

    "Lisbon, I mean Lisbon" takes nothing back of when and how long. A trip through several cities
    says nothing of how long one is in another, nor does one that has begun.
    """
    if trip.itinerary is None or any(getattr(said, field) is not None for field in _DATED):
        return wishes
    before = trip.itinerary.request
    if before.stays or before.city.id == city.id or before.start < services.today(city):
        return wishes
    assumed = any(note.startswith(OF_NO_DATE) for note in trip.itinerary.notes)
    start = None if assumed else before.start.isoformat()
    return wishes.model_copy(update={"days": before.days, "start_date": start})


def leading_on(
    services: TravelServices,
    cities: Sequence[City],
    wishes: PlanDays,
    said: PlanDays,
    old: Itinerary,
) -> tuple[Resolved, PlanDays]:
    """The request of a trip that leads through the cities of an older one and through others.

    Its dates and where one sleeps stay unless others are said; places chosen, fixed and sent away
    and what is to stay free stay with the days of their city.

    Args:
        services: where to look.
        cities: all of the new trip's, in order.
        wishes: all that was said.
        said: what was said now.
        old: the plan that stands.

    Returns:
        The request, and the wishes with what of the older trip holds.

    Raises:
        MissingInformationError, InvalidRequestError: as `resolve`.
    """
    before = old.request
    resolved = resolve(services, cities, wishes, since=before.start)
    names = {"must_see": said.must_see, "avoid": said.avoid}
    undated = wishes.model_copy(update={**names, "start_date": None, "end_date": None})
    now = resolve(services, cities, undated, old).request
    request = with_choices(without_outdated(resolved.request, before, now), before)
    if wishes.lodging is None:
        request, wishes = _lodged_as(before, request, wishes)
    moved = renumbered_request(before, days_now(before, request))
    pins = tuple(pin for pin in moved.pins if pin.place_id not in request.avoid)
    free = (*(one for one in moved.free if not is_rest(before, one)), *request.free)
    request = rest_beside_pins(replace(request, pins=pins, hours=moved.hours, free=free))
    assumed = tuple(note for note in old.notes if note.startswith(OF_NO_DATE))
    same_start = request.start == before.start
    if same_start and not assumed and wishes.start_date is None:
        wishes = wishes.model_copy(update={"start_date": before.start.isoformat()})
    notes = (*assumed, *resolved.notes) if same_start else resolved.notes
    return replace(resolved, request=request, notes=notes), wishes


def _lodged_as(
    before: TripRequest, request: TripRequest, wishes: PlanDays
) -> tuple[TripRequest, PlanDays]:
    """The request and wishes with where one sleeps in the cities of an older trip."""
    known = {stay.city.id: stay for stay in before.all_stays if stay.lodging is not None}
    stays = [
        replace(stay, lodging=there.lodging, lodging_name=there.lodging_name)
        if (there := known.get(stay.city.id))
        else stay
        for stay in request.all_stays
    ]
    name = next((there.lodging_name for there in known.values()), None)
    return with_stays(request, stays), wishes.model_copy(update={"lodging": name})


def with_edits(request: TripRequest, old: TripRequest, said: PlanDays) -> TripRequest:
    """The request with what the old one holds of edits; what was said now wins.

    What was fixed to days, their hours and what is to stay free go along with the city's days.
    """
    moved = renumbered_request(old, days_now(old, request))
    hours = moved.hours
    if said.day_start is not None or said.day_end is not None:
        hours = tuple(one for own in hours for one in hours_of(own.day, own.named))
    with_them = replace(
        with_choices(request, old),
        pins=tuple(pin for pin in moved.pins if pin.place_id not in request.avoid),
        day_start=old.day_start if said.day_start is None else request.day_start,
        day_end=old.day_end
        if said.day_end is None and said.good_for_kids is None
        else request.day_end,
        hours=hours,
        free=(*moved.free, *(() if old.good_for_kids else request.free)),
    )
    return rest_beside_pins(with_them)


def days_now(old: TripRequest, new: TripRequest) -> dict[int, int]:
    """New 1-based numbers of the days that are left, by their old ones.

    The first day in a city stays its first, and so on; of a city that comes twice, the first stay
    is the first.
    """
    now = _days_in(new)
    return {day: now[place] for place, day in _days_in(old).items() if place in now}


def _days_in(request: TripRequest) -> dict[tuple[str, int, int], int]:
    """Each day's number, by its city, how often one was there before, and the day of that stay."""
    found: dict[tuple[str, int, int], int] = {}
    been: list[str] = []
    for stay in request.all_stays:
        for nth in range(stay.days):
            found[stay.city.id, been.count(stay.city.id), nth] = len(found) + 1
        been.append(stay.city.id)
    return found


def gone_with_days(services: TravelServices, old: Itinerary, new: TripRequest) -> tuple[str, ...]:
    """What was said of days that the trip no longer has, a sentence each."""
    request, left = old.request, days_now(old.request, new)
    told: list[str] = []
    for pin in request.pins:
        if pin.day is not None and pin.day not in left and pin.place_id not in new.avoid:
            name = name_of(old, pin.place_id, services.store.place)
            told.append(
                f"{name} is no longer fixed to a day: the one in {_city(request, pin.day)} is gone."
            )
    for free in request.free:
        if free.day is not None and free.day not in left and not is_rest(request, free):
            told.append(
                f"{free.start:%H:%M} to {free.end:%H:%M} was to stay free on a day in "
                f"{_city(request, free.day)} that is gone."
            )
    told += [
        f"The hours of a day in {_city(request, own.day)} that is gone went with it."
        for own in request.hours
        if any(own.named) and own.day not in left
    ]
    return tuple(told)


def _city(request: TripRequest, day: int) -> str:
    return request.stay_on(day).city.name
