"""What becomes of the arguments that a model writes."""

from __future__ import annotations

from agent.toolbox import langchain_tools
from tests.agent.models.test_chat import FakeEngine, calls, model


def test_what_a_list_holds_twice_is_told_once() -> None:
    said = "vegan, both of us vegan, 2 days in Oslo and 2 in Bergen"
    cities = '"more_destinations":["Bergen","Oslo","Bergen"],"days_each":[2,2]'
    engine = FakeEngine(f'>plan_days{{{cities},"diet":["vegan","vegan"]}}')
    answer = model(engine).bind_tools(langchain_tools()).invoke(said)
    kept = {"more_destinations": ["Bergen", "Oslo", "Bergen"], "days_each": [2, 2]}
    assert calls(answer) == [("plan_days", {**kept, "diet": ["vegan"]})]


def test_two_of_a_party_may_be_called_the_same() -> None:
    said = "my sister and her husband join, and my daughter and her husband"
    who = ["+", "sister", "husband", "daughter", "husband"]
    engine = FakeEngine(f'>plan_days{{"travellers":{who}}}'.replace("'", '"').replace(", ", ","))
    answer = model(engine).bind_tools(langchain_tools()).invoke(said)
    assert calls(answer) == [("plan_days", {"travellers": who})]
