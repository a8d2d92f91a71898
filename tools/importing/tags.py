"""What an OpenStreetMap feature is to a traveller, by its tags."""

from __future__ import annotations

from collections.abc import Mapping

from tools.place import Category

Tags = Mapping[str, str]

_KINDS: tuple[tuple[str, str, Category], ...] = (
    # The first that fits counts: a castle with a museum in it is a castle, a café at the zoo
    # that is tagged as both is the zoo.
    ("tourism", "zoo", Category.ZOO),
    ("tourism", "aquarium", Category.ZOO),
    ("tourism", "theme_park", Category.ZOO),
    ("historic", "castle", Category.CASTLE),
    ("historic", "fort", Category.CASTLE),
    ("historic", "palace", Category.CASTLE),
    ("historic", "archaeological_site", Category.RUINS),
    ("historic", "ruins", Category.RUINS),
    ("amenity", "place_of_worship", Category.WORSHIP),
    ("tourism", "museum", Category.MUSEUM),
    ("tourism", "gallery", Category.GALLERY),
    ("amenity", "arts_centre", Category.GALLERY),
    ("amenity", "theatre", Category.THEATRE),
    ("amenity", "concert_hall", Category.THEATRE),
    ("amenity", "music_venue", Category.THEATRE),
    ("tourism", "viewpoint", Category.VIEWPOINT),
    ("amenity", "marketplace", Category.MARKET),
    ("shop", "mall", Category.SHOPPING),
    ("shop", "department_store", Category.SHOPPING),
    ("place", "square", Category.SQUARE),
    ("natural", "beach", Category.BEACH),
    ("leisure", "beach_resort", Category.BEACH),
    ("leisure", "park", Category.PARK),
    ("leisure", "garden", Category.PARK),
    ("leisure", "nature_reserve", Category.PARK),
    ("amenity", "food_court", Category.FOOD_AREA),
    ("amenity", "restaurant", Category.RESTAURANT),
    ("amenity", "cafe", Category.CAFE),
    ("amenity", "bar", Category.BAR),
    ("amenity", "pub", Category.BAR),
    ("amenity", "biergarten", Category.BAR),
    ("tourism", "attraction", Category.LANDMARK),
    ("historic", "monument", Category.LANDMARK),
    ("historic", "city_gate", Category.LANDMARK),
    ("historic", "memorial", Category.LANDMARK),
    ("tourism", "artwork", Category.LANDMARK),
    ("amenity", "fountain", Category.LANDMARK),
    ("man_made", "lighthouse", Category.LANDMARK),
    ("place", "neighbourhood", Category.NEIGHBOURHOOD),
    ("place", "quarter", Category.NEIGHBOURHOOD),
)

FILTER = tuple((key, value) for key, value, _ in _KINDS)
"""Every pair by which a feature can come into question."""

_ONLY_IF_KNOWN = frozenset(
    {
        *(("historic", "memorial"), ("tourism", "artwork"), ("amenity", "fountain")),
        *(("place", "neighbourhood"), ("place", "quarter"), ("leisure", "garden")),
    }
)
"""Mapped by the thousand, and mostly a plaque, a statue or a front garden: taken where somebody
found the thing worth an article (wikidata, wikipedia) or calls it an attraction."""

_GONE = ("disused", "abandoned", "demolished", "removed")
_PRIVATE = frozenset({"private", "no"})
_CLOSED = frozenset({"closed", "off"})


def pairs_of(category: Category) -> dict[str, str]:
    """The tag that makes a feature of a category, the first of several."""
    return next({key: value} for key, value, its in _KINDS if its is category)


def category_of(tags: Tags) -> Category | None:
    """The category; None for what nobody travels for.

    Ruins (`ruins=yes`, or a castle_type of ruins) are ruins whatever they were before, and an
    attraction that is a square or a quarter is taken for that.
    """
    for key, value, category in _KINDS:
        if tags.get(key) != value:
            continue
        if (key, value) in _ONLY_IF_KNOWN and not is_known(tags):
            continue
        if category is Category.CASTLE and tags.get("ruins", "no") != "no":
            return Category.RUINS
        if category is Category.LANDMARK and tags.get("man_made") == "tower":
            observation = tags.get("tower:type") == "observation"
            return Category.VIEWPOINT if observation else Category.LANDMARK
        if category is Category.LANDMARK and tags.get("highway") == "pedestrian":
            return Category.SQUARE
        return category
    return None


def is_known(tags: Tags) -> bool:
    """Whether somebody wrote an article about it, or mapped it as an attraction."""
    return (
        "wikidata" in tags
        or any(key == "wikipedia" or key.startswith("wikipedia:") for key in tags)
        or tags.get("tourism") == "attraction"
    )


def shut(tags: Tags) -> str:
    """Why nobody can go there: "no longer in use", "private", "closed for good"; else empty."""
    if any(tags.get(key, "no") != "no" for key in _GONE):
        return "no longer in use"
    if tags.get("access") in _PRIVATE:
        return "private"
    if tags.get("opening_hours", "").strip().casefold() in _CLOSED:
        return "closed for good"
    return ""
