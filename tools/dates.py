"""Dates as people say them: "next Friday", "3rd of June"; hours are in `tools.times`.

The usual forms are read here, quickly and in one defined way; what is left goes to dateparser,
which is imported only then (its first call takes a second). English only, like the model. Figures
read day first ("4/12" is 4 December), unless only the other order gives a date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Literal

from tools.date_words import (
    DAYS_OF_MONTH,
    MONTHS,
    NOW,
    ORDINALS,
    SEASONS,
    TRIP_DAY,
    WEEKDAYS,
    spelled_out,
)
from tools.feasts import NAMES, feast, next_feast, nth_weekday
from tools.times import NOON, NUMBERS, PART_OF_DAY, take_time

Prefer = Literal["future", "past"]

_DIGIT = re.compile(r"\d")
_LONGEST = 5
"""Words of a date that dateparser is left to read."""
_MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAY = "(?P<weekday>" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + ")s?"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
_ORDINAL = "(?P<nth>" + "|".join(ORDINALS) + ")"
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
_NAMED_DAY = "|".join(w.replace("-", "[- ]") for w in sorted(DAYS_OF_MONTH, key=len, reverse=True))
_DAY = rf"(?P<day>\d{{1,2}}|{_NAMED_DAY})(?:st|nd|rd|th)?"
_LEAD = re.compile(
    r"^(?:(?:on|from|starting|beginning|leaving|arriving|start|around|about|for|by|at|until|till|"
    rf"to|over|during|the|of|in(?!\s+{_COUNT}\s))\s+)+"
)


def resolve_date(text: str, today: date, *, prefer: Prefer = "future") -> date | None:
    """The date that a traveller means, or None where the words give none.

    "next Friday" is the Friday of the week after this one; a weekend is its Saturday; a month or
    a part of it is its first day. Without a year the next such date is meant, today included
    ("past": the last one); a year that was said is kept, even when it is past.

    Args:
        text: the words, perhaps of a span ("3-7 June": its first day).
        today: where the traveller goes, or is.
        prefer: which way a date without a year lies.
    """
    said = _clean(text)
    if not said:
        return None
    for pattern, reader in _FORMS:
        match = pattern.fullmatch(said)
        if match is None:
            continue
        try:
            return reader(match, today, prefer)
        except (ValueError, OverflowError):  # the 31st of June, a year 10000
            return None
    without = " ".join(PART_OF_DAY.sub(" ", said).split())
    if without and without != said:  # "Monday morning"
        return resolve_date(without, today, prefer=prefer)
    if re.fullmatch(r"\d{4}", said) or not re.search(r"\d", said):  # a year is no day
        return None
    return _by_dateparser(said, today, prefer)


def is_date(text: str) -> bool:
    """Whether the words have the form of a date, in microseconds: none of those is looked for
    that dateparser alone reads, but for days beside a month's name.
    """
    said = _clean(text)
    without = " ".join(PART_OF_DAY.sub(" ", said).split()) or said
    if any(pattern.fullmatch(form) for pattern, _ in _FORMS for form in {said, without}):
        return True
    return names_month(said) and _DIGIT.search(said) is not None and len(said.split()) <= _LONGEST


def is_moment(text: str) -> bool:
    """Whether the words have the form of a day, an hour or both, as `is_date` tells it; of a
    trip's day ("day 2", "the last day"), too.
    """
    said = text.casefold().replace("\u2019", "'").strip()
    if is_date(said) or said in NOW or TRIP_DAY.fullmatch(said.removeprefix("on ")):
        return True
    at, rest = _without_hour(said)
    return is_date(rest) if rest else at is not None


def names_month(text: str) -> bool:
    """Whether a month is among the words."""
    return re.search(rf"\b{_MONTH}(?![a-z])", text.casefold()) is not None


def resolve_moment(text: str, now: datetime) -> datetime | None:
    """A day, an hour or both ("Sunday evening", "on Monday", "late at night"), in `now`'s zone.

    A day without an hour means noon; an hour without a day is that of `now`'s date.
    """
    said = text.casefold().replace("\u2019", "'").strip()
    if said in NOW:
        return now
    at, rest = _without_hour(said)
    on = resolve_date(rest, now.date()) if rest else None
    if on is None and (at is None or rest):
        return None
    return datetime.combine(on or now.date(), at or NOON, now.tzinfo)


def _without_hour(said: str) -> tuple[time | None, str]:
    at, rest = take_time(said)
    rest = PART_OF_DAY.sub(" ", rest)
    rest = re.sub(r"\b(?:after|before|around|at|on|the|open|late|early)\b|[,.]", " ", rest)
    rest = re.sub(r"^\s*(?:this|until|till|til|from|in)\s*$|\bin\s*$", " ", rest)
    return at, " ".join(rest.split())


def _clean(text: str) -> str:
    said = " ".join(text.casefold().replace("\u2019", "").replace("'", "").split())
    said = said.strip(" .,!?;").replace("\u2013", "-")
    said = spelled_out(said)
    return _LEAD.sub("", said).strip()


def _in_year(month: int, day: int, year: str | None, today: date, prefer: Prefer) -> date:
    if year is not None:
        return date(int(year), month, day)
    step = 1 if prefer == "future" else -1
    for ahead in range(9):  # 29 February comes every fourth year, once in eight around 2100
        try:
            found = date(today.year + step * ahead, month, day)
        except ValueError:
            continue
        if (found >= today) if prefer == "future" else (found <= today):
            return found
    raise ValueError("no such date")


_Reader = Callable[["re.Match[str]", date, Prefer], "date | None"]


def _iso(match: re.Match[str], today: date, prefer: Prefer) -> date:
    return date(*(int(part) for part in match.groups()))


def _relative(match: re.Match[str], today: date, prefer: Prefer) -> date:
    days = {"today": 0, "tonight": 0, "now": 0, "right now": 0, "straight away": 0}
    days |= {"tomorrow": 1, "day after tomorrow": 2, "yesterday": -1}
    return today + timedelta(days=days[match.group()])


def _in_some_time(match: re.Match[str], today: date, prefer: Prefer) -> date:
    count = match["count"]
    number = int(count) if count.isdigit() else NUMBERS[count]
    unit = match["unit"]
    if unit == "month":
        months = today.year * 12 + today.month - 1 + number
        year, month = divmod(months, 12)
        return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
    return today + timedelta(days=number * {"day": 1, "week": 7, "fortnight": 14}[unit])


def _weekday(match: re.Match[str], today: date, prefer: Prefer) -> date:
    wanted, which = WEEKDAYS[match["weekday"]], match["which"]
    if which == "next":
        return _monday(today) + timedelta(days=7 + wanted)
    ahead = (wanted - today.weekday()) % 7
    return today + timedelta(days=ahead or (0 if which == "this" else 7))


def _weekend(match: re.Match[str], today: date, prefer: Prefer) -> date:
    saturday = today + timedelta(days=(5 - today.weekday()) % 7)
    if match["which"] == "next":
        # on a weekday the coming one is "this weekend"
        return _monday(today) + timedelta(days=12)
    return saturday


def _end_of_span(match: re.Match[str], today: date, prefer: Prefer) -> date:
    """Its last day: a week's Sunday."""
    later = match["which"] == "next"
    if match["unit"] == "week":
        return _monday(today) + timedelta(days=13 if later else 6)
    first = today.replace(day=1)
    if later:
        first = (first + timedelta(days=32)).replace(day=1)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _weekday_week(match: re.Match[str], today: date, prefer: Prefer) -> date:
    """The Friday after the coming one, of "Friday week"."""
    ahead = (WEEKDAYS[match["weekday"]] - today.weekday()) % 7
    return today + timedelta(days=(ahead or 7) + 7)


def _next_span(match: re.Match[str], today: date, prefer: Prefer) -> date:
    if match["unit"] == "week":
        return _monday(today) + timedelta(days=7)
    if match["unit"] == "year":
        return date(today.year + 1, 1, 1)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def _day_and_month(match: re.Match[str], today: date, prefer: Prefer) -> date:
    said = match["day"]
    day = int(said) if said.isdigit() else DAYS_OF_MONTH[said.replace(" ", "-")]
    return _in_year(MONTHS[match["month"]], day, match["year"], today, prefer)


def _day_alone(match: re.Match[str], today: date, prefer: Prefer) -> date:
    day = int(match["day"])
    for ahead in range(13):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if day <= monthrange(year, month + 1)[1] and date(year, month + 1, day) >= today:
            return date(year, month + 1, day)
    raise ValueError("no such day")


def _month_part(match: re.Match[str], today: date, prefer: Prefer) -> date:
    parts = {"mid": 15, "middle": 15, "second half": 15, "late": 22, "end": 22}
    day = parts.get(match["part"] or "", 1)
    month = MONTHS[match["month"]]
    if match["year"] is None and match["which"] == "next":
        year = today.year + 1 if month <= today.month else today.year
        return date(year, month, day)
    if match["year"] is None and month == today.month and day < today.day:
        # "in November", said in November: what is left of it
        return today
    return _in_year(month, day, match["year"], today, prefer)


def _nth_of_month(match: re.Match[str], today: date, prefer: Prefer) -> date:
    month, nth = MONTHS[match["month"]], ORDINALS[match["nth"]]
    years = [int(match["year"])] if match["year"] else [today.year, today.year + 1]
    found = today
    for year in years:
        found = _nth(year, month, nth, match["what"])
        if found >= today:
            break
    return found


def _nth(year: int, month: int, nth: int, what: str) -> date:
    last = monthrange(year, month)[1]
    if what == "week":
        return date(year, month, last - 6 if nth < 0 else 7 * nth - 6)
    weekday = 5 if what == "weekend" else WEEKDAYS[what.removesuffix("s")]
    return nth_weekday(year, month, weekday, nth)


def _feast(match: re.Match[str], today: date, prefer: Prefer) -> date:
    name = match["feast"].replace("-", " ")
    on = (
        feast(name, int(match["year"]))
        if match["year"]
        else next_feast(name, today, past=prefer == "past")
    )
    if match["before"] is not None:
        return _monday(on)
    if match["after"] is not None:  # the Saturday next to it
        return on + timedelta(days=(5 - on.weekday() + 3) % 7 - 3)
    return on


def _season(match: re.Match[str], today: date, prefer: Prefer) -> date:
    month = SEASONS[match["season"]]
    later = {"mid": 1, "middle": 1, "late": 2, "end": 2}.get(match["part"] or "", 0)
    year = int(match["year"]) if match["year"] else today.year
    months = year * 12 + month - 1 + later
    if match["year"] is None and months < today.year * 12 + today.month - 1:
        months += 12
    on = date(months // 12, months % 12 + 1, 1)
    return max(on, today) if (on.year, on.month) == (today.year, today.month) else on


def _weekday_and_day(match: re.Match[str], today: date, prefer: Prefer) -> date:
    """The next such day of a month that is that weekday; where there is none soon, the next."""
    first = today
    for _ in range(24):
        on = _day_alone(match, first, prefer)
        if on.weekday() == WEEKDAYS[match["weekday"]]:
            return on
        first = on + timedelta(days=1)
    return _day_alone(match, today, prefer)


def _figures(match: re.Match[str], today: date, prefer: Prefer) -> date:
    first, second, year = int(match["first"]), int(match["second"]), match["year"]
    if year is not None and len(year) == 2:
        year = "20" + year
    day, month = (second, first) if second > 12 >= first else (first, second)
    return _in_year(month, day, year, today, prefer)


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


_OF = r"\s+(?:of\s+|in\s+)?(?:the\s+)?"
_UNIT = "(?P<unit>day|week|fortnight|month)s?"
_UP_TO = (
    r"(?:\s*(?:-|to|until|till|through|and)\s*(?:the\s+)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{_NAMED_DAY}))?"
)
_BEFORE = rf"(?:{_WEEKDAY},?\s+(?:the\s+)?)?"
_PATTERNS: tuple[tuple[str, _Reader], ...] = (
    (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", _iso),
    (
        "today|tonight|now|right now|straight away|tomorrow|day after tomorrow|yesterday",
        _relative,
    ),
    (rf"in\s+{_COUNT}\s+{_UNIT}(?:\s+time)?", _in_some_time),
    (rf"{_COUNT}\s+{_UNIT}\s+from\s+(?:now|today)", _in_some_time),
    (rf"(?:(?P<which>this|next|coming)\s+)?{_WEEKDAY}", _weekday),
    (r"(?:(?P<which>this|next|coming)\s+)?weekends?", _weekend),
    (r"next\s+(?P<unit>week|month|year)", _next_span),
    (
        r"(?:the\s+)?end\s+of\s+(?:the\s+)?(?:(?P<which>this|next)\s+)?(?P<unit>week|month)",
        _end_of_span,
    ),
    (rf"(?:a\s+)?{_WEEKDAY}\s+week", _weekday_week),
    (rf"{_BEFORE}{_DAY}{_UP_TO}{_OF}{_MONTH}{_YEAR}", _day_and_month),
    (rf"{_BEFORE}{_MONTH}\s+(?:the\s+)?{_DAY}{_UP_TO}{_YEAR}", _day_and_month),
    (r"(?P<day>\d{1,2})(?:st|nd|rd|th)", _day_alone),
    (
        rf"(?:(?P<part>early|start|beginning|mid|middle|second\s+half|late|end)[\s-]+(?:of\s+)?)?"
        rf"(?:(?P<which>this|next)\s+)?{_MONTH}{_YEAR}",
        _month_part,
    ),
    (
        rf"{_ORDINAL}\s+(?P<what>week|weekend|{_WEEKDAY}){_OF}{_MONTH}{_YEAR}",
        _nth_of_month,
    ),
    (
        rf"(?P<before>(?:the\s+)?week\s+of\s+)?(?P<feast>{'|'.join(NAMES)}){_YEAR}"
        r"(?P<after>\s+weekend)?",
        _feast,
    ),
    (
        rf"(?:(?P<part>early|start|beginning|mid|middle|late|end)[\s-]+(?:of\s+)?)?(?:(?:the|this|next)\s+)?"
        rf"(?P<season>{'|'.join(SEASONS)}){_YEAR}",
        _season,
    ),
    (rf"{_WEEKDAY},?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?", _weekday_and_day),
    (
        r"(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})(?:[/.-](?P<year>\d{4}|\d\d)|\.)?",
        _figures,
    ),
)


_FORMS = tuple((re.compile(pattern), reader) for pattern, reader in _PATTERNS)


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
