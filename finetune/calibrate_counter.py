"""When the adapter that lists travellers should be believed: turns that are exact, by its settings.

One pass has the model call and the counter count (`agent.models.counting`); the settings are tried
on what they said.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import Field
from tqdm import tqdm

from agent.bootstrap import TravelAgent
from agent.dialogue.turns import Call
from agent.models import load, open_engine
from agent.models.answer import Answer
from agent.models.candidates import Made
from agent.models.chat import TripwrightChatModel
from agent.models.counting import CountingSettings, Party, with_party
from agent.settings import ModelSettings, Settings
from finetune.evaluation.scoring import score
from finetune.held_out import Case
from tools.headcount import ARGUMENT

LIKELY = (0.0, -0.1, -0.25, -0.5, -0.75, -1.0, -2.0, -math.inf)
NEARLY = (-1.0, 0.0, 0.35, 0.7, 1.0)


@dataclass(frozen=True, slots=True)
class CountedTurn:
    """A turn in which a trip was planned, and that asks for one."""

    case: Case
    proposed: Sequence[Call]
    plan: Made
    """The one of these calls that plans, as the model made it."""
    party: Party | None
    """What was listed."""

    @property
    def right(self) -> tuple[bool, bool]:
        """Whether the model's number is the labelled one, and the list's."""
        wanted = {call.args.get(ARGUMENT) for calls in self.case.accepted for call in calls}
        listed = self.party.number if self.party else None
        return self.plan.call.args.get(ARGUMENT) in wanted, listed in wanted

    def exact_by(self, settings: CountingSettings) -> bool:
        """Whether it is exact with the counter."""
        found = with_party(self.plan, self.party, settings).call
        calls = [found if call == self.plan.call else call for call in self.proposed]
        return score(calls, self.case.accepted).exact


def counted_turns(
    cases: Sequence[Case], counter: Path, settings: Settings
) -> Iterator[CountedTurn]:
    """The turns without a trip in which the model plans one.

    Args:
        cases: of development authors; never those of the test.
        counter: an exported folder.
        settings: of the model whose number it is.

    Raises:
        ModelError: model, counter or engine can't be used.
    """
    settings = replace(settings, threads=":memory:")
    listing = open_engine(replace(settings, model=ModelSettings(adapter=counter)))
    model = load(replace(settings, model=replace(settings.model, readers=False)))
    assert isinstance(model, TripwrightChatModel)
    never = CountingSettings(math.inf, -math.inf)
    listening = _Listening(
        engine=model.engine, counter=listing, counting=never, max_tokens=model.max_tokens
    )
    with TravelAgent(settings, model=listening) as agent:
        for case in tqdm([case for case in cases if case.trip is None], desc="turns", unit=""):
            listening.counted.clear()
            calls = [Call(c.name, c.args) for c in agent.propose(case.messages, None)]
            for counting in listening.counted:
                if counting.plan is not None and case.accepted[0]:
                    yield CountedTurn(case, calls, counting.plan, counting.party)


def table(turns: Sequence[CountedTurn]) -> str:
    """Exact turns in Markdown: mended and broken by settings, over the model's number."""
    never = CountingSettings(math.inf, -math.inf)
    alone = [turn.exact_by(never) for turn in turns]
    own, listed = (sum(turn.right[which] for turn in turns) for which in (0, 1))
    rows = [
        f"Of {len(turns)} plans the model's number is right in {own}, the counter's in {listed}. "
        f"{sum(alone)} are exact with the first; mended - broken, by how likely a list has to be "
        "(natural logarithm), or how nearly as likely as the number:",
        "",
        "| sure | " + " | ".join(f"nearly {n:g}" for n in NEARLY) + " |",
        "|---" * (len(NEARLY) + 1) + "|",
    ]
    for sure in LIKELY:
        cells = []
        for nearly in NEARLY:
            by = CountingSettings(sure, nearly)
            changed = [
                turn.exact_by(by) - before for turn, before in zip(turns, alone, strict=True)
            ]
            cells.append(f"{changed.count(1)} - {changed.count(-1)}")
        rows.append(f"| {sure:g} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


class _Listening(TripwrightChatModel):
    """Remembers who was counted."""

    counted: list[Any] = Field(default_factory=list)

    def _answer(self, *args: Any, **kwargs: Any) -> Answer:
        answer = super()._answer(*args, **kwargs)
        if answer.counting is not None:
            self.counted.append(answer.counting)
        return answer
