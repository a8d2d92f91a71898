"""A city that the store has no places of, filled from the map."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.tools.providers.conftest import NOW, Open, Server
from tests.tools.providers.shapes import OVERPASS, VILLAGE
from tests.tools.providers.stub import Answer, Stub
from tools.actions.naming import UncoveredCityError, city_named
from tools.catalog import perform
from tools.check import check
from tools.outcome import Trip
from tools.place import Category, Diet
from tools.providers.ledger import recording
from tools.providers.live_store import FOLDER, KEEP_SECONDS
from tools.services import TravelServices

BOTH = ("nominatim", "overpass")


@pytest.fixture
def overpass(server: Server) -> Stub:
    """The map's server."""
    stub = server()
    stub.say(Answer(OVERPASS))
    return stub


@pytest.fixture
def covered(stub: Stub, overpass: Stub, opened: Open) -> TravelServices:
    """Services with a geocoder that knows Hinterquell, and the map."""
    stub.say(Answer([VILLAGE]))
    return opened(*BOTH, nominatim_url=stub.url, overpass_url=overpass.url)


def test_a_city_is_filled(covered: TravelServices, overpass: Stub) -> None:
    """Its places are the store's from then on, mapped from tags, each with its source."""
    with recording() as ledger:
        city = city_named(covered, "Hinterquell")
    assert (city.name, city.country, city.currency) == ("Hinterquell", "AT", "EUR")
    assert city.timezone == "Europe/Vienna" and ledger.notes == []
    assert any("Overpass" in source and "ODbL" in source for source in ledger.sources)
    names = {place.name: place for place in covered.store.places(city.id)}
    assert set(names) == {
        "World Heritage Museum", "Skywalk", "Pfarrkirche", "Marktplatz", "Seepark", "Bräugasthof",
        "Seewirt", "Café Polreich",
    }  # fmt: skip
    museum, inn = names["World Heritage Museum"], names["Bräugasthof"]
    assert museum.category is Category.MUSEUM and museum.price == 12 and museum.step_free
    assert museum.local_name == "Welterbemuseum" and museum.hours == "Tu-Su 10:00-16:00"
    assert names["Pfarrkirche"].hours == "", "hours that don't parse are unknown hours"
    assert Diet.VEGETARIAN in inn.diets and inn.price > 0
    assert all("ODbL" in place.source for place in names.values())
    assert {place.as_of for place in names.values()} == {f"{time.strftime('%Y-%m', time.gmtime())}"}
    assert "out center tags" in overpass.asked[0].query["data"]
    assert "47.5622,13.6493" in overpass.asked[0].query["data"]


def test_it_is_asked_for_once(
    covered: TravelServices, overpass: Stub, opened: Open, stub: Stub
) -> None:
    """Not again in this session, nor in the next one, even with the map's server gone."""
    city = city_named(covered, "Hinterquell")
    assert city_named(covered, "hinterquell") == city
    overpass.say(Answer("", 500))
    later = opened(*BOTH, nominatim_url=stub.url, overpass_url=overpass.url)
    assert city_named(later, "Hinterquell") == city
    assert later.store.find_by_name("skywalk", city.id).name == "Skywalk"
    assert later.store.place(later.store.places(city.id)[0].id).city == city.id
    assert [p.name for p in later.store.named("Seepark")] == ["Seepark"]
    assert len(overpass.asked) == 1


def test_the_store_answers_for_both(covered: TravelServices) -> None:
    """Searches in the new city, in an old one, and around a point."""
    city = city_named(covered, "Hinterquell")
    store = covered.store
    assert city in store.cities() and store.city(city.name) == city
    found = store.search(city=city.id, categories=["museum"])
    assert [place.name for place in found] == ["World Heritage Museum"]
    assert store.search(city="Lisbon", categories=["museum"])
    near = store.search(city=None, near=city.coordinates, limit=3)
    assert len(near) == 3 and all(place.city == city.id for place in near)
    assert store.city("Lisbon").id == "lisbon" and store.places("lisbon")
    noon = NOW.replace(hour=12)
    assert "World Heritage Museum" not in {
        place.name for place in store.search(city=city.id, open_at=noon)
    }, "closed on Mondays"


def test_a_trip_is_planned_there(covered: TravelServices) -> None:
    """Through the tool's own door, and the referee finds nothing."""
    outcome = perform(covered, Trip(), "plan_days", {"destination": "Hinterquell", "days": 2})
    itinerary = outcome.trip.itinerary
    assert itinerary is not None and itinerary.request.city.name == "Hinterquell"
    assert len(itinerary.visits) >= 4
    assert check(itinerary, covered.travel) == ()


@pytest.mark.parametrize(
    "broken",
    [
        Answer(OVERPASS, delay=20),
        Answer("<html>dispatcher busy</html>", 504),
        Answer("", 429),
        Answer("{"),
        Answer({"elements": [], "remark": 'runtime error: Query timed out in "query"'}),
        Answer({"elements": [{"type": "node"}, 3]}),
    ],
    ids="slow failing limiting malformed remark shape".split(),
)
def test_without_the_map_it_is_as_before(
    stub: Stub, overpass: Stub, opened: Open, broken: Answer
) -> None:
    """The city stays one without places; the note says why."""
    stub.say(Answer([VILLAGE]))
    overpass.say(broken)
    services = opened(*BOTH, nominatim_url=stub.url, overpass_url=overpass.url)
    with recording() as ledger:
        outcome = perform(services, Trip(), "plan_days", {"destination": "Hinterquell", "days": 2})
    assert outcome.situation == "unknown_city" and outcome.facts["city"] == "Hinterquell"
    assert len(ledger.notes) == 1 and "Overpass" in ledger.notes[0]


def test_an_empty_map_is_no_city(stub: Stub, overpass: Stub, opened: Open, home: Path) -> None:
    """Fewer than three sights make no trip; nothing is kept."""
    stub.say(Answer([VILLAGE]))
    overpass.say(Answer({"elements": OVERPASS["elements"][:2]}))
    services = opened(*BOTH, nominatim_url=stub.url, overpass_url=overpass.url)
    with pytest.raises(UncoveredCityError):
        city_named(services, "Hinterquell")
    assert not (home / FOLDER).exists()


def test_old_places_are_asked_for_again(
    covered: TravelServices, overpass: Stub, opened: Open, stub: Stub, home: Path
) -> None:
    """After a month; and kept, with a note, when nobody answers."""
    city = city_named(covered, "Hinterquell")
    file = home / FOLDER / f"{city.id}.yaml"
    old = time.time() - KEEP_SECONDS - 60
    os.utime(file, (old, old))
    (home / "providers.sqlite").unlink()
    overpass.say(Answer("", 500), Answer(OVERPASS))
    later = opened(*BOTH, nominatim_url=stub.url, overpass_url=overpass.url, pause=0.001)
    with recording() as ledger:
        assert city_named(later, "Hinterquell, Austria") == city
    assert "noted earlier" in ledger.notes[0]
    assert city_named(later, "Hinterquell, Austria") == city
    assert file.stat().st_mtime > old and len(overpass.asked) == 3


def test_the_next_village_is_another(covered: TravelServices, stub: Stub, overpass: Stub) -> None:
    """Ten kilometres on, it is filled by itself; the first one stays."""
    first = city_named(covered, "Hinterquell")
    village = {**VILLAGE, "name": "Vorderquell", "lat": "47.5820", "lon": "13.5340",
                 "namedetails": {"name": "Vorderquell"}}  # fmt: skip
    stub.say(Answer([village]))
    moved = [{**one, "id": one["id"] + 100, **_moved(one)} for one in OVERPASS["elements"]]
    overpass.say(Answer({"elements": moved}))
    second = city_named(covered, "Vorderquell")
    assert (first.name, second.name) == ("Hinterquell", "Vorderquell")
    assert len(covered.store.places(first.id)) == len(covered.store.places(second.id)) == 8


def _moved(element: dict[str, Any]) -> dict[str, Any]:
    """The element ten kilometres to the west."""
    at = element.get("center", element)
    to = {"lat": at["lat"] + 0.02, "lon": at["lon"] - 0.1153}
    return {"center": to} if "center" in element else to


def test_a_damaged_city_is_left_out(covered: TravelServices, opened: Open, home: Path) -> None:
    """A file that somebody wrote into does not stop the start."""
    city = city_named(covered, "Hinterquell")
    (home / FOLDER / f"{city.id}.yaml").write_text("places: [")
    assert city not in opened("overpass").store.cities()


def test_off_by_default(opened: Open) -> None:
    """Without a service for places the store's cities are all there are."""
    services = opened("osrm")
    with pytest.raises(UncoveredCityError):
        city_named(services, "Ronda")
