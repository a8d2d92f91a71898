"""What is done to each dialogue by itself, a chunk of them at a time: the part for processes."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.dialogue import wire
from agent.dialogue.turns import Call, Turn
from finetune.cleaning.filters import fault
from finetune.cleaning.leaks import HeldOut, folded
from finetune.cleaning.privacy import Masker
from finetune.cleaning.signatures import PERMUTATIONS, bands, signature
from finetune.cleaning.text import normalized
from finetune.cleaning.words import said, spellings
from finetune.config import CleaningConfig
from finetune.records import Dialogue


@dataclass(frozen=True, slots=True)
class Prepared:
    """The dialogues of a chunk that may stay, with all that tells whether they repeat another."""

    dialogues: list[Dialogue]
    hashes: NDArray[np.uint64]
    """Of the folded text, one a dialogue."""
    words: list[str]
    """As `finetune.cleaning.words.said` returns them; empty texts without near duplicates."""
    bands: NDArray[np.uint64]
    """dialogues x bands"""
    spelled: tuple[NDArray[np.uint32], NDArray[np.int8]]
    """Hashes of words, and how each was written (`finetune.cleaning.words.spellings`)."""
    read: int
    """Dialogues of the chunk, those that went included."""
    counts: Counter[str]


class Preparation:
    """Normalizes, filters and masks dialogues; makes what tells repeats."""

    def __init__(
        self, config: CleaningConfig, held_out: Sequence[str], shape: tuple[int, int]
    ) -> None:
        """Ready to work.

        Args:
            config: what is wanted.
            held_out: messages that may not occur.
            shape: bands and rows of a band; (0, 0) without near duplicates.
        """
        self._config = config
        self._shape = shape
        self._held_out = HeldOut(held_out, config.near_duplicates) if held_out else None

    def __call__(self, dialogues: Sequence[Dialogue]) -> Prepared:
        """Works on a chunk."""
        counts: Counter[str] = Counter()
        kept: list[Dialogue] = []
        for dialogue in dialogues:
            cleaned, reason = self._cleaned(dialogue, counts)
            if reason:
                counts[f"dropped: {reason}"] += 1
            else:
                kept.append(cleaned)
        words = [said(d.turns) if self._shape[0] else "" for d in kept]
        spelled = [spellings(w) for w in words]
        return Prepared(
            dialogues=kept,
            hashes=np.array([_hash(d) for d in kept], dtype=np.uint64),
            words=words,
            bands=self._bands(words),
            spelled=(
                np.array([h for hashes, _ in spelled for h in hashes], dtype=np.uint32),
                np.array([s for _, signs in spelled for s in signs], dtype=np.int8),
            ),
            read=len(dialogues),
            counts=counts,
        )

    def _bands(self, words: Sequence[str]) -> NDArray[np.uint64]:
        if not self._shape[0]:
            return np.zeros((len(words), 0), dtype=np.uint64)
        made = np.array([signature(w) for w in words], dtype=np.uint32)
        return bands(made.reshape(-1, PERMUTATIONS), *self._shape)

    def _cleaned(self, dialogue: Dialogue, counts: Counter[str]) -> tuple[Dialogue, str | None]:
        turns = mapped(dialogue.turns, normalized)
        turns = tuple(t for t in turns if t.text or t.calls or t.role != "system")
        reason = fault(turns, self._config)
        if reason is None and self._held_out and self._held_out.leak_in(turns):
            reason = "leak"
        if reason:
            return dialogue, reason
        if turns != dialogue.turns:
            counts["changed: text"] += 1
        if self._config.mask_personal_data:
            masker = Masker(self._config.languages)
            turns = mapped(turns, masker.mask)
            counts.update(f"masked: {kind}" for kind in masker.kinds)
        return dataclasses.replace(dialogue, turns=turns), None


def mapped(turns: Iterable[Turn], change: Callable[[str], str]) -> tuple[Turn, ...]:
    """The turns with all their texts changed; those of calls, too, for they were said."""
    return tuple(
        Turn(t.role, change(t.text), tuple(Call(c.name, _changed(c.args, change)) for c in t.calls))
        for t in turns
    )


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _changed(inner, change) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_changed(inner, change) for inner in value)
    return value


def _hash(dialogue: Dialogue) -> int:
    """Of what is said and called, where case, white space and the marks at ends don't count."""
    digest = hashlib.blake2b(digest_size=8)
    for turn in dialogue.turns:
        if turn.role in ("user", "assistant"):
            calls = "\n".join(wire.render_call(c) for c in turn.calls)
            digest.update(f"{turn.role}\0{folded(turn.text)}\0{calls}\0".encode())
    return int.from_bytes(digest.digest(), "little")
