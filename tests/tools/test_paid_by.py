"""What nobody asked for gives way to what was asked for where the budget holds but one of them."""

from __future__ import annotations

from dataclasses import replace

from tests.tools.factories import PLACES, planned, request
from tests.tools.talk import Talk
from tools.editing.places import paid_by


def test_dear_stops_of_other_days_make_way_for_a_wish(lisbon: Talk) -> None:
    """And it is told which; days that lose nothing stay as they are."""
    dinner = next(v.place.name for v in lisbon.plan.days[1].visits if v.meal == "dinner")
    lisbon("pin_place", place=dinner)
    budget = float(round(lisbon.plan.cost.amount) + 1)
    lisbon("set_budget", budget=budget, currency="EUR")
    before = lisbon.plan
    cheap = sum(v.price.amount for v in before.days[1].visits if v.place.name != dinner)
    assert cheap + budget - before.cost.amount < 25, "the day itself can't pay for it"
    outcome = lisbon("add_place", place="Oceanarium", day=2, time="3pm")
    assert outcome.situation == "added", outcome.facts
    assert lisbon.plan.cost.amount <= budget and dinner in lisbon.names(2)
    still = lisbon.names()
    gone = [v.place.name for n in (0, 2) for v in before.days[n].visits]
    gone = [name for name in gone if name not in still]
    assert gone and any(
        all(name in told for name in gone) for told in outcome.changes if "the budget" in told
    )
    for old, new in zip(before.days, lisbon.plan.days, strict=True):
        kept = {v.place.id for v in old.visits} == {v.place.id for v in new.visits}
        assert not kept or old == new


def test_no_budget_is_given_as_the_reason_where_there_is_none() -> None:
    """Of the same loss on another day it is told where there is one."""
    old = planned(request(days=2), PLACES)
    first, second = old.days
    *others, lost = second.visits
    new = replace(old, days=(first, replace(second, visits=tuple(others))))
    assert paid_by(old, new, 1) == ""
    bounded = replace(new, request=replace(new.request, budget=60.0))
    assert paid_by(old, bounded, 1).startswith(f"{lost.place.name} made way for it")
