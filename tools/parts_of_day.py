"""Parts of a day as people say them: "first thing", "in the evening", "at sunset"."""

from __future__ import annotations

import re
from datetime import time

NOON = time(12, 0)
MIDNIGHT = time(0, 0)
LAST_MINUTE = time(23, 59)

PARTS = {
    "first thing": time(9), "early morning": time(9), "late morning": time(11),
    "mid morning": time(10, 30), "mid-morning": time(10, 30), "morning": time(10),
    "breakfast": time(9), "midday": NOON, "noon": NOON, "lunchtime": time(12, 30),
    "lunch": time(12, 30), "early afternoon": time(14), "late afternoon": time(17),
    "afternoon": time(15), "early evening": time(18), "late evening": time(21),
    "evening": time(19), "dinner": time(19), "late at night": time(23), "late night": time(23),
    "midnight": time(0), "tonight": time(20), "night": time(21), "late": time(22),
    "early": time(9), "dawn": time(6, 30), "first light": time(6, 30), "daybreak": time(6, 30),
    "sunrise": time(7), "sunset": time(19), "sundown": time(19), "dusk": time(19, 30),
    "nightfall": time(20), "opening time": time(9), "when it opens": time(9),
    "when they open": time(9), "as soon as it opens": time(9), "as soon as they open": time(9),
    "teatime": time(16, 30), "tea time": time(16, 30), "after dark": time(20, 30),
    "last thing": time(20), "midmorning": time(10, 30),
}  # fmt: skip
"""The sun's hours are those of spring and autumn: nobody's city or date is known here."""
AT_OPENING = frozenset(name for name in PARTS if "open" in name)
SUNRISES = frozenset({"dawn", "first light", "daybreak", "sunrise"})
SUNSETS = frozenset({"sunset", "sundown", "dusk"})
AFTER_SUNSET = frozenset({"nightfall", "after dark"})
PART_OF_DAY = re.compile(
    rf"\b(?P<name>{'|'.join(sorted(PARTS, key=len, reverse=True))})(?:s|-?ish)?\b(?:\s*time)?"
)
_WITHIN = (
    (NOON, (time(5), NOON)),
    (time(13), (time(11), time(14, 30))),
    (time(18), (NOON, time(18))),
    (time(20), (time(16), LAST_MINUTE)),
)
"""A part whose hour comes before the first one is as well at any between the other two."""
_NIGHT = (time(18), LAST_MINUTE)
_DINNER = (time(17, 30), time(21, 30))


def hours_within(part: str) -> tuple[time, time]:
    """The first and the last hour at which one still does something in that part of the day.

    Args:
        part: a name of `PARTS`.
    """
    at = PARTS[part]
    if part == "dinner" or at == MIDNIGHT:
        return _DINNER if part == "dinner" else _NIGHT
    return next((within for before, within in _WITHIN if at < before), _NIGHT)
