"""`python -m finetune check FILE`: an author's lines, read as training will read them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from agent.dialogue import wire
from agent.dialogue.turns import Call
from finetune import asides, followups
from finetune.data import HOURS, is_said
from finetune.filling import call
from finetune.sources import demonstrations, phrasings
from finetune.sources.demonstrations import Demonstration
from finetune.sources.phrasings import Phrasing
from finetune.synthesis import FACTS, Synthesizer
from tools.catalog import CATALOG
from tools.headcount import ARGUMENT, MOST_NAMED, UNSAID, counted, is_change
from tools.names import as_words

_ANY_TIME = frozenset({"plan_days", "find_places", "geocode", *FACTS})
"""Tools that need no trip."""
_TRIES = 4
"""How often each phrasing is filled: fillings differ."""
_ALIKE = 4
"""Lines that may begin with the same three words."""
KINDS = (
    "memory", "opinion", "booking", "hesitation", "agreement", "complaint", "smalltalk",
    "off_topic", "thanks", "greeting", "help", "ask_destination",
)  # fmt: skip
"""Of messages that want nothing done."""


_TRIP = re.compile(r"\S.*, (\d+) days?")


def check(path: Path) -> tuple[list[str], Counter[str]]:
    """What is wrong with a file, a sentence each with its line, and its lines by tool.

    Args:
        path: a JSON-lines file after `finetune/phrasings/README.md` or
            `finetune/demonstrations/README.md`.

    Raises:
        ValueError: a line can't be read at all.
    """
    return _demonstrations(path) if demonstrations.are_in(path) else _phrasings(path)


def _demonstrations(path: Path) -> tuple[list[str], Counter[str]]:
    faults: list[str] = []
    counts: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    known: set[str] = set()
    for number, shown in enumerate(demonstrations.read_file(path), start=1):
        counts["+".join(made.name for made in shown.calls) or f"reply {shown.kind}"] += 1
        folded = _folded("\n".join(shown.said))
        begin = " ".join(_folded(shown.said[-1]).split()[:3]) if shown.said else ""
        begins[begin] += 1
        found = ["it stands here twice"] if folded in known else []
        if begins[begin] > _ALIKE:
            found.append(f"more than {_ALIKE} lines begin with {begin!r}")
        known.add(folded)
        found += _shown_wrong(shown)
        faults += [f"{path.name}:{number}: {fault}" for fault in dict.fromkeys(found)]
    return faults, counts


def _shown_wrong(shown: Demonstration) -> Iterator[str]:
    """What is wrong with one demonstration."""
    if len(shown.said) % 2 == 0:
        yield "`said` has to begin and end with the traveller"
    if len(shown.said) > 1 + wire.HISTORY:
        yield f"only the last {1 + wire.HISTORY} messages are read"
    trip = _TRIP.fullmatch(shown.trip)
    if shown.trip and not trip:
        yield 'the trip is written as "Varena, 4 days"'
    if not shown.calls and (shown.kind not in KINDS or not shown.reply):
        yield f"without calls it needs a reply, and a kind of {', '.join(KINDS)}"
    if not shown.trip and any(made.name not in _ANY_TIME for made in shown.calls):
        yield "nothing is planned yet that could be changed"
    text = "\n".join((shown.trip, *shown.said))
    for made in shown.calls:
        try:
            yield from _refused(call(made.name, made.args), text)
        except KeyError as error:
            yield str(error.args[0])
            continue
        days = [made.args[key] for key in ("day", "other_day") if key in made.args]
        if trip and any(isinstance(day, int) and day > int(trip[1]) for day in days):
            yield "the trip has no such day"


def _phrasings(path: Path) -> tuple[list[str], Counter[str]]:
    owner = path.stem.removeprefix("clauses-")
    others = [p for p in phrasings.load() if p.author != owner]
    known = {_folded(p.text) for p in others}
    read = list(phrasings.read_file(path))
    source = Synthesizer([*others, *read], seed=1)
    faults: list[str] = []
    counts: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    for number, phrasing in enumerate(read, start=1):
        counts[f"{phrasing.tool} {phrasing.kind}".strip()] += 1
        folded = _folded(phrasing.text)
        begin = " ".join(folded.split()[:3])
        begins[begin] += 1
        found = [] if folded not in known else ["it was written before"]
        if phrasing.author != owner:
            found.append(f"its author is {phrasing.author!r}, the file's {owner!r}")
        if begins[begin] > _ALIKE:
            found.append(f"more than {_ALIKE} lines begin with {begin!r}")
        known.add(folded)
        found += _faults(phrasing, source)
        faults += [f"{path.name}:{number}: {fault}" for fault in dict.fromkeys(found)]
    return faults, counts


def _folded(text: str) -> str:
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
    refused: Counter[str] = Counter()
    for _ in range(_TRIES):
        try:
            text, calls = _drawn(phrasing, source)
        except (KeyError, LookupError, StopIteration) as error:
            yield f"it can't be filled: {error}"
            return
        refused.update(fault for made in calls for fault in _refused(made, text))
    # a slip of the finger may hit an argument's words now and then, as in training
    yield from (fault for fault, times in refused.items() if times > 1)


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


def _refused(made: Call, text: str) -> Iterator[str]:
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
