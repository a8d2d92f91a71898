"""Meals at a kitchen that the trip comes to already, where no other can be had.

The search has every place once. What it leaves without a meal, of a request that few kitchens
serve, is filled here: the day is planned anew with further visits (`tools.repeats`) beside what
there was, and only where that is not enough with a second one to a kitchen of that day. Each visit
then keeps to its day, so that no search brings two of them to one table where there is another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tools.daytime import meals_of_day
from tools.meals import serves
from tools.names import listed
from tools.place import MealKind, Place
from tools.planning.numeric import Solution
from tools.planning.problem import TripProblem
from tools.planning.routes import worth_of
from tools.planning.solve import Limit, solve
from tools.repeats import again, is_again, may_repeat, original, visit_number
from tools.trip import Day, Itinerary, TripRequest

Only = Mapping[str, frozenset[int]]
"""Place id to the 1-based days on which it may be; a place that is missing may be on any."""
Build = Callable[[Sequence[Place], Only], TripProblem]
"""The problem with these candidates."""

OF_REPEATS = "So that no meal is missing that could be had,"
"""How the note of such kitchens begins."""

_MOVES = 64
"""Of the search for one day."""
_ONCE_MORE = 15.0
"""Points that a kitchen is worth less for each visit it has: a quarter of an hour on the way."""


def with_visits_again(
    places: Sequence[Place], request: TripRequest, previous: Itinerary | None
) -> list[Place]:
    """The places, and each further visit that the trip has or that is fixed.

    Args:
        places: as the store knows them.
        request: of the trip.
        previous: its plan so far.
    """
    had = {v.place.id: v.place for v in previous.visits} if previous is not None else {}
    further = {id: place for id, place in had.items() if is_again(id) and may_repeat(request)}
    fixed = {*request.must_see, *(pin.place_id for pin in request.pins)}
    asked = {id for id in fixed if is_again(id)}
    for place in places if asked - further.keys() else ():
        for id in sorted(asked - further.keys()):
            if original(id) == place.id:
                further[id] = replace(place, id=id)
    known = {place.id for place in places}
    return [*places, *(place for id, place in further.items() if id not in known)]


def days_of_visits(
    places: Sequence[Place], request: TripRequest, previous: Itinerary | None
) -> dict[str, frozenset[int]]:
    """The days that each of several visits to one kitchen may be on.

    A visit has the day it is fixed to, else the one it was on; what has neither may be on those
    that no other visit has.
    """
    kitchens = {original(place.id) for place in places if is_again(place.id)}
    if not kitchens:
        return {}
    days = {
        visit.place.id: number
        for number, day in enumerate(previous.days if previous is not None else (), start=1)
        for visit in day.visits
    }
    days |= {pin.place_id: pin.day for pin in request.pins if pin.day is not None}
    visits = [place.id for place in places if original(place.id) in kitchens]
    had: dict[str, set[int]] = {kitchen: set() for kitchen in kitchens}
    for id in visits:
        had[original(id)] |= {days[id]} if id in days else set()
    every = frozenset(range(1, request.days + 1))
    return {id: frozenset({days[id]}) if id in days else every - had[original(id)] for id in visits}


@dataclass(frozen=True, slots=True)
class Known:
    """What a plan may be made of, besides the visits that are found here."""

    places: Sequence[Place]
    only: Only
    kept: Mapping[int, Day]
    """1-based day to its plan, of those that are not planned anew."""


def with_meals_again(
    problem: TripProblem, solution: Solution, known: Known, build: Build
) -> tuple[TripProblem, Solution]:
    """The solution with meals at kitchens of other days, on days that lacked them; its problem.

    Nothing that was asked for is lost by it, and no meal; other stops of the day may be.

    Args:
        problem: of the trip.
        solution: what the search found.
        known: places of the problem.
        build: makes the problem of more places.
    """
    for same_day in (False, True) if may_repeat(problem.request) else ():
        there = {number: [v.place for v in day.visits] for number, day in known.kept.items()}
        for number, route in zip(problem.open_days, solution.routes, strict=True):
            there[number] = [problem.items[n].place for n in route]
        lacking = _lacking(problem, solution)
        further, only = _further(problem.request, known.places, lacking, there, same_day)
        if not further:
            continue
        known = replace(known, places=[*known.places, *further], only={**known.only, **only})
        larger = build(known.places, known.only)
        routes = _renumbered(problem, larger, solution.routes)
        visits = Counter(original(place.id) for on_day in there.values() for place in on_day)
        for number in lacking:
            index = larger.open_days.index(number)
            before = {*routes[index]}
            routes[index] = _day_filled(larger, routes, index, only, visits)
            visits.update(original(larger.items[n].place.id) for n in {*routes[index]} - before)
        worth = worth_of(larger.numeric, routes)
        problem, solution = larger, replace(solution, routes=tuple(routes), objective=worth)
    return problem, solution


def _lacking(problem: TripProblem, solution: Solution) -> dict[int, list[MealKind]]:
    """1-based open day to the meals that it should have and has not."""
    found: dict[int, list[MealKind]] = {}
    for number, route in zip(problem.open_days, solution.routes, strict=True):
        had = {problem.items[n].meal for n in route}
        if missing := [m for m in meals_of_day(problem.request, number) if m not in had]:
            found[number] = missing
    return found


def _further(
    request: TripRequest,
    places: Sequence[Place],
    lacking: Mapping[int, Sequence[MealKind]],
    there: Mapping[int, Sequence[Place]],
    same_day: bool,
) -> tuple[list[Place], Only]:
    """A further visit to each kitchen of the plan for each day that it could feed.

    What was taken out of the trip is not offered again.

    Args:
        request: of the trip.
        places: that are known already.
        lacking: 1-based day to the meals that it lacks.
        there: 1-based day to its places.
        same_day: whether to kitchens that feed the day already, or to others.
    """
    unwanted = {original(id) for id in request.avoid}
    kitchens = {original(p.id): p for on_day in there.values() for p in on_day}
    visits: list[Place] = []
    only: dict[str, frozenset[int]] = {}
    for id, kitchen in sorted(kitchens.items()):
        latest = max(visit_number(p.id) for p in (*places, kitchen) if original(p.id) == id)
        for number, meals in lacking.items():
            had = any(original(place.id) == id for place in there[number])
            able = any(serves(kitchen, meal, request) for meal in meals)
            if able and had is same_day and id not in unwanted:
                latest += 1
                visits.append(again(kitchen, latest))
                only[visits[-1].id] = frozenset({number})
    return visits, only


def _renumbered(
    old: TripProblem, new: TripProblem, routes: Sequence[Sequence[int]]
) -> list[tuple[int, ...]]:
    """The routes of one problem in the item numbers of another, which has all of its items."""
    number = {(item.place.id, item.meal): n for n, item in enumerate(new.items)}
    named = [[old.items[n] for n in route] for route in routes]
    return [tuple(number[item.place.id, item.meal] for item in route) for route in named]


def _day_filled(
    problem: TripProblem,
    routes: Sequence[tuple[int, ...]],
    index: int,
    further: Only,
    visits: Mapping[str, int],
) -> tuple[int, ...]:
    """An open day's route with more of its meals; as it was where it would lose by that.

    Args:
        problem: with the further visits.
        routes: of all open days.
        index: of the day among these.
        further: the visits that may come.
        visits: that each kitchen has.
    """
    numeric, old = problem.numeric, routes[index]
    alone = numeric.of_days([index], routes)
    less = [
        _ONCE_MORE * visits.get(original(item.place.id), 0) * (item.place.id in further)
        for item in problem.items
    ]
    alone = replace(alone, bonus=alone.bonus - np.array([less]))
    (new,) = solve(alone, Limit(iterations=_MOVES), warm=(old,)).routes
    was, now = ({problem.items[n].meal for n in route} - {None} for route in (old, new))
    kept = numeric.urgent & {*old} <= {*new}
    return new if kept and was < now else old


def repeats_told(itinerary: Itinerary) -> Itinerary:
    """The itinerary with a note of the kitchens it comes to again, or with none."""
    notes = [note for note in itinerary.notes if not note.startswith(OF_REPEATS)]
    times = Counter(original(visit.place.id) for visit in itinerary.visits)
    names = {original(visit.place.id): visit.place.name for visit in itinerary.visits}
    if often := [f"{names[id]} ({many} times)" for id, many in times.items() if many > 1]:
        notes.append(f"{OF_REPEATS} you eat more than once at {listed(often)}.")
    return replace(itinerary, notes=tuple(notes))
