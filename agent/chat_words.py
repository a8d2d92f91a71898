"""What a traveller reads of a tool call: a title, what was asked, what came of it.

In the language of the page, but for names, and for sentences: those are the agent's, which speaks
English.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from agent.events import ToolCall
from agent.words import Words, words_for
from tools.headcount import is_change
from tools.outcome import Outcome
from tools.trip import Money

_KINDS: Mapping[str, str] = {
    "category": "category",
    "categories": "category",
    "interests": "interest",
    "diet": "diet",
    "format": "format",
    "pace": "value",
    "topic": "value",
}
"""The arguments whose values are of a fixed list, and where the texts have them."""
_WORDED = frozenset({"pace", "mode", "format", "time", "day", "hours"})
"""The facts that can be one of the texts' values ("on foot")."""
_PRICES = frozenset({"cost", "budget"})
_FOUND = frozenset("abc")

_MARKED = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]()<>#|!~$&"})
"""What Markdown reads as more than text."""


def title(call: ToolCall, words: Words | None = None) -> str:
    """A step's name; the tool's own where there is no better one.

    Args:
        call: what the model wants done.
        words: of the page's language; English when None.
    """
    name = _text(words or words_for("en"), f"step.{call.name}")
    if name is None:
        return call.name.replace("_", " ").capitalize()
    # the call may lack what the title names
    named = name.format_map(defaultdict(lambda: "…", {k: str(v) for k, v in call.args.items()}))
    return named if len(named) <= 80 else f"{named[:79]}…"


def asked(call: ToolCall, words: Words | None = None) -> str:
    """The arguments as a Markdown list, most often one to three lines."""
    spoken = words or words_for("en")
    return _lines((_key(key, spoken), _said(key, it, spoken)) for key, it in call.args.items())


def told(text: str, outcome: Outcome | None, words: Words | None = None) -> str:
    """The result as Markdown; `text` is what the model reads, for an outcome that is missing."""
    if outcome is None:
        return plain(text)
    spoken = words or words_for("en")
    parts = [
        f"**{spoken.text(f'situation.{outcome.situation}')}**",
        "\n".join(f"- {plain(change)}" for change in outcome.changes),
        _lines((_key(key, spoken), _fact(key, it, spoken)) for key, it in outcome.facts.items()),
        _places(outcome, spoken),
        # what an edit gave up is told in the answer as well, and is a change already
        "\n".join(f"- {plain(note)}" for note in outcome.notes if note not in outcome.changes),
        f"{spoken.ui['source']}: {plain('; '.join(outcome.sources))}" if outcome.sources else "",
    ]
    return "\n\n".join(filter(None, parts))


def plain(text: str) -> str:
    """Text that Markdown shows as it is: names come from data files and from travellers."""
    return text.translate(_MARKED)


def _text(words: Words, key: str) -> str | None:
    return cast("str | None", words.texts.get(key))


def _key(key: str, words: Words) -> str:
    """Reads "day1_a" as "day 1"; the vocabulary's letters mean nothing to a reader."""
    if key in _FOUND:
        return words.text("key.found")
    if key == "day2":  # of two that were swapped
        return words.text("key.other_day")
    first, _, letter = key.rpartition("_")
    bare = first if letter in _FOUND else key
    if (day := re.fullmatch(r"day(\d+)", bare)) is not None:
        return words.text("key.day_number", number=day[1])
    # what the model makes up is refused by the tool, and shown as it wrote it
    return _text(words, f"key.{bare}") or bare.replace("_", " ")


def _places(outcome: Outcome, words: Words) -> str:
    return "\n".join(
        f"- {plain(p.name)} ({words.text(f'category.{p.category.value}')})"
        for p in outcome.places[:8]
    )


def _said(key: str, value: Any, words: Words) -> str:
    """An argument; what is of no fixed list is in the traveller's own words."""
    if is_change(value):  # who joins, who leaves
        return f"{value[0]} {_said(key, value[1:], words)}"
    if isinstance(value, list | tuple):
        return ", ".join(_said(key, one, words) for one in value)
    if value is True:
        return words.text("value.yes")
    known = _text(words, f"{_KINDS[key]}.{value}") if key in _KINDS else None
    return known or str(value).replace("_", " ")


def _fact(key: str, value: str, words: Words) -> str:
    """A fact, which `tools.actions.saying` has put in English: days, dates and prices anew."""
    if key in _WORDED and (known := _text(words, f"value.{value.replace(' ', '_')}")):
        return known
    if (day := re.fullmatch(r"day (\d+)", value)) is not None:
        return words.text("key.day_number", number=day[1])
    if (days := re.fullmatch(r"(\d+) days?", value)) is not None:
        return words.count("day_count", int(days[1]))
    if (people := re.fullmatch(r"(\d+) (?:people|person)", value)) is not None:
        return words.count("travellers", int(people[1]))
    if (minutes := re.fullmatch(r"(\d+) minutes", value)) is not None:
        return words.duration(int(minutes[1]))
    if key in _PRICES and (price := re.fullmatch(r"(\d+) ([A-Z]{3})", value)) is not None:
        return words.money(Money(float(price[1]), price[2]))
    try:
        on = datetime.strptime(value, "%a %d %b %Y").date()
    except ValueError:
        return value
    return words.dates_of(on, on)


def _lines(pairs: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {plain(key)}: {plain(value)}" for key, value in pairs)
