"""A city of thousands of imported places: answered by index, as a small one is from memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.benchmarks.synthetic import CUISINES, cities, places
from tools import nearby
from tools import store as store_module
from tools.errors import InputError
from tools.importing.writing import replacing_imports
from tools.place import Category, Coordinates, Place
from tools.place_names import NameIndex, named_in_full
from tools.planning.problem import MOST_FOOD, MOST_SIGHTS, build
from tools.store import PlaceStore
from tools.travel import EstimatedTravelTimes, great_circle_metres
from tools.trip import TripRequest

FIXTURE = Path(__file__).parent / "data" / "cities"
COUNT = 1500


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlaceStore]:
    """Two cities with 1,500 made-up places, two thirds of them in the first."""
    home = tmp_path_factory.mktemp("many")
    made = {city.id: city for city in cities(2)}
    with replacing_imports(home, "made-up", "2026-11") as imports:
        for place in places(COUNT, list(made.values())):
            imports.write(place, made[place.city], 1, "", "")
        imports.finish({})
    with PlaceStore.open(home, catalogue=FIXTURE) as opened:
        yield opened


@pytest.fixture(scope="module")
def every(store: PlaceStore) -> tuple[Place, ...]:
    """All of the first city, most important first."""
    return store.places("made-0")


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"categories": ("museum", "park")},
        {"free_entry": True},
        {"free_entry": False, "categories": ("museum",)},
        {"good_for_kids": True, "step_free": True},
        {"cuisine": CUISINES[0]},
        {"cuisine": "pizza", "step_free": True},
        {"text": "lion"},
        {"text": "gold kitch", "free_entry": False},
    ],
)
@pytest.mark.parametrize("limit", [1, 12, 5000])
def test_searches_are_those_of_reading_everything(
    store: PlaceStore, every: tuple[Place, ...], asked: dict[str, object], limit: int
) -> None:
    """Each filter, by importance and by distance, gives what going through all places gives."""
    fits = [place for place in every if _fits(place, asked)]
    found = store.search(city="made-0", limit=limit, **asked)  # type: ignore[arg-type]
    assert [p.id for p in found] == [p.id for p in fits[:limit]]
    near = Coordinates(44.02, 2.01)
    away = sorted(fits, key=lambda p: (great_circle_metres(near, p.coordinates), p.name))
    found = store.search(city="made-0", near=near, limit=limit, **asked)  # type: ignore[arg-type]
    assert [p.id for p in found] == [p.id for p in away[:limit]]
    close = [p for p in away if great_circle_metres(near, p.coordinates) <= 30_000]
    found = store.search(city=None, near=near, limit=limit, **asked)  # type: ignore[arg-type]
    assert [p.id for p in found if p.city == "made-0"] == [
        p.id for p in close[:limit]
    ] or limit < len(close)


@pytest.mark.parametrize("few", [0, 100, 10_000])
@pytest.mark.parametrize(
    "near", [(44.3, 2.0), (44.0, 3.5), (-33.0, 151.0), (89.0, 10.0), (44.0, 2.0)]
)
def test_a_point_anywhere_gives_the_nearest(
    store: PlaceStore,
    every: tuple[Place, ...],
    monkeypatch: pytest.MonkeyPatch,
    near: tuple[float, float],
    few: int,
) -> None:
    """Outside the city, on another continent, by a pole; sorted at once or in circles."""
    monkeypatch.setattr(nearby, "_FEW", few)
    at = Coordinates(*near)
    away = sorted(every, key=lambda p: (great_circle_metres(at, p.coordinates), p.name))
    for kinds in ((), ("museum",), ("museum", "restaurant")):
        for step_free in (None, True):
            fits = [
                p.id
                for p in away
                if (not kinds or p.category in kinds) and step_free in (None, p.step_free)
            ]
            found = store.search(
                city="made-0", near=at, categories=kinds, step_free=step_free, limit=7
            )
            assert [p.id for p in found] == fits[:7]


def _fits(place: Place, asked: dict[str, object]) -> bool:
    names = f"{place.name} {place.local_name} {place.category} {place.cuisine}".casefold()
    words = names.replace(",", "").split()
    return (
        (not asked.get("categories") or place.category in asked["categories"])  # type: ignore[operator]
        and asked.get("free_entry", place.free_entry) == place.free_entry
        and asked.get("good_for_kids", place.good_for_kids) == place.good_for_kids
        and asked.get("step_free", place.step_free) == place.step_free
        and (not asked.get("cuisine") or asked["cuisine"] in place.cuisine.replace(",", "").split())
        and all(any(w.startswith(t) for w in words) for t in str(asked.get("text", "")).split())
    )


@pytest.mark.parametrize("hour", [3, 12, 22])
def test_open_at_reads_on_until_enough_are_found(
    store: PlaceStore, every: tuple[Place, ...], hour: int
) -> None:
    """At noon places without hours count as open; at night only noted hours do."""
    at = datetime(2027, 5, 4, hour, tzinfo=ZoneInfo("Europe/Berlin"))
    city = store.city("made-0")
    fits = [p.id for p in every if store_module._is_open(p.hours, city, at, p.coordinates)]
    for limit in (3, 300):
        found = store.search(city="made-0", open_at=at, limit=limit)
        assert [p.id for p in found] == fits[:limit]


def test_names_by_index_are_those_from_memory(
    store: PlaceStore, every: tuple[Place, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole names, parts, other orders and words that fit nothing or many: the same answers."""
    monkeypatch.setattr(store_module, "_SMALL", 0)
    index = NameIndex(store.city("made-0"), every)
    said = [place.name for place in every[::97]] + [
        p.local_name for p in every[:40] if p.local_name
    ]
    said += [" ".join(reversed(name.split())) for name in said[:8]]
    said += [" ".join(name.split()[1:]) for name in said[:8]]
    said += [" at ".join(name.rsplit(" ", 1)) for name in said[:8]]
    said += ["the Lion Kitchen, Madeville 0", "café", "Kitchen Kitchen", "xyzzy", "in Madeville"]
    said += [p.name.replace("Cathedral", "cath.").replace("Square", "sq") for p in every]
    said += [f"{p.name} {p.category.value}" for p in every[5:400:7] if p.category != "museum"]
    for name in said:
        assert _answer(lambda n=name: store.find_by_name(n, "made-0")) == _answer(
            lambda n=name: index.find(n)
        ), name
    name = every[0].name
    misspelt = name[:-1] + "q"
    with pytest.raises(InputError, match=f"Did you mean .*{name}"):
        store.find_by_name(misspelt, "made-0")
    assert store.named(name) == named_in_full(
        sorted((*every, *store.places("made-1")), key=lambda p: (-p.importance, p.name)), name
    )


def _answer(find: object) -> str:
    try:
        return find().id  # type: ignore[operator, no-any-return]
    except InputError as error:
        return f"{type(error).__name__} {error}"


def test_a_plan_looks_at_the_foremost_places(store: PlaceStore, every: tuple[Place, ...]) -> None:
    """At most 250 candidates; what was wished for is among them, however unimportant."""
    last = [p for p in every if not p.category.is_food][-1]
    request = TripRequest(store.city("made-0"), date(2027, 5, 4), 2, must_see=(last.id,))
    problem = build(request, every, EstimatedTravelTimes())
    seen = {item.place.id: item.place for item in problem.items}
    assert last.id in seen
    assert len(seen) <= MOST_SIGHTS + MOST_FOOD + 1
    assert sum(p.category is Category.RESTAURANT for p in seen.values()) > 20
