"""A trip: what was asked (`TripRequest`) and what came of it (`Itinerary`). Frozen values.

A trip leads to one city, or through several, a `Stay` each. All datetimes are aware, in the time
zone of their day's city; in JSON they are ISO 8601 with offset.
The JSON form is `tools.trip_json`; it follows `docs/itinerary.schema.json`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tools.place import City, Coordinates, Diet, Interest, MealKind, Place

MAX_DAYS = 21
"""Longest trip that is planned in one piece."""
MAX_STAYS = 6
"""Most cities of a trip."""
ARRIVAL_MINUTES = 60
"""From the hour of arrival in a city to the first step out of the lodging."""
DEPARTURE_MINUTES = 120
"""From the lodging to the hour of departure, waiting included."""
DAY_START, DAY_END = time(9, 0), time(21, 30)
"""Of a day, where nothing else was said."""
OPEN_END = time(23, 59)
"""End of a day that was widened for a place and goes on past midnight."""
OPEN_END_MINUTES = 26 * 60
"""When one is back from such a day, in minutes after the midnight that it began with."""
KIDS_DAY_END = time(20, 0)
"""Children are back by then."""
KIDS_BUSY_SHARE = 0.8
"""Of a pace's busy minutes, with children."""


class Pace(StrEnum):
    """How full a day is."""

    RELAXED = "relaxed"
    BALANCED = "balanced"
    PACKED = "packed"

    @property
    def max_sights(self) -> int:
        """Sights a day, meals not counted."""
        return {Pace.RELAXED: 3, Pace.BALANCED: 5, Pace.PACKED: 7}[self]

    @property
    def max_busy_minutes(self) -> int:
        """Minutes a day inside sights (meals, legs and waiting not counted)."""
        return {Pace.RELAXED: 270, Pace.BALANCED: 390, Pace.PACKED: 510}[self]

    @property
    def rest_minutes(self) -> int:
        """Minutes to sit down after each sight, before the way to the next stop."""
        return {Pace.RELAXED: 15, Pace.BALANCED: 5, Pace.PACKED: 0}[self]


class Mode(StrEnum):
    """How a leg is travelled."""

    WALK = "walk"
    TRANSIT = "transit"


class Carrier(StrEnum):
    """What takes one from city to city."""

    RAIL = "rail"
    """Train or coach, whichever goes: an estimate holds for either."""
    AIR = "air"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency (ISO 4217)."""

    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class Pin:
    """A place the traveller fixed: to the trip, to a day (1-based), to a time, or to both."""

    place_id: str
    day: int | None = None
    at: time | None = None
    """Arrival is within 15 minutes of this local time."""


@dataclass(frozen=True, slots=True)
class DayHours:
    """Other hours than the trip's on one day; None leaves that end as it is."""

    day: int
    """1-based."""
    start: time | None = None
    end: time | None = None
    made_for: tuple[str, ...] = ()
    """Ids of the places for which the day was widened (`tools.editing.rooms`); none where the
    traveller named all of its hours."""
    named_hour: str = ""
    """"start" or "end": which one the traveller named, where the other was made for places."""

    @property
    def named(self) -> tuple[time | None, time | None]:
        """Start and end, as far as the traveller named them."""
        if not self.made_for:
            return self.start, self.end
        start, end = (self.named_hour == which for which in ("start", "end"))
        return self.start if start else None, self.end if end else None

    @property
    def made(self) -> tuple[time | None, time | None]:
        """Start and end, as far as they were made for places."""
        start, end = self.named
        return None if start else self.start, None if end else self.end

    @property
    def open_end(self) -> bool:
        """Whether the day goes on past midnight, for the place that it was widened for."""
        return self.made[1] == OPEN_END


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A stretch of a day (1-based), or of every day, in which nothing is planned, no way either."""

    day: int | None
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class WalkLimit:
    """How far one wants to walk."""

    leg_minutes: int | None = None
    """At a time: a longer way goes by public transport."""
    day_metres: int | None = None
    """In a day, all walked legs together."""


@dataclass(frozen=True, slots=True)
class Stay:
    """The days that a trip spends in one city."""

    city: City
    days: int
    lodging: Coordinates | None = None
    lodging_name: str = ""
    way_minutes: int | None = None
    """Door to door from the city before, where the traveller knows it; else it is estimated."""

    @property
    def base(self) -> Coordinates:
        """Where its days start and end."""
        return self.lodging or self.city.coordinates


@dataclass(frozen=True, slots=True)
class TripRequest:
    """Everything the traveller wished for, resolved against the store.

    Of a trip through several cities, `city` and the lodging are those of the first stay, money is
    in the first city's currency, and `days` is the sum over `stays`.

    Raises:
        InvalidRequestError: by `tools.planning.problem.validate`, not here.
    """

    city: City
    start: date
    days: int
    pace: Pace = Pace.BALANCED
    interests: tuple[Interest, ...] = ()
    budget: float | None = None
    """For the whole party and the whole trip, entries and meals, in the city's currency."""
    travellers: int = 1
    must_see: tuple[str, ...] = ()
    """Place ids that have to be in the plan, best effort with a reason when impossible."""
    avoid: tuple[str, ...] = ()
    """Place ids that must not be in the plan."""
    avoid_categories: tuple[str, ...] = ()
    """`Category` values that must not be in the plan (food categories are ignored for meals)."""
    pins: tuple[Pin, ...] = ()
    diets: tuple[Diet, ...] = ()
    """Every meal is at a place that serves all of these."""
    step_free: bool = False
    good_for_kids: bool = False
    """Prefers places for children and shortens the day's sights by a fifth; their rest is in
    `free`."""
    lodging: Coordinates | None = None
    """Where days start and end; the city's centre when unknown."""
    lodging_name: str = ""
    day_start: time = DAY_START
    day_end: time = DAY_END
    hours: tuple[DayHours, ...] = ()
    """At most one entry a day."""
    free: tuple[FreeTime, ...] = ()
    arrive_at: time | None = None
    """When one reaches the city on the first day; the day begins `ARRIVAL_MINUTES` later."""
    leave_at: time | None = None
    """When one leaves it on the last day; the day is over `DEPARTURE_MINUTES` before."""
    walk: WalkLimit | None = None
    most_of: tuple[tuple[str, int], ...] = ()
    """At most so many sights of a `Category` value a day; must-sees and pins may exceed it."""
    stays: tuple[Stay, ...] = ()
    """Of a trip through several cities, in order; empty for one of a single city."""

    @property
    def base(self) -> Coordinates:
        """Where each day (of the first stay) starts and ends."""
        return self.lodging or self.city.coordinates

    def hours_on(self, day: int | None) -> tuple[time, time]:
        """From when and until when one is out on a day, from 1; None: on those without own hours.

        What arrival, departure and transfers take of it is not reckoned.
        """
        start, end = self.day_start, self.day_end
        for own in self.hours:
            if own.day == day:
                start, end = own.start or start, own.end or end
        return start, end

    @property
    def dates(self) -> tuple[date, ...]:
        """The trip's dates, first to last."""
        return tuple(self.start + timedelta(days=i) for i in range(self.days))

    @property
    def all_stays(self) -> tuple[Stay, ...]:
        """The stays, also where there is but one."""
        one = Stay(self.city, self.days, self.lodging, self.lodging_name)
        return self.stays or (one,)

    @property
    def cities(self) -> tuple[City, ...]:
        """The cities in order; one may come twice."""
        return tuple(stay.city for stay in self.all_stays)

    def pin_of(self, place_id: str) -> Pin | None:
        """The first pin of a place."""
        return next((pin for pin in self.pins if pin.place_id == place_id), None)

    def stay_on(self, day: int) -> Stay:
        """Where one is on a 1-based day; beyond the trip's end, the last stay."""
        last = 0
        for stay in self.all_stays:
            last += stay.days
            if day <= last:
                return stay
        return self.all_stays[-1]


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay at one place: a sight when `meal` is None, else that meal."""

    place: Place
    arrival: datetime
    departure: datetime
    price: Money
    """For the whole party."""
    meal: MealKind | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Leg:
    """The way to the next stop (the day's first leg starts, its last ends, at the lodging)."""

    mode: Mode
    minutes: int
    metres: int


@dataclass(frozen=True, slots=True)
class Day:
    """One date: visits in order and `len(visits) + 1` legs (none when there is no visit)."""

    date: date
    visits: tuple[Visit, ...] = ()
    legs: tuple[Leg, ...] = ()

    @property
    def way_minutes(self) -> int:
        """Of all its legs."""
        return sum(leg.minutes for leg in self.legs)

    @property
    def sights(self) -> tuple[Visit, ...]:
        """Visits that are not meals."""
        return tuple(v for v in self.visits if v.meal is None)


@dataclass(frozen=True, slots=True)
class Transfer:
    """The way from one city to the next, on the first day of the later stay."""

    day: int
    """1-based."""
    origin: City
    destination: City
    carrier: Carrier
    metres: int
    departure: datetime
    """From the lodging in `origin`."""
    arrival: datetime
    """At the lodging in `destination`."""

    @property
    def minutes(self) -> int:
        """Door to door."""
        # by timestamps: within one zone a difference would be of clocks, across a clock change too
        return round((self.arrival.timestamp() - self.departure.timestamp()) / 60)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something the traveller wished for that the plan does not hold, and why."""

    what: str
    """A place's name, or "lunch on day 2"."""
    reason: str
    could_be: tuple[str, ...] = ()
    """Names of up to five places that `what` fits equally well, where it fits several: a wish that
    is open until one of them is chosen."""


@dataclass(frozen=True, slots=True)
class Itinerary:
    """A plan: the request it answers, its days, and what did not fit."""

    request: TripRequest
    days: tuple[Day, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Assumptions to tell the traveller, one sentence each (an assumed date, for example)."""
    transfers: tuple[Transfer, ...] = ()
    """From each stay to the next."""

    @property
    def cost(self) -> Money:
        """Entries and meals of the whole party, in the first city's currency."""
        from tools.money import convert  # here: only trips of several currencies need it

        currency = self.request.city.currency
        sums: dict[str, float] = {}
        for visit in self.visits:
            sums[visit.price.currency] = sums.get(visit.price.currency, 0.0) + visit.price.amount
        amount = sum(convert(of_one, known, currency) for known, of_one in sums.items())
        return Money(round(amount, 2), currency)

    @property
    def visits(self) -> tuple[Visit, ...]:
        """All visits of all days, in order."""
        return tuple(v for d in self.days for v in d.visits)

    def visit_of(self, place_id: str) -> tuple[int, Visit] | None:
        """The 1-based day and the visit of a place; None where the plan lacks it."""
        for number, day in enumerate(self.days, start=1):
            for visit in day.visits:
                if visit.place.id == place_id:
                    return number, visit
        return None

    def to_json(self) -> str:
        """JSON text after `docs/itinerary.schema.json`."""
        from tools import trip_json  # here: trip_json needs these classes

        return trip_json.dumps(self)

    @classmethod
    def from_json(cls, text: str) -> Itinerary:
        """Reads `to_json`'s text.

        Raises:
            DataError: not JSON, another schema version, or a field missing or of a wrong type.
        """
        from tools import trip_json

        return trip_json.loads(text)


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which an itinerary can't be done or breaks its own request."""

    kind: str
    """A stable word: "closed", "travel", "budget", "meal", "must_see", "pin", ..."""
    day: int | None
    """1-based, None when it concerns the whole trip."""
    message: str
    """One sentence for the traveller."""
