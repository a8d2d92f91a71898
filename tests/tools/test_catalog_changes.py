"""Changes of a planned trip by way of the catalog: pins, ways, back and on."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from tests.tools.talk import Talk
from tools.place import Category, MealKind
from tools.trip import Day, Mode


def _walks(day: Day) -> list[int]:
    return [leg.minutes for leg in day.legs if leg.mode is Mode.WALK]


# -- back and on


@pytest.fixture
def changed(lisbon: Talk) -> Talk:
    """The conversation after four changes: pace, length, free time, hours."""
    lisbon("set_pace", pace="packed")
    lisbon("extend_trip", days=1)
    lisbon("keep_free", day=2, time="the afternoon")
    lisbon("set_hours", day=1, start="11am")
    assert len(lisbon.trip.past) == 4
    return lisbon


def test_several_changes_are_taken_back_at_once(changed: Talk) -> None:
    """Two back is the plan before the last two; the third goes as ever."""
    versions = [*changed.trip.past, changed.plan]
    assert changed("undo_change", changes=2).situation == "undone"
    assert changed.plan == versions[2] and changed.plan.request.free == ()
    assert changed("undo_change").situation == "undone"
    assert changed.plan == versions[1]
    assert changed("undo_change", changes=1).situation == "undone"
    assert changed.plan == versions[0] and changed.trip.past == ()


def test_all_changes_are_taken_back(changed: Talk) -> None:
    """All back is the first plan, with the wishes of then; more is not possible."""
    first = changed.trip.past[0]
    assert changed("undo_change", all=True).situation == "undone"
    assert changed.plan == first and changed.trip.wishes.days == 3
    assert changed.trip.past == () and len(changed.trip.future) == 4
    assert changed("undo_change").situation == "cannot"
    assert changed("undo_change", all=True).situation == "cannot"
    assert changed.plan == first


@pytest.mark.parametrize(("changes", "says"), [(5, "4 changes"), (99, "4 changes"), (-1, "not -1")])
def test_more_than_there_was_is_not_taken_back(changed: Talk, changes: int, says: str) -> None:
    """How much there is to take back is told, and nothing is."""
    before = changed.trip
    outcome = changed("undo_change", changes=changes)
    assert outcome.situation == "cannot" and says in outcome.facts["reason"]
    assert changed.trip == before


def test_what_was_taken_back_is_made_again(changed: Talk) -> None:
    """Each redo makes one change again, in order, up to where the trip was."""
    versions = [*changed.trip.past, changed.plan]
    changed("undo_change", changes=3)
    for version in versions[2:]:
        assert changed("redo_change").situation == "redone"
        assert changed.plan == version
        assert changed.trip.wishes.days == len(version.days)
    outcome = changed("redo_change")
    assert outcome.situation == "cannot" and changed.plan == versions[-1]
    assert tuple(versions[:-1]) == changed.trip.past


def test_a_new_change_leaves_nothing_to_make_again(changed: Talk) -> None:
    """After a change of another kind the way on is gone; the way back leads past it."""
    changed("undo_change", changes=2)
    before = changed.plan
    changed("set_budget", budget=5000)
    now = changed.trip
    outcome = changed("redo_change")
    assert outcome.situation == "cannot" and "taken back" in outcome.facts["reason"]
    assert changed.trip == now
    changed("undo_change")
    assert changed.plan == before
    changed("redo_change")
    assert changed.plan == now.itinerary


def test_asking_does_not_end_the_way_on(changed: Talk) -> None:
    """Questions, and changes that were refused, leave what can be made again."""
    last = changed.plan
    changed("undo_change")
    changed("explain_plan", day=1)
    changed("find_places", categories=["park"])
    changed("plan_days")
    assert changed("set_hours", day=9, start="10am").situation == "cannot"
    assert changed("add_place", place="Narnia").situation == "unknown_place"
    assert changed("redo_change").situation == "redone" and changed.plan == last


def test_nothing_to_take_back_or_to_make_again(talk: Talk) -> None:
    """Before a trip, and after its first plan, both are refused."""
    for _ in range(2):
        before = talk.trip
        assert talk("undo_change").situation == "cannot"
        assert talk("undo_change", all=True).situation == "cannot"
        assert talk("redo_change").situation == "cannot"
        assert talk.trip == before
        talk("plan_days", destination="Lisbon", days=1, start_date="4 December")


def test_all_back_stays_in_the_city(lisbon: Talk) -> None:
    """All changes of the trip at hand are taken back, not the trip itself."""
    first = lisbon.plan
    lisbon("plan_days", destination="Rome", days=2, start_date="4 December")
    rome = lisbon.plan
    lisbon("set_pace", pace="relaxed")
    lisbon("extend_trip", days=1)
    lisbon("undo_change", all=True)
    assert lisbon.plan == rome
    lisbon("undo_change")
    assert lisbon.plan == first and lisbon.trip.wishes.destination == "Lisbon"


def test_pins_come_back(lisbon: Talk) -> None:
    """Taking back that a place was let go fixes it again."""
    name = lisbon.plan.days[1].sights[0].place.name
    lisbon("pin_place", place=name)
    lisbon("unpin_place", place=name)
    assert not lisbon.visit(name).pinned
    lisbon("undo_change")
    assert lisbon.visit(name).pinned
    lisbon("undo_change")
    assert not lisbon.visit(name).pinned and lisbon.plan.request.pins == ()


# -- pins


def test_unpin_place(lisbon: Talk) -> None:
    """Letting a place go moves nothing by itself; twice, and what was never fixed, is refused."""
    name = lisbon.plan.days[2].sights[0].place.name
    refused = lisbon("unpin_place", place=name)
    assert refused.situation == "cannot" and refused.facts["reason"] == f"{name} is not fixed"
    lisbon("pin_place", place=name)
    hours = [[v.arrival for v in day.visits] for day in lisbon.plan.days]
    outcome = lisbon("unpin_place", place=name)
    assert outcome.situation == "unpinned" and outcome.facts == {"place": name, "day": "day 3"}
    assert [[v.arrival for v in day.visits] for day in lisbon.plan.days] == hours
    assert not any(visit.pinned for visit in lisbon.plan.visits)
    before = lisbon.trip
    assert lisbon("unpin_place", place=name).situation == "cannot"
    assert lisbon("unpin_place", place="Qwxzzy").situation == "unknown_place"
    absent = lisbon("unpin_place", place=lisbon.lacks())
    assert absent.situation == "cannot" and "not in your trip" in absent.facts["reason"]
    assert lisbon.trip == before


def test_only_the_one_pin_goes(lisbon: Talk) -> None:
    """Another place that is fixed stays so, through a change of pace, too."""
    first, second = (lisbon.plan.days[i].sights[0].place.name for i in (0, 1))
    lisbon("pin_place", place=first)
    lisbon("pin_place", place=second)
    lisbon("unpin_place", place=first)
    assert not lisbon.visit(first).pinned and lisbon.visit(second).pinned
    lisbon("set_pace", pace="relaxed")
    assert second in lisbon.names(2) and lisbon.visit(second).pinned


# -- arrival, departure, walks, kinds


def test_arrival_and_departure(talk: Talk) -> None:
    """An hour after arriving the first day begins, two before leaving the last is over."""
    talk(
        "plan_days", destination="Lisbon", days=3, start_date="4 December", arrive_at="2pm",
        leave_at="15:00",
    )  # fmt: skip
    first, middle, last = talk.plan.days
    assert first.visits[0].arrival.time() >= time(15)
    assert last.visits and last.visits[-1].departure.time() <= time(13)
    assert middle.visits[0].arrival.time() < time(15) < middle.visits[-1].departure.time()
    notes = " ".join(talk.plan.notes)
    assert "arrive at 14:00" in notes and "leave at 15:00" in notes


def test_arrival_is_said_later(lisbon: Talk) -> None:
    """An hour of arrival that comes after the plan changes the first day; a new one replaces it."""
    lisbon("plan_days", arrive_at="4pm")
    assert lisbon.plan.days[0].visits[0].arrival.time() >= time(17)
    lisbon("plan_days", arrive_at="noon")
    assert time(13) <= lisbon.plan.days[0].visits[0].arrival.time() < time(17)
    told = [note for note in lisbon.plan.notes if "arrive" in note]
    assert len(told) == 1 and "12:00" in told[0]


def test_departure_stays_with_the_last_day(talk: Talk) -> None:
    """A shorter trip ends on another day, which then has to end before one leaves."""
    talk("plan_days", destination="Lisbon", days=3, start_date="4 December", leave_at="3pm")
    assert talk.plan.days[1].visits[-1].departure.time() > time(13)
    talk("shorten_trip", days=1)
    assert talk.plan.days[1].visits[-1].departure.time() <= time(13)
    talk("extend_trip", days=1)
    assert talk.plan.days[2].visits[-1].departure.time() <= time(13)


def test_an_arrival_late_at_night(talk: Talk) -> None:
    """Nothing is planned for a first day on which one arrives at night."""
    talk("plan_days", destination="Lisbon", days=2, start_date="4 December", arrive_at="10pm")
    assert talk.plan.days[0].visits == () and talk.plan.days[1].visits
    assert talk.plan.left_out == ()


def test_no_longer_walk_than_said(lisbon: Talk) -> None:
    """Minutes are meant at a time: every longer way goes by public transport."""
    assert max(minutes for day in lisbon.plan.days for minutes in _walks(day)) > 8
    lisbon("plan_days", max_walk="8 minutes")
    assert all(minutes <= 8 for day in lisbon.plan.days for minutes in _walks(day))
    assert any(leg.mode is Mode.TRANSIT for day in lisbon.plan.days for leg in day.legs)
    lisbon("add_place", place=lisbon.lacks())
    assert all(minutes <= 8 for day in lisbon.plan.days for minutes in _walks(day))


def test_no_more_walking_a_day_than_said(lisbon: Talk) -> None:
    """Kilometres are meant a day, all walks together."""

    def walked(day: Day) -> int:
        return sum(leg.metres for leg in day.legs if leg.mode is Mode.WALK)

    assert max(walked(day) for day in lisbon.plan.days) > 2500
    lisbon("plan_days", max_walk="2.5 km")
    assert all(walked(day) <= 2500 for day in lisbon.plan.days)
    assert all(day.sights for day in lisbon.plan.days)


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"max_walk": "a lot"}, "as a walk"),
        ({"max_walk": "0 minutes"}, "as a walk"),
        ({"arrive_at": "whenever"}, "as an hour"),
        ({"leave_at": "some day"}, "as an hour"),
        ({"day_start": "8pm", "day_end": "9am"}, "not after 20:00"),
    ],
)
def test_hours_and_walks_that_can_not_be_read(
    lisbon: Talk, wish: dict[str, Any], says: str
) -> None:
    """One sentence says what is wrong, and the trip stays as it was."""
    before = lisbon.trip
    outcome = lisbon("plan_days", **wish)
    assert outcome.situation == "cannot" and says in outcome.facts["reason"]
    assert lisbon.trip == before


def test_children_see_one_museum_a_day(talk: Talk) -> None:
    """With children a day holds one museum and one gallery at most, and ends earlier."""
    wishes = {"days": 2, "start_date": "4 December", "interests": ["art", "history"]}

    def most(category: Category) -> int:
        return max(
            sum(visit.place.category is category for visit in day.sights) for day in talk.plan.days
        )

    talk("plan_days", destination="Amsterdam", **wishes)
    assert most(Category.MUSEUM) > 1
    talk("plan_days", good_for_kids=True)
    assert most(Category.MUSEUM) <= 1 and most(Category.GALLERY) <= 1
    assert all(day.visits[-1].departure.time() <= time(20) for day in talk.plan.days)


def test_children_see_what_was_asked_for(talk: Talk) -> None:
    """Museums that are must-sees come both, on one day if there is but one."""
    talk(
        "plan_days", destination="London", days=1, start_date="4 December", good_for_kids=True,
        must_see=["British Museum", "Natural History Museum"],
    )  # fmt: skip
    assert {"British Museum", "Natural History Museum"} <= set(talk.names())


# -- back, all the way


@pytest.mark.parametrize(
    ("wish", "held"),
    [
        ({"arrive_at": "2pm", "leave_at": "11am"}, "arrive_at"),
        ({"max_walk": "20 minutes"}, "walk"),
        ({"day_end": "5pm"}, "day_end"),
    ],
)
def test_what_is_taken_back_does_not_come_again(
    lisbon: Talk, wish: dict[str, str], held: str
) -> None:
    """A later wish does not bring along one that was undone."""
    usual = getattr(lisbon.plan.request, held)
    lisbon("plan_days", **wish)
    assert getattr(lisbon.plan.request, held) != usual
    lisbon("undo_change")
    lisbon("plan_days", travellers=2)
    assert getattr(lisbon.plan.request, held) == usual


def test_no_change_is_none_taken_back(lisbon: Talk) -> None:
    """Zero changes are no request."""
    lisbon("set_pace", pace="relaxed")
    before = lisbon.plan
    assert lisbon("undo_change", changes=0).situation == "cannot"
    assert lisbon.plan == before


def test_longer_days_have_their_dinner_again(lisbon: Talk) -> None:
    """Days that ended before dinner get one when they end late."""
    lisbon("set_hours", end="5pm")
    assert all(v.meal is not MealKind.DINNER for v in lisbon.plan.visits)
    lisbon("set_hours", end="9:30pm")
    assert all(any(v.meal is MealKind.DINNER for v in day.visits) for day in lisbon.plan.days)


def test_the_day_one_no_longer_leaves_on_is_a_whole_one(lisbon: Talk) -> None:
    """A trip made longer has dinner on what was its last day."""
    lisbon("plan_days", leave_at="3pm")
    assert all(v.meal is not MealKind.DINNER for v in lisbon.plan.days[2].visits)
    lisbon("extend_trip", days=1)
    assert any(v.meal is MealKind.DINNER for v in lisbon.plan.days[2].visits)
