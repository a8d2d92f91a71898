"""What every edit shares: its context, its result, and the one way to a new plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from difflib import get_close_matches

from tools.childrens_rest import rest_making_way
from tools.editing.changes import describe
from tools.errors import InfeasibleError, InvalidRequestError, UnknownPlaceError
from tools.left_out import on_day
from tools.place import Place
from tools.planning import plan, validate
from tools.planning.rain import UNKNOWN, Rain
from tools.planning.stays import redated
from tools.repeats import original
from tools.transfers import TransferTimes
from tools.travel import TravelTimes
from tools.trip import Day, DayHours, Itinerary, Pin, TripRequest, Visit

SMALL = 3.0
"""Loyalty to the old plan when one place or two days are edited: as little as possible moves."""
Hours = tuple[time | None, time | None]
"""When a day starts and ends; None where it does as days of the trip do."""
SHARE_OF_SMALL = 0.4
"""Of the seconds of a search, where it has to be as loyal: it begins with the plan that stands,
from which little may move, and finds no more in all of them (docs/lab.md)."""


@dataclass(frozen=True, slots=True)
class Planner:
    """What an edit needs besides the itinerary."""

    places: Sequence[Place]
    """All of the trip's cities."""
    travel: TravelTimes
    transfers: TransferTimes = field(default_factory=TransferTimes)
    seconds: float = 0.25
    """Of search, for each replanning; of a small edit `SHARE_OF_SMALL` of them."""
    iterations: int | None = None
    """Instead of `seconds`, for repeatable results."""
    seed: int = 0
    today: date | None = None
    """At the destination; a trip can't be moved before it. None skips that check."""
    rain: Callable[[TripRequest], Rain] = lambda request: UNKNOWN
    """What is forecast for a request's days."""

    def plan(
        self,
        request: TripRequest,
        previous: Itinerary | None = None,
        keep_days: frozenset[int] = frozenset(),
        places: Sequence[Place] | None = None,
        quick: bool = False,
        loyalty: float = 1.0,
        ordered: bool = False,
    ) -> Itinerary:
        """`tools.planning.plan` with this context; `quick` builds a plan without searching."""
        return plan(
            request,
            self.places if places is None else places,
            self.travel,
            seconds=self.seconds * (SHARE_OF_SMALL if loyalty >= SMALL else 1.0),
            iterations=0 if quick else self.iterations,
            seed=self.seed,
            previous=previous,
            keep_days=keep_days,
            loyalty=loyalty,
            transfers=self.transfers,
            rain=self.rain(request),
            ordered=ordered,
        )

    def place(self, place_id: str) -> Place:
        """The place with that id.

        Raises:
            UnknownPlaceError: there is none; with close names.
        """
        for place in self.places:
            if place.id == original(place_id):
                return replace(place, id=place_id)
        raise UnknownPlaceError(
            f'There is no place "{place_id}" among those known here.',
            tuple(get_close_matches(place_id, [p.id for p in self.places])),
        )


@dataclass(frozen=True, slots=True)
class Edit:
    """An edited itinerary and what is different in it."""

    itinerary: Itinerary
    changes: tuple[str, ...]
    """Short factual sentences: what was asked first, then all that it forced."""
    given_up: tuple[str, ...] = ()
    """Those of the changes that tell of an earlier wish that could not be kept."""


def finish(
    old: Itinerary,
    new: Itinerary,
    headline: str | None = None,
    asked: frozenset[str] = frozenset(),
    seen_as: Itinerary | None = None,
) -> Edit:
    """The edit, unless it lost a pin that was kept before.

    Args:
        old: before.
        new: after.
        headline: the sentence for what was asked; None when the differences say it all.
        asked: places that the headline speaks of.
        seen_as: what differences are told against, where not `old` (its days swapped, say).

    Raises:
        InfeasibleError: a pinned place that was in `old` and is still pinned is not in `new`.
    """
    for pin in new.request.pins:
        had = old.visit_of(pin.place_id)
        if had is not None and new.visit_of(pin.place_id) is None:
            name = had[1].place.name
            why = why_left_out(new, name)
            raise InfeasibleError(f"That would push out {name}, which is fixed{why}.")
    new = _flagged(new)
    forced = describe(old if seen_as is None else seen_as, new, asked)
    changes = forced if headline is None else (headline, *forced)
    return Edit(new, changes or ("Nothing had to change.",))


def require(new: Itinerary, place: Place, doing: str) -> Visit:
    """The visit of the place in the plan.

    Raises:
        InfeasibleError: it is not there; with the planner's reason. `doing`: "be added to day 2".
    """
    for visit in new.visits:
        if visit.place.id == place.id:
            return visit
    raise InfeasibleError(f"{place.name} can't {doing}{why_left_out(new, place.name)}.")


def checked(request: TripRequest, planner: Planner) -> TripRequest:
    """The request itself.

    Raises:
        InvalidRequestError: by `tools.planning.validate`.
    """
    validate(request, planner.today)
    return request


def day_number(itinerary: Itinerary, day: int) -> int:
    """The day itself.

    Raises:
        InvalidRequestError: the trip has no such day.
    """
    count = len(itinerary.days)
    if not 1 <= day <= count:
        days = "only 1 day" if count == 1 else f"{count} days"
        raise InvalidRequestError(f"The trip has {days}; there is no day {day}.")
    return day


def day_for(itinerary: Itinerary, place: Place, day: int) -> int:
    """The day itself.

    Raises:
        InvalidRequestError: the trip has no such day, or spends it in another city.
    """
    day_number(itinerary, day)
    there = itinerary.request.stay_on(day).city
    if there.id != place.city:
        raise InvalidRequestError(f"{place.name} is not in {there.name}, where day {day} is spent.")
    return day


def days_in(itinerary: Itinerary, city_id: str) -> list[int]:
    """The 1-based days that the trip spends in a city."""
    days = range(1, len(itinerary.days) + 1)
    return [day for day in days if itinerary.request.stay_on(day).city.id == city_id]


def find(itinerary: Itinerary, planner: Planner, place_id: str) -> tuple[int, Visit]:
    """The 1-based day and the visit of a place in the plan.

    Raises:
        InvalidRequestError: the place is known, but not in the plan.
        UnknownPlaceError: no such place.
    """
    if (found := itinerary.visit_of(place_id)) is not None:
        return found
    raise InvalidRequestError(f"{planner.place(place_id).name} is not in the plan.")


def all_but(itinerary: Itinerary, *days: int) -> frozenset[int]:
    """The 1-based numbers of all other days."""
    return frozenset(range(1, len(itinerary.days) + 1)) - set(days)


def no_newcomers(
    itinerary: Itinerary, planner: Planner, request: TripRequest, *also: str
) -> list[Place]:
    """What a small edit may use: the places in the plan, those wished for, and all for meals."""
    wanted = {v.place.id for v in itinerary.visits} | wished_for(request) | {*also}
    return [p for p in planner.places if p.id in wanted or p.category.is_food]


def wished_for(request: TripRequest) -> set[str]:
    """The ids of the must-sees and of what is fixed."""
    return {*request.must_see, *(pin.place_id for pin in request.pins)}


def with_wish(request: TripRequest, place_id: str, pin: Pin | None = None) -> TripRequest:
    """The request with the place among its must-sees, no longer avoided, pinned if a pin is given.

    The place's older pins are gone: the traveller has just said anew where it should be.
    """
    pins = tuple(p for p in request.pins if p.place_id != place_id)
    if pin is not None:
        pins = (*pins, pin)
        if pin.at is not None:
            request = rest_making_way(request, pin.day, pin.at)
    must_see = request.must_see
    if place_id not in must_see:
        must_see = (*must_see, place_id)
    avoid = tuple(p for p in request.avoid if p != place_id)
    return replace(request, must_see=must_see, avoid=avoid, pins=pins)


def without(request: TripRequest, place_id: str) -> TripRequest:
    """The request that avoids the place and wishes nothing of it."""
    return replace(
        without_room(unpinned(request, place_id), place_id),
        must_see=tuple(p for p in request.must_see if p != place_id),
        avoid=(*(p for p in request.avoid if p != place_id), place_id),
    )


def without_room(request: TripRequest, place_id: str, day: int | None = None) -> TripRequest:
    """The request without the hours that were made for the place alone, on a 1-based day or any."""
    kept: list[DayHours] = []
    for own in request.hours:
        if day not in (None, own.day):
            kept.append(own)
        else:
            others = tuple(p for p in own.made_for if p != place_id)
            kept += hours_of(own.day, own.named, own.made if others else (None, None), others)
    return replace(request, hours=tuple(kept))


def hours_of(
    day: int, named: Hours, made: Hours = (None, None), made_for: tuple[str, ...] = ()
) -> tuple[DayHours, ...]:
    """A 1-based day's own hours; none where it has neither. What the traveller named counts.

    Args:
        day: 1-based.
        named: start and end, as far as the traveller named them.
        made: the same, as far as they were made for places.
        made_for: the ids of these.
    """
    start, end = (one if one is not None else other for one, other in zip(named, made, strict=True))
    if start is None and end is None:
        return ()
    if (start, end) == named:
        return (DayHours(day, start, end),)
    which = "start" if named[0] is not None else "end" if named[1] is not None else ""
    return (DayHours(day, start, end, made_for, which),)


def unpinned(request: TripRequest, place_id: str) -> TripRequest:
    """The request without the place's pins."""
    return replace(request, pins=tuple(p for p in request.pins if p.place_id != place_id))


def renumbered(itinerary: Itinerary, days: Sequence[Day], number_of: dict[int, int]) -> Itinerary:
    """The itinerary with these days; `number_of` maps old to new 1-based day numbers.

    What `left_out` says of days that are gone goes too.
    """
    entries = filter(None, (on_day(entry, number_of.get) for entry in itinerary.left_out))
    return replace(itinerary, days=tuple(days), left_out=tuple(entries))


def redated_to(itinerary: Itinerary, request: TripRequest) -> Itinerary:
    """The itinerary with its days' visits on the request's dates, at the same hours."""
    return replace(itinerary, days=redated(itinerary.days, request))


def renumbered_request(request: TripRequest, number_of: dict[int, int]) -> TripRequest:
    """The request's pins, hours and free time under other day numbers.

    A pin to a day that is gone holds its place in the trip alone; hours and free time of such a
    day are gone with it.
    """
    return replace(
        request,
        pins=tuple(
            replace(p, day=None if p.day is None else number_of.get(p.day)) for p in request.pins
        ),
        hours=tuple(replace(h, day=number_of[h.day]) for h in request.hours if h.day in number_of),
        free=tuple(
            replace(f, day=None if f.day is None else number_of[f.day])
            for f in request.free
            if f.day is None or f.day in number_of
        ),
    )


def count(days: int) -> str:
    """Such as "1 day", "3 days"."""
    return "1 day" if days == 1 else f"{days} days"


def name_of(itinerary: Itinerary, place_id: str, known: Callable[[str], Place]) -> str:
    """The place's name, visited or not; its id where nobody knows it any more.

    Args:
        itinerary: where it is looked for first.
        place_id: of the place.
        known: the place with an id, such as `Planner.place`.
    """
    if (found := itinerary.visit_of(place_id)) is not None:
        return found[1].place.name
    try:
        return known(place_id).name
    except UnknownPlaceError:  # of a trip that is older than the catalogue
        return place_id


def why_left_out(itinerary: Itinerary, name: str) -> str:
    """The reason after a colon, or nothing where none is told."""
    return next((f": {o.reason}" for o in itinerary.left_out if o.what == name), "")


def _flagged(itinerary: Itinerary) -> Itinerary:
    """The itinerary with each visit's `pinned` as its request says."""
    fixed = {pin.place_id for pin in itinerary.request.pins}
    days = tuple(
        replace(day, visits=tuple(replace(v, pinned=v.place.id in fixed) for v in day.visits))
        for day in itinerary.days
    )
    return replace(itinerary, days=days)
