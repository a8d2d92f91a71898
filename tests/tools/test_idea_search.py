"""What a traveller may want to add, as they type: by any name, by kind, by cuisine."""

from __future__ import annotations

import pytest

from tests.tools.talk import Talk
from tools.actions import idea_search
from tools.actions.idea_search import Match, places_for_trip
from tools.errors import InvalidRequestError
from tools.place import Category, Interest, MealKind
from tools.planning.reasons import why_never
from tools.planning.score import sight_value


def _found(talk: Talk, query: str, limit: int = 8) -> tuple[Match, ...]:
    return places_for_trip(talk.services, talk.plan, query, limit)


def _names(talk: Talk, query: str, limit: int = 8) -> list[str]:
    return [match.place.name for match in _found(talk, query, limit)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Belém Tower", "Belém Tower"),
        ("BELEM T", "Belém Tower"),
        ("torre de bel", "Belém Tower"),
        ("tower bel", "Belém Tower"),
        ("the gulbenkian m", "Calouste Gulbenkian Museum"),
        ("gulbenk", "Calouste Gulbenkian Museum"),
        ("sé", "Lisbon Cathedral"),
        ("SE", "Lisbon Cathedral"),
        ("castelo de s", "São Jorge Castle"),
        ("sao jorge", "São Jorge Castle"),
    ],
)
def test_by_the_beginning_of_any_name(lisbon: Talk, query: str, first: str) -> None:
    """English, local or alias, whatever the case and accents, and words in any order."""
    assert _names(lisbon, query)[0] == first


@pytest.mark.parametrize(
    ("query", "category"),
    [
        ("museum", Category.MUSEUM),
        ("museums", Category.MUSEUM),
        ("viewpoin", Category.VIEWPOINT),
        ("churche", Category.WORSHIP),
        ("art galler", Category.GALLERY),
        ("zoo", Category.ZOO),
    ],
)
def test_by_its_kind(lisbon: Talk, query: str, category: Category) -> None:
    """Singular, plural, or the beginning of either; the foremost of the kind is among them."""
    found = [match.place for match in _found(lisbon, query)]
    every = lisbon.services.store.places("lisbon", categories=(category,))
    assert found[0].category is category
    assert {place.id for place in every[:2]} <= {place.id for place in found}


def test_a_kind_comes_before_names_of_little_weight(lisbon: Talk) -> None:
    """Who types "museum" gets the Gulbenkian before a small "Museum of ..."."""
    found = [match.place for match in _found(lisbon, "museum", 30)]
    assert found[0].name == "Calouste Gulbenkian Museum"
    assert any(place.name.startswith("Museum") for place in found)


def test_by_cuisine_meal_and_several_words(lisbon: Talk) -> None:
    seafood = [match.place for match in _found(lisbon, "seaf")]
    assert seafood and all("seafood" in place.cuisine for place in seafood)
    both = [match.place for match in _found(lisbon, "portuguese rest")]
    assert both and all(
        "portuguese" in place.cuisine and place.category is Category.RESTAURANT for place in both
    )
    dinner = [match.place for match in _found(lisbon, "dinner")]
    assert len(dinner) == 8 and all(MealKind.DINNER in place.meals for place in dinner)


def test_what_only_its_description_says_is_not_found(lisbon: Talk) -> None:
    """The traveller would not see why it is there."""
    places = lisbon.services.store.places("lisbon")
    described = {place.id for place in places if "tram" in place.summary.casefold().split()}
    named = {
        place.id
        for place in places
        if "tram" in " ".join((place.name, place.local_name, *place.aliases)).casefold()
    }
    found = {match.place.id for match in _found(lisbon, "tram", limit=100)}
    assert described - named
    assert found == named


def test_the_day_of_what_is_planned(lisbon: Talk) -> None:
    for number, day in enumerate(lisbon.plan.days, start=1):
        for visit in day.visits:
            (match,) = [m for m in _found(lisbon, visit.place.name) if m.place == visit.place]
            assert match.planned_on == number
    spare = next(m for m in _found(lisbon, "museum", 100) if m.planned_on is None)
    assert spare.place.name not in lisbon.names()


def test_a_misspelt_name_brings_what_was_meant(lisbon: Talk) -> None:
    assert _names(lisbon, "Belem Towr") == ["Belém Tower"]
    assert _names(lisbon, "qqqqqqq") == []
    assert _names(lisbon, "qq") == []


@pytest.mark.parametrize("query", ["", "  ", "?!"])
def test_without_a_word_the_best_that_the_trip_lacks(lisbon: Talk, query: str) -> None:
    """Sights in the order of what they are worth to this traveller; none that a wish rules out."""
    lisbon("set_interests", interests=["art"])
    lisbon("remove_place", place=lisbon.plan.days[0].sights[0].place.name)
    found = [match.place for match in _found(lisbon, query)]
    assert len(found) == 8
    assert not {place.name for place in found} & set(lisbon.names())
    assert not {place.id for place in found} & set(lisbon.plan.request.avoid)
    assert not any(place.category.is_food for place in found)
    worth = [sight_value(place, lisbon.plan.request) for place in found]
    assert worth == sorted(worth, reverse=True)
    liked = [place for place in found if Interest.ART in place.interests]
    assert len(liked) > len(found) / 2
    assert all(why_never(lisbon.plan, place) is None for place in found)


def test_who_likes_food_gets_ideas_to_eat(lisbon: Talk) -> None:
    lisbon("set_interests", interests=["food"])
    assert any(match.place.category.is_food for match in _found(lisbon, "", 20))


def test_step_free_ideas(talk: Talk) -> None:
    talk("plan_days", destination="Lisbon", days=2, start_date="next Friday", step_free=True)
    found = _found(talk, "", 20)
    assert len(found) == 20 and all(match.place.step_free for match in found)


def test_places_of_all_cities_of_the_trip_and_of_no_other(talk: Talk) -> None:
    talk(
        "plan_days",
        destination="Rome",
        more_destinations=["Florence"],
        days_each=[2, 2],
        start_date="next Friday",
    )
    assert {match.place.city for match in _found(talk, "museum", 30)} == {"rome", "florence"}
    assert _names(talk, "uffizi")[0].startswith("Uffizi")
    assert "Belém Tower" not in _names(talk, "belem tower")


@pytest.mark.parametrize(
    "query",
    ["belem", "se", "mus", "museums", "churche", "art gall", "portuguese rest", "dinner", "st p"],
)
def test_a_city_of_thousands_is_asked_by_its_index(
    lisbon: Talk, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the same answer."""
    looked_through = _found(lisbon, query)
    monkeypatch.setattr(idea_search, "_MANY", 0)
    assert _found(lisbon, query) == looked_through


def test_how_many(lisbon: Talk) -> None:
    assert len(_found(lisbon, "museum", 3)) == 3
    assert _found(lisbon, "museum", 3) == _found(lisbon, "museum", 8)[:3]
    with pytest.raises(InvalidRequestError, match="at least 1"):
        _found(lisbon, "museum", 0)
