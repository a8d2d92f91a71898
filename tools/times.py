"""Hours, parts of a day and walks as people say them: "half past nine", "afternoon", "5 km"."""

from __future__ import annotations

import re
from datetime import time

from tools.parts_of_day import LAST_MINUTE, MIDNIGHT, NOON, PART_OF_DAY, PARTS
from tools.trip import WalkLimit

NUMBERS = {
    word: number
    for number, word in enumerate(
        (
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve",
        ),
        start=1,
    )
} | {"a": 1, "an": 1, "couple of": 2, "a couple of": 2, "few": 3, "a few": 3}  # fmt: skip
TIME_WORDS = frozenset(
    word for text in (*PARTS, *NUMBERS) for word in re.findall(r"\w\w+", text)
) - {"of", "at", "an", "time", "first", "light", "when", "it", "they", "as", "soon"}
"""Words by which hours and parts of a day are known."""
_HOUR_WORD = "|".join(w for w in NUMBERS if len(w) > 2)
_HOUR = rf"(?P<hour>\d{{1,2}}|{_HOUR_WORD})"
_HALF = r"\s*(?P<half>[ap])\.?\s?m(?:-?ish)?\b\.?"
_END = r"(?=\b|\s?[ap]\.?\s?m\b|ish\b)"
"""Of an hour: also the "3" of "3pm" and "3ish"."""
_OF_DAY = r"(?:\s+(?:in(?:\s+the)?|at)\s+(?P<part>morning|afternoon|evening|night))?"
_REL = r"half|quarter|20|twenty[\s-]five|twenty|10|ten|five"
_LEAD = (
    r"(?:^|@\s*|\b(?:at|after|before|around|about|roughly|circa|by|from|until|till?|past|"
    r"still|maybe|say|make\s+it)\s+)"
)
_TAIL = (
    r"(?=[\s,.!?]*(?:(?:or\s+so|(?:at\s+the\s+)?latest|tops|max|please|pls|still|again|then|though|"
    r"instead|as\s+before|now)[\s,.!?]*)*$|\s+on\s)"
)
"""Before and behind figures that have nothing else to tell them for an hour."""
_SPELLED_MINUTE = r"(?P<spelled>forty[\s-]five|fifteen|twenty|thirty|forty|fifty)"
_CLOCKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)\s*(?:hours|hrs|h)\b",
        rf"\b(?P<rel>{_REL})\s+(?P<way>past|to)\s+{_HOUR}{_END}(?:{_HALF})?{_OF_DAY}",
        rf"\bhalf\s+(?P<half_past>){_HOUR}{_END}(?:{_HALF})?{_OF_DAY}",
        rf"\b{_HOUR}[:.h](?P<minute>[0-5]\d)(?:\s*h\b|\s*hrs\b)?(?:{_HALF})?{_OF_DAY}",
        rf"\b(?P<hour>{_HOUR_WORD})[\s-]{_SPELLED_MINUTE}(?:{_HALF}|(?=\s+(?:in|at)\s)|\s*$){_OF_DAY}",
        rf"\b{_HOUR}{_HALF}",
        rf"\b{_HOUR}\s*(?:o\W?clock|h\b|hrs\b|hours\b|sharp\b|-?ish\b){_OF_DAY}",
        rf"\b{_HOUR}\s+(?:in(?:\s+the)?|at)\s+(?P<part>morning|afternoon|evening|night)",
        r"\b(?P<hour>0\d)(?P<minute>[0-5][05])\b",
        # to five minutes, so that years to come are none; a sum of 900 is rather one
        rf"{_LEAD}(?P<hour>1\d|2[0-3])(?P<minute>[0-5][05]){_TAIL}",
        rf"{_LEAD}(?P<hour>[1-9])(?P<minute>15|30|45){_TAIL}",
        rf"(?:\b(?:at|until|till?)\s+|@\s*)(?P<hour>[1-9])(?P<minute>[0-5][05]){_TAIL}",
        rf"{_LEAD}{_HOUR}{_TAIL}",
    )
)
_MINUTES = {
    "half": 30, "quarter": 15, "20": 20, "twenty": 20, "10": 10, "ten": 10, "five": 5,
    "twenty five": 25, "twenty-five": 25,
}  # fmt: skip


_MINUTE_WORDS = {
    "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "fifty": 50,
}  # fmt: skip
_SMALL_HOURS = 4
"""Up to these "at night" is after midnight."""


def take_time(said: str) -> tuple[time | None, str]:
    """The hour in the words, and the words without it."""
    if (found := _on_the_clock(said)) is not None:
        at, match = found
        return at, said[: match.start()] + " " + said[match.end() :]
    match_of_part = PART_OF_DAY.search(said)
    if match_of_part is None:
        return None, said
    # "tonight" also names the day, which is `now`'s own
    without = said[: match_of_part.start()] + " " + said[match_of_part.end() :]
    return PARTS[match_of_part["name"]], without


def part_said(text: str) -> str | None:
    """The part of a day, a name of `PARTS`, that tells the hour; None where a clock's hour does."""
    said = _plain(text)
    match = PART_OF_DAY.search(said)
    return None if match is None or _on_the_clock(said) is not None else match["name"]


def _on_the_clock(said: str) -> tuple[time, re.Match[str]] | None:
    for pattern in _CLOCKS:
        if match := pattern.search(said):
            at = _clock(match.groupdict())
            if at is not None:
                return at, match
    return None


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").split())


def _clock(found: dict[str, str | None]) -> time | None:
    said = found["hour"] or ""
    hour = int(said) if said.isdigit() else NUMBERS[said]
    minute = int(found.get("minute") or 0)
    if spelled := found.get("spelled"):
        minute = _MINUTE_WORDS[spelled.replace(" ", "-")]
    if found.get("half_past") is not None:
        minute = 30
    before = 0
    half, part = found.get("half"), found.get("part")
    if rel := found.get("rel"):
        minute = _MINUTES[rel]
        if found["way"] == "to":
            before, minute = 1, 60 - minute
            if half is None:
                hour, before = (hour - 1) or 12, 0
    if half is not None:
        if not 0 <= hour <= 12:
            return None
        hour = (hour % 12 + (12 if half == "p" else 0) - before) % 24
    elif part == "night" and (hour == 12 or 1 <= hour <= _SMALL_HOURS):
        hour %= 12
    elif part in ("afternoon", "evening", "night"):
        hour += 12 if hour < 12 else 0
    elif part is None and 1 <= hour <= 7 and not said.startswith("0"):
        hour += 12  # nobody visits at 3 or 2:30 in the night; "03:00" was meant as written
    return time(hour, minute) if 0 <= hour <= 23 else None


_LATER = re.compile(r"\b(?:\d*h|hours?|hrs?|half|minutes?|mins?)\s+(?:later|earlier|sooner)\b")
"""Says how much, and no hour: "two hours later" is not at two."""


def resolve_time(text: str, *, late: bool = False) -> time | None:
    """The hour that a traveller means, or None; "in the morning" is 10:00, "3" is 15:00.

    Args:
        text: the words.
        late: whether the end of a day is meant: "9" is then 21:00, "0900" and "1000 hours" are
            what they say.
    """
    said = _plain(text)
    if _LATER.search(said):
        return None
    at = take_time(said)[0]
    if at is None and (match := _FROM_TO.search(said)) is not None:  # from when on
        span = resolve_span(match.group())
        return None if span is None else span[0]
    bare = re.search(r"[ap]\.?\s?m\b|morning|\b0\d|\d{1,2}[:.h]\d\d|\b\d{4}", said) is None
    if at is not None and late and bare and 1 <= at.hour < 12:
        return at.replace(hour=at.hour + 12)
    return LAST_MINUTE if late and at == MIDNIGHT else at


HALF_SAID = re.compile(
    r"[ap]\.?\s?m\b|\b\d{4}\b|(?<![:.\dh])(?:0\d|1[2-9]|2[0-3])(?!\d)|"
    r"\b(?:in(?:\s+the)?|at)\s+(?:morning|afternoon|evening|night)\b"
)
"""Words that tell which half of the day an hour is of; an hour without is bare."""
_FIRST_HOURS = range(17, 20)


def as_beginning(said: str, at: time) -> time:
    """An hour that was read from these words, as that at which a day begins: "6:30" is early."""
    words = said.casefold()
    late = any(PARTS[part["name"]] >= NOON for part in PART_OF_DAY.finditer(words))
    if at.hour in _FIRST_HOURS and not late and HALF_SAID.search(words) is None:
        return at.replace(hour=at.hour - 12)
    return at


# -- parts of a day ----------------------------------------------------------------------------

_SPANS = {
    "early morning": (MIDNIGHT, time(10)), "late morning": (time(10), time(12, 30)),
    "morning": (MIDNIGHT, time(12, 30)), "lunchtime": (time(12), time(14)),
    "lunch": (time(12), time(14)), "midday": (time(12), time(14)), "noon": (time(12), time(14)),
    "early afternoon": (time(13), time(16)),
    "late afternoon": (time(16), time(18, 30)), "afternoon": (time(13), time(18)),
    "early evening": (time(17), time(20)), "late evening": (time(20, 30), LAST_MINUTE),
    "evening": (time(18), LAST_MINUTE), "night": (time(20), LAST_MINUTE),
    "tonight": (time(18), LAST_MINUTE), "dinner": (time(18, 30), time(20, 30)),
    "day": (MIDNIGHT, LAST_MINUTE),
}  # fmt: skip
_SPAN_WORD = "|".join(sorted(_SPANS, key=len, reverse=True))
_BETWEEN = re.compile(
    r"^(?:from\s+|between\s+)?(?P<start>.+?)\s*"
    r"(?:-|\u2013|\bto\b|\btill?\b|\buntil\b|\band\b)\s*(?P<end>.+)$"
)
_FROM_TO = re.compile(r"\b(?:between|from)\s+.+")
_BETWEEN_LATE = re.compile(_BETWEEN.pattern.replace(".+?", ".+"))
"""Split at the last such word: "between quarter to three and four"."""
_SUFFIX = re.compile(r"\s*[ap]\.?\s?m\b\.?$|\s+(?:in\s+(?:the\s+)?\w+|at\s+night)$")
_OPEN = re.compile(
    r"^(?P<which>after|from|before|until|till?|by)\s+(?P<at>.+?)(?:\s+on(?:wards?)?)?$"
)


def resolve_span(text: str) -> tuple[time, time] | None:
    """The stretch of a day that a traveller means, or None.

    "the afternoon", "2 to 4", "after lunch", "until 11", "from 14:00 to 16:00". Its end is never
    before its start; a part that reaches to the night ends at `LAST_MINUTE`.
    """
    said = _plain(text).strip(" .,!?")
    said = re.sub(r"^(?:the|all|whole|my|our|in the|during the|for the|at)\s+", "", said)
    said = re.sub(r"^(?:whole|entire)\s+", "", said)
    said = re.sub(rf"\b({_SPAN_WORD})-?ish\b", r"\1", said)
    plain = re.fullmatch(rf"(?P<part>{_SPAN_WORD})s?", said)
    if plain is not None:
        return _SPANS[plain["part"]]
    if (match := _OPEN.match(said)) and not _BETWEEN.match(said.removeprefix("from ")):
        return _open_span(match["which"], match["at"])
    if match := _BETWEEN.match(said):
        late = _BETWEEN_LATE.match(said) or match
        return _between(match["start"], match["end"]) or _between(late["start"], late["end"])
    if found := re.search(rf"\b(?P<part>{_SPAN_WORD})s?\b", said):
        return _SPANS[found["part"]]
    return None


def _open_span(which: str, said: str) -> tuple[time, time] | None:
    said = re.sub(r"^(?:the|my|our)\s+", "", said)
    part = re.fullmatch(rf"(?P<part>{_SPAN_WORD})s?", said)
    ends = _SPANS[part["part"]] if part is not None else None
    if which in ("after", "from"):
        start = ends[1 if which == "after" else 0] if ends else resolve_time(said)
        if said in ("noon", "midday"):
            start = NOON
        return None if start is None or start >= LAST_MINUTE else (start, LAST_MINUTE)
    end = ends[0] if ends else resolve_time(said)
    if said in ("noon", "midday"):
        end = NOON
    return None if end is None else (MIDNIGHT, LAST_MINUTE if end == MIDNIGHT else end)


def _between(first: str, second: str) -> tuple[time, time] | None:
    start, end = resolve_time(first), resolve_time(second)
    if start is None or end is None:
        return None
    bare = re.search(r"[ap]\.?\s?m\b|morning|\b(?:0\d|1[3-9]|2[0-3])(?:[0-5]\d)?\b", first) is None
    if bare and (suffix := _SUFFIX.search(second)) is not None:
        same_half = resolve_time(first + suffix.group())  # "8 to 10pm"
        if same_half is not None and same_half < end:
            return same_half, end
    if start == end:
        return None
    if end == MIDNIGHT:
        if bare and _LATEST_MORNING <= start.hour < NOON.hour:
            start = start.replace(hour=start.hour + 12)  # "10 till midnight"
        return start, LAST_MINUTE
    if start > end and bare and start.hour >= NOON.hour:
        # "3" alone is the afternoon's, "3 to 11" is not
        start = start.replace(hour=start.hour - 12)
    if start > end and start.hour >= _EVENING:
        return start, LAST_MINUTE  # "22:00 to 02:00"
    if start > end and end.hour < NOON.hour:
        end = end.replace(hour=end.hour + 12)
    return (start, end) if start < end else None


_LATEST_MORNING = 6
_EVENING = 18


# -- walks -------------------------------------------------------------------------------------

_METRES = {"mile": 1609.344, "m": 1.0, "k": 1000.0}
"""By how a unit begins, the first that fits."""
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_SPELLED = {"fifteen": 15, **_TENS, **NUMBERS}
_MOST_DIGITS = 6
_UNITS = "|".join(word for word, number in NUMBERS.items() if number < 10 and " " not in word)
_ROUNDED = (
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),  # "10,000 m"
    (re.compile(r"\b(?:a\s+)?couple\s+of\b"), "2"),
    (re.compile(r"\bthree\s+quarters\s+of\s+an\s+hour\b"), "45 minutes"),
    (
        re.compile(r"\b(?:an?|one|1)\s+(hour|mile|kilomet\w+|km)\s+and\s+a\s+half\b"),
        r"1.5 \1",
    ),
    (re.compile(r"\b(?:one|1)\s+and\s+a\s+half\b"), "1.5"),
    (re.compile(r"\b(?:two|2)\s+and\s+a\s+half\b"), "2.5"),
)
"""Ways to say an amount, and the one that is read."""
_HOURS_AND_MINUTES = re.compile(
    r"\b(\d|an?|one|two)\s*(?:hours?|h)\s+(?:and\s+)?(\d{1,2})\s*m(?:in)?"
)
_A_DAY = re.compile(r"\b(?:a|per|each|every|the\s+whole|in\s+a)\s+day\b|\bdaily\b|\bin\s+all\b")
_AT_A_TIME = 2000
"""Metres up to which a distance is meant at a time; a longer one is meant a day."""
_METRES_A_MINUTE = 75
"""On foot, 4.5 km/h."""
_FRACTIONS = {"half": 0.5, "quarter": 0.25}
_WALK = re.compile(
    r"(?<![a-z])(?P<fraction>half|quarter)?\s*(?:of\s+)?(?P<count>\d+(?:[.,]\d+)?|[a-z]+)?\s*-?\s*"
    r"(?<![a-z])(?P<unit>kilomet(?:re|er)s?|kms?|k|met(?:re|er)s?|m|miles?|minutes?|mins?|hours?|h)\b"
)


def resolve_walk(text: str) -> WalkLimit | None:
    """How far one wants to walk, or None.

    A time and a short distance are meant at a time, a distance over `_AT_A_TIME` is meant a day.
    """
    said = _read_amounts(" ".join(text.casefold().replace("-", " ").split()))
    if _LATER.search(said):
        return None
    numbers = ((match, _number(match)) for match in _WALK.finditer(said))
    match, number = next(((m, n) for m, n in numbers if n is not None), (None, None))
    if match is None or number is None:
        return None
    unit = match["unit"]
    if unit.startswith(("min", "h")):
        minutes = _minutes(number, unit)
        return WalkLimit(leg_minutes=minutes) if minutes > 0 else None
    metres = round(number * next(m for unit_is, m in _METRES.items() if unit.startswith(unit_is)))
    if metres <= 0:
        return None
    if metres <= _AT_A_TIME and _A_DAY.search(said) is None:
        return WalkLimit(leg_minutes=max(1, metres // _METRES_A_MINUTE))
    return WalkLimit(day_metres=metres)


def resolve_minutes(text: str) -> int | None:
    """How long the words say, in minutes, or None where they say more or other things."""
    said = _read_amounts(" ".join(text.casefold().replace("-", " ").split()))
    match = _WALK.fullmatch(said)
    number = _number(match) if match is not None else None
    if match is None or number is None or not match["unit"].startswith(("min", "h")):
        return None
    count, halved = match["count"], match["fraction"] and not match["unit"].endswith("s")
    if not halved if count is None else not (count[0].isdigit() or count in _SPELLED):
        return None
    return _minutes(number, match["unit"]) or None


def _minutes(number: float, unit: str) -> int:
    return round(number * (60 if unit.startswith("h") else 1))


def _number(match: re.Match[str]) -> float | None:
    """How many of its unit a `_WALK` is; None of a figure, or a letter, that is no length."""
    count = match["count"]
    if len(match["unit"]) == 1 and not (count and (count[0].isdigit() or count in _SPELLED)):
        return None  # "I'm with her"
    if count is not None and len(count) > _MOST_DIGITS and count[0].isdigit():
        return None
    if count is None:
        number = 1.0
    elif count[0].isdigit():
        number = float(count.replace(",", "."))
    else:
        number = float(_SPELLED.get(count, 1))
    return number * _FRACTIONS.get(match["fraction"] or "", 1.0)


def _read_amounts(said: str) -> str:
    """The words with amounts in figures where several words make one."""
    for pattern, instead in _ROUNDED:
        said = pattern.sub(instead, said)
    said = re.sub(
        rf"\b({'|'.join(_TENS)})\s+({_UNITS})\b",
        lambda match: str(_TENS[match[1]] + NUMBERS[match[2]]),
        said,
    )
    said = _HOURS_AND_MINUTES.sub(
        lambda match: f"{60 * int(NUMBERS.get(match[1], 0) or match[1]) + int(match[2])} min", said
    )
    said = re.sub(r"\b(a|an)\s+(half|quarter)", r"\2", said)
    return re.sub(r"\b(half|quarter)\s+(?:of\s+)?(?:a|an)\b", r"\1 1", said)
