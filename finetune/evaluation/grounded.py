"""Grounded answers: does anything an answer names exist, and is each figure borne out?

Independent of `agent.dialogue.grounding`, which takes an answer's words one by one against the
words of the turn: here whole names are looked up where names are kept, in the place store, the
gazetteer and the trip, and figures are compared as numbers and hours. A name made of known words
in another order passes there, and fails here.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from finetune.evaluation import general
from finetune.evaluation.conversing import Exchange
from finetune.evaluation.figures import figures_in, figures_of_trip
from finetune.evaluation.goals import Conversation
from finetune.evaluation.tasks import Ratio, Share, Task, Verdict
from finetune.sources.phrasings import FOLDER, read_file
from tools.geocoding.destinations import destinations
from tools.geocoding.gazetteer import Gazetteer
from tools.names import fold
from tools.store import PlaceStore
from tools.trip import Itinerary

Turn = tuple[Conversation, int]
"""A conversation and the number of one of its messages, from 0."""

KNOWN_PEOPLE = 100_000
"""Of a city that is taken for known by its own name; among smaller ones any word is a name."""

_TOKEN = re.compile(r"[^\W_]+(?:['’.&+-][^\W_]+)*[+]?")
_POSSESSIVE = re.compile(r"['’]s$")
_CONTRACTED = re.compile(r"['’].*$")
_BETWEEN = re.compile(r"[^.!?…:;()\[\]“”\"–—\n]*")
"""What may stand between two words of one name or list."""
_SENTENCE_START = re.compile(r"(?:^|[.!?…:;\"“(–—-]|\n)\s*$")
_ENDINGS = (("", ""), ("s", ""), ("es", ""), ("ies", "y"), ("d", ""), ("ed", ""), ("ly", ""))
"""Of English words that are as ordinary as what they come from, and what stands there then."""
_JOINING = frozenset(
    "of de la le du des del di da do dos das the and y e et und at in on a by".split()
)
_NOBODYS = frozenset("i im ive ill id ok monday english".split()) | {
    name.casefold()
    for names in (calendar.day_name, calendar.day_abbr, calendar.month_name, calendar.month_abbr)
    for name in names
    if name
}
"""Words that are capitalised and name nothing that could be made up."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What an answer says that nothing bears out."""

    names: tuple[str, ...]
    figures: tuple[str, ...]
    foreign: tuple[str, ...]
    """Names that exist, but neither in the trip, nor in what was said or found in this turn."""
    named: int
    """Names in the answer, known or not."""


class Lore:
    """The names that exist: of the store's places and cities, and of the gazetteer's big cities.

    Args:
        store: of the places.
        gazetteer: of the cities.
        prose: English text; its words in lower case are no names where they begin a sentence.
    """

    def __init__(self, store: PlaceStore, gazetteer: Gazetteer, prose: Iterable[str] = ()) -> None:
        self._store = store
        self._gazetteer = gazetteer
        self._prose = tuple(prose)
        self._of_city: dict[str, frozenset[str]] = {}

    def unknown(self, answer: str, exchange: Exchange) -> Unknown:
        """What the answer says beyond the names that exist and the figures that were found."""
        trips = [trip for trip in (exchange.before, exchange.itinerary) if trip is not None]
        turn = _Text([*exchange.heard, *exchange.facts, *_words_of(trips)])
        cities = {city.id for trip in trips for city in trip.request.cities}
        exists = frozenset().union(self._world, *map(self._places, sorted(cities)))
        names, foreign, named = [], [], 0
        for run in _runs(answer):
            for name, borne in self._names(run, turn, exists):
                named += 1
                if borne is None:
                    names.append(name)
                elif not borne:
                    foreign.append(name)
        known = {
            f for text in (*exchange.heard, *exchange.facts) for f in figures_in(text).values()
        }
        known |= {figure for trip in trips for figure in figures_of_trip(trip)}
        figures = [said for said, figure in figures_in(answer).items() if figure not in known]
        return Unknown(tuple(names), tuple(figures), tuple(foreign), named)

    def _names(
        self, run: _Run, turn: _Text, exists: frozenset[str]
    ) -> Iterator[tuple[str, bool | None]]:
        """Each name of a run, and whether the turn bears it (None: it does not exist at all)."""
        words, i = run.words, 0
        while i < len(words):
            word = words[i]
            if not _is_capital(word) or fold(_bare(word)) in _NOBODYS:
                i += 1
                continue
            end, borne = self._longest(words, i, turn, exists)
            if end:
                yield " ".join(words[i:end]), borne
                i = end
            elif self._names_nothing(word, begins=i == 0 and run.begins_sentence):
                i += 1
            else:
                end = next((j for j in range(i, len(words)) if _joins(words[j])), len(words))
                yield " ".join(words[i:end]), None
                i = end

    def _names_nothing(self, word: str, *, begins: bool) -> bool:
        if _joins(word):
            return True
        plain = _CONTRACTED.sub("", word).casefold()
        stems = (plain.removesuffix(end) + new for end, new in _ENDINGS if plain.endswith(end))
        return begins and any(stem in self._ordinary for stem in stems)

    def _longest(
        self, words: Sequence[str], i: int, turn: _Text, exists: frozenset[str]
    ) -> tuple[int, bool]:
        """Where the longest known name from a word on ends (0: there is none), and if it's borne.

        A name has to end where a word follows that can join it to another one: "Belém Tower
        Gallery" is not the known "Belém Tower" and something else.
        """
        for end in range(len(words), i, -1):
            last, following = words[end - 1], words[end] if end < len(words) else ""
            goes_on = following and _is_capital(following) and not _joins(following)
            if goes_on and not _POSSESSIVE.search(last):
                continue
            if not _is_capital(last) and not last[0].isdigit():
                continue
            name = " ".join(words[i:end])
            for spelled in dict.fromkeys((fold(name), fold(_bare(name)))):
                if turn.holds(spelled):
                    return end, True
                if spelled.removeprefix("the ") in exists:
                    return end, False
        return 0, False

    def _places(self, city_id: str) -> frozenset[str]:
        if city_id not in self._of_city:
            self._of_city[city_id] = frozenset(
                fold(name).removeprefix("the ")
                for place in self._store.places(city_id)
                for name in (place.name, place.local_name, *place.aliases)
                if name
            )
        return self._of_city[city_id]

    @cached_property
    def _world(self) -> frozenset[str]:
        big = [c for c in self._gazetteer.cities() if c.population >= KNOWN_PEOPLE]
        return frozenset(
            fold(name).removeprefix("the ")
            for names in (
                (city.name for city in self._store.cities()),
                (city.name for city in big),
                (city.country for city in big),
                (one.name for one in destinations()),
            )
            for name in names
        )

    @cached_property
    def _ordinary(self) -> frozenset[str]:
        """Words that stand somewhere in lower case, in what is written of places or elsewhere."""
        texts = [place.summary for place in self._store.catalogue_places()]
        words = (word for text in (*texts, *self._prose) for word in _TOKEN.findall(text))
        return frozenset(word for word in words if word.islower())


def lore_of(store: PlaceStore, gazetteer: Gazetteer) -> Lore:
    """What exists, and for prose what travellers are made to say and the general texts.

    Not the host's sentences: by these the product itself goes.
    """
    said = [p.text for path in FOLDER.glob("*.jsonl") for p in read_file(path)]
    return Lore(store, gazetteer, [*general.read_texts(), *said])


def grounded_task(
    conversations: Sequence[Conversation],
    solver: Callable[[Conversation], tuple[Exchange, ...]],
    lore: Lore,
) -> Task[Turn, Exchange]:
    """Task 4: the answers of whole conversations.

    Args:
        conversations: which.
        solver: holds them; asked once for each turn, so it should remember.
        lore: what exists.
    """

    def judge(turn: Turn, exchange: Exchange) -> Verdict:
        if exchange.error:  # no answer of the agent's, but a refusal that code has written
            return Verdict({"answered": Share(False)}, failure=_told(turn, exchange))
        found = lore.unknown(exchange.answer, exchange)
        clean = not found.names and not found.figures
        return Verdict(
            {
                "answered": Share(True),
                "no unknown name or figure": Share(clean),
                "no unknown name": Share(not found.names),
                "no unknown figure": Share(not found.figures),
                "nothing from beyond the turn": Share(clean and not found.foreign),
                "unknown names among names": Ratio(len(found.names), found.named, "percent"),
            },
            failure=() if clean and not found.foreign else _told(turn, exchange, found),
        )

    turns = [(one, number) for one in conversations for number in range(len(one.messages))]
    return Task(
        "grounded", turns, lambda turn: solver(turn[0])[turn[1]], judge,
        about="Answers in which every capitalised name stands in the place store (of the trip's "
        "cities), the gazetteer, the trip, what was said or what the tools found, and every "
        "figure in the last three.",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Run:
    """Capitalised words in a row, with the small words that join them."""

    words: tuple[str, ...]
    begins_sentence: bool


class _Text:
    """Text in which phrases are looked for, whole words, folded."""

    def __init__(self, parts: Iterable[str]) -> None:
        self._folded = f" {' | '.join(map(fold, parts))} "

    def holds(self, phrase: str) -> bool:
        return bool(phrase) and f" {phrase} " in self._folded


def _runs(text: str) -> Iterator[_Run]:
    """Runs of capitalised words, as far as punctuation lets them go on."""
    tokens = list(_TOKEN.finditer(text))
    i = 0
    while i < len(tokens):
        if not _is_capital(tokens[i].group()):
            i += 1
            continue
        j = i + 1
        while j < len(tokens) and _goes_on(text, tokens[j - 1].end(), tokens[j]):
            j += 1
        begins = bool(_SENTENCE_START.search(text[: tokens[i].start()]))
        yield _Run(tuple(token.group() for token in tokens[i:j]), begins)
        i = j


def _goes_on(text: str, end: int, token: re.Match[str]) -> bool:
    between = text[end : token.start()]
    word = token.group()
    return (
        "," not in between
        and bool(_BETWEEN.fullmatch(between))
        and (_is_capital(word) or _joins(word) or word[0].isdigit())
    )


def _joins(word: str) -> bool:
    return word.casefold() in _JOINING


def _is_capital(word: str) -> bool:
    """Whether a word is written as a name: by its first letter, or in a script without cases."""
    first = word[0]
    return first.isupper() or (first.isalpha() and not first.islower())


def _bare(name: str) -> str:
    return _POSSESSIVE.sub("", name)


def _words_of(trips: Iterable[Itinerary]) -> Iterator[str]:
    """All that is named in trips."""
    for trip in trips:
        for city in trip.request.cities:
            yield city.name
        yield trip.request.city.currency
        yield trip.request.lodging_name
        for visit in trip.visits:
            yield from (visit.place.name, visit.place.local_name, *visit.place.aliases)
        for left in trip.left_out:
            yield from (left.what, left.reason)
        yield from trip.notes


def _told(turn: Turn, exchange: Exchange, found: Unknown | None = None) -> tuple[str, ...]:
    conversation, number = turn
    lines = [f"`{conversation.id}` {number + 1}: {exchange.said}"]
    if found is None:
        return (*lines, f"no answer: {exchange.error}")
    lines.append(f"answer: {exchange.answer}")
    for title, items in (
        ("unknown names", found.names),
        ("unknown figures", found.figures),
        ("from beyond the turn", found.foreign),
    ):
        if items:
            lines.append(f"{title}: {', '.join(items)}")
    return tuple(lines)
