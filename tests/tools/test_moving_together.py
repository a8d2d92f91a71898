"""Two moves of one message that only work together."""

from __future__ import annotations

import pytest

from tests.tools.talk import Talk
from tools.catalog import perform
from tools.check import check

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
