"""Dates as people say them: "next Friday", "3rd of June"; hours are in `tools.times`.

The usual forms are read here, quickly and in one defined way; what is left goes to dateparser,
which is imported only then (its first call takes a second). English only, like the model. Figures
read day first ("4/12" is 4 December), unless only the other order gives a date.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from tools.date_forms import COUNT, DAY, FORMS, MONTH, Prefer, day_of_month
from tools.date_words import DAYS_OF_MONTH, NOW, TRIP_DAY, spelled_out
from tools.feasts import NAMES
from tools.parts_of_day import NOON, PART_OF_DAY
from tools.times import take_time

_DIGIT = re.compile(r"\d")
_BARE_DAY = re.compile(rf"({DAY})(?:st|nd|rd|th)?")
_MONTH = MONTH.replace("?P<month>", "?:")
_NUMBERED = rf"(?:the\s+)?(?:{DAY})(?:st|nd|rd|th)?"
_SPAN = re.compile(
    rf"(?:between\s+)?(?P<first>(?P<month_first>{_MONTH}\s+)?{_NUMBERED})"
    rf"\s*(?:-|to|until|till|through|thru|and)\s*"
    rf"(?P<last>{_NUMBERED}(?(month_first)|\s+(?:of\s+)?{_MONTH}(?:,?\s+\d{{4}})?))"
)
"""Two days of one month, which is said with one of them."""
_NIGHTS = frozenset(name for name in NAMES if name.endswith("night"))
"""Of a feast, and no hour of another date: "twelfth night"."""
_LEAP_YEAR = 2028
_LONGEST = 5
"""Words of a date that dateparser is left to read."""
_OF_YEAR = re.compile(r"(?P<rest>\S.*?),?\s+(?:of\s+|in\s+)?(?P<which>next|this)\s+year")
_YEAR_FIRST = re.compile(
    r"(?P<which>next|this)\s+year,?\s+(?:(?:in|at|on|around)\s+)?(?P<rest>\S.*)"
)
_NO_FEAST = re.compile(r"lent|whit|(?:on\s+)?(?:the\s+)?assumption")
"""Without a capital: "they lent me a tent", "on the assumption that"."""
_LEAD = re.compile(
    r"^(?:(?:on|from|starting|beginning|leaving|arriving|start|around|about|for|by|at|until|till|"
    rf"to|over|during|the|that|of|in(?!\s+{COUNT}\s))\s+)+"
)


def resolve_date(text: str, today: date, *, prefer: Prefer = "future") -> date | None:
    """The date that a traveller means, or None where the words give none.

    "next Friday" and "Friday next" are the Friday of the week after this one; "Friday the 6th" is
    the next 6th of any month that is a Friday; a weekend is its Saturday; a month or
    a part of it is its first day. Without a year the next such date is meant, today included
    ("past": the last one); a year that was said is kept, even when it is past.

    Args:
        text: the words, perhaps of a span ("3-7 June": its first day).
        today: where the traveller goes, or is.
        prefer: which way a date without a year lies.
    """
    said = cleaned(text)
    if not said:
        return None
    for pattern, reader in FORMS:
        match = pattern.fullmatch(said)
        if match is None:
            continue
        try:
            return reader(match, today, prefer)
        except (ValueError, OverflowError):  # the 31st of June, a year 10000
            return None
    if (dated := _with_year(said, today.year)) is not None:
        return resolve_date(dated, today, prefer=prefer) if _has_form(dated) else None
    without = " ".join(PART_OF_DAY.sub(" ", said).split())
    if without and without != said and without not in DAYS_OF_MONTH:  # "Monday morning"
        return resolve_date(without, today, prefer=prefer)
    if re.fullmatch(r"\d{4}", said) or not re.search(r"\d", said):  # a year is no day
        return None
    return _by_dateparser(said, today, prefer)


def first_of_span(first: str, last: str, today: date) -> date | None:
    """The first day of a span as people halve it: of "9 to 12 April" the last day names the month.

    Args:
        first: the words of the first day, perhaps a bare number, or "ninth".
        last: those of the last day; empty where none was said.
        today: where the traveller goes, or is.
    """
    bare = _BARE_DAY.fullmatch(cleaned(first))
    end = resolve_date(last, today) if bare and last else None
    if bare is None or end is None:
        return resolve_date(first, today)
    day = day_of_month(bare[1])
    month = end if day <= end.day else end.replace(day=1) - timedelta(days=1)
    try:
        return month.replace(day=day)
    except ValueError:  # the 31st of a month that has 30 days
        return None


def halves_of_span(text: str) -> tuple[str, str] | None:
    """First and last day of a span that was said in one breath, for `first_of_span`.

    Args:
        text: the words: "12-14 May", "March 3 to 7", "the fifth till the ninth of June".

    Returns:
        Both in the words' own form; None of what is no such span ("2026-12-04", "3 May").
    """
    match = _SPAN.fullmatch(cleaned(text))
    return (match["first"], match["last"]) if match is not None else None


def is_date(text: str) -> bool:
    """Whether the words have the form of a date, in microseconds: none of those is looked for
    that dateparser alone reads, but for days beside a month's name.
    """
    if _NO_FEAST.fullmatch(text):
        return False
    said = cleaned(text)
    if (dated := _with_year(said, _LEAP_YEAR)) is not None:
        return _has_form(said) or _has_form(dated)
    without = " ".join(PART_OF_DAY.sub(" ", said).split())
    if _has_form(said) or (without not in DAYS_OF_MONTH and _has_form(without)):
        return True
    return names_month(said) and _DIGIT.search(said) is not None and len(said.split()) <= _LONGEST


def is_moment(text: str) -> bool:
    """Whether the words have the form of a day, an hour or both, as `is_date` tells it; of a
    trip's day ("day 2", "the last day"), too.
    """
    said = " ".join(text.casefold().replace("\u2019", "'").split())
    if is_date(said) or said in NOW or TRIP_DAY.fullmatch(said.removeprefix("on ")):
        return True
    at, rest = _without_hour(said)
    return is_date(rest) if rest else at is not None


def cleaned(text: str) -> str:
    """The words of a date as patterns have them: small, without what leads up to it ("on the")."""
    said = " ".join(text.casefold().replace("\u2019", "").replace("'", "").split())
    said = said.strip(" .,!?;").replace("\u2013", "-")
    said = spelled_out(said)
    return _LEAD.sub("", said).strip()


def names_month(text: str) -> bool:
    """Whether a month is among the words."""
    return re.search(rf"\b{MONTH}(?![a-z])", spelled_out(text.casefold())) is not None


def resolve_moment(text: str, now: datetime) -> datetime | None:
    """A day, an hour or both ("Sunday evening", "on Monday", "late at night"), in `now`'s zone.

    A day without an hour means noon; an hour without a day is that of `now`'s date.
    """
    said = " ".join(text.casefold().replace("\u2019", "'").split())
    if said in NOW:
        return now
    at, rest = _without_hour(said)
    on = resolve_date(rest, now.date()) if rest else None
    if on is None and (at is None or rest):
        return None
    return datetime.combine(on or now.date(), at or NOON, now.tzinfo)


def _has_form(said: str) -> bool:
    """Whether one of the usual forms fits cleaned words, and another date's that is in them."""
    matches = (pattern.fullmatch(said) for pattern, _ in FORMS)
    return any(
        match and ("other" not in match.re.groupindex or is_date(match["other"]))
        for match in matches
    )


def _with_year(said: str, this_year: int) -> str | None:
    """The words with the year in figures that they tell as "next year"; None if they don't."""
    match = _OF_YEAR.fullmatch(said) or _YEAR_FIRST.fullmatch(said)
    if match is None:
        return None
    return f"{match['rest']} {this_year + (match['which'] == 'next')}"


def _without_hour(said: str) -> tuple[time | None, str]:
    if cleaned(said) in _NIGHTS:
        return None, said
    at, rest = take_time(said)
    rest = PART_OF_DAY.sub(" ", rest)
    rest = re.sub(r"\b(?:after|before|around|at|on|the|open|late|early)\b|[,.]", " ", rest)
    rest = re.sub(r"^\s*(?:this|until|till|til|from|in)\s*$|\bin\s*$", " ", rest)
    return at, " ".join(rest.split())


def _by_dateparser(said: str, today: date, prefer: Prefer) -> date | None:
    import dateparser  # type: ignore[import-untyped,unused-ignore]

    found = dateparser.parse(
        said,
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime.combine(today, NOON),
            "PREFER_DATES_FROM": prefer,
            "PREFER_DAY_OF_MONTH": "first",
            "DATE_ORDER": "DMY",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    return None if found is None else found.date()
