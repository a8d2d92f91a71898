"""The offline geocoder and the order of fallbacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from geopy.exc import GeocoderTimedOut  # type: ignore[import-untyped,unused-ignore]
from geopy.geocoders.base import Geocoder  # type: ignore[import-untyped,unused-ignore]
from geopy.location import Location  # type: ignore[import-untyped,unused-ignore]
from geopy.point import Point  # type: ignore[import-untyped,unused-ignore]

from tools.errors import (
    AmbiguousPlaceError,
    InvalidRequestError,
    ServiceUnavailableError,
    UnknownPlaceError,
)
from tools.geocoding.chain import GeocoderChain
from tools.geocoding.gazetteer import FILE_NAME, Gazetteer
from tools.geocoding.offline import OfflineGeocoder, resolve_city
from tools.geocoding.regions import SHORT_NAMES
from tools.names import fold
from tools.place import Coordinates


@pytest.fixture(scope="module")
def folder(gazetteer_folder: Path) -> Path:
    """Where the gazetteer lies."""
    return gazetteer_folder


@pytest.fixture(scope="module")
def geocoder(folder: Path) -> Iterator[OfflineGeocoder]:
    """The offline geocoder over the whole gazetteer."""
    gazetteer = Gazetteer.open(folder)
    yield OfflineGeocoder(gazetteer)
    gazetteer.close()


def _one(found: Location | list[Location] | None) -> Location:
    assert isinstance(found, Location)
    return found


def _several(found: Location | list[Location] | None) -> list[Location]:
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("Paris", "Paris, France"),
        ("Paris, Texas", "Paris, Texas, United States"),
        ("Paris TX", "Paris, Texas, United States"),
        ("paris tx", "Paris, Texas, United States"),
        ("Paris, TX, USA", "Paris, Texas, United States"),
        ("Paris, France", "Paris, France"),
        ("Paris, Ontario", "Paris, Ontario, Canada"),
        ("Springfield, Illinois", "Springfield, Illinois, United States"),
        ("Cordoba, Argentina", "Córdoba, Argentina"),
        ("Cordoba, Spain", "Córdoba, Spain"),
        ("London Ontario", "London, Ontario, Canada"),
        ("San Jose Costa Rica", "San José, Costa Rica"),
        ("San José", "San José, Costa Rica"),
        ("Köln", "Köln, Germany"),
        ("cologne", "Köln, Germany"),
        ("東京", "Tokyo, Japan"),
        ("東京、日本", "Tokyo, Japan"),
        ("Москва", "Moscow, Russia"),
        ("القاهرة", "Cairo, Egypt"),
        ("서울", "Seoul, South Korea"),
        ("Sao Paulo", "São Paulo, Brazil"),
        ("İSTANBUL", "Istanbul, Turkey"),
        ("Firenze", "Florence, Italy"),
        ("Florence, Tuscany", "Florence, Italy"),
        ("Kyoto, Kansai", "Kyoto, Japan"),
        ("Bombay", "Mumbai, India"),
        ("NYC", "New York City, New York, United States"),
        ("New York, New York", "New York City, New York, United States"),
        ("LA", "Los Angeles, California, United States"),
        ("Kansas City", "Kansas City, Missouri, United States"),
        ("Mexico City", "Mexico City, Mexico"),
        ("Luxembourg", "Luxembourg, Luxembourg"),
        ("St. Petersburg", "Saint Petersburg, Russia"),
        ("Saint Petersburg, Florida", "St. Petersburg, Florida, United States"),
        ("the Hague", "The Hague, Netherlands"),
        ("Bari", "Bari, Italy"),
    ],
)
def test_names_hints_and_scripts(geocoder: OfflineGeocoder, query: str, address: str) -> None:
    """One name, in any script, case or accents, with or without hints, leads to one city."""
    assert resolve_city(query, geocoder).address == address
    assert _one(geocoder.geocode(query)).address == address


@pytest.mark.parametrize(
    ("query", "suggestion"),
    [
        ("Lisbonn", "Lisbon, Portugal"),
        ("Romme", "Rome, Italy"),
        ("Amsterdm", "Amsterdam, Netherlands"),
        ("Barcelonna", "Barcelona, Spain"),
        ("Firenzze", "Florence, Italy"),
        ("Pariss, Texas", "Paris, Texas, United States"),
        ("Paris, Texs", "Paris, Texas, United States"),
        ("Paris, Manitoba", "Paris, France"),
    ],
)
def test_misspelling_is_offered_never_taken(
    geocoder: OfflineGeocoder, query: str, suggestion: str
) -> None:
    """A misspelled name or hint finds nothing, and the error offers the right one."""
    assert geocoder.geocode(query) is None
    with pytest.raises(UnknownPlaceError, match="Did you mean") as caught:
        resolve_city(query, geocoder)
    assert suggestion in caught.value.suggestions
    assert suggestion in str(caught.value)


def test_nonsense_has_no_suggestions(geocoder: OfflineGeocoder) -> None:
    """Letters like nobody's city give one short sentence, whatever their number."""
    with pytest.raises(UnknownPlaceError) as caught:
        resolve_city("xqzzy " * 4000, geocoder)
    assert caught.value.suggestions == ()
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize(
    ("query", "candidates"),
    [
        ("Springfield", {"Springfield, Missouri, United States"}),
        ("Springfield, USA", {"Springfield, Illinois, United States"}),
        ("Valencia", {"Valencia, Spain", "Valencia, Venezuela"}),
        ("Barcelona", {"Barcelona, Spain", "Barcelona, Venezuela"}),
    ],
)
def test_comparable_namesakes_are_ambiguous(
    geocoder: OfflineGeocoder, query: str, candidates: set[str]
) -> None:
    """Namesakes of like size are put to the traveller as names that each resolve."""
    with pytest.raises(AmbiguousPlaceError) as caught:
        resolve_city(query, geocoder)
    assert candidates <= set(caught.value.candidates)
    for candidate in caught.value.candidates:
        assert candidate in str(caught.value)
        assert resolve_city(candidate, geocoder).address == candidate


def test_known_cities_come_before_their_namesakes(geocoder: OfflineGeocoder) -> None:
    """A city that the store knows is meant without asking, unless a hint says otherwise."""
    store = [Coordinates(41.387, 2.1701)]
    assert resolve_city("Barcelona", geocoder, prefer=store).address == "Barcelona, Spain"
    elsewhere = resolve_city("Barcelona, Venezuela", geocoder, prefer=store)
    assert elsewhere.address == "Barcelona, Venezuela"


@pytest.mark.parametrize(
    ("query", "what", "city"),
    [
        ("Italy", "a country", "Rome, Italy"),
        ("Mexico", "a country", "Mexico City, Mexico"),
        ("UK", "a country", "London, United Kingdom"),
        ("Texas", "a state", "Houston, Texas, United States"),
    ],
)
def test_countries_are_no_cities(
    geocoder: OfflineGeocoder, query: str, what: str, city: str
) -> None:
    """Naming a country or state says so and offers cities, not a namesake far away."""
    assert geocoder.geocode(query) is None
    with pytest.raises(UnknownPlaceError, match=what) as caught:
        resolve_city(query, geocoder)
    assert city in caught.value.suggestions


def test_hint_that_is_a_city(geocoder: OfflineGeocoder) -> None:
    """A district after which its city is named is not taken for a namesake elsewhere."""
    assert resolve_city("Chelsea, London", geocoder).raw["country_code"] == "GB"
    with pytest.raises(UnknownPlaceError):
        resolve_city("Chelsea, Rome", geocoder)


def test_short_names_of_cities(geocoder: OfflineGeocoder) -> None:
    """All that stand in the table name a city of theirs, and those of GeoNames go on to."""
    named = {short: city for table in SHORT_NAMES.values() for short, city in table.items()}
    for short, city in (named | {"la": "Los Angeles", "kl": "Kuala Lumpur"}).items():
        for said in (short, short.lower()):
            assert resolve_city(said, geocoder).raw["name"].startswith(city)


@pytest.mark.parametrize("query", ["", "  ", "?!", ",,"])
def test_empty_query(geocoder: OfflineGeocoder, query: str) -> None:
    """Nothing to look for is an input error, and None to geopy."""
    assert geocoder.geocode(query) is None
    with pytest.raises(InvalidRequestError, match="letters or digits"):
        resolve_city(query, geocoder)


def test_geopy_options(geocoder: OfflineGeocoder) -> None:
    """It is a geopy Geocoder: exactly_one, limit, language and timeout behave as there."""
    assert isinstance(geocoder, Geocoder)
    several = _several(
        geocoder.geocode("Paris", exactly_one=False, limit=2, language="fr", timeout=1)
    )
    assert [one.address for one in several] == ["Paris, France", "Paris, Texas, United States"]
    assert _one(geocoder.geocode("Paris")).address == "Paris, France"
    assert geocoder.geocode("Nowhereatall", exactly_one=False) is None
    with pytest.raises(InvalidRequestError, match="at least 1"):
        geocoder.geocode("Paris", exactly_one=False, limit=0)


def test_raw_says_what_is_known(geocoder: OfflineGeocoder) -> None:
    """The raw record carries GeoNames' facts and how the name matched."""
    raw = _one(geocoder.geocode("Firenze")).raw
    assert raw["geonameid"] == 3176959
    assert (raw["name"], raw["country_code"], raw["match"]) == ("Florence", "IT", "alias")
    assert raw["timezone"] == "Europe/Rome"
    assert raw["population"] > 300_000


@pytest.mark.parametrize("query", [(41.8902, 12.4922), Point(41.8902, 12.4922), "41.8902, 12.4922"])
def test_reverse(geocoder: OfflineGeocoder, query: Point | tuple[float, float] | str) -> None:
    """A point in any of geopy's forms leads to the city it lies in."""
    found = _one(geocoder.reverse(query))
    assert found.address == "Rome, Italy"
    assert 0 < found.raw["distance_m"] < 3000


def test_reverse_lists_by_distance(geocoder: OfflineGeocoder) -> None:
    """Several cities around a point come nearest first, as many as asked for."""
    several = _several(geocoder.reverse((48.2, 16.37), exactly_one=False, limit=5))
    distances = [one.raw["distance_m"] for one in several]
    assert len(several) == 5
    assert distances == sorted(distances)


@pytest.mark.filterwarnings("ignore:Latitude normalization")
def test_reverse_at_the_edges(geocoder: OfflineGeocoder) -> None:
    """The open sea has no city, the date line is no wall, and a non-point is refused."""
    assert geocoder.reverse((0, -30)) is None
    assert _one(geocoder.reverse((-16.45, -179.9))).address == "Labasa, Fiji"
    with pytest.raises(InvalidRequestError, match="is no point"):
        geocoder.reverse("somewhere")
    with pytest.raises(InvalidRequestError, match="is no point"):
        geocoder.reverse((91, 0))


def test_index_is_built_once_and_repaired(
    folder: Path, geocoder: OfflineGeocoder, tmp_path: Path
) -> None:
    """A good file is reused; a damaged one is built anew and works."""
    before = (folder / FILE_NAME).stat()
    Gazetteer.open(folder).close()
    assert (folder / FILE_NAME).stat().st_ino == before.st_ino
    (tmp_path / FILE_NAME).write_bytes((folder / FILE_NAME).read_bytes()[: before.st_size // 2])
    repaired = Gazetteer.open(tmp_path)
    assert repaired.named("Köln")[0][0].country_code == "DE"
    repaired.close()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("São Paulo", "sao paulo"),
        ("sao-paulo", "sao paulo"),
        ("St. Peter\u2019s", "st peters"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("東京タワー", "東京タワー"),
        ("ガ", "ガ"),
        ("서울", "서울"),
        ("Ελλάδα", "ελλαδα"),
        ("?!", ""),
    ],
)
def test_folding(text: str, folded: str) -> None:
    """Case, accents and punctuation go; letters of other scripts stay whole."""
    assert fold(text) == folded


class _Fixed(Geocoder):  # type: ignore[misc,unused-ignore]
    """Answers everything with what it was made with, or raises it."""

    def __init__(self, answer: Location | Exception | None) -> None:
        super().__init__()
        self.answer = answer
        self.asked: list[object] = []

    def geocode(self, query: object, **options: object) -> Location | None:
        self.asked.append(query)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    reverse = geocode


HERE = Location("Here", Point(1, 2), {})
THERE = Location("There", Point(3, 4), {})


@pytest.mark.parametrize(
    "first", [None, GeocoderTimedOut("slow"), ServiceUnavailableError("It is down.")]
)
def test_chain_moves_on(first: Exception | None) -> None:
    """Nothing found, a geopy outage and our own each pass the question to the next."""
    last = _Fixed(THERE)
    chain = GeocoderChain([_Fixed(first), _Fixed(HERE), last])
    assert chain.geocode("x") is HERE
    assert chain.reverse((1, 2)) is HERE
    assert last.asked == []


def test_chain_tells_an_outage_from_an_unknown_name() -> None:
    """None when all were reached; ServiceUnavailableError when the one that may know was not."""
    assert GeocoderChain([_Fixed(None), _Fixed(None)]).geocode("x") is None
    with pytest.raises(ServiceUnavailableError, match="did not answer"):
        GeocoderChain([_Fixed(None), _Fixed(GeocoderTimedOut("slow"))]).geocode("x")


def test_chain_lets_bugs_through() -> None:
    """An error that is no outage is not swallowed."""
    with pytest.raises(ZeroDivisionError):
        GeocoderChain([_Fixed(ZeroDivisionError()), _Fixed(HERE)]).geocode("x")
    with pytest.raises(InvalidRequestError, match="at least one"):
        GeocoderChain([])
