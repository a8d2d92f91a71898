"""Questions to one file of places, the catalogue's or the imports', each answered by an index."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from tools.box import Box, box_around
from tools.names import fold
from tools.place import Category, City, Coordinates, Interest, Place
from tools.place_tables import PLACE_COLUMNS, city_from_row, city_word, name_words, place_from_row
from tools.travel import great_circle_metres

_MOST_NAMED = 2000
"""Places with all the words of a name that are looked at; beyond that a name says nothing."""

_MOST_MISSPELT = 200
"""Places whose names are compared with a misspelt one."""

_LONGEST_TEXT = 500
"""Characters of a search text that are looked at; nobody means more."""

_AT_A_TIME = 500
"""Values in one query; SQLite takes some thousands."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks for of the places themselves; None or empty does not matter."""

    city: str | None = None
    """`City.id`."""
    text: str = ""
    categories: tuple[Category, ...] = ()
    free_entry: bool | None = None
    good_for_kids: bool | None = None
    step_free: bool | None = None
    cuisine: str = ""
    interest: Interest | None = None
    """Orders by `Place.suits` instead of importance."""
    timed: bool | None = None
    """True leaves out places whose hours nobody noted."""


class Ranked(NamedTuple):
    """Where a place stands in a list; lists of several files merge by comparing these."""

    order: float
    """Minus its importance, or its distance in metres."""
    name: str
    number: int


class PlaceFile:
    """One open file. May be used from several threads.

    Args:
        connection: with the tables of `tools.place_tables`, closed by `close`.
        damaged: makes the error to raise when the file turns out to be unsound.

    Every method raises what `damaged` makes, and sqlite3.ProgrammingError after `close`.
    """

    def __init__(
        self, connection: sqlite3.Connection, damaged: Callable[[Exception], Exception]
    ) -> None:
        self._connection = connection
        self._damaged = damaged
        self._lock = threading.RLock()  # one connection: SQLite calls take turns
        self._sizes: dict[str, int] = {}
        self._bounds: dict[str, Box | None] = {}

    @property
    def connection(self) -> sqlite3.Connection:
        """For what stands outside the tables."""
        return self._connection

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._connection.close()

    def cities(self) -> list[City]:
        """All cities."""
        return [city_from_row(tuple(row)) for row in self._rows("SELECT * FROM city")]

    def place(self, id: str) -> Place | None:
        """The place of that id."""
        rows = self._rows(f"SELECT {PLACE_COLUMNS} FROM place WHERE id = ?", id)
        return self._read(rows)[0] if rows else None

    def ids(self) -> list[str]:
        """The ids of all places."""
        return [row["id"] for row in self._rows("SELECT id FROM place")]

    def of_city(self, city: str) -> list[Place]:
        """All places of a city, most important first, then by name."""
        rows = self._rows(
            f"SELECT {PLACE_COLUMNS} FROM place WHERE city = ? ORDER BY importance DESC, name", city
        )
        return self._read(rows)

    def has_more(self, city: str, than: int) -> bool:
        """Whether a city has more than so many places."""
        if city not in self._sizes:
            rows = self._rows("SELECT count(*) AS n FROM place WHERE city = ?", city)
            self._sizes[city] = int(rows[0]["n"])
        return self._sizes[city] > than

    def read(self, found: Sequence[Ranked]) -> list[Place]:
        """The places of a list, in its order."""
        places: dict[int, Place] = {}
        for start in range(0, len(found), _AT_A_TIME):
            part = [one.number for one in found[start : start + _AT_A_TIME]]
            rows = self._rows(
                f"SELECT number, {PLACE_COLUMNS} FROM place "
                f"WHERE number IN ({', '.join('?' * len(part))})",
                *part,
            )
            numbers = [row["number"] for row in rows]
            places.update(zip(numbers, self._read(rows), strict=True))
        return [places[one.number] for one in found]

    def ranked(self, wanted: Wanted, limit: int) -> list[Ranked]:
        """The first so many that fit, most important first, then by name."""
        found: Iterable[sqlite3.Row]
        if wanted.text or wanted.cuisine or wanted.interest is not None:
            found = self._by_words(wanted, limit)
        else:
            # A query for each category reads its part of an index from the top; one query for
            # all of them would sort every place of the city.
            # A meal always costs something, so that nobody need look for free ones.
            found = chain.from_iterable(
                self._of_category(wanted, category, limit)
                for category in wanted.categories or tuple(Category)
                if not (wanted.free_entry and category.is_food)
            )
        return sorted(Ranked(-row["importance"], row["name"], row["number"]) for row in found)[
            :limit
        ]

    def by_distance(
        self, wanted: Wanted, near: Coordinates, circles: Sequence[float | None]
    ) -> Iterator[list[Ranked]]:
        """All that fit, nearest first, a list for each circle of what no circle before it held.

        Args:
            wanted: with a city where the last circle is None.
            near: where distances begin, in the middle of the circles.
            circles: from `tools.nearby.circles`: kilometres, growing; None holds all.
        """
        seen = -1.0
        for km in circles:
            if wanted.city and wanted.cuisine:
                source, rules = self._words_source(wanted)
            elif wanted.city and not wanted.text and len(circles) == 1:
                source, rules = _BY_KIND, []
            elif km is None:
                source, rules = _PLACE, []
            else:
                box = self._around(near, km, wanted.city)
                source, rules = _AREA, [(_IN_BOX, tuple(box or _NOTHING))]
            rows = self._select("place.number, place.name, lat, lon", source, wanted, rules)
            far = seen
            ring: list[Ranked] = []
            for row in rows:
                metres = great_circle_metres(near, Coordinates(row["lat"], row["lon"]))
                if metres > seen and (km is None or metres <= km * 1000):
                    ring.append(Ranked(metres, row["name"], row["number"]))
                    far = max(far, metres)
            seen = far if km is None else km * 1000
            yield sorted(ring)

    def _around(self, near: Coordinates, km: float, city: str | None) -> Box | None:
        """A box that holds the circle, or of a city what the circle reaches."""
        if city is None:
            return box_around(near, km)
        bounds = self.bounds(city)
        return None if bounds is None else bounds.reached(near, km)

    def few(self, wanted: Wanted, most: int) -> bool:
        """Whether a city has at most so many places of the kinds that are wanted."""
        rows = self._select("1", _BY_KIND, wanted, [], f"LIMIT {most + 1:d}")
        return len(rows) <= most

    def bounds(self, city: str) -> Box | None:
        """The box that holds all places of a city; None where it has none."""
        if city not in self._bounds:
            (row,) = self._rows(
                "SELECT min(lat) AS south, max(lat) AS north, min(lon) AS west, max(lon) AS east "
                "FROM place INDEXED BY place_city_kind WHERE city = ?",
                city,
            )
            self._bounds[city] = None if row["south"] is None else Box(*row)
        return self._bounds[city]

    def named(self, city: str | None, words: frozenset[str]) -> list[Place]:
        """Places with all these key words in their names, most important first.

        Those of which they are a whole name come without fail; of the others, where very many
        hold them, some.

        Args:
            city: `City.id`; None looks in all of them.
            words: from `tools.names.key_words`; at least one.
        """
        numbers = set(self._bearing(city, words))
        rows = self._rows(
            "SELECT rowid AS number FROM place_text WHERE place_text MATCH ? LIMIT ?",
            _query("keys", words, city),
            _MOST_NAMED,
        )
        numbers.update(row["number"] for row in rows)
        return self._some(numbers, city)

    def bearing(self, city: str, words: frozenset[str]) -> list[Place]:
        """Places of a city of which these key words, no more and no fewer, are a name."""
        return self._some(set(self._bearing(city, words)), city)

    def spelt_like(self, city: str, words: Iterable[str]) -> list[Place]:
        """Places of a city with words in their names that begin with the same three letters.

        With all of the words, if there are any, else with one; at least one word is needed.
        """
        fronts = [f'"{front}"*' for front in dict.fromkeys(word[:3] for word in words if word)]
        for joined in (" AND ".join(fronts), " OR ".join(fronts)):
            rows = self._rows(
                "SELECT rowid AS number FROM place_text WHERE place_text MATCH ? LIMIT ?",
                f'city : "{city_word(city)}" AND keys : ({joined})',
                _MOST_MISSPELT,
            )
            if rows:
                break
        return self._some({row["number"] for row in rows}, city)

    def _bearing(self, city: str | None, words: frozenset[str]) -> list[int]:
        if city is None:  # no index without a city, and none is needed: `named` finds them
            return []
        rows = self._rows(
            "SELECT number FROM name WHERE city = ? AND words = ? LIMIT ?",
            city,
            name_words(words),
            _MOST_NAMED,
        )
        return [row["number"] for row in rows]

    def _some(self, numbers: Iterable[int], city: str | None) -> list[Place]:
        places = self.read([Ranked(0, "", number) for number in numbers])
        fitting = (place for place in places if city is None or place.city == city)
        return sorted(fitting, key=lambda place: (-place.importance, place.name))

    def _by_words(self, wanted: Wanted, limit: int) -> list[sqlite3.Row]:
        source, rules = self._words_source(wanted)
        table = "cuisine" if source is _CUISINE else "place"
        if wanted.interest is not None:
            return self._select(
                "fondness.suits AS importance, fondness.name, place.number",
                source,
                wanted,
                rules,
                f"ORDER BY fondness.suits DESC, fondness.name LIMIT {limit:d}",
            )
        return self._select(
            f"{table}.importance, {table}.name, place.number",
            source,
            wanted,
            rules,
            f"ORDER BY {table}.importance DESC, {table}.name LIMIT {limit:d}",
        )

    def _words_source(self, wanted: Wanted) -> tuple[str, list[_Rule]]:
        """The index to begin with: an interest's, else a text's or a cuisine's."""
        if wanted.interest is not None:
            of_it: list[_Rule] = [("fondness.interest = ?", (wanted.interest.value,))]
            if wanted.city is not None:
                of_it.append(("fondness.city = ?", (wanted.city,)))
            return _FONDNESS, of_it
        if wanted.text:
            return _TEXT, [("place_text MATCH ?", (_text_query(wanted),))]
        word, *_ = fold(wanted.cuisine).split()
        rules: list[_Rule] = [("cuisine.word = ?", (word,))]
        if wanted.city is not None:
            rules.append(("cuisine.city = ?", (wanted.city,)))
        return _CUISINE, rules

    def _of_category(self, wanted: Wanted, category: Category, limit: int) -> list[sqlite3.Row]:
        index = "place_kind" if wanted.city is None else "place_city_kind"
        return self._select(
            "importance, name, number",
            f"place INDEXED BY {index}",
            wanted,
            [("category = ?", (category.value,))],
            f"ORDER BY importance DESC, name LIMIT {limit:d}",
        )

    def _select(
        self,
        columns: str,
        source: str,
        wanted: Wanted,
        rules: Sequence[_Rule],
        tail: str = "",
    ) -> list[sqlite3.Row]:
        every = [*rules, *_rules(wanted, by_text=source is _TEXT)]
        if wanted.categories and not any(rule == "category = ?" for rule, _ in rules):
            marks = ", ".join("?" * len(wanted.categories))
            every.append((f"category IN ({marks})", wanted.categories))
        where = " AND ".join(rule for rule, _ in every) or "1"
        values = (value for _, some in every for value in some)
        return self._rows(f"SELECT {columns} FROM {source} WHERE {where} {tail}", *values)

    def _rows(self, sql: str, *values: str | float) -> list[sqlite3.Row]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.ProgrammingError:  # a bug here, or a closed store
            raise
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _read(self, rows: Iterable[sqlite3.Row]) -> list[Place]:
        try:
            return list(map(place_from_row, rows))
        except ValueError as error:  # a category, say, that there is not
            raise self._damaged(error) from error


_Rule = tuple[str, tuple[str | float, ...]]
"""A condition, and the values of its question marks."""

_PLACE = "place"
_BY_KIND = "place INDEXED BY place_city_kind"
_TEXT = "place_text CROSS JOIN place ON place.number = place_text.rowid"
_CUISINE = "cuisine CROSS JOIN place ON place.number = cuisine.number"
_FONDNESS = "fondness CROSS JOIN place ON place.number = fondness.number"
_AREA = "place_area CROSS JOIN place ON place.number = place_area.number"
_IN_BOX = "north >= ? AND south <= ? AND east >= ? AND west <= ?"
_NOTHING = (1.0, 0.0, 1.0, 0.0)
"""A box that holds no point."""
_HAS_WORDS = "place.number IN (SELECT rowid FROM place_text WHERE place_text MATCH ?)"
_HAS_CUISINE = (
    "EXISTS (SELECT 1 FROM cuisine AS c WHERE c.word = ? AND c.city = place.city "
    "AND c.importance = place.importance AND c.name = place.name AND c.number = place.number)"
)


def _rules(wanted: Wanted, *, by_text: bool) -> list[_Rule]:
    """What each place has to fit; with `by_text` the text is seen to."""
    rules: list[_Rule] = []
    if wanted.city is not None:
        rules.append(("place.city = ?", (wanted.city,)))
    if wanted.free_entry is not None:
        rules.append(("price = 0" if wanted.free_entry else "price > 0", ()))
    if wanted.good_for_kids is not None:
        rules.append(("kids = ?", (wanted.good_for_kids,)))
    if wanted.step_free is not None:
        rules.append(("step_free = ?", (wanted.step_free,)))
    if wanted.timed is not None:
        rules.append(("timed = ?", (wanted.timed,)))
    rules += [(_HAS_CUISINE, (word,)) for word in fold(wanted.cuisine).split()]
    if wanted.text and not by_text:
        rules.append((_HAS_WORDS, (_text_query(wanted),)))
    return rules


def _text_query(wanted: Wanted) -> str:
    """An FTS5 query: every word, quoted, so that none is an operator, and each as a prefix."""
    words = fold(wanted.text[:_LONGEST_TEXT]).split()
    query = " AND ".join(f'{{names words}} : "{word}"*' for word in words)
    return query if wanted.city is None else f'city : "{city_word(wanted.city)}" AND {query}'


def _query(column: str, words: Iterable[str], city: str | None) -> str:
    """An FTS5 query: all these whole words in a column, of one city if one is given."""
    query = " AND ".join(f'{column} : "{word}"' for word in words)
    return query if city is None else f'city : "{city_word(city)}" AND {query}'
