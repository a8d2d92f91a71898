"""What a tool brings back: the facts to talk about, and the trip as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.arguments import PlanDays
from tools.export import Export
from tools.place import Place
from tools.trip import Itinerary


@dataclass(frozen=True, slots=True)
class Trip:
    """Where a conversation's trip stands. `wishes` holds all that was said of it so far."""

    wishes: PlanDays = field(default_factory=PlanDays)
    itinerary: Itinerary | None = None
    past: tuple[Itinerary, ...] = ()
    """Earlier versions, oldest first; `undo_change` takes the last."""
    future: tuple[Itinerary, ...] = ()
    """Versions that were taken back, the next one first; `redo_change` takes it."""
    ideas: tuple[str, ...] = ()
    """Ids of places kept for later; those that the plan holds are none at the moment."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One tool call's result.

    `facts` are the only names and figures that the answer may use. `situation` and the facts'
    keys are one fixed vocabulary (`SITUATIONS`), so that the model is trained on just what
    the tools will say.
    """

    situation: str
    facts: Mapping[str, str]
    trip: Trip
    places: tuple[Place, ...] = ()
    changes: tuple[str, ...] = ()
    """What an edit changed, one factual sentence each."""
    export: Export | None = None
    sources: tuple[str, ...] = ()
    """Whose data the facts are, where it is not the place catalogue."""
    notes: tuple[str, ...] = ()
    """What did not work on the way and what stands in for it, one sentence each."""
    given_up: tuple[str, ...] = ()
    """Those of the notes that tell of an earlier wish that an edit could not keep."""

    @property
    def text(self) -> str:
        """What the model reads: the situation, then `key: value` lines."""
        return "\n".join([self.situation, *(f"{k}: {v}" for k, v in self.facts.items())])


SITUATIONS: Mapping[str, tuple[str, ...]] = {
    "planned": ("city", "days", "start", "day1_a", "day1_b", "day2_a", "cost"),
    "planned_left_out": (
        "city",
        "days",
        "start",
        "day1_a",
        "day1_b",
        "day2_a",
        "cost",
        "left_out",
        "reason",
    ),
    "planned_cities": (
        "days",
        "start",
        "city_a",
        "days_a",
        "city_b",
        "days_b",
        "city_c",
        "days_c",
        "way",
        "cost",
    ),
    "assumed_date": ("city", "days", "start", "day1_a", "day1_b", "day2_a", "cost"),
    "need_days": ("city",),
    "need_destination": (),
    "unknown_place": ("name", "suggestion"),
    "ambiguous": ("name", "option_a", "option_b"),
    "unknown_city": ("city", "city_a", "city_b"),
    "added": ("place", "day", "time"),
    "there": ("place", "day", "time"),
    "removed": ("place", "day"),
    "stays_out": ("place",),
    "replaced": ("place", "new", "day"),
    "moved": ("place", "day", "time"),
    "swapped": ("day", "day2"),
    "pinned": ("place", "day"),
    "pace": ("pace",),
    "budget": ("budget", "cost"),
    "interests": ("interests",),
    "party": ("people", "cost"),
    "unpinned": ("place", "day"),
    "dates": ("start",),
    "hours": ("day", "start", "end"),
    "kept_free": ("day", "time"),
    "longer": ("days",),
    "shorter": ("days",),
    "city_added": ("city", "days"),
    "city_removed": ("city", "days"),
    "undone": (),
    "redone": (),
    "explained": ("place", "day", "time", "reason"),
    "not_planned": ("place", "reason"),
    "day_shown": ("day", "start", "a", "b", "c", "dinner"),
    "exported": ("format", "file"),
    "found": ("n", "category", "city", "a", "b", "c"),
    "found_none": ("category", "city"),
    "located": ("name", "country", "lat", "lon"),
    "open": ("place", "day", "time", "hours"),
    "closed": ("place", "day", "time", "hours", "next"),
    "way": ("origin", "destination", "distance", "minutes", "mode"),
    "weather": ("city", "month", "high", "low", "wet_days"),
    "forecast": ("city", "month", "high", "low", "wet_days"),
    "holidays": ("city", "holiday_a", "holiday_b"),
    "holidays_none": ("city", "start", "end"),
    "daylight": ("city", "day", "sunrise", "sunset"),
    "time_zone": ("city", "time", "zone"),
    "converted": ("amount", "result", "as_of"),
    "cannot": ("reason",),
}
"""The fact keys of each situation, in order; a key without a value is left out."""
