"""A known name in what somebody said, and of what it is the name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a name is the name of."""

    CITY = "city"
    """One that the store has places of."""
    ELSEWHERE = "elsewhere"
    """A city of which the store has nothing, on its own."""
    AREA = "area"
    """A neighbourhood, where people also sleep."""
    PLANNED = "planned"
    """A place that the trip visits; where the visits are not known, any."""
    NEW = "new"
    """A place that it does not visit."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of the store, or of a city anywhere, that was said."""

    text: str
    """As it stands there, the first time."""
    kinds: frozenset[Kind]
    """A city and a restaurant elsewhere may share a name. Empty for the trip's own cities, for what
    lies elsewhere and is no big city, and for everyday words, which are said without meaning
    anything by it ("more food, if Budapest has it").
    """
