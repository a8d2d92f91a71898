"""Numbers said as a change of one that stands: "200 more", "cut it by 50", "another two people"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.amounts import FIGURES, NUMBER_WORDS, amounts_in
from tools.currency_words import currencies_in

_NUMBER_WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_SIGN = "[\u20ac$\u00a3\u00a5]"
_NUMBER = (
    rf"(?<![\w.,])(?P<number>(?:{_SIGN}\s*)?(?:{FIGURES})(?:\s*(?:k|hundred|thousand|grand)\b)?(?![\w.,]?\d)"
    rf"|(?:half\s+)?(?:an?\s+)?(?:(?:couple\s+of|few)\s+)?"
    rf"(?:{_NUMBER_WORD})(?:[\s-]+(?:and\s+)?(?:{_NUMBER_WORD}))*\b)"
)
_NEXT = "please|pls|plz|now|if|so|then|to|for|on|in|and|because|since|as|is|would|will"
_NEVER = rf"no|not|or|any|an?|per|pp|each|more|less|extra|{_NEXT}"
_OF_WHAT = rf"(?P<what>\s*(?:%|{_SIGN})|(?:\s+(?!(?:{_NEVER})\b)[^\W\d_]+){{1,2}}?)?"
"""Percent or the currency; not "800, not a euro more"."""
_FOR_EACH = (
    r"(?P<each>\s+(?:(?:for\s+)?each(?:\s+of\s+us)?|for\s+every(?:one|body)|apiece|pp|"
    r"per\s+(?:head|person)|an?\s+(?:head|person))\b)?"
)
_EACH = _FOR_EACH.replace("<each>", "<first>")
"""Before the way: "50 each more"."""
_GOES_ON = (
    rf"(?=\s*(?:$|[.,;:!?)\n])|\s+(?:{_NEXT}|"
    r"than\s+(?:that|planned|before|now|i\s+said|we\s+said))\b)(?!\s+to\s+\S*\d)"
)
"""Behind such words: not "800 or more", "1,200 more than enough"."""
_UP = r"rais(?:e|ing)|increas(?:e|ing)|up(?=\s+(?:it|the|our|my)\b)|bump|lift|stretch|top\s+up"
_DOWN = r"lower|reduc(?:e|ing)|cut|decreas(?:e|ing)|drop|bring|trim|shrink|slash"
_MONEY = r"(?:\s+(?:it|the|our|my|whole|budget|money|limit|spending|up|down|back)){0,4}"
_TIMES = {"double": 2.0, "triple": 3.0, "halve": 0.5}
_WHOM = (
    r"(?:people|persons?|guests?|travell?ers?|adults?|grown-?ups?|kids?|child(?:ren)?|friends?|mates?|"
    r"cousins?|colleagues?|relatives?|passengers?|of\s+us)\b"
)
_COMES = (
    r"(?=\s*(?:$|[.,;:!?)\n])|\s+(?:joins?|joining|comes?|coming|wants?|with|along|too|who|that|than|"
    rf"at|from|has|have|can|could|{_NEXT})\b|['\u2019]s\b)"
)
_NOT_THAT = re.compile(r"(?:\bnot|n['\u2019]?t|\bnever|\bor)(?:\s+\w+)?\s*$", re.IGNORECASE)
"""Before such words: "don't raise it by 200", "one or two more people"."""
_LEAST = 10
"""A smaller sum is rather so many days or places: "3 more, please"."""


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_SUMS = _compiled(
    rf"{_NUMBER}{_OF_WHAT}{_EACH}\s+(?P<way>more|extra|on\s+top|less){_FOR_EACH}{_GOES_ON}",
    rf"\b(?:another|an?\s+(?:extra|additional)|extra|additional)\s+{_NUMBER}{_OF_WHAT}{_FOR_EACH}{_GOES_ON}",
    rf"\b(?:(?:{_UP})|(?P<down>{_DOWN})){_MONEY}\s+by\s+{_NUMBER}{_OF_WHAT}{_FOR_EACH}{_GOES_ON}",
    rf"\b(?P<down>knock|shave|take|cut)\s+{_NUMBER}{_OF_WHAT}\s+off\b{_FOR_EACH}",
    rf"\b(?P<times>{'|'.join(_TIMES)})\s+(?:the|our|my)\s+(?:budget|money|limit)\b",
)
_PARTIES = _compiled(
    rf"{_NUMBER}\s+(?P<way>more|extra|additional|less|fewer)\s+{_WHOM}{_COMES}",
    rf"{_NUMBER}\s+{_WHOM}\s+(?P<way>more|less|fewer){_COMES}",
    rf"\b(?:another|an?\s+(?:extra|additional))\s+(?:{_NUMBER}\s+)?{_WHOM}{_COMES}",
)
_WHOLE_PARTY = re.compile(
    rf"(?:\d|\b(?:{_NUMBER_WORD}))\s+(?:{_WHOM}|in\s+(?:all|total)\b|altogether\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a number: so many times as much, and so much more (less: below nothing)."""

    times: float = 1.0
    more: float = 0.0
    currencies: tuple[str, ...] = ()
    """Those of which `more` could be; none where none was said."""
    each: bool = False
    """Whether `more` is for everybody who travels: "50 more each"."""

    def of(self, standing: float, people: int = 1) -> float:
        """The number that is meant, of so many people; never less than nothing."""
        return max(0.0, standing * self.times + self.more * (people if self.each else 1))


def changes_in(text: str) -> list[str]:
    """The stretches of a text that say a sum so, as they stand there."""
    return list(_found(_SUMS, text))


def change_of(text: str) -> Change | None:
    """What such words do to the sum that stands, or None."""
    return _change(_SUMS, text)


def party_changes_in(text: str) -> list[str]:
    """The stretches that say how many more, or fewer, people come; none where all are counted."""
    found = list(_found(_PARTIES, text))
    rest = text
    for change in found:
        rest = rest.replace(change, ";")
    return [] if _WHOLE_PARTY.search(rest) else found


def party_change_of(text: str) -> Change | None:
    """What such words do to the number of people, or None."""
    return _change(_PARTIES, text)


def _found(patterns: tuple[re.Pattern[str], ...], text: str) -> Iterator[str]:
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not _NOT_THAT.search(text[: match.start()]) and _read(match) is not None:
                yield match.group().strip()


def _change(patterns: tuple[re.Pattern[str], ...], text: str) -> Change | None:
    matches = (pattern.fullmatch(text.strip()) for pattern in patterns)
    return next((change for match in matches if match and (change := _read(match))), None)


def _read(match: re.Match[str]) -> Change | None:
    found = match.groupdict()
    if found.get("times"):
        return Change(times=_TIMES[found["times"].casefold()])
    less = found.get("down") or (found.get("way") or "").casefold() in ("less", "fewer")
    worth = _worth((found["number"] or "one").casefold()) * (-1 if less else 1)
    what = (found.get("what") or "").strip().casefold()
    each = bool(found.get("each") or found.get("first"))
    if what in ("%", "percent", "per cent"):
        return Change(times=1 + worth / 100) if worth and not each else None
    if "what" not in found:  # people
        return Change(more=worth) if worth else None
    sign = re.sub(r"[^\u20ac$\u00a3\u00a5]", "", found["number"] or "")
    currencies = currencies_in(what or sign)
    if abs(worth) < _LEAST or (what and not currencies):
        return None
    return Change(more=worth, currencies=currencies, each=each)


def _worth(number: str) -> float:
    """Its one meaning: of "1,200" all of it, of "1.5k" a half of its thousand."""
    if both := re.search(r"\d[.,]\d{3}([.,])\d{1,2}$", number):  # "1.200,50"
        whole, _, cents = number.rpartition(both[1])
        return float(f"{re.sub('[^0-9]', '', whole)}.{cents}")
    decimal = re.search(r"(?<![\d.,])(\d+)[.,](\d{1,2})(?!\d)", number)
    if decimal is not None:
        thousands = re.search(r"k$|thousand|grand", number)
        return float(f"{decimal[1]}.{decimal[2]}") * (1000 if thousands else 1)
    halved = number.startswith("half ")
    return max(amounts_in(number.removeprefix("half ")), default=0.0) * (0.5 if halved else 1)
