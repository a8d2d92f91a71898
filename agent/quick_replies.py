"""Quick replies that fit the state: what a traveller would most likely say next, as buttons.

Each is a whole sentence that is sent as if it had been typed; nothing is done by the button itself.
What is said is English, as the agent is; the label is in the language of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent.dialogue.offering import sentence
from agent.dialogue.phrases import capitalised
from agent.events import ToolCall
from agent.words import Words, words_for
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
    outcomes: Sequence[Outcome], itinerary: Itinerary | None, words: Words | None = None
) -> tuple[QuickReply, ...]:
    """What fits after a turn, the likeliest first; at most `MOST`.

    Args:
        outcomes: of the turn's calls, in order; the last one leads on.
        itinerary: the trip as it stands.
        words: of the page's language; English when None.
    """
    words = words or words_for("en")
    last = outcomes[-1] if outcomes else None
    found: list[QuickReply] = []
    if last is not None and last.situation in _AFTER:
        found += _AFTER[last.situation](last.facts, words)
    elif last is not None and last.situation.startswith(("planned", "assumed")):
        found += _after_plan(itinerary, words)
    elif last is not None and last.changes:
        found.append(QuickReply(words.text("reply.undo"), "undo that"))
    return tuple(dict.fromkeys(found))[:MOST]


def offers(calls: Sequence[ToolCall]) -> tuple[QuickReply, ...]:
    """What the traveller may have meant, a button for each call that a sentence stands for.

    The label is the sentence itself, in the language that the question is in.

    Args:
        calls: as the model would have made them.
    """
    said = [
        sentence(call.name, {key: value for key, value in call.args.items() if value is not None})
        for call in calls
    ]
    found = (QuickReply(capitalised(one), one) for one in said if one is not None)
    return tuple(dict.fromkeys(found))[:MOST]


def _after_plan(itinerary: Itinerary | None, words: Words) -> list[QuickReply]:
    if itinerary is None:
        return []
    request = itinerary.request
    planned = {visit.place.name for visit in itinerary.visits}
    could_be = (name for one in itinerary.left_out for name in one.could_be)
    choices = [name for name in could_be if name not in planned][: MOST - 1]
    found = [QuickReply(words.text("reply.add", name=name), f"add {name}") for name in choices]
    if request.pace is Pace.BALANCED:
        found.append(QuickReply(words.text("reply.easier"), "make it more relaxed"))
    elif request.pace is Pace.PACKED:
        found.append(QuickReply(words.text("reply.balanced"), "make the pace balanced"))
    else:
        found.append(QuickReply(words.text("reply.fuller"), "make the days fuller"))
    if request.days > 1:
        found.append(QuickReply(words.text("reply.first_day"), "what is on day 1?"))
    else:
        found.append(QuickReply(words.text("reply.day_more"), "add a day"))
    found.append(QuickReply(words.text("reply.calendar"), "give me a calendar file"))
    return found


def _days(facts: Mapping[str, str], words: Words) -> list[QuickReply]:
    return [QuickReply(words.count("day_count", n), f"{n} days") for n in (2, 3, 5)]


def _options(facts: Mapping[str, str], words: Words) -> list[QuickReply]:
    names = [facts[key] for key in ("option_a", "option_b") if key in facts]
    return [QuickReply(name, name) for name in names]


def _close_name(facts: Mapping[str, str], words: Words) -> list[QuickReply]:
    name = facts.get("suggestion")
    return [] if name is None else [QuickReply(name, f"I meant {name}")]


def _near(facts: Mapping[str, str], words: Words) -> list[QuickReply]:
    names = [facts[key] for key in ("city_a", "city_b") if key in facts]
    return [
        QuickReply(words.text("reply.instead", name=name), f"then {name} instead") for name in names
    ]


def _exported(facts: Mapping[str, str], words: Words) -> list[QuickReply]:
    return [QuickReply(words.text("reply.as_text"), "give me the plan as text")]


_AFTER: Mapping[str, Callable[[Mapping[str, str], Words], list[QuickReply]]] = {
    "need_days": _days,
    "ambiguous": _options,
    "unknown_place": _close_name,
    "unknown_city": _near,
    "exported": _exported,
}
"""By the situation of the last call; plans and edits are looked at by themselves."""
