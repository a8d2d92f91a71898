"""How likely a call's arguments were to the model, and which of them it did not mean.

The log-probabilities are the model's own, of all that it might have written without a grammar.
Where the grammar leaves only what can be read as an hour, a model that has begun an hour has to
write one: of what it never would have written the probability is tiny.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from agent.dialogue.readable import FORCED, SHIFTED
from agent.dialogue.turns import Call
from tools.times_of_trip import shift_of

LEAST_LIKELY = math.log(0.02)
"""Of a value that was meant. On 450 development turns the wrong hours and moments that the grammar
forced had 0.001 at most, the right ones 0.24 at least; other arguments are not told apart so."""
_DECODER = json.JSONDecoder()


def value_log_probabilities(
    pieces: Sequence[tuple[str, float]], keys: Sequence[str]
) -> dict[str, float]:
    """How likely each argument's value was to the model, had there been no grammar; what comes
    behind it is not in it.

    Args:
        pieces: of a call's line, with their log-probabilities.
        keys: of its arguments, in order.
    """
    line = "".join(text for text, _ in pieces)
    found: dict[str, float] = {}
    at = 0
    for key in keys:
        before, name, _ = line[at:].partition(json.dumps(key) + ":")
        begins = at + len(before) + len(name)
        try:
            _, at = _DECODER.raw_decode(line, begins)
        except ValueError:  # pieces that are no such line: nothing is known
            return dict.fromkeys(keys, 0.0)
        total, offset = 0.0, 0
        for text, log_probability in pieces:
            if offset < at and offset + len(text) > begins:
                total += log_probability
            offset += len(text)
        found[key] = round(total, 3)
    return found


def meant(call: Call, likely: Mapping[str, float]) -> dict[str, Any]:
    """The call's arguments without those that the grammar forced.

    "Half an hour later" stays where it can count from an hour, however seldom a model heard it.

    Args:
        call: as the model wrote it.
        likely: from `value_log_probabilities`.
    """
    return {
        key: value
        for key, value in call.args.items()
        if (call.name, key) not in FORCED
        or likely[key] >= LEAST_LIKELY
        or ((call.name, key) in SHIFTED and shift_of(str(value)) is not None)
    }
