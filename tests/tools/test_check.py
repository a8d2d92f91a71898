"""The referee: each kind of violation, by breaking a valid plan in just that way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, time, timedelta

import pytest

from tests.tools import factories
from tests.tools.factories import (
    FRIDAY,
    LONDON,
    NAPLES,
    ROME,
    TRAVEL,
    by_id,
    planned,
    request,
)
from tools.check import check
from tools.place import Coordinates, Diet, MealKind
from tools.trip import (
    Day,
    DayHours,
    FreeTime,
    Itinerary,
    LeftOut,
    Leg,
    Mode,
    Money,
    Pace,
    Pin,
    Stay,
    Visit,
    WalkLimit,
)

PLAN = planned(
    request(
        days=2,
        must_see=("rome-arena", "rome-nowhere"),
        pins=(Pin("rome-temple", 1, time(15)),),
        budget=400.0,
        step_free=True,
        diets=(),
    ),
    iterations=120,
)


def _with_day(plan: Itinerary, day: Day, number: int = 1) -> Itinerary:
    return replace(plan, days=(*plan.days[: number - 1], day, *plan.days[number:]))


def _with_visit(plan: Itinerary, number: int, old: Visit, new: Visit) -> Itinerary:
    day = plan.days[number - 1]
    visits = tuple(new if v is old else v for v in day.visits)
    return _with_day(plan, replace(day, visits=visits), number)


def _change_visit(change: Callable[[Visit], Visit], meal: bool = False) -> Itinerary:
    old = next(v for v in PLAN.days[0].visits if (v.meal is not None) is meal and not v.pinned)
    return _with_visit(PLAN, 1, old, change(old))


def _change_request(**wishes: object) -> Itinerary:
    return replace(PLAN, request=replace(PLAN.request, **wishes))  # type: ignore[arg-type]


def _change_leg(index: int, minutes: int) -> Itinerary:
    day = PLAN.days[0]
    legs = list(day.legs)
    legs[index] = replace(legs[index], minutes=minutes)
    return _with_day(PLAN, replace(day, legs=tuple(legs)))


def _closed_then(visit: Visit) -> Visit:
    return replace(visit, place=replace(visit.place, hours="Mo-Th 09:00-19:00"))


def _without_meal() -> Itinerary:
    day = PLAN.days[0]
    at = next(n for n, v in enumerate(day.visits) if v.meal is MealKind.DINNER)
    before = day.visits[at - 1].place.coordinates
    after = PLAN.request.base if at + 1 == len(day.visits) else day.visits[at + 1].place.coordinates
    legs = (*day.legs[:at], TRAVEL.leg(before, after), *day.legs[at + 2 :])
    return _with_day(PLAN, replace(day, visits=day.visits[:at] + day.visits[at + 1 :], legs=legs))


def _far_leg() -> int:
    day = PLAN.days[0]
    return max(range(1, len(day.legs) - 1), key=lambda n: day.legs[n].minutes)


def _late_meal() -> Itinerary:
    """Lunch at 14:15, with nothing after it."""
    day = PLAN.days[0]
    at = next(n for n, v in enumerate(day.visits) if v.meal is MealKind.LUNCH)
    lunch = day.visits[at]
    shift = timedelta(hours=14, minutes=15) - timedelta(
        hours=lunch.arrival.hour, minutes=lunch.arrival.minute
    )
    late = replace(lunch, arrival=lunch.arrival + shift, departure=lunch.departure + shift)
    home = TRAVEL.leg(lunch.place.coordinates, PLAN.request.base)
    short = replace(day, visits=(*day.visits[:at], late), legs=(*day.legs[: at + 1], home))
    return replace(
        _with_day(PLAN, short),
        request=replace(PLAN.request, must_see=(), pins=()),
        left_out=(LeftOut("dinner on day 1", "none wanted"),),
    )


TOUR = factories.toured()


def _change_transfer(**facts: object) -> Itinerary:
    first, *rest = TOUR.transfers
    return replace(TOUR, transfers=(replace(first, **facts), *rest))  # type: ignore[arg-type]


def _change_tour(**wishes: object) -> Itinerary:
    return replace(TOUR, request=replace(TOUR.request, **wishes))  # type: ignore[arg-type]


def _free_at_a_visit() -> Itinerary:
    visit = PLAN.days[0].visits[0]
    return _change_request(free=(FreeTime(1, visit.arrival.time(), visit.departure.time()),))


def _free_on_the_way() -> Itinerary:
    """All the time between two visits is to stay free, so that no way can be gone."""
    day = PLAN.days[0]
    at = _far_leg()
    before, after = day.visits[at - 1], day.visits[at]
    return _change_request(free=(FreeTime(1, before.departure.time(), after.arrival.time()),))


def _ridden() -> Itinerary:
    """A walk is told as a ride that takes as long."""
    day = PLAN.days[0]
    legs = list(day.legs)
    at = min(range(1, len(legs) - 1), key=lambda n: legs[n].minutes)
    legs[at] = replace(legs[at], mode=Mode.TRANSIT)
    return _with_day(PLAN, replace(day, legs=tuple(legs)))


def _no_rest() -> Itinerary:
    """A sight is left only just in time for the next stop."""
    day = PLAN.days[0]
    at = next(n for n, v in enumerate(day.visits[:-1]) if v.meal is None)
    leg, after = day.legs[at + 1], day.visits[at + 1]
    leaves = after.arrival - timedelta(minutes=leg.minutes + 1)
    return _with_visit(PLAN, 1, day.visits[at], replace(day.visits[at], departure=leaves))


def _unasked_kind() -> str:
    wished = ("rome-arena", "rome-temple")
    return next(
        v.place.category.value for v in PLAN.visits if v.meal is None and v.place.id not in wished
    )


MUTATIONS: dict[str, tuple[str, Callable[[], Itinerary]]] = {
    "dates shifted": ("dates", lambda: _change_request(start=FRIDAY + timedelta(days=7))),
    "a day missing": ("dates", lambda: replace(PLAN, days=PLAN.days[:1])),
    "naive time": (
        "timezone",
        lambda: _change_visit(lambda v: replace(v, arrival=v.arrival.replace(tzinfo=None))),
    ),
    "another zone": (
        "timezone",
        lambda: _change_visit(lambda v: replace(v, departure=v.departure.astimezone(UTC))),
    ),
    "closed that day": ("closed", lambda: _change_visit(_closed_then)),
    "unreadable hours": (
        "closed",
        lambda: _change_visit(lambda v: replace(v, place=replace(v.place, hours="often"))),
    ),
    "visit cut short": (
        "short",
        lambda: _change_visit(lambda v: replace(v, departure=v.departure - timedelta(minutes=1))),
    ),
    "leg told too short": ("travel", lambda: _change_leg(_far_leg(), 2)),
    "leg told so long that the next starts too early": (
        "travel",
        lambda: _change_leg(_far_leg(), 300),
    ),
    "a leg missing": (
        "travel",
        lambda: _with_day(PLAN, replace(PLAN.days[0], legs=PLAN.days[0].legs[1:])),
    ),
    "way from the base": (
        "base",
        lambda: _change_request(lodging=Coordinates(41.99, 12.48)),
    ),
    "too early": ("day_bounds", lambda: _change_request(day_start=time(11, 30))),
    "too late": ("day_bounds", lambda: _change_request(day_end=time(20, 0))),
    "before the day's own hour": (
        "day_bounds",
        lambda: _change_request(hours=(DayHours(1, start=time(11, 30)),)),
    ),
    "before one has arrived": ("day_bounds", lambda: _change_request(arrive_at=time(10, 45))),
    "after one has left": ("day_bounds", lambda: _change_request(leave_at=time(21, 0))),
    "in free time": ("free_time", _free_at_a_visit),
    "a way through free time": ("travel", _free_on_the_way),
    "a ride as quick as the walk": ("travel", _ridden),
    "no rest after a sight": ("rest", _no_rest),
    "a walk too long": ("walk", lambda: _change_request(walk=WalkLimit(leg_minutes=3))),
    "too much on foot": ("walk", lambda: _change_request(walk=WalkLimit(day_metres=400))),
    "too many of a kind": (
        "most_of",
        lambda: _change_request(most_of=((_unasked_kind(), 0),)),
    ),
    "no way between cities": ("transfer", lambda: replace(TOUR, transfers=TOUR.transfers[1:])),
    "a way too quick": (
        "transfer",
        lambda: _change_transfer(arrival=TOUR.transfers[0].departure + timedelta(minutes=30)),
    ),
    "a way elsewhere": ("transfer", lambda: _change_transfer(destination=LONDON)),
    "a way on another day": ("transfer", lambda: _change_transfer(day=2)),
    "a sight before arriving": (
        "transfer",
        lambda: _change_transfer(arrival=TOUR.transfers[0].arrival + timedelta(hours=5)),
    ),
    "a sight in the city before": (
        "place",
        lambda: _change_tour(stays=(Stay(ROME, 1), Stay(NAPLES, 2), Stay(LONDON, 2))),
    ),
    "stays that are no trip": (
        "dates",
        lambda: _change_tour(stays=(Stay(ROME, 2), Stay(NAPLES, 1), Stay(LONDON, 3))),
    ),
    "another city's money": (
        "price",
        lambda: replace(
            TOUR,
            days=(
                *TOUR.days[:4],
                replace(
                    TOUR.days[4],
                    visits=tuple(
                        replace(v, price=replace(v.price, currency="EUR"))
                        for v in TOUR.days[4].visits
                    ),
                ),
            ),
        ),
    ),
    "budget in two currencies": (
        "budget",
        lambda: _change_tour(budget=sum(v.price.amount for v in TOUR.visits) + 1.0),
    ),
    "no dinner": ("meal", _without_meal),
    "lunch too late": ("meal", _late_meal),
    "a sight as a meal": (
        "meal",
        lambda: _change_visit(lambda v: replace(v, meal=MealKind.BREAKFAST)),
    ),
    "a restaurant as a sight": (
        "meal",
        lambda: _change_visit(lambda v: replace(v, meal=None), meal=True),
    ),
    "diet": ("diet", lambda: _change_request(diets=(Diet.KOSHER,))),
    "price": ("price", lambda: _change_request(travellers=2)),
    "currency": (
        "price",
        lambda: _change_visit(lambda v: replace(v, price=Money(v.price.amount, "USD"))),
    ),
    "budget": ("budget", lambda: _change_request(budget=20.0)),
    "must-see": (
        "must_see",
        lambda: _change_request(must_see=(*PLAN.request.must_see, "rome-tower")),
    ),
    "explanation lost": ("must_see", lambda: replace(PLAN, left_out=())),
    "explained by a wish that could be several places": (
        "must_see",
        lambda: replace(PLAN, left_out=(LeftOut("the arch", "which?", could_be=("A", "B")),)),
    ),
    "pin to a day": (
        "pin",
        lambda: _change_request(pins=(Pin("rome-temple", 2, time(15)),)),
    ),
    "pin to a time": (
        "pin",
        lambda: _change_request(pins=(Pin("rome-temple", 1, time(15, 31)),)),
    ),
    "pin lost": ("pin", lambda: _change_request(pins=(Pin("rome-garden-gate"),))),
    "avoided place": ("avoid", lambda: _change_request(avoid=("rome-arena",))),
    "avoided category": (
        "avoid_category",
        lambda: _change_request(
            avoid_categories=(
                next(
                    v.place.category.value
                    for v in PLAN.visits
                    if v.meal is None and v.place.id not in ("rome-arena", "rome-temple")
                ),
            )
        ),
    ),
    "steps": (
        "step_free",
        lambda: _change_visit(lambda v: replace(v, place=replace(v.place, step_free=False))),
    ),
    "twice": (
        "duplicate",
        lambda: _with_day(PLAN, replace(PLAN.days[0], date=PLAN.days[1].date), 2),
    ),
    "too many sights": ("pace", lambda: _change_request(pace=Pace.RELAXED)),
    "too long for children": (
        "pace",
        lambda: _change_visit(lambda v: replace(v, departure=v.departure + timedelta(hours=4))),
    ),
    "elsewhere": (
        "place",
        lambda: _change_visit(
            lambda v: replace(v, place=replace(v.place, coordinates=Coordinates(42.5, 12.5)))
        ),
    ),
    "another city's": (
        "place",
        lambda: _change_visit(lambda v: replace(v, place=replace(v.place, city="milan"))),
    ),
}


def test_the_plans_to_be_broken_are_valid() -> None:
    """The plans that the mutations start from have no violation, and are not trivial."""
    assert check(TOUR, TRAVEL) == ()
    assert [len(day.visits) > 1 for day in TOUR.days] == [True] * 5
    assert TOUR.cost.amount > sum(v.price.amount for v in TOUR.visits) + 1.0
    assert check(PLAN, TRAVEL) == ()
    assert [len(day.sights) > 3 for day in PLAN.days] == [True, True]
    assert any(visit.pinned for visit in PLAN.visits)
    assert [entry.what for entry in PLAN.left_out] == ["rome-nowhere"]


@pytest.mark.parametrize("name", MUTATIONS)
def test_each_way_of_breaking_a_plan_is_caught(name: str) -> None:
    """Breaking the plan in one way gives a violation of that kind, in a readable sentence."""
    kind, mutate = MUTATIONS[name]
    found = {v.kind: v for v in check(mutate(), TRAVEL)}
    assert kind in found
    assert found[kind].message.endswith(".")


def test_every_documented_kind_has_a_mutation() -> None:
    """No kind of violation that `check` documents goes untested."""
    documented = {
        part.strip('"., \n')
        for part in (check.__doc__ or "").split("Kinds:")[1].split("Raises")[0].split(",")
    }
    assert documented == {kind for kind, _ in MUTATIONS.values()}


def test_plan_is_judged_from_its_json_alone() -> None:
    """After a round trip through JSON the verdicts are the same, good and bad."""
    assert check(Itinerary.from_json(PLAN.to_json())) == ()
    broken = replace(PLAN, request=replace(PLAN.request, budget=20.0))
    again = Itinerary.from_json(broken.to_json())
    assert [v.kind for v in check(again)] == ["budget"]


def test_a_meal_named_in_left_out_is_not_missed() -> None:
    """A missing dinner that is explained is no violation."""
    plan = _without_meal()
    told = replace(plan, left_out=(*plan.left_out, LeftOut("dinner on day 1", "closed")))
    assert "meal" not in {v.kind for v in check(told, TRAVEL)}


def test_wish_beats_avoided_category() -> None:
    """Who avoids ruins but asks for the arena gets it without a violation."""
    plan = planned(request(avoid_categories=("ruins",), must_see=("rome-arena",)))
    assert "rome-arena" in {v.place.id for v in plan.visits}
    assert check(plan, TRAVEL) == ()


def test_short_trip_of_hand_made_times() -> None:
    """One visit written by hand holds, and its first leg told shorter than it is does not."""
    wish = request(days=1, day_start=time(9), day_end=time(11, 30))
    place = by_id("rome-temple")
    zone = factories.planned(wish).visits[0].arrival.tzinfo
    leg = TRAVEL.leg(wish.base, place.coordinates)
    begin = factories.planned(wish).visits[0].arrival.replace(hour=9, minute=30, tzinfo=zone)
    visit = Visit(place, begin, begin + timedelta(minutes=45), Money(10.0, "EUR"))
    plan = Itinerary(wish, (Day(date(2027, 4, 9), (visit,), (leg, leg)),))
    assert check(plan, TRAVEL) == ()
    hurried = replace(plan.days[0], legs=(Leg(Mode.WALK, 1, 10), leg))
    assert [v.kind for v in check(replace(plan, days=(hurried,)), TRAVEL)] == ["base"]
