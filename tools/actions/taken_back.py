"""What is different after going back to another version of a trip, or forth: of what was asked."""

from __future__ import annotations

from collections.abc import Iterator

from tools.actions import saying
from tools.actions.kinds import plural
from tools.actions.party import party_of, told
from tools.editing.changes import describe
from tools.editing.core import name_of, wished_for
from tools.editing.places import fixed_to
from tools.names import listed
from tools.place import Category
from tools.services import TravelServices
from tools.trip import Itinerary, Money, TripRequest

_MOST = 4
"""Sentences; a version that differs in more is told by the first of them."""


def what_came_back(services: TravelServices, was: Itinerary, now: Itinerary) -> tuple[str, ...]:
    """How it is now, a sentence for each thing that was asked; where it is none, for what moved.

    Who takes a change back that was refused, or forgot the one after it, hears which one it was.

    Args:
        services: where names are looked up.
        was: the version that was left.
        now: the one that stands.
    """
    found = [
        *_of_the_trip(was.request, now.request),
        *told(party_of(was.request), party_of(now.request)),
        *_of_places(services, was, now),
    ]
    found = found or list(describe(was, now))
    more = ("The rest of it is as it was before, too.",) if len(found) > _MOST else ()
    return (*found[:_MOST], *more)


def _of_the_trip(was: TripRequest, now: TripRequest) -> Iterator[str]:
    names = [city.name for city in now.cities]
    if names != [city.name for city in was.cities]:
        yield f"The trip is to {listed(names)} again."
    if now.days != was.days:
        yield f"It has {saying.days(now.days)} again."
    if now.start != was.start:
        yield f"It starts on {saying.on(now.start)} again."
    if now.interests != was.interests:
        words = [interest.value.replace("_", " ") for interest in now.interests]
        yield f"It is about {listed(words)} again." if words else "It is about all things again."
    if now.budget != was.budget:
        money = now.budget and saying.money(Money(now.budget, now.city.currency))
        yield f"The budget is {money} again." if money else "There is no budget any more."
    yield from _of_categories(was, now)
    yield from _of_hours(was, now)
    yield from _of_lodging(was, now)


def _of_categories(was: TripRequest, now: TripRequest) -> Iterator[str]:
    for value in sorted({*was.avoid_categories} ^ {*now.avoid_categories}):
        kind = plural((Category(value),)).capitalize()
        avoided = value in now.avoid_categories
        yield f"{kind} are to be avoided again." if avoided else f"{kind} may be in the plan again."


def _of_hours(was: TripRequest, now: TripRequest) -> Iterator[str]:
    """Of all days where the trip's own hours differ, and of each whose hours do beside these."""
    usual, usual_was = now.hours_on(None), was.hours_on(None)
    if usual != usual_was:
        yield f"Days are from {saying.clock(usual[0])} to {saying.clock(usual[1])} again."
    for day in range(1, min(was.days, now.days) + 1):
        hours, hours_was = now.hours_on(day), was.hours_on(day)
        if hours != hours_was and (hours, hours_was) != (usual, usual_was):
            start, end = map(saying.clock, hours)
            yield f"{saying.day(day).capitalize()} is from {start} to {end} again."


def _of_lodging(was: TripRequest, now: TripRequest) -> Iterator[str]:
    before = {stay.city.id: (stay.lodging, stay.lodging_name) for stay in was.all_stays}
    for stay in now.all_stays:
        if before.get(stay.city.id, (None, "")) == (stay.lodging, stay.lodging_name):
            continue
        if stay.lodging_name:
            yield f"In {stay.city.name} days start at {stay.lodging_name} again."
        elif stay.lodging is None:
            yield f"In {stay.city.name} days start in the centre again."


def _of_places(services: TravelServices, was: Itinerary, now: Itinerary) -> Iterator[str]:
    """Of those that were asked for, fixed, or sent away in one version and not in the other."""
    wished = wished_for(was.request) | wished_for(now.request)
    sent_away = {*was.request.avoid} ^ {*now.request.avoid}
    for place_id in sorted(wished | sent_away):
        name = name_of(was, place_id, services.store.place)
        before, after = was.visit_of(place_id), now.visit_of(place_id)
        pin, old_pin = now.request.pin_of(place_id), was.request.pin_of(place_id)
        if before is not None and after is None:
            yield f"{name} is no longer in the plan."
        elif after is not None and before is None:
            yield f"{name} is on day {after[0]} at {after[1].arrival:%H:%M} again."
        elif pin != old_pin and pin is not None:
            yield f"{name} is fixed to {fixed_to(pin)} again."
        elif pin != old_pin and old_pin is not None:
            yield f"{name} is no longer fixed to {fixed_to(old_pin)}."
        elif before and after and place_id in {*was.request.must_see} - {*now.request.must_see}:
            yield f"{name} is no longer among what you asked for."
