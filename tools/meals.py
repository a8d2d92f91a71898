"""What counts as a meal: the definition that planner, checker and exports share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from tools.place import Category, MealKind, Place
from tools.trip import Pin, TripRequest

MEAL_ARRIVAL: dict[MealKind, tuple[int, int]] = {
    MealKind.LUNCH: (12 * 60, 14 * 60),
    MealKind.DINNER: (18 * 60 + 30, 20 * 60 + 30),
}
"""The planned meals and when one arrives for them, minutes after midnight, both ends included."""

_PINNED_ARRIVAL: dict[MealKind, tuple[int, int]] = {
    MealKind.LUNCH: (11 * 60, 15 * 60 + 30),
    MealKind.DINNER: (17 * 60 + 30, 22 * 60),
}
"""A table booked for a time in these ranges is still that day's lunch or dinner."""

SHORTEST_MEAL_MINUTES = 60
"""A day that can't hold this much inside a meal's arrival window has no such meal."""

PIN_TOLERANCE_MINUTES = 15
"""How far from a pin's time one may arrive."""


def minute_of_day(clock: time) -> int:
    """Whole minutes after midnight; seconds are dropped."""
    return clock.hour * 60 + clock.minute


def meals_within(
    start: int, end: int, free: Sequence[tuple[int, int]] = ()
) -> tuple[MealKind, ...]:
    """The meals that a day should hold: those for which its bounds leave time.

    Args:
        start: minute of the day at which it begins.
        end: minute at which it is over.
        free: stretches in which nothing is planned, ascending and disjoint.
    """
    found = []
    for meal, (first, last) in MEAL_ARRIVAL.items():
        edges = [start, *(edge for block in free for edge in block), end]
        spans = zip(edges[::2], edges[1::2], strict=True)
        if any(max(a, first) <= min(last, b - SHORTEST_MEAL_MINUTES) for a, b in spans):
            found.append(meal)
    return tuple(found)


def serves(place: Place, meal: MealKind, request: TripRequest) -> bool:
    """Whether one can have that meal there with all the diets asked for."""
    return place.category.is_food and meal in place.meals and place.diets >= set(request.diets)


def pinned_meal(place: Place, pin: Pin) -> MealKind | None:
    """The meal that a place pinned to a time is meant for, if any.

    A bar without lunches is there for its drinks after dinner time: dinner is had before, and
    elsewhere.
    """
    if pin.at is None:
        return None
    at = minute_of_day(pin.at)
    evening = place.category is Category.BAR and MealKind.LUNCH not in place.meals
    if evening and at > MEAL_ARRIVAL[MealKind.DINNER][1]:
        return None
    for meal, (first, last) in _PINNED_ARRIVAL.items():
        if first <= at <= last and meal in place.meals and place.category.is_food:
            return meal
    return None


def rest_after(place: Place, request: TripRequest, at: time | None) -> int:
    """Minutes to sit down after a visit to a place that was asked for; none after a meal.

    Args:
        place: to be visited.
        request: of the trip.
        at: the hour to which it is fixed, or is to be; None for any.
    """
    if at is None:
        meal = place.category.is_food and bool(place.meals)
    else:
        meal = pinned_meal(place, Pin(place.id, at=at)) is not None
    return 0 if meal else request.pace.rest_minutes
