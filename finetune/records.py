"""One training example and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.dialogue.turns import Call, Turn


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Turns, the last of which (an assistant's) is what the model learns to write."""

    turns: tuple[Turn, ...]
    author: str
    """Whose wording the last user message is."""
    kind: str
    """The first tool called, "reply", or "answer:<situation>"."""

    @property
    def target(self) -> Turn:
        """What is to be written."""
        return self.turns[-1]


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
