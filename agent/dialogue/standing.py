"""The trip as far as it tells which calls are possible, and what several of them mean together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.dialogue.turns import Call
from tools.names import fold

DAYS = ("day", "other_day")
"""Arguments that are a day's number."""
_LENGTHENING = frozenset({"extend_trip", "add_city", "plan_days", "undo_change", "redo_change"})
_PLACES: Mapping[str, tuple[str, ...]] = {
    "add_place": ("place",),
    "remove_place": ("place",),
    "move_place": ("place",),
    "replace_place": ("place", "replacement"),
    "pin_place": ("place",),
    "unpin_place": ("place",),
}
"""Tool -> arguments that are a place of the trip or of its cities."""
_OF_STAY = frozenset({"extend_trip", "shorten_trip"})
"""Their `location` is one of the trip's cities."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a call may build upon."""

    cities: tuple[tuple[str, int], ...]
    """Each stay's city, by name, and its days."""
    currencies: frozenset[str] = frozenset()
    """What is paid with there, by ISO 4217."""
    city_meant: Callable[[str], str | None] = lambda said: None
    """The name of the trip's city that is called otherwise than by it ("Roma")."""
    knows: Callable[[str], bool] = lambda name: True
    """Whether something of the trip or of its cities is called so."""
    places_in: Callable[[str], Sequence[str]] = lambda text: ()
    """The known places that a text could mean."""
    numbered: Callable[[str], str] = lambda text: text
    """A text with the trip's days by their numbers where it names them by weekday or date."""

    def city(self, said: str) -> str | None:
        """The name of the trip's city that is meant; None for another."""
        named = (city for city, _ in self.cities if fold(city) == fold(said))
        return next(named, None) or self.city_meant(said)

    @property
    def days(self) -> int:
        """Of the whole trip."""
        return sum(days for _, days in self.cities)


def shared_out(calls: Sequence[Call], trip: Standing) -> tuple[Call, ...] | None:
    """The calls as they are meant where several cities are added that the trip leads to already.

    "Two days in Florence and four in Venice" of a trip to these two doesn't double it: it says how
    long each stay is to be. One of its cities by itself may be returned to.

    Returns:
        One call; None where nothing of the kind is asked.
    """
    now = dict(trip.cities)
    added = {trip.city(str(c.args.get("city", ""))): c.args.get("days") for c in calls}
    once = len(now) == len(trip.cities) and len(added) == len(calls) > 1
    known = all(c.name == "add_city" for c in calls) and None not in added
    if not (once and known and any(added.values())):
        return None
    return (Call("plan_days", {"days_each": [added.get(c) or now[c] for c in now]}),)


def impossible(calls: Sequence[Call], trip: Standing) -> frozenset[str]:
    """Names of the tools whose calls are at odds with the trip as it stands.

    A place in its own stead, a day for itself, a longer or shorter stay in a city where there is
    none, a city that is in it already, a day that it doesn't have. Days that an earlier call of the
    message adds are taken to be there.
    """
    found = set()
    longer, new = False, set[str]()
    for call in calls:
        args = call.args
        days = [args[key] for key in DAYS if isinstance(args.get(key), int)]
        beyond = not longer and any(not 1 <= day <= trip.days for day in days)
        same = call.name == "replace_place" and _same(args, "place", "replacement")
        same = same or (call.name == "swap_days" and _same(args, *DAYS))
        city = str(args.get("location") or args.get("city") or "")
        there = bool(city) and (fold(city) in new or trip.city(city) is not None)
        elsewhere = call.name in _OF_STAY and "location" in args and not there
        again = call.name == "add_city" and there
        if beyond or same or elsewhere or again:
            found.add(call.name)
        longer = longer or call.name in _LENGTHENING
        new |= {fold(city)} if call.name == "add_city" else set()
    return frozenset(found)


def _same(args: Mapping[str, Any], one: str, other: str) -> bool:
    return one in args and other in args and fold(str(args[one])) == fold(str(args[other]))


def strangers(calls: Sequence[Call], trip: Standing) -> tuple[tuple[int, str], ...]:
    """The calls, by their numbers from 0, and their arguments for places that nobody knows."""
    return tuple(
        (number, key)
        for number, call in enumerate(calls)
        for key in _PLACES.get(call.name, ())
        if isinstance(call.args.get(key), str) and not trip.knows(call.args[key])
    )
