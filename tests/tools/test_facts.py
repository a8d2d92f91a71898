"""Opening hours, ways, money and the almanac, as the tools tell them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from tools import almanac
from tools.actions.trips import planner
from tools.arguments import Currency
from tools.catalog import perform
from tools.catalogue_files import catalogue_files
from tools.hours import named_holidays, public_holidays
from tools.money import as_of, convert, rates
from tools.outcome import Outcome, Trip
from tools.services import TravelServices, open_services

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday."""


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TravelServices]:
    """The real places with a fixed clock."""
    home = tmp_path_factory.mktemp("home")
    opened = open_services(home, clock=lambda: NOW, planning_iterations=60)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def lisbon(services: TravelServices) -> Trip:
    """Three days from Friday 30 April 2027: the second is a holiday."""
    asked = {"destination": "Lisbon", "days": 3, "start_date": "30 April 2027", "lodging": "Rossio"}
    return perform(services, Trip(), "plan_days", asked).trip


def ask(services: TravelServices, trip: Trip, name: str, /, **arguments: Any) -> Outcome:
    """One call; the trip has to stay as it is."""
    outcome = perform(services, trip, name, arguments)
    assert outcome.trip is trip
    return outcome


def test_a_closing_day_and_the_next_opening(services: TravelServices) -> None:
    """The Louvre has its day off on Tuesday."""
    said = ask(services, Trip(), "check_opening", place="the Louvre", when="Tuesday")
    assert said.situation == "closed"
    assert said.facts["day"] == "Tue 24 Nov 2026"
    assert said.facts["next"].startswith("Wed 25 Nov 2026, 09:00")
    assert "hours" not in said.facts
    assert [place.name for place in said.places] == ["Louvre Museum"]


def test_holidays_close_what_closes_on_holidays(services: TravelServices, lisbon: Trip) -> None:
    """Day 2 of the trip is 1 May; the day after, the doors are open."""
    closed = ask(services, lisbon, "check_opening", place="Belém Tower", when="day 2")
    assert (closed.situation, closed.facts["day"]) == ("closed", "Sat 1 May 2027")
    opened = ask(services, lisbon, "check_opening", place="Belém Tower", when="the last day")
    assert (opened.situation, opened.facts["day"]) == ("open", "Sun 2 May 2027")


def test_an_hour_counts_when_one_is_said(services: TravelServices, lisbon: Trip) -> None:
    """Open on the day, shut at that hour; the day's hours are told."""
    evening = ask(services, lisbon, "check_opening", place="Belém Tower", when="Friday at 8pm")
    assert evening.situation == "closed"
    assert (evening.facts["time"], evening.facts["hours"]) == ("20:00", "09:30-17:30")
    noon = ask(services, lisbon, "check_opening", place="Belém Tower", when="Friday at 11am")
    assert (noon.situation, noon.facts["time"]) == ("open", "11:00")


def test_without_a_time_the_planned_day_is_meant(services: TravelServices, lisbon: Trip) -> None:
    """Else today."""
    assert lisbon.itinerary is not None
    day = lisbon.itinerary.days[2]
    planned = ask(services, lisbon, "check_opening", place=day.sights[0].place.name)
    assert planned.facts["day"] == "Sun 2 May 2027"
    today = ask(services, Trip(), "check_opening", place="Colosseum")
    assert today.facts["day"] == "Mon 23 Nov 2026"


def test_without_a_time_a_place_beside_the_plan_is_asked_about_for_the_trip(
    services: TravelServices,
) -> None:
    """The first of its days on which it is open; closed is what is closed on all of them."""

    def from_(start: str, days: int) -> Trip:
        asked = {"destination": "Paris", "days": days, "start_date": start, "avoid": ["the Louvre"]}
        return perform(services, Trip(), "plan_days", asked).trip

    opened = ask(services, from_("Tuesday 9 March 2027", 2), "check_opening", place="the Louvre")
    assert (opened.situation, opened.facts["day"]) == ("open", "Wed 10 Mar 2027")
    closed = ask(services, from_("Tuesday 9 March 2027", 1), "check_opening", place="the Louvre")
    assert (closed.situation, closed.facts["day"]) == ("closed", "Tue 9 Mar 2027")
    assert closed.facts["next"].startswith("Wed 10 Mar 2027")
    elsewhere = ask(services, from_("9 March 2027", 2), "check_opening", place="Colosseum")
    assert elsewhere.facts["day"] == "Mon 23 Nov 2026"


def test_closed_on_all_days_of_the_trip_is_told_of_all(
    services: TravelServices, lisbon: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first day to the last."""
    monkeypatch.setattr("tools.actions.opening_hours._hours", lambda *_: "")
    monkeypatch.setattr("tools.actions.opening_hours._is_planned", lambda *_: False)
    closed = ask(services, lisbon, "check_opening", place="Belém Tower")
    assert closed.facts == {"place": "Belém Tower", "day": "Fri 30 Apr 2027 to Sun 2 May 2027"}


def test_what_never_closes_is_open_all_day(services: TravelServices) -> None:
    """Its interval reaches into the next morning."""
    place = next(p for c in services.store.cities() for p in services.store.places(c.id)
                 if p.hours == "24/7")  # fmt: skip
    said = ask(services, Trip(), "check_opening", place=place.name, when="Thursday")
    assert (said.situation, said.facts["hours"]) == ("open", "all day")


@pytest.mark.parametrize(
    ("name", "arguments", "situation", "words"),
    [
        ("check_opening", {"place": "Nonexistent Hall"}, "unknown_place", "Nonexistent Hall"),
        ("check_opening", {"place": "Colosseum", "when": "blah"}, "cannot", "blah"),
        ("check_opening", {"place": "Belém Tower", "when": "day 9"}, "cannot", "days 1 to 3"),
        ("travel_time", {"destination": "Atlantis Hall"}, "unknown_place", "Atlantis"),
        ("look_up", {"topic": "weather", "location": "Nowheretown"}, "unknown_place", "Nowhere"),
        ("look_up", {"topic": "weather", "location": "Oulu"}, "cannot", "weather figures"),
        ("look_up", {"topic": "holidays", "when": "whenever"}, "cannot", "whenever"),
        ("convert_currency", {"amount": 5, "currency": "EUR", "to": "EUR"}, "cannot", "already"),
        ("convert_currency", {"amount": 5, "currency": "XYZ"}, "cannot", "XYZ"),
    ],
)
def test_bad_input_gets_its_sentence(
    services: TravelServices,
    lisbon: Trip,
    name: str,
    arguments: dict[str, Any],
    situation: str,
    words: str,
) -> None:
    """Named, and the trip as it was."""
    said = ask(services, lisbon, name, **arguments)
    assert said.situation == situation
    assert words in said.text


def test_the_castle_is_the_foremost_of_them(services: TravelServices) -> None:
    """Three names in Edinburgh hold the word; who calls it a must means one of them."""
    asked = {"destination": "Edinburgh", "days": 2, "must_see": ["castle"]}
    trip = perform(services, Trip(), "plan_days", asked).trip
    assert trip.itinerary is not None and trip.itinerary.left_out == ()
    seen = {visit.place.id for day in trip.itinerary.days for visit in day.visits}
    assert "edinburgh-castle" in seen


def test_no_trip_means_no_city_and_no_origin(services: TravelServices) -> None:
    """Both are asked for in a sentence."""
    assert "which city" in ask(services, Trip(), "look_up", topic="weather").text
    assert "from where" in ask(services, Trip(), "travel_time", destination="Colosseum").text


def test_ways_between_places_lodging_and_cities(services: TravelServices, lisbon: Trip) -> None:
    """A walk, a ride from the lodging, and a flight to another city."""
    near = {"origin": "Belém Tower", "destination": "Jerónimos Monastery"}
    walk = ask(services, Trip(), "travel_time", **near).facts
    assert walk["mode"] == "on foot" and 12 <= int(walk["minutes"].split()[0]) <= 25
    ride = ask(services, lisbon, "travel_time", destination="Belém Tower").facts
    assert ride["origin"] == "Rossio" and ride["mode"] == "by public transport"
    same = ask(services, lisbon, "travel_time", origin="hotel", destination="Belém Tower").facts
    assert same == ride
    far = ask(services, lisbon, "travel_time", origin="Lisbon", destination="Vienna").facts
    assert far["origin"] == "Lisbon" and far["mode"] == "by plane"
    assert 6 <= int(far["minutes"].split()[0]) <= 8  # 3.5 h of flight and the airports
    assert 2250 <= int(far["distance"].split()[0]) <= 2350  # by atlas 2,300 km


def test_a_way_of_the_trip_is_told_as_it_is_planned(services: TravelServices) -> None:
    """By the same carrier, and as long as the traveller knows it to be."""
    asked = {"destination": "Vienna", "more_destinations": ["Lisbon"], "days_each": [1, 3]}
    trip = perform(services, Trip(), "plan_days", asked | {"start_date": "9 March 2027"}).trip
    assert trip.itinerary is not None
    request = trip.itinerary.request
    before, after = request.stays
    known = replace(request, stays=(before, replace(after, way_minutes=500)))
    trip = replace(trip, itinerary=planner(services, request.cities).plan(known))
    facts = ask(services, trip, "travel_time", origin="Vienna", destination="Lisbon").facts
    assert (facts["minutes"], facts["mode"]) == ("8 h 20 min", "by plane")
    back = ask(services, trip, "travel_time", origin="Lisbon", destination="Vienna").facts
    assert back["minutes"] != "8 h 20 min"


def test_weather_of_the_month_that_is_meant(services: TravelServices, lisbon: Trip) -> None:
    """What was said, else the trip's first month."""
    august = ask(services, lisbon, "look_up", topic="weather", when="August")
    assert august.facts["month"] == "August"
    assert ask(services, lisbon, "look_up", topic="weather").facts["month"] == "April"
    summer = int(august.facts["high"].removesuffix(" °C"))
    january = ask(services, Trip(), "look_up", topic="weather", location="Lisbon", when="January")
    assert summer - int(january.facts["high"].removesuffix(" °C")) >= 8


def test_every_catalogue_city_has_its_climate() -> None:
    """Twelve months each, warmer by day, and seasons on the right side of the equator."""
    assert set(almanac.climate()) == {file.stem for file in catalogue_files()}
    for city, months in almanac.climate().items():
        assert len(months) == 12, city
        assert all(m.low < m.high and 0 <= m.wet_days <= 31 for m in months), city
        assert all(m.low >= -25 and m.high <= 48 for m in months), city


def test_holidays_are_a_countrys(services: TravelServices, lisbon: Trip) -> None:
    """Asked for by its name; its weather is that of the trip's city there, if there is one."""
    germany = {"location": "Germany", "when": "October 2027"}
    found = ask(services, Trip(), "look_up", topic="holidays", **germany)
    assert found.facts["city"] == "Germany" and "on Sun 3 Oct 2027" in found.facts["holiday_a"]
    assert ask(services, lisbon, "look_up", topic="weather", **germany).situation == "unknown_place"
    own = ask(services, lisbon, "look_up", topic="holidays", location="Portugal")
    assert own.facts["city"] == "Portugal", "told of the country"
    assert "Sat 1 May 2027" in own.facts["holiday_a"], "on the days of the trip"
    weather = ask(services, lisbon, "look_up", topic="weather", location="Portugal", when="May")
    assert weather.facts["city"] == "Lisbon"


def test_holidays_by_name_within_the_days_meant(services: TravelServices, lisbon: Trip) -> None:
    """A month, the trip's own days, a single day; none is said, too."""
    may = ask(services, Trip(), "look_up", topic="holidays", location="Paris", when="May 2027")
    assert "Sat 1 May 2027" in may.facts["holiday_a"]
    own = ask(services, lisbon, "look_up", topic="holidays")
    assert "Sat 1 May 2027" in own.facts["holiday_a"] and "holiday_b" not in own.facts
    none = ask(services, lisbon, "look_up", topic="holidays", when="12 May 2027")
    assert none.situation == "holidays_none"
    half = ask(
        services, Trip(), "look_up", topic="holidays", location="Paris", when="first half of July"
    )
    assert "Wed 14 Jul 2027" in half.facts["holiday_a"]
    on_saturday = ask(services, lisbon, "look_up", topic="holidays", when="Saturday")
    assert "Sat 1 May 2027" in on_saturday.facts["holiday_a"]  # the trip's, not this week's
    today = ask(services, Trip(), "look_up", topic="holidays", location="Lisbon", when="Saturday")
    assert today.situation == "holidays_none"


def test_holiday_names_and_dates_agree() -> None:
    """The two views of one calendar."""
    for country in ("PT", "JP", "US", "GB", "IN", "TR"):
        assert {day for day, _ in named_holidays(country, 2027)} == public_holidays(country, 2027)
    assert named_holidays("XX", 2027) == ()


def test_daylight_against_published_times(services: TravelServices) -> None:
    """Within two minutes of the almanacs: London and Sydney on 21 December 2026."""
    expected = {"London": (8 * 60 + 4, 15 * 60 + 53), "Sydney": (5 * 60 + 41, 20 * 60 + 5)}
    for city, times in expected.items():
        said = ask(services, Trip(), "look_up", topic="daylight", location=city, when="21 December")
        for key, minutes in zip(("sunrise", "sunset"), times, strict=True):
            hour, minute = said.facts[key].split(":")
            assert abs(int(hour) * 60 + int(minute) - minutes) <= 2, (city, key, said.facts)
    polar = ask(
        services, Trip(), "look_up", topic="daylight", location="Tromsø", when="21 December"
    )
    assert polar.situation == "cannot"


def test_daylight_in_the_trip_s_month_is_that_of_its_days(
    services: TravelServices, lisbon: Trip
) -> None:
    """The days of April that the trip has, and of another month its first."""
    there = ask(services, lisbon, "look_up", topic="daylight", when="April")
    assert there.facts["day"] == "Fri 30 Apr 2027"
    there = ask(services, lisbon, "look_up", topic="daylight", when="in July")
    assert there.facts["day"] == "Thu 1 Jul 2027"
    elsewhere = ask(services, lisbon, "look_up", topic="daylight", location="Rome", when="April")
    assert elsewhere.facts["day"] == "Thu 1 Apr 2027"


def test_time_zone_of_any_city(services: TravelServices) -> None:
    """Nine o'clock in UTC is a quarter to three in Kathmandu."""
    said = ask(services, Trip(), "look_up", topic="time_zone", location="Kathmandu")
    assert said.facts == {"city": "Kathmandu", "time": "14:45", "zone": "UTC+5:45"}


def test_money_there_and_back(services: TravelServices, lisbon: Trip) -> None:
    """The city's currency when none is named; every currency of the catalog has a dated rate."""
    said = ask(services, lisbon, "convert_currency", amount=100, currency="USD")
    assert said.facts["result"] == f"{convert(100, 'USD', 'EUR'):.2f} EUR"
    assert date.fromisoformat(said.facts["as_of"]) > date(2026, 6, 1)
    for code in get_args(Currency):
        there = convert(1000, "EUR", code)
        assert abs(convert(there, code, "EUR") - 1000) < 1, code
        assert as_of("EUR", code) == rates()[code].as_of


def test_every_city_s_money_has_a_rate(services: TravelServices) -> None:
    """A budget in euros can be turned into what the city's prices are in."""
    for city in services.store.cities():
        assert convert(1, "EUR", city.currency) > 0
