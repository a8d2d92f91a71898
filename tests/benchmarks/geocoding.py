"""The offline geocoder on names that were written by hand before it was tuned.

    python -m tests.benchmarks.geocoding [--home FOLDER] [--data FILE]

A line of JSON for each case that fails, the summary last: `right_percent`; `certain_wrong`, the
answers that were given as certain and were wrong; `percent_by_kind`; `median_ms` of an answer, and
`p90_ms`; `build_seconds` of the index (CPU and clock), measured in a temporary folder unless
`--home` names one whose index is used as it is. See `tests/benchmarks/README.md`.

Exit codes: 0 measured, 2 nothing could be.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]
from tqdm import tqdm

from tools.errors import AmbiguousPlaceError, DataError, UnknownPlaceError
from tools.geocoding.gazetteer import Gazetteer
from tools.geocoding.offline import OfflineGeocoder, resolve_city
from tools.place import Coordinates
from tools.travel import great_circle_metres

DATA = Path(__file__).parent / "data" / "geocoding.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """A name as a traveller says it and what should come of it."""

    query: str
    kind: str
    answer: str
    """"place": is given. "suggested": is offered and nothing given (a real name of the very place
    in another language may be). "ambiguous": is asked back. "unknown": nothing is given."""
    country: str = ""
    """ISO 3166-1 alpha-2 of the place; empty for one that lies in several."""
    lat: float = 0.0
    lon: float = 0.0
    km: float = 0.0
    """How far the answer may lie from there, kilometres."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a case."""

    right: bool
    certain: bool
    """A place was given."""
    got: str
    seconds: float


def cases(file: Path) -> list[Case]:
    """The cases of a file of JSON lines.

    Raises:
        ValueError: a line that is no case, or no line at all.
    """
    try:
        lines = file.read_text("utf-8").splitlines()
        found = [Case(**json.loads(line)) for line in lines if line.strip()]
    except (OSError, TypeError, ValueError) as error:
        raise ValueError(f"{file} can't be read: {error}") from error
    if not found:
        raise ValueError(f"{file} holds no case.")
    return found


def ask(case: Case, geocoder: OfflineGeocoder) -> Answered:
    """One case put to the geocoder."""
    started = time.perf_counter()
    location: Location | None = None
    offered: tuple[str, ...] = ()
    asked_back = False
    try:
        location = resolve_city(case.query, geocoder)
    except AmbiguousPlaceError as error:
        offered, asked_back = error.candidates, True
    except UnknownPlaceError as error:
        offered = error.suggestions
    seconds = time.perf_counter() - started
    if location is not None:
        right = case.answer in ("place", "suggested") and _is_meant(case, location)
        # a suggestion may be a certain answer only if the name is one that the place really bears
        if case.answer == "suggested":
            right = right and location.raw["match"] == "alias"
        return Answered(right, True, str(location.address), seconds)
    if case.answer == "suggested":
        found = [geocoder.geocode(label, exactly_one=False) or [] for label in offered]
        right = any(_is_meant(case, one) for several in found for one in several[:1])
    else:
        right = case.answer == ("ambiguous" if asked_back else "unknown")
    return Answered(right, False, ("which of " if asked_back else "") + str(list(offered)), seconds)


def _is_meant(case: Case, location: Location) -> bool:
    metres = great_circle_metres(
        Coordinates(case.lat, case.lon), Coordinates(location.latitude, location.longitude)
    )
    return metres <= case.km * 1000 and case.country in ("", location.raw["country_code"])


def measure(given: Sequence[Case], geocoder: OfflineGeocoder) -> dict[str, Any]:
    """Asks everything, prints the failures, and returns the summary without the build."""
    resolve_city("Lisbon", geocoder)  # the tables are read once
    by_kind: dict[str, list[bool]] = defaultdict(list)
    seconds: list[float] = []
    certain_wrong = 0
    for case in tqdm(given, desc="names", unit="", disable=None):
        answered = ask(case, geocoder)
        by_kind[case.kind].append(answered.right)
        seconds.append(answered.seconds)
        if not answered.right:
            certain_wrong += answered.certain
            row = {"query": case.query, "kind": case.kind, "wanted": case.answer}
            row |= {"certain": str(answered.certain), "got": answered.got}
            print(json.dumps(row, ensure_ascii=False))
    every = [right for of in by_kind.values() for right in of]
    return {
        "names": len(every),
        "right_percent": _percent(every),
        "certain_wrong": certain_wrong,
        "percent_by_kind": {kind: _percent(of) for kind, of in sorted(by_kind.items())},
        "median_ms": round(1000 * median(seconds), 2),
        "p90_ms": round(1000 * quantiles(seconds, n=10)[-1], 2) if len(seconds) > 1 else None,
    }


def _percent(right: Sequence[bool]) -> float:
    return round(100 * sum(right) / len(right), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.geocoding")
    parser.add_argument("--home", type=Path, help="folder of an index that is there already")
    parser.add_argument("--data", type=Path, default=DATA, help="cases, JSON lines")
    given = parser.parse_args(arguments)
    try:
        asked = cases(given.data)
        with tempfile.TemporaryDirectory() as folder:
            wall, cpu = time.perf_counter(), time.process_time()
            gazetteer = Gazetteer.open(given.home or Path(folder))
            built: dict[str, float | None] = {"build_seconds": None, "build_cpu_seconds": None}
            if given.home is None:
                built["build_seconds"] = round(time.perf_counter() - wall, 1)
                built["build_cpu_seconds"] = round(time.process_time() - cpu, 1)
            with closing(gazetteer):
                summary = measure(asked, OfflineGeocoder(gazetteer))
    except (ValueError, DataError) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps({**summary, **built}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
