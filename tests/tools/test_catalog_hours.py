"""Hours of the trip's days, and time that stays free, through the tools."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from tests.tools.talk import Talk
from tools.actions.trips import planner_of
from tools.editing import set_hours
from tools.place import MealKind
from tools.trip import Day, DayHours


def _apart(day: Day, start: time, end: time) -> bool:
    """Whether a day's visits all lie outside the hours between."""
    return all(
        visit.departure.time() <= start or visit.arrival.time() >= end for visit in day.visits
    )


# -- hours


def test_hours_of_one_day(lisbon: Talk) -> None:
    """One day begins later and ends earlier; the others stay to the minute."""
    before = lisbon.plan
    outcome = lisbon("set_hours", day=2, start="11am", end="6pm")
    assert outcome.situation == "hours"
    assert outcome.facts == {"day": "day 2", "start": "11:00", "end": "18:00"}
    day = lisbon.plan.days[1]
    assert day.visits[0].arrival.time() >= time(11) and day.visits[-1].departure.time() <= time(18)
    assert (lisbon.plan.days[0], lisbon.plan.days[2]) == (before.days[0], before.days[2])
    places = {visit.place.name for visit in before.days[1].sights}
    assert {visit.place.name for visit in day.sights} <= places
    assert not any(visit.meal is MealKind.DINNER for visit in day.visits)


def test_one_end_of_a_day_leaves_the_other(lisbon: Talk) -> None:
    """An end that is said later does not take an earlier start back."""
    lisbon("set_hours", day=2, start="11am")
    outcome = lisbon("set_hours", day=2, end="5pm")
    assert outcome.facts == {"day": "day 2", "end": "17:00"}
    day = lisbon.plan.days[1]
    assert day.visits[0].arrival.time() >= time(11) and day.visits[-1].departure.time() <= time(17)


def test_hours_of_every_day(lisbon: Talk) -> None:
    """All days hold the new hours, and so do days that are added later."""
    outcome = lisbon("set_hours", start="10:30", end="8")
    assert outcome.facts == {"day": "every day", "start": "10:30", "end": "20:00"}
    lisbon("extend_trip", days=1)
    lisbon("plan_days", travellers=2)
    assert len(lisbon.plan.days) == 4
    for day in lisbon.plan.days:
        assert day.visits[0].arrival.time() >= time(10, 30)
        assert day.visits[-1].departure.time() <= time(20)


def test_hours_may_count_from_those_that_stand(lisbon: Talk) -> None:
    """Of one day from its own hours, of every day from the trip's, of a visit from its own."""
    lisbon("set_hours", day=2, start="11am")
    outcome = lisbon("set_hours", day=2, start="half an hour later")
    assert outcome.facts == {"day": "day 2", "start": "11:30"}
    first, last = lisbon.plan.request.day_start, lisbon.plan.request.day_end
    lisbon("set_hours", start="an hour later", end="an hour earlier")
    request = lisbon.plan.request
    assert request.day_start.hour == first.hour + 1 and request.day_end.hour == last.hour - 1
    lisbon("set_pace", pace="relaxed")  # counts no second time
    assert lisbon.plan.request.day_start == request.day_start
    visit = lisbon.plan.days[0].sights[-1]
    moved = lisbon("move_place", place=visit.place.name, time="half an hour later")
    later = next(v for v in lisbon.plan.visits if v.place.id == visit.place.id)
    assert moved.situation == "moved"
    assert timedelta(minutes=15) <= later.arrival - visit.arrival <= timedelta(minutes=45)
    assert "another day" in lisbon("set_hours", end="ten hours later").facts["reason"]
    absent = "Oceanário de Lisboa"
    assert absent not in {visit.place.name for visit in lisbon.plan.visits}
    refused = lisbon("add_place", place=absent, time="an hour later")
    assert "not in the plan" in refused.facts["reason"]


def test_hours_of_every_day_are_those_of_all(lisbon: Talk) -> None:
    """A day's own start no longer counts once one is said for every day."""
    lisbon("set_hours", day=2, start="3pm")
    assert lisbon.plan.days[1].visits[0].arrival.time() >= time(15)
    lisbon("set_hours", start="10am")
    lisbon("set_pace", pace="packed")
    assert time(10) <= lisbon.plan.days[1].visits[0].arrival.time() < time(15)


def test_a_shift_of_every_day_counts_from_a_day_s_own_hours(lisbon: Talk) -> None:
    """A day that begins later than the others still does, and it is told."""
    lisbon("set_hours", day=2, start="11am")
    lisbon("set_hours", day=3, end="6pm")
    first = lisbon.plan.request.day_start
    outcome = lisbon("set_hours", start="an hour later")
    request = lisbon.plan.request
    assert [request.hours_on(day)[0].hour for day in (1, 2, 3)] == [
        first.hour + 1,
        12,
        first.hour + 1,
    ]
    assert request.hours_on(3)[1] == time(18)
    assert outcome.notes == ("Day 2, which has hours of its own, now starts at 12:00.",)
    assert lisbon.plan.days[1].visits[0].arrival.time() >= time(12)


def test_a_day_s_own_hour_that_can_t_be_shifted_stays(lisbon: Talk) -> None:
    """Not on another day; and a day that was made wider for a place stays wider."""
    lisbon("set_hours", day=2, end="11pm")
    outcome = lisbon("set_hours", end="two hours later")
    assert lisbon.plan.request.hours_on(2)[1] == time(23)
    assert outcome.notes == ("Day 2, which has hours of its own, now ends by 23:00.",)
    widened = DayHours(3, None, time(23, 45), made_for=(lisbon.plan.days[2].sights[0].place.id,))
    plan = replace(lisbon.plan, request=replace(lisbon.plan.request, hours=(widened,)))
    planner = planner_of(lisbon.services, lisbon.plan)
    shift = timedelta(minutes=-30)
    edit = set_hours(plan, planner, None, None, time(21), (None, shift))
    assert edit.itinerary.request.hours == (widened,)
    assert not set_hours(plan, planner, None, None, time(21)).itinerary.request.hours


def test_later_hours_change_nothing_by_themselves(lisbon: Talk) -> None:
    """More room in a day moves nothing that already stands."""
    before = lisbon.plan.days
    lisbon("set_hours", end="11pm")
    assert lisbon.plan.days == before and lisbon.plan.request.day_end == time(23)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"day": 1, "start": "8pm", "end": "9am"}, "not after 20:00"),
        ({"start": "22:00"}, "not after 22:00"),
        ({"day": 2, "start": "10am", "end": "10am"}, "not after 10:00"),
        ({"day": 1}, "name one"),
        ({}, "name one"),
        ({"day": 7, "start": "10am"}, "days 1 to 3"),
        ({"day": 0, "start": "10am"}, "days 1 to 3"),
        ({"start": "whenever"}, "as an hour"),
        ({"day": 1, "end": "when it suits"}, "as an hour"),
    ],
)
def test_hours_that_no_day_can_have(lisbon: Talk, arguments: dict[str, Any], says: str) -> None:
    """One sentence says what is wrong, and the trip stays as it was."""
    before = lisbon.trip
    outcome = lisbon("set_hours", **arguments)
    assert outcome.situation == "cannot" and says in outcome.facts["reason"]
    assert lisbon.trip == before


def test_hours_that_would_push_out_what_is_fixed(lisbon: Talk) -> None:
    """A visit fixed to an hour is named as what stands against a later start."""
    visit = lisbon.plan.days[0].sights[0]
    lisbon("pin_place", place=visit.place.name, time=f"{visit.arrival:%H:%M}")
    before = lisbon.trip
    for arguments in ({"day": 1, "start": "6pm"}, {"start": "6pm"}):
        outcome = lisbon("set_hours", **arguments)
        assert outcome.situation == "cannot"
        assert visit.place.name in outcome.facts["reason"] and "fixed" in outcome.facts["reason"]
        assert lisbon.trip == before


def test_what_is_fixed_to_a_day_moves_within_it(lisbon: Talk) -> None:
    """A pin without an hour holds the day: under a later start the place comes later."""
    name = lisbon.plan.days[1].sights[0].place.name
    lisbon("pin_place", place=name)
    assert lisbon("set_hours", day=2, start="1pm").situation == "hours"
    assert name in lisbon.names(2)
    assert lisbon.visit(name).pinned and lisbon.visit(name).arrival.time() >= time(13)


# -- free time


def test_a_day_is_kept_free(lisbon: Talk) -> None:
    """Nothing is planned on it, now or by later wishes; the other days stay to the minute."""
    before = lisbon.plan
    outcome = lisbon("keep_free", day=2)
    assert outcome.situation == "kept_free"
    assert outcome.facts == {"day": "day 2", "time": "all day"}
    assert lisbon.plan.days[1].visits == ()
    assert (lisbon.plan.days[0], lisbon.plan.days[2]) == (before.days[0], before.days[2])
    assert lisbon("explain_plan", day=2).situation == "kept_free"
    full = lisbon("add_place", place=lisbon.lacks(), day=2)
    assert full.situation == "cannot"
    lisbon("set_pace", pace="packed")
    lisbon("plan_days", interests=["art"])
    assert lisbon.plan.days[1].visits == () and lisbon.names(1) and lisbon.names(3)


def test_a_free_day_moves_along(lisbon: Talk) -> None:
    """Without the day before it, the free day has another number and stays free."""
    lisbon("keep_free", day=2)
    lisbon("shorten_trip", day=1)
    lisbon("set_pace", pace="packed")
    assert lisbon.plan.days[0].visits == () and lisbon.names(2)
    lisbon("shorten_trip", day=1)
    lisbon("set_pace", pace="balanced")
    assert lisbon.names(1)


def test_a_part_of_a_day_is_kept_free(lisbon: Talk) -> None:
    """Two hours stay empty on that day alone, whatever is planned later."""
    before = lisbon.plan
    outcome = lisbon("keep_free", day=3, time="2 to 4")
    assert outcome.facts == {"day": "day 3", "time": "from 14:00 to 16:00"}
    assert not _apart(before.days[2], time(14), time(16))
    assert _apart(lisbon.plan.days[2], time(14), time(16)) and lisbon.plan.days[2].visits
    assert lisbon.plan.days[:2] == before.days[:2]
    lisbon("set_pace", pace="packed")
    assert _apart(lisbon.plan.days[2], time(14), time(16))


def test_a_part_of_every_day_is_kept_free(lisbon: Talk) -> None:
    """The hours stay empty on all days, and on days that are added later."""
    outcome = lisbon("keep_free", time="from 15:00 to 17:00")
    assert outcome.facts == {"day": "every day", "time": "from 15:00 to 17:00"}
    lisbon("extend_trip", days=1)
    assert len(lisbon.plan.days) == 4
    for day in lisbon.plan.days:
        assert day.visits and _apart(day, time(15), time(17))


def test_a_free_evening_has_no_dinner(lisbon: Talk) -> None:
    """No dinner is planned into a free evening, and none is told as left out."""
    lisbon("keep_free", day=1, time="the evening")
    meals = [[visit.meal for visit in day.visits if visit.meal] for day in lisbon.plan.days]
    assert meals[0] == [MealKind.LUNCH] and meals[1] == [MealKind.LUNCH, MealKind.DINNER]
    assert lisbon.plan.left_out == ()


def test_a_short_rest_that_costs_a_meal_says_so(lisbon: Talk) -> None:
    """Who sleeps at noon hears that no lunch is planned; who has the afternoon eats then."""
    told = "That leaves no hour for lunch on day 2, so none is planned then."
    assert lisbon("keep_free", day=2, time="12:15 to 14:15").notes == (told,)
    assert lisbon("keep_free", day=1, time="3pm to 5pm").notes == ()
    assert lisbon("keep_free", day=1, time="noon to 5pm").notes == ()
    every = lisbon("keep_free", time="18:45 to 20:45").notes
    assert every == ("That leaves no hour for dinner on any day, so none is planned then.",)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "Which day"),
        ({"day": 5}, "days 1 to 3"),
        ({"day": 1, "time": "blue"}, "as a part of a day"),
        ({"day": 1, "time": "5pm to 3pm"}, "as a part of a day"),
        ({"day": 1, "time": "5pm to 5pm"}, "as a part of a day"),
        ({"time": ""}, "empty"),
    ],
)
def test_time_that_can_not_be_kept_free(lisbon: Talk, arguments: dict[str, Any], says: str) -> None:
    """One sentence says what is wrong, and the trip stays as it was."""
    before = lisbon.trip
    outcome = lisbon("keep_free", **arguments)
    assert outcome.situation == "cannot" and says in outcome.facts["reason"]
    assert lisbon.trip == before


def test_free_time_in_which_something_is_fixed(lisbon: Talk) -> None:
    """What is fixed to that hour is named, and only once it is let go the time is free."""
    visit = lisbon.plan.days[1].sights[-1]
    hour = visit.arrival.hour
    lisbon("pin_place", place=visit.place.name, time=f"{visit.arrival:%H:%M}")
    before = lisbon.trip
    for arguments in (
        {"day": 2, "time": f"{hour}:00 to {hour + 2}:00"},
        {"time": f"{hour}:00 to {hour + 2}:00"},
        {"day": 2},
    ):
        outcome = lisbon("keep_free", **arguments)
        assert outcome.situation == "cannot"
        assert visit.place.name in outcome.facts["reason"] and "fixed" in outcome.facts["reason"]
        assert lisbon.trip == before
    lisbon("unpin_place", place=visit.place.name)
    assert lisbon("keep_free", day=2, time=f"{hour}:00 to {hour + 2}:00").situation == "kept_free"
    assert _apart(lisbon.plan.days[1], time(hour), time(hour + 2))
