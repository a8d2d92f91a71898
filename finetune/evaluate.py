"""The evaluation stage: a trained adapter answers held-out turns through the agent that serves."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from agent.bootstrap import TravelAgent
from agent.dialogue.turns import Call
from agent.dialogue.wire import render_call
from agent.settings import ModelSettings, Settings
from finetune.evaluation.understanding import Result, confusion, run, summary
from finetune.held_out import Case
from tools.trip import Itinerary


def evaluate(cases: Sequence[Case], adapter: Path, *, engine: str = "auto") -> list[Result]:
    """What the agent with this adapter proposes for each case.

    Args:
        cases: held-out turns.
        adapter: an exported folder.
        engine: as in the settings.

    Raises:
        ModelError: the adapter or its engine can't be used.
    """
    settings = dataclasses.replace(
        Settings.load(), threads=":memory:", model=ModelSettings(engine=engine, adapter=adapter)
    )
    with TravelAgent(settings) as agent:

        def solve(
            messages: Sequence[Mapping[str, str]], itinerary: Itinerary | None
        ) -> Sequence[Call]:
            return [Call(c.name, c.args) for c in agent.propose(messages, itinerary)]

        return list(tqdm(run(cases, solve), total=len(cases), desc="turns", unit=""))


def write_report(results: Sequence[Result], path: Path) -> dict[str, Any]:
    """Writes the summary, the confusions and every failure for reading; returns the summary."""
    scores = summary(results)
    lines = ["# Evaluation", "", "```json", json.dumps(scores, indent=1), "```", ""]
    lines += ["## Wrong tool", ""]
    lines += [f"- {n} x {a} -> {b}" for (a, b), n in confusion(results).most_common()]
    lines += ["", "## Failures", ""]
    lines += [line for r in results if not r.score.exact for line in _failure(r)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return scores


def _failure(result: Result) -> Iterable[str]:
    said = " / ".join(m["content"] for m in result.case.messages)
    yield f"- `{result.case.id}` {said}"
    yield f"  - wanted {_shown(result.case.accepted[0])}"
    yield f"  - got {_shown(result.proposed)}"


def _shown(calls: Sequence[Call]) -> str:
    return " ".join(f"`{render_call(c)}`" for c in calls) or "no call"
