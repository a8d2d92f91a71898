"""Is an answer borne out by what the tools found? Checked word by word, before it is kept.

Names and figures are the only things a traveller would act on, so each of them has to stand in
the turn's facts or in what the traveller said. A name shows by its capital letter (or by a script
without them); a sentence's first word is one when it is not a word the host uses. Whether they
stand in their right places is `agent.dialogue.roles`' business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from agent.dialogue.phrases import templates
from agent.dialogue.roles import ASKING, like_the_host, misplaced
from tools.outcome import Outcome

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:;\"“(–—-])\s*$")
_COMMON = frozenset(
    "i i'm i've i'll i'd ok monday tuesday wednesday thursday friday saturday sunday english "
    "a an the and or but for from in on at to of with without by as is are was be it its that "
    "this".split()
)
_MUST_SAY = (
    *("left_out", "suggestion", "option_a", "option_b", "file", "new"),
    *("people", "distance", "high", "low", "holiday_a", "sunrise", "sunset", "zone", "result"),
)
"""Facts without which an answer leaves out what was asked, or what has to be known."""
_YES, _NO = frozenset({"open", "holidays", "forecast"}), frozenset({"closed", "holidays_none"})
_DENYING = frozenset(
    "closed shut not no none nothing off outside isn't aren't doesn't don't won't can't ordinary "
    "usual usually typical typically average".split()
)
MAX_CHARS = 600
"""A longer answer has lost its thread."""


def grounded(
    text: str, outcomes: Sequence[Outcome], heard: str = "", *, as_host: bool = False
) -> str | None:
    """The text, when every name and figure in it is among the facts; else None.

    Args:
        text: an answer in words.
        outcomes: what the turn's tools brought.
        heard: what the traveller said and the trip is called; its words may be repeated.
        as_host: what the tools brought has to be told in sentences like the host's.
    """
    text = text.strip()
    if not text or len(text) > MAX_CHARS or _repeats(text):
        return None
    known = "\n".join([heard, *(o.text for o in outcomes)])
    words = {w.group().casefold() for w in _WORD.finditer(known)}
    numbers = set(_NUMBER.findall(known))
    if any(number.rstrip(".,:") not in numbers for number in _NUMBER.findall(text)):
        return None
    for match in _WORD.finditer(text):
        word = match.group()
        if word.islower() and word.isascii():
            continue
        plain = re.sub(r"['’]s$", "", word.casefold())
        if plain in words or word.casefold() in words or plain in _COMMON:
            continue
        begins = bool(_SENTENCE_START.search(text[: match.start()]))
        if begins and not outcomes:  # small talk: only a sentence's first word is taken on trust
            continue
        usual = {plain, word.casefold()} & _host_words()
        if not (usual and (begins or word.islower())):
            return None
    if not _mentions(text, outcomes) or misplaced(text, outcomes):
        return None
    if as_host and outcomes and not like_the_host(text, outcomes):
        return None
    return text


def _mentions(text: str, outcomes: Sequence[Outcome]) -> bool:
    """Whether a reason that the traveller must learn of is really said."""
    for outcome in outcomes:
        if outcome.situation == "cannot":
            reason = {w.group().casefold() for w in _WORD.finditer(outcome.facts.get("reason", ""))}
            said = {w.group().casefold() for w in _WORD.finditer(text)}
            if reason - said:
                return False
        if outcome.situation in ASKING and "?" not in text:
            return False
        if any(outcome.facts[key] not in text for key in _MUST_SAY if key in outcome.facts):
            return False
        if not _right_way_round(text, outcome):
            return False
        if outcome.situation == "closed" and not _tells_the_hour(text, outcome.facts):
            return False
    return True


def _tells_the_hour(text: str, facts: Mapping[str, str]) -> bool:
    """Whether what is open at other hours of a day is not told to be closed on it."""
    return "hours" not in facts or facts["hours"] in text or facts.get("time", "") in text


def _right_way_round(text: str, outcome: Outcome) -> bool:
    """Whether a no is not told as a yes: the one thing that no name or figure gives away."""
    if outcome.situation not in _YES | _NO:
        return True
    facts = {w.group().casefold() for w in _WORD.finditer(" ".join(outcome.facts.values()))}
    said = {w.group().casefold().replace("’", "'") for w in _WORD.finditer(text)}
    return bool((said - facts) & _DENYING) == (outcome.situation in _NO)


def _repeats(text: str) -> bool:
    """Whether a run of six words comes twice, as small models do when they lose themselves."""
    words = text.casefold().split()
    runs = [tuple(words[i : i + 6]) for i in range(len(words) - 5)]
    return len(runs) != len(set(runs))


@cache
def _host_words() -> frozenset[str]:
    """Words of the host's sentences: capitals at a sentence's start do not make them names."""
    said = " ".join(text for texts in templates().values() for text in texts)
    return frozenset(w.group().casefold() for w in _WORD.finditer(re.sub(r"\{\w+\}", " ", said)))
