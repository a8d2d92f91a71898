"""Which known names of a message its calls leave out, and which arguments could hold them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.dialogue.turns import Call
from tools.mention import Kind, Mention
from tools.names import as_words, without_article

Argument = tuple[str, str]
"""A tool and one of its arguments."""
Kinds = frozenset[Kind]

_TOWN = frozenset({Kind.TOWN})
_CITY, _AREA = frozenset({Kind.CITY}), frozenset({Kind.AREA})
_PLANNED, _NEW = frozenset({Kind.PLANNED}), frozenset({Kind.NEW})
_PLACE = _PLANNED | _NEW
_ANY = _CITY | _PLACE
HOLDS: Mapping[Argument, Kinds] = {
    ("plan_days", "destination"): _CITY | _TOWN,
    ("plan_days", "more_destinations"): _CITY,
    ("plan_days", "must_see"): _PLACE,
    ("plan_days", "avoid"): _PLACE,
    ("plan_days", "lodging"): _PLACE,
    ("add_place", "place"): _PLACE,
    ("remove_place", "place"): _PLACE,
    ("replace_place", "place"): _PLANNED,
    ("replace_place", "replacement"): _NEW,
    ("move_place", "place"): _PLACE,
    ("pin_place", "place"): _PLACE,
    ("unpin_place", "place"): _PLACE,
    ("explain_plan", "place"): _PLACE,
    ("check_opening", "place"): _PLACE,
    ("find_places", "location"): _ANY,
    ("find_places", "near"): _ANY,
    ("travel_time", "origin"): _ANY,
    ("travel_time", "destination"): _ANY,
    ("geocode", "query"): _ANY,
    ("look_up", "location"): _ANY,
    ("add_city", "city"): _CITY,
    ("extend_trip", "location"): _CITY,
    ("shorten_trip", "location"): _CITY,
}
"""Arguments that a known name stands in -> of what it is the name there."""
_HARDLY: Mapping[Argument, Kinds] = {
    ("plan_days", "lodging"): _AREA,
    ("add_place", "place"): _NEW,
    ("move_place", "place"): _PLANNED,
    ("pin_place", "place"): _PLANNED,
    ("unpin_place", "place"): _PLANNED,
    ("extend_trip", "location"): frozenset(),
    ("shorten_trip", "location"): frozenset(),
}
MEANT: Mapping[Argument, Kinds] = {**HOLDS, **_HARDLY}
"""The same, where nobody has heard yet what is wanted: what is not planned is hardly to be moved,
though the tool would know what to do about it. (To be left out it may be: then it is avoided.)"""


def left_out(calls: Sequence[Call], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The mentions that stand in no argument for names of their kind.

    A place's name stands there alone, but for its article: "M+ on day 3" has taken in a day that
    belongs elsewhere. Cities have more around them ("Paris, Texas").

    Cities that the store has nothing of are named in passing more often than others: they are left
    out only where the destination is none of them, nor any other known city.

    Args:
        calls: their texts as they were said.
        mentions: the message's known names.
    """
    held = [(kinds, text.casefold()) for call in calls for kinds, text in _held(call)]

    def is_held(mention: Mention) -> bool:
        name = as_words(without_article(mention.text.casefold()))
        if mention.kinds & (_CITY | _TOWN):
            return any(kinds & mention.kinds and re.search(name, text) for kinds, text in held)
        alone = f"(?:the )?{name}"
        return any(kinds & mention.kinds and re.fullmatch(alone, text) for kinds, text in held)

    somewhere = any("destination" in call.args for call in calls if call.name == "plan_days")
    elsewhere = somewhere and not any(m.kinds == _TOWN and is_held(m) for m in mentions)
    return tuple(
        mention
        for mention in mentions
        if mention.kinds and not is_held(mention) and (elsewhere or mention.kinds != _TOWN)
    )


def _held(call: Call) -> Iterator[tuple[Kinds, str]]:
    for key, value in call.args.items():
        if kinds := HOLDS.get((call.name, key)):
            yield from ((kinds, text) for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, str):
            yield one
