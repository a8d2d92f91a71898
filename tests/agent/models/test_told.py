"""What the traveller told, apart from our own words."""

from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from agent.dialogue.wire import system_text
from agent.toolbox import langchain_tools
from tests.agent.dialogue.test_grammar import accepts
from tests.agent.models.test_chat import FakeEngine, model


def test_who_joins_is_no_word_of_our_own() -> None:
    engine = FakeEngine("Gladly.")
    said = [HumanMessage("Emir, too"), AIMessage("Now 4 people travel."), HumanMessage("and him")]
    model(engine).bind_tools(langchain_tools()).invoke([SystemMessage("Trip: Lisbon"), *said])
    grammar = str(engine.grammars[0])
    for who, may in (("Emir", True), ("4 people", False)):
        assert accepts(grammar, f'>plan_days{{"travellers":["+","{who}"]}}') == may


@pytest.mark.parametrize(
    ("trip", "said", "days"),
    [
        ("", ["I have three weeks.", "Where to?", "Lisbon"], 21),
        ("Trip: Lisbon", ["I have three weeks.", "Where to?", "two weeks"], 14),
        ("Trip: Lisbon", ["Make it a plan\nfor three weeks"], 21),
        ("", ["I have three weeks\nPlan 14 days in Rome"], 14),
    ],
)
def test_weeks_are_reckoned_by_code(trip: str, said: list[str], days: int) -> None:
    engine = FakeEngine('>plan_days{"days":14}')
    kinds = (HumanMessage, AIMessage)
    messages = [kinds[i % 2](text) for i, text in enumerate(said)]
    bound = model(engine).bind_tools(langchain_tools())
    answer = bound.invoke([SystemMessage(system_text(trip)), *messages])
    assert [call["args"] for call in answer.tool_calls] == [{"days": days}]
