"""Edits: pure functions from an itinerary and a wish to an `Edit`; the old one is untouched.

Each takes `(itinerary, planner, ...)`, changes only the days that it has to, never loses a pin,
and raises `InvalidRequestError`, `UnknownPlaceError` or `InfeasibleError` with one sentence where
it can't be done. Removed places are remembered in `request.avoid`, added ones in
`request.must_see`.
"""

from tools.editing.core import Edit, Planner
from tools.editing.places import add_place, move_place, pin_place, remove_place, replace_place
from tools.editing.whole_trip import (
    extend_trip,
    replan,
    set_budget,
    set_dates,
    set_interests,
    set_pace,
    shorten_trip,
    swap_days,
)

__all__ = [
    "Edit",
    "Planner",
    "add_place",
    "extend_trip",
    "move_place",
    "pin_place",
    "remove_place",
    "replace_place",
    "replan",
    "set_budget",
    "set_dates",
    "set_interests",
    "set_pace",
    "shorten_trip",
    "swap_days",
]
