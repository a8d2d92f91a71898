"""One training example and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.dialogue.turns import Call, Turn

SYNTHESIS = "synthesis"
"""The origin of what `finetune.synthesis` composes."""


TEXT = "text"
"""The kind of what is no dialogue: one turn that is learned as it stands, without marks."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Turns, the last of which (an assistant's) is what the model learns to write."""

    turns: tuple[Turn, ...]
    author: str
    """Whose wording the last user message is; empty where nobody knows."""
    kind: str
    """The first tool called, "reply", `TEXT`, or "answer:<situation>" ("answer" alone from
    elsewhere)."""
    origin: str = SYNTHESIS
    """Where it came from: a source's name, such as "general" or "jsonl:trips"."""

    @property
    def target(self) -> Turn:
        """What is to be written."""
        return self.turns[-1]


def dialogue_to_dict(dialogue: Dialogue) -> dict[str, Any]:
    """Plain JSON of a dialogue; the origin is left out where it is the synthesis."""
    row: dict[str, Any] = {
        "turns": [turn_to_dict(t) for t in dialogue.turns],
        "author": dialogue.author,
        "kind": dialogue.kind,
    }
    if dialogue.origin != SYNTHESIS:
        row["origin"] = dialogue.origin
    return row


def dialogue_from_dict(row: Mapping[str, Any]) -> Dialogue:
    """The inverse of `dialogue_to_dict`."""
    turns = tuple(turn_from_dict(t) for t in row["turns"])
    return Dialogue(turns, row["author"], row["kind"], row.get("origin", SYNTHESIS))


def turn_to_dict(turn: Turn) -> dict[str, Any]:
    """Plain JSON of a turn."""
    row: dict[str, Any] = {"role": turn.role}
    if turn.text:
        row["text"] = turn.text
    if turn.calls:
        row["calls"] = [{"name": c.name, "args": dict(c.args)} for c in turn.calls]
    return row


def turn_from_dict(row: Mapping[str, Any]) -> Turn:
    """The inverse of `turn_to_dict`."""
    calls = tuple(Call(c["name"], c["args"]) for c in row.get("calls", ()))
    return Turn(row["role"], row.get("text", ""), calls)
