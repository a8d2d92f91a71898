"""Who travels is asked of another adapter, and code counts."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.runnables import Runnable

from agent.dialogue import wire
from agent.dialogue.turns import Call
from agent.models.asked import Asked
from agent.models.candidates import Made
from agent.models.chat import TripwrightChatModel
from agent.models.counting import LEAST_LIKELY, Counting
from agent.toolbox import langchain_tools
from tests.agent.models.test_chat import FakeEngine, calls

SAID = "Oslo with Ada, her two girls and Bo"
LISTED = '>plan_days{"travellers":["me","Ada","two girls","Bo"]}'
THREE = '>plan_days{"destination":"Oslo","days":2,"travellers":3,"diet":["vegan"]}'


def asked(engine: FakeEngine) -> Asked:
    return Asked(engine, "prompt", 100, lambda: False, -1.0, SAID)


def made(line: str = THREE) -> Made:
    return Made(wire.parse(line).calls[0], line, -1.0)


def counted(counter: FakeEngine, *before: Made) -> list[Call]:
    counting = Counting(asked(FakeEngine()), "grammar", counter)
    return [one.call for one in counting.revised(before)]


def test_who_is_listed_is_counted() -> None:
    """The rest of the call is as it was, its arguments in the catalog's order."""
    nobody = made('>plan_days{"destination":"Oslo","days":2,"diet":["vegan"]}')
    for before in (made(), nobody):
        (call,) = counted(FakeEngine(LISTED), before)
        assert call.args == {"destination": "Oslo", "days": 2, "travellers": 5, "diet": ["vegan"]}
        assert list(call.args) == ["destination", "days", "travellers", "diet"]


@pytest.mark.parametrize(("halves", "taken"), [(0, True), (1, True), (2, False)])
def test_an_unlikely_list_is_not_believed(halves: int, taken: bool) -> None:
    assert 2 * math.log(0.5) < LEAST_LIKELY < math.log(0.5)
    (call,) = counted(FakeEngine(LISTED.replace("two", "two" + halves * "~")), made())
    assert (call.args["travellers"] == 5) is taken


@pytest.mark.parametrize(
    "listed",
    [
        ">plan_days{}",
        '>plan_days{"good_for_kids":true}',
        '>plan_days{"travellers":["+","Bo"]}',
        '>plan_days{"travellers":["me","kids"]}',
        '>plan_days{"travellers":0}',
    ],
)
def test_where_nobody_is_listed_the_number_stays(listed: str) -> None:
    (call,) = counted(FakeEngine(listed), made())
    assert call.args["travellers"] == 3


def test_who_cannot_take_stairs_is_heard() -> None:
    """Also where nobody is counted; what the model heard of it stays."""
    (call,) = counted(FakeEngine('>plan_days{"step_free":true}'), made())
    assert call.args == {**made().call.args, "step_free": True}
    assert list(call.args) == ["destination", "days", "travellers", "diet", "step_free"]
    (same,) = counted(FakeEngine(">plan_days{}"), made('>plan_days{"step_free":true}'))
    assert same.args == {"step_free": True}


def test_nobody_is_asked_about_other_calls() -> None:
    """Nor where it would not be clear whose travellers they are."""
    found = made('>find_places{"location":"Oslo"}')
    silent = FakeEngine()  # would fail, had it to write
    assert counted(silent, found) == [found.call]
    assert counted(silent, made(), made()) == [made().call, made().call]
    first, second = counted(FakeEngine(LISTED), found, made())
    assert (first, second.args["travellers"]) == (found.call, 5)


def test_the_number_stays_where_the_counter_fails(caplog: pytest.LogCaptureFixture) -> None:
    (call,) = counted(FakeEngine('>plan_days{"travellers":['), made())
    assert call.args["travellers"] == 3 and "Nobody was counted" in caplog.text
    # cut in the middle of a name
    counting = Counting(replace(asked(FakeEngine()), max_tokens=30), "", FakeEngine(LISTED))
    assert counting.revised([made()]) == [made()]


def tuned(counter: FakeEngine) -> Runnable[LanguageModelInput, AIMessage]:
    model = TripwrightChatModel(engine=FakeEngine(THREE), counter=counter)
    return model.bind_tools(langchain_tools())


def test_the_model_asks_as_long_as_there_is_no_trip() -> None:
    """And for nothing but what the counter learned to write."""
    for trip, number in (("", 5), ("Oslo, 2 days", 3)):
        counter = FakeEngine(LISTED)
        line = SystemMessage(wire.system_text(trip))
        told = tuned(counter).invoke([line, HumanMessage(SAID)])
        ((name, args),) = calls(told)
        assert (name, args["travellers"]) == ("plan_days", number)
        assert [
            ("travellers" in str(grammar), "destination" in str(grammar))
            for grammar in counter.grammars
        ] == [(True, False)] * (not trip)
        written = len(THREE) + len(LISTED) * (not trip)
        assert told.usage_metadata is not None and told.usage_metadata["output_tokens"] == written


def test_the_calls_are_told_once_when_all_is_known() -> None:
    line = SystemMessage(wire.system_text())
    chunks = [*tuned(FakeEngine(LISTED)).stream([line, HumanMessage(SAID)])]
    told = [part for chunk in chunks for part in getattr(chunk, "tool_call_chunks", ())]
    assert len(told) == 1 and '"travellers": 5' in str(told[0]["args"])


def test_a_turn_that_is_cancelled_while_the_counter_writes_keeps_its_number() -> None:
    line, counter = SystemMessage(wire.system_text()), FakeEngine(LISTED)
    told = tuned(counter).invoke(
        [line, HumanMessage(SAID)], cancelled=lambda: bool(counter.written)
    )
    ((_, args),) = calls(told)
    assert (args["travellers"], counter.written) == (3, 1)
    assert told.response_metadata["finish_reason"] == "cancelled"


def test_what_comes_behind_the_list_is_no_doubt_about_it() -> None:
    (call,) = counted(FakeEngine(LISTED[:-1] + '~~~,"good_for_kids":true}'), made())
    assert call.args["travellers"] == 5
    assert "good_for_kids" not in call.args
