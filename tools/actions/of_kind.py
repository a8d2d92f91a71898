"""The places that "no synagogues" is about, by what the store says of them.

A kind may be narrower than a category (a synagogue is one of the places of worship), belong to
several (some are museums now), or to none (cemeteries): then names tell it, and sometimes more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tools.actions.kinds import all_of_category, category_of_word, kind_word, others_like, says_more
from tools.names import as_words, fold, key_words
from tools.place import FOOD_CATEGORIES, Category, Place
from tools.place_names import told_of

_CALLED_AFTER = FOOD_CATEGORIES | {
    Category.GALLERY, Category.SHOPPING, Category.THEATRE, Category.NEIGHBOURHOOD, Category.MARKET,
}  # fmt: skip
"""Often called after another sight: Covent Garden is a street of shops, Sternberg Palace
a gallery."""
_ONE_ALONE = frozenset({Category.CASTLE, Category.WORSHIP, Category.ZOO})
"""Of which a place is one kind: whose name has none, its summary tells which."""
_SELDOM_CALLED_AFTER = frozenset({Category.WORSHIP, Category.ZOO})
"""Whose kind may stand anywhere in a name: "Cathedral Church of the Redemption"."""
_BESIDE = "|".join(
    (
        "above", "across", "after", "against", "around", "at", "before", "behind", "below",
        "beside", "between", "by", "facing", "for", "from", "in", "inside", "into", "like", "near",
        "never", "no", "not", "of", "on", "opposite", "outside", "over", "past", "to", "under",
        "with",
    )
)  # fmt: skip
"""Behind these a summary speaks of something else."""
_ITSELF = rf"(?:(?!\b(?:{_BESIDE})\b)[^,;:.])*"
"""Words of a clause that speak of the place itself."""
_PARTS_OF_NAME = re.compile(r"\s+(?:and|&)\s+|[,;:()/]|\s[–-]\s")
_WHERE = re.compile(
    r"\b(?:of|at|in|on|no|above|behind|below|beside|beyond|by|facing|near|next to|opposite|outside"
    r"|over|under|with)\b"
)
_WHERE_ABROAD = re.compile(r"\b(?:de|del|della|di|da|do|des|du)\b")
"""These stand within a name, too: "Prado do Repouso Cemetery"."""


def all_of_kind(said: str, places: Sequence[Place]) -> tuple[Place, ...]:
    """The places that somebody is to see none of: all of a category ("museums"), those called or
    told of as a narrower kind ("synagogues"), and of a word that is no kind of the store's those
    whose names or cuisines end with it ("cemeteries") or that are of its last word and told of by
    the others ("rooftop bars").

    Args:
        said: the kind, in the singular or the plural.
        places: among which to look.
    """
    word = kind_word(said)
    category = category_of_word(word)
    if category is None:
        return tuple(place for place in places if _is_called(place, word))
    if says_more(word):
        narrow = tuple(place for place in places if _is_narrow(place, word, category))
        if narrow or not all_of_category(word):
            return narrow
    return tuple(place for place in places if place.category is category)


def _is_narrow(place: Place, word: str, category: Category) -> bool:
    own = _own_names(place)
    if place.category is not category:
        return place.category not in _CALLED_AFTER and any(_ends_with(n, word) for n in own)
    others = others_like(word)
    if any(_ends_with(name, word) or _closes_with(name, word) for name in own):
        return True
    names = " | ".join(map(fold, place.names))
    if category in _SELDOM_CALLED_AFTER and re.search(as_words(word), names):
        return True
    of_other_kind = any(_ends_with(name, other) for name in own for other in others)
    if not of_other_kind and any(_ends_with(name, word) for name in _other_names(place)):
        return True
    told_by_name = any(re.search(as_words(one), names) for one in (word, *others))
    pattern = rf"(?:^|[,;:.]){_ITSELF}\b{re.escape(word)}\b"
    return (
        category in _ONE_ALONE
        and not all_of_category(word)
        and not told_by_name
        and re.search(pattern, place.summary.casefold()) is not None
    )


def _is_called(place: Place, word: str) -> bool:
    """Whether a place is of a kind that is none of the store's."""
    first, _, last = word.rpartition(" ")
    category = category_of_word(last)
    of_its_category = category is not None and place.category is category
    if place.category is not Category.NEIGHBOURHOOD or of_its_category:
        after = place.category in _CALLED_AFTER and not of_its_category
        names = (*_own_names(place), *(() if after else _other_names(place)))
        if any(_ends_with(name, word) for name in names):
            return True
    if place.category.is_food and key_words(word) <= key_words(fold(place.cuisine)):
        return True
    if not first or place.category is not category:
        return False
    if says_more(last) and not _is_narrow(place, last, category):
        return False
    return key_words(first) <= told_of(place)


def _own_names(place: Place) -> list[str]:
    return list(filter(None, (place.name, place.local_name)))


def _other_names(place: Place) -> tuple[str, ...]:
    """The aliases that are of all of the place: not of the one half of "Big Ben and Parliament",
    nor those that its name has more behind, as Strawberry Hill House has.
    """
    if len(_PARTS_OF_NAME.split(place.name)) > 1 and place.category not in _ONE_ALONE:
        return ()
    return tuple(
        alias
        for alias in place.aliases
        if not any(fold(own).startswith(f"{fold(alias)} ") for own in _own_names(place))
    )


def _closes_with(name: str, word: str) -> bool:
    """Whether a whole name ends so, and not with where it lies: "Bank of China Tower"."""
    whole = fold(name).removesuffix("s")
    where = re.search(rf"{_WHERE.pattern}(?: the)? {re.escape(word)}$", whole)
    return whole.endswith(f" {word}") and where is None


def _ends_with(name: str, word: str) -> bool:
    """Whether a name, or a part of it, is one of a thing that is called so: "Old Jewish Cemetery
    and Pinkas Synagogue" of both, "Castle of the Moors" of a castle, "Castle Square" of none.
    """
    for part in _PARTS_OF_NAME.split(name):
        whole = _WHERE.split(fold(part))[0].strip()
        for form in (whole, _WHERE_ABROAD.split(whole)[0].strip()):
            if form == word or form.endswith(f" {word}"):
                return True
    return False
