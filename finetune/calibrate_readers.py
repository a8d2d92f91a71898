"""When readers should be listened to: how many development turns are exact, setting by setting.

One pass writes what the model nearly said and has the readers read it (`agent.models.reranking`);
the settings are tried on what was read. Its calls are scored as they were written, with their names
made whole; what comes after reranking, calls that leave out a known name, is not tried again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from agent.bootstrap import TravelAgent
from agent.dialogue import wire
from agent.dialogue.turns import Call
from agent.models.engine import Engine
from agent.models.reranking import Hypothesis, Reranking, RerankingSettings, chosen
from agent.settings import Settings
from finetune.evaluation.scoring import score
from finetune.evaluation.understanding import standing_trip
from finetune.held_out import Case
from finetune.remembering import RememberingChatModel, opened_apart, served

WITHIN = (0.5, 1.0, 1.5, 2.0, 3.0)
MARGIN = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0)


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """One turn."""

    trip: bool
    """Whether there is one."""
    exact: bool
    """Without readers."""
    hypotheses: Sequence[tuple[Hypothesis, bool]]
    """What was nearly said, and whether that is exact."""

    def exact_by(self, settings: RerankingSettings) -> bool:
        """Whether it is exact with readers."""
        best = chosen([hypothesis for hypothesis, _ in self.hypotheses], settings)
        return next((right for one, right in self.hypotheses if one is best), self.exact)


def read_turns(cases: Sequence[Case], reader: Path, settings: Settings) -> Iterator[ReadTurn]:
    """Each turn with what was nearly said.

    Args:
        cases: of development authors; never those of the test.
        reader: an exported folder.
        settings: of the model that is read over, and its engine.

    Raises:
        ModelError: model, reader or engine can't be used.
    """
    settings = replace(settings, threads=":memory:")
    listening = served(
        settings,
        _AskingOfEdits,
        readers=(opened_apart(reader, settings),),
        counter=None,
        adviser=None,
        # everything is read, and the model has its way
        reranking=RerankingSettings(within=max(WITHIN), margin=math.inf),
    )
    with TravelAgent(settings, model=listening) as agent:
        for case in tqdm(cases, desc="turns", unit=""):
            listening.answers.clear()
            trip = standing_trip(case)
            made = [Call(c.name, c.args) for c in agent.propose(case.messages, trip)]
            yield ReadTurn(
                bool(trip),
                score(made, case.accepted).exact,
                [
                    (one, score(_calls(one, reranking), case.accepted).exact)
                    for answer in listening.answers
                    if (reranking := answer.reranking) is not None
                    for one in reranking.hypotheses
                ],
            )


def tables(turns: Sequence[ReadTurn]) -> str:
    """A table of the turns without a trip, and one of those with one, as far as there are any."""
    when = {False: "Without a trip", True: "With a trip"}
    return "\n\n".join(
        f"{heading}: {table(some)}"
        for trip, heading in when.items()
        if (some := [turn for turn in turns if turn.trip is trip])
    )


def table(turns: Sequence[ReadTurn]) -> str:
    """Exact turns in Markdown: mended and broken by settings, over those without readers."""
    alone = sum(turn.exact for turn in turns)
    rows = [
        f"{alone} of {len(turns)} turns are exact without readers; mended - broken:",
        "",
        "| within | " + " | ".join(f"margin {m:g}" for m in MARGIN) + " |",
        "|---" * (len(MARGIN) + 1) + "|",
    ]
    for within in WITHIN:
        cells = []
        for margin in MARGIN:
            settings = RerankingSettings(within=within, margin=margin)
            changed = [turn.exact_by(settings) - turn.exact for turn in turns]
            cells.append(f"{changed.count(1)} - {changed.count(-1)}")
        rows.append(f"| {within:g} | " + " | ".join(cells) + " |")
    best = sum(turn.exact or any(right for _, right in turn.hypotheses) for turn in turns)
    return "\n".join([*rows, "", f"The best choice each time would make it {best}."])


def _calls(hypothesis: Hypothesis, reranking: Reranking) -> list[Call]:
    calls = wire.parse(hypothesis.candidate.text).calls
    return [Call(call.name, reranking.asked.resolved(call)) for call in calls]


class _AskingOfEdits(RememberingChatModel):
    """Has its readers asked of edits, too."""

    def _readers(self, trip: bool) -> tuple[Engine, ...]:
        return self.readers
