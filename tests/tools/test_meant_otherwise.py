"""Names and days in the wrong argument, as a small model puts them: taken as they can be meant."""

from __future__ import annotations

from datetime import date

import pytest

from tests.tools.factories import ROME, sight
from tests.tools.talk import Talk
from tools.actions.opening_hours import _closing_days


@pytest.fixture
def two_cities(talk: Talk) -> Talk:
    """Five days in Seville, then three in Madrid."""
    talk(
        "plan_days", destination="Seville", more_destinations=["Madrid"], days_each=[5, 3],
        start_date="14 April",
    )  # fmt: skip
    return talk


def test_a_day_of_the_stay_is_meant_where_the_trips_is_elsewhere(two_cities: Talk) -> None:
    """And one is told so; a day that the stay has not is refused."""
    added = two_cities("add_place", place="Prado", day=1)
    assert added.facts["day"] == "day 6"
    assert "Day 1 of the trip is spent in Seville" in added.notes[0]
    moved = two_cities("move_place", place="Prado", day=2)
    assert moved.facts["day"] == "day 7" and moved.notes
    refused = two_cities("add_place", place="Prado", day=5)
    assert refused.situation == "cannot" and "where day 5 is spent" in refused.facts["reason"]
    pinned = two_cities("pin_place", place="Prado", day=1)
    assert pinned.facts["day"] == "day 6" and pinned.notes
    there = two_cities("add_place", place="Prado", day=8)
    assert there.facts["day"] == "day 8" and not there.notes


def test_near_a_place_of_any_city_of_the_trip(two_cities: Talk) -> None:
    """Also where a place was taken for a city, of which there are several called so."""
    for where in ({"near": "Prado"}, {"location": "Prado"}):
        found = two_cities("find_places", categories=["cafe"], **where)
        assert found.facts["city"] == "Madrid"
        assert {place.city for place in found.places} == {"madrid"}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Retiro", "Retiro Park"),
        ("Prado", "Prado Museum"),
        ("the Reina Sofía", "Reina Sofía Museum"),
    ],
)
def test_a_place_that_is_added_as_a_city(two_cities: Talk, said: str, name: str) -> None:
    days = len(two_cities.plan.days)
    added = two_cities("add_city", city=said, days=2)
    assert added.situation in ("added", "there") and added.facts["place"] == name
    assert len(two_cities.plan.days) == days


def test_a_city_that_is_added_stays_one(two_cities: Talk) -> None:
    assert two_cities("add_city", city="Lisbon", days=2).situation == "city_added"
    assert two_cities("add_city", city="Qwxzzy", days=2).situation == "unknown_place"
    assert two_cities("add_city", city="Lyon", days=2).situation == "unknown_city"


def test_a_sight_leads_to_its_city(talk: Talk) -> None:
    """It is seen then, and told where it is."""
    outcome = talk("plan_days", destination="Reina Sofía", days=2, start_date="14 April")
    assert outcome.facts["city"] == "Madrid"
    assert "is in Madrid." in outcome.notes[0]
    assert "Reina Sofía Museum" in talk.names()


def test_a_sight_of_the_trip_does_not_lead_elsewhere(talk: Talk) -> None:
    """The Pantheon of Rome; one of another city is no reason to give the trip up."""
    talk("plan_days", destination="Rome", days=2, start_date="14 April")
    outcome = talk("plan_days", destination="Pantheon")
    assert outcome.facts["city"] == "Rome" and "Pantheon" in talk.names()
    plan = talk.plan
    assert talk("plan_days", destination="Prado Museum").situation == "unknown_place"
    assert talk.plan == plan


def test_a_sight_that_several_cities_have_leads_nowhere(talk: Talk) -> None:
    assert talk("plan_days", destination="City Hall", days=2).situation != "planned"


@pytest.mark.parametrize("unknown", ["Atlantis", "Lyon", "Springfield"])
def test_wishes_are_kept_until_a_city_is_known(talk: Talk, unknown: str) -> None:
    talk("plan_days", destination=unknown, days=3, start_date="14 April", travellers=3)
    planned = talk("plan_days", destination="Rome")
    assert planned.facts["days"] == "3 days" and planned.facts["start"] == "Wed 14 Apr 2027"
    assert talk.plan.request.travellers == 3


def test_a_name_that_is_called_three_times(talk: Talk) -> None:
    outcome = talk("plan_days", destination="Lima, lima lima!", days=2, start_date="14 April")
    assert outcome.facts["city"] == "Lima"


def test_a_fixed_hour_stands_before_the_childrens_rest(talk: Talk) -> None:
    """Children come along later: the baths at two stay, and there is no rest on that day."""
    talk("plan_days", destination="Budapest", days=3, start_date="16 August")
    talk("add_place", place="Széchenyi Baths", day=1, time="14:00")
    talk("plan_days", good_for_kids=True)
    request = talk.plan.request
    assert request.good_for_kids and {free.day for free in request.free} == {2, 3}
    assert "Széchenyi Baths" in talk.names(1)


@pytest.mark.parametrize(
    ("place", "when", "situation", "note"),
    [
        ("Berghain", "friday night", "open", None),
        ("Berghain", "friday 9pm", "closed", None),
        ("Alte Nationalgalerie", None, "open", "Alte Nationalgalerie is closed on Mondays."),
        ("Alte Nationalgalerie", "friday evening", "open", None),
        ("Alte Nationalgalerie", "friday night", "closed", None),
        ("Berlin Cathedral", None, "open", "Berlin Cathedral is open on every day of the week."),
    ],
)
def test_open_in_a_part_of_the_day_and_closing_days(
    talk: Talk, place: str, when: str | None, situation: str, note: str | None
) -> None:
    talk("plan_days", destination="Berlin", days=4, start_date="28 May")
    outcome = talk("check_opening", place=place, **({} if when is None else {"when": when}))
    assert outcome.situation == situation
    assert outcome.notes == (() if note is None else (note,))


def test_of_a_place_that_is_closed_for_the_season_no_closing_days_are_told() -> None:
    """All seven days are no closing days."""
    garden = sight("garden", hours="Jun-Sep Mo-Su 10:00-18:00")
    assert _closing_days(garden, ROME, date(2027, 1, 11)) is None
    assert _closing_days(garden, ROME, date(2027, 7, 5)) == (
        f"{garden.name} is open on every day of the week."
    )
