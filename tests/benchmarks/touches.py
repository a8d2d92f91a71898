"""The board's controls on long trips: how long a touch takes, and whether swaps are as they say.

    python -m tests.benchmarks.touches [--trips N] [--stops N] [--days N] [--seed K]

Trips of so many days to catalogue cities spread over it, two travellers, with the services and the
seconds of search that a traveller has. At so many random stops of each, every control of
`tools.gestures` that needs nothing else is used on the trip as planned, and the swaps that would be
suggested are taken one by one. A line of JSON a stop, the summary last:

- `suggest_seconds`: of `suggest`; `suggested`: how many it found;
- `as_said`: of those, how many gave the very days that were shown when taken by `replace`;
- `seconds`: wall time of each control, the check not included; `refused`: those that can't be done;
- `violations`: what the independent check found in the plans after all of them.

Exit codes: 0 every plan holds and every swap is as it said, 1 not so, 2 nothing could be measured.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from random import Random
from statistics import median, quantiles
from typing import Any

from tqdm import tqdm

from tests.benchmarks import at_least_one, emit
from tools import editing
from tools.actions.trips import planner_of
from tools.catalog import perform as call
from tools.check import check
from tools.errors import InputError, TravelError
from tools.gestures import perform
from tools.outcome import Trip
from tools.paths import cache_directory
from tools.planning.warm_up import warm_up
from tools.services import TravelServices, open_services
from tools.trip import Itinerary

TOUCHES: Mapping[str, Mapping[str, Any]] = {
    "pin": {},
    "shift": {"step": 1},
    "move": {"day": 1},
    "keep_idea": {},
    "remove": {},
}
"""Gestures and what they take besides the place."""


def planned(services: TravelServices, count: int, days: int) -> list[Trip]:
    """Trips to so many cities of the catalogue, spread over it."""
    known = services.store.cities()
    made = []
    for city in known[:: max(1, len(known) // count)][:count]:
        asked = {"destination": city.name, "days": days, "start_date": "3 May", "travellers": 2}
        made.append(call(services, Trip(), "plan_days", asked).trip)
    return [trip for trip in made if trip.itinerary is not None]


def touched(services: TravelServices, trip: Trip, place: str) -> dict[str, Any]:
    """All controls of one stop, each on the trip as it is."""
    before = trip.itinerary
    assert before is not None
    row: dict[str, Any] = {"city": before.request.city.id, "place": place}
    violations = 0
    seconds: dict[str, float] = {}
    refused = []
    for name, more in TOUCHES.items():
        began = time.perf_counter()
        try:
            after = perform(services, trip, name, {"place": place, **more}).trip.itinerary
        except InputError:
            refused.append(name)
            continue
        seconds[name] = round(time.perf_counter() - began, 3)
        violations += _violations(services, after)
    began = time.perf_counter()
    try:
        found = editing.suggest(before, planner_of(services, before), place)
    except InputError:
        found = ()
    row["suggest_seconds"] = round(time.perf_counter() - began, 3)
    as_said = 0
    for one in found:
        asked = {"place": place, "replacement": one.place.id}
        began = time.perf_counter()
        after = perform(services, trip, "replace", asked).trip.itinerary
        seconds["replace"] = round(time.perf_counter() - began, 3)
        violations += _violations(services, after)
        as_said += after is not None and after.days == one.edit.itinerary.days
    row |= {"suggested": len(found), "as_said": as_said}
    return {**row, "seconds": seconds, "refused": refused, "violations": violations}


def _violations(services: TravelServices, itinerary: Itinerary | None) -> int:
    assert itinerary is not None
    return len(check(itinerary, services.travel, services.transfers))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.touches")
    parser.add_argument("--trips", type=at_least_one, default=8)
    parser.add_argument("--stops", type=at_least_one, default=10, help="of each trip")
    parser.add_argument("--days", type=at_least_one, default=10)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    warm_up()  # compiling is no part of what is measured
    dice = Random(given.seed)
    rows = []
    try:
        services = open_services(cache_directory())
        try:
            trips = planned(services, given.trips, given.days)
            stops = [
                (trip, visit.place.id)
                for trip in trips
                if trip.itinerary is not None
                for visit in _drawn(trip.itinerary, given.stops, dice)
            ]
            for trip, place in tqdm(stops, desc="stops", unit="", disable=None):
                rows.append(touched(services, trip, place))
                emit(rows[-1])
        finally:
            services.close()
    except TravelError as error:
        print(error, file=sys.stderr)
        return 2
    if not rows:
        print("No stop could be touched.", file=sys.stderr)
        return 2
    summary = _summary(rows)
    emit(summary)
    return 0 if not summary["violations"] and summary["as_said_percent"] == 100 else 1


def _drawn(itinerary: Itinerary, count: int, dice: Random) -> list[Any]:
    return dice.sample(itinerary.visits, min(count, len(itinerary.visits)))


def _summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    touches = [one for row in rows for one in row["seconds"].values()]
    waits = [row["suggest_seconds"] for row in rows]
    suggested = sum(row["suggested"] for row in rows)
    as_said = sum(row["as_said"] for row in rows)
    return {
        "stops": len(rows),
        "touches": len(touches),
        "refused": sum(len(row["refused"]) for row in rows),
        "violations": sum(row["violations"] for row in rows),
        "touch_seconds": _spread(touches),
        "suggested": suggested,
        "as_said_percent": round(100 * as_said / max(1, suggested), 1),
        "suggest_seconds": _spread(waits),
    }


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    tenths = quantiles([*seconds, *seconds], n=10)  # of one value, too
    return {
        "median": round(median(seconds), 3),
        "p90": round(tenths[-1], 3),
        "most": round(max(seconds), 3),
    }


if __name__ == "__main__":
    sys.exit(main())
