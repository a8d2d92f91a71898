"""The kinds of dialogue that are synthesized, and how often each is."""

from __future__ import annotations

from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    "plan": 30,
    "plan_dialogue": 8,
    "replan": 8,
    "party": 2.5,
    "find_places": 14,
    "geocode": 3.5,
    "check_opening": 4,
    "travel_time": 3.5,
    "look_up": 5.5,
    "convert_currency": 2.5,
    "add_place": 5,
    "remove_place": 4.5,
    "replace_place": 5,
    "move_place": 5,
    "swap_days": 2.5,
    "pin_place": 3.5,
    "unpin_place": 2,
    "set_pace": 3.5,
    "set_interests": 2.5,
    "set_budget": 2.5,
    "set_dates": 2.5,
    "set_hours": 2.5,
    "keep_free": 2.5,
    "extend_trip": 2.5,
    "shorten_trip": 2.5,
    "add_city": 2,
    "explain_plan": 5,
    "undo_change": 2.5,
    "redo_change": 1.5,
    "export_trip": 2.5,
    "multi": 8,
    "reference": 3,
    "follow": 9,
    "follow_up": 2.5,
    "reply": 25,
    "answer": 8,
    "demonstration": 0,
}
"""How often each kind is drawn, relative; demonstrations where a recipe asks for them."""
FACTS = ("check_opening", "travel_time", "look_up", "convert_currency")
"""Tools that tell something that no plan is needed for."""
