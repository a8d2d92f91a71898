"""Which of a city's places a traveller means by a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz, process

from tools.errors import AmbiguousPlaceError, InvalidRequestError, UnknownPlaceError
from tools.names import (
    did_you_mean,
    fold,
    key_words,
    one_of,
    quote,
    without_article,
    written_out,
)
from tools.place import Category, City, Place

_CLOSE = 78
"""rapidfuzz similarity (0 to 100) from which a name is worth suggesting: "Colloseum" and
"Colosseum" have 89, one wrong letter in five 80."""

_KIND_WORDS: dict[str, tuple[Category, ...]] = {
    "museum": (Category.MUSEUM, Category.GALLERY),
    "gallery": (Category.GALLERY, Category.MUSEUM),
    "church": (Category.WORSHIP,),
    "temple": (Category.WORSHIP,),
    "shrine": (Category.WORSHIP,),
    "mosque": (Category.WORSHIP,),
    "palace": (Category.CASTLE,),
    "castle": (Category.CASTLE,),
    "park": (Category.PARK,),
    "garden": (Category.PARK,),
    "square": (Category.SQUARE,),
    "market": (Category.MARKET, Category.FOOD_AREA),
    "beach": (Category.BEACH,),
    "theatre": (Category.THEATRE,),
    "theater": (Category.THEATRE,),
    "district": (Category.NEIGHBOURHOOD,),
    "neighbourhood": (Category.NEIGHBOURHOOD,),
    "neighborhood": (Category.NEIGHBOURHOOD,),
    "viewpoint": (Category.VIEWPOINT,),
    "restaurant": (Category.RESTAURANT,),
    "cafe": (Category.CAFE,),
    "bar": (Category.BAR,),
}
"""What people add to a name: "Rembrandt House Museum" is the museum named Rembrandt House."""

JOINING = frozenset({"at", "by", "in", "on"})
"""Words that people put between those of a name: "the sea lions at Pier 39"."""

_MOST_SUGGESTIONS = 3
_MOST_CANDIDATES = 5


class NameIndex:
    """All names of one city's places, ready to be looked up. Immutable, so threads may share it.

    Args:
        city: the city, named in sentences.
        places: its places, most important first.
    """

    def __init__(self, city: City, places: Sequence[Place]) -> None:
        self._city = city
        self._tiers: tuple[dict[str, list[Place]], ...] = ({}, {}, {})
        self._words: tuple[list[tuple[frozenset[str], Place]], ...] = ([], [], [])
        self._city_words = key_words(fold(city.name))
        for place in places:
            names = ((place.name,), (place.local_name,), place.aliases)
            for tier, words, of_tier in zip(self._tiers, self._words, names, strict=True):
                for name in filter(None, map(fold, of_tier)):
                    tier.setdefault(without_article(name), []).append(place)
                    words.append((key_words(name), place))

    def find(self, name: str) -> Place:
        """The place that `name` means.

        Tried in turn: the same name (English before local before alias; case, accents,
        punctuation and a leading "the" don't count); the same words, however written; a name
        that holds all the words said, again English before local before alias; these without the
        city's words, then without those that join ("at"); the words said but for one that is the
        place's kind ("museum" of a museum); then all of it for the name written out ("mkt"). Of
        places with the same name the most important is meant, and of several that hold the words
        those that hold them in a row if the most important does. A misspelling is never taken, only
        suggested.

        Raises:
            InvalidRequestError: a name without any letter or digit.
            AmbiguousPlaceError: several places fit equally well; their names are the candidates.
            UnknownPlaceError: none fits; close names, if any, are the suggestions.
        """
        folded = without_article(fold(name))
        if not folded:
            raise InvalidRequestError("A place has to be named by letters or digits.")
        for way in (folded, *written_out(folded)):
            if found := self._called(way):
                return self._only(name, found)
        close = self._close(folded)
        raise UnknownPlaceError(
            f"I know no {quote(name)} in {self._city.name}.{did_you_mean(close)}", close
        )

    def _called(self, folded: str) -> list[Place]:
        for tier in self._tiers:
            if folded in tier:
                return tier[folded]
        ways = readings(key_words(folded), self._city_words)
        for said in ways:
            same = [[place for own, place in tier if own == said] for tier in self._words]
            within = [[place for own, place in tier if said <= own] for tier in self._words]
            for found in (*same, *within):
                if said and found:
                    return found
        for said in ways:
            for bare, kinds in without_kind(said):
                for names in self._words:
                    found = [p for own, p in names if own == bare and p.category in kinds]
                    if found:
                        return found
        return []

    def _only(self, name: str, found: Sequence[Place]) -> Place:
        places = _as_they_stand(name, list({place.id: place for place in found}.values()))
        if len({fold(place.name) for place in places}) == 1:
            # one place, or namesakes, such as a chain's cafés, that no name could tell apart
            return places[0]
        names = tuple(place.name for place in places[:_MOST_CANDIDATES])
        raise AmbiguousPlaceError(
            f"{quote(name)} could be several places in {self._city.name}: {one_of(names)}?", names
        )

    def _close(self, folded: str) -> tuple[str, ...]:
        """Names of up to three places, closest first; a place counts by its closest name."""
        known = {key: places for tier in reversed(self._tiers) for key, places in tier.items()}
        # Plain edit similarity, or that of the sorted words where it is higher; two passes in C
        # are quicker than one that calls back for each name.
        keys, scores = list(known), dict[str, float]()
        for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
            for key, score, _ in process.extract(
                folded[:200], keys, scorer=scorer, score_cutoff=_CLOSE, limit=10
            ):
                scores[key] = max(scores.get(key, 0.0), score)
        best = sorted(scores, key=scores.__getitem__, reverse=True)[:10]
        names = [known[key][0].name for key in best]
        return tuple(dict.fromkeys(names))[:_MOST_SUGGESTIONS]


def _as_they_stand(said: str, places: list[Place]) -> list[Place]:
    """Those of which a name holds the words in a row, if the most important is one of them.

    "Arts centre" then is no Centre for Contemporary Arts.
    """
    words = f" {without_article(fold(said))} "
    in_a_row = [place for place in places if any(words in f" {fold(own)} " for own in place.names)]
    foremost = max(place.importance for place in places)
    return in_a_row if any(place.importance == foremost for place in in_a_row) else places


def spellings(name: str) -> tuple[frozenset[str], ...]:
    """The key words of a name as it was typed, then of it written out; none without any."""
    folded = without_article(fold(name))
    return tuple(filter(None, map(key_words, (folded, *written_out(folded)))))


def readings(words: frozenset[str], city: frozenset[str]) -> tuple[frozenset[str], ...]:
    """The words said, without those of their city, and without those that join; most said first."""
    return words, words - city - {"in"}, words - city - JOINING


def without_kind(
    words: frozenset[str],
) -> Iterator[tuple[frozenset[str], tuple[Category, ...]]]:
    """The words without each one that names a kind, and the categories which that word suits."""
    for word in sorted(words & _KIND_WORDS.keys()):
        if len(words) > 1:
            yield words - {word}, _KIND_WORDS[word]


def named_in_full(places: Iterable[Place], name: str, *, aliases: bool = True) -> tuple[Place, ...]:
    """Those of the places of which `name` is a whole name, however written, not a part of one.

    Without `aliases` only English and local names count.
    """
    said = spellings(name)
    return tuple(
        place
        for place in places
        if said
        and any(
            key_words(without_article(fold(own))) in said
            for own in (place.name, place.local_name, *(place.aliases if aliases else ()))
        )
    )


def told_of(place: Place) -> frozenset[str]:
    """The key words of all that the store tells of a place in words."""
    texts = (*place.names, place.cuisine, place.summary, *place.interests)
    return key_words(fold(" ".join(texts)))
