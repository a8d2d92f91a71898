"""With children an hour after lunch stays free, until the traveller wants something else then."""

from __future__ import annotations

from datetime import time

from tests.tools.talk import Talk
from tools.childrens_rest import CHILDRENS_REST
from tools.export import markdown
from tools.trip import Day, FreeTime, Visit


def _family(talk: Talk, days: int = 2) -> None:
    talk(
        "plan_days", destination="Lisbon", days=days, start_date="4 December", good_for_kids=True,
    )  # fmt: skip


def _busy(day: Day, start: time, end: time) -> list[Visit]:
    return [v for v in day.visits if v.arrival.time() < end and v.departure.time() > start]


def test_nothing_is_planned_in_the_childrens_rest(talk: Talk) -> None:
    """On no day, and lunch is had all the same."""
    _family(talk, days=3)
    assert talk.plan.request.free == (CHILDRENS_REST,)
    for day in talk.plan.days:
        assert not _busy(day, CHILDRENS_REST.start, CHILDRENS_REST.end)
        assert any(visit.meal == "lunch" for visit in day.visits)


def test_children_who_come_along_later_get_their_rest(talk: Talk) -> None:
    """Also beside time that was kept free before."""
    talk("plan_days", destination="Lisbon", days=2, start_date="4 December")
    talk("keep_free", day=1, time="from 17:00 to 18:00")
    talk("plan_days", good_for_kids=True)
    assert talk.plan.request.free == (FreeTime(1, time(17), time(18)), CHILDRENS_REST)
    talk("set_pace", pace="relaxed")
    assert CHILDRENS_REST in talk.plan.request.free


def test_the_rest_is_where_the_family_wants_it(talk: Talk) -> None:
    """An hour of their own for every day takes the usual one's place."""
    _family(talk)
    talk("keep_free", time="from 13:00 to 15:00")
    assert talk.plan.request.free == (FreeTime(None, time(13), time(15)),)
    talk("plan_days", travellers=4)
    assert talk.plan.request.free == (FreeTime(None, time(13), time(15)),)


def test_a_place_fixed_to_that_hour_comes_before_the_rest(talk: Talk) -> None:
    """On its day alone."""
    _family(talk)
    talk("add_place", place="Oceanário", day=1, time="at 3pm")
    assert talk.plan.request.free == (FreeTime(2, CHILDRENS_REST.start, CHILDRENS_REST.end),)
    assert _busy(talk.plan.days[0], CHILDRENS_REST.start, CHILDRENS_REST.end)


def test_it_gives_way_on_one_day_after_another(talk: Talk) -> None:
    """Also where what was fixed to that hour moves from the day that lost its rest for it."""
    _family(talk, days=3)
    talk("add_place", place="Oceanário", day=1, time="at 3pm")
    assert talk("move_place", place="Oceanário", day=2, time="at 3pm").situation == "moved"
    assert _busy(talk.plan.days[1], CHILDRENS_REST.start, CHILDRENS_REST.end)
    assert FreeTime(3, CHILDRENS_REST.start, CHILDRENS_REST.end) in talk.plan.request.free


def test_people_see_the_rest(talk: Talk) -> None:
    """In what they take along; other free time is told as such."""
    _family(talk, days=1)
    talk("keep_free", time="from 18:00 to 19:00")
    text = markdown.render(talk.plan)
    assert "**14:30\N{EN DASH}15:30** Rest for the children" in text
    assert "**18:00\N{EN DASH}19:00** Kept free" in text
