"""Numbers as people say them in running text: "1,200", "12 000", "25k", "two and a half thousand".

English only, like the model. What could be read in two ways ("12 000") gives both numbers: this
tells which numbers a text holds, not which one is meant. ("1.500" is no one and a half.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_UNITS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000, "k": 1000, "million": 1_000_000}
_SCALES |= {"lakh": 100_000, "crore": 10_000_000}
_SCALES |= {f"{word}s": number for word, number in _SCALES.items() if len(word) > 1}
_SMALL = {"a": 1, "an": 1, "couple": 2, "few": 3, "half": 0.5, "quarter": 0.25}
_WORD_NUMBERS = {**_UNITS, **_TENS, **_SMALL, "dozen": 12}
_FILLERS = frozenset({"and", "of", "a"})
NUMBER_WORDS = frozenset({*_UNITS, *_TENS, *_SCALES, "dozen"})
FIGURES = (
    r"\d{1,2}(?:,\d{2})+,\d{3}|\d{1,3}(?:[ \u00a0\u202f'\u2019.,]\d{3})+(?:[.,]\d{1,2})?"
    r"|\d+(?:[.,]\d+)?"
)
_TOKEN = re.compile(rf"(?P<figures>{FIGURES})|(?P<word>[a-z]+)")
_ITEM = re.compile(r"(?:^|(?<=[.;!?\n]))\s*\(?\d{1,2}\)(?=\s)")
"""The number of a list's item: "7) the budget is 450"."""
_LONGEST = 8
"""Words and figures of one number."""
_MOST = 99_999_999
"""As much as an amount can be (`agent/dialogue/grammar.py`)."""


def amounts_in(text: str) -> tuple[float, ...]:
    """The numbers that a text holds, in figures or words, ascending; no negative ones.

    Of "two thousand five hundred" also the parts: 2, 5, 500, 2000 and 2500.
    """
    found: set[float] = set()
    for run in _runs(_ITEM.sub(" ", text.casefold())):
        for start in range(len(run)):
            for end in range(start + 1, min(start + _LONGEST, len(run)) + 1):
                found.update(_values(run[start:end]))
    return tuple(sorted(value for value in found if 0 <= value <= _MOST))


def _runs(text: str) -> Iterator[list[str]]:
    """Stretches of the text that consist of number words and figures alone."""
    run: list[str] = []
    last = 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        of_a_number = match["figures"] or token in _WORD_NUMBERS or token in _SCALES
        beside = not text[last : match.start()].strip(" -\u00a0$\u20ac\u00a3")
        if run and not (beside and (of_a_number or token in _FILLERS)):
            yield run
            run = []
        if of_a_number or (run and token in _FILLERS):
            run.append(token)
        last = match.end()
    if run:
        yield run


def _values(tokens: list[str]) -> set[float]:
    """What the tokens are worth as one number; nothing where they are several."""
    if tokens[0] in ("and", "of") or tokens[-1] in _FILLERS:
        return set()
    if len(tokens) == 1 and tokens[0] in _SMALL:
        return set()  # "the Latin Quarter", "a few"
    first = tokens[0]
    if first[0].isdigit():
        values = _of_figures(first)
        rest = [token for token in tokens[1:] if token not in _FILLERS]
        if len(rest) == 2 and rest[0][0].isdigit() and rest[1] in _SCALES:
            return {value * _SCALES[rest[1]] for value in values}  # the 2 of "2-3k"
        for token in rest:
            if token not in _SCALES:
                return set()
            values = {value * _SCALES[token] for value in values}
        return values
    words = [t for t in tokens if t not in ("and", "of")]
    if words[0] in ("a", "an") and len(words) > 1 and words[1] not in _SCALES:
        return set()  # "a couple": two, not three
    total, current = 0.0, 0.0
    if any(one in _UNITS and other in _UNITS for one, other in pairwise(words)):
        return set()  # "five six": two numbers
    for token in words:
        if token in _SCALES:
            scale = _SCALES[token]
            if scale == 100:
                current = (current or 1) * scale
            else:
                total, current = total + (current or 1) * scale, 0.0
        elif token in _WORD_NUMBERS:
            current += 0 if token in ("a", "an") and current else _WORD_NUMBERS[token]
        else:
            return set()
    return {total + current}


def _of_figures(text: str) -> set[float]:
    """A number in figures, read with either sign for thousands and decimals."""
    bare = re.sub(r"[ \u00a0\u202f'\u2019]", "", text)
    found = {float(re.sub(r"[.,]", "", bare))}
    if bare != text:  # "for 2 500 euros": perhaps two numbers
        found |= {float(part.replace(",", ".")) for part in re.findall(r"\d+(?:[.,]\d+)?", text)}
    whole, sign, decimals = re.match(r"(.*?)([.,]?)(\d*)$", bare).groups()  # type: ignore[union-attr]
    if sign and decimals and (len(decimals) != 3 or not whole.strip("0")):  # no sum has thousandths
        found.add(float(f"{re.sub(r'[.,]', '', whole)}.{decimals}"))
    return found
