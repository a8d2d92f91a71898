"""A wish that the usual hours leave no room for: they give way, those that were named do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from tests.tools.factories import PLACES, TRAVEL, planned, request, sight
from tests.tools.talk import Talk
from tools import editing
from tools.check import check
from tools.childrens_rest import CHILDRENS_REST
from tools.editing.rooms import rooms
from tools.errors import InfeasibleError
from tools.place import Place
from tools.trip import KIDS_BUSY_SHARE, DayHours, Itinerary, Pace, TripRequest

FAR = sight("pyramid", north=22, minutes=120, hours="Mo-Su 07:00-17:00")
"""22 km off: a ride of more than an hour."""
CLUB = sight("club", minutes=120, hours="Mo-Su 20:30-24:00")
NIGHT = sight("night", minutes=150, hours="Mo-Su 22:00-04:00")
SHOW = sight("show", minutes=120, hours="Mo-Su 19:30-21:30")
FAIR = sight("fair", minutes=360, hours="Mo-Su 09:00-21:00", kids=True)
ZOO = sight("zoo", minutes=240, hours="Mo-Su 11:00-18:00", kids=True)
EVERY = (*PLACES, FAR, CLUB, ZOO, NIGHT, SHOW, FAIR)


def _planner() -> editing.Planner:
    return editing.Planner(EVERY, TRAVEL, iterations=60)


def _plan(of: TripRequest) -> Itinerary:
    return planned(of, EVERY)


def _family() -> TripRequest:
    return request(days=2, good_for_kids=True, free=(CHILDRENS_REST,), day_end=time(20))


def test_a_day_begins_earlier_for_a_named_hour() -> None:
    """Only that day, and so far that one gets there; the plan says so and holds."""
    edit = editing.add_place(_plan(request(days=2)), _planner(), FAR.id, day=2, at=time(9, 15))
    (own,) = edit.itinerary.request.hours
    assert own.day == 2 and own.end is None
    way = TRAVEL.leg(edit.itinerary.request.base, FAR.coordinates).minutes
    assert own.start is not None
    begins = own.start.hour * 60 + own.start.minute
    assert 9 * 60 + 15 - way - 20 <= begins <= 9 * 60 + 15 - way
    visit = next(v for v in edit.itinerary.days[1].visits if v.place == FAR)
    assert time(9) <= visit.arrival.time() <= time(9, 30)
    assert edit.changes[1] == f"Day 2 begins at {own.start:%H:%M} for it."
    assert check(edit.itinerary) == ()


def test_a_day_ends_later_for_what_opens_in_the_evening() -> None:
    """Without a day the one is chosen that has to change least, and the place is fixed to it."""
    plan = _plan(request(days=2, hours=(DayHours(1, end=time(18)),)))
    edit = editing.add_place(plan, _planner(), CLUB.id)
    assert edit.itinerary.request.hours[0] == DayHours(1, end=time(18))
    assert edit.itinerary.request.hours[1] == DayHours(2, end=time(22, 45), made_for=(CLUB.id,))
    assert "Day 2 ends at 22:45 for it." in edit.changes
    assert CLUB in [visit.place for visit in edit.itinerary.days[1].visits]
    assert check(edit.itinerary) == ()


def test_moving_and_fixing_make_room_too() -> None:
    plan = editing.add_place(_plan(request(days=2)), _planner(), FAR.id, day=1).itinerary
    moved = editing.move_place(plan, _planner(), FAR.id, 2, time(8, 30))
    assert any("begins at" in change for change in moved.changes)
    fixed = editing.pin_place(plan, _planner(), FAR.id, at=time(8, 30))
    assert any("begins at" in change for change in fixed.changes)


def test_the_childrens_rest_gives_way_to_a_day_at_the_zoo() -> None:
    """On that day alone."""
    edit = editing.add_place(_plan(_family()), _planner(), ZOO.id, day=1)
    assert edit.itinerary.request.free == (replace(CHILDRENS_REST, day=2),)
    assert "The children's rest on day 1 is left out for it." in edit.changes
    assert check(edit.itinerary) == ()


def test_the_rest_stays_where_a_visit_fits_beside_it() -> None:
    edit = editing.add_place(_plan(_family()), _planner(), "rome-gallery", day=1)
    assert edit.itinerary.request.free == (CHILDRENS_REST,)


@pytest.mark.parametrize(
    ("of", "place", "at", "reason"),
    [
        (request(days=1, day_start=time(9, 30)), FAR, time(9), "from 09:30 to"),
        (request(days=1, hours=(DayHours(1, start=time(9)),)), FAR, time(9), "the way there takes"),
        (request(days=1, arrive_at=time(8)), FAR, time(9), "."),
        (request(days=1, day_end=time(21)), CLUB, None, "."),
        (request(days=1, leave_at=time(22)), CLUB, None, "."),
        (request(days=1), FAR, time(18), "it is not open"),
        (request(days=1), CLUB, time(3), "it is not open for a whole visit at 03:00"),
        (request(days=1), CLUB, time(8, 30), "it is not open for a whole visit at 08:30"),
    ],
)
def test_hours_that_were_named_stay(
    of: TripRequest, place: Place, at: time | None, reason: str
) -> None:
    """It is refused, with the reason that binds, and nothing has changed."""
    plan = _plan(of)
    assert not rooms(of, place, [1], at, TRAVEL)
    with pytest.raises(InfeasibleError, match=reason):
        editing.add_place(plan, _planner(), place.id, day=1, at=at)


def test_a_widened_day_is_nobodys_wish() -> None:
    """It can be widened again, is left by what it was widened for, and gives way to named hours."""
    first = editing.add_place(_plan(request(days=2)), _planner(), FAR.id, day=2, at=time(9, 15))
    (own,) = first.itinerary.request.hours
    assert own.made_for == (FAR.id,)
    later = editing.add_place(first.itinerary, _planner(), CLUB.id, day=2)
    (both,) = later.itinerary.request.hours
    assert both.start == own.start and both.end is not None and both.end > time(21, 30)
    gone = editing.remove_place(first.itinerary, _planner(), FAR.id)
    assert gone.itinerary.request.hours == ()
    assert Itinerary.from_json(first.itinerary.to_json()) == first.itinerary


def test_a_day_widened_for_two_is_left_by_the_last() -> None:
    """Taking one out neither narrows the day for the other nor is refused for it."""
    both = editing.add_place(_plan(request(days=2)), _planner(), FAR.id, day=2, at=time(9, 15))
    both = editing.add_place(both.itinerary, _planner(), CLUB.id, day=2)
    (own,) = both.itinerary.request.hours
    assert own.made_for == (FAR.id, CLUB.id)
    one = editing.remove_place(both.itinerary, _planner(), CLUB.id).itinerary
    assert FAR in [visit.place for visit in one.days[1].visits] and check(one) == ()
    assert editing.remove_place(one, _planner(), FAR.id).itinerary.request.hours == ()


def test_an_hour_that_was_named_stays_when_the_place_goes() -> None:
    """Out at ten was the traveller's wish, the late end the club's."""
    plan = _plan(request(days=2, hours=(DayHours(2, start=time(10)),)))
    wide = editing.add_place(plan, _planner(), CLUB.id, day=2).itinerary
    (own,) = wide.request.hours
    assert own.start == time(10) and own.end == time(22, 45)
    assert not rooms(wide.request, FAR, [2], time(9), TRAVEL), "ten was named"
    (left,) = editing.remove_place(wide, _planner(), CLUB.id).itinerary.request.hours
    assert left.start == time(10)


def test_hours_for_every_day_leave_what_a_day_was_widened_for() -> None:
    wide = editing.add_place(_plan(request(days=2)), _planner(), CLUB.id, day=2).itinerary
    later = editing.set_hours(wide, _planner(), None, time(9, 30), None).itinerary
    assert later.request.hours == (DayHours(2, end=time(22, 45), made_for=(CLUB.id,)),)


def test_a_place_without_a_day_is_not_fixed_to_the_one_made_for_it() -> None:
    edit = editing.add_place(_plan(request(days=2)), _planner(), CLUB.id)
    assert edit.itinerary.request.pins == ()
    visit = next(v for v in edit.itinerary.visits if v.place == CLUB)
    assert not visit.pinned


def test_no_room_is_told_where_none_was_made() -> None:
    """A must-see that is left out on one day and fits on the other as it is."""
    short = request(days=2, must_see=(FAR.id,), hours=(DayHours(1, end=time(10)),))
    plan = _plan(short)
    without = replace(
        plan,
        days=tuple(
            replace(day, visits=(), legs=()) if any(v.place == FAR for v in day.visits) else day
            for day in plan.days
        ),
    )
    room, told = editing.with_room(without, _planner())
    assert all("for it" in sentence for sentence in told)
    assert room.request.must_see == (FAR.id,)


def test_no_room_is_made_where_there_is_some() -> None:
    assert not rooms(request(days=2), PLACES[0], [1, 2], None, TRAVEL)
    assert not rooms(_family(), PLACES[0], [1, 2], None, TRAVEL)


def test_a_rest_that_the_family_chose_takes_the_place_of_the_usual_one(talk: Talk) -> None:
    """A zoo of four hours in the afternoon stays beside a nap from noon to two."""
    talk("plan_days", destination="Lisbon", days=2, start_date="4 June", good_for_kids=True)
    talk("keep_free", time="from noon to 2pm")
    assert [(f.day, f.start, f.end) for f in talk.plan.request.free] == [(None, time(12), time(14))]
    talk("keep_free", day=1, time="from 17:00 to 18:00")
    assert CHILDRENS_REST not in talk.plan.request.free
    other = Talk(talk.services)
    other("plan_days", destination="Lisbon", days=2, start_date="4 June", good_for_kids=True)
    other("keep_free", day=2, time="from 17:00 to 18:00")
    assert CHILDRENS_REST in other.plan.request.free


def test_the_foremost_of_a_name_is_meant_in_a_trip_of_several_cities(talk: Talk) -> None:
    """Which city comes first does not matter; a name in full does."""
    talk(
        "plan_days", destination="Rome", more_destinations=["Florence"], days=5,
        start_date="4 June", must_see=["Accademia", "Pantheon"],
    )  # fmt: skip
    assert "Accademia Gallery" in talk.names() and "Pantheon" in talk.names()
    assert not talk.plan.left_out


def test_a_month_of_the_trip_is_the_trips(talk: Talk) -> None:
    talk("plan_days", destination="Lisbon", days=2, start_date="5 November 2027")
    light = talk("look_up", topic="daylight", when="November")
    assert light.facts["day"] == "Fri 5 Nov 2027"


def test_a_must_see_makes_room_when_the_trip_is_planned(talk: Talk) -> None:
    """What gave way is among the notes; a must-see that fits anyway changes no hours."""
    talk(
        "plan_days", destination="Los Angeles", days=2, start_date="10 June 2027",
        must_see=["Walt Disney Concert Hall", "Griffith Observatory"],
    )  # fmt: skip
    assert "Walt Disney Concert Hall" in talk.names() and not talk.plan.left_out
    (own,) = talk.plan.request.hours
    assert own.end is not None and own.end > time(21, 30)
    assert any(f"Day {own.day} ends at {own.end:%H:%M} for it." in n for n in talk.plan.notes)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("start_date", "the day of the frog"),
        ("start_date", "1 November 2026"),  # past
        ("end_date", "whenever"),
        ("arrive_at", "teapot"),
        ("day_start", "whenever"),
        ("max_walk", "forty tons"),
    ],
)
def test_a_wish_that_can_not_be_read_loses_no_other(talk: Talk, key: str, said: str) -> None:
    refused = talk(
        "plan_days", destination="Lisbon", days=2, travellers=3, diet=["vegan"], **{key: said}
    )
    assert refused.situation == "cannot"
    talk("plan_days", pace="relaxed")
    wished = talk.plan.request
    assert (wished.city.name, wished.days, wished.travellers) == ("Lisbon", 2, 3)
    assert [diet.value for diet in wished.diets] == ["vegan"]


def test_swapped_days_take_the_room_that_was_made_along() -> None:
    """Earlier hours are the place's, not the date's; an end that was named is the date's."""
    plan = _plan(request(days=3, hours=(DayHours(1, end=time(20)),)))
    made = editing.add_place(plan, _planner(), FAR.id, day=2, at=time(9, 15)).itinerary
    begins = next(own.start for own in made.request.hours if own.day == 2)
    later = editing.swap_days(made, _planner(), 2, 3)
    hours = {own.day: own for own in later.itinerary.request.hours}
    assert hours == {
        1: DayHours(1, end=time(20)),
        3: DayHours(3, begins, made_for=(FAR.id,)),
    }
    assert FAR in [visit.place for visit in later.itinerary.days[2].visits]
    assert begins is not None
    assert later.changes[1] == f"Day 3 begins at {begins:%H:%M} for {FAR.name}."
    assert check(later.itinerary) == ()
    first = editing.swap_days(made, _planner(), 1, 2).itinerary
    assert first.request.hours == (DayHours(1, begins, time(20), (FAR.id,), "end"),)
    assert FAR in [visit.place for visit in first.days[0].visits]
    assert check(first) == ()


def test_swapped_days_take_along_that_the_rest_is_left_out() -> None:
    made = editing.add_place(_plan(_family()), _planner(), ZOO.id, day=1).itinerary
    swapped = editing.swap_days(made, _planner(), 1, 2).itinerary
    assert swapped.request.free == (replace(CHILDRENS_REST, day=1),)
    assert ZOO in [visit.place for visit in swapped.days[1].visits]
    assert check(swapped) == ()


def test_room_stays_with_a_place_that_can_not_go_along() -> None:
    """Closed on the other day, it goes back to its own, which begins early for it as before."""
    closed = replace(FAR, hours="We-Su 07:00-17:00")
    places = tuple(closed if place == FAR else place for place in EVERY)
    planner = editing.Planner(places, TRAVEL, iterations=60)
    wish = request(
        days=2,
        start=date(2027, 3, 2),  # a Tuesday
        must_see=(closed.id,),
        day_end=time(13),
        hours=(DayHours(2, time(7), made_for=(closed.id,)),),
    )
    made = planned(wish, places)
    assert closed in [visit.place for visit in made.days[1].visits]
    swapped = editing.swap_days(made, planner, 1, 2).itinerary
    assert swapped.request.hours == wish.hours
    assert closed in [visit.place for visit in swapped.days[1].visits]
    assert check(swapped) == ()


def test_a_night_goes_on_past_midnight() -> None:
    """Only a day that nobody ended; and it is over when the place goes."""
    edit = editing.add_place(_plan(request(days=2)), _planner(), NIGHT.id, day=1)
    visit = next(v for v in edit.itinerary.visits if v.place == NIGHT)
    assert visit.departure.date() > visit.arrival.date() == edit.itinerary.days[0].date
    assert "Day 1 goes on past midnight for it." in edit.changes
    assert check(edit.itinerary) == () == check(Itinerary.from_json(edit.itinerary.to_json()))
    later = editing.set_hours(edit.itinerary, _planner(), 1, time(11), None)
    assert any(v.place == NIGHT for v in later.itinerary.visits) and check(later.itinerary) == ()
    gone = editing.remove_place(edit.itinerary, _planner(), NIGHT.id)
    assert gone.itinerary.request.hours == ()


@pytest.mark.parametrize(
    "of",
    [
        request(days=1, day_end=time(23, 59)),
        request(days=1, hours=(DayHours(1, time(10), time(22)),)),
        request(days=1, good_for_kids=True, day_end=time(20)),
        request(days=1, leave_at=time(23, 30)),
    ],
)
def test_who_named_an_end_or_has_children_is_back_by_midnight(of: TripRequest) -> None:
    assert not rooms(of, NIGHT, [1], None, TRAVEL)
    with pytest.raises(InfeasibleError):
        editing.add_place(_plan(of), _planner(), NIGHT.id)


def test_nothing_begins_after_midnight() -> None:
    """A day with an open end holds no more sights than others."""
    wide = DayHours(1, end=time(23, 59), made_for=(NIGHT.id,))
    plan = _plan(request(days=1, hours=(wide,), must_see=(NIGHT.id,)))
    assert all(visit.arrival.date() == plan.days[0].date for visit in plan.visits)


def test_the_rest_after_a_sight_is_counted() -> None:
    """A relaxed day ends later for a club than a packed one, once it has to end later at all."""
    ends = []
    for pace in (Pace.PACKED, Pace.RELAXED):
        plan = _plan(request(days=2, pace=pace, hours=(DayHours(1, end=time(18)),)))
        edit = editing.add_place(plan, _planner(), CLUB.id, day=2, at=time(20, 45))
        assert check(edit.itinerary) == ()
        own = [own.end for own in edit.itinerary.request.hours if own.day == 2]
        ends.append(own[0] if own and own[0] else time(21, 30))
    assert ends[0] < ends[1]


def test_the_day_is_the_reason_where_the_place_is_open() -> None:
    """The club is open until midnight; the day is what ends."""
    plan = _plan(request(days=1, day_end=time(22)))
    with pytest.raises(InfeasibleError, match="takes 120 minutes, and the day goes from 09:00 to"):
        editing.add_place(plan, _planner(), CLUB.id, day=1, at=time(21))


@pytest.mark.parametrize("pace", list(Pace))
@pytest.mark.parametrize("children", [False, True])
def test_a_day_at_the_fair_is_had_at_any_pace(pace: Pace, children: bool) -> None:
    """Alone on its day where it is longer than the pace allows, and then that is told."""
    family = replace(_family(), pace=pace)
    plan = _plan(family if children else request(days=2, pace=pace))
    edit = editing.add_place(plan, _planner(), FAIR.id, day=2)
    assert check(edit.itinerary) == ()
    alone = [visit.place for visit in edit.itinerary.days[1].sights] == [FAIR]
    notes = [note for note in edit.itinerary.notes if FAIR.name in note]
    exception = FAIR.minutes > pace.max_busy_minutes * (KIDS_BUSY_SHARE if children else 1)
    assert bool(notes) == exception and alone >= exception
    assert set(notes) <= set(edit.changes)
    gone = editing.remove_place(edit.itinerary, _planner(), FAIR.id)
    assert not any(FAIR.name in note for note in gone.itinerary.notes)


def test_nobody_is_brought_to_a_day_at_the_fair_unasked() -> None:
    plan = _plan(request(days=2, pace=Pace.RELAXED))
    assert FAIR not in [visit.place for visit in plan.visits]
    asked = editing.add_place(plan, _planner(), FAIR.id, day=1).itinerary
    unasked = replace(asked, request=replace(asked.request, must_see=(), pins=()))
    assert "pace" in [broken.kind for broken in check(unasked)]


def test_the_childrens_rest_gives_way_to_a_fair_that_is_a_must_see(talk: Talk) -> None:
    """Though the day then has no time for lunch: a meal is less than a wish."""
    talk(
        "plan_days", destination="Shanghai", days=2, start_date="10 June 2027",
        good_for_kids=True, must_see=["Shanghai Disneyland"],
    )  # fmt: skip
    assert "Shanghai Disneyland" in talk.names()
    assert any("is for Shanghai Disneyland alone" in note for note in talk.plan.notes)
    talk("plan_days", pace="packed")
    assert "Shanghai Disneyland" in talk.names()
    assert not any("alone" in note for note in talk.plan.notes)
