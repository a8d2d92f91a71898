"""Ways along the streets, in a plan and one by one, with the estimate behind them."""

from __future__ import annotations

import time
from dataclasses import replace
from math import ceil

import pytest

from tests.tools.factories import PLACES, request
from tests.tools.providers.conftest import Open, quick
from tests.tools.providers.shapes import osrm
from tests.tools.providers.stub import Answer, Asked, Stub, gone_url
from tools.catalog import perform
from tools.check import check
from tools.errors import ServiceUnavailableError
from tools.outcome import Trip
from tools.place import Coordinates
from tools.planning import plan
from tools.providers.answers import AnswerCache
from tools.providers.ledger import recording
from tools.providers.osrm import MOST_ENTRIES, OsrmWays
from tools.providers.ways import ESTIMATE_SOURCE, LiveTravelTimes
from tools.travel import EstimatedTravelTimes
from tools.trip import Mode

POINTS = [place.coordinates for place in PLACES[:8]]
A, B = Coordinates(41.8900, 12.4800), Coordinates(41.8990, 12.4800)
"""One kilometre of northward way."""


def _ways(url: str, cache: AnswerCache, **changes: object) -> LiveTravelTimes:
    return LiveTravelTimes([OsrmWays(quick(osrm_url=url, **changes), cache)], cache)


def test_one_way(stub: Stub, cache: AnswerCache) -> None:
    """The router's metres at a sightseer's pace, once asked for; there and back differ."""
    stub.say(osrm)
    ways = _ways(stub.url, cache)
    there, back = ways.leg(A, B), ways.leg(B, A)
    assert there.mode is Mode.WALK and 1490 <= there.metres <= 1510 and there.minutes == 21
    assert back.metres < there.metres
    assert "OSRM" in ways.source(A, B)
    ways.leg(A, B)
    assert [asked.path.split("/")[1] for asked in stub.asked] == ["route", "route"]
    assert stub.asked[0].path.endswith("12.480000,41.890000;12.480000,41.899000")
    same = ways.leg(A, A)
    assert (same.minutes, same.metres) == (0, 0)


def test_a_long_way_is_ridden(stub: Stub, cache: AnswerCache) -> None:
    """By public transport as estimated; sixty kilometres and more ask nobody."""
    stub.say(osrm)
    ways, estimate = _ways(stub.url, cache), EstimatedTravelTimes()
    far, farther = Coordinates(41.96, 12.48), Coordinates(43.0, 12.48)
    assert ways.leg(A, far) == estimate.leg(A, far) and ways.leg(A, far).mode is Mode.TRANSIT
    assert ways.leg(A, farther) == estimate.leg(A, farther)
    assert ways.source(A, farther) == ESTIMATE_SOURCE
    assert len(stub.asked) == 1


def test_matrix_and_leg_agree(stub: Stub, cache: AnswerCache) -> None:
    """One table for all, and no question afterwards: the planner and the referee see the same."""
    stub.say(osrm)
    ways = _ways(stub.url, cache)
    with recording() as ledger:
        matrix = ways.matrix([*POINTS, POINTS[0]])
    assert matrix.minutes.shape == (9, 9) and not matrix.minutes.flags.writeable
    for i, a in enumerate([*POINTS, POINTS[0]]):
        for j, b in enumerate([*POINTS, POINTS[0]]):
            assert matrix.leg(i, j) == ways.leg(a, b)
    ways.matrix(POINTS[2:5])
    assert len(stub.asked) == 1 and stub.asked[0].path.startswith("/table/v1/foot/")
    assert stub.asked[0].query == {"annotations": "duration,distance"}
    assert ledger.sources == ["© OpenStreetMap contributors (ODbL), by OSRM"]
    assert ways.matrix([]).minutes.shape == (0, 0)


def test_ways_outlive_the_process(stub: Stub, cache: AnswerCache) -> None:
    """Kept in the file: other tables of the same points, and single ways, ask nobody."""
    stub.say(osrm, Answer("", 500))
    first = _ways(stub.url, cache).matrix(POINTS)
    with recording() as ledger:
        again = _ways(stub.url, cache)
        assert again.leg(POINTS[0], POINTS[1]) == first.leg(0, 1)
        assert again.matrix(POINTS[1:6]).leg(0, 3) == first.leg(1, 4)
    assert len(stub.asked) == 1 and ledger.notes == [] and len(ledger.sources) == 1


def test_big_tables_come_in_parts(stub: Stub, cache: AnswerCache) -> None:
    """No more entries at once than a server allows."""
    stub.say(osrm)
    points = [Coordinates(41.8 + n / 1000, 12.48) for n in range(150)]
    ways = _ways(stub.url, cache)
    matrix = ways.matrix(points)
    assert len(stub.asked) == 3
    rows = [len(asked.query["sources"].split(";")) for asked in stub.asked]
    assert sum(rows) == 150 and max(rows) * 150 <= 10_000
    assert matrix.leg(149, 0) == ways.leg(points[149], points[0]) and len(stub.asked) == 3


def test_what_the_router_does_not_know_is_estimated(stub: Stub, cache: AnswerCache) -> None:
    """No way between two points, a point far from any street, no street at all: no failure."""

    def holes(asked: Asked) -> Answer:
        body = osrm(asked).body
        assert isinstance(body, dict)
        body["durations"][0][1] = body["distances"][0][1] = None
        body["sources"][2]["distance"] = body["destinations"][2]["distance"] = 90_000.0
        return Answer(body)

    stub.say(holes)
    ways, estimate = _ways(stub.url, cache), EstimatedTravelTimes()
    with recording() as ledger:
        matrix = ways.matrix(POINTS[:4])
    assert matrix.leg(0, 1) == estimate.leg(POINTS[0], POINTS[1])
    assert matrix.leg(2, 3) == estimate.leg(POINTS[2], POINTS[3])
    assert ways.source(POINTS[0], POINTS[1]) == ESTIMATE_SOURCE
    assert "OSRM" in ways.source(POINTS[1], POINTS[0])
    stub.say(Answer({"code": "NoRoute", "message": "Impossible route"}, 400))
    assert ways.leg(A, B) == estimate.leg(A, B)
    stub.say(Answer({"code": "NoSegment", "message": "Could not find a segment"}, 400))
    assert ways.matrix([A, POINTS[5]]).leg(0, 1) == estimate.leg(A, POINTS[5])
    assert ledger.notes == []


@pytest.mark.parametrize(
    "broken",
    [
        Answer({}, delay=20),
        Answer("", 502),
        Answer({}, 429, {"Retry-After": "600"}),
        Answer("gateway"),
        Answer({"code": "InvalidUrl", "message": "x"}, 400),
        Answer({"code": "Ok", "durations": [[0]], "distances": [[0]], "sources": [{}],
                "destinations": [{}]}),
        Answer({"code": "Ok", "durations": "?", "distances": 3, "sources": [], "destinations": []}),
    ],
    ids="slow failing limiting malformed refused size shape".split(),
)  # fmt: skip
def test_an_outage_ends_in_the_estimate(stub: Stub, cache: AnswerCache, broken: Answer) -> None:
    """The same legs as without a router, one note, and no other answer moments later."""
    stub.say(broken, osrm)
    ways, estimate = _ways(stub.url, cache, pause=0.001), EstimatedTravelTimes()
    with recording() as ledger:
        matrix = ways.matrix(POINTS)
    assert [matrix.leg(i, j) for i in range(8) for j in range(8) if i != j] == [
        estimate.leg(a, b) for a in POINTS for b in POINTS if a != b
    ]
    assert len(ledger.notes) == 1 and "OSRM" in ledger.notes[0]
    assert "estimated times were used instead" in ledger.notes[0]
    # the router is back, but the plan that was made with the estimate is still to be checked
    assert ways.leg(POINTS[0], POINTS[1]) == matrix.leg(0, 1)


def test_an_estimate_is_stood_by_for_an_hour_only(stub: Stub, cache: AnswerCache) -> None:
    """Then the router is asked again."""
    now = [0.0]
    router = OsrmWays(quick(osrm_url=stub.url, pause=0.001), cache)
    ways = LiveTravelTimes([router], cache, clock=lambda: now[0])
    stub.say(Answer("", 500), osrm)
    assert ways.leg(A, B) == EstimatedTravelTimes().leg(A, B)
    time.sleep(0.01)
    now[0] = 3601
    assert ways.leg(A, B).metres > EstimatedTravelTimes().leg(A, B).metres


def test_a_server_that_is_gone(cache: AnswerCache) -> None:
    """The provider raises; the travel times never do."""
    url = gone_url()
    with pytest.raises(ServiceUnavailableError):
        OsrmWays(quick(osrm_url=url), cache).route(A, B)
    assert _ways(url, cache).leg(A, B) == EstimatedTravelTimes().leg(A, B)


def test_plans_hold_on_streets(stub: Stub, cache: AnswerCache) -> None:
    """Ways that are longer one way than the other: the planner's plan passes the referee."""
    stub.say(osrm)
    ways = _ways(stub.url, cache)
    for seed in range(3):
        itinerary = plan(request(3), PLACES, ways, iterations=60, seed=seed)
        assert check(itinerary, ways) == ()
        kept = plan(
            replace(itinerary.request, day_start=itinerary.request.day_start), PLACES, ways,
            iterations=20, previous=itinerary, keep_days=frozenset({1}),
        )  # fmt: skip
        assert kept.days[0] == itinerary.days[0] and check(kept, ways) == ()


@pytest.mark.parametrize("up", [True, False])
def test_a_trip_through_the_tools(stub: Stub, opened: Open, up: bool) -> None:
    """A plan of a city of ours, with and without the router, holds; so does the way between."""
    stub.say(osrm if up else Answer("", 503))
    services = opened("osrm", osrm_url=stub.url)
    with recording() as ledger:
        outcome = perform(services, Trip(), "plan_days", {"destination": "Lisbon", "days": 2})
        itinerary = outcome.trip.itinerary
        assert itinerary is not None and itinerary.visits
        assert check(itinerary, services.travel) == ()
        way = perform(
            services, outcome.trip, "travel_time",
            {"origin": "Belém Tower", "destination": "Jerónimos Monastery"},
        )  # fmt: skip
    assert way.situation == "way" and "minutes" in way.facts["minutes"]
    assert bool(ledger.sources) is up and len(ledger.notes) == (0 if up else 1)
    # one matrix in as few tables as the router's limit allows, no way asked for once more; of one
    # that is down nobody asks a second time
    points = stub.asked[0].path.count(";") + 1
    assert len(stub.asked) == (ceil(points / (MOST_ENTRIES // points)) if up else 1)
