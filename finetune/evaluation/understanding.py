"""Understanding: the calls a model proposes for held-out turns, against what is acceptable."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from agent.dialogue.turns import Call
from finetune.evaluation.scoring import Score, score, wilson
from finetune.held_out import Case
from tools.place import City, Coordinates
from tools.trip import Day, Itinerary, Stay, TripRequest

Solver = Callable[[Sequence[Mapping[str, str]], Itinerary | None], Sequence[Call]]
"""Messages and the trip that stands -> the calls proposed."""


@dataclass(frozen=True, slots=True)
class Result:
    """One case and what came of it."""

    case: Case
    proposed: tuple[Call, ...]
    score: Score

    @property
    def kind(self) -> str:
        """The tools that were wanted."""
        return "+".join(c.name for c in self.case.accepted[0]) or "no call"


def run(cases: Iterable[Case], solver: Solver) -> Iterable[Result]:
    """Results one by one, as they come."""
    for case in cases:
        proposed = tuple(solver(case.messages, standing_trip(case)))
        yield Result(case, proposed, score(proposed, case.accepted))


def standing_trip(case: Case) -> Itinerary | None:
    """The trip of a case as an itinerary: its cities, days and dates; no visits are needed."""
    if case.trip is None:
        return None
    start = date.fromisoformat(case.trip["start"])
    days = int(case.trip["days"])
    names = list(map(str, case.trip.get("cities") or [case.trip["city"]]))
    cities = [
        City(name.casefold(), name, "XX", Coordinates(0, 0), "UTC", "EUR", 30) for name in names
    ]
    later = [Stay(city, 1) for city in cities[1:]]  # nobody is told which day is whose
    stays = [Stay(cities[0], max(1, days - len(later))), *later] if later else []
    request = TripRequest(cities[0], start, days, stays=tuple(stays))
    return Itinerary(request, tuple(Day(start + timedelta(days=i)) for i in range(days)))


def summary(results: Sequence[Result]) -> dict[str, Any]:
    """Percentages with 95 % intervals, overall, by kind and by author."""
    n = len(results)
    exact = sum(r.score.exact for r in results)
    tool = sum(r.score.tool for r in results)
    silent = [r for r in results if () in r.case.accepted]
    quiet = sum(r.score.exact for r in silent)
    arguments = sum(len(c.args) for r in results for c in r.proposed)
    invented = sum(r.score.invented for r in results)
    return {
        "n": n,
        "exact_percent": _percent(exact, n),
        "exact_interval": wilson(exact, n),
        "tool_percent": _percent(tool, n),
        "tool_interval": wilson(tool, n),
        "silent_percent": _percent(quiet, len(silent)),
        "silent_interval": wilson(quiet, len(silent)),
        "invented_percent": _percent(invented, arguments),
        "by_kind": _grouped(results, lambda r: r.kind),
        "by_author": _grouped(results, lambda r: r.case.author),
    }


def confusion(results: Iterable[Result]) -> Counter[tuple[str, str]]:
    """(wanted, proposed) tools where they differ, most frequent first."""
    wrong = [r for r in results if not r.score.tool]
    return Counter((r.kind, "+".join(c.name for c in r.proposed) or "no call") for r in wrong)


def _grouped(
    results: Sequence[Result], key: Callable[[Result], str]
) -> dict[str, dict[str, float]]:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[key(result)].append(result)
    return {
        name: {"n": len(rs), "exact_percent": _percent(sum(r.score.exact for r in rs), len(rs))}
        for name, rs in sorted(groups.items())
    }


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
