"""A length that takes reckoning: "three weeks" are twenty-one days.

A small model knows by heart how many days a week and a fortnight have, and writes fourteen, or
three, for three weeks, too. English only, like the model.
"""

from __future__ import annotations

import re

from tools.amounts import NUMBER_WORDS, amounts_in
from tools.date_words import MONTHS

_BY_HEART = frozenset({7, 14})
_NUMBER = rf"(?:\d+|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})"
_WEEKS = re.compile(
    rf"(?<![\w.,/-])(?P<number>{_NUMBER}|couple)(?:\s+of)?[\s-]*"
    r"(?:(?:whole|full|good|solid|long|short|lovely|entire|clear|straight|free)\s+)?"
    r"(?P<unit>(?:week|wk)s?(?!(?:[\s-]*ends?|nd)\b)|fortnights?)\b",
    re.IGNORECASE,
)
_ANY_WEEKS = re.compile(r"(?:week|wk)s?\b|fortnight", re.IGNORECASE)
_NO_LENGTH_BEFORE = re.compile(
    r"\b(?:in|within|after|before|every|last|past|next|first|of|for\s+the|than|least|most)\s*$",
    re.IGNORECASE,
)
"""A moment, a habit, a part of something, a bound: "in three weeks", "two of my three weeks"."""
_NO_LENGTH_BEHIND = re.compile(
    r"\s*(?:from\s+(?:now|today)|ago|early|late|before|after|until|till|[-\s]*olds?\b|pregnant|"
    r"(?:off|away|free|leave|holidays?)\b|['\u2019]s?\s+(?:time|notice|leave|holidays?)|"
    r"(?:is|are)\b|and\b|or\b|minus\b|less\b|at\s+(?:the\s+)?most|\?)",
    re.IGNORECASE,
)
"""The same said behind it, leave of which a trip may be a part, more than weeks, doubt."""
_OF_OTHERS = re.compile(
    rf"\b{_NUMBER}\s+(?:of\s+us|people|persons?|adults?|grown-?ups|kids?|children|friends?|pax)\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{'|'.join(MONTHS)})\b"
    rf"|\b(?:{'|'.join(MONTHS)})\s+\d{{1,2}}(?:st|nd|rd|th)?\b|\b20\d\d\b"
    r"|[\u20ac$\u00a3]\s*[\d.,]+|[\d.,]+\s*(?:[\u20ac$\u00a3]|euros?\b|pounds?\b|dollars?\b)",
    re.IGNORECASE,
)
"""People, dates and sums: numbers that are no lengths."""


def weeks_in(line: str) -> int | None:
    """The days of the only length that a line speaks of, where that is weeks that take reckoning.

    None where another number could be one, or the weeks may be no length: "in three weeks" is a
    moment, "three weeks off" leave, "two or three weeks" one of two.
    """
    found = list(_WEEKS.finditer(line))
    if len(found) != 1 or len(_ANY_WEEKS.findall(line)) != 1:
        return None
    match = found[0]
    before, behind = line[: match.start()], line[match.end() :]
    if _NO_LENGTH_BEFORE.search(before) or _NO_LENGTH_BEHIND.match(behind):
        return None
    if _numbers(before) or _numbers(behind):
        return None
    numbers = amounts_in(match["number"]) or (2.0,)  # a couple
    week = 14 if match["unit"].casefold().startswith("f") else 7
    days = round(numbers[0] * week)
    return days if len(numbers) == 1 and days not in _BY_HEART else None


def reckoned(days: int, told: str) -> int:
    """A trip's length that a model wrote; where it can be no other than weeks that were told, and
    the model made a week, a fortnight or as many days of them, those.

    Args:
        days: of the whole trip.
        told: by the traveller, newest first, a line each; the newest with a number counts.
    """
    newest = next((line for line in told.split("\n") if _numbers(line)), "")
    weeks = weeks_in(newest)
    by_mistake = weeks is not None and (days in _BY_HEART or days * 7 == weeks)
    return weeks if weeks is not None and by_mistake else days


def _numbers(text: str) -> tuple[float, ...]:
    """Those that may be a length."""
    return amounts_in(_OF_OTHERS.sub(";", text))
