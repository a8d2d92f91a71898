"""A trip that is said anew, with other days or more cities: what stands, and what is told to go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from tests.tools.talk import Talk
from tools.actions.said_anew import gone_with_days
from tools.trip import FreeTime, Pin


def _day_of(talk: Talk, name: str) -> int:
    found = talk.plan.visit_of(talk.visit(name).place.id)
    assert found is not None
    return found[0]


def test_other_days_each_take_along_what_was_fixed(iberia: Talk) -> None:
    """Pins and free hours of Madrid's days stay on Madrid's first and second."""
    prado = iberia.services.store.find_by_name("Prado Museum", "madrid")
    iberia("pin_place", place=prado.name, day=4, time="10:00")
    iberia("set_hours", day=4, end="20:00")
    iberia("keep_free", day=2, time="2 to 4")
    longer = iberia("plan_days", days_each=[3, 2])
    assert longer.situation == "planned_cities" and longer.notes == ()
    request = iberia.plan.request
    assert request.pins == (Pin(prado.id, 5, time(10)),)
    assert [(own.day, own.end) for own in request.hours] == [(5, time(20))]
    assert request.free == (FreeTime(2, time(14), time(16)),)
    turned = iberia("plan_days", destination="Madrid", more_destinations=["Lisbon"])
    assert turned.situation == "planned_cities"
    assert iberia.plan.request.pins == (Pin(prado.id, 2, time(10)),)
    assert iberia.plan.request.free == (FreeTime(4, time(14), time(16)),)


def test_what_went_with_a_day_is_told(iberia: Talk) -> None:
    """Its place stays, fixed to no day any more."""
    prado = iberia.services.store.find_by_name("Prado Museum", "madrid")
    iberia("add_place", place=prado.name, day=4)
    iberia("keep_free", day=4, time="5 to 6 pm")
    iberia("set_hours", day=4, end="20:00")
    shorter = iberia("plan_days", days_each=[3, 1])
    assert shorter.notes == (
        f"{prado.name} is no longer fixed to a day: the one in Madrid is gone.",
        "17:00 to 18:00 was to stay free on a day in Madrid that is gone.",
        "The hours of a day in Madrid that is gone went with it.",
    )
    assert iberia.plan.request.pins == (Pin(prado.id),)


def test_days_fewer_and_a_wish_in_one(lisbon: Talk) -> None:
    """A pin to a day that the trip no longer has is none to refuse it all for."""
    name = lisbon.plan.days[2].sights[0].place.name
    lisbon("pin_place", place=name, day=3)
    outcome = lisbon("plan_days", days=2, pace="relaxed")
    assert outcome.situation.startswith("planned")
    assert outcome.notes == (f"{name} is no longer fixed to a day: the one in Lisbon is gone.",)
    assert name in lisbon.names()


def test_a_city_in_front_keeps_dates_and_what_was_fixed(talk: Talk) -> None:
    talk("plan_days", destination="Porto", days=3, start_date="4 May 2027", lodging="Ribeira")
    name = talk.plan.days[1].sights[0].place.name
    talk("pin_place", place=name, day=2)
    talk("keep_free", day=3, time="2 to 4")
    lodging = talk.plan.request.lodging
    assert lodging is not None
    outcome = talk("plan_days", destination="Lisbon", more_destinations=["Porto"])
    assert outcome.situation == "need_days"
    outcome = talk("plan_days", days_each=[2, 3])
    assert outcome.situation == "planned_cities" and outcome.notes == ()
    request = talk.plan.request
    assert request.start == date(2027, 5, 4)
    assert talk.trip.wishes.start_date == "2027-05-04"
    assert _day_of(talk, name) == 4
    assert request.free == (FreeTime(5, time(14), time(16)),)
    assert [stay.lodging for stay in request.stays] == [None, lodging]


def test_other_dates_that_are_said_count(talk: Talk) -> None:
    talk("plan_days", destination="Porto", days=2, start_date="4 May 2027")
    talk(
        "plan_days", destination="Lisbon", more_destinations=["Porto"], days_each=[2, 2],
        end_date="20 May 2027",
    )  # fmt: skip
    assert talk.plan.request.dates[-1] == date(2027, 5, 20)
    talk(
        "plan_days", destination="Madrid", more_destinations=["Lisbon", "Porto"],
        days_each=[1, 2, 2], start_date="10 May 2027",
    )  # fmt: skip
    assert talk.plan.request.start == date(2027, 5, 10)


def test_an_hour_that_falls_on_the_way_is_kept_on_another_day(talk: Talk) -> None:
    """The first day in the city is the one on which one comes now; it is told."""
    talk("plan_days", destination="Madrid", days=2, start_date="4 May 2027")
    prado = talk.services.store.find_by_name("Prado Museum", "madrid")
    talk("pin_place", place=prado.name, day=1, time="10:00")
    outcome = talk(
        "plan_days", destination="Lisbon", more_destinations=["Madrid"], days_each=[1, 2]
    )
    (note,) = outcome.notes
    assert note.startswith(
        f"{prado.name} could not stay fixed to day 2 at 10:00: the day goes from"
    )
    visit = talk.visit(prado.name)
    assert note.endswith(f"; it is on day 3 at {visit.arrival:%H:%M} now.")
    assert talk.plan.request.pins == (Pin(prado.id, None, time(10)),)


def test_an_assumed_date_stays_assumed(talk: Talk) -> None:
    talk("plan_days", destination="Porto", days=2)
    start = talk.plan.request.start
    talk("plan_days", destination="Lisbon", more_destinations=["Porto"], days_each=[2, 2])
    assert talk.plan.request.start == start
    assert talk.trip.wishes.start_date is None
    assert talk.plan.notes[0].startswith("You named no date")


def test_a_place_that_found_no_room_is_told_by_its_name(lisbon: Talk) -> None:
    """And by its id where nobody knows it any more."""
    services = lisbon.services
    other = services.store.find_by_name(lisbon.lacks(), "lisbon")
    pins = (Pin(other.id, 3), Pin("lisbon-gone-for-good", 3))
    old = replace(lisbon.plan, request=replace(lisbon.plan.request, pins=pins))
    shorter = replace(lisbon.plan.request, days=2)
    gone = "is no longer fixed to a day: the one in Lisbon is gone."
    assert gone_with_days(services, old, shorter) == (
        f"{other.name} {gone}",
        f"lisbon-gone-for-good {gone}",
    )
