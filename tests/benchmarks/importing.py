"""What an import costs: seconds and memory for 100 MB of extract.

    python -m tests.benchmarks.importing [--megabytes N ...] [--keep FOLDER] [--json-only]

The extract is made up, of the shape of a country's: houses of five nodes and a way by the
million, and 250 places in a megabyte, a fifth of them areas. It is imported twice by `python -m
tools import`, first into an empty store and then over itself. A line of JSON for each import, the
summary last: seconds by the clock and of the processor's work, and peak memory, for 100 MB. Memory
is given as it was, and what it grew by from the smallest to the biggest extract, for 100 MB.

Exit codes: 0 all were imported, 2 nothing could be measured.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way
from tqdm import tqdm

from tests.benchmarks import at_least_one, emit
from tests.benchmarks.synthetic import places
from tools.geocoding.gazetteer import Gazetteer
from tools.importing.tags import pairs_of
from tools.paths import HOME_VARIABLE
from tools.place import City, Coordinates, Place
from tools.store import PlaceStore

MEGABYTES = (5, 20)
PLACES_A_MEGABYTE = 250
_MEGABYTE = 10**6
_CENTRES = (
    (52.52, 13.41), (53.55, 9.99), (48.14, 11.58), (50.94, 6.96), (50.11, 8.68), (48.78, 9.18),
    (51.34, 12.37), (51.05, 13.74), (52.37, 9.74), (49.45, 11.08), (53.08, 8.80), (51.51, 7.47),
)  # fmt: skip
_HOUSES_A_PLACE = 900
"""So that a megabyte holds about `PLACES_A_MEGABYTE`."""


def write_extract(path: Path, megabytes: int, *, quiet: bool) -> int:
    """Writes a made-up extract of about that size and returns how many places it holds."""
    chance = random.Random(0)
    made = [
        City(f"c{n}", f"City {n}", "DE", Coordinates(*at), "Europe/Berlin", "EUR", 15)
        for n, at in enumerate(_CENTRES)
    ]
    count = megabytes * PLACES_A_MEGABYTE
    some = list(places(count, made, seed=3))
    number = 0
    ways: list[tuple[list[int], dict[str, str]]] = []
    with (
        osmium.SimpleWriter(str(path), overwrite=True) as writer,
        tqdm(total=count, desc=f"{megabytes} MB extract", disable=quiet) as progress,
    ):
        for index, place in enumerate(some):
            lat, lon = place.coordinates
            houses = 1 + int(chance.expovariate(1 / _HOUSES_A_PLACE))
            for house in range(houses):
                y, x = lat + chance.gauss(0, 0.01), lon + chance.gauss(0, 0.015)
                corners = []
                for dy, dx in ((0, 0), (0, 2e-4), (1e-4, 2e-4), (1e-4, 0)):
                    number += 1
                    writer.add_node(
                        Node(id=number, location=(round(x + dx, 7), round(y + dy, 7)), version=1)
                    )
                    corners.append(number)
                is_place = house == 0 and index % 5 == 0
                tags = _tags(place) if is_place else {"building": "yes"}
                ways.append(([*corners, corners[0]], tags))
            if index % 5:
                number += 1
                writer.add_node(Node(id=number, location=(lon, lat), tags=_tags(place), version=1))
            progress.update()
        for id, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=id, nodes=nodes, tags=tags, version=1))
    return count


def _tags(place: Place) -> dict[str, str]:
    tags = {**pairs_of(place.category), "name": place.name}
    if place.hours:
        tags["opening_hours"] = place.hours
    if place.local_name:
        tags["name:de"] = place.local_name
    if place.cuisine:
        tags["cuisine"] = place.cuisine.replace(", ", ";")
    return tags


def _import(file: Path, home: Path) -> dict[str, float]:
    """One import by the command line: its seconds, processor seconds and peak memory."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tools", "import", str(file)],
        env={**os.environ, HOME_VARIABLE: str(home)},
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None  # it was asked for
    with process.stdout as stream:
        told = stream.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise OSError(f"The import of {file.name} ended with code {process.returncode}.")
    print(told.splitlines()[0], file=sys.stderr)
    return {
        "seconds": round(time.perf_counter() - began, 2),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 2),
        "peak_memory_mib": round(used.ru_maxrss / 1024),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.importing", description="Imports, by size."
    )
    parser.add_argument("--megabytes", type=at_least_one, nargs="+", default=MEGABYTES, metavar="N")
    parser.add_argument("--keep", type=Path, help="a folder in which extracts are kept and found")
    parser.add_argument("--json-only", action="store_true", help="no progress on stderr")
    given = parser.parse_args(argv)
    rows: list[dict[str, object]] = []
    try:
        with tempfile.TemporaryDirectory(prefix="tripwright-importing-") as folder:
            for megabytes in sorted(given.megabytes):
                rows += _rows(megabytes, Path(folder), given.keep, quiet=given.json_only)
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    first = [row for row in rows if row["case"] == "first"]
    small, big = first[0], first[-1]
    more = _number(big, "megabytes") - _number(small, "megabytes")
    grown = _number(big, "peak_memory_mib") - _number(small, "peak_memory_mib")
    emit(
        {
            "summary": "importing",
            "cpus": len(os.sched_getaffinity(0)),
            "seconds_for_100_mb": _for_100(big, "seconds"),
            "cpu_seconds_for_100_mb": _for_100(big, "cpu_seconds"),
            "peak_memory_mib": big["peak_memory_mib"],
            "more_memory_mib_for_100_mb": round(100 * grown / more) if more else None,
        }
    )
    return 0


def _rows(
    megabytes: int, folder: Path, keep: Path | None, *, quiet: bool
) -> list[dict[str, object]]:
    file = (keep or folder) / f"made-up-{megabytes}mb.osm.pbf"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_extract(file, megabytes, quiet=quiet)
    home = folder / f"home-{megabytes}"
    Gazetteer.open(home).close()  # built at the first start, by no import
    with closing(PlaceStore.open(home)):
        pass
    rows: list[dict[str, object]] = []
    for case in ("first", "again"):
        size = file.stat().st_size / _MEGABYTE
        rows.append({"case": case, "megabytes": round(size, 1), **_import(file, home)})
        emit(rows[-1])
    return rows


def _for_100(row: dict[str, object], key: str) -> float:
    return round(100 * _number(row, key) / _number(row, "megabytes"), 1)


def _number(row: dict[str, object], key: str) -> float:
    return float(str(row[key]))


if __name__ == "__main__":
    sys.exit(main())
