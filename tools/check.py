"""The referee: everything that makes an itinerary impossible or untrue to its request.

Independent of `tools.planning` on purpose: it shares with the planner the opening hours, the
travel times and the definition of a meal, and none of its arithmetic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from tools import hours
from tools.errors import DataError
from tools.meals import (
    MEAL_ARRIVAL,
    PIN_TOLERANCE_MINUTES,
    meals_of_a_day,
    minute_of_day,
    pinned_meal,
)
from tools.travel import EstimatedTravelTimes, TravelTimes, great_circle_metres
from tools.trip import Day, Itinerary, Leg, Pin, Violation, Visit

KIDS_BUSY_SHARE = 0.8
"""Of a pace's busy minutes, with children."""

_LEG_ROUNDING_MINUTES = 1
_MONEY_ROUNDING = 0.01


def check(itinerary: Itinerary, travel: TravelTimes | None = None) -> tuple[Violation, ...]:
    """Every way in which the itinerary can't be done or breaks its own request.

    Args:
        itinerary: judged by itself: the facts of its places are taken as they stand in it.
        travel: what legs are compared with; `EstimatedTravelTimes` when None.

    Returns:
        Violations by day, those of the whole trip last; empty when the plan holds. Kinds:
        "dates", "timezone", "closed", "short", "travel", "base", "day_bounds", "meal", "diet",
        "price", "budget", "must_see", "pin", "avoid", "avoid_category", "step_free",
        "duplicate", "pace", "place".

    Raises:
        ServiceUnavailableError: by a `travel` that asks an outside service.
        ZoneInfoNotFoundError: the city's time zone does not exist (`trip_json` refuses such).
    """
    referee = _Referee(itinerary, travel or EstimatedTravelTimes())
    return tuple(referee.violations())


class _Referee:
    def __init__(self, itinerary: Itinerary, travel: TravelTimes) -> None:
        self._itinerary = itinerary
        self._request = itinerary.request
        self._travel = travel
        self._zone = ZoneInfo(itinerary.request.city.timezone)
        self._left_out = Counter(entry.what for entry in itinerary.left_out)
        self._pins: dict[str, list[Pin]] = {}
        for pin in itinerary.request.pins:
            self._pins.setdefault(pin.place_id, []).append(pin)
        self._wished = {*itinerary.request.must_see, *self._pins}

    def violations(self) -> Iterator[Violation]:
        of_a_day: tuple[Callable[[int, Day], Iterator[Violation]], ...] = (
            self._date,
            self._times,
            self._legs,
            self._meals,
            self._places,
            self._pace,
        )
        for number, day in enumerate(self._itinerary.days, start=1):
            for rule in of_a_day:
                yield from rule(number, day)
        yield from self._whole_trip()

    # -- one day -----------------------------------------------------------------------------

    def _date(self, number: int, day: Day) -> Iterator[Violation]:
        if (day.date - self._request.start).days != number - 1:
            yield Violation(
                "dates", number, f"Day {number} is {day.date}, not day {number} of the trip."
            )

    def _times(self, number: int, day: Day) -> Iterator[Violation]:
        for visit in day.visits:
            name = visit.place.name
            for moment in (visit.arrival, visit.departure):
                if moment.tzinfo is None:
                    yield Violation("timezone", number, f"A time at {name} has no time zone.")
                elif moment.utcoffset() != moment.astimezone(self._zone).utcoffset():
                    yield Violation(
                        "timezone", number, f"A time at {name} is not in the city's time zone."
                    )
            arrival, departure = self._span(day, visit)
            if departure - arrival < visit.place.minutes:
                yield Violation(
                    "short",
                    number,
                    f"{name} gets {departure - arrival:g} minutes; a visit takes "
                    f"{visit.place.minutes}.",
                )
            try:
                open_then = hours.open_intervals(
                    visit.place.hours,
                    day.date,
                    country=self._request.city.country,
                    timezone=self._request.city.timezone,
                    coordinates=visit.place.coordinates,
                )
            except DataError as error:
                yield Violation("closed", number, str(error.args[0]))
                continue
            if not any(opens <= arrival and departure <= closes for opens, closes in open_then):
                yield Violation(
                    "closed",
                    number,
                    f"{name} is not open on {day.date} from {_clock(arrival)} to "
                    f"{_clock(departure)}.",
                )

    def _legs(self, number: int, day: Day) -> Iterator[Violation]:
        visits, legs = day.visits, day.legs
        if len(legs) != (len(visits) + 1 if visits else 0):
            yield Violation("travel", number, f"Day {number} has {len(legs)} legs, not one a way.")
            return
        if not visits:
            return
        start, end = minute_of_day(self._request.day_start), minute_of_day(self._request.day_end)
        first, last = visits[0], visits[-1]
        if self._span(day, first)[0] - legs[0].minutes < start:
            yield Violation(
                "day_bounds", number, f"Day {number} starts before {self._request.day_start:%H:%M}."
            )
        if self._span(day, last)[1] + legs[-1].minutes > end:
            yield Violation(
                "day_bounds", number, f"Day {number} ends after {self._request.day_end:%H:%M}."
            )
        base = self._request.base
        if self._too_short(legs[0], self._travel.leg(base, first.place.coordinates)):
            yield Violation("base", number, f"{first.place.name} can't be reached that fast.")
        if self._too_short(legs[-1], self._travel.leg(last.place.coordinates, base)):
            yield Violation("base", number, f"The way back from {last.place.name} takes longer.")
        for (one, other), leg in zip(pairwise(visits), legs[1:-1], strict=True):
            way = f"from {one.place.name} to {other.place.name}"
            if self._too_short(
                leg, self._travel.leg(one.place.coordinates, other.place.coordinates)
            ):
                yield Violation("travel", number, f"The way {way} takes longer than planned.")
            if self._span(day, one)[1] + leg.minutes > self._span(day, other)[0]:
                yield Violation("travel", number, f"There is not time enough to get {way}.")

    def _meals(self, number: int, day: Day) -> Iterator[Violation]:
        had = Counter(visit.meal for visit in day.visits if visit.meal is not None)
        for meal in meals_of_a_day(self._request):
            if not had[meal] and not self._left_out[f"{meal.value} on day {number}"]:
                yield Violation("meal", number, f"Day {number} has no {meal.value}.")
        for meal, times in had.items():
            if times > 1:
                yield Violation("meal", number, f"Day {number} has {times} times {meal.value}.")
        for visit in day.visits:
            place = visit.place
            if visit.meal is None:
                if place.category.is_food and place.id not in self._wished:
                    yield Violation("meal", number, f"{place.name} is for meals, not a sight.")
                continue
            if not place.category.is_food or visit.meal not in place.meals:
                yield Violation("meal", number, f"{place.name} serves no {visit.meal.value}.")
            missing = sorted(d.value for d in set(self._request.diets) - place.diets)
            if missing:
                yield Violation("diet", number, f"{place.name} does not serve {missing[0]} food.")
            booked = any(pinned_meal(place, p) is visit.meal for p in self._pins.get(place.id, ()))
            first, last = MEAL_ARRIVAL.get(visit.meal, (0, 24 * 60))
            arrival = self._span(day, visit)[0]
            if not booked and not first <= arrival <= last:
                yield Violation(
                    "meal",
                    number,
                    f"{visit.meal.value.capitalize()} at {_clock(arrival)} is not between "
                    f"{_clock(first)} and {_clock(last)}.",
                )

    def _places(self, number: int, day: Day) -> Iterator[Violation]:
        request, city = self._request, self._request.city
        for visit in day.visits:
            place = visit.place
            due = place.price * request.travellers
            if (
                not abs(visit.price.amount - due) <= _MONEY_ROUNDING
                or visit.price.currency != city.currency
            ):
                yield Violation(
                    "price",
                    number,
                    f"{place.name} costs {due:.2f} {city.currency}, not "
                    f"{visit.price.amount:.2f} {visit.price.currency}.",
                )
            if place.id in request.avoid:
                yield Violation("avoid", number, f"{place.name} was to be avoided.")
            if self._avoided_kind(visit):
                yield Violation(
                    "avoid_category",
                    number,
                    f"{place.name} is a {place.category.value}, which was to be avoided.",
                )
            if request.step_free and not place.step_free:
                yield Violation("step_free", number, f"{place.name} has steps.")
            away = great_circle_metres(city.coordinates, place.coordinates) / 1000
            if place.city != city.id or away > city.radius_km:
                yield Violation("place", number, f"{place.name} is not in {city.name}.")

    def _avoided_kind(self, visit: Visit) -> bool:
        return (
            visit.meal is None
            and visit.place.category.value in self._request.avoid_categories
            and visit.place.id not in self._wished
        )

    def _pace(self, number: int, day: Day) -> Iterator[Violation]:
        pace = self._request.pace
        if len(day.sights) > pace.max_sights:
            yield Violation(
                "pace",
                number,
                f"Day {number} has {len(day.sights)} sights; a {pace.value} pace allows "
                f"{pace.max_sights}.",
            )
        share = KIDS_BUSY_SHARE if self._request.good_for_kids else 1.0
        spans = (self._span(day, visit) for visit in day.sights)
        busy = sum(departure - arrival for arrival, departure in spans)
        allowed = pace.max_busy_minutes * share
        if busy > allowed:
            yield Violation(
                "pace",
                number,
                f"Day {number} has {busy:g} minutes inside sights; {allowed:g} are allowed.",
            )

    # -- the trip ----------------------------------------------------------------------------

    def _whole_trip(self) -> Iterator[Violation]:
        itinerary, request = self._itinerary, self._request
        if len(itinerary.days) != request.days:
            yield Violation(
                "dates", None, f"The plan has {len(itinerary.days)} days, not {request.days}."
            )
        seen = Counter(visit.place.id for visit in itinerary.visits)
        names = {visit.place.id: visit.place.name for visit in itinerary.visits}
        for place_id, times in seen.items():
            if times > 1:
                yield Violation("duplicate", None, f"{names[place_id]} is visited {times} times.")
        spent = sum(visit.price.amount for visit in itinerary.visits)
        if request.budget is not None and not spent <= request.budget + _MONEY_ROUNDING:
            yield Violation(
                "budget",
                None,
                f"The plan costs {spent:.2f} {request.city.currency}, more than the budget of "
                f"{request.budget:.2f}.",
            )
        yield from self._wishes(seen)

    def _wishes(self, seen: Counter[str]) -> Iterator[Violation]:
        """Each wish is met, or `left_out` has an entry for it.

        An entry names a place, a wish has an id, and a place that is not visited tells nobody its
        name: so the entries that are no wish's id are counted. That is exact as long as no wish
        has two entries.
        """
        meals = {
            f"{meal.value} on day {number}"
            for meal in MEAL_ARRIVAL
            for number in range(1, len(self._itinerary.days) + 1)
        }
        named = self._wished | meals
        explained = sum(n for what, n in self._left_out.items() if what not in named)
        missing = [p for p in self._wished if not seen[p] and p not in self._left_out]
        for place_id in sorted(missing, key=lambda p: (p in self._pins, p))[explained:]:
            kind = "pin" if place_id in self._pins else "must_see"
            yield Violation(
                kind, None, f"{place_id} was wished for and is neither planned nor explained."
            )
        for number, day in enumerate(self._itinerary.days, start=1):
            for visit in day.visits:
                for pin in self._pins.get(visit.place.id, ()):
                    yield from self._pin(number, day, visit, pin)

    def _pin(self, number: int, day: Day, visit: Visit, pin: Pin) -> Iterator[Violation]:
        name = visit.place.name
        if pin.day is not None and pin.day != number:
            yield Violation("pin", number, f"{name} was fixed to day {pin.day}.")
        if pin.at is not None:
            away = abs(self._span(day, visit)[0] - minute_of_day(pin.at))
            if away > PIN_TOLERANCE_MINUTES:
                yield Violation("pin", number, f"{name} was fixed to {pin.at:%H:%M}.")

    # -- arithmetic --------------------------------------------------------------------------

    def _span(self, day: Day, visit: Visit) -> tuple[float, float]:
        """Arrival and departure in minutes after the day's midnight, on the wall clock."""
        midnight = datetime.combine(day.date, time())
        arrival, departure = (
            ((_wall(moment, self._zone) - midnight).total_seconds()) / 60
            for moment in (visit.arrival, visit.departure)
        )
        return arrival, departure

    @staticmethod
    def _too_short(leg: Leg, needed: Leg) -> bool:
        return leg.minutes + _LEG_ROUNDING_MINUTES < needed.minutes


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    there = moment if moment.tzinfo is None else moment.astimezone(zone)
    return there.replace(tzinfo=None)


def _clock(minutes: float) -> str:
    hour, minute = divmod(int(minutes), 60)
    return f"{hour:02d}:{minute:02d}"
