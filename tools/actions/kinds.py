"""Words for kinds of place and for meals, as they stand in a name that a traveller says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tools.names import as_words, fold, without_article
from tools.place import Category, MealKind, Place

_WORDS: dict[Category, str] = {
    Category.MUSEUM: "museum",
    Category.GALLERY: "gallery, art gallery, art museum",
    Category.LANDMARK: "landmark, tower, bridge, monument, statue, famous building, arch, sight",
    Category.CASTLE: "castle, palace, fortress, fort",
    Category.RUINS: "ruin, ruins, archaeological site, excavation",
    Category.WORSHIP: "church, cathedral, basilica, chapel, temple, mosque, shrine, synagogue, "
    "monastery, place of worship, religious site",
    Category.SQUARE: "square, plaza, piazza",
    Category.PARK: "park, garden, green space",
    Category.VIEWPOINT: "viewpoint, view, lookout, panorama, miradouro",
    Category.NEIGHBOURHOOD: "neighbourhood, neighborhood, district, quarter, old town",
    Category.MARKET: "market, bazaar, flea market",
    Category.SHOPPING: "shop, shopping, mall, shopping street, department store, boutique",
    Category.BEACH: "beach",
    Category.THEATRE: "theatre, theater, opera, opera house, concert, concert hall, show",
    Category.ZOO: "zoo, aquarium",
    Category.RESTAURANT: "restaurant, place to eat, eatery",
    Category.CAFE: "cafe, coffee shop, coffee house, coffee, bakery, tearoom, tea house",
    Category.BAR: "bar, pub, wine bar, cocktail bar, club, nightclub",
    Category.FOOD_AREA: "food area, food hall, street food, food market",
}
_NARROW = frozenset(
    {
        "tower", "bridge", "monument", "statue", "arch", "castle", "palace", "fortress", "fort",
        "cathedral", "basilica", "chapel", "mosque", "synagogue", "monastery", "garden", "bazaar",
        "opera", "opera house", "concert hall", "zoo", "aquarium",
    }
)  # fmt: skip
"""Words that say more than their category: a cathedral is not just any place of worship."""
_PLURALS: dict[Category, str] = {
    Category.GALLERY: "galleries",
    Category.RUINS: "ruins",
    Category.WORSHIP: "places of worship",
    Category.SHOPPING: "places to shop",
    Category.BEACH: "beaches",
}
_MEALS = {
    "breakfast": MealKind.BREAKFAST,
    "lunch": MealKind.LUNCH,
    "dinner": MealKind.DINNER,
    "supper": MealKind.DINNER,
}
_ANY = ("any ", "a ", "an ", "all ", "some ", "another ")
"""Before a kind word of which any will do."""
_AFTER_KIND = ("visit", "stop", "tour", "place", "break", "restaurant", "spot", "s")


def _singular(words: str) -> str:
    for ending, single in (("ies", "y"), ("ches", "ch"), ("sses", "ss"), ("s", "")):
        if words.endswith(ending) and len(words) > len(ending) + 2:
            return words.removesuffix(ending) + single
    return words


_BY_WORD = {
    fold(word): category for category, words in _WORDS.items() for word in words.split(", ")
}


def category_named(said: str) -> Category | None:
    """The category that a kind word means ("the museums", "a church"), or None for other words."""
    return _BY_WORD.get(kind_word(said))


def called_so(said: str, places: Sequence[Place]) -> tuple[Place, ...]:
    """The places whose names hold a kind word that says more than its category.

    "The cathedral" is rather Porto Cathedral than Clérigos Church, though both are places of
    worship. Empty for other words, and where no name holds it (Notre-Dame).
    """
    word = kind_word(said)
    if word not in _NARROW:
        return ()
    pattern, category = re.compile(as_words(word)), _BY_WORD[word]
    return tuple(
        place
        for place in places
        if place.category is category and any(pattern.search(fold(name)) for name in place.names)
    )


def category_of_word(word: str) -> Category | None:
    """The category of a kind word in the singular, without anything before it."""
    return _BY_WORD.get(word)


def is_plural(said: str) -> bool:
    """Whether what was said is rather several of a kind than a name."""
    return kind_word(said) != without_article(fold(said))


def says_more(said: str) -> bool:
    """Whether a kind word says more than its category."""
    return kind_word(said) in _NARROW


def all_of_category(word: str) -> bool:
    """Whether a kind word may well mean all of its category: "castle" a palace, too."""
    category = _BY_WORD.get(word)
    return category is not None and fold(_WORDS[category]).startswith(word)


def others_like(word: str) -> tuple[str, ...]:
    """The other kind words of a word's category: mosque and church for a synagogue."""
    return tuple(w for w, c in _BY_WORD.items() if c is _BY_WORD.get(word) and w != word)


def meant_by_kind(said: str, places: Sequence[Place]) -> Place | None:
    """The place that "the cathedral" means as if by name: the only one that is `called_so`.

    None for any other kind word, and for "another cathedral".
    """
    so_called = () if fold(said).startswith(_ANY) else called_so(said, places)
    return so_called[0] if len(so_called) == 1 else None


def kind_word(said: str) -> str:
    """The kind word in what was said, or what was said, in the singular."""
    words = without_article(fold(said))
    for lead in _ANY:
        words = words.removeprefix(lead)
    return words if words in _BY_WORD else _singular(words)


def kinds_begun(said: str) -> frozenset[Category]:
    """The categories of which a word, in the singular or the plural, begins like what was said."""
    begun = fold(said)
    return frozenset(
        category
        for word, category in _BY_WORD.items()
        if begun and any(form.startswith(begun) for form in _forms(word))
    )


def _forms(word: str) -> tuple[str, ...]:
    return (word, f"{word}s", f"{word}es", *((f"{word[:-1]}ies",) if word.endswith("y") else ()))


def meal_named(said: str) -> MealKind | None:
    """The meal that is meant ("lunch", "the dinner place"), or None for other words."""
    words = without_article(fold(said)).split()
    if not words or words[0] not in _MEALS:
        return None
    return _MEALS[words[0]] if all(word in _AFTER_KIND for word in words[1:]) else None


def plural(categories: Sequence[Category]) -> str:
    """The kinds in the plural for a sentence: "museums", "museums and parks", or "places"."""
    words = [_PLURALS.get(c, c.value.replace("_", " ") + "s") for c in categories]
    if not words:
        return "places"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
