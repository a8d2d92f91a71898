"""A byte-level vocabulary's entries as bytes, and a GGUF's tokenizer as tokenizer.json has it."""

from __future__ import annotations

from gguf import GGUFReader, TokenType
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from agent.errors import ModelError

PRE_TOKENIZER = "smollm"
"""The one that is known, as GGUF calls it."""


def _byte_of() -> dict[str, int]:
    """GPT-2's alphabet: the printable character that stands for each byte in a vocabulary."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(b): b for b in plain} | {chr(256 + i): b for i, b in enumerate(others)}


_BYTES = _byte_of()


def token_bytes(piece: str) -> bytes:
    """The bytes of a vocabulary's entry; an added token stands for itself."""
    if all(character in _BYTES for character in piece):
        return bytes(_BYTES[character] for character in piece)
    return piece.encode()


def pre_tokenizer() -> pre_tokenizers.PreTokenizer:
    """How smollm's texts are cut: each digit by itself, then GPT-2's words in bytes."""
    return pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )


def gguf_tokenizer(reader: GGUFReader) -> Tokenizer:
    """The tokenizer that a GGUF holds, without transformers.

    Raises:
        ModelError: the file has none, or one of another kind than the base model's.
    """
    fields = {
        name: field.contents()
        for name in ("pre", "tokens", "token_type", "merges")
        if (field := reader.get_field(f"tokenizer.ggml.{name}")) is not None
    }
    if len(fields) < 4 or fields["pre"] != PRE_TOKENIZER:
        raise ModelError("The base model's tokenizer is not the one that is known.")
    vocabulary = {piece: number for number, piece in enumerate(fields["tokens"])}
    merges = [tuple(pair.split(" ", 1)) for pair in fields["merges"]]
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizer()
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(
        [
            AddedToken(piece, special=True, normalized=False)
            for piece, kind in zip(fields["tokens"], fields["token_type"], strict=True)
            if kind == TokenType.CONTROL
        ]
    )
    return tokenizer
