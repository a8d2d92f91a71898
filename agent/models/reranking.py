"""Other answers, where the model was not sure: other adapters read them, and may prefer one.

Where a token of the calls had a rival, the answer is written with that one, too. Those that are
nearly as likely as the first are read by *readers*: adapters of the same base that learned from
other data, or in another order, and so err elsewhere. They say how likely each answer is after the
message, and how likely the message is after the answer: what was said and is in no call comes as a
surprise then. The answer that they find likelier by far is taken (decision 011).

Reranking of n-best lists (Shen, Sarkar and Och, 2004), here of what branches off a greedy answer
instead of a beam, by a product of experts (Hinton, 2002) and a noisy channel (Yee, Dauphin and
Auli, 2019).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agent.dialogue import wire
from agent.dialogue.grammar import MAX_CALLS
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Made, write
from agent.models.engine import Engine, Generation, Written

_log = logging.getLogger(__name__)

FORK = math.log(0.05)
"""A token less likely than this is no rival of the one that was taken."""
WITHIN = 1.0
"""By how much (natural logarithm) another answer may be less likely than the first to be read."""
MARGIN = 1.0
"""By how much the readers have to find it likelier than the first."""
BACKWARDS = 0.0
"""What the logarithm of the message's probability after an answer counts, that of the answer's
after the message counting 1."""
MOST = 6
"""Answers that are written besides the first."""
_CERTAIN = 1 - 1e-6


@dataclass(slots=True)
class Reranking:
    """The calls for one message, against others that the model might have made.

    Args:
        asked: a message.
        grammar: of calls and words.
        readers: at least one engine, each on another adapter of the same base.
    """

    asked: Asked
    grammar: str
    readers: Sequence[Engine]
    done: list[Generation] = field(default_factory=list, init=False)
    """What it took."""

    def better(self, first: Sequence[Made], generation: Generation) -> Candidate | None:
        """What the readers prefer by far; None where that is the first, or nothing else came near.

        Args:
            first: the calls that the model made, at least one.
            generation: that made them, whole.

        Returns:
            Other calls; or, without pieces, that it were better to say something.
        """
        try:
            text = "\n".join(made.line for made in first)
            others = list(self._others(text, generation))
            gains = self._gains(text, others)
        except (ModelError, wire.WireError) as error:
            # the first calls are as good as they were
            _log.warning("No other calls were looked for: %s", error)
            return None
        if not gains or self.asked.cancelled():
            return None
        best = max(range(len(gains)), key=gains.__getitem__)
        return others[best] if gains[best] > MARGIN else None

    def _others(self, first: str, generation: Generation) -> Iterator[Candidate]:
        """Nearly as likely answers, the likeliest fork first; words at most once."""
        least = generation.log_probability - WITHIN
        forks = [fork for fork in generation.forks if _total(fork) > least]
        seen = [wire.parse(first).calls]
        for fork in sorted(forks, key=_total, reverse=True)[:MOST]:
            other = Candidate(MAX_CALLS)
            done = write(self.asked, self.grammar, least, other, fork)
            self.done.append(done)
            if other.is_words:
                other = Candidate(0)
            elif done.cut or done.cancelled or done.log_probability <= least:
                continue
            calls = wire.parse(other.text).calls
            if calls not in seen:
                seen.append(calls)
                yield other

    def _gains(self, first: str, others: Sequence[Candidate]) -> Sequence[float]:
        """By how much likelier than the first answer the readers find each of the others; nothing
        where there are none, or nobody waits any more.
        """
        answers = [first, *(other.text for other in others)]
        gains = [0.0] * len(others)
        for reader in self.readers if others else ():
            for read, weight in ((self._forwards, 1.0), (self._backwards, BACKWARDS)):
                likely = read(reader, answers) if weight else [0.0] * len(answers)
                if len(likely) < len(answers):
                    return []
                for at, other in enumerate(likely[1:]):
                    gains[at] += weight * (other - likely[0]) / len(self.readers)
        return gains

    def _forwards(self, reader: Engine, answers: Sequence[str]) -> list[float]:
        """How likely the answers are after the message; of fewer, where nobody waits."""
        # any words will do, so of them it is asked whether there should be a call at all
        texts = [answer + wire.END if answer else wire.CALL for answer in answers]
        found = reader.log_probabilities(self.asked.prompt, texts, cancelled=self.asked.cancelled)
        return [
            likely if answer else _not(likely)
            for answer, likely in zip(answers, found, strict=False)
        ]

    def _backwards(self, reader: Engine, answers: Sequence[str]) -> list[float]:
        """How likely the message is after each answer; of fewer, where nobody waits."""
        found: list[float] = []
        for answer in answers:
            prompt, said = wire.backwards(self.asked.prompt, answer)
            found += reader.log_probabilities(prompt, [said], cancelled=self.asked.cancelled)
        return found


def _not(likely: float) -> float:
    """The logarithm of the probability that something does not happen."""
    return math.log1p(-min(math.exp(likely), _CERTAIN))


def _total(written: Written) -> float:
    return sum(log_probability for _, log_probability in written)
