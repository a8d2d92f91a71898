"""Open wishes: must-sees that several places could be.

Planners know of wishes with one meaning alone, so these stand among what is left out (`could_be`
holds the places' names) and are brought over from plan to plan until the traveller has decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from tools.arguments import PlanDays
from tools.editing import wished_for
from tools.names import fold, one_of, without_article
from tools.trip import Itinerary, LeftOut


def open_wishes(itinerary: Itinerary | None) -> list[LeftOut]:
    """Those of a plan."""
    return [entry for entry in itinerary.left_out if entry.could_be] if itinerary else []


def with_open_wishes(
    new: Itinerary, old: Itinerary | None, unwanted: Collection[str] = ()
) -> Itinerary:
    """The plan with those of the one before that are still open.

    One ends when a place that it could be is newly wished for by its name, when it or all that it
    could be is unwanted, when it is told of again in other words; and when a city of the trip
    goes, which could have been its.

    Args:
        new: the plan.
        old: the one before; None where there was none of these cities.
        unwanted: names of places and wishes that the traveller has just sent away.
    """
    before = open_wishes(old)
    if old is None or not before or not _cities(old) <= _cities(new):
        return new
    wished = wished_for(new.request) - wished_for(old.request)
    decided = {visit.place.name for visit in new.visits if visit.place.id in wished}
    decided |= {entry.what for entry in new.left_out}
    decided |= {name for entry in open_wishes(new) for name in entry.could_be}
    refused = set(map(_bare, unwanted))
    still = (
        _without(entry, refused)
        for entry in before
        if decided.isdisjoint((entry.what, *entry.could_be)) and _bare(entry.what) not in refused
    )
    return replace(new, left_out=(*new.left_out, *filter(None, still)))


def _without(entry: LeftOut, refused: Collection[str]) -> LeftOut | None:
    """The wish without what it is not to be; None where nothing is left."""
    names = tuple(name for name in entry.could_be if _bare(name) not in refused)
    if names == entry.could_be:
        return entry
    return replace(entry, reason=could_be(names), could_be=names) if names else None


def could_be(names: Sequence[str]) -> str:
    """The reason why such a wish is not in the plan."""
    return f"it could be {one_of(names)}"


def without_open_wish(itinerary: Itinerary, said: str, several: Sequence[str]) -> Itinerary | None:
    """The plan without the one that was said so; None where there is none such, or where some of
    the several things that this could mean are planned.
    """
    planned = {visit.place.name for visit in itinerary.visits}
    meant = list(named_so(open_wishes(itinerary), said))
    if not meant or any(name.partition(" on day ")[0] in planned for name in several):
        return None
    left = tuple(entry for entry in itinerary.left_out if entry not in meant)
    return replace(itinerary, left_out=left)


def with_decided(wishes: PlanDays, old: Itinerary | None, new: Itinerary) -> PlanDays:
    """The wishes without those that were open and no longer are."""
    before, still = ({_bare(entry.what) for entry in open_wishes(one)} for one in (old, new))
    return without_wishes(wishes, before - still)


def without_wishes(wishes: PlanDays, said: Iterable[str]) -> PlanDays:
    """The wishes without must-sees of these names."""
    names = set(map(_bare, said))
    kept = [wish for wish in wishes.must_see or () if _bare(wish) not in names]
    return wishes.model_copy(update={"must_see": kept or None})


def named_so(entries: Iterable[LeftOut], said: str) -> Iterator[LeftOut]:
    """The entries that were said so, with an article or without."""
    return (entry for entry in entries if _bare(entry.what) == _bare(said))


def _bare(said: str) -> str:
    return without_article(fold(said))


def _cities(itinerary: Itinerary) -> set[str]:
    return {city.id for city in itinerary.request.cities}
