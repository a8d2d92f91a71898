"""A task is a dataset, what answers it, and what judges an answer; one function runs any of them.

In the manner of Inspect (UK AI Security Institute, https://inspect.aisi.org.uk) and of the LM
Evaluation Harness (Gao et al. 2021), but typed: a solver takes what the dataset holds, a scorer
takes both.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from tqdm import tqdm

from finetune.evaluation.intervals import bootstrap, wilson

S = TypeVar("S")
"""A sample of the dataset."""
A = TypeVar("A")
"""An answer."""

Scale = Literal["percent", "plain", "exp"]
"""How a ratio is told: times 100, as it is, or as e to its power (perplexity)."""


@dataclass(frozen=True, slots=True)
class Share:
    """One trial of a metric that is a share of samples."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Ratio:
    """A sample's part in a metric that is a ratio of sums; a mean where every whole is 1."""

    part: float
    whole: float = 1.0
    scale: Scale = "plain"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scorer makes of one answer."""

    measured: Mapping[str, Share | Ratio]
    """By the metric's name; one that does not apply to the sample is absent."""
    confusion: tuple[str, str] | None = None
    """Wanted and given, where the task has kinds that can be taken for each other."""
    tallies: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """By a table's title: rows and columns that count one more."""
    failure: tuple[str, ...] = ()
    """Lines that tell a reader what went wrong; none when nothing did."""


@dataclass(frozen=True, slots=True)
class Task(Generic[S, A]):
    """What is measured, on what, and how."""

    name: str
    dataset: Sequence[S]
    solver: Callable[[S], A]
    scorer: Callable[[S, A], Verdict]
    about: str = ""
    """For the report: what the figures mean."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int
    """Samples to which it applies."""
    percent: bool
    """Whether the three are percentages."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a task."""

    task: str
    about: str
    n: int
    """Samples."""
    metrics: Mapping[str, Metric]
    confusion: Mapping[tuple[str, str], int]
    """(wanted, given) -> how often, the right ones included; empty where it makes no sense."""
    tables: Mapping[str, Mapping[str, Mapping[str, int]]]
    """Title -> row -> column -> how often."""
    failures: tuple[tuple[str, ...], ...]
    """Every failure, as the scorer told it."""
    seconds: float
    """By the wall clock."""


def run(task: Task[S, A], *, progress: bool = True, seed: int = 0) -> Report:
    """Answers and judges every sample, with a bar of what is left.

    Args:
        task: what to run.
        progress: shows the bar on stderr.
        seed: of the bootstrap.

    Raises:
        ValueError: the dataset is empty. What a solver or scorer raises is passed on: a
            measurement with holes is none.
    """
    if not task.dataset:
        raise ValueError(f"The task {task.name} has no samples.")
    began = time.perf_counter()
    bar = tqdm(task.dataset, desc=task.name, unit="", disable=not progress)
    verdicts = [task.scorer(sample, task.solver(sample)) for sample in bar]
    return Report(
        task=task.name,
        about=task.about,
        n=len(verdicts),
        metrics=_metrics(verdicts, seed),
        confusion=Counter(v.confusion for v in verdicts if v.confusion is not None),
        tables=_tables(verdicts),
        failures=tuple(v.failure for v in verdicts if v.failure),
        seconds=time.perf_counter() - began,
    )


def remembering(solver: Callable[[S], A], key: Callable[[S], object]) -> Callable[[S], A]:
    """The solver, asked but once for each key: for tasks that judge the same answers."""
    known: dict[object, A] = {}

    def solve(sample: S) -> A:
        k = key(sample)
        if k not in known:
            known[k] = solver(sample)
        return known[k]

    return solve


def share_metric(successes: int, n: int) -> Metric:
    """A share of samples in percent, with Wilson's interval."""
    low, high = wilson(successes, n)
    return Metric(round(100 * successes / n, 1) if n else 0.0, low, high, n, percent=True)


def _metrics(verdicts: Sequence[Verdict], seed: int) -> dict[str, Metric]:
    by_name: dict[str, list[Share | Ratio]] = defaultdict(list)
    for verdict in verdicts:
        for name, one in verdict.measured.items():
            by_name[name].append(one)
    found: dict[str, Metric] = {}
    for name, several in by_name.items():
        shares = [one.holds for one in several if isinstance(one, Share)]
        ratios = [one for one in several if isinstance(one, Ratio)]
        if shares and ratios:
            raise ValueError(f"{name} is a share in some verdicts and a ratio in others.")
        if shares:
            found[name] = share_metric(sum(shares), len(shares))
        elif sum(r.whole for r in ratios) > 0:
            found[name] = _ratio_metric(ratios, seed)
    return found


def _ratio_metric(ratios: Sequence[Ratio], seed: int) -> Metric:
    parts, wholes = [r.part for r in ratios], [r.whole for r in ratios]
    scale = ratios[0].scale
    ends = (math.fsum(parts) / math.fsum(wholes), *bootstrap(parts, wholes, seed=seed))
    value, low, high = (_scaled(x, scale) for x in ends)
    return Metric(value, low, high, len(ratios), percent=scale == "percent")


def _scaled(x: float, scale: Scale) -> float:
    if scale == "percent":
        return round(100 * x, 1)
    return round(math.exp(x) if scale == "exp" else x, 4)


def _tables(verdicts: Sequence[Verdict]) -> dict[str, dict[str, dict[str, int]]]:
    tables: dict[str, dict[str, Counter[str]]] = {}
    for verdict in verdicts:
        for title, cells in verdict.tallies.items():
            table = tables.setdefault(title, defaultdict(Counter))
            for row, column in cells:
                table[row][column] += 1
    return {
        title: {row: dict(table[row]) for row in sorted(table)} for title, table in tables.items()
    }
