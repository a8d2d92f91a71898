"""Calls that leave out a known name give way to those that hold it, if these are likely enough."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from agent.dialogue.grammar import Holding, tool_grammar
from agent.models.asked import Asked
from agent.models.engine import Cancelled, Generation, OnText
from agent.models.reconsider import MOST_UNLIKELY, MOST_UNLIKELY_ALONE, Reconsideration
from tests.agent.dialogue.test_grammar import accepts
from tools.actions.known_names import Kind, Mention
from tools.catalog import schemas

SAID = "Round Tower on day 2 from 11"
TOWER = Mention("Round Tower", frozenset({Kind.NEW}))
HOURS = '>set_hours{"day":2,"start":"11"}'
ADD = '>add_place{"place":"Round Tower","day":2,"time":"11"}'
SEE = '>plan_days{"must_see":["Round Tower"]}'


class Likely:
    """Writes the likeliest of its texts that the grammar allows, or the beginning of one.

    Args:
        texts: -> the logarithm of their probability; half of it is their heads'.
    """

    name = "likely"

    def __init__(self, texts: Mapping[str, float]) -> None:
        self.texts = texts
        self.written: list[str] = []

    def generate(
        self,
        prompt: str,
        *,
        grammar: str | None,
        max_tokens: int,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """A head and the rest."""
        assert grammar is not None
        found = [self._as_far(text, grammar) for text in self.texts]
        pieces = max(filter(None, found), key=lambda pieces: sum(p for _, p in pieces), default=[])
        text = ""
        for piece, log_probability in pieces:
            text += piece
            self.written.append(piece)
            if on_text is not None:
                on_text(piece, log_probability)
            if cancelled is not None and cancelled():
                return Generation(text, 1, 1, 0.0, 0.0, cancelled=True)
        return Generation(text, 1, 1, 0.0, 0.0)

    def _as_far(self, text: str, grammar: str) -> list[tuple[str, float]]:
        head, brace, rest = text.partition("{")
        half = self.texts[text] / 2
        if accepts(grammar, text):
            return [(head, half), (brace + rest, half)]
        return [(head, half)] if accepts(grammar, head) else []


def grammar(holding: Holding | None) -> str:
    """Of all calls, and words."""
    return tool_grammar(schemas(), spoken=SAID, holding=holding)


def best(texts: Mapping[str, float], *mentions: Mention, doubt: float = -0.7) -> str | None:
    """What the engine's calls come to."""
    asked = Asked(Likely(texts), "", 100, lambda: False, doubt, SAID, mentions or (TOWER,))
    thoughts = Reconsideration(asked, grammar)
    written = thoughts.best()
    return None if written is None else written.text


def test_a_name_that_is_held_changes_nothing() -> None:
    assert best({ADD: -0.5, SEE: -0.1 - MOST_UNLIKELY}) == ADD
    engine = Likely({ADD: -0.5, HOURS: -3.0})
    Reconsideration(Asked(engine, "", 100, lambda: False, -0.7, SAID, (TOWER,)), grammar).best()
    assert "".join(engine.written) == ADD


@pytest.mark.parametrize(("less", "found"), [(0.5, True), (-0.5, False)])
def test_calls_that_leave_it_out_give_way_unless_far_likelier(less: float, found: bool) -> None:
    assert best({HOURS: -0.2, ADD: -0.2 - MOST_UNLIKELY + less}) == (ADD if found else HOURS)


@pytest.mark.parametrize(("less", "found"), [(0.5, True), (-0.5, False)])
def test_words_give_way_only_to_what_is_likely(less: float, found: bool) -> None:
    assert best({"Gladly!": -0.1, ADD: -MOST_UNLIKELY_ALONE + less}) == (ADD if found else None)


def test_a_doubted_call_counts_as_words() -> None:
    assert best({HOURS: -2.0, ADD: -2.5}) == ADD
    assert best({HOURS: -2.0, ADD: -3.5}) is None


def test_the_likeliest_of_several() -> None:
    assert best({HOURS: -0.2, SEE: -4.0, ADD: -3.0}) == ADD
    assert best({HOURS: -0.2, SEE: -3.0, ADD: -4.0}) == SEE


def test_another_call_behind_the_first() -> None:
    both = f"{HOURS}\n{ADD}"
    # the heads of a second call are read behind the whole first one
    assert accepts(grammar(_behind()), both)
    assert not accepts(grammar(_behind()), ADD)


def _behind() -> Holding:
    return Holding("add_place", "place", ("Round Tower",), f"{HOURS}\n")


def test_what_holds_another_name_does_not_count() -> None:
    garden = Mention("day", frozenset({Kind.NEW}))
    other = '>add_place{"place":"day"}'
    assert best({other: -0.2, ADD: -1.0}, TOWER, garden) == other
