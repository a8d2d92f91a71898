"""Day planning on trips as people take them: does every plan hold, and how good is it so soon?

    python -m tests.benchmarks.trips [--seconds S] [--best-seconds S] [--seeds K] [--cities N]

Generated cities (clusters, weekday hours, closures at noon, meals, a budget, must-sees, a pin) of
60 places and 3 days to 500 and 10, and trips of 3 to 5 days to cities of the catalogue. Seconds are
CPU time of the search. A line of JSON for each trip, then the scaling table by size, the summary
last:

- `feasible_percent`: plans in which `tools.check` finds nothing;
- `score_percent`: the score as the search counts it, against that of the longer search;
- `of_best_percent`: the plan's worth against that of the longer search, bonuses for meals,
  must-sees and pins taken off both (a plan that has fewer of those than the best counts as 0);
- `ready_ms`: wall time before and after the search (numbers, clock times, reasons), at the median.

Exit codes: 0 every plan holds, 1 not so, 2 nothing could be measured.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean, median

from tqdm import tqdm

from tests.benchmarks import at_least_one, emit, made_up
from tests.benchmarks.toptw import CpuLimit
from tools.check import check
from tools.errors import TravelError
from tools.paths import cache_directory
from tools.place import Interest, Place
from tools.planning import plan
from tools.planning.planner import worth
from tools.planning.score import MEAL_BONUS, MUST_SEE_BONUS, PIN_BONUS
from tools.planning.warm_up import warm_up
from tools.store import PlaceStore
from tools.travel import EstimatedTravelTimes
from tools.trip import Itinerary, Pace, TripRequest

SIZES = ((60, 3), (120, 5), (200, 7), (500, 10))
"""Places and days."""
TRAVEL = EstimatedTravelTimes()


@dataclass(frozen=True, slots=True)
class Case:
    """One trip to plan."""

    name: str
    size: str
    """By which results are grouped."""
    places: tuple[Place, ...]
    request: TripRequest


def cases(seeds: int, cities: int) -> Iterator[Case]:
    """Made-up trips of each size, and trips to so many of the catalogue's cities.

    Raises:
        DataError: the place store can't be read.
    """
    for places, days in SIZES:
        for seed in range(seeds):
            town = made_up.city(places, seed)
            wish = made_up.request(town, days, seed)
            yield Case(f"{places}x{days}-{seed}", f"{places}x{days}", town, wish)
    with PlaceStore.open(cache_directory()) as store:
        known = store.cities()
        for number, city in enumerate(known[:: max(1, len(known) // max(1, cities))][:cities]):
            places_of = store.places(city.id)
            sights = [p for p in places_of if not p.category.is_food]
            wish = TripRequest(
                city=city,
                start=date(2027, 5, 3 + number % 7),
                days=3 + number % 3,
                pace=list(Pace)[number % 3],
                interests=(list(Interest)[number % len(Interest)],),
                must_see=tuple(p.id for p in sights[2:4]),
            )
            yield Case(city.id, "catalogue", places_of, wish)


def planned(case: Case, seconds: float, seed: int = 0) -> tuple[Itinerary, float]:
    """The plan, and the wall seconds that it took besides the search."""
    limits: list[CpuLimit] = []

    def limit() -> CpuLimit:
        limits.append(CpuLimit(seconds))
        return limits[-1]

    began = time.perf_counter()
    made = plan(case.request, case.places, TRAVEL, seed=seed, limit=limit)
    return made, max(0.0, time.perf_counter() - began - seconds * len(limits))


def mandatory(itinerary: Itinerary) -> float:
    """What meals, must-sees and pins bring by their bonuses."""
    request = itinerary.request
    pinned = {pin.place_id for pin in request.pins}
    total = 0.0
    for visit in itinerary.visits:
        total += MEAL_BONUS * (visit.meal is not None)
        if visit.place.id in pinned:
            total += PIN_BONUS
        elif visit.place.id in request.must_see:
            total += MUST_SEE_BONUS
    return total


def measured(case: Case, seconds: float, best_seconds: float) -> dict[str, object]:
    """One trip's row."""
    soon, ready = planned(case, seconds)
    best, _ = planned(case, best_seconds, seed=1)
    values = [(worth(i, case.places, TRAVEL), mandatory(i)) for i in (soon, best)]
    (mine, must), (theirs, theirs_must) = values
    whole = 100 * mine / max(1e-9, theirs)
    if mine > theirs:
        theirs, theirs_must = mine, must
    share = 0.0 if must < theirs_must else 100 * (mine - must) / max(1e-9, theirs - theirs_must)
    broken = check(soon, TRAVEL)
    return {
        "trip": case.name,
        "size": case.size,
        "feasible": not broken,
        "violations": [v.message for v in broken],
        "score_percent": round(min(whole, 100.0), 2),
        "of_best_percent": round(min(share, 100.0), 2),
        "worth": round(mine - must, 1),
        "visits": len(soon.visits),
        "left_out": len(soon.left_out),
        "ready_ms": round(1000 * ready),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.trips")
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--best-seconds", type=float, default=10.0)
    parser.add_argument("--seeds", type=at_least_one, default=3)
    parser.add_argument("--cities", type=int, default=12, help="of the catalogue")
    given = parser.parse_args(arguments)
    warm_up()  # compiling is no part of what is measured
    try:
        wanted = list(cases(given.seeds, given.cities))
    except TravelError as error:
        print(error, file=sys.stderr)
        return 2
    rows = []
    for case in tqdm(wanted, desc="trips", unit="", disable=None):
        rows.append(measured(case, given.seconds, given.best_seconds))
        emit(rows[-1])
    by_size: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        by_size[str(row["size"])].append(row)
    for size, of_size in by_size.items():
        emit({"size": size, **_summary(of_size)})
    emit({"seconds": given.seconds, "best_seconds": given.best_seconds, **_summary(rows)})
    return 0 if all(row["feasible"] for row in rows) else 1


def _summary(rows: Sequence[dict[str, object]]) -> dict[str, float]:
    shares = [float(str(row["of_best_percent"])) for row in rows]
    return {
        "trips": len(rows),
        "feasible_percent": round(100 * mean(bool(row["feasible"]) for row in rows), 1),
        "score_percent": round(mean(float(str(row["score_percent"])) for row in rows), 2),
        "of_best_percent": round(mean(shares), 2),
        "worst_of_best_percent": min(shares),
        "ready_ms": median(int(str(row["ready_ms"])) for row in rows),
    }


if __name__ == "__main__":
    sys.exit(main())
