"""What a model made, and what else it might say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from agent.dialogue.turns import Call
from agent.dialogue.wire import CALL
from agent.models.asked import Asked
from agent.models.engine import Generation, Written
from tools import headcount

_AS_SAID = frozenset({"more_destinations", "days_each", headcount.ARGUMENT})
"""Lists that may hold the same thing twice, in an order that matters."""


@dataclass(frozen=True, slots=True)
class Made:
    """A call that the model made."""

    call: Call
    line: str
    """As it wrote it."""
    total: float
    """Logarithm of its probability, had there been no grammar."""
    likely: Mapping[str, float] = field(default_factory=dict)
    """The same of each argument's value."""


class Revision(Protocol):
    """Of calls before they are told: by what another adapter, or the message itself, says."""

    done: list[Generation]
    """What writing took."""
    reading_seconds: float
    """And reading."""

    def revised(self, made: Sequence[Made]) -> list[Made]:
        """As many calls; as they were where nothing can be said against them."""
        ...


class Look(Protocol):
    """A look for other calls than those that were written first."""

    done: list[Generation]
    """What writing took."""

    def better(self, first: Sequence[Made]) -> Candidate | None:
        """Other calls; None where the first, at least one, are to stay."""
        ...


@dataclass(slots=True)
class Candidate:
    """What could be said instead."""

    certain: int
    """So many of its calls are not to be doubted, from the first on."""
    pieces: list[tuple[str, float]] = field(default_factory=list)
    """Text, and the logarithm of its probability, had there been no grammar."""
    total: float = 0.0
    """Of these logarithms."""

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(text for text, _ in self.pieces)

    @property
    def is_words(self) -> bool:
        """Whether it has begun, and not as a call."""
        return bool(self.pieces) and not self.pieces[0][0].startswith(CALL)


def write(
    asked: Asked, grammar: str, least: float, candidate: Candidate, prefix: Written = ()
) -> Generation:
    """Has the model write a candidate, up to where it is no likelier than `least`, or words.

    Args:
        asked: for what.
        grammar: of what may be written.
        least: natural logarithm.
        candidate: is filled.
        prefix: of the text.

    Raises:
        ModelError: the engine failed.
    """

    def take(text: str, log_probability: float) -> None:
        candidate.pieces.append((text, log_probability))
        candidate.total += log_probability

    return asked.engine.generate(
        asked.prompt,
        grammar=grammar,
        max_tokens=asked.max_tokens,
        on_text=take,
        cancelled=lambda: asked.cancelled() or candidate.total <= least or candidate.is_words,
        prefix=prefix,
    )


def same(key: str, one: Any, other: Any) -> bool:
    """Whether two values of an argument mean the same: the order of most lists does not matter."""
    if isinstance(one, list) and isinstance(other, list) and key not in _AS_SAID:
        return set(one) == set(other)
    return bool(one == other)


def each_once(args: Mapping[str, Any]) -> dict[str, Any]:
    """Names and choices that a list holds, each once: a diet said of two people is one diet.

    Cities may be returned to, their days be equal, and two of a party be "husband": those lists
    stay.
    """
    return {
        key: list(dict.fromkeys(value))
        if isinstance(value, list) and key not in _AS_SAID
        else value
        for key, value in args.items()
    }
