"""What the planner knows of a place."""

from __future__ import annotations

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
    interests: frozenset[Interest] = frozenset()
    good_for_kids: bool = False
    step_free: bool = False
    local_name: str = ""
    aliases: tuple[str, ...] = ()
    cuisine: str = ""
    meals: frozenset[MealKind] = frozenset()
    diets: frozenset[Diet] = frozenset()
    summary: str = ""
    source: str = ""
    as_of: str = ""
    """Month the facts were last looked over, `YYYY-MM`."""
    confidence: str = "medium"

    @property
    def free_entry(self) -> bool:
        """Whether an adult pays nothing to get in."""
        return self.price == 0
