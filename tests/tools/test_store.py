"""The place catalogue and the store built from it."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tools.catalogue_files import catalogue_files, load_city_file
from tools.errors import (
    AmbiguousPlaceError,
    DataError,
    InvalidRequestError,
    UnknownPlaceError,
)
from tools.hours import open_intervals
from tools.names import fold
from tools.place import Category, Coordinates, Interest
from tools.store import PlaceStore
from tools.store_file import FILE_NAME
from tools.travel import great_circle_metres

FIXTURE = Path(__file__).parent / "data" / "cities"
SAMPLETON = FIXTURE / "sampleton.yaml"
ROME_TIME = ZoneInfo("Europe/Rome")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PlaceStore]:
    """The store of the made-up city."""
    with PlaceStore.open(tmp_path, catalogue=FIXTURE) as opened:
        yield opened


# The catalogue that ships


@pytest.mark.parametrize("file", catalogue_files(), ids=lambda file: file.stem)
def test_every_city_file_holds(file: Path) -> None:
    """Each file parses by all rules, is rich enough, and opens its places at some time."""
    entry = load_city_file(file)
    food = [place for place in entry.places if place.category.is_food]
    assert len(entry.places) - len(food) >= 25
    assert len(food) >= 15
    for place in entry.places:
        metres = great_circle_metres(place.coordinates, entry.city.coordinates)
        assert metres <= entry.city.radius_km * 1000, place.id
        assert 15 <= place.minutes <= 360, place.id
        # one month, since a few open on some weekends only
        assert any(
            closes - opens >= min(place.minutes, 60)
            for day in range(31)
            for opens, closes in open_intervals(
                place.hours,
                date(2027, 5, 1) + timedelta(days=day),
                country=entry.city.country,
                timezone=entry.city.timezone,
                coordinates=place.coordinates,
            )
        ), f"{place.id} is never open long enough in May"
    assert len({place.id for place in entry.places}) == len(entry.places)
    assert len({fold(place.name) for place in entry.places}) == len(entry.places)


def test_real_store_gives_back_what_the_files_say(real: PlaceStore) -> None:
    """Every place of every file comes out of the database equal to what was read."""
    files = [load_city_file(file) for file in catalogue_files()]
    assert {city.id for city in real.cities()} == {entry.city.id for entry in files}
    for entry in files:
        assert real.city(entry.city.id) == entry.city
        assert sorted(real.places(entry.city.id), key=lambda p: p.id) == sorted(
            entry.places, key=lambda p: p.id
        )


def test_real_search_near_belem(real: PlaceStore) -> None:
    """Searching near a point without a city finds that city's places, nearest first."""
    belem = Coordinates(38.6967, -9.2060)
    found = real.search(city=None, near=belem, limit=5)
    distances = [great_circle_metres(belem, place.coordinates) for place in found]
    assert len(found) == 5
    assert {place.city for place in found} == {"lisbon"}
    assert distances == sorted(distances)
    assert distances[-1] < 1500


# Asking the made-up city


def test_cities_by_id_name_and_neighbourhood(store: PlaceStore) -> None:
    """A city is found by id, by name in any case, and from a point near it but not far off."""
    (city,) = store.cities()
    assert store.city("sampleton") == store.city("SAMPLETON ") == city
    assert store.city_near(Coordinates(41.2, 12.0)) == city
    assert store.city_near(Coordinates(41.2, 12.0), max_km=10) is None
    with pytest.raises(UnknownPlaceError, match="Did you mean Sampleton") as caught:
        store.city("Sampelton")
    assert caught.value.suggestions == ("Sampleton",)


def test_place_by_id(store: PlaceStore) -> None:
    """An id gives the whole place; a wrong one names the close ones."""
    tower = store.place("sampleton-tower")
    assert tower.local_name == "塔"
    assert tower.interests == (Interest.VIEWS,)
    with pytest.raises(UnknownPlaceError) as caught:
        store.place("sampleton-towr")
    assert caught.value.suggestions[0] == "sampleton-tower"


def test_places_by_importance_and_category(store: PlaceStore) -> None:
    """A city's places come most important first, of the categories asked for only."""
    assert [p.importance for p in store.places("sampleton")] == [90, 80, 60, 40, 30]
    some = store.places("sampleton", categories=("bar", Category.PARK))
    assert [p.id for p in some] == ["sampleton-park", "sampleton-bar"]
    with pytest.raises(InvalidRequestError, match='"pub" is no category'):
        store.places("sampleton", categories=("pub",))


def _ids(store: PlaceStore, **asked: object) -> list[str]:
    found = store.search(**{"city": "sampleton", **asked})  # type: ignore[arg-type]
    return [place.id.removeprefix("sampleton-") for place in found]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["old-museum", "tower", "park", "bakery", "bar"]),
        ({"limit": 2}, ["old-museum", "tower"]),
        ({"city": None}, ["old-museum", "tower", "park", "bakery", "bar"]),
        ({"text": "belfort"}, ["tower", "bakery"]),
        ({"text": "whal marbl"}, ["old-museum"]),
        ({"text": "whale steps"}, []),
        ({"text": '" OR * NEAR('}, []),
        ({"text": "塔"}, ["tower"]),
        ({"free_entry": True}, ["park"]),
        ({"free_entry": False, "categories": ["museum", "park"]}, ["old-museum"]),
        ({"good_for_kids": False}, ["bar"]),
        ({"step_free": True, "good_for_kids": True}, ["old-museum", "park", "bakery"]),
        ({"cuisine": "Wine"}, ["bar"]),
        ({"near": Coordinates(41.011, 12.0), "limit": 3}, ["bakery", "tower", "old-museum"]),
        ({"city": None, "near": Coordinates(41.0, 12.2), "limit": 1}, ["park"]),
        ({"city": None, "near": Coordinates(41.0, 13.0)}, []),
    ],
)
def test_search(store: PlaceStore, asked: dict[str, object], expected: list[str]) -> None:
    """Each filter holds, alone and together; nearest first with `near`, else by importance."""
    assert _ids(store, **asked) == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 11, 24, 12, tzinfo=ROME_TIME), ["old-museum", "tower", "park", "bakery"]),
        (datetime(2026, 11, 23, 14, tzinfo=ROME_TIME), ["tower", "park"]),  # Monday
        (datetime(2026, 12, 25, 12, tzinfo=ROME_TIME), ["tower", "park", "bakery"]),  # a holiday
        (datetime(2026, 11, 29, 1, tzinfo=ROME_TIME), ["park", "bar"]),  # Saturday's night
    ],
)
def test_search_open_at(store: PlaceStore, at: datetime, expected: list[str]) -> None:
    """Only places open at that moment are found: weekday, holiday and night count."""
    assert _ids(store, open_at=at) == expected


def test_search_refuses_bad_input(store: PlaceStore) -> None:
    """A limit of 0, a naive time and an unknown city each raise a sentence."""
    with pytest.raises(InvalidRequestError, match="at least 1"):
        store.search(city="sampleton", limit=0)
    with pytest.raises(InvalidRequestError, match="time zone"):
        store.search(city="sampleton", open_at=datetime(2026, 11, 24, 12))
    with pytest.raises(UnknownPlaceError, match="Atlantis"):
        store.search(city="Atlantis")


@pytest.mark.parametrize(
    ("said", "place_id"),
    [
        ("old museums", "sampleton-old-museum"),
        ("the old museum", "sampleton-old-museum"),
        ("MUSEI VECCHI", "sampleton-old-museum"),
        ("St. Peter's collection", "sampleton-old-museum"),
        ("belfort tower", "sampleton-tower"),
        ("塔", "sampleton-tower"),
        ("Long Park", "sampleton-park"),
        ("lungo", "sampleton-park"),
        ("night bar, sampleton", "sampleton-bar"),
        ("St Peter's Collection Museum", "sampleton-old-museum"),
        ("塔 gallery in Sampleton", ""),
        ("Long Park Museum", ""),
    ],
)
def test_find_by_name(store: PlaceStore, said: str, place_id: str) -> None:
    """English, local and other names, whole, in part or with its kind, lead to the one place."""
    if not place_id:  # another kind than the place's
        with pytest.raises(UnknownPlaceError):
            store.find_by_name(said, "sampleton")
        return
    assert store.find_by_name(said, "sampleton").id == place_id


def test_name_that_fits_several_places(store: PlaceStore) -> None:
    """A word two names share raises with both as candidates, most important first."""
    with pytest.raises(AmbiguousPlaceError, match="Bélfort Tower or Bélfort Bakery") as caught:
        store.find_by_name("belfort", "sampleton")
    assert caught.value.candidates == ("Bélfort Tower", "Bélfort Bakery")


def test_name_that_fits_nothing(store: PlaceStore) -> None:
    """Nonsense of any length raises one short sentence, without inventing a suggestion."""
    with pytest.raises(UnknownPlaceError) as caught:
        store.find_by_name("xyzzy " * 4000, "sampleton")
    assert len(str(caught.value)) < 120
    assert caught.value.suggestions == ()
    with pytest.raises(InvalidRequestError, match="letters or digits"):
        store.find_by_name(" ?! ", "sampleton")


# The file


def _catalogue(folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(SAMPLETON, folder)
    return folder / SAMPLETON.name


def test_file_is_kept_until_the_catalogue_changes(tmp_path: Path) -> None:
    """The second start reuses the file; an edited city file leads to a new one."""
    city_file = _catalogue(tmp_path / "cities")
    cache = tmp_path / "deep" / "cache"
    for _ in range(2):
        PlaceStore.open(cache, catalogue=city_file.parent).close()
        first = (cache / FILE_NAME).stat().st_ino
    assert (cache / FILE_NAME).stat().st_ino == first
    city_file.write_text(city_file.read_text().replace("Night Bar", "Day Bar"))
    with PlaceStore.open(cache, catalogue=city_file.parent) as store:
        assert store.place("sampleton-bar").name == "Day Bar"
    assert [path.name for path in cache.iterdir()] == [FILE_NAME]


def test_other_schema_version_is_rebuilt(tmp_path: Path) -> None:
    """A file of another schema version is replaced, without a warning about damage."""
    PlaceStore.open(tmp_path, catalogue=FIXTURE).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript("PRAGMA user_version = 99; DROP TABLE place")
    with PlaceStore.open(tmp_path, catalogue=FIXTURE) as store:
        assert len(store.places("sampleton")) == 5


@pytest.mark.parametrize("damage", ["garbage", "middle", "short"])
def test_damaged_file_is_rebuilt_with_a_warning(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Garbage, overwritten pages and a cut-off file are noticed, told and repaired."""
    PlaceStore.open(tmp_path, catalogue=FIXTURE).close()
    file = tmp_path / FILE_NAME
    good = file.read_bytes()
    bad = {
        "garbage": b"not a database" * 500,
        "middle": good[:4096] + os.urandom(len(good) - 4096),
        "short": good[: len(good) // 2],
    }
    file.write_bytes(bad[damage])
    with (
        caplog.at_level(logging.WARNING),
        PlaceStore.open(tmp_path, catalogue=FIXTURE) as store,
    ):
        assert len(store.places("sampleton")) == 5
    assert "damaged" in caplog.text


def test_place_for_the_file_that_cannot_be_used(tmp_path: Path) -> None:
    """Where neither reading nor writing works, one sentence names the path and a way out."""
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(DataError, match="TRIPWRIGHT_HOME"):
        PlaceStore.open(tmp_path, catalogue=FIXTURE)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_damage_while_open_is_one_sentence(tmp_path: Path) -> None:
    """A file overwritten under an open store raises a DataError, not a bare SQLite error."""
    with PlaceStore.open(tmp_path, catalogue=FIXTURE) as store:
        file = tmp_path / FILE_NAME
        with file.open("r+b") as stream:
            stream.write(b"\0" * file.stat().st_size)
        with pytest.raises(DataError, match="damaged"):
            store.places("sampleton")


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE city",
        "DROP TABLE place",
        "UPDATE place SET category = 'musuem'",
        "UPDATE place SET summary = CAST(x'ff' AS TEXT)",
    ],
)
def test_damage_that_sqlite_does_not_see_is_gone_at_the_next_start(
    tmp_path: Path, damage: str
) -> None:
    """A sound file with unsound contents: one sentence, and starting again helps, as it says."""
    PlaceStore.open(tmp_path, catalogue=FIXTURE).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute(damage)
    with (
        pytest.raises(DataError, match="start again"),
        PlaceStore.open(tmp_path, catalogue=FIXTURE) as store,
    ):
        store.places("sampleton")
    with PlaceStore.open(tmp_path, catalogue=FIXTURE) as store:
        assert len(store.places("sampleton")) == 5


def test_many_threads_share_a_store(store: PlaceStore) -> None:
    """Eight threads asking at once all get the same answers and no error."""
    answers: list[tuple[str, int]] = []
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(50):
                name = store.find_by_name("belfort tower", "sampleton").id
                answers.append((name, len(store.search(city=None, text="b"))))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(answers) == 400
    assert len(set(answers)) == 1


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("lat: 41.03", "lat: 42.03", "sampleton-park: lies"),
        ("minutes: 45", "minutes: 46", "sampleton-park: minutes"),
        ('"24/7"', '"whenever"', 'sampleton-park: The opening hours "whenever"'),
        ("category: park", "category: garden", "sampleton-park.category"),
        ("interests: [nature]", "interests: [trees]", "sampleton-park.interests"),
        ("price: 6", "price: 0", "sampleton-bakery: price"),
        ("price: 6", "price: cheap", "sampleton-bakery.price"),
        ("price: 12", "prize: 12", '"prize"'),
        ("    importance: 60\n", "", "sampleton-park.importance is missing"),
        ("importance: 60", "importance: 101", "sampleton-park: importance"),
        ("id: sampleton-park", "id: sampleton-tower", "sampleton-tower is used twice"),
        ("id: sampleton-park", "id: rome-park", "rome-park: id"),
        ("name: The Long Park", "name: Night bar", "same name"),
        ("meals: [breakfast]", "meals: []", "sampleton-bakery: meals"),
        ("timezone: Europe/Rome", "timezone: Europe/Atlantis", "timezone"),
        ("country: IT", "country: NO", "country"),  # YAML reads a bare NO as false
        ("as_of: 2026-11", "as_of: 2026-13", "as_of"),
        ("id: sampleton\n", "id: other\n", "city.id"),
        ("places:", "places: [", "is not YAML at line"),
    ],
)
def test_wrong_city_file_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    """Each way to get a file wrong raises one sentence with the file and the entry."""
    file = _catalogue(tmp_path / "cities")
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(DataError) as caught:
        PlaceStore.open(tmp_path / "cache", catalogue=file.parent)
    assert file.name in str(caught.value)
    assert named in str(caught.value)
    assert not (tmp_path / "cache" / FILE_NAME).exists()


def test_catalogue_without_files(tmp_path: Path) -> None:
    """An empty catalogue folder is an error, not an empty store."""
    with pytest.raises(DataError, match="holds no city files"):
        PlaceStore.open(tmp_path / "cache", catalogue=tmp_path)
