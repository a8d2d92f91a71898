"""What a model made, and what else it might say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.dialogue.turns import Call
from agent.dialogue.wire import CALL
from agent.models.asked import Asked
from agent.models.engine import Generation, Written


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
