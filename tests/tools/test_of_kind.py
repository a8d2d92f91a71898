"""Kinds of place that somebody is to see none of."""

from __future__ import annotations

import pytest

from tests.tools.talk import Talk
from tools.actions.of_kind import all_of_kind
from tools.services import TravelServices


def test_a_kind_narrower_than_a_category_bars_those_places_alone(talk: Talk) -> None:
    """Who wants no mosques may well see churches; those that are ruins now are mosques, too."""
    talk("plan_days", destination="Delhi", days=4, start_date="4 December")
    talk("add_place", place="Khirki Mosque", day=2)
    outcome = talk("plan_days", avoid=["mosques", "cemeteries", "yurts"])
    request = talk.plan.request
    names = {talk.services.store.place(one).name for one in request.avoid}
    assert {"Khirki Mosque", "Begumpur Mosque", "Nicholson Cemetery"} <= names
    assert request.avoid_categories == () and names.isdisjoint(talk.names())
    assert names.isdisjoint({"Lotus Temple", "Sacred Heart Cathedral"})
    assert "Khirki Mosque" in outcome.notes[0]
    assert [note for note in talk.plan.notes if "yurts" in note]


@pytest.mark.parametrize(
    ("city", "said", "unwanted", "wanted"),
    [
        ("prague", "bridges", "Charles Bridge", "Astronomical Clock"),
        ("prague", "castles", "Prague Castle", "Royal Garden of Prague Castle"),
        ("berlin", "zoos", "Tierpark Berlin", "Tiergarten"),
        ("cape-town", "rooftop bars", "Tjing Tjing", "Tana Baru Cemetery"),
        ("new-orleans", "a casino", "Caesars New Orleans", "Jackson Square"),
        ("krakow", "synagogues", "Old Synagogue", "St Mary's Basilica"),
        ("hong-kong", "towers", "Bank of China Tower", "Man Mo Temple"),
        ("delhi", "cathedrals", "Cathedral Church of the Redemption", "Lotus Temple"),
    ],
)
def test_places_of_a_kind_are_found_by_what_is_said_of_them(
    services: TravelServices, city: str, said: str, unwanted: str, wanted: str
) -> None:
    store = services.store
    places = {place.name for place in all_of_kind(said, store.places(city))}
    assert unwanted in places and wanted not in places
    assert store.find_by_name(wanted, city)


def test_of_an_unwanted_kind_that_stays_which_is_asked_for_along_with_it(talk: Talk) -> None:
    talk(
        "plan_days", destination="Prague", days=2, start_date="4 December",
        avoid=["bridges"], must_see=["Charles Bridge"],
    )  # fmt: skip
    assert "Charles Bridge" in talk.names()


@pytest.mark.parametrize(
    ("city", "said", "stays"),
    [
        ("london", "towers", "Tower Bridge"),
        ("london", "towers", "All Hallows by the Tower"),
        ("london", "towers", "Big Ben and Parliament"),
        ("london", "hills", "Portobello Road Market"),
        ("london", "hills", "Strawberry Hill House"),
        ("prague", "palaces", "Prague Castle"),
        ("prague", "palaces", "Sternberg Palace"),
        ("tokyo", "cemeteries", "Yanaka"),
    ],
)
def test_a_word_within_a_name_is_not_what_the_place_is(
    services: TravelServices, city: str, said: str, stays: str
) -> None:
    """Nor the alias of a market, or of a half."""
    place = services.store.find_by_name(stays, city)
    assert place.name == stays
    assert place not in all_of_kind(said, services.store.places(city))


def test_what_goes_for_an_unwanted_kind_is_told(talk: Talk) -> None:
    talk("plan_days", destination="London", days=2, start_date="4 December", avoid=["bridges"])
    (told,) = [note for note in talk.plan.notes if note.startswith("Without")]
    assert told == 'Without "bridges": Tower Bridge, Millennium Bridge and Waterloo Bridge.'
    talk("plan_days", destination="Prague", avoid=["palaces"])
    assert any("palaces" in note and " more." in note for note in talk.plan.notes)
