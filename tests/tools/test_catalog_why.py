"""Why a visit is where it is, and why a place is not in the plan, through the tools."""

from __future__ import annotations

from typing import Any

import pytest

from tests.tools.talk import Talk
from tools.place import Interest, MealKind


def test_why_a_place_is_there_and_then(talk: Talk) -> None:
    """What was asked for is told as asked for, with the day and hour at which it stands."""
    talk(
        "plan_days", destination="Lisbon", days=3, start_date="4 December",
        must_see=["Belem Tower"], interests=["art"],
    )  # fmt: skip
    before = talk.trip
    visit = talk.visit("Belém Tower")
    told = talk("explain_plan", place="the Belem Tower")
    assert told.situation == "explained" and told.facts["place"] == "Belém Tower"
    assert told.facts["time"] == f"{visit.arrival:%H:%M}"
    assert visit in talk.plan.days[int(told.facts["day"].removeprefix("day ")) - 1].visits
    assert "you asked for it" in told.facts["reason"]
    liked = next(
        v for v in talk.plan.visits if v.meal is None and Interest.ART in v.place.interests
    )
    reason = talk("explain_plan", place=liked.place.name).facts["reason"]
    assert "your interest in art" in reason
    assert talk.trip == before


def test_why_every_visit_has_a_reason(lisbon: Talk) -> None:
    """Each visit is explained in a clause that names no other day than its own."""
    for number, day in enumerate(lisbon.plan.days, start=1):
        for visit in day.visits:
            told = lisbon("explain_plan", place=visit.place.name, day=number)
            assert told.situation == "explained" and told.facts["day"] == f"day {number}"
            assert told.facts["reason"][-1] not in ".?"
            if visit.meal is not None:
                assert f"it serves {visit.meal.value}" in told.facts["reason"]


def test_why_a_meal_is_there(lisbon: Talk) -> None:
    """A day's dinner is found as "dinner"; without the day it is asked which."""
    dinner = next(v for v in lisbon.plan.days[1].visits if v.meal is MealKind.DINNER)
    told = lisbon("explain_plan", place="dinner", day=2)
    assert told.facts["place"] == dinner.place.name and told.facts["day"] == "day 2"
    assert lisbon("explain_plan", place="dinner").situation == "ambiguous"


def test_why_a_fixed_place_is_there(lisbon: Talk) -> None:
    """Once fixed, that is the reason; once let go, it is no longer."""
    name = lisbon.plan.days[1].sights[0].place.name
    lisbon("pin_place", place=name)
    assert lisbon("explain_plan", place=name).facts["reason"].startswith("you fixed it there")
    lisbon("unpin_place", place=name)
    assert "fixed" not in lisbon("explain_plan", place=name).facts["reason"]


def test_why_it_is_on_the_one_day_that_is_open(talk: Talk) -> None:
    """Of a museum that is closed on Monday, Monday is named as the reason for Sunday."""
    talk(
        "plan_days", destination="Lisbon", days=2, start_date="6 December",
        must_see=["National Tile Museum"],
    )  # fmt: skip
    told = talk("explain_plan", place="National Tile Museum")
    assert told.facts["day"] == "day 1" and "closed on day 2" in told.facts["reason"]


def test_why_a_wished_place_is_not_in_the_plan(talk: Talk) -> None:
    """A must-see that is closed all the time, one that nobody knows: each has its own reason."""
    talk(
        "plan_days", destination="Lisbon", days=1, start_date="7 December",
        must_see=["Jerónimos Monastery", "Foo Palace"],
    )  # fmt: skip
    before = talk.trip
    closed = talk("explain_plan", place="Jeronimos Monastery")
    assert closed.situation == "not_planned"
    assert closed.facts["place"] == "Jerónimos Monastery"
    assert "closed" in closed.facts["reason"] and "Monday" in closed.facts["reason"]
    unknown = talk("explain_plan", place="Foo Palace")
    assert unknown.situation == "not_planned" and "know no place" in unknown.facts["reason"]
    assert talk.trip == before


def test_why_not_names_what_would_give_way(lisbon: Talk) -> None:
    """What a place would cost is proved: who is named as giving way is in the plan now."""
    told = lisbon("explain_plan", place="Pena Palace, Sintra")
    assert told.situation == "not_planned" and told.facts["place"] == "Pena Palace, Sintra"
    reason = told.facts["reason"]
    assert reason.startswith("it would take the place of ")
    assert any(name in reason for name in lisbon.names())
    assert "Pena Palace, Sintra" not in lisbon.names()


@pytest.mark.parametrize(
    ("wish", "place", "says"),
    [
        ({"avoid": ["Oceanarium"]}, "Lisbon Oceanarium", "you asked to leave it out"),
        ({"step_free": True}, "Belém Tower", "steps"),
        ({"budget": 40, "travellers": 4}, "Lisbon Oceanarium", "more than the whole budget"),
        ({"diet": ["vegan"]}, "Pastéis de Belém", "no vegan food"),
    ],
)
def test_why_not_by_a_wish(talk: Talk, wish: dict[str, Any], place: str, says: str) -> None:
    """A wish that keeps a place out is named as the reason."""
    talk("plan_days", destination="Lisbon", days=1, start_date="4 December", **wish)
    told = talk("explain_plan", place=place)
    assert told.situation == "not_planned" and says in told.facts["reason"]
    assert place not in talk.names()


def test_why_not_of_places_never_heard_of(lisbon: Talk) -> None:
    """A place nobody knows, a sight of another city, another day, no such day, no letters."""
    before = lisbon.trip
    unknown = lisbon("explain_plan", place="Qwxzzy Gardens of Narnia")
    assert unknown.situation == "unknown_place"
    assert unknown.facts["name"] == "Qwxzzy Gardens of Narnia"
    assert lisbon("explain_plan", place="Colosseum").situation == "unknown_place"
    first = max((v.place.name for v in lisbon.plan.days[0].sights), key=len)
    elsewhere = lisbon("explain_plan", place=first, day=2)
    assert elsewhere.facts["reason"] == f"{first} is on day 1, not on day 2"
    assert "days 1 to 3" in lisbon("explain_plan", day=4).facts["reason"]
    assert lisbon("explain_plan", place="???").situation == "cannot"
    assert lisbon.trip == before


def test_a_day_is_shown(lisbon: Talk) -> None:
    """A day's sights in their order and its dinner; nothing of another day."""
    told = lisbon("explain_plan", day=2)
    sights = [visit.place.name for visit in lisbon.plan.days[1].sights]
    dinner = next(v for v in lisbon.plan.days[1].visits if v.meal is MealKind.DINNER)
    assert told.situation == "day_shown" and told.facts["start"] == "Sat 5 Dec 2026"
    assert [told.facts[key] for key in "abc"] == sights[:3]
    assert told.facts["dinner"] == dinner.place.name
