"""When the adapter that lists travellers should be believed: turns that are exact.

One pass has the model call and the counter count (`agent.models.counting`); how likely a list has
to be is tried on what they said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.dialogue.plan_parts import PLAN
from agent.dialogue.turns import Call
from agent.models.candidates import Made
from agent.models.counting import Counting, Party, with_party
from agent.settings import Settings
from finetune.evaluation.scoring import score
from finetune.held_out import Case
from finetune.remembering import opened_apart, revised_turns, served
from tools.headcount import ARGUMENT

LEAST = (0.0, -0.1, -0.25, -0.5, -0.75, -1.0, -1.5, -2.0, -3.0, -math.inf)


@dataclass(frozen=True, slots=True)
class CountedTurn:
    """A turn in which a trip was planned, and that asks for one."""

    case: Case
    proposed: Sequence[Call]
    """One of which plans."""
    plan: Made
    """The one of these calls that plans, as the model made it."""
    party: Party | None
    """What was listed."""

    @property
    def right(self) -> tuple[bool, bool]:
        """Whether the model's number is the labelled one, and the list's."""
        accepted = (call for calls in self.case.accepted for call in calls)
        wanted = {call.args.get(ARGUMENT) for call in accepted if call.name == PLAN}
        listed = self.party.number if self.party else None
        return self.plan.call.args.get(ARGUMENT) in wanted, listed in wanted

    def exact_by(self, least: float) -> bool:
        """Whether it is exact with the counter, if lists at least so likely are believed; with
        infinity nothing of the counter's is.
        """
        plan = self.plan if least == math.inf else with_party(self.plan, self.party, least)
        calls = [plan.call if call.name == PLAN else call for call in self.proposed]
        return score(calls, self.case.accepted).exact


def measured(cases: Sequence[Case], counter: Path, settings: Settings) -> str:
    """The table of a counter beside the model as it is served.

    Args:
        cases: of development authors; never those of the test.
        counter: an exported folder.
        settings: of the model whose number it is, and its engine.

    Raises:
        ModelError: model, counter or engine can't be used.
    """
    model = served(settings, counter=opened_apart(counter, settings), least_likely_party=math.inf)
    turns = [
        CountedTurn(case, calls, counting.plan, counting.party)
        for case, calls, counting in revised_turns(cases, model, settings)
        if isinstance(counting, Counting) and counting.plan
    ]
    return table(turns)


def table(turns: Sequence[CountedTurn]) -> str:
    """Exact turns in Markdown: mended and broken by how likely a list has to be, over the model's
    number.
    """
    alone = [turn.exact_by(math.inf) for turn in turns]
    own, listed = (sum(turn.right[which] for turn in turns) for which in (0, 1))
    rows = [
        f"Of {len(turns)} plans the model's number is right in {own}, the counter's in {listed}. "
        f"{sum(alone)} are exact with the first. By the natural logarithm of how likely a list has "
        "to be:",
        "",
        "| at least | mended | broken |",
        "|---|---|---|",
    ]
    for least in LEAST:
        both = zip(turns, alone, strict=True)
        changed = [turn.exact_by(least) - before for turn, before in both]
        rows.append(f"| {least:g} | {changed.count(1)} | {changed.count(-1)} |")
    return "\n".join(rows)
