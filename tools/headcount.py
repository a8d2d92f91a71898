"""Who travels, as the model copies them from the conversation, and how many people that is.

A small model copies well and adds badly: of "Emir and his Selma come with Hilde and me" it writes
`["me","Emir","Selma","Hilde"]`, and code counts. Where a number is said outright ("the four of
us"), it writes that number. Of a party that stands it writes who joins it, `["+","Hilde"]`, or who
leaves, `["-","Emir"]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from tools.amounts import amounts_in

ARGUMENT = "travellers"
"""The argument, of any tool, that may be written as a list of those whom it counts."""
SPEAKER = "me"
"""Stands for whoever writes, said ("I", "yours truly") or not ("with my daughter"); comes first."""
JOINING, LEAVING = "+", "-"
"""The first entry where the others join the party that stands, or leave it."""
UNSAID = frozenset({SPEAKER, JOINING, LEAVING})
"""Entries that need not be words of the conversation."""
MOST_NAMED = 10
"""Entries of a list."""

_TENS = r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
_NUMBER = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|"
    rf"(?:thir|four|fif|six|seven|eigh|nine)teen|{_TENS})"
)
_NUMBERS = rf"{_NUMBER}(?:[\s-]+(?:and\s+)?{_NUMBER})*"
_UNIT = r"(?:years?|yrs?|y\.?/?o\b\.?|months?|mths?|weeks?|mo\b|y\b)"
_ABOUT_THEM = re.compile(
    r"\([^)]*\)?|(?<=\w),\s*\d+$"
    rf"|\b(?:{_NUMBER}\s*(?:&|and|,|/)\s*)*(?:{_TENS}[\s-])?{_NUMBER}[\s-]*"
    rf"{_UNIT}"
    r"|\b\w+ty[\s-]?somethings?\b|(?<=[^\W\d_])\d+",
    re.IGNORECASE,
)
"""Ages, and figures within a name: numbers that count nobody."""
_YEARS = r"(?:[\s-]?(?:years?|yrs?|y\.?/?o)\b\.?(?:[\s-]olds?\b)?)"
_AGE = (
    r"(?:an?\s+)?(?:1?\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    rf"(?:thir|four|fif|six|seven|eigh|nine)teen)(?:{_YEARS}|-)?"
)
_CHILDREN = (
    r"(?:(?:grand|step)?(?:kids|children|sons|daughters)|boys|girls|nieces|nephews|toddlers|"
    r"teens|teenagers|little\s+ones|kiddies|bairns)"
)
_AGES = re.compile(
    rf"(?:(?:the|my|our|his|her|their)\s+)?(?:(?P<who>{_CHILDREN})(?:,?\s+|\s*(?=\())"
    r"(?:\(|of\s+|age[sd]?\s+)?)?"
    rf"(?P<ages>{_AGE}(?:(?:\s*[,&/+]\s*(?:and\s+)?|\s+(?:and|plus)\s+){_AGE})+)"
    rf"(?:\s+(?P<whose>{_CHILDREN}))?\)?",
    re.IGNORECASE,
)
"""Children who are told by nothing but their ages: "kids, 7 and 9", "my 7 & 9 year olds"."""
_AND = re.compile(r"\s*(?:,|&|\+|\b(?:and|plus)\b)\s*", re.IGNORECASE)
_SPEAKERS = frozenset({SPEAKER, "i", "myself", "yours truly", "just me"})
_WITH_SPEAKER = re.compile(r"\b(?:[Uu]s|[Ww]e)\b")
_SO_MANY = re.compile(
    r"(?:(?:all|the|my|our|his|her|their|us|we|other|another|only|just|these|those|an?|"
    r"older|oldest|younger|youngest|last|first)\s+)*"
    rf"(?:\w+\s+of\s+(?={_NUMBERS}\s*$))?(?P<number>(?:half[\s-]an?[\s-]|half-)?{_NUMBERS})\b",
    re.IGNORECASE,
)
"""A number counts where an entry begins with it: of "mum 71" and "kids under 10" it does not."""
_BEHIND = re.compile(rf"(?:them|(?!twins)\w+s)\s+(?P<number>{_NUMBERS})$", re.IGNORECASE)
"""... or ends with it: "them two", "adults 3"."""
_CHILD_OF = re.compile(r"\b(?:boy|girl|son|daughter|kid|child|baby|toddler)\s+of\b", re.IGNORECASE)
_PAIR = re.compile(
    r"\b(?:parents|grandparents|godparents|in[- ]?laws|folks|twins|twin(?= \w+s\b)|couples?|"
    r"(?<!au[ -])pairs?|both|spouses|newlyweds)\b(?!['\u2019])",
    re.IGNORECASE,
)
_SEVERAL_PAIRS = re.compile(r"\b(?:couples?|pairs?|sets?)\b", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\b(?:(?:(?:grand|step|god|girl|boy|class|team|flat|room|house)?(?:friend|mate|kid|colleague|"
    r"sister|brother|cousin|boy|girl|son|daughter|niece|nephew|aunt|uncle|neighbou?r|lad|guy|pal|"
    r"relative|sibling|student|intern|toddler|teenager|adult|bestie|bairn|other))s|(?:grand)?children|"
    r"people|kiddies|babies|buddies|women|men|ladies|everyone|everybody)\b(?!['\u2019])"
    r"|\b(?:some|several|most|half|few|all)\s+of\b|\brest\b|^(?:them|they|others)$"
    r"|\b(?:family|crowd|lot|team|gang|crew|group|choir|club|class|band|office)$",
    re.IGNORECASE,
)
"""Several people; "kids" does not say how many."""
_FAMILIES = re.compile(r"\bfamilies\b", re.IGNORECASE)
"""Not even with a number."""
_GROUPS = {"trio": 3, "threesome": 3, "triplets": 3, "quartet": 4, "foursome": 4, "quintet": 5}


def headcount(party: Sequence[str]) -> int:
    """How many people a list of them names, the speaker once.

    Of an entry its number, a pair's or trio's, else one: "wife" 1, "two friends" 2, "parents" 2,
    "two couples" 4, "5-year-old" 1, "mum and dad" 2. Others than the speaker may be called the
    same: "my husband, my sister and her husband".
    """
    parts = [part for named in party for part in _parts(named)]
    speaks = any(part.casefold() in _SPEAKERS for part in parts)
    counted_in = any(_WITH_SPEAKER.search(part) for part in parts)
    others = [part for part in parts if part.casefold() not in _SPEAKERS]
    return (speaks and not counted_in) + sum(map(_people, others))


def counted(args: Mapping[str, Any], standing: int | None = None) -> dict[str, Any]:
    """A call's arguments, a list of travellers as their number.

    Args:
        args: of the call.
        standing: how many travelled so far. Without it those who join or leave stay a list.
    """
    party = args.get(ARGUMENT)
    if not isinstance(party, list | tuple):
        return dict(args)
    if not is_change(party):
        return {**args, ARGUMENT: headcount([str(named) for named in party])}
    if standing is None:
        return dict(args)
    others = headcount([str(named) for named in party[1:]])
    return {**args, ARGUMENT: standing + (others if party[0] == JOINING else -others)}


def uncounted(party: object) -> str | None:
    """Of those who join or leave the first whose number nobody said, as of "the kids", or None."""
    if not is_change(party):
        return None
    parts = (part for named in party[1:] for part in _parts(str(named)))
    return next((part for part in parts if _is_uncounted(part)), None)


def is_change(party: object) -> TypeGuard[Sequence[object]]:
    """Whether it is a list of those who join or leave the party that stands."""
    return isinstance(party, list | tuple) and bool(party) and party[0] in (JOINING, LEAVING)


def _aged(named: str) -> int | None:
    """How many children an entry tells by nothing but their ages, or None."""
    found = _AGES.fullmatch(named.strip())
    if found is None or not (
        found["who"] or found["whose"] or re.search(_YEARS, found["ages"], re.IGNORECASE)
    ):
        return None
    return len(re.findall(_AGE, found["ages"], re.IGNORECASE))


def _is_uncounted(part: str) -> bool:
    number = _aged(part) or _SO_MANY.match(part) or _BEHIND.search(part) or _PAIR.search(part)
    return bool(_FAMILIES.search(part) or (_SEVERAL.search(part) and not number))


def _parts(named: str) -> Iterator[str]:
    """Of "mum and dad" both; figures that stand alone beside others are ages, and children who are
    told by nothing else stay together.
    """
    if _aged(named):
        yield named
        return
    parts = [part for part in _AND.split(_ABOUT_THEM.sub("", named).strip()) if part]
    if len(parts) > 1:
        parts = [part for part in parts if not part.isdigit()]
    yield from parts or [""]


def _people(part: str) -> int:
    if aged := _aged(part):
        return aged
    found = None if _CHILD_OF.match(part) else _SO_MANY.match(part) or _BEHIND.match(part)
    number = _value(found["number"].casefold()) if found else 0
    pairs = bool(_SEVERAL_PAIRS.search(part)) and bool(_PAIR.search(part))
    if number:
        return number * (2 if pairs else 1)
    if re.match(r"both\b", part, re.IGNORECASE) and pairs:
        return 4
    group = next((n for word, n in _GROUPS.items() if word in part.casefold().split()), 1)
    return 2 if _PAIR.search(part) or _WITH_SPEAKER.search(part) else group


def _value(number: str) -> int:
    if number.startswith("half"):
        return 6
    if before := number.removesuffix("dozen").strip(" -"):
        times = 12 if number.endswith("dozen") else 1
        return int(max(amounts_in(before), default=0)) * times
    return 12
