"""Why a wish is not in the plan: the constraint that binds, in one clause.

Reasons are tested from the hardest to the softest: what rules the place out whatever else is
planned comes before what other wishes take from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from tools.childrens_rest import is_rest_alone
from tools.daytime import MIDNIGHT, bounds, meals_of_day
from tools.hours import clock
from tools.meals import PIN_TOLERANCE_MINUTES, minute_of_day
from tools.place import Place
from tools.planning.missing_meals import diets_of, nobody_serves, why_no_meal
from tools.planning.numeric import SIGHT, Solution
from tools.planning.problem import (
    TripProblem,
    roles,
    wishes,
)
from tools.planning.routes import RouteBook
from tools.planning.windows import intervals, pins_of, starts, up
from tools.trip import Day, LeftOut

_NO_LATER = "no visit begins after midnight"


def left_out(
    problem: TripProblem,
    solution: Solution,
    places: Sequence[Place],
    days: Sequence[Day],
    before: Sequence[LeftOut] = (),
    first: int = 1,
) -> tuple[LeftOut, ...]:
    """One entry for each wished place and each meal that the plan does not hold.

    Args:
        problem: of the days that were planned.
        solution: its routes.
        places: all of the city, for names.
        days: the whole plan, kept days included.
        before: entries of the plan whose days were kept; their meals' reasons are repeated.
        first: what the first day is called in reasons (of one city of several).
    """
    return _Explainer(problem, solution, places, days, first).entries(before)


class _Explainer:
    def __init__(
        self,
        problem: TripProblem,
        solution: Solution,
        places: Sequence[Place],
        days: Sequence[Day],
        first: int,
    ) -> None:
        self._shift = first - 1
        self._problem = problem
        self._request = problem.request
        self._routes = solution.routes
        self._places = {p.id: p for p in places}
        self._days = days
        self._book = RouteBook(problem.numeric)
        self._plan = (problem, solution, self._book, places)
        numbers = range(len(problem.items))
        self._items_of: dict[str, list[int]] = {}
        for number in numbers:
            self._items_of.setdefault(problem.items[number].place.id, []).append(number)

    def entries(self, before: Sequence[LeftOut]) -> tuple[LeftOut, ...]:
        visited = {v.place.id for day in self._days for v in day.visits}
        found = []
        for place_id in wishes(self._request):
            if place_id not in visited:
                place = self._places.get(place_id)
                name = place_id if place is None else place.name
                found.append(LeftOut(name, self._wish(place_id)))
        old = {entry.what: entry.reason for entry in before}
        for number, day in enumerate(self._days, start=1):
            had = {v.meal for v in day.visits}
            for meal in meals_of_day(self._request, number):
                if meal not in had:
                    what = f"{meal.value} on day {number}"
                    never = nobody_serves([*self._places.values()], meal, self._request)
                    if number in self._problem.open_days or what not in old or never:
                        why = why_no_meal(*self._plan, self._days, meal, number)
                        found.append(LeftOut(what, why))
                    else:
                        found.append(LeftOut(what, old[what]))
        return tuple(found)

    # -- wishes ------------------------------------------------------------------------------

    def _wish(self, place_id: str) -> str:
        request = self._request
        place = self._places.get(place_id)
        if place is None:
            return f"no such place is known in {request.city.name}"
        if place_id in request.avoid:
            return "you also asked to avoid it"
        if request.step_free and not place.step_free:
            return "it can't be reached without steps"
        return (
            self._never_in(place)
            or self._never_open(place)
            or self._never_alone(place)
            or self._beside_others(place)
        )

    def _never_in(self, place: Place) -> str | None:
        request = self._request
        pin_days = {p.day for p in pins_of(request, place.id) if p.day is not None}
        if len(pin_days) > 1:
            return "it is fixed to two days at once"
        for day in pin_days:
            if not 1 <= day <= request.days:
                return f"it is fixed to day {self._called(day)}, {self._beyond()}"
            if day not in self._problem.open_days:
                return f"it is fixed to day {self._called(day)}, which was to stay as it is"
        if not roles(place, request):
            if request.diets:
                return f"it serves no {diets_of(request)} lunch or dinner"
            return "it serves neither lunch nor dinner"
        price = place.price * request.travellers
        if request.budget is not None and price > request.budget:
            return (
                f"it costs {price:g} {request.city.currency}, more than the whole budget of "
                f"{request.budget:g}"
            )
        return None

    def _called(self, day: int) -> int:
        return day + self._shift

    def _beyond(self) -> str:
        if self._shift:
            return f"which is not spent in {self._request.city.name}"
        return f"and the trip has {_days(self._request.days)}"

    def _never_open(self, place: Place) -> str | None:
        request = self._request
        days = self._possible_days(place)
        if not any(intervals(place, request, day) for day in days):
            when = f"day {self._called(days[0])}" if len(days) == 1 else "those dates"
            if len(days) == 1:
                when += f" ({request.dates[days[0] - 1]:%A})"
            return f"it is closed on {when}"
        role = roles(place, request)
        if any(starts(item.place, item.meal, request, day) for item in role for day in days):
            return None
        at = [p.at for p in pins_of(request, place.id) if p.at is not None]
        hours = [bounds(request, day) for day in days]
        first, last = min(b[0] for b in hours), max(b[1] for b in hours)
        if first >= last:
            return "the day leaves no time for a visit"
        if up(first) >= MIDNIGHT:
            return f"the day begins at {clock(first)}, and {_NO_LATER}"
        # hours of the place come first: another day's bounds would not open it
        opens = [span for day in days for span in intervals(place, request, day)]
        if at and _open_at(opens, minute_of_day(at[0]), up(place.minutes)):
            day = f"the day goes from {clock(first)} to {clock(last)}"
            if first <= minute_of_day(at[0]) <= last:
                return f"a visit takes {place.minutes} minutes, and {day}"
            return f"{day}, and it was to be at {at[0]:%H:%M}"
        if at:
            return f"it is not open for a whole visit at {at[0]:%H:%M} then{_only(opens)}"
        if role and all(item.meal is not None for item in role):
            return "it is not open at meal times then"
        return (
            f"it is not open for a whole visit between {clock(first)} and {clock(last)} on "
            "those dates"
        )

    def _never_alone(self, place: Place) -> str | None:
        alone = any(
            self._book.route(day, (item,)) is not None
            for item in self._items_of.get(place.id, ())
            for day in range(len(self._problem.open_days))
        )
        if alone:
            return None
        request, days = self._request, self._possible_days(place)
        there = self._way_minutes(place)
        first = min(bounds(request, day)[0] for day in days)
        last = max(bounds(request, day)[1] for day in days)
        hours = f"the day goes from {clock(first)} to {clock(last)}"
        if up(first + there) >= MIDNIGHT:
            return f"the way there takes {there} minutes, {hours}, and {_NO_LATER}"
        for fixed in (p.at for p in pins_of(request, place.id) if p.at is not None):
            at = minute_of_day(fixed)
            if first + there > at + PIN_TOLERANCE_MINUTES:
                return f"the way there takes {there} minutes, and {hours}"
            if at - PIN_TOLERANCE_MINUTES + up(place.minutes) + there > last:
                return (
                    f"a visit takes {place.minutes} minutes and the way back {there}, and {hours}"
                )
        if is_rest_alone(request):
            return "the children's rest leaves no time for a visit"
        if request.free:
            return "the time that is kept free leaves none for a visit"
        return f"the way there and back, {2 * there} minutes, leaves no time for a visit"

    def _way_minutes(self, place: Place) -> int:
        items = self._items_of.get(place.id, ())
        node = self._problem.numeric.node[items[0]] if items else 0
        return int(self._problem.numeric.minutes[0, node])

    def _beside_others(self, place: Place) -> str:
        """What the other wishes in the plan take from it."""
        request, wished = self._request, wishes(self._request)
        others = [
            visit.place
            for day in self._days
            for visit in day.visits
            if visit.place.id in wished and visit.place.id != place.id
        ]
        for other in others:
            reason = self._pair(place, other)
            if reason:
                return reason
        asked = sum(p.price for p in (*others, place)) * request.travellers
        if request.budget is not None and asked > request.budget:
            return (
                f"with your other wishes it would cost {asked:g} {request.city.currency}, more "
                f"than the budget of {request.budget:g}"
            )
        if instead := self._gives_way(place):
            return f"it would fit only in the place of {' or '.join(instead[:2])}"
        names = [p.name for p in others[:3]]
        if names:
            return f"no time is left for it beside {', '.join(names)}"
        if self._problem.numeric.budget < place.price * request.travellers:
            return "the rest of the plan leaves too little of the budget for it"
        return "no time is left for it on the days when it is open"

    def _gives_way(self, place: Place) -> list[str]:
        """Wished places that would each have to go for this one to fit, if one is enough.

        Only what was asked for is looked at: anything else would have made room.
        """
        wished, items = wishes(self._request), self._problem.items
        mine = self._items_of.get(place.id, ())
        found: dict[str, None] = {}
        for day, route in enumerate(self._routes):
            kept = [n for n in route if items[n].place.id in wished]
            if any(self._fits(day, kept, n) for n in mine):
                return []
            for out in kept:
                rest = [n for n in kept if n != out]
                if any(self._fits(day, rest, n) for n in mine):
                    found[items[out].place.name] = None
        return list(found)

    def _fits(self, day: int, kept: Sequence[int], item: int) -> bool:
        """Whether the item goes between the others on that day, in their order."""
        numeric = self._problem.numeric
        frame, sights = numeric.frames[day], [n for n in kept if numeric.slot[n] == SIGHT]
        if numeric.slot[item] == SIGHT:
            busy = int(numeric.busy[[*sights, item]].sum())
            if len(sights) >= frame.max_sights or busy > frame.max_busy:
                return False
        elif any(numeric.slot[n] == numeric.slot[item] for n in kept):
            return False
        orders = ((*kept[:at], item, *kept[at:]) for at in range(len(kept) + 1))
        return any(self._book.route(day, tuple(order)) is not None for order in orders)

    def _hours_of(self, *two: Place) -> str | None:
        """What two hours leave no time for to which the places are fixed; None if that is not it.

        Both are of the same day.
        """
        at: dict[int, Place] = {}
        for place in two:
            hours = [p.at for p in pins_of(self._request, place.id) if p.at is not None]
            at |= {minute_of_day(hour): place for hour in hours[:1]}
        if len(at) < 2:
            return None
        (early, first), (late, second) = sorted(at.items())
        numeric = self._problem.numeric
        nodes = (numeric.node[self._items_of[p.id][0]] for p in (first, second))
        way = int(numeric.minutes[tuple(nodes)])
        if early + up(first.minutes) + way <= late + 2 * PIN_TOLERANCE_MINUTES:
            return None
        return (
            f"{first.name} is fixed to {clock(early)}, and a visit takes {first.minutes} minutes "
            f"and the way from there {way}, longer than to {clock(late)}, the hour of {second.name}"
        )

    def _pair(self, place: Place, other: Place) -> str | None:
        """Why two places can't both be in the trip, if they can't."""
        numeric = self._problem.numeric
        mine, theirs = (self._items_of.get(p.id, ()) for p in (place, other))
        if not theirs:
            return None
        if place.price * self._request.travellers > numeric.budget - (
            other.price * self._request.travellers
        ):
            return f"the budget does not hold both it and {other.name}"
        days = range(len(self._problem.open_days))
        for a in mine:
            for b in theirs:
                on_a = [d for d in days if self._book.route(d, (a,))]
                on_b = [d for d in days if self._book.route(d, (b,))]
                if any(d != e for d in on_a for e in on_b):
                    return None
                if any(self._same_day(d, a, b) for d in on_a if d in on_b):
                    return None
        return self._hours_of(place, other) or (
            f"it can't be combined with {other.name}: both fit only on the same day, at one time"
        )

    def _same_day(self, day: int, a: int, b: int) -> bool:
        numeric = self._problem.numeric
        frame = numeric.frames[day]
        both_sights = numeric.slot[a] == SIGHT and numeric.slot[b] == SIGHT
        if both_sights:
            if frame.max_sights < 2 or numeric.busy[[a, b]].sum() > frame.max_busy:
                return False
        elif numeric.slot[a] == numeric.slot[b]:
            return False
        return any(self._book.route(day, pair) is not None for pair in ((a, b), (b, a)))

    def _possible_days(self, place: Place) -> list[int]:
        fixed = {p.day for p in pins_of(self._request, place.id) if p.day is not None}
        return [d for d in self._problem.open_days if not fixed or d in fixed] or [
            *range(1, self._request.days + 1)
        ]


def _open_at(opens: Sequence[tuple[int, int]], at: int, minutes: int) -> bool:
    """Whether a visit that a pin to that minute allows lies within one of the intervals."""
    return any(
        max(first, at - PIN_TOLERANCE_MINUTES) <= min(last - minutes, at + PIN_TOLERANCE_MINUTES)
        for first, last in opens
    )


def _only(opens: Sequence[tuple[int, int]]) -> str:
    """When it is open instead, as the end of a sentence; nothing where that differs by day."""
    spans = [f"{clock(first)} to {clock(last)}" for first, last in sorted({*opens})]
    return f", only from {spans[0]}" if len(spans) == 1 else ""


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
