"""Is an answer made of the host's sentences, each fact in its own place?

`grounding` sees to it that no name or figure is invented; here a true name in a wrong role is
found ("Day 1 is now on day 2"). A small model nearly always says one of the host's sentences, so
a sentence that has the shape of one, but not this turn's facts in its slots, has mixed them up.
A sentence of another shape, as a larger model writes, is judged only where a model was tuned on
the host's (`like_the_host`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache

from agent.dialogue.phrases import templates, unsaid
from tools.names import as_words
from tools.outcome import Outcome

_BETWEEN = re.compile(r"(?<=[.!?…])\s+")
_SLOT = re.compile(r"\{\w+\}")
_TELLING = re.compile(r"[^\W\d_]{5,}|[^\W\d_]+.*?[^\W\d_]+ .*?[^\W\d_]+")
"""What a sentence needs besides its slots: a long word or three; else anything has its shape."""
_FACT = "\0"
_TOKEN = re.compile(r"\0|[^\W_]+(?:['’][^\W_]+)*")
_NEAR = 0.55
"""Of the words of two sentences, the share that they have in common (Ratcliff and Obershelp). Slips
seen in answers had 0.46 and 0.53, sound sentences of the model's 0.57 and more."""
ASKING = frozenset({"need_days", "need_destination", "ambiguous"})
"""Situations in which nothing was done and the traveller has to be asked."""
_ALSO: Mapping[str, str] = {"assumed_date": "planned"}
"""Situations whose answers begin with another's."""


def misplaced(text: str, outcomes: Sequence[Outcome]) -> bool:
    """Whether a sentence has the shape of one of the host's, but other facts in its slots.

    Args:
        text: an answer in words.
        outcomes: what the turn's tools brought.
    """
    right = sorted({_plain(s) for o in outcomes for s in _filled(o)}, key=len, reverse=True)
    shapes = [shape for o in outcomes for s in _situations(o) for shape in _shapes(s)]
    rest = _plain(text).strip()
    while rest:
        # values hold full stops of their own: whole sentences are tried before a cut is made
        said = next((s for s in right if rest.startswith(s)), None)
        if said is None:
            said = _BETWEEN.split(rest, maxsplit=1)[0]
            if any(shape.fullmatch(said) for shape in shapes):
                return True
        rest = rest[len(said) :].lstrip()
    return False


def like_the_host(text: str, outcomes: Sequence[Outcome]) -> bool:
    """Whether each sentence is one of the host's, word for word or nearly so.

    What a model tuned on those sentences says besides is a slip ("I'm sorry to keep it"). Facts
    count as one word each, and a sentence may be one of another situation's, but none that asks
    what need not be asked.
    """
    facts = sorted({v for o in outcomes for v in o.facts.values() if v}, key=len, reverse=True)
    marked = _plain(text).strip()
    for fact in facts:
        # a whole word: the 7 of "7 museums" is not the 7 of "17:30"
        marked = re.sub(as_words(_plain(fact)), _FACT, marked)
    asking = ASKING & {o.situation for o in outcomes}
    return all(_is_near(tuple(_TOKEN.findall(said)), asking) for said in _BETWEEN.split(marked))


@lru_cache(maxsize=1024)
def _is_near(said: tuple[str, ...], asking: frozenset[str]) -> bool:
    """Whether some sentence of the host's has nearly the same words in the same order.

    None has where one that is not to be said has as many of them (`phrases.unsaid`). One that asks
    what need not be asked may be near another ("Where would you like it?").
    """
    spoken = _spoken(asking)
    if said in spoken:
        return True
    if said in _spoken(ASKING):
        return False
    if (untrue := _nearness(said, _unsaid(), _NEAR)) is None:
        return _nearness(said, spoken, _NEAR, enough=_NEAR) is not None
    nearest = _nearness(said, spoken, untrue)
    return nearest is not None and nearest > untrue


def _nearness(
    said: tuple[str, ...],
    sentences: Sequence[tuple[str, ...]],
    least: float,
    enough: float = 1.0,
) -> float | None:
    """How near the nearest of the sentences is, or one that is near enough; None below `least`."""
    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
    matcher.set_seq2(said)
    found: float | None = None
    for words in sentences:
        matcher.set_seq1(words)
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            ratio = matcher.ratio()
            if ratio >= least:
                found = least = ratio
        if found is not None and found >= enough:
            break
    return found


@cache
def _spoken(asking: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """The words of the host's sentences, a mark for each slot; of those that ask some."""
    return tuple(
        {
            tuple(_TOKEN.findall(_plain(_SLOT.sub(_FACT, sentence))))
            for situation in templates()
            if situation not in ASKING - asking
            for sentence in _sentences(situation)
        }
    )


@cache
def _unsaid() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_TOKEN.findall(_plain(_SLOT.sub(_FACT, text)))) for text in unsaid())


def _filled(outcome: Outcome) -> Iterator[str]:
    """The host's sentences for an outcome that its facts are enough for."""
    for situation in _situations(outcome):
        for sentence in _sentences(situation):
            if {slot[1:-1] for slot in _SLOT.findall(sentence)} <= set(outcome.facts):
                yield sentence.format(**outcome.facts)


def _situations(outcome: Outcome) -> tuple[str, ...]:
    also = _ALSO.get(outcome.situation)
    return (outcome.situation,) if also is None else (outcome.situation, also)


@cache
def _sentences(situation: str) -> tuple[str, ...]:
    return tuple(s for text in templates().get(situation, ()) for s in _BETWEEN.split(text))


@cache
def _shapes(situation: str) -> tuple[re.Pattern[str], ...]:
    """A pattern for each of the situation's sentences that has a slot and enough of its own."""
    found = []
    for sentence in _sentences(situation):
        own = _SLOT.split(sentence)
        if len(own) > 1 and _TELLING.search(" ".join(own)):
            found.append(re.compile(".+?".join(re.escape(_plain(part)) for part in own)))
    return tuple(found)


def _plain(text: str) -> str:
    """Caseless, with single blanks."""
    return re.sub(r"\s+", " ", text).casefold()
