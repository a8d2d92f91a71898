"""Single edits of five-day trips: what moves that nobody asked to move, and what it costs.

    python -m tests.benchmarks.edits [--edits N] [--seconds S] [--anew-seconds S] [--seed K]

Trips to the catalogue's cities, with two must-sees and one pin each, get one random edit each: a
place added, removed, replaced, moved or pinned, another pace, other interests, a budget, a day's
hours, an hour kept free. A line of JSON for each edit, the summary last, all at the median unless
it says otherwise:

- `moved_visits`: visits of the old plan that are on another day in the new one, what the edit
  itself moves aside; `shift_minutes`: of those that stay on their day, the mean shift;
- `lost_percent`: how many points the new plan is worth less than one made from nothing for the
  changed request in `--anew-seconds` (the same, where not given), as a share of what the latter's
  stops bring (bonuses of meals, must-sees and pins aside), 0 where it is worth more, 100 where it
  has fewer of these wishes; and the mean of it over all edits; `score_lost_percent`: of the plain
  score;
- `seconds`: wall time of the edit; `refused`: edits that can't be done, each with its sentence.

Exit codes: 0 every plan holds, 1 not so, 2 nothing could be measured.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from datetime import time as clock
from random import Random
from statistics import mean, median, quantiles

from tqdm import tqdm

from tests.benchmarks import at_least_one, emit
from tests.benchmarks.trips import TRAVEL, mandatory
from tools import editing
from tools.check import check
from tools.editing import Edit, Planner
from tools.errors import InputError, TravelError
from tools.paths import cache_directory
from tools.place import Interest, Place
from tools.planning import plan
from tools.planning.planner import worth
from tools.planning.warm_up import warm_up
from tools.store import PlaceStore
from tools.trip import Itinerary, Pace, Pin, TripRequest

DAYS = 5
Change = Callable[[Itinerary, Planner, Random], tuple[Edit, set[str]]]
"""Makes an edit; with the ids of the places that it was asked to change."""


@dataclass(frozen=True, slots=True)
class City:
    """A city's places and a trip there."""

    places: tuple[Place, ...]
    trip: Itinerary


def trips(count: int, seconds: float) -> list[City]:
    """Five-day trips to so many cities of the catalogue, spread over it.

    Raises:
        DataError: the place store can't be read.
    """
    made = []
    with PlaceStore.open(cache_directory()) as store:
        known = store.cities()
        for number, city in enumerate(known[:: max(1, len(known) // count)][:count]):
            places = store.places(city.id)
            sights = [p for p in places if not p.category.is_food]
            request = TripRequest(
                city=city,
                start=date(2027, 5, 3 + number % 7),
                days=DAYS,
                pace=list(Pace)[number % 3],
                interests=(list(Interest)[number % len(Interest)],),
                must_see=(sights[2].id, sights[3].id),
                pins=(Pin(sights[1].id, 1 + number % DAYS),),
            )
            made.append(City(places, plan(request, places, TRAVEL, seconds=seconds)))
    return made


def _add(trip: Itinerary, planner: Planner, dice: Random) -> tuple[Edit, set[str]]:
    here = {v.place.id for v in trip.visits}
    others = [p for p in planner.places if p.id not in here and not p.category.is_food]
    place = dice.choice(sorted(others, key=lambda p: -p.importance)[:15])
    day = dice.choice((None, dice.randint(1, DAYS)))
    return editing.add_place(trip, planner, place.id, day), {place.id}


def _remove(trip: Itinerary, planner: Planner, dice: Random) -> tuple[Edit, set[str]]:
    place = dice.choice(trip.visits).place
    return editing.remove_place(trip, planner, place.id), {place.id}


def _replace(trip: Itinerary, planner: Planner, dice: Random) -> tuple[Edit, set[str]]:
    place = dice.choice(trip.visits).place
    return editing.replace_place(trip, planner, place.id), {place.id}


def _move(trip: Itinerary, planner: Planner, dice: Random) -> tuple[Edit, set[str]]:
    place = dice.choice([v for v in trip.visits if v.meal is None]).place
    return editing.move_place(trip, planner, place.id, dice.randint(1, DAYS)), {place.id}


def _pin(trip: Itinerary, planner: Planner, dice: Random) -> tuple[Edit, set[str]]:
    place = dice.choice([v for v in trip.visits if v.meal is None]).place
    at = dice.choice((None, clock(dice.randint(10, 16))))
    return editing.pin_place(trip, planner, place.id, None, at), {place.id}


def _pace(trip: Itinerary, planner: Planner, dice: Random) -> tuple[Edit, set[str]]:
    pace = dice.choice([p for p in Pace if p is not trip.request.pace])
    return editing.set_pace(trip, planner, pace), set()


def _interests(trip: Itinerary, planner: Planner, dice: Random) -> tuple[Edit, set[str]]:
    return editing.set_interests(trip, planner, tuple(dice.sample(list(Interest), 2))), set()


def _budget(trip: Itinerary, planner: Planner, dice: Random) -> tuple[Edit, set[str]]:
    share = dice.choice((0.6, 0.8, 1.5))
    return editing.set_budget(trip, planner, max(1.0, share * trip.cost.amount)), set()


def _hours(trip: Itinerary, planner: Planner, dice: Random) -> tuple[Edit, set[str]]:
    day, start = dice.randint(1, DAYS), clock(dice.randint(9, 11))
    return editing.set_hours(trip, planner, day, start, None), set()


def _free(trip: Itinerary, planner: Planner, dice: Random) -> tuple[Edit, set[str]]:
    day, start = dice.randint(1, DAYS), dice.randint(10, 17)
    return editing.keep_free(trip, planner, day, clock(start), clock(start + 1)), set()


CHANGES: dict[str, Change] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "pin": _pin,
    "pace": _pace,
    "interests": _interests,
    "budget": _budget,
    "hours": _hours,
    "free": _free,
}


def measured(
    city: City, kind: str, seconds: float, anew_seconds: float, dice: Random
) -> dict[str, object]:
    """One edit's row; a refused one has only its sentence."""
    planner = Planner(city.places, TRAVEL, seconds=seconds)
    began = time.perf_counter()
    try:
        edit, asked = CHANGES[kind](city.trip, planner, dice)
    except InputError as error:
        return {"edit": kind, "refused": str(error)}
    took = time.perf_counter() - began
    new = edit.itinerary
    days = {v.place.id: n for n, day in enumerate(new.days) for v in day.visits}
    starts = {v.place.id: v.arrival for v in new.visits}
    moved, shifts = 0, []
    for number, day in enumerate(city.trip.days):
        for visit in day.visits:
            now = days.get(visit.place.id)
            if now is None or visit.place.id in asked:
                continue
            moved += now != number
            if now == number:
                shift = starts[visit.place.id] - visit.arrival
                shifts.append(abs(shift.total_seconds()) / 60)
    anew = plan(new.request, city.places, TRAVEL, seconds=anew_seconds)
    score, best = (worth(i, city.places, TRAVEL) for i in (new, anew))
    # what its stops bring, minutes not taken off: these can eat up nearly all of it
    stops = best - mandatory(anew) + sum(leg.minutes for day in anew.days for leg in day.legs)
    fewer = mandatory(anew) > mandatory(new)
    lost = best - score - (mandatory(anew) - mandatory(new))
    share = 100.0 if fewer else max(0.0, 100 * lost / max(1.0, stops))
    broken = check(new, TRAVEL)
    return {
        "edit": kind,
        "city": new.request.city.id,
        "feasible": not broken,
        "moved_visits": moved,
        "shift_minutes": round(mean(shifts), 1) if shifts else 0.0,
        "lost_percent": round(share, 2),
        "score_lost_percent": round(max(0.0, 100 * (best - score) / best), 3),
        "seconds": round(took, 3),
        "changes": len(edit.changes),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.edits")
    parser.add_argument("--edits", type=at_least_one, default=200)
    parser.add_argument("--seconds", type=float, default=0.25, help="of search in an edit")
    parser.add_argument("--anew-seconds", type=float, help="for a plan from nothing")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    anew = given.seconds if given.anew_seconds is None else given.anew_seconds
    warm_up()  # compiling is no part of what is measured
    dice = Random(given.seed)
    try:
        cities = trips(20, 0.5)
    except TravelError as error:
        print(error, file=sys.stderr)
        return 2
    rows = []
    for number in tqdm(range(given.edits), desc="edits", unit="", disable=None):
        kind = list(CHANGES)[number % len(CHANGES)]
        city = cities[dice.randrange(len(cities))]
        rows.append(measured(city, kind, given.seconds, anew, dice))
        emit(rows[-1])
    done = [row for row in rows if "refused" not in row]
    if not done:
        print("No edit could be made.", file=sys.stderr)
        return 2
    emit(
        {
            "search_seconds": [given.seconds, anew],
            "edits": len(done),
            "refused": len(rows) - len(done),
            "feasible_percent": round(100 * mean(bool(row["feasible"]) for row in done), 1),
            **{key: round(median(_figures(done, key)), 3) for key in _FIGURES},
            "lost_percent_mean": round(mean(_figures(done, "lost_percent")), 2),
            "seconds_p90": round(quantiles([*_figures(done, "seconds"), 0], n=10)[-1], 3),
        }
    )
    return 0 if all(row["feasible"] for row in done) else 1


_FIGURES = ("moved_visits", "shift_minutes", "lost_percent", "score_lost_percent", "seconds")


def _figures(rows: Sequence[dict[str, object]], key: str) -> list[float]:
    return [float(str(row[key])) for row in rows]


if __name__ == "__main__":
    sys.exit(main())
