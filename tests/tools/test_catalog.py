"""Every tool of the catalog: what it does, and what it says to bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from tests.tools.talk import Talk
from tools.actions.kinds import category_named, plural
from tools.catalog import CATALOG, catalog_hash, schemas
from tools.money import convert
from tools.outcome import Outcome, Trip
from tools.place import Category, MealKind
from tools.services import open_services
from tools.trip import Pace

Do = Callable[..., Outcome]


def test_names_are_those_that_stay() -> None:
    """The catalog's names and order are those that models are trained and measured on."""
    assert " ".join(tool.name for tool in CATALOG) == (
        "geocode find_places plan_days add_place remove_place replace_place move_place swap_days "
        "pin_place unpin_place set_pace set_interests set_budget set_dates set_hours keep_free "
        "extend_trip shorten_trip add_city explain_plan "
        "undo_change redo_change export_trip check_opening travel_time look_up convert_currency"
    )
    assert all(tool.description.endswith(".") for tool in CATALOG)
    assert len(catalog_hash()) == 16
    assert set(schemas()["plan_days"]["properties"]) >= {"destination", "days", "start_date"}


# -- planning


def test_plan_days(lisbon: Talk) -> None:
    """A city, days and a date become a plan, told in short facts."""
    facts = lisbon("plan_days").facts
    assert facts["city"] == "Lisbon" and facts["days"] == "3 days"
    assert facts["start"] == "Fri 4 Dec 2026" and facts["cost"].endswith(" EUR")
    assert facts["day1_a"] in lisbon.names(1) and facts["day2_a"] in lisbon.names(2)
    assert lisbon.plan.request.start == date(2026, 12, 4)


def test_asking_for_the_plan_changes_nothing(lisbon: Talk) -> None:
    """`plan_days` without a new wish shows what stands."""
    before = lisbon.trip
    assert lisbon("plan_days").situation == "planned"
    assert lisbon("plan_days", destination="Lisbon").trip == before


def test_wishes_are_collected_until_they_suffice(talk: Talk) -> None:
    """Days, then city, then the rest: what was said before is not asked again."""
    assert talk("plan_days", pace="relaxed").situation == "need_destination"
    outcome = talk("plan_days", destination="Rome")
    assert outcome.situation == "need_days" and outcome.facts == {"city": "Rome"}
    assert talk("plan_days", days=2).situation == "assumed_date"
    assert talk.plan.request.city.id == "rome" and talk.plan.request.pace is Pace.RELAXED
    assert talk.plan.request.start == date(2026, 11, 24)
    assert "tomorrow" in talk.plan.notes[0]


def test_dates_give_the_days(talk: Talk) -> None:
    """A first and a last day are enough."""
    talk("plan_days", destination="Rome", start_date="28 December", end_date="2 January")
    assert talk.plan.request.start == date(2026, 12, 28) and len(talk.plan.days) == 6


def test_a_whole_wish_list(talk: Talk) -> None:
    """Every argument reaches the request; what was not understood is told."""
    outcome = talk(
        "plan_days", destination="Lisboa", days=2, start_date="4 December", travellers=2,
        budget=500, currency="GBP", pace="packed", interests=["art"],
        must_see=["Belem Tower", "Foo Palace"], avoid=["churches", "Oceanarium", "Narnia"],
        lodging="Hotel Nowhere", diet=["vegetarian"], good_for_kids=True,
    )  # fmt: skip
    assert outcome.situation == "planned_left_out"
    assert outcome.facts["left_out"] == "Foo Palace"
    request = talk.plan.request
    assert request.travellers == 2 and request.pace is Pace.PACKED and request.good_for_kids
    assert request.budget == convert(500, "GBP", "EUR") and request.lodging is None
    assert request.avoid_categories == ("worship",)
    assert request.avoid == ("lisbon-oceanario",)
    assert "Belém Tower" in talk.names()
    assert not any(visit.place.category is Category.WORSHIP for visit in talk.plan.visits)
    notes = " ".join(talk.plan.notes)
    assert "GBP" in notes and "Hotel Nowhere" in notes and "Narnia" in notes


def test_lodging_at_a_known_place(talk: Talk) -> None:
    """Days start where the travellers sleep, when that is known."""
    talk("plan_days", destination="Lisbon", days=1, lodging="Time Out Market")
    request = talk.plan.request
    place = talk.services.store.find_by_name("Time Out Market", "lisbon")
    assert request.lodging == place.coordinates and request.lodging_name == "Time Out Market"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"days": 0}, "at least 1 day"),
        ({"days": -3}, "at least 1 day"),
        ({"days": 400}, "at most 21"),
        ({"days": 2, "start_date": "12 May 2020"}, "is past"),
        ({"start_date": "10 June", "end_date": "5 June"}, "can't end"),
        ({"start_date": "2027-06-10", "end_date": "2027-06-05"}, "can't end"),
        ({"days": 9, "start_date": "1 June", "end_date": "5 June"}, "5 days, not 9"),
        ({"days": 2, "start_date": "when it suits"}, "as a date"),
        ({"days": 2, "budget": 0}, "more than 0"),
        ({"days": 2, "budget": -5}, "more than 0"),
        ({"days": 2, "travellers": 0}, "at least 1 traveller"),
        ({"days": 2, "travellers": 100000}, "travellers"),
        ({"days": "many"}, "whole number"),
        ({"days": 2, "pace": "frantic"}, "relaxed"),
        ({"days": 2, "breakfast": True}, "breakfast"),
        ({"days": 2, "interests": []}, "empty"),
    ],
)
@pytest.mark.parametrize("planned", [False, True])
def test_plan_days_refuses_with_one_sentence(
    talk: Talk, arguments: dict[str, Any], says: str, planned: bool
) -> None:
    """Impossible numbers and dates: one sentence why, and the trip as it was."""
    if planned:
        talk("plan_days", destination="Lisbon", days=1, start_date="next Friday")
    before = talk.trip
    outcome = talk("plan_days", destination="Lisbon", **arguments)
    assert outcome.situation == "cannot" and says in outcome.facts["reason"]
    assert outcome.facts["reason"].count(". ") == 0
    assert talk.trip == before


def test_cities_that_can_not_be_planned(talk: Talk) -> None:
    """A typo, a city without places, namesakes, and nonsense each get their own answer."""
    typo = talk("plan_days", destination="Lisbn", days=2)
    assert typo.situation == "unknown_place"
    assert typo.facts == {"name": "Lisbn", "suggestion": "Lisbon"}
    lyon = talk("plan_days", destination="Lyon", days=2)
    assert lyon.situation == "unknown_city"
    assert lyon.facts["city"] == "Lyon" and lyon.facts["city_a"] == "Milan"
    springfield = talk("plan_days", destination="Springfield", days=2)
    assert springfield.situation == "ambiguous"
    assert springfield.facts["option_a"] != springfield.facts["option_b"]
    assert talk("plan_days", destination="Qwxzzy", days=2).situation == "unknown_place"
    assert talk("plan_days", destination="???", days=2).situation == "cannot"
    assert talk.trip == Trip()


@pytest.mark.parametrize("said", ["lisbon", "LISBOA", "Lisbon, Portugal", "the city of Lisbon"])
def test_ways_to_name_a_city(talk: Talk, said: str) -> None:
    """Another case, language or a country are no obstacle; other words are asked about."""
    outcome = talk("plan_days", destination=said, days=1)
    assert outcome.facts.get("city") == "Lisbon" or outcome.situation == "unknown_place"


def test_must_sees_that_can_not_both_fit(talk: Talk) -> None:
    """Of two wishes that exclude each other the plan holds one, and says why not the other."""
    outcome = talk(
        "plan_days", destination="Lisbon", days=1, start_date="4 December", budget=20,
        must_see=["Belém Tower", "São Jorge Castle"],
    )  # fmt: skip
    assert outcome.situation == "planned_left_out"
    assert {"Belém Tower", "São Jorge Castle"} & set(talk.names())
    assert outcome.facts["left_out"] in {"Belém Tower", "São Jorge Castle"}
    assert "budget" in outcome.facts["reason"]


def test_another_city_keeps_the_party(lisbon: Talk) -> None:
    """Who travels and how stays; dates, budget and names of the old city do not."""
    lisbon("plan_days", travellers=3, diet=["vegetarian"], budget=2000)
    lisbon("set_pace", pace="relaxed")
    assert lisbon("plan_days", destination="Rome").situation == "need_days"
    assert lisbon.plan.request.city.id == "lisbon"
    lisbon("plan_days", days=2)
    request = lisbon.plan.request
    assert request.city.id == "rome" and request.travellers == 3 and request.budget is None
    assert request.pace is Pace.RELAXED and [d.value for d in request.diets] == ["vegetarian"]
    lisbon("undo_change")
    assert lisbon.plan.request.city.id == "lisbon" and lisbon.trip.wishes.destination == "Lisbon"


def test_only_the_length_changes(lisbon: Talk) -> None:
    """`plan_days` with other days keeps all days that stay."""
    before = lisbon.plan
    lisbon("plan_days", days=4)
    assert lisbon.plan.days[:3] == before.days
    lisbon("plan_days", days=2)
    assert len(lisbon.plan.days) == 2
    assert lisbon.plan.request.start == before.request.start


def test_money_in_another_currency_is_told_with_its_rate(lisbon: Talk) -> None:
    """The note says so, holds for the last budget alone, and a bare amount keeps the currency."""
    lisbon("plan_days", budget=500, currency="GBP")
    assert len(lisbon.plan.notes) == 1
    assert "500 GBP" in lisbon.plan.notes[0] and "by the rate of 2026" in lisbon.plan.notes[0]
    lisbon("plan_days", budget=600)
    assert len(lisbon.plan.notes) == 1 and "600 GBP" in lisbon.plan.notes[0]
    lisbon("set_budget", budget=700)
    assert len(lisbon.plan.notes) == 1 and "700 GBP" in lisbon.plan.notes[0]
    lisbon("plan_days", budget=700, currency="EUR")
    assert not lisbon.plan.notes and lisbon.plan.request.budget == 700


def test_a_date_once_said_was_not_assumed(talk: Talk) -> None:
    """The note of an assumed first day goes when the traveller says just that day."""
    talk("plan_days", destination="Lisbon", days=1)
    assert "no date" in talk.plan.notes[0]
    talk("plan_days", pace="relaxed")
    assert "no date" in talk.plan.notes[0]
    talk("plan_days", start_date="tomorrow")
    assert talk.plan.notes == ()


def test_an_end_far_ahead_is_no_end_before_the_start(talk: Talk) -> None:
    """A year between two dates is too long a trip, and the reason says that."""
    far = talk(
        "plan_days", destination="Lisbon", start_date="1 December 2026", end_date="1 December 2027"
    )
    assert "366 days" in far.facts["reason"]


def test_back_to_the_city_of_the_plan(lisbon: Talk) -> None:
    """A city named without days is forgotten when one returns to that of the plan."""
    assert lisbon("plan_days", destination="Rome").situation == "need_days"
    lisbon("plan_days", destination="Lisbon")
    lisbon("plan_days", days=4)
    assert lisbon.plan.request.city.id == "lisbon" and len(lisbon.plan.days) == 4


def test_reasons_are_clauses(talk: Talk) -> None:
    """What is left out reads well after "because", without a full stop or a question."""
    talk("plan_days", destination="Lisbon", days=1, must_see=["Foo", "Belem Towr", "...", "Museu"])
    reasons = [entry.reason for entry in talk.plan.left_out]
    assert len(reasons) >= 3 and all(reason[-1] not in ".?" for reason in reasons)
    assert any("Belém Tower" in reason for reason in reasons)


def test_edits_outlive_a_new_wish(lisbon: Talk) -> None:
    """What was removed, added and pinned stays so when the whole trip is planned again."""
    gone = lisbon.plan.days[0].sights[0].place.name
    lisbon("remove_place", place=gone)
    lisbon("add_place", place="Lisbon Oceanarium", day=2)
    lisbon("plan_days", travellers=2)
    assert gone not in lisbon.names() and "Lisbon Oceanarium" in lisbon.names(2)


# -- edits


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


# -- looking


def test_find_places(lisbon: Talk) -> None:
    """All that was asked for holds of what is found; the trip's city is meant by default."""
    found = lisbon("find_places", categories=["museum"])
    assert found.situation == "found" and found.facts["city"] == "Lisbon"
    assert found.facts["category"] == "museums"
    assert found.facts["n"] == str(len(found.places)) and found.facts["a"] == found.places[0].name
    assert all(place.category is Category.MUSEUM for place in found.places)
    free = lisbon("find_places", location="London", free_entry=True, good_for_kids=True)
    assert all(place.free_entry and place.good_for_kids for place in free.places)
    assert 0 < len(free.places) <= 12
    near = lisbon("find_places", near="Belém Tower", categories=["restaurant", "cafe"])
    assert near.facts["category"] == "restaurants and cafes"
    roman = lisbon("find_places", location="Rome", cuisine="Roman", open_at="Sunday evening")
    assert roman.situation == "found" and roman.facts["category"] == "Roman places"
    none = lisbon("find_places", location="Kyoto", cuisine="Peruvian")
    assert none.situation == "found_none" and none.facts["city"] == "Kyoto"


def test_find_places_in_a_quarter(lisbon: Talk) -> None:
    """A quarter for a location gives what is nearest to it, in the trip's city or another."""
    assert lisbon("find_places", location="Alfama", categories=["museum"]).facts["a"] == (
        "Fado Museum"
    )
    montmartre = lisbon("find_places", location="Montmartre", categories=["worship"])
    assert montmartre.facts["a"] == "Sacré-Cœur"


def test_find_places_with_bad_input(talk: Talk) -> None:
    """No city, an unknown one, one without places, an unknown neighbour, an unreadable hour."""
    assert talk("find_places").situation == "need_destination"
    assert talk("find_places", location="Qwxzzy").situation == "unknown_place"
    assert talk("find_places", location="Lyon").situation == "unknown_city"
    unknown = talk("find_places", location="Rome", near="Narnia")
    assert unknown.situation == "unknown_place" and unknown.facts["name"] == "Narnia"
    assert talk("find_places", location="Rome", open_at="whenever").situation == "cannot"
    assert talk("find_places", location="Rome", categories=["spaceport"]).situation == "cannot"


def test_geocode(talk: Talk) -> None:
    """Cities, places of any known city, namesakes and misspellings."""
    lisbon = talk("geocode", query="Lisbon")
    assert lisbon.facts["name"] == "Lisbon" and lisbon.facts["country"] == "Portugal"
    assert abs(float(lisbon.facts["lat"]) - 38.72) < 0.1
    colosseum = talk("geocode", query="the Colosseum")
    assert colosseum.facts["name"] == "Colosseum, Rome" and len(colosseum.places) == 1
    assert talk("geocode", query="Nairobi").facts["country"] == "Kenya"
    assert talk("geocode", query="Springfield").situation == "ambiguous"
    assert talk("geocode", query="Qwxzzy").situation == "unknown_place"


def test_geocode_takes_no_part_of_a_name(talk: Talk) -> None:
    """Without a trip a kind or half a name is no place of whichever city has one."""
    assert talk("geocode", query="Cathedral").situation == "unknown_place"
    assert talk("geocode", query="Castle").situation == "unknown_place"
    museum = talk("geocode", query="National Museum")
    assert museum.situation != "located" or museum.facts["name"].startswith("National Museum,")


@pytest.mark.parametrize("format", ["markdown", "ics", "geojson", "json"])
def test_export_trip(lisbon: Talk, format: str) -> None:
    """Each format gives a named file with content, and changes nothing."""
    before = lisbon.trip
    outcome = lisbon("export_trip", format=format)
    assert outcome.export is not None and outcome.export.content
    assert outcome.facts["file"] == outcome.export.filename
    assert lisbon.trip == before


def test_calls_that_make_no_sense(lisbon: Talk) -> None:
    """Unknown tools, missing and surplus arguments: one sentence each, nothing changed."""
    before = lisbon.trip
    for name, arguments in (
        ("book_flight", {}),
        ("add_place", {}),
        ("add_place", {"place": ""}),
        ("add_place", {"place": "x" * 200}),
        ("swap_days", {"day": 1}),
        ("undo_change", {"steps": 2}),
        ("export_trip", {"format": "pdf"}),
    ):
        outcome = lisbon(name, **arguments)
        assert outcome.situation == "cannot" and not outcome.facts["reason"].endswith(".")
    assert lisbon.trip == before


# -- words


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("museums", Category.MUSEUM),
        ("a church", Category.WORSHIP),
        ("the synagogues", Category.WORSHIP),
        ("art galleries", Category.GALLERY),
        ("any beaches", Category.BEACH),
        ("Louvre", None),
        ("British Museum", None),
    ],
)
def test_kinds(said: str, category: Category | None) -> None:
    """Kinds are known in singular and plural; names are no kinds."""
    assert category_named(said) is category


def test_plurals() -> None:
    """Kinds are told in the plural, none as places."""
    assert plural([]) == "places"
    assert plural([Category.GALLERY]) == "galleries"
    assert plural([Category.MUSEUM, Category.PARK]) == "museums and parks"


def test_the_store_folder_may_be_new(tmp_path: Path) -> None:
    """`open_services` builds what is missing in a folder that is not there yet."""
    opened = open_services(tmp_path / "not" / "yet")
    assert len(opened.store.cities()) >= 12
    opened.close()
