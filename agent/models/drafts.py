"""Guesses of the next tokens: what came after the same tokens before.

A model that reads ten tokens at once takes hardly longer than for one, so a guess that it agrees
with saves most of the time of those tokens; one that it does not costs next to nothing. The text is
the same either way, but for near ties. Looked for in the prompt (Saxena, 2023, "Prompt Lookup
Decoding") and in what is written otherwise (He et al., 2023, "REST: Retrieval-Based Speculative
Decoding"); read and kept as in Leviathan et al. (2023), "Fast Inference from Transformers via
Speculative Decoding".
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib.resources import files

LENGTHS = (4, 3, 2, 1)
"""Tokens that have to agree; the longest that were seen tell."""
FAR = 9
"""Guesses are not strung together beyond: the ninth is seldom right, and costs 1 ms."""
SHARE = 0.3
"""Of the times that the same tokens were written, those in which a guess came next, at least."""
REMEMBERED = 500
"""Answers and calls whose wording is looked at, too: the same words come back."""


def typical_texts() -> Sequence[str]:
    """Calls and answers such as the model writes them, from what it learned from (`python -m
    finetune typical RECIPE`).
    """
    file = files("agent.dialogue").joinpath("typical.jsonl")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


class Drafts:
    """Looks in the prompt, and in what was written before, for what came after the same tokens.

    Args:
        typical: texts such as the model writes, each with the end of a prompt before it; they are
            never forgotten.
        ends: tokens that nothing comes after.
    """

    def __init__(
        self, typical: Iterable[Sequence[int]] = (), ends: Collection[int] = frozenset()
    ) -> None:
        self._ends = ends
        self._prompt: dict[tuple[int, ...], int] = {}
        self._written: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        self._begun: Sequence[int] = ()
        self._remembered: deque[Sequence[int]] = deque()
        for text in typical:
            self._count(text, 1)

    def begin(self, prompt: Sequence[int], begun: Sequence[int] = ()) -> None:
        """Another prompt: what comes last in it is found first.

        Args:
            prompt: all of it.
            begun: what answers to such a prompt are known by, as it stands before typical texts.
        """
        self._prompt = dict(_followers(prompt))
        self._begun = begun

    def remember(self, written: Sequence[int]) -> None:
        """What has been written after the prompt."""
        text = (*self._begun, *written)
        self._count(text, 1)
        self._remembered.append(text)
        if len(self._remembered) > REMEMBERED:
            self._count(self._remembered.popleft(), -1)

    def opening(self, certain: Sequence[int], most: int) -> list[int]:
        """As `extended`, where nothing is written yet: the prompt tells nothing of that."""
        usual = self._usual(tuple(self._begun))
        first = certain or ([] if usual is None else [usual])
        return self.extended(self._begun, first, most) if first else []

    def guess(self, text: Sequence[int]) -> int | None:
        """What may come after this text; None where its end was never seen, or is the end."""
        if text[-1] in self._ends:
            return None
        for length in LENGTHS:
            seen = tuple(text[-length:])
            # a single token in the prompt tells less than what is usually written after it
            if length > 1 and seen in self._prompt:
                return self._prompt[seen]
            if (usual := self._usual(seen)) is not None:
                return usual
        return self._prompt.get((text[-1],))

    def extended(self, text: Sequence[int], certain: Sequence[int], most: int) -> list[int]:
        """A guess after what is certain to follow a text, and one after the guess, and so on.

        Args:
            text: so far.
            certain: tokens that follow.
            most: of certain and guessed tokens together; only what is certain exceeds `FAR`.
        """
        guessed = list(certain[:most])
        far = max(len(guessed), min(FAR, most))
        while len(guessed) < far:
            more = self.guess([*text[-max(LENGTHS) :], *guessed])
            if more is None:
                break
            guessed.append(more)
        return guessed

    def _usual(self, seen: tuple[int, ...]) -> int | None:
        """What was mostly written after these tokens."""
        if seen not in self._written:
            return None
        after = self._written[seen]
        token = max(after, key=after.__getitem__)
        return token if after[token] >= SHARE * after.total() else None

    def _count(self, text: Sequence[int], times: int) -> None:
        for seen, token in _followers(text):
            after = self._written[seen]
            after[token] += times
            if not after[token]:
                del after[token]
                if not after:
                    del self._written[seen]


def _followers(text: Sequence[int]) -> Iterator[tuple[tuple[int, ...], int]]:
    """Each run of tokens with the one that comes after it."""
    for length in LENGTHS:
        for end in range(length, len(text)):
            yield tuple(text[end - length : end]), text[end]
