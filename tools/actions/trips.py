"""`plan_days`, the trip's past, and what all changes of a trip share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from tools import editing
from tools.actions import saying
from tools.actions.as_wished import (
    settled,
    wishes_of,
    with_course,
)
from tools.actions.failing import failed
from tools.actions.naming import cities_of_trip, city_named, planned_instead
from tools.actions.open_wishes import with_decided, with_open_wishes
from tools.actions.party import party_of, told
from tools.actions.said_anew import (
    gone_with_days,
    leading_on,
    with_edits,
)
from tools.actions.taken_back import what_came_back
from tools.actions.uncovered import without_uncovered
from tools.actions.wishes import (
    OF_AN_AMOUNT,
    OF_NO_DATE,
    Resolved,
    resolve,
)
from tools.actions.wishes_so_far import CITIES, is_another, kept, led_by_a_sight, wished
from tools.actions.withdrawn import with_older_wishes_withdrawn
from tools.almanac import rain_ahead
from tools.arguments import PlanDays, RedoChange, UndoChange
from tools.errors import (
    AmbiguousPlaceError,
    InvalidRequestError,
    MissingInformationError,
    UnknownPlaceError,
)
from tools.left_out import by_reason
from tools.outcome import Outcome, Trip
from tools.place import City, Place
from tools.planning.planner import OF_THE_PLAN
from tools.repeats import with_every_visit_avoided
from tools.services import TravelServices
from tools.trip import (
    ARRIVAL_MINUTES,
    DEPARTURE_MINUTES,
    Itinerary,
    LeftOut,
    TripRequest,
)

OF_THE_WAY = ("Ways between the cities", "The first day begins", "The last day is over")
"""How notes begin that are written anew for each plan."""
OF_TRANSFERS = "Ways between the cities are estimates, door to door; look up the timetable."
MAX_PAST = 50
"""Earlier versions that are kept to go back to."""


def plan_days(services: TravelServices, trip: Trip, said: PlanDays) -> Outcome:
    """A new plan from all wishes so far, or the present one changed as little as they allow.

    Raises:
        InputError: as `tools.actions.naming.city_named` and `tools.actions.wishes.resolve`.
    """
    said, missing = without_uncovered(services, said)
    said, sight = led_by_a_sight(services, trip, said)
    try:
        outcome = _planned_from(services, trip, said)
    except (InvalidRequestError, UnknownPlaceError, AmbiguousPlaceError) as error:
        left = None if trip.itinerary is not None else kept(services, trip, said)
        if left is None:
            raise
        outcome = failed(replace(trip, wishes=left), error, said)
    else:
        if sight is not None and said.destination is not None:
            missing = (*missing, f"{sight.name} is in {said.destination}.")
    return replace(outcome, notes=(*missing, *outcome.notes))


def _planned_from(services: TravelServices, trip: Trip, said: PlanDays) -> Outcome:
    old = trip.itinerary
    wishes, cities = wished(services, trip, said)
    if not cities:
        return saying.outcome("need_destination", replace(trip, wishes=wishes))
    city = cities[0]
    other_city = is_another(trip, city)
    same_trip = old is not None and _leads_to(old, cities)
    nothing_new = all(
        v is None for key, v in said if key not in ("destination", "more_destinations")
    )
    in_order = old is not None and [c.id for c in old.request.cities] == [c.id for c in cities]
    if old is not None and same_trip and nothing_new and in_order:
        # perhaps back from a city that was named without its days
        wishes = wishes_of(services, trip.wishes, old) if other_city else trip.wishes
        return planned(replace(trip, wishes=wishes), False)
    led_on = old if old is not None and not same_trip and _leads_on(old, cities) else None
    said_now = wishes.model_copy(update={"must_see": said.must_see, "avoid": said.avoid})
    try:
        if old is not None and same_trip:
            # what stands is in the old request, edits included; only new names are looked up
            resolved = resolve(services, cities, said_now, old)
            request = with_edits(resolved.request, old.request, said)
            resolved = replace(resolved, request=request)
        elif led_on is not None:
            resolved, wishes = leading_on(services, cities, wishes, said, led_on)
        else:
            resolved = resolve(services, cities, wishes)
    except MissingInformationError:
        return saying.outcome("need_days", replace(trip, wishes=wishes), {"city": city.name})
    before = old if same_trip else led_on
    request, withdrawn = with_older_wishes_withdrawn(
        services, cities, resolved.request, said, before.request if before else None
    )
    resolved = replace(resolved, request=with_every_visit_avoided(request, before))
    context = planner(services, request.cities)
    if old is not None and same_trip:
        itinerary, changes = _replanned(context, old, resolved.request)
    else:
        itinerary, changes = context.plan(resolved.request, led_on), ()
    itinerary, room = editing.with_room(itinerary, context)
    given_up: tuple[str, ...] = ()
    if led_on is not None:
        itinerary, given_up = editing.with_pins_eased(itinerary, context)
    dated = wishes.start_date is not None or wishes.end_date is not None
    instead = _planned_instead(services, said)
    resolved = replace(resolved, notes=(*resolved.notes, *room, *instead, *of_the_way(itinerary)))
    if before is not None:
        given_up = (*gone_with_days(services, before, resolved.request), *given_up)
    sent_away = set(resolved.request.avoid) - set(before.request.avoid if before else ())
    unwanted = [services.store.place(one).name for one in sent_away]
    new = with_open_wishes(
        _annotated(itinerary, resolved, old if same_trip else None, dated), before, unwanted
    )
    wishes = with_course(settled(wishes, resolved.request), itinerary)
    changed = replace(advance(trip, new), wishes=with_decided(wishes, before, new))
    if old is not None and same_trip:
        outcome = _replanned_for(old, changed, said, changes, resolved.assumed_start)
    else:
        outcome = planned(changed, resolved.assumed_start, changes)
    notes = (*outcome.notes, *resolved.once, *withdrawn, *given_up)
    return replace(outcome, notes=notes)


def _replanned_for(
    old: Itinerary, trip: Trip, said: PlanDays, changes: tuple[str, ...], assumed_start: bool
) -> Outcome:
    """What there is to say of a changed plan: for whom it is now, and whether all still fits."""
    itinerary = require_trip(trip)
    changes = (*told(party_of(old.request), party_of(itinerary.request)), *changes)
    people = itinerary.request.travellers
    alone = all(v is None for key, v in said if key not in (*CITIES, "travellers"))
    misses_more = {one.what for one in itinerary.left_out} - {one.what for one in old.left_out}
    if people == old.request.travellers or not alone or misses_more:
        return planned(trip, assumed_start, changes)
    facts = {"people": saying.people(people), "cost": saying.money(itinerary.cost)}
    return saying.outcome("party", trip, facts, changes)


def _leads_to(itinerary: Itinerary, cities: Sequence[City]) -> bool:
    """Whether these are the trip's cities, in whatever order."""
    return sorted(c.id for c in itinerary.request.cities) == sorted(c.id for c in cities)


def _leads_on(itinerary: Itinerary, cities: Sequence[City]) -> bool:
    """Whether these are the trip's cities and others, or some of them again."""
    return {c.id for c in itinerary.request.cities} <= {c.id for c in cities}


def _planned_instead(services: TravelServices, said: PlanDays) -> list[str]:
    """What has to be told of regions that were named where a city was planned."""
    names = [said.destination] if said.destination else []
    told = (
        planned_instead(services, name, city_named(services, name))
        for name in [*names, *(said.more_destinations or ())]
    )
    return [note for note in told if note]


def of_the_way(itinerary: Itinerary) -> tuple[str, ...]:
    """What the traveller has to know of how ways between cities, and to the first, were taken."""
    request = itinerary.request
    told = []
    if itinerary.transfers:
        told.append(OF_TRANSFERS)
    if request.arrive_at is not None:
        told.append(
            f"The first day begins {ARRIVAL_MINUTES} minutes after you arrive at "
            f"{request.arrive_at:%H:%M}."
        )
    if request.leave_at is not None:
        told.append(
            f"The last day is over {DEPARTURE_MINUTES} minutes before you leave at "
            f"{request.leave_at:%H:%M}."
        )
    return tuple(told)


def undo_change(services: TravelServices, trip: Trip, said: UndoChange) -> Outcome:
    """The trip as it was before its last change, or before several.

    Raises:
        InvalidRequestError: nothing, or not so much, was changed yet.
    """
    if trip.itinerary is None or not trip.past:
        raise InvalidRequestError("There is no earlier version of the trip to go back to.")
    steps = 1 if said.changes is None else said.changes
    if said.all:
        steps = len(trip.past) - _first_of_trip(trip)
    if not 1 <= steps <= len(trip.past):
        has = "only 1 change" if len(trip.past) == 1 else f"{len(trip.past)} changes"
        raise InvalidRequestError(f"There are {has} to take back, not {steps}.")
    return _went_to("undone", services, trip, len(trip.past) - steps)


def redo_change(services: TravelServices, trip: Trip, said: RedoChange) -> Outcome:
    """The trip as it was before a change was taken back.

    Raises:
        InvalidRequestError: nothing was taken back, or the trip was changed since.
    """
    if trip.itinerary is None or not trip.future:
        raise InvalidRequestError("There is no change that was taken back.")
    return _went_to("redone", services, trip, len(trip.past) + 1)


def _went_to(situation: str, services: TravelServices, trip: Trip, index: int) -> Outcome:
    changed = at_version(services, trip, index)
    came_back = what_came_back(services, require_trip(trip), require_trip(changed))
    return replace(saying.outcome(situation, changed), notes=came_back)


def at_version(services: TravelServices, trip: Trip, index: int) -> Trip:
    """The trip at another of its versions, counted from the oldest of `past` (0)."""
    versions = (*trip.past, require_trip(trip), *trip.future)
    at = versions[index]
    wishes = wishes_of(services, trip.wishes, at)
    past, future = tuple(versions[:index]), tuple(versions[index + 1 :])
    return replace(trip, wishes=wishes, itinerary=at, past=past, future=future)


def _first_of_trip(trip: Trip) -> int:
    """Where in the past the versions of the present trip begin: those that share a city with it."""
    assert trip.itinerary is not None
    ids = {city.id for city in trip.itinerary.request.cities}
    first = len(trip.past)
    while first and ids & {city.id for city in trip.past[first - 1].request.cities}:
        first -= 1
    return first


def planner(services: TravelServices, cities: Sequence[City]) -> editing.Planner:
    """What the edits need besides the itinerary; the cities are all that it may lead to."""
    return editing.Planner(
        places=_places(services, cities),
        travel=services.travel,
        transfers=services.transfers,
        seconds=services.planning_seconds,
        iterations=services.planning_iterations,
        seed=services.seed,
        rain=partial(rain_ahead, services),
    )


def planner_of(services: TravelServices, itinerary: Itinerary) -> editing.Planner:
    """What the edits of a trip that stays in its cities need."""
    return planner(services, cities_of_trip(itinerary))


def advance(trip: Trip, itinerary: Itinerary) -> Trip:
    """The trip with a new version; the one before goes to the past."""
    past = trip.past if trip.itinerary is None else (*trip.past, trip.itinerary)
    return replace(trip, itinerary=itinerary, past=past[-MAX_PAST:], future=())


def _places(services: TravelServices, cities: Sequence[City]) -> list[Place]:
    distinct = {city.id for city in cities}
    return [place for city_id in sorted(distinct) for place in services.store.places(city_id)]


def require_trip(trip: Trip) -> Itinerary:
    """The trip's plan.

    Raises:
        MissingInformationError: there is none yet; the field is what to ask for.
    """
    if trip.itinerary is not None:
        return trip.itinerary
    if trip.wishes.destination is None:
        question = "There is no trip yet; where do you want to go?"
        raise MissingInformationError(question, "destination")
    raise MissingInformationError(
        f"There is no trip yet; for how many days will you be in {trip.wishes.destination}?",
        "days",
    )


def _replanned(
    context: editing.Planner, old: Itinerary, request: TripRequest
) -> tuple[Itinerary, tuple[str, ...]]:
    """The plan for the changed request; if only its length changed, all other days stay."""
    before = old.request
    more = request.days - before.days
    single = not (request.stays or before.stays)
    as_before = replace(
        request, days=before.days, pins=before.pins, hours=before.hours, free=before.free
    )
    if more and single and as_before == before:
        if more > 0:
            edit = editing.extend_trip(old, context, more)
        else:
            edit = editing.shorten_trip(old, context, -more)
    else:
        edit = editing.replan(old, context, request)
    return edit.itinerary, edit.changes


def _annotated(
    itinerary: Itinerary, resolved: Resolved, old: Itinerary | None, dated: bool
) -> Itinerary:
    """The plan with what the traveller has to be told of how the wishes were understood."""
    notes = (*resolved.notes, *(n for n in itinerary.notes if n.startswith(OF_THE_PLAN)))
    if old is not None and old.request.start == itinerary.request.start:
        same_budget = old.request.budget == itinerary.request.budget
        kept = [
            note
            for note in old.notes
            if (same_budget or OF_AN_AMOUNT not in note)
            and not (dated and note.startswith(OF_NO_DATE))
            and not note.startswith((*OF_THE_WAY, *OF_THE_PLAN))
        ]
        notes = tuple(dict.fromkeys((*kept, *notes)))
    unknown = {entry.what for entry in resolved.left_out}
    left_out: tuple[LeftOut, ...] = (
        *resolved.left_out,
        *(entry for entry in itinerary.left_out if entry.what not in unknown),
    )
    return replace(itinerary, notes=notes, left_out=left_out)


def planned(trip: Trip, assumed_start: bool = False, changes: tuple[str, ...] = ()) -> Outcome:
    """What there is to say of the whole plan."""
    itinerary = require_trip(trip)
    facts = saying.plan_facts(itinerary)
    if itinerary.left_out:
        first, *others = by_reason(itinerary.left_out)
        facts |= {"left_out": first.what, "reason": first.reason}
        outcome = saying.outcome("planned_left_out", trip, facts, changes)
        return replace(outcome, notes=saying.also_left_out([one.what for one in others]))
    if itinerary.request.stays and not assumed_start:
        return saying.outcome("planned_cities", trip, saying.course_facts(itinerary), changes)
    situation = "assumed_date" if assumed_start else "planned"
    return saying.outcome(situation, trip, facts, changes)
