"""The usual forms in which people say dates, each with how it is read: `FORMS`.

Which date a form means is told in `tools.dates.resolve_date`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped,unused-ignore]

from tools.date_words import DAYS_OF_MONTH, MONTHS, ORDINALS, SEASONS, WEEKDAYS
from tools.feasts import NAMES, feast, next_feast, nth_weekday
from tools.times import NUMBERS

Prefer = Literal["future", "past"]

MONTH = "(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\.?"
WEEKDAY = "(?P<weekday>" + "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + ")s?"
_YEAR = r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
_ORDINAL = "(?P<nth>" + "|".join(ORDINALS) + ")"
COUNT = r"(?P<count>\d{1,3}|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
NAMED_DAY = "|".join(w.replace("-", "[- ]") for w in sorted(DAYS_OF_MONTH, key=len, reverse=True))
UNIT = "(?P<unit>day|week|fortnight|month)s?"
DAY = rf"\d{{1,2}}|{NAMED_DAY}"
"""A day of a month: "9", "twenty-second"."""
_DAY = rf"(?P<day>{DAY})(?:st|nd|rd|th)?"
_LATE_DAYS = [day.replace("-", "[- ]") for day, number in DAYS_OF_MONTH.items() if number > 4]
"""Those that stand alone for a day of a month: "first" and "second" mean too much else."""
_FEASTS = "|".join(
    re.sub(r"\bst\b", "(?:st|saint)", r"[\s.-]+".join(name.split())) for name in NAMES
)
_FEASTS = rf"(?:feast\s+of\s+(?:the\s+)?)?(?P<feast>{_FEASTS})"


def day_of_month(said: str) -> int:
    """The number of what `DAY` matches."""
    return int(said) if said.isdigit() else DAYS_OF_MONTH[said.replace(" ", "-")]


def length_of(match: re.Match[str]) -> relativedelta:
    """The time of `COUNT` and `UNIT` ("a week", "two months"); without a count it is one."""
    count = match["count"] or "a"
    number = int(count) if count.isdigit() else NUMBERS[count]
    if match["unit"] == "month":  # of another length each
        return relativedelta(months=number)
    return relativedelta(days=number * {"day": 1, "week": 7, "fortnight": 14}[match["unit"]])


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
    found: date = today + length_of(match)
    return found


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


def _weekday_of_week(match: re.Match[str], today: date, prefer: Prefer) -> date:
    later = 7 if match["which"] == "next" else 0
    return _monday(today) + timedelta(days=WEEKDAYS[match["weekday"]] + later)


def _after_next(match: re.Match[str], today: date, prefer: Prefer) -> date:
    """A weekday, weekend, week or month after the next one."""
    what = match["what"]
    if what == "month":
        return _first_of(today.year, today.month + 2)
    if what == "week":
        return _monday(today) + timedelta(days=14)
    weekday = 5 if what == "weekend" else WEEKDAYS[what]
    ahead = (weekday - today.weekday()) % 7 or 7
    return today + timedelta(days=ahead + 7)


def _away(match: re.Match[str], today: date, prefer: Prefer) -> date:
    """So many days or weeks before or after another date."""
    from tools.dates import resolve_date  # that reads its forms here

    from_day = resolve_date(match["other"], today, prefer=prefer)
    if from_day is None:
        raise ValueError("no such date")
    away = length_of(match)
    found: date = from_day - away if match["way"] == "before" else from_day + away
    return found


def _day_of_month(match: re.Match[str], today: date, prefer: Prefer) -> date:
    said = match["day"]
    day = day_of_month(said)
    return _first_of_this(match["which"], today).replace(day=day)


def _first_of_this(which: str, today: date) -> date:
    """The first day of this month, or of the next."""
    return _first_of(today.year, today.month + (which != "this"))


def _part_of_month(match: re.Match[str], today: date, prefer: Prefer) -> date:
    on = _first_of_this(match["which"], today).replace(day=_PARTS[match["part"]])
    return max(on, today) if match["which"] == "this" else on


def _next_span(match: re.Match[str], today: date, prefer: Prefer) -> date:
    if match["unit"] == "week":
        return _monday(today) + timedelta(days=7)
    if match["unit"] == "year":
        return date(today.year + 1, 1, 1)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def _day_and_month(match: re.Match[str], today: date, prefer: Prefer) -> date:
    said = match["day"]
    day = day_of_month(said)
    return _in_year(MONTHS[match["month"]], day, match["year"], today, prefer)


def _day_alone(match: re.Match[str], today: date, prefer: Prefer) -> date:
    day = day_of_month(match["day"])
    for ahead in range(13):
        year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if day <= monthrange(year, month + 1)[1] and date(year, month + 1, day) >= today:
            return date(year, month + 1, day)
    raise ValueError("no such day")


def _month_part(match: re.Match[str], today: date, prefer: Prefer) -> date:
    day = _PARTS.get(match["part"], 1)
    month = MONTHS[match["month"]]
    if match["year"] is None and match["which"] == "next":
        year = today.year + 1 if month <= today.month else today.year
        return date(year, month, day)
    ours = match["year"] is None or int(match["year"]) == today.year
    if ours and month == today.month and day < today.day <= _OVER.get(match["part"], 31):
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
    if what == "day":
        return date(year, month, last if nth < 0 else nth)
    if what == "week":
        return date(year, month, last - 6 if nth < 0 else 7 * nth - 6)
    weekday = 5 if what == "weekend" else WEEKDAYS[what.removesuffix("s")]
    return nth_weekday(year, month, weekday, nth)


def _named_feast(match: re.Match[str], today: date, prefer: Prefer) -> date:
    name = " ".join(re.split(r"[\s.-]+", match["feast"]))
    name = re.sub(r"\bsaint\b", "st", name)
    if match["year"]:
        return feast(name, int(match["year"]))
    return next_feast(name, today, past=prefer == "past")


def _feast(match: re.Match[str], today: date, prefer: Prefer) -> date:
    on = _named_feast(match, today, prefer)
    if match["before"] is not None or match["week"] is not None:
        return max(_monday(on), today) if on >= today else _monday(on)
    if match["after"] is not None:  # the Saturday next to it
        return on + timedelta(days=(5 - on.weekday() + 3) % 7 - 3)
    return on


def _beside_feast(match: re.Match[str], today: date, prefer: Prefer) -> date:
    """The next such weekday before or after a feast; none of a weekend's days is the feast.

    Today may lie between both: on Easter Monday "the Tuesday after Easter" is tomorrow.
    """
    wanted = WEEKDAYS[match["weekday"] or "saturday"]
    last = wanted if match["weekday"] else WEEKDAYS["sunday"]
    base = today - timedelta(days=8)
    while True:
        on = _named_feast(match, base, "future")
        if match["way"] == "after":
            found = on + timedelta(days=(wanted - on.weekday() - 1) % 7 + 1)
        else:
            end = on - timedelta(days=(on.weekday() - last - 1) % 7 + 1)
            found = end - timedelta(days=last - wanted)
        if found >= today or match["year"]:
            return found
        base = on + timedelta(days=1)


def _season(match: re.Match[str], today: date, prefer: Prefer) -> date:
    """Its first day; of one that has begun, today. A winter is called by the year it begins in."""
    month = SEASONS[match["season"]]
    later = {"mid": 1, "middle": 1, "high": 1, "late": 2, "end": 2}.get(match["part"] or "", 0)
    lasts = 3 - later if match["part"] is None or later else 1
    year = int(match["year"]) if match["year"] else today.year - 1
    while True:
        first, over = (_first_of(year, month + ahead) for ahead in (later, later + lasts))
        if match["year"] or over > today:
            return max(first, today) if first <= today < over else first
        year += 1


def _first_of(year: int, month: int) -> date:
    """The first day of a month, counted on from December."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


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


_THIS_MONTH = r"(?:the\s+)?(?P<which>this|next|coming)\s+month"
_OF = r"\s+(?:of\s+|in\s+)?(?:the\s+)?"
_UP_TO = (
    r"(?:\s*(?:-|to|until|till|through|and)\s*(?:the\s+)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{NAMED_DAY}))?"
)
_PARTS = {
    **dict.fromkeys(("mid", "middle", "second half", "2nd half"), 15),
    **dict.fromkeys(("late", "end", "tail", "tail end"), 22),
    **dict.fromkeys(("last days", "last few days"), 28),
    **dict.fromkeys(
        (
            "early", "start", "beginning", "begin", "first half", "1st half", "first days",
            "first few days",
        ),
        1,
    ),
}  # fmt: skip
"""Parts of a month -> the day on which they begin."""
_OVER = {
    "early": 10, "start": 10, "beginning": 10, "begin": 10, "first days": 7, "first few days": 7,
    "first half": 15, "1st half": 15, "mid": 20, "middle": 20,
}  # fmt: skip
"""Parts of a month -> their last day, where that is not the month's."""
_PART = rf"(?P<part>{'|'.join(sorted(_PARTS, key=len, reverse=True))})[\s-]+(?:of\s+)?"
_BEFORE = rf"(?:{WEEKDAY},?\s+(?:the\s+)?)?"
_PATTERNS: tuple[tuple[str, _Reader], ...] = (
    (r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", _iso),
    (
        "today|tonight|now|right now|straight away|tomorrow|day after tomorrow|yesterday",
        _relative,
    ),
    (rf"in\s+{COUNT}\s+{UNIT}(?:\s+time)?", _in_some_time),
    (rf"(?:{COUNT}\s+)?{UNIT}\s+from\s+(?:now|today)", _in_some_time),
    (rf"(?:(?P<which>this|next|coming)\s+)?{WEEKDAY}", _weekday),
    (rf"{WEEKDAY}\s+(?P<which>next)", _weekday),
    (rf"{WEEKDAY},?\s+(?:of\s+)?(?P<which>this|next)\s+week", _weekday_of_week),
    (rf"(?P<which>this|next)\s+week,?\s+(?:on\s+)?{WEEKDAY}", _weekday_of_week),
    (r"(?:(?P<which>this|next|coming)\s+)?weekends?", _weekend),
    (r"next\s+(?P<unit>week|month|year)", _next_span),
    (r"(?:early|(?:the\s+)?(?:start|beginning)\s+of)\s+next\s+(?P<unit>year)", _next_span),
    (
        r"(?:the\s+)?(?:end|last\s+day)\s+of\s+(?:the\s+)?(?:(?P<which>this|next)\s+)?(?P<unit>week|month)",
        _end_of_span,
    ),
    (rf"(?:a\s+)?{WEEKDAY}\s+week", _weekday_week),
    (rf"(?P<what>weekend|week|month|{'|'.join(WEEKDAYS)})\s+after\s+next", _after_next),
    (
        rf"(?:{COUNT}\s+)?(?P<unit>day|week|fortnight)s?\s+(?P<way>before|after)\s+"
        r"(?P<other>\S.*)",
        _away,
    ),
    # "3 days from Friday" says how long, and from when
    (r"a\s+(?P<count>)(?P<unit>week)\s+(?P<way>from|on)\s+(?P<other>\S.*)", _away),
    (r"a\s+(?P<count>)(?P<unit>week)(?P<way>)\s+(?P<other>tomorrow|today)", _away),
    (rf"{_DAY}\s+of\s+{_THIS_MONTH}", _day_of_month),
    (rf"{_PART}{_THIS_MONTH}", _part_of_month),
    (rf"{_BEFORE}{_DAY}{_UP_TO}{_OF}{MONTH}{_YEAR}", _day_and_month),
    (rf"{_BEFORE}{MONTH}\s+(?:the\s+)?{_DAY}{_UP_TO}{_YEAR}", _day_and_month),
    (rf"(?P<day>\d{{1,2}}(?=st|nd|rd|th)|{'|'.join(_LATE_DAYS)})(?:st|nd|rd|th)?", _day_alone),
    (rf"(?:{_PART})?(?:(?P<which>this|next)\s+)?{MONTH}{_YEAR}", _month_part),
    (
        rf"{_ORDINAL}\s+(?P<what>day|week|weekend|{WEEKDAY}){_OF}{MONTH}{_YEAR}",
        _nth_of_month,
    ),
    (
        rf"(?P<before>(?:the\s+)?week\s+of\s+)?{_FEASTS}{_YEAR}"
        r"(?P<after>\s+weekend)?(?P<week>\s+week)?",
        _feast,
    ),
    (
        rf"(?:{WEEKDAY}|weekend)\s+(?P<way>before|after)\s+(?:the\s+)?{_FEASTS}{_YEAR}",
        _beside_feast,
    ),
    (
        r"(?:(?P<part>early|start|beginning|begin|first\s+days|mid|middle|high|late|end)[\s-]+"
        r"(?:of\s+)?)?(?:(?:the|this|next)\s+)?"
        rf"(?P<season>{'|'.join(SEASONS)}){_YEAR}",
        _season,
    ),
    (
        # "Friday first" begins a row
        rf"{WEEKDAY},?\s+(?:the\s+)?(?P<day>\d{{1,2}}|(?<=the )(?:{NAMED_DAY}))(?:st|nd|rd|th)?",
        _weekday_and_day,
    ),
    (
        r"(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})(?:[/.-](?P<year>\d{4}|\d\d)|\.)?",
        _figures,
    ),
)


FORMS = tuple((re.compile(pattern), reader) for pattern, reader in _PATTERNS)
