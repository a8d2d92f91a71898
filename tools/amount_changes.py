"""Numbers said as a change of one that stands: "200 more", "cut it by 50", "another two people"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.amounts import FIGURES, NUMBER_WORDS, amounts_in

_NUMBER_WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_SIGN = "[\u20ac$\u00a3\u00a5]"
_NUMBER = (
    rf"(?P<number>(?:{_SIGN}\s*)?(?:{FIGURES})(?:\s*k\b)?"
    rf"|(?:a\s+)?(?:{_NUMBER_WORD})(?:[\s-]+(?:and\s+)?(?:{_NUMBER_WORD}))*\b)"
)
_NEVER = "no|not|or|and|any|a|an|per|more|less|extra"
_NEXT = "please|pls|plz|now|if|so|then|to|for|on|in|because|since|as|is|would|will"
_OF_WHAT = rf"(?:\s*{_SIGN}|\s+(?!(?:{_NEVER}|{_NEXT})\b)[^\W\d_]+)?"
"""The currency, mostly; not "800, not a euro more"."""
_GOES_ON = (
    rf"(?=\s*(?:$|[.,;:!?)\n])|\s+(?:{_NEXT}|and|"
    r"than\s+(?:that|planned|before|now|i\s+said|we\s+said))\b)"
)
"""Behind "more": not "800 or more" nor "800 is more than enough"."""
_UP = "rais(?:e|ing)|increas(?:e|ing)|up|bump(?:\\s+up)?|lift|stretch|top\\s+up"
_DOWN = "lower|reduc(?:e|ing)|cut|decreas(?:e|ing)|drop|bring\\s+down|trim|shrink|slash"
_MONEY = r"(?:\s+(?:it|the|our|my|whole|budget|money|limit|spending|down|back)){0,4}"
_TIMES = {"double": 2.0, "twice": 2.0, "triple": 3.0, "halve": 0.5, "half": 0.5}
_WHOM = (
    r"(?:people|persons?|guests?|travell?ers?|adults?|grown-?ups?|kids?|child(?:ren)?|friends?|mates?|"
    r"cousins?|colleagues?|relatives?|passengers?|heads?|of\s+us)\b"
)
_SUMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.,]){_NUMBER}{_OF_WHAT}\s+(?P<way>more|extra|on\s+top|less){_GOES_ON}",
        rf"\b(?:another|an?\s+(?:extra|additional)|extra|additional)\s+{_NUMBER}{_OF_WHAT}",
        rf"\b(?:(?:{_UP})|(?P<down>{_DOWN})){_MONEY}\s+by\s+{_NUMBER}{_OF_WHAT}",
        rf"\b(?P<times>{'|'.join(_TIMES)})\s+(?:the|our|my)\s+(?:budget|money|limit)\b",
    )
)
_PARTIES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.,]){_NUMBER}\s+(?P<way>more|extra|additional|less|fewer)\s+{_WHOM}",
        rf"(?<![\w.,]){_NUMBER}\s+{_WHOM}\s+(?P<way>more|less|fewer)\b(?!\s+(?:or|than)\b)",
        rf"\b(?:another|an?\s+(?:extra|additional))\s+(?:{_NUMBER}\s+)?{_WHOM}",
    )
)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a sum: so many times as much, and so much more (less: below nothing)."""

    times: float = 1.0
    more: float = 0.0

    def of(self, standing: float) -> float:
        """The sum that is meant; never less than nothing."""
        return max(0.0, standing * self.times + self.more)


def changes_in(text: str) -> Iterator[str]:
    """The stretches of a text that say a sum so, as they stand there."""
    return _found(_SUMS, text)


def change_of(text: str) -> Change | None:
    """What such words do to the sum that stands, or None."""
    return _change(_SUMS, text)


def party_changes_in(text: str) -> Iterator[str]:
    """The stretches that say how many more, or fewer, people come."""
    return _found(_PARTIES, text)


def party_change_of(text: str) -> Change | None:
    """What such words do to the number of people, or None."""
    return _change(_PARTIES, text)


def _found(patterns: Sequence[re.Pattern[str]], text: str) -> Iterator[str]:
    for pattern in patterns:
        yield from (match.group().strip() for match in pattern.finditer(text))


def _change(patterns: Sequence[re.Pattern[str]], text: str) -> Change | None:
    for pattern in patterns:
        if (match := pattern.fullmatch(text.strip())) is None:
            continue
        found = match.groupdict()
        if found.get("times"):
            return Change(times=_TIMES[found["times"].casefold()])
        less = found.get("down") or (found.get("way") or "").casefold() in ("less", "fewer")
        worth = _worth((found["number"] or "one").casefold())
        return Change(more=-worth if less else worth)
    return None


def _worth(number: str) -> float:
    """Its one meaning: of "1,200" all of it, of "1.5k" a half of its thousand."""
    decimal = re.search(r"(\d+)[.,](\d{1,2})(?!\d)", number)
    if decimal is not None:
        return float(f"{decimal[1]}.{decimal[2]}") * (1000 if number.endswith("k") else 1)
    return max(amounts_in(number), default=0.0)
