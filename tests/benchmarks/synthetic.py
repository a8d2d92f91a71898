"""Made-up places: as many as one likes, spread over cities of all sizes as real ones are."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from itertools import accumulate

from tools.importing.facts import INTERESTS, MINUTES, SOURCE
from tools.place import FOOD_CATEGORIES, Category, City, Coordinates, Diet, MealKind, Place

_SHARES: dict[Category, int] = {
    Category.RESTAURANT: 30,
    Category.CAFE: 14,
    Category.BAR: 10,
    Category.PARK: 12,
    Category.WORSHIP: 12,
    Category.LANDMARK: 6,
    Category.VIEWPOINT: 4,
    Category.MUSEUM: 3,
    Category.SQUARE: 2,
    Category.RUINS: 2,
    Category.GALLERY: 1,
    Category.CASTLE: 1,
    Category.THEATRE: 1,
    Category.SHOPPING: 1,
    Category.MARKET: 1,
}
"""Of a hundred features, about as an extract of Germany has them."""

CUISINES = (
    "italian pizza german regional turkish kebab greek chinese indian japanese sushi vietnamese "
    "thai mexican burger steak_house french spanish tapas korean lebanese ethiopian georgian "
    "seafood barbecue breakfast coffee cake noodle ramen"
).split()
_FIRST = (
    "Golden Silver Red Blue Green Old New Little Great Royal White Black Upper Lower Lucky Quiet "
    "Hidden Sunny Stone River Forest Garden Market Station Castle Abbey Mill Bridge Harbour Lion "
    "Eagle Bear Fox Swan Crown Anchor Rose Lily Oak Linden Birch Apple Cherry Maria Anna Peter "
    "Paul Martin George Nicholas Francis Clara Teresa Luisa Marco Paolo Yuki Mehmet Nikos Ivan"
).split()
_LAST: dict[Category, tuple[str, ...]] = {
    Category.RESTAURANT: ("Kitchen", "Trattoria", "Tavern", "Table", "Inn", "Grill"),
    Category.CAFE: ("Café", "Coffee House", "Bakery", "Tea Room"),
    Category.BAR: ("Bar", "Pub", "Taproom"),
    Category.PARK: ("Park", "Gardens", "Meadow", "Grove"),
    Category.WORSHIP: ("Church", "Chapel", "Cathedral", "Mosque"),
    Category.MUSEUM: ("Museum", "Collection", "House of History"),
}
_SYLLABLES = "ba be bi bo bu da de di do ka ke ki ko la le li lo ma me mi mo na ne ni no ra re ri"
_DAYS = ("Mo-Su", "Tu-Su", "Mo-Sa", "We-Su", "Mo-Fr", "Th-Tu")
_TIMED = 0.08
"""Share of places with hours; extracts have 5 to 30 %, by kind and country."""


def cities(count: int) -> list[City]:
    """On a grid over the middle of Europe, 40 km apart and more."""
    side = math.ceil(math.sqrt(count))
    return [
        City(
            id=f"made-{n}",
            name=f"Madeville {n}",
            country="DE",
            coordinates=Coordinates(44 + n // side * 0.5, 2 + n % side * 0.7),
            timezone="Europe/Berlin",
            currency="EUR",
            radius_km=25,
        )
        for n in range(count)
    ]


def places(count: int, of: list[City], seed: int = 0) -> Iterator[Place]:
    """Made-up places; the n-th city has about 1/n as many as the first (Zipf)."""
    chance = random.Random(seed)
    weights = list(accumulate(1 / (n + 1) for n in range(len(of))))
    kinds, shares = list(_SHARES), list(accumulate(_SHARES.values()))
    syllables = _SYLLABLES.split()
    for number in range(count):
        city = chance.choices(of, cum_weights=weights)[0]
        category = chance.choices(kinds, cum_weights=shares)[0]
        yield _place(chance, number, city, category, syllables)


def _place(
    chance: random.Random, number: int, city: City, category: Category, syllables: list[str]
) -> Place:
    food = category in FOOD_CATEGORIES
    street = "".join(chance.choices(syllables, k=3)).capitalize()
    last = chance.choice(_LAST.get(category, (category.value.capitalize(),)))
    name = f"{chance.choice(_FIRST)} {last} {street}"
    local = f"{street} {''.join(chance.choices(syllables, k=4))}" if chance.random() < 0.3 else ""
    # most near the centre
    away, angle = chance.expovariate(1 / 4.0), chance.uniform(0, 2 * math.pi)
    lat = city.coordinates.lat + away * math.sin(angle) / 111.2
    lon = city.coordinates.lon + away * math.cos(angle) / 75
    hours = ""
    if chance.random() < _TIMED:
        opens, closes = chance.randint(7, 12), chance.randint(15, 23)
        hours = f"{chance.choice(_DAYS)} {opens:02d}:00-{closes:02d}:00"
    free = not food and chance.random() < 0.7
    return Place(
        id=f"osm-n{number}",
        name=name,
        category=category,
        coordinates=Coordinates(round(lat, 7), round(lon, 7)),
        city=city.id,
        minutes=MINUTES[category],
        hours=hours,
        price=0 if free else chance.choice((8, 12, 15, 28)),
        importance=max(15, min(88, round(chance.gauss(28, 6) + chance.expovariate(1 / 4)))),
        interests=tuple(sorted(INTERESTS[category])),
        good_for_kids=chance.random() < 0.15,
        step_free=chance.random() < 0.1,
        local_name=local,
        cuisine=", ".join(chance.sample(CUISINES, chance.choice((1, 1, 1, 2))))
        if food and chance.random() < 0.7
        else "",
        meals=frozenset({MealKind.LUNCH, MealKind.DINNER}) if food else frozenset(),
        diets=frozenset({Diet.VEGAN, Diet.VEGETARIAN}) if chance.random() < 0.03 else frozenset(),
        summary=f"{category.value.capitalize()} in {city.name}.",
        source=SOURCE,
        as_of="2026-11",
    )
