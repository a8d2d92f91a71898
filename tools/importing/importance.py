"""How much of a sight a feature is, 1 to 100, by what its tags say.

The planner goes by `Place.importance`: a visit is worth its third power, a minute on the way
costs a point. The catalogue's numbers are a judgement; OpenStreetMap has none, so this adds up
traces that many people left, on the catalogue's scale, each for a reason:

    28 to 52  what it is. About where the least tenth of the catalogue's places of that kind
              begins (castles 57, museums 46, parks 46, restaurants 38), and below it for what is
              mapped everywhere: of a thousand parks and churches most are the next street's
    12        an article in Wikipedia: somebody found it worth describing
    8         an entry in Wikidata: as above, with a lower bar
    up to 12  names in other languages, 2 each: visitors from abroad speak of it
    12 or 5   heritage: on the world's list (level 1, or a World Heritage number), or on a
              country's or town's
    6         tourism=attraction: a mapper on the spot calls it one
    3         a historic tag on what is not a castle or ruin already
    2 each    website, opening hours, fee or charge, picture: it receives visitors
    3, 3      food: its cuisine is noted; it can be booked, or has stars
    minus 8   a brand: every town has one
    minus 6   a name in nothing but the one language, without any article: local

The sum is cut to 15 to 88. So a castle with an article is worth half an hour's way, and a park
that only its neighbours know hardly two minutes; the catalogue's great sights (90 and more) stay
ahead of anything that only adds up.
"""

from __future__ import annotations

from tools.importing.tags import Tags
from tools.place import Category

LEAST, MOST = 15, 88

BASE: dict[Category, int] = {
    Category.CASTLE: 52,
    Category.ZOO: 48,
    Category.BEACH: 46,
    Category.RUINS: 46,
    Category.MUSEUM: 44,
    Category.LANDMARK: 44,
    Category.GALLERY: 42,
    Category.NEIGHBOURHOOD: 42,
    Category.MARKET: 42,
    Category.SQUARE: 40,
    Category.VIEWPOINT: 40,
    Category.WORSHIP: 36,
    Category.THEATRE: 36,
    Category.SHOPPING: 36,
    Category.PARK: 34,
    Category.FOOD_AREA: 34,
    Category.RESTAURANT: 32,
    Category.CAFE: 30,
    Category.BAR: 28,
}


def importance(tags: Tags, category: Category) -> int:
    """The score of a feature; the module says of what it is made."""
    article = any(key == "wikipedia" or key.startswith("wikipedia:") for key in tags)
    languages = sum(key.startswith("name:") for key in tags)
    score = BASE[category]
    score += 12 * article + 8 * ("wikidata" in tags) + min(12, 2 * languages)
    if tags.get("heritage") == "1" or any(key.startswith("whc:") for key in tags):
        score += 12
    elif "heritage" in tags:
        score += 5
    score += 6 * (tags.get("tourism") == "attraction")
    if category not in (Category.CASTLE, Category.RUINS):
        score += 3 * ("historic" in tags)
    score += 2 * ("website" in tags or "contact:website" in tags)
    score += 2 * ("opening_hours" in tags)
    score += 2 * (tags.get("fee") == "yes" or "charge" in tags)
    score += 2 * ("image" in tags or "wikimedia_commons" in tags)
    if category.is_food:
        score += 3 * ("cuisine" in tags)
        score += 3 * ("stars" in tags or tags.get("reservation", "no") != "no")
    score -= 8 * ("brand" in tags or "brand:wikidata" in tags)
    score -= 6 * (not article and "wikidata" not in tags and languages == 0)
    return max(LEAST, min(MOST, score))
