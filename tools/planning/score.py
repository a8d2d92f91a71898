"""What a place is worth to a traveller. Points: 100 is the sight nobody wants to miss.

- Importance counts with its third power: a first visitor prefers one sight of 95 to two of 70.
  The exponent was chosen by reading plans; 1.6 filled days with small near sights.
- An interest that a place meets raises it and meeting none lowers it, but never a place of
  importance `FAMOUS` or more: a first visitor who likes nature still wants the Colosseum.
- Within a category returns diminish (`numeric.Problem`); in categories that match the interests
  they diminish later, and the more important a place, the smaller the part of its value that
  diminishes (`fame`): who saw Kiyomizu-dera still wants to see Kinkaku-ji. Profits that depend on
  each other are a known variant of tourist trip design (Gavalas et al. 2014, Journal of
  Heuristics 20:291-328).
- A minute on the way costs `TRAVEL_WEIGHT` points, a minute waited `WAIT_WEIGHT`, and each
  minute of a single wait beyond `PATIENCE` another `LONG_WAIT_WEIGHT`.
- On a day for which rain is forecast a sight in the open is worth less (`rain_loss`).
"""

from __future__ import annotations

from tools.place import Category, MealKind, Place
from tools.trip import TripRequest

TRAVEL_WEIGHT = 1.0
WAIT_WEIGHT = 0.15
LONG_WAIT_WEIGHT = 0.4
PATIENCE = 75
"""Minutes."""
FAMOUS = 90
PIN_BONUS = 30_000.0
MUST_SEE_BONUS = 10_000.0
MEAL_BONUS = 1_000.0
"""A meal comes before any sight that was not asked for, and after any that was."""
SHORT_DINNER = 45
"""Minutes; who eats faster than that had a snack."""
NO_BAR_FOR_CHILDREN = 100.0
"""Points: a family rather goes an hour and a half farther, but eats in a bar before nowhere."""
STAY_BONUS = 25.0
"""For a place that is replanned and stays on its day: a move has to be worth it."""
LEAN_WEIGHT = 0.1
"""Of a minute by which such a place starts earlier or later than it did."""
WET_MM = 1.0
"""Rain or melted snow from which a day counts as wet, mm (as in tables of climate)."""
SOAKED_MM = 10.0
"""Rain from which on nothing gets worse."""
RAIN_SHARE = 0.5
"""Of its value that a sight in the open has less on a day of `SOAKED_MM`."""
IN_THE_OPEN = frozenset(
    {Category.PARK, Category.BEACH, Category.RUINS, Category.VIEWPOINT, Category.ZOO}
)
KNEE = 300.0
"""Value sum at which a category's next place counts half."""


def sight_value(place: Place, request: TripRequest) -> float:
    """Points of a visit, before diminishing returns; positive."""
    return 100.0 * float((max(place.importance, 1) / 100) ** 3) * _liking(place, request)


def _liking(place: Place, request: TripRequest) -> float:
    """How much more than others this party likes the place, by its interests and children."""
    factor = 1.0
    if request.interests:
        met = len(set(place.interests) & set(request.interests))
        factor = (0.6, 1.6, 1.9)[min(met, 2)]
        if place.importance >= FAMOUS:
            factor = max(factor, 1.0)
    if request.good_for_kids:
        factor *= 1.5 if place.good_for_kids else 0.6
    return factor


def fame(place: Place) -> float:
    """The share of a sight's value that does not diminish: 0 up to importance 70, 1 from 95."""
    return min(1.0, max(0.0, (place.importance - 70) / 25))


def rain_loss(place: Place, request: TripRequest, mm: float) -> float:
    """Points that a sight is worth less on a day with so much rain."""
    if place.category not in IN_THE_OPEN:
        return 0.0
    wetness = min(1.0, max(0.0, (mm - WET_MM) / (SOAKED_MM - WET_MM)))
    return RAIN_SHARE * wetness * sight_value(place, request)


def meal_value(place: Place, meal: MealKind, request: TripRequest) -> float:
    """Points of having that meal there, on top of `MEAL_BONUS`: a known table is worth a walk."""
    value = 0.4 * place.importance * _liking(place, request)
    if meal is MealKind.DINNER and (
        place.category in (Category.CAFE, Category.BAR) or place.minutes < SHORT_DINNER
    ):
        value -= 10
    if request.good_for_kids and place.category is Category.BAR and not place.good_for_kids:
        value -= NO_BAR_FOR_CHILDREN
    return value


def knee(category: Category, places: list[Place], request: TripRequest) -> float:
    """Where returns within the category bend: `KNEE`, up to twice that where interests match."""
    of_it = [p for p in places if p.category is category]
    if not of_it or not request.interests:
        return KNEE
    matching = sum(1 for p in of_it if set(p.interests) & set(request.interests))
    return KNEE * (1 + matching / len(of_it))
