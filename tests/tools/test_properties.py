"""Random cities, requests and edits, with `check` as the oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.tools import factories
from tests.tools.factories import TRAVEL
from tools import editing
from tools.check import check
from tools.editing import Edit, Planner
from tools.errors import InputError
from tools.place import Category, Interest, Place
from tools.planning import plan
from tools.planning.stays import with_stays
from tools.trip import Itinerary, Pace, Stay, TripRequest

_CITIES = factories.places() | st.integers(0, 10**6).map(factories.dense_city)
_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)


@settings(max_examples=100, deadline=None, suppress_health_check=_SLOW)
@given(st.data())
def test_any_plan_passes_the_check(data: st.DataObject) -> None:
    """Whatever the city and the request, the plan holds, and the same seed plans it again."""
    places = data.draw(_CITIES)
    request = data.draw(factories.requests(places))
    made = plan(request, places, TRAVEL, iterations=12, seed=1)
    assert check(made, TRAVEL) == ()
    assert Itinerary.from_json(made.to_json()) == made
    assert plan(request, places, TRAVEL, iterations=12, seed=1) == made


@settings(max_examples=40, deadline=None, suppress_health_check=_SLOW)
@given(st.data())
def test_any_tour_passes_the_check_and_so_do_its_edits(data: st.DataObject) -> None:
    """Through two or three cities, whatever else is wished, the plan holds, after edits, too."""
    rome = data.draw(st.integers(0, 10**6).map(factories.dense_city))
    cities = data.draw(st.permutations((factories.ROME, factories.NAPLES, factories.LONDON)))
    cities = cities[: data.draw(st.integers(2, 3))]
    here = {c.id: rome if c is factories.ROME else factories.moved_to(c, rome) for c in cities}
    places = [place for of_city in here.values() for place in of_city]
    wish = data.draw(factories.requests(tuple(places)))
    stays = [Stay(city, data.draw(st.integers(1, 2))) for city in cities]
    wish = with_stays(replace(wish, hours=(), free=(), pins=()), stays)
    current = plan(wish, places, TRAVEL, iterations=6)
    assert check(current, TRAVEL) == ()
    assert Itinerary.from_json(current.to_json()) == current
    assert [t.day for t in current.transfers] == _firsts(wish)
    planner = Planner(places, TRAVEL, iterations=6, today=date(2026, 12, 1))
    for _ in range(data.draw(st.integers(0, 2))):
        try:
            edit, _may_drop = _edit(data, current, planner)
        except InputError as error:
            event(type(error).__name__)
            continue
        assert check(edit.itinerary, TRAVEL) == ()
        current = edit.itinerary


def _firsts(wish: TripRequest) -> list[int]:
    """The first days of the later stays."""
    counts = [stay.days for stay in wish.stays]
    return [sum(counts[:n]) + 1 for n in range(1, len(counts))]


@settings(max_examples=100, deadline=None, suppress_health_check=_SLOW)
@given(st.data())
def test_any_edits_pass_the_check_and_keep_the_pins(data: st.DataObject) -> None:
    """After up to four edits in a row the plan holds, and no pin that was kept is lost.

    A refused edit leaves everything as it was.
    """
    places = data.draw(_CITIES)
    request = data.draw(factories.requests(places))
    planner = Planner(places, TRAVEL, iterations=6, today=date(2026, 12, 1))
    current = plan(request, places, TRAVEL, iterations=6)
    for _ in range(data.draw(st.integers(1, 4))):
        before = current.to_json()
        try:
            edit, may_drop = _edit(data, current, planner)
        except InputError as error:
            event(type(error).__name__)
            refused = str(error)
            assert refused.endswith(".")
            assert current.to_json() == before
            continue
        assert edit.changes
        assert current.to_json() == before
        assert check(edit.itinerary, TRAVEL) == ()
        assert _pinned(current) - _pinned(edit.itinerary) <= may_drop
        current = edit.itinerary


def _pinned(itinerary: Itinerary) -> set[str]:
    """Pinned places that are in the plan."""
    fixed = {pin.place_id for pin in itinerary.request.pins}
    assert all(v.pinned == (v.place.id in fixed) for v in itinerary.visits)
    return fixed & {v.place.id for v in itinerary.visits}


def _edit(data: st.DataObject, current: Itinerary, planner: Planner) -> tuple[Edit, set[str]]:
    """One random edit, and the pinned places that it may take out."""
    known = [p.id for p in planner.places] or ["rome-nowhere"]
    in_plan = [v.place.id for v in current.visits] or known
    day = data.draw(st.none() | st.integers(1, 5))
    at = data.draw(st.none() | st.builds(time, st.integers(8, 21), st.sampled_from((0, 40))))
    some = data.draw(st.sampled_from(in_plan))
    kind = data.draw(st.sampled_from(_EDITS))
    event(kind)
    if kind == "add":
        return editing.add_place(
            current, planner, data.draw(st.sampled_from(known)), day, at
        ), set()
    if kind == "remove":
        return editing.remove_place(current, planner, some), {some}
    if kind == "replace":
        other: Place | None = data.draw(st.none() | st.sampled_from(planner.places or (None,)))
        category = data.draw(st.none() | st.sampled_from(Category))
        return editing.replace_place(current, planner, some, other, category), {some}
    if kind == "move":
        return editing.move_place(current, planner, some, day or 1, at), set()
    if kind == "pin":
        return editing.pin_place(current, planner, some, day, at), set()
    if kind == "swap":
        return editing.swap_days(current, planner, day or 1, data.draw(st.integers(1, 4))), set()
    if kind == "pace":
        return editing.set_pace(current, planner, data.draw(st.sampled_from(Pace))), set()
    if kind == "interests":
        wanted = tuple(data.draw(st.lists(st.sampled_from(Interest), max_size=2)))
        return editing.set_interests(current, planner, wanted), set()
    if kind == "budget":
        return editing.set_budget(current, planner, data.draw(st.none() | st.floats(0, 500))), set()
    if kind == "dates":
        start = current.request.start + timedelta(days=data.draw(st.integers(-10, 10)))
        return editing.set_dates(current, planner, start), set()
    if kind == "extend":
        return editing.extend_trip(current, planner, data.draw(st.integers(0, 2))), set()
    if kind == "shorten":
        return editing.shorten_trip(current, planner, data.draw(st.integers(0, 2)), day), set()
    if kind == "unpin":
        return editing.unpin_place(current, planner, some), {some}
    if kind == "hours":
        end = data.draw(st.none() | st.builds(time, st.integers(12, 23)))
        return editing.set_hours(current, planner, day, at, end), set()
    if kind == "free":
        end = data.draw(st.builds(time, st.integers(9, 23)))
        return editing.keep_free(current, planner, day, at or time(8), end), set()
    if kind == "city":
        city = data.draw(st.sampled_from((factories.NAPLES, factories.ROME)))
        return editing.add_city(current, planner, city, data.draw(st.integers(0, 2))), set()
    if kind == "no city":
        city = data.draw(st.sampled_from(current.request.cities))
        return editing.remove_city(current, planner, city.id), set(in_plan)
    wish = data.draw(factories.requests(tuple(planner.places)))
    kept = replace(wish, pins=current.request.pins, avoid=())
    if current.request.stays:
        kept = with_stays(replace(kept, hours=(), free=()), current.request.stays)
    return editing.replan(current, planner, kept), set()


_EDITS = (
    *("add", "remove", "replace", "move", "pin", "swap", "pace", "interests", "budget", "dates"),
    *("extend", "shorten", "replan", "unpin", "hours", "free", "city", "no city"),
)
