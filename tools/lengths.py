"""A length that takes reckoning: "three weeks" are twenty-one days.

A small model knows by heart how many days a week and a fortnight have, and writes fourteen, or
three, for three weeks, too. English only, like the model.
"""

from __future__ import annotations

import re

from tools.amounts import NUMBER_WORDS, amounts_in
from tools.date_words import DAYS_OF_MONTH, MONTHS, WEEKDAYS

_BY_HEART = frozenset({7, 14})
_NUMBER = rf"(?:\d+|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})"
_WEEKS = re.compile(
    rf"(?<![\w.,/-])(?P<number>{_NUMBER}|couple)(?:\s+of)?[\s-]*"
    r"(?:(?:whole|full|good|solid|long|short|lovely|entire|clear|straight|free)\s+)?"
    r"(?P<unit>(?:week|wk)s?(?!(?:[\s-]*ends?|nd)\b)|fortnights?)\b",
    re.IGNORECASE,
)
_ANY_WEEKS = re.compile(r"(?:week|wk)s?\b|fortnight", re.IGNORECASE)
_NTH_DAY = re.compile(
    rf"\b(?P<nth>\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(DAYS_OF_MONTH)})\s+"
    r"(?:(?:whole|full|extra|more)\s+)?day\b",
    re.IGNORECASE,
)
_OTHER_LENGTHS = re.compile(
    rf"week[\s-]*ends?\b|wknd|\b(?:{'|'.join(WEEKDAYS)})\b.*\b(?:{'|'.join(WEEKDAYS)})\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:^|[,;:.!?(\u2013\u2014]|\b(?:for|plan|spend|an?|me|us|have|got|['\u2019]ve))\s*$",
    re.IGNORECASE,
)
"""What a length stands behind; not "in", of a moment, nor "of my", of leave."""
_BEHIND = re.compile(
    r"\s*(?:$|[,.;!)]|(?:in|at|around|through|across|with|please|pls|starting|beginning|trip|tour|"
    r"stay|holiday|vacation|visit)\b|from\b(?!\s+(?:now|today)))",
    re.IGNORECASE,
)
"""What stands behind one; not "off", of leave, nor "ago", "ahead", "old", "or", "and"."""
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

    None where something else could be one, or the weeks may be none: "in three weeks" is a moment,
    "three weeks off" leave, "two or three weeks" one of two.
    """
    found = list(_WEEKS.finditer(line))
    if len(found) != 1 or len(_ANY_WEEKS.findall(line)) != 1 or _OTHER_LENGTHS.search(line):
        return None
    match = found[0]
    before, behind = line[: match.start()], line[match.end() :]
    if not (_BEFORE.search(before) and _BEHIND.match(behind)):
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
        told: by the traveller, newest first, a line a message; the newest that may speak of a
            length counts.
    """
    newest = next((line for line in told.split("\n") if _speaks_of_length(line)), "")
    weeks = weeks_in(newest)
    by_mistake = weeks is not None and (days in _BY_HEART or days * 7 == weeks)
    return weeks if weeks is not None and by_mistake else days


def beyond(days: int, standing: int, message: str) -> int:
    """By how many days a trip gets longer: "a sixth day" makes one of five a day longer, not six.

    Args:
        days: that a model wrote.
        standing: of the trip.
        message: what was said.
    """
    nth = {_nth(match["nth"].casefold()) for match in _NTH_DAY.finditer(message)}
    return days - standing if days in nth and days > standing else days


def _nth(word: str) -> int:
    return int(word.rstrip("stndrh")) if word[0].isdigit() else DAYS_OF_MONTH[word]


def _speaks_of_length(line: str) -> bool:
    return bool(_numbers(line) or _ANY_WEEKS.search(line) or _OTHER_LENGTHS.search(line))


def _numbers(text: str) -> tuple[float, ...]:
    """Those that may be a length."""
    return amounts_in(_OF_OTHERS.sub(";", text))
