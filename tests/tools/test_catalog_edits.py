"""The edits as the model calls them: what was asked happens, what can't be is told."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from tests.tools.talk import Talk
from tools.money import convert
from tools.place import Category, MealKind
from tools.trip import Pace


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("add_place", {"place": "Belém Tower"}),
        ("remove_place", {"place": "Belém Tower"}),
        ("replace_place", {"place": "Belém Tower"}),
        ("move_place", {"place": "Belém Tower", "day": 1}),
        ("swap_days", {"day": 1, "other_day": 2}),
        ("pin_place", {"place": "Belém Tower"}),
        ("set_pace", {"pace": "relaxed"}),
        ("set_interests", {"interests": ["art"]}),
        ("set_budget", {"budget": 100}),
        ("set_dates", {"start_date": "tomorrow"}),
        ("extend_trip", {"days": 1}),
        ("shorten_trip", {"days": 1}),
        ("export_trip", {"format": "ics"}),
    ],
)
def test_edits_need_a_trip(talk: Talk, name: str, arguments: dict[str, Any]) -> None:
    """Without a trip an edit asks for what a trip would need."""
    assert talk(name, **arguments).situation == "need_destination"
    talk("plan_days", destination="Lisbon")
    outcome = talk(name, **arguments)
    assert outcome.situation == "need_days" and outcome.facts == {"city": "Lisbon"}


def test_add_place(lisbon: Talk) -> None:
    """A place comes on the day named, at the time told; again it is there; a kind is chosen."""
    lisbon("remove_place", place=lisbon.plan.days[1].sights[0].place.name)
    outcome = lisbon("add_place", place="the oceanarium", day=2)
    assert outcome.situation == "added" and outcome.facts["place"] == "Lisbon Oceanarium"
    assert outcome.facts["day"] == "day 2"
    visit = next(v for v in lisbon.plan.days[1].visits if v.place.id == "lisbon-oceanario")
    assert outcome.facts["time"] == f"{visit.arrival:%H:%M}"
    again = lisbon("add_place", place="Oceanarium")
    assert again.situation == "there" and again.facts == outcome.facts
    other = lisbon("add_place", place="Oceanarium", day=1)
    assert other.situation == "moved" and other.facts["day"] == "day 1"
    before = set(lisbon.names())
    kind = lisbon("add_place", place="a park")
    assert kind.facts["place"] not in before
    assert lisbon("add_place", place="Eiffel Towerr").situation == "unknown_place"
    assert lisbon("add_place", place="Carmo", day=7).situation == "cannot"
    assert lisbon("add_place", place="LX Factory", time="whenever").situation == "cannot"


def test_remove_place_by_name_kind_and_meal(lisbon: Talk) -> None:
    """A visit is found by a part of its name, as a meal, or as the only one of its kind."""
    lunch = next(v for v in lisbon.plan.days[0].visits if v.meal is MealKind.LUNCH).place.name
    outcome = lisbon("remove_place", place="lunch", day=1)
    assert outcome.facts == {"place": lunch, "day": "day 1"} and lunch not in lisbon.names()
    sight = lisbon.plan.days[2].sights[0].place
    assert lisbon("remove_place", place=f"the {sight.name} visit").facts["place"] == sight.name
    several = lisbon("remove_place", place="dinner")
    assert several.situation == "ambiguous"
    assert lisbon("remove_place", place="dinner on day 2").facts["day"] == "day 2"
    absent = lisbon("remove_place", place="beach")
    assert absent.situation == "cannot" and "no beach" in absent.facts["reason"]


def test_remove_place_that_is_not_there(lisbon: Talk) -> None:
    """Known but not in the trip, on another day, misspelt, unknown: each is told apart.

    What is not in the trip stays out of later plans, too.
    """
    names = lisbon.names()
    other = next(p for p in lisbon.services.store.places("lisbon") if p.name not in names)
    outcome = lisbon("remove_place", place=other.name)
    assert (outcome.situation, outcome.facts) == ("stays_out", {"place": other.name})
    assert lisbon.plan.request.avoid == (other.id,)
    first = max((v.place.name for v in lisbon.plan.days[0].sights), key=len)
    elsewhere = lisbon("remove_place", place=first, day=2)
    assert elsewhere.facts["reason"] == f"{first} is on day 1, not on day 2"
    typo = lisbon("remove_place", place=first[:-1] + "xq")
    assert typo.situation == "unknown_place" and typo.facts["suggestion"] == first
    assert lisbon("remove_place", place="Narnia").situation == "unknown_place"
    assert lisbon("remove_place", place="??").situation in ("cannot", "unknown_place")
    assert lisbon.names() == names


def test_replace_place(lisbon: Talk) -> None:
    """Another place of a kind, or the one named, comes instead on the same day."""
    old = lisbon.plan.days[0].sights[0].place.name
    outcome = lisbon("replace_place", place=old, category="park")
    if outcome.situation == "cannot":  # no park fits just there: the reason is told
        assert outcome.facts["reason"]
    else:
        assert outcome.facts["new"] in lisbon.names(1) and old not in lisbon.names()
    old = lisbon.plan.days[1].sights[-1].place.name
    outcome = lisbon("replace_place", place=old, replacement="Narnia")
    assert outcome.situation == "unknown_place"
    outcome = lisbon("replace_place", place=old)
    assert outcome.situation == "replaced" and outcome.facts["place"] == old
    assert outcome.facts["new"] in lisbon.names(2)


def test_move_and_pin(lisbon: Talk) -> None:
    """A moved place is on its new day; a pinned one stays when the trip changes."""
    name = lisbon.plan.days[0].sights[0].place.name
    assert lisbon("move_place", place=name, day=9).situation == "cannot"
    assert lisbon("move_place", place=name).situation == "cannot"
    moved = lisbon("move_place", place=name, day=3)
    assert moved.facts["day"] == "day 3" and name in lisbon.names(3)
    stay = lisbon.plan.days[1].sights[0].place.name
    pinned = lisbon("pin_place", place=stay)
    assert pinned.facts == {"place": stay, "day": "day 2"}
    lisbon("set_pace", pace="relaxed")
    assert stay in lisbon.names(2) and name in lisbon.names(3)


def test_a_word_that_says_more_than_its_kind(talk: Talk) -> None:
    """The cathedral is the one that is called so, planned or not, and no other church."""
    talk(
        "plan_days",
        destination="Porto",
        days=3,
        start_date="next Friday",
        avoid=["Porto Cathedral"],
    )
    churches = [v.place.name for v in talk.plan.visits if v.place.category is Category.WORSHIP]
    assert churches and "Porto Cathedral" not in churches
    moved = talk("move_place", place="the cathedral", day=3)
    assert moved.facts["place"] == "Porto Cathedral" and "Porto Cathedral" in talk.names(3)
    assert talk("pin_place", place="cathedral").facts["place"] == "Porto Cathedral"
    talk("remove_place", place="the cathedral")
    assert "Porto Cathedral" not in talk.names()
    told = talk("unpin_place", place="the cathedral")
    assert told.facts["reason"] == "Porto Cathedral is not in your trip"
    assert talk("add_place", place="the cathedral").facts["place"] == "Porto Cathedral"
    other = talk("add_place", place="another cathedral")
    assert other.facts["place"] not in ("Porto Cathedral", *churches)


def test_a_word_that_says_more_is_looked_for_in_all_cities_of_a_trip(talk: Talk) -> None:
    """The one cathedral may be in the second city; the first one's churches are not it."""
    talk("plan_days", destination="Istanbul", more_destinations=["Porto"], days_each=[2, 2],
         start_date="next Friday", avoid=["Porto Cathedral"])  # fmt: skip
    assert talk("add_place", place="the cathedral").facts["place"] == "Porto Cathedral"


@pytest.mark.parametrize("tool", ["move_place", "pin_place"])
def test_what_was_not_planned_yet_is_added_where_it_is_wanted(lisbon: Talk, tool: str) -> None:
    """Whether it is planned is not the traveller's worry; what the store lacks is said."""
    planned = {visit.place.id for visit in lisbon.plan.visits}
    places = lisbon.services.store.places("lisbon", categories=("museum",))
    absent = next(place.name for place in places if place.id not in planned)
    outcome = lisbon(tool, place=absent, day=2)
    assert outcome.situation == "added" and outcome.facts["day"] == "day 2"
    assert absent in lisbon.names(2)
    assert lisbon(tool, place="Narnia", day=2).situation == "unknown_place"


def test_pin_to_an_hour(lisbon: Talk) -> None:
    """A pin to an hour ("keep it at 11") holds to the quarter of an hour."""
    place = lisbon.plan.days[1].sights[0].place
    outcome = lisbon("pin_place", place=place.name, time="11am")
    if outcome.situation == "pinned":
        visit = next(v for v in lisbon.plan.visits if v.place.id == place.id)
        assert time(10, 45) <= visit.arrival.time() <= time(11, 15)
    else:
        assert outcome.situation == "cannot" and place.name in outcome.facts["reason"]


def test_pin_a_meal_of_a_day(lisbon: Talk) -> None:
    """Of three lunches, "lunch" on day 2 is that day's; so it is when moved to another hour."""
    lunches = [next(v for v in day.visits if v.meal is MealKind.LUNCH) for day in lisbon.plan.days]
    pinned = lisbon("pin_place", place="lunch", day=2)
    assert pinned.facts == {"place": lunches[1].place.name, "day": "day 2"}
    moved = lisbon("move_place", place="lunch", day=3, time="1pm")
    assert moved.facts["place"] == lunches[2].place.name and moved.facts["day"] == "day 3"
    assert lisbon("pin_place", place="lunch").situation == "ambiguous"
    sight = lisbon.plan.days[0].sights[0].place.name
    assert lisbon("pin_place", place=sight, day=2).facts == {"place": sight, "day": "day 2"}


def test_a_place_named_in_full_is_no_other(talk: Talk) -> None:
    """A church that is not in the trip does not mean the quarter that its name ends with."""
    church = "Santa Maria in Trastevere"
    talk("plan_days", destination="Rome", days=1, must_see=["Trastevere"], avoid=[church])
    before = talk.names()
    assert "Trastevere" in before
    for day in (None, 1):
        absent = talk("remove_place", place=church, day=day)
        assert (absent.situation, absent.facts) == ("stays_out", {"place": church})
    assert talk.names() == before


def test_swap_days(lisbon: Talk) -> None:
    """Two days change places; a day that is not there, or the same twice, is refused."""
    first = {v.place.id for v in lisbon.plan.days[0].sights}
    outcome = lisbon("swap_days", day=1, other_day=2)
    assert outcome.facts == {"day": "day 1", "day2": "day 2"}
    assert first & {v.place.id for v in lisbon.plan.days[1].sights}
    assert lisbon("swap_days", day=1, other_day=4).situation == "cannot"
    assert lisbon("swap_days", day=2, other_day=2).situation == "cannot"


def test_a_budget_may_change_the_one_that_stands(lisbon: Talk) -> None:
    """More, less, twice as much, in another currency; and nothing where none stands."""
    refused = lisbon("set_budget", budget="200 more")
    assert refused.situation == "cannot" and "no budget yet" in refused.facts["reason"]
    lisbon("set_budget", budget=600)
    for said, amount in (
        ("raise it by 200", 800),
        ("100 euros less", 700),
        ("double the budget", 1400),
        ("100 dollars more", 1400 + convert(100, "USD", "EUR")),
    ):
        assert lisbon("set_budget", budget=said).situation == "budget"
        assert lisbon.plan.request.budget == pytest.approx(amount)
        assert lisbon.trip.wishes.budget == pytest.approx(amount)
    assert lisbon("set_budget", budget="a heap").situation == "cannot"


def test_a_sum_for_each_is_for_as_many_as_travel(lisbon: Talk) -> None:
    """Of those who stand, of those who join in the same breath; where nobody was told it asks."""
    lisbon("set_budget", budget=600)
    asked = lisbon("set_budget", budget="50 more each")
    assert asked.situation == "cannot" and "how many" in asked.facts["reason"]
    lisbon("plan_days", travellers=4)
    lisbon("set_budget", budget="50 more each")
    assert lisbon.plan.request.budget == pytest.approx(800)
    lisbon("plan_days", travellers=["+", "Hilde"], budget="10 more each")
    assert lisbon.plan.request.budget == pytest.approx(850)


def test_a_party_may_change_the_one_that_stands(lisbon: Talk) -> None:
    lisbon("plan_days", travellers=4)
    for said, people in (("one more person", 5), ("two fewer people", 3), ("another kid", 4)):
        lisbon("plan_days", travellers=said)
        assert lisbon.plan.request.travellers == lisbon.trip.wishes.travellers == people
    assert lisbon("plan_days", travellers="a crowd").situation == "cannot"
    assert lisbon("plan_days", travellers="ten fewer people").situation == "cannot"
    assert lisbon.plan.request.travellers == 4


def test_who_joins_and_who_stays_at_home(lisbon: Talk) -> None:
    """The number is told, those who can't be counted are asked about, and nothing is lost."""
    lisbon("plan_days", travellers=4)
    joined = lisbon("plan_days", travellers=["+", "sister", "two friends"])
    assert joined.situation == "party" and joined.facts["people"] == "7 people"
    assert lisbon.plan.request.travellers == lisbon.trip.wishes.travellers == 7
    assert lisbon("plan_days", travellers=["-", "Bernd"]).facts["people"] == "6 people"
    asked = lisbon("plan_days", travellers=["-", "kids"])
    assert asked.situation == "cannot" and "how many" in asked.facts["reason"]
    assert lisbon("plan_days", travellers=["-", "nine friends"]).situation == "cannot"
    assert lisbon.plan.request.travellers == 6
    assert lisbon("plan_days", travellers=6).situation == "planned"
    both = lisbon("plan_days", travellers=["+", "aunt"], step_free=True)
    assert both.situation.startswith("planned") and both.changes[:2] == (
        "Every place is now free of steps.",
        "The trip is now for 7 travellers.",
    )


def test_who_joins_counts_from_what_was_said_last(lisbon: Talk) -> None:
    """Of another trip that still lacks its days, too; one who writes, where nobody said more."""
    assert lisbon("plan_days", travellers=["+", "wife"]).facts["people"] == "2 people"
    lisbon("plan_days", destination="Rome", travellers=4)
    lisbon("plan_days", travellers=["+", "sister"])
    assert lisbon.trip.wishes.travellers == 5


def test_what_no_longer_fits_is_told_before_the_party(lisbon: Talk) -> None:
    lisbon("plan_days", travellers=1, must_see=["Oceanário de Lisboa"])
    lisbon("set_budget", budget=lisbon.plan.cost.amount + 1, currency="EUR")
    more = lisbon("plan_days", travellers=["+", "three friends"])
    assert lisbon.plan.left_out and more.situation == "planned_left_out"
    assert more.changes[0] == "The trip is now for 4 travellers."


def test_another_start_counts_from_the_one_that_stands(lisbon: Talk) -> None:
    """Who says "a week later" of a trip in May means a week of May, told in an edit or a wish."""
    lisbon("set_dates", start_date="12 May 2027")  # a Wednesday
    for said, first in (
        ("a week later", date(2027, 5, 19)),
        ("the Friday", date(2027, 5, 21)),
        ("two days earlier", date(2027, 5, 19)),
        ("the 24th", date(2027, 5, 24)),
    ):
        assert lisbon("set_dates", start_date=said).situation != "cannot"
        assert lisbon.plan.request.start == first, said
        assert lisbon.trip.wishes.start_date == first.isoformat()
    lisbon("plan_days", start_date="3", end_date="2027-06-05")
    assert lisbon.plan.request.start == date(2027, 6, 3) and len(lisbon.plan.days) == 3
    lisbon("set_dates", start_date="24 May 2027")
    lisbon("plan_days", start_date="Saturday", pace="relaxed")
    assert lisbon.plan.request.start == date(2027, 5, 22)
    lisbon("plan_days", pace="packed")
    assert lisbon.plan.request.start == date(2027, 5, 22)


def test_pace_interests_budget_and_dates(lisbon: Talk) -> None:
    """Each wish for the whole trip reaches the request and the wishes."""
    assert lisbon("set_pace", pace="relaxed").facts == {"pace": "relaxed"}
    assert lisbon("set_interests", interests=["local_life", "food"]).facts == {
        "interests": "local life and food"
    }
    budget = lisbon("set_budget", budget=300, currency="USD")
    assert budget.facts["budget"] == f"{convert(300, 'USD', 'EUR'):.0f} EUR"
    dates = lisbon("set_dates", start_date="Tuesday 8 December")
    assert dates.facts == {"start": "Tue 8 Dec 2026"}
    request, wishes = lisbon.plan.request, lisbon.trip.wishes
    assert request.pace is Pace.RELAXED and request.start == date(2026, 12, 8)
    assert wishes.budget == 300 and wishes.currency == "USD" and wishes.pace is Pace.RELAXED
    assert wishes.start_date == "2026-12-08"
    for name, arguments in (
        ("set_budget", {"budget": 0}),
        ("set_dates", {"start_date": "1 May 2020"}),
        ("set_dates", {"start_date": "one day"}),
        ("set_pace", {"pace": "wild"}),
        ("set_interests", {"interests": ["cats"]}),
    ):
        assert lisbon(name, **arguments).situation == "cannot"
    assert lisbon.plan.request == request


def test_longer_and_shorter(lisbon: Talk) -> None:
    """Days are added and dropped; none, too many and all are refused."""
    assert lisbon("extend_trip", days=2).facts == {"days": "5 days"}
    assert lisbon("shorten_trip", day=2).facts == {"days": "4 days"}
    assert lisbon("shorten_trip", days=3).facts == {"days": "1 day"}
    for name, arguments in (
        ("extend_trip", {"days": 0}),
        ("extend_trip", {"days": 50}),
        ("shorten_trip", {"days": 1}),
        ("shorten_trip", {"day": 9}),
        ("shorten_trip", {"days": 0}),
    ):
        assert lisbon(name, **arguments).situation == "cannot"
    assert lisbon.trip.wishes.days == len(lisbon.plan.days) == 1


def test_undo_goes_back_step_by_step(lisbon: Talk) -> None:
    """Each undo takes one change back, up to the first plan."""
    plans = [lisbon.plan]
    for name, arguments in (
        ("set_pace", {"pace": "packed"}),
        ("swap_days", {"day": 1, "other_day": 2}),
        ("extend_trip", {"days": 1}),
    ):
        lisbon(name, **arguments)
        plans.append(lisbon.plan)
    for before in reversed(plans[:-1]):
        assert lisbon("undo_change").situation == "undone"
        assert lisbon.plan == before
    assert lisbon("undo_change").situation == "cannot"
    assert lisbon.plan == plans[0]


def test_undo_takes_all_wishes_back(lisbon: Talk) -> None:
    """A wish that was undone does not come back with the next one."""
    lisbon("plan_days", travellers=2, diet=["vegan"], step_free=True, good_for_kids=True)
    lisbon("undo_change")
    lisbon("plan_days", pace="relaxed")
    request = lisbon.plan.request
    assert request.travellers == 1 and not request.diets
    assert not request.step_free and not request.good_for_kids


def test_the_past_is_bounded(lisbon: Talk) -> None:
    """Fifty earlier versions are kept, the newest of them."""
    for number in range(55):
        lisbon("set_budget", budget=5000 - number)
    assert len(lisbon.trip.past) == 50
    assert lisbon.trip.past[-1].request.budget == 4947
