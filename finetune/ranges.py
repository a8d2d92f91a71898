"""First and last day in one breath: "from the twelfth of March till the fifteenth", "10-13/5"."""

from __future__ import annotations

import random

from tools.date_words import DAYS_OF_MONTH

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_ORDINALS = tuple(DAYS_OF_MONTH)
_TO = (" to ", " to ", " until ", " till ", " through ", " thru ")
_DASHES = ("-", "–", " - ", " – ")
_PAIRS = (
    ("from {}", "{}"),
    ("from {}", "{}"),
    ("{}", "{}"),
    ("arriving {}", ", leaving {}"),
    ("there on {}", ", home on {}"),
    ("flying {}", " and coming back {}"),
)
"""What stands before each day; a second one without a link of its own gets one of `_TO`."""


def date_range(rng: random.Random) -> tuple[str, str, str]:
    """A range as people say it, its first day and its last, as they stand there.

    Where the month is said once, the other day has none: "4th" of "the 4th to the 9th of July".
    """
    month = rng.choice(_MONTHS)
    first = rng.randint(1, 26)
    last = first + rng.randint(1, min(12, (28 if month == "February" else 30) - first))
    if rng.random() < 0.15:  # over a month's end
        first, last = rng.randint(24, 28), rng.randint(1, 9)
        following = _MONTHS[(_MONTHS.index(month) + 1) % 12]
        return _paired(rng, _dated(rng, first, month), _dated(rng, last, following))
    if rng.random() < 0.5:
        kind = rng.choice(_KINDS)  # both days are said in one way, mostly
        return _paired(rng, _dated(rng, first, month, kind), _dated(rng, last, month, kind))
    return _month_once(rng, first, last, month)


_KINDS = ("day first", "day first", "ordinal", "of", "word", "month first", "month ordinal")


def _dated(rng: random.Random, day: int, month: str, kind: str = "") -> str:
    """A day with its month; "the" before it belongs to no call, and is put there by `_paired`."""
    shown = month if rng.random() < 0.8 or month == "May" else month[:3]
    match kind or rng.choice(_KINDS):
        case "ordinal":
            return f"{_nth(day)} {shown}"
        case "of":
            return f"{_nth(day)} of {month}"
        case "word":
            return f"{_ORDINALS[day - 1]} of {month}"
        case "month first":
            return f"{shown} {day}"
        case "month ordinal":
            return f"{shown} {_nth(day)}"
        case _:
            return f"{day} {shown}"


def _paired(rng: random.Random, first: str, last: str) -> tuple[str, str, str]:
    if rng.random() < 0.15:
        return f"{first}{rng.choice(_DASHES[2:])}{last}", first, last
    before, behind = rng.choice(_PAIRS)
    link = "" if behind.startswith((",", " ")) else rng.choice(_TO)
    text = before.format(_the(rng, first)) + link + behind.format(_the(rng, last))
    return text, first, last


def _the(rng: random.Random, day: str) -> str:
    """Mostly "the twelfth of March", now and then without its article."""
    return f"the {day}" if " of " in day and rng.random() < 0.85 else day


def _month_once(rng: random.Random, first: int, last: int, month: str) -> tuple[str, str, str]:
    kind = rng.random()
    if kind < 0.2:  # 12-14 March
        return f"{first}{rng.choice(_DASHES[:2])}{last} {month}", str(first), f"{last} {month}"
    if kind < 0.4:  # March 12 through 14
        link = rng.choice((*_TO, *_DASHES[:2]))
        return f"{month} {first}{link}{last}", f"{month} {first}", str(last)
    if kind < 0.55:
        a, b = str(first), f"{last} {month}"
        before, link = rng.choice((("from ", " to "), ("between ", " and "), ("from ", " until ")))
        return f"{before}{a}{link}{b}", a, b
    words = rng.random() < 0.4
    a, b = (_ORDINALS[n - 1] if words else _nth(n) for n in (first, last))
    before = rng.choice(("from the ", "the ", "from the "))
    return f"{before}{a}{rng.choice(_TO)}the {b} of {month}", a, f"{b} of {month}"


def _nth(day: int) -> str:
    ending = "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
