"""Messages that no tool answers, and what the host says to them."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable

from finetune import fragments
from finetune.filling import Filler, Message
from finetune.sources.phrasings import Phrasing

_OFTEN = frozenset("memory opinion booking hesitation off_topic ask_destination".split())
"""Kinds that look most like wishes, and are drawn more often for it."""

_BOOKING = ((tuple(fragments.BOOKING), tuple(fragments.BOOKING_ANSWERS)),)


class SmallTalk:
    """Draws greetings, thanks, bookings we don't do, memories and what is off the topic.

    Args:
        filler: fills slots.
        phrasings: of the tool "reply".
    """

    def __init__(self, filler: Filler, phrasings: Iterable[Phrasing]) -> None:
        self.filler = filler
        self.rng: random.Random = filler.rng
        self.by_kind: dict[str, list[Phrasing]] = defaultdict(list)
        for phrasing in phrasings:
            self.by_kind[phrasing.kind].append(phrasing)

    def exchange(self) -> tuple[Message, str, str, str]:
        """A message, the answer to it, its author and its kind."""
        if self.rng.random() < 0.25:
            return (*self._lookalike(), "fragments", "reply")
        kinds = list(self.by_kind)
        kind = self.rng.choices(kinds, [5 if k in _OFTEN else 2 for k in kinds])[0]
        phrasing = self.rng.choice(self.by_kind[kind])
        return self.filler.fill(phrasing), self.answer(phrasing), phrasing.author, kind

    def of_kind(self, *kinds: str) -> Phrasing:
        """A message of one of the kinds."""
        return self.rng.choice(self.by_kind[self.rng.choice(kinds)])

    def answer(self, phrasing: Phrasing) -> str:
        """Its own answer, or one for another message of its kind."""
        if phrasing.answer:
            return phrasing.answer
        return self.rng.choice(fragments.GENERIC_REPLIES[phrasing.kind])

    def _lookalike(self) -> tuple[Message, str]:
        """Names and numbers in a message are not yet a wish: bookings, memories, hesitation."""
        musing = self.rng.random() < 0.5
        moods = fragments.MUSINGS if musing else _BOOKING
        texts, answers = self.rng.choices(moods, [len(said) for said, _ in moods])[0]
        message = self.filler.fill(Phrasing("parent", "reply", self.rng.choice(texts)))
        return message, self.rng.choice(answers)
