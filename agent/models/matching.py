"""Which tokens a grammar allows next, for both engines: llguidance, without torch."""

from __future__ import annotations

import json
from typing import Any

import llguidance
import numpy as np
from numpy.typing import NDArray

from agent.errors import ModelError

GrammarTokenizer = Any
"""An `llguidance.LLTokenizer`, which comes without types."""

_BYTE_LEVEL = {
    "type": "ByteLevel",
    "add_prefix_space": False,
    "trim_offsets": True,
    "use_regex": True,
}


def grammar_tokenizer(tokenizer_json: str, end: int, size: int | None = None) -> GrammarTokenizer:
    """A tokenizer as grammars need it.

    Args:
        tokenizer_json: a Hugging Face tokenizer.json, of a vocabulary of bytes.
        end: the token that ends an answer.
        size: of the model's vocabulary, where it is larger than the tokenizer's.
    """
    read = json.loads(tokenizer_json)
    if read.get("decoder") is None:  # by it llguidance sees that the pieces are bytes, as ours are
        read["decoder"] = _BYTE_LEVEL
    return llguidance.LLTokenizer(json.dumps(read), n_vocab=size, eos_token=end)


class Matcher:
    """One sentence of a grammar on its way, token by token.

    Args:
        tokenizer: see `grammar_tokenizer`.
        grammar: as `agent.dialogue.grammar` writes it.

    Raises:
        ModelError: the grammar is broken.
    """

    def __init__(self, tokenizer: GrammarTokenizer, grammar: str) -> None:
        self._matcher: Any = llguidance.LLMatcher(tokenizer, grammar, log_level=0)
        if self._matcher.is_error():
            raise ModelError(f"The grammar of the tools is broken: {self._matcher.get_error()}")
        self._size = tokenizer.vocab_size

    def allowed(self) -> NDArray[np.bool_]:
        """(vocabulary,): whether each token may come next."""
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        return np.unpackbits(bits, count=self._size, bitorder="little").view(np.bool_)

    def forced(self) -> list[int]:
        """The tokens that come next whatever the model thinks, as far as that can be said."""
        return list(self._matcher.compute_ff_tokens())

    def accept(self, token: int) -> None:
        """Goes on with a token.

        Raises:
            ModelError: the grammar does not allow it.
        """
        if not self._matcher.consume_token(token):
            raise ModelError("The grammar refused a token that it had allowed.")
