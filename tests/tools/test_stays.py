"""Trips through several cities: ways between, wishes, hours and money of each stay."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.factories import (
    FRIDAY,
    LONDON,
    NAPLES,
    PLACES,
    ROME,
    TRAVEL,
    moved_to,
    request,
    sight,
)
from tools.check import check
from tools.daytime import bounds
from tools.errors import InfeasibleError
from tools.money import convert
from tools.place import City, Coordinates
from tools.planning import plan
from tools.planning.stays import (
    Part,
    by_city,
    parts_of,
    share,
    transfers_of,
    with_stays,
)
from tools.transfers import TransferTimes
from tools.trip import DayHours, FreeTime, Itinerary, Pin, Stay, Transfer, TripRequest

TIMES = TransferTimes()
MONDAY = date(2027, 4, 12)
EVERYWHERE = (*PLACES, *moved_to(NAPLES), *moved_to(LONDON))
TOUR = (Stay(ROME, 2), Stay(NAPLES, 1), Stay(LONDON, 2))
TO_LONDON_AND_BACK = (Stay(ROME, 1), Stay(LONDON, 1), Stay(ROME, 2))


def _tour(*stays: Stay, **wishes: object) -> TripRequest:
    """Through those cities, from Friday the 9th of April on."""
    return with_stays(request(**wishes), stays or TOUR)  # type: ignore[arg-type]


def _ways(*stays: Stay, **wishes: object) -> tuple[Transfer, ...]:
    return transfers_of(_tour(*stays, **wishes), TIMES)


def _parts(*stays: Stay, **wishes: object) -> tuple[Part, ...]:
    return parts_of(_tour(*stays, **wishes), by_city(EVERYWHERE), TIMES)


def _planned(*stays: Stay, **wishes: object) -> Itinerary:
    return plan(_tour(*stays, **wishes), EVERYWHERE, TRAVEL, iterations=30)


# -- the trip --------------------------------------------------------------------------------


def test_a_tour_begins_in_its_first_city() -> None:
    """City and lodging are the first stay's, the days those of all; other wishes are kept."""
    inn = Coordinates(40.86, 14.27)
    made = _tour(Stay(NAPLES, 3, inn, "Inn"), Stay(ROME, 1), budget=500.0, travellers=2)
    assert (made.city, made.lodging, made.lodging_name, made.days) == (NAPLES, inn, "Inn", 4)
    assert made.cities == (NAPLES, ROME)
    assert (made.budget, made.travellers, made.start) == (500.0, 2, FRIDAY)


def test_a_single_stay_is_an_ordinary_trip() -> None:
    """A tour that is cut down to one city has no stays any more."""
    cut = with_stays(_tour(), [Stay(LONDON, 3)])
    assert (cut.city, cut.days, cut.stays) == (LONDON, 3, ())


# -- ways between ----------------------------------------------------------------------------


def test_a_way_sets_out_when_its_day_begins() -> None:
    """Two days of Rome and one of Naples: one leaves on the third and fourth morning at nine."""
    first, second = _ways()
    assert (first.day, first.origin, first.destination) == (3, ROME, NAPLES)
    assert (second.day, second.origin, second.destination) == (4, NAPLES, LONDON)
    assert first.departure == datetime(2027, 4, 11, 9, tzinfo=ZoneInfo("Europe/Rome"))
    assert second.departure == datetime(2027, 4, 12, 9, tzinfo=ZoneInfo("Europe/Rome"))


def test_arrival_is_told_by_the_clock_there() -> None:
    """Five hours after nine it is two in Naples and one in London."""
    to_naples, to_london = _ways(
        Stay(ROME, 1), Stay(NAPLES, 1, way_minutes=300), Stay(LONDON, 1, way_minutes=300)
    )
    assert f"{to_naples.arrival:%H:%M %z}" == "14:00 +0200"
    assert f"{to_london.arrival:%H:%M %z}" == "13:00 +0100"


@given(st.dates(date(2027, 5, 1), date(2027, 9, 1)), st.integers(1, 2000))
def test_a_way_lasts_as_long_as_was_told(start: date, minutes: int) -> None:
    """Whatever the clocks of the two cities show, the way takes its minutes."""
    (way,) = _ways(Stay(ROME, 1), Stay(LONDON, 3, way_minutes=minutes), start=start)
    assert way.minutes == minutes
    elapsed = way.arrival.astimezone(UTC) - way.departure.astimezone(UTC)
    assert elapsed == timedelta(minutes=minutes)


def test_an_early_start_of_the_day_is_one_of_the_way() -> None:
    """One who gets up at six that day leaves at six, on that day alone."""
    first, second = _ways(hours=(DayHours(3, time(6)),), day_start=time(10))
    assert (first.departure.time(), second.departure.time()) == (time(6), time(10))


@pytest.mark.parametrize("onwards", [(Stay(LONDON, 1),), ()])
def test_a_stay_over_before_arrival_is_refused(onwards: tuple[Stay, ...]) -> None:
    """A day in a city that is a day and an hour away is refused, also at the trip's end."""
    stays = (Stay(ROME, 1), Stay(NAPLES, 1, way_minutes=25 * 60), *onwards)
    with pytest.raises(InfeasibleError, match=r"1 day in Naples is too short.* Rome .* 25 hours"):
        _ways(*stays)
    with pytest.raises(InfeasibleError):
        _planned(*stays)


@pytest.mark.parametrize(("days", "hours"), [(1, 14), (2, 25), (2, 38), (3, 60)])
def test_a_longer_stay_makes_room_for_a_longer_way(days: int, hours: int) -> None:
    """It is enough to arrive before midnight on the stay's last day."""
    way, onwards = _ways(Stay(ROME, 1), Stay(NAPLES, days, way_minutes=hours * 60), Stay(LONDON, 1))
    assert way.arrival < onwards.departure and onwards.day == 2 + days


# -- a stay of its own -----------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from((ROME, NAPLES, LONDON)), st.integers(1, 3)), min_size=2))
def test_the_parts_are_the_whole(drawn: list[tuple[City, int]]) -> None:
    """Put one after the other, the stays have the trip's dates and its cities."""
    wish = _tour(*(Stay(city, days) for city, days in drawn))
    parts = parts_of(wish, by_city(EVERYWHERE), TIMES)
    assert tuple(on for part in parts for on in part.request.dates) == wish.dates
    assert tuple(part.request.city for part in parts) == wish.cities
    assert [part.transfer is None for part in parts] == [True] + [False] * (len(parts) - 1)


def test_wishes_go_to_their_city() -> None:
    """Each city has its own must-sees and pins, by its own days; unknown ones are the first's."""
    rome, naples, london = _parts(
        must_see=("london-arena", "rome-forum", "nowhere"),
        pins=(Pin("london-tower", 5, time(15)), Pin("naples-forum", 3), Pin("rome-arena")),
    )
    assert set(rome.request.must_see) == {"rome-forum", "nowhere"}
    assert (naples.request.must_see, london.request.must_see) == ((), ("london-arena",))
    assert rome.request.pins == (Pin("rome-arena"),)
    assert naples.request.pins == (Pin("naples-forum", 1),)
    assert london.request.pins == (Pin("london-tower", 2, time(15)),)


def test_hours_of_a_certain_day_are_of_its_stay() -> None:
    """A rest on day 5 is one on the second in London, a daily one is had everywhere; the hours of
    arrival and departure bind the first and the last stay alone.
    """
    siesta, rest = FreeTime(None, time(14), time(15)), FreeTime(5, time(10), time(12))
    parts = _parts(free=(siesta, rest), arrive_at=time(11), leave_at=time(18))
    rome, naples, london = (part.request for part in parts)
    assert rome.free == naples.free == (siesta,)
    assert london.free == (siesta, FreeTime(2, time(10), time(12)))
    assert [rome.arrive_at, naples.arrive_at, london.arrive_at] == [time(11), None, None]
    assert [rome.leave_at, naples.leave_at, london.leave_at] == [None, None, time(18)]


def test_a_day_begins_on_arrival() -> None:
    """After five hours on the way to London one has from 13:00 to one's own end of the day."""
    stays = (Stay(ROME, 1), Stay(LONDON, 2, way_minutes=300))
    london = _parts(*stays, hours=(DayHours(2, end=time(18)),))[1].request
    assert bounds(london, 1) == (13 * 60, 18 * 60)
    assert bounds(london, 2) == (9 * 60, 21 * 60 + 30)
    made = _planned(*stays)
    assert check(made, TRAVEL) == ()
    assert made.days[1].visits[0].arrival >= made.transfers[0].arrival


def test_a_day_on_the_way_is_empty() -> None:
    """Who arrives at 15:00 on the next day has nothing planned before, and no meal is missed."""
    made = _planned(Stay(ROME, 1), Stay(NAPLES, 2, way_minutes=30 * 60))
    assert made.transfers[0].arrival.date() == FRIDAY + timedelta(days=2)
    assert made.days[1].visits == ()
    assert made.days[2].visits[0].arrival >= made.transfers[0].arrival
    assert not [entry for entry in made.left_out if entry.what.endswith("on day 2")]
    assert check(made, TRAVEL) == ()


# -- money -----------------------------------------------------------------------------------


def test_money_is_shared_by_days() -> None:
    """Of 900 euros two of five days have 360; what Rome left over is Naples' and London's."""
    wish = _tour(budget=900.0)
    rome, naples, london = parts_of(wish, by_city(EVERYWHERE), TIMES)
    assert share(wish, rome, 0.0) == pytest.approx(360, abs=0.02)
    assert share(wish, naples, 300.0) == pytest.approx(200, abs=0.02)
    assert share(wish, london, 450.0) == pytest.approx(convert(450, "EUR", "GBP"), abs=0.02)
    assert share(_tour(), rome, 0.0) is None


@given(st.lists(st.integers(1, 4), min_size=2, max_size=6), st.floats(20, 5000))
def test_shares_spent_in_full_are_no_more_than_the_budget(days: list[int], budget: float) -> None:
    """Where each city spends all it may, the trip keeps to its budget and uses nearly all of it."""
    cities = [(ROME, NAPLES)[n % 2] for n in range(len(days))]
    wish = _tour(*(Stay(c, d) for c, d in zip(cities, days, strict=True)), budget=budget)
    spent = 0.0
    for part in parts_of(wish, by_city(EVERYWHERE), TIMES):
        mine = share(wish, part, spent)
        assert mine is not None and mine > 0
        spent += mine
    assert budget - 0.02 <= spent <= budget


# -- a city visited twice --------------------------------------------------------------------


def test_a_city_seen_twice_shows_other_places() -> None:
    """Back in Rome nothing is visited or eaten at that was there the first time."""
    made = _planned(*TO_LONDON_AND_BACK)
    first, again = made.days[0].visits, (*made.days[2].visits, *made.days[3].visits)
    assert first and again
    assert not {v.place.id for v in first} & {v.place.id for v in again}
    assert check(made, TRAVEL) == ()


def test_a_must_see_of_a_city_seen_twice_is_seen_once() -> None:
    """It does not matter on which of the stays."""
    made = _planned(*TO_LONDON_AND_BACK, must_see=("rome-forum",))
    assert [v.place.id for v in made.visits].count("rome-forum") == 1


def test_a_must_see_closed_on_the_first_stay_waits_for_the_second() -> None:
    """A far-off shed that opens on Thursdays is seen on the Thursday on which one is back."""
    shed = sight("shed", north=5, minutes=120, hours="Th 09:00-19:00", importance=1)
    wish = _tour(*TO_LONDON_AND_BACK, start=MONDAY, must_see=(shed.id,))
    made = plan(wish, (*EVERYWHERE, shed), TRAVEL, iterations=30)
    assert [n for n, d in enumerate(made.days, 1) for v in d.visits if v.place == shed] == [4]


def test_a_pin_to_a_day_is_of_the_stay_on_that_day() -> None:
    """In Rome on days 1, 3 and 4, what is fixed to day 4 is on day 2 of the second stay."""
    first, london, again = _parts(*TO_LONDON_AND_BACK, pins=(Pin("rome-arena", 4),))
    assert first.request.pins == london.request.pins == ()
    assert again.request.pins == (Pin("rome-arena", 2),)


def test_a_city_at_both_ends_shares_its_wishes() -> None:
    """A must-see is told once, and what is fixed to the second stay waits for it."""
    arena = "rome-arena"
    stays = [Stay(ROME, 1), Stay(NAPLES, 1), Stay(ROME, 2)]
    places = (*PLACES, *moved_to(NAPLES))
    made = plan(with_stays(request(must_see=(arena,)), stays), places, TRAVEL, iterations=60)
    assert [v.place.id for v in made.visits].count(arena) == 1
    assert all(entry.what not in ("Arena", arena) for entry in made.left_out)
    fixed = with_stays(request(pins=(Pin(arena, 3),)), stays)
    later = plan(fixed, places, TRAVEL, iterations=60)
    assert check(later, TRAVEL) == ()
    assert arena in {visit.place.id for visit in later.days[2].visits}


def test_a_way_across_a_clock_change_takes_as_long() -> None:
    """A night of 23 hours makes no way shorter."""
    evening = request(start=date(2027, 3, 25), day_start=time(18))
    wish = with_stays(evening, [Stay(ROME, 2), Stay(LONDON, 3, way_minutes=1300)])
    (way,) = transfers_of(wish, TransferTimes())
    assert way.minutes == 1300
    assert (way.arrival.timestamp() - way.departure.timestamp()) / 60 == 1300
