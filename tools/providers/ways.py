"""`TravelTimes` by a router for ways on foot, with the estimate where it knows or says nothing."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from tools.place import Coordinates
from tools.providers import ledger
from tools.providers.answers import DAY, AnswerCache
from tools.providers.kinds import Router, Walk, first_answer
from tools.travel import (
    TRANSIT_DETOUR,
    WALK_KM_H,
    EstimatedTravelTimes,
    TravelMatrix,
    great_circle_metres,
    ride_minutes,
)
from tools.trip import Leg, Mode

KEEP_SECONDS = 30 * DAY
"""Of a way that a router knows: streets change slowly."""
ESTIMATE_SECONDS = 3600.0
"""For which an estimate that stood in for the router is stood by. A plan and its check ask for
the same way moments apart; they must not be told different minutes."""
FARTHEST_KM = 60.0
"""Beyond, nobody walks, and no router is asked."""
ESTIMATE_SOURCE = "estimated from the distance"

_MOST_KNOWN = 500_000

Pair = tuple[Coordinates, Coordinates]


@dataclass(frozen=True, slots=True)
class _Known:
    leg: Leg
    source: str
    until: float
    """Monotonic seconds."""


class LiveTravelTimes:
    """Legs by a router's streets; by public transport as estimated, which no router here knows.

    On foot: the router's metres at `WALK_KM_H`, a sightseer's pace, or the router's own minutes
    where they are more (stairs, a ferry). Whether one walks or rides is decided as in
    `EstimatedTravelTimes`. Never raises: what no router knows is estimated. `leg` and `matrix`
    agree, as long as neither an hour (an estimate) nor a month (a router's way) has passed.
    Not symmetric: streets have stairs and one-way bridges.

    Args:
        routers: in the order in which they are asked.
        cache: where ways are kept.
        estimate: what is used otherwise, and for the longest walk.
    """

    def __init__(
        self,
        routers: Sequence[Router],
        cache: AnswerCache,
        estimate: EstimatedTravelTimes | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._routers = tuple(routers)
        self._cache = cache
        self._estimate = estimate or EstimatedTravelTimes()
        self._clock = clock
        self._known: dict[Pair, _Known] = {}
        self._lock = threading.Lock()

    def leg(self, a: Coordinates, b: Coordinates) -> Leg:
        """The way from `a` to `b`."""
        return self._way(a, b).leg

    def by(self, mode: Mode, a: Coordinates, b: Coordinates) -> Leg:
        """The way by one mode; where the router's differs, an estimate."""
        leg = self.leg(a, b)
        return leg if leg.mode is mode else self._estimate.by(mode, a, b)

    def source(self, a: Coordinates, b: Coordinates) -> str:
        """Whose figures `leg` gives for this way."""
        return self._way(a, b).source

    def matrix(self, points: Sequence[Coordinates]) -> TravelMatrix:
        """All ways between n points: one question to the router where a way is new."""
        distinct = list(dict.fromkeys(points))
        pairs = [(a, b) for a in distinct for b in distinct if a != b and _is_in_reach(a, b)]
        if self._unknown(pairs):
            self._load(distinct)
        if self._unknown(pairs):
            self._ask_table(distinct, pairs)
        n = len(points)
        minutes = np.zeros((n, n), dtype=np.int64)
        metres = np.zeros((n, n), dtype=np.int64)
        walk = np.ones((n, n), dtype=np.bool_)
        sources: set[str] = set()
        for i, a in enumerate(points):
            for j, b in enumerate(points):
                if a != b:
                    known = self._peek(a, b) or self._estimated(a, b)
                    sources.add(known.source)
                    minutes[i, j] = known.leg.minutes
                    metres[i, j] = known.leg.metres
                    walk[i, j] = known.leg.mode is Mode.WALK
        for array in (minutes, metres, walk):
            array.flags.writeable = False
        for source in sorted(sources - {ESTIMATE_SOURCE}):
            ledger.used(source)
        return TravelMatrix(minutes, metres, walk)

    # -- one way -----------------------------------------------------------------------------

    def _way(self, a: Coordinates, b: Coordinates) -> _Known:
        if a == b or not _is_in_reach(a, b):
            return self._estimated(a, b)
        if self._peek(a, b) is None:
            self._load((a,))
        if (known := self._peek(a, b)) is not None:
            if known.source != ESTIMATE_SOURCE:
                ledger.used(known.source)
            return known
        answer = first_answer(
            self._routers, lambda router: router.route(a, b), instead="estimated times were used"
        )
        if answer is None:
            self._keep_estimates([(a, b)])
        else:
            walk, router = answer
            self._keep_walks({(a, b): walk}, router.source)
        return self._peek(a, b) or self._estimated(a, b)

    def _peek(self, a: Coordinates, b: Coordinates) -> _Known | None:
        known = self._known.get((a, b))
        return known if known is not None and known.until > self._clock() else None

    def _estimated(self, a: Coordinates, b: Coordinates) -> _Known:
        leg = self._estimate.leg(a, b)
        return _Known(leg, ESTIMATE_SOURCE, self._clock() + ESTIMATE_SECONDS)

    def _leg(self, a: Coordinates, b: Coordinates, walk: Walk) -> Leg:
        on_foot = max(ceil(walk.metres * 60 / (WALK_KM_H * 1000)), ceil(walk.seconds / 60))
        ridden = great_circle_metres(a, b) * TRANSIT_DETOUR
        ride = ride_minutes(ridden)
        if on_foot <= self._estimate.max_walk_minutes or on_foot <= ride:
            return Leg(Mode.WALK, on_foot, round(walk.metres))
        return Leg(Mode.TRANSIT, ride, round(ridden))

    # -- many --------------------------------------------------------------------------------

    def _unknown(self, pairs: Iterable[Pair]) -> bool:
        return any(self._peek(a, b) is None for a, b in pairs)

    def _ask_table(self, points: Sequence[Coordinates], pairs: Sequence[Pair]) -> None:
        answer = first_answer(
            self._routers, lambda router: router.table(points), instead="estimated times were used"
        )
        if answer is not None:
            rows, router = answer
            reach = set(pairs)
            walks = {
                (a, b): walk
                for a, row in zip(points, rows, strict=True)
                for b, walk in zip(points, row, strict=True)
                if walk is not None and (a, b) in reach
            }
            self._keep_walks(walks, router.source)
        self._keep_estimates(pairs)

    def _keep_estimates(self, pairs: Iterable[Pair]) -> None:
        """Only where nothing is known: another thread may have had an answer."""
        with self._lock:
            for a, b in pairs:
                if self._peek(a, b) is None:
                    self._known[a, b] = self._estimated(a, b)

    def _keep_walks(self, walks: dict[Pair, Walk], source: str) -> None:
        until = self._clock() + KEEP_SECONDS
        with self._lock:
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()  # the routers' ways come back from the cache
            for (a, b), walk in walks.items():
                self._known[a, b] = _Known(self._leg(a, b, walk), source, until)
        by_start: dict[Coordinates, dict[str, tuple[float, float, float, str]]] = {}
        now = time.time()
        for (a, b), walk in walks.items():
            row = by_start.setdefault(a, {})
            row[_name(b)] = (round(walk.seconds, 1), round(walk.metres, 1), now, source)
        rows = {
            _key(a): json.dumps(self._row(a) | row, ensure_ascii=False)
            for a, row in by_start.items()
        }
        self._cache.put_all(rows, KEEP_SECONDS)

    def _load(self, starts: Iterable[Coordinates]) -> None:
        """Ways that were kept in the file."""
        now = time.time()
        for a in starts:
            for name, (seconds, metres, asked, source) in self._row(a).items():
                left = asked + KEEP_SECONDS - now
                b = Coordinates(*map(float, name.split(",")))
                if left > 0 and self._peek(a, b) is None:
                    leg = self._leg(a, b, Walk(seconds, metres))
                    with self._lock:
                        self._known[a, b] = _Known(leg, source, self._clock() + left)

    def _row(self, start: Coordinates) -> dict[str, tuple[float, float, float, str]]:
        text = self._cache.get(_key(start))
        return {} if text is None else {k: tuple(v) for k, v in json.loads(text).items()}


def _is_in_reach(a: Coordinates, b: Coordinates) -> bool:
    return great_circle_metres(a, b) <= FARTHEST_KM * 1000


def _name(point: Coordinates) -> str:
    return f"{point.lat!r},{point.lon!r}"  # comes back as the very same numbers


def _key(start: Coordinates) -> str:
    return f"ways from {_name(start)}"
