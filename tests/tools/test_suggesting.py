"""Other places for a visit: each really fits, they differ, and what is said of them is true."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from tests.tools import factories
from tests.tools.factories import (
    FRIDAY,
    LONDON,
    NAPLES,
    PLACES,
    ROME,
    TRAVEL,
    by_id,
    food,
    planned,
    request,
    sight,
    toured,
)
from tools import editing
from tools.check import check
from tools.editing import Planner, Suggestion
from tools.errors import InfeasibleError, InputError, InvalidRequestError, UnknownPlaceError
from tools.place import Category, Diet, Interest, MealKind, Place
from tools.planning import plan
from tools.planning.rain import Rain
from tools.trip import Itinerary, LeftOut, Pace, Pin, TripRequest, Visit

PLANNER = Planner(PLACES, TRAVEL, iterations=40, today=date(2026, 11, 23))
SMALL = planned(request(days=2, pace=Pace.RELAXED))
MEALS = (food("inn", north=0.1), food("cellar", north=-0.1))
OLD = sight("old", price=12, importance=90)


def _at(itinerary: Itinerary, place_id: str) -> tuple[int, Visit]:
    return next(
        (n, v)
        for n, day in enumerate(itinerary.days, 1)
        for v in day.visits
        if v.place.id == place_id
    )


def _really_fits(before: Itinerary, gone: str, suggestion: Suggestion) -> None:
    """It stands on the same day, for the same meal, and nothing else is lost."""
    number, old = _at(before, gone)
    after = suggestion.edit.itinerary
    there, new = _at(after, suggestion.place.id)
    assert check(after, TRAVEL) == ()
    assert (there, new.meal) == (number, old.meal)
    assert suggestion.place.id not in {v.place.id for v in before.visits}
    assert gone not in {v.place.id for v in after.visits}
    kept = {v.place.id for v in before.visits} - {gone}
    came = {v.place.id for v in after.visits} - kept
    assert len(after.visits) == len(kept | came)
    assert came - set(before.request.must_see) <= {suggestion.place.id}
    assert {e.what for e in after.left_out} <= {e.what for e in before.left_out}
    assert 1 <= len(suggestion.reasons) <= 3
    assert len(set(suggestion.reasons)) == len(suggestion.reasons)


def _one_day(places: tuple[Place, ...], **wishes: object) -> tuple[Itinerary, Planner]:
    """A day of nothing but meals and `OLD`, and a planner that knows more."""
    others = tuple(p.id for p in places)
    wish = request(days=1, must_see=(OLD.id,), avoid=others, **wishes)
    made = plan(wish, (*MEALS, OLD, *places), TRAVEL, iterations=60)
    free = replace(made.request, must_see=(), avoid=())
    return replace(made, request=free), replace(PLANNER, places=(*MEALS, OLD, *places))


def _reasons(place: Place, *places: Place, **wishes: object) -> tuple[str, ...]:
    """What is said of one place that could come for `OLD`."""
    made, planner = _one_day((place, *places), **wishes)
    found = editing.suggest(made, planner, OLD.id)
    return next(s.reasons for s in found if s.place.id == place.id)


# -- they fit --------------------------------------------------------------------------------


@pytest.mark.parametrize("place_id", [v.place.id for v in SMALL.visits])
def test_each_can_be_had(place_id: str) -> None:
    """For each visit of a plan, meals included, up to three that differ."""
    found = editing.suggest(SMALL, PLANNER, place_id)
    assert 1 <= len(found) <= 3
    assert len({s.place.id for s in found}) == len(found)
    for suggestion in found:
        _really_fits(SMALL, place_id, suggestion)
        assert suggestion.place.id in suggestion.edit.itinerary.request.must_see


@settings(max_examples=60, deadline=None, suppress_health_check=tuple(HealthCheck))
@given(st.data())
def test_each_can_be_had_in_any_plan(data: st.DataObject) -> None:
    """Whatever the city and the wishes; a refusal is a sentence and leaves all as it was."""
    places = data.draw(factories.places() | st.integers(0, 10**6).map(factories.dense_city))
    wish = data.draw(factories.requests(places))
    made = plan(wish, places, TRAVEL, iterations=6)
    assume(made.visits)
    place_id = data.draw(st.sampled_from([v.place.id for v in made.visits]))
    before = made.to_json()
    planner = Planner(places, TRAVEL, iterations=6, today=date(2026, 12, 1))
    try:
        found = editing.suggest(made, planner, place_id)
    except InputError as error:
        event("refused")
        assert str(error).endswith(".")
        found = ()
    assert made.to_json() == before
    for suggestion in found:
        event("suggested")
        _really_fits(made, place_id, suggestion)
        assert suggestion.place.id not in wish.avoid
        assert suggestion.place.step_free or not wish.step_free
        if _at(made, place_id)[1].meal is not None:
            assert suggestion.place.diets >= set(wish.diets)
        else:
            assert suggestion.place.category.value not in wish.avoid_categories


def test_a_fixed_visit_hands_on_its_hour() -> None:
    fixed = planned(request(pins=(Pin("rome-forum", 2, time(15)),)))
    for suggestion in editing.suggest(fixed, PLANNER, "rome-forum"):
        _really_fits(fixed, "rome-forum", suggestion)
        visit = _at(suggestion.edit.itinerary, suggestion.place.id)[1]
        assert visit.pinned
        assert time(14, 45) <= visit.arrival.time() <= time(15, 15)


def test_in_another_city_they_are_of_that_city() -> None:
    tour = toured()
    places = tuple(p for city in (NAPLES, LONDON) for p in (*PLACES, *factories.moved_to(city)))
    planner = replace(PLANNER, places=tuple(dict.fromkeys(places)))
    _, visit = _at(tour, tour.days[4].sights[0].place.id)
    assert visit.place.city == "london"
    for suggestion in editing.suggest(tour, planner, visit.place.id):
        assert suggestion.place.city == "london"
        _really_fits(tour, visit.place.id, suggestion)


def test_the_same_question_has_the_same_answer() -> None:
    place_id = SMALL.visits[0].place.id
    assert editing.suggest(SMALL, PLANNER, place_id) == editing.suggest(SMALL, PLANNER, place_id)


def test_wishes_hold() -> None:
    """Step-free, vegetarian and without what was spoken against: as everywhere else."""
    wish = request(
        step_free=True, diets=(Diet.VEGETARIAN,), avoid=("rome-palace",), pace=Pace.RELAXED
    )
    extra = tuple(
        food(f"green-{n}", north=0.2 * n, diets=frozenset({Diet.VEGETARIAN})) for n in range(4)
    )
    made = plan(wish, (*PLACES, *extra), TRAVEL, iterations=60)
    planner = replace(PLANNER, places=(*PLACES, *extra))
    for visit in made.visits:
        for suggestion in editing.suggest(made, planner, visit.place.id, count=8):
            assert suggestion.place.step_free
            assert suggestion.place.id != "rome-palace"
            if visit.meal is not None:
                assert Diet.VEGETARIAN in suggestion.place.diets


# -- they differ -----------------------------------------------------------------------------


def test_not_three_of_a_kind_where_another_is_nearly_as_good() -> None:
    museums = tuple(sight(f"museum-{n}", importance=70) for n in range(4))
    park = sight("lawn", category=Category.PARK, importance=70)
    made, planner = _one_day((*museums, park))
    found = [s.place.category for s in editing.suggest(made, planner, OLD.id)]
    assert found == [Category.MUSEUM, Category.PARK, Category.MUSEUM]


def test_three_of_a_kind_where_nothing_else_is_worth_much() -> None:
    museums = tuple(sight(f"museum-{n}", importance=85) for n in range(3))
    park = sight("lawn", category=Category.PARK, importance=40)
    made, planner = _one_day((*museums, park))
    found = {s.place.category for s in editing.suggest(made, planner, OLD.id)}
    assert found == {Category.MUSEUM}


def test_meals_differ_in_cuisine() -> None:
    tables = tuple(
        replace(food(f"table-{n}", importance=60 - n), cuisine=cuisine)
        for n, cuisine in enumerate(("thai", "thai", "thai", "greek", "french"))
    )
    made, planner = _one_day(tables)
    lunch = next(v for v in made.visits if v.meal is MealKind.LUNCH)
    found = editing.suggest(made, planner, lunch.place.id)
    assert [s.place.cuisine for s in found] == ["thai", "greek", "french"]


# -- what is said of them --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "wishes", "reason"),
    [
        (sight("room", price=12), {}, "also a museum"),
        (sight("ashes", category=Category.RUINS, price=12), {}, "ruins, not a museum"),
        (sight("room", price=0), {"travellers": 2}, "free; saves 24 EUR for two"),
        (sight("room", price=4.5), {}, "saves 7.50 EUR"),
        (sight("room", price=20), {"travellers": 7}, "56 EUR more for 7"),
        (
            sight("room", interests=(Interest.MUSIC, Interest.LOCAL_LIFE, Interest.ART)),
            {"interests": (Interest.LOCAL_LIFE, Interest.ART)},
            "for your interest in local life and art",
        ),
        (sight("room", importance=90), {}, "one of the foremost sights of Rome"),
        (sight("room", kids=True, price=12), {"good_for_kids": True}, "good for children"),
        (sight("room", price=12), {"step_free": True}, "step-free"),
    ],
)
def test_what_speaks_for_it(place: Place, wishes: dict[str, object], reason: str) -> None:
    assert reason in _reasons(place, **wishes)


def test_what_is_the_same_is_not_said() -> None:
    """Price, fame, children and steps, where nobody asked or nothing differs."""
    same = _reasons(sight("room", price=12, importance=70, kids=True))
    assert same[0] == "also a museum"
    assert not any("EUR" in r or "child" in r or "step-free" in r for r in same)


def test_a_wish_that_had_no_room_comes_first() -> None:
    made, planner = _one_day((sight("dream"),))
    wished = replace(made.request, must_see=("rome-dream",))
    made = replace(made, request=wished, left_out=(LeftOut("Dream", "the day is full"),))
    (found,) = editing.suggest(made, planner, OLD.id)
    assert found.reasons[0] == "you asked for it"
    assert found.edit.itinerary.left_out == ()


@pytest.mark.parametrize(
    ("category", "mm", "told"),
    [
        (Category.GALLERY, 8.0, True),
        (Category.GALLERY, 0.2, False),
        (Category.PARK, 8.0, False),
        (Category.LANDMARK, 8.0, False),
    ],
)
def test_a_roof_counts_on_a_wet_day(category: Category, mm: float, told: bool) -> None:
    """The forecast is asked for once, however many places are tried."""
    asked = []

    def rain(wish: TripRequest) -> Rain:
        asked.append(wish)
        return {(ROME.id, FRIDAY): mm, (ROME.id, FRIDAY + timedelta(days=1)): 20.0}

    made, planner = _one_day((sight("other", category=category), sight("more")))
    found = editing.suggest(made, replace(planner, rain=rain), OLD.id)
    reasons = next(s.reasons for s in found if s.place.id == "rome-other")
    assert ("indoors: rain is forecast" in reasons) is told
    assert len(asked) == 1


def test_the_way_that_it_saves_or_adds() -> None:
    """Told by the ways of the two plans; a short walk by the stop before it."""
    ways = {}
    for km in (0.2, 6.0):
        old = replace(OLD, coordinates=sight("x", north=3.0).coordinates)
        place = sight("room", north=km, price=12)
        wish = request(days=1, must_see=(old.id,), avoid=(place.id,))
        made = plan(wish, (*MEALS, old, place), TRAVEL, iterations=60)
        made = replace(made, request=replace(wish, must_see=(), avoid=()))
        (found,) = editing.suggest(made, replace(PLANNER, places=(*MEALS, old, place)), old.id)
        before, after = (
            sum(leg.minutes for leg in trip.days[0].legs) for trip in (made, found.edit.itinerary)
        )
        ways[km] = (found.reasons, after - before)
    reasons, more = ways[0.2]
    assert more < 0 and f"{-more} min less on the way that day" in reasons
    reasons, more = ways[6.0]
    assert more > 0 and f"{more} min more on the way that day" in reasons


def test_how_near_the_stop_before_is() -> None:
    """Its minutes are those of the leg in the new plan."""
    told = 0
    for visit in SMALL.visits:
        for suggestion in editing.suggest(SMALL, PLANNER, visit.place.id):
            day = suggestion.edit.itinerary.days[_at(SMALL, visit.place.id)[0] - 1]
            at = [v.place.id for v in day.visits].index(suggestion.place.id)
            for reason in suggestion.reasons:
                if reason.endswith(", the stop before"):
                    told += 1
                    before = day.visits[at - 1].place.name
                    minutes = day.legs[at].minutes
                    assert reason == f"{minutes} min on foot from {before}, the stop before"
    assert told


@pytest.mark.parametrize(
    ("was", "comes", "reason"),
    [
        ("roman", "roman", "Roman as well"),
        ("roman", "thai", "Thai, not Roman"),
        ("mixed", "thai", "Thai"),
        ("roman", "", "a cafe that serves lunch"),
    ],
)
def test_what_there_is_to_eat(was: str, comes: str, reason: str) -> None:
    cafe = replace(food("corner", category=Category.CAFE, importance=60), cuisine=comes)
    made, planner = _one_day((cafe,))
    inn = next(v for v in made.visits if v.meal is MealKind.LUNCH)
    old = replace(inn.place, cuisine=was)
    visits = tuple(
        replace(v, place=old) if v.place.id == old.id else v for v in made.days[0].visits
    )
    made = replace(made, days=(replace(made.days[0], visits=visits),))
    found = editing.suggest(made, planner, old.id)
    assert reason in next(s.reasons for s in found if s.place.id == cafe.id)


def test_a_diet_is_named() -> None:
    vegan = frozenset({Diet.VEGAN, Diet.GLUTEN_FREE})
    tables = tuple(food(f"green-{n}", diets=vegan, importance=60) for n in range(3))
    made = plan(request(days=1, diets=(Diet.GLUTEN_FREE,)), tables, TRAVEL, iterations=40)
    (found,) = editing.suggest(
        made, replace(PLANNER, places=tables), made.visits[0].place.id, count=1
    )
    assert "serves gluten-free food" in found.reasons


# -- refused ---------------------------------------------------------------------------------


def test_where_nothing_fits() -> None:
    """The sentence of a replacement that is not found."""
    made, planner = _one_day((sight("epic", minutes=700),))
    with pytest.raises(InfeasibleError) as suggested:
        editing.suggest(made, planner, OLD.id)
    with pytest.raises(InfeasibleError) as replaced:
        editing.replace_place(made, planner, OLD.id)
    assert str(suggested.value) == str(replaced.value)
    assert str(suggested.value) == "No other place fits in the place of Old on day 1."


def test_what_can_not_be_asked() -> None:
    spare = next(p for p in PLACES if p.id not in {v.place.id for v in SMALL.visits})
    with pytest.raises(InvalidRequestError, match=f"{by_id(spare.id).name} is not in the plan"):
        editing.suggest(SMALL, PLANNER, spare.id)
    with pytest.raises(UnknownPlaceError):
        editing.suggest(SMALL, PLANNER, "rome-nowhere")
    with pytest.raises(InvalidRequestError, match="At least 1"):
        editing.suggest(SMALL, PLANNER, SMALL.visits[0].place.id, count=0)
