"""Stand-in until the lead's: the facts, one after another."""

from __future__ import annotations

from collections.abc import Sequence

from tools.outcome import Outcome


def plain_answer(outcomes: Sequence[Outcome]) -> str:
    """The last outcome's facts in a row."""
    if not outcomes:
        return "Where would you like to go, and for how many days?"
    last = outcomes[-1]
    facts = ", ".join(f"{key}: {value}" for key, value in last.facts.items())
    return f"{last.situation.replace('_', ' ').capitalize()}. {facts}".strip()
