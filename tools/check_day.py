"""The referee's rules for one day; see `tools.check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from tools import hours
from tools.day_frame import DayFrame, clock
from tools.errors import DataError
from tools.meals import (
    MEAL_ARRIVAL,
    PIN_TOLERANCE_MINUTES,
    SHORTEST_MEAL_MINUTES,
    minute_of_day,
    pinned_meal,
)
from tools.place import Coordinates, MealKind
from tools.travel import TravelTimes, great_circle_metres
from tools.trip import (
    KIDS_BUSY_SHARE,
    Day,
    Itinerary,
    Leg,
    Mode,
    Pin,
    Violation,
    Visit,
)

_LEG_ROUNDING_MINUTES = 1
_MONEY_ROUNDING = 0.01


class Evidence:
    """What all days are judged by."""

    def __init__(self, itinerary: Itinerary, travel: TravelTimes) -> None:
        self.itinerary = itinerary
        self.travel = travel
        self.left_out = Counter(entry.what for entry in itinerary.left_out)
        self.pins: dict[str, list[Pin]] = {}
        for pin in itinerary.request.pins:
            self.pins.setdefault(pin.place_id, []).append(pin)
        self.wished = {*itinerary.request.must_see, *self.pins}


class DayReferee:
    """Judges one day.

    Args:
        evidence: of its trip.
        number: 1-based.
    """

    def __init__(self, evidence: Evidence, number: int) -> None:
        self._evidence = evidence
        self._number = number
        self._frame = DayFrame(evidence.itinerary, number)
        self._request = evidence.itinerary.request
        self._day: Day = evidence.itinerary.days[number - 1]
        self._city = self._frame.stay.city

    def violations(self) -> Iterator[Violation]:
        """All that is wrong with the day."""
        rules: tuple[Callable[[], Iterator[Violation]], ...] = (
            self._date,
            self._times,
            self._hours,
            self._legs,
            self._ways,
            self._rests,
            self._free_of_plans,
            self._meals,
            self._places,
            self._pace,
            self._pins,
        )
        for rule in rules:
            yield from rule()

    def _broken(self, kind: str, message: str) -> Violation:
        return Violation(kind, self._number, message)

    # -- times -------------------------------------------------------------------------------

    def _date(self) -> Iterator[Violation]:
        if (self._day.date - self._request.start).days != self._number - 1:
            yield self._broken(
                "dates",
                f"Day {self._number} is {self._day.date}, not day {self._number} of the trip.",
            )

    def _times(self) -> Iterator[Violation]:
        for visit in self._day.visits:
            name = visit.place.name
            for moment in (visit.arrival, visit.departure):
                if moment.tzinfo is None:
                    yield self._broken("timezone", f"A time at {name} has no time zone.")
                elif moment.utcoffset() != moment.astimezone(self._frame.zone).utcoffset():
                    yield self._broken(
                        "timezone", f"A time at {name} is not in the city's time zone."
                    )
            arrival, departure = self._frame.span(visit)
            if departure - arrival < visit.place.minutes:
                yield self._broken(
                    "short",
                    f"{name} gets {departure - arrival:g} minutes; a visit takes "
                    f"{visit.place.minutes}.",
                )

    def _hours(self) -> Iterator[Violation]:
        for visit in self._day.visits:
            arrival, departure = self._frame.span(visit)
            try:
                open_then = hours.open_intervals(
                    visit.place.hours,
                    self._day.date,
                    country=self._city.country,
                    timezone=self._city.timezone,
                    coordinates=visit.place.coordinates,
                )
            except DataError as error:
                yield self._broken("closed", str(error.args[0]))
                continue
            if not any(opens <= arrival and departure <= closes for opens, closes in open_then):
                yield self._broken(
                    "closed",
                    f"{visit.place.name} is not open on {self._day.date} from "
                    f"{clock(arrival)} to {clock(departure)}.",
                )

    # -- ways --------------------------------------------------------------------------------

    def _legs(self) -> Iterator[Violation]:
        visits, legs, number = self._day.visits, self._day.legs, self._number
        if len(legs) != (len(visits) + 1 if visits else 0):
            yield self._broken("travel", f"Day {number} has {len(legs)} legs, not one a way.")
            return
        if not visits:
            return
        first, last = visits[0], visits[-1]
        leaves = self._frame.span(first)[0] - legs[0].minutes - self._paused(first=first)
        if leaves < self._frame.start:
            yield self._broken(
                "day_bounds", f"Day {number} starts before {clock(self._frame.start)}."
            )
        comes_back = self._frame.span(last)[1] + legs[-1].minutes + self._paused(last=last)
        if comes_back > self._frame.end:
            yield self._broken("day_bounds", f"Day {number} ends after {clock(self._frame.end)}.")
        base = self._frame.stay.base
        if self._too_short(legs[0], base, first.place.coordinates):
            yield self._broken("base", f"{first.place.name} can't be reached that fast.")
        if self._too_short(legs[-1], last.place.coordinates, base):
            yield self._broken("base", f"The way back from {last.place.name} takes longer.")
        for (one, other), leg in zip(pairwise(visits), legs[1:-1], strict=True):
            way = f"from {one.place.name} to {other.place.name}"
            if self._too_short(leg, one.place.coordinates, other.place.coordinates):
                yield self._broken("travel", f"The way {way} takes longer than planned.")
            departs, arrives = self._frame.span(one)[1], self._frame.span(other)[0]
            if departs + leg.minutes > arrives - self._frame.free_between(departs, arrives):
                yield self._broken("travel", f"There is not time enough to get {way}.")

    def _too_short(self, leg: Leg, origin: Coordinates, destination: Coordinates) -> bool:
        """Whether a leg is planned in less time than its mode takes."""
        needed = self._evidence.travel.leg(origin, destination)
        if leg.mode is not needed.mode:  # a limit on walks may have put another mode in
            needed = self._evidence.travel.by(leg.mode, origin, destination)
        return leg.minutes + _LEG_ROUNDING_MINUTES < needed.minutes

    def _ways(self) -> Iterator[Violation]:
        limit = self._request.walk
        if limit is None:
            return
        walks = [leg for leg in self._day.legs if leg.mode is Mode.WALK]
        if limit.leg_minutes is not None:
            for leg in walks:
                if leg.minutes > limit.leg_minutes:
                    yield self._broken(
                        "walk",
                        f"A walk of {leg.minutes} minutes on day {self._number} is longer than "
                        f"the {limit.leg_minutes} that were wanted.",
                    )
        metres = sum(leg.metres for leg in walks)
        if limit.day_metres is not None and metres > limit.day_metres:
            yield self._broken(
                "walk",
                f"Day {self._number} has {metres} metres on foot, more than the "
                f"{limit.day_metres} that were wanted.",
            )

    def _rests(self) -> Iterator[Violation]:
        rest = self._request.pace.rest_minutes
        legs = self._day.legs[1:-1]
        for (one, other), leg in zip(pairwise(self._day.visits), legs, strict=False):
            if one.meal is not None or not rest or self._hours_press(one, other):
                continue
            departs, arrives = self._frame.span(one)[1], self._frame.span(other)[0]
            spare = arrives - departs - leg.minutes - self._frame.free_between(departs, arrives)
            if 0 <= spare < rest and not self._frame.free_between(departs, arrives):
                yield self._broken(
                    "rest",
                    f"After {one.place.name} {spare:g} minutes are left to rest; a "
                    f"{self._request.pace.value} pace has {rest}.",
                )

    def _hours_press(self, one: Visit, other: Visit) -> bool:
        """Whether the rest between two stops is what the hours leave to which they are fixed.

        Where a place is left out that was fixed to an hour about then, that can't be told of the
        stop that comes instead.
        """
        timed = {p.place_id: minute_of_day(p.at) for p in self._request.pins if p.at is not None}
        visited = {visit.place.id for visit in self._evidence.itinerary.visits}
        left_out = [
            timed[pin.place_id]
            for pin in self._request.pins
            if pin.place_id in timed.keys() - visited and pin.day in (None, self._number)
        ]
        since, until = self._frame.span(one)[1], self._frame.span(other)[1]
        missing = any(
            since - PIN_TOLERANCE_MINUTES <= at <= until + PIN_TOLERANCE_MINUTES for at in left_out
        )
        return one.place.id in timed and (other.place.id in timed or missing)

    # -- free time ---------------------------------------------------------------------------

    def _free_of_plans(self) -> Iterator[Violation]:
        for visit in self._day.visits:
            arrival, departure = self._frame.span(visit)
            for start, end in self._frame.free:
                if arrival < end and start < departure:
                    yield self._broken(
                        "free_time",
                        f"{visit.place.name} lies in the time from {clock(start)} to "
                        f"{clock(end)}, which was to stay free.",
                    )

    def _paused(self, *, first: Visit | None = None, last: Visit | None = None) -> float:
        """Free minutes that the day's first or last way has to go around.

        A way may be gone before or after free time, not in it: what counts is whether enough is
        left between the day's bound and the stop.
        """
        if first is not None:
            return self._frame.free_between(self._frame.start, self._frame.span(first)[0])
        assert last is not None
        return self._frame.free_between(self._frame.span(last)[1], self._frame.end)

    # -- meals -------------------------------------------------------------------------------

    def _meals(self) -> Iterator[Violation]:
        number, visits = self._number, self._day.visits
        had = Counter(visit.meal for visit in visits if visit.meal is not None)
        for meal in MEAL_ARRIVAL:
            told = self._evidence.left_out[f"{meal.value} on day {number}"]
            if self._due(meal) and not had[meal] and not told:
                yield self._broken("meal", f"Day {number} has no {meal.value}.")
        for meal, times in had.items():
            if times > 1:
                yield self._broken("meal", f"Day {number} has {times} times {meal.value}.")
        for visit in visits:
            yield from self._meal(visit)

    def _meal(self, visit: Visit) -> Iterator[Violation]:
        place = visit.place
        if visit.meal is None:
            if place.category.is_food and place.id not in self._evidence.wished:
                yield self._broken("meal", f"{place.name} is for meals, not a sight.")
            return
        if not place.category.is_food or visit.meal not in place.meals:
            yield self._broken("meal", f"{place.name} serves no {visit.meal.value}.")
        missing = sorted(d.value for d in set(self._request.diets) - place.diets)
        if missing:
            yield self._broken("diet", f"{place.name} does not serve {missing[0]} food.")
        pins = self._evidence.pins.get(place.id, ())
        booked = any(pinned_meal(place, p) is visit.meal for p in pins)
        first, last = MEAL_ARRIVAL.get(visit.meal, (0, 24 * 60))
        arrival = self._frame.span(visit)[0]
        if not booked and not first <= arrival <= last:
            yield self._broken(
                "meal",
                f"{visit.meal.value.capitalize()} at {clock(arrival)} is not between "
                f"{clock(first)} and {clock(last)}.",
            )

    def _due(self, meal: MealKind) -> bool:
        """Whether some minute of the meal's arrival leaves an hour before free time or the end."""
        first, last = MEAL_ARRIVAL[meal]
        for minute in range(max(first, self._frame.start), last + 1):
            until = minute + SHORTEST_MEAL_MINUTES
            blocked = any(minute < end and start < until for start, end in self._frame.free)
            if until <= self._frame.end and not blocked:
                return True
        return False

    # -- places ------------------------------------------------------------------------------

    def _places(self) -> Iterator[Violation]:
        request, city = self._request, self._city
        for visit in self._day.visits:
            place = visit.place
            due = place.price * request.travellers
            if (
                not abs(visit.price.amount - due) <= _MONEY_ROUNDING
                or visit.price.currency != city.currency
            ):
                yield self._broken(
                    "price",
                    f"{place.name} costs {due:.2f} {city.currency}, not "
                    f"{visit.price.amount:.2f} {visit.price.currency}.",
                )
            if place.id in request.avoid:
                yield self._broken("avoid", f"{place.name} was to be avoided.")
            if self._avoided_kind(visit):
                yield self._broken(
                    "avoid_category",
                    f"{place.name} is a {place.category.value}, which was to be avoided.",
                )
            if request.step_free and not place.step_free:
                yield self._broken("step_free", f"{place.name} has steps.")
            away = great_circle_metres(city.coordinates, place.coordinates) / 1000
            if place.city != city.id or away > city.radius_km:
                yield self._broken("place", f"{place.name} is not in {city.name}.")
        yield from self._most_of()

    def _most_of(self) -> Iterator[Violation]:
        wished = self._evidence.wished
        places = [v.place for v in self._day.sights if v.place.id not in wished]
        kinds = Counter(place.category.value for place in places)
        for category, most in self._request.most_of:
            if kinds[category] > most:
                yield self._broken(
                    "most_of",
                    f"Day {self._number} has {kinds[category]} of the kind {category}; at most "
                    f"{most} were wanted.",
                )

    def _avoided_kind(self, visit: Visit) -> bool:
        kind = visit.place.category.value
        avoided = kind in self._request.avoid_categories
        return avoided and visit.place.id not in self._evidence.wished

    def _pace(self) -> Iterator[Violation]:
        pace, sights = self._request.pace, self._day.sights
        if len(sights) > pace.max_sights:
            yield self._broken(
                "pace",
                f"Day {self._number} has {len(sights)} sights; a {pace.value} pace allows "
                f"{pace.max_sights}.",
            )
        share = KIDS_BUSY_SHARE if self._request.good_for_kids else 1.0
        busy = sum(departure - arrival for arrival, departure in map(self._frame.span, sights))
        allowed = pace.max_busy_minutes * share
        # a theme park is a day of its own for who asked for it, whatever the pace
        alone = len(sights) == 1 and sights[0].place.id in self._evidence.wished
        if busy > allowed and not alone:
            yield self._broken(
                "pace",
                f"Day {self._number} has {busy:g} minutes inside sights; {allowed:g} are allowed.",
            )

    def _pins(self) -> Iterator[Violation]:
        for visit in self._day.visits:
            name = visit.place.name
            for pin in self._evidence.pins.get(visit.place.id, ()):
                if pin.day is not None and pin.day != self._number:
                    yield self._broken("pin", f"{name} was fixed to day {pin.day}.")
                if pin.at is not None:
                    away = abs(self._frame.span(visit)[0] - minute_of_day(pin.at))
                    if away > PIN_TOLERANCE_MINUTES:
                        yield self._broken("pin", f"{name} was fixed to {pin.at:%H:%M}.")
