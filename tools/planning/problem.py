"""From a request and places to numbers, and back to names.

Starts lie on a grid of `GRID` minutes and legs are rounded up to it: plans then read well
("10:15") and hold a few spare minutes a leg. Opening intervals are narrowed to the grid.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import numpy as np

from tools.daytime import bounds, free_blocks
from tools.errors import InvalidRequestError
from tools.meals import (
    MEAL_ARRIVAL,
    pinned_meal,
    serves,
)
from tools.place import Category, MealKind, Place
from tools.planning import score
from tools.planning.fixed_rests import with_rests
from tools.planning.long_visits import busy_minutes
from tools.planning.numeric import SIGHT, UNLIMITED, Frame, Ints, Problem
from tools.planning.rain import UNKNOWN, Rain
from tools.planning.timeline import Timeline
from tools.planning.windows import GRID, down, pins_of, starts, up
from tools.repeats import is_again, original
from tools.travel import TravelMatrix, TravelTimes, great_circle_metres
from tools.trip import MAX_DAYS, MAX_STAYS, Day, Stay, TripRequest

MEALS = tuple(MEAL_ARRIVAL)
"""A meal's slot number is its place in here."""

MAX_TRAVELLERS = 100
MOST_SIGHTS = 150
MOST_FOOD = 100
"""Of a city with more places than these two together, so many are candidates."""
_LODGING_BEYOND_KM = 50
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class Item:
    """A candidate stop: a place as a sight (`meal` None) or as one meal."""

    place: Place
    meal: MealKind | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TripProblem:
    """The numbers, and what they stand for."""

    request: TripRequest
    open_days: tuple[int, ...]
    """The 1-based days that are planned, in the order of `numeric.frames`."""
    items: tuple[Item, ...]
    """Shape (N,)."""
    numeric: Problem
    matrix: TravelMatrix
    """Between nodes: 0 is the base."""
    timelines: tuple[Timeline, ...]
    """Of the open days: `numeric` counts in their minutes."""


def validate(request: TripRequest, today: date | None = None) -> None:
    """Refuses numbers and dates that no trip can have.

    Args:
        request: as resolved.
        today: at the destination; a start before it is refused. None skips that.

    Raises:
        InvalidRequestError: one sentence that names what is wrong and what would be right.
    """
    start, end = request.day_start, request.day_end
    if request.days < 1:
        raise InvalidRequestError(f"A trip needs at least 1 day, not {request.days}.")
    if request.days > MAX_DAYS:
        raise InvalidRequestError(
            f"A trip of {request.days} days is too long to plan in one piece; at most {MAX_DAYS} "
            "days are possible."
        )
    if not _FIRST_YEAR <= request.start.year <= _LAST_YEAR:
        raise InvalidRequestError(
            f"A trip starts in {_FIRST_YEAR} to {_LAST_YEAR}, not on {request.start}."
        )
    if today is not None and request.start < today:
        raise InvalidRequestError(
            f"The trip starts on {request.start}, which is past; today is {today}."
        )
    if request.budget is not None and not (request.budget > 0 and math.isfinite(request.budget)):
        raise InvalidRequestError(
            f"A budget has to be more than 0, not {request.budget:g}; leave it out for no limit."
        )
    if not 1 <= request.travellers <= MAX_TRAVELLERS:
        raise InvalidRequestError(
            f"A trip is for 1 to {MAX_TRAVELLERS} travellers, not {request.travellers}."
        )
    if end <= start:
        raise InvalidRequestError(
            f"A day has to end after it starts, but {end:%H:%M} is not after {start:%H:%M}."
        )
    for own in request.hours:
        if own.day > request.days or own.day < 1:
            raise InvalidRequestError(f"The trip has no day {own.day}.")
        starts_at, ends_at = own.start or start, own.end or end
        if ends_at <= starts_at:
            raise InvalidRequestError(
                f"Day {own.day} has to end after it starts, but {ends_at:%H:%M} is not after "
                f"{starts_at:%H:%M}."
            )
    for free in request.free:
        if free.end <= free.start:
            raise InvalidRequestError(
                f"Free time has to end after it starts, but {free.end:%H:%M} is not after "
                f"{free.start:%H:%M}."
            )
    known = {c.value for c in Category}
    for category in (*request.avoid_categories, *(kind for kind, _ in request.most_of)):
        if category not in known:
            raise InvalidRequestError(
                f'There is no category "{category}"; the categories are {", ".join(Category)}.'
            )
    for pin in request.pins:
        if pin.day is not None and pin.day < 1:
            raise InvalidRequestError(f"Days count from 1; there is no day {pin.day}.")
    if len(request.all_stays) > MAX_STAYS:
        raise InvalidRequestError(
            f"A trip leads through at most {MAX_STAYS} cities, not {len(request.all_stays)}."
        )
    if request.stays and sum(stay.days for stay in request.stays) != request.days:
        raise InvalidRequestError(f"The stays have to add up to {request.days} days.")
    for stay in request.all_stays:
        _validate_stay(stay)


def _validate_stay(stay: Stay) -> None:
    if stay.days < 1:
        raise InvalidRequestError(f"A stay in {stay.city.name} needs at least 1 day.")
    away = great_circle_metres(stay.base, stay.city.coordinates) / 1000
    if away > stay.city.radius_km + _LODGING_BEYOND_KM:
        raise InvalidRequestError(
            f"The lodging is {away:.0f} km from {stay.city.name}; it has to be in or near it."
        )


def build(
    request: TripRequest,
    places: Sequence[Place],
    travel: TravelTimes,
    kept: dict[int, Day] | None = None,
    home: Mapping[str, tuple[int, int]] | None = None,
    loyalty: float = 1.0,
    rain: Rain = UNKNOWN,
    only: Mapping[str, frozenset[int]] = MappingProxyType({}),
) -> TripProblem:
    """The numeric problem of the days that are not kept.

    Args:
        request: validated.
        places: of the city; those that the request rules out are dropped here.
        travel: asked once for the matrix of base and places.
        kept: 1-based day to its unchanged plan: its places and money are taken.
        home: place id to the 1-based day on which, and the minute of the day at which it was
            before; staying there is rewarded.
        loyalty: how much: 1 is usual, 0 not at all.
        rain: that is forecast; sights in the open are worth less on wet days.
        only: place id to the 1-based days on which it may be; one that is missing may be on any.
    """
    kept, home = kept or {}, home or {}
    open_days = tuple(d for d in range(1, request.days + 1) if d not in kept)
    timelines = tuple(Timeline(free_blocks(request, d), GRID) for d in open_days)
    taken = {v.place.id for day in kept.values() for v in day.visits}
    usable = [p for p in places if p.id not in taken and allowed(p, request)]
    usable = _foremost(list({p.id: p for p in usable}.values()), request, home)
    candidates = [item for place in usable for item in roles(place, request)]
    opens = [
        [
            timeline.starts(starts(i.place, i.meal, request, day), up(i.place.minutes))
            if day in only.get(i.place.id, open_days)
            else ()
            for i in candidates
        ]
        for day, timeline in zip(open_days, timelines, strict=True)
    ]
    live = [i for i in range(len(candidates)) if any(of_day[i] for of_day in opens)]
    items = tuple(candidates[i] for i in live)
    on_the_map = {original(item.place.id): item.place for item in items}
    node_of = {place_id: n for n, place_id in enumerate(on_the_map, start=1)}
    number_of = {place_id: n for n, place_id in enumerate(dict.fromkeys(i.place.id for i in items))}
    matrix = travel.matrix([request.base, *(p.coordinates for p in on_the_map.values())])
    minutes = -(-matrix.minutes // GRID) * GRID
    categories = list(Category)
    had = np.zeros(len(categories))
    for day in kept.values():
        for visit in day.sights:
            had[categories.index(visit.place.category)] += _diminishing(visit.place, request)
    spent = sum(v.price.amount for day in kept.values() for v in day.visits)
    wished = wishes(request)
    frames = [
        _frame(request, day, timeline) for day, timeline in zip(open_days, timelines, strict=True)
    ]
    problem = Problem(
        frames=tuple(frames),
        minutes=minutes,
        node=np.array([node_of[original(i.place.id)] for i in items], dtype=np.int64),
        duration=np.array([up(i.place.minutes) for i in items], dtype=np.int64),
        windows=tuple(tuple(of_day[i] for i in live) for of_day in opens),
        value=np.array([_diminishing(i.place, request) if i.meal is None else 0.0 for i in items]),
        group=np.array([categories.index(i.place.category) for i in items], dtype=np.int64),
        knee=np.array([score.knee(c, usable, request) for c in categories]),
        had=had,
        bonus=np.array(
            [
                [
                    _bonus(i, request)
                    + loyalty * score.STAY_BONUS * (_was(i, day, home) >= 0)
                    - _rain_loss(i, request, day, rain)
                    for i in items
                ]
                for day in open_days
            ]
        ).reshape(len(open_days), len(items)),
        price=np.array([round(i.place.price * request.travellers, 2) for i in items]),
        budget=math.inf if request.budget is None else request.budget - spent,
        slot=np.array(
            [SIGHT if i.meal is None else MEALS.index(i.meal) for i in items], dtype=np.int64
        ),
        place=np.array([number_of[i.place.id] for i in items], dtype=np.int64),
        travel_weight=score.TRAVEL_WEIGHT,
        wait_weight=score.WAIT_WEIGHT,
        long_wait_weight=score.LONG_WAIT_WEIGHT,
        patience=score.PATIENCE,
        lean=_lean(items, open_days, timelines, home) if home else None,
        lean_weight=loyalty * score.LEAN_WEIGHT,
        urgent=frozenset(n for n, i in enumerate(items) if i.place.id in wished),
        walked=np.where(matrix.walk, matrix.metres, 0),
        most=_most(request, categories),
    )
    meals = [n for n, i in enumerate(items) if i.meal is not None]
    timed = {p.place_id for p in request.pins if p.at is not None}
    fixed = [n for n, i in enumerate(items) if i.place.id in timed]
    rest = with_rests(problem, request.pace.rest_minutes, meals, fixed)
    problem = replace(problem, rest=rest)
    return TripProblem(request, open_days, items, problem, matrix, timelines)


def _frame(request: TripRequest, day: int, timeline: Timeline) -> Frame:
    first, last = bounds(request, day)
    limit = request.walk.day_metres if request.walk is not None else None
    start = timeline.to_plan(up(first))
    return Frame(
        start=start,
        end=max(start, timeline.to_plan(down(last))),
        max_sights=request.pace.max_sights,
        max_busy=busy_minutes(request),
        max_walk=UNLIMITED if limit is None else limit,
    )


def _lean(
    items: Sequence[Item],
    open_days: Sequence[int],
    timelines: Sequence[Timeline],
    home: Mapping[str, tuple[int, int]],
) -> Ints:
    """When each item was on each day before, in the plan's minutes; -1 where it was not."""
    rows = []
    for day, timeline in zip(open_days, timelines, strict=True):
        was = [_was(item, day, home) for item in items]
        rows.append([w if w < 0 else timeline.to_plan(w) for w in was])
    return np.array(rows, dtype=np.int64).reshape(len(open_days), len(items))


def _most(request: TripRequest, categories: Sequence[Category]) -> Ints | None:
    if not request.most_of:
        return None
    most = np.full(len(categories), 1_000_000, dtype=np.int64)
    for kind, number in request.most_of:
        most[categories.index(Category(kind))] = number
    return most


def _foremost(
    usable: list[Place], request: TripRequest, home: Mapping[str, tuple[int, int]]
) -> list[Place]:
    """All of the places, or where they are very many those that a plan may well be made of.

    An imported city can have tens of thousands, and the matrix of ways grows with their square.
    Kept in their order: what was wished for or planned before; of the sights the most valuable;
    of the food places the most important, taken evenly from squares of about a kilometre, so
    that there is one near wherever a day leads.
    """
    if len(usable) <= MOST_SIGHTS + MOST_FOOD:
        return usable
    further = {p.id for p in usable if is_again(p.id)}  # for what is in the plan they push out none
    asked = {*wishes(request), *home, *further}
    sights = [p for p in usable if not p.category.is_food]
    sights.sort(key=lambda p: (-score.sight_value(p, request), p.id))
    in_square: Counter[tuple[int, int]] = Counter()
    turns: dict[str, int] = {}
    food = [p for p in usable if p.category.is_food and p.id not in further and roles(p, request)]
    for place in sorted(food, key=lambda p: (-p.importance, p.id)):
        square = (round(place.coordinates.lat * 100), round(place.coordinates.lon * 100))
        turns[place.id] = in_square[square]
        in_square[square] += 1
    food.sort(key=lambda p: (turns[p.id], -p.importance, p.id))
    kept = asked | {p.id for p in (*sights[:MOST_SIGHTS], *food[:MOST_FOOD])}
    return [p for p in usable if p.id in kept]


def wishes(request: TripRequest) -> tuple[str, ...]:
    """Ids of the places asked for by must-see or pin, each once, in the order asked."""
    return tuple(dict.fromkeys((*request.must_see, *(p.place_id for p in request.pins))))


def allowed(place: Place, request: TripRequest) -> bool:
    """Whether the request lets the place in at all. A wish for it beats an avoided category."""
    if place.id in request.avoid or (request.step_free and not place.step_free):
        return False
    kind = place.category.value
    return kind not in request.avoid_categories or place.id in wishes(request)


def roles(place: Place, request: TripRequest) -> tuple[Item, ...]:
    """What the place can be in this trip: a sight, or the meals that it serves.

    A food place is otherwise no sight, except one that was asked for and can't be a meal: a bar,
    a café without lunch, or any at a time that is not a meal's.
    """
    if not place.category.is_food:
        return (Item(place),)
    meals = tuple(Item(place, meal) for meal in MEALS if serves(place, meal, request))
    if place.id not in wishes(request):
        return meals
    timed = [p for p in request.pins if p.place_id == place.id and p.at is not None]
    if timed:
        as_stop = all(pinned_meal(place, p) is None for p in timed)
    else:
        as_stop = not any(meal in place.meals for meal in MEALS)
    return (Item(place),) if as_stop else meals


def _was(item: Item, day: int, home: Mapping[str, tuple[int, int]]) -> int:
    """The minute of the day at which the place was on that day before, -1 when it was not."""
    of_day, minute = home.get(item.place.id, (0, -1))
    return minute if of_day == day else -1


def _bonus(item: Item, request: TripRequest) -> float:
    place = item.place
    bonus = 0.0
    if pins_of(request, place.id):
        bonus += score.PIN_BONUS
    elif place.id in request.must_see:
        bonus += score.MUST_SEE_BONUS
    if item.meal is None:
        bonus += score.sight_value(place, request) - _diminishing(place, request)
    else:
        bonus += score.MEAL_BONUS + score.meal_value(place, item.meal, request)
    return bonus


def _rain_loss(item: Item, request: TripRequest, day: int, rain: Rain) -> float:
    if item.meal is not None or not rain:
        return 0.0
    mm = rain.get((request.city.id, request.dates[day - 1]), 0.0)
    return score.rain_loss(item.place, request, mm)


def _diminishing(place: Place, request: TripRequest) -> float:
    return score.sight_value(place, request) * (1 - score.fame(place))
