"""Several streams of dialogues -> one, by weights, with nothing held in memory but a buffer.

After every step each stream has given its share as nearly as whole dialogues allow: next comes the
one that is furthest behind, by Webster's method of apportionment (Balinski and Young 1982). So the
first dialogues of a mix, the development set, hold the same shares as the rest. Chance comes in by
the seeded buffer through which a stream passes before.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from agent.dialogue.wire import CALL
from finetune.records import TEXT, Dialogue
from finetune.sources.source import kind_of

EXAMPLES = 3
"""At most so many examples of one dialogue: its last assistant turns."""
BUFFER = 2000
"""Dialogues among which the next one is drawn."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Stream:
    """Groups of dialogues that stay together, such as the examples made of one conversation."""

    name: str
    weight: float
    """Of its dialogues in the mix, relative."""
    groups: Iterable[Sequence[Dialogue]]


class Mix:
    """Groups of all streams in turn; ends when every stream has.

    When a stream has no more, the others go on by their weights.

    Args:
        streams: with names of their own; those of weight 0 are never read.

    Raises:
        ValueError: a weight is below 0, or none is above.
    """

    def __init__(self, streams: Sequence[Stream]) -> None:
        if any(s.weight < 0 for s in streams):
            raise ValueError("a weight of the mix is below 0")
        self.streams = [s for s in streams if s.weight > 0]
        if not self.streams:
            raise ValueError("every weight of the mix is 0: one has to be above")
        self.taken: Counter[str] = Counter()
        """Dialogues by stream."""
        self.exhausted: list[str] = []
        """Streams that had no more when they were asked, in that order."""

    def __iter__(self) -> Iterator[Sequence[Dialogue]]:
        running = {s.name: (s.weight, iter(s.groups)) for s in self.streams}
        while running:
            name = min(running, key=lambda n: (self.taken[n] + 0.5) / running[n][0])
            group = next(running[name][1], None)
            if group is None:
                self.exhausted.append(name)
                del running[name]
            elif group:
                self.taken[name] += len(group)
                yield group


def shuffled(items: Iterable[_T], seed: int, size: int = BUFFER) -> Iterator[_T]:
    """The items in another order, drawn from a buffer that is filled up after each draw.

    No item comes out more than `size - 1` places too early; the same seed gives the same order.
    """
    rng = random.Random(seed)
    buffer: list[_T] = []
    for item in items:
        if len(buffer) < size:
            buffer.append(item)
            continue
        place = rng.randrange(size)
        yield buffer[place]
        buffer[place] = item
    rng.shuffle(buffer)
    yield from buffer


def examples(dialogue: Dialogue, at_most: int = EXAMPLES) -> tuple[Dialogue, ...]:
    """The training examples that a whole dialogue makes, in order.

    Its last assistant turns become one each, with all that was said before: the call and the words
    about what it brought are learned alike, and a long dialogue counts for little more than a short
    one. Words that begin as a call does on the wire (a quotation in Markdown) are never learned.
    """
    turns = dialogue.turns
    if dialogue.kind == TEXT:
        return (dialogue,)
    ends = [
        n
        for n, turn in enumerate(turns, 1)
        if turn.role == "assistant"
        and any(t.role == "user" for t in turns[:n])
        and (turn.calls or (turn.text.strip() and not turn.text.lstrip().startswith(CALL)))
    ]
    return tuple(
        replace(dialogue, turns=turns[:n], kind=kind_of(turns[:n])) for n in ends[-at_most:]
    )
