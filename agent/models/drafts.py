"""Guesses of the next tokens, read again from what was written before (prompt look-up).

A model that reads five tokens at once takes hardly longer than for one, so a guess that it agrees
with saves most of the time of those tokens; one that it does not costs next to nothing. The text is
the same either way. After Saxena (2023), "Prompt Lookup Decoding", and Leviathan et al. (2023),
"Fast Inference from Transformers via Speculative Decoding".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

LENGTHS = {3: 6, 2: 4, 1: 2}
"""Tokens that have to agree -> tokens that are guessed then."""
FAR = 9
"""Guesses are not strung together beyond: the ninth is seldom right, and costs 1 ms."""
REMEMBERED = 60
"""Answers and calls whose wording is looked at, too: the same words come back."""


class Drafts:
    """Looks in the prompt, and in what was written last, for what came after the same tokens."""

    def __init__(self) -> None:
        self._written: deque[tuple[int, ...]] = deque(maxlen=REMEMBERED)
        self._after: dict[tuple[int, ...], tuple[int, ...]] = {}

    def begin(self, prompt: Sequence[int]) -> None:
        """Another prompt: what comes last in it is found first."""
        self._after = {}
        for text in (*self._written, tuple(prompt)):
            self._add(text)

    def remember(self, written: Sequence[int]) -> None:
        """What has been written in answer to the prompt."""
        self._written.append(tuple(written))

    def guess(self, text: Sequence[int]) -> tuple[int, ...]:
        """What may come after this text; nothing, where its end was never seen."""
        for length in LENGTHS:
            if found := self._after.get(tuple(text[-length:])):
                return found
        return ()

    def extended(self, text: Sequence[int], certain: Sequence[int], most: int) -> list[int]:
        """A guess after what is certain to follow a text, and one after the guess, and so on.

        Args:
            text: so far.
            certain: tokens that follow.
            most: of certain and guessed tokens together; only what is certain exceeds `FAR`.
        """
        guessed = list(certain[:most])
        far = max(len(guessed), min(FAR, most))
        while len(guessed) < far and (more := self.guess([*text[-max(LENGTHS) :], *guessed])):
            guessed += more
        return guessed[:far]

    def _add(self, text: tuple[int, ...]) -> None:
        for length, guessed in LENGTHS.items():
            for i in range(len(text) - length):
                end = i + length
                self._after[text[i:end]] = text[end : end + guessed]
