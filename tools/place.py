"""What the planner knows of a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Coordinates(NamedTuple):
    """WGS 84, degrees."""

    lat: float
    lon: float


class Category(StrEnum):
    """The published list of categories (`find_places(categories=...)`, itinerary JSON)."""

    MUSEUM = "museum"
    GALLERY = "gallery"
    LANDMARK = "landmark"
    CASTLE = "castle"
    RUINS = "ruins"
    WORSHIP = "worship"
    SQUARE = "square"
    PARK = "park"
    VIEWPOINT = "viewpoint"
    NEIGHBOURHOOD = "neighbourhood"
    MARKET = "market"
    SHOPPING = "shopping"
    BEACH = "beach"
    THEATRE = "theatre"
    ZOO = "zoo"
    RESTAURANT = "restaurant"
    CAFE = "cafe"
    BAR = "bar"
    FOOD_AREA = "food_area"

    @property
    def is_food(self) -> bool:
        """Whether one goes there to eat or drink."""
        return self in FOOD_CATEGORIES


FOOD_CATEGORIES = frozenset({Category.RESTAURANT, Category.CAFE, Category.BAR, Category.FOOD_AREA})


class Interest(StrEnum):
    """What a traveller can be fond of."""

    ART = "art"
    HISTORY = "history"
    ARCHITECTURE = "architecture"
    FOOD = "food"
    NATURE = "nature"
    SHOPPING = "shopping"
    NIGHTLIFE = "nightlife"
    MUSIC = "music"
    SCIENCE = "science"
    RELIGION = "religion"
    VIEWS = "views"
    BEACH = "beach"
    LOCAL_LIFE = "local_life"
    FAMILY = "family"


KINDS_OF: Mapping[Interest, frozenset[Category]] = {
    Interest.ART: frozenset({Category.MUSEUM, Category.GALLERY}),
    Interest.HISTORY: frozenset({Category.MUSEUM, Category.RUINS, Category.CASTLE}),
    Interest.ARCHITECTURE: frozenset({Category.LANDMARK, Category.CASTLE, Category.WORSHIP}),
    Interest.FOOD: frozenset({Category.MARKET, *FOOD_CATEGORIES}),
    Interest.NATURE: frozenset({Category.PARK, Category.BEACH}),
    Interest.SHOPPING: frozenset({Category.SHOPPING, Category.MARKET}),
    Interest.NIGHTLIFE: frozenset({Category.BAR}),
    Interest.MUSIC: frozenset({Category.THEATRE}),
    Interest.SCIENCE: frozenset({Category.MUSEUM}),
    Interest.RELIGION: frozenset({Category.WORSHIP}),
    Interest.VIEWS: frozenset({Category.VIEWPOINT}),
    Interest.BEACH: frozenset({Category.BEACH}),
    Interest.LOCAL_LIFE: frozenset({Category.NEIGHBOURHOOD, Category.MARKET}),
    Interest.FAMILY: frozenset({Category.ZOO, Category.PARK}),
}
"""The kinds of place that an interest is first of all about."""


class Diet(StrEnum):
    """What a kitchen has to serve."""

    VEGETARIAN = "vegetarian"
    VEGAN = "vegan"
    HALAL = "halal"
    KOSHER = "kosher"
    GLUTEN_FREE = "gluten_free"


class MealKind(StrEnum):
    """The meals of a day."""

    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"


@dataclass(frozen=True, slots=True)
class City:
    """A city that the store knows places of."""

    id: str
    name: str
    country: str
    """ISO 3166-1 alpha-2; also the public holidays that opening hours mean."""
    coordinates: Coordinates
    timezone: str
    """IANA name."""
    currency: str
    """ISO 4217; every price of the city's places is in it."""
    radius_km: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place worth a visit or a meal, with where its facts come from."""

    id: str
    name: str
    category: Category
    coordinates: Coordinates
    city: str
    """`City.id`."""
    minutes: int
    """Usual length of a visit."""
    hours: str
    """OSM `opening_hours`; empty when unknown, "24/7" for open ground."""
    price: float
    """For one adult, in the city's currency; 0 is free entry."""
    importance: int
    """1 to 100: how much of a pity to miss it on a first visit."""
    interests: tuple[Interest, ...] = ()
    """The first is what it is most for."""
    good_for_kids: bool = False
    step_free: bool = False
    local_name: str = ""
    aliases: tuple[str, ...] = ()
    cuisine: str = ""
    meals: frozenset[MealKind] = frozenset()
    diets: frozenset[Diet] = frozenset()
    summary: str = ""
    address: str = ""
    """Postal, on one line as it is written there; empty when unknown."""
    source: str = ""
    as_of: str = ""
    """Month the facts were last looked over, `YYYY-MM`."""
    confidence: str = "medium"

    def suits(self, interest: Interest) -> int:
        """How soon it is named to somebody with that interest; compare it within one interest.

        Its importance, ten less for each interest that it is more for, ten more for a kind of
        place that the interest is first of all about. 0 when it has nothing of it.
        """
        if interest not in self.interests:
            return 0
        rank = self.importance - 10 * self.interests.index(interest)
        return max(1, rank + 10 * (self.category in KINDS_OF[interest]))

    @property
    def names(self) -> tuple[str, ...]:
        """Its name, that in the place's own language, and whatever else it is called."""
        return tuple(filter(None, (self.name, self.local_name, *self.aliases)))

    @property
    def free_entry(self) -> bool:
        """Whether an adult pays nothing to get in."""
        return self.price == 0
