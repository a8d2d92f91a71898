"""From the tags of a feature to a `Place`: names, hours, price, and what is usual for its kind.

**Prices.** `fee=no` is free, a `charge` is read where it is an amount in the city's currency,
free-standing or named. Without either, what is usually free (parks, squares, churches, beaches)
counts as free and the rest as `USUAL_EUROS`, amounts rather too high than too low: a
budget then holds, and nothing is shown as free entry that may not be. The same amounts stand
for `fee=yes` without a charge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tools.errors import DataError
from tools.hours import validate_hours
from tools.importing.addresses import address
from tools.importing.cities import currency_of, has_rate
from tools.importing.importance import importance
from tools.importing.tags import Tags
from tools.money import convert
from tools.names import fold
from tools.place import Category, City, Coordinates, Diet, Interest, MealKind, Place

SOURCE = "© OpenStreetMap contributors, ODbL"
"""`Place.source` of all that is imported; every export shows it, as the licence asks."""

LONGEST_NAME = 120
"""Characters; a longer "name" is a description in the wrong field."""
_MOST_ALIASES = 24
_LONGEST_SUMMARY = 240

MINUTES: dict[Category, int] = {
    Category.MUSEUM: 90,
    Category.GALLERY: 60,
    Category.LANDMARK: 30,
    Category.CASTLE: 75,
    Category.RUINS: 60,
    Category.WORSHIP: 30,
    Category.SQUARE: 30,
    Category.PARK: 60,
    Category.VIEWPOINT: 30,
    Category.NEIGHBOURHOOD: 75,
    Category.MARKET: 45,
    Category.SHOPPING: 60,
    Category.BEACH: 120,
    Category.THEATRE: 120,
    Category.ZOO: 150,
    Category.RESTAURANT: 75,
    Category.CAFE: 45,
    Category.BAR: 60,
    Category.FOOD_AREA: 60,
}
"""Usual length of a visit."""

INTERESTS: dict[Category, tuple[Interest, ...]] = {
    Category.MUSEUM: (Interest.HISTORY,),
    Category.GALLERY: (Interest.ART,),
    Category.LANDMARK: (Interest.ARCHITECTURE, Interest.HISTORY),
    Category.CASTLE: (Interest.HISTORY, Interest.ARCHITECTURE),
    Category.RUINS: (Interest.HISTORY,),
    Category.WORSHIP: (Interest.RELIGION, Interest.ARCHITECTURE),
    Category.SQUARE: (Interest.LOCAL_LIFE, Interest.ARCHITECTURE),
    Category.PARK: (Interest.NATURE,),
    Category.VIEWPOINT: (Interest.VIEWS,),
    Category.NEIGHBOURHOOD: (Interest.LOCAL_LIFE,),
    Category.MARKET: (Interest.LOCAL_LIFE, Interest.FOOD),
    Category.SHOPPING: (Interest.SHOPPING,),
    Category.BEACH: (Interest.BEACH, Interest.NATURE),
    Category.THEATRE: (Interest.MUSIC,),
    Category.ZOO: (Interest.FAMILY, Interest.NATURE),
    Category.RESTAURANT: (Interest.FOOD,),
    Category.CAFE: (Interest.FOOD,),
    Category.BAR: (Interest.NIGHTLIFE,),
    Category.FOOD_AREA: (Interest.FOOD, Interest.LOCAL_LIFE),
}

_MUSEUMS: dict[str, Interest] = {
    "art": Interest.ART,
    "science": Interest.SCIENCE,
    "technology": Interest.SCIENCE,
    "railway": Interest.SCIENCE,
    "transport": Interest.SCIENCE,
    "nature": Interest.NATURE,
    "natural_history": Interest.NATURE,
    "music": Interest.MUSIC,
    "children": Interest.FAMILY,
    "religion": Interest.RELIGION,
    "archaeological": Interest.HISTORY,
}
"""By the tag `museum`."""

USUAL_EUROS: dict[Category, float] = {
    Category.MUSEUM: 15,
    Category.GALLERY: 12,
    Category.CASTLE: 15,
    Category.RUINS: 12,
    Category.THEATRE: 45,
    Category.ZOO: 30,
    Category.RESTAURANT: 28,
    Category.CAFE: 12,
    Category.BAR: 15,
    Category.FOOD_AREA: 16,
}
"""Where nobody noted a price: rather too much. What is not listed is free unless `fee=yes`."""

FEE_EUROS = 10.0
"""For a landmark, garden or church with `fee=yes` and no charge."""

_KIDS = frozenset({Category.ZOO, Category.PARK, Category.BEACH, Category.FOOD_AREA})
_MEALS: dict[Category, frozenset[MealKind]] = {
    Category.RESTAURANT: frozenset({MealKind.LUNCH, MealKind.DINNER}),
    Category.FOOD_AREA: frozenset({MealKind.LUNCH, MealKind.DINNER}),
    Category.CAFE: frozenset({MealKind.BREAKFAST, MealKind.LUNCH}),
    Category.BAR: frozenset(),
}
_AMOUNT = re.compile(r"(?<![\d.,])(\d{1,6}(?:[.,]\d{1,2})?)(?![\d.,])")
_SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY", "zł": "PLN", "Kč": "CZK", "Fr.": "CHF"}
_OTHER_NAMES = ("alt_name", "official_name", "short_name", "loc_name", "int_name", "old_name")
_LANGUAGES = ("de", "fr", "es", "it", "pt", "nl", "ru", "ja", "zh", "ko", "ar", "tr", "pl", "cs")
_LANGUAGE = re.compile(r"name:[a-z]{2,3}(-[A-Za-z]+)?")
"""`name:de`, `name:zh-Hant`; not `name:etymology` or `name:left`."""


@dataclass(frozen=True, slots=True)
class Named:
    """The names of a feature."""

    english: str
    """Its English name, or its own where it has none."""
    local: str
    """Its own where that is another one, else empty."""
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A place, and what was wrong with its tags."""

    place: Place
    bad_hours: bool
    """It has hours that do not parse; they were left out."""


def names(tags: Tags) -> Named | None:
    """The names; None where there is none that could be said."""
    own = _clean(tags.get("name", ""))
    english = _clean(tags.get("name:en", "")) or own or _clean(tags.get("int_name", ""))
    if not english:
        return None
    local = own if own and fold(own) != fold(english) else ""
    seen = {fold(english), fold(local)}
    aliases: list[str] = []
    for text in _others(tags):
        for alias in map(_clean, text.split(";")):
            if alias and fold(alias) not in seen:
                seen.add(fold(alias))
                aliases.append(alias)
    return Named(english, local, tuple(aliases[:_MOST_ALIASES]))


def known(
    tags: Tags, id: str, named: Named, category: Category, at: Coordinates, city: City, as_of: str
) -> Known:
    """The place that the tags describe, in a city.

    Args:
        tags: all of the feature's.
        id: `Place.id`.
        named: from `names`.
        category: from `tools.importing.tags.category_of`.
        at: a point in it.
        city: in whose currency the price is.
        as_of: month of the extract, `YYYY-MM`.
    """
    text = " ".join(tags.get("opening_hours", "").split())
    hours = readable_hours(text)
    place = Place(
        id=id,
        name=named.english,
        category=category,
        coordinates=at,
        city=city.id,
        minutes=MINUTES[category],
        hours=hours,
        price=price(tags, category, city),
        importance=importance(tags, category),
        interests=_interests(tags, category),
        good_for_kids=category in _KIDS or "playground" in tags or tags.get("kids_area") == "yes",
        step_free=tags.get("wheelchair") in ("yes", "designated"),
        local_name=named.local,
        aliases=named.aliases,
        cuisine=_cuisine(tags) if category.is_food else "",
        meals=_meals(tags, category),
        diets=_diets(tags) if category.is_food else frozenset(),
        summary=_summary(tags, category, city),
        address=address(tags, city.country),
        source=SOURCE,
        as_of=as_of,
        confidence="medium",
    )
    return Known(place, bad_hours=bool(text) and not hours)


def readable_hours(text: str) -> str:
    """The hours if they follow the OSM syntax, else nothing."""
    try:
        validate_hours(text)
    except DataError:
        return ""
    return text


def price(tags: Tags, category: Category, city: City) -> float:
    """For one adult in the city's currency; the module says how."""
    if not category.is_food:
        if tags.get("fee") == "no":
            return 0
        amount = _charge(tags.get("charge", ""), city)
        if amount is not None:
            return amount
    usual = USUAL_EUROS.get(category, FEE_EUROS if tags.get("fee") == "yes" else 0)
    return _even(usual, city.currency)


def website(tags: Tags) -> str:
    """The feature's own page; empty when none is noted or it is no web address."""
    for key in ("website", "contact:website", "url"):
        text = tags.get(key, "").split(";")[0].strip()
        if re.fullmatch(r"https?://[^\s<>\"']{4,200}", text):
            return text
    return ""


def _even(euros: float, currency: str) -> float:
    """The amount in the currency, rounded up to two digits that count: 28 EUR, 4800 JPY."""
    if not euros or currency == "EUR" or not has_rate(currency):
        return euros
    amount = convert(euros, "EUR", currency)
    unit = 10.0 ** (len(str(int(amount))) - 2)
    return -(-amount // unit) * unit if unit >= 1 else amount


def _charge(text: str, city: City) -> float | None:
    """The highest amount of a charge in the city's currency: the adult's, not the child's."""
    said = {code for sign, code in _SIGNS.items() if sign in text}
    said |= set(re.findall(r"\b[A-Z]{3}\b", text))
    if city.currency not in (said or {currency_of(city.country)}):
        return None
    amounts = [float(found.replace(",", ".")) for found in _AMOUNT.findall(text)]
    return max(amounts) if amounts else None


def _clean(text: str) -> str:
    line = " ".join(text.split())
    return line if fold(line) and len(line) <= LONGEST_NAME else ""


def _others(tags: Tags) -> Iterator[str]:
    """Other names, those that travellers are likeliest to say first."""
    for key in _OTHER_NAMES:
        if key in tags:
            yield tags[key]
    first = [f"name:{language}" for language in _LANGUAGES]
    rest = sorted(key for key in tags if _LANGUAGE.fullmatch(key) and key not in first)
    for key in (*first, *rest):
        if key in tags:
            yield tags[key]


def _interests(tags: Tags, category: Category) -> tuple[Interest, ...]:
    found: list[Interest] = []
    if category is Category.MUSEUM:
        found += [_MUSEUMS[kind] for kind in _listed(tags.get("museum", "")) if kind in _MUSEUMS]
    return tuple(dict.fromkeys([*found, *sorted(INTERESTS[category])]))


def _cuisine(tags: Tags) -> str:
    return ", ".join(kind.replace("_", " ") for kind in _listed(tags.get("cuisine", "")))[:120]


def _meals(tags: Tags, category: Category) -> frozenset[MealKind]:
    usual = _MEALS.get(category, frozenset())
    if category.is_food and tags.get("breakfast", "no") != "no":
        return usual | {MealKind.BREAKFAST}
    return usual


def _diets(tags: Tags) -> frozenset[Diet]:
    cuisines = set(_listed(tags.get("cuisine", "")))
    found = {
        diet
        for diet in Diet
        if tags.get(f"diet:{diet.value}") in ("yes", "only") or diet.value in cuisines
    }
    return frozenset(found | {Diet.VEGETARIAN} if Diet.VEGAN in found else found)


def _summary(tags: Tags, category: Category, city: City) -> str:
    said = " ".join((tags.get("description:en") or tags.get("description", "")).split())
    kind = category.value.replace("_", " ").capitalize()
    street = tags.get("addr:street", "").strip()
    where = f"on {street}, {city.name}" if street else f"in {city.name}"
    told = said if 0 < len(said) <= _LONGEST_SUMMARY else f"{kind} {where}."
    return " ".join(filter(None, (told, website(tags))))


def _listed(text: str) -> Iterable[str]:
    """The members of a list such as "italian;pizza", each once."""
    members = (re.sub(r"[^\w]+", "_", member.strip().casefold()) for member in text.split(";"))
    return dict.fromkeys(filter(None, (member.strip("_") for member in members)))
