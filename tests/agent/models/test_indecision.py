"""Where it is sure that something is to be done, and not what, the model doesn't chat."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pytest

from agent.dialogue import wire
from agent.dialogue.asking_back import MEANINGS, question
from agent.dialogue.readable import said_values
from agent.dialogue.turns import Turn
from agent.models.chat import TripwrightChatModel
from agent.models.engine import Cancelled, Generation, OnText, Written
from agent.toolbox import langchain_tools
from tests.agent.dialogue.test_grammar import accepts
from tools.catalog import CATALOG

SAID = "we'd rather sleep in on Saturday"
PROMPT = wire.render([Turn("system", wire.system_text()), Turn("user", SAID)])


class Unsure:
    """Would call the tools as likely as it is told, and else says something.

    Args:
        tools: -> how likely.
    """

    name = "unsure"

    def __init__(self, **tools: float) -> None:
        self.tools = tools
        self.stop_at: str | None = None
        """When this is written, nobody waits any more."""
        self.stopped = False

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
        """The likeliest call that the grammar allows, at least its beginning; else words."""
        assert grammar is not None and on_text is not None and cancelled is not None
        heads = [wire.CALL + tool for tool in self.tools]
        free = len(set(re.findall(r"TOOL_\w+", grammar))) > 1
        whole = [head for head in heads if not free and accepts(grammar, f"{head}{{}}")]
        allowed = [head for head in heads if free or head in whole or accepts(grammar, head)]
        if not allowed:
            on_text("What a fine idea.", -0.1)
            return Generation("What a fine idea.", 9, 4, 0.0, 0.0)
        head = max(allowed, key=lambda head: self.tools[head[1:]])
        self.stopped = self.stopped or head[1:] == self.stop_at
        on_text(head, math.log(self.tools[head[1:]]))
        if cancelled():
            return Generation(head, 9, 2, 0.0, 0.0, cancelled=True)
        if free or head in whole:
            on_text("{}", 0.0)
        return Generation(head, 9, 2, 0.0, 0.0)

    def log_probabilities(
        self, prompt: str, texts: Sequence[str], *, cancelled: Cancelled | None = None
    ) -> list[float]:
        """Of a call, whichever it be."""
        assert (prompt, [*texts]) == (PROMPT, [wire.CALL])
        return [math.log(sum(self.tools.values()))]


def answered(engine: Unsure) -> tuple[str, list[str], list[str]]:
    """What is said, called, and between which tools it is torn."""
    model = TripwrightChatModel(engine=engine).bind_tools(langchain_tools())
    messages = [("system", wire.system_text()), ("user", SAID)]
    answer = model.invoke(messages, cancelled=lambda: engine.stopped)
    torn = answer.response_metadata["torn_between"]
    return answer.text, [call["name"] for call in answer.tool_calls], torn


def test_what_it_would_do_is_named_and_not_done() -> None:
    engine = Unsure(set_dates=0.44, keep_free=0.36, plan_days=0.12, set_pace=0.02)
    assert answered(engine) == ("", [], ["set_dates", "keep_free"])


def test_what_it_would_do_is_offered() -> None:
    """Its calls of both tools; none of one for which it writes no whole call."""
    for other, offered in (
        ("redo_change", ["undo_change", "redo_change"]),
        ("set_dates", ["undo_change"]),
    ):
        model = TripwrightChatModel(engine=Unsure(undo_change=0.42, **{other: 0.36}))
        messages = [("system", wire.system_text()), ("user", SAID)]
        answer = model.bind_tools(langchain_tools()).invoke(messages)
        offers = answer.response_metadata["offers"]
        assert offers == [{"name": name, "args": {}} for name in offered]
    sure = TripwrightChatModel(engine=Unsure(undo_change=0.6, redo_change=0.36))
    assert not sure.bind_tools(langchain_tools()).invoke(messages).response_metadata["offers"]


def test_what_is_unlikely_is_not_named() -> None:
    assert answered(Unsure(set_dates=0.38, keep_free=0.08, add_city=0.08)) == (
        "", [], ["set_dates"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tools", "called"),
    [
        ({"set_dates": 0.48, "keep_free": 0.08}, ["set_dates"]),
        ({"undo_change": 0.48, "keep_free": 0.2}, []),
        ({"undo_change": 0.42, "redo_change": 0.09}, ["undo_change"]),
    ],
)
def test_a_question_with_one_answer_is_not_asked(
    tools: dict[str, float], called: list[str]
) -> None:
    assert answered(Unsure(**tools))[1] == called


def test_what_does_the_same_is_done() -> None:
    assert answered(Unsure(move_place=0.42, add_place=0.4))[1] == ["move_place"]
    assert answered(Unsure(move_place=0.38, add_place=0.36))[1] == []
    assert answered(Unsure(move_place=0.42, pin_place=0.4))[1] == []


def test_of_many_unlikely_ones_the_likeliest_is_named() -> None:
    many = dict.fromkeys([tool.name for tool in CATALOG][:12], 0.06)
    assert answered(Unsure(**{**many, "plan_days": 0.08})) == ("", [], ["plan_days"])


def test_where_it_would_rather_talk_it_talks() -> None:
    assert answered(Unsure(set_dates=0.25, keep_free=0.24)) == ("What a fine idea.", [], [])


def test_where_it_is_sure_of_the_tool_it_acts() -> None:
    assert answered(Unsure(undo_change=0.6, keep_free=0.3)) == ("", ["undo_change"], [])


def test_where_nobody_waits_nothing_is_looked_for() -> None:
    engine = Unsure(set_dates=0.44, keep_free=0.36)
    engine.stop_at = "set_dates"
    assert answered(engine) == ("", [], [])


def test_whatever_may_be_meant_has_words() -> None:
    assert MEANINGS.keys() == {tool.name for tool in CATALOG}


@pytest.mark.parametrize("tool", MEANINGS)
def test_the_question_holds_nothing_that_the_next_message_could_have_meant(tool: str) -> None:
    """What the host said may be quoted."""
    offered = said_values(question([tool], trip=True))
    read = {key: values for key, values in offered.items() if key != ("keep_free", "time")}
    assert not any(read.values()), {key: values for key, values in read.items() if values}


@pytest.mark.parametrize(
    ("tools", "trip", "asked"),
    [
        (["set_dates", "keep_free"], True, "to start on another date, or to keep some time free?"),
        (["remove_place"], True, "like to take a place out?"),
        (["plan_days", "find_places"], False, "to have a trip planned, or to look for places?"),
    ],
)
def test_the_question_says_that_nothing_was_done(tools: list[str], trip: bool, asked: str) -> None:
    text = question(tools, trip=trip)
    assert asked in text
    assert ("Nothing has changed" in text) == trip
