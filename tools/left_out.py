"""What a plan does not hold, as one reads it: a meal that many days lack is one line, not many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tools.names import listed
from tools.runs import runs
from tools.trip import LeftOut


def meal_of_day(what: str) -> tuple[str, int] | None:
    """`("lunch", 2)` of "lunch on day 2"; None where it is something else that was left out."""
    meal, found, number = what.rpartition(" on day ")
    return (meal, int(number)) if found and number.isdigit() else None


def on_day(entry: LeftOut, number_of: Callable[[int], int | None]) -> LeftOut | None:
    """The entry with its day renumbered; None where its day has no number any more."""
    if (found := meal_of_day(entry.what)) is None:
        return entry
    meal, day = found
    number = number_of(day)
    return None if number is None else replace(entry, what=f"{meal} on day {number}")


def by_reason(entries: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """The entries, those of one meal that days lack for the same reason as one.

    It stands where the first of them did: "dinner on days 1, 4 and 6-9".
    """
    together: dict[tuple[str, str], list[LeftOut]] = {}
    for entry in entries:
        meal, _ = meal_of_day(entry.what) or (entry.what, 0)
        together.setdefault((meal, entry.reason), []).append(entry)
    return tuple(_as_one(meal, same) for (meal, _), same in together.items())


def _as_one(meal: str, same: Sequence[LeftOut]) -> LeftOut:
    days = sorted({found[1] for one in same if (found := meal_of_day(one.what))})
    if len(days) < 2:
        return same[0]
    return replace(same[0], what=f"{meal} on days {listed(_spans(days))}")


def _spans(days: Sequence[int]) -> list[str]:
    """Of 1, 2, 4, 5, 6: "1", "2" and "4-6"; two days in a row are named each by itself."""
    return [
        text
        for run in runs(days, lambda one, next_one: next_one == one + 1)
        for text in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run))
    ]
