"""OpenVINO's runtime on a model that `graph.convert` made: the fast engine for CPUs, wheels only.

Measured on two cores (SmolLM2-135M, 8 bits a weight): loads in 4 s; reads 1,300 tokens a second; a
token takes 17 ms, ten read at once 28 ms, which is why what the grammar forces and what can be
copied is read in one go (`drafts`).
"""

from __future__ import annotations

import math
import mmap
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from tokenizers import Tokenizer

from agent.dialogue.wire import CALL, END, answered, render
from agent.errors import ModelError
from agent.models.context import Context
from agent.models.drafts import LENGTHS, Drafts, typical_texts
from agent.models.engine import (
    NOTHING,
    Cancelled,
    Detokenizer,
    Forks,
    Generation,
    OnText,
    Progress,
    Written,
    turn_of,
)
from agent.models.graph import MODEL, TOKENIZER, paged
from agent.models.matching import GrammarTokenizer, Matcher, grammar_tokenizer
from agent.models.pages import release
from agent.models.vocabulary import token_bytes

MAX_TOKENS = 8192
"""The model's context."""
MAX_PROMPT_TOKENS = 7680
"""So that there is room for an answer."""
STEP = 16
"""Tokens at most that are guessed and certain at once; and what more is read is filled up to a
multiple of it: a number that is new costs 20 ms for kernels to be made, so there are to be few."""
_USUAL = (*range(1, STEP + 1), *range(2 * STEP, 8 * STEP, STEP))
"""Numbers of tokens that are often read at once."""
LEAST_GUESSED = 2
"""Tokens of a first guess, even where they need one `STEP` more."""
READ_AT_ONCE = 512
"""Tokens of a prompt between two looks at whether it is still wanted."""
TOLD_AT_ONCE = 64
"""Tokens of a text, of all of which it is asked how likely they are: 200 kB each."""
OTHER_END = "<|endoftext|>"
PRECISE: Mapping[str, Any] = {
    "PERFORMANCE_HINT": "LATENCY",
    # bf16, the default where the processor has it, is no faster for one sequence, and puts the
    # logarithm of a token's probability off by up to 0.6 as its row is read alone or with others
    "INFERENCE_PRECISION_HINT": "f32",
    "KV_CACHE_PRECISION": "f32",
}


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What a tokenizer.json makes of text, and of it a grammar."""

    tokenizer: Tokenizer
    pieces: Mapping[int, bytes]
    special: frozenset[int]
    stop: frozenset[int]
    grammars: GrammarTokenizer


@lru_cache(maxsize=1)
def _vocabulary(tokenizer_json: str) -> _Vocabulary:
    """Once for all adapters of a base: 60 MB each time."""
    tokenizer = Tokenizer.from_str(tokenizer_json)
    words: dict[str, int] = tokenizer.get_vocab(with_added_tokens=True)
    added = tokenizer.get_added_tokens_decoder().items()
    return _Vocabulary(
        tokenizer,
        {number: token_bytes(piece) for piece, number in words.items()},
        frozenset(number for number, token in added if token.special),
        frozenset(words[end] for end in (END, OTHER_END) if end in words),
        grammar_tokenizer(tokenizer.to_str(), words[END]),
    )


class OpenVinoEngine:
    """An `Engine` on OpenVINO's own form of a model.

    What the last prompt shares with the next, an answer's with its call's all but the tools' words,
    is not read again.

    Args:
        model: folder, as `graph.convert` makes it.
        threads: for inference; 0 lets OpenVINO choose.
        properties: further OpenVINO properties, such as `DYNAMIC_QUANTIZATION_GROUP_SIZE`.
        warm: is to write: has kernels made for all the usual lengths now (1.5 s), not while
            somebody waits, and knows what is typically written; otherwise for one length, with
            which the weights are packed.

    Raises:
        ModelError: the folder is missing or can't be read.
    """

    name = "openvino"

    def __init__(
        self,
        model: Path,
        *,
        threads: int = 0,
        properties: Mapping[str, Any] | None = None,
        warm: bool = True,
    ) -> None:
        if not (model / MODEL).is_file():
            raise ModelError(f"There is no model at {model}; run `python -m agent prepare`.")
        options: dict[str, Any] = {**PRECISE, **(properties or {})}
        if threads:
            options["INFERENCE_NUM_THREADS"] = threads
        try:
            core = openvino.Core()
            compiled = core.compile_model(paged(core.read_model(model / MODEL)), "CPU", options)
            words = _vocabulary((model / TOKENIZER).read_text("utf-8"))
        except Exception as error:  # tokenizers knows no other
            raise ModelError(
                f"The model {model} can't be loaded; delete it and run `python -m agent prepare`."
            ) from error
        self._request = compiled.create_infer_request()
        self._tokenizer, self._pieces = words.tokenizer, words.pieces
        self._special, self._stop, self._grammars = words.special, words.stop, words.grammars
        self._pages: list[NDArray[Any]] = []
        """Of keys and values; OpenVINO writes on them."""
        self._context = Context(self._set_pages())
        self._opening = self._encoded(render([]))
        typical = typical_texts() if warm else ()
        self._drafts = Drafts(map(self._typical, typical), self._stop)
        self._lock = threading.Lock()
        # behind the first reading, which packs the weights: it would bring their file back
        self._warm_up(_USUAL if warm else (STEP,))
        release((model / MODEL).with_suffix(".bin"))

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
        """See `Engine.generate`."""
        with turn_of(self._lock, cancelled) as ours:
            if not ours:
                return NOTHING
            progress = Progress(
                Detokenizer(self._pieces, self._special), self._stop, on_text, cancelled
            )
            ids = self._encoded(prompt)
            matcher = None if grammar is None else Matcher(self._grammars, grammar)
            self._drafts.begin(ids, self._begun(answered(prompt)))
            forks = Forks(fork_above, prefix)
            written: list[int] = []
            for token, log_probability in self._tokens(ids, matcher, progress, forks, prefix):
                written.append(token)
                if not progress.take(token, log_probability) or len(written) == max_tokens:
                    break
            if progress.stopped and not prefix:
                self._drafts.remember(written)
            return progress.result(len(ids), forks.found)

    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """See `Engine.log_probabilities`."""
        with turn_of(self._lock, cancelled) as ours:
            ids = self._encoded(prompt) if ours else []
            known: dict[tuple[int, ...], float] = {}
            found: list[float] = []
            for text in texts:
                if not ours or (cancelled is not None and cancelled()):
                    break
                found.append(self._log_probability(ids, self._encoded(text), known))
            return found

    def _log_probability(
        self, prompt: list[int], text: list[int], known: dict[tuple[int, ...], float]
    ) -> float:
        """Of a text; what it begins with is not read again where it is `known`, which grows."""
        at = 0
        while at < len(text) and tuple(text[: at + 1]) in known:
            at += 1
        unread = self._unread([*prompt, *text[:at]]) if at < len(text) else []
        while at < len(text):
            # the last token needs no reading, and one more is told after what is unread
            ahead = text[at : min(at + TOLD_AT_ONCE, len(text)) - 1]
            for row in self._read([*unread, *ahead], 1 + len(ahead)):
                known[tuple(text[: at + 1])] = float(row[text[at]] - _log_sum(row))
                at += 1
            unread = [text[at - 1]]
        return sum(known[tuple(text[: end + 1])] for end in range(len(text)))

    def _typical(self, text: str) -> list[int]:
        """A text as `Drafts` takes it: travellers are answered by calls, mostly, tools by words."""
        role = "user" if text.startswith(CALL) else "tool"
        return [*self._begun(role), *self._encoded(text + END)]

    def _begun(self, role: str) -> list[int]:
        """What guesses go by where an answer begins: whom it is to, and its opening's end."""
        return [*self._encoded(role)[:1], *self._opening[1 - max(LENGTHS) :]]

    def _encoded(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        if len(ids) > MAX_PROMPT_TOKENS:
            raise ModelError(f"The model can't read {len(ids)} tokens at once; say it shorter.")
        return ids

    def _tokens(
        self,
        prompt: Sequence[int],
        matcher: Matcher | None,
        progress: Progress,
        forks: Forks,
        prefix: Written,
    ) -> Iterator[tuple[int, float]]:
        """The best token after prompt and prefix with its log-probability, and so on without
        end; the prefix's come first.

        None come where the call is cancelled while the prompt is read. Each round reads what is
        certain, the last token, and a guess of what follows it; the guess stands as far as it is
        what the model would have written. The first guess is to need no further `STEP`.
        """
        text = list(prompt)
        for token, log_probability in prefix:
            if matcher is not None:
                matcher.accept(token)
            text.append(token)
            yield token, log_probability
        certain = self._unread(text, progress.wanted)
        guess = self._guess(text, matcher) if prefix else self._first_guess(matcher)
        guess = guess[: max(LEAST_GUESSED, -len(certain) % STEP)]
        while certain:
            for at, row in enumerate(self._read([*certain, *guess], 1 + len(guess))):
                sure = _log_probabilities(row, matcher)
                token = int(sure.argmax())
                forks.see(sure, token)
                if matcher is not None:
                    matcher.accept(token)
                text.append(token)
                agrees = at < len(guess) and guess[at] == token
                if not agrees:
                    self._context.cut(len(text) - 1)
                yield token, float(sure[token])
                if not agrees:
                    break
            certain = [token]
            guess = self._guess(text, matcher)

    def _first_guess(self, matcher: Matcher | None) -> Sequence[int]:
        """How an answer to the same role mostly begins."""
        forced = [] if matcher is None else matcher.forced()
        return self._drafts.opening(forced, STEP - 1)

    def _guess(self, text: Sequence[int], matcher: Matcher | None) -> Sequence[int]:
        """What the grammar leaves no choice about, and what came after that before."""
        forced = [] if matcher is None else matcher.forced()
        room = MAX_TOKENS - len(text)
        return self._drafts.extended(text, forced, min(STEP - 1, max(0, room)))

    def _unread(self, prompt: Sequence[int], wanted: Callable[[], bool] | None = None) -> list[int]:
        """Reads all but the end of a prompt, and returns that; nothing where it is cancelled."""
        kept = self._context.keep(prompt)
        while len(prompt) - kept > READ_AT_ONCE:
            self._read(prompt[kept : kept + READ_AT_ONCE])
            kept += READ_AT_ONCE
            if wanted is not None and not wanted():
                return []
        return list(prompt[kept:])

    def _read(self, tokens: Sequence[int], told: int = 1) -> NDArray[np.float32]:
        """Scores of each token that may follow the last of these, (told, vocabulary).

        Raises:
            ModelError: OpenVINO failed, or there is no page left.
        """
        past = len(self._context)
        room = MAX_TOKENS - past - len(tokens)
        padding = min(-len(tokens) % STEP if len(tokens) > STEP else 0, room)
        if room < 0:
            raise ModelError("The model can't go on with so long an answer; ask for less of it.")
        try:
            given = self._context.add(tokens, told, padding)
            self._request.infer(given, share_inputs=True, share_outputs=True)
        except BaseException as error:
            self._context.cut(past)  # what it may have been stopped at was not read
            if isinstance(error, RuntimeError):
                raise ModelError("The model failed on this message; try again.") from error
            raise
        scores: NDArray[np.float32] = self._request.get_output_tensor(0).data[:, 0]
        return scores

    def _set_pages(self) -> int:
        """Pages for as many tokens as the model can read, 46 kB each. They are zeros, and the
        system gives the memory only to those that are written on.

        Returns:
            Tokens that a page has room for.
        """
        page = 0
        for port in self._request.model_inputs:
            name = port.any_name
            if name.startswith(("key_cache.", "value_cache.")):
                _, heads, page, width = (axis.get_max_length() for axis in port.partial_shape)
                dtype = port.element_type.to_dtype()
                shape = (-(-MAX_TOKENS // page), heads, page, width)
                memory = mmap.mmap(-1, math.prod(shape) * dtype.itemsize)
                pages = np.frombuffer(memory, dtype).reshape(shape)
                self._pages.append(pages)
                self._request.set_tensor(name, openvino.Tensor(pages, shared_memory=True))
        return page

    def _warm_up(self, lengths: Sequence[int]) -> None:
        """Reads something of each length."""
        for length in lengths:
            self._read([0] * length, min(length, STEP))
        self._context.cut(0)


def _log_probabilities(scores: NDArray[np.float32], matcher: Matcher | None) -> NDArray[np.float32]:
    """Of each token, had there been no grammar; -inf of those that may not come."""
    sure: NDArray[np.float32] = scores - np.float32(_log_sum(scores))
    return sure if matcher is None else np.where(matcher.allowed(), sure, np.float32(-np.inf))


def _log_sum(scores: NDArray[np.float32]) -> float:
    """The logarithm of the scores' exponentials' sum."""
    top = scores.max()
    return float(top + np.log(np.exp(scores - top).sum()))
