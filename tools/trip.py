"""A trip: what was asked (`TripRequest`) and what came of it (`Itinerary`). Frozen values.

All datetimes are aware, in the destination's time zone; in JSON they are ISO 8601 with offset.
The JSON form is `tools.trip_json`; it follows `docs/itinerary.schema.json`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tools.place import City, Coordinates, Diet, Interest, MealKind, Place

MAX_DAYS = 21
"""Longest trip that is planned in one piece."""


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


class Mode(StrEnum):
    """How a leg is travelled."""

    WALK = "walk"
    TRANSIT = "transit"


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
class TripRequest:
    """Everything the traveller wished for, resolved against the store.

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
    """Prefers places for children and shortens the day's sights by a fifth."""
    lodging: Coordinates | None = None
    """Where days start and end; the city's centre when unknown."""
    lodging_name: str = ""
    day_start: time = time(9, 0)
    day_end: time = time(21, 30)

    @property
    def base(self) -> Coordinates:
        """Where each day starts and ends."""
        return self.lodging or self.city.coordinates

    @property
    def dates(self) -> tuple[date, ...]:
        """The trip's dates, first to last."""
        return tuple(self.start + timedelta(days=i) for i in range(self.days))


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
    def sights(self) -> tuple[Visit, ...]:
        """Visits that are not meals."""
        return tuple(v for v in self.visits if v.meal is None)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something the traveller wished for that the plan does not hold, and why."""

    what: str
    """A place's name, or "lunch on day 2"."""
    reason: str


@dataclass(frozen=True, slots=True)
class Itinerary:
    """A plan: the request it answers, its days, and what did not fit."""

    request: TripRequest
    days: tuple[Day, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Assumptions to tell the traveller, one sentence each (an assumed date, for example)."""

    @property
    def cost(self) -> Money:
        """Entries and meals of the whole party."""
        amount = sum(v.price.amount for d in self.days for v in d.visits)
        return Money(round(amount, 2), self.request.city.currency)

    @property
    def visits(self) -> tuple[Visit, ...]:
        """All visits of all days, in order."""
        return tuple(v for d in self.days for v in d.visits)

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
