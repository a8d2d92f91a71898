"""Quick replies that fit the state: what a traveller would most likely say next, as buttons.

Each is a whole sentence that is sent as if it had been typed; nothing is done by the button itself.
The words are English, as the agent is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools.outcome import Outcome
from tools.trip import Itinerary, Pace

MOST = 3
"""Buttons under one answer; more are not read."""


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A button: what it says, and what it sends."""

    label: str
    message: str


def quick_replies(
    outcomes: Sequence[Outcome], itinerary: Itinerary | None
) -> tuple[QuickReply, ...]:
    """What fits after a turn, the likeliest first; at most `MOST`.

    Args:
        outcomes: of the turn's calls, in order; the last one leads on.
        itinerary: the trip as it stands.
    """
    last = outcomes[-1] if outcomes else None
    found: list[QuickReply] = []
    if last is not None and last.situation in _AFTER:
        found += _AFTER[last.situation](last.facts)
    elif last is not None and last.situation.startswith(("planned", "assumed")):
        found += _after_plan(itinerary)
    elif last is not None and last.changes:
        found.append(QuickReply("Undo that", "undo that"))
    return tuple(dict.fromkeys(found))[:MOST]


def _after_plan(itinerary: Itinerary | None) -> list[QuickReply]:
    if itinerary is None:
        return []
    request = itinerary.request
    found = []
    if request.pace is Pace.BALANCED:
        found.append(QuickReply("Make it easier", "make it more relaxed"))
    elif request.pace is Pace.PACKED:
        found.append(QuickReply("A bit less", "make the pace balanced"))
    else:
        found.append(QuickReply("Fill it up", "make the days fuller"))
    if request.days > 1:
        found.append(QuickReply("What is on day 1?", "what is on day 1?"))
    else:
        found.append(QuickReply("One day more", "add a day"))
    found.append(QuickReply("Calendar file", "give me a calendar file"))
    return found


def _days(facts: Mapping[str, str]) -> list[QuickReply]:
    return [QuickReply(f"{n} days", f"{n} days") for n in (2, 3, 5)]


def _options(facts: Mapping[str, str]) -> list[QuickReply]:
    names = [facts[key] for key in ("option_a", "option_b") if key in facts]
    return [QuickReply(name, name) for name in names]


def _close_name(facts: Mapping[str, str]) -> list[QuickReply]:
    name = facts.get("suggestion")
    return [] if name is None else [QuickReply(name, f"I meant {name}")]


def _near(facts: Mapping[str, str]) -> list[QuickReply]:
    names = [facts[key] for key in ("city_a", "city_b") if key in facts]
    return [QuickReply(f"{name} instead", f"then {name} instead") for name in names]


def _exported(facts: Mapping[str, str]) -> list[QuickReply]:
    return [QuickReply("As text, too", "give me the plan as text")]


_AFTER: Mapping[str, Callable[[Mapping[str, str]], list[QuickReply]]] = {
    "need_days": _days,
    "ambiguous": _options,
    "unknown_place": _close_name,
    "unknown_city": _near,
    "exported": _exported,
}
"""By the situation of the last call; plans and edits are looked at by themselves."""
