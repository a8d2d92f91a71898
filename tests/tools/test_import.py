"""OpenStreetMap extracts into the place store: what a traveller then finds there."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.tools.extracts import VADUZ, Sketch, square
from tools.__main__ import main
from tools.check import check
from tools.errors import UnknownPlaceError
from tools.export import export
from tools.geocoding.gazetteer import Gazetteer
from tools.importing.cities import CityFinder
from tools.importing.facts import SOURCE
from tools.importing.run import Report, import_extract
from tools.place import Category, City, Coordinates, Diet, MealKind
from tools.planning import plan
from tools.store import PlaceStore
from tools.store_file import FILE_NAME
from tools.travel import EstimatedTravelTimes
from tools.trip import TripRequest

FIXTURE = Path(__file__).parent / "data" / "cities"
LAT, LON = VADUZ
BOX = ((47.0, 9.4), (47.3, 9.7))


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built gazetteer, which every test's home links to."""
    home = tmp_path_factory.mktemp("gazetteer")
    Gazetteer.open(home).close()
    return home / "gazetteer.sqlite"


@pytest.fixture
def home(tmp_path: Path, gazetteer: Path) -> Path:
    """A cache directory with nothing but the gazetteer."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / gazetteer.name).hardlink_to(gazetteer)
    return folder


def _import(file: Path, home: Path) -> Report:
    return import_extract(file, home, catalogue=FIXTURE)


def _open(home: Path) -> PlaceStore:
    return PlaceStore.open(home, catalogue=FIXTURE)


def _vaduz() -> Sketch:
    """A little of everything."""
    return (
        Sketch()
        .point(
            1, (LAT, LON), tourism="museum", name="Landesmuseum", name__en="National Museum",
            name__de="Landesmuseum", name__fr="Musée national", alt_name="LM;Das Museum",
            opening_hours="Tu-Su 10:00-17:00", charge="10 CHF; 7 CHF (children)",
            wheelchair="yes", website="https://museum.example", wikidata="Q1", wikipedia="de:LM",
            addr__street="Städtle", addr__housenumber="43", addr__postcode="9490",
            addr__city="Vaduz",
        )
        .point(2, (LAT + 0.001, LON), tourism="viewpoint", name="Weitblick",
               opening_hours="whenever you like")
        .point(3, (LAT, LON + 0.001), amenity="restaurant", name="Torkel", cuisine="italian;pizza",
               diet__vegan="yes", opening_hours="Mo-Sa 11:30-22:00", breakfast="yes")
        .point(4, (LAT, LON + 0.002), amenity="cafe", name="Amann")
        .point(5, (LAT + 0.002, LON), amenity="bench", name="A bench")
        .point(6, (LAT + 0.003, LON), tourism="viewpoint")
        .point(7, (LAT + 0.003, LON), leisure="garden", name="Front garden")
        .point(8, (LAT + 0.003, LON), amenity="restaurant", name="Canteen", access="private")
        .point(9, (0.0, -30.0), tourism="museum", name="Museum of the deep sea")
        .line(20, square((LAT + 0.005, LON)), leisure="park", name="Hofpark", fee="no")
        .line(21, square((LAT - 0.005, LON), 0.004))
        .line(22, square((LAT - 0.005, LON), 0.002))
        .line(23, [(LAT, LON), (LAT, LON + 0.01)], tourism="attraction", name="Old path")
        .multipolygon(30, [21], [22], historic="castle", name="Schloss", name__en="The Castle",
                      wikidata="Q2", heritage="2")
    )  # fmt: skip


@pytest.fixture
def imported(home: Path, tmp_path: Path) -> Report:
    """The report of that extract's import."""
    return _import(_vaduz().write(tmp_path / "vaduz-260101.osm.pbf", BOX), home)


def test_points_and_areas_become_places(home: Path, imported: Report) -> None:
    """Category, names, hours, price, diets and a point inside are as the tags say."""
    with _open(home) as store:
        museum = store.find_by_name("Musée national", "Vaduz")
        assert museum.id == "osm-n1" and museum.category is Category.MUSEUM
        assert (museum.name, museum.local_name) == ("National Museum", "Landesmuseum")
        assert museum.aliases == ("LM", "Das Museum", "Musée national")
        assert museum.hours == "Tu-Su 10:00-17:00"
        assert museum.price == 10 and museum.step_free
        assert "https://museum.example" in museum.summary
        assert museum.address == "Städtle 43, 9490 Vaduz"
        assert store.place("osm-n2").address == ""
        assert museum.source == SOURCE == "© OpenStreetMap contributors, ODbL"
        assert museum.coordinates == pytest.approx(VADUZ)
        torkel = store.place("osm-n3")
        assert torkel.cuisine == "italian, pizza"
        assert torkel.meals == {MealKind.BREAKFAST, MealKind.LUNCH, MealKind.DINNER}
        assert torkel.diets == {Diet.VEGAN, Diet.VEGETARIAN}
        assert torkel.price > 20
        park = store.place("osm-w20")
        assert park.category is Category.PARK and park.free_entry
        assert park.coordinates == pytest.approx((LAT + 0.005, LON))
        castle = store.place("osm-r30")
        assert castle.category is Category.CASTLE and not castle.free_entry
        lat, lon = castle.coordinates  # not in the courtyard
        assert 0.001 < abs(lon - LON) < 0.002 and lat == pytest.approx(LAT - 0.005)
        assert museum.importance > castle.importance > 60 > store.place("osm-n4").importance
        ids = [place.id for place in store.places("vaduz")]
    assert sorted(ids) == ["osm-n1", "osm-n2", "osm-n3", "osm-n4", "osm-r30", "osm-w20"]


def test_hours_that_do_not_parse_are_left_out_of_the_place(home: Path, imported: Report) -> None:
    """The place stays, without hours, and is counted."""
    with _open(home) as store:
        assert store.place("osm-n2").hours == ""
    assert imported.bad_hours == 1
    assert "do not parse were left out of 1." in str(imported)


def test_what_was_left_out_is_counted_by_reason(imported: Report) -> None:
    """Every feature that is no place is in the report, with why."""
    assert imported.added == 6
    assert imported.left_out == {
        "without a name": 1,
        "too small to travel for": 1,
        "private": 1,
        "too far from any city": 1,
    }
    assert "Left out: 1 private; 1 too far from any city; " in str(imported)
    assert "© OpenStreetMap contributors, ODbL" in str(imported)


def test_a_city_is_made_from_the_gazetteer(home: Path, imported: Report) -> None:
    """Vaduz, which the catalogue lacks, has its zone, country, currency and radius."""
    with _open(home) as store:
        city = store.city("Vaduz")
        assert (city.id, city.country, city.currency) == ("vaduz", "LI", "CHF")
        assert city.timezone == "Europe/Vaduz" and city.radius_km == 15
        assert {c.id for c in store.cities()} == {"sampleton", "vaduz"}
    assert imported.cities == (("Vaduz", 6),)


def test_a_trip_can_be_planned_and_its_exports_name_the_source(
    home: Path, imported: Report
) -> None:
    """A day in Vaduz holds by the check; every format carries the attribution."""
    with _open(home) as store:
        city = store.city("vaduz")
        request = TripRequest(city, date(2027, 5, 4), 1)
        itinerary = plan(
            request, store.places(city.id), EstimatedTravelTimes(), iterations=200, seed=1
        )
    assert check(itinerary) == ()
    assert {v.place.id for v in itinerary.visits} >= {"osm-n1", "osm-r30"}
    for kind in ("markdown", "ics", "geojson", "json"):
        content = export(itinerary, kind).content
        text = content.decode() if isinstance(content, bytes) else content
        unfolded = text.replace("\r\n ", "").replace("\\,", ",").replace("\\u00a9", "©")
        assert SOURCE in unfolded, kind


def test_a_catalogue_city_takes_what_lies_within_its_radius(home: Path, tmp_path: Path) -> None:
    """New places join Sampleton; the ones it has already are counted and not doubled."""
    sketch = (
        Sketch()
        .point(1, (41.0, 12.0005), tourism="museum", name="Musei Vecchi")
        .point(2, (41.003, 12.0), tourism="museum", name="Brand New Museum")
        .point(3, (41.011, 12.0), amenity="restaurant", name="Trattoria", cuisine="roman")
    )
    report = _import(sketch.write(tmp_path / "s.osm.pbf"), home)
    with _open(home) as store:
        old = store.place("sampleton-old-museum")
        assert [p.id for p in store.places("sampleton", categories=("museum",))] == [
            old.id,
            "osm-n2",
        ]
        assert store.find_by_name("old museum", "sampleton") == old
        assert store.place("osm-n2").city == "sampleton"
        found = store.search(city="sampleton", cuisine="roman", near=old.coordinates)
        assert [p.id for p in found] == ["osm-n3"]
        every = store.search(city="sampleton", limit=50)
        assert len(every) == 7
        assert [p.importance for p in every] == sorted((p.importance for p in every), reverse=True)
    assert report.left_out == {"already in the catalogue": 1}


def test_which_city_a_place_belongs_to(gazetteer: Path) -> None:
    """Suburbs are their city's, a capital is nobody's suburb, and there is no second Rome."""
    rome = City("rome", "Rome", "IT", Coordinates(41.89, 12.49), "Europe/Rome", "EUR", 10)
    with closing(Gazetteer.open(gazetteer.parent)) as opened:
        finder = CityFinder([rome], [], {}, opened)
        named = {
            (47.15, 9.52): "Vaduz",
            (52.50, 13.42): "Berlin",  # Kreuzberg
            (41.93, 12.50): "Rome",
            (46.02, 7.75): "Zermatt",  # a town, far from every city
            (34.26, -85.16): "Rome, Georgia, United States",
        }
        for (lat, lon), name in named.items():
            city = finder.city_of(Coordinates(lat, lon))
            assert city is not None and city.name == name
        beyond = finder.city_of(Coordinates(41.89, 12.63))  # 12 km from the centre
        assert beyond is None or not beyond.name.startswith("Rome")
        assert finder.city_of(Coordinates(0, -30)) is None
        again = CityFinder([rome], [city], finder.made, opened)
        assert again.city_of(Coordinates(34.26, -85.16)) == city


def test_searches_reach_imported_places(home: Path, imported: Report) -> None:
    """Text, kind, price, hours and distance work on them as on the catalogue's."""
    noon = datetime(2027, 5, 4, 12, tzinfo=ZoneInfo("Europe/Vaduz"))
    night = noon.replace(hour=21)
    with _open(home) as store:

        def ids(**asked: object) -> list[str]:
            return [p.id for p in store.search(**{"city": "vaduz", **asked})]  # type: ignore[arg-type]

        assert ids(text="muse nation") == ["osm-n1"]
        assert ids(categories=["park", "castle"]) == ["osm-r30", "osm-w20"]
        assert set(ids(free_entry=True)) == {"osm-n2", "osm-w20"}
        assert ids(step_free=True) == ["osm-n1"]
        assert ids(cuisine="Pizza") == ["osm-n3"]
        assert ids(open_at=night) == ["osm-n3"]
        assert len(ids(open_at=noon)) == 6
        from_park = store.place("osm-w20").coordinates
        assert ids(near=from_park, limit=2) == ["osm-w20", "osm-n2"]
        assert ids(city=None, near=from_park, limit=2) == ["osm-w20", "osm-n2"]
        assert [p.id for p in store.named("the national museum")] == ["osm-n1"]
        assert store.named("Old Museum")[0].city == "sampleton"
        with pytest.raises(UnknownPlaceError, match="Did you mean Torkel"):
            store.find_by_name("Torkl", "vaduz")


def test_a_newer_extract_updates_by_osm_id(home: Path, imported: Report, tmp_path: Path) -> None:
    """Renamed, unchanged, new, closed and gone places each are counted and stand as they should."""
    newer = _vaduz()
    newer.nodes = [node for node in newer.nodes if node[0] not in (2, 3, 4)]
    newer.point(2, (LAT + 0.001, LON), 2, tourism="viewpoint", name="Fernsicht")
    newer.point(3, (LAT, LON + 0.001), 2, amenity="restaurant", name="Torkel", disused="yes")
    newer.point(50, (LAT, LON - 0.002), shop="mall", name="Mall")
    report = _import(newer.write(tmp_path / "vaduz-latest.osm.pbf", BOX), home)
    assert (report.added, report.updated, report.unchanged, report.removed) == (1, 1, 3, 2)
    with _open(home) as store:
        assert store.find_by_name("Fernsicht", "vaduz").id == "osm-n2"
        assert sorted(p.id for p in store.search(city="vaduz")) == [
            "osm-n1", "osm-n2", "osm-n50", "osm-r30", "osm-w20",
        ]  # fmt: skip
        for gone in ("Weitblick", "Torkel"):
            with pytest.raises(UnknownPlaceError):
                store.find_by_name(gone, "vaduz")
        assert store.search(city="vaduz", cuisine="italian") == ()


def test_an_older_version_changes_nothing(home: Path, imported: Report, tmp_path: Path) -> None:
    """An extract of last year does not undo what was learned since."""
    sketch = Sketch().point(1, VADUZ, 5, tourism="museum", name="New name")
    _import(sketch.write(tmp_path / "a.osm.pbf"), home)
    report = _import(_vaduz().write(tmp_path / "vaduz-240101.osm.pbf", BOX), home)
    assert report.unchanged == 6 and report.updated == 0
    with _open(home) as store:
        assert store.place("osm-n1").name == "New name"


def test_another_regions_extract_removes_nothing(
    home: Path, imported: Report, tmp_path: Path
) -> None:
    """Of the same name, but with another box."""
    report = _import(Sketch().write(tmp_path / "vaduz.osm.pbf", ((10, 10), (11, 11))), home)
    assert (report.added, report.removed) == (0, 0)
    with _open(home) as store:
        assert len(store.places("vaduz")) == 6


def test_a_point_and_an_area_of_one_place_are_one(home: Path, tmp_path: Path) -> None:
    """Mapped twice, the area stays; two cafés of a chain farther apart are two, and either will do
    when that name is said.
    """
    sketch = (
        Sketch()
        .point(1, VADUZ, tourism="museum", name="Museum")
        .line(2, square(VADUZ), tourism="museum", name="Museum")
        .point(3, VADUZ, amenity="cafe", name="Chain")
        .point(4, (LAT + 0.01, LON), amenity="cafe", name="Chain")
    )
    for added, unchanged in ((3, 0), (0, 3)):
        report = _import(sketch.write(tmp_path / "v.osm.pbf", BOX), home)
        assert (report.added, report.unchanged, report.removed) == (added, unchanged, 0)
        assert report.left_out == {"mapped twice": 1}
        with _open(home) as store:
            ids = sorted(p.id for p in store.places("vaduz"))
            assert ids == ["osm-n3", "osm-n4", "osm-w2"]
            assert store.find_by_name("chain", "vaduz").name == "Chain"


def test_imports_outlive_a_rebuilt_catalogue(home: Path, imported: Report) -> None:
    """The catalogue's file is built anew, the imported places are still there."""
    (home / FILE_NAME).unlink()
    with _open(home) as store:
        assert len(store.places("vaduz")) == 6
        assert len(store.places("sampleton")) == 5


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm.gz", ".osm"])
def test_each_format_is_read(home: Path, tmp_path: Path, suffix: str) -> None:
    """Binary, zipped and plain extracts give the same places."""
    assert _import(_vaduz().write(tmp_path / f"v{suffix}"), home).added == 6


def test_the_command_line(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`import` tells what it did, and `places` shows it."""
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(home))
    for door in (import_extract, PlaceStore.open.__func__):  # type: ignore[attr-defined]
        monkeypatch.setattr(door, "__kwdefaults__", {"catalogue": FIXTURE})
    file = _vaduz().write(tmp_path / "vaduz.osm.pbf")
    assert main(["import", str(file)]) == 0
    out, err = capsys.readouterr()
    assert "6 added, 0 updated, 0 unchanged, 0 removed" in out
    assert err == ""
    assert main(["places", "Vaduz", "--json"]) == 0
    places = json.loads(capsys.readouterr().out)
    assert {place["currency"] for place in places} == {"CHF"}
    assert len(places) == 6


def test_imports_from_before_there_were_addresses_are_kept(home: Path, imported: Report) -> None:
    """They are brought up to date when the store is opened."""
    file = home / "imports.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("ALTER TABLE place DROP COLUMN address")
        connection.execute("PRAGMA user_version = 3")
    with _open(home) as store:
        assert store.place("osm-n1").name == "National Museum"
        assert store.place("osm-n1").address == ""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 4
