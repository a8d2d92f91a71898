"""The authored phrasings: templates with slots in braces, by independent voices.

`finetune/phrasings/*.jsonl`. The five `seed-*` files were written for a first sketch of the tools;
`SEED_TOOLS` maps them to the catalog as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.dialogue import phrases
from finetune.sources.share import Share

FOLDER = Path(__file__).parents[1] / "phrasings"

SEED_TOOLS = {
    "set_trip": "plan_days",
    "plan_days": "replan",
    "extend": "extend_trip",
    "export": "export_trip",
}
_LISTS = frozenset({"diet", "interests", "must_see", "avoid"})
"""Arguments that hold several."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One authored template; `args` are those its wording implies without a slot."""

    author: str
    tool: str
    """A catalog tool, "replan" (of the trip there is), "party" (who joins or leaves that), "reply",
    "aside", "clause", "multi", "follow" or "answer"."""
    text: str
    args: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    """The kind of reply or aside, the clause's argument, the answer's situation, what was asked."""
    answer: str = ""
    calls: tuple[Mapping[str, Any], ...] = ()
    needs_trip: bool = False
    then: str = ""
    """Of a "follow": the tool that it asks for, where the question leaves that open."""
    pick: int = 0
    """Of a "follow": which of the options the wording itself means ("the latter": 2)."""
    silent: bool = False
    """Of a "follow": nothing is to be done."""


def load(
    folder: Path = FOLDER, share: Sequence[tuple[str, float]] = (), seed: int = 0
) -> Iterator[Phrasing]:
    """All phrasings of a folder, and the host's answers from `agent.dialogue.phrases`.

    Args:
        folder: holds JSON-lines files after its README.
        share: as of `Share`.
        seed: likewise.

    Raises:
        ValueError: a line is no JSON or lacks its text; names the file and line.
    """
    for situation, texts in phrases.templates().items():
        for text in texts:
            yield Phrasing("host", "answer", text, kind=situation)
    wanted = Share(share, seed)
    for path in sorted(folder.glob("*.jsonl")):
        yield from (p for p in read_file(path) if wanted.keeps(p.author))


def read_file(path: Path) -> Iterator[Phrasing]:
    """The phrasings of one file.

    Raises:
        ValueError: as `load`.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield _read(path.stem, json.loads(line))
        except KeyError as error:
            also = " (a clause has 'arg')" if error.args == ("tool",) else ""
            raise ValueError(f"{path.name}:{number} lacks {error}{also}.") from error
        except (json.JSONDecodeError, TypeError) as error:
            raise ValueError(f"{path.name}:{number} is no phrasing: {error!r}.") from error


def _read(stem: str, row: dict[str, Any]) -> Phrasing:
    text = row["text"]
    if stem.startswith("seed-"):
        args = {**({"pace": row["pace"]} if "pace" in row else {}), **row.get("args", {})}
        tool = SEED_TOOLS.get(row["tool"], row["tool"])
        return Phrasing(stem, tool, text, args, row.get("kind", ""))
    author = row["author"]
    if "arg" in row:
        value = row.get("value", True)
        listed = row["arg"] in _LISTS and not isinstance(value, list)
        args = {} if "{" in text else {row["arg"]: [value] if listed else value}
        return Phrasing(author, "clause", text, {**args, **row.get("args", {})}, kind=row["arg"])
    if stem == "multi" or row["tool"] == "multi":
        return Phrasing(author, "multi", text, calls=tuple(row["calls"]))
    tool = row["tool"]
    if tool == "follow":
        return Phrasing(
            author,
            tool,
            text,
            row.get("args", {}),
            row["asked"],
            row.get("answer", ""),
            then=row.get("call", ""),
            pick=row.get("pick", 0),
            silent=row.get("silent", False),
        )
    needs_trip = row.get("state") == "trip"
    cityless = "{city}" not in text and "destination" not in row.get("args", {})
    if tool == "plan_days" and (needs_trip or cityless):  # said of the trip there is
        tool = "replan"
    return Phrasing(
        author,
        tool,
        text,
        row.get("args", {}),
        row.get("kind", ""),
        row.get("answer", ""),
        needs_trip=needs_trip,
    )
