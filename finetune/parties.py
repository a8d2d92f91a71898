"""Who comes along, as people say it: "my wife, our two girls (7 and 11) and yours truly" is four.

The head count is the argument that first requests got wrong most often: it is summed, not copied,
and two hundred forms of words were learnt by heart. Here parties are put together from companions,
so that hardly any is met twice. Who they are is the label: code counts them
(`tools/headcount.py`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools.headcount import SPEAKER, headcount

MOST = 9
"""People in a party; larger ones are drawn anew."""


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(item.split()) for item in text.split(";"))


_MY = ("my", "my", "my", "my", "the")
_ONE = _listed(
    """
    wife; husband; partner; girlfriend; boyfriend; fiancée; mum; mother; mom; dad; father;
    sister; brother; cousin; aunt; uncle; gran; grandma; grandad; mother-in-law; father-in-law;
    sister-in-law; best friend; flatmate; neighbour; colleague; boss; better half; other half;
    stepmother; godmother; roommate
    """
)
_LONE = _listed(
    """
    a friend; a colleague; a mate; hubby; the missus; Mum; Dad; Granny; an old friend
    """
)
_MANY = _listed(
    """
    friends; mates; colleagues; sisters; brothers; cousins; girlfriends; buddies; besties;
    classmates; flatmates; aunts; uncles; work friends; teammates; pals
    """
)
_COUPLES = _listed(
    """
    my parents; both my parents; my in-laws; my grandparents; another couple; my sister and her
    husband; my brother and his wife; my mum and dad; my son and his wife; my daughter and her
    fiancé; my cousin and his boyfriend; a couple of friends; his parents; her mum and stepdad;
    my mother and her sister
    """
)
_CHILD = _listed(
    """
    son; daughter; little boy; little girl; grandson; granddaughter; nephew; niece; boy; girl;
    youngest; eldest; godson; stepdaughter; kid; little one
    """
)
_SMALL = _listed(
    """
    our baby; a baby; our toddler; a toddler; the baby; my baby girl; our newborn
    """
)
_CHILDREN = _listed(
    """
    kids; children; little ones; grandkids; bairns; kiddies; toddlers
    """
)
_OF_ANY_AGE = _listed(
    """
    boys; girls; sons; daughters; grandchildren; nieces; nephews; rascals
    """
)
"""Children only where their ages are said."""
_ASIDE = re.compile(r"\s*\(.*\)|,? (?:aged?|of|who's) .*|, \d+$")
"""What is said about somebody: "(7 and 11)", "aged six", "of 9 months", and what follows."""
_WHOSE = re.compile(r"^(?:my|our|the|her|his|an?|another|both(?= my))\s+")
_AGED = re.compile(r"^\w+[- ]?(?:year[- ]old|yo) (?=\w)")
_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()


@dataclass(frozen=True, slots=True)
class Party:
    """A party in words."""

    text: str
    who: tuple[str, ...]
    """Everybody as a call lists them, the speaker first."""
    kids: bool
    """Whether children are among them."""

    @property
    def count(self) -> int:
        """Everybody, the speaker included."""
        return headcount(self.who)


_Part = tuple[str, int, bool]
"""A phrase, how many people it is, and whether they are children."""


def party(rng: random.Random, person: Callable[[], str]) -> Party:
    """Two to `MOST` people, the speaker among them.

    Args:
        rng: chance.
        person: a first name.
    """
    while True:
        parts = [_companions(rng, person) for _ in range(rng.choices((1, 2, 3), (4, 5, 2))[0])]
        if len({text.split()[-1] for text, _, _ in parts}) < len(parts):
            continue  # "my sister and my sister"
        text, speakers = _with_speaker(rng, [text for text, _, _ in parts])
        who = (*speakers, *(named for text, _, _ in parts for named in listed(text)))
        made = Party(text, who, any(kids for _, _, kids in parts))
        if made.count <= MOST:
            return made


def companion(rng: random.Random, person: Callable[[], str]) -> tuple[str, tuple[str, ...]]:
    """Who joins or leaves a party, one or several, as said and as a call lists them."""
    text = person() if rng.random() < 0.25 else _companions(rng, person)[0]
    return text, listed(text)


def listed(text: str) -> tuple[str, ...]:
    """Those whom a phrase names, as short as they can be named with their number."""
    bare = _ASIDE.sub("", text).split(" and ")
    return tuple(_AGED.sub("", _WHOSE.sub("", _WHOSE.sub("", one))) for one in bare)


_COUPLE: Mapping[str, tuple[str, ...]] = {
    "the two of us": ("two of us",),
    "us two": ("us two",),
    "both of us": ("both",),
    "we two": ("we two",),
    "my wife and me": (SPEAKER, "wife"),
    "my husband and I": (SPEAKER, "husband"),
    "my partner and I": (SPEAKER, "partner"),
}
"""A couple that speaks."""


def _with_speaker(rng: random.Random, others: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The phrases in a row with the speaker, or a couple that speaks, and how these are listed."""
    kind = rng.random()
    if kind < 0.14:
        us = rng.choice(list(_COUPLE))
        return _joined(rng, [us, *others]), _COUPLE[us]
    if kind < 0.5:
        first = rng.choice(("me", "me", "me", "myself", "just me"))
        if rng.random() < 0.35:
            link = rng.choice((" plus ", " + ", " with ", " & ", ", plus "))
            return first + link + _joined(rng, others), (SPEAKER,)
        return _joined(rng, [first, *others]), (SPEAKER,)
    last = rng.choice(("me", "me", "I", "I", "myself", "yours truly"))
    return _joined(rng, [*others, last]), (SPEAKER,)


def _joined(rng: random.Random, parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    link = rng.choices((" and ", ", and ", " & ", " + ", " plus ", ", "), (10, 2, 2, 2, 1, 1))[0]
    between = link if link == " + " else rng.choice((", ", ", ", ", ", " and "))
    return between.join(parts[:-1]) + link + parts[-1]


def _companions(rng: random.Random, person: Callable[[], str]) -> _Part:
    """Somebody else, or several."""
    kind = rng.random()
    if kind < 0.3:
        one = rng.choice(_LONE) if rng.random() < 0.2 else f"{rng.choice(_MY)} {rng.choice(_ONE)}"
        named = f" {person()}" if one[0].islower() and rng.random() < 0.15 else ""
        return one + named, 1, False
    if kind < 0.36:
        return person(), 1, False
    if kind < 0.5:
        n = rng.choice((2, 2, 3, 3, 4, 5))
        whose = rng.choice(("", "my ", "", "other ")) if rng.random() < 0.6 else ""
        if whose == "other ":
            return f"{_number(rng, n)} other {rng.choice(_MANY)}", n, False
        return f"{whose}{_number(rng, n)} {rng.choice(_MANY)}", n, False
    if kind < 0.6:
        return rng.choice(_COUPLES), 2, False
    if kind < 0.8:
        return _child(rng, person)
    return _children(rng)


def _child(rng: random.Random, person: Callable[[], str]) -> _Part:
    kind = rng.random()
    whose = rng.choice(("our", "my", "our", "my", "her", "his"))
    age = rng.randint(2, 11)
    if kind < 0.15:
        return rng.choice(_SMALL), 1, True
    if kind < 0.35:
        years = rng.choice(
            (f"{age}-year-old", f"{age} year old", f"{_WORDS[age]}-year-old", f"{age}yo")
        )
        return f"{whose} {years}{rng.choice(('', '', f' {rng.choice(_CHILD)}'))}", 1, True
    if kind < 0.45:
        return f"a {rng.choice(('baby', 'little one'))} of {rng.randint(3, 11)} months", 1, True
    named = f" {person()}" if rng.random() < 0.2 else ""
    shown = rng.choice(("({})", "(age {})", "aged {}", "who's {}", "({} years)")).format(
        rng.choice((str(age), _WORDS[age]))
    )
    return f"{whose} {rng.choice(_CHILD)}{named} {shown}", 1, True


def _children(rng: random.Random) -> _Part:
    n = rng.choice((2, 2, 2, 3, 3, 4))
    ages = sorted(rng.sample(range(2, 12), n), reverse=rng.random() < 0.3)
    told = ", ".join(map(str, ages[:-1])) + rng.choice((" and ", " & ", ", ")) + str(ages[-1])
    aged = rng.choice((f" ({told})", f" aged {told}", f" of {told}", f" (ages {told})"))
    if n == 2 and rng.random() < 0.25:
        twins = rng.choice(("our twins", "the twins", "my twins", "twin boys", "twin girls"))
        return twins + rng.choice(("", f" ({ages[0]})", f", {ages[0]}")), 2, True
    whose = rng.choice(("our ", "my ", "the ", "", ""))
    if rng.random() < 0.5:
        return f"{whose}{_number(rng, n)} {rng.choice(_OF_ANY_AGE)}{aged}", n, True
    kids = rng.choice(_CHILDREN)
    shown = aged if rng.random() < 0.4 and kids != "toddlers" else ""
    return f"{whose}{_number(rng, n)} {kids}{shown}", n, True


def _number(rng: random.Random, n: int) -> str:
    return rng.choice((str(n), _WORDS[n], _WORDS[n]))
