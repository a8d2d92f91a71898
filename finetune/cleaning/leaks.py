"""Held-out messages may not be learned, nor what nearly is one."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tqdm import tqdm

from agent.dialogue.turns import Turn
from finetune.cleaning.signatures import bands, shape, signature
from finetune.cleaning.words import Bags, marked, similarity
from finetune.held_out import Case
from finetune.records import Dialogue

FREE_WORDS = 3
"""Messages of at most so many words are everybody's ("thank you")."""
THRESHOLD = 0.8
"""Of similarity from which a message is a held-out one, where no other is given."""


class LeakError(ValueError):
    """Training dialogues hold held-out messages; says how many and where the first came from."""


class HeldOut:
    """The messages that may not be learned, and whether one is among them or nearly so."""

    def __init__(self, messages: Iterable[str], threshold: float = THRESHOLD) -> None:
        """Indexed.

        Args:
            messages: of the held-out sets, see `messages_of`; short ones are left out.
            threshold: of similarity; 0 finds those only that are the same but for case and ends.
        """
        longer = sorted({m for m in messages if len(m.split()) > FREE_WORDS})
        self._exact = {folded(m) for m in longer}
        self._threshold = threshold
        written = [" ".join(marked(m)) for m in longer] if threshold else []
        self._bags = [Bags.of(words) for words in written]
        self._shape = shape(threshold) if threshold else (0, 0)
        self._index: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, words in enumerate(written):
            for band in self._bands(words):
                self._index[band].append(number)

    def has(self, message: str) -> bool:
        """Whether a message is a held-out one, or nearly; by the words and the names it has."""
        if len(message.split()) <= FREE_WORDS:
            return False
        return folded(message) in self._exact or (bool(self._bags) and self._is_near(message))

    def leak_in(self, turns: Iterable[Turn]) -> bool:
        """Whether a user's message among the turns is one."""
        return any(self.has(t.text) for t in turns if t.role == "user")

    def _is_near(self, message: str) -> bool:
        words = " ".join(marked(message))
        near = {n for band in self._bands(words) for n in self._index.get(band, ())}
        bags = Bags.of(words)
        least = self._threshold
        return any(similarity(bags, self._bags[n], least) >= least for n in near)

    def _bands(self, words: str) -> list[tuple[int, int]]:
        """Each band's number and its hash."""
        [hashes] = bands(signature(words)[None], *self._shape)
        return list(enumerate(hashes.tolist()))


def folded(text: str) -> str:
    """A text for which case, white space and the marks at its ends make no difference."""
    return " ".join(text.casefold().split()).strip(".!? ")


def messages_of(cases: Iterable[Case]) -> Iterator[str]:
    """What travellers say in held-out cases."""
    return (m["content"] for c in cases for m in c.messages if m["role"] == "user")


def check_leaks(
    dialogues: Iterable[Dialogue], held_out: Iterable[str], threshold: float = THRESHOLD
) -> None:
    """That no user's message is a near duplicate of a held-out one longer than `FREE_WORDS` words.

    Args:
        dialogues: to be trained on.
        held_out: messages, see `messages_of`.
        threshold: of similarity, see `finetune.cleaning.words.similarity`.

    Raises:
        LeakError: some are; the message has their number and the first one's origin, no text.
    """
    known = HeldOut(held_out, threshold)
    has = functools.lru_cache(maxsize=2**16)(known.has)
    leaks, first = 0, ""
    for dialogue in tqdm(dialogues, desc="leak check", unit=""):
        if any(has(t.text) for t in dialogue.turns if t.role == "user"):
            leaks += 1
            first = first or dialogue.origin
    if leaks:
        raise LeakError(
            f"{leaks} dialogues hold messages of the held-out sets or nearly so, the first from "
            f"{first}: drop them (finetune.cleaning.clean with held_out does)."
        )
