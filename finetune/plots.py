"""Figures and tables of the factory, as SVG and Markdown.

Figures need no screen and no global state of matplotlib.

Each file appears only when it is whole. The same values give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import yaml
from matplotlib import colormaps, rc_context
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ENOUGH_TRIALS = 4
"""Completed ones, to speak of importances at all."""
_SMOOTHED = 5
"""Logs to each side of which the median is drawn."""
SUGGESTION = "## What the best trial suggests"
_COST = (
    *("candidate", "engine", "seconds", "first token s", "tokens/s"),
    *("MiB of memory", "MiB on disk", "MiB of adapter"),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial of a sweep as it is shown."""

    number: int
    settings: Mapping[str, Any]
    """Those that were searched, by name."""
    learning_rate: float
    rank: int
    curve: tuple[tuple[int, float], ...]
    """Step, in batches as large as the recipe's own, and development loss, in order; empty if it
    was never measured."""
    complete: bool
    """Not stopped early and not failed."""
    steps: int
    seconds: float
    ended: str
    """How, in words."""

    @property
    def loss(self) -> float | None:
        """The last that was measured."""
        return self.curve[-1][1] if self.curve else None


@dataclass(frozen=True, slots=True)
class Point:
    """A candidate of a comparison as it is drawn; each triple is low, middle, high."""

    label: str
    seconds: tuple[float, float, float]
    """Of a turn."""
    exact: tuple[float, float, float]
    """Turns answered exactly, in percent."""


def draw_sweep(trials: Sequence[Trial], path: Path) -> None:
    """Last loss over learning rate, coloured by rank, and beside it the loss curves.

    Args:
        trials: best first; those without a measurement are left out.
        path: of the SVG.
    """
    shown = [t for t in trials if t.curve]
    ranks = sorted({t.rank for t in shown})
    palette = colormaps["viridis"]
    colour = {r: palette(0.85 * i / max(1, len(ranks) - 1)) for i, r in enumerate(ranks)}
    with style():
        figure = Figure(figsize=(10, 4.2), layout="constrained")
        over_rate, over_steps = figure.subplots(1, 2)
        for rank in ranks:
            for complete in (True, False):
                some = [t for t in shown if t.rank == rank and t.complete is complete]
                over_rate.scatter(
                    [t.learning_rate for t in some],
                    [t.curve[-1][1] for t in some],
                    color=colour[rank],
                    marker="o" if complete else "x",
                    label=f"r = {rank}" + ("" if complete else ", stopped early") if some else None,
                )
        for trial in shown:
            steps, losses = zip(*trial.curve, strict=True)
            over_steps.plot(
                steps,
                losses,
                color=colour[trial.rank],
                linewidth=2.5 if trial is shown[0] else 1,
                linestyle="-" if trial.complete else ":",
                marker=".",
            )
            over_steps.annotate(
                str(trial.number), (steps[-1], losses[-1]), (3, 0), textcoords="offset points"
            )
        for trial in shown:
            where = (trial.learning_rate, trial.curve[-1][1])
            over_rate.annotate(str(trial.number), where, (4, 3), textcoords="offset points")
        if shown:
            over_rate.set_xscale("log")
            figure.legend(loc="outside lower center", ncols=4)
            for axes in (over_rate, over_steps):  # one that diverged must not flatten the others
                axes.set_yscale("log")
                axes.yaxis.set_major_formatter("{x:.2g}")
                axes.yaxis.set_minor_formatter("{x:.2g}")
        label(over_rate, "Last loss of each trial", "learning rate", "development loss")
        label(over_steps, "Loss curves (best thick, stopped dotted)", "step", "development loss")
        save(figure, path)


def sweep_text(made: Mapping[str, Any], trials: Sequence[Trial]) -> str:
    """A sweep in Markdown.

    Args:
        made: what `sweep.json` holds: `recipe`, `examples`, `importances`, `remarks` and
            `suggestion`, the part of a recipe that the best trial stands for.
        trials: best first.
    """
    names = list(trials[0].settings) if trials else []
    rows = [
        [
            t.number,
            *(format(v, ".3g" if isinstance(v, float) else "") for v in map(t.settings.get, names)),
            "-" if t.loss is None else f"{t.loss:.4f}",
            *(t.steps, f"{t.seconds:.0f}", t.ended),
        ]
        for t in trials
    ]
    complete = sum(t.complete for t in trials)
    shares = [[name, f"{100 * w:.0f} %"] for name, w in made["importances"].items()]
    mattered = [
        f"Too few trials came to their end to say ({complete}; {ENOUGH_TRIALS} are needed)."
    ]
    if shares:
        mattered = [
            markdown_table(["setting", "share"], shares),
            f"\nPED-ANOVA over {complete} completed trials; with fewer than 20 a hint at most.",
        ]
    suggested = ["No trial came to its end."]
    if made["suggestion"]:
        lines = yaml.safe_dump(made["suggestion"], sort_keys=False).rstrip()
        suggested = [*made["remarks"], "", "```yaml", lines, "```"]
    text = [
        f"# Sweep of {made['recipe']}\n\nTrials on {made['examples']} dialogues, best first. "
        "Trial 0 has the recipe's own settings, or the nearest that the sweep allows. Loss: the "
        "last on the development dialogues of the data stage. One seed each: before a small gain "
        "is believed, the best should be repeated with another `train.seed`. What is best for a "
        "short training need not be for a long one (short-horizon bias, Wu et al. 2018).\n",
        markdown_table(["trial", *names, "loss", "steps", "seconds", "ended"], rows),
        "\n![Losses over learning rate, and loss curves](sweep.svg)\n\n## What mattered\n",
        *mattered,
        f"\n{SUGGESTION}\n",
        *suggested,
    ]
    return "\n".join(text) + "\n"


def draw_training(rows: Sequence[Mapping[str, Any]], path: Path) -> None:
    """A run's loss over its steps, and beside it speed and memory.

    Args:
        rows: of `loss.jsonl`: `step` with `loss`, or with `eval_loss`; `tokens_per_second` and
            `held_mib` where they were noted.
        path: of the SVG.
    """

    def of(key: str) -> tuple[list[int], list[float]]:
        some = [row for row in rows if key in row]
        return [row["step"] for row in some], [row[key] for row in some]

    with style():
        figure = Figure(figsize=(10, 3.6), layout="constrained")
        loss, speed = figure.subplots(1, 2)
        steps, losses = of("loss")
        loss.plot(steps, losses, linewidth=0.7, alpha=0.5, label="training")
        smooth = [
            median(losses[max(0, n - _SMOOTHED) : n + _SMOOTHED + 1]) for n in range(len(losses))
        ]
        loss.plot(steps, smooth, color="C0", linewidth=2, label=f"median of {2 * _SMOOTHED + 1}")
        if (measured := of("eval_loss"))[0]:
            loss.plot(*measured, "o-", color="C1", label="development dialogues")
        loss.legend()
        speed.plot(*of("tokens_per_second"), color="C2", label="tokens a second")
        speed.set_ylim(bottom=0)
        memory = speed.twinx()
        memory.plot(*of("held_mib"), color="C3", label="memory (MiB)")
        memory.set_ylim(bottom=0)
        speed.legend(handles=[*speed.get_lines(), *memory.get_lines()], loc="lower right")
        label(loss, "Loss", "step", "cross entropy (nats a token)")
        label(speed, "Speed since the start or resumption, and memory", "step", "tokens a second")
        memory.set_ylabel("MiB")
        save(figure, path)


def draw_comparison(points: Sequence[Point], path: Path) -> None:
    """Quality against speed: a point a candidate, with its intervals.

    Args:
        points: the candidates.
        path: of the SVG.
    """
    with style():
        figure = Figure(figsize=(6.4, 4.4), layout="constrained")
        axes = figure.subplots()
        for point in points:
            (fast, middle, slow), (low, exact, high) = point.seconds, point.exact
            axes.errorbar(
                [middle],
                [exact],
                xerr=[[middle - fast], [slow - middle]],
                yerr=[[max(0.0, exact - low)], [max(0.0, high - exact)]],
                fmt="o",
                capsize=3,
                label=point.label,
            )
        axes.set_xlim(left=0)
        axes.set_ylim(0, 100)
        if points:
            figure.legend(loc="outside lower center", ncols=3)
        label(
            axes,
            "Quality (95 % interval) against seconds (quartiles)",
            "seconds a turn, median",
            "turns answered exactly, %",
        )
        save(figure, path)


def comparison_text(made: Mapping[str, Any]) -> str:
    """A comparison in Markdown, from what `compare.json` holds."""
    rows, pairs = made["candidates"], made["pairs"]
    turns = rows[0]["quality"]["n"]
    quality = [
        [
            row["label"],
            *(_proportion(row["quality"], what) for what in ("exact", "tool")),
            _proportion(row["quality"], "silent") if row["silent"] else "-",
            row["quality"]["invented_percent"],
            row["failed"],
        ]
        for row in rows
    ]
    cost = [
        [
            row["label"],
            row["engine"],
            "{1:.2f} ({0:.2f}-{2:.2f})".format(*row["seconds"]),
            f"{row['first_token_seconds']:.3f}",
            *(f"{row[key]:.0f}" for key in ("tokens_per_second", "peak_mib", "model_mib")),
            f"{row['adapter_mib']:.1f}",
        ]
        for row in rows
    ]
    differences = [
        [
            f"{pair['first']} - {pair['second']}",
            *(_points(pair[what]) for what in ("exact", "tool")),
            *(pair["exact"][key] for key in ("first_only", "second_only")),
            f"{pair['exact']['p']:.2g}",
        ]
        for pair in pairs
    ]
    text = [
        f"# Comparison\n\n{turns} turns of {', '.join(made['files'])} (where not all, drawn with "
        f"seed {made['seed']}), answered through the agent, under its grammar, on "
        f"{made['cores']} cores. Percentages with 95 % intervals (Wilson 1927).\n",
        markdown_table(
            ["candidate", "exact %", "tool %", "silent where due %", "invented %", "lost itself"],
            quality,
        ),
        "\nSeconds: of a turn, the median and the quartiles; to be trusted only where the machine "
        "did nothing else. MiB of memory: the most that the "
        "process held, agent and place store included. MiB on disk: what the engine reads, and "
        "the adapter that ships beside the base. OpenVINO reads the untuned base as it is "
        "installed (Q4_1), one with an adapter merged in Q8_0.\n",
        markdown_table(_COST, cost),
    ]
    if differences:
        text += [
            "\n## Differences\n\nOn the same turns, in percentage points, with 95 % intervals for "
            "paired proportions (Bonett & Price 2012); p of McNemar's exact test on exact turns. "
            "Each line is judged by itself.\n",
            markdown_table(
                ["first - second", "exact", "tool", "first alone exact", "second alone", "p"],
                differences,
            ),
        ]
    return "\n".join([*text, "\n![Quality against seconds](compare.svg)"]) + "\n"


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown; `|` in a cell is escaped."""

    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(header), line(["---"] * len(header)), *map(line, rows)])


def style() -> AbstractContextManager[None]:
    """A fixed salt gives the same ids each time; text stays text, to be searched and read aloud."""
    return rc_context({"svg.hashsalt": "tripwright", "svg.fonttype": "none", "font.size": 9})


def _proportion(quality: Mapping[str, Any], what: str) -> str:
    low, high = quality[f"{what}_interval"]
    return f"{quality[f'{what}_percent']} ({low}-{high})"


def _points(difference: Mapping[str, Any]) -> str:
    low, high = difference["interval"]
    return f"{difference['points']:+} ({low:+} to {high:+})"


def label(axes: Axes, title: str, x: str, y: str) -> None:
    """Says what a plot shows and what its axes are, with a grid."""
    axes.set_title(title)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.3)


def save(figure: Figure, path: Path) -> None:
    """Writes an SVG, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    figure.savefig(partial, format="svg", metadata={"Date": None})
    partial.replace(path)
