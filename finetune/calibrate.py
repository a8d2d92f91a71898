"""How sure of a tool the model has to be before its call is made: the curve to choose from.

Answers with the right tool are surer than those with a wrong one (Kadavath et al. 2022, "Language
models (mostly) know what they know"), so that below some probability a call is wrong more often
than right, and silence is better.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import Field
from tqdm import tqdm

from agent.bootstrap import TravelAgent
from agent.dialogue.turns import Call
from agent.models import load
from agent.models.chat import NEVER_DOUBTED, TripwrightChatModel
from agent.settings import ModelSettings, Settings
from finetune.evaluation.scoring import score
from finetune.evaluation.understanding import standing_trip
from finetune.held_out import Case

THRESHOLDS = (0.0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8)


def curve(cases: Sequence[Case], adapter: Path) -> dict[float, tuple[int, int]]:
    """For each threshold, how many turns are exact, and how many where silence was due.

    Args:
        cases: of development authors; never those of the test.
        adapter: an exported folder.

    Raises:
        ModelError: the adapter or its engine can't be used.
    """
    settings = replace(
        Settings.load(), threads=":memory:", model=ModelSettings(engine="openvino", adapter=adapter)
    )
    model = load(settings)
    assert isinstance(model, TripwrightChatModel)
    listening = _Listening(
        engine=model.engine, max_tokens=model.max_tokens, min_tool_probability=NEVER_DOUBTED
    )
    exact, silent = dict.fromkeys(THRESHOLDS, 0), dict.fromkeys(THRESHOLDS, 0)
    with TravelAgent(settings, model=listening) as agent:
        for case in tqdm(cases, desc="turns", unit=""):
            listening.sure.clear()
            proposed = [
                Call(c.name, c.args) for c in agent.propose(case.messages, standing_trip(case))
            ]
            for threshold in THRESHOLDS:
                kept = _kept(proposed, listening.sure, threshold)
                right = score(kept, case.accepted).exact
                exact[threshold] += right
                silent[threshold] += right and () in case.accepted
    return {t: (exact[t], silent[t]) for t in THRESHOLDS}


def table(found: Mapping[float, tuple[int, int]], turns: int, silences: int) -> str:
    """The curve in Markdown."""
    rows = ["| at least | exact calls | silent where due |", "|---|---|---|"]
    for threshold, (exact, silent) in found.items():
        quiet = f"{100 * silent / silences:.1f} %" if silences else "-"
        rows.append(f"| {threshold:g} | {100 * exact / turns:.1f} % | {quiet} |")
    return "\n".join(rows)


def _kept(calls: Sequence[Call], sure: Sequence[float], threshold: float) -> list[Call]:
    """As `agent.models.chat` does it: up to the first call that is doubted."""
    least = math.log(threshold) if threshold else -math.inf
    doubted = next((n for n, one in enumerate(sure) if one < least), len(calls))
    return list(calls[:doubted])


class _Listening(TripwrightChatModel):
    """Remembers how sure it was of each call."""

    sure: list[float] = Field(default_factory=list)

    def _generate(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
        result = super()._generate(*args, **kwargs)  # type: ignore[arg-type]
        metadata = result.generations[0].message.response_metadata
        self.sure.extend(metadata.get("tool_log_probabilities", ()))
        return result
