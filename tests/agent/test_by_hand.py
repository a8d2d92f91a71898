"""`TravelAgent.act`: what the board's controls do, as turns of the same conversation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from agent import TravelAgent
from agent.errors import StaleTripError
from tests.agent.conftest import Start
from tools.check import check
from tools.errors import InputError, InvalidRequestError, TravelError
from tools.gestures import GESTURES, NothingToDoError, ideas
from tools.place import Diet
from tools.trip import Itinerary, Pace, Visit
from tools.trip_json import fingerprint

LISBON = ("plan_days", {"destination": "Lisbon", "days": 3, "start_date": "next Friday"})
READY = "Your 3 days in Lisbon are ready."


@pytest.fixture
def agent(start: Start) -> TravelAgent:
    """One whose thread "a" holds three days in Lisbon."""
    agent = start(LISBON, READY)
    agent.send("3 days in Lisbon from next Friday", thread="a")
    return agent


def _trip(agent: TravelAgent) -> Itinerary:
    itinerary = agent.thread("a")
    assert itinerary is not None
    return itinerary


def _sights(itinerary: Itinerary, day: int) -> list[str]:
    return [visit.place.id for visit in itinerary.days[day - 1].sights]


def _day_of(itinerary: Itinerary, place_id: str) -> int | None:
    for number, day in enumerate(itinerary.days, start=1):
        if any(visit.place.id == place_id for visit in day.visits):
            return number
    return None


def _act(agent: TravelAgent, name: str, **arguments: Any) -> Itinerary:
    reply = agent.act(name, arguments, thread="a")
    assert reply.itinerary is not None and reply.text
    assert check(reply.itinerary, agent.services.travel) == ()
    assert _trip(agent) == reply.itinerary
    return reply.itinerary


def test_a_place_is_removed_and_the_change_taken_back_and_made_again(agent: TravelAgent) -> None:
    before = _trip(agent)
    gone = before.days[1].sights[0].place
    after = _act(agent, "remove", place=gone.id)
    assert _day_of(after, gone.id) is None
    assert after.days[0] == before.days[0] and after.days[2] == before.days[2]
    assert _act(agent, "undo") == before
    assert _act(agent, "redo") == after
    said = [turn.text for turn in agent.messages("a")]
    assert f"Take {gone.name} out of day 2." in said
    assert (
        f"Removed {gone.name} from day 2."
        in said[said.index(f"Take {gone.name} out of day 2.") + 1]
    )


def test_a_place_moves_to_another_day_and_is_fixed_there(agent: TravelAgent) -> None:
    place = _trip(agent).days[0].sights[0].place.id
    after = _act(agent, "move", place=place, day=3)
    assert _day_of(after, place) == 3
    visit = next(v for v in after.days[2].visits if v.place.id == place)
    assert visit.pinned
    after = _act(agent, "unpin", place=place)
    assert not next(v for v in after.days[2].visits if v.place.id == place).pinned
    with pytest.raises(InvalidRequestError, match="is on day 3 already"):
        _act(agent, "move", place=place, day=3)


def test_earlier_and_later_exchange_two_sights(agent: TravelAgent) -> None:
    shifted = 0
    for day in (1, 2, 3):
        before = _trip(agent)
        order = _sights(before, day)
        try:
            after = _act(agent, "shift", place=order[1], step=-1)
        except InputError as error:  # closed then, or too far: said, and nothing changed
            assert str(error) and _trip(agent) == before
            continue
        there = _sights(after, day)
        # side by side, or farther apart where the way back and forth would take too long
        assert there.index(order[1]) < there.index(order[0])
        assert set(there) == set(order)
        shifted += 1
        try:
            again = _act(agent, "shift", place=order[1], step=1)
        except InputError:
            continue
        assert _sights(again, day).index(order[1]) > there.index(order[1])
    assert shifted
    first = _trip(agent).days[0].sights[0].place
    with pytest.raises(InvalidRequestError, match="is the first sight of day 1 already"):
        agent.act("shift", {"place": first.id, "step": -1}, thread="a")


def test_a_meal_has_no_earlier_and_later(agent: TravelAgent) -> None:
    meal = next(v for v in _trip(agent).visits if v.meal is not None)
    with pytest.raises(InvalidRequestError, match="can be asked for in words"):
        agent.act("shift", {"place": meal.place.id, "step": 1}, thread="a")


def test_what_is_fixed_stays_at_its_hour(agent: TravelAgent) -> None:
    visit = _trip(agent).days[1].sights[0]
    after = _act(agent, "pin", place=visit.place.id)
    after = _act(agent, "remove", place=after.days[1].sights[1].place.id)
    kept = next(v for v in after.days[1].visits if v.place.id == visit.place.id)
    assert kept.pinned and abs(kept.arrival - visit.arrival) <= timedelta(minutes=15)


def test_ideas_wait_and_come_back(agent: TravelAgent) -> None:
    before = _trip(agent)
    place = before.days[0].sights[0].place
    after = _act(agent, "keep_idea", place=place.id)
    assert _day_of(after, place.id) is None
    assert [one.id for one in ideas(agent.services, agent.trip("a"))] == [place.id]
    with pytest.raises(InvalidRequestError, match="already"):
        agent.act("keep_idea", {"place": place.id}, thread="a")
    _act(agent, "undo")
    assert ideas(agent.services, agent.trip("a")) == (), "what is planned is no idea"
    _act(agent, "redo")
    after = _act(agent, "add", place=place.id, day=2)
    assert _day_of(after, place.id) == 2
    assert ideas(agent.services, agent.trip("a")) == ()
    _act(agent, "keep_idea", place=place.id)
    _act(agent, "drop_idea", place=place.id)
    assert ideas(agent.services, agent.trip("a")) == ()
    with pytest.raises(InvalidRequestError, match="not among your ideas"):
        agent.act("drop_idea", {"place": place.id}, thread="a")


def test_a_place_that_is_not_planned_can_be_an_idea(agent: TravelAgent) -> None:
    before = _trip(agent)
    planned = {visit.place.id for visit in before.visits}
    other = next(p for p in agent.services.store.places("lisbon") if p.id not in planned)
    versions = len(agent.trip("a").past)
    after = _act(agent, "keep_idea", place=other.id)
    assert after == before and len(agent.trip("a").past) == versions
    elsewhere = agent.services.store.places("rome")[0]
    with pytest.raises(InvalidRequestError, match="in no city of this trip"):
        agent.act("keep_idea", {"place": elsewhere.id}, thread="a")


def test_a_meal_is_replaced_by_the_one_named(agent: TravelAgent) -> None:
    before = _trip(agent)
    old: Visit = next(v for v in before.visits if v.meal is not None)
    planned = {visit.place.id for visit in before.visits}
    served = (
        p for p in agent.services.store.places("lisbon")
        if p.category.is_food and old.meal in p.meals and p.id not in planned
    )  # fmt: skip
    for new in served:
        try:
            after = _act(agent, "replace", place=old.place.id, replacement=new.id)
        except InputError:
            continue
        day = _day_of(before, old.place.id)
        assert _day_of(after, new.id) == day and _day_of(after, old.place.id) is None
        return
    pytest.fail("no meal could be replaced")


def test_two_days_are_swapped_and_words_go_on_from_there(start: Start) -> None:
    agent = start(LISBON, READY, ("undo_change", {}), "Taken back.")
    agent.send("3 days in Lisbon from next Friday", thread="a")
    before = _trip(agent)
    after = _act(agent, "swap_days", day=1, other_day=3)
    assert _sights(after, 1) == _sights(before, 3)
    reply = agent.send("no, undo that", thread="a")
    assert reply.itinerary == before, "words undo what hands did"
    assert _act(agent, "redo") == after, "and hands redo what words undid"


def test_a_board_that_is_behind_changes_nothing(agent: TravelAgent) -> None:
    seen = fingerprint(_trip(agent))
    place = _trip(agent).days[0].sights[0].place.id
    agent.act("remove", {"place": place}, thread="a", seen=seen)
    now = _trip(agent)
    other = now.days[0].sights[0].place.id
    with pytest.raises(StaleTripError, match="has changed since"):
        agent.act("remove", {"place": other}, thread="a", seen=seen)
    assert _trip(agent) == now


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("fly", {}, 'knows no “fly”|knows no "fly"'),
        ("remove", {}, "wrong place"),
        ("remove", {"place": "lisbon-nowhere"}, "no longer in the plan"),
        ("remove", {"place": 5}, "wrong place"),
        ("add", {"place": "lisbon-nowhere"}, "no place"),
        ("move", {"place": "x", "day": "soon"}, "wrong day"),
        ("swap_days", {"day": 1, "other_day": 9}, "no day 9"),
        ("undo", {"changes": 4}, "no earlier version"),
        ("redo", {}, "no change that was taken back"),
    ],
)
def test_what_can_not_be_done_is_said(
    agent: TravelAgent, name: str, arguments: dict[str, Any], told: str
) -> None:
    before, said = _trip(agent), agent.messages("a")
    with pytest.raises(InputError, match=told):
        agent.act(name, arguments, thread="a")
    assert _trip(agent) == before and agent.messages("a") == said


def test_settings_change_the_trip_or_wait_for_one(start: Start) -> None:
    agent = start(LISBON, READY)
    wanted = {"pace": "relaxed", "diets": ["vegetarian"], "step_free": True}
    agent.act("set_preferences", wanted, thread="a")
    reply = agent.send("3 days in Lisbon from next Friday", thread="a")
    assert reply.itinerary is not None
    request = reply.itinerary.request
    assert request.pace is Pace.RELAXED and request.step_free
    assert request.diets == (Diet.VEGETARIAN,)
    after = _act(agent, "set_preferences", **{**wanted, "good_for_kids": True, "diets": []})
    assert after.request.good_for_kids and after.request.diets == ()
    assert _act(agent, "undo") == reply.itinerary
    with pytest.raises(NothingToDoError):
        agent.act("set_preferences", wanted, thread="a")
    with pytest.raises(InvalidRequestError, match="wrong pace"):
        agent.act("set_preferences", {"pace": "wild"}, thread="a")


def test_a_file_becomes_the_trip_and_can_be_taken_back(agent: TravelAgent) -> None:
    before = _trip(agent)
    changed = _act(agent, "remove", place=before.days[0].sights[0].place.id)
    text = before.to_json()
    after = _act(agent, "adopt", text=text)
    assert after.days == before.days
    assert _act(agent, "undo") == changed
    agent.act("adopt", {"text": text}, thread="new")
    found = agent.thread("new")
    assert found is not None and found.days == before.days
    with pytest.raises(TravelError):
        agent.act("adopt", {"text": text.replace("lisbon-", "atlantis-")}, thread="a")
    assert _trip(agent) == changed


@pytest.mark.parametrize("name", sorted(GESTURES.keys() - {"set_preferences", "adopt"}))
def test_without_a_trip_there_is_nothing_to_touch(start: Start, name: str) -> None:
    agent = start()
    given = {"place": "p", "replacement": "q", "day": 1, "other_day": 2, "step": 1}
    takes = GESTURES[name][0].model_fields
    with pytest.raises(InputError, match="no trip yet"):
        agent.act(name, {k: v for k, v in given.items() if k in takes}, thread="empty")
    assert agent.messages("empty") == ()
