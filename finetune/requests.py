"""First requests for a trip: short ones lengthened with other authors' clauses, and long ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from finetune import fragments
from finetune.filling import Filler, Message
from finetune.sources.phrasings import Phrasing

LONG = 4
"""Wishes from which on a phrasing counts as long."""
LONG_SHARE = 0.5
BEHIND_SHORT = (45, 32, 16, 7)
BEHIND_LONG = (58, 21, 13, 8)
"""How often none, one, two or three clauses of others go into a short request, and a long one."""
RATHER = ("must_see", "must_see", "lodging", "lodging", "avoid", "diet", "start_date")
"""Of which two in five of the clauses are: authors who were asked for one wish or another name a
must or a hotel, people who tell of their trip name both."""
_LISTS = frozenset({"diet", "avoid", "must_see"})
"""Arguments that a second clause may add to: one is vegan, the other eats halal."""
_SENTENCE = re.compile(r"(?:\b[a-z]{2,}|\))[.!?] (?=[A-Z])")
"""A sentence's end: behind a word in small letters, so that "St. Mark's" is not two."""
_COUNTED = re.compile(
    r"\b(\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)( full| whole)? days\b",
    re.IGNORECASE,
)


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
        lengths = ("{days}", "{end_date}", "{date_range}")
        self.without_length = [
            p
            for p in self.short_ones
            if not any(slot in p.text for slot in lengths) and "days" not in p.args
        ]

    def wish(self) -> tuple[Message, str]:
        """A request and its author; a short one sometimes with clauses of others behind it."""
        if self.long and self.rng.random() < LONG_SHARE:
            phrasing = self.rng.choice(self.long)
            message = self.filler.fill(phrasing)
            for _ in range(self.rng.choices(range(4), BEHIND_LONG)[0]):
                message = self.with_clause(message)
            return message, phrasing.author
        phrasing = self.rng.choice(self.short_ones)
        message = self.filler.fill(phrasing)
        for _ in range(self.rng.choices(range(4), BEHIND_SHORT)[0]):
            message = self.with_clause(message)
        if self.rng.random() < 0.14:
            message = self._with_party(message)
        message = self._with_shares(message)
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

    def without_unit(self, message: Message) -> Message:
        """A length as many answer the question for it: "five, from Monday"."""
        text = _COUNTED.sub(r"\1", message.text, count=1)
        return Message(text, message.args, message.slots) if "days" in message.args else message

    def short(self, text: str) -> Message:
        """A fragment of a request, filled."""
        return self.filler.fill(Phrasing("parent", "plan_days", text))

    def with_clause(self, message: Message) -> Message:
        """The message with one more wish behind or within it, if it leaves room for one."""
        kind = self.rng.choice(RATHER if self.rng.random() < 0.4 else list(self.clauses))
        keys = {kind, *({"start_date", "end_date", "days"} if kind == "end_date" else ())}
        if (keys - _LISTS) & set(message.args):
            return message
        extra = self.filler.fill(self.rng.choice(self.clauses[kind]))
        args = dict(message.args)
        for key, value in extra.args.items():
            if key not in args:
                args[key] = value
            elif key in _LISTS and not set(value) & set(args[key]):
                args[key] = [*args[key], *value]
            else:
                return message
        if any(len(args.get(key, ())) > most for key, most in _MOST.items()):
            return message
        return Message(self._joined(message.text.rstrip(), extra.text), args, {})

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
        tail = self.short(self.rng.choice(fragments.SHARES_OF_TWO))
        text = message.text.rstrip(" .!?,") + tail.text
        return Message(text, {**message.args, **tail.args}, {})

    def _with_party(self, message: Message) -> Message:
        """The travellers behind the city, or at the end, as in "Rome for two"."""
        city = str(message.args.get("destination", ""))
        if "travellers" in message.args or "good_for_kids" in message.args or not city:
            return message
        family = self.rng.random() < 0.25
        who, count = self.rng.choice(fragments.FAMILIES if family else fragments.PARTIES)
        args = {**message.args, "travellers": count, **({"good_for_kids": True} if family else {})}
        at = message.text.find(city) + len(city)
        if self.rng.random() < 0.5 and message.text[at : at + 1] in ("", ".", ",", ";", "!", "?"):
            text = f"{message.text[:at]} for {who}{message.text[at:]}"
        else:
            glue = self.rng.choice([" for ", ", for ", ". For "])
            text = f"{message.text.rstrip(' .!?,')}{glue}{who}"
        return Message(text, args, {})


_MOST: Mapping[str, int] = {"diet": 3, "avoid": 5, "must_see": 5}


def _wishes(phrasing: Phrasing) -> int:
    return len(re.findall(r"\{\w+\}", phrasing.text)) + len(phrasing.args)
