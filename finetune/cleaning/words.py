"""What a dialogue says, as words: folded, names marked; how similar two of them are."""

from __future__ import annotations

import itertools
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rapidfuzz.distance import OSA

from agent.dialogue.turns import Turn

NAME = "\x02"
"""Before a word that is written as a name or a number."""
CALLED = "\x03"
"""Before a word of a call's arguments, which counts as a name."""
EXCHANGE = "\n"
"""Before the last message that was answered, and its answer."""
_MARKS = NAME + CALLED
_MARKED = re.compile(f"[{_MARKS}](\\S+)")
NAME_WEIGHT = 3
"""A name counts like so many other words."""
LEAST_SLIPS = 3
"""Slips of the pen that are overlooked, or one in ten words if those are more."""

# In scripts without blanks between words, a character is a word; so is a symbol, for "C++" is not
# "C#"; punctuation is none.
_WORD = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
    r"|[^\W_]+(?:['’][^\W_]+)*"
    r"""|[^\w\s.,;:!?'"“”‘’«»()\[\]{}…·_–—\u2010-\u2012\x00-\x1f-]"""
)
_SENTENCE_END = re.compile(r"""[.!?…:;]["'”’)]*\s*["'“‘(*_-]*\s*$|\n[\s"'“‘(*_>#-]*$""")
_TELLING = re.compile(r"[\d+*/=<>#%^$€£¥]")
"""Of numbers and formulas; they count as names wherever they stand."""
_LONGEST_GAP = 12
"""Between two words, as far as an end of a sentence is looked for."""


class Names(Protocol):
    """Knows which words are names where their spelling doesn't tell."""

    def is_name(self, word: str) -> bool:
        """Whether a folded word is rather a name."""

    def is_rare(self, word: str) -> bool:
        """Whether a folded word is so rare that it may be a name nobody has written large."""


def said(turns: Sequence[Turn]) -> str:
    """A dialogue's words, joined by blanks, `EXCHANGE` before the last exchange.

    Those of the user and the assistant; the values of a call are names. System lines and tools'
    facts are often the same for thousands of dialogues and don't count.
    """
    last = max((i for i, t in enumerate(turns) if t.role == "user"), default=0)
    parts = []
    for some in (turns[:last], turns[last:]):
        words = [w for t in some if t.role in ("user", "assistant") for w in _of_turn(t)]
        parts.append(" ".join(words))
    return EXCHANGE.join(parts)


def marked(text: str) -> list[str]:
    """The folded words of a text; names and numbers with `NAME` before them.

    A name is written with a capital inside a sentence. Where most words are, none is told by it.
    """
    found = list(_WORD.finditer(text))
    written = [match[0] for match in found]
    words = [_folded(word) for word in written]
    capitals = [n for n, word in enumerate(written) if word[0].isupper()]
    tells = 2 * len(capitals) <= len(found)
    for n in capitals if tells else ():
        is_short = len(written[n]) == 1 or written[n][1] in "'’"  # I, I'm
        if n and not is_short:
            start, end = found[n - 1].end(), found[n].start()
            gap = text[max(start, end - _LONGEST_GAP) : end]
            if gap == " " or not _SENTENCE_END.search(gap):
                words[n] = NAME + words[n]
    return [w if w.isalpha() or w[0] == NAME or not _TELLING.search(w) else NAME + w for w in words]


def shingles(words: str) -> set[bytes]:
    """The words and pairs of neighbouring words, of what `said` returns or `marked` words joined.

    Messages are short: a word changed in 25 changes 5 of 21 runs of five, and 3 of 49 of these.
    """
    plain = _plain(words).split()
    pairs = (f"{one} {other}" for one, other in itertools.pairwise(plain))
    return {shingle.encode() for shingle in (*plain, *pairs)}


@dataclass(frozen=True, slots=True)
class Bag:
    """Words with how often they stand in a text, and which of them are names."""

    counts: Counter[str]
    marks: set[str]
    size: int

    @classmethod
    def of(cls, words: str, names: Names | None = None) -> Bag:
        """Of words joined by blanks, names marked; `names` knows of more."""
        marks = set(_MARKED.findall(words))
        plain = _plain(words).split()
        counts = Counter(plain)
        if names is not None:
            marks.update(filter(names.is_name, counts))
        return cls(counts, marks, len(plain))


@dataclass(frozen=True, slots=True)
class Bags:
    """The words of a dialogue and those of its last exchange; one and the same where it is all."""

    whole: Bag
    end: Bag

    @classmethod
    def of(cls, words: str, names: Names | None = None) -> Bags:
        """Of what `said` returns, or of the marked words of a message joined by blanks."""
        before, _, end = words.rpartition(EXCHANGE)
        whole = Bag.of(words, names)
        return cls(whole, Bag.of(end, names) if before else whole)


def similarity(one: Bags, other: Bags, least: float = 0.0, names: Names | None = None) -> float:
    """How similar two dialogues are, from 0 to 1.

    The Jaccard similarity of the bags of words (Ruzicka's), a name counting `NAME_WEIGHT` times and
    words with a slip of the pen (Damerau 1964) counting as the same; or that of the names alone if
    it is less, where a name in place of another counts `NAME_WEIGHT` times: "3 days in Lisbon" does
    not repeat "3 days in Porto". For dialogues the lesser of that of the whole and of the last
    exchange.

    Args:
        one: the words of a dialogue.
        other: those of another.
        least: what less similar ones are is not of interest; 0 is returned where this is clear.
        names: knows of more names than are marked in `other`.
    """
    found = _similar(one.whole, other.whole, least, names)
    if found and (one.end is not one.whole or other.end is not other.whole):
        found = min(found, _similar(one.end, other.end, least, names))
    return found


def _similar(one: Bag, other: Bag, least: float, names: Names | None) -> float:
    rest, others = _beyond(one.counts, other.counts), _beyond(other.counts, one.counts)
    apart, others_apart = sum(rest.values()), sum(others.values())
    shared = one.size - apart
    slips_at_most = min(apart, others_apart, max(LEAST_SLIPS, shared // 10))
    most = NAME_WEIGHT * (shared + slips_at_most)
    if most < least * (most + apart + others_apart - 2 * slips_at_most):
        return 0.0
    slips = _take_slips(rest, others, slips_at_most) if slips_at_most else 0
    marks = one.marks | other.marks
    if names is not None:
        marks |= _more_names(one, rest, others, marks, names)
    left, right = (sum(n for w, n in c.items() if w in marks) for c in (rest, others))
    named = sum(min(n, other.counts.get(w, 0)) for w, n in one.counts.items() if w in marks)
    same = shared + slips + (NAME_WEIGHT - 1) * named
    every = same + sum(rest.values()) + sum(others.values()) + (NAME_WEIGHT - 1) * (left + right)
    # a name in place of another tells more than one that is only said in one of them
    other_names = left + right + 2 * (NAME_WEIGHT - 1) * min(left, right)
    of_names = named / (named + other_names) if other_names else 1.0
    return min(same / every, of_names) if every else 1.0


def _more_names(
    one: Bag, rest: dict[str, int], others: dict[str, int], marks: set[str], names: Names
) -> set[str]:
    """What is a name by others' spelling; or by being rare, where it stands for another such."""
    left = {w for w, n in rest.items() if n}
    right = {w for w, n in others.items() if n}
    known = {w for w in right if w not in marks and names.is_name(w)}
    likely = marks | known
    if all(any(w in likely or names.is_rare(w) for w in side) for side in (left, right)):
        known |= {w for w in (*one.counts, *right) if w not in likely and names.is_rare(w)}
    return known


def _beyond(counts: Counter[str], others: Counter[str]) -> dict[str, int]:
    """The words that one text has and the other has not, or not so often (quicker than `-`)."""
    return {w: more for w, n in counts.items() if (more := n - others.get(w, 0)) > 0}


def _take_slips(rest: dict[str, int], others: dict[str, int], at_most: int) -> int:
    """Takes words that are one, spelled in two ways, out of both; returns how many."""
    found = 0
    by_letter: dict[str, list[str]] = defaultdict(list)
    for word in others:
        by_letter[word[0]].append(word)
    for word in rest:
        for match in by_letter.get(word[0], ()):
            if found < at_most and others[match] and _is_slip(word, match):
                found += 1
                rest[word] -= 1
                others[match] -= 1
                break
    return found


def _is_slip(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    if shorter < 4 or not (one.isalpha() and other.isalpha()):
        return False
    allowed = 1 if shorter < 8 else 2
    return OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _of_turn(turn: Turn) -> Iterator[str]:
    yield from marked(turn.text)
    for call in turn.calls:
        yield call.name.casefold()
        yield from _of_value(call.args)


def _of_value(value: Any) -> Iterator[str]:
    """Keys and values of a call's arguments; what a value says is what the call is about."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key).casefold()
            yield from _of_value(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _of_value(inner)
    elif value is not None:
        yield from (CALLED + _folded(word) for word in _WORD.findall(str(value)))


def _folded(word: str) -> str:
    if word.isascii():
        return word.casefold()
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in letters if not unicodedata.combining(c)) or word


def _plain(words: str) -> str:
    return words.replace(NAME, "").replace(CALLED, "")


def spellings(words: str) -> tuple[list[int], list[int]]:
    """Hashes of the words people wrote, and +1 for each written as a name, -1 for each that is not.

    Args:
        words: as `said` returns them.
    """
    hashes, signs = [], []
    for word in words.split():
        name = word[0] == NAME
        if word[0] != CALLED and word[-1].isalpha():
            hashes.append(crc(word[1:] if name else word))
            signs.append(1 if name else -1)
    return hashes, signs


def crc(word: str) -> int:
    """A hash of 32 bits, the same in every process."""
    return zlib.crc32(word.encode())
