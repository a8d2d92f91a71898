"""Asides: what people say beside a wish and want nothing done about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from finetune.filling import Filler, Message
from finetune.sources.phrasings import Phrasing

KINDS = ("request", "any")
"""Fit beside a first request, or beside anything said to a travel planner."""
_BEHIND = (" ", " ", " ", "\n", " - ", " ... ")
_BETWEEN = (". ", ", ", " - ", "... ", "; ", "\n")


class Asides:
    """Puts anecdotes, reasons and jokes beside messages; the calls stay as they are.

    A model that has only seen wishes takes every name for a destination and every hour for the
    day's end: what is no wish has to be learnt beside one.

    Args:
        filler: fills slots.
        phrasings: of the tool "aside".
    """

    def __init__(self, filler: Filler, phrasings: Iterable[Phrasing]) -> None:
        self.filler = filler
        self.rng = filler.rng
        self._of: dict[str, list[Phrasing]] = defaultdict(list)
        for phrasing in phrasings:
            self._of[phrasing.kind].append(phrasing)

    def beside(self, message: Message, share: float, *, request: bool = False) -> Message:
        """The message, with an aside before, inside or behind it as often as `share` says.

        Args:
            message: as filled; its arguments stay.
            share: between 0 and 1.
            request: it is a first request, beside which both kinds fit.
        """
        pool = [*self._of["any"], *(self._of["request"] if request else ())]
        if not pool or self.rng.random() >= share:
            return message
        aside = self.filler.fill(self.rng.choice(pool), reference=0).text
        if message.text.islower():
            aside = aside.lower()
        return replace(message, text=self._joined(message.text, aside))

    def _joined(self, text: str, aside: str) -> str:
        roll = self.rng.random()
        ends = [i + 1 for i in range(len(text) - 2) if text[i] in ".!?" and text[i + 1] == " "]
        if roll < 0.35:
            return _closed(aside, self.rng.choice(_BETWEEN)) + text
        if roll < 0.55 and ends:
            at = self.rng.choice(ends)
            return f"{text[:at]} {_closed(aside, '. ')}{text[at:].lstrip()}"
        if text[-1:] in ".!?":
            return text + self.rng.choice(_BEHIND) + aside
        return text + self.rng.choice(_BETWEEN) + aside


def _closed(sentence: str, glue: str) -> str:
    """The sentence with something behind it that parts it from the next."""
    return sentence + (" " if sentence[-1:] in ".!?…)" else glue)
