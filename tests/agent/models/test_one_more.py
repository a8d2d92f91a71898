"""A further call for an hour that no call holds, where the model hesitated to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from agent.dialogue import wire
from agent.dialogue.grammar import MAX_CALLS, Constraint, tool_grammar
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Made
from agent.models.engine import Cancelled
from agent.models.one_more import MARGIN, OneMore
from tests.agent.models.test_rescoring import Likely
from tools.catalog import schemas

SAID = "the Fort on day 2 at 10, and nothing at all from 3 to 5"
FORT = '>add_place{"place":"Fort","day":2,"time":"10"}'
FREE = '>keep_free{"day":2,"time":"from 3 to 5"}'
BOTH = f"{FORT}\n{FREE}"


class Ending(Likely):
    """Knows of each text how likely it is with its end, too."""

    def __init__(self, texts: Mapping[str, float], whole: Mapping[str, float]) -> None:
        super().__init__(texts)
        self.whole = whole

    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """With its end, of each."""
        if cancelled is not None and cancelled():
            return []
        if not self.whole:
            raise ModelError("gone")
        return [self.whole[text.removesuffix(wire.END)] for text in texts]


def better(
    lines: Sequence[str], engine: Ending, said: str = SAID
) -> tuple[str | None, int, list[str]]:
    """What is said instead, so many of its calls that are certain, and the grammars asked with."""
    asked = Asked(engine, "", 100, lambda: engine.stop, -0.7, said)

    def grammar(held: Constraint) -> str:
        return tool_grammar(schemas(), spoken=said, constraint=held)

    made = [Made(wire.parse(line).calls[0], line, -0.1) for line in lines]
    found = OneMore(asked, grammar, schemas().keys()).better(made)
    text, certain = (None, 0) if found is None else (found.text, found.certain)
    return text, certain, engine.grammars


@pytest.mark.parametrize(("less", "taken"), [(0.1, True), (-0.1, False)])
def test_it_is_taken_where_ending_was_not_much_likelier(less: float, taken: bool) -> None:
    ends = {FORT: -0.3, BOTH: -0.3 - MARGIN + less}
    text, certain, _ = better([FORT], Ending({BOTH: -0.4}, ends))
    assert (text, certain) == ((BOTH, 2) if taken else (None, 0))


def test_the_likeliest_of_several_is_taken() -> None:
    other = f'{FORT}\n>set_hours{{"start":"at 3"}}'
    ends = {FORT: -0.3, BOTH: -0.9, other: -0.6}
    assert better([FORT], Ending({BOTH: -0.4, other: -0.4}, ends), f"{SAID}, at 3")[0] == other


def test_without_an_hour_left_nothing_is_looked_for() -> None:
    for lines, said in (
        ([FORT, FREE], SAID),
        ([FORT], "the Fort on day 2 at 10, and a story"),
        ([FORT] * MAX_CALLS, SAID),
    ):
        text, _, grammars = better(lines, Ending({BOTH: -0.1}, {FORT: -0.2, BOTH: -0.1}), said)
        assert (text, grammars) == (None, [])


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("move the Fort from day 2 to 4", '>move_place{"place":"Fort","day":4}'),
        ("the Fort on day 2 instead of 3", '>move_place{"place":"Fort","day":2}'),
        ("we are 4 now", '>plan_days{"travellers":4}'),
        ("the Fort at half past four", '>add_place{"place":"Fort","time":"16:30"}'),
    ],
)
def test_what_is_held_otherwise_and_a_bare_number_are_no_hours(said: str, line: str) -> None:
    assert better([line], Ending({}, {line: -0.2}), said)[2] == []


def test_what_goes_wrong_changes_nothing() -> None:
    assert better([FORT], Ending({BOTH: -0.1}, {}))[0] is None
    stopped = Ending({BOTH: -0.1}, {FORT: -0.2, BOTH: -0.1})
    stopped.stop = True
    assert better([FORT], stopped)[0] is None
