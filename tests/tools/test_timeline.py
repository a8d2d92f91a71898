"""Free time cut out of a day: minutes of the clock, of the plan, and back."""

from __future__ import annotations

from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from tests.tools.factories import planned, request
from tools.planning.numeric import Window
from tools.planning.timeline import Timeline
from tools.trip import FreeTime

GRID = 5
DAY = 24 * 60
SIESTA = (13 * 60, 15 * 60)


@st.composite
def stretches(draw: st.DrawFn) -> tuple[Window, ...]:
    """Up to four disjoint stretches of a day, ascending; some closer together than the grid."""
    edges = sorted(draw(st.lists(st.integers(0, DAY), max_size=8, unique=True)))
    return tuple(zip(edges[::2], edges[1::2], strict=False))


def _awake(free: tuple[Window, ...]) -> list[int]:
    """The minutes of a day in which something may happen, found one by one."""
    cut: set[int] = set()
    for opens, closes in free:
        cut.update(range(opens // GRID * GRID, (closes + GRID - 1) // GRID * GRID))
    return [minute for minute in range(2 * DAY) if minute not in cut]


@given(stretches(), st.integers(0, DAY))
def test_the_plan_counts_the_minutes_that_are_not_free(
    free: tuple[Window, ...], minute: int
) -> None:
    """A minute of the clock is as many on the plan as there were before it, free ones aside."""
    before = sum(1 for other in _awake(free) if other < minute)
    assert Timeline(free, GRID).to_plan(minute) == before


@given(stretches(), st.integers(0, DAY))
def test_a_minute_of_the_plan_is_told_by_the_clock(free: tuple[Window, ...], minute: int) -> None:
    """The nth minute of the plan is the nth that is not free."""
    assert Timeline(free, GRID).to_clock(minute) == _awake(free)[minute]


@given(stretches(), st.integers(0, DAY))
def test_the_way_to_the_clock_and_back_changes_nothing(
    free: tuple[Window, ...], minute: int
) -> None:
    """From the plan to the clock and back always; from the clock where it is not free."""
    timeline = Timeline(free, GRID)
    assert timeline.to_plan(timeline.to_clock(minute)) == minute
    back = timeline.to_clock(timeline.to_plan(minute))
    assert back >= minute and not set(range(minute, back)) & set(_awake(free))


@given(stretches(), st.integers(0, DAY), st.integers(0, DAY))
def test_what_comes_first_stays_first(free: tuple[Window, ...], one: int, other: int) -> None:
    """Order is kept both ways, and on the clock no two minutes of the plan become one."""
    timeline = Timeline(free, GRID)
    early, late = sorted((one, other))
    assert timeline.to_plan(early) <= timeline.to_plan(late)
    assert early == late or timeline.to_clock(early) < timeline.to_clock(late)


@given(stretches(), stretches(), st.integers(1, 300))
def test_a_stop_never_reaches_into_free_time(
    free: tuple[Window, ...], windows: tuple[Window, ...], duration: int
) -> None:
    """Just those starts are left whose whole stop lies beside the free time."""
    awake = _awake(free)
    place_of = {minute: n for n, minute in enumerate(awake)}
    possible = {
        place_of[start]
        for first, last in windows
        for start in range(first, last + 1)
        if start in place_of
        and place_of.get(start + duration - 1) == place_of[start] + duration - 1
    }
    found = Timeline(free, GRID).starts(windows, duration)
    assert {minute for a, b in found for minute in range(a, b + 1)} == possible


def test_a_siesta_is_no_time_at_all() -> None:
    """One who sits down at 13:00 goes on at 15:00, and all the hours after move up by two."""
    timeline = Timeline([SIESTA], GRID)
    assert {timeline.to_plan(minute) for minute in range(13 * 60, 15 * 60 + 1)} == {13 * 60}
    assert timeline.to_clock(13 * 60) == 15 * 60
    assert timeline.to_plan(18 * 60) == 16 * 60


def test_an_hour_in_a_museum_before_a_siesta_begins_by_noon() -> None:
    """A stop may end as the siesta begins, not a minute later; after it, any time will do."""
    (morning, afternoon) = Timeline([SIESTA], GRID).starts([(9 * 60, 17 * 60)], 60)
    assert morning == (9 * 60, 12 * 60)
    assert afternoon == (13 * 60, 15 * 60)  # on the clock 15:00 to 17:00


def test_a_planned_day_leaves_the_siesta_free() -> None:
    """Visits lie before and after it, none in it; the ways between have their time besides."""
    start, end = time(14), time(16, 30)
    made = planned(request(days=2, free=(FreeTime(None, start, end),)))
    for day in made.days:
        assert all(v.departure.time() <= start or v.arrival.time() >= end for v in day.visits)
        at = next(n for n, v in enumerate(day.visits) if v.arrival.time() >= end)
        before, after = day.visits[at - 1], day.visits[at]
        between = (after.arrival - before.departure).total_seconds() / 60
        assert at > 0 and between - 150 >= day.legs[at].minutes
