"""A call more, where the model hesitated to end and an hour of the message stands in none.

"Put the aquarium on day 3 at 10, and then leave us that afternoon" asks for two things, and a small
model ends after the first. Where an hour was said that no call holds, a further call that holds it
is written behind them, and is taken unless ending there was likelier by far (decision 018).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from agent.dialogue import wire
from agent.dialogue.grammar import MAX_CALLS, Constraint
from agent.dialogue.when import hours_left_out
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Made, write
from agent.models.engine import Generation

_log = logging.getLogger(__name__)

MARGIN = 1.5
"""By how much (natural logarithm) all calls with one more may be less likely than without."""


@dataclass(slots=True)
class OneMore:
    """The calls for one message, and perhaps one more.

    Args:
        asked: a message while a trip stands.
        grammar: of calls that meet a constraint.
        tools: names of those that there are.
    """

    asked: Asked
    grammar: Callable[[Constraint], str]
    tools: Collection[str]
    done: list[Generation] = field(default_factory=list, init=False)
    """What it took."""

    def better(self, first: Sequence[Made]) -> Candidate | None:
        """All calls and one more; None where the message has no such hour, or that is unlikely.

        Args:
            first: what the model would call, at least one call.
        """
        left = hours_left_out(self.asked.message, [made.call for made in first])
        if not left or len(first) >= MAX_CALLS or self.asked.cancelled():
            return None
        lines = "\n".join(made.line for made in first)
        best: Candidate | None = None
        try:
            least = self._whole(lines) - MARGIN
            for (tool, key), hours in left.items():
                if tool not in self.tools:
                    continue
                held = Constraint(tool, key, hours, f"{lines}\n")
                found = self._written(self.grammar(held), least, len(first) + 1)
                if found is not None and (whole := self._whole(found.text)) > least:
                    best, least = found, whole
        except ModelError as error:
            # the first calls are as good as they were
            _log.warning("No further call was looked for: %s", error)
            return None
        return None if self.asked.cancelled() else best

    def _whole(self, text: str) -> float:
        """How likely it is that this is said, and no more; not at all where nobody waits any more.

        (Then nothing is likelier than the least, and so nothing is taken.)
        """
        likely = self.asked.engine.log_probabilities(
            self.asked.prompt, [text + wire.END], cancelled=self.asked.cancelled
        )
        return likely[0] if likely else -math.inf

    def _written(self, grammar: str, least: float, certain: int) -> Candidate | None:
        written = Candidate(certain)
        self.done.append(write(self.asked, grammar, least, written))
        last = self.done[-1]
        return None if last.cut or last.cancelled or not written.pieces else written
