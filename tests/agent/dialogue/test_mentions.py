"""A known name is left out where no argument for names of its kind holds it."""

from __future__ import annotations

from typing import Any

import pytest

from agent.dialogue.mentions import HOLDS, MEANT, left_out, stretched
from agent.dialogue.turns import Call
from tools.catalog import schemas
from tools.mention import Kind, Mention

TOWER = Mention("Round Tower", frozenset({Kind.NEW}))
GARDEN = Mention("Tivoli", frozenset({Kind.PLANNED}))
CITY = Mention("Oslo", frozenset({Kind.CITY}))
TOWNS = (
    Mention("Perth", frozenset({Kind.ELSEWHERE})),
    Mention("Split", frozenset({Kind.ELSEWHERE})),
)


@pytest.mark.parametrize(
    ("name", "args", "missing"),
    [
        ("add_place", {"place": "round tower"}, (GARDEN, CITY)),
        ("plan_days", {"must_see": ["the Round Tower", "Tivoli"]}, (CITY,)),
        ("plan_days", {"destination": "Oslo, Norway", "avoid": ["Tivoli"]}, (TOWER,)),
        ("plan_days", {"destination": "Round Tower"}, (TOWER, GARDEN, CITY)),
        ("replace_place", {"place": "Tivoli", "replacement": "Round Tower"}, (CITY,)),
        ("replace_place", {"place": "Round Tower", "replacement": "Tivoli"},
         (TOWER, GARDEN, CITY)),
        ("set_hours", {"start": "Oslo"}, (TOWER, GARDEN, CITY)),
        ("travel_time", {"origin": "Oslo", "destination": "Tivoli"}, (TOWER,)),
    ],
)  # fmt: skip
def test_what_is_left_out(name: str, args: dict[str, Any], missing: tuple[Mention, ...]) -> None:
    assert left_out([Call(name, args)], (TOWER, GARDEN, CITY)) == missing


def test_a_name_within_another_word_is_not_held() -> None:
    museum = Mention("SAT", frozenset({Kind.NEW}))
    assert left_out([Call("add_place", {"place": "the satay bar"})], (museum,)) == (museum,)


def test_several_calls_together_and_none() -> None:
    calls = [Call("add_place", {"place": "Round Tower"}), Call("remove_place", {"place": "Tivoli"})]
    assert left_out(calls, (TOWER, GARDEN)) == ()
    assert left_out([], (TOWER,)) == (TOWER,)


@pytest.mark.parametrize(
    ("name", "args", "missing"),
    [
        ("plan_days", {"destination": "Caio"}, TOWNS),
        ("plan_days", {"destination": "Split, Croatia"}, ()),
        ("plan_days", {"destination": "Caio", "more_destinations": ["Perth"]}, TOWNS[1:]),
        ("plan_days", {"destination": "Bruges"}, ()),
        ("plan_days", {"days": 3}, ()),
        ("find_places", {"location": "Caio"}, ()),
        ("travel_time", {"origin": "Rome", "destination": "Caio"}, ()),
    ],
)
def test_a_city_in_passing_is_left_out_only_of_trips_to_nowhere(
    name: str, args: dict[str, Any], missing: tuple[Mention, ...]
) -> None:
    bruges = Mention("Bruges", frozenset())
    assert left_out([Call(name, args)], (*TOWNS, bruges)) == missing


@pytest.mark.parametrize(("to", "missing"), [("Split", ()), ("Caio", TOWNS[:1])])
def test_each_of_two_trips_has_to_lead_somewhere(to: str, missing: tuple[Mention, ...]) -> None:
    trips = [Call("plan_days", {"destination": name}) for name in ("Split", to)]
    assert left_out(trips, TOWNS) == missing


@pytest.mark.parametrize(
    ("name", "args", "found"),
    [
        ("add_place", {"place": "Round Tower on day 3"}, (TOWER,)),
        ("add_place", {"place": "the Round Tower"}, ()),
        ("plan_days", {"must_see": ["Round Tower is", "Tivoli"]}, (TOWER,)),
        ("plan_days", {"lodging": "Hotel Round Tower"}, ()),
        ("move_place", {"place": "Round Tower on day 2", "day": 3}, ()),
        ("travel_time", {"origin": "Oslo, Norway", "destination": "Tivoli on day 3"}, (GARDEN,)),
    ],
)
def test_names_that_took_in_more(
    name: str, args: dict[str, Any], found: tuple[Mention, ...]
) -> None:
    assert stretched([Call(name, args)], (TOWER, GARDEN, CITY)) == found


def test_the_trip_s_own_city_is_never_left_out() -> None:
    assert left_out([], (Mention("Oslo", frozenset()),)) == ()


def test_the_arguments_are_the_catalog_s() -> None:
    for tool, key in HOLDS | MEANT:
        assert key in schemas()[tool]["properties"]
    assert all(MEANT[argument] <= HOLDS[argument] | {Kind.AREA} for argument in MEANT)
