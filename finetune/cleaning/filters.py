"""Which dialogues are no use, and why."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.dialogue import wire
from agent.dialogue.turns import Turn
from finetune.config import CleaningConfig

LANGUAGE_BYTES = 40
"""Texts whose letters take less in UTF-8, names left out, get the benefit of the doubt."""
LANGUAGE_CHARS = 600
"""So much of a text is looked at; more changes nothing but the time."""
LANGUAGE_CHANCE = 0.1
"""A text goes when the languages that are allowed have less than this together."""

REPEATED_LINES = 0.3
"""Of the lines with words, those that stood before (Gopher's rule; Rae et al. 2021, table A1)."""
REPEATED_SHARE = {6: 0.5, 10: 0.3}
"""Of the n-grams, those that stood before, by n. Gopher's shares (0.14 and 0.1) are for pages of
prose: lists of similar items, which itineraries are, go beyond them."""
SHARE_WORDS = 40
"""Shares are told of texts from so many words on; loops of any."""
LOOP_TIMES, LOOP_WORDS, LOOP_PERIOD = 4, 8, 12
"""A loop says at most `LOOP_PERIOD` words so many times in a row, `LOOP_WORDS` in all."""

_CODE_OR_TABLE = re.compile(r"```.*?(?:```|\Z)|^[ \t]*\|[^\n]*$", re.DOTALL | re.MULTILINE)
_INNER_WORD = re.compile(r"(?<=[\w,;&-] )\w+")
"""With a capital it is a name, of a place abroad as often as not."""
_WORD = re.compile(r"\w+(?:['’]\w+)*")


def fault(turns: Sequence[Turn], config: CleaningConfig) -> str | None:
    """Why a dialogue goes, in a few words; None when it may stay."""
    if any(not turn.text and not turn.calls for turn in turns):
        return "empty turn"
    if not turns or turns[-1].role != "assistant":
        return "no answer at its end"
    chars = sum(len(t.text) + sum(len(wire.render_call(c)) for c in t.calls) for t in turns)
    if chars < config.min_chars:
        return "too short"
    if chars > config.max_chars:
        return "too long"
    for role in ("user", "assistant"):
        said = "\n".join(t.text for t in turns if t.role == role)
        if not is_in(said, config.languages):
            return "other language"
    if any(is_stuck(t.text) for t in turns if t.role == "assistant"):
        return "repeats itself"
    return None


def check_languages(languages: Sequence[str]) -> None:
    """That they can be told.

    Raises:
        ValueError: some can't.
    """
    known = set(_identifier().labels) if languages else set()
    unknown = sorted(set(languages) - known)
    if unknown:
        raise ValueError(
            f"cleaning.languages has {', '.join(unknown)}, which can't be told from others: take "
            f"ISO 639-1 codes among {', '.join(sorted(known))}."
        )


def is_in(text: str, languages: Sequence[str]) -> bool:
    """Whether a text may be in one of the languages (Lui and Baldwin 2012); in doubt it may."""
    if not languages:
        return True
    text = _CODE_OR_TABLE.sub(" ", text)[:LANGUAGE_CHARS]
    text = _INNER_WORD.sub(lambda word: "" if word[0][0].isupper() else word[0], text)
    if len("".join(filter(str.isalpha, text)).encode()) < LANGUAGE_BYTES:
        return True
    if _identifier().classify(text)[0] in languages:
        return True
    chances = dict(_identifier().rank(text))
    return bool(sum(chances[code] for code in languages) >= LANGUAGE_CHANCE)


@functools.cache
def _identifier() -> Any:
    """Loaded once a process (a second and a half)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def is_stuck(text: str) -> bool:
    """Whether a text repeats itself as a model does that found no end; code and tables may."""
    text = _CODE_OR_TABLE.sub(" ", text).casefold()
    words = _WORD.findall(text)
    numbers: dict[str, int] = {}
    ids = np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.uint64)
    if len(ids) - len(numbers) < LOOP_WORDS * (LOOP_TIMES - 1) // LOOP_TIMES:
        return False
    if any(_loops(ids, period) for period in range(1, LOOP_PERIOD + 1)):
        return True
    if len(ids) < SHARE_WORDS:
        return False
    lines = [line for line in map(str.strip, text.split("\n")) if _WORD.search(line)]
    if len(lines) - len(set(lines)) > REPEATED_LINES * len(lines):
        return True
    return any(_repeated(ids, n) > share for n, share in REPEATED_SHARE.items())


def _loops(ids: NDArray[np.uint64], period: int) -> bool:
    """Whether so many words in a row, given as numbers, say the same over and over."""
    needed = max(LOOP_TIMES * period, LOOP_WORDS) - period
    if len(ids) < needed + period:
        return False
    breaks = np.flatnonzero(ids[period:] != ids[:-period])
    edges = np.concatenate(([-1], breaks, [len(ids) - period]))
    return bool(np.diff(edges).max() - 1 >= needed)


def _repeated(ids: NDArray[np.uint64], n: int) -> float:
    """The share of n-grams that stood before."""
    count = len(ids) - n + 1
    grams = np.zeros(count, dtype=np.uint64)
    for shift in range(n):
        grams = grams * np.uint64(0x9E3779B97F4A7C15) + ids[shift : shift + count]
    return 1 - len(np.unique(grams)) / count
