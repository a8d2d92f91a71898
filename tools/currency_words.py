"""Which currencies a text could mean: "crowns" are five countries', "quid" is one's.

English words, signs and ISO 4217 codes, with the countries by which people tell apart what has one
name ("the Mexican ones"). As wide as people talk: it says what could be meant, and a currency of
which nothing was said can't be.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, cast, get_args

import yaml  # type: ignore[import-untyped,unused-ignore]
from rapidfuzz.distance import OSA

from tools.arguments import Currency

CODES: tuple[str, ...] = get_args(Currency)
_CODE = re.compile(r"(?<![^\W\d_])(?:" + "|".join(CODES).lower() + r")(?![^\W\d_])")
_WORD = re.compile(r"[^\W\d_]{4,}")
_BROUGHT_ALONG = frozenset({"USD", "GBP"})
"""A word that could mean one of these is no sooner the money of where one goes."""
_Meanings = tuple[tuple[re.Pattern[str], frozenset[str]], ...]


@cache
def _table() -> dict[str, Any]:
    text = files("tools").joinpath("data/currency_words.yaml").read_text(encoding="utf-8")
    return cast("dict[str, Any]", yaml.safe_load(text))


@cache
def _meanings() -> _Meanings:
    """Patterns of `tools/data/currency_words.yaml`, and what each could mean."""
    loaded = _table()
    signs = {re.escape(sign): codes for sign, codes in loaded["signs"].items()}
    words = {
        rf"(?<![^\W\d_])(?:{pattern})(?![^\W\d_])": codes
        for pattern, codes in (*loaded["words"].items(), *loaded["countries"].items())
    }
    both = {**signs, **words}
    return tuple((re.compile(p), frozenset(codes.split())) for p, codes in both.items())


@cache
def _dollars() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of one country's dollars, which are no other's: the sign of "R$" is Brazil's."""
    return tuple(
        (re.compile(rf"(?<![^\W\d_])(?<!['’])(?:{pattern})(?![^\W\d_])"), code)
        for pattern, code in _table()["dollars"].items()
    )


@lru_cache(maxsize=1 << 10)
def currencies_in(text: str, here: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The currencies that a text could mean, in the order of `CODES`; none if it names no money.

    Args:
        text: running text, as travellers type it.
        here: what is paid with where the trip leads. "Kroner" in Copenhagen are Denmark's, though
            dollars and pounds may be those that one brings along.
    """
    folded = " ".join([text.casefold(), *_meant_words(text.casefold())])
    found = {match.group().upper() for match in _CODE.finditer(folded)}
    for pattern, code in _dollars():
        folded, times = pattern.subn(" ", folded)
        found |= {code} if times else set()
    for pattern, codes in _meanings():
        if pattern.search(folded):
            found |= codes if codes & _BROUGHT_ALONG else codes & here or codes
    return tuple(code for code in CODES if code in found)


def _meant_words(folded: str) -> list[str]:
    """Names of money that words of the text are one slip away from."""
    names = _table()["misspelt"].split()
    words = set(_WORD.findall(folded)) - set(names)
    return [
        name for word in words for name in names if OSA.distance(word, name, score_cutoff=1) < 2
    ]
