"""TravelPlanner's training queries, with the call that our catalog has for them.

TravelPlanner (Xie et al. 2024, https://arxiv.org/abs/2402.01622) is a benchmark: its 180 validation
and 1,000 test queries are refused here, by the file's name and by what only the training split has,
annotated plans and at most 45 rows.

Each query comes with the values it was written from. Where they stand in the query, they become
the arguments of `plan_days`, in the traveller's words; the annotated plan itself is not learned,
because here a solver plans. Queries for "2 cities in Texas" name no city and are left out, which
leaves the 15 for three days. Wishes that `plan_days` has no argument for (rooms, cuisines, means of
transport) are in no call.
"""

from __future__ import annotations

import ast
import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from agent.dialogue import wire
from agent.dialogue.turns import Call, Turn
from finetune.config import SourceConfig
from finetune.sources.conversations import RowError
from finetune.sources.source import Part, Source, SourceError
from finetune.sources.tables import FORMATS, table
from tools.dates import resolve_date

NAME = "osunlp/TravelPlanner"
SPLIT = "train"
ROWS = 45
LICENCE = "CC-BY-4.0"
_MONTHS = frozenset(name.casefold() for name in calendar.month_name if name)
_NUMBER = re.compile(r"\d{1,2}(?:st|nd|rd|th)|\d{4}")
_LONGEST = 5
"""Words of a date at most."""


def travelplanner(config: SourceConfig) -> Source:
    """The training split from the hub, or from a local folder or file called train.

    Raises:
        SourceError: the path names another file than the training split's.
    """
    path = config.path or NAME
    here = Path(path).expanduser()
    if here.is_dir():
        found = sorted(p for p in here.iterdir() if p.stem == SPLIT and p.suffix in FORMATS)
        if not found:
            raise SourceError(
                f"{path} holds no train.csv, the only split that may be learned from."
            )
        here, path = found[0], str(found[0])
    if (here.is_file() or here.suffix in FORMATS) and here.stem != SPLIT:
        raise SourceError(
            f"{path} may not be learned from: of TravelPlanner only train.csv may, "
            "validation and test are for evaluation."
        )
    part = table(path, config=SPLIT)
    rows = Part(part.name, _training_rows(part))
    return Source(config, LICENCE, _turns, [rows], "one of TravelPlanner's")


def _training_rows(part: Part) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Passes rows on as long as they look like the training split's.

    Raises:
        SourceError: a row has no annotated plan, or there are more rows than the split has.
    """
    for number, row in part.rows:
        if number > ROWS or not row.get("annotated_plan"):
            raise SourceError(
                f"{part.name} is not TravelPlanner's training split, which has {ROWS} rows with "
                "annotated plans; validation and test may not be learned from."
            )
        yield number, row


def _turns(row: Mapping[str, Any]) -> tuple[Turn, ...]:
    try:
        query = str(row["query"])
        cities = int(row["visiting_city_number"])
        dates = [date.fromisoformat(d) for d in _value(row["date"])]
        args: dict[str, Any] = {"destination": str(row["dest"]), "days": int(row["days"])}
        people, budget = int(row["people_number"]), int(row["budget"])
        constraints = _value(row["local_constraint"]) or {}
        first, last = dates[0], dates[-1]
        rule = constraints.get("house rule")
    except (KeyError, IndexError, TypeError, ValueError, SyntaxError, AttributeError) as error:
        raise RowError("values that are not TravelPlanner's") from error
    if cities != 1:
        raise RowError("several cities that the query does not name")
    if args["destination"] not in query or f"${budget:,}" not in query:
        raise RowError("a destination or budget that the query does not name")
    until = _said(query, last, first)
    since = _said(query[: query.index(until)], first, first) if until else ""
    if not since:
        raise RowError("dates that the query does not name")
    args |= {"start_date": since, "end_date": until, "travellers": people}
    args |= {"budget": budget, "currency": "USD"}
    if rule == "children under 10":
        args["good_for_kids"] = True
    return (
        Turn("system", wire.system_text()),
        Turn("user", query),
        Turn("assistant", calls=(Call("plan_days", args),)),
    )


def _value(cell: Any) -> Any:
    """A cell that holds a Python literal as text, as the CSV files have it."""
    return ast.literal_eval(cell) if isinstance(cell, str) else cell


def _said(text: str, meant: date, today: date) -> str:
    """The words of a text that `tools.dates` reads as the date that is meant, or "".

    A date begins and ends with a month, an ordinal or a year. From each that may begin one, the
    longest words that read as one are taken: the "22nd" of "March 22nd" is no date by itself.
    """
    words = list(re.finditer(r"\w+", text))
    dated = [w[0].casefold() in _MONTHS or bool(_NUMBER.fullmatch(w[0])) for w in words]
    for n, first in enumerate(words):
        if not dated[n] or (n and words[n - 1][0].casefold() in _MONTHS):
            continue
        for end in range(min(n + _LONGEST, len(words)), n, -1):
            span = text[first.start() : words[end - 1].end()]
            found = resolve_date(span, today) if dated[end - 1] else None
            if found == meant:
                return span
            if found:
                break
    return ""
