"""What nobody asked for gives way to what was asked for where the budget holds but one of them."""

from __future__ import annotations

from tests.tools.talk import Talk


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
