"""Is the goal of a conversation reached, and if not, what of it is missing?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.dialogue.turns import Call
from agent.settings import Settings
from finetune.evaluation import goals
from finetune.evaluation.conversing import Exchange, agent_of, converse, labelled
from finetune.evaluation.goals import Conversation, Goal, read_conversations
from finetune.evaluation.reaching import goals_task
from finetune.evaluation.tasks import run
from finetune.held_out import names, read_cases
from tools.names import fold
from tools.place import Category, City, Coordinates, MealKind, Place
from tools.services import TravelServices
from tools.trip import Day, Itinerary, LeftOut, Money, TripRequest, Visit

REACHED = ("berlin", "taipei")
"""Conversations that are held here with their labelled calls; `goals-labelled` holds all."""
DATA = Path("finetune/evaluation/data")

PACE = Call("set_pace", {"pace": "relaxed"})


def test_there_are_24_conversations_of_4_to_8_messages() -> None:
    found = read_conversations()
    assert len({one.id for one in found}) == len(found) == 24
    assert all(4 <= len(one.messages) <= 8 for one in found)


def test_names_and_messages_of_goals_can_be_held_out_of_training() -> None:
    """Their lines are cases, too, for a recipe that names the file under `data.held_out`."""
    held = {fold(name) for name in names(read_cases([str(DATA / "goals_*.jsonl")]))}
    for one in read_conversations():
        places = {*one.goal.cities, *one.goal.must_see, *one.goal.on_day, *one.goal.avoid}
        assert {fold(name) for name in places} <= held
    said = {m["content"] for c in read_cases([str(DATA / "goals_dev.jsonl")]) for m in c.messages}
    assert said == {text for one in read_conversations() for text in one.messages}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"goal": {"cities": ["Porto"], "days": "many", "start": "2027-01-01"}}, "goal.days"),
        ({"goal": {"cities": [], "days": 1, "start": "2027-01-01"}}, "goal.cities"),
        ({"goal": {"cities": ["P"], "days": 1, "start": "2027-01-01", "x": 1}}, "goal.x"),
        ({"calls": [{"turn": 9, "name": "set_pace", "args": {}}]}, "no message 9"),
        ({"calls": [{"turn": 0, "name": "set_pace", "args": {}}]}, "no message 0"),
        ({"messages": []}, "no conversation"),
        ({"messages": [{"role": "user"}]}, "no conversation"),
    ],
)
def test_a_line_that_is_no_conversation_is_named(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    first = json.loads((DATA / "goals_dev.jsonl").read_text("utf-8").splitlines()[0])
    file = tmp_path / "goals.jsonl"
    file.write_text(json.dumps(first) + "\n" + json.dumps(first | change), "utf-8")
    with pytest.raises(ValueError, match=rf"goals.jsonl:2.*{sentence}"):
        read_conversations(file)
    with pytest.raises(ValueError, match="can't be read"):
        read_conversations(tmp_path / "none.jsonl")


@pytest.mark.parametrize("id", REACHED)
def test_the_labelled_calls_reach_the_goal(home: Path, services: TravelServices, id: str) -> None:
    """So that a goal which a model misses is one that could have been reached."""
    one = next(one for one in read_conversations() if one.id == id)
    with agent_of(Settings(home=home), labelled(one)) as agent:
        task = goals_task([one], lambda it: converse(agent, it), services.store)
        found = run(task, progress=False)
        assert agent.threads() == ()
    assert found.failures == ()
    assert found.metrics["goal reached"].value == 100
    assert found.metrics["turns as labelled"].value == 100
    assert found.tables["Parts"]["on its day"] == {"reached": len(one.goal.on_day)}


def test_a_turn_without_an_answer_is_told_and_the_next_one_follows(home: Path) -> None:
    one = Conversation(
        "x",
        "y",
        ("   ", "hello"),
        ((), ()),
        ((), ()),
        Goal(cities=("Porto",), days=1, start=date(2027, 1, 1)),
    )
    with agent_of(Settings(home=home), labelled(one)) as agent:
        first, second = converse(agent, one)
    assert "empty" in first.error
    assert second.answer
    assert second.heard == one.messages


def test_other_calls_that_understand_a_message_as_well_count_as_labelled(
    services: TravelServices,
) -> None:
    """A must-see said late may be a wish of the trip or a place to add; either is a call."""
    one = next(one for one in read_conversations() if one.id == "lima")
    assert one.others[1] == ((Call("add_place", {"place": "Larco Museum"}),),)
    said = [
        Exchange(text, (text,), calls=wanted)
        for text, wanted in zip(one.messages, one.calls, strict=True)
    ]

    def as_labelled(exchanges: Sequence[Exchange]) -> float:
        task = goals_task([one], lambda _: tuple(exchanges), services.store)
        return run(task, progress=False).metrics["turns as labelled"].value

    said[1] = replace(said[1], calls=one.others[1][0])
    assert as_labelled(said) == 100
    said[1] = replace(said[1], calls=(PACE,))
    assert as_labelled(said) == 83.3


PORTO = City("porto", "Porto", "PT", Coordinates(41.15, -8.61), "UTC", "EUR", 30)


def place(name: str, **more: Any) -> Place:
    """A place that is always open."""
    return Place(
        **{
            "id": name, "name": name, "category": Category.PARK, "city": "porto",
            "coordinates": Coordinates(41.15, -8.61), "minutes": 30, "hours": "24/7", "price": 0.0,
            "importance": 50, "step_free": True, **more,
        }
    )  # fmt: skip


PARK, TOWER, CAFE = (
    place("Park"),
    place("Tower", category=Category.LANDMARK, step_free=False),
    place("Café", category=Category.CAFE, meals=frozenset({MealKind.LUNCH}), price=20.0),
)


class OnePlaceEach:
    """A store of three places."""

    def find_by_name(self, name: str, city: str) -> Place:
        """By its whole name."""
        return {"Park": PARK, "Tower": TOWER, "Café": CAFE}[name]


def trip(*days: Sequence[tuple[Place, str]], **request: Any) -> Itinerary:
    """Visits of half an hour at the given times, from 2027-05-10."""
    start = date(2027, 5, 10)
    made = []
    for n, visits in enumerate(days):
        day = start + timedelta(days=n)
        arrivals = [datetime.fromisoformat(f"{day}T{at}").replace(tzinfo=UTC) for _, at in visits]
        made.append(
            Day(
                day,
                tuple(
                    Visit(
                        one, arrival, arrival + timedelta(minutes=30), Money(one.price, "EUR"),
                        MealKind.LUNCH if one.meals else None,
                    )
                    for (one, _), arrival in zip(visits, arrivals, strict=True)
                ),
            )
        )  # fmt: skip
    left_out = request.pop("left_out", ())
    return Itinerary(TripRequest(PORTO, start, len(made), **request), tuple(made), left_out)


PLAN = trip([(PARK, "10:00"), (CAFE, "13:00")], [(TOWER, "17:00")], budget=100.0, travellers=2)


@pytest.mark.parametrize(
    ("wish", "part", "reached"),
    [
        ({}, "city", True),
        ({"cities": ["Lisbon"]}, "city", False),
        ({"days": 3}, "days", False),
        ({"start": "2027-05-11"}, "dates", False),
        ({"travellers": 2}, "travellers", True),
        ({"travellers": 3}, "travellers", False),
        ({"pace": "packed"}, "pace", False),
        ({"interests": ["art"]}, "interests", False),
        ({"good_for_kids": True}, "for children", False),
        ({"step_free": True}, "step-free", False),
        ({"diets": ["vegan"]}, "diet", False),
        ({"budget": 100}, "budget", True),
        ({"budget": 90}, "budget", False),
        ({"must_see": ["Tower"]}, "must-see", True),
        ({"avoid": ["Tower"]}, "avoided", False),
        ({"avoid_categories": ["museum"]}, "avoided", True),
        ({"avoid_categories": ["park"]}, "avoided", False),
        ({"on_day": {"Tower": 2}}, "on its day", True),
        ({"on_day": {"Tower": 1}}, "on its day", False),
        ({"at": {"Tower": "16:50"}}, "at its hour", True),
        ({"at": {"Tower": "16:40"}}, "at its hour", False),
        ({"hours": [{"start": "10:00", "end": "17:30"}]}, "hours", True),
        ({"hours": [{"start": "10:01"}]}, "hours", False),
        ({"hours": [{"day": 2, "start": "10:01"}]}, "hours", True),
        ({"hours": [{"end": "17:29"}]}, "hours", False),
        ({"free": [{"day": 1, "start": "10:30", "end": "13:00"}]}, "kept free", True),
        ({"free": [{"day": None, "start": "17:29", "end": "18:00"}]}, "kept free", False),
        ({"max_walk_minutes": 20}, "walks", False),
    ],
)
def test_each_wish_is_checked_on_the_trip(wish: dict[str, Any], part: str, reached: bool) -> None:
    goal = Goal.model_validate({"cities": ["Porto"], "days": 2, "start": "2027-05-10", **wish})
    judged = {one.name: one for one in goals.parts(goal, PLAN, OnePlaceEach())}  # type: ignore[arg-type]
    assert judged[part].reached is reached, judged[part].told


def test_a_must_see_that_is_left_out_has_to_have_a_reason() -> None:
    goal = Goal(cities=("Porto",), days=1, start=date(2027, 5, 10), must_see=("Tower",))

    def reached(plan: Itinerary) -> bool:
        judged = goals.parts(goal, plan, OnePlaceEach())  # type: ignore[arg-type]
        return {one.name: one.reached for one in judged}["must-see"]

    assert not reached(trip([(PARK, "10:00")]))
    assert not reached(trip([(PARK, "10:00")], left_out=(LeftOut("Tower", ""),)))
    assert reached(trip([(PARK, "10:00")], left_out=(LeftOut("Tower", "it is closed"),)))


def test_a_trip_that_breaks_its_own_request_misses_its_goal() -> None:
    """What the plan does wrong counts, whatever was wished."""
    goal = Goal(cities=("Porto",), days=1, start=date(2027, 5, 10))
    judged = goals.parts(goal, trip([(PARK, "10:00"), (PARK, "10:10")]), OnePlaceEach())  # type: ignore[arg-type]
    assert not judged[-1].reached
    assert "visited 2 times" in judged[-1].told


def test_without_a_trip_no_goal_is_reached() -> None:
    goal = Goal(cities=("Porto",), days=1, start=date(2027, 5, 10))
    assert [one.reached for one in goals.parts(goal, None, OnePlaceEach())] == [False]  # type: ignore[arg-type]
