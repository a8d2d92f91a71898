"""Lengths that take reckoning, as people say them: "three weeks", "two and a half weeks".

A small model knows by heart how many days a week and a fortnight have, and writes fourteen for
three weeks, too. English only, like the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.amounts import NUMBER_WORDS, amounts_in

_KNOWN = frozenset({7, 14})
_NUMBER = rf"(?:\d+(?:[.,]5)?|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))}|couple)"
_LIKE = (
    r"(?:(?:whole|full|good|solid|long|short|lovely|entire|clear|straight|free|more|extra|other)"
    r"\s+)?"
)
_WEEKS = re.compile(
    rf"(?:\b(?P<number>{_NUMBER}(?:[\s-]+(?:or|to)[\s-]+{_NUMBER})?(?:\s+and\s+a\s+half)?)"
    rf"(?:\s+of)?[\s-]*{_LIKE})?\b(?P<unit>(?:week|wk)s?(?!(?:[\s-]*ends?|nd)\b)|fortnights?)\b"
    rf"(?:\s+(?:and|plus)\s+(?:a\s+)?(?P<more>half\b|{_NUMBER}(?=\s+(?:day|night))))?",
    re.IGNORECASE,
)
_DAYS = re.compile(rf"\b({_NUMBER})[\s-]+(?:\w+\s+){{0,2}}?(?:days?|nights?)\b", re.IGNORECASE)
_ANSWER = re.compile(rf"^\W*({_NUMBER})(?=\s*(?:[.,;!?]|$))", re.IGNORECASE | re.MULTILINE)
"""With which a message begins: "For how many days?", "3, please"."""
_OTHER = re.compile(rf"\b({_NUMBER})(?=\s*(?:[.,;!?]|$))", re.IGNORECASE)
"""Behind weeks it may be so many instead: "three weeks? No, two."."""


def lengths_in(text: str) -> tuple[int, ...]:
    """The lengths in days that a text speaks of, ascending, if one of them takes reckoning; empty
    where the only weeks are one or two: of "three weeks" 21, and not 3.
    """
    weeks = [days for match in _WEEKS.finditer(text) for days in _days_of(match)]
    if _KNOWN.issuperset(weeks):
        return ()
    rest = _WEEKS.sub(lambda match: f"; {match['more'] or ''}", text)
    found = {*weeks, *_numbers(_DAYS.findall(rest)), *_numbers(_ANSWER.findall(rest))}
    for match in _WEEKS.finditer(text):
        line, _, _ = text[match.end() :].partition("\n")
        found |= {7 * number for number in _numbers(_OTHER.findall(line))}
    return tuple(sorted(days for days in found if days > 0))


def reckoned(days: int, told: str) -> int:
    """A length that a model wrote: where it is whole weeks, and none that was told, the one nearest
    to it that was.

    Args:
        days: of a whole trip.
        told: by the traveller.
    """
    lengths = lengths_in(told)
    if not lengths or days in lengths or days % 7:
        return days
    return min(lengths, key=lambda length: abs(length - days))


def _days_of(match: re.Match[str]) -> Iterator[int]:
    """So many weeks, and those with what comes on top."""
    week = 14 if match["unit"].casefold().startswith("f") else 7
    said = (match["number"] or "").casefold()
    numbers = amounts_in(said) or ((2.0,) if "couple" in said else (1.0,))
    more = match["more"] or ""
    extra = week // 2 if more == "half" else max(amounts_in(more), default=0)
    for number in numbers[-1:] if "half" in said else numbers:
        yield int(number * week + extra)


def _numbers(said: list[str]) -> set[int]:
    return {int(number) for one in said for number in amounts_in(one) or (2.0,)}
