"""A plan leads to cities of which something is known, where that is likely enough."""

from __future__ import annotations

import pytest

from agent.dialogue import wire
from agent.errors import ModelError
from agent.models.asked import Asked
from agent.models.candidates import Made
from agent.models.known_cities import MARGIN, KnownCities
from tests.agent.models.test_second_opinion import Weighing
from tools.actions.naming import is_covered
from tools.mention import Kind, Mention
from tools.services import TravelServices

SAID = "from Mumbai to Colombo, and in the gap four days in Delhi"
DELHI = Mention("Delhi", frozenset({Kind.CITY}))
ONWARDS = '>plan_days{"destination":"Delhi","more_destinations":["Colombo"],"days_each":[4,2]}'
WRONG = '>plan_days{"destination":"Colombo","days":4}'
RIGHT = '>plan_days{"destination":"Delhi","days":4}'


def revised(engine: Weighing, *lines: str, mentions: tuple[Mention, ...] = (DELHI,)) -> str:
    """What becomes of the calls, a line each."""
    asked = Asked(engine, "prompt", 200, lambda: False, -1.0, SAID, mentions)
    made = [Made(wire.parse(line).calls[0], line, -1.0) for line in lines]
    found = KnownCities(asked, {"Delhi", "Agra"}.__contains__).revised(made)
    assert [wire.render_call(one.call) for one in found] == [one.line for one in found]
    return "\n".join(one.line for one in found)


@pytest.mark.parametrize(("line", "less"), [(WRONG, "Delhi"), (ONWARDS, '"days":4')])
@pytest.mark.parametrize("taken", [True, False])
def test_the_known_one_is_taken_where_it_is_likely_enough(
    line: str, less: str, taken: bool
) -> None:
    engine = Weighing(likes={less: -MARGIN + (0.5 if taken else -0.5)})
    if line == WRONG:
        assert revised(engine, WRONG) == (RIGHT if taken else WRONG)
    else:
        assert revised(engine, ONWARDS) == (RIGHT if taken else ONWARDS)


def test_two_known_ones_keep_their_days() -> None:
    three = (
        '>plan_days{"destination":"Delhi","more_destinations":["Kandy","Agra"],"days_each":[4,1,2]}'
    )
    told = revised(Weighing(), three)
    assert (
        told == '>plan_days{"destination":"Delhi","more_destinations":["Agra"],"days_each":[4,2]}'
    )


@pytest.mark.parametrize(
    ("line", "mentions"),
    [(RIGHT, (DELHI,)), (WRONG, ()), ('>plan_days{"days":4}', (DELHI,)), (ONWARDS[:0], ())],
)
def test_where_nothing_else_could_be_meant_nothing_is_read(
    line: str, mentions: tuple[Mention, ...]
) -> None:
    engine = Weighing()
    assert revised(engine, *filter(None, [line]), mentions=mentions) == line
    assert engine.read == []


def test_an_error_leaves_the_plan_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Weighing()

    def fail(*_: object, **__: object) -> list[float]:
        raise ModelError("gone")

    monkeypatch.setattr(engine, "log_probabilities", fail)
    assert revised(engine, WRONG) == WRONG


def test_the_store_knows_its_cities_and_what_they_are_called(services: TravelServices) -> None:
    assert all(is_covered(services, said) for said in ("Delhi", "nyc", "Wien"))
    assert not is_covered(services, "Colombo") and not is_covered(services, "...")
