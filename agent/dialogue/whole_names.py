"""Names that a call holds a part of: "Tower" of the Round Tower that was spoken of is all of it.

A model copies names word by word, and now and then ends one early or begins it late. Where the
store knows the whole one and the message has it, no one meant half. (To forbid the halves in the
grammar was worse: the model then began another name, and had to go on with that: `docs/lab.md`.)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agent.dialogue.mentions import HOLDS
from agent.dialogue.turns import Call
from tools.names import as_words

_Span = tuple[int, int]


def whole_names(call: Call, names: Sequence[str], message: str) -> dict[str, Any]:
    """The call's arguments, names that are parts of known ones made whole.

    Args:
        call: whose texts are spans of what was said.
        names: that the message holds, in any case of letters.
        message: the traveller's.

    Returns:
        As they were, but for names that stand in the message within one known name alone.
    """
    if not names:
        return dict(call.args)
    known = [span for name in names for span in _found(name, message)]

    def whole(value: Any) -> Any:
        if isinstance(value, list):
            return [whole(one) for one in value]
        return _whole(value, known, message) if isinstance(value, str) else value

    return {
        key: whole(value) if (call.name, key) in HOLDS else value
        for key, value in call.args.items()
    }


def _whole(value: str, known: Sequence[_Span], message: str) -> str:
    around: set[str] = set()
    for start, end in _found(value, message):
        within = [span for span in known if span[0] <= start and end <= span[1]]
        if not within:
            return value  # it stands there by itself, too
        longest = max(within, key=lambda span: span[1] - span[0])
        around.add(message[slice(*longest)])
    return around.pop() if len(around) == 1 else value


def _found(name: str, message: str) -> list[_Span]:
    return [match.span() for match in re.finditer(as_words(name), message, re.IGNORECASE)]
