"""Open wishes: must-sees that several places could be.

Planners know of wishes with one meaning alone, so these stand among what is left out (`could_be`
holds the places' names) and are brought over from plan to plan until the traveller has decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from tools.editing import wished_for
from tools.names import fold, without_article
from tools.outcome import Trip
from tools.trip import Itinerary, LeftOut


def open_wishes(itinerary: Itinerary | None) -> list[LeftOut]:
    """Those of a plan."""
    return [entry for entry in itinerary.left_out if entry.could_be] if itinerary else []


def with_open_wishes(
    new: Itinerary, old: Itinerary | None, unwanted: Collection[str] = ()
) -> Itinerary:
    """The plan with those of the one before that are still open.

    One ends when a place that it could be is wished for by its name, was just said to be unwanted,
    or is told of again in other words; and when a city of the trip goes, which could have been its.

    Args:
        new: the plan.
        old: the one before; None where there was none of these cities.
        unwanted: folded names of places that the traveller has just sent away.
    """
    before = open_wishes(old)
    if old is None or not before or not _cities(old) <= _cities(new):
        return new
    wished = wished_for(new.request)
    decided = {fold(visit.place.name) for visit in new.visits if visit.place.id in wished}
    decided |= {fold(entry.what) for entry in new.left_out} | set(unwanted)
    decided |= {fold(name) for entry in open_wishes(new) for name in entry.could_be}
    still = [
        entry for entry in before if decided.isdisjoint(map(fold, (entry.what, *entry.could_be)))
    ]
    return replace(new, left_out=(*new.left_out, *still))


def without_open_wish(itinerary: Itinerary, said: str) -> Itinerary | None:
    """The plan without the one that was said so, where no place that it could be is planned; None
    where there is none such.
    """
    planned = {visit.place.name for visit in itinerary.visits}
    meant = [
        entry
        for entry in named_so(open_wishes(itinerary), said)
        if planned.isdisjoint(entry.could_be)
    ]
    left = tuple(entry for entry in itinerary.left_out if entry not in meant)
    return replace(itinerary, left_out=left) if meant else None


def without_wishes(trip: Trip, said: Iterable[str]) -> Trip:
    """The trip without must-sees of these names among its wishes."""
    names = set(map(_bare, said))
    kept = [wish for wish in trip.wishes.must_see or () if _bare(wish) not in names]
    return replace(trip, wishes=trip.wishes.model_copy(update={"must_see": kept or None}))


def named_so(entries: Iterable[LeftOut], said: str) -> Iterator[LeftOut]:
    """The entries that were said so, with an article or without."""
    return (entry for entry in entries if _bare(entry.what) == _bare(said))


def _bare(said: str) -> str:
    return without_article(fold(said))


def _cities(itinerary: Itinerary) -> set[str]:
    return {city.id for city in itinerary.request.cities}
