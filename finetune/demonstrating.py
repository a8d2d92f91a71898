"""Demonstrations as training dialogues, each drawn again with other names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.dialogue import wire
from agent.dialogue.turns import Call, Turn
from finetune.filling import call
from finetune.records import Dialogue
from finetune.sources.demonstrations import Demonstration
from finetune.surfaces import Surfaces
from tools.names import as_words

RENAMED = 0.5
"""How often a name gives way to another one: copying is learned from names that change."""
_CITIES = ("more_destinations", "location", "city")
_PLACES = ("must_see", "place", "replacement", "near", "origin")
_OWN = re.compile(r"\w{4,}")
"""A word by which a place could be named once more, in short."""


class Demonstrations:
    """Draws demonstrations, each as likely as any other.

    Args:
        surfaces: draws names.
        demonstrations: one or more.
    """

    def __init__(self, surfaces: Surfaces, demonstrations: Sequence[Demonstration]) -> None:
        self.surfaces = surfaces
        self.rng = surfaces.rng
        self.demonstrations = demonstrations

    def draw(self) -> Dialogue:
        """One, some of its names changed wherever they stand."""
        shown = self.rng.choice(self.demonstrations)
        renamed = Renaming(self._others(shown))
        said = map(renamed.text, shown.said)
        calls = [call(made.name, renamed.value(made.args)) for made in shown.calls]
        turns = (
            Turn("system", wire.system_text(renamed.text(shown.trip))),
            *(Turn("assistant" if n % 2 else "user", text) for n, text in enumerate(said)),
            Turn("assistant", "" if calls else shown.reply, tuple(calls)),
        )
        return Dialogue(turns, shown.author, calls[0].name if calls else "reply")

    def _others(self, shown: Demonstration) -> dict[str, str]:
        """Name -> another, for those that are changed this time."""
        text = "\n".join((shown.trip, *shown.said))
        others = {}
        for name, is_city in dict(_names(shown)).items():
            if self.rng.random() < RENAMED and _is_whole(name, text):
                drawn = self.surfaces.city() if is_city else self.surfaces.place()
                other = str(drawn.value).partition(", ")[0]
                if other not in text:
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


def _names(shown: Demonstration) -> Iterator[tuple[str, bool]]:
    """Names that could be others, and whether a city's; kinds of place ("the museum") are none."""
    for city in shown.trip.split(", ")[:-1]:
        yield city, True
    for made in shown.calls:
        for name in _listed(made, _PLACES):
            if not name.islower():
                yield name, False
        place = made.name == "travel_time"
        for name in _listed(made, ("destination",)):
            if not (place and name.islower()):
                yield name, not place
        for name in _listed(made, _CITIES):
            yield name, True


def _listed(made: Call, keys: Sequence[str]) -> Iterator[str]:
    for key in keys:
        value = made.args.get(key, ())
        yield from [value] if isinstance(value, str) else value


def _is_whole(name: str, text: str) -> bool:
    """Whether it is a name, and nothing is called by a part of it elsewhere in the text."""
    if not _OWN.search(name):
        return False
    rest = re.sub(as_words(name), " ", text)
    return not any(re.search(as_words(word), rest, re.I) for word in _OWN.findall(name))
