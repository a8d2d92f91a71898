"""Destinations that are no cities: the table, names, namesakes, suggestions, plans."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]

from tests.benchmarks import geocoding as benchmark
from tools.actions.naming import UncoveredCityError, city_named, planned_instead
from tools.catalog import perform
from tools.errors import AmbiguousPlaceError, DataError, UnknownPlaceError
from tools.geocoding.destinations import KINDS, destinations, keys, named, parse
from tools.geocoding.gazetteer import Gazetteer
from tools.geocoding.offline import OfflineGeocoder, resolve_city, town_locations
from tools.geocoding.queries import as_city, town_city
from tools.outcome import Trip
from tools.place import Coordinates
from tools.services import TravelServices
from tools.store import PlaceStore
from tools.travel import EstimatedTravelTimes, great_circle_metres

GOOD = (
    "destinations:\n"
    "  - {name: Tuscany, aliases: [Toscana], kind: region, country: IT, lat: 43.4, lon: 11.2,"
    " radius_km: 100, towns: [Florence, {name: Fiesole, lat: 43.81, lon: 11.29}]}\n"
)


@pytest.fixture(scope="module")
def geocoder(gazetteer_folder: Path) -> Iterator[OfflineGeocoder]:
    """The offline geocoder over the whole gazetteer."""
    gazetteer = Gazetteer.open(gazetteer_folder)
    yield OfflineGeocoder(gazetteer)
    gazetteer.close()


@pytest.fixture(scope="module")
def services(
    geocoder: OfflineGeocoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TravelServices]:
    """Everything that the tools reach, offline."""
    store = PlaceStore.open(tmp_path_factory.mktemp("places"))
    yield TravelServices(store, geocoder, EstimatedTravelTimes(), planning_iterations=20)
    store.close()


def test_an_entry_is_read_whole() -> None:
    """Every field arrives; a town may be named or have its own point."""
    (tuscany,) = parse(GOOD)
    assert (tuscany.name, tuscany.aliases, tuscany.kind) == ("Tuscany", ("Toscana",), "region")
    assert tuscany.coordinates == Coordinates(43.4, 11.2)
    assert [town.name for town in tuscany.towns] == ["Florence", "Fiesole"]
    assert tuscany.towns[1].coordinates == Coordinates(43.81, 11.29)


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("kind: region", "kind: planet", "kind of Tuscany"),
        ("kind: region", "sort: region", "kind, sort"),
        ("country: IT", "country: Italy", "two-letter"),
        ("country: IT", "country: NO", "two-letter"),  # YAML reads it as false
        ("lat: 43.4", "lat: 143.4", "lat and lon of Tuscany"),
        ("lon: 11.2", "lon: .nan", "lat and lon of Tuscany"),
        ("lon: 11.2", "lon: east", "lat and lon of Tuscany"),
        ("radius_km: 100", "radius_km: 0", "radius of Tuscany"),
        ("[Florence, {name: Fiesole, lat: 43.81, lon: 11.29}]", "[]", "one to 5 towns"),
        ("name: Fiesole, lat: 43.81,", "name: Fiesole,", "town of Tuscany"),
        ("[Toscana]", "Toscana", "aliases of Tuscany"),
        ("[Toscana]", "['?']", "without letters"),
        ("name: Tuscany,", "", "mapping with a name"),
        ("destinations:", "destination:", "no list"),
        ("destinations:\n", "destinations: []\n# ", "no list|no YAML"),
        ("[Toscana]", "[Toscana", "no YAML"),
    ],
)
def test_a_wrong_entry_is_refused(good: str, bad: str, told: str) -> None:
    """Each mistake is told in a sentence that names the entry."""
    assert good in GOOD
    with pytest.raises(DataError, match=told):
        parse(GOOD.replace(good, bad))


def test_two_of_a_name_are_refused() -> None:
    """A name or alias leads to one destination only."""
    with pytest.raises(DataError, match="Two destinations"):
        parse(GOOD + GOOD.partition("\n")[2])
    other = GOOD.partition("\n")[2].replace("name: Tuscany", "name: Etruria")
    with pytest.raises(DataError, match=r'Both Tuscany and Etruria are called "toscana"'):
        parse(GOOD + other)


def test_the_table_is_broad() -> None:
    """At least 300, of every kind, of every inhabited continent, read once."""
    every = destinations()
    assert every is destinations()
    assert len(every) >= 300
    assert {one.kind for one in every} == set(KINDS)
    assert {"IT", "ZA", "JP", "US", "PE", "AU"} <= {one.country for one in every}
    assert named("the Cotswolds")[0][0].name == "Cotswolds"
    assert len(keys()[0]) == len(keys()[1]) > len(every)


def test_every_town_is_somewhere(geocoder: OfflineGeocoder) -> None:
    """A town resolves in the gazetteer, or is declared with its own point; close by, mostly."""
    gazetteer = geocoder.gazetteer
    wrong: list[str] = []
    for one in destinations():
        assert gazetteer.region_name((one.country, "")) != one.country, one.name
        assert ZoneInfo(as_city(one, gazetteer).timezone), one.name
        for town in one.towns:
            city = town_city(one, town, gazetteer)
            point = town.coordinates or (city and city.coordinates)
            km = great_circle_metres(one.coordinates, point) / 1000 if point else 0.0
            # parks in the wilds are planned from afar
            if point is None or km > 2 * one.radius_km + 400:
                wrong.append(f"{one.name}: {town.name} ({km:.0f} km away)")
    assert wrong == []


@pytest.mark.parametrize(
    ("query", "name", "country", "kind"),
    [
        ("Tuscany", "Tuscany", "IT", "region"),
        ("toscana", "Tuscany", "IT", "region"),
        ("Bali", "Bali", "ID", "island"),
        ("Santorini", "Santorini", "GR", "island"),
        ("Σαντορίνη", "Santorini", "GR", "island"),
        ("Cinque Terre", "Cinque Terre", "IT", "coast"),
        ("Yosemite National Park", "Yosemite", "US", "park"),
        ("Provence", "Provence", "FR", "region"),
        ("the Algarve", "Algarve", "PT", "coast"),
        ("Hawaii", "Hawaii", "US", "island"),
        ("Maui, Hawaii", "Maui", "US", "island"),
        ("Patagonia, Chile", "Patagonia", "AR", "region"),
        ("Lago di Como", "Lake Como", "IT", "lake"),
        ("Cappadocia, Turkey", "Cappadocia", "TR", "region"),
        ("Zanzibar", "Zanzibar", "TZ", "island"),
        ("北海道", "Hokkaido", "JP", "island"),
        ("Dolomiti", "Dolomites", "IT", "mountains"),
        ("Positano", "Positano", "IT", "village"),
        ("Fira", "Fira", "GR", "village"),
    ],
)
def test_destinations_are_found(
    geocoder: OfflineGeocoder, query: str, name: str, country: str, kind: str
) -> None:
    """By any name, with or without hints; the record says the kind and where to plan from."""
    location = resolve_city(query, geocoder)
    raw = location.raw
    assert (raw["name"], raw["country_code"], raw["kind"]) == (name, country, kind)
    assert raw["towns"] and raw["radius_km"] > 0 and ZoneInfo(raw["timezone"])
    assert "Tripwright" in raw["source"]
    again = geocoder.geocode(query)
    assert isinstance(again, Location) and again.address == location.address
    assert town_locations(location, geocoder)


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("Bari", "Bari, Italy"),
        ("Luxembourg", "Luxembourg, Luxembourg"),
        ("Singapore", "Singapore, Singapore"),
        ("Hong Kong", "Hong Kong, Hong Kong"),
        ("Granada, Spain", "Granada, Spain"),
        ("Valencia, Spain", "Valencia, Spain"),
        ("Victoria, Seychelles", "Victoria, Seychelles"),
        ("Flores, Guatemala", "Flores, Guatemala"),
    ],
)
def test_cities_stay_cities(geocoder: OfflineGeocoder, query: str, address: str) -> None:
    """No destination takes a city's name; a hint says which is meant."""
    location = resolve_city(query, geocoder)
    assert (location.address, location.raw["kind"]) == (address, "city")


@pytest.mark.parametrize("query", ["Granada", "Valencia", "Victoria"])
def test_city_names_are_asked_back_for_cities(geocoder: OfflineGeocoder, query: str) -> None:
    """Namesakes are cities each, and each can be named."""
    with pytest.raises(AmbiguousPlaceError) as caught:
        resolve_city(query, geocoder)
    for candidate in caught.value.candidates:
        assert resolve_city(candidate, geocoder).raw["kind"] == "city"


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("Santorinni", "Santorini, Greece"),
        ("Tuscanny", "Tuscany, Italy"),
        ("Yosemity", "Yosemite, United States"),
        ("Capadocia Turky", "Cappadocia, Turkey"),
    ],
)
def test_misspelled_destinations_are_offered(
    geocoder: OfflineGeocoder, query: str, address: str
) -> None:
    """Nothing is given for a misspelling; what is offered resolves."""
    assert geocoder.geocode(query) is None
    with pytest.raises(UnknownPlaceError, match="Did you mean") as caught:
        resolve_city(query, geocoder)
    assert address in caught.value.suggestions
    assert resolve_city(address, geocoder).address == address


def test_reverse_stays_with_cities(geocoder: OfflineGeocoder) -> None:
    """In the middle of Tuscany there is a city, of kind city."""
    found = geocoder.reverse((43.4, 11.2))
    assert isinstance(found, Location)
    assert found.raw["kind"] == "city" and "towns" not in found.raw


def test_towns_stand_behind_cities(geocoder: OfflineGeocoder) -> None:
    """A town is found where no city has the name; of a city's name it needs a hint."""
    assert resolve_city("Zermatt", geocoder).raw["kind"] == "town"
    assert resolve_city("Roma", geocoder).address == "Rome, Italy"
    assert resolve_city("Roma, Texas", geocoder).address == "Roma, Texas, United States"


def test_the_zone_is_the_places_own(geocoder: OfflineGeocoder) -> None:
    """Of a place in the ocean, not that of the nearest city."""
    assert resolve_city("Easter Island", geocoder).raw["timezone"] == "Pacific/Easter"
    assert resolve_city("Hawaii", geocoder).raw["timezone"] == "Pacific/Honolulu"


def test_lookups_are_fast(geocoder: OfflineGeocoder) -> None:
    """Under 5 ms at the median, in this process's time."""
    seconds = []
    for name in ("Tuscany", "Bali", "Paris", "Hilo, Hawaii", "東京", "Kruger", "Capri", "Maui"):
        before = time.process_time()
        resolve_city(name, geocoder)
        seconds.append(time.process_time() - before)
    assert median(seconds[1:]) < 0.005


@pytest.mark.parametrize(
    ("said", "city"),
    [
        ("Tuscany", "Florence"),
        ("Catalonia", "Barcelona"),
        ("Andalusia", "Seville"),
        ("Golden Circle", "Reykjavik"),
        ("Bohemia", "Prague"),
    ],
)
def test_a_destination_leads_to_its_city(services: TravelServices, said: str, city: str) -> None:
    """Where the store knows a town of it, that one is planned, and the traveller is told."""
    known = {one.name for one in services.store.cities()}
    if city not in known:
        pytest.skip(f"the catalogue has no {city}")
    found = city_named(services, said)
    assert found.name == city
    note = planned_instead(services, said, found)
    assert note is not None and said in note and city in note
    assert planned_instead(services, city, found) is None


def test_a_destination_without_a_known_town(services: TravelServices) -> None:
    """The nearest cities that the store knows are named, and the destination itself."""
    with pytest.raises(UncoveredCityError) as caught:
        city_named(services, "Patagonia")
    assert caught.value.city == "Patagonia"
    assert len(caught.value.suggestions) == 2
    told = perform(services, Trip(), "plan_days", {"destination": "Patagonia", "days": 2})
    assert (told.situation, told.facts["city"]) == ("unknown_city", "Patagonia")


def test_geocode_says_where_a_destination_lies(services: TravelServices) -> None:
    """The tool answers as for a city."""
    told = perform(services, Trip(), "geocode", {"query": "Santorini"})
    assert told.situation == "located"
    assert (told.facts["name"], told.facts["country"]) == ("Santorini", "Greece")


def test_a_plan_of_a_destination_notes_it(services: TravelServices) -> None:
    """The trip's notes say which city stands for it."""
    told = perform(services, Trip(), "plan_days", {"destination": "Bohemia", "days": 1})
    assert told.trip.itinerary is not None
    assert told.trip.itinerary.request.city.name == "Prague"
    assert any("Bohemia is no city" in note for note in told.trip.itinerary.notes)


def test_the_benchmarks_cases_are_well_formed() -> None:
    """At least 400 names, none twice within a kind; each that has a place says where."""
    for file, least in ((benchmark.DATA, 400), (benchmark.DATA.with_stem("geocoding_fresh"), 80)):
        found = benchmark.cases(file)
        assert len(found) >= least
        assert len({(case.query, case.kind) for case in found}) == len(found)
        for case in found:
            assert case.answer in ("place", "suggested", "ambiguous", "unknown")
            assert (case.km > 0) == (case.answer in ("place", "suggested")), case.query
