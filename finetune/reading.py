"""When readers should be listened to: how many development turns are exact, setting by setting.

One pass writes what the model nearly said and has the readers read it (`agent.models.reranking`);
the settings are tried on what was read. A rival's calls are scored as they were written, with its
names made whole; what comes after reranking, calls that leave out a known name, is not tried again.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field
from tqdm import tqdm

from agent.bootstrap import TravelAgent
from agent.dialogue import wire
from agent.dialogue.turns import Call
from agent.models import load
from agent.models.answer import Answer
from agent.models.chat import TripwrightChatModel
from agent.models.reranking import Reading, Reranking, Rival
from agent.settings import Settings
from finetune.evaluation.scoring import score
from finetune.evaluation.understanding import standing_trip
from finetune.held_out import Case

WITHIN = (0.5, 1.0, 1.5, 2.0, 3.0)
MARGIN = (0.0, 0.5, 1.0, 1.5, 2.0)
BACKWARDS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class ReadTurn:
    """One turn."""

    exact: bool
    """Without readers."""
    rivals: Sequence[tuple[Rival, bool]]
    """What was nearly said, and whether that is exact."""

    def exact_by(self, reading: Reading) -> bool:
        """Whether it is exact with readers."""
        near = [(rival, right) for rival, right in self.rivals if rival.less < reading.within]
        if not near:
            return self.exact
        best, right = max(near, key=lambda pair: pair[0].gain(reading))
        return right if best.gain(reading) > reading.margin else self.exact


def read_turns(cases: Sequence[Case], settings: Settings) -> Iterator[ReadTurn]:
    """Each turn with what was nearly said.

    Args:
        cases: of development authors; never those of the test.
        settings: with an adapter that has readers.

    Raises:
        ModelError: adapter, readers or their engine can't be used.
        ValueError: there are no readers.
    """
    settings = replace(settings, threads=":memory:")
    model = load(settings)
    if not isinstance(model, TripwrightChatModel) or not model.readers:
        raise ValueError("The adapter of the settings has no readers.")
    listening = _Listening(
        engine=model.engine,
        readers=model.readers,
        max_tokens=model.max_tokens,
        # everything is read, and the model has its way
        reading=Reading(within=max(WITHIN), margin=math.inf, backwards=1.0),
    )
    with TravelAgent(settings, model=listening) as agent:
        for case in tqdm(cases, desc="turns", unit=""):
            listening.reranked.clear()
            made = [Call(c.name, c.args) for c in agent.propose(case.messages, standing_trip(case))]
            rivals = [
                (rival, score(_calls(rival, reranking), case.accepted).exact)
                for reranking in listening.reranked
                for rival in reranking.rivals
            ]
            yield ReadTurn(score(made, case.accepted).exact, rivals)


def table(turns: Sequence[ReadTurn]) -> str:
    """Exact turns in Markdown: mended and broken by settings, over those without readers."""
    alone = sum(turn.exact for turn in turns)
    rows = [
        f"{alone} of {len(turns)} turns are exact without readers; mended - broken:",
        "",
        "| message counts | within | " + " | ".join(f"margin {m:g}" for m in MARGIN) + " |",
        "|---" * (len(MARGIN) + 2) + "|",
    ]
    for backwards, within in itertools.product(BACKWARDS, WITHIN):
        cells = []
        for margin in MARGIN:
            reading = Reading(within=within, margin=margin, backwards=backwards)
            changed = [turn.exact_by(reading) - turn.exact for turn in turns]
            cells.append(f"{changed.count(1)} - {changed.count(-1)}")
        rows.append(f"| {backwards:g} | {within:g} | " + " | ".join(cells) + " |")
    best = sum(turn.exact or any(right for _, right in turn.rivals) for turn in turns)
    return "\n".join([*rows, "", f"The best choice each time would make it {best}."])


def _calls(rival: Rival, reranking: Reranking) -> list[Call]:
    calls = wire.parse(rival.candidate.text).calls
    return [Call(call.name, reranking.asked.whole(call)) for call in calls]


class _Listening(TripwrightChatModel):
    """Remembers what was weighed."""

    reranked: list[Any] = Field(default_factory=list)

    def _answer(self, *args: Any, **kwargs: Any) -> Answer:
        answer = super()._answer(*args, **kwargs)
        if answer.reranking is not None:
            self.reranked.append(answer.reranking)
        return answer
