"""Made-up cities and requests for the planner's benchmarks, from seeds."""

from __future__ import annotations

from datetime import date, time
from random import Random

from tools.place import Category, City, Coordinates, Diet, Interest, MealKind, Place
from tools.trip import Pace, Pin, TripRequest

CITY = City("sampleton", "Sampleton", "FR", Coordinates(48.5, 2.5), "Europe/Paris", "EUR", 25.0)
MONDAY = date(2027, 4, 5)
_KM_NORTH, _KM_EAST = 1 / 111.2, 1 / 73.7
_SIGHTS = tuple(c for c in Category if not c.is_food)
_HOURS = (
    "24/7",
    "24/7",
    "Mo-Su 09:00-18:00",
    "Tu-Su 10:00-18:00",
    "We-Mo 09:30-17:30",
    "Mo-Sa 09:00-12:30,14:00-18:30",
    "Tu-Su 10:00-13:00,15:00-19:00",
    "Mo-Fr 10:00-17:00",
    "Mo-Su 08:00-20:00",
    "Th-Su 12:00-22:00",
    "Mo-Su 10:00-17:00",
    "Sa,Su 09:00-15:00",
)
_TABLES = ("Mo-Su 12:00-15:00,19:00-23:00", "Tu-Su 12:00-23:00", "Mo-Sa 12:00-14:30,18:30-22:30")


def city(places: int, seed: int) -> tuple[Place, ...]:
    """So many places in clusters about the centre, a quarter of them to eat at."""
    dice = Random(f"city {places} {seed}")
    clusters = [(dice.gauss(0, 2.5), dice.gauss(0, 2.5)) for _ in range(max(3, places // 25))]
    found = []
    for number in range(places):
        north, east = dice.choice(clusters)
        at = Coordinates(
            CITY.coordinates.lat + (north + dice.gauss(0, 0.5)) * _KM_NORTH,
            CITY.coordinates.lon + (east + dice.gauss(0, 0.5)) * _KM_EAST,
        )
        found.append(_food(number, at, dice) if number % 4 == 3 else _sight(number, at, dice))
    return tuple(found)


def _sight(number: int, at: Coordinates, dice: Random) -> Place:
    return Place(
        id=f"sampleton-sight-{number}",
        name=f"Sight {number}",
        category=dice.choice(_SIGHTS),
        coordinates=at,
        city=CITY.id,
        minutes=dice.choice((20, 30, 45, 45, 60, 60, 90, 120)),
        hours=dice.choice(_HOURS),
        price=float(dice.choice((0, 0, 0, 8, 12, 18, 25))),
        importance=min(100, max(10, round(dice.gauss(62, 18)))),
        interests=tuple(dice.sample(list(Interest), 2)),
        good_for_kids=dice.random() < 0.5,
        step_free=dice.random() < 0.7,
    )


def _food(number: int, at: Coordinates, dice: Random) -> Place:
    return Place(
        id=f"sampleton-food-{number}",
        name=f"Table {number}",
        category=Category.RESTAURANT,
        coordinates=at,
        city=CITY.id,
        minutes=dice.choice((45, 60, 75, 90)),
        hours=dice.choice(_TABLES),
        price=float(dice.choice((12, 18, 25, 40))),
        importance=dice.randint(30, 80),
        cuisine="local",
        meals=frozenset({MealKind.LUNCH, MealKind.DINNER}),
        diets=frozenset(d for d in Diet if dice.random() < 0.4),
        step_free=dice.random() < 0.8,
    )


def request(places: tuple[Place, ...], days: int, seed: int) -> TripRequest:
    """A trip with interests, a budget, must-sees and a pin, most of which can be had."""
    dice = Random(f"request {len(places)} {days} {seed}")
    sights = [p for p in places if not p.category.is_food and p.hours != "Sa,Su 09:00-15:00"]
    wished = dice.sample(sights, min(6, days + 1))
    fixed = dice.choice([p for p in sights if p.hours == "24/7" and p not in wished])
    return TripRequest(
        city=CITY,
        start=MONDAY,
        days=days,
        pace=dice.choice((Pace.BALANCED, Pace.BALANCED, Pace.PACKED, Pace.RELAXED)),
        interests=tuple(dice.sample(list(Interest), 2)),
        budget=70.0 * days,
        must_see=tuple(p.id for p in wished),
        pins=(Pin(fixed.id, dice.randint(1, days), time(dice.randint(10, 17))),),
    )
