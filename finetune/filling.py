"""A phrasing and slot fillings -> a message and the calls it asks for."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.dialogue.turns import Call
from finetune.slots import Slots
from finetune.sources.phrasings import Phrasing
from finetune.surfaces import Surfaces
from tools.catalog import CATALOG

ORDER: Mapping[str, tuple[str, ...]] = {
    tool.name: tuple(tool.arguments.model_fields) for tool in CATALOG
}
_CALLED: Mapping[str, str] = {"replan": "plan_days", "party": "plan_days"}
"""Phrasings' tools that are named for when they are said, and the catalog's."""
_SLOT = re.compile(r"\{(\w+)\}")
_SPAN_ARGUMENTS = frozenset(
    "query location cuisine open_at near destination start_date end_date must_see avoid lodging "
    "place replacement time origin when city more_destinations arrive_at leave_at day_start "
    "day_end max_walk start end travellers".split()
)
_IN_ORDER: Mapping[str, tuple[str, ...]] = {
    "more_destinations": ("city2", "city3", "city4"),
    "days_each": ("stay1", "stay2", "stay3", "stay4"),
}
"""Lists whose order is the slots' numbers', wherever in the sentence these stand."""
_NUMBERED = frozenset(slot for slots in _IN_ORDER.values() for slot in slots)


@dataclass(frozen=True, slots=True)
class Message:
    """A message and the arguments (or calls) it stands for."""

    text: str
    args: Mapping[str, Any]
    slots: Mapping[str, Any]
    """Slot name -> value, for phrasings with several calls."""


def call(name: str, args: Mapping[str, Any]) -> Call:
    """A call of a phrasing's tool with its arguments in the catalog's order.

    Raises:
        KeyError: a tool that there is not, or an argument that it does not have.
    """
    name = _CALLED.get(name, name)
    if name not in ORDER:
        raise KeyError(f"there is no tool {name!r}")
    unknown = set(args) - set(ORDER[name]) - {"day2", "place2"}  # said, then corrected
    if unknown:
        raise KeyError(f"{name} takes no {sorted(unknown)}")
    return Call(name, {k: _to_word_end(k, args[k]) for k in ORDER[name] if k in args})


def _to_word_end(key: str, value: Any) -> Any:
    """A span ends with a word, as decoding will have it: of "24.12." without the last dot."""
    if isinstance(value, list):
        return [_to_word_end(key, v) for v in value]
    span = key in _SPAN_ARGUMENTS and isinstance(value, str)
    return value.rstrip(" .,;!?") if span else value


class Filler:
    """Fills phrasings for a trip of `days` days (any number where there is none)."""

    def __init__(self, surfaces: Surfaces, clauses: Mapping[str, list[Phrasing]]) -> None:
        self.surfaces = surfaces
        self.slots = Slots(surfaces, clauses)
        self.rng: random.Random = surfaces.rng

    def fill(self, phrasing: Phrasing, *, days: int = 5, reference: float = 0.22) -> Message:
        """A message from a phrasing; `reference` is how often a trip's place is not named."""
        numbers = self.rng.sample(range(1, max(days, 2) + 1), 2)
        args: dict[str, Any] = dict(phrasing.args)
        slots: dict[str, Any] = {}
        texts: dict[str, str] = {}
        pieces: list[str] = []
        position = 0
        said = " ".join(str(value) for value in phrasing.args.values())
        for match in _SLOT.finditer(phrasing.text):
            before = phrasing.text[position : match.start()]
            slot = match.group(1)
            if slot not in texts:
                text, more = self.slots.draw(phrasing, slot, before, numbers, days, reference)
                if text.startswith("the ") and re.search(
                    r"\b(the|a|an|my|our|that|this|their|his|her|no|other|another)\s$", before, re.I
                ):
                    text = text[4:]
                texts[slot] = text
                slots[slot] = next(iter(more.values()), None)
                if slot not in _NUMBERED:
                    args.update(self._merged(args, more))
            pieces += [self._misspell(before, said), texts[slot]]
            position = match.end()
        pieces.append(self._misspell(phrasing.text[position:], said))
        for argument, names in _IN_ORDER.items():
            if found := [slots[name] for name in names if name in slots]:
                args[argument] = found
        if isinstance(party := args.get("travellers"), list):
            args["travellers"] = [_SLOT.sub(lambda m: texts.get(m[1], m[0]), who) for who in party]
        text = re.sub(r"(\ba|(?:^|(?<=[.!?] ))A) (?=[aeiou])", r"\1n ", "".join(pieces))
        return self._vary(text, args, slots, terse=phrasing.author in _LOWER)

    @staticmethod
    def _merged(args: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
        """Lists that are already there grow; anything else is as `more` says."""
        merged = dict(more)
        for key, value in more.items():
            if isinstance(value, list) and isinstance(args.get(key), list):
                merged[key] = list(dict.fromkeys([*args[key], *value]))
        return merged

    def _misspell(self, text: str, said: str) -> str:
        """Sometimes one slip in the author's own words; never in a slot's or in a label's."""
        words = [w for w in re.finditer(r"[a-z]{5,}", text) if w.group() not in said]
        if not words or self.rng.random() > 0.05:
            return text
        word = self.rng.choice(words)
        i = self.rng.randrange(word.start(), word.end() - 1)
        swapped = text[i + 1] + text[i] if self.rng.random() < 0.5 else text[i]
        return text[:i] + swapped + text[i + 2 :]

    def _vary(
        self, text: str, args: dict[str, Any], slots: dict[str, Any], *, terse: bool
    ) -> Message:
        """Case and punctuation as people leave them; names in the call follow the message."""
        text = " ".join(text.split())
        roll = self.rng.random()
        if roll < (0.5 if terse else 0.12):
            return Message(text.lower(), _lowered(args), _lowered_slots(slots))
        if text[:1].islower() and roll > 0.6 and not terse:
            text = _capitalised(text)
            if args or slots:
                return Message(text, _following(text, args), _following(text, slots))
        if roll < 0.25:
            text = text.rstrip(".!")
        return Message(text, args, slots)


_LOWER = frozenset({"seed-texter", "terse", "voice", "seed-dictation"})


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _following(text: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Names written as the message now has them, where capitalising changed one."""

    def follow(value: Any) -> Any:
        if isinstance(value, list):
            return [follow(v) for v in value]
        if isinstance(value, str) and value not in text and _capitalised(value) in text:
            return _capitalised(value)
        return value

    return {k: follow(v) if k in _SPAN_ARGUMENTS or k == "place2" else v for k, v in args.items()}


def _lowered(args: Mapping[str, Any]) -> dict[str, Any]:
    """Names in lower case, values of fixed lists as they are."""
    spans = _SPAN_ARGUMENTS | {"place2"}
    return {k: _lower(v) if k in spans else v for k, v in args.items()}


def _lowered_slots(slots: Mapping[str, Any]) -> dict[str, Any]:
    """Likewise, by the slots' names."""
    fixed = ("interests", "pace", "category", "categor", "diet", "format")
    return {k: v if k.startswith(fixed) else _lower(v) for k, v in slots.items()}


def _lower(value: Any) -> Any:
    if isinstance(value, list):
        return [_lower(v) for v in value]
    return value.lower() if isinstance(value, str) else value
