"""Does a search bring first what a local would name first?

    python -m tests.benchmarks.foremost

`data/foremost.jsonl` has, for 24 pairs of a city and an interest, about twenty sights that an
author named from general knowledge, best first, without seeing the catalogue. For each the share
that our first twenty for the same wish holds, and of the author's first five. A name counts when
the store finds it as a place of that city; one that the store lacks counts as missed. A line of
JSON a pair, a summary an author. `data/foremost_second.jsonl` has another author's lists for the
same pairs: how far the two authors agree (`authors_agree_percent`, of the names that the store
knows) says what agreement can be hoped for. The way to merge rankings was chosen on these lists;
`foremost_fresh.jsonl` and `foremost_fresh_second.jsonl` are two later authors' for 24 other pairs,
drawn by chance, by which nothing was chosen: the summary, which comes last, is of them.
"""

from __future__ import annotations

import json
import sys
from statistics import mean

from tests.benchmarks import DATA, emit
from tools.errors import InputError
from tools.paths import cache_directory
from tools.place import Interest
from tools.store import PlaceStore

FIRST = 20


def main() -> int:
    """Runs the benchmark; returns the exit code."""
    with PlaceStore.open(cache_directory()) as store:
        for pairs in ("foremost", "foremost_fresh"):
            authors = [_lists(f"{name}.jsonl") for name in (pairs, f"{pairs}_second")]
            agreed = [_agreement(store, *pair) for pair in zip(*authors, strict=True)]
            summary: dict[str, object] = {"lists": pairs}
            for author, lists in enumerate(authors, start=1):
                rows = [_measured(store, wanted) for wanted in lists]
                for row in rows:
                    emit({"lists": pairs, "author": author, **row})
                keys = ("held_percent", "held_of_known_percent", "top5_percent", "known_percent")
                means = {key: round(mean(float(str(row[key])) for row in rows), 1) for key in keys}
                summary[f"author_{author}"] = {"pairs": len(rows), **means}
            emit({**summary, "authors_agree_percent": round(100 * mean(agreed), 1)})
    return 0


def _lists(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def _agreement(store: PlaceStore, one: dict[str, object], other: dict[str, object]) -> float:
    """The share of one author's known names that the other names, too."""
    city = store.city(str(one["city"]))
    first, second = (set(filter(None, _ids(store, city.id, of["names"]))) for of in (one, other))
    return len(first & second) / max(1, len(first))


def _ids(store: PlaceStore, city: str, names: object) -> list[str]:
    """The place that each name means, empty where the store knows none."""
    assert isinstance(names, list)
    found: list[str] = []
    for name in names:
        try:
            found.append(store.find_by_name(str(name), city).id)
        except InputError:
            found.append("")
    return found


def _measured(store: PlaceStore, wanted: dict[str, object]) -> dict[str, object]:
    city = store.city(str(wanted["city"]))
    interest = Interest(str(wanted["interest"]))
    ours = {p.id for p in store.search(city=city.id, interest=interest, limit=FIRST)}
    names = wanted["names"]
    assert isinstance(names, list)
    found = _ids(store, city.id, names)
    held = [place in ours for place in found]
    return {
        "city": city.name,
        "interest": interest.value,
        "held_percent": round(100 * sum(held) / len(held), 1),
        "held_of_known_percent": round(100 * sum(held) / max(1, sum(map(bool, found))), 1),
        "top5_percent": round(100 * sum(held[:5]) / 5, 1),
        "known_percent": round(100 * sum(map(bool, found)) / len(found), 1),
        "missed": [n for n, h in zip(names, held, strict=True) if not h],
    }


if __name__ == "__main__":
    sys.exit(main())
