"""What it is worth to have another place where one is, in the points of `tools.planning.score`.

What a party gives for the place, with a start for those of the old one's kind, less what the swap
costs: minutes more on the way and minutes by which other stops of the day move, as the planner
weighs them, and money. What a swap saves in money is told but brings no points: who pays for a
museum has not asked for a free viewpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tools.editing.core import Planner
from tools.place import Place
from tools.planning.rain import Rain
from tools.planning.score import (
    LEAN_WEIGHT,
    TRAVEL_WEIGHT,
    meal_value,
    rain_loss,
    sight_value,
)
from tools.travel import TRANSIT_OVERHEAD_MINUTES, with_short_walks
from tools.trip import KIDS_BUSY_SHARE, Day, Itinerary, TripRequest, Visit

KIN = 10.0
"""Points for a place of the old one's category: for the nearest square one goes ten minutes
farther, not across the town."""
WISHED = 100.0
"""Points for a place that was asked for and had no room: as for the sight nobody wants to miss."""
TICKET = 10.0
"""Points that the usual price of a ticket, or of a meal, is worth: ten minutes on the way, about
what one walks to save a fare."""
FAR = 2 * TRANSIT_OVERHEAD_MINUTES
"""Minutes more of a day's way that need a strong reason: two rides in the place of two walks."""
REMOTE = 2 * FAR
"""Minutes more from which it is no help beside others: more than most visits are long."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a swap costs; less than 0 is what it saves."""

    way: int
    """Minutes more on the way that day."""
    price: float
    """More money for the whole party, in the city's currency."""
    moved: int = 0
    """Minutes by which the day's other stops are earlier or later, all together."""
    reordered: bool = False
    """Whether they come in another order."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A visit that could go, and what its day was."""

    itinerary: Itinerary
    planner: Planner
    number: int
    """1-based day."""
    old: Visit
    rain: Rain
    usual_price: float
    """Of a paid sight of the city, or of a meal: the median for one; infinite where all is free."""

    @classmethod
    def of(
        cls, itinerary: Itinerary, planner: Planner, number: int, old: Visit, rain: Rain
    ) -> Swap:
        """The swap of a visit on a 1-based day."""
        food = old.meal is not None
        prices = [
            place.price
            for place in planner.places
            if place.city == old.place.city and place.category.is_food is food and place.price > 0
        ]
        usual = median(prices) if prices else float("inf")
        return cls(itinerary, planner, number, old, rain, usual)

    @property
    def request(self) -> TripRequest:
        """What was wished for before the swap."""
        return self.itinerary.request

    @property
    def day(self) -> Day:
        """The day before the swap."""
        return self.itinerary.days[self.number - 1]

    def expected(self, place: Place) -> Cost:
        """What it costs where the place takes the old one's turn, and all goes on in time."""
        visits, base = self.day.visits, self.request.stay_on(self.number).base
        stops = [base, *(visit.place.coordinates for visit in visits), base]
        at = visits.index(self.old) + 1
        travel = with_short_walks(self.planner.travel, self.request.walk)
        new = pairwise([stops[at - 1], place.coordinates, stops[at + 1]])
        way = sum(travel.leg(*ends).minutes for ends in new)
        was = sum(leg.minutes for leg in self.day.legs[at - 1 : at + 1])
        price = place.price * self.request.travellers - self.old.price.amount
        return Cost(way - was, round(price, 2))

    def real(self, after: Itinerary, place: Place) -> Cost:
        """What it costs by the plan with the place."""
        was, now = self.day, after.days[self.number - 1]
        new = next(visit for visit in now.visits if visit.place.id == place.id)
        hours = {visit.place.id: visit.arrival for visit in was.visits}
        moved = sum(
            abs((visit.arrival - hours[visit.place.id]).total_seconds())
            for visit in now.visits
            if visit.place.id in hours
        )
        order = [visit.place.id for visit in now.visits if visit is not new]
        before = [visit.place.id for visit in was.visits if visit is not self.old]
        return Cost(
            way=now.way_minutes - was.way_minutes,
            price=round(new.price.amount - self.old.price.amount, 2),
            moved=round(moved / 60),
            reordered=order != before,
        )

    def fits_pace(self, place: Place) -> bool:
        """Whether the day's sights, all kept, leave the minutes that the place takes."""
        if self.old.meal is not None:
            return True
        request = self.request
        limit = request.pace.max_busy_minutes * (KIDS_BUSY_SHARE if request.good_for_kids else 1)
        kept = sum(visit.place.minutes for visit in self.day.sights if visit is not self.old)
        return kept + place.minutes <= limit

    def worth(self, place: Place, cost: Cost) -> float:
        """Points of having the place instead."""
        request = self.request
        if self.old.meal is not None:
            value = meal_value(place, self.old.meal, request)
        else:
            wet = self.rain.get((place.city, self.day.date), 0.0)
            value = sight_value(place, request) - rain_loss(place, request, wet)
        if place.category is self.old.place.category:
            value += KIN
        if place.id in request.must_see:
            value += WISHED
        return (
            value
            - TRAVEL_WEIGHT * cost.way
            - LEAN_WEIGHT * cost.moved
            - TICKET * max(0.0, cost.price / request.travellers) / self.usual_price
        )

    def needs_reason(self, cost: Cost) -> bool:
        """Whether it costs so much way or money that only a strong reason speaks for it."""
        dear = cost.price >= self.usual_price * self.request.travellers
        return dear or cost.way >= FAR
