"""What the host asks where it could not decide what was meant (decision 012)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MEANINGS: Mapping[str, str] = {
    "geocode": "see where something is",
    "find_places": "look for places",
    "plan_days": "have the trip planned with that in mind",
    "add_place": "add a place",
    "remove_place": "take a place out",
    "replace_place": "have something else in its place",
    "move_place": "have a place elsewhere in the plan",
    "swap_days": "exchange days",
    "pin_place": "keep a place where it is",
    "unpin_place": "let a place move again",
    "set_pace": "have easier or fuller days",
    "set_interests": "change what the trip is about",
    "set_budget": "change what it costs at most",
    "set_dates": "start on another date",
    "set_hours": "set out or come back earlier or later",
    "keep_free": "keep some time free",
    "extend_trip": "stay longer",
    "shorten_trip": "make the trip shorter",
    "add_city": "go to another city, too",
    "explain_plan": "hear what is planned, or why",
    "undo_change": "take a change back",
    "redo_change": "have a change again",
    "export_trip": "take the trip along as a file",
    "check_opening": "know when a place is open",
    "travel_time": "know how far it is",
    "look_up": "know about weather, holidays or daylight",
    "convert_currency": "know what a sum is in other money",
}
"""Tool -> what somebody wants who means it, behind "would you like to".

The next message may quote what the host said: no numbers, hours, months or weekdays in it.
"""
_WITHOUT_TRIP = "have a trip planned"


def question(tools: Sequence[str], *, trip: bool) -> str:
    """Asks which of these was meant, and says that nothing was done.

    Args:
        tools: names of the catalog's, at least one.
        trip: whether there is one.
    """
    meant = [
        _WITHOUT_TRIP if tool == "plan_days" and not trip else MEANINGS[tool] for tool in tools
    ]
    stands = "Nothing has changed so far" if trip else "Nothing is planned so far"
    return (
        f"I'm not sure what you mean: would you like to {', or to '.join(meant)}? "
        f"{stands}; please put it another way."
    )
