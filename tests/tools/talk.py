"""A conversation's calls, for tests of what the catalog's tools do one after another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tools.catalog import perform
from tools.check import check
from tools.outcome import SITUATIONS, Outcome, Trip
from tools.place import Category
from tools.services import TravelServices
from tools.trip import Itinerary, Visit

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday; what the services of these tests take for the present."""


class Talk:
    """A conversation's calls, one after another; each outcome is checked for its form."""

    def __init__(self, services: TravelServices) -> None:
        self.services = services
        self.trip = Trip()

    def __call__(self, name: str, /, **arguments: Any) -> Outcome:
        """Performs a call on the trip as it is."""
        outcome = perform(self.services, self.trip, name, arguments)
        assert outcome.situation in SITUATIONS
        assert list(outcome.facts) == [
            key for key in SITUATIONS[outcome.situation] if key in outcome.facts
        ]
        assert all(isinstance(value, str) and value for value in outcome.facts.values())
        itinerary = outcome.trip.itinerary
        if itinerary is not None and itinerary is not self.trip.itinerary:
            assert check(itinerary) == ()
        self.trip = outcome.trip
        return outcome

    @property
    def plan(self) -> Itinerary:
        """The trip's plan."""
        assert self.trip.itinerary is not None
        return self.trip.itinerary

    def names(self, day: int | None = None) -> list[str]:
        """Names of the places of a day, or of all days."""
        days = self.plan.days if day is None else (self.plan.days[day - 1],)
        return [visit.place.name for of_day in days for visit in of_day.visits]

    def visit(self, name: str) -> Visit:
        """The first visit to the place of this name."""
        return next(visit for visit in self.plan.visits if visit.place.name == name)

    def lacks(self, category: Category = Category.MUSEUM) -> str:
        """The foremost place of a kind in Lisbon that the trip does not hold."""
        places = self.services.store.places("lisbon", categories=(category,))
        return next(place.name for place in places if place.name not in self.names())
