"""Calls that the trip rules out give way to those that it allows, if these are likely enough."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from agent.dialogue import wire
from agent.dialogue.grammar import Constraint, tool_grammar
from agent.dialogue.standing import Standing
from agent.models.asked import Asked
from agent.models.candidates import Made
from agent.models.ruled_out import OTHERS, SAME, RuledOut
from tests.agent.models.test_rescoring import Likely
from tools.catalog import schemas
from tools.mention import Kind, Mention

SAID = "the Fort on the 22nd, in Oslo, and the Zoo in place of the Zoo"
TRIP = Standing(
    (("Oslo", 3),), knows={"Fort", "Zoo"}.__contains__, places_in=lambda text: ("Fort",)
)
LATE, SOON = '>add_place{"place":"Fort","day":22}', '>add_place{"place":"Fort","day":2}'
TWICE, ADDED = '>replace_place{"place":"Zoo","replacement":"Zoo"}', '>add_place{"place":"Zoo"}'


def better(
    first: str, total: float, texts: Mapping[str, float], *mentions: Mention
) -> tuple[str | None, int]:
    """What is said instead of the first call, and how often something was written."""
    engine = Likely(texts)
    asked = Asked(engine, "", 100, lambda: engine.stop, -0.7, SAID, mentions)
    looked = RuledOut(asked, grammar, TRIP)
    found = looked.better([Made(wire.parse(first).calls[0], first, total)])
    return (None if found is None else found.text), len(looked.done)


def grammar(*, without: Collection[str] = (), constraint: Constraint | None = None) -> str:
    """As the chat model's: no words, the trip's days."""
    left = {name: schema for name, schema in schemas().items() if name not in without}
    days = {("add_place", "day"): ("1", "2", "3")}
    return tool_grammar(left, words=False, spoken=SAID, values=days, constraint=constraint)


def test_calls_that_can_be_done_are_not_looked_at_again() -> None:
    assert better(SOON, -0.5, {}) == (None, 0)


@pytest.mark.parametrize(("less", "found"), [(0.5, SOON), (-0.5, None)])
def test_another_day_may_be_less_likely(less: float, found: str | None) -> None:
    assert better(LATE, -0.2, {SOON: -0.2 - SAME + less}) == (found, 2)


@pytest.mark.parametrize(("less", "found"), [(0.5, ADDED), (-0.5, None)])
def test_another_tool_has_to_be_nearly_as_likely(less: float, found: str | None) -> None:
    assert better(TWICE, -0.2, {ADDED: -0.2 - OTHERS + less})[0] == found


def test_cities_of_the_trip_are_shared_out_and_nothing_is_written() -> None:
    """As likely as they were; the answer takes it as the model's own."""
    north = Standing((("Oslo", 3), ("Bergen", 4)))
    engine = Likely({})
    asked = Asked(engine, "", 100, lambda: False, -0.7, SAID)
    lines = ['>add_city{"city":"Bergen","days":5}', '>add_city{"city":"Oslo","days":2}']
    made = [Made(wire.parse(line).calls[0], line, -0.5) for line in lines]
    looked = RuledOut(asked, grammar, north)
    found = looked.better(made)
    assert found is not None and found.text == '>plan_days{"days_each":[2,5]}'
    assert (found.total, found.certain, looked.done) == (-1.0, 1, [])


def test_no_known_name_is_lost() -> None:
    """What a look before this one found is not undone."""
    fort = Mention("Fort", frozenset({Kind.NEW}))
    pace = '>set_pace{"pace":"relaxed"}'
    assert better(LATE, -2.5, {pace: -0.2, SOON: -4.0})[0] == pace
    assert better(LATE, -2.5, {pace: -0.2, SOON: -4.0}, fort)[0] is None


def test_what_is_ruled_out_too_is_no_better() -> None:
    assert better(TWICE, -0.2, {'>add_city{"city":"Oslo"}': -0.3})[0] is None


@pytest.mark.parametrize(("less", "found"), [(0.5, SOON), (-0.5, None)])
def test_a_place_that_nobody_knows_gives_way_to_one_that_the_message_names(
    less: float, found: str | None
) -> None:
    unknown = '>add_place{"place":"the 22nd","day":2}'
    assert better(unknown, -0.2, {SOON: -0.2 - SAME + less}) == (found, 1)


def test_where_the_message_names_none_nothing_is_looked_for() -> None:
    engine = Likely({})
    asked = Asked(engine, "", 100, lambda: False, -0.7, SAID)
    trip = Standing((("Oslo", 3),), knows=lambda name: False)
    made = [Made(wire.parse(SOON).calls[0], SOON, -0.2)]
    looked = RuledOut(asked, grammar, trip)
    assert looked.better(made) is None and looked.done == []
