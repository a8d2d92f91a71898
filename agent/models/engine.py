"""What runs a language model: a prompt in, text out, under a grammar. No torch, no LangChain."""

from __future__ import annotations

import codecs
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

OnText = Callable[[str, float], None]
"""A piece of text, and the natural logarithm of the probability that the model gave its tokens,
of all that it might have written had there been no grammar."""
Cancelled = Callable[[], bool]
Written = tuple[tuple[int, float], ...]
"""Tokens, and the natural logarithm of each one's probability, had there been no grammar."""


@dataclass(frozen=True, slots=True)
class Generation:
    """What came of one prompt. Times are in seconds, from when the engine began on it."""

    text: str
    prompt_tokens: int
    new_tokens: int
    """Those of a given prefix, too."""
    first_token_seconds: float
    """0 when no token came."""
    seconds: float
    cut: bool = False
    """`max_tokens` ended it, not the model."""
    cancelled: bool = False
    log_probability: float = 0.0
    """Natural logarithm, of all tokens together, the end mark's included."""
    forks: Sequence[Written] = ()
    """Beginnings of other answers, if asked for: each ends with a token that was not taken."""


@runtime_checkable
class Engine(Protocol):
    """A model that is loaded and ready.

    An engine promises:

    - decoding is greedy: the same prompt and grammar give the same text;
    - `<|im_start|>` and `<|im_end|>` in the prompt are read as the special tokens, nothing is
      put before the prompt, and no special token's name is ever in `text`;
    - it stops at `<|im_end|>`, and after `max_tokens` with `cut` set;
    - under a grammar `text` is a beginning of one of its sentences, and a whole one unless `cut`
      or `cancelled`;
    - what went to `on_text` is, put together, exactly `text`; no character comes in halves;
    - it may be called from several threads: one generates, the others wait;
    - a cancelled call returns what it has, with `cancelled` set, after at most one more token.
    """

    @property
    def name(self) -> str:
        """For logs and timings, such as "openvino"."""

    def generate(
        self,
        prompt: str,
        *,
        grammar: str | None,
        max_tokens: int,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
        prefix: Written = (),
        fork_above: float = 0.0,
    ) -> Generation:
        """Goes on with the prompt.

        Args:
            prompt: as `wire.render` writes it.
            grammar: as `agent.dialogue.grammar` writes it; None leaves the model free.
            max_tokens: most tokens to write, at least 1.
            on_text: gets each new piece of text; what it raises ends the generation and comes
                out of this method.
            cancelled: asked before each token.
            prefix: of the answer, a fork of one to the same prompt under the same grammar; it
                is told as if it had just been written.
            fork_above: an allowed token whose log-probability is greater than this, and that is not
                taken, makes a fork; with 0 none does.

        Raises:
            ModelError: the prompt is longer than the model can read, or a broken grammar.
        """

    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """How likely each text is after the prompt.

        Args:
            prompt: as for `generate`.
            texts: not empty; `<|im_end|>` in them is read as the special token.
            cancelled: asked before each text.

        Returns:
            Natural logarithms; of fewer texts where it was cancelled.

        Raises:
            ModelError: the prompt, or a text, is longer than the model can read.
        """


class Detokenizer:
    """Token ids to text, one by one: holds a character back until all its bytes are there.

    Args:
        pieces: the bytes of each token id.
        special: ids that have no text.
    """

    def __init__(self, pieces: Mapping[int, bytes], special: Set[int]) -> None:
        self._pieces = pieces
        self._special = special
        # "ignore": a character that never becomes whole is dropped, not shown as a lozenge
        self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")

    def push(self, token: int) -> str:
        """The text that is whole with this token; often empty within a character."""
        if token in self._special:
            return ""
        return self._decoder.decode(self._pieces.get(token, b""))


class Progress:
    """Gathers one generation's tokens: text, times, and whether to go on."""

    def __init__(
        self,
        detokenizer: Detokenizer,
        stop_tokens: Set[int],
        on_text: OnText | None,
        cancelled: Cancelled | None,
    ) -> None:
        self._detokenizer = detokenizer
        self._stop_tokens = stop_tokens
        self._on_text = on_text
        self._asked = cancelled
        self._began = time.perf_counter()
        self._first = 0.0
        self._parts: list[str] = []
        self._tokens = 0
        self._log_probability = 0.0
        """Of the tokens since the last piece of text."""
        self._total = 0.0
        self.cancelled = False
        self.stopped = False

    def take(self, token: int, log_probability: float) -> bool:
        """Adds a token; whether the model should go on."""
        self._log_probability += log_probability
        self._total += log_probability
        if not self._tokens:
            self._first = time.perf_counter() - self._began
        self._tokens += 1
        if token in self._stop_tokens:
            self.stopped = True
            return False
        if piece := self._detokenizer.push(token):
            self._parts.append(piece)
            if self._on_text is not None:
                self._on_text(piece, self._log_probability)
            self._log_probability = 0.0
        return self.wanted()

    def wanted(self) -> bool:
        """Whether to go on, asked between tokens and while a long prompt is read."""
        self.cancelled = self._asked is not None and self._asked()
        return not self.cancelled

    def result(self, prompt_tokens: int, forks: Sequence[Written] = ()) -> Generation:
        """The generation so far."""
        return Generation(
            text="".join(self._parts),
            prompt_tokens=prompt_tokens,
            new_tokens=self._tokens,
            first_token_seconds=self._first,
            seconds=time.perf_counter() - self._began,
            cut=not (self.stopped or self.cancelled),
            cancelled=self.cancelled,
            log_probability=self._total,
            forks=forks,
        )


class Forks:
    """Gathers where an answer might have gone on otherwise.

    Args:
        above: log-probability of a token that makes a fork; 0 gathers nothing.
        prefix: of the answer.
    """

    def __init__(self, above: float, prefix: Written = ()) -> None:
        self._above = above
        self._written = [*prefix]
        self.found: list[Written] = []

    def see(self, log_probabilities: NDArray[np.float32], taken: int) -> None:
        """One more token.

        Args:
            log_probabilities: (vocabulary,), -inf where the grammar forbids a token.
            taken: the token.
        """
        if self._above < 0:
            for token in np.flatnonzero(log_probabilities > self._above).tolist():
                if token != taken:
                    other = (token, float(log_probabilities[token]))
                    self.found.append((*self._written, other))
        self._written.append((taken, float(log_probabilities[taken])))


@contextmanager
def turn_of(lock: threading.Lock, cancelled: Cancelled | None) -> Iterator[bool]:
    """Waits for the lock; yields False, without it, if the call was cancelled while it waited."""
    while not lock.acquire(timeout=0.05):
        if cancelled is not None and cancelled():
            yield False
            return
    try:
        yield cancelled is None or not cancelled()
    finally:
        lock.release()


NOTHING = Generation("", 0, 0, 0.0, 0.0, cancelled=True)
"""Of a call that was cancelled before its turn came."""
