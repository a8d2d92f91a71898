"""Edits: pure functions from an itinerary and a wish to an `Edit`; the old one is untouched.

Each takes `(itinerary, planner, ...)`, changes only the days that it has to, never loses a pin,
and raises `InvalidRequestError`, `UnknownPlaceError` or `InfeasibleError` with one sentence where
it can't be done. Removed places are remembered in `request.avoid`, added ones in
`request.must_see`.
"""

from tools.editing.comparing import Comparison, DayPair, Stop, compare
from tools.editing.core import Edit, Planner, wished_for
from tools.editing.length import add_city, extend_trip, remove_city, shorten_trip
from tools.editing.moving_together import move_together
from tools.editing.pinning import move_place, pin_place, unpin_place
from tools.editing.places import (
    add_place,
    remove_place,
    with_pins_eased,
    with_room,
)
from tools.editing.replacing import replace_place
from tools.editing.suggesting import Suggestion, suggest
from tools.editing.whole_trip import (
    keep_free,
    own_hours_told,
    replan,
    set_budget,
    set_dates,
    set_hours,
    set_interests,
    set_pace,
    swap_days,
)

__all__ = [
    "Comparison",
    "DayPair",
    "Edit",
    "Planner",
    "Stop",
    "Suggestion",
    "add_city",
    "add_place",
    "compare",
    "extend_trip",
    "keep_free",
    "move_place",
    "move_together",
    "own_hours_told",
    "pin_place",
    "remove_city",
    "remove_place",
    "replace_place",
    "replan",
    "set_budget",
    "set_dates",
    "set_hours",
    "set_interests",
    "set_pace",
    "shorten_trip",
    "suggest",
    "swap_days",
    "unpin_place",
    "wished_for",
    "with_pins_eased",
    "with_room",
]
