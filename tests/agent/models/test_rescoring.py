"""Calls that leave out a known name give way to those that hold it, if these are likely enough."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pytest

from agent.dialogue import wire
from agent.dialogue.grammar import Constraint, tool_grammar
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Made
from agent.models.engine import Cancelled, Generation, OnText, Written
from agent.models.rescoring import ADDED, ANOTHER, Rescoring
from tests.agent.dialogue.test_grammar import accepts
from tools.catalog import schemas
from tools.mention import Kind, Mention

SAID = "Round Tower on day 2 from 11, for the four of us, in Oslo with Tivoli"
TOWER = Mention("Round Tower", frozenset({Kind.NEW}))
TIVOLI = Mention("Tivoli", frozenset({Kind.PLANNED}))
HOURS = '>set_hours{"day":2,"start":"11"}'
ADD = '>add_place{"place":"Round Tower","day":2,"time":"11"}'
PARTY = '>plan_days{"travellers":4}'
SEE = '>plan_days{"travellers":4,"must_see":["Round Tower"]}'


class Likely:
    """Writes the likeliest of its texts that the grammar allows, or of such beginnings of one.

    Args:
        texts: -> the logarithm of their probability; half of it is the last call's name's.
    """

    name = "likely"

    def __init__(self, texts: Mapping[str, float]) -> None:
        self.texts = texts
        self.stop = False
        self.grammars: list[str] = []

    def generate(
        self,
        prompt: str,
        *,
        grammar: str | None,
        max_tokens: int,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
        prefix: Written = (),
        fork_above: float = 0.0,
    ) -> Generation:
        """The part up to the last call's brace, and the rest."""
        assert grammar is not None
        self.grammars.append(grammar)
        found = [pieces for text in self.texts if (pieces := self._as_far(text, grammar))]
        if not found:
            return Generation("", 1, 0, 0.0, 0.0)
        text = ""
        for piece, log_probability in max(found, key=lambda pieces: sum(p for _, p in pieces)):
            text += piece
            assert on_text is not None and cancelled is not None
            on_text(piece, log_probability)
            if cancelled():
                return Generation(text, 1, 1, 0.0, 0.0, cancelled=True)
        return Generation(text, 1, 1, 0.0, 0.0)

    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """Is not asked."""
        raise NotImplementedError

    def _as_far(self, text: str, grammar: str) -> Sequence[tuple[str, float]]:
        head, _, rest = text.rpartition("{")
        half = self.texts[text] / 2
        if accepts(grammar, text):
            return [(head, half), (f"{{{rest}", half)]
        return [(head, half)] if accepts(grammar, head) else []


def better(
    first: str,
    total: float,
    texts: Mapping[str, float],
    *mentions: Mention,
    engine: Likely | None = None,
) -> str | None:
    """What is said instead of the first calls, which have this probability together."""
    engine = engine or Likely(texts)
    asked = Asked(engine, "", 100, lambda: engine.stop, -0.7, SAID, mentions or (TOWER,))
    lines = first.split("\n")
    made = [Made(wire.parse(line).calls[0], line, total / len(lines)) for line in lines]
    found = Rescoring(asked, grammar, schemas()).better(made)
    return None if found is None else found.text


def grammar(constraint: Constraint) -> str:
    """Of calls that meet it."""
    return tool_grammar(schemas(), spoken=SAID, constraint=constraint)


def test_calls_that_hold_the_names_are_not_looked_at_again() -> None:
    engine = Likely({SEE: 0.0})
    assert better(ADD, -0.5, {}, engine=engine) is None
    assert engine.grammars == []


@pytest.mark.parametrize(("less", "found"), [(0.5, ADD), (-0.5, None)])
def test_another_tool_has_to_be_nearly_as_likely(less: float, found: str | None) -> None:
    assert better(HOURS, -0.2, {ADD: -0.2 - ANOTHER + less}) == found


@pytest.mark.parametrize(("less", "found"), [(0.5, SEE), (-0.5, None)])
def test_the_same_tool_may_be_less_likely(less: float, found: str | None) -> None:
    assert better(PARTY, -0.2, {SEE: -0.2 - ADDED + less}) == found


@pytest.mark.parametrize(("less", "found"), [(0.5, True), (-0.5, False)])
def test_a_destination_that_nobody_knows_gives_way_to_a_known_city(
    less: float, found: bool
) -> None:
    """If that is nearly as likely; a town too small to be known may well be meant."""
    town = Mention("Oslo", frozenset({Kind.ELSEWHERE}))
    trip = '>plan_days{"destination":"Oslo","travellers":4}'
    tower = '>plan_days{"destination":"Round Tower","travellers":4}'
    texts = {trip: -0.2 - ANOTHER + less}
    assert better(tower, -0.2, texts, town) == (trip if found else None)
    assert better(PARTY, -0.2, texts, town) is None


@pytest.mark.parametrize(("less", "found"), [(0.5, ADD), (-0.5, None)])
def test_a_name_that_took_in_more(less: float, found: str | None) -> None:
    """It is written alone, with the day where it belongs, if that is nearly as likely."""
    wide = '>add_place{"place":"Round Tower on day 2","time":"11"}'
    assert better(wide, -0.2, {ADD: -0.2 - ANOTHER + less}) == found


@pytest.mark.parametrize(("less", "found"), [(0.5, True), (-0.5, False)])
def test_one_call_more_behind_the_first(less: float, found: bool) -> None:
    both = f"{HOURS}\n{ADD}"
    assert better(HOURS, -0.2, {both: -0.2 - ANOTHER + less}) == (both if found else None)


def test_no_more_calls_than_can_be_made() -> None:
    three = "\n".join([HOURS] * 3)
    assert better(three, -0.2, {f"{three}\n{ADD}": -0.3}) is None


def test_the_likeliest_of_several() -> None:
    assert better(HOURS, -0.2, {SEE: -2.5, ADD: -1.5}) == ADD
    assert better(HOURS, -0.2, {SEE: -1.5, ADD: -2.5}) == SEE


def test_fewer_names_have_to_be_left_out() -> None:
    """Not others in their place."""
    tivoli = '>remove_place{"place":"Tivoli"}'
    assert better(tivoli, -0.2, {ADD: -0.3}, TOWER, TIVOLI) is None
    both = f"{tivoli}\n{ADD}"
    assert better(tivoli, -0.2, {ADD: -0.3, both: -0.5}, TOWER, TIVOLI) == both


def test_only_tools_that_could_be_meant() -> None:
    """What is not planned is not moved, nor is a trip made longer in a place."""
    move = '>move_place{"place":"Round Tower","day":2}'
    assert better(HOURS, -0.2, {move: -0.3}) is None
    oslo = Mention("Oslo", frozenset({Kind.CITY}))
    longer = '>extend_trip{"days":2,"location":"Oslo"}'
    assert better(HOURS, -0.2, {longer: -0.3}, oslo) is None


def test_stopped_or_broken_the_first_calls_stay(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Likely):
        def generate(self, *_: object, **__: object) -> Generation:
            """Never."""
            raise ModelError("Broken.")

    with caplog.at_level("WARNING"):
        assert better(HOURS, -0.2, {}, engine=Broken({})) is None
    assert "Broken." in caplog.text
    stopped = Likely({ADD: -0.3})
    stopped.stop = True
    assert better(HOURS, -0.2, {}, engine=stopped) is None


def test_a_name_with_quotation_marks_and_backslashes() -> None:
    odd = Mention('the "R\\O" bar', frozenset({Kind.NEW}))
    said = json.dumps(odd.text)
    engine = Likely({f'>add_place{{"place":{said}}}': -0.3})
    found = better(HOURS, -0.2, {}, odd, engine=engine)
    assert found is not None and wire.parse(found).calls[0].args == {"place": odd.text}
