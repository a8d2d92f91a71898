"""Cities that come and go, and more or fewer days in one of them."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from tests.tools.talk import Talk
from tests.tools.tours import cities_by_day, course, programme

# -- one city more


def test_add_city(iberia: Talk) -> None:
    """A city comes at the end with its way; all days before stay to the minute."""
    before = iberia.plan
    outcome = iberia("add_city", city="Seville", days=2)
    assert outcome.situation == "city_added"
    assert outcome.facts == {"city": "Seville", "days": "2 days"}
    assert course(iberia) == [("Lisbon", 2), ("Madrid", 2), ("Seville", 2)]
    assert iberia.plan.days[:4] == before.days and iberia.plan.transfers[0] == before.transfers[0]
    assert cities_by_day(iberia.plan)[4:] == [{"seville"}, {"seville"}]
    way = iberia.plan.transfers[1]
    assert (way.day, way.origin.name, way.destination.name) == (5, "Madrid", "Seville")
    assert iberia.trip.wishes.more_destinations == ["Madrid", "Seville"]
    assert iberia.trip.wishes.days_each == [2, 2, 2] and iberia.trip.wishes.days == 6
    assert iberia("undo_change").situation == "undone" and iberia.plan == before


def test_add_city_to_a_trip_of_one(talk: Talk) -> None:
    """A trip of one city becomes one of two; without days a usual stay is added and told."""
    talk("plan_days", destination="Lisbon", days=2, start_date="4 December")
    before = talk.plan
    outcome = talk("add_city", city="Porto")
    assert outcome.facts == {"city": "Porto", "days": "2 days"}
    assert course(talk) == [("Lisbon", 2), ("Porto", 2)]
    assert talk.plan.days[:2] == before.days
    assert talk("explain_plan").situation == "planned_cities"


def test_add_the_first_city_again(iberia: Talk) -> None:
    """One may come back to the first city, which then shows what was not seen yet."""
    seen = set(iberia.names(1)) | set(iberia.names(2))
    assert iberia("add_city", city="Lisbon", days=1).situation == "city_added"
    assert course(iberia) == [("Lisbon", 2), ("Madrid", 2), ("Lisbon", 1)]
    back = set(iberia.names(5))
    assert back and not back & seen


def test_days_added_to_the_last_city_are_a_longer_stay(iberia: Talk) -> None:
    assert iberia("add_city", city="Madrid", days=1).situation == "longer"
    assert course(iberia) == [("Lisbon", 2), ("Madrid", 3)]


@pytest.mark.parametrize(
    ("arguments", "situation", "fact"),
    [
        ({"city": "Madrid"}, "cannot", {"reason": "the trip already ends in Madrid"}),
        ({"city": "Porto", "days": 0}, "cannot", {}),
        ({"city": "Porto", "days": -2}, "cannot", {}),
        ({"city": "Porto", "days": 18}, "cannot", {}),
        ({"city": "Springfield"}, "ambiguous", {"name": "Springfield"}),
        ({"city": "Lissbon"}, "unknown_place", {"name": "Lissbon", "suggestion": "Lisbon"}),
        ({"city": "Lyon"}, "unknown_city", {"city": "Lyon"}),
        ({"city": ""}, "cannot", {}),
        ({"days": 2}, "cannot", {"reason": "the city is missing"}),
    ],
)
def test_cities_that_can_not_be_added(
    iberia: Talk, arguments: dict[str, Any], situation: str, fact: dict[str, str]
) -> None:
    """Each gets its own answer, and the trip stays as it was."""
    before = iberia.trip
    outcome = iberia("add_city", **arguments)
    assert outcome.situation == situation
    assert fact.items() <= outcome.facts.items()
    assert iberia.trip == before


def test_no_more_than_six_stays(talk: Talk) -> None:
    """A seventh stay is refused with the number that is possible."""
    talk(
        "plan_days", destination="Lisbon", days_each=[1] * 6, start_date="4 December",
        more_destinations=["Porto", "Madrid", "Seville", "Madrid", "Barcelona"],
    )  # fmt: skip
    assert len(course(talk)) == 6
    before = talk.trip
    outcome = talk("add_city", city="Paris", days=1)
    assert outcome.situation == "cannot" and "at most 6 cities" in outcome.facts["reason"]
    assert talk.trip == before


def test_without_a_trip_nothing_is_added(talk: Talk) -> None:
    """Adding a city to no trip asks where to go; explaining none does, too."""
    assert talk("add_city", city="Rome").situation == "need_destination"
    assert talk("explain_plan").situation == "need_destination"
    assert talk("keep_free", day=1).situation == "need_destination"
    assert talk("set_hours", start="10am").situation == "need_destination"


# -- longer and shorter


def test_longer_in_the_first_city(iberia: Talk) -> None:
    """A day more in the first city leaves its days alone; those of the next come a day later."""
    before = iberia.plan
    outcome = iberia("extend_trip", days=1, location="Lisbon")
    assert outcome.situation == "longer" and outcome.facts == {"days": "5 days"}
    assert course(iberia) == [("Lisbon", 3), ("Madrid", 2)]
    assert iberia.plan.days[:2] == before.days[:2]
    assert cities_by_day(iberia.plan)[2] == {"lisbon"}
    (way,) = iberia.plan.transfers
    assert way.day == 4 and way.departure.date() == date(2026, 12, 7)
    arrival = [visit.place.name for visit in before.days[2].visits]
    assert len(set(iberia.names(4)) & set(arrival)) * 2 >= len(arrival)


def test_longer_moves_pins_hours_and_free_days_along(iberia: Talk) -> None:
    """What was fixed to a day of the later city stays with that day, which has a new number."""
    pinned = iberia.plan.days[3].sights[-1].place.name
    iberia("pin_place", place=pinned)
    iberia("set_hours", day=4, start="10am", end="9pm")
    iberia("keep_free", day=3, time="after 6pm")
    assert iberia("extend_trip", days=2, location="the city of Lisbon").situation == "longer"
    assert course(iberia) == [("Lisbon", 4), ("Madrid", 2)]
    visit = next(v for v in iberia.plan.days[5].visits if v.place.name == pinned)
    assert visit.pinned
    assert iberia.plan.days[5].visits[0].arrival.time() >= time(10)
    assert all(visit.departure.time() <= time(18) for visit in iberia.plan.days[4].visits)
    assert any(visit.departure.time() > time(18) for visit in iberia.plan.days[2].visits)


def test_longer_without_a_city_means_the_last(iberia: Talk) -> None:
    """The trip goes on where it ends; all days there were stay to the minute."""
    before = iberia.plan
    iberia("extend_trip", days=1)
    assert course(iberia) == [("Lisbon", 2), ("Madrid", 3)]
    assert iberia.plan.days[:4] == before.days and iberia.plan.transfers == before.transfers
    assert cities_by_day(iberia.plan)[4] == {"madrid"}


def test_shorter_in_the_first_city(iberia: Talk) -> None:
    """A day less in the first city takes its last one; the next city comes a day earlier."""
    before = iberia.plan
    outcome = iberia("shorten_trip", days=1, location="Lisbon")
    assert outcome.situation == "shorter" and outcome.facts == {"days": "3 days"}
    assert course(iberia) == [("Lisbon", 1), ("Madrid", 2)]
    assert iberia.plan.days[0] == before.days[0]
    assert iberia.plan.transfers[0].day == 2
    assert iberia.plan.request.start == date(2026, 12, 4)
    assert [day.date.day for day in iberia.plan.days] == [4, 5, 6]
    gone = {visit.place.name for visit in before.days[1].visits}
    assert not gone & set(iberia.names())
    assert all(name in outcome.changes[0] for name in gone)


def test_shorter_by_a_day_of_the_last_city(iberia: Talk) -> None:
    """A certain day goes, the others stay to the minute, and wishes follow."""
    before = iberia.plan
    iberia("shorten_trip", day=4)
    assert course(iberia) == [("Lisbon", 2), ("Madrid", 1)]
    assert iberia.plan.days == before.days[:3] and iberia.plan.transfers == before.transfers
    assert iberia.trip.wishes.days_each == [2, 1]


def test_shorter_until_a_city_is_gone(iberia: Talk) -> None:
    """All days of the last city less is a trip to the first alone, with no way left."""
    before = iberia.plan
    outcome = iberia("shorten_trip", days=2, location="Madrid")
    assert outcome.facts == {"days": "2 days"}
    assert iberia.plan.days == before.days[:2] and iberia.plan.transfers == ()
    assert course(iberia) == [("Lisbon", 2)]
    wishes = iberia.trip.wishes
    assert wishes.destination == "Lisbon" and wishes.more_destinations is None
    assert wishes.days == 2 and wishes.days_each is None
    iberia("undo_change")
    assert iberia.plan == before and iberia.trip.wishes.days_each == [2, 2]


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("shorten_trip", {"days": 3, "location": "Madrid"}, "2 days in Madrid"),
        ("shorten_trip", {"days": 1, "location": "Paris"}, "leads to Lisbon and Madrid"),
        ("shorten_trip", {"days": 4}, "at least 1 has to be left"),
        ("shorten_trip", {"days": 0, "location": "Madrid"}, "at least 1 day"),
        ("shorten_trip", {"day": 5}, "days 1 to 4"),
        ("extend_trip", {"days": 1, "location": "Narnia"}, "leads to Lisbon and Madrid"),
        ("extend_trip", {"days": 0, "location": "Lisbon"}, "at least 1 day"),
        ("extend_trip", {"days": 18, "location": "Lisbon"}, "at most 21"),
        ("extend_trip", {"location": "Lisbon"}, "days is missing"),
        ("swap_days", {"day": 2, "other_day": 3}, "can't be swapped"),
        ("add_place", {"place": "Belém Tower", "day": 4}, "not in Madrid"),
    ],
)
def test_lengths_that_no_trip_can_have(
    iberia: Talk, name: str, arguments: dict[str, Any], says: str
) -> None:
    """One sentence says what is wrong, and the trip stays as it was."""
    before = iberia.trip
    outcome = iberia(name, **arguments)
    assert outcome.situation == "cannot" and says in outcome.facts["reason"]
    assert iberia.trip == before


def test_new_days_for_all_cities_are_shared_out(iberia: Talk) -> None:
    """`plan_days` with other days keeps the cities in their order and pins where they fit."""
    pinned = iberia.plan.days[0].sights[0].place.name
    iberia("pin_place", place=pinned)
    iberia("plan_days", days=6)
    assert [name for name, _ in course(iberia)] == ["Lisbon", "Madrid"]
    assert sum(days for _, days in course(iberia)) == len(iberia.plan.days) == 6
    assert pinned in iberia.names(1)


# -- a city out


@pytest.fixture
def grand(talk: Talk) -> Talk:
    """A conversation about Lisbon, Madrid and Seville, from Friday, 4 December."""
    talk(
        "plan_days", destination="Lisbon", more_destinations=["Madrid", "Seville"],
        days_each=[2, 1, 2], start_date="4 December",
    )  # fmt: skip
    return talk


@pytest.mark.parametrize("said", ["Madrid", "madrid", "MADRID", "the Madrid"])
def test_a_city_goes(grand: Talk, said: str) -> None:
    """Without the middle city the way leads from the first to the last, a day earlier."""
    before = grand.plan
    outcome = grand("remove_place", place=said)
    assert outcome.situation == "city_removed"
    assert outcome.facts == {"city": "Madrid", "days": "4 days"}
    assert course(grand) == [("Lisbon", 2), ("Seville", 2)]
    assert grand.plan.days[:2] == before.days[:2]
    (way,) = grand.plan.transfers
    assert (way.day, way.origin.name, way.destination.name) == (3, "Lisbon", "Seville")
    assert not any(visit.place.city == "madrid" for visit in grand.plan.visits)
    assert grand("add_place", place="Prado Museum").situation == "unknown_place"
    grand("undo_change")
    assert grand.plan == before


def test_the_first_city_goes(grand: Talk) -> None:
    """The trip then begins in the second city, on its own date."""
    before = grand.plan
    outcome = grand("remove_place", place="Lisbon")
    assert outcome.facts == {"city": "Lisbon", "days": "3 days"}
    assert course(grand) == [("Madrid", 1), ("Seville", 2)]
    assert grand.trip.wishes.destination == "Madrid"
    assert grand.plan.request.start == date(2026, 12, 6)
    assert grand.plan.days[1:] == before.days[3:]


def test_a_city_that_comes_twice_goes_with_all_its_days(iberia: Talk) -> None:
    """Both stays in a city go; two stays that then meet become one."""
    iberia("add_city", city="Lisbon", days=1)
    iberia("remove_place", place="Madrid")
    assert course(iberia) == [("Lisbon", 3)] and iberia.plan.transfers == ()
    iberia("undo_change")
    iberia("remove_place", place="Lisbon")
    assert course(iberia) == [("Madrid", 2)] and iberia.plan.transfers == ()


def test_a_place_with_the_city_in_its_name_is_no_city(iberia: Talk) -> None:
    """Lisbon Cathedral is the sight alone, and Lisbon stays."""
    if "Lisbon Cathedral" not in iberia.names():
        iberia("add_place", place="Lisbon Cathedral")
    day = next(n for n in (1, 2) if "Lisbon Cathedral" in iberia.names(n))
    others = [programme(of_day) for of_day in iberia.plan.days[2:]]
    outcome = iberia("remove_place", place="Lisbon Cathedral")
    assert outcome.facts == {"place": "Lisbon Cathedral", "day": f"day {day}"}
    assert course(iberia) == [("Lisbon", 2), ("Madrid", 2)]
    assert "Lisbon Cathedral" not in iberia.names()
    assert [programme(of_day) for of_day in iberia.plan.days[2:]] == others
