"""Questions to the store, the map and the bank: searches made longer, sums to convert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from finetune import fragments
from finetune.answers import AnswerWriter
from finetune.filling import Filler, Message
from finetune.sources.phrasings import Phrasing

_AMOUNTS = (5, 8, 12, 20, 25, 40, 50, 75, 100, 150, 250, 300, 500, 1200, 5000)


class SearchWriter:
    """Draws messages for `find_places` and `convert_currency`.

    Args:
        filler: fills slots.
        answers: words what was found.
        phrasings: tool -> templates.
    """

    def __init__(
        self, filler: Filler, answers: AnswerWriter, phrasings: Mapping[str, Sequence[Phrasing]]
    ) -> None:
        self.filler = filler
        self.rng = filler.rng
        self.answers = answers
        self.phrasings = phrasings

    def of_city(self) -> Message:
        """A search that names its city."""
        options = [p for p in self.phrasings["find_places"] if "{city}" in p.text]
        return self.filler.fill(self.rng.choice(options))

    def of_kind(self) -> Message:
        """A search that names a kind of place."""
        options = [p for p in self.phrasings["find_places"] if "{categories}" in p.text]
        return self.filler.fill(self.rng.choice(options))

    def narrower(self) -> Message:
        """A wish that narrows the search before."""
        text, more = self.rng.choice(fragments.NARROWER)
        return self.filler.fill(Phrasing("parent", "find_places", text, more))

    def found(self, args: Mapping[str, Any]) -> str:
        """An answer to a search."""
        a, b, c = (self.filler.surfaces.place().value for _ in range(3))
        kind = str(next(iter(args.get("categories", ("place",))))).replace("_", " ") + "s"
        facts = {
            "n": "5",
            "category": kind.replace("ys", "ies"),
            "city": str(args.get("location", "town")),
            "a": a,
            "b": b,
            "c": c,
        }
        return self.answers.write("found", facts)

    def lengthened(self, message: Message) -> Message:
        """A search, sometimes of somewhere to eat, with where, when and for whom behind it."""
        if self.rng.random() < 0.16:
            text, category = self.rng.choice(fragments.EATING)
            given = {"categories": [category]}
            message = self.filler.fill(Phrasing("parent", "find_places", text, given))
        for tails, chance in ((fragments.SEARCH_TAILS, 0.25), (fragments.FOR_WHOM, 0.15)):
            if self.rng.random() > chance:
                continue
            tail = self.rng.choice(tails)
            text, given = tail if isinstance(tail, tuple) else (tail, {})
            more = self.filler.fill(Phrasing("terse", "find_places", text, given))
            if set(more.args) & set(message.args):
                continue
            glue = "" if more.text[:1] in ",;" else " "
            end = message.text[-1:] if message.text[-1:] in "?!." else ""
            said = f"{message.text.rstrip(' ?!.')}{glue}{more.text}{end}"
            message = Message(said, {**message.args, **more.args}, {})
        return message

    def conversion(self) -> tuple[Message, str]:
        """A sum to convert and its author, half of the time between rarer currencies."""
        (money, source), (target, to) = self.rng.sample(fragments.MONEY, 2)
        if self.rng.random() < 0.5 or source == to:
            phrasing = self.rng.choice(self.phrasings["convert_currency"])
            return self.filler.fill(phrasing), phrasing.author
        amount = self.rng.choice(_AMOUNTS)
        text = self.rng.choice(fragments.CONVERSIONS)
        said = text.format(amount=amount, money=money, target=target)
        return Message(said, {"amount": amount, "currency": source, "to": to}, {}), "fragments"
