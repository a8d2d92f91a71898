"""Other answers, where the model was not sure: other adapters read them, and may prefer one.

Where a token of the calls had a rival, the answer is written with that one, too. These hypotheses,
where they are nearly as likely as the first, are read by *readers*: adapters of the same base that
learned from other data, or in another order, and so err elsewhere. The answer that they find
likelier by far is taken (decision 011).

Reranking of n-best lists (Shen, Sarkar and Och, 2004), here of what branches off a greedy answer
instead of a beam; several readers are a product of experts (Hinton, 2002).
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from agent.dialogue import wire
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Candidate, Made, write
from agent.models.engine import Engine, Generation, Written

_log = logging.getLogger(__name__)

_CERTAIN = 1 - 1e-6
"""So that the logarithm of the rest is a number."""


@dataclass(frozen=True, slots=True)
class RerankingSettings:
    """Which answers readers are asked about, and what they have to find; all but `most` are natural
    logarithms. Chosen on development turns without a trip (`python -m finetune calibrate RECIPE
    --reader FOLDER`).
    """

    fork: float = math.log(0.05)
    """A token less likely than this is no rival of the one that was taken."""
    within: float = 1.5
    """By how much another answer may be less likely than the first to be read."""
    margin: float = 1.0
    """By how much the readers have to find it likelier than the first."""
    most: int = 6
    """Answers that are written besides the first."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Another answer, as it was read."""

    candidate: Candidate
    """Without pieces for words, whatever they say."""
    less: float
    """By how much less likely than the first it was to the model."""
    gain: float
    """By how much likelier than the first the readers find it, on average."""


def chosen(hypotheses: Sequence[Hypothesis], settings: RerankingSettings) -> Hypothesis | None:
    """The one to take instead of the first answer; None where that stays."""
    near = [hypothesis for hypothesis in hypotheses if hypothesis.less < settings.within]
    best = max(near, key=lambda hypothesis: hypothesis.gain, default=None)
    return best if best is not None and best.gain > settings.margin else None


@dataclass(slots=True)
class Reranking:
    """The calls for one message, against others that the model might have made.

    Args:
        asked: a message.
        grammar: of calls and words.
        readers: at least one engine, each on another adapter of the same base.
        settings: when they are asked.
    """

    asked: Asked
    grammar: str
    readers: Sequence[Engine]
    settings: RerankingSettings = RerankingSettings()
    done: list[Generation] = field(default_factory=list, init=False)
    """What writing took."""
    reading_seconds: float = field(default=0.0, init=False)
    hypotheses: list[Hypothesis] = field(default_factory=list, init=False)
    """What was read."""

    def better(self, first: Sequence[Made], generation: Generation) -> Candidate | None:
        """What the readers prefer by far; None where that is the first, or nothing else came near.

        Args:
            first: the calls that the model made, at least one.
            generation: that made them. Where it was broken off there is nothing to compare: how
                likely it would have been as a whole is not known.

        Returns:
            Other calls; or, without pieces, that it were better to say something.
        """
        if generation.cut or generation.cancelled:
            return None
        try:
            text = "\n".join(made.line for made in first)
            self.hypotheses = self._read(text, list(self._written(text, generation)))
        except (ModelError, wire.WireError) as error:
            # the first calls are as good as they were
            _log.warning("No other calls were looked for: %s", error)
            return None
        best = None if self.asked.cancelled() else chosen(self.hypotheses, self.settings)
        return best.candidate if best is not None else None

    def _written(self, first: str, generation: Generation) -> Iterator[tuple[Candidate, float]]:
        """Nearly as likely answers and how much less likely, the likeliest fork first; words at
        most once.
        """
        least = generation.log_probability - self.settings.within
        forks = [fork for fork in generation.forks if _total(fork) > least]
        seen = [wire.parse(first).calls]
        for fork in sorted(forks, key=_total, reverse=True):
            if self.asked.cancelled() or len(seen) > self.settings.most:
                break
            if len(fork) == 1 and () in seen:
                continue  # other words
            other = Candidate(0)
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
                # the fork's own call stands; what comes behind it is doubted as ever
                other.certain = _alike(first, other.text).count("\n") + 1
                yield other, generation.log_probability - total

    def _read(self, first: str, others: Sequence[tuple[Candidate, float]]) -> list[Hypothesis]:
        """What the readers find; nothing where there is nothing, or nobody waits any more."""
        answers = [first, *(other.text for other, _ in others)]
        gains = [0.0] * len(others)
        began = time.perf_counter()
        for reader in self.readers if others else ():
            likely = self._likely(reader, answers)
            if len(likely) < len(answers):
                return []
            for at, one in enumerate(likely[1:]):
                gains[at] += (one - likely[0]) / len(self.readers)
        self.reading_seconds = time.perf_counter() - began
        return [
            Hypothesis(other, less, gain) for (other, less), gain in zip(others, gains, strict=True)
        ]

    def _likely(self, reader: Engine, answers: Sequence[str]) -> list[float]:
        """How likely the answers are after the message; of fewer, where nobody waits.

        Any words will do, so of them it is asked by how much likelier it is that there is no call
        than that there is one, whatever it calls.
        """
        texts = [answer + wire.END if answer else wire.CALL for answer in answers]
        found = reader.log_probabilities(self.asked.prompt, texts, cancelled=self.asked.cancelled)
        return [
            likely if answer else found[0] + _not(likely) - likely
            for answer, likely in zip(answers, found, strict=False)
        ]


def _not(likely: float) -> float:
    """The logarithm of the probability that something does not happen."""
    return math.log1p(-min(math.exp(likely), _CERTAIN))


def _alike(one: str, other: str) -> str:
    """What both begin with."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return "".join(character for character, _ in same)


def _total(written: Written) -> float:
    return sum(log_probability for _, log_probability in written)
