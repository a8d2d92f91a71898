"""Two models, of which the state of the conversation says which one is asked."""

from __future__ import annotations

from agent.dialogue.wire import is_opening
from agent.models.engine import Cancelled, Engine, Generation, OnText


class ByState:
    """An `Engine` of two: while there is no trip other things are said than once there is one.

    A small model that has learnt first requests better has forgotten edits for it, and the other
    way round (`docs/lab.md`); each here does what it does best. Each keeps what it has read, and
    waits for itself alone.

    Args:
        opening: answers as long as there is no trip.
        trip: answers from then on.
    """

    def __init__(self, opening: Engine, trip: Engine) -> None:
        self._opening = opening
        self._trip = trip

    @property
    def name(self) -> str:
        """The engines', which are of one kind."""
        return self._trip.name

    def generate(
        self,
        prompt: str,
        *,
        grammar: str | None,
        max_tokens: int,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """See `Engine.generate`."""
        engine = self._opening if is_opening(prompt) else self._trip
        return engine.generate(
            prompt, grammar=grammar, max_tokens=max_tokens, on_text=on_text, cancelled=cancelled
        )
