"""The chat's thumbs -> candidates for training, and what to read before the next one.

    python -m finetune feedback ~/.cache/tripwright/chat.sqlite thumbs.jsonl

Reads the chat's file, and changes nothing in it. Each answer with a thumb becomes a dialogue: the
conversation up to it, with the calls that were made for it. Thumbs up are written to the file
named, which a source of kind `jsonl` reads; thumbs down beside it, for people. Personal data are
masked; names, and what a traveller tells of others in words, are for whoever reads the file to see.

The calls are those that the chat keeps in the metadata of its tool steps: `call` with `name` and
`args`, and `told`, what the model read of the result. What an answer's metadata say of the `trip`
("Lisbon, 3 days") is the system line of what follows it.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from agent.dialogue.turns import Call, Turn
from agent.dialogue.wire import system_text
from finetune.cleaning.privacy import Masker
from finetune.cleaning.rows import mapped
from finetune.records import Dialogue, dialogue_to_dict
from finetune.sources.source import kind_of

ORIGIN = "feedback"


class FeedbackError(ValueError):
    """The chat's file can't be read, or the candidates not be written there."""


@dataclass(frozen=True, slots=True)
class Thumb:
    """An answer that a traveller judged, with all that led to it, masked."""

    dialogue: Dialogue
    up: bool
    comment: str
    """What was written with the thumb; most often nothing."""


@dataclass(slots=True)
class _Exchange:
    """A message, the steps of its tools, and the answer."""

    asked: str
    steps: list[Mapping[str, Any]] = field(default_factory=list)
    answer: Mapping[str, Any] | None = None


def run_feedback(chat_file: Path, out: Path) -> int:
    """Writes `out` and, beside it, `*-down.jsonl`; says how many of what. Returns 0.

    Raises:
        FeedbackError: the file is no chat's, or `out` no place for JSON lines; nothing is written.
    """
    if out.suffix != ".jsonl" or out.resolve() == chat_file.resolve():
        raise FeedbackError(f"The candidates go into a file that ends in .jsonl; {out} does not.")
    skipped: Counter[str] = Counter()
    thumbs = [*read_thumbs(chat_file, skipped)]
    up = [dialogue_to_dict(thumb.dialogue) for thumb in thumbs if thumb.up]
    down = [
        {**dialogue_to_dict(thumb.dialogue), "comment": thumb.comment}
        for thumb in thumbs
        if not thumb.up
    ]
    beside = out.with_name(f"{out.stem}-down.jsonl")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        for path, rows in ((out, up), (beside, down)):
            partial = path.with_name(f".{path.name}.partial")
            lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            partial.write_text("".join(lines), encoding="utf-8")
            partial.replace(path)
    except OSError as error:
        raise FeedbackError(f"The candidates can't be written to {out}: {error}.") from error
    print(f"{len(up)} answers with a thumb up are in {out}, {len(down)} with one down in {beside}.")
    for reason, count in skipped.most_common():
        print(f"Left out: {count}, {reason}.")
    return 0


def read_thumbs(chat_file: Path, skipped: Counter[str] | None = None) -> Iterator[Thumb]:
    """The judged answers of a chat's file, in the order in which threads and answers were made.

    An answer that was judged down, and what came before it, is no part of a later one's dialogue.

    Args:
        chat_file: SQLite, as `agent.chat_file` makes it; it may be in use.
        skipped: counts what is left out, by reason.

    Raises:
        FeedbackError: it can't be read.
    """
    skipped = Counter() if skipped is None else skipped
    if not chat_file.is_file():
        raise FeedbackError(f"There is no file {chat_file}; the chat's is chat.sqlite.")
    address = f"file:{quote(str(chat_file.resolve()))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as db:
            db.row_factory = sqlite3.Row
            judged = {row["step"]: row for row in db.execute("SELECT * FROM feedbacks")}
            threads = db.execute(
                "SELECT DISTINCT t.id FROM threads t JOIN steps s ON s.thread = t.id "
                "JOIN feedbacks f ON f.step = s.id ORDER BY t.created, t.id"
            ).fetchall()
            for thread in threads:
                steps = db.execute(
                    "SELECT json FROM steps WHERE thread = ? ORDER BY created, rowid",
                    (thread["id"],),
                )
                found = [json.loads(step["json"]) for step in steps]
                yield from _of_thread(found, judged, skipped)
    except (sqlite3.Error, json.JSONDecodeError) as error:
        raise FeedbackError(f"{chat_file} is no chat's file that can be read: {error}.") from error


def _of_thread(
    steps: Sequence[Mapping[str, Any]],
    judged: Mapping[str, sqlite3.Row],
    skipped: Counter[str],
) -> Iterator[Thumb]:
    exchanges = _exchanges(steps)
    answers = {str(one.answer["id"]) for one in exchanges if one.answer is not None}
    past: list[Turn] = []
    trip: str | None = ""
    for exchange in exchanges:
        if exchange.answer is None:  # stopped: the agent remembers nothing of it either
            continue
        row = judged.get(str(exchange.answer["id"]))
        if row is not None:
            turns = _judged(exchange, trip, past, keep_failed=not row["value"])
            if isinstance(turns, str):
                skipped[turns] += 1
            else:
                yield _masked(turns, bool(row["value"]), row["comment"] or "")
        if row is not None and not row["value"]:
            past.clear()
        else:
            said = str(exchange.answer.get("output", ""))
            past += [Turn("user", exchange.asked), Turn("assistant", said)]
        trip = _trip_after(exchange, trip)
    for step in steps:
        if step["id"] in judged and step["id"] not in answers:
            skipped["no answer to a message"] += 1


def _exchanges(steps: Iterable[Mapping[str, Any]]) -> list[_Exchange]:
    """A thread's messages with what came of each; the first thing said to it is its answer."""
    found: list[_Exchange] = []
    for step in steps:
        if step["type"] == "user_message":
            found.append(_Exchange(str(step.get("output", ""))))
        elif found and found[-1].answer is None:
            if step["type"] == "tool":
                found[-1].steps.append(step)
            elif step["type"] == "assistant_message":
                found[-1].answer = step
    return found


def _judged(
    exchange: _Exchange, trip: str | None, past: Sequence[Turn], *, keep_failed: bool
) -> tuple[Turn, ...] | str:
    """The dialogue up to an answer, or why there is none.

    A call that failed was put right by a later one: it is nothing to learn.
    """
    steps = [step for step in exchange.steps if keep_failed or not step.get("isError")]
    calls = [_call(step) for step in steps]
    known = [call for call in calls if call is not None]
    if len(known) < len(calls):
        return "the chat did not keep their calls then"
    told = [(step.get("metadata") or {}).get("told") for step in steps]
    turns = [
        *([] if trip is None else [Turn("system", system_text(trip))]),
        *past,
        Turn("user", exchange.asked),
    ]
    if known:
        turns.append(Turn("assistant", calls=tuple(known)))
    facts = [text for text in told if isinstance(text, str)]
    if len(facts) == len(told) and exchange.answer is not None:
        answer = str(exchange.answer.get("output", ""))
        turns += [*(Turn("tool", text) for text in facts), Turn("assistant", answer)]
    # without what the tools told, the answer would be learned as if it came from nowhere
    return tuple(turns)


def _call(step: Mapping[str, Any]) -> Call | None:
    kept = (step.get("metadata") or {}).get("call")
    if not isinstance(kept, Mapping) or not isinstance(kept.get("name"), str):
        return None
    args = kept.get("args")
    return Call(kept["name"], dict(args)) if isinstance(args, Mapping) else None


def _trip_after(exchange: _Exchange, before: str | None) -> str | None:
    """How the system line names the trip from here on; None where the chat did not keep it."""
    kept = ((exchange.answer or {}).get("metadata") or {}).get("trip")
    if isinstance(kept, str):
        return kept
    return None if exchange.steps else before


def _masked(turns: tuple[Turn, ...], up: bool, comment: str) -> Thumb:
    masker = Masker(())
    masked = mapped(turns, masker.mask)
    dialogue = Dialogue(masked, "", kind_of(masked), ORIGIN)
    return Thumb(dialogue, up, masker.mask(comment))
