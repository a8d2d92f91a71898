"""City names that the gazetteer lacks: Nominatim, then Photon, then what it says offline."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import Any

import pytest

from tests.tools.providers.conftest import Open, Server
from tests.tools.providers.shapes import PHOTON, VILLAGE
from tests.tools.providers.stub import Answer, Stub, gone_url
from tools.actions.naming import city_location
from tools.catalog import perform
from tools.errors import UnknownPlaceError
from tools.geocoding.offline import resolve_city
from tools.outcome import Trip
from tools.providers.ledger import recording


def _like(**changes: Any) -> dict[str, Any]:
    """Hinterquell with another name, kind or importance."""
    name = changes.pop("name", "Hinterquell")
    return {**copy.deepcopy(VILLAGE), "name": name, "namedetails": {"name": name}, **changes}


def test_nominatim_knows_a_village(stub: Stub, opened: Open) -> None:
    """A place of 738 people has all that a city of the gazetteer has, and its source."""
    stub.say(Answer([VILLAGE]))
    services = opened("nominatim", nominatim_url=stub.url)
    with recording() as ledger:
        found = city_location(services, "Hinterquell")
    assert (found.latitude, found.longitude) == (47.5622, 13.6493)
    assert found.raw["name"] == "Hinterquell" and found.raw["country"] == "Austria"
    assert found.raw["country_code"] == "AT" and found.raw["population"] == 738
    assert found.raw["timezone"] == "Europe/Vienna"
    assert "OpenStreetMap" in found.raw["source"] and ledger.sources == [found.raw["source"]]
    assert ledger.notes == []
    asked = stub.asked[0]
    assert asked.path == "/search" and asked.query["q"] == "Hinterquell"
    assert asked.query["format"] == "json" and asked.query["accept-language"] == "en"
    assert len(stub.asked) == 1, "asked twice inside, answered from the cache"


def test_the_second_session_does_not_ask(stub: Stub, opened: Open) -> None:
    """The file of answers is there after a restart."""
    stub.say(Answer([VILLAGE]), Answer("", 500))
    for _ in range(2):
        services = opened("nominatim", nominatim_url=stub.url)
        assert resolve_city("Hinterquell, Austria", services.geocoder).raw["name"] == "Hinterquell"
    assert len(stub.asked) == 1


def test_known_names_are_not_asked_for(stub: Stub, opened: Open) -> None:
    """Cities, countries and destinations are the gazetteer's."""
    services = opened("nominatim", "photon", nominatim_url=stub.url, photon_url=stub.url)
    found = resolve_city("Lisbon", services.geocoder)
    assert found.raw["source"].startswith("GeoNames")
    assert resolve_city("Tuscany", services.geocoder).raw["kind"] == "region"
    for name in ("France", "Texas"):
        with suppress(UnknownPlaceError):  # whether it is a destination or not
            resolve_city(name, services.geocoder)
    assert stub.asked == []


@pytest.mark.parametrize(
    "broken",
    [
        Answer([VILLAGE], delay=20),
        Answer("", 500),
        Answer([], 429, {"Retry-After": "3600"}),
        Answer("<html>"),
        Answer([{"lat": "north"}]),
        Answer({"error": "x"}),
    ],
    ids="slow failing limiting malformed shape object".split(),
)
def test_photon_is_next(server: Server, opened: Open, broken: Answer) -> None:
    """Whatever becomes of the first, the second answers, and one note says so."""
    first, second = server(), server()
    first.say(broken)
    second.say(Answer(PHOTON))
    services = opened("nominatim", "photon", nominatim_url=first.url, photon_url=second.url)
    with recording() as ledger:
        found = city_location(services, "Hinterquell")
    assert found.raw["name"] == "Hinterquell" and "Photon" in found.raw["source"]
    assert found.raw["timezone"] == "Europe/Vienna"
    assert len(ledger.notes) == 1
    assert "Nominatim" in ledger.notes[0] and "Photon was asked instead" in ledger.notes[0]
    assert second.asked[0].path == "/api" and second.asked[0].query["osm_tag"] == "place"


def test_the_embedded_answer_is_last(opened: Open) -> None:
    """With both gone the traveller is told what is told offline."""
    services = opened("nominatim", "photon", nominatim_url=gone_url(), photon_url=gone_url())
    with recording() as ledger, pytest.raises(UnknownPlaceError, match='no city "Lisbonn"') as told:
        city_location(services, "Lisbonn")
    assert "Lisbon, Portugal" in told.value.suggestions
    assert len(ledger.notes) == 1
    assert "Nominatim could not be reached; Photon could not be reached" in ledger.notes[0]


def test_nothing_found_is_no_failure(stub: Stub, opened: Open) -> None:
    """An empty answer leaves the offline sentence and no note; it is kept, too."""
    stub.say(Answer([]))
    services = opened("nominatim", nominatim_url=stub.url)
    for _ in range(2):
        with recording() as ledger, pytest.raises(UnknownPlaceError):
            resolve_city("Qwertzburg", services.geocoder)
        assert ledger.notes == []
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Hinterquell", _like(addresstype="country")),
        ("Hinterquell", _like(addresstype="road")),
        ("Hinterquell", _like(address={"country": "Nowhere"})),
        ("Hinterquel Cafe", _like(name="Café Hinterquell")),
        ("Romme", _like(name="Romme", addresstype="hamlet", importance=0.2)),
    ],
    ids="country road no-country other-name misspelling".split(),
)
def test_what_is_not_meant_is_not_taken(
    stub: Stub, opened: Open, said: str, answer: dict[str, Any]
) -> None:
    """A settlement of just that name; a hamlet does not take a misspelled city's place."""
    stub.say(Answer([answer]))
    services = opened("nominatim", nominatim_url=stub.url)
    with pytest.raises(UnknownPlaceError):
        resolve_city(said, services.geocoder)


def test_a_well_known_village_beats_a_close_name(stub: Stub, opened: Open) -> None:
    """Bibury is no misspelled Bury."""
    stub.say(Answer([_like(name="Bibury", importance=0.45)]))
    services = opened("nominatim", nominatim_url=stub.url)
    assert resolve_city("Bibury", services.geocoder).raw["name"] == "Bibury"


def test_sights_are_not_asked_for(stub: Stub, opened: Open) -> None:
    """A sight that the store knows is no village of that name."""
    stub.say(Answer([_like(name="Trevi Fountain", importance=0.6)]))
    services = opened("nominatim", nominatim_url=stub.url)
    found = perform(services, Trip(), "geocode", {"query": "Trevi Fountain"})
    assert found.facts["name"] == "Trevi Fountain, Rome" and stub.asked == []
