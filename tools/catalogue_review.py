"""What a reviewer of a catalogue city would object to, beyond what its loader refuses.

`load_city_file` accepts any file that can be used; `review` asks whether it is good enough to
ship: rich and varied enough to plan five days, and without the slips that hand-written facts have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import combinations

from tools.catalogue_files import CityFile
from tools.hours import open_intervals
from tools.place import City, Diet, MealKind, Place
from tools.travel import great_circle_metres

LEAST_SIGHTS = 30
LEAST_FOOD = 20
LEAST_OF: Mapping[str, int] = {
    "museum": 3, "park": 2, "worship": 1, "viewpoint": 1, "market": 1, "neighbourhood": 1,
    "restaurant": 9, "cafe": 3, "food_area": 2,
}  # fmt: skip
"""Of a category."""
LEAST_MEALS = 12
"""Places for lunch, and for dinner: five days without repeating, and a choice."""
LEAST_FREE, LEAST_FOR_KIDS, LEAST_VEGETARIAN = 8, 8, 6
CLOSEST_METRES = 10
"""Two entries nearer to each other are one place twice, or one of them has the other's point."""


def review(entry: CityFile, *, month: date = date(2027, 5, 1)) -> tuple[str, ...]:
    """Objections, one sentence each; none for a file that may ship.

    Args:
        entry: a city file that loads.
        month: its first day; a place has to open at some time within 31 days of it.
    """
    return (
        *_too_few(entry),
        *_misplaced(entry),
        *(
            f"{place.id} does not open for a visit of {place.minutes} minutes in {month:%B}; "
            f"its hours are those in which one is there, not those of coming in."
            for place in entry.places
            if not _opens(place, entry.city, month)
        ),
    )


def _too_few(entry: CityFile) -> Iterator[str]:
    food = [place for place in entry.places if place.category.is_food]
    sights = [place for place in entry.places if not place.category.is_food]
    categories = Counter(place.category.value for place in entry.places)
    counted = {
        "sights": (len(sights), LEAST_SIGHTS),
        "places to eat": (len(food), LEAST_FOOD),
        "sights with free entry": (sum(place.free_entry for place in sights), LEAST_FREE),
        "sights for children": (sum(place.good_for_kids for place in sights), LEAST_FOR_KIDS),
        "vegetarian kitchens": (
            sum(Diet.VEGETARIAN in place.diets for place in food),
            LEAST_VEGETARIAN,
        ),
        **{
            f"places for {meal}": (sum(meal in place.meals for place in food), LEAST_MEALS)
            for meal in (MealKind.LUNCH, MealKind.DINNER)
        },
        **{f"of {kind}": (categories[kind], least) for kind, least in LEAST_OF.items()},
    }
    for what, (found, least) in counted.items():
        if found < least:
            yield f"{entry.city.name} has {found} {what}; at least {least} are needed."


def _misplaced(entry: CityFile) -> Iterator[str]:
    for a, b in combinations(entry.places, 2):
        metres = great_circle_metres(a.coordinates, b.coordinates)
        if metres < CLOSEST_METRES:
            yield f"{a.id} and {b.id} are {metres:.0f} m apart; one of them is elsewhere."


def _opens(place: Place, city: City, month: date) -> bool:
    """Whether it is open in one piece for a whole visit on any day of a month."""
    return any(
        closes - opens >= place.minutes
        for day in range(31)
        for opens, closes in open_intervals(
            place.hours,
            month + timedelta(days=day),
            country=city.country,
            timezone=city.timezone,
            coordinates=place.coordinates,
        )
    )
