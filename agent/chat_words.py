"""What a traveller reads of a tool call: a title, what was asked, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent.events import ToolCall
from tools.outcome import Outcome

_TITLES: Mapping[str, str] = {
    "geocode": "Look up {query}",
    "find_places": "Look for places",
    "plan_days": "Plan the days",
    "add_place": "Add {place}",
    "remove_place": "Take out {place}",
    "replace_place": "Replace {place}",
    "move_place": "Move {place}",
    "swap_days": "Swap day {day} and day {other_day}",
    "pin_place": "Keep {place} where it is",
    "unpin_place": "Let {place} move again",
    "set_hours": "Change the hours",
    "keep_free": "Keep time free",
    "add_city": "Add {city}",
    "explain_plan": "Look at the plan",
    "set_pace": "Change the pace",
    "set_interests": "Change the interests",
    "set_budget": "Change the budget",
    "set_dates": "Change the dates",
    "extend_trip": "Make the trip longer",
    "shorten_trip": "Make the trip shorter",
    "undo_change": "Undo what was changed",
    "redo_change": "Redo what was undone",
    "export_trip": "Write a file to take along",
    "check_opening": "Look up the hours of {place}",
    "travel_time": "Measure the way to {destination}",
    "look_up": "Look it up",
    "convert_currency": "Convert {amount} {currency}",
}

_MARKED = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]()<>#|!~$&"})
"""What Markdown reads as more than text."""


def title(call: ToolCall) -> str:
    """A step's name; the tool's own where there is no better one."""
    plain = call.name.replace("_", " ").capitalize()
    try:
        named = _TITLES.get(call.name, plain).format_map({k: str(v) for k, v in call.args.items()})
    except (KeyError, IndexError, ValueError):  # the call lacks what the title names
        return plain
    return named if len(named) <= 80 else f"{named[:79]}…"


def asked(call: ToolCall) -> str:
    """The arguments as a Markdown list, most often one to three lines."""
    if not call.args:
        return ""
    return _lines((key.replace("_", " "), _said(value)) for key, value in call.args.items())


def told(text: str, outcome: Outcome | None) -> str:
    """The result as Markdown; `text` is what the model reads, for an outcome that is missing."""
    if outcome is None:
        return plain(text)
    parts = [
        f"**{_situation(outcome.situation)}**",
        "\n".join(f"- {plain(change)}" for change in outcome.changes),
        _lines((_key(key), value) for key, value in outcome.facts.items()),
        _places(outcome),
        "\n".join(f"- {plain(note)}" for note in outcome.notes),
        f"Source: {plain('; '.join(outcome.sources))}" if outcome.sources else "",
    ]
    return "\n\n".join(filter(None, parts))


def plain(text: str) -> str:
    """Text that Markdown shows as it is: names come from data files and from travellers."""
    return text.translate(_MARKED)


def _situation(word: str) -> str:
    return word.replace("_", " ").capitalize()


def _key(key: str) -> str:
    """Reads "day1_a" as "day 1"; the vocabulary's letters mean nothing to a reader."""
    words = key.split("_")
    if len(words) > 1 and words[-1] in {"a", "b", "c"}:
        words.pop()
    first = words[0]
    if first[:-1] == "day" and first[-1].isdigit():
        words[0] = f"day {first[-1]}"
    return "found" if words in (["a"], ["b"], ["c"]) else " ".join(words)


def _places(outcome: Outcome) -> str:
    return "\n".join(
        f"- {plain(p.name)} ({p.category.value.replace('_', ' ')})" for p in outcome.places[:8]
    )


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_said(one) for one in value)
    if value is True:
        return "yes"
    return str(value).replace("_", " ")


def _lines(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {plain(key)}: {plain(value)}" for key, value in pairs)
