"""Cuisines as people ask for them, and what else is of that kind: who wants a steak is served in a
steakhouse, and sushi is Japanese.

Only what is true of every such place: a Japanese kitchen need not have sushi.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from tools.names import as_words, fold
from tools.place import Diet, Place

_SAME = tuple(
    frozenset(group.split(", "))
    for group in (
        "steak, steakhouse, steak house, parrilla, asado, churrascaria, chophouse",
        "fish, seafood",
        "barbecue, bbq, barbeque",
        "burger, hamburger",
        "vegetarian, veggie",
        "vegan, plant based",
        "argentine, argentinian",
        "ice cream, gelato, gelateria",
        "coffee, coffee house, coffeehouse, coffee shop, espresso",
        "pastry, pastries, patisserie, pasticceria",
        "pizza, pizzeria",
        "dim sum, yum cha",
        "hotpot, hot pot",
        "kebab, doner, shawarma",
        "hawker, street food",
        "middle eastern, levantine",
        "arab, arabic",
    )
)
"""Words for one and the same."""
_HOLDS = {
    "american": "burger, diner, soul food, californian, hot dog",
    "asian": "chinese, japanese, korean, thai, vietnamese, indian, indonesian, malaysian, "
    "taiwanese, pakistani, burmese, lao, peranakan",
    "beer": "brewpub, brewery, pub",
    "chinese": "cantonese, shanghainese, beijing, teochew, yunnan, dim sum, peking duck, hainanese",
    "dessert": "pastry, ice cream, waffle, churro, cake, cheesecake, chocolate, sweets, "
    "baklava, doughnut",
    "fish": "oyster, crab, shellfish, eel",
    "french": "alsatian, breton",
    "german": "bavarian",
    "grill": "steak, barbecue, kebab, yakitori",
    "indian": "mughlai, punjabi, chaat, andhra, awadhi, paratha",
    "indonesian": "rijsttafel",
    "italian": "roman, tuscan, venetian, milanese, neapolitan, calabrian, pizza, cicchetti",
    "japanese": "sushi, ramen, udon, soba, izakaya, tempura, tonkatsu, okonomiyaki, kaiseki, "
    "yakitori, takoyaki, kushikatsu, shojin, sukiyaki, monjayaki, oden, wagashi",
    "jewish": "deli",
    "korean": "bibimbap, samgyetang, naengmyeon, jokbal",
    "meat": "steak, grill, barbecue",
    "mexican": "taco, oaxacan, tex mex, cantina",
    "middle eastern": "lebanese, syrian, israeli, persian, arab, falafel, meze",
    "nordic": "danish, swedish, norwegian, finnish, icelandic, smørrebrød, lappish",
    "noodle": "ramen, udon, soba, pho, laksa",
    "peruvian": "ceviche, criollo, nikkei, chifa, anticuchos",
    "scandinavian": "danish, swedish, norwegian, smørrebrød",
    "spanish": "tapas, pintxos, catalan, basque, castilian, andalusian, madrilenian, asturian",
    "vegetarian": "vegan",
    "vietnamese": "pho, bun cha, banh mi, cha ca",
}
"""A wide word, and narrower ones for what is always of it."""
_USUAL = {
    "Indian": "biryani, curry, dosa, idli, naan, tandoori, tikka masala, butter chicken, samosa, "
    "thali, dal, korma, vindaloo, paneer, pakora, masala dosa",
    "Pakistani": "biryani, nihari, haleem, karahi, seekh kebab",
    "Japanese": "ramen, sushi, sashimi, udon, soba, tempura, tonkatsu, okonomiyaki, takoyaki, "
    "yakitori, gyoza, katsu curry, teppanyaki, matcha, wagyu",
    "Chinese": "dumpling, dim sum, peking duck, chow mein, mapo tofu, xiaolongbao, bao, wonton, "
    "congee, hotpot, char siu, fried rice, soup dumpling",
    "Taiwanese": "bubble tea, xiaolongbao, bao, soup dumpling, beef noodle soup",
    "Korean": "bibimbap, kimchi, bulgogi, korean barbecue, tteokbokki, samgyeopsal, japchae",
    "Thai": "pad thai, green curry, red curry, tom yum, som tam, massaman curry, satay",
    "Vietnamese": "pho, banh mi, bun cha, summer roll",
    "Indonesian": "nasi goreng, rendang, satay, rijsttafel, gado gado",
    "Malaysian": "laksa, nasi lemak, roti canai, rendang, satay",
    "Middle Eastern": "falafel, hummus, shawarma, meze, baba ghanoush, shakshuka",
    "Lebanese": "falafel, hummus, shawarma, meze, tabbouleh, manakish, baba ghanoush",
    "Israeli": "falafel, hummus, shakshuka, sabich",
    "Turkish": "kebab, doner, lahmacun, pide, baklava, meze, borek, gozleme",
    "Greek": "souvlaki, moussaka, gyros, greek salad, spanakopita, meze",
    "Moroccan": "tagine, tajine, couscous, harira, pastilla",
    "Ethiopian": "injera, doro wat, kitfo",
    "Spanish": "paella, tapas, tortilla, churro, jamon, gazpacho, croqueta",
    "Portuguese": "bacalhau, pastel de nata, piri piri chicken, bifana, francesinha",
    "Italian": "pizza, pasta, lasagne, lasagna, risotto, gnocchi, carbonara, tiramisu, ravioli, "
    "spaghetti, osso buco, parmigiana, focaccia",
    "French": "croissant, coq au vin, steak frites, crepe, onion soup, bouillabaisse, escargot, "
    "foie gras, ratatouille, cassoulet, boeuf bourguignon, souffle, creme brulee",
    "German": "schnitzel, bratwurst, sauerkraut, pretzel, currywurst, pork knuckle",
    "Austrian": "schnitzel, wiener schnitzel, tafelspitz, sachertorte, apple strudel",
    "Viennese": "schnitzel, wiener schnitzel, tafelspitz, sachertorte, apple strudel",
    "Czech": "goulash, svickova, dumpling, pork knuckle",
    "Hungarian": "goulash, langos, chicken paprikash, chimney cake",
    "Polish": "pierogi, bigos, zurek, barszcz",
    "British": "fish and chips, sunday roast, full english, full english breakfast, pie and mash, "
    "bangers and mash, shepherds pie, beef wellington",
    "pub": "sunday roast, fish and chips, pie and mash, bangers and mash",
    "Scottish": "haggis",
    "Swedish": "meatball, cinnamon bun",
    "Danish": "smorrebrod",
    "Swiss": "fondue, raclette, rosti",
    "Belgian": "moules frites, mussel, waffle, belgian fries",
    "Russian": "borscht, blini, pelmeni, beef stroganoff",
    "Georgian": "khachapuri, khinkali",
    "Mexican": "taco, burrito, enchilada, quesadilla, guacamole, mole, tamale, fajita, pozole",
    "Peruvian": "ceviche, lomo saltado, anticucho, aji de gallina",
    "Argentine": "empanada, asado, choripan, milanesa",
    "Brazilian": "feijoada, picanha, pao de queijo, moqueca, churrasco",
    "American": "burger, hot dog, mac and cheese, buffalo wings, cheesecake, spare rib, pancake",
    "Creole": "gumbo, jambalaya, po boy, etouffee, beignet",
    "Quebecois": "poutine, tourtiere",
    "deli": "bagel, pastrami, pastrami sandwich, matzo ball soup, reuben",
    "bakery": "croissant, cinnamon bun, sourdough, bagel, pain au chocolat",
    "seafood": "oyster, lobster, crab, mussel, clam chowder, lobster roll, prawn, fish and chips",
}
"""A kitchen, and dishes that are usual in it, though not each such place need have them."""
_LOOSE = frozenset("a an some good restaurant food cuisine place spot joint kitchen dish".split())
"""What people add to a cuisine."""
_FOODS = frozenset("bar cafe market pub soul street temple".split())
"""What makes a cuisine of "food" only together with it."""

_DENIED = frozenset("no not never none nothing without instead free".split())
"""Words before which a summary tells what a kitchen does without: "without any meat"."""
_DENIED_BEHIND = frozenset(("free", "less"))
"""The same behind one: "meat-free"."""
_NO_DISH = frozenset(
    """
    bad best big busy central cheap classic cold cosy famous fancy fine fresh good great hot late
    little local long modern new nice old open popular quick quiet romantic rustic simple small
    tasty tiny traditional trendy warm young
    breakfast brunch dinner lunch meal menu snack supper drink terrace garden river view room
    table city crowd family guest local people tourist visitor daily night day evening morning
    """.split()
)
"""What summaries say of places and meals: no dish that one could ask for."""

_ANIMAL = frozenset("meat steak barbecue beef pork lamb chicken duck fish seafood".split())
_MEATLESS = frozenset({"vegan", "vegetarian"})
"""Cuisines without any of these, whatever a summary says of the taste."""


def near_kinds(said: str) -> tuple[str, ...]:
    """The cuisine as it was said, then all in which it is found as well, each once.

    Args:
        said: "steak", "fish restaurants", "Japanese".
    """
    return tuple(dict.fromkeys((*_same(said), *_narrower(said))))


def usual_kitchens(said: str) -> tuple[str, ...]:
    """The kitchens in which a dish is usual, spelt as in a sentence; for where nobody is known to
    have it.

    Args:
        said: "biryani", "a good goulash".
    """
    forms = _forms(_bare(said))
    return tuple(
        kitchen
        for kitchen, dishes in _USUAL.items()
        if any(forms & _forms(dish) for dish in dishes.split(", "))
    )


def of_near_kinds(
    said: str,
    search: Callable[[str], Iterable[Place]],
    every: Callable[[], Iterable[Place]],
    rank: Callable[[Place], tuple[float, str]],
) -> tuple[Place, ...]:
    """The places of a cuisine, then those of what is of it, then those that serve the diet so
    called well ("vegan"), each once. Where there is none of these, the kitchens of which it is
    said that one eats it there: a dish ("dosa") is hardly ever what a kitchen is called.

    Args:
        said: as `near_kinds` takes it.
        search: the places of one cuisine.
        every: the places of all; asked for a diet or a dish alone.
        rank: the order among the places of each of these.
    """
    same = _same(said)
    diets = {diet for diet in Diet if fold(diet.replace("_", " ")) in same}
    tiers = (
        (place for kind in same for place in search(kind)),
        (place for kind in _narrower(said) for place in search(kind)),
        (place for place in (every() if diets else ()) if diets & place.diets),
    )
    ordered = (place for tier in tiers for place in sorted(tier, key=rank))
    found = {place.id: place for place in ordered}
    return tuple(found.values()) or tuple(sorted(_serving(said, every()), key=rank))


def _serving(said: str, places: Iterable[Place]) -> Iterator[Place]:
    """The kitchens of whose summaries the dish is a part."""
    bare = _bare(said)
    forms = sorted(_forms(bare))
    if all(_NO_DISH & _forms(word) for word in bare.split()):
        return
    of_animals = not _ANIMAL.isdisjoint({*near_kinds(said), *bare.split()})
    dish = re.compile("|".join(as_words(form) for form in forms))
    for place in places:
        summary = fold(place.summary) if place.category.is_food else ""
        if of_animals and _MEATLESS & {*fold(place.cuisine).split()}:
            continue
        if any(_is_served(summary, named) for named in dish.finditer(summary)):
            yield place


def _is_served(summary: str, named: re.Match[str]) -> bool:
    """Whether a folded summary does not deny what it names there."""
    before, behind = summary[: named.start()].split()[-3:], summary[named.end() :].split()[:1]
    return _DENIED.isdisjoint(before) and _DENIED_BEHIND.isdisjoint(behind)


def _same(said: str) -> tuple[str, ...]:
    """The cuisine as it was said, and by its other names; none where nothing was."""
    bare = _bare(said)
    found = dict.fromkeys((fold(said), *sorted(_forms(bare))))
    groups = (group for group in _SAME if group & _forms(bare))
    found |= dict.fromkeys(
        form for group in groups for one in sorted(group) for form in _forms(one)
    )
    return tuple(filter(None, found))


def _narrower(said: str) -> Iterator[str]:
    """What is always of the cuisine, and what is of that."""
    waiting, seen = [*_same(said)], set[str]()
    while waiting:
        for one in _HOLDS.get(waiting.pop(), "").split(", "):
            if one and one not in seen:
                seen.add(one)
                yield from _same(one)
                waiting += _same(one)


def _bare(said: str) -> str:
    words = fold(said).split()
    if len(words) == 2 and words[0] in _FOODS:
        return " ".join(words)
    return " ".join(word for word in words if not _LOOSE & _forms(word))


def _forms(kind: str) -> frozenset[str]:
    """One and several: "burger" and "burgers"; none of nothing."""
    if not kind:
        return frozenset()
    if kind.endswith(("ch", "sh")):
        return frozenset({kind, f"{kind}es"})
    stem = kind.removesuffix("s") if len(kind) > 3 and not kind.endswith("ss") else kind
    return frozenset({kind, stem, f"{stem}s"})
