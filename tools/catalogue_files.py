"""The place catalogue's YAML files (`tools/data/cities/README.md`), read and checked."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml  # type: ignore[import-untyped,unused-ignore]

from tools.errors import DataError
from tools.hours import validate_hours
from tools.json_fields import Fields, Json
from tools.names import fold
from tools.place import (
    FOOD_CATEGORIES,
    Category,
    City,
    Coordinates,
    Diet,
    Interest,
    MealKind,
    Place,
)
from tools.travel import great_circle_metres

CATALOGUE = Path(__file__).parent / "data" / "cities"
"""The files that ship."""

_CITY_KEYS = frozenset({"id", "name", "country", "lat", "lon", "timezone", "currency", "radius_km"})
_PLACE_KEYS = frozenset(
    {
        *("id", "name", "local", "aliases", "category", "lat", "lon", "minutes", "hours"),
        *("price", "kids", "step_free", "importance", "interests", "confidence", "summary"),
        "address",
    }
)
_FOOD_KEYS = frozenset({"cuisine", "meals", "diets"})
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_CONFIDENCE = ("high", "medium")

# The C parser is some ten times faster; PyYAML built without libyaml lacks it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class CityFile:
    """One file of the catalogue."""

    city: City
    places: tuple[Place, ...]
    """In the file's order."""
    foremost: Mapping[Interest, tuple[str, ...]] = field(default_factory=dict)
    """Ids of the places that a local would name first to somebody with that interest, in order."""


def catalogue_files(folder: Path = CATALOGUE) -> tuple[Path, ...]:
    """The catalogue's files, by name.

    Raises:
        DataError: the folder holds none.
    """
    files = tuple(sorted(folder.glob("*.yaml")))
    if not files:
        raise DataError(f"The place catalogue in {folder} holds no city files (*.yaml).")
    return files


def catalogue_hash(files: Iterable[Path]) -> str:
    """SHA-256 over the files' names and contents: changes whenever one of them does.

    Raises:
        DataError: a file can't be read.
    """
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0".encode() + hashlib.sha256(_read(file)).digest())
    return digest.hexdigest()


def load_city_file(file: Path) -> CityFile:
    """Reads and checks one file.

    Raises:
        DataError: one sentence with the file, the entry and what is wrong: not YAML, an unknown,
            missing or mistyped key, a value outside its range, a place outside the city's
            radius, hours that don't parse, an id or name used twice.
    """
    try:
        loaded: Json = yaml.load(_read(file), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise DataError(f"{file.name} is not YAML{line}: {error.problem}.") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that no calendar has
        raise DataError(f"{file.name} is not YAML: {' '.join(str(error).split())}.") from error
    root = Fields(loaded, file.name)
    _only_known(loaded, {"city", "as_of", "source", "places", "foremost"}, file.name)
    city = _city(root.child("city"), file)
    if isinstance(loaded, dict):
        _only_known(loaded["city"], _CITY_KEYS, f"{file.name}: city")
    as_of, source = root.text("as_of"), root.text("source")
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", as_of):
        raise DataError(f"{file.name}: as_of has to be a month as YYYY-MM.")
    places: list[Place] = []
    for entry in _entries(loaded, file):
        places.append(_place(entry, city, file, as_of, source))
    _no_duplicates(places, file)
    return CityFile(city, tuple(places), _foremost(root, places, file))


def _foremost(root: Fields, places: Iterable[Place], file: Path) -> dict[Interest, tuple[str, ...]]:
    lists = root.optional_child("foremost")
    if lists is None:
        return {}
    known = {place.id: place for place in places}
    found: dict[Interest, tuple[str, ...]] = {}
    for name in lists.names():
        where = f"{file.name}: foremost.{name}"
        if name not in {interest.value for interest in Interest}:
            raise DataError(f"{where} is no interest.")
        ids = lists.texts(name)
        for place_id in ids:
            if place_id not in known:
                raise DataError(f"{where} names {place_id}, which the file does not have.")
            if Interest(name) not in known[place_id].interests:
                raise DataError(f"{where} names {place_id}, whose interests lack it.")
        if len(set(ids)) < len(ids):
            raise DataError(f"{where} names a place twice.")
        found[Interest(name)] = ids
    return found


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DataError(f"The city file {file} can't be read: {error.strerror}.") from error


def _entries(loaded: Json, file: Path) -> list[Json]:
    entries = loaded.get("places") if isinstance(loaded, dict) else None
    if not isinstance(entries, list):
        raise DataError(f"{file.name}: places has to be a list.")
    return entries


def _only_known(value: Json, known: Iterable[str], where: str) -> None:
    unknown = (
        sorted(str(key) for key in value if key not in known) if isinstance(value, dict) else []
    )
    if unknown:
        raise DataError(f'{where} has a key "{unknown[0]}" that the format does not know.')


def _city(fields: Fields, file: Path) -> City:
    fields.zone("timezone")
    city = City(
        id=fields.text("id"),
        name=fields.text("name"),
        country=fields.text("country"),
        coordinates=_coordinates(fields),
        timezone=fields.text("timezone"),
        currency=fields.text("currency"),
        radius_km=fields.number("radius_km", 1, 200),
    )
    if city.id != file.stem or not _ID.fullmatch(city.id):
        raise DataError(f"{file.name}: city.id has to be the file's name, lower-case ASCII.")
    if not re.fullmatch("[A-Z]{2}", city.country):
        raise DataError(f"{file.name}: city.country has to be an ISO 3166-1 code such as IT.")
    if not re.fullmatch("[A-Z]{3}", city.currency):
        raise DataError(f"{file.name}: city.currency has to be an ISO 4217 code such as EUR.")
    return city


def _coordinates(fields: Fields) -> Coordinates:
    return Coordinates(fields.number("lat", -90, 90), fields.number("lon", -180, 180))


def _place(entry: Json, city: City, file: Path, as_of: str, source: str) -> Place:
    named = entry.get("id") if isinstance(entry, dict) else None
    where = f"{file.name}: {named or 'a place without id'}"
    fields = Fields(entry, where)
    category = fields.choice("category", Category)
    food = category in FOOD_CATEGORIES
    _only_known(entry, _PLACE_KEYS | _FOOD_KEYS if food else _PLACE_KEYS, where)
    place = Place(
        id=fields.text("id"),
        name=fields.text("name"),
        category=category,
        coordinates=_coordinates(fields),
        city=city.id,
        minutes=fields.integer("minutes"),
        hours=fields.text("hours"),
        price=fields.number("price", 0),
        importance=fields.integer("importance"),
        interests=fields.choices("interests", Interest, ()),
        good_for_kids=fields.flag("kids", False),
        step_free=fields.flag("step_free", False),
        local_name=fields.text("local", ""),
        aliases=fields.texts("aliases", ()),
        cuisine=fields.text("cuisine", None if food else ""),
        meals=_set(fields, "meals", MealKind) if food else frozenset(),
        diets=_set(fields, "diets", Diet) if food else frozenset(),
        summary=fields.text("summary"),
        address=fields.text("address", ""),
        source=source,
        as_of=as_of,
        confidence=fields.text("confidence"),
    )
    wrong = _what_is_wrong(place, city)
    if wrong:
        raise DataError(f"{where}: {wrong}.")
    try:
        validate_hours(place.hours)
    except DataError as error:
        raise DataError(f"{where}: {error}") from error
    return place


def _set(fields: Fields, key: str, kind: type[_Choice]) -> frozenset[_Choice]:
    return frozenset(fields.choices(key, kind))


def _what_is_wrong(place: Place, city: City) -> str:
    """The first broken rule in words, or an empty text."""
    km = great_circle_metres(place.coordinates, city.coordinates) / 1000
    food = place.category.is_food
    rules = (
        (
            _ID.fullmatch(place.id) is not None and place.id.startswith(f"{city.id}-"),
            f'id has to be "{city.id}-" and a slug of lower-case ASCII',
        ),
        (bool(fold(place.name)), "name has to hold letters or digits"),
        (km <= city.radius_km, f"lies {km:.1f} km from the centre, over {city.radius_km:g} km"),
        (
            15 <= place.minutes <= 360 and place.minutes % 5 == 0,
            "minutes has to be a multiple of 5 from 15 to 360",
        ),
        (1 <= place.importance <= 100, "importance has to be from 1 to 100"),
        (not food or place.price > 0, "price of a meal can't be 0"),
        (
            not food or bool(place.meals) or place.category is Category.BAR,
            "meals has to name at least one, save for a bar",
        ),
        (not food or bool(place.cuisine), "cuisine can't be empty"),
        (place.confidence in _CONFIDENCE, "confidence has to be high or medium"),
        (bool(place.summary.strip()), "summary can't be empty"),
    )
    return next((sentence for holds, sentence in rules if not holds), "")


def _no_duplicates(places: Iterable[Place], file: Path) -> None:
    ids: set[str] = set()
    names: dict[str, str] = {}
    for place in places:
        if place.id in ids:
            raise DataError(f"{file.name}: the id {place.id} is used twice.")
        ids.add(place.id)
        name = fold(place.name)
        if name in names:
            raise DataError(f"{file.name}: {place.id} has the same name as {names[name]}.")
        names[name] = place.id
