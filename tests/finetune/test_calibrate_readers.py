"""Which settings of the readers mend turns, and which break them."""

from __future__ import annotations

import pytest

from agent.models.candidates import Candidate
from agent.models.reranking import Hypothesis, RerankingSettings
from finetune.calibrate_readers import MARGIN, ReadTurn, table, tables


def rival(less: float, gain: float) -> Hypothesis:
    return Hypothesis(Candidate(1), less, gain)


WRONG = ReadTurn(False, False, [(rival(0.4, 1.2), True), (rival(1.2, 3.0), False)])
RIGHT = ReadTurn(True, True, [(rival(0.4, 0.6), False)])


@pytest.mark.parametrize(
    ("turn", "settings", "exact"),
    [
        (WRONG, RerankingSettings(within=1.0, margin=1.0), True),
        (WRONG, RerankingSettings(within=1.0, margin=1.5), False),
        (WRONG, RerankingSettings(within=1.5, margin=1.0), False),
        (WRONG, RerankingSettings(within=0.3, margin=0.0), False),
        (RIGHT, RerankingSettings(within=1.0, margin=1.0), True),
        (RIGHT, RerankingSettings(within=1.0, margin=0.5), False),
        (ReadTurn(False, True, ()), RerankingSettings(margin=-1.0), True),
    ],
)
def test_a_turn_is_exact_by_the_settings(
    turn: ReadTurn, settings: RerankingSettings, exact: bool
) -> None:
    assert turn.exact_by(settings) is exact


def test_the_table_says_what_is_mended_and_broken() -> None:
    rows = table([WRONG, RIGHT, ReadTurn(False, False, ())]).splitlines()
    assert rows[0].startswith("1 of 3 turns are exact without readers")
    [row] = [row for row in rows if row.startswith("| 1 |")]  # within
    cells = dict(zip(MARGIN, row.strip("| ").split(" | ")[1:], strict=True))
    assert cells[1.0] == "1 - 0" and cells[0.5] == "1 - 1"
    assert rows[-1] == "The best choice each time would make it 2."


def test_turns_without_and_with_a_trip_have_a_table_each() -> None:
    """WRONG is one without, RIGHT one with."""
    both = tables([RIGHT, WRONG, RIGHT])
    assert both.startswith("Without a trip: 0 of 1 turns")
    assert "\n\nWith a trip: 2 of 2 turns" in both
    assert tables([RIGHT]).startswith("With a trip: 1 of 1 turns")
