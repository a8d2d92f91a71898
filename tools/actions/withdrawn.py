"""Older wishes that a newer one takes back: who wants no palace does not want the one either that
was asked for before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from tools.actions.kinds import category_named, is_plural
from tools.actions.naming import places_of
from tools.actions.of_kind import all_of_kind
from tools.actions.wished_places import must_see_of
from tools.arguments import PlanDays
from tools.editing.core import wished_for, without
from tools.errors import UnknownPlaceError
from tools.names import listed, quote
from tools.place import City, Place
from tools.services import TravelServices
from tools.trip import TripRequest


def with_older_wishes_withdrawn(
    services: TravelServices,
    cities: Sequence[City],
    request: TripRequest,
    said: PlanDays,
    before: TripRequest | None = None,
) -> tuple[TripRequest, tuple[str, ...]]:
    """The request without the places wished for earlier that are of a kind not wanted now.

    A wish that was said along with it stays ("no museum but the Louvre"), and one that only its
    category has in common with a narrower word: for who wants no cathedral a temple is not one.

    Args:
        services: where to look.
        cities: all of the trip's.
        request: with what was avoided now, and with all older wishes.
        said: what was said now.
        before: of the plan that stands, if any: what the request no longer wishes is told, too.

    Returns:
        The request, and what there is to tell of these wishes: which went, which stay and why.
    """
    kinds = [w for w in said.avoid or () if category_named(w) is not None or is_plural(w)]
    if not kinds:
        return request, ()
    older = wished_for(request) | (set() if before is None else wished_for(before))
    older -= set(must_see_of(services, cities, said, []))
    told: list[str] = []
    places = places_of(services, cities)
    for word in kinds:
        wished = _known(services, sorted(older))
        of_kind = {place.id for place in all_of_kind(word, places)}
        gone = [place for place in wished if place.id in of_kind]
        alike = [place for place in wished if place.category is category_named(word)]
        for place in gone:
            request = without(request, place.id)
        names = [place.name for place in gone]
        kept = [place.name for place in alike if place not in gone]
        older -= {place.id for place in (*gone, *alike)}
        if names:
            them = "it" if len(names) == 1 else "they"
            told.append(
                f"You had asked for {listed(names)}; now that you want nothing of the kind "
                f"{quote(word)}, {them} went, too."
            )
        if kept:
            stays = "stays" if len(kept) == 1 else "stay"
            told.append(f"What you asked for by name {stays}: {listed(kept)}.")
    return request, tuple(told)


def _known(services: TravelServices, ids: Iterable[str]) -> list[Place]:
    found = []
    for place_id in ids:
        with suppress(UnknownPlaceError):  # of a trip that is older than the catalogue
            found.append(services.store.place(place_id))
    return found
