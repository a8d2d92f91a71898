"""The benchmarks measure what they say, on a scripted model; and their data are well-formed."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.utils.function_calling import convert_to_openai_tool

from agent import TravelAgent
from agent.dialogue.turns import Call
from agent.language import other_language
from agent.models import answer, chat
from agent.models.scripted import ScriptedChatModel
from agent.settings import Settings
from agent.state import trip_summary
from agent.toolbox import langchain_tools
from finetune.evaluation.understanding import standing_trip
from finetune.held_out import Case
from tests.benchmarks import decoding, edits, soak, spread, touches, trips, turns, understanding
from tests.tools.factories import PLACES, planned, request
from tools import arguments
from tools.catalog import CATALOG
from tools.geocoding.gazetteer import Gazetteer
from tools.geocoding.offline import OfflineGeocoder
from tools.services import TravelServices
from tools.store import PlaceStore
from tools.travel import EstimatedTravelTimes
from tools.trip import LeftOut, Violation

Lines = list[dict[str, Any]]

CONVERSATIONS = [
    {
        "id": "lisbon",
        "city": "Lisbon",
        "turns": ["2 days in Lisbon from next Friday", "swap the days", "thank you"],
    },
    {"id": "vienna", "city": "Vienna", "turns": ["1 day in Vienna next Friday", "undo"]},
]
LISBON = ["plan_days", {"destination": "Lisbon", "days": 2, "start_date": "next Friday"}]
VIENNA = ["plan_days", {"destination": "Vienna", "days": 1, "start_date": "next Friday"}]
SCRIPT = [
    [LISBON],
    "Your 2 days in Lisbon are ready.",
    [["swap_days", {"day": 1, "other_day": 2}]],
    "Atlantis is closed on day 77.",  # not grounded: others' words take its place
    "You are welcome.",
    [VIENNA],
    "  Your 1 day in Vienna is ready.  ",  # loses its blanks, and stays the model's
]
"""One reply short, so that the last turn breaks."""

TRIP = {"city": "Lisbon", "days": 3, "start": "2027-05-03"}
CASES = [  # id, said, trip, calls, alternatives
    ("a-1", "2 days in Lisbon from next Friday", None, [LISBON], []),
    ("a-2", "swap days 1 and 2", TRIP, [["swap_days", {"day": 1, "other_day": 2}]], []),
    ("a-3", "add the Pantheon", TRIP, [["add_place", {"place": "Pantheon"}]], []),
    ("a-4", "thanks a lot", TRIP, [], []),
    ("a-5", "slower", TRIP, [["set_pace", {"pace": "relaxed"}]], [[["undo_change", {}]]]),
]
PROPOSED = [
    [LISBON],
    [["swap_days", {"day": 2, "other_day": 1}]],
    [["add_place", {"place": "the pantheon", "day": 2}]],
    "You are welcome.",
    [["undo_change", {}]],
]


NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def agent_over_places(settings: Settings, *, model: BaseChatModel | None = None) -> TravelAgent:
    """A `TravelAgent` with the real places, a fixed clock and no search against time.

    Its gazetteer is empty, because building one takes seconds and the store's cities need none.
    """
    nowhere = Gazetteer(sqlite3.connect(":memory:", check_same_thread=False))
    services = TravelServices(
        PlaceStore.open(settings.home),
        OfflineGeocoder(nowhere),
        EstimatedTravelTimes(),
        clock=lambda: NOW,
        planning_iterations=60,
    )
    return TravelAgent(settings, model=model, services=services)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the place store, built once."""
    folder = tmp_path_factory.mktemp("home")
    PlaceStore.open(folder).close()
    return folder


@pytest.fixture
def scripted(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the settings' model reads its replies from."""
    script = tmp_path / "script.json"
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(home))
    monkeypatch.setenv("TRIPWRIGHT_MODEL_ENGINE", f"scripted:{script}")
    monkeypatch.setattr(turns, "TravelAgent", agent_over_places)
    monkeypatch.setattr(understanding, "TravelAgent", agent_over_places)
    return script


def test_turns_are_measured(
    scripted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line a turn: calls, change, whose words, times; a turn that breaks is counted, exit 1."""
    scripted.write_text(json.dumps(SCRIPT))
    data = _write(tmp_path / "turns.jsonl", CONVERSATIONS)
    assert turns.main(["--data", str(data), "--json-only"]) == 1
    told = capsys.readouterr()
    *lines, summary = _lines(told.out)
    assert told.err == ""
    assert [(row["conversation"], row["turn"]) for row in lines] == [
        ("lisbon", 1), ("lisbon", 2), ("lisbon", 3), ("vienna", 1), ("vienna", 2),
    ]  # fmt: skip
    assert lines[0]["tool_calls"] == [{"name": LISBON[0], "args": LISBON[1]}]
    assert [row["plan_changed"] for row in lines] == [True, True, False, True, False]
    assert [row["answer"] for row in lines] == ["model", "plain", "model", "model", None]
    assert "Atlantis" not in lines[1]["text"]
    for row in lines[:4]:
        assert row["violations"] == [] and row["error"] is None and row["text"]
        assert 0 < row["first_token"] <= row["first_words"] <= row["total"]
        assert row["model"] + row["tools"] <= row["total"] + 0.002
    assert "no reply" in lines[4]["error"]
    assert summary["summary"] == "turns" and summary["conversations"] == 2
    assert (summary["turns"], summary["errors"], summary["violations"]) == (5, 1, 0)
    assert summary["model_words_percent"] == 75.0 and summary["turns_without_tool_call"] == 1
    assert summary["median_total_seconds"] <= summary["p90_total_seconds"]
    assert summary["dominates"] in {"model", "tools", "rest"}
    assert summary["peak_memory_mib"] > 10


def test_turns_are_compared_with_the_same_on_plain_generate() -> None:
    """Only those that both played, ours first; one that failed took its time all the same."""

    def turn(number: int, total: float, error: str | None = None) -> turns.Measured:
        return turns.Measured("lisbon", number, "Hello", total, error=error)

    ours = [turn(1, 1.0), turn(2, 0.5), turn(3, 9.0)]
    told = turns.beside(ours, [turn(1, 3.0), turn(2, 4.0, "no call")])
    assert told == {
        "turns": 2,
        "errors": 1,
        "median_total_seconds": 0.75,
        "plain_median_total_seconds": 3.5,
        "times": 4.67,
        "median_times": 5.5,
    }


@pytest.mark.parametrize("step", decoding.STEPS, ids=lambda step: step.name)
def test_each_step_of_decoding_knows_what_it_may(step: decoding.Step) -> None:
    """Spans and readable hours are in the grammar, arguments are judged, where the step says so."""
    bound = [convert_to_openai_tool(tool) for tool in langchain_tools()]
    forced = Call("set_hours", {"start": "9am"})
    with decoding.decoding(step):
        grammar = chat._grammar(bound, None, "nothing before 9am on day 2")
        kept = answer.meant(forced, {"start": -20.0})
    assert (grammar is None) == (not step.grammar)
    if grammar is not None:
        assert ("W0: " in grammar) == step.spans
        assert ("VALUES0: " in grammar) == step.readable
    assert (kept == {}) == step.meant
    assert "W0: " in chat._grammar(bound, None, "nothing before 9am"), "as before"


def test_a_violation_ends_in_exit_1(
    scripted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the independent check finds in a standing trip is counted, turn by turn."""
    found = (Violation("closed", 1, "It is closed."),)
    monkeypatch.setattr(turns, "check", lambda itinerary: found)
    scripted.write_text(json.dumps([[LISBON], "Ready.", "Gladly."]))
    data = _write(scripted.with_name("one.jsonl"), [{**CONVERSATIONS[0], "turns": ["a", "b"]}])
    assert turns.main(["--data", str(data)]) == 1
    told = capsys.readouterr()
    *lines, summary = _lines(told.out)
    wanted = {"plan": "standing", "kind": "closed", "day": 1, "message": "It is closed."}
    assert [row["violations"] for row in lines] == [[wanted], [wanted]]
    assert (summary["violations"], summary["violations_standing"], summary["errors"]) == (2, 2, 0)
    assert "2 violations" in told.err


def test_good_turns_end_in_exit_0(scripted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing broken, nothing wrong."""
    scripted.write_text(json.dumps([[VIENNA], "Ready."]))
    data = _write(scripted.with_name("one.jsonl"), [{**CONVERSATIONS[1], "turns": ["Vienna"]}])
    assert turns.main(["--data", str(data), "--json-only"]) == 0
    assert len(_lines(capsys.readouterr().out)) == 2


def test_cases_are_scored(
    scripted: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line a case, calls where they differ, alternatives accepted; base beside tuned."""
    scripted.write_text(json.dumps(PROPOSED))
    data, failures = _cases(tmp_path / "ada.jsonl"), tmp_path / "failures.jsonl"
    given = ["--data", str(tmp_path / "a*.jsonl"), "--beside-base", "--failures", str(failures)]
    assert data.exists() and understanding.main(given) == 0
    told = _lines(capsys.readouterr().out)
    lines, (base, tuned) = told[:-2], told[-2:]
    assert [row["model"] for row in lines] == ["base"] * 5 + ["tuned"] * 5
    assert [row["exact"] for row in lines[5:]] == [True, False, False, True, True]
    assert [row["tool"] for row in lines[5:]] == [True] * 5
    assert "wanted" not in lines[5] and lines[5]["author"] == "ada"
    assert lines[7]["wanted"] == [[{"name": "add_place", "args": {"place": "Pantheon"}}]]
    assert lines[7]["proposed"][0]["args"] == {"place": "the pantheon", "day": 2}
    assert (base["model"], tuned["model"]) == ("base", "tuned")
    assert (tuned["n"], tuned["exact_percent"], tuned["tool_percent"]) == (5, 60.0, 100.0)
    assert tuned["silent_percent"] == 100.0
    assert tuned["invented_percent"] == 14.3  # one of the seven arguments proposed
    low, high = tuned["invented_interval"]
    assert low < 14.3 < high
    assert tuned["by_author"] == {"ada": {"n": 5, "exact_percent": 60.0}}
    assert tuned["by_kind"]["swap_days"]["exact_percent"] == 0.0
    assert tuned["median_seconds"] >= 0
    wrong = _lines(failures.read_text())
    assert [(row["model"], row["id"]) for row in wrong[2:]] == [("tuned", "a-2"), ("tuned", "a-3")]
    assert wrong[0]["messages"][-1]["content"] == "swap days 1 and 2"


def test_the_model_reads_the_trip_of_a_case(home: Path) -> None:
    """The solver gives the agent the standing trip, and hands its calls on."""
    model = ScriptedChatModel.of(("undo_change", {}))
    case = Case("x", "ada", ({"role": "user", "content": "undo"},), TRIP, ((),))
    with agent_over_places(Settings(home=home, threads=":memory:"), model=model) as agent:
        solver = understanding.TimedSolver(agent)
        (call,) = solver(case.messages, standing_trip(case))
    assert call.name == "undo_change" and len(solver.seconds) == 1
    assert "Lisbon, 3 days" in model.asked[0][0].text
    tour = replace(case, trip={**TRIP, "cities": ["Lisbon", "Porto"]})
    assert trip_summary(standing_trip(tour)) == "Lisbon, Porto, 3 days"


@pytest.mark.parametrize(
    ("main", "given"),
    [
        (turns.main, ["--data", "nowhere.jsonl"]),
        (turns.main, ["--data", "bad.jsonl"]),
        (turns.main, ["--data", "empty.jsonl"]),
        (understanding.main, ["--data", "nowhere*.jsonl"]),
        (understanding.main, ["--data", "bad.jsonl"]),
        (understanding.main, ["--data", "empty.jsonl"]),
        (understanding.main, ["--data", "good.jsonl"]),  # there is no script for the model
    ],
)
def test_bad_input(
    scripted: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    main: Any,
    given: Sequence[str],
) -> None:
    """Exit code 2 and one sentence; nothing printed that could be taken for a result."""
    folder = scripted.parent
    (folder / "bad.jsonl").write_text('{"id": "x"}\n')
    (folder / "empty.jsonl").write_text("")
    _cases(folder / "good.jsonl")
    monkeypatch.chdir(folder)
    assert main(given) == 2
    told = capsys.readouterr()
    assert told.out == "" and len(told.err.strip().splitlines()) == 1


def test_a_part_is_spread() -> None:
    """Fewer conversations or cases are taken from all over the files, none twice."""
    every = turns.read_conversations()
    some = spread(every, 12)
    assert len({c.id for c in some}) == 12 and len({c.city for c in some}) >= 10
    assert spread(every, None) == spread(every, 1000) == every
    cases = understanding.find_cases(None, 50)
    assert len({c.id for c in cases}) == 50 and len({c.author for c in cases}) == 5


def test_the_conversations_are_well_formed(home: Path) -> None:
    """At least 40 over twelve cities, two or three follow-ups, and nothing said twice."""
    every = turns.read_conversations()
    assert len(every) >= 40
    assert len({c.id for c in every}) == len(every)
    store = PlaceStore.open(home)
    cities = {c.city for c in every}
    assert len(cities) >= 12 and cities <= {city.name for city in store.cities()}
    store.close()
    for conversation in every:
        assert 3 <= len(conversation.turns) <= 4, conversation.id
        for said in conversation.turns:
            assert said == said.strip() != "" and other_language(said) is None, conversation.id
    requests = Counter(c.turns[0] for c in every)
    assert max(requests.values()) == 1


def test_the_held_out_cases_are_well_formed() -> None:
    """At least 300 by two authors; every acceptable call is one that the catalog would take."""
    cases = understanding.find_cases(None, None)
    assert len(cases) >= 300
    assert len({c.author for c in cases}) >= 2
    assert max(Counter((c.author, c.id) for c in cases).values()) == 1
    taken = {tool.name: tool.arguments for tool in CATALOG}
    for case in cases:
        assert case.messages[-1]["role"] == "user", case.id
        assert {m["role"] for m in case.messages} <= {"user", "assistant"}, case.id
        assert all(m["content"].strip() for m in case.messages), case.id
        assert case.accepted, case.id
        if case.trip is not None:
            trip = standing_trip(case)
            assert trip is not None and trip.days[0].date == date.fromisoformat(case.trip["start"])
        for calls in case.accepted:
            for call in calls:
                model: type[arguments.Arguments] = taken[call.name]
                checked = model.model_validate(dict(call.args))
                assert set(checked.model_dump(exclude_none=True)) == set(call.args), case.id


@pytest.mark.parametrize(
    ("main", "given", "figures"),
    [
        (soak.main, ["--requests", "12", "--seconds", "0"], {"violations": 0, "crashes": 0}),
        (edits.main, ["--edits", "10", "--seconds", "0"], {"feasible_percent": 100.0}),
        (
            touches.main,
            ["--trips", "1", "--stops", "2", "--days", "2"],
            {"stops": 2, "violations": 0, "as_said_percent": 100.0},
        ),
        (
            trips.main,
            ["--seconds", "0", "--best-seconds", "0", "--seeds", "1", "--cities", "1"],
            {"feasible_percent": 100.0, "trips": 5},
        ),
    ],
)
def test_the_planner_is_measured(
    capsys: pytest.CaptureFixture[str], main: Any, given: Sequence[str], figures: dict[str, float]
) -> None:
    """Each ends with a line that sums up, and plans without any search hold."""
    assert main(given) == 0
    summary = _lines(capsys.readouterr().out)[-1]
    assert {key: summary[key] for key in figures} == figures


def test_a_silent_loss_is_found() -> None:
    """The soak sees a must-see that is neither in the plan nor told of."""
    trip = planned(request(days=1))
    place = next(p for p in PLACES if all(v.place.id != p.id for v in trip.visits))
    wished = replace(trip, request=replace(trip.request, must_see=(place.id,)))
    assert soak.unexplained(wished, PLACES) == [place.name]
    told = replace(wished, left_out=(LeftOut(place.name, "there was no time left"),))
    assert soak.unexplained(told, PLACES) == []


def _write(path: Path, rows: Sequence[Any]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def _cases(path: Path) -> Path:
    def named(calls: Sequence[Any]) -> Lines:
        return [{"name": name, "args": args} for name, args in calls]

    return _write(
        path,
        [
            {
                "id": id,
                "messages": [{"role": "user", "content": said}],
                "trip": trip,
                "calls": named(calls),
                "alt": [named(other) for other in others],
            }
            for id, said, trip, calls, others in CASES
        ],
    )


def _lines(text: str) -> Lines:
    return [json.loads(row) for row in text.splitlines()]
