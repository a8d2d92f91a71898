"""Suggestions taken: what was said of them is what one gets, and the first is a sensible one."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.tools.factories import TRAVEL, food, request, sight
from tests.tools.talk import Talk
from tools import editing
from tools.actions.naming import cities_of_trip
from tools.actions.trips import planner as planner_for
from tools.editing import Planner
from tools.editing.standing_in import stand_in
from tools.editing.swap_worth import FAR, REMOTE
from tools.errors import InfeasibleError
from tools.gestures import perform
from tools.place import Category, Interest, Place
from tools.planning import plan
from tools.services import TravelServices
from tools.trip import Itinerary, TripRequest

TRIPS = (
    {"destination": "Lisbon", "interests": ["art", "food"], "travellers": 2, "budget": 500},
    {"destination": "Rome"},
    {"destination": "London", "good_for_kids": True, "travellers": 4},
    {"destination": "Kyoto", "interests": ["religion"], "pace": "packed"},
    {"destination": "Porto", "more_destinations": ["Madrid"], "pace": "relaxed"},
)
_SAID = re.compile(r"([\d,.]+) (min|[A-Z]{3}) (more|less)|saves ([\d,.]+) [A-Z]{3}")


@pytest.mark.parametrize("wishes", TRIPS, ids=lambda wishes: wishes["destination"])
def test_taking_one_makes_the_trip_that_was_shown(
    services: TravelServices, talk: Talk, wishes: dict[str, object]
) -> None:
    """The same days to the minute, whatever time the planner has; way and price as they were told,
    and all other stops kept.
    """
    talk("plan_days", days=3, start_date="2026-12-04", **wishes)
    trip = talk.trip
    before = trip.itinerary
    assert before is not None
    context = planner_for(services, cities_of_trip(before))
    slower = replace(services, planning_iterations=None, planning_seconds=0.03)
    taken = told = 0
    for visit in before.visits[::3]:
        try:
            found = editing.suggest(before, context, visit.place.id)
        except InfeasibleError:
            continue
        for one in found:
            said = {"place": visit.place.id, "replacement": one.place.id}
            after = perform(slower, trip, "replace", said).trip.itinerary
            assert after is not None
            assert after.days == one.edit.itinerary.days
            assert after.request == one.edit.itinerary.request
            gone = {v.place.id for v in before.visits} - {v.place.id for v in after.visits}
            assert gone == {visit.place.id}
            taken += 1
            told += _as_told(before, after, one.reasons)
    assert taken >= 10
    assert told >= 5


def _as_told(before: Itinerary, after: Itinerary, reasons: tuple[str, ...]) -> int:
    """How many figures were told, each of them right."""
    day = next(
        n for n, pair in enumerate(zip(before.days, after.days, strict=True)) if pair[0] != pair[1]
    )
    way = after.days[day].way_minutes - before.days[day].way_minutes
    spent, was = (sum(v.price.amount for v in trip.days[day].visits) for trip in (after, before))
    count = 0
    for reason in reasons:
        found = _SAID.search(reason)
        if found is None:
            continue
        count += 1
        amount = float((found[1] or found[4]).replace(",", ""))
        signed = amount if found[3] == "more" else -amount
        assert signed == pytest.approx(way if found[2] == "min" else spent - was, abs=0.005), reason
    return count


# -- which is first --------------------------------------------------------------------------

OLD = sight("old", category=Category.SQUARE, price=0, minutes=30, importance=88)
KIN = sight("kin", category=Category.SQUARE, price=0, minutes=30, importance=70, north=0.2)
MEALS = (food("inn", north=0.1), food("cellar", north=-0.1))


def _first(*places: Place, **wishes: object) -> list[str]:
    """The ids of what is suggested for `OLD`, best first."""
    return [one.place.id for one in _suggested(places, request(days=1, **wishes))]


def _suggested(places: tuple[Place, ...], wish: TripRequest) -> tuple[editing.Suggestion, ...]:
    known = (*MEALS, OLD, *places)
    only = replace(wish, must_see=(OLD.id,), avoid=tuple(p.id for p in places))
    made = plan(only, known, TRAVEL, iterations=60)
    planner = Planner(known, TRAVEL, iterations=20)
    return editing.suggest(replace(made, request=wish), planner, OLD.id)


def test_the_nearest_of_its_kind_comes_before_what_is_far_or_dear() -> None:
    """Also before places that are worth more in themselves."""
    far = sight("far", importance=80, price=0, minutes=30, north=3.0)
    dear = sight("dear", importance=80, price=60, minutes=30)
    assert _first(far, dear, KIN)[0] == KIN.id


def test_of_its_kind_comes_before_another_of_the_same_worth() -> None:
    other = replace(KIN, id="rome-arch", category=Category.VIEWPOINT)
    assert _first(other, KIN) == [KIN.id, other.id]


@pytest.mark.parametrize(
    ("importance", "wishes", "first"),
    [
        (84, {}, "rome-plain"),
        (84, {"interests": (Interest.ART,)}, "rome-plain"),
        (96, {}, "rome-far"),
    ],
)
def test_far_out_only_a_strong_reason_is_first(
    importance: int, wishes: dict[str, object], first: str
) -> None:
    """However much more it is worth, unless it is one of the foremost sights."""
    plain = sight("plain", importance=30, price=0, minutes=30)
    far = sight(
        "far", importance=importance, price=0, minutes=30, north=2.0, interests=(Interest.ART,)
    )
    found = _suggested((plain, far), request(days=1, **wishes))
    assert {one.place.id for one in found} == {plain.id, far.id}
    by_id = {one.place.id: one for one in found}
    way = re.search(r"(\d+) min more", " ".join(by_id[far.id].reasons))
    assert way is not None
    assert FAR <= int(way[1]) < REMOTE
    assert found[0].place.id == first


def test_what_is_remote_is_not_suggested_beside_others() -> None:
    remote = sight("remote", importance=84, price=0, minutes=30, north=9.0)
    assert _first(remote, KIN) == [KIN.id]
    assert _first(remote) == [remote.id]


# -- what is said ----------------------------------------------------------------------------


def test_what_it_costs_is_never_cut_off() -> None:
    """Three reasons at most, those against it among them."""
    place = sight("far", importance=90, price=12, minutes=30, north=3.0, interests=(Interest.ART,))
    (one,) = _suggested((place,), request(days=1, interests=(Interest.ART,), travellers=2))
    assert len(one.reasons) == 3
    assert "24 EUR more for two" in one.reasons
    assert any(reason.endswith("min more on the way that day") for reason in one.reasons)


def test_who_travels_alone_needs_no_telling_for_whom() -> None:
    (one,) = _suggested((replace(KIN, price=9),), request(days=1))
    assert "9 EUR more" in one.reasons


# -- standing in -----------------------------------------------------------------------------


def test_the_day_keeps_its_order_where_that_holds() -> None:
    stops = tuple(sight(f"stop-{n}", north=0.5 * n, minutes=45) for n in range(1, 4))
    known = (*MEALS, OLD, *stops, KIN)
    made = plan(request(days=1, must_see=(OLD.id,), avoid=(KIN.id,)), known, TRAVEL, iterations=60)
    made = replace(made, request=replace(made.request, avoid=()))
    edit = stand_in(made, Planner(known, TRAVEL), OLD.id, KIN)
    assert edit is not None
    was = [v.place.id for v in made.visits]
    assert len(was) == 6
    assert [v.place.id for v in edit.itinerary.visits] == [
        KIN.id if p == OLD.id else p for p in was
    ]


def test_a_day_without_room_for_it_is_told_apart_from_one_that_is_planned_anew() -> None:
    """It would push something out: no stand-in, though `replace_place` still makes room."""
    stops = tuple(sight(f"stop-{n}", minutes=110) for n in range(3))
    long = sight("long", minutes=200, importance=95)
    known = (*MEALS, OLD, *stops, long)
    made = plan(request(days=1, must_see=(OLD.id,), avoid=(long.id,)), known, TRAVEL, iterations=60)
    made = replace(made, request=replace(made.request, avoid=()))
    planner = Planner(known, TRAVEL, iterations=60)
    assert len(made.days[0].sights) == 4
    assert stand_in(made, planner, OLD.id, long) is None
    edit = editing.replace_place(made, planner, OLD.id, long)
    assert long.id in {v.place.id for v in edit.itinerary.visits}
    assert len(edit.itinerary.days[0].sights) < 4
