"""What slots are filled with: a surface as people type it, and the value it stands for."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

from finetune.parties import companion, party
from tools.headcount import SPEAKER

FOLDER = Path(__file__).parent / "phrasings"
CATALOGUE_CITIES = 12
"""The first of the real cities in `names.yaml` are the catalogue's."""

_SYLLABLES = (
    "ka lo ri ven tas mir os bel dun fa gre hol ist jor kel lin mau nor pel quin ros sal tor ul "
    "var wen yar zel chi bru dra esh fjo gha hel ina"
).split()
_KINDS = (
    "Museum Palace Tower Garden Bridge Market Temple Gallery Park Church Square Castle Theatre "
    "Shrine Hill House Library Aquarium Fountain Gate"
).split()
# by how often they begin names; a sign at a name's end no call could hold: a span ends with a word
_LETTERS = "AAAABCDEEEFGHIIIKKLMMMNNOOOPRRSSTTUUVWZ"
_BEHIND_LETTERS = ("9", "21", "12", "3", "Hall", "-Huset", "1900")
_AMOUNTS = (
    *(50, 80, 90, 100, 120, 150, 180, 200, 250, 300, 350, 400, 450, 500, 600, 650, 700, 750),
    *(800, 900, 950, 1000, 1100, 1200, 1250, 1400, 1500, 1800, 2000, 2200, 2500, 3000),
    *(4000, 5000, 20000, 80000),
)
_KIN = ("Auntie", "Aunt", "Uncle", "Grandma", "Granny", "Grandpa", "old", "little", "cousin")
_NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ORDINALS = ("first", "second", "third", "last")


_COMPOSED = 0.4
"""Share of parties that are put together; the others are forms of words."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Filled:
    """A slot's surface and its value in the call."""

    text: str
    value: Any


def strip_article(name: str) -> str:
    """A name as calls hold it: without a leading article."""
    return re.sub(r"^(the|The|a|an|our|my|that|this) ", "", name)


class Surfaces:
    """Draws slot fillings.

    Args:
        rng: the only source of randomness.
        folder: holds `surfaces.yaml` and `names.yaml`.
        forbidden: names that may not be drawn (those of held-out sets), compared caselessly.
    """

    def __init__(
        self, rng: random.Random, folder: Path = FOLDER, forbidden: frozenset[str] = frozenset()
    ) -> None:
        self.rng = rng
        self.data: Mapping[str, Any] = yaml.safe_load((folder / "surfaces.yaml").read_text("utf-8"))
        names = yaml.safe_load((folder / "names.yaml").read_text("utf-8"))
        self.names: dict[str, list[str]] = {
            k: [str(n) for n in v if strip_article(str(n)).casefold() not in forbidden]
            for k, v in names.items()
        }

    def pick(self, options: Sequence[_T]) -> _T:
        """One of them."""
        return self.rng.choice(options)

    def city(self) -> Filled:
        """A city: catalogue's, real, invented from the list, or made of syllables."""
        roll = self.rng.random()
        if roll < 0.18:
            name = self.pick(self.names["cities"][:CATALOGUE_CITIES])
        elif roll < 0.55:
            name = self.pick(self.names["cities"])
        elif roll < 0.85:
            name = self.pick(self.names["invented_cities"])
        else:
            name = self._syllables()
        return Filled(name, name)

    def person(self) -> str:
        """Somebody's first name, which no call holds."""
        name = self.pick(self.names["people"]) if self.rng.random() < 0.9 else self._syllables()
        return f"{self.pick(_KIN)} {name}" if self.rng.random() < 0.12 else name

    def place(self) -> Filled:
        """A sight's name, sometimes with its article; the value has none."""
        roll = self.rng.random()
        if roll < 0.36:
            name = self.pick(self.names["places"])
        elif roll < 0.66:
            name = self.pick(self.names["invented_places"])
        elif roll < 0.78:
            name = f"{self._syllables()} {self.pick(_KINDS)}"
        else:
            name = self._bare()
        bare = strip_article(name)
        text = f"the {bare}" if self.rng.random() < 0.3 else name
        return Filled(text, bare)

    def _bare(self) -> str:
        """A sight's name that doesn't say what it is: "Skansen", "MoMA", "M9".

        Where such names were a seventh of all, and most of them famous, a model that learned from
        them left out "Hasselberg must be in" and took "add Hasselberg" for a city (docs/lab.md).
        """
        roll = self.rng.random()
        if roll < 0.5:
            return self.pick(self.names["bare_places"])
        if roll < 0.72:
            return self._syllables()
        letters = "".join(self.rng.choices(_LETTERS, k=self.rng.choice((1, 2, 3, 3, 4, 4, 5))))
        if len(letters) < 3:
            return letters + self.pick(_BEHIND_LETTERS)
        if roll < 0.92:
            return letters
        at = self.rng.randrange(1, len(letters))  # "MoMA", "ARoS"
        return letters[:at] + letters[at].lower() + letters[at + 1 :]

    def reference(self) -> Filled:
        """A place of the trip by what it is: "the second museum", "lunch", "that church"."""
        roll = self.rng.random()
        if roll < 0.15:
            meal = self.pick(["lunch", "dinner"])
            return Filled(meal, meal)
        category = self.pick([c for c in self.data["categories"] if c != "food_area"])
        noun = self.pick(self.data["categories"][category]["bare"])
        noun = re.sub(r"^(good|nice|another|other) ", "", noun)
        if roll < 0.35:
            noun = f"{self.pick(_ORDINALS)} {noun}"
        return Filled(f"{self.pick(['the', 'the', 'that', 'the'])} {noun}", noun)

    def day(self, number: int, last: int) -> Filled:
        """A day of the trip."""
        if number == last and last > 1 and self.rng.random() < 0.25:
            text = self.pick(["the last day", "the final day", "our last day", "last day"])
            return Filled(text, number)
        return Filled(self.pick(self.data["days_ref"][number]), number)

    def days(self, number: int) -> Filled:
        """A length: "a long weekend"."""
        return Filled(self.pick(self.data["days"][number]), number)

    def more_days(self) -> Filled:
        """Days added."""
        n = self.rng.choices([1, 2, 3, 4], [5, 4, 2, 1])[0]
        return Filled(self.pick(self.data["extra_days"][n]), n)

    def less_days(self, most: int) -> Filled:
        """Days taken off, so many at most, but one at least."""
        n = min(max(most, 1), self.rng.choices([1, 2, 3, 4], [5, 4, 2, 1])[0])
        return Filled(self.pick(self.data["less_days"][n]), n)

    def number(self, value: int) -> Filled:
        """A small number, in figures or as a word."""
        return Filled(self.pick([str(value), str(value), _NUMBER_WORDS[value]]), value)

    def one_of(self, table: str) -> Filled:
        """An entry of one of the plain tables, its surface being its value."""
        text = str(self.pick(self.data[table]))
        return Filled(text, text)

    def pace(self) -> Filled:
        """An adjective."""
        pace = self.pick(list(self.data["pace"]))
        return Filled(self.pick(self.data["pace"][pace]["adjective"]), pace)

    def interests(self) -> Filled:
        """One to three noun phrases."""
        values = self.rng.sample(
            list(self.data["interests"]), self.rng.choices([1, 2, 3], [4, 5, 2])[0]
        )
        texts = [
            v.replace("_", " ")
            if self.rng.random() < 0.25 and v != "local_life"
            else self.pick(self.data["interests"][v])
            for v in values
        ]
        return Filled(self.join(texts), values)

    def category(self, form: str) -> Filled:
        """A kind of place in `plural`, `bare` (no article) or `one` (with article) form."""
        value = self.pick(list(self.data["categories"]))
        return Filled(self.pick(self.data["categories"][value][form]), value)

    def travellers(self) -> tuple[Filled, bool]:
        """People, and whether children are among them."""
        if self.rng.random() < _COMPOSED:
            who = party(self.rng, self.person)
            return Filled(who.text, list(who.who)), who.kids
        n = self.rng.choices(range(1, 9), [4, 6, 4, 5, 3, 2, 1, 1])[0]
        if n > 1 and self.rng.random() < 0.2:
            return self._named(n), False
        entry = self.data["travellers"][n]
        kids = bool(entry.get("with_kids")) and self.rng.random() < 0.3
        form = self.pick(entry["with_kids" if kids else "forms"])
        if isinstance(form, str):  # it says how many
            return Filled(form, n), kids
        return Filled(form["text"], list(form["who"])), kids

    def companion(self) -> tuple[str, tuple[str, ...]]:
        """Who joins a party or leaves it, as said and as a call lists them."""
        return companion(self.rng, self.person)

    def _named(self, count: int) -> Filled:
        """The speaker and others by name: "Ama, Lars and me"."""
        others = [self.person() for _ in range(min(count, 5) - 1)]
        me = self.pick(["me", "me", "I", "myself"])
        people = [me, *others] if self.rng.random() < 0.3 and me == "me" else [*others, me]
        return Filled(self.join(people), [SPEAKER, *others])

    def budget(self) -> tuple[Filled, str | None]:
        """An amount and its currency, if one is named."""
        pattern = self.pick(self.data["budget"])
        amount = self.pick([*_AMOUNTS, self.rng.randrange(60, 3000)])
        text = pattern["text"]
        if "{k}" in text:
            k = self.pick([1, 2, 3, 4, 5, 1.5, 2.5])
            return Filled(text.replace("{k}", f"{k:g}"), k * 1000), pattern["currency"]
        shown = f"{amount:,}" if amount >= 1000 and self.rng.random() < 0.3 else str(amount)
        return Filled(text.replace("{amount}", shown), amount), pattern["currency"]

    def date(self, *, prepositioned: bool) -> Filled:
        """A first day, as said; the value is the span without its preposition."""
        if prepositioned:
            entry = self.pick(self.data["dates_prep"])
            return Filled(entry["text"], entry["value"])
        text = self.pick(self.data["dates"])
        return Filled(text, text.removeprefix("the "))

    def time(self, *, bare: bool) -> Filled:
        """An hour, as said."""
        times = self.data["times"]
        entry = self.pick([t for t in times if t.get("bare")] if bare else times)
        return Filled(entry["value"] if bare else entry["text"], entry["value"])

    def moment(self) -> Filled:
        """When a place should be open."""
        entry = self.pick(self.data["open_at"])
        return Filled(entry["text"], entry["value"])

    def cuisine(self) -> Filled:
        """A kitchen or dish."""
        text = self.pick(self.data["cuisines"])
        return Filled(text, text)

    def lodging(self) -> Filled:
        """A hotel or an area."""
        roll = self.rng.random()
        if roll < 0.12:
            name = self.pick([f"Hotel {self._bare()}", self._bare(), self._syllables()])
        else:
            name = self.pick(self.data["hotels"] if roll < 0.7 else self.data["areas"])
        return Filled(name, strip_article(name))

    def unwanted(self) -> Filled:
        """One or two things to avoid."""
        n = self.rng.choices([1, 2], [5, 2])[0]
        texts = [self.pick(self.data["avoid"]) for _ in range(n)]
        if self.rng.random() < 0.3:
            texts[0] = self.place().text
        texts = list(dict.fromkeys(texts))
        joined = " or ".join(texts) if self.rng.random() < 0.3 else self.join(texts)
        return Filled(joined, [strip_article(t) for t in texts])

    def wanted(self) -> Filled:
        """One to three sights not to miss."""
        places = [self.place() for _ in range(self.rng.choices([1, 2, 3], [6, 3, 1])[0])]
        return Filled(self.join([p.text for p in places]), [p.value for p in places])

    def diet(self) -> Filled:
        """A clause about food."""
        value = self.pick(list(self.data["diet"]))
        return Filled(self.pick(self.data["diet"][value]), [value])

    def file_format(self, *, bare: bool = False) -> Filled:
        """A kind of file; without an article where one stands before it."""
        value = self.pick(list(self.data["formats"]))
        return Filled(self.pick(self.data["formats"][value]["bare" if bare else "full"]), value)

    def join(self, texts: Sequence[str]) -> str:
        """A list as people write one."""
        if len(texts) == 1:
            return texts[0]
        last = self.pick([" and ", " and ", " & ", ", ", " and also "])
        return ", ".join(texts[:-1]) + last + texts[-1]

    def _syllables(self) -> str:
        parts = self.rng.sample(_SYLLABLES, self.rng.choice([2, 2, 3, 3, 4]))
        return "".join(parts).capitalize()
