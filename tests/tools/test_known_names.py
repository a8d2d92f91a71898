"""Which of the store's names a message holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tools.talk import Talk
from tools.actions.known_names import mentions_within
from tools.actions.said_places import places_in
from tools.mention import Kind
from tools.services import TravelServices
from tools.trip import Itinerary

SAID = "buenos aires, no: Belém Tower, then the Round Tower"


def said(
    services: TravelServices, trip: Itinerary | None, text: str, before: str = ""
) -> dict[str, set[Kind]]:
    """The names -> what they are the names of."""
    return {m.text: set(m.kinds) for m in mentions_within(services, trip, text, before)}


def test_cities_anywhere_and_places_of_the_trip(services: TravelServices, lisbon: Talk) -> None:
    assert said(services, None, SAID) == {"buenos aires": {Kind.CITY}}
    assert list(said(services, lisbon.plan, SAID)) == ["buenos aires", "Belém Tower"]
    assert said(services, lisbon.plan, "Belém Towers") == {}


def test_cities_of_which_the_store_has_nothing(services: TravelServices, lisbon: Talk) -> None:
    """While there is no trip and no city of the store's; big ones by their own names."""
    text = "Honfleur or Bruges from Thessaloniki, valparaíso or Luang Prabang, with Caio"
    known: dict[str, set[Kind]] = {"Honfleur": set(), "Bruges": set()}
    big = {"Thessaloniki": {Kind.ELSEWHERE}, "Luang Prabang": {Kind.ELSEWHERE}}
    assert said(services, None, text) == said(services, None, text, "hello") == known | big
    before = said(services, None, "for four days", "Valparaíso, please")
    assert before == {"Valparaíso": set()}
    assert said(services, None, f"{text}; or Oslo") == {"Oslo": {Kind.CITY}}
    assert said(services, lisbon.plan, text) == {}


def test_short_names_are_no_everyday_words(services: TravelServices) -> None:
    """In small letters words are not looked for; no short name is held to be wanted."""
    small = "la dolce vita, ba humbug, buenos tardes: df, hk, mtl, to my mom"
    assert said(services, None, small) == {}
    assert said(services, None, "I hold a BA, and a cat") == {"BA": set()}
    assert said(services, None, "we fly from DC") == {"DC": set()}


def test_places_of_a_city_that_was_named_for_short(services: TravelServices, lisbon: Talk) -> None:
    text = "nyc w my dad, the statue of liberty is a must; then Marrakech"
    found = said(services, None, text)
    assert found == {"nyc": set(), "statue of liberty": {Kind.NEW}, "Marrakech": {Kind.CITY}}
    assert said(services, None, "the statue of liberty", "LA or NY") == {
        "statue of liberty": {Kind.NEW}
    }
    assert said(services, lisbon.plan, "fado in Lisboa") == {"Lisboa": set()}


def test_whether_it_is_planned(services: TravelServices, lisbon: Talk) -> None:
    planned, *_ = (name for name in lisbon.names() if "the" not in name.casefold())
    assert Kind.PLANNED in said(services, lisbon.plan, planned)[planned]
    assert Kind.NEW not in said(services, lisbon.plan, planned)[planned]
    city = lisbon.plan.request.city.id
    other = next(p.name for p in services.store.places(city) if p.name not in lisbon.names())
    assert Kind.NEW in said(services, lisbon.plan, f"and {other}!")[other]
    assert Kind.PLANNED not in said(services, lisbon.plan, f"and {other}!")[other]
    bare = replace(lisbon.plan, days=())
    assert said(services, bare, planned)[planned] >= {Kind.PLANNED, Kind.NEW}


def test_the_trip_s_own_city_says_nothing(services: TravelServices, lisbon: Talk) -> None:
    assert said(services, lisbon.plan, "more of Lisbon") == {"Lisbon": set()}


@pytest.mark.parametrize("before", ["", "Oslo, please"])
def test_places_of_a_city_that_is_only_spoken_of(
    services: TravelServices, lisbon: Talk, before: str
) -> None:
    """In the same message, or before while there is no trip."""
    places = services.store.places("oslo")
    name = next(p.name for p in places if not p.name.startswith(("The ", "Oslo")))
    assert name in said(services, None, f"{'' if before else 'Oslo, '}{name} is a must", before)
    assert name not in said(services, None, f"{name} is a must")
    assert name not in said(services, lisbon.plan, f"{name} is a must", before)


def test_accents_and_apostrophes_are_not_minded(services: TravelServices, lisbon: Talk) -> None:
    assert list(said(services, lisbon.plan, "BELEM TOWER, Torre de Belém")) == [
        "BELEM TOWER", "Torre de Belém"
    ]  # fmt: skip
    assert "Taylor’s Port Cellars" in said(services, None, "Porto: Taylor’s Port Cellars")


@pytest.mark.parametrize(
    ("city", "text", "name"),
    [
        ("Toronto", "the CN Tower as well", "well"),
        ("Auckland", "four days for a family of four", "family"),
        ("Oslo", "my mother can't climb", "mother"),
        ("Dubai", "we hate to walk", "walk"),
    ],
)
def test_everyday_words_are_no_names(
    services: TravelServices, city: str, text: str, name: str
) -> None:
    """Unless they are written as the place's."""
    assert name not in said(services, None, f"{city}: {text}")
    assert said(services, None, f"{city}: the {name.title()}").get(name.title())


def test_a_kind_of_place_is_not_the_one_called_so(services: TravelServices) -> None:
    """The French Market is also called "Flea Market", but hardly meant by that."""
    assert said(services, None, "New Orleans: a flea market")["flea market"] == set()


def test_each_name_once_and_not_too_many(services: TravelServices, lisbon: Talk) -> None:
    assert list(said(services, lisbon.plan, "Alfama! " * 900)) == ["Alfama"]
    many = ", ".join(place.name for place in services.store.places("lisbon")[:60])
    assert len(said(services, lisbon.plan, many)) == 24


def test_a_neighbourhood_is_where_one_may_sleep(services: TravelServices, lisbon: Talk) -> None:
    assert Kind.AREA in said(services, lisbon.plan, "near Alfama")["Alfama"]


def test_a_trip_of_a_city_that_the_store_has_no_longer(
    services: TravelServices, lisbon: Talk
) -> None:
    request = lisbon.plan.request
    gone = replace(lisbon.plan, request=replace(request, city=replace(request.city, id="gone")))
    assert said(services, gone, "New York") == {"New York": {Kind.CITY}}


def test_of_two_that_fit_the_much_better_known_is_meant_where_its_name_begins_so(
    talk: Talk,
) -> None:
    """A real tie is asked, and no place said only in part is found in a message for that."""
    talk("plan_days", destination="Budapest", days=2, start_date="4 December")
    outcome = talk("add_place", place="Gellért", day=2, time="15:00")
    assert outcome.situation in ("added", "moved")
    assert outcome.facts["place"] == "Gellért Hill"
    assert places_in(talk.services, talk.plan, "Gellért it is") == ()
    talk("plan_days", destination="London", days=2, start_date="4 December")
    assert talk("add_place", place="Tate", day=2).situation == "ambiguous"


@pytest.mark.parametrize(("city", "said"), [("London", "Victoria"), ("Stockholm", "the royal")])
def test_a_beginning_that_is_no_name_by_itself_is_asked(talk: Talk, city: str, said: str) -> None:
    """Where another name follows, or where it is a general word."""
    talk("plan_days", destination=city, days=2, start_date="4 December")
    assert talk("add_place", place=said, day=2).situation == "ambiguous"


def test_the_name_without_its_kind_is_enough_for_the_best_known(talk: Talk) -> None:
    talk("plan_days", destination="Stockholm", days=2, start_date="4 December")
    outcome = talk("add_place", place="Vasa", day=2)
    assert outcome.facts["place"] == "Vasa Museum"


@pytest.mark.parametrize(
    ("city", "said", "name"),
    [
        ("Amsterdam", "nemo", "NEMO Science Museum"),
        ("Mexico City", "Frida", "Frida Kahlo Museum"),
        ("Bangkok", "chatuchak", "Chatuchak Weekend Market"),
    ],
)
def test_a_beginning_that_few_bear_is_enough_for_the_best_known(
    talk: Talk, city: str, said: str, name: str
) -> None:
    talk("plan_days", destination=city, days=2, start_date="5 December")
    assert talk("add_place", place=said, day=1).facts["place"] == name
