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

_ELSEWHERE = frozenset({Kind.ELSEWHERE})
_CITY, _AREA = frozenset({Kind.CITY}), frozenset({Kind.AREA})
_PLANNED, _NEW = frozenset({Kind.PLANNED}), frozenset({Kind.NEW})
_PLACE = _PLANNED | _NEW
_ANY = _CITY | _PLACE
HOLDS: Mapping[Argument, Kinds] = {
    ("plan_days", "destination"): _CITY | _ELSEWHERE,
    ("plan_days", "more_destinations"): _CITY | _ELSEWHERE,
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
_ALONE = frozenset(
    {
        ("plan_days", "must_see"),
        ("add_place", "place"),
        ("pin_place", "place"),
        ("travel_time", "origin"),
        ("travel_time", "destination"),
    }
)
"""Arguments in which a place's name has nothing around it but its article."""
_HARDLY: Mapping[Argument, Kinds] = {
    ("plan_days", "more_destinations"): _CITY,
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

    Cities of which the store has nothing are named in passing more often than others: they are left
    out only where a trip leads to what nobody knows.

    Args:
        calls: their texts as they were said.
        mentions: the message's known names.
    """
    held = [(kinds, text.casefold()) for call in calls for kinds, text, _ in _held(call)]
    somewhere = all(
        any(
            _has(str(call.args["destination"]).casefold(), one)
            for one in mentions
            if one.kinds <= _ELSEWHERE
        )
        for call in calls
        if call.name == "plan_days" and "destination" in call.args
    )
    return tuple(
        mention
        for mention in mentions
        if mention.kinds
        and not (somewhere and mention.kinds == _ELSEWHERE)
        and not any(kinds & mention.kinds and _has(text, mention) for kinds, text in held)
    )


def stretched(calls: Sequence[Call], mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    """The places' names that stand with more around them: `M+ on day 3` has taken in the day.

    Args:
        calls: as for `left_out`.
        mentions: as for `left_out`.
    """
    texts = [
        (kinds, without_article(text.casefold()))
        for call in calls
        for kinds, text, alone in _held(call)
        if alone
    ]
    return tuple(
        mention
        for mention in mentions
        if mention.kinds & _PLACE
        and not mention.kinds & _CITY
        and any(
            kinds & mention.kinds
            and _has(text, mention)
            and text != without_article(mention.text.casefold())
            for kinds, text in texts
        )
    )


def _has(text: str, mention: Mention) -> bool:
    return re.search(as_words(mention.text.casefold()), text) is not None


def _held(call: Call) -> Iterator[tuple[Kinds, str, bool]]:
    for key, value in call.args.items():
        if kinds := HOLDS.get((call.name, key)):
            alone = (call.name, key) in _ALONE
            yield from ((kinds, text, alone) for text in _texts(value))


def _texts(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else (value,):
        if isinstance(one, str):
            yield one
