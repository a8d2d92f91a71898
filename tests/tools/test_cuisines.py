"""A cuisine that is asked for, and what is of its kind."""

from __future__ import annotations

import pytest

from tests.tools.talk import Talk
from tools.cuisines import near_kinds, of_near_kinds, usual_kitchens
from tools.names import fold
from tools.outcome import Outcome
from tools.place import Diet
from tools.services import TravelServices
from tools.travel import great_circle_metres


def _found(services: TravelServices, city: str, cuisine: str, **asked: object) -> Outcome:
    return Talk(services)("find_places", location=city, cuisine=cuisine, **asked)


@pytest.mark.parametrize(
    ("city", "said", "kind"),
    [
        ("Buenos Aires", "asado", "steakhouse"),
        ("Rio de Janeiro", "steaks", "steakhouse"),
        ("Lisbon", "fish restaurants", "seafood"),
        ("New York", "burger", "burgers"),
        ("Tokyo", "noodles", "ramen"),
        ("Bangkok", "thai food", "thai"),
    ],
)
def test_what_is_of_a_cuisine_is_found(
    services: TravelServices, city: str, said: str, kind: str
) -> None:
    """By its other names, in the singular, with "food" behind it, or as one of its kinds."""
    found = _found(services, city, said)
    assert found.situation == "found"
    assert any(kind in place.cuisine for place in found.places)


def test_the_cuisine_itself_comes_before_its_kinds(services: TravelServices) -> None:
    found = _found(services, "Tokyo", "Japanese").places
    itself = ["japanese" in place.cuisine for place in found]
    assert any(itself) and itself == sorted(itself, reverse=True)
    assert len({place.id for place in found}) == len(found)


def test_a_diet_is_also_who_serves_it_well(services: TravelServices) -> None:
    """Kitchens of nothing else come first."""
    found = _found(services, "Copenhagen", "veggie").places
    assert "vegetarian" in found[0].cuisine and len(found) > 3
    assert all(Diet.VEGETARIAN in p.diets or "vegetarian" in p.cuisine for p in found)


@pytest.mark.parametrize("said", ["biryani", "a good biryani", "biryanis"])
def test_a_dish_leads_to_a_kitchen_that_is_known_for_it(
    services: TravelServices, said: str
) -> None:
    """Which is called by its country or its creed; the lanes where one gets it are no kitchens."""
    found = _found(services, "Delhi", said)
    assert found.situation == "found"
    assert all("biryani" in p.summary.lower() and p.category.is_food for p in found.places)
    assert not any("biryani" in place.cuisine for place in found.places)


def test_what_a_kitchen_does_without_is_none_of_its_dishes(services: TravelServices) -> None:
    """Its summary has the word, too."""
    seoul = services.store.places("seoul")
    without = services.store.find_by_name("Plantude", "seoul")
    assert without in seoul and "without any meat" in without.summary
    found = of_near_kinds("meat", lambda _: (), lambda: seoul, lambda place: (0, place.name))
    assert found and without not in found


@pytest.mark.parametrize(
    ("said", "kitchen"), [("pierogi", "polish"), ("a good biryani", "indian"), ("dosas", "indian")]
)
def test_a_dish_that_nobody_is_told_to_have_leads_to_its_kitchens(
    services: TravelServices, said: str, kitchen: str
) -> None:
    """They are called what they are, and that the dish is not known of them is told."""
    assert fold(usual_kitchens(said)[0]) == kitchen
    found = _found(services, "London", said)
    assert found.facts["category"] == f"{kitchen.capitalize()} places"
    assert f"it has {said}" in found.notes[0]
    kitchens = near_kinds(kitchen)  # Punjabi ones, too
    assert all(any(one in place.cuisine for one in kitchens) for place in found.places)


def test_the_nearest_kitchen_comes_first(services: TravelServices) -> None:
    """Of all in which the dish is usual."""
    near = services.store.find_by_name("Borough Market", "london")
    assert near is not None
    found = _found(services, "London", "fish and chips", near=near.name)
    ways = [great_circle_metres(near.coordinates, p.coordinates) for p in found.places]
    assert found.facts["category"] == "British and pub places" and len(ways) > 3
    assert ways == sorted(ways)


def test_no_kitchen_is_made_up_for_a_dish(services: TravelServices) -> None:
    assert usual_kitchens("moon cheese") == () == usual_kitchens(" ")
    assert usual_kitchens("poutine") and _found(services, "Lisbon", "poutine").notes == ()


def test_what_is_wanted_besides_still_holds(services: TravelServices) -> None:
    """And it is not said that a city has no restaurants where it has none of the cuisine."""
    found = _found(services, "Sydney", "fish", step_free=True)
    assert found.places and all(place.step_free for place in found.places)
    none = _found(services, "Lisbon", "moon cheese", categories=["restaurant"])
    assert none.facts["category"] == "moon cheese restaurants"


def test_nothing_is_promised_that_a_kitchen_need_not_have(services: TravelServices) -> None:
    """Sushi is Japanese, and not every Japanese kitchen has sushi."""
    assert "sushi" in near_kinds("Japanese food") and "japanese" not in near_kinds("sushi")
    assert near_kinds("street food")[0] == "street food" and near_kinds(" ") == ()
    assert _found(services, "Lisbon", "moon cheese").situation == "found_none"


def test_a_visit_and_a_newcomer_by_such_a_word(services: TravelServices) -> None:
    talk = Talk(services)
    talk("plan_days", destination="Buenos Aires", days=2, start_date="next Friday")
    held = {visit.place.id for visit in talk.plan.visits}
    talk("add_place", place="a steak place", day=2)
    new = [visit.place for visit in talk.plan.visits if visit.place.id not in held]
    assert any(place.cuisine == "steakhouse" for place in new)


def test_what_is_denied_behind_a_dish_is_not_served(services: TravelServices) -> None:
    """Nor is meat by a vegan kitchen, whatever its summary compares it with."""
    london = services.store.places("london")
    free = next(p for p in london if p.category.is_food and "meat-free" in p.summary.casefold())
    assert free not in of_near_kinds("meat", lambda _: (), lambda: london, lambda p: (0, p.name))


@pytest.mark.parametrize("said", ["old", "hot", "tourist", "lunch"])
def test_a_word_that_is_no_dish_finds_nothing(services: TravelServices, said: str) -> None:
    london = services.store.places("london")
    assert of_near_kinds(said, lambda _: (), lambda: london, lambda p: (0, p.name)) == ()
