"""`python -m tools`: what the place store knows, what it is to know, whether an itinerary holds.

Exit codes: 0 done, 1 an itinerary with violations or a city file with objections, 2 bad input (one
sentence on stderr), 130 an import interrupted by Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import NoReturn, TypedDict

from tools.catalogue_files import catalogue_files, load_city_file
from tools.catalogue_review import review
from tools.check import check
from tools.city_map import city_map
from tools.command import leave
from tools.errors import DataError, TravelError, UnknownPlaceError
from tools.names import quote
from tools.paths import cache_directory
from tools.place import Category, City, Place
from tools.store import PlaceStore
from tools.trip import Itinerary

OK = 0
VIOLATIONS = 1
BAD_INPUT = 2
INTERRUPTED = 130


class PlaceJson(TypedDict):
    """One place in `places CITY --json`; the names of `tools.place.Place`, flattened."""

    id: str
    name: str
    local_name: str
    aliases: list[str]
    category: str
    city: str
    lat: float
    lon: float
    minutes: int
    hours: str
    price: float
    currency: str
    free_entry: bool
    good_for_kids: bool
    step_free: bool
    importance: int
    interests: list[str]
    cuisine: str
    meals: list[str]
    diets: list[str]
    summary: str
    address: str
    source: str
    as_of: str
    confidence: str


class CityJson(TypedDict):
    """One city in `places --summary --json`."""

    id: str
    name: str
    country: str
    sights: int
    food: int
    categories: dict[str, int]
    as_of: str


class SummaryJson(TypedDict):
    """`places --summary --json`."""

    cities: int
    sights: int
    food: int
    categories: dict[str, int]
    by_city: list[CityJson]


class _Parser(argparse.ArgumentParser):
    """argparse, with one sentence instead of the usage text for bad input."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{message[:1].upper()}{message[1:]}; see `{self.prog} --help`.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; reads `sys.argv` when nothing is given.

    Raises:
        SystemExit: after --help (0) and for arguments that don't parse (2).
    """
    options = _parser().parse_args(arguments)
    try:
        if options.command == "places":
            return _places(
                options.city, options.category, options.summary, options.json, options.map
            )
        if options.command == "check":
            return _check(options.file)
        if options.command == "review":
            return _review(options.files)
        return _import(options.file)
    except TravelError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m tools", description="The travel domain by hand.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    places = commands.add_parser("places", help="what the place store knows")
    places.add_argument("city", nargs="?", metavar="CITY", help="a city's name or id")
    places.add_argument(
        "--category",
        choices=[category.value for category in Category],
        metavar="CATEGORY",
        help=f"one of {', '.join(Category)}",
    )
    places.add_argument("--summary", action="store_true", help="the cities and how much is known")
    places.add_argument("--json", action="store_true", help="JSON instead of lines")
    places.add_argument("--map", type=Path, metavar="FILE.svg", help="a picture of the places")
    checking = commands.add_parser("check", help="re-check an itinerary from its JSON alone")
    checking.add_argument("file", type=Path, metavar="FILE.json")
    reviewing = commands.add_parser("review", help="look over files of the place catalogue")
    reviewing.add_argument("files", type=Path, nargs="*", metavar="CITY.yaml")
    importing = commands.add_parser("import", help="an OpenStreetMap extract into the place store")
    importing.add_argument("file", type=Path, metavar="FILE.osm.pbf")
    return parser


def _review(files: Sequence[Path]) -> int:
    """A line for each objection to the files, those that ship when none is named."""
    objections = 0
    for file in files or catalogue_files():
        for line in review(load_city_file(file)):
            print(f"{file.name}: {line}")
            objections += 1
    print(f"{len(files or catalogue_files())} city files, {objections} objections.")
    return VIOLATIONS if objections else OK


def _places(
    said: str | None, category: str | None, summary: bool, as_json: bool, picture: Path | None
) -> int:
    if summary and (said or category or picture):
        raise DataError("--summary is about all cities; leave out what is about one.")
    home = cache_directory()
    if summary:
        with PlaceStore.open(home) as store:
            return _summary(store, as_json)
    if not said:
        raise DataError("A city is needed, for example `python -m tools places Rome`.")
    with PlaceStore.open(home) as store:
        city = _city(store, said, home)
        places = store.places(city.id, categories=(category,) if category else ())
    if picture is not None and places:
        try:
            picture.write_text(city_map(city, places), encoding="utf-8")
        except OSError as error:
            raise DataError(f"{picture} can't be written: {error.strerror}.") from error
        print(f"{len(places)} places of {city.name} are in {picture}.")
        return OK
    if as_json:
        print(_dump([_place_json(place, city) for place in places]))
        return OK
    for place in places:
        price = f"{place.price:g} {city.currency}" if place.price else "free"
        facts = (place.category, f"{place.minutes} min", price, place.hours or "hours unknown")
        print(f"{place.importance:3}  {place.name} ({', '.join(facts)})  {place.id}")
    if not places:
        print(f"No {category} in {city.name}.")
    return OK


def _city(store: PlaceStore, said: str, home: Path) -> City:
    """The store's city; names in other languages through the gazetteer ("Roma", "Lisboa")."""
    with suppress(UnknownPlaceError):
        return store.city(said)
    # Here: geopy and the gazetteer take time that most calls need not spend.
    from tools.actions.naming import city_named
    from tools.services import open_services

    with closing(open_services(home)) as services:
        return city_named(services, said)


def _summary(store: PlaceStore, as_json: bool) -> int:
    rows: list[CityJson] = []
    for city in store.cities():
        places = store.places(city.id)
        food = sum(place.category.is_food for place in places)
        rows.append(
            {
                "id": city.id,
                "name": city.name,
                "country": city.country,
                "sights": len(places) - food,
                "food": food,
                "categories": dict(Counter(place.category.value for place in places)),
                "as_of": min((place.as_of for place in places), default=""),
            }
        )
    kinds: Counter[str] = Counter()
    for row in rows:
        kinds.update(row["categories"])
    total: SummaryJson = {
        "cities": len(rows),
        "sights": sum(row["sights"] for row in rows),
        "food": sum(row["food"] for row in rows),
        "categories": dict(kinds.most_common()),
        "by_city": rows,
    }
    if as_json:
        print(_dump(total))
        return OK
    for row in rows:
        print(
            f"{row['name']} ({row['country']}): {row['sights']} sights, "
            f"{row['food']} for food, as of {row['as_of']}"
        )
    print(", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.most_common()))
    print(f"{total['cities']} cities: {total['sights']} sights, {total['food']} for food")
    return OK


def _check(file: Path) -> int:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"{quote(str(file))} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{quote(str(file))} is not UTF-8 text, so it is no JSON.") from error
    itinerary = Itinerary.from_json(text)
    violations = check(itinerary)
    for violation in violations:
        where = f"day {violation.day}" if violation.day else "trip"
        print(f"{where}: {violation.kind}: {violation.message}")
    if violations:
        return VIOLATIONS
    days, visits = len(itinerary.days), len(itinerary.visits)
    print(
        f"The itinerary holds: {days} day{'s' * (days != 1)}, "
        f"{visits} visit{'s' * (visits != 1)}, no violation."
    )
    return OK


def _import(file: Path) -> int:
    # Here: osmium and the gazetteer, which nothing else needs.
    from tools.importing.run import import_extract

    try:
        print(import_extract(file, cache_directory()))
    except KeyboardInterrupt:
        print("The import was interrupted; the store is as it was.", file=sys.stderr)
        return INTERRUPTED
    return OK


def _place_json(place: Place, city: City) -> PlaceJson:
    return {
        "id": place.id,
        "name": place.name,
        "local_name": place.local_name,
        "aliases": list(place.aliases),
        "category": place.category.value,
        "city": place.city,
        "lat": place.coordinates.lat,
        "lon": place.coordinates.lon,
        "minutes": place.minutes,
        "hours": place.hours,
        "price": place.price,
        "currency": city.currency,
        "free_entry": place.free_entry,
        "good_for_kids": place.good_for_kids,
        "step_free": place.step_free,
        "importance": place.importance,
        "interests": list(place.interests),
        "cuisine": place.cuisine,
        "meals": sorted(place.meals),
        "diets": sorted(place.diets),
        "summary": place.summary,
        "address": place.address,
        "source": place.source,
        "as_of": place.as_of,
        "confidence": place.confidence,
    }


def _dump(rows: Sequence[PlaceJson] | SummaryJson) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    leave(main)
