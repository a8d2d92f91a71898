"""Other dates for a trip that stands, counted from those it has: "push it back a week"."""

from __future__ import annotations

import random

_UNITS = ("day", "day", "day", "week", "week", "fortnight", "month")
_ONE = ("a", "a", "one")
_MORE = ("two", "two", "three", "three", "four", "five", "a couple of", "a few", "2", "3", "10")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "weekend")
_LATER = ("later", "later", "later", "after")
_EARLIER = ("earlier", "earlier", "sooner", "before")
_BEHIND = ("", "", "", "", " than planned", " than that")
_TRIP = (
    "it", "it", "it", "the trip", "the whole trip", "everything", "the whole thing", "things",
    "the start", "our start", "us", "our dates", "the lot", "the dates",
)  # fmt: skip
_PUSHED = ("push", "move", "shift", "put", "bump", "set")
_DRAWN = ("bring", "move", "shift", "pull", "put")
_PUT_OFF = ("postpone", "postpone", "delay", "delay", "put off", "defer")


def shift(rng: random.Random) -> tuple[str, str]:
    """How much later or earlier, or on which day beside; and the span that a call has of it."""
    if rng.random() < 0.3:
        text = _neighbour(rng)
    else:
        way = rng.choice(_LATER + _EARLIER)
        than = rng.choice(_BEHIND) if way not in ("after", "before") else ""
        text = f"{_length(rng)} {way}{than}"
    return text, text.removeprefix("the ")


def back(rng: random.Random) -> tuple[str, str]:
    """A direction and how far: "back by two days", and its span."""
    text = f"{rng.choice(('back', 'back', 'forward'))} {rng.choice(('', '', 'by '))}{_length(rng)}"
    return text, text


def moved(rng: random.Random) -> tuple[str, str]:
    """The whole of such a wish, a verb first, and its span."""
    trip = rng.choice(_TRIP)
    if rng.random() < 0.35:
        verb = rng.choice(_PUT_OFF)
        text = f"{verb} {trip} {rng.choice(('by ', 'by ', 'for ', ''))}{_length(rng)}"
        return text, text
    if rng.random() < 0.6:
        text, span = back(rng)
        verb = rng.choice(_DRAWN if text.startswith("forward") else _PUSHED)
        return f"{verb} {trip} {text}", span
    text = f"{_length(rng)} {rng.choice(('later', 'earlier'))}"
    return f"{rng.choice(('move', 'start', 'begin', 'shift'))} {trip} {text}", text


def _length(rng: random.Random) -> str:
    unit = rng.choice(_UNITS)
    if rng.random() < 0.45 or unit in ("fortnight", "month"):
        return f"{rng.choice(_ONE)} {unit}"
    return f"{rng.choice(_MORE)} {unit}s"


def _neighbour(rng: random.Random) -> str:
    named = rng.choice((*_DAYS, "day", "week", "week"))
    side = rng.choice(("following", "following", "previous", "after", "after", "before"))
    return f"the {side} {named}" if side in ("following", "previous") else f"the {named} {side}"
