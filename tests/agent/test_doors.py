"""The lightness of the packages, the command line, settings, and the state on its own."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from langchain_core.utils.function_calling import convert_to_openai_tool

import agent
from agent import TravelAgent
from agent import __main__ as cli
from agent.events import Event, TextReplaced
from agent.language import other_language
from agent.models.scripted import Reply as Scripted
from agent.models.scripted import ScriptedChatModel
from agent.settings import Settings
from agent.state import read_trip, trip_summary, write_trip
from agent.toolbox import langchain_tools
from tests.agent.conftest import Start
from tests.tools.factories import toured
from tools.catalog import CATALOG
from tools.errors import DataError

LISBON = ("plan_days", {"destination": "Lisbon", "days": 2, "start_date": "next Friday"})
HEAVY = (
    "torch", "transformers", "langchain", "langchain_core", "langgraph", "chainlit", "openvino",
)  # fmt: skip


@pytest.mark.parametrize("package", ["agent", "tools", "agent.events", "agent.__main__"])
def test_imports_stay_light(package: str) -> None:
    """Importing a package loads no model, graph or user interface."""
    code = f"import sys, {package}\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_the_public_names_are_there() -> None:
    """Each name of the lazy API can be had, and no other."""
    assert {getattr(agent, name).__name__ for name in agent.__all__} == set(agent.__all__)
    with pytest.raises(AttributeError, match="nonsense"):
        agent.nonsense  # noqa: B018


@pytest.fixture
def scripted(start: Start, monkeypatch: pytest.MonkeyPatch) -> ScriptedChatModel:
    """The command line with a scripted model."""
    model = ScriptedChatModel.of()
    monkeypatch.setattr(cli, "_agent", lambda: start(model=model))
    return model


def test_ask_as_json(scripted: ScriptedChatModel, capsys: pytest.CaptureFixture[str]) -> None:
    """`ask --json` prints text, itinerary, calls, violations and timings."""
    scripted.enqueue(LISBON, "Ready.")
    assert cli.main(["ask", "2 days in Lisbon", "--thread", "a", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"text", "itinerary", "tool_calls", "violations", "timings"}
    assert told["tool_calls"] == [{"name": LISBON[0], "args": LISBON[1]}]
    assert len(told["itinerary"]["days"]) == 2 and told["violations"] == []


def test_ask_for_people(scripted: ScriptedChatModel, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json the answer and the plan are printed as text."""
    scripted.enqueue(LISBON, "Ready.")
    assert cli.main(["ask", "2 days in Lisbon"]) == 0
    assert "Lisbon" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_000])
def test_ask_with_bad_input(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and one sentence, without loading anything."""
    assert cli.main(["ask", text]) == 2
    told = capsys.readouterr()
    assert told.out == "" and len(told.err.strip().splitlines()) == 1


def test_chat(
    scripted: ScriptedChatModel,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A conversation shows calls, answers and refusals, and ends with an empty line."""
    scripted.enqueue(LISBON, "Ready.")
    lines = iter(["2 days in Lisbon", "x" * 9000, ""])
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
    assert cli.main(["chat", "--thread", "a"]) == 0
    out = capsys.readouterr().out
    assert "plan_days(destination=Lisbon" in out and "at most 8,000" in out


@pytest.mark.parametrize("terminal", [False, True])
def test_chat_takes_back_what_is_not_grounded(
    scripted: ScriptedChatModel,
    monkeypatch: pytest.MonkeyPatch,
    terminal: bool,
) -> None:
    """However long it was: nothing of it is left on the screen or in a pipe."""
    invented = "Then you see the Temple of Zanzabar. " * 12
    scripted.enqueue(LISBON, invented)
    lines = iter(["2 days in Lisbon", ""])
    monkeypatch.setattr("builtins.input", lambda prompt: next(lines))
    monkeypatch.setattr(cli, "_show", lambda itinerary: None)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    out = io.StringIO()
    monkeypatch.setattr(out, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr("sys.stdout", out)
    events: list[Event] = []
    stream = TravelAgent.stream

    def heard(self: TravelAgent, text: str, *, thread: str) -> Iterator[Event]:
        for event in stream(self, text, thread=thread):
            events.append(event)
            yield event

    monkeypatch.setattr(TravelAgent, "stream", heard)
    assert cli.main(["chat", "--thread", "a"]) == 0
    assert ("Zanzabar" in out.getvalue()) == terminal, "a terminal is shown it as it grows"
    (instead,) = (event.text for event in events if isinstance(event, TextReplaced))
    width = 60 if terminal else 10_000
    left = " ".join(" ".join(on_screen(out.getvalue(), width=width)).split())
    assert "Zanzabar" not in left and left.endswith(instead)


def on_screen(written: str, *, width: int) -> list[str]:
    """The rows of a terminal after text, line ends, and the codes by which rich erases lines."""
    rows, row, column = [""], 0, 0
    for code, up, other, text in re.findall(
        r"\x1b\[((\d*)A|2K|\?25[lh]|[\d;]*m)|([\r\n])|([^\x1b\r\n])", written
    ):
        if code.endswith("A"):
            row = max(0, row - int(up or 1))
        elif code == "2K":
            rows[row] = ""
        elif other == "\r":
            column = 0
        elif other:
            row, column = row + 1, 0
        elif text:
            if column == width:
                row, column = row + 1, 0
            rows += [""] * (row + 1 - len(rows))
            rows[row] = rows[row][:column].ljust(column) + text + rows[row][column + 1 :]
            column += 1
        rows += [""] * (row + 1 - len(rows))
    return rows


def test_settings_come_from_file_and_environment(tmp_path: Path) -> None:
    """The environment wins over the file, the file over the defaults."""
    (tmp_path / "tripwright.toml").write_text(
        'threads = ":memory:"\n[model]\nengine = "openvino"\nthreads = 4\n'
    )
    settings = Settings.load(
        {"TRIPWRIGHT_HOME": str(tmp_path), "TRIPWRIGHT_MODEL_ENGINE": "transformers",
         "TRIPWRIGHT_PLANNING_SECONDS": "0.5"}
    )  # fmt: skip
    assert settings.home == tmp_path and settings.threads_path is None
    assert settings.model.engine == "transformers" and settings.model.threads == 4
    assert settings.planning.seconds == 0.5
    assert Settings.load({"TRIPWRIGHT_HOME": "/x"}).threads_path == Path("/x/threads.sqlite")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 1", "colour"),
        ("[model]\nspeed = 1", "model.speed"),
        ("model = 1", "table"),
        ('[planning]\nseconds = "fast"', "planning.seconds"),
        ("[planning]\nseconds = true", "planning.seconds"),
        ("not toml", "can't be read"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, text: str, says: str) -> None:
    """Unknown keys, wrong types and broken files: one sentence that names them."""
    path = tmp_path / "settings.toml"
    path.write_text(text)
    with pytest.raises(DataError, match=says):
        Settings.load({"TRIPWRIGHT_CONFIG": str(path), "TRIPWRIGHT_HOME": str(tmp_path)})


def test_a_state_is_plain_json_and_comes_back_whole(start: Start) -> None:
    """What is stored of a trip is JSON; reading it gives the same trip, known texts reused."""
    one = start(LISBON, "Ready.", ("set_pace", {"pace": "relaxed"}), "Slower.")
    one.send("Lisbon", thread="a")
    one.send("slower", thread="a")
    state = dict(one._state("a"))
    stored = {key: state[key] for key in ("itinerary", "wishes", "past", "future", "ideas")}
    assert json.loads(json.dumps(stored)) == stored
    trip = read_trip(stored)
    assert len(trip.past) == 1 and write_trip(trip, stored) == stored
    assert write_trip(trip, {}) == stored
    back = replace(trip, past=(), future=(trip.itinerary,))
    assert read_trip(json.loads(json.dumps(write_trip(back, {})))) == back
    assert trip_summary(trip.itinerary) == "Lisbon, 2 days"
    assert trip_summary(toured()) == "Rome, Naples, London, 5 days"
    assert trip_summary(None) == ""


def test_a_state_that_can_not_be_read_is_told() -> None:
    """Broken JSON or wishes of another version are a DataError, not a crash."""
    with pytest.raises(DataError):
        read_trip({"itinerary": "{"})
    with pytest.raises(DataError, match="wishes"):
        read_trip({"wishes": {"moon": 1}})


def test_every_tool_can_be_bound(start: Start) -> None:
    """The LangChain tools have the catalog's names, order, descriptions and schemas."""
    tools = langchain_tools()
    assert [tool.name for tool in tools] == [tool.name for tool in CATALOG]
    assert all(tool.description for tool in tools)
    for ours, theirs in zip(CATALOG, tools, strict=True):
        bound = convert_to_openai_tool(theirs)["function"]["parameters"]["properties"]
        assert set(bound) == set(ours.arguments.model_fields)


def test_the_scripted_model_runs_out() -> None:
    """A script that is too short fails loudly; one that is left over can be seen."""
    model = ScriptedChatModel.of("one", "two")
    assert model.invoke("x").text == "one" and model.left == 1
    assert "".join(chunk.text for chunk in model.stream("x")) == "two"
    with pytest.raises(RuntimeError, match="no reply"):
        model.invoke("x")
    calls: Scripted = [("a", {"x": 1}), ("b", {})]
    chunk = None
    for piece in ScriptedChatModel.of(calls).stream("x"):
        chunk = piece if chunk is None else chunk + piece
    assert chunk is not None
    assert [(c["name"], c["args"]) for c in chunk.tool_calls] == calls


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("show me the plan for tomorrow", None),
        ("we want to see the Museo de la Ciudad and the Plaza de la Villa", None),
        ("un viaje de 3 días a París para dos", "Spanish"),
        ("nous voudrions trois jours à Rome avec les enfants", "French"),
        ("vorremmo tre giorni a Roma con i bambini per favore", "Italian"),
        ("wij willen graag drie dagen naar Rome", "Dutch"),
        ("uç gün için Roma gezi istiyorum lütfen", "Turkish"),
        ("Θέλουμε τρεις μέρες στη Ρώμη", "Greek"),
        ("서울에서 로마까지", "Korean"),
        ("1 2 3", None),
        ("Do we really have to do the Prado? I'd say no.", None),
        ("I am loving art, Rome I am going, 300 I am having", None),
    ],
)
def test_languages(text: str, language: str | None) -> None:
    """Clear cases of another language are named, English with foreign names is not."""
    assert other_language(text) == language
