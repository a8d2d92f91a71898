"""Does a search bring first what a local would name first?

    python -m tests.benchmarks.foremost

`data/foremost.jsonl` has, for 24 pairs of a city and an interest, about twenty sights that an
author named from general knowledge, best first, without seeing the catalogue. For each the share
that our first twenty for the same wish holds, and of the author's first five. A name counts when
the store finds it as a place of that city; one that the store lacks counts as missed. A line of
JSON a pair, the summary last.
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
    lines = (DATA / "foremost.jsonl").read_text("utf-8").splitlines()
    with PlaceStore.open(cache_directory()) as store:
        rows = [_measured(store, json.loads(line)) for line in lines]
    for row in rows:
        emit(row)
    keys = ("held_percent", "top5_percent", "known_percent")
    means = {key: round(mean(float(str(row[key])) for row in rows), 1) for key in keys}
    emit({"pairs": len(rows), **means})
    return 0


def _measured(store: PlaceStore, wanted: dict[str, object]) -> dict[str, object]:
    city = store.city(str(wanted["city"]))
    interest = Interest(str(wanted["interest"]))
    word = interest.value.replace("_", " ")
    ours = {p.id for p in store.search(city=city.id, text=word, limit=FIRST)}
    names = wanted["names"]
    assert isinstance(names, list)
    found: list[str] = []
    for name in names:
        try:
            found.append(store.find_by_name(str(name), city.id).id)
        except InputError:
            found.append("")
    held = [place in ours for place in found]
    return {
        "city": city.name,
        "interest": interest.value,
        "held_percent": round(100 * sum(held) / len(held), 1),
        "top5_percent": round(100 * sum(held[:5]) / 5, 1),
        "known_percent": round(100 * sum(map(bool, found)) / len(found), 1),
        "missed": [n for n, h in zip(names, held, strict=True) if not h],
    }


if __name__ == "__main__":
    sys.exit(main())
