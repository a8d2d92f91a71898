"""Random requests, most of them odd: is every plan sound, and every refusal told?

    python -m tests.benchmarks.soak [--requests N] [--seconds S] [--seed K]

Each request is for a made-up city or one of the catalogue, or a tour of two or three of them, with
random dates, pace, hours, free time, walking limits, diets, budgets down to a coin, places that
have to be seen, avoided and fixed to impossible days and times. A line of JSON for each one that
went wrong, the summary last:

- `violations`: plans in which `tools.check` finds something; `crashes`: errors other than a
  sentence for the traveller;
- `unexplained`: must-sees that are neither in the plan nor among what is left out with a reason;
- `planned`, `refused`, `left_out`: how many were planned, refused with a sentence, and planned
  with something left out.

Exit codes: 0 nothing went wrong, 1 not so, 2 nothing could be measured.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from random import Random

from tqdm import tqdm

from tests.benchmarks import at_least_one, emit, made_up
from tests.benchmarks.trips import TRAVEL
from tools.check import check
from tools.childrens_rest import CHILDRENS_REST
from tools.errors import InputError, TravelError
from tools.paths import cache_directory
from tools.place import Category, City, Coordinates, Diet, Interest, Place
from tools.planning import plan
from tools.planning.stays import with_stays
from tools.planning.warm_up import warm_up
from tools.store import PlaceStore
from tools.trip import DayHours, FreeTime, Itinerary, Pace, Pin, Stay, TripRequest, WalkLimit

_FIRST_DAY = date(2026, 12, 1)


def request(
    dice: Random, cities: Sequence[City], places: Sequence[Place], reach_km: float = 8.0
) -> TripRequest:
    """A random request; some can't be planned, and many wish for what can't be had.

    Args:
        dice: decides.
        cities: one, or those of a tour in order.
        places: of all of them.
        reach_km: how far from the centre the lodging may be.
    """
    days = dice.choice((0, 1, 1, 2, 3, 3, 4, 5, 7, 10)) if len(cities) == 1 else 6
    ids = [p.id for p in places]
    sights = [p.id for p in places if not p.category.is_food] or ids
    some = dice.random

    def clock(first: int, last: int) -> time:
        return time(dice.randint(first, last), dice.choice((0, 15, 30, 53)))

    centre = cities[0].coordinates
    km = dice.uniform(-reach_km, reach_km)
    wish = TripRequest(
        city=cities[0],
        start=_FIRST_DAY + timedelta(days=dice.randint(-400, 700)),
        days=days,
        pace=dice.choice(list(Pace)),
        interests=tuple(dice.sample(list(Interest), dice.randint(0, 3))),
        budget=dice.choice((None, None, 0.0, 1.0, 25.0, 60.0, 300.0, 2000.0)),
        travellers=dice.choice((1, 1, 2, 2, 4, 9)),
        must_see=tuple(dice.sample(sights, min(len(sights), dice.choice((0, 1, 2, 5, 15))))),
        avoid=tuple(dice.sample(ids, min(len(ids), dice.choice((0, 0, 3, 30))))),
        avoid_categories=tuple(c.value for c in dice.sample(list(Category), dice.choice((0, 2)))),
        pins=tuple(
            Pin(
                dice.choice(ids),
                dice.choice((None, dice.randint(1, max(1, days)))),
                dice.choice((None, clock(7, 23))),
            )
            for _ in range(dice.choice((0, 0, 1, 3)))
        ),
        diets=tuple(dice.sample(list(Diet), dice.choice((0, 0, 1, 2)))),
        step_free=some() < 0.2,
        good_for_kids=some() < 0.2,
        lodging=Coordinates(centre.lat + km / 111, centre.lon) if some() < 0.3 else None,
        day_start=clock(6, 12),
        day_end=clock(12, 23),
        arrive_at=clock(0, 23) if some() < 0.2 else None,
        leave_at=clock(0, 23) if some() < 0.2 else None,
        walk=WalkLimit(dice.choice((None, 1, 15)), dice.choice((None, 500, 8000)))
        if some() < 0.2
        else None,
        most_of=((dice.choice(list(Category)).value, dice.randint(0, 2)),) if some() < 0.2 else (),
    )
    if len(cities) > 1:
        return with_stays(wish, [Stay(city, dice.randint(1, 3)) for city in cities])
    return replace(
        wish,
        hours=(DayHours(dice.randint(1, 4), clock(6, 14), clock(11, 23)),) if some() < 0.2 else (),
        free=(
            *((FreeTime(dice.choice((None, 1, 2)), clock(8, 20), clock(9, 22)),) * (some() < 0.2)),
            *((CHILDRENS_REST,) * wish.good_for_kids),
        ),
    )


def unexplained(itinerary: Itinerary, places: Sequence[Place]) -> list[str]:
    """Names of must-sees that the plan neither holds nor tells the lack of."""
    visited = {visit.place.id for visit in itinerary.visits}
    told = {one.what for one in itinerary.left_out if one.reason}
    names = {place.id: place.name for place in places}
    missing = (p for p in itinerary.request.must_see if p not in visited)
    return [names[p] for p in missing if names[p] not in told]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak")
    parser.add_argument("--requests", type=at_least_one, default=2000)
    parser.add_argument("--seconds", type=float, default=0.05, help="of search for each")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    warm_up()  # compiling is no part of what is measured
    counts = dict.fromkeys(
        ("planned", "refused", "left_out", "violations", "crashes", "unexplained"), 0
    )
    try:
        with PlaceStore.open(cache_directory()) as store:
            towns = {city: store.places(city.id) for city in store.cities()}
    except TravelError as error:
        print(error, file=sys.stderr)
        return 2
    for number in tqdm(range(given.requests), desc="requests", unit="", disable=None):
        dice = Random(f"{given.seed} {number}")
        if dice.random() < 0.4:
            cities = [made_up.CITY]
            places = made_up.city(dice.choice((0, 1, 5, 30, 60, 120)), number)
        else:
            cities = dice.sample(list(towns), dice.choice((1, 1, 1, 2, 3)))
            places = tuple(place for city in cities for place in towns[city])
        if places:
            _one(number, request(dice, cities, places), places, given.seconds, counts)
    emit({"requests": given.requests, "seconds": given.seconds, **counts})
    return 1 if counts["violations"] + counts["crashes"] + counts["unexplained"] else 0


def _one(
    number: int,
    wish: TripRequest,
    places: Sequence[Place],
    seconds: float,
    counts: dict[str, int],
) -> None:
    try:
        made = plan(wish, places, TRAVEL, seconds=seconds)
    except InputError as error:
        counts["refused" if str(error) else "crashes"] += 1
        return
    except Exception as error:  # a crash is what is looked for
        counts["crashes"] += 1
        emit({"request": number, "crash": f"{type(error).__name__}: {error}"})
        return
    counts["planned"] += 1
    counts["left_out"] += bool(made.left_out)
    if broken := check(made, TRAVEL):
        counts["violations"] += 1
        emit({"request": number, "violations": [v.message for v in broken][:5]})
    if silent := unexplained(made, places):
        counts["unexplained"] += 1
        emit({"request": number, "unexplained": silent})


if __name__ == "__main__":
    sys.exit(main())
