"""Second thoughts: other calls, where the likeliest leave out a known name that was said.

A traveller who names a place of the trip's city nearly always wants something done about it. Where
the calls that the model writes first hold no such name, each way in which one could hold it is
written to its end under a grammar that demands it, and the likeliest is taken, unless what was
written first is likelier by far. (Lexically constrained decoding: Hokamp and Liu, 2017; here by a
grammar in place of a beam, and by branch and bound, since a text only grows less likely.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from agent.dialogue import wire
from agent.dialogue.grammar import MAX_CALLS, Holding, heads_grammar
from agent.dialogue.mentions import MEANT, left_out
from agent.dialogue.turns import Call
from agent.models.asked import Asked
from agent.models.engine import NOTHING, Generation
from tools.actions.known_names import Mention

MOST_UNLIKELY = 7.0
"""By how much (natural logarithm) calls that leave out fewer names may be less likely."""
MOST_UNLIKELY_ALONE = 3.0
"""How unlikely they may be where the model would have said something instead."""


@dataclass(slots=True)
class Written:
    """Calls as the engine wrote them; words are not written on."""

    pieces: list[tuple[str, float]] = field(default_factory=list)
    """Text, and the logarithm of its probability, had there been no grammar."""
    total: float = 0.0
    """Of these logarithms."""
    generation: Generation = NOTHING

    @property
    def text(self) -> str:
        """What was written."""
        return "".join(text for text, _ in self.pieces)

    @property
    def is_words(self) -> bool:
        """Whether it begins as words do."""
        return bool(self.pieces) and not self.pieces[0][0].startswith(wire.CALL)

    @property
    def head(self) -> float:
        """Logarithm of the probability that there is to be a call, and of the first one's tool."""
        total = 0.0
        for text, log_probability in self.pieces:
            if "{" in text:
                break
            total += log_probability
        return total


@dataclass(frozen=True, slots=True)
class Reconsideration:
    """One prompt whose message has known names in it."""

    asked: Asked
    grammar: Callable[[Holding | None], str]
    """Of all calls and of words, or of calls that hold something."""

    def best(self) -> Written | None:
        """The calls to be made; None where there are to be none, or they are too long."""
        first = self._write(self.grammar(None), float("-inf"))
        if first is None:
            return None
        silent = first.is_words or first.head < self.asked.doubt
        calls = () if silent else self._calls(first)
        missing = left_out(calls, self.asked.mentions)
        if not missing:
            return None if silent else first
        best = None
        floor = -MOST_UNLIKELY_ALONE if silent else first.total - MOST_UNLIKELY
        for holding in self._ways(missing, calls, "" if silent else first.text, floor):
            written = self._write(self.grammar(holding), floor)
            if written and len(left_out(self._calls(written), self.asked.mentions)) < len(missing):
                best, floor = written, written.total
        return best or (None if silent else first)

    def _calls(self, written: Written) -> list[Call]:
        return [Call(c.name, self.asked.whole(c)) for c in wire.parse(written.text).calls]

    def _ways(
        self, missing: Sequence[Mention], calls: Sequence[Call], text: str, floor: float
    ) -> Iterator[Holding]:
        """The ways in which a call could hold missing names: instead of the calls, or behind."""
        ways: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for (tool, key), kinds in MEANT.items():
            names = tuple(dict.fromkeys(m.text for m in missing if m.kinds & kinds))
            if names:
                ways.setdefault(tool, []).append((key, names))
        places = ["", f"{text}\n"] if 0 < len(calls) < MAX_CALLS else [""]
        for after in places:
            for tool in self._likely(set(ways), after, floor):
                yield from (Holding(tool, key, names, after) for key, names in ways[tool])

    def _likely(self, tools: set[str], after: str, floor: float) -> Iterator[str]:
        """The tools that the model might call, the likeliest first."""
        left = set(tools)
        while left:
            head = self._write(heads_grammar(sorted(left), after), floor)
            if head is None:
                return
            tool = head.text.removeprefix(f"{after}{wire.CALL}")
            left.remove(tool)
            yield tool

    def _write(self, grammar: str, floor: float) -> Written | None:
        """Calls to their end, or the beginning of words.

        Returns:
            None where it is cut, cancelled, or less likely than `floor`.
        """
        written = Written()

        def take(text: str, log_probability: float) -> None:
            written.pieces.append((text, log_probability))
            written.total += log_probability

        done = self.asked.engine.generate(
            self.asked.prompt,
            grammar=grammar,
            max_tokens=self.asked.max_tokens,
            on_text=take,
            cancelled=lambda: self.asked.cancelled() or written.total <= floor or written.is_words,
        )
        if self.asked.cancelled() or written.total <= floor or done.cut or not written.pieces:
            return None
        written.generation = done
        return written
