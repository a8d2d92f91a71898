"""Two moves of one message that only work together."""

from __future__ import annotations

from datetime import time

import pytest

from tests.tools.talk import Talk
from tools.actions.asked_hours import asked_hour
from tools.actions.together import moved_together
from tools.arguments import PinPlace
from tools.catalog import perform
from tools.check import check
from tools.meals import minute_of_day
from tools.place import MealKind

FIRST = {"place": "Jerónimos Monastery", "day": 3}
SECOND = {"place": "São Jorge Castle", "day": 2}


@pytest.fixture
def fixed(lisbon: Talk) -> Talk:
    """A trip with two places fixed to the same hour of two days."""
    lisbon("add_place", place=FIRST["place"], day=2, time="11:00")
    lisbon("add_place", place=SECOND["place"], day=3, time="11:00")
    return lisbon


def test_two_places_that_are_in_each_others_way_change_their_days(fixed: Talk) -> None:
    """Alone the first is refused, or loses its hour; along with the other both keep theirs."""
    alone = perform(fixed.services, fixed.trip, "move_place", FIRST)
    assert alone.situation == "cannot" or alone.notes
    together = [("move_place", SECOND)]
    outcome = perform(fixed.services, fixed.trip, "move_place", FIRST, together)
    plan = outcome.trip.itinerary
    assert plan is not None and check(plan) == ()
    assert outcome.situation == "moved" and outcome.notes == ()
    hours = {
        v.place.name: (n, f"{v.arrival:%H:%M}")
        for n, d in enumerate(plan.days, 1)
        for v in d.visits
    }
    assert hours["Jerónimos Monastery"] == (3, "11:00")
    assert hours["São Jorge Castle"] == (2, "11:00")
    then = perform(fixed.services, outcome.trip, "move_place", SECOND)
    assert then.situation == "there" and then.trip.itinerary is plan


def test_a_move_that_works_alone_is_made_alone(fixed: Talk) -> None:
    later = [("move_place", {"place": "Belém Tower", "day": 1})]
    outcome = perform(fixed.services, fixed.trip, "move_place", {**FIRST, "day": 1}, later)
    assert outcome.changes[0].startswith("Moved Jerónimos Monastery to day 1 at")
    assert "and" not in outcome.changes[0]


def test_calls_that_move_nothing_do_not_help(fixed: Talk) -> None:
    alone = perform(fixed.services, fixed.trip, "move_place", FIRST)
    later: list[tuple[str, dict[str, object]]] = [
        ("set_pace", {"pace": "packed"}),
        ("move_place", {"place": "Narnia", "day": 1}),
    ]
    outcome = perform(fixed.services, fixed.trip, "move_place", FIRST, later)
    assert (outcome.situation, outcome.facts) == (alone.situation, alone.facts)


def test_a_later_shift_is_counted_once(fixed: Talk) -> None:
    """It would be counted from where the joint move had put the place."""
    alone = perform(fixed.services, fixed.trip, "move_place", FIRST)
    shift = [("move_place", {**SECOND, "time": "an hour later"})]
    outcome = perform(fixed.services, fixed.trip, "move_place", FIRST, shift)
    assert (outcome.situation, outcome.changes) == (alone.situation, alone.changes)


def test_a_note_of_the_hour_costs_nothing(lisbon: Talk) -> None:
    """A fixed hour is told in a note; that alone is no reason to take the next call along."""
    names = [v.place.name for v in lisbon.plan.days[1].sights]
    said = {"place": names[0], "time": f"{lisbon.visit(names[0]).arrival:%H:%M}"}
    later = [("move_place", {"place": names[1], "day": 3})]
    alone = perform(lisbon.services, lisbon.trip, "pin_place", said)
    outcome = perform(lisbon.services, lisbon.trip, "pin_place", said, later)
    assert alone.notes and not alone.given_up
    assert (outcome.situation, outcome.notes) == ("pinned", alone.notes)
    assert outcome.changes == alone.changes


def test_what_is_fixed_along_with_another_is_told_as_fixed(fixed: Talk) -> None:
    said = PinPlace(place=FIRST["place"], day=3, time="11:00")
    outcome = moved_together(fixed.services, fixed.trip, said, [("move_place", SECOND)])
    assert outcome is not None and outcome.trip.itinerary is not None
    assert outcome.situation == "pinned" and check(outcome.trip.itinerary) == ()
    assert outcome.notes[0].startswith("The plan has you at Jerónimos Monastery at 11:")


def test_hours_are_read_as_those_of_a_single_call(lisbon: Talk) -> None:
    """The meal's end counts, not the hour that its name alone stands for."""
    first, second, *_ = lisbon.plan.days[1].sights
    said = PinPlace(place=first.place.name, time="after lunch")
    later = [("move_place", {"place": second.place.name, "day": 3})]
    outcome = moved_together(lisbon.services, lisbon.trip, said, later)
    assert outcome is not None and outcome.trip.itinerary is not None
    assert check(outcome.trip.itinerary) == ()
    pins = {pin.place_id: pin.at for pin in outcome.trip.itinerary.request.pins}
    meals = {visit.meal: visit for visit in lisbon.plan.days[1].visits}
    at = pins[first.place.id]
    assert at == asked_hour(lisbon.services, lisbon.plan, first.place, 2, "after lunch")
    assert at is not None and at >= meals[MealKind.LUNCH].departure.time()


def test_the_hours_of_a_day_give_way_to_both(talk: Talk) -> None:
    """As they do where a place moves alone: each keeps its late hour on the other's day."""
    talk("plan_days", destination="Shanghai", days=4, start_date="2027-03-01", day_start="17:00")
    talk("add_place", place="Shanghai Tower", day=2, time="19:00")
    talk("add_place", place="Lost Heaven", day=3, time="eight o'clock")
    assert any(hours.made_for for hours in talk.plan.request.hours)
    later = [("move_place", {"place": "Shanghai Tower", "day": 3})]
    first = {"place": "Lost Heaven", "day": 2}
    outcome = perform(talk.services, talk.trip, "move_place", first, later)
    plan = outcome.trip.itinerary
    assert plan is not None and check(plan) == () and not outcome.notes
    asked = {pin.place_id: (pin.day, pin.at) for pin in plan.request.pins}
    assert sorted(asked.values()) == [(2, time(20)), (3, time(19))]
    for place_id, (day, at) in asked.items():
        found = plan.visit_of(place_id)
        assert found is not None and found[0] == day and at is not None
        assert abs(minute_of_day(found[1].arrival.time()) - minute_of_day(at)) <= 15
    told = outcome.changes[1]
    assert told.startswith("Day 2 ends at") and told.endswith("for it.")
