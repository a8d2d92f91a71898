"""The planning engine on public team orienteering instances with time windows.

    python -m tests.benchmarks.toptw FOLDER [NAME ...] [--seconds S] [--seeds K] [--tours M]
        [--pyvrp]

FOLDER holds files in the format of Righini and Salani's and Montemanni and Gambardella's
instances, and `optima.csv` (instance, tours, optimum). Seconds are CPU time of one core. A line of
JSON for each instance and solver, the summary last: `mean_gap_percent` over instances and seeds and
`max_gap_percent`, against the optimum, or against the best found here where none is known.
Exit codes: 0 measured, 2 nothing could be.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np
from tqdm import tqdm

from tools.planning.numeric import LINEAR, SIGHT, Frame, Problem
from tools.planning.solve import solve
from tools.planning.warm_up import warm_up


@dataclass(frozen=True, slots=True)
class Instance:
    """Vertices 0 to N; 0 is where every tour starts and ends. All times in units of `1 / scale`."""

    name: str
    tours: int
    scale: int
    minutes: np.ndarray[tuple[int, int], np.dtype[np.int64]]
    """Shape (N + 1, N + 1)."""
    service: tuple[int, ...]
    profit: tuple[float, ...]
    opens: tuple[int, ...]
    closes: tuple[int, ...]


@dataclass(slots=True)
class CpuLimit:
    """Stops after so many seconds of this process's CPU time."""

    seconds: float
    _started: float | None = None

    def progress(self, iterations: int) -> float:
        """See `tools.planning.solve.Stop`; the clock starts with the first call."""
        now = time.process_time()
        if self._started is None:
            self._started = now
        spent = now - self._started
        return 1.0 if self.seconds <= 0 else min(1.0, spent / self.seconds)


def read_instance(file: Path, tours: int) -> Instance:
    """An instance for so many tours.

    Raises:
        ValueError: the file does not follow the format.
    """
    rows = [[float(x) for x in line.split()] for line in file.read_text("utf-8").splitlines()]
    vertices = [row for row in rows[2:] if len(row) >= 7]
    if len(vertices) < 2:
        raise ValueError(f"{file} is no instance: no vertices after its second line.")
    # distances are rounded down to one decimal for Solomon's instances, two for Cordeau's
    scale = 100 if file.stem.startswith("pr") else 10
    points = np.array([row[1:3] for row in vertices])
    apart = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    return Instance(
        name=file.stem,
        tours=tours,
        scale=scale,
        minutes=np.floor(apart * scale + 1e-9).astype(np.int64),
        service=tuple(round(row[3] * scale) for row in vertices),
        profit=tuple(row[4] for row in vertices),
        opens=tuple(round(row[-2] * scale) for row in vertices),
        closes=tuple(round(row[-1] * scale) for row in vertices),
    )


def problem_of(instance: Instance) -> Problem:
    """The instance as a day-planning problem: a tour is a day, profit is all that counts."""
    n = len(instance.service) - 1
    frame = Frame(start=instance.opens[0], end=instance.closes[0])
    windows = tuple(((instance.opens[i], instance.closes[i]),) for i in range(1, n + 1))
    return Problem(
        frames=(frame,) * instance.tours,
        minutes=instance.minutes,
        node=np.arange(1, n + 1),
        duration=np.array(instance.service[1:], dtype=np.int64),
        windows=(windows,) * instance.tours,
        value=np.array(instance.profit[1:]),
        group=np.zeros(n, dtype=np.int64),
        knee=np.array([LINEAR]),
        had=np.zeros(1),
        bonus=np.zeros((instance.tours, n)),
        price=np.zeros(n),
        budget=float("inf"),
        slot=np.full(n, SIGHT, dtype=np.int64),
        place=np.arange(n),
    )


def profit_of(instance: Instance, routes: Sequence[Sequence[int]]) -> float:
    """The profit of tours of vertices 1 to N, re-checked against the instance alone.

    Raises:
        ValueError: too many tours, a vertex twice, or a time that can't be kept.
    """
    seen = [v for route in routes for v in route]
    if len(routes) > instance.tours or len(seen) != len(set(seen)):
        raise ValueError(f"{instance.name}: too many tours, or a vertex twice.")
    for route in routes:
        here, now = 0, instance.opens[0]
        for vertex in (*route, 0):
            now = max(now + int(instance.minutes[here, vertex]), instance.opens[vertex])
            if now > instance.closes[vertex]:
                raise ValueError(f"{instance.name}: vertex {vertex} is reached too late.")
            now, here = now + instance.service[vertex], vertex
    return sum(instance.profit[v] for v in seen)


def ours(instance: Instance, seconds: float, seed: int) -> float:
    """Our engine's profit."""
    found = solve(problem_of(instance), CpuLimit(seconds), seed)
    return profit_of(instance, [[i + 1 for i in route] for route in found.routes])


def pyvrp(instance: Instance, seconds: float, seed: int) -> float:
    """PyVRP's, with prizes and optional clients, tuned as the project's notes say.

    Profits as they are make the best prizes for it: of factors 1 to 1000 the larger did worse.
    """
    from pyvrp import IteratedLocalSearchParams, Model, PenaltyParams, SolveParams
    from pyvrp.stop import MaxRuntime

    model = Model()
    depot = model.add_depot(0, 0, tw_early=instance.opens[0], tw_late=instance.closes[0])
    model.add_vehicle_type(
        instance.tours,
        tw_early=instance.opens[0],
        tw_late=instance.closes[0],
        unit_distance_cost=0,
        unit_duration_cost=0,
    )
    nodes = [depot]
    for v in range(1, len(instance.service)):
        nodes.append(
            model.add_client(
                0,
                0,
                service_duration=instance.service[v],
                tw_early=instance.opens[v],
                tw_late=instance.closes[v],
                prize=round(instance.profit[v]),
                required=False,
            )
        )
    for a, start in enumerate(nodes):
        for b, end in enumerate(nodes):
            model.add_edge(start, end, 0, int(instance.minutes[a, b]))
    params = SolveParams(
        ils=IteratedLocalSearchParams(history_length=50, num_iters_no_improvement=5000),
        penalty=PenaltyParams(solutions_between_updates=50),
    )
    result = model.solve(MaxRuntime(seconds), seed=seed, params=params, display=False)
    if not result.best.is_feasible():
        return 0.0
    return profit_of(instance, [list(route.visits()) for route in result.best.routes()])


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the benchmark; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.toptw")
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help="instances; all when none")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--tours", type=int, default=0, help="instead of those of optima.csv")
    parser.add_argument("--pyvrp", action="store_true", help="PyVRP beside it")
    given = parser.parse_args(arguments)
    warm_up()  # compiling is no part of what is measured
    try:
        cases = _cases(given.folder, given.tours, given.names)
    except (OSError, ValueError) as error:
        print(f"The instances can't be read: {error}", file=sys.stderr)
        return 2
    solvers = {"ours": ours, **({"pyvrp": pyvrp} if given.pyvrp else {})}
    found: dict[str, dict[str, list[float]]] = {name: {} for name in solvers}
    for instance, _ in tqdm(cases, desc="instances", unit="", disable=None):
        for name, run in solvers.items():
            found[name][instance.name] = [
                run(instance, given.seconds, seed) for seed in range(given.seeds)
            ]
    summary = _report(cases, found)
    print(json.dumps({**summary, "seconds": given.seconds, "seeds": given.seeds}))
    return 0


def _cases(folder: Path, tours: int, names: Sequence[str]) -> list[tuple[Instance, float | None]]:
    known: dict[tuple[str, int], float] = {}
    with (folder / "optima.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known[row["instance"], int(row["tours"])] = float(row["optimum"])
    wanted = (
        [(file.stem, tours) for file in sorted(folder.glob("*.txt"))] if tours else sorted(known)
    )
    cases = [
        (read_instance(folder / f"{name}.txt", count), known.get((name, count)))
        for name, count in wanted
        if not names or name in names
    ]
    if not cases:
        raise ValueError(f"no instance in {folder} has one of the names.")
    return cases


def _report(
    cases: Sequence[tuple[Instance, float | None]], found: dict[str, dict[str, list[float]]]
) -> dict[str, float | int]:
    gaps: dict[str, list[float]] = defaultdict(list)
    for instance, optimum in cases:
        best = optimum or max(max(of[instance.name]) for of in found.values())
        for name, of in found.items():
            mine = [100 * (best - profit) / best for profit in of[instance.name]]
            gaps[name] += mine
            row = {"instance": instance.name, "tours": instance.tours, "solver": name}
            row |= {"best_known": best, "proven": optimum is not None}
            row |= {"profits": of[instance.name], "gap_percent": round(mean(mine), 3)}
            print(json.dumps(row))
    summary: dict[str, float | int] = {"instances": len(cases)}
    for name, of_solver in gaps.items():
        prefix = "" if name == "ours" else f"{name}_"
        summary[f"{prefix}mean_gap_percent"] = round(mean(of_solver), 3)
        summary[f"{prefix}max_gap_percent"] = round(max(of_solver), 3)
    return summary


if __name__ == "__main__":
    sys.exit(main())
