"""Demonstrations as training dialogues, each drawn again with other names."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import filterfalse
from typing import Any

from agent.dialogue import wire
from agent.dialogue.turns import Call, Turn
from finetune.records import Dialogue
from finetune.sources.demonstrations import Demonstration
from finetune.surfaces import Surfaces
from tools import feasts
from tools.names import as_words

RENAMED = 0.5
"""How often a name gives way to another one: copying is learned from names that change."""
_CITIES = ("more_destinations", "location", "city", "query")
_PLACES = ("must_see", "lodging", "place", "replacement", "near", "origin")
_OWN = re.compile(r"\w{4,}")
"""A word by which a place could be named once more, in short."""
_CAPITALISED = re.compile(r"(?<=[\w,;] )[A-Z][^\W\d_]{3,}(?: [A-Z][^\W\d_]{3,})*")
"""Within a sentence; what it names is nobody's wish where nothing is called."""
_SHORT = ("sept", "tue", "tues", "wed", "weds", "thur", "thurs")
_MOMENTS = frozenset(
    word.removesuffix("s")
    for name in (*calendar.month_name, *calendar.day_name, *feasts.NAMES, *_SHORT, "advent", "lent")
    for word in name.casefold().split()
)
"""Words for when, and all words of feasts, capitalised like names, without an s at the end: "we
were there in June" is no memory of a city "June".
"""
_NAMELESS = "ask_destination"
"""The kind of a request that lacks its city alone: with one in some name's place it would be whole.
"""


class Demonstrations:
    """Draws demonstrations, each as likely as any other.

    Args:
        surfaces: draws names.
        demonstrations: one or more.
    """

    def __init__(self, surfaces: Surfaces, demonstrations: Sequence[Demonstration]) -> None:
        self._surfaces = surfaces
        self._rng = surfaces.rng
        self._demonstrations = demonstrations

    def draw(self) -> Dialogue:
        """One, some of its names changed wherever they stand."""
        shown = self._rng.choice(self._demonstrations)
        renamed = Renaming(self._others(shown))
        said = map(renamed.text, shown.said)
        calls = tuple(replace(made, args=renamed.value(made.args)) for made in shown.calls)
        turns = (
            Turn("system", wire.system_text(renamed.text(shown.trip))),
            *(Turn("assistant" if n % 2 else "user", text) for n, text in enumerate(said)),
            Turn("assistant", "" if calls else renamed.text(shown.reply), calls),
        )
        return Dialogue(turns, shown.author, calls[0].name if calls else "reply")

    def _others(self, shown: Demonstration) -> dict[str, str]:
        """Name -> another, for those that are changed this time."""
        text = "\n".join((shown.trip, *shown.said))
        others: dict[str, str] = {}
        for name, is_city in _names(shown).items():
            if self._rng.random() >= RENAMED or not _is_whole(name, text):
                continue
            drawn = self._surfaces.city() if is_city else self._surfaces.place()
            other = str(drawn.value).partition(", ")[0]
            if _is_strange(other, "\n".join((text, *others.values()))):
                others[name] = other.lower() if name.islower() else other
        return others


class Renaming:
    """Puts other names in the place of some.

    Args:
        others: name -> the other one.
    """

    def __init__(self, others: Mapping[str, str]) -> None:
        self._others = others
        longest = sorted(others, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(as_words, longest)) or r"(?!)")

    def text(self, text: str) -> str:
        """The text with the other names."""
        return self._pattern.sub(lambda found: self._others[found[0]], text)

    def value(self, value: Any) -> Any:
        """An argument's value, or all arguments, likewise."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.value(v) for key, v in value.items()}
        return [self.value(v) for v in value] if isinstance(value, list) else value


def _names(shown: Demonstration) -> dict[str, bool]:
    """Names that could be others, and whether a city's; kinds of place ("the museum") are none.

    Of places those that the last message names: one that it points at ("the one with the well")
    could be meant by what its name says.
    """
    found = dict.fromkeys(shown.trip.split(", ")[:-1], True)
    for made in shown.calls:
        on_foot = made.name == "travel_time"
        cities = _listed(made, _CITIES if on_foot else ("destination", *_CITIES))
        places = _listed(made, ("destination", *_PLACES) if on_foot else _PLACES)
        for city in cities:
            found.setdefault(city, True)
        for place in places:
            if not place.islower() and place in shown.said[-1]:
                found.setdefault(place, False)
    if not shown.calls and shown.kind != _NAMELESS:
        said = _CAPITALISED.findall(shown.said[-1])
        found |= dict.fromkeys(filterfalse(_is_moment, said), True)
    return found


def _is_moment(name: str) -> bool:
    return any(word.removesuffix("s") in _MOMENTS for word in name.lower().split())


def _listed(made: Call, keys: Sequence[str]) -> Iterator[str]:
    for key in keys:
        value = made.args.get(key, ())
        yield from [value] if isinstance(value, str) else value


def _is_whole(name: str, text: str) -> bool:
    """Whether it is a name, and nothing is called by a part of it elsewhere in the text."""
    return bool(_OWN.search(name)) and _is_strange(name, re.sub(as_words(name), " ", text))


def _is_strange(name: str, text: str) -> bool:
    """Whether no word of a name stands in a text."""
    words = _OWN.findall(name) or [name]
    return not any(re.search(as_words(word), text, re.IGNORECASE) for word in words)
