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
from tools.trip import Itinerary, Pace

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
    wish = data.draw(factories.requests(tuple(planner.places)))
    kept = replace(wish, pins=current.request.pins, avoid=())
    return editing.replan(current, planner, kept), set()


_EDITS = (
    *("add", "remove", "replace", "move", "pin", "swap", "pace", "interests", "budget", "dates"),
    *("extend", "shorten", "replan"),
)
