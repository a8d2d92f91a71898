"""Other places for a visit: a few that really fit there, unlike each other, and what speaks for
each, or against it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from tools.check import check
from tools.editing.core import Edit, Planner, find, without
from tools.editing.standing_in import alternatives, none_fits, stand_in
from tools.editing.swap_reasons import kitchen, reasons_for, strong_reasons
from tools.editing.swap_worth import REMOTE, Swap
from tools.errors import InvalidRequestError
from tools.meals import serves
from tools.place import Place
from tools.trip import Itinerary, TripRequest, Visit

MOST_TRIED = 18
"""Candidates that are planned with, at 10 to 30 ms each: a person waits."""
_BY_WORTH = 12
"""Of them, those that are the most worth; the rest are those that take the least time, for days
too full for more."""
_SAMENESS = 0.3
"""Of its worth that a candidate loses for each suggestion of its kind that is there already."""


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
    lost, and a meal stays the same meal. `replace_place` makes the very plan that is shown here.
    They are ordered by what they are worth in that plan (`tools.editing.swap_worth`) and differ as
    far as that allows: in kind, or for meals in cuisine. One that costs much way or money without
    a strong reason never comes first beside one that does not; far too much way, not at all.

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
    rain = planner.rain(without(itinerary.request, place_id))
    # the forecast is known by now
    search = _Search(
        Swap.of(itinerary, replace(planner, rain=lambda _request: rain), number, old, rain)
    )
    while len(search.found) < count and search.step(count):
        pass
    if not search.found:
        raise none_fits(old, number)
    found = sorted(search.found, key=lambda one: one.doubtful)
    near = [one for one in found if not one.remote]
    return tuple(one.suggestion for one in near or found)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A suggestion that fits."""

    suggestion: Suggestion
    worth: float
    doubtful: bool
    """It costs much, and nothing strong speaks for it."""
    remote: bool
    """Beside others it is no help: so far out that nobody would go, and nothing strong for it."""


class _Search:
    """Finds suggestions, planning with as few candidates as it takes.

    What a candidate is worth where all goes well is known without a plan, and hardly ever less
    than what it turns out to be worth: so once a planned one is worth the most of all that are
    left, planned or not, it is the next suggestion.
    """

    def __init__(self, swap: Swap) -> None:
        self.found: list[_Planned] = []
        """Best first."""
        self._swap = swap
        request = without(swap.request, swap.old.place.id)
        self._left = {
            place: swap.worth(place, swap.expected(place))
            for place, _ in alternatives(swap.itinerary, swap.planner, request, swap.old)
            if _allowed(place, swap.old, request) and swap.fits_pace(place)
        }
        self._planned: dict[Place, _Planned] = {}
        self._kinds: Counter[str] = Counter()
        self._tried = 0

    def step(self, count: int) -> bool:
        """Plans with a candidate or settles for one that is planned; False where none is left."""
        short = len(self.found) + len(self._planned) < count
        if self._tried >= (MOST_TRIED if short else _BY_WORTH):
            self._left.clear()
        ready = max(self._planned.values(), key=self._beside, default=None)
        if not self._left:
            place = None
        elif self._tried < _BY_WORTH:
            place = max(self._left, key=self._promise)
        else:
            place = min(self._left, key=self._minutes)
        if ready is not None and (place is None or self._beside(ready) >= self._promise(place)):
            self._settle(ready)
        elif place is not None:
            self._plan(place)
        return bool(self._left or self._planned)

    def _settle(self, one: _Planned) -> None:
        place, planner = one.suggestion.place, self._swap.planner
        del self._planned[place]
        if check(one.suggestion.edit.itinerary, planner.travel, planner.transfers):
            return
        self._kinds[_kind(place, self._swap.old)] += 1
        self.found.append(one)

    def _plan(self, place: Place) -> None:
        self._tried += 1
        del self._left[place]
        swap = self._swap
        edit = stand_in(swap.itinerary, swap.planner, swap.old.place.id, place)
        if edit is None:
            return
        cost = swap.real(edit.itinerary, place)
        suggestion = Suggestion(place, edit, reasons_for(swap, edit.itinerary, place, cost))
        weak = not strong_reasons(swap, place)
        doubtful, remote = weak and swap.needs_reason(cost), weak and cost.way >= REMOTE
        worth = swap.worth(place, cost)
        self._planned[place] = _Planned(suggestion, worth, doubtful, remote)

    def _beside(self, one: _Planned) -> float:
        return self._less_alike(one.worth, one.suggestion.place)

    def _promise(self, place: Place) -> float:
        return self._less_alike(self._left[place], place)

    def _less_alike(self, worth: float, place: Place) -> float:
        """The worth less what it loses beside so many of its kind."""
        return worth - _SAMENESS * self._kinds[_kind(place, self._swap.old)] * abs(worth)

    def _minutes(self, place: Place) -> int:
        """About what a day needs for the place instead of the old one."""
        return place.minutes + self._swap.expected(place).way


def _allowed(place: Place, old: Visit, request: TripRequest) -> bool:
    """Whether no wish rules the place out, whatever the day: planning with it would be in vain."""
    if request.step_free and not place.step_free:
        return False
    return old.meal is None or serves(place, old.meal, request)


def _kind(place: Place, old: Visit) -> str:
    """In what suggestions should differ."""
    return place.category.value if old.meal is None else kitchen(place) or place.category.value
