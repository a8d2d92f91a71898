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
