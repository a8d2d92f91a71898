"""The chat model over an engine that writes what it is told."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Sequence
from typing import cast

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.tools import tool
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent.dialogue.grammar import tool_grammar
from agent.dialogue.prompts import spoken
from agent.dialogue.readable import said_values
from agent.dialogue.turns import Call, Turn
from agent.dialogue.wire import render
from agent.errors import ModelError
from agent.models.chat import TripwrightChatModel, _grammar, turns
from agent.models.engine import Cancelled, Generation, OnText, Written
from agent.toolbox import langchain_tools
from tools.catalog import schemas
from tools.mention import Kind, Mention


class FakeEngine:
    """Writes its texts, a character a token; cut where `max_tokens` ends.

    Args:
        texts: one a generation; "~" before a character is not written, and makes it half as
            probable as anything else.
        pause: seconds before each token.
    """

    name = "fake"

    def __init__(self, *texts: str, pause: float = 0.0) -> None:
        self.texts = [*texts]
        self.pause = pause
        self.prompts: list[str] = []
        self.grammars: list[str | None] = []
        self.written = 0

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
        """The next text."""
        self.prompts.append(prompt)
        self.grammars.append(grammar)
        scripted = self.texts.pop(0)
        text = scripted.replace("~", "")
        unsure = [i - n for n, i in enumerate(i for i, c in enumerate(scripted) if c == "~")]
        for count, character in enumerate(text[:max_tokens], start=1):
            time.sleep(self.pause)
            self.written = count
            if on_text is not None:
                on_text(character, math.log(0.5) * unsure.count(count - 1))
            if cancelled is not None and cancelled():
                return Generation(text[:count], 5, count, 0.1, 0.2, cancelled=True)
        told = text[:max_tokens]
        return Generation(told, 5, len(told), 0.1, 0.2, cut=len(text) > max_tokens)

    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """Of a call, whichever it be: it would rather talk."""
        return [math.log(0.25) for _ in texts]


@tool
def swap_days(day: int, other_day: int) -> str:
    """Exchanges two days."""
    return ""


def model(engine: FakeEngine, max_tokens: int = 160) -> TripwrightChatModel:
    return TripwrightChatModel(engine=engine, max_tokens=max_tokens)


def test_a_call_that_the_model_doubts_gives_way_to_words() -> None:
    engine = FakeEngine('>~s~wap_days{"day":1,"other_day":2}', "Which days do you mean?")
    answer = model(engine).bind_tools([swap_days]).invoke("hm, the days")
    assert (answer.text, answer.tool_calls) == ("Which days do you mean?", [])
    assert "swap_days" in str(engine.grammars[0])
    assert "swap_days" not in str(engine.grammars[1])


def test_as_sure_as_wanted_is_sure_enough() -> None:
    engine = FakeEngine('>~swap_days{"day":1,"other_day":2}')
    answer = (
        TripwrightChatModel(engine=engine, min_tool_probability=0.5)
        .bind_tools([swap_days])
        .invoke("swap them")
    )
    assert calls(answer) == [("swap_days", {"day": 1, "other_day": 2})]
    assert answer.response_metadata["tool_log_probabilities"] == [round(math.log(0.5), 4)]


def test_doubt_about_an_argument_is_no_doubt_about_the_call() -> None:
    engine = FakeEngine('>swap_days{"day":~~~~1,"other_day":2}')
    answer = model(engine).bind_tools([swap_days]).invoke("swap them")
    assert calls(answer) == [("swap_days", {"day": 1, "other_day": 2})]


@tool
def add_place(place: str) -> str:
    """Adds a place."""
    return ""


OSLO = Mention("Oslo", frozenset())
TOWER = Mention("Round Tower", frozenset({Kind.NEW}))
SWAPPED = '>swap_days{"day":1,"other_day":2}'
ADDED = '>add_place{"place":"Round Tower"}'


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("behind", [False, True])
def test_a_known_name_is_not_left_out(streamed: bool, behind: bool) -> None:
    """What was written first is told only where it stays."""
    no = "~" * 20
    instead = [SWAPPED, no + ">add_place"] if behind else [SWAPPED, ">add_place", ADDED]
    after = f"{SWAPPED}\n"
    more = [f"{after}>add_place", after + ADDED] if behind else [no + after]
    bound = model(FakeEngine(*instead, *more)).bind_tools([swap_days, add_place])
    said = "Round Tower, days 1 and 2"
    if streamed:
        chunks = [*bound.stream(said, mentions=[TOWER])]
        answer = cast("AIMessage", sum(chunks[1:], chunks[0]))
    else:
        answer = bound.invoke(said, mentions=[TOWER])
    first = [("swap_days", {"day": 1, "other_day": 2})] if behind else []
    assert calls(answer) == [*first, ("add_place", {"place": "Round Tower"})]


@pytest.mark.parametrize("mentions", [[], [OSLO], [TOWER]])
def test_a_doubted_second_call_is_left_out_whatever_was_mentioned(mentions: list[Mention]) -> None:
    engine = FakeEngine(f'{ADDED}\n>~~swap_days{{"day":1,"other_day":2}}')
    bound = model(engine).bind_tools([swap_days, add_place])
    answer = bound.invoke("Round Tower in Oslo, hm, the days", mentions=mentions)
    assert calls(answer) == [("add_place", {"place": "Round Tower"})]


def test_after_the_tools_and_with_a_tool_to_choose_nothing_is_written_anew() -> None:
    made = AIMessage("", tool_calls=[{"name": "add_place", "args": {}, "id": "1"}])
    said = [HumanMessage("Round Tower"), made, ToolMessage("added", tool_call_id="1")]
    bound = model(FakeEngine(SWAPPED)).bind_tools([swap_days, add_place])
    swapped = [("swap_days", {"day": 1, "other_day": 2})]
    assert calls(bound.invoke(said, mentions=[TOWER])) == swapped
    chosen = model(FakeEngine(SWAPPED)).bind_tools([swap_days, add_place], tool_choice="swap_days")
    assert calls(chosen.invoke("Round Tower", mentions=[TOWER])) == swapped


@tool
def check_opening(place: str, when: str | None = None) -> str:
    """Whether a place is open."""
    return ""


@pytest.mark.parametrize(("doubt", "when"), [("", "Sunday"), ("~~~", "Sunday"), ("~" * 6, None)])
def test_an_hour_that_the_grammar_forced_is_left_out(doubt: str, when: str | None) -> None:
    """What the model hardly thought of, but had to write as a text that can be read."""
    engine = FakeEngine(f'>check_opening{{"place":~~~~~~"Louvre","when":{doubt}"Sunday"}}')
    answer = model(engine).bind_tools([check_opening]).invoke("the Louvre, Sunday")
    wanted = {"place": "Louvre"} | ({"when": when} if when else {})
    assert calls(answer) == [("check_opening", wanted)]
    (likely,) = answer.response_metadata["value_log_probabilities"]
    assert likely["when"] == pytest.approx(len(doubt) * math.log(0.5), abs=0.01)
    assert likely["place"] < math.log(0.02)


def test_each_call_has_its_own_likelihoods() -> None:
    """Of two calls, and of one that was cut and written again."""
    one, two = ('>check_opening{"place":"Louvre","when":"Sunday"}',
                '>check_opening{"place":"Orsay","when":~~~~~~~"Monday"}')  # fmt: skip
    answer = model(FakeEngine(f"{one}\n{two}")).bind_tools([check_opening]).invoke("both")
    assert calls(answer) == [
        ("check_opening", {"place": "Louvre", "when": "Sunday"}),
        ("check_opening", {"place": "Orsay"}),
    ]
    long = f'>check_opening{{"place":"{"Louvre " * 4}","when":~~~"Sunday"}}'
    again = model(FakeEngine(long, long), max_tokens=50).bind_tools([check_opening]).invoke("it")
    assert calls(again)[0][1]["when"] == "Sunday"


def test_of_two_calls_the_doubted_one_is_left_out() -> None:
    sure, unsure = '>swap_days{"day":1,"other_day":2}', '>~~swap_days{"day":3,"other_day":4}'
    engine = FakeEngine(f"{sure}\n{unsure}")
    answer = model(engine).bind_tools([swap_days]).invoke("swap them, hm")
    assert calls(answer) == [("swap_days", {"day": 1, "other_day": 2})]
    assert len(engine.prompts) == 1


def test_a_call_that_is_required_is_not_doubted() -> None:
    engine = FakeEngine('>~~swap_days{"day":1,"other_day":2}')
    bound = model(engine).bind_tools([swap_days], tool_choice="any")
    assert calls(bound.invoke("swap")) == [("swap_days", {"day": 1, "other_day": 2})]


def calls(message: AIMessage) -> list[tuple[str, dict[str, object]]]:
    return [(call["name"], call["args"]) for call in message.tool_calls]


SWAP = '>swap_days{"day":1,"other_day":2}'
UNDO = ">undo_change{}"
ASKED: Sequence[HumanMessage] = [HumanMessage("swap")]


def test_messages_become_turns_and_come_in_the_prompt() -> None:
    messages = [
        SystemMessage("Trip: Lisbon"),
        HumanMessage([{"type": "text", "text": "swap days"}]),
        AIMessage("", tool_calls=[{"name": "swap_days", "args": {"day": 1}, "id": "a"}]),
        ToolMessage("swapped\nday: day 1", tool_call_id="a"),
    ]
    expected = [
        Turn("system", "Trip: Lisbon"),
        Turn("user", "swap days"),
        Turn("assistant", calls=(Call("swap_days", {"day": 1}),)),
        Turn("tool", "swapped\nday: day 1"),
    ]
    assert turns(messages) == expected
    engine = FakeEngine("Done.")
    answer = model(engine).invoke(messages)
    assert engine.prompts == [render(expected)]
    assert answer.text == "Done."
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["total_tokens"] == 10
    assert answer.response_metadata["finish_reason"] == "stop"
    assert answer.response_metadata["first_token_seconds"] == 0.1


def test_arguments_may_quote_messages_facts_and_answers_but_no_calls_or_keys() -> None:
    said = spoken(
        render(
            [
                Turn("system", "Trip: Lisbon"),
                Turn("user", "near Belem"),
                Turn("assistant", "Did you mean Belém?"),
                Turn("user", "yes"),
                Turn("assistant", calls=(Call("geocode", {"query": "x"}),)),
                Turn("tool", "located\nname: Belém Tower\nlat: 38.7"),
            ]
        )
    )
    assert said.split("\n") == ["Belém Tower", "38.7", "yes", "Did you mean Belém?", "near Belem"]


def test_bound_tools_give_the_grammar_of_the_catalog() -> None:
    bound = [convert_to_openai_tool(tool) for tool in langchain_tools()]
    said = "Rome at 9"
    values = said_values(said)
    assert _grammar(bound, None, said) == tool_grammar(schemas(), spoken=said, values=values)
    one = {"set_hours": schemas()["set_hours"]}
    only = tool_grammar(one, words=False, spoken=said, values=values)
    assert _grammar(bound, "set_hours", said) == only
    with pytest.raises(ValueError, match="no tool 'fly'"):
        _grammar(bound, "fly", "Rome")


def test_calls_are_streamed_one_by_one_and_words_at_once() -> None:
    chunks = [*model(FakeEngine(f"{SWAP}\n{UNDO}")).bind_tools([swap_days]).stream([*ASKED])]
    told = [c.tool_call_chunks for c in chunks if isinstance(c, AIMessageChunk)]
    assert [len(t) for t in told] == [1, 1, 0]
    assert [t[0]["index"] for t in told[:2]] == [0, 1]
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = cast("AIMessageChunk", whole + chunk)
    assert calls(whole) == [("swap_days", {"day": 1, "other_day": 2}), ("undo_change", {})]
    assert len({call["id"] for call in whole.tool_calls}) == 2
    words = [c.text for c in model(FakeEngine(" Hi you")).stream([*ASKED])]
    assert words == ["H", "i", " ", "y", "o", "u", ""]


def test_invoke_gives_the_same_as_stream() -> None:
    answer = model(FakeEngine(f"{SWAP}\n{UNDO}")).bind_tools([swap_days]).invoke([*ASKED])
    assert calls(answer) == [("swap_days", {"day": 1, "other_day": 2}), ("undo_change", {})]
    assert answer.response_metadata["finish_reason"] == "tool_calls"


def test_a_call_cut_in_the_middle_is_dropped() -> None:
    answer = model(FakeEngine(f"{SWAP}\n{UNDO}"), max_tokens=len(SWAP) + 5).invoke([*ASKED])
    assert calls(answer) == [("swap_days", {"day": 1, "other_day": 2})]


def test_a_call_cut_just_after_its_end_is_kept() -> None:
    answer = model(FakeEngine(f"{SWAP}\n{UNDO}"), max_tokens=len(SWAP)).invoke([*ASKED])
    assert len(answer.tool_calls) == 1


def test_a_long_first_call_gets_room_once_and_alone() -> None:
    engine = FakeEngine(f"{SWAP}\n{UNDO}\n{UNDO}", f"{SWAP}\n{UNDO}\n{UNDO}")
    answer = model(engine, max_tokens=30).invoke([*ASKED])
    assert calls(answer) == [("swap_days", {"day": 1, "other_day": 2})]
    assert len(engine.prompts) == 2
    with pytest.raises(ModelError, match="fewer words"):
        model(FakeEngine(SWAP, SWAP), max_tokens=10).invoke([*ASKED])


def test_words_cut_off_say_so() -> None:
    answer = model(FakeEngine("Many words."), max_tokens=4).invoke([*ASKED])
    assert (answer.text, answer.response_metadata["finish_reason"]) == ("Many", "length")


def test_engine_errors_come_out_of_every_way() -> None:
    class Broken(FakeEngine):
        def generate(self, *_: object, **__: object) -> Generation:
            """Never."""
            raise ModelError("Broken.")

    broken = model(Broken())
    with pytest.raises(ModelError):
        broken.invoke([*ASKED])
    with pytest.raises(ModelError):
        [*broken.stream([*ASKED])]

    async def later() -> None:
        with pytest.raises(ModelError):
            await broken.ainvoke([*ASKED])
        with pytest.raises(ModelError):
            [c async for c in broken.astream([*ASKED])]

    asyncio.run(later())


def test_closing_a_stream_stops_the_engine() -> None:
    engine = FakeEngine("x" * 160, pause=0.005)
    stream = model(engine).stream([*ASKED])
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert engine.written < 20


def test_a_function_given_as_cancelled_stops_the_engine() -> None:
    engine = FakeEngine("x" * 160)
    answer = (
        model(engine)
        .bind_tools([swap_days])
        .invoke([*ASKED], cancelled=lambda: engine.written >= 7)
    )
    assert (answer.text, answer.response_metadata["finish_reason"]) == ("x" * 7, "cancelled")


@pytest.mark.parametrize("streamed", [False, True])
def test_cancelling_the_task_stops_the_engine(streamed: bool) -> None:
    engine = FakeEngine("x" * 160, pause=0.005)
    began = threading.Event()

    async def ask() -> None:
        began.set()
        if streamed:
            async for _ in model(engine).astream([*ASKED]):
                pass
        else:
            await model(engine).ainvoke([*ASKED])

    async def main() -> None:
        task = asyncio.create_task(ask())
        while not engine.written:
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    time.sleep(0.05)
    stopped_at = engine.written
    time.sleep(0.05)
    assert engine.written == stopped_at < 100


def test_async_streams_the_same() -> None:
    async def main() -> list[str]:
        return [c.text async for c in model(FakeEngine("Hi")).astream([*ASKED])]

    assert asyncio.run(main()) == ["H", "i", ""]
