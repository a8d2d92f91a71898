"""`TravelAgent` with a scripted model: turns, doors, and everything that can end a turn."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent import MessageError, TurnCancelledError
from agent.dialogue.asking_back import question
from agent.events import (
    Failed,
    Finished,
    ItineraryChanged,
    Offered,
    TextDelta,
    ToolCall,
    ToolFinished,
    ToolStarted,
)
from agent.models.scripted import ScriptedChatModel
from tests.agent.conftest import Start
from tools.check import check
from tools.outcome import Outcome, Trip
from tools.providers.ledger import note, used
from tools.trip import Pace, Violation

LISBON = ("plan_days", {"destination": "Lisbon", "days": 3, "start_date": "next Friday"})
READY = "Your 3 days in Lisbon are ready."


def test_a_request_becomes_a_trip_that_holds(start: Start) -> None:
    """One sentence gives an itinerary without violations, the calls made, and timings."""
    reply = start(LISBON, READY).send("3 days in Lisbon from next Friday", thread="a")
    assert reply.itinerary is not None
    assert reply.itinerary.request.city.id == "lisbon"
    assert reply.itinerary.request.start == date(2026, 12, 4)
    assert len(reply.itinerary.days) == 3
    assert check(reply.itinerary) == ()
    assert reply.violations == ()
    assert reply.tool_calls == (ToolCall(*LISBON),)
    assert reply.text
    assert set(reply.timings) == {"first_token", "model", "tools", "total"}
    assert 0 < reply.timings["first_token"] <= reply.timings["total"]
    assert reply.timings["tools"] > 0


def test_an_outage_is_told_and_sources_are_kept(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stood in for a live service is said behind the answer; the step names its source."""

    def perform(_: object, trip: Trip, *__: object) -> Outcome:
        note("The forecast did not answer; these are the month's means.", {"open-meteo"})
        used("OpenStreetMap contributors, ODbL")
        return Outcome("undone", {}, trip, sources=("a table",))

    monkeypatch.setattr("agent.toolbox.perform", perform)
    events = list(start(("undo_change", {}), "Taken back.").stream("undo", thread="a"))
    [finished] = [event for event in events if isinstance(event, ToolFinished)]
    assert finished.outcome is not None
    assert finished.outcome.sources == ("a table", "OpenStreetMap contributors, ODbL")
    reply = events[-1]
    assert isinstance(reply, Finished)
    assert reply.reply.text.endswith("The forecast did not answer; these are the month's means.")


def test_events_come_in_order(start: Start) -> None:
    """A call starts and finishes, the plan is shown, then words, then the whole reply."""
    events = list(start(LISBON, READY).stream("Lisbon", thread="a"))
    kinds = [type(event) for event in events]
    assert kinds[:3] == [ToolStarted, ToolFinished, ItineraryChanged]
    assert TextDelta in kinds[3:-1]
    assert isinstance(events[-1], Finished)
    begun, finished = events[0], events[1]
    assert isinstance(begun, ToolStarted) and isinstance(finished, ToolFinished)
    assert begun.id == finished.id and finished.text.startswith("planned")


def test_the_model_reads_the_trip_and_the_facts(start: Start) -> None:
    """The system line names the trip once there is one; facts come before the answer."""
    model = ScriptedChatModel.of(LISBON, READY, "Gladly.")
    agent = start(model=model)
    agent.send("Lisbon", thread="a")
    agent.send("thanks", thread="a")
    first, second, third = model.asked
    assert isinstance(first[0], SystemMessage) and "Lisbon" not in first[0].text
    assert "Lisbon, 3 days" in second[0].text
    assert isinstance(second[-1], ToolMessage) and "city: Lisbon" in second[-1].text
    assert isinstance(third[-1], HumanMessage) and "Lisbon, 3 days" in third[0].text


def test_calls_of_one_message_each_see_the_last_ones_trip(start: Start) -> None:
    """Plan, swap and pace in one message: all three hold in the end, in the order said."""
    calls = [LISBON, ("swap_days", {"day": 1, "other_day": 2}), ("set_pace", {"pace": "relaxed"})]
    agent = start(calls, "Done.", ("undo_change", {}), "Back.", ("undo_change", {}), "Back.")
    reply = agent.send("all at once", thread="a")
    assert [call.name for call in reply.tool_calls] == ["plan_days", "swap_days", "set_pace"]
    assert reply.itinerary is not None and reply.itinerary.request.pace is Pace.RELAXED
    swapped = agent.send("undo", thread="a").itinerary
    planned = agent.send("undo", thread="a").itinerary
    assert swapped is not None and planned is not None
    assert swapped.request.pace is Pace.BALANCED

    def sights(trip: Any, day: int) -> set[str]:
        return {visit.place.id for visit in trip.days[day].sights}

    assert sights(swapped, 0) & sights(planned, 1) and sights(swapped, 1) & sights(planned, 0)
    assert not sights(swapped, 0) & sights(planned, 0)


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("", "empty"),
        (" \n\t ", "empty"),
        ("x" * 20_000, "20,000"),
        ("Quiero un viaje de tres días a Roma con mi familia, por favor", "Spanish"),
        ("Ich möchte drei Tage nach Rom, bitte ohne Museen", "German"),
        ("ローマに三日間行きたいです", "English"),
        ("Мы хотим три дня в Риме", "English"),
    ],
)
def test_a_message_that_cannot_be_read_is_refused(start: Start, message: str, says: str) -> None:
    """Empty, far too long or not in English: one sentence, no model call, the thread untouched."""
    model = ScriptedChatModel.of(LISBON, READY)
    agent = start(model=model)
    agent.send("Lisbon", thread="a")
    before = agent.thread("a")
    with pytest.raises(MessageError, match=says):
        agent.send(message, thread="a")
    events = list(agent.stream(message, thread="a"))
    assert len(events) == 1 and isinstance(events[0], Failed) and says in events[0].message
    assert agent.thread("a") == before and len(model.asked) == 2


@pytest.mark.parametrize(
    "message",
    [
        "3 days in 東京",
        "La Sagrada Família, Park Güell and El Born in two days",
        "Lisboa",
        "add Museo del Prado and Plaza de la Villa",
        "3 Tage Rom?",
        "12.5.",
    ],
)
def test_names_in_other_languages_are_fine(start: Start, message: str) -> None:
    """Foreign names, and what is too short to tell, reach the model."""
    assert start("Where to?").send(message, thread="a").text


@pytest.mark.parametrize("agents", [1, 2])
def test_two_tabs_on_one_thread_are_answered_one_after_another(start: Start, agents: int) -> None:
    """Two messages at once, through one agent or two on the same file: both changes hold."""
    inside: list[int] = []
    most: list[int] = []

    def slowly(messages: Sequence[BaseMessage]) -> Any:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.05)
        inside.pop()
        last = messages[-1]
        return "Done." if isinstance(last, ToolMessage) else ("extend_trip", {"days": 1})

    first = start(model=ScriptedChatModel.of(LISBON, READY, function=slowly))
    first.send("Lisbon", thread="a")
    tabs = [first, first if agents == 1 else start(model=ScriptedChatModel.of(function=slowly))]
    threads = [
        threading.Thread(target=tab.send, args=("one day more",), kwargs={"thread": "a"})
        for tab in tabs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    trip = first.thread("a")
    assert trip is not None and len(trip.days) == 5
    assert max(most) == 1


def test_cancel_stops_a_turn_and_keeps_the_trip(start: Start) -> None:
    """Cancelled while the model writes: Failed is the last event, and nothing changed."""
    agent = start(LISBON, READY, ("set_pace", {"pace": "packed"}), "word " * 500, "Hello.")
    before = agent.send("Lisbon", thread="a").itinerary
    last = None
    for event in agent.stream("fuller", thread="a"):
        if isinstance(event, TextDelta):
            assert agent.cancel("a")
        last = event
    assert isinstance(last, Failed) and "Stopped" in last.message
    assert agent.thread("a") == before
    assert not agent.cancel("a")
    assert agent.send("hello", thread="a").text


def test_a_closed_stream_is_a_cancelled_turn(start: Start) -> None:
    """Who stops reading in the middle leaves the thread as it was, and free for the next."""
    agent = start(LISBON, READY, ("set_pace", {"pace": "packed"}), "word " * 200, "Hello.")
    before = agent.send("Lisbon", thread="a").itinerary
    events = agent.stream("fuller", thread="a")
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert agent.thread("a") == before


def test_who_waits_for_a_thread_can_be_cancelled(start: Start) -> None:
    """A second message that waits for the first is stopped by `cancel`, too."""
    agent = start("one two three", "Hello.")
    events = agent.stream("first", thread="a")
    next(events)
    errors: list[BaseException] = []

    def wait() -> None:
        try:
            agent.send("second", thread="a")
        except TurnCancelledError as error:
            errors.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.1)
    agent.cancel("a")
    waiting.join(10)
    assert not waiting.is_alive() and len(errors) == 1
    list(events)


def test_a_model_that_never_stops_calling_is_stopped(start: Start) -> None:
    """After four model calls the facts are told without it."""
    model = ScriptedChatModel.of(function=lambda messages: ("find_places", {"location": "Rome"}))
    reply = start(model=model).send("what is there in Rome", thread="a")
    assert len(model.asked) == 4 and len(reply.tool_calls) == 4
    assert reply.text


def test_a_plan_that_does_not_hold_is_refused(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the check finds fault with a change, the old trip stays and the violation is told."""
    model = ScriptedChatModel.of(LISBON, READY, ("set_pace", {"pace": "packed"}), "Sorry.", "Hi.")
    agent = start(model=model)
    before = agent.send("Lisbon", thread="a").itinerary
    fault = Violation("closed", 1, "It is closed.")
    monkeypatch.setattr("agent.toolbox.check", lambda *_: (fault,))
    reply = agent.send("fuller", thread="a")
    assert reply.itinerary == before and reply.violations == (fault,)
    assert "would not hold: It is closed." in model.asked[-1][-1].text
    assert agent.send("hello", thread="a").violations == ()


def test_an_answer_that_is_not_grounded_is_replaced(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the facts don't bear out is neither in the reply nor in the thread."""
    monkeypatch.setattr("agent.graph.grounded", lambda text, outcomes, heard, as_host: None)
    monkeypatch.setattr(
        "agent.graph.plain_answer", lambda outcomes, trip: f"{len(outcomes)} outcome"
    )
    agent = start(LISBON, "You will love the Atlantis Aquarium.")
    reply = agent.send("Lisbon", thread="a")
    assert reply.text == "1 outcome"
    assert agent.messages("a")[-1].text == "1 outcome"
    assert not any("Atlantis" in turn.text for turn in agent.messages("a"))


def test_a_model_that_is_torn_asks_what_was_meant(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says nothing itself; the question is the answer, and is remembered.

    What it would have done is offered, but nothing with a place that nobody knows.
    """
    early = {"start": "11", "day": None}
    told = {
        "torn_between": ["set_hours", "set_pace"],
        "offers": [
            {"name": "move_place", "args": {"place": "sleep in", "day": 2}},
            {"name": "set_hours", "args": early},
        ],
    }
    agent = start(LISBON, READY, "")
    before = agent.send("Lisbon", thread="a").itinerary
    monkeypatch.setattr(
        ScriptedChatModel, "_next", lambda *_: AIMessage("", response_metadata=told)
    )
    monkeypatch.setattr(ScriptedChatModel, "_stream", BaseChatModel._stream)
    reply = agent.send("I could sleep in", thread="a")
    assert reply.text == question(["set_hours", "set_pace"], trip=True)
    assert reply.itinerary == before and agent.messages("a")[-1].text == reply.text
    (offered,) = (e for e in agent.stream("sleep in", thread="a") if isinstance(e, Offered))
    assert offered.calls == (ToolCall("set_hours", early),)


def test_propose_asks_once_and_runs_nothing(start: Start) -> None:
    """The calls come back as the model wrote them, dates as said; no thread is made."""
    model = ScriptedChatModel.of(LISBON, "Hello!")
    agent = start(model=model)
    said = [{"role": "user", "content": "3 days in Lisbon from next Friday"}]
    assert agent.propose(said) == (ToolCall(*LISBON),)
    assert agent.propose([*said, {"role": "assistant", "content": "Done."}, *said]) == ()
    assert [message.type for message in model.asked[-1]] == ["system", "human", "ai", "human"]
    assert agent.threads() == ()


def test_propose_tells_the_model_of_the_itinerary(start: Start) -> None:
    """A trip that is given stands in the system line."""
    model = ScriptedChatModel.of(LISBON, READY, "Hm.")
    agent = start(model=model)
    trip = agent.send("Lisbon", thread="a").itinerary
    agent.propose([{"role": "user", "content": "swap them"}], itinerary=trip)
    assert "Lisbon, 3 days" in model.asked[-1][0].text


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "assistant", "content": "Hello."}],
        [{"role": "robot", "content": "Hello."}],
        [{"role": "user"}],
    ],
)
def test_propose_refuses_what_is_no_conversation(
    start: Start, messages: list[dict[str, str]]
) -> None:
    """No user's message last, an unknown role or no text: a MessageError."""
    with pytest.raises(MessageError):
        start("Hello.").propose(messages)


def test_asyncio_doors(start: Start) -> None:
    """`asend`, `astream` and `apropose` do what their twins do, without blocking the loop."""
    agent = start(LISBON, READY, "Gladly.", LISBON)

    async def talk() -> tuple[Any, list[Any], Any, int]:
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                await asyncio.sleep(0.005)
                beats += 1

        heart = asyncio.create_task(beat())
        reply = await agent.asend("Lisbon", thread="a")
        events = [event async for event in agent.astream("thanks", thread="a")]
        calls = await agent.apropose([{"role": "user", "content": "Lisbon"}])
        heart.cancel()
        return reply, events, calls, beats

    reply, events, calls, beats = asyncio.run(talk())
    assert reply.itinerary is not None
    assert isinstance(events[-1], Finished) and events[-1].reply.itinerary == reply.itinerary
    assert calls == (ToolCall(*LISBON),)
    assert beats > 3


def test_a_cancelled_task_cancels_the_turn(start: Start) -> None:
    """Cancelling `asend` stops the turn in its thread; the trip stays as it was."""

    def slowly(messages: Sequence[BaseMessage]) -> Any:
        time.sleep(0.2)
        return "Done." if isinstance(messages[-1], ToolMessage) else ("extend_trip", {"days": 1})

    agent = start(model=ScriptedChatModel.of(LISBON, READY, function=slowly))
    before = agent.send("Lisbon", thread="a").itinerary

    async def talk() -> None:
        task = asyncio.create_task(agent.asend("longer", thread="a"))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(talk())
    deadline = time.monotonic() + 10
    while agent.cancel("a") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert agent.thread("a") == before
