"""Dates as people say them of a trip that stands: "a week later", "the Friday before".

Who moves a trip of May by a day does not say the month again. What names a day and no month is
looked for beside the trip's first day, then, and not beside today.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta, weekday  # type: ignore[import-untyped,unused-ignore]

from tools.date_forms import COUNT, DAY, UNIT, WEEKDAY, day_of_month, length_of
from tools.date_words import MONTHS, TRIP_DAY, WEEKDAYS
from tools.dates import cleaned, resolve_date
from tools.parts_of_day import PART_OF_DAY

_BEFORE = 2
"""Days before the first one in which a weekday is looked for, else it is one of the four behind it:
a trip from Monday that goes on Friday instead goes later, one from Friday on Thursday earlier."""
_WORDS = ("sat", "sun", "wed")
"""Weekdays' names that are words of their own, too."""
_FAR = timedelta(days=21)
"""A day of the same month that is further away than this may be the next month's, or the one
before's: "the 2nd" of a trip from 28 May."""

_Reader = Callable[["re.Match[str]", date], date]


def _later(match: re.Match[str], start: date) -> date:
    found: date = start + length_of(match)
    return found


def _earlier(match: re.Match[str], start: date) -> date:
    found: date = start - length_of(match)
    return found


def _following(match: re.Match[str], start: date) -> date:
    return _on(start + timedelta(days=1), match, 1)


def _previous(match: re.Match[str], start: date) -> date:
    return _on(start - timedelta(days=1), match, -1)


def _on(from_day: date, match: re.Match[str], nth: int) -> date:
    """The nth such day from one on; a weekend's is its Saturday."""
    wanted = weekday(WEEKDAYS[match["weekday"] or "saturday"])
    found: date = from_day + relativedelta(weekday=wanted(nth))
    return found


_LENGTH = rf"{COUNT}\s+{UNIT}"
_ONE = "(?P<count>)" + UNIT.removesuffix("s?")
_NAMED = rf"(?:{WEEKDAY}|weekend)"
_PUT_OFF = r"(?:postpon(?:e|ed|ing)|delay(?:ed|ing)?|defer(?:red|ring)?)"
_WHOLE = frozenset(
    "it everything things us the our whole trip journey thing lot start departure dates plans all "
    "this".split()
)
"""Words for what is put off, between the verb and how long."""
SHIFT_WORDS = _WHOLE | frozenset(
    "following previous sooner back forward forwards planned postpone postponed postponing delay "
    "delayed delaying defer deferred deferring put putting off for that".split()
)
"""Words that such dates have beside numbers, lengths and weekdays."""
_TRIP = rf"(?:\s+(?:{'|'.join(sorted(_WHOLE))})){{0,4}}"
_THAN = r"(?:\s+(?:that|than\s+(?:planned|that|before|now|i\s+said|we\s+said)))?"
_BACK = (
    rf"back\s+(?:by\s+)?{_LENGTH}",
    rf"{_PUT_OFF}{_TRIP}\s+(?:(?:by|for)\s+)?{_LENGTH}",
    rf"put(?:ting)?{_TRIP}\s+off{_TRIP}\s+(?:(?:by|for)\s+)?{_LENGTH}",
)
_FORWARD = rf"forwards?\s+(?:by\s+)?{_LENGTH}"
_PUSHES = tuple(
    re.compile(rf"\b{pattern}\b(?!\s+(?:later|earlier|sooner))", re.IGNORECASE)
    for pattern in (*_BACK, _FORWARD)
)
_ANY_LENGTH = re.compile(rf"\b{COUNT}\s+(?:(?:more|extra)\s+)?{UNIT}\b", re.IGNORECASE)
_PATTERNS: tuple[tuple[str, _Reader], ...] = (
    (rf"{_LENGTH}\s+(?:later|after|back){_THAN}", _later),
    *((pattern, _later) for pattern in _BACK),
    (rf"(?:following|next\s+(?=day))\s*{_ONE}", _later),
    (rf"{_ONE}\s+after(?:\s+that)?", _later),
    (rf"{_LENGTH}\s+(?:earlier|sooner|before|forwards?){_THAN}", _earlier),
    (_FORWARD, _earlier),
    (rf"previous\s+{_ONE}", _earlier),
    (rf"{_ONE}\s+before(?:\s+that)?", _earlier),
    (rf"following\s+{_NAMED}", _following),
    (rf"{_NAMED}\s+after(?:\s+that)?", _following),
    (rf"previous\s+{_NAMED}", _previous),
    (rf"{_NAMED}\s+before(?:\s+that)?", _previous),
)
_SHIFTS = tuple((re.compile(pattern), reader) for pattern, reader in _PATTERNS)
_WEEKDAY_ALONE = re.compile(_NAMED)
_DAY_ALONE = re.compile(rf"(?P<day>{DAY})(?:st|nd|rd|th)?")


def is_shift(text: str) -> bool:
    """Whether the words have the form of a date that counts from another one ("a day earlier")."""
    said = cleaned(text)
    return any(pattern.fullmatch(said) for pattern, _ in _SHIFTS)


def moves_all(text: str) -> bool:
    """Whether a text pushes the trip back or forward by a length, and says no other length.

    Args:
        text: of a message.
    """
    rest = text
    for pattern in _PUSHES:
        rest = pattern.sub(";", rest)
    return rest != text and _ANY_LENGTH.search(rest) is None


def date_beside(text: str, start: date, today: date) -> date | None:
    """The date that a traveller means who has a trip, or None where the words give none.

    "a week later" counts from the trip's first day. A weekday, a weekend or a day of the month
    alone is the one beside it that lies ahead. All else, "next Friday" too, is
    `tools.dates.resolve_date`'s.

    Args:
        text: the words.
        start: the trip's first day.
        today: where the traveller goes, or is.
    """
    said = cleaned(text)
    for pattern, reader in _SHIFTS:
        if match := pattern.fullmatch(said):
            return reader(match, start)
    if match := _WEEKDAY_ALONE.fullmatch(said):
        return _on(max(start - timedelta(days=_BEFORE), today + timedelta(days=1)), match, 1)
    if match := _DAY_ALONE.fullmatch(said):
        return _day_beside(day_of_month(match["day"]), start, today)
    without = " ".join(PART_OF_DAY.sub(" ", said).split())
    if without and without != said:  # "Saturday morning"
        return date_beside(without, start, today)
    return resolve_date(text, today)


def is_beside(text: str) -> bool:
    """Whether the words mean another day beside another first day, as `date_beside` reads them."""
    said = cleaned(text)
    return is_shift(text) or bool(_WEEKDAY_ALONE.fullmatch(said) or _DAY_ALONE.fullmatch(said))


def day_named(text: str, days: Sequence[date]) -> date | None:
    """The trip's day that a weekday, a weekend or a day of the month alone names; None if none is.

    Args:
        text: the words.
        days: of the trip, in order.
    """
    said = cleaned(text)
    if match := _WEEKDAY_ALONE.fullmatch(said):
        wanted = WEEKDAYS[match["weekday"] or "saturday"]
        return next((on for on in days if on.weekday() == wanted), None)
    if match := _DAY_ALONE.fullmatch(said):
        return next((on for on in days if on.day == day_of_month(match["day"])), None)
    return None


def with_days_numbered(text: str, days: Sequence[date]) -> str:
    """The text with the trip's days by their numbers where it names them by weekday or date.

    "The Alhambra on Thursday" of a trip from Tuesday is "The Alhambra on day 3". Unchanged where it
    numbers days itself, and what names no day of the trip, or several.

    Args:
        text: as somebody typed it.
        days: of the trip, in order.
    """
    if TRIP_DAY.search(text.casefold()):
        return text

    def numbered(match: re.Match[str]) -> str:
        named = [n for n, on in enumerate(days, start=1) if _is_named(match, on)]
        return f"day {named[0]}" if len(named) == 1 else match.group()

    return _NAMED_DAY.sub(numbered, text)


def _is_named(match: re.Match[str], on: date) -> bool:
    if name := match["name"]:
        return on.weekday() == WEEKDAYS[name.casefold()]
    month = (match["month"] or match["before"] or "").casefold()
    number = int(match["nth"] or match["day"] or match["after"])
    return on.day == number and (not month or on.month == MONTHS[month])


_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_SURE_NAME = "|".join(sorted((w for w in WEEKDAYS if w not in _WORDS), key=len, reverse=True))
_AN_HOUR = (
    r"\s+(?:(?:at\s+)?\d(?!\d*\s+(?:hours|min))|noon|midday|morning|afternoon|evening|night|"
    r"lunch|dinner|and\s+sun\b)"
)
_WEEKDAY_NAME = (
    rf"{_SURE_NAME}|(?:(?<=\bon\s)|(?<=\bfri\sand\s)|(?<=\bsat\sand\s))(?:{'|'.join(_WORDS)})"
    rf"|(?:{'|'.join(_WORDS)})(?={_AN_HOUR})"
)
"""Such a word is a day behind "on" or another day, and before an hour or another: "sat 3pm"."""
_BEHIND_A_DATE = (
    r"\s*(?:[.,;:!?)]|$)|\s+(?:as|at|after|and|around|before|but|by|for|from|i|in|instead|is|or|"
    r"please|pls|then|till|to|until|we|with|would)\b"
)
"""A number before anything else counts it: "the 2nd museum", "for the 1st time"."""
_NAMED_DAY = re.compile(
    rf"\b(?:(?:the|that|this)\s+)?(?:(?P<name>{_WEEKDAY_NAME})"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})"
    rf"|(?P<before>{_MONTH})\s+(?:the\s+)?(?P<after>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<nth>\d{{1,2}})(?:st|nd|rd|th)(?={_BEHIND_A_DATE}))\b",
    re.IGNORECASE,
)


def _day_beside(day: int, start: date, today: date) -> date | None:
    """The day of the trip's month; of another one where that is past, or far."""
    months = [start + relativedelta(months=ahead, day=day) for ahead in (0, -1, 1, 2)]
    ahead = [on for on in months if on.day == day and on >= today]  # no 31st of June
    if not ahead or abs(ahead[0] - start) <= _FAR:
        return next(iter(ahead), None)
    found: date = min(ahead, key=lambda on: abs(on - start))
    return found
