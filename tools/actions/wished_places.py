"""The places that a traveller's wishes name: must-sees, what to avoid, where one sleeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tools.actions.kinds import category_named, is_plural, says_more
from tools.actions.naming import find_in, place_named, places_of
from tools.actions.of_kind import all_of_kind
from tools.actions.open_wishes import could_be
from tools.actions.saying import clause
from tools.arguments import PlanDays
from tools.errors import AmbiguousPlaceError, InputError, UnknownPlaceError
from tools.names import fold, listed, quote
from tools.place import Category, City, Coordinates, Place
from tools.place_names import named_in_full
from tools.services import TravelServices
from tools.trip import LeftOut, Stay

_MOST_TOLD = 3
"""Names of places that went for a kind which is not wanted."""


def must_see_of(
    services: TravelServices, cities: Sequence[City], wishes: PlanDays, left_out: list[LeftOut]
) -> tuple[str, ...]:
    """Ids of the must-sees; those that nobody knows go to `left_out`, with the reason."""
    found = []
    for said in wishes.must_see or ():
        try:
            found.append(find_in(services, cities, said).id)
        except UnknownPlaceError as error:
            close = f"; the closest is {error.suggestions[0]}" if error.suggestions else ""
            left_out.append(LeftOut(said, f"I know no place of that name{close}"))
        except AmbiguousPlaceError as error:
            if category_named(said) is not None:  # "the castle" is the foremost of them
                found.append(place_named(services, cities[0], said).id)
                continue
            names = error.candidates
            left_out.append(LeftOut(said, could_be(names), could_be=names))
        except InputError as error:
            left_out.append(LeftOut(said, clause(str(error))))
    return tuple(dict.fromkeys(found))


def avoided(
    services: TravelServices,
    cities: Sequence[City],
    wishes: PlanDays,
    notes: list[str],
    must_see: Sequence[str] = (),
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of places and `Category` values that were not wanted; unknown names are noted.

    A kind that is narrower than a category, or none of the store's, is all places that are told of
    so: who wants no synagogues may well see churches. Those asked for in the same breath stay.
    """
    places: list[str] = []
    categories: list[str] = []
    wanted = set(must_see)
    for said in wishes.avoid or ():
        found = _unwanted(services, cities, said)
        if isinstance(found, Category):
            categories.append(found.value)
        elif found:
            gone = [place for place in found if place.id not in wanted]
            places += [place.id for place in gone]
            if gone and (len(found) > 1 or is_plural(said) or category_named(said) is not None):
                notes.append(_without(said, gone))
        else:
            where = " or ".join(city.name for city in cities)
            notes.append(f"I know no {quote(said)} in {where}, so nothing was left out for it.")
    return tuple(dict.fromkeys(places)), tuple(dict.fromkeys(categories))


def _without(said: str, gone: Sequence[Place]) -> str:
    """What a kind took away, the best known first: one hears if more went than was meant."""
    known = sorted({p.id: p for p in gone}.values(), key=lambda p: (-p.importance, p.name))
    names = [place.name for place in known[:_MOST_TOLD]]
    more = [f"{len(known) - _MOST_TOLD} more"] if len(known) > _MOST_TOLD else []
    return f"Without {quote(said)}: {listed([*names, *more])}."


def _unwanted(
    services: TravelServices, cities: Sequence[City], said: str
) -> list[Place] | Category:
    """The places that are not wanted, or the category of which none is; no places if none fit."""
    category = category_named(said)
    if category is not None and not says_more(said):
        return category
    of_kind = list(all_of_kind(said, places_of(services, cities)))
    if category is not None:
        return of_kind
    try:
        found = [find_in(services, cities, said, guess=False)]
    except AmbiguousPlaceError as error:  # all that it could mean: none was wanted
        return [*of_kind, *(find_in(services, cities, name) for name in error.candidates)]
    except InputError:
        return of_kind
    several = is_plural(said) and not named_in_full(found, said)
    return [*found, *(of_kind if several else ())]


def _lodging(services: TravelServices, city: City, said: str) -> Coordinates | None:
    try:
        return services.store.find_by_name(said, city.id).coordinates
    except InputError:
        # a hotel's name often ends with the sight or quarter that it stands by
        words = fold(said).split()
        near = " ".join(words[words.index("near") + 1 :]) if "near" in words else ""
        if near:
            try:
                return services.store.find_by_name(near, city.id).coordinates
            except InputError:
                pass
    return None


def lodged(
    services: TravelServices, stays: Sequence[Stay], wishes: PlanDays, notes: list[str]
) -> tuple[Stay, ...]:
    """The stays with the lodging that was said, in the city that knows it; else as they were."""
    said = wishes.lodging
    if not said or any(stay.lodging_name == said for stay in stays):
        return tuple(stays)
    for index, stay in enumerate(stays):
        point = _lodging(services, stay.city, said)
        if point is not None:
            here = replace(stay, lodging=point, lodging_name=said)
            return (*stays[:index], here, *stays[index + 1 :])
    notes.append(f"I could not find {quote(said)}; days start in the centre.")
    bare = replace(stays[0], lodging=None, lodging_name="")
    return (bare, *stays[1:]) if len(stays) == 1 else tuple(stays)
