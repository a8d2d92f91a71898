"""When the adapter that is asked for a plan's wishes should be listened to: turns that are exact.

One pass has the model call and the adviser write its wishes, and both read every version of the
plan (`agent.models.second_opinion`); by how much likelier one has to be is tried on what they
found.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.dialogue.plan_parts import PLAN, WISHES
from agent.dialogue.turns import Call
from agent.models.second_opinion import SecondOpinion, Version, best
from agent.settings import Settings
from finetune.evaluation.scoring import score
from finetune.held_out import Case
from finetune.remembering import opened_apart, revised_turns, served

MARGINS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0)


@dataclass(frozen=True, slots=True)
class AdvisedTurn:
    """A turn in which a trip was planned, and that asks for one."""

    case: Case
    proposed: Sequence[Call]
    """One of which plans."""
    versions: Sequence[Version]
    """Of it; none where the adviser agreed."""

    def exact_by(self, margin: float) -> bool:
        """Whether it is exact with the version that is taken."""
        if not self.versions or margin == math.inf:
            return score(self.proposed, self.case.accepted).exact
        return self._is_exact(best(self.versions, margin))

    @property
    def can_be_exact(self) -> bool:
        """Whether some version is."""
        return self.exact_by(math.inf) or any(map(self._is_exact, self.versions))

    def _is_exact(self, version: Version) -> bool:
        calls = [
            Call(PLAN, {**WISHES.without(call.args), **WISHES.of(version.args)})
            if call.name == PLAN
            else call
            for call in self.proposed
        ]
        return score(calls, self.case.accepted).exact


def measured(cases: Sequence[Case], adviser: Path, settings: Settings) -> str:
    """The table of an adviser beside the model as it is served.

    Args:
        cases: of development authors; never those of the test.
        adviser: an exported folder.
        settings: of the model whose plans they are, and its engine.

    Raises:
        ModelError: model, adviser or engine can't be used.
    """
    model = served(settings, adviser=opened_apart(adviser, settings), advice_margin=math.inf)
    turns = [
        AdvisedTurn(case, calls, advice.versions)
        for case, calls, advice in revised_turns(cases, model, settings)
        if isinstance(advice, SecondOpinion) and advice.plan
    ]
    return table(turns)


def table(turns: Sequence[AdvisedTurn]) -> str:
    """Exact turns in Markdown: mended and broken by the margin, over the model alone."""
    alone = [turn.exact_by(math.inf) for turn in turns]
    differ = sum(bool(turn.versions) for turn in turns)
    rows = [
        f"Of {len(turns)} plans {sum(alone)} are exact without the adviser, and of {differ} it "
        "thinks otherwise. By the natural logarithm of how much likelier than the model's "
        "a version has to be to both:",
        "",
        "| margin | mended | broken |",
        "|---|---|---|",
    ]
    for margin in MARGINS:
        both = zip(turns, alone, strict=True)
        changed = [turn.exact_by(margin) - before for turn, before in both]
        rows.append(f"| {margin:g} | {changed.count(1)} | {changed.count(-1)} |")
    possible = sum(turn.can_be_exact for turn in turns)
    return "\n".join([*rows, "", f"The best choice each time would make it {possible}."])
