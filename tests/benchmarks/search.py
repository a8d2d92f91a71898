"""How quickly the place store answers, with two thousand imported places and with a million.

    python -m tests.benchmarks.search [--places N ...] [--queries N] [--keep FOLDER] [--json-only]

The store is made up (`tests.benchmarks.synthetic`) in a temporary folder, beside the catalogue
that ships. A line of JSON for each case: milliseconds at the median and at nine in ten, over all
its queries, and in the biggest city alone, which has a sixth of all places; and of nine in ten the
processor's time, which a busy machine leaves as it is. Which city a query is about is drawn by a
random place, so that big cities come often. The summary is the last line.

Exit codes: 0 every case is under 10 ms at the median, 1 not so, 2 nothing could
be measured.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from tqdm import tqdm

from tests.benchmarks import at_least_one, emit
from tests.benchmarks.synthetic import CUISINES, cities, places
from tools.errors import InputError, TravelError
from tools.importing.writing import replacing_imports
from tools.imports_file import FILE_NAME
from tools.place import Category, Coordinates
from tools.store import PlaceStore

SIZES = (2_000, 1_000_000)
TARGET_MS = 10.0
CITIES = 300

Query = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """What queries are drawn from."""

    store: PlaceStore
    chance: random.Random
    sample: list[tuple[str, str, Coordinates]]
    """City, name and point of random places."""


def cases(asked: Asked, biggest: bool) -> dict[str, Callable[[], Query]]:
    """Each case's maker of queries."""
    store, chance = asked.store, asked.chance
    zone = ZoneInfo("Europe/Berlin")
    in_biggest = [some for some in asked.sample if some[0] == "made-0"]

    def one() -> tuple[str, str, Coordinates]:
        return chance.choice(in_biggest if biggest else asked.sample)

    def search(**what: object) -> Query:
        query = {"city": one()[0], "limit": 12, **what}
        return lambda: store.search(**query)  # type: ignore[arg-type]

    def near(**what: object) -> Query:
        """About a point by some place, in its city unless another is said."""
        city, _, (lat, lon) = one()
        at = Coordinates(lat + chance.uniform(-0.01, 0.01), lon + chance.uniform(-0.01, 0.01))
        return search(**{"city": city, "near": at, **what})

    def kind() -> tuple[Category, ...]:
        return tuple(chance.sample(list(Category), chance.choice((1, 1, 2))))

    def when() -> datetime:
        return datetime(2027, 5, chance.randint(1, 28), chance.randint(8, 23), 30, tzinfo=zone)

    def named(misspelt: bool = False) -> Query:
        city, name, _ = one()
        if misspelt:
            at = chance.randrange(4, len(name))
            name = name[:at] + "q" + name[at + 1 :]
        return lambda: _found(store, name, city)

    return {
        "by_category": lambda: search(categories=kind()),
        "free_entry": lambda: search(free_entry=True),
        "free_museums": lambda: search(free_entry=True, categories=("museum",)),
        "good_for_kids": lambda: search(good_for_kids=True),
        "step_free": lambda: search(step_free=True),
        "step_free_theatres": lambda: search(step_free=True, categories=("theatre",)),
        "cuisine": lambda: search(cuisine=chance.choice(CUISINES)),
        "open_at": lambda: search(open_at=when(), categories=kind()),
        "near": near,
        "near_without_city": lambda: near(city=None),
        "near_cuisine": lambda: near(cuisine=chance.choice(CUISINES)),
        "near_step_free_museum": lambda: near(step_free=True, categories=("museum",)),
        "near_from_another_city": lambda: near(city=one()[0]),
        "everywhere": lambda: search(city=None, categories=kind()),
        "by_text": lambda: search(text=chance.choice(("castle", "lion kitchen", "gard", "rose"))),
        "by_name": named,
        "by_misspelt_name": lambda: named(misspelt=True),
    }


def _found(store: PlaceStore, name: str, city: str) -> object:
    try:
        return store.find_by_name(name, city)
    except InputError as error:  # several, or none: an answer as well
        return error


def measure(home: Path, count: int, queries: int, *, quiet: bool) -> list[dict[str, object]]:
    """Builds a store of so many places and asks it; a row for each case."""
    began = time.perf_counter()
    sample = _build(home, count, quiet=quiet)
    built = time.perf_counter() - began
    began = time.perf_counter()
    rows: list[dict[str, object]] = []
    with PlaceStore.open(home) as store:
        opened = time.perf_counter() - began
        asked = Asked(store, random.Random(1), sample)
        for name in cases(asked, biggest=False):
            row: dict[str, object] = {"case": name, "places": count}
            for biggest in (False, True):
                wall, cpu = _times(cases(asked, biggest)[name], queries)
                where = "biggest_city_" if biggest else ""
                row[f"{where}median_ms"] = round(median(wall), 3)
                row[f"{where}p90_ms"] = _p90(wall)
                row[f"{where}cpu_p90_ms"] = _p90(cpu)
            rows.append(row)
            emit(row)
    rows.append(
        {
            "case": "store",
            "places": count,
            "build_seconds": round(built, 1),
            "open_ms": round(1000 * opened, 1),
            "megabytes": round((home / FILE_NAME).stat().st_size / 2**20, 1),
        }
    )
    emit(rows[-1])
    return rows


def _times(make: Callable[[], Query], queries: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each query by the clock, and of this process's work."""
    wall, cpu = [], []
    for _ in range(queries):
        query = make()
        began, worked = time.perf_counter(), time.thread_time()
        query()
        cpu.append(1000 * (time.thread_time() - worked))
        wall.append(1000 * (time.perf_counter() - began))
    return wall, cpu


def _p90(values: list[float]) -> float:
    return round(sorted(values)[ceil(0.9 * len(values)) - 1], 3)


def _build(home: Path, count: int, *, quiet: bool) -> list[tuple[str, str, Coordinates]]:
    """Writes the places, if a kept store has them not yet, and gives some of them back."""
    made = cities(min(CITIES, max(1, count // 100)))
    by_id = {city.id: city for city in made}
    if not (home / FILE_NAME).exists():
        progress = tqdm(total=count, desc=f"{count} places", unit="", disable=quiet)
        with replacing_imports(home, "made-up", "2026-11") as imports, progress:
            for place in places(count, made):
                imports.write(place, by_id[place.city], 1, "", "")
                progress.update()
            imports.drop_doubles()
            imports.finish({})
    with closing(sqlite3.connect(home / FILE_NAME)) as connection:
        rows = connection.execute(
            "SELECT city, name, lat, lon FROM place WHERE number % ? = 0", (max(1, count // 2000),)
        )
        return [(city, name, Coordinates(lat, lon)) for city, name, lat, lon in rows]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.search", description="Searches, by kind and size."
    )
    parser.add_argument("--places", type=at_least_one, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--queries", type=at_least_one, default=200, help="of each case")
    parser.add_argument("--keep", type=Path, help="a folder in which stores are kept and found")
    parser.add_argument("--json-only", action="store_true", help="nothing on stderr")
    given = parser.parse_args(argv)
    rows: list[dict[str, object]] = []
    try:
        with tempfile.TemporaryDirectory(prefix="tripwright-search-") as folder:
            for count in given.places:
                home = (given.keep or Path(folder)) / str(count)
                rows += measure(home, count, given.queries, quiet=given.json_only)
    except (TravelError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    timed = [row for row in rows if "median_ms" in row]
    slowest = max(timed, key=_median)
    emit(
        {
            "summary": "search",
            "places": list(given.places),
            "queries_a_case": given.queries,
            "cpus": len(os.sched_getaffinity(0)),
            "slowest_case": slowest["case"],
            "slowest_median_ms": slowest["median_ms"],
            "cases": len(timed),
            "cases_over_10_ms": [
                f"{row['case']} of {row['places']}" for row in timed if _median(row) >= TARGET_MS
            ],
            "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
    )
    return 0 if _median(slowest) < TARGET_MS else 1


def _median(row: dict[str, object]) -> float:
    return float(str(row["median_ms"]))


if __name__ == "__main__":
    sys.exit(main())
