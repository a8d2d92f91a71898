"""`python -m finetune check FILE`: an author's phrasings, read as training will read them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.dialogue.turns import Call
from finetune import asides, followups
from finetune.data import HOURS, is_said
from finetune.filling import call
from finetune.sources import phrasings
from finetune.sources.phrasings import Phrasing
from finetune.synthesis import Synthesizer
from tools.catalog import CATALOG
from tools.headcount import ARGUMENT, MOST_NAMED, UNSAID, counted, is_change
from tools.names import as_words

_TRIES = 4
"""How often each phrasing is filled: fillings differ."""
_ALIKE = 4
"""Lines that may begin with the same three words."""
KINDS = (
    "memory", "opinion", "booking", "hesitation", "agreement", "complaint", "smalltalk",
    "off_topic", "thanks", "greeting", "help", "ask_destination",
)  # fmt: skip
"""Of messages that want nothing done."""


class Lines:
    """What is wrong with the lines of a file; repeats and beginnings are looked at here.

    Args:
        name: the file's.
        known: folded texts that were written before.
    """

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()
        self._name = name
        self._known = set(known)
        self._begins: Counter[str] = Counter()

    def add(self, number: int, kind: str, text: str, message: str) -> None:
        """One more line.

        Args:
            number: of the line, from 1.
            kind: under which it is counted.
            text: no two lines have the same.
            message: few begin with the same words.
        """
        self.counts[kind] += 1
        begin = " ".join(folded(message).split()[:3])
        self._begins[begin] += 1
        if folded(text) in self._known:
            self.note(number, ["it was written before"])
        if self._begins[begin] > _ALIKE:
            self.note(number, [f"more than {_ALIKE} lines begin with {begin!r}"])
        self._known.add(folded(text))

    def note(self, number: int, faults: Iterable[str]) -> None:
        """Faults of a line, each told once."""
        self.faults += [f"{self._name}:{number}: {fault}" for fault in dict.fromkeys(faults)]


def check(path: Path) -> tuple[list[str], Counter[str]]:
    """What is wrong with a file, a sentence each with its line, and its lines by tool.

    Args:
        path: a JSON-lines file after `finetune/phrasings/README.md`.

    Raises:
        ValueError: a line can't be read at all.
    """
    owner = path.stem.removeprefix("clauses-")
    others = [p for p in phrasings.load() if p.author != owner]
    read = list(phrasings.read_file(path))
    source = Synthesizer([*others, *read], seed=1)
    lines = Lines(path.name, (folded(p.text) for p in others))
    for number, phrasing in enumerate(read, start=1):
        lines.add(number, f"{phrasing.tool} {phrasing.kind}".strip(), phrasing.text, phrasing.text)
        if phrasing.author != owner:
            lines.note(number, [f"its author is {phrasing.author!r}, the file's {owner!r}"])
        lines.note(number, _faults(phrasing, source))
    return lines.faults, lines.counts


def folded(text: str) -> str:
    """The words of a text, caseless, slots in braces among them."""
    return " ".join(re.findall(r"[\w{}]+", text.casefold()))


def _faults(phrasing: Phrasing, source: Synthesizer) -> Iterator[str]:
    """What is wrong with one phrasing."""
    if "{stay" in phrasing.text and "{days}" in phrasing.text:
        yield "{stay1} ... and {days} together can contradict each other: write one of them"
    if phrasing.tool == "reply":
        if phrasing.kind not in KINDS:
            yield f"kind {phrasing.kind!r} is none of {', '.join(KINDS)}"
        if not phrasing.answer:
            yield "a reply needs the host's answer"
    if phrasing.tool == "party" and not _says_who(phrasing):
        yield 'a party needs `travellers` that begin with "+" or "-", and somebody behind it'
        return
    if phrasing.tool == "aside" and phrasing.kind not in asides.KINDS:
        yield f"kind {phrasing.kind!r} of an aside is none of {', '.join(asides.KINDS)}"
    if phrasing.tool == "follow":
        if "pick" in phrasing.args:
            yield "`pick` stands beside `args`, not in it"
        wrong = followups.problems([phrasing])
        yield from wrong
        if wrong:
            return
    told: Counter[str] = Counter()
    for _ in range(_TRIES):
        try:
            text, calls = _drawn(phrasing, source)
        except (KeyError, LookupError, StopIteration) as error:
            yield f"it can't be filled: {error}"
            return
        told.update(fault for made in calls for fault in refused(made, text))
    # a slip of the finger may hit an argument's words now and then, as in training
    yield from (fault for fault, times in told.items() if times > 1)


def _says_who(phrasing: Phrasing) -> bool:
    party = phrasing.args.get(ARGUMENT)
    return is_change(party) and (len(party) > 1 or "{who}" in phrasing.text)


def _drawn(phrasing: Phrasing, source: Synthesizer) -> tuple[str, Sequence[Call]]:
    """The phrasing filled, with all that was said, and its calls."""
    if phrasing.tool == "multi":
        message, calls = source.several.filled(phrasing, 5)
        return message.text, calls
    if phrasing.tool == "follow":
        if phrasing.kind in ("days", "city", "date"):
            phrasing = Phrasing(phrasing.author, "plan_days", phrasing.text, phrasing.args)
        else:
            said = source.followups.of(phrasing)
            text = f"{said.before}\n{said.question}\n{said.text}"
            return text, [call(said.tool, said.args)] if said.tool else []
    message = source.filler.fill(phrasing)
    # what a clause says, or a wish without a city, has to be in the call that follows
    if phrasing.tool == "clause" or phrasing.kind == "ask_destination":
        return message.text, [call("plan_days", message.args)]
    if phrasing.tool in ("reply", "aside"):
        return message.text, []
    return message.text, [call(phrasing.tool, message.args)]


def refused(made: Call, text: str) -> Iterator[str]:
    """What the catalog or decoding would refuse of a call that is made after a text."""
    arguments: Mapping[str, type] = {tool.name: tool.arguments for tool in CATALOG}
    try:
        arguments[made.name].model_validate(counted(made.args, standing=MOST_NAMED))  # type: ignore[attr-defined]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        yield f"{made.name} refuses {where}: {first['msg']}"
    if not is_said(made.args, text) or not _in_whole_words(made.args, text):
        yield f"the arguments of {made.name} ({', '.join(made.args)}) are not all in the words"


def _in_whole_words(args: Mapping[str, Any], text: str) -> bool:
    """Whether hours, parts of the day and people that stand in the words are words of their own,
    as decoding will have it: "afternoon" is none of "afternoons".
    """
    said = [value for key, value in args.items() if key in HOURS and str(value) in text]
    if isinstance(party := args.get(ARGUMENT), list):
        said += [named for named in party if named not in UNSAID]
    return all(re.search(as_words(str(value)), text) for value in said)
