"""Other places for a visit: a few that really fit there, unlike each other, and what speaks for
each, or against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tools.check import check
from tools.editing.core import Edit, Planner, find, wished_for, without
from tools.editing.places import alternatives, none_fits, replace_place
from tools.errors import InfeasibleError, InvalidRequestError
from tools.export.wording import money
from tools.meals import serves
from tools.names import fold, listed
from tools.place import Category, Place
from tools.planning.rain import Rain
from tools.planning.reasons import FOREMOST, MOST_REASONS, NEAR
from tools.planning.score import IN_THE_OPEN, WET_MM
from tools.trip import Day, Itinerary, Mode, Money, TripRequest, Visit

MOST_TRIED = 18
"""Candidates that are planned with, at 10 to 20 ms each: a person waits."""
_BY_WORTH = 12
"""Of them, those that are the most worth; the rest are those that take the least time, for days
too full for more."""
_SAMENESS = 0.3
"""Of its promise that a candidate loses for each suggestion of its kind that is there already."""
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
_ANY_KITCHEN = frozenset({"", "mixed", "various"})
_NUMBERS = ("one", "two", "three", "four", "five", "six")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another place for a visit."""

    place: Place
    edit: Edit
    """The trip with it."""
    reasons: tuple[str, ...]
    """One to three short fragments, the weightiest first: "also a museum", "free; saves 24 EUR"."""


def suggest(
    itinerary: Itinerary, planner: Planner, place_id: str, count: int = 3
) -> tuple[Suggestion, ...]:
    """The best other places for a visit, best first, each with the trip as it would be.

    With each of them the plan holds (`tools.check`), all else that was in it still is, no wish is
    lost, and a meal stays the same meal. They differ as far as their worth allows: in kind, or for
    meals in cuisine. Each day is only put together, not searched, so that it is quick; the same
    arguments give the same answer.

    Args:
        itinerary: holds the place; its visit may be fixed.
        planner: context.
        place_id: the one that could go.
        count: at most so many, 1 or more.

    Raises:
        UnknownPlaceError: no such place.
        InvalidRequestError: the place is not in the plan, or a count below 1.
        InfeasibleError: no other place fits there.
    """
    if count < 1:
        raise InvalidRequestError(f"At least 1 place has to be asked for, not {count}.")
    number, old = find(itinerary, planner, place_id)
    request = without(itinerary.request, place_id)
    rain = planner.rain(request)
    left = [
        (place, promise)
        for place, promise in alternatives(itinerary, planner, request, old)
        if _allowed(place, old, request)
    ]
    # a search would take long, and the forecast is known by now
    quick = replace(planner, iterations=0, rain=lambda _request: rain)
    kinds: Counter[str] = Counter()
    found: list[Suggestion] = []
    for tried in range(MOST_TRIED):
        if not left or len(found) == count:
            break
        if tried < _BY_WORTH:
            best = max(left, key=lambda one: _worth(one[1], kinds[_kind(one[0], old)]))
        else:
            best = min(left, key=lambda one: _minutes(planner, old, one[0]))
        left.remove(best)
        place, _promise = best
        edit = _tried(itinerary, quick, old, place)
        if edit is not None:
            kinds[_kind(place, old)] += 1
            reasons = _reasons(itinerary, edit.itinerary, number, old, place, rain)
            found.append(Suggestion(place, edit, reasons))
    if not found:
        raise none_fits(old, number)
    return tuple(found)


def _allowed(place: Place, old: Visit, request: TripRequest) -> bool:
    """Whether no wish rules the place out, whatever the day: planning with it would be in vain."""
    if request.step_free and not place.step_free:
        return False
    return old.meal is None or serves(place, old.meal, request)


def _worth(promise: float, alike: int) -> float:
    """The promise less what it loses beside so many of its kind."""
    return promise - _SAMENESS * alike * abs(promise)


def _minutes(planner: Planner, old: Visit, place: Place) -> int:
    """About what a day needs for the place instead of the old one."""
    way = planner.travel.leg(old.place.coordinates, place.coordinates)
    return place.minutes + 2 * way.minutes


def _kind(place: Place, old: Visit) -> str:
    """In what suggestions should differ."""
    return place.category.value if old.meal is None else _kitchen(place) or place.category.value


def _tried(itinerary: Itinerary, quick: Planner, old: Visit, place: Place) -> Edit | None:
    """The edit with the place, None where it does not fit or something else is lost by it."""
    had = {visit.place.id for visit in itinerary.visits}
    known = had | wished_for(itinerary.request) | {place.id}  # so that nothing else comes along
    alone = replace(quick, places=[p for p in quick.places if p.id in known])
    try:
        edit = replace_place(itinerary, alone, old.place.id, place)
    except InfeasibleError:
        return None
    new = edit.itinerary
    visits = {visit.place.id: visit for visit in new.visits}
    told = {entry.what for entry in itinerary.left_out}
    lost = had - visits.keys() != {old.place.id} or {e.what for e in new.left_out} - told
    if lost or visits[place.id].meal is not old.meal:
        return None
    return None if check(new, quick.travel, quick.transfers) else edit


# -- reasons ---------------------------------------------------------------------------------


def _reasons(
    before: Itinerary, after: Itinerary, number: int, old: Visit, place: Place, rain: Rain
) -> tuple[str, ...]:
    """What speaks for the place, or against it, by the plan with it and the one without."""
    request, day = before.request, after.days[number - 1]
    new = next(v for v in day.visits if v.place.id == place.id)
    wet = rain.get((place.city, day.date), 0.0) >= WET_MM
    found = [
        *_wished(request, place),
        *_dry(wet, old.place, place),
        *_liked(request, place),
        *_famous(request, number, old, place),
        *_price(request, old, new),
        *_same_kind(old, place),
        *_way(before, day, number, new),
        *(["good for children"] if request.good_for_kids and place.good_for_kids else []),
        *_other_kind(old, place),
        *(["step-free"] if request.step_free else []),
        *_diets(request, old),
    ]
    return tuple(found[:MOST_REASONS])


def _wished(request: TripRequest, place: Place) -> list[str]:
    return ["you asked for it"] if place.id in request.must_see else []


def _dry(wet: bool, old: Place, place: Place) -> list[str]:
    if not wet or place.category not in _INDOORS:
        return []
    instead = ", not in the open" if old.category in IN_THE_OPEN else ""
    return [f"indoors{instead}: rain is forecast"]


def _liked(request: TripRequest, place: Place) -> list[str]:
    liked = [i.value.replace("_", " ") for i in request.interests if i in place.interests]
    return [f"for your interest in {listed(liked)}"] if liked else []


def _famous(request: TripRequest, number: int, old: Visit, place: Place) -> list[str]:
    if old.meal is not None or place.importance < FOREMOST:
        return []
    return [f"one of the foremost sights of {request.stay_on(number).city.name}"]


def _price(request: TripRequest, old: Visit, new: Visit) -> list[str]:
    """Against the old price; both are of one city, so in one currency."""
    more = round(new.price.amount - old.price.amount, 2)
    if not more:
        return []
    difference = money(Money(abs(more), new.price.currency))
    party = "" if request.travellers == 1 else f" for {_number(request.travellers)}"
    if more > 0:
        return [f"{difference} more{party}"]
    return [f"{'free; ' if not new.price.amount else ''}saves {difference}{party}"]


def _way(before: Itinerary, day: Day, number: int, new: Visit) -> list[str]:
    """What it does to the day's ways, else how near the stop before is."""
    more = _on_the_way(day) - _on_the_way(before.days[number - 1])
    if more <= -_LESS_WAY:
        return [f"{-more} min less on the way that day"]
    at = day.visits.index(new)
    leg = day.legs[at]
    if leg.mode is Mode.WALK and leg.minutes <= NEAR and at:
        stop = day.visits[at - 1].place.name
        near = f"{leg.minutes} min on foot from" if leg.minutes else "right by"
        return [f"{near} {stop}, the stop before"]
    return [f"{more} min more on the way that day"] if more >= _MORE_WAY else []


def _same_kind(old: Visit, place: Place) -> list[str]:
    if old.meal is None:
        same = place.category is old.place.category
        return [f"also {_one_of(place.category)}"] if same else []
    kitchen = _kitchen(place)
    return [f"{_named(place)} as well"] if kitchen and kitchen == _kitchen(old.place) else []


def _other_kind(old: Visit, place: Place) -> Iterator[str]:
    kitchen, was = (_kitchen(one) for one in (place, old.place))
    if old.meal is None:
        if place.category is not old.place.category:
            yield f"{_one_of(place.category)}, not {_one_of(old.place.category)}"
    elif kitchen and was and kitchen != was:
        yield f"{_named(place)}, not {_named(old.place)}"
    elif kitchen and not was:
        yield _named(place)
    elif not kitchen:
        yield f"{_one_of(place.category)} that serves {old.meal.value}"


def _diets(request: TripRequest, old: Visit) -> list[str]:
    if old.meal is None or not request.diets:
        return []
    return [f"serves {listed([d.value.replace('_', '-') for d in request.diets])} food"]


# -- words and figures -----------------------------------------------------------------------


def _kitchen(place: Place) -> str:
    """The cuisine for comparison; empty where it says nothing."""
    folded = fold(place.cuisine)
    return "" if folded in _ANY_KITCHEN else folded


def _named(place: Place) -> str:
    # most are adjectives of a country, and the catalogue writes all of them small
    return place.cuisine[:1].upper() + place.cuisine[1:]


def _one_of(category: Category) -> str:
    return _ONE_OF.get(category, f"a {category.value.replace('_', ' ')}")


def _number(count: int) -> str:
    return _NUMBERS[count - 1] if count <= len(_NUMBERS) else str(count)


def _on_the_way(day: Day) -> int:
    return sum(leg.minutes for leg in day.legs)
