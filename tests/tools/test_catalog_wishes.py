"""Wishes of a new trip: must-sees, what to avoid, where one sleeps."""

from __future__ import annotations

from tests.tools.talk import Talk
from tools.money import convert
from tools.place import Category, Diet
from tools.trip import Itinerary, Pace


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


def test_a_must_see_that_several_places_could_be_is_told_with_their_names(talk: Talk) -> None:
    """They are there to be chosen from, in the file too; the one that is taken is in the plan."""
    outcome = talk("plan_days", destination="Lisbon", days=2, must_see=["church of São"])
    churches = ("Church of São Roque", "Church of São Domingos")
    assert outcome.facts["left_out"] == "church of São"
    assert [one.could_be for one in talk.plan.left_out] == [churches]
    assert Itinerary.from_json(talk.plan.to_json()).left_out == talk.plan.left_out
    talk("add_place", place=churches[1])
    assert churches[1] in talk.names()


def test_a_diet_without_meat_corrects_the_other_and_all_else_adds_up(talk: Talk) -> None:
    """What is vegan is vegetarian; a kitchen without gluten may be either, or halal."""

    def said(*diets: str) -> list[str]:
        return list(talk("plan_days", diet=list(diets)).trip.wishes.diet or ())

    assert said("vegan", "gluten_free") == ["vegan", "gluten_free"]
    assert said("vegetarian") == ["gluten_free", "vegetarian"]
    assert said("halal") == ["gluten_free", "vegetarian", "halal"]
    talk("plan_days", destination="Berlin", days=1, start_date="4 December")
    assert said("vegan") == ["gluten_free", "halal", "vegan"]
    assert talk.plan.request.diets == (Diet.GLUTEN_FREE, Diet.HALAL, Diet.VEGAN)
    assert "vegetarian" not in " ".join(entry.reason for entry in talk.plan.left_out)
    # both at once are two people's: they stand as they were said
    assert said("vegan", "vegetarian")[-2:] == ["vegan", "vegetarian"]


def test_a_kind_that_is_not_wanted_any_more_takes_older_wishes_with_it(lisbon: Talk) -> None:
    """The newer word counts, also for what was fixed; the answer tells what went for it."""
    lisbon("add_place", place="Tile Museum", day=2, time="14:00")
    lisbon("plan_days", must_see=["Coach Museum"])
    outcome = lisbon("plan_days", avoid=["museums"])
    assert not any(visit.place.category is Category.MUSEUM for visit in lisbon.plan.visits)
    assert lisbon.plan.request.pins == () and lisbon.plan.request.must_see == ()
    note = " ".join(outcome.notes)
    assert "National Tile Museum" in note and "Coach Museum" in note and "museums" in note


def test_a_wish_that_is_said_along_with_the_unwanted_kind_stays(lisbon: Talk) -> None:
    outcome = lisbon("plan_days", avoid=["museums"], must_see=["Tile Museum"])
    museums = [v.place.name for v in lisbon.plan.visits if v.place.category is Category.MUSEUM]
    assert museums == ["National Tile Museum"] and outcome.notes == ()


def test_a_narrow_kind_takes_only_older_wishes_that_are_called_so(lisbon: Talk) -> None:
    """A castle is no palace, though both are of one category; that it stays is told."""
    lisbon("add_place", place="São Jorge Castle")
    lisbon("add_place", place="Ajuda National Palace", day=3)
    outcome = lisbon("plan_days", avoid=["palaces"])
    assert "São Jorge Castle" in lisbon.names()
    assert "Ajuda National Palace" not in lisbon.names()
    went, stays = outcome.notes
    assert "Ajuda National Palace" in went and "São Jorge Castle" in stays
