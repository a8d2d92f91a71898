"""Trips through several cities by way of the catalog: planned, longer, shorter, explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from tests.tools.talk import Talk
from tests.tools.tours import cities_by_day, course
from tools.arguments import PlanDays
from tools.outcome import Trip
from tools.trip import Carrier, Pace

# -- planning


def test_days_each_are_the_days_in_each_city(talk: Talk) -> None:
    """Each city has the days that were said, in the order in which they were said."""
    outcome = talk(
        "plan_days", destination="Rome", more_destinations=["Florence", "Venice"],
        days_each=[2, 1, 2], start_date="4 December",
    )  # fmt: skip
    assert outcome.situation == "planned_cities"
    facts = outcome.facts
    assert (facts["city_a"], facts["days_a"]) == ("Rome", "2 days")
    assert (facts["city_b"], facts["days_b"]) == ("Florence", "1 day")
    assert (facts["city_c"], facts["days_c"]) == ("Venice", "2 days")
    assert facts["days"] == "5 days" and facts["start"] == "Fri 4 Dec 2026"
    assert facts["way"].endswith(" by train") and facts["cost"].endswith(" EUR")
    assert cities_by_day(talk.plan) == [
        {"rome"}, {"rome"}, {"florence"}, {"venice"}, {"venice"}
    ]  # fmt: skip
    assert [day.date for day in talk.plan.days] == [
        date(2026, 12, 4) + timedelta(days=i) for i in range(5)
    ]


def test_a_change_of_city_takes_its_time(iberia: Talk) -> None:
    """The way is on the first day in the next city, and nothing there comes before its end."""
    (way,) = iberia.plan.transfers
    assert (way.day, way.origin.name, way.destination.name) == (3, "Lisbon", "Madrid")
    assert way.departure.date() == date(2026, 12, 6)
    assert way.minutes > 180 and iberia.plan.days[2].visits
    assert all(visit.arrival >= way.arrival for visit in iberia.plan.days[2].visits)
    assert any("look up the timetable" in note for note in iberia.plan.notes)


def test_days_alone_are_shared_out(talk: Talk) -> None:
    """Without shares each city gets at least a day, and no day is lost or invented."""
    talk(
        "plan_days", destination="Rome", more_destinations=["Florence", "Venice"], days=7,
        start_date="4 December",
    )  # fmt: skip
    shared = course(talk)
    assert [name for name, _ in shared] == ["Rome", "Florence", "Venice"]
    assert sum(days for _, days in shared) == len(talk.plan.days) == 7
    assert min(days for _, days in shared) >= 1 and max(days for _, days in shared) <= 4


def test_dates_give_the_days_of_all_cities(talk: Talk) -> None:
    """A first and a last day are enough for a trip of two cities, too."""
    outcome = talk(
        "plan_days", destination="Lisbon", more_destinations=["Madrid"], start_date="4 December",
        end_date="8 December",
    )  # fmt: skip
    assert outcome.situation == "planned_cities" and outcome.facts["days"] == "5 days"
    assert sum(days for _, days in course(talk)) == 5
    assert talk.plan.days[-1].date == date(2026, 12, 8)


def test_a_shorter_way_is_taken_and_told(talk: Talk) -> None:
    """An order that saves hours is taken where no shares were said, and a note says so."""
    talk(
        "plan_days", destination="Lisbon", more_destinations=["Berlin", "Porto", "Prague"], days=6,
        start_date="4 December",
    )  # fmt: skip
    names = [name for name, _ in course(talk)]
    assert names[:2] == ["Lisbon", "Porto"] and sorted(names[2:]) == ["Berlin", "Prague"]
    (told,) = [note for note in talk.plan.notes if "order" in note]
    assert ", ".join(names) in told and "minutes" in told


def test_an_order_with_shares_is_kept(talk: Talk) -> None:
    """Who says how long in each city has chosen the order, however long the way."""
    talk(
        "plan_days", destination="Lisbon", more_destinations=["Vienna", "Madrid"],
        days_each=[2, 2, 1], start_date="4 December",
    )  # fmt: skip
    assert course(talk) == [("Lisbon", 2), ("Vienna", 2), ("Madrid", 1)]
    assert [way.carrier for way in talk.plan.transfers] == [Carrier.AIR, Carrier.AIR]


def test_days_are_asked_for_and_the_cities_kept(talk: Talk) -> None:
    """Cities that were named before the days are not asked for again."""
    first = talk("plan_days", destination="Rome", more_destinations=["Florence"])
    assert first.situation == "need_days" and talk.trip.itinerary is None
    assert talk("plan_days", days=4, start_date="4 December").situation == "planned_cities"
    assert [name for name, _ in course(talk)] == ["Rome", "Florence"]


def test_a_city_that_follows_itself_counts_once(talk: Talk) -> None:
    """Rome and then Rome is one stay, without a way from Rome to Rome."""
    outcome = talk(
        "plan_days", destination="Rome", more_destinations=["Rome"], days=2,
        start_date="4 December",
    )  # fmt: skip
    assert outcome.situation == "planned" and outcome.facts["city"] == "Rome"
    assert course(talk) == [("Rome", 2)] and talk.plan.transfers == ()


def test_a_city_at_both_ends(talk: Talk) -> None:
    """A city may come again at the end; nothing is visited twice there."""
    talk(
        "plan_days", destination="Lisbon", more_destinations=["Madrid", "Lisbon"],
        days_each=[2, 1, 2], start_date="4 December",
    )  # fmt: skip
    assert course(talk) == [("Lisbon", 2), ("Madrid", 1), ("Lisbon", 2)]
    assert [way.day for way in talk.plan.transfers] == [3, 4]
    assert len(set(talk.names())) == len(talk.names())
    assert all(talk.names(day) for day in range(1, 6))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"days_each": [2, 1]}, "3 cities and 2 lengths"),
        ({"days_each": [2, 1, 1, 1]}, "3 cities and 4 lengths"),
        ({"days_each": [2, 1, 2], "days": 7}, "makes 5 days, not 7"),
        ({"days_each": [2, 0, 2]}, "at least 1 day"),
        ({"days_each": [3, -1, 2]}, "at least 1 day"),
        ({"days_each": [9, 9, 9]}, "at most 21"),
        ({"days": 2}, "3 cities need at least 3 days, not 2"),
        ({"days_each": [1, 1, 1], "start_date": "4 December", "end_date": "8 December"}, "not 3"),
        ({"days_each": [2]}, "days each is empty"),
    ],
)  # fmt: skip
def test_days_that_do_not_share_out(talk: Talk, arguments: dict[str, Any], says: str) -> None:
    """Shares that contradict the cities or the days: one sentence why, no trip, and
    the cities are kept.
    """
    cities = {"destination": "Rome", "more_destinations": ["Florence", "Venice"]}
    outcome = talk("plan_days", **(cities | arguments))
    assert outcome.situation == "cannot"
    assert says in outcome.facts["reason"] and outcome.facts["reason"].count(". ") == 0
    assert replace(talk.trip, wishes=Trip().wishes) == Trip()
    assert talk.trip.wishes.more_destinations == ["Florence", "Venice"] or "empty" in says


def test_second_cities_that_can_not_be_planned(talk: Talk) -> None:
    """A namesake and an unknown second city leave no trip behind."""
    for said, situation in (("Springfield", "ambiguous"), ("Qwxzzy", "unknown_place")):
        outcome = talk("plan_days", destination="Rome", more_destinations=[said], days=4)
        assert outcome.situation == situation and talk.trip == Trip(wishes=PlanDays(days=4))


@pytest.mark.parametrize(
    ("cities", "each", "planned"),
    [
        (("Rome", "Lyon"), None, [("Rome", 4)]),
        (("Lyon", "Rome"), (2, 3), [("Rome", 3)]),
        (("Rome", "Lyon", "Florence"), (2, 1, 2), [("Rome", 2), ("Florence", 2)]),
    ],
)
def test_a_city_without_places_is_left_out_and_told(
    talk: Talk,
    cities: tuple[str, ...],
    each: tuple[int, ...] | None,
    planned: list[tuple[str, int]],
) -> None:
    length: dict[str, Any] = {"days_each": [*each]} if each else {"days": 4}
    outcome = talk("plan_days", destination=cities[0], more_destinations=[*cities[1:]], **length)
    assert course(talk) == planned
    assert outcome.notes[0] == "I know no places of Lyon yet, so the plan does without."


def test_the_days_of_a_city_without_places_do_not_count(talk: Talk) -> None:
    """Nor is it named twice."""
    outcome = talk("plan_days", destination="Rome", more_destinations=["Lyon", "Florence", "Lyon"],
                   days=8, days_each=[2, 1, 3, 2])  # fmt: skip
    assert course(talk) == [("Rome", 2), ("Florence", 3)]
    assert outcome.notes[0].startswith("I know no places of Lyon yet")


def test_where_no_city_has_places_nothing_is_planned(talk: Talk) -> None:
    outcome = talk("plan_days", destination="Lyon", more_destinations=["Nantes"], days=4)
    assert outcome.situation == "unknown_city" and outcome.facts["city"] == "Lyon"
    assert talk.trip == Trip(wishes=PlanDays(days=4))


def test_wishes_reach_the_city_that_they_are_of(talk: Talk) -> None:
    """Must-sees and places to avoid are found in whichever city has them."""
    outcome = talk(
        "plan_days", destination="Rome", more_destinations=["Florence"], days_each=[2, 2],
        start_date="4 December", must_see=["Uffizi", "Colosseum", "Foo Palace"],
        avoid=["Pantheon", "Ponte Vecchio"], pace="relaxed",
    )  # fmt: skip
    assert outcome.situation == "planned_left_out" and outcome.facts["left_out"] == "Foo Palace"
    assert outcome.facts["city"] == "Rome and Florence"
    assert "Colosseum" in [*talk.names(1), *talk.names(2)]
    assert "Uffizi Gallery" in [*talk.names(3), *talk.names(4)]
    assert not {"Pantheon", "Ponte Vecchio"} & set(talk.names())
    assert all(len(day.sights) <= Pace.RELAXED.max_sights for day in talk.plan.days)


def test_one_budget_for_all_cities(iberia: Talk) -> None:
    """A budget is for the whole trip, whichever of its cities the money is spent in."""
    before = iberia.plan.cost.amount
    outcome = iberia("set_budget", budget=120)
    assert outcome.situation == "budget" and outcome.facts["budget"] == "120 EUR"
    assert iberia.plan.cost.amount <= 120 < before
    assert course(iberia) == [("Lisbon", 2), ("Madrid", 2)]


def test_arrival_and_departure_bound_the_ends_alone(talk: Talk) -> None:
    """Hours of arrival and departure hold in the first and the last city, not in between."""
    talk(
        "plan_days", destination="Lisbon", more_destinations=["Madrid"], days_each=[2, 2],
        start_date="4 December", arrive_at="2pm", leave_at="5pm",
    )  # fmt: skip
    days = talk.plan.days
    assert days[0].visits[0].arrival.time() >= time(15)
    assert days[1].visits[0].arrival.time() < time(15)
    assert days[1].visits[-1].departure.time() > time(15)
    assert days[3].visits[-1].departure.time() <= time(15)
    assert len([note for note in talk.plan.notes if "14:00" in note or "17:00" in note]) == 2


# -- why


def test_explain_a_trip_of_cities(iberia: Talk) -> None:
    """Asked without a name, the course is told; asked for a city, its first day."""
    before = iberia.trip
    whole = iberia("explain_plan")
    assert whole.situation == "planned_cities" and whole.facts["city_b"] == "Madrid"
    madrid = iberia("explain_plan", place="Madrid")
    assert madrid.situation == "day_shown" and madrid.facts["day"] == "day 3"
    assert madrid.facts["start"] == "Sun 6 Dec 2026"
    assert madrid.facts["a"] == iberia.plan.days[2].sights[0].place.name
    assert iberia("explain_plan", place="Lisbon").facts["day"] == "day 1"
    assert iberia.trip == before


def test_explain_a_place_of_the_second_city(iberia: Talk) -> None:
    """A visit is told with its day, hour and reason; a place that is missing, with why."""
    visit = iberia.plan.days[3].sights[0]
    told = iberia("explain_plan", place=visit.place.name)
    assert told.situation == "explained"
    assert told.facts["place"] == visit.place.name and told.facts["day"] == "day 4"
    assert told.facts["time"] == f"{visit.arrival:%H:%M}" and told.facts["reason"]
    iberia("remove_place", place=visit.place.name)
    gone = iberia("explain_plan", place=visit.place.name)
    assert gone.situation == "not_planned"
    assert gone.facts == {"place": visit.place.name, "reason": "you asked to leave it out"}
    assert iberia("explain_plan", place="Colosseum").situation == "unknown_place"


# -- what is said anew


def test_who_comes_back_keeps_the_order(talk: Talk) -> None:
    """Rome, Florence and Rome again is no way from Rome to Rome."""
    talk("plan_days", destination="Rome", more_destinations=["Florence", "Rome"], days=5,
         start_date="4 December")  # fmt: skip
    assert [name for name, _ in course(talk)] == ["Rome", "Florence", "Rome"]


def test_other_shares_and_another_order_are_taken(iberia: Talk) -> None:
    """New lengths of the same sum, a new order alone, and lengths of another sum."""
    iberia("plan_days", days_each=[1, 3])
    assert course(iberia) == [("Lisbon", 1), ("Madrid", 3)]
    iberia("plan_days", destination="Madrid", more_destinations=["Lisbon"])
    assert course(iberia) == [("Madrid", 3), ("Lisbon", 1)]
    iberia("plan_days", days_each=[1, 1])
    assert course(iberia) == [("Madrid", 1), ("Lisbon", 1)]


@pytest.mark.parametrize("wrong", ["Narnia", "Springfield"])
def test_the_city_that_is_not_understood_is_named(talk: Talk, wrong: str) -> None:
    """Not the first one, which is."""
    outcome = talk("plan_days", destination="Rome", more_destinations=[wrong], days=4)
    assert outcome.situation in ("unknown_place", "ambiguous")
    assert outcome.facts["name"] == wrong


def test_a_city_one_reaches_too_late_is_refused(talk: Talk) -> None:
    """A day in Tokyo is over before one lands there."""
    talk("plan_days", destination="Lisbon", days=2, start_date="4 December")
    outcome = talk("add_city", city="Tokyo", days=1)
    assert outcome.situation == "cannot" and "too short" in outcome.facts["reason"]
    assert course(talk) == [("Lisbon", 2)]
    assert talk("add_city", city="Tokyo", days=3).situation == "city_added"
    told = talk("explain_plan", day=3)
    assert told.situation == "cannot" and "on the way" in told.facts["reason"]


def test_the_only_city_is_neither_removed_nor_taken_for_a_sight(talk: Talk) -> None:
    """Lisbon, in a trip to Lisbon, is not its cathedral."""
    talk("plan_days", destination="Lisbon", days=2, start_date="4 December")
    before = talk.plan
    outcome = talk("remove_place", place="Lisbon")
    assert outcome.situation == "cannot" and "Lisbon alone" in outcome.facts["reason"]
    assert talk.plan == before
    assert talk("explain_plan", place="Lisbon").situation.startswith("planned")


def test_a_city_is_removed_with_its_pins_and_its_way(iberia: Talk) -> None:
    """What was fixed there goes with it, and the day of the way has all its hours."""
    sight = iberia.plan.days[0].sights[0].place.name
    iberia("pin_place", place=sight, day=1)
    on_the_way = iberia.plan.days[2].visits[0].arrival.time()
    assert on_the_way > time(15)
    assert iberia("remove_place", place="Lisboa").situation == "city_removed"
    assert course(iberia) == [("Madrid", 2)]
    assert not iberia.plan.request.pins
    assert iberia.plan.days[0].visits[0].arrival.time() < time(13)
    assert not any("between the cities" in note for note in iberia.plan.notes)


def test_a_day_of_a_city_is_counted_in_it(iberia: Talk) -> None:
    """The first day in Madrid is the trip's third."""
    iberia("shorten_trip", day=1, location="Madrid")
    assert course(iberia) == [("Lisbon", 2), ("Madrid", 1)]


def test_an_answer_keeps_the_second_city(talk: Talk) -> None:
    """Asked where to go first, one names it, and the other city is still wanted."""
    talk("plan_days", more_destinations=["Florence"], days=4)
    talk("plan_days", destination="Rome")
    assert {name for name, _ in course(talk)} == {"Rome", "Florence"}


def test_a_second_city_keeps_what_was_chosen_in_the_first(talk: Talk) -> None:
    """Places added and sent away stay so when the whole trip is said anew with a city more."""
    talk("plan_days", destination="Lisbon", days=2, start_date="4 December")
    planned = [v.place for day in talk.plan.days for v in day.visits if not v.meal]
    unwanted = planned[0]
    talk("remove_place", place=unwanted.name)
    talk("add_place", place="National Tile Museum")
    chosen = talk.plan.request.must_see
    assert chosen and unwanted.id in talk.plan.request.avoid
    talk("plan_days", destination="Lisbon", more_destinations=["Madrid"], days_each=[2, 2])
    visited = {v.place.id for day in talk.plan.days for v in day.visits}
    assert set(chosen) <= visited and unwanted.id not in visited
    assert course(talk) == [("Lisbon", 2), ("Madrid", 2)]


def test_edits_since_outweigh_what_was_wished_before(talk: Talk) -> None:
    """Asked for first and sent away since, or the other way round; what is said now wins."""
    first = {"must_see": ["Jerónimos Monastery"], "avoid": ["Belém Tower"]}
    talk("plan_days", destination="Lisbon", days=2, start_date="4 December", **first)
    talk("remove_place", place="Jerónimos Monastery")
    talk("add_place", place="Belém Tower")
    before = talk.plan.request
    two = {"destination": "Lisbon", "more_destinations": ["Madrid"], "days_each": [2, 2]}
    talk("plan_days", **two)
    assert talk.plan.request.must_see == before.must_see
    assert talk.plan.request.avoid == before.avoid
    talk("undo_change")
    talk("plan_days", **two, must_see=["Jerónimos Monastery"])
    assert {*before.must_see, *before.avoid} == {*talk.plan.request.must_see}
    assert talk.plan.request.avoid == ()


def test_a_city_again_at_the_end_keeps_what_was_chosen(iberia: Talk) -> None:
    iberia("add_place", place="National Tile Museum")
    chosen = iberia.plan.request.must_see
    iberia(
        "plan_days", destination="Lisbon", more_destinations=["Madrid", "Lisbon"],
        days_each=[2, 1, 1],
    )  # fmt: skip
    assert course(iberia) == [("Lisbon", 2), ("Madrid", 1), ("Lisbon", 1)]
    assert chosen and set(chosen) <= set(iberia.plan.request.must_see)
