"""What speaks for another place where one is, or against it: short fragments for the traveller."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.editing.swap_worth import Cost, Swap
from tools.export.wording import money
from tools.names import fold, listed
from tools.place import Category, Interest, Place
from tools.planning.reasons import FOREMOST, MOST_REASONS, NEAR
from tools.planning.score import IN_THE_OPEN, WET_MM
from tools.trip import Itinerary, Mode, Money, TripRequest, Visit

_LESS_WAY, _MORE_WAY = 5, 10
"""Minutes of a day's way from which it is worth a word that they are saved, or added."""
_INDOORS = frozenset({Category.MUSEUM, Category.GALLERY, Category.WORSHIP, Category.THEATRE})
"""Kinds that surely have a roof; of a landmark or a market nobody knows."""
_ONE_OF = {
    Category.RUINS: "ruins",
    Category.WORSHIP: "a place of worship",
    Category.SHOPPING: "a place to shop",
}
"""Where "a" and the category's name do not read well."""
_ANY_KITCHEN = frozenset({"", "mixed", "various", "cafe", "bar", "bistro"})
_OF_A_PEOPLE = re.compile(
    "(ese|ish|ian|ean|can|rman|oman|ench|reek|zech|utch|wiss|thai|israeli|pakistani"
    "|landic|basque|cuban|breton|nordic|catalan|levantine|argentine)$"
)
"""How words for a people, a region or a city end, which are written with a capital."""
_OF_NO_PEOPLE = frozenset({"vegetarian", "fish", "dish"})
_CENT = 0.01
_NUMBERS = ("one", "two", "three", "four", "five", "six")


def reasons_for(swap: Swap, after: Itinerary, place: Place, cost: Cost) -> tuple[str, ...]:
    """One to three fragments, the weightiest first, by the plan with the place and what it costs.

    Args:
        swap: of the visit that could go.
        after: the plan with the place.
        place: the one to come.
        cost: of that plan, by `Swap.real`.
    """
    request, old = swap.request, swap.old
    speaks_for = [
        *strong_reasons(swap, place),
        *_liked(request, old, place),
        *_saved(request, old, cost),
        *_same_kind(old, place),
        *_near(swap, after, place, cost),
        *(["good for children"] if request.good_for_kids and place.good_for_kids else []),
        *_other_kind(old, place),
        *(["step-free"] if request.step_free else []),
        *_diets(request, old),
    ]
    # what it costs is never cut off
    found = [*speaks_for[:1], *_costs(request, old, cost), *speaks_for[1:]]
    return tuple(found[:MOST_REASONS])


def strong_reasons(swap: Swap, place: Place) -> list[str]:
    """What speaks for a place whatever it costs: that it was asked for, or is foremost, or a roof
    where rain is forecast.
    """
    request, old = swap.request, swap.old
    wet = swap.rain.get((place.city, swap.day.date), 0.0) >= WET_MM
    return [
        *_wished(request, place),
        *_dry(wet, old.place, place),
        *_famous(request, swap.number, old, place),
    ]


def _wished(request: TripRequest, place: Place) -> list[str]:
    return ["you asked for it"] if place.id in request.must_see else []


def _dry(wet: bool, old: Place, place: Place) -> list[str]:
    if not wet or place.category not in _INDOORS:
        return []
    instead = ", not in the open" if old.category in IN_THE_OPEN else ""
    return [f"indoors{instead}: rain is forecast"]


def _liked(request: TripRequest, old: Visit, place: Place) -> list[str]:
    # that one eats there says nothing of a place to eat
    known = {Interest.FOOD} if old.meal is not None else set()
    met = [i for i in request.interests if i in place.interests and i not in known]
    liked = [interest.value.replace("_", " ") for interest in met]
    return [f"for your interest in {listed(liked)}"] if liked else []


def _famous(request: TripRequest, number: int, old: Visit, place: Place) -> list[str]:
    if old.meal is not None or place.importance < FOREMOST:
        return []
    return [f"one of the foremost sights of {request.stay_on(number).city.name}"]


def _saved(request: TripRequest, old: Visit, cost: Cost) -> list[str]:
    if cost.price >= 0:
        return []
    free = "free; " if old.price.amount + cost.price < _CENT else ""
    return [f"{free}saves {_for_all(request, old, -cost.price)}"]


def _costs(request: TripRequest, old: Visit, cost: Cost) -> list[str]:
    found = []
    if cost.price > 0:
        found.append(_for_all(request, old, cost.price, "more"))
    if cost.way >= _MORE_WAY:
        found.append(f"{cost.way} min more on the way that day")
    return found


def _for_all(request: TripRequest, old: Visit, amount: float, more: str = "") -> str:
    """`9 EUR`, `9 EUR more for two`; who travels alone needs no telling for whom."""
    told = money(Money(amount, old.price.currency))
    party = "" if request.travellers == 1 else f"for {_number(request.travellers)}"
    return " ".join(filter(None, (told, more, party)))


def _near(swap: Swap, after: Itinerary, place: Place, cost: Cost) -> list[str]:
    """What it saves of the day's ways, else how near the stop before is."""
    if cost.way <= -_LESS_WAY:
        return [f"{-cost.way} min less on the way that day"]
    if cost.way >= _MORE_WAY:
        return []
    day = after.days[swap.number - 1]
    at = next(n for n, visit in enumerate(day.visits) if visit.place.id == place.id)
    leg = day.legs[at]
    if leg.mode is Mode.WALK and leg.minutes <= NEAR and at:
        stop = day.visits[at - 1].place.name
        near = f"{leg.minutes} min on foot from" if leg.minutes else "right by"
        return [f"{near} {stop}, the stop before"]
    return []


def _same_kind(old: Visit, place: Place) -> list[str]:
    if old.meal is None:
        same = place.category is old.place.category
        return [f"also {_one_of(place.category)}"] if same else []
    cooks = kitchen(place)
    return [f"{_named(place)} as well"] if cooks and cooks == kitchen(old.place) else []


def _other_kind(old: Visit, place: Place) -> Iterator[str]:
    cooks, was = (kitchen(one) for one in (place, old.place))
    if old.meal is None:
        if place.category is not old.place.category:
            yield f"{_one_of(place.category)}, not {_one_of(old.place.category)}"
    elif cooks and was and cooks != was:
        yield f"{_named(place)}, not {_named(old.place)}"
    elif cooks and not was:
        yield _named(place)
    elif not cooks:
        yield f"{_one_of(place.category)} that serves {old.meal.value}"


def _diets(request: TripRequest, old: Visit) -> list[str]:
    if old.meal is None or not request.diets:
        return []
    return [f"serves {listed([d.value.replace('_', '-') for d in request.diets])} food"]


# -- words and figures -----------------------------------------------------------------------


def kitchen(place: Place) -> str:
    """The cuisine for comparison; empty where it says nothing."""
    folded = fold(place.cuisine)
    return "" if folded in _ANY_KITCHEN else folded


def _named(place: Place) -> str:
    """The cuisine; the catalogue writes all of them small, peoples and regions too."""
    return " ".join(
        word.capitalize() if _OF_A_PEOPLE.search(word) and word not in _OF_NO_PEOPLE else word
        for word in place.cuisine.split(" ")
    )


def _one_of(category: Category) -> str:
    return _ONE_OF.get(category, f"a {category.value.replace('_', ' ')}")


def _number(count: int) -> str:
    return _NUMBERS[count - 1] if count <= len(_NUMBERS) else str(count)
