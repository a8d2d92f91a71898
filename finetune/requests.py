"""First requests for a trip, short and long, with other authors' clauses in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from finetune import fragments
from finetune.filling import Filler, Message
from finetune.sources.phrasings import Phrasing

LONG = 4
"""Wishes from which on a phrasing counts as long."""
LONG_SHARE = 0.5
TRIES_SHORT = (45, 32, 16, 7)
TRIES_LONG = (58, 21, 13, 8)
"""How often none, one, two or three clauses of others are tried on a short request, and on a long
one; one whose wish is there already is not taken."""
FAVOURED = ("must_see", "must_see", "lodging", "lodging", "avoid", "diet", "start_date")
FAVOURED_SHARE = 0.4
"""Clauses drawn from these alone, and how often. Authors who were asked for one wish or another
name a must or a hotel; people who tell of their trip name both (docs/lab.md)."""
_LISTS = frozenset({"diet", "avoid", "must_see"})
"""Arguments that a second clause may add to: one is vegan, the other eats halal."""
_SENTENCE = re.compile(r"(?:\b[a-z]{2,}|\))[.!?] (?=[A-Z])")
"""A sentence's end, certain ones alone: behind a word in small letters, since "St. Mark's" is not
two sentences."""
_KIN = re.compile(
    r"\b(?:my|our|his|her|the) (?:\w+ )?(?:wife|husband|partner|m[uo]m|mother|dad|father|sons?"
    r"|daughter|kids?|child|children|boys?|girls?|baby|toddler|gran\w*|sister|brother|friend|nephew|niece|aunt"
    r"|uncle|lad|little one)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(r"\b(?:we|us|our|we're|we'll|we've)\b", re.IGNORECASE)
_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
_COUNTED = re.compile(rf"\b(\d+|{'|'.join(_NUMBERS)})(?: full| whole)? days\b", re.IGNORECASE)


class RequestWriter:
    """Draws planning requests.

    Args:
        filler: fills slots.
        phrasings: of `plan_days`, each with a destination.
        clauses: argument -> clauses that say it.
    """

    def __init__(
        self,
        filler: Filler,
        phrasings: Sequence[Phrasing],
        clauses: Mapping[str, Sequence[Phrasing]],
    ) -> None:
        self.filler = filler
        self.rng = filler.rng
        self.clauses = clauses
        self.long = [p for p in phrasings if _wishes(p) >= LONG]
        self.short_ones = [p for p in phrasings if _wishes(p) < LONG]
        lengths = ("{days}", "{end_date}", "{date_range}", "{stay1}")
        self.without_length = [
            p
            for p in self.short_ones
            if not any(slot in p.text for slot in lengths)
            and not {"days", "days_each"} & set(p.args)
        ]

    def wish(self) -> tuple[Message, str]:
        """A request and its author, sometimes with clauses of others behind or within it."""
        if self.long and self.rng.random() < LONG_SHARE:
            phrasing = self.rng.choice(self.long)
            message = self.filler.fill(phrasing)
            for _ in range(self.rng.choices(range(4), TRIES_LONG)[0]):
                message = self.with_clause(message)
            return message, phrasing.author
        phrasing = self.rng.choice(self.short_ones)
        message = self._with_shares(self.filler.fill(phrasing))
        for _ in range(self.rng.choices(range(4), TRIES_SHORT)[0]):
            message = self.with_clause(message)
        if self.rng.random() < 0.14:
            message = self._with_party(message)
        if self.rng.random() < 0.08 and "must_see" not in message.args:
            tail = self.short(self.rng.choice(fragments.MUST_SEE_TAILS))
            begun = tail.text[:1].lower() + tail.text[1:]  # it goes on with the sentence
            glue = "" if begun[:1] in ",;." else " "
            text = message.text.rstrip(" .!?,") + glue + begun
            message = Message(text, {**message.args, **tail.args}, {})
        return message, phrasing.author

    def bare(self) -> Message:
        """A request that does not say how long."""
        return self.filler.fill(self.rng.choice(self.without_length))

    def short(self, text: str) -> Message:
        """A fragment of a request, filled."""
        return self.filler.fill(Phrasing("parent", "plan_days", text))

    def with_clause(
        self, message: Message, before: Mapping[str, Any] = MappingProxyType({})
    ) -> Message:
        """The message with one more wish behind or within it, if it leaves room for one.

        Args:
            message: to lengthen.
            before: arguments of what was said before it, which stand.
        """
        favoured = self.rng.random() < FAVOURED_SHARE
        kind = self.rng.choice(FAVOURED if favoured else list(self.clauses))
        lengths = {"start_date", "end_date", "days", "days_each"}
        keys = {kind, *(lengths if kind == "end_date" else ())}
        said = united(before, message.args)
        if (keys - _LISTS) & set(said):
            return message
        extra = self.filler.fill(self.rng.choice(self.clauses[kind]))
        if _brings_another(extra.text, said.get("travellers")):
            return message
        for key, value in extra.args.items():
            if key in said and (key not in _LISTS or set(value) & set(said[key])):
                return message
        args = united(message.args, extra.args)
        everything = united(said, extra.args)
        if any(len(everything.get(key, ())) > most for key, most in _MOST.items()):
            return message
        text = self._joined(message.text.rstrip(), extra.text)
        for key in ("must_see", "avoid"):  # in the order of the words, wherever the clause came
            if key in args:
                args[key] = sorted(
                    args[key], key=lambda name: text.casefold().find(name.casefold())
                )
        return Message(text, args, {})

    def _joined(self, text: str, clause: str) -> str:
        """The clause between two sentences of the text, or behind it."""
        if (ends := [end.end() for end in _SENTENCE.finditer(text)]) and self.rng.random() < 0.5:
            at = self.rng.choice(ends)
            stop = "" if clause[-1:] in ".!?" else "."
            return f"{text[:at]}{clause}{stop} {text[at:]}"
        glue = " " if text[-1:] in ".!?" else self.rng.choice([". ", ", ", " - ", "; ", "\n", ". "])
        return text + glue + clause

    def _with_shares(self, message: Message) -> Message:
        """Two cities and, behind them, each one's days in the same order, half of the time."""
        if len(message.args.get("more_destinations", ())) != 1 or self.rng.random() < 0.5:
            return message
        if {"days", "days_each", "end_date"} & set(message.args):
            return message
        first, second = message.args["destination"], message.args["more_destinations"][0]
        if not 0 <= message.text.find(first) < message.text.find(second):
            return message  # "end in Braga, begin in Porto": whose would the first number be?
        tail = self.short(self.rng.choice(fragments.SHARES_OF_TWO))
        glue = "" if tail.text[:1] in ",.:" else " "
        text = message.text.rstrip(" .!?,") + glue + tail.text
        return Message(text, {**message.args, **tail.args}, {})

    def _with_party(self, message: Message) -> Message:
        """The travellers behind the city, or at the end, as in "Rome for two"."""
        city = str(message.args.get("destination", ""))
        if "travellers" in message.args or "good_for_kids" in message.args or not city:
            return message
        family = self.rng.random() < 0.25
        who, count = self.rng.choice(fragments.FAMILIES if family else fragments.PARTIES)
        travellers = list(count) if isinstance(count, tuple) else count
        args = {
            **message.args,
            "travellers": travellers,
            **({"good_for_kids": True} if family else {}),
        }
        at = message.text.find(city) + len(city)
        if self.rng.random() < 0.5 and message.text[at : at + 1] in ("", ".", ",", ";", "!", "?"):
            text = f"{message.text[:at]} for {who}{message.text[at:]}"
        else:
            glue = self.rng.choice([" for ", ", for ", ". For "])
            text = f"{message.text.rstrip(' .!?,')}{glue}{who}"
        return Message(text, args, {})


def _brings_another(clause: str, travellers: object) -> bool:
    """Whether a clause speaks of somebody whom the party that was counted does not have."""
    if travellers is None:
        return False
    return bool(_KIN.search(clause) or (travellers == 1 and _SEVERAL.search(clause)))


def united(args: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Both messages' arguments: lists grow, anything else is as the later one says."""
    lists = {key: [*args[key], *more[key]] for key in _LISTS & set(args) & set(more)}
    return {**args, **more, **lists}


def without_unit(message: Message) -> Message:
    """A length as many answer the question for it: "five, from Monday" for "five days, ..."."""
    days = message.args.get("days")

    def bare(match: re.Match[str]) -> str:
        number = match[1].lower()
        value = int(number) if number.isdecimal() else _NUMBERS.index(number) + 2
        return match[1] if value == days else match[0]

    return Message(_COUNTED.sub(bare, message.text), message.args, message.slots)


_MOST: Mapping[str, int] = {"diet": 3, "avoid": 5, "must_see": 5}


def _wishes(phrasing: Phrasing) -> int:
    return len(re.findall(r"\{\w+\}", phrasing.text)) + len(phrasing.args)
