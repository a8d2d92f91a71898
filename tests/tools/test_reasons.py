"""Why a place is in a plan, there and then, and why another one is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.tools.factories import (
    FRIDAY,
    LONDON,
    PLACES,
    ROME,
    TRAVEL,
    by_id,
    food,
    planned,
    request,
    sight,
)
from tools.place import Category, Diet, Interest, MealKind, Place
from tools.planning.reasons import gave_way, why_never, why_there
from tools.planning.stays import with_stays
from tools.trip import Day, Itinerary, LeftOut, Leg, Mode, Money, Pin, Stay, TripRequest, Visit

ROOM = sight("room", hours="Mo-Su 08:00-20:00")
"""Nothing about it is worth a word."""
FAR = sight("far", north=15, hours="Mo-Su 08:00-20:00")
MONDAY = FRIDAY + timedelta(days=3)


def _stop(place: Place, at: time = time(11), day: int = 1, meal: MealKind | None = None) -> Visit:
    midnight = datetime.combine(FRIDAY, time(), ZoneInfo("Europe/Rome")) + timedelta(days=day - 1)
    arrival = midnight + timedelta(hours=at.hour, minutes=at.minute)
    departure = arrival + timedelta(minutes=place.minutes)
    return Visit(place, arrival, departure, Money(place.price, "EUR"), meal)


def _trip(wish: TripRequest, *stops: Visit, way: int = 10) -> Itinerary:
    """The stops on their days, so many minutes of way before each."""
    days = []
    for on in wish.dates:
        of_day = tuple(v for v in stops if v.arrival.date() == on)
        days.append(Day(on, of_day, tuple(Leg(Mode.WALK, way, 60 * way) for _ in of_day)))
    return Itinerary(wish, tuple(days))


def _why(wish: TripRequest, stop: Visit, *others: Visit) -> tuple[str, ...]:
    made = _trip(wish, *sorted((stop, *others), key=lambda v: v.arrival))
    return why_there(made, (stop.arrival.date() - wish.start).days + 1, stop, TRAVEL)


# -- why it is there -------------------------------------------------------------------------


def test_what_is_not_known_is_not_made_up() -> None:
    """An unasked-for room, open all day and every day, far from all else, has no reason."""
    assert _why(request(), _stop(ROOM), _stop(FAR, time(16))) == ()


def test_the_travellers_own_word_comes_first() -> None:
    """A wish is told before all else; a fixed day or hour rather than the wish for the place."""
    arena = by_id("rome-arena")
    asked = request(must_see=(arena.id,))
    assert _why(asked, _stop(arena))[0] == "you asked for it"
    assert _why(request(pins=(Pin(arena.id),)), _stop(arena))[0] == "you asked for it"
    fixed = replace(asked, pins=(Pin(arena.id, at=time(11)),))
    assert _why(fixed, _stop(arena))[0] == "you fixed it there"
    assert "asked" not in _why(request(must_see=("rome-forum",)), _stop(arena))[0]


def test_days_on_which_it_is_closed_explain_the_day() -> None:
    """From Friday to Sunday a market without Sundays names that day; one on Fridays, the others."""
    friday = sight("friday-market", hours="Fr 08:00-20:00")
    weekdays = sight("weekday-market", hours="Mo-Sa 08:00-20:00")
    assert "it is closed on day 3" in _why(request(days=3), _stop(weekdays, day=2))
    assert "it is closed on the other days" in _why(request(days=3), _stop(friday))
    assert _why(request(days=2), _stop(weekdays)) == ()


def test_days_in_another_city_explain_nothing() -> None:
    """That a Roman market is closed on the Sunday that one spends in London is no reason."""
    wish = with_stays(request(), [Stay(ROME, 2), Stay(LONDON, 1)])
    assert _why(wish, _stop(sight("weekday-market", hours="Mo-Sa 08:00-20:00"))) == ()


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (time(15), ("it opens at 15:00",)),
        (time(15, 20), ("it opens at 15:00",)),
        (time(17), ()),
        (time(18, 50), ("it closes at 20:00",)),
    ],
)
def test_an_opening_or_closing_soon_explains_the_hour(at: time, expected: tuple[str]) -> None:
    """One that is open from three to eight: right after, long after, and right before the end."""
    assert _why(request(), _stop(sight("late-room", hours="Mo-Su 15:00-20:00"), at)) == expected


def test_an_opening_before_the_day_begins_explains_nothing() -> None:
    """Who sets out at nine finds a room open that opens at nine; who sets out at eight waits."""
    nine = _stop(sight("nine-room", hours="Mo-Su 09:00-20:00"), time(9, 20))
    assert _why(request(), nine) == ()
    assert _why(request(day_start=time(8)), nine) == ("it opens at 09:00",)


def test_what_it_is_worth() -> None:
    """A shared interest, else fame; of a meal, what it serves."""
    lab = sight("lab", interests=(Interest.ART, Interest.SCIENCE), importance=97)
    fond = request(interests=(Interest.SCIENCE, Interest.NATURE))
    assert _why(fond, _stop(lab)) == ("it suits your interest in science",)
    assert _why(request(), _stop(lab)) == ("it is one of the foremost sights of Rome",)
    cantina = food("cantina", diets=frozenset({Diet.VEGAN, Diet.GLUTEN_FREE}), importance=99)
    strict = request(diets=(Diet.VEGAN, Diet.GLUTEN_FREE))
    served = _why(strict, _stop(cantina, time(13), meal=MealKind.LUNCH))
    assert served == ("it serves vegan and gluten-free lunch",)
    assert _why(request(), _stop(cantina, time(19), meal=MealKind.DINNER)) == ("it serves dinner",)


def test_neighbours_of_the_day() -> None:
    """It lies between two that are near, else by the one that is, its minutes on foot told."""
    west, east = _stop(sight("west", east=-0.5), time(9)), _stop(sight("east", east=0.5), time(14))
    (between,) = _why(request(), _stop(ROOM), west, east)
    assert between.endswith((" West and East", " West to East"))
    (alone,) = _why(request(), _stop(ROOM), west, _stop(FAR, time(16)))
    # half a kilometre, 650 m through the streets, at 4 to 5 km an hour
    assert alone in {f"it lies {minutes} minutes from West" for minutes in (8, 9, 10)}
    assert _why(request(), _stop(ROOM), _stop(sight("next", east=0.5), day=2)) == ()


def test_three_reasons_are_enough() -> None:
    """With five to tell, the first three are: what was asked, the days and the hour."""
    star = sight("star", hours="Fr 11:00-20:00", importance=99)
    wish = request(days=3, must_see=(star.id,))
    assert _why(wish, _stop(star), _stop(sight("west"), time(9))) == (
        "you asked for it",
        "it is closed on the other days",
        "it opens at 11:00",
    )


# -- why it is not there ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wishes", "place", "reason"),
    [
        ({"avoid": ("rome-room",)}, ROOM, "you asked to leave it out"),
        ({"avoid_categories": ("museum",)}, ROOM, "museum"),
        ({"step_free": True}, sight("tower", step_free=False), "there are steps on the way in"),
        ({"diets": (Diet.VEGAN,)}, food("grill"), "it serves no vegan food"),
        ({"diets": (Diet.GLUTEN_FREE,)}, food("bakery"), "it serves no gluten-free food"),
        (
            {"budget": 25.0, "travellers": 3},
            ROOM,
            "it costs 30 EUR, more than the whole budget",
        ),
        ({}, sight("club", hours="Mo-Th 10:00-18:00"), "it is closed on those dates"),
        ({"budget": 35.0, "travellers": 3, "step_free": True, "diets": (Diet.VEGAN,)}, ROOM, None),
        ({"avoid_categories": ("restaurant",)}, food("grill"), "restaurant"),
        ({"avoid_categories": ("cafe",)}, food("grill"), None),
        ({}, sight("club", hours="Sa 10:00-18:00"), None),
    ],
)
def test_a_rule_that_keeps_it_out(
    wishes: dict[str, object], place: Place, reason: str | None
) -> None:
    """Each wish that rules a place out is named; none is where all of them are met."""
    told = why_never(_trip(request(days=2, **wishes)), place)
    assert told is None if reason is None else reason in (told or "")


def test_a_price_is_held_against_the_budget_in_its_own_money() -> None:
    """Of 50 euros, 40 pounds for the Tower are left and 60 are not."""
    wish = with_stays(request(budget=50.0), [Stay(ROME, 1), Stay(LONDON, 1)])
    tower = replace(ROOM, city="london", price=40.0)
    assert why_never(_trip(wish), tower) is None
    assert "60 GBP" in (why_never(_trip(wish), replace(tower, price=60.0)) or "")


def test_what_was_told_before_is_told_again() -> None:
    """The reason that the plan itself gave for a must-see comes before any rule."""
    made = replace(_trip(request(avoid=(ROOM.id,))), left_out=(LeftOut("Room", "it burnt down"),))
    assert why_never(made, ROOM) == "it burnt down"


def test_what_is_planned_was_never_ruled_out() -> None:
    """Of a plan under many wishes, no rule would have kept a place out."""
    wish = request(
        avoid=("rome-forum",),
        avoid_categories=(Category.WORSHIP.value,),
        step_free=True,
        diets=(Diet.VEGETARIAN,),
        budget=150.0,
        start=MONDAY,
    )
    made = planned(wish)
    assert len(made.visits) > 6
    assert {why_never(made, visit.place) for visit in made.visits} == {None}
    assert all(why_never(made, by_id(f"rome-{name}")) for name in ("forum", "crypt", "tower"))


def test_what_it_would_take_the_place_of() -> None:
    """Sights that went for it are named, the meal that was had elsewhere is not."""
    inn, bar = food("inn"), food("bar")
    old = _trip(request(), _stop(FAR, time(9)), _stop(inn, time(13), meal=MealKind.LUNCH))
    new = _trip(request(), _stop(ROOM, time(9)), _stop(bar, time(13), meal=MealKind.LUNCH))
    assert gave_way(old, new, ROOM) == "it would take the place of Far"


def test_what_way_it_would_add() -> None:
    """Where nothing had to go, the minutes of way are told; where there are none, how to get it."""
    old = _trip(request(), _stop(FAR))
    more = _trip(request(), _stop(FAR), _stop(ROOM, time(15)), way=25)
    assert gave_way(old, more, ROOM) == "it would add 40 minutes of way"
    same = _trip(request(), _stop(FAR), _stop(ROOM, time(15)), way=5)
    assert gave_way(old, same, ROOM).endswith("say the word and I add it")


def test_why_it_can_not_be_had_even_as_a_wish() -> None:
    """When the plan that was made with it lacks it too, that plan's reason is told."""
    epic = sight("epic", minutes=800)
    old = planned(request(days=1))
    new = planned(replace(old.request, must_see=(epic.id,)), (*PLACES, epic))
    told = gave_way(old, new, epic)
    assert "for a whole visit" in told and told == new.left_out[0].reason
    assert gave_way(old, replace(new, left_out=()), epic) == "no day has the time for it"
