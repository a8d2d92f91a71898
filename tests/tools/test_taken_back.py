"""What is told of a change that is taken back."""

from __future__ import annotations

from tests.tools.talk import Talk


def test_what_was_taken_back_is_told(lisbon: Talk) -> None:
    """So that one hears which change it was: a refused one is none, the one before it is."""
    lacks = lisbon.lacks()
    lisbon("add_place", place=lacks, day=2)
    lisbon("set_budget", budget=5000)
    assert lisbon("add_place", place="Narnia").situation == "unknown_place"
    assert lisbon("undo_change").notes == ("There is no budget any more.",)
    assert lisbon("undo_change").notes == (f"{lacks} is no longer in the plan.",)
    (again,) = lisbon("redo_change").notes
    assert again.startswith(f"{lacks} is on day 2 at ") and again.endswith(" again.")
    first = lisbon.plan.days[0].sights[0].place.name
    lisbon("pin_place", place=first)
    assert lisbon("undo_change").notes == (f"{first} is no longer fixed to day 1.",)
    lisbon("set_pace", pace="relaxed")
    assert lisbon("undo_change").notes == ("The pace is now balanced.",)
    lisbon("swap_days", day=1, other_day=3)
    assert any(first in note for note in lisbon("undo_change").notes)


def test_kinds_hours_and_lodging_that_came_back_are_told(lisbon: Talk) -> None:
    """Each, also where visits changed with them."""
    start, end = (f"{time:%H:%M}" for time in lisbon.plan.request.hours_on(2))
    lisbon("plan_days", avoid=["museums"])
    assert "Museums may be in the plan again." in lisbon("undo_change").notes
    assert "Museums are to be avoided again." in lisbon("redo_change").notes
    lisbon("set_hours", day=2, start="11:00", end="19:00")
    assert f"Day 2 is from {start} to {end} again." in lisbon("undo_change").notes
    assert "Day 2 is from 11:00 to 19:00 again." in lisbon("redo_change").notes
    lisbon("plan_days", day_start="10:30")
    assert any(note.startswith("Days are from") for note in lisbon("undo_change").notes)
    lisbon("plan_days", lodging="Belém Tower")
    assert "In Lisbon days start in the centre again." in lisbon("undo_change").notes
    assert "In Lisbon days start at Belém Tower again." in lisbon("redo_change").notes
