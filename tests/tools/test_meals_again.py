"""Where few kitchens serve a diet, one comes again; each visit is a stop of its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, time

import pytest

from tests.tools.factories import PLACES, TRAVEL, food, planned, request, sight
from tests.tools.talk import Talk
from tools import editing
from tools.check import check
from tools.editing import Planner
from tools.errors import UnknownPlaceError
from tools.place import Diet, Place
from tools.planning import plan
from tools.planning.meals_again import OF_REPEATS
from tools.planning.problem import build
from tools.repeats import again, is_again, original, visit_number
from tools.services import TravelServices
from tools.trip import Day, Itinerary, Pin

SIGHTS = tuple(p for p in PLACES if not p.category.is_food)
VEGAN = frozenset({Diet.VEGAN, Diet.VEGETARIAN})
DHABA = food("dhaba", east=0.3, diets=VEGAN)
CANTINA = food("cantina", north=0.8, diets=VEGAN)
BISTRO = food("bistro", east=0.2)
FEW = (*SIGHTS, DHABA, CANTINA, BISTRO)
EATING = request(days=3, diets=(Diet.VEGAN,))
PLANNER = Planner(FEW, TRAVEL, iterations=20, today=date(2026, 12, 1))


def _days_at(made: Itinerary, kitchen: Place) -> list[int]:
    return [
        number
        for number, day in enumerate(made.days, start=1)
        for visit in day.visits
        if original(visit.place.id) == kitchen.id
    ]


def test_two_kitchens_feed_a_week_of_meals() -> None:
    """Every meal is had, each of the two on every day, and the trip says so."""
    made = planned(EATING, FEW)
    assert check(made) == () and made.left_out == ()
    assert _days_at(made, DHABA) == _days_at(made, CANTINA) == [1, 2, 3]
    assert len({visit.place.id for visit in made.visits}) == len(made.visits)
    (note,) = (note for note in made.notes if note.startswith(OF_REPEATS))
    assert "Dhaba (3 times)" in note and "Cantina (3 times)" in note
    assert Itinerary.from_json(made.to_json()) == made


def test_lunch_and_dinner_are_at_one_table_where_there_is_no_other() -> None:
    """And stay so when the plan is made again; two kitchens have a meal of each day each."""
    made = planned(EATING, (*SIGHTS, DHABA))
    assert check(made) == () and made.left_out == ()
    assert _days_at(made, DHABA) == [1, 1, 2, 2, 3, 3]
    anew = plan(made.request, (*SIGHTS, DHABA), TRAVEL, iterations=20, previous=made)
    assert check(anew) == () and _days_at(anew, DHABA) == [1, 1, 2, 2, 3, 3]


def test_nothing_comes_again_where_kitchens_are_many_or_none_is_asked_for() -> None:
    """Other requests have each place once, as ever."""
    for wish, places in (
        (replace(EATING, diets=()), (*SIGHTS, DHABA)),
        (replace(EATING, days=1), FEW),
    ):
        made = planned(wish, places)
        assert not any(is_again(visit.place.id) for visit in made.visits)
        assert not any(note.startswith(OF_REPEATS) for note in made.notes)


def test_of_very_many_places_none_is_lost_to_further_visits() -> None:
    """More kitchens than a problem has room for: those of the plan stay in it."""
    lunches = tuple(
        food(f"lunch-{n}", east=n / 40, diets=VEGAN, hours="Mo-Su 12:00-15:00", importance=n % 90)
        for n in range(140)
    )
    sights = tuple(sight(f"sight-{n}", north=n / 40, importance=n % 90) for n in range(140))
    places = (*sights, *lunches, DHABA)
    candidates = {item.place.id for item in build(EATING, places, TRAVEL).items}
    assert len(candidates) < len(places)
    further = [again(DHABA, number) for number in (2, 3)]
    more = {item.place.id for item in build(EATING, [*places, *further], TRAVEL).items}
    assert more == candidates | {place.id for place in further}
    made = planned(EATING, places)
    assert check(made) == () and made.left_out == ()
    assert _days_at(made, DHABA) == [1, 2, 3]


def test_what_was_asked_for_stays() -> None:
    """A must-see that fills the meal's time is not pushed out by a meal that comes again."""
    long = sight("long", east=0.1, minutes=180, hours="Fr 12:00-15:00")
    made = planned(replace(EATING, must_see=(long.id,)), (*SIGHTS, DHABA, long))
    assert made.visit_of(long.id) is not None and check(made) == ()


def test_each_visit_is_a_stop_of_its_own() -> None:
    """It is taken out, fixed and moved without the others, which stay where they were."""
    made = planned(EATING, FEW)
    day, visit = next(
        (n, v) for n, d in enumerate(made.days, 1) for v in d.visits if is_again(v.place.id)
    )
    kitchen = DHABA if original(visit.place.id) == DHABA.id else CANTINA
    less = editing.remove_place(made, PLANNER, visit.place.id).itinerary
    assert check(less) == () and _days_at(less, kitchen) == [n for n in (1, 2, 3) if n != day]
    fixed = editing.pin_place(made, PLANNER, visit.place.id, None, None).itinerary
    assert [v.place.id for v in fixed.visits if v.pinned] == [visit.place.id]
    other = day % 3 + 1
    moved = editing.move_place(fixed, PLANNER, visit.place.id, other, None).itinerary
    found = moved.visit_of(visit.place.id)
    assert found is not None and found[0] == other and check(moved) == ()
    assert moved.left_out == ()


def test_a_day_planned_anew_keeps_its_further_visits() -> None:
    """An edit of a sight's day loses no meal of it."""
    made = planned(EATING, FEW)
    gone = made.days[1].sights[0].place
    less = editing.remove_place(made, PLANNER, gone.id).itinerary
    assert check(less) == () and less.left_out == ()
    assert [v.place.id for v in less.days[1].visits if v.meal] == [
        v.place.id for v in made.days[1].visits if v.meal
    ]


def _with_visits(made: Itinerary, number: int, day: Day) -> Itinerary:
    days = (*made.days[: number - 1], day, *made.days[number:])
    return replace(made, days=days)


def test_the_referee_knows_what_may_come_again() -> None:
    """No sight, and no kitchen where nothing was asked of kitchens."""
    made = planned(EATING, FEW)
    assert "duplicate" in {v.kind for v in check(replace(made, request=replace(EATING, diets=())))}
    day = made.days[0]
    of_sight = day.sights[0]
    twin = replace(of_sight, place=again(of_sight.place, 2))
    second = made.days[1]
    at = second.visits.index(second.sights[0])
    visits = (*second.visits[:at], twin, *second.visits[at + 1 :])
    found = check(_with_visits(made, 2, replace(second, visits=visits)))
    assert any(v.kind == "duplicate" and of_sight.place.name in v.message for v in found)


def test_ids() -> None:
    """A further visit's id leads back to the store's; nothing else is taken for one."""
    third = again(again(DHABA, 2), 3)
    assert third.id == "rome-dhaba#3" and original(third.id) == DHABA.id
    assert visit_number(third.id) == 3 and visit_number(DHABA.id) == 1
    for id in ("rome-dhaba#", "rome-dhaba#x", "#2", "osm-n12"):
        assert not is_again(id) and original(id) == id


def test_a_pin_of_a_further_visit_is_found_by_its_kitchen(services: TravelServices) -> None:
    """By the store, too, which knows the kitchen once."""
    place = next(p for p in services.store.places("lisbon") if Diet.VEGAN in p.diets)
    assert services.store.place(f"{place.id}#2") == again(place, 2)
    with pytest.raises(UnknownPlaceError):
        services.store.place(f"{place.id}#x")


def _vegan_days(services: TravelServices) -> tuple[Talk, str, list[int]]:
    """A trip that comes to a kitchen again, its name, and on which days."""
    talk = Talk(services)
    talk("plan_days", destination="Lisbon", days=10, start_date="2027-04-12", diet=["vegan"])
    often = Counter(original(v.place.id) for v in talk.plan.visits).most_common(1)[0]
    assert often[1] > 1 and any(note.startswith(OF_REPEATS) for note in talk.plan.notes)
    name = next(v.place.name for v in talk.plan.visits if original(v.place.id) == often[0])
    return talk, name, _named_on(talk, name)


def _named_on(talk: Talk, name: str) -> list[int]:
    return [n for n in range(1, len(talk.plan.days) + 1) if name in talk.names(n)]


def test_in_a_conversation(services: TravelServices) -> None:
    """A day says which visit is meant; without one it is asked; sent away as such all go."""
    talk, name, days = _vegan_days(services)
    assert talk("pin_place", place=name).situation == "ambiguous"
    talk("pin_place", place=name, day=days[1])
    pins = talk.plan.request.pins
    assert [pin.day for pin in pins] == [days[1]] and isinstance(pins[0], Pin)
    talk("remove_place", place=name, day=days[0])
    assert _named_on(talk, name) == days[1:]
    talk("undo_change")
    assert _named_on(talk, name) == days
    talk("remove_place", place=name)
    assert _named_on(talk, name) == []


def test_sent_away_with_the_trip_said_anew(services: TravelServices) -> None:
    """No visit to what is unwanted stays, however often it came."""
    talk, name, _days = _vegan_days(services)
    talk("plan_days", avoid=[name])
    assert _named_on(talk, name) == [] and check(talk.plan) == ()


def test_hours_of_a_further_visit(services: TravelServices) -> None:
    """A visit that comes again can be given an hour of its own."""
    talk, name, days = _vegan_days(services)
    talk("move_place", place=name, day=days[-1], time="19:30")
    visit = next(v for v in talk.plan.days[days[-1] - 1].visits if v.place.name == name)
    assert visit.arrival.time() == time(19, 30)


def test_a_fixed_visit_outlasts_the_diet() -> None:
    """What was fixed stays when the diet is withdrawn; the other further visits go."""
    made = planned(EATING, FEW)
    further = [v for v in made.visits if is_again(v.place.id)]
    fixed = editing.pin_place(made, PLANNER, further[0].place.id, None, None).itinerary
    eating = replace(fixed.request, diets=())
    anew = PLANNER.plan(eating, fixed)
    assert check(anew) == ()
    assert [v.place.id for v in anew.visits if is_again(v.place.id)] == [further[0].place.id]


def test_who_is_home_early_eats_again_where_dinner_is_early(services: TravelServices) -> None:
    """With children, back by half past seven: few kitchens serve dinner by then."""
    talk = Talk(services)
    talk(
        "plan_days", destination="Amsterdam", days=5, start_date="14 April", good_for_kids=True,
        day_end="19:30",
    )  # fmt: skip
    assert not talk.plan.left_out  # lunch and dinner on each day
    assert any(note.startswith(OF_REPEATS) for note in talk.plan.notes)
    talk("set_hours", end="21:30")
    assert check(talk.plan) == ()
