"""A phrasing and slot fillings -> a message and the calls it asks for."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent.dialogue.turns import Call
from finetune.sources.phrasings import Phrasing
from finetune.surfaces import Surfaces, strip_article
from tools.catalog import CATALOG

ORDER: Mapping[str, tuple[str, ...]] = {
    tool.name: tuple(tool.arguments.model_fields) for tool in CATALOG
}
_SLOT = re.compile(r"\{(\w+)\}")
_PREPOSITION = re.compile(r"\b(on|from|leaving|starting|for|by|until|till|since|of)\s*$", re.I)
_TRIP_PLACE_TOOLS = frozenset({"remove_place", "replace_place", "move_place", "pin_place"})
"""Tools whose `place` is in the trip, so that people say "the museum" too."""
_SPAN_ARGUMENTS = frozenset(
    "query location cuisine open_at near destination start_date end_date must_see avoid lodging "
    "place replacement time origin when".split()
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message and the arguments (or calls) it stands for."""

    text: str
    args: Mapping[str, Any]
    slots: Mapping[str, Any]
    """Slot name -> value, for phrasings with several calls."""


def call(name: str, args: Mapping[str, Any]) -> Call:
    """A call with its arguments in the catalog's order.

    Raises:
        KeyError: an argument the tool does not have.
    """
    unknown = set(args) - set(ORDER[name]) - {"day2", "place2"}  # said, then corrected
    if unknown:
        raise KeyError(f"{name} takes no {sorted(unknown)}")
    return Call(name, {k: _to_word_end(k, args[k]) for k in ORDER[name] if k in args})


def _to_word_end(key: str, value: Any) -> Any:
    """A span ends with a word, as decoding will have it: of "24.12." without the last dot."""
    if isinstance(value, list):
        return [_to_word_end(key, v) for v in value]
    return value.rstrip(" .,;!?") if key in _SPAN_ARGUMENTS else value


class Filler:
    """Fills phrasings for a trip of `days` days (any number where there is none)."""

    def __init__(self, surfaces: Surfaces, clauses: Mapping[str, list[Phrasing]]) -> None:
        self.surfaces = surfaces
        self.clauses = clauses
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
                text, more = self._slot(phrasing, slot, before, numbers, days, reference)
                if text.startswith("the ") and re.search(
                    r"\b(the|a|an|my|our|that|this|their|his|her|no|other|another)\s$", before, re.I
                ):
                    text = text[4:]
                texts[slot] = text
                slots[slot] = next(iter(more.values()), None)
                args.update(self._merged(args, more))
            pieces += [self._misspell(before, said), texts[slot]]
            position = match.end()
        pieces.append(self._misspell(phrasing.text[position:], said))
        text = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", "".join(pieces))
        return self._vary(text, args, slots, terse=phrasing.author in _LOWER)

    def _slot(
        self,
        phrasing: Phrasing,
        slot: str,
        before: str,
        numbers: list[int],
        days: int,
        reference: float,
    ) -> tuple[str, dict[str, Any]]:
        """A slot's surface and the arguments it brings."""
        s, tool = self.surfaces, phrasing.tool
        match slot:
            case "city":
                f = s.city()
                looking = tool in ("find_places", "look_up")
                return f.text, {"location" if looking else "destination": f.value}
            case "place" | "place2" if tool == "travel_time":
                f = s.lodging() if self.rng.random() < 0.12 else s.place()
                return f.text, {"origin" if slot == "place" else "destination": f.value}
            case "place" if tool == "check_opening" and self.rng.random() < reference / 2:
                f = s.reference()
                return f.text, {"place": f.value}
            case "place" | "place2" | "replacement" | "query" | "near":
                if slot == "query" and self.rng.random() < 0.5:
                    f = s.city()
                elif (
                    slot == "place" and tool in _TRIP_PLACE_TOOLS and self.rng.random() < reference
                ):
                    f = s.reference()
                elif slot == "near" and self.rng.random() < 0.15:
                    f = s.lodging()
                else:
                    f = s.place()
                return f.text, {slot: f.value}
            case "day" | "day2":
                number = numbers[slot == "day2"]
                f = s.day(min(number, 9), days)
                key = "other_day" if slot == "day2" and tool == "swap_days" else slot
                return f.text, {key: f.value}
            case "day_num" | "day_num2":
                number = numbers[slot == "day_num2"]
                key = "day" if slot == "day_num" else "other_day"
                return str(number), {key: number}
            case "days":
                f = s.days(self.rng.choices(range(1, 15), _LENGTHS)[0])
                return f.text, {"days": f.value}
            case "n":
                f = s.less_days() if tool == "shorten_trip" else s.more_days()
                return f.text, {"days": f.value}
            case "date":
                plain = bool(_PREPOSITION.search(before)) or not before.strip()
                f = s.date(prepositioned=not plain and self.rng.random() < 0.45)
                return f.text, {"when" if tool == "look_up" else "start_date": f.value}
            case "end_date":
                text = s.pick(s.data["end_dates"])
                return text, {"end_date": strip_article(text)}
            case "date_range":
                text, start, end = s.pick(s.data["date_ranges"])
                return text, {"start_date": strip_article(start), "end_date": strip_article(end)}
            case "travellers":
                f, kids = s.travellers()
                return f.text, {"travellers": f.value, **({"good_for_kids": True} if kids else {})}
            case "budget":
                f, currency = s.budget()
                return f.text, {"budget": f.value, **({"currency": currency} if currency else {})}
            case "interests":
                f = s.interests()
                return f.text, {"interests": f.value}
            case "pace":
                f = s.pace()
                return f.text, {"pace": f.value}
            case "category" | "category_bare" | "categories" | "categories2":
                plural = slot.startswith("categories") or tool in ("find_places", "multi-find")
                f = s.category("plural" if plural else "bare" if slot == "category_bare" else "one")
                if plural:
                    return f.text, {"categories": [f.value]}
                return f.text, {"category": f.value}
            case "cuisine":
                f = s.cuisine()
                return f.text, {"cuisine": f.value}
            case "open_at":
                f = s.moment()
                return f.text, {"when" if tool == "check_opening" else "open_at": f.value}
            case "time" | "time_bare":
                f = s.time(bare=slot == "time_bare")
                return f.text, {"time": f.value}
            case "must_see":
                f = s.wanted()
                return f.text, {"must_see": f.value}
            case "avoid":
                f = s.unwanted()
                return f.text, {"avoid": f.value}
            case "lodging":
                f = s.lodging()
                return f.text, {"lodging": f.value}
            case "diet_clause" | "diet":
                f = s.diet()
                return f.text, {"diet": f.value}
            case "kids_clause":
                return s.pick(self.clauses["good_for_kids"]).text, {"good_for_kids": True}
            case "step_free_clause":
                return s.pick(self.clauses["step_free"]).text, {"step_free": True}
            case "format":
                f = s.file_format()
                return f.text, {"format": f.value}
        raise KeyError(f"no filling for the slot {{{slot}}} of {phrasing.text!r}")

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
            return Message(text.lower(), _lowered(args.items()), _lowered(slots.items()))
        if text[:1].islower() and roll > 0.6 and not terse:
            text = _capitalised(text)
            if args or slots:
                return Message(text, _following(text, args), _following(text, slots))
        if roll < 0.25:
            text = text.rstrip(".!")
        return Message(text, args, slots)


_LENGTHS = (3, 6, 9, 7, 6, 3, 5, 2, 1, 3, 1, 1, 1, 2)
"""How often trips of 1 to 14 days are drawn."""
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


def _lowered(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Names in lower case, values of fixed lists as they are."""

    def lower(value: Any) -> Any:
        if isinstance(value, list):
            return [lower(v) for v in value]
        return value.lower() if isinstance(value, str) else value

    return {k: lower(v) if k in _SPAN_ARGUMENTS or k in ("place2", "city") else v for k, v in items}
