"""Who travels, as the model copies them from the conversation, and how many people that is.

A small model copies well and adds badly: of "Emir and his Selma come with Hilde and me" it writes
`["me","Emir","Selma","Hilde"]`, and code counts. Where a number is said outright ("the four of
us"), it writes that number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tools.amounts import amounts_in

ARGUMENT = "travellers"
"""The argument that may be written as a list of those whom it counts."""
SPEAKER = "me"
"""Stands for whoever writes, said ("I", "yours truly") or not ("with my daughter"); comes first."""
MOST_NAMED = 10
"""Entries of a list."""

_AGE = re.compile(
    r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|"
    r"seven|eigh|nine)teen|[a-z]+ty(?:-[a-z]+)?)[\s-]*(?:years?|yrs?|y/?o|months?|weeks?)\b",
    re.IGNORECASE,
)
_WITHIN_A_NAME = re.compile(r"(?<=[^\W\d_])\d+")
_HALF_A_DOZEN = re.compile(r"\bhalf a dozen\b", re.IGNORECASE)
_PAIRS = re.compile(
    r"\b(?:parents|grandparents|godparents|in[- ]?laws|folks|twins|twin(?= \w+s\b)|couples?|"
    r"(?<!au )pairs?|both|spouses|newlyweds|we|us)\b",
    re.IGNORECASE,
)
_GROUPS = {"trio": 3, "triplets": 3, "quartet": 4, "quintet": 5}
_EACH_TWO = re.compile(r"\b(?:couples|pairs)\b", re.IGNORECASE)


def people(named: str) -> int:
    """How many people one entry of a list names: its number, a pair's or trio's, else one.

    "wife" 1, "two friends" 2, "parents" 2, "two couples" 4, "5-year-old" 1.
    """
    said = _HALF_A_DOZEN.sub("six", _AGE.sub(" ", _WITHIN_A_NAME.sub("", named)))
    numbers = [int(n) for n in amounts_in(said) if n >= 1 and n == int(n)]
    if numbers:
        return max(numbers) * (2 if _EACH_TWO.search(named) else 1)
    group = next((n for word, n in _GROUPS.items() if word in named.casefold().split()), 1)
    return 2 if _PAIRS.search(named) else group


def headcount(party: Sequence[str]) -> int:
    """How many people a list of them names, the speaker once.

    Others may be called the same: "my husband, my sister and her husband".
    """
    others = [named for named in party if named != SPEAKER]
    return (SPEAKER in party) + sum(map(people, others))


def counted(args: Mapping[str, Any]) -> dict[str, Any]:
    """A call's arguments, a list of travellers as their number."""
    party = args.get(ARGUMENT)
    if not isinstance(party, list | tuple):
        return dict(args)
    return {**args, ARGUMENT: headcount([str(named) for named in party])}
