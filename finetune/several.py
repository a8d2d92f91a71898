"""Two or three wishes in one message: written by one author, or two authors' joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.dialogue.turns import Call
from finetune.filling import Filler, Message, call
from finetune.sources.phrasings import Phrasing

_JOINED = (
    "remove_place", "add_place", "swap_days", "set_pace", "set_budget", "extend_trip", "move_place",
    "pin_place", "replace_place", "set_interests", "find_places", "set_hours", "keep_free",
    "export_trip", "check_opening",
)  # fmt: skip
_FOR_THE_TRIP = ("diet", "travellers", "lodging", "step_free", "good_for_kids")
_GLUE = (" and ", ", and ", ", then ", ". Also ", ". ", "; ", ", plus ", "\n")
_SHORT = 90
"""Characters of a phrasing that is joined to another."""


class SeveralWishes:
    """Draws messages with several calls, for a trip that stands."""

    def __init__(
        self,
        filler: Filler,
        by_tool: Mapping[str, Sequence[Phrasing]],
        clauses: Mapping[str, Sequence[Phrasing]],
    ) -> None:
        self.filler = filler
        self.rng = filler.rng
        self.by_tool = by_tool
        self.clauses = clauses

    def draw(self, days: int) -> tuple[Message, list[Call], str]:
        """A message for a trip of so many days (2 or more), its calls in order, and its author."""
        if self.rng.random() < 0.3:
            return self._joined(days)
        phrasing = self.rng.choice(self.by_tool["multi"])
        message, calls = self.filled(phrasing, days)
        return message, calls, phrasing.author

    def filled(self, phrasing: Phrasing, days: int) -> tuple[Message, list[Call]]:
        """An author's message and its calls.

        Raises:
            KeyError: a call takes a slot that the text lacks, or an argument that its tool lacks.
        """
        names = [c["name"] for c in phrasing.calls]
        tool = next((n for n in ("shorten_trip", "extend_trip") if n in names), "multi")
        if "find_places" in names and any("categories" in c["args"] for c in phrasing.calls):
            tool = "multi-find"
        whole = replace(phrasing, tool=tool, calls=())
        message = self.filler.fill(whole, days=days, reference=0)
        calls = [
            call(c["name"], _substituted(c["name"], c["args"], message)) for c in phrasing.calls
        ]
        return message, calls

    def _joined(self, days: int) -> tuple[Message, list[Call], str]:
        """Two authors' wishes one behind the other."""
        wish = self.rng.random() < 0.25
        texts, calls, author = [], [], ""
        for i, tool in enumerate(self.rng.sample(_JOINED, 2)):
            if wish and i == 1:  # a wish for the whole trip beside an edit
                kind = self.rng.choice(_FOR_THE_TRIP)
                message = self.filler.fill(self.rng.choice(self.clauses[kind]))
                texts.append(message.text.rstrip(".!"))
                calls.append(call("plan_days", message.args))
                continue
            short = [p for p in self.by_tool[tool] if len(p.text) < _SHORT]
            if not short:
                return self._joined(days)
            phrasing = self.rng.choice(short)
            message = self.filler.fill(phrasing, days=days, reference=0.1)
            texts.append(message.text.rstrip(".!"))
            calls.append(call(tool, message.args))
            author = author or phrasing.author
        return Message(self.rng.choice(_GLUE).join(texts), {}, {}), calls, author


def _substituted(tool: str, args: Mapping[str, Any], message: Message) -> dict[str, Any]:
    """A call's arguments with slot values in place of the slots' names."""
    result: dict[str, Any] = {}
    for key, value in args.items():
        listed = isinstance(value, list)
        slot = (value[0] if listed else value) if value else value
        if not (isinstance(slot, str) and slot.startswith("{")):
            result[key] = value
            continue
        filled = message.slots[slot.strip("{}")]
        # some slots bring two arguments along
        for bringing, second in (("{budget}", "currency"), ("{travellers}", "good_for_kids")):
            if slot == bringing and message.args.get(second):
                result[second] = message.args[second]
        result[key] = [filled] if listed and not isinstance(filled, list) else filled
    return result
