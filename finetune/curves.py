"""Scaling curves as people look at them: figure and table of what `finetune.scaling` measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure

from finetune.plots import label, markdown_table, save, style


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """A training on a part of the wording."""

    voices: int
    examples: int
    exact: tuple[float, float, float]
    """Turns answered exactly, in percent: low, middle, high."""


def draw_scale(points: Sequence[ScalePoint], path: Path) -> None:
    """Two curves with intervals: over dialogues (all voices) and over voices (as many dialogues).

    Args:
        points: of both.
        path: of the SVG.
    """
    with style():
        figure = Figure(figsize=(10, 3.8), layout="constrained")
        over = figure.subplots(1, 2, sharey=True)
        titles = ("More dialogues, all voices", "More voices, as many dialogues")
        for axes, curve, title, along in zip(
            over, scale_curves(points), titles, ("dialogues", "voices"), strict=True
        ):
            at = [p.examples if along == "dialogues" else p.voices for p in curve]
            low, middle, high = zip(*(p.exact for p in curve), strict=True) if curve else ((),) * 3
            below = [m - x for m, x in zip(middle, low, strict=True)]
            above = [x - m for m, x in zip(middle, high, strict=True)]
            axes.errorbar(at, middle, yerr=[below, above], fmt="o-", capsize=3)
            if at:
                axes.set_xscale("log")
                axes.set_xticks(at, [f"{n:,}" for n in at])
                axes.minorticks_off()
            label(axes, title, along, "turns answered exactly, % (95 % interval)")
        save(figure, path)


def scale_curves(
    points: Sequence[ScalePoint],
) -> tuple[list[ScalePoint], list[ScalePoint]]:
    """Those with the most voices by their dialogues, and those that differ from them in voices."""
    most = max((p.voices for p in points), default=0)
    fewer = {p.examples for p in points if p.voices < most}
    over_dialogues = sorted((p for p in points if p.voices == most), key=lambda p: p.examples)
    over_voices = sorted((p for p in points if p.examples in fewer), key=lambda p: p.voices)
    return over_dialogues, over_voices


def scale_text(points: Sequence[ScalePoint], turns: int) -> str:
    """Scaling curves in Markdown.

    Args:
        points: of both.
        turns: how many each of them answered.
    """
    rows = [
        [p.voices, f"{p.examples:,}", "{1} ({0}-{2})".format(*p.exact)]
        for p in sorted(points, key=lambda p: (p.examples, p.voices))
    ]
    return (
        f"# Scaling\n\nEach a training from nothing, every dialogue read once, on {turns} "
        "development turns. One seed each.\n\n"
        + markdown_table(["voices", "dialogues", "exact % (95 % interval)"], rows)
        + "\n\n![Scaling curves](scale.svg)\n"
    )
