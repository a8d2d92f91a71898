"""Hours as people say them of a plan that stands: "an hour later", "half an hour earlier"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from tools.parts_of_day import LAST_MINUTE, MIDNIGHT
from tools.times import resolve_minutes, resolve_time

_SHIFT = re.compile(
    r"(?:by\s+)?(?P<length>.+?)\s+(?:(?P<later>later)|earlier|sooner)"
    r"(?:\s+than\s+(?:planned|that|before|now|usual))?"
)


def shift_of(text: str) -> timedelta | None:
    """How much later (earlier: less than nothing) an hour should be, or None."""
    match = _SHIFT.fullmatch(" ".join(text.casefold().split()).strip(" .,!?"))
    minutes = resolve_minutes(match["length"]) if match is not None else None
    if match is None or minutes is None:
        return None
    return timedelta(minutes=minutes if match["later"] else -minutes)


def hour_or_shift(text: str, *, late: bool = False) -> time | timedelta | None:
    """What an hour's words say, for who does not know yet from which hour a shift counts."""
    return shift_of(text) or resolve_time(text, late=late)


def hour_beside(text: str, standing: time, *, late: bool = False) -> time | None:
    """The hour that a traveller means of a plan that stands, or None.

    Args:
        text: the words.
        standing: the hour so far, from which "an hour later" counts.
        late: whether the end of a day is meant, as in `tools.times.resolve_time`.

    Returns:
        None, too, where a shift leads to another day.
    """
    found = hour_or_shift(text, late=late)
    return shifted(standing, found, late=late) if isinstance(found, timedelta) else found


def shifted(standing: time, shift: timedelta, *, late: bool = False) -> time | None:
    """An hour so much later (earlier: less than nothing); None on another day.

    Args:
        standing: the hour so far.
        shift: by how much.
        late: whether the end of a day is meant, which midnight belongs to.
    """
    moved = datetime.combine(_ANY_DAY, standing) + shift
    if late and moved == datetime.combine(_ANY_DAY, MIDNIGHT) + timedelta(days=1):
        return LAST_MINUTE
    return moved.time() if moved.date() == _ANY_DAY else None


_ANY_DAY = date(2000, 1, 1)
