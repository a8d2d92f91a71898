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

import numpy as np

from agent.dialogue import wire
from agent.dialogue.grammar import MAX_CALLS
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Made, write
from agent.models.engine import Engine, Generation, Written

_log = logging.getLogger(__name__)

_CERTAIN = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Reading:
    """When readers are asked, and what they have to find. Natural logarithms; chosen on the
    development authors (`python -m finetune calibrate RECIPE --readers`).
    """

    fork: float = math.log(0.05)
    """A token less likely than this is no rival of the one that was taken."""
    within: float = 1.0
    """By how much another answer may be less likely than the first to be read."""
    margin: float = 1.0
    """By how much the readers have to find it likelier than the first."""
    backwards: float = 0.0
    """What the probability of the message after the answer counts, that of the answer after the
    message counting 1."""
    most: int = 6
    """Answers that are written besides the first."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another answer, as it was read."""

    candidate: Candidate
    """Without pieces for words, whatever they say."""
    less: float
    """By how much less likely than the first it was to the model."""
    forwards: float
    """By how much likelier after the message the readers find it, on average."""
    backwards: float
    """By how much likelier the message after it."""

    def gain(self, reading: Reading) -> float:
        """Both together."""
        return self.forwards + reading.backwards * self.backwards


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
    reading: Reading = Reading()
    done: list[Generation] = field(default_factory=list, init=False)
    """What it took."""
    rivals: list[Rival] = field(default_factory=list, init=False)
    """What was read."""

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
            self.rivals = self._read(text, list(self._others(text, generation)))
        except (ModelError, wire.WireError) as error:
            # the first calls are as good as they were
            _log.warning("No other calls were looked for: %s", error)
            return None
        if not self.rivals or self.asked.cancelled():
            return None
        best = max(self.rivals, key=lambda rival: rival.gain(self.reading))
        return best.candidate if best.gain(self.reading) > self.reading.margin else None

    def _others(self, first: str, generation: Generation) -> Iterator[tuple[Candidate, float]]:
        """Nearly as likely answers and how much less likely, the likeliest fork first; words at
        most once.
        """
        least = generation.log_probability - self.reading.within
        forks = [fork for fork in generation.forks if _total(fork) > least]
        seen = [wire.parse(first).calls]
        for fork in sorted(forks, key=_total, reverse=True)[: self.reading.most]:
            other = Candidate(MAX_CALLS)
            done = write(self.asked, self.grammar, least, other, fork)
            self.done.append(done)
            total = done.log_probability
            if other.is_words:
                other, total = Candidate(0), _total(fork)
            elif done.cut or done.cancelled or total <= least:
                continue
            calls = wire.parse(other.text).calls
            if calls not in seen:
                seen.append(calls)
                yield other, generation.log_probability - total

    def _read(self, first: str, others: Sequence[tuple[Candidate, float]]) -> list[Rival]:
        """What the readers find; nothing where there is nothing, or nobody waits any more."""
        answers = [first, *(other.text for other, _ in others)]
        gains = np.zeros((2, len(others)))
        for reader in self.readers if others else ():
            forwards = self._forwards(reader, answers)
            backwards = self._backwards(reader, answers) if self.reading.backwards else forwards
            if min(len(forwards), len(backwards)) < len(answers):
                return []
            likely = np.array([forwards, backwards])
            gains += (likely[:, 1:] - likely[:, :1]) / len(self.readers)
        return [
            Rival(other, less, float(forwards), float(backwards))
            for (other, less), forwards, backwards in zip(others, *gains, strict=True)
        ]

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
