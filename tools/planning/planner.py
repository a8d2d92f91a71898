"""Request + places + travel times -> itinerary: build, solve, schedule, explain, re-check.

A trip through several cities is planned a stay at a time (`tools.planning.stays`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from itertools import pairwise
from zoneinfo import ZoneInfo

from tools.check import check
from tools.meals import pinned_meal
from tools.place import MealKind, Place
from tools.planning import long_visits, stays
from tools.planning.children import with_breaks
from tools.planning.exact_hours import asked, with_exact_hours
from tools.planning.explain import left_out
from tools.planning.idle_days import with_idle_days_filled
from tools.planning.in_order import in_order
from tools.planning.long_visits import OF_A_LONG_VISIT
from tools.planning.meals_again import (
    OF_REPEATS,
    Known,
    Only,
    days_of_visits,
    repeats_told,
    with_meals_again,
    with_visits_again,
)
from tools.planning.numeric import Solution
from tools.planning.problem import TripProblem, build, validate
from tools.planning.rain import OF_RAIN, UNKNOWN, Rain, told
from tools.planning.routes import worth_of
from tools.planning.schedule import schedule
from tools.planning.solve import Limit, Stop, solve
from tools.planning.windows import GRID, pins_of
from tools.repeats import original
from tools.transfers import TransferTimes
from tools.travel import TravelTimes, with_short_walks
from tools.trip import Day, Itinerary, Money, TripRequest, Visit

OF_THE_PLAN = (OF_RAIN, OF_A_LONG_VISIT, OF_REPEATS)
"""How the notes begin that each plan writes anew."""
USUAL_START = {MealKind.LUNCH: 12 * 60 + 45, MealKind.DINNER: 19 * 60}
"""When people sit down, minutes after midnight."""


def plan(
    request: TripRequest,
    places: Sequence[Place],
    travel: TravelTimes,
    *,
    seconds: float = 0.25,
    iterations: int | None = None,
    seed: int = 0,
    previous: Itinerary | None = None,
    keep_days: frozenset[int] = frozenset(),
    loyalty: float = 1.0,
    transfers: TransferTimes | None = None,
    limit: Callable[[], Stop] | None = None,
    rain: Rain = UNKNOWN,
    ordered: bool = False,
) -> Itinerary:
    """The best itinerary found for the request.

    Args:
        request: what to plan.
        places: of the trip's cities; their facts are copied into the plan. Those of other cities
            are not used.
        travel: for all legs.
        seconds: of search, in wall time; ignored when `iterations` is given. Several cities
            share them, n of them sqrt(n) times as many.
        iterations: of search; with it the same arguments give the same plan.
        seed: of the search.
        previous: a plan of the same trip to start from: places rather stay on their day and near
            their hour.
        keep_days: 1-based days of `previous` that come out unchanged. A day is replanned all the
            same where it would break the request as it now is.
        loyalty: how much it is worth that a place of `previous` stays where it was: 1 is usual,
            0 makes `previous` no more than a start for the search.
        transfers: for the ways between cities; `TransferTimes()` when None.
        limit: makes what ends each search, instead of `seconds` and `iterations`.
        rain: that is forecast for the trip's days, where it is known.
        ordered: keeps the stops of `previous` and their order as they are, if that holds; nothing
            is searched then.

    Returns:
        An itinerary in which `check` finds no violation. Wished places and meals that could not
        be had are in its `left_out`, each with the reason.

    Raises:
        InvalidRequestError: numbers or dates that no trip can have.
        InfeasibleError: a stay that is over before one has arrived.
        DataError: a place's opening hours can't be read.
        ServiceUnavailableError: by a `travel` that asks an outside service.
    """
    validate(request)
    places = with_visits_again(places, request, previous)
    search = _Search(
        travel,
        transfers or TransferTimes(),
        seconds,
        iterations,
        seed,
        loyalty,
        limit,
        rain,
        ordered,
    )
    keep = keep_days if previous is not None else frozenset()
    planned = (search.several if request.stays else search.one)(request, places, previous, keep)
    return repeats_told(long_visits.told(told(planned, rain)))


@dataclass(frozen=True, slots=True)
class _Search:
    """How to plan, whatever the trip."""

    travel: TravelTimes
    transfers: TransferTimes
    seconds: float
    iterations: int | None
    seed: int
    loyalty: float
    limit: Callable[[], Stop] | None
    rain: Rain
    ordered: bool

    def one(
        self,
        request: TripRequest,
        places: Sequence[Place],
        previous: Itinerary | None,
        keep: frozenset[int],
        first: int = 1,
    ) -> Itinerary:
        """A trip to one city; `first` is the number of its first day in what is told of it."""
        travel = with_short_walks(self.travel, request.walk)
        places = [p for p in places if p.city == request.city.id]
        only = days_of_visits(places, request, previous)
        while True:
            build_with = partial(_problem, request, travel, previous, keep, self.loyalty, self.rain)
            problem = build_with(places, only)
            warm = _warm(problem, previous) if previous is not None else None
            solution = in_order(problem.numeric, warm) if self.ordered and warm else None
            if solution is None:
                solution = solve(problem.numeric, self._limit(), self.seed, warm)
                solution = with_idle_days_filled(problem.numeric, solution, self.seed)
                kept = _kept(previous, request, keep)
                problem, solution = with_meals_again(
                    problem, solution, Known(places, only, kept), build_with
                )
                solution = with_exact_hours(problem, solution)
            if request.good_for_kids:
                solution = with_breaks(problem, solution)
            planned = _itinerary(problem, solution, places, previous, keep, first)
            if not keep:
                return planned
            broken = check(planned, self.travel)
            if not broken:
                return planned
            of_a_day = keep & {v.day for v in broken if v.day is not None}
            keep = keep - of_a_day if of_a_day else frozenset()

    def several(
        self,
        request: TripRequest,
        places: Sequence[Place],
        previous: Itinerary | None,
        keep: frozenset[int],
    ) -> Itinerary:
        """A trip through several cities."""
        parts = stays.parts_of(request, stays.by_city(places), self.transfers)
        planned: list[Itinerary] = []
        each = replace(self, seconds=self.seconds / len(parts) ** 0.5)
        for part in parts:
            budget = stays.share(request, part, stays.spent_so_far(request, planned))
            own = replace(part.request, budget=budget)
            before = stays.part_before(previous, part, request)
            kept: frozenset[int] = frozenset()
            if before is not None and previous is not None:
                kept = stays.kept_in_part(keep, previous, part, request)
            # a city may come twice; what one stay holds is nothing for the other
            taken = {visit.place.id for done in planned for visit in done.visits}
            taken |= stays.kept_later(keep, previous, parts, part, request)
            taken |= stays.fixed_later(parts, part)
            wishes = (p for p in own.must_see if p not in taken)
            pins = (p for p in own.pins if p.place_id not in taken)
            own = replace(own, must_see=tuple(wishes), pins=tuple(pins))
            here = [p for p in places if original(p.id) not in set(map(original, taken))]
            if before is not None:
                before = stays.less(before, taken)
            planned.append(each.one(own, here, before, kept, part.first))
        notes = previous.notes if previous is not None else ()
        return stays.joined(request, parts, planned, notes)

    def _limit(self) -> Stop:
        if self.limit is not None:
            return self.limit()
        if self.iterations is not None:
            return Limit(iterations=self.iterations)
        return Limit(seconds=self.seconds)


def worth(itinerary: Itinerary, places: Sequence[Place], travel: TravelTimes) -> float:
    """What a plan for one city is worth as the search counts it, loyalty to older plans aside.

    Meals, must-sees and pins count with their bonuses; compare plans for the same request.

    Raises:
        ValueError: the plan is of several cities, or a day of it can't be done in time.
    """
    if itinerary.request.stays:
        raise ValueError("a trip through several cities is planned a stay at a time")
    ways = with_short_walks(travel, itinerary.request.walk)
    problem = build(itinerary.request, places, ways)
    return worth_of(problem.numeric, _warm(problem, itinerary))


def _problem(
    request: TripRequest,
    travel: TravelTimes,
    previous: Itinerary | None,
    keep: frozenset[int],
    loyalty: float,
    rain: Rain,
    places: Sequence[Place],
    only: Only,
) -> TripProblem:
    home = {
        visit.place.id: (n, visit.arrival.hour * 60 + visit.arrival.minute)
        for n, day in enumerate(previous.days if previous is not None else (), 1)
        for visit in day.visits
    }
    return build(request, places, travel, _kept(previous, request, keep), home, loyalty, rain, only)


def _kept(previous: Itinerary | None, request: TripRequest, keep: frozenset[int]) -> dict[int, Day]:
    days = previous.days if previous is not None else ()
    return {n: day for n, day in enumerate(days, 1) if n in keep and n <= request.days}


def _itinerary(
    problem: TripProblem,
    solution: Solution,
    places: Sequence[Place],
    previous: Itinerary | None,
    keep: frozenset[int],
    first: int,
) -> Itinerary:
    request = problem.request
    kept = _kept(previous, request, keep)
    days = tuple(
        kept[n] if n in kept else _day(problem, solution, n) for n in range(1, request.days + 1)
    )
    before = previous.left_out if previous is not None else ()
    return Itinerary(
        request=request,
        days=days,
        left_out=left_out(problem, solution, places, days, before, first),
        notes=previous.notes if previous is not None else (),
    )


def _warm(problem: TripProblem, previous: Itinerary) -> tuple[tuple[int, ...], ...]:
    """The previous days as item numbers; what is no item any more is skipped."""
    number = {(item.place.id, item.meal): n for n, item in enumerate(problem.items)}
    routes = []
    for day in problem.open_days:
        visits = previous.days[day - 1].visits if day <= len(previous.days) else ()
        found = (number.get((visit.place.id, visit.meal)) for visit in visits)
        routes.append(tuple(n for n in found if n is not None))
    return tuple(routes)


def _day(problem: TripProblem, solution: Solution, number: int) -> Day:
    request, index = problem.request, problem.open_days.index(number)
    timeline = problem.timelines[index]
    route = solution.routes[index]
    on = request.dates[number - 1]
    if not route:
        return Day(on)
    lean = {}
    for n in route:
        item = problem.items[n]
        before = -1 if problem.numeric.lean is None else int(problem.numeric.lean[index, n])
        if before >= 0:
            lean[n] = before  # in the plan's minutes already
        elif item.meal is not None and not any(
            pinned_meal(item.place, pin) for pin in pins_of(request, item.place.id)
        ):
            lean[n] = timeline.to_plan(USUAL_START[item.meal])
    fixed = asked(problem, index, route)
    timing = schedule(problem.numeric, index, route, GRID, lean, fixed)
    midnight = datetime.combine(on, time(), ZoneInfo(request.city.timezone))
    visits = []
    for n, planned in zip(route, timing.starts, strict=True):
        item, start = problem.items[n], timeline.to_clock(planned)
        visits.append(
            Visit(
                place=item.place,
                arrival=midnight + timedelta(minutes=start),
                departure=midnight + timedelta(minutes=start + int(problem.numeric.duration[n])),
                price=Money(float(problem.numeric.price[n]), request.city.currency),
                meal=item.meal,
                pinned=bool(pins_of(request, item.place.id)),
            )
        )
    nodes = [0, *(int(problem.numeric.node[n]) for n in route), 0]
    legs = tuple(problem.matrix.leg(a, b) for a, b in pairwise(nodes))
    return Day(on, tuple(visits), legs)
