"""Tasks and what they say of known answers: the runner, calls, reports and the stage."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.dialogue.turns import Call
from agent.errors import ModelError
from finetune import evaluate
from finetune.config import EvaluateConfig, Recipe, TrainConfig
from finetune.evaluation import calls, report
from finetune.evaluation.intervals import bootstrap, wilson
from finetune.evaluation.scoring import compare, score
from finetune.evaluation.tasks import Ratio, Share, Task, Verdict, remembering, run
from finetune.held_out import Case
from tools.trip import Itinerary

# -- intervals and the runner ----------------------------------------------------------------------


def test_the_bootstrap_of_equal_values_is_a_point_and_a_seed_repeats_it() -> None:
    assert bootstrap([2, 2, 2], [1, 1, 1]) == (2, 2)
    drawn = [math.sqrt(n) for n in range(40)]
    assert bootstrap(drawn, [1] * 40, seed=4) == bootstrap(drawn, [1] * 40, seed=4)
    assert bootstrap(drawn, [1] * 40, seed=4) != bootstrap(drawn, [1] * 40, seed=5)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=2, max_size=30))
def test_the_bootstrap_stays_within_the_samples(pairs: list[tuple[int, int]]) -> None:
    """A ratio of sums lies between the least and the greatest ratio of a sample."""
    low, high = bootstrap([p for p, _ in pairs], [w for _, w in pairs], resamples=200)
    ratios = [p / w for p, w in pairs]
    assert min(ratios) - 1e-9 <= low <= high <= max(ratios) + 1e-9


def test_the_bootstrap_agrees_with_wilson_on_a_share() -> None:
    """Two methods for one quantity: of 100 trials they differ by a point or two."""
    low, high = bootstrap([1.0] * 60 + [0.0] * 40, [1.0] * 100, resamples=4000)
    wanted = wilson(60, 100)
    assert (100 * low, 100 * high) == pytest.approx(wanted, abs=2)


def test_a_ratio_without_wholes_is_refused() -> None:
    with pytest.raises(ValueError, match="whole"):
        bootstrap([0.0], [0.0])


def made_task(verdicts: Sequence[Verdict]) -> Task[int, Verdict]:
    """A task whose answers are verdicts."""
    return Task("made", range(len(verdicts)), verdicts.__getitem__, lambda _, verdict: verdict)


def test_metrics_are_of_the_samples_they_apply_to() -> None:
    verdicts = [
        Verdict({"right": Share(True), "mean": Ratio(1), "odds": Ratio(math.log(2), 1, "exp")}),
        Verdict({"right": Share(True), "mean": Ratio(3), "odds": Ratio(math.log(8), 1, "exp")}),
        Verdict({"right": Share(False), "empty": Ratio(0, 0)}, failure=("wrong",)),
    ]
    found = run(made_task(verdicts), progress=False)
    assert (found.n, found.failures) == (3, (("wrong",),))
    assert (found.metrics["right"].value, found.metrics["right"].n) == (66.7, 3)
    assert (found.metrics["right"].low, found.metrics["right"].high) == wilson(2, 3)
    assert (found.metrics["mean"].value, found.metrics["mean"].n) == (2, 2)
    assert found.metrics["odds"].value == 4  # the geometric mean of 2 and 8
    assert "empty" not in found.metrics


def test_confusions_and_tables_are_counted() -> None:
    verdicts = [
        Verdict({}, confusion=("a", "b"), tallies={"T": [("x", "right"), ("y", "wrong")]}),
        Verdict({}, confusion=("a", "b"), tallies={"T": [("x", "right")]}),
    ]
    found = run(made_task(verdicts), progress=False)
    assert found.confusion == {("a", "b"): 2}
    assert found.tables == {"T": {"x": {"right": 2}, "y": {"wrong": 1}}}


def test_a_metric_of_two_kinds_and_an_empty_task_are_refused() -> None:
    mixed = [Verdict({"m": Share(True)}), Verdict({"m": Ratio(1)})]
    with pytest.raises(ValueError, match="m is a share"):
        run(made_task(mixed), progress=False)
    with pytest.raises(ValueError, match="no samples"):
        run(made_task([]), progress=False)


def test_a_remembering_solver_asks_once() -> None:
    asked: list[str] = []

    def upper(text: str) -> str:
        asked.append(text)
        return text.upper()

    solve = remembering(upper, len)
    assert [solve("ab"), solve("cd"), solve("x")] == ["AB", "AB", "X"]
    assert asked == ["ab", "x"]


# -- calls -----------------------------------------------------------------------------------------


MOVE = Call("move_place", {"place": "the Louvre", "day": 2})
PACE = Call("set_pace", {"pace": "relaxed"})


def test_arguments_are_graded_one_by_one() -> None:
    made = Call("move_place", {"place": "Louvre", "day": 3, "time": "9"})
    [mark] = compare([made], [[replace(MOVE, args={**MOVE.args, "why": "x"})]])
    assert mark.arguments == {
        "place": "right",
        "day": "wrong value",
        "why": "missing",
        "time": "invented",
    }
    assert mark.found == "wrong arguments"


def test_the_nearest_accepted_answer_is_compared_with() -> None:
    assert [m.found for m in compare([PACE], [[MOVE], [PACE]])] == ["right"]
    assert [m.found for m in compare([PACE], [[MOVE]])] == ["missing", "invented"]
    assert compare([], [[MOVE], []]) == ()


def test_calls_in_another_order_are_compared_all_the_same() -> None:
    """The order is the exact score's business, not that of the arguments."""
    assert [m.found for m in compare([PACE, MOVE], [[MOVE, PACE]])] == ["right", "right"]
    assert not score([PACE, MOVE], [[MOVE, PACE]]).exact


CALLS = st.lists(
    st.builds(
        Call,
        st.sampled_from(["a", "b"]),
        st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2), max_size=3),
    ),
    max_size=3,
)


@given(CALLS, st.lists(CALLS, min_size=1, max_size=3))
def test_an_exact_answer_is_one_without_a_fault(
    made: list[Call], accepted: list[list[Call]]
) -> None:
    """`score` and `compare` are two programs; they agree wherever order plays no part."""
    marks = compare(made, accepted)
    if score(made, accepted).exact:
        assert all(mark.found == "right" for mark in marks)
    elif len(made) <= 1 and all(len(wanted) <= 1 for wanted in accepted):
        assert any(mark.found != "right" for mark in marks)


def case(id: str, *accepted: tuple[Call, ...]) -> Case:
    """A held-out turn."""
    return Case(id, "author", ({"role": "user", "content": f"say {id}"},), None, accepted)


def test_exact_calls_are_told_by_tool_and_argument() -> None:
    answers = {"1": (MOVE,), "2": (Call("move_place", {"place": "Orsay"}),), "3": (PACE,), "4": ()}
    cases = [case("1", (MOVE,)), case("2", (MOVE,)), case("3", (), (PACE,)), case("4", (MOVE,), ())]
    task = calls.exact_call_task(cases, lambda one: answers[one.id])
    found = run(task, progress=False)
    assert {name: m.value for name, m in found.metrics.items()} == {
        "exact": 75,
        "right tools": 100,
        "arguments right": 60,  # of place, day; place, day; pace
        "silent where due": 100,
    }
    assert found.tables["Arguments"] == {
        "day": {"right": 1, "missing": 1},
        "pace": {"right": 1},
        "place": {"right": 1, "wrong value": 1},
    }
    assert found.tables["Tools"]["move_place"] == {"right": 1, "wrong arguments": 1}
    assert found.failures == (
        (
            "`2` say 2",
            'wanted `>move_place{"place":"the Louvre","day":2}`',
            'got `>move_place{"place":"Orsay"}`',
        ),
    )


def test_calling_at_all_has_precision_and_recall() -> None:
    answers = {"hit": (PACE,), "miss": (), "false alarm": (MOVE,), "quiet": (), "either": (PACE,)}
    cases = [
        case("hit", (MOVE,)),
        case("miss", (MOVE,)),
        case("false alarm", ()),
        case("quiet", ()),
        case("either", (), (MOVE,)),
    ]
    task = calls.tool_or_none_task(cases, lambda one: answers[one.id])
    found = run(task, progress=False)
    assert found.metrics["precision of calling"].value == 66.7
    assert found.metrics["recall of calling"].value == 66.7
    assert found.metrics["silent where due"].value == 50
    assert found.confusion == {
        ("a call", "a call"): 2,
        ("a call", "no call"): 1,
        ("no call", "a call"): 1,
        ("no call", "no call"): 1,
    }


# -- reports and the stage -------------------------------------------------------------------------


def test_a_report_is_written_whole(tmp_path: Path) -> None:
    verdicts = [
        Verdict(
            {"right": Share(False)},
            confusion=("a", "b"),
            tallies={"Table": [("row", "column")]},
            failure=("first", "second"),
        )
    ]
    text, data = report.write_report(run(made_task(verdicts), progress=False), tmp_path / "new")
    assert [path.name for path in (text, data)] == ["made.md", "made.json"]
    lines = text.read_text("utf-8").splitlines()
    assert "| right | 0 % (0 to 79.3) | 1 |" in lines
    assert "| a | b | 1 |" in lines
    assert lines[-2:] == ["- first", "  - second"]
    read = json.loads(data.read_text("utf-8"))
    assert read["metrics"]["right"] == {
        "value": 0, "low": 0, "high": 79.3, "n": 1, "unit": "percent",
    }  # fmt: skip
    assert read["tables"] == {"Table": {"row": {"column": 1}}}
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["made.json", "made.md"]


def test_what_fails_while_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        report.write_whole(tmp_path / "x.md", "\ud800")
    assert list(tmp_path.iterdir()) == []


def recipe(out: Path, base: str = "") -> Recipe:
    """One whose development turns are a file's."""
    return Recipe(
        "r",
        out,
        train=TrainConfig(base=base),
        evaluate=EvaluateConfig(dev=(str(out / "dev.jsonl"),)),
    )


def test_unknown_tasks_and_adapters_are_refused_before_anything_is_written(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(home))
    out = tmp_path / "reports"
    with pytest.raises(ValueError, match=r"no task 'gaols'; the tasks are exact-call, "):
        evaluate.run_tasks(recipe(tmp_path), tmp_path, ["goals", "gaols"], out)
    with pytest.raises(ModelError, match="no adapter"):
        evaluate.run_tasks(recipe(tmp_path), tmp_path / "none", ["goals"], out)
    assert not out.exists()


def test_tasks_of_one_run_share_their_answers(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole stage on two turns, with an agent that counts."""
    turns: list[tuple[str, list[dict[str, Any]]]] = [
        ("hello", []),
        ("slower", [{"name": "set_pace", "args": {"pace": "relaxed"}}]),
    ]
    rows = [
        {"id": id, "messages": [{"role": "user", "content": id}], "trip": None, "calls": calls}
        for id, calls in turns
    ]
    (tmp_path / "dev.jsonl").write_text("\n".join(map(json.dumps, rows)))
    asked: list[str] = []

    def propose(messages: Sequence[dict[str, str]], itinerary: Itinerary | None) -> Sequence[Call]:
        asked.append(messages[-1]["content"])
        return [PACE]

    monkeypatch.setenv("TRIPWRIGHT_HOME", str(home))
    monkeypatch.setattr(evaluate._Bench, "_agent", SimpleNamespace(propose=propose))
    out = tmp_path / "reports"
    names = ["tool-or-none", "exact-call", "tool-or-none"]
    assert evaluate.run_tasks(recipe(tmp_path), tmp_path, names, out) == 0
    assert asked == ["hello", "slower"]
    assert sorted(path.name for path in out.iterdir()) == [
        "exact-call.json", "exact-call.md", "tool-or-none.json", "tool-or-none.md",
    ]  # fmt: skip
    read = json.loads((out / "exact-call.json").read_text("utf-8"))
    assert read["metrics"]["exact"]["value"] == 50
    assert "exact-call: exact 50 %" in capsys.readouterr().out


def test_general_tasks_run_on_the_base_of_the_recipe(
    tmp_path: Path, tiny_base: Path, adapter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random weights: nothing but chance is known, and the reports say so."""
    monkeypatch.setenv("TRIPWRIGHT_HOME", str(tmp_path / "home"))
    out = tmp_path / "reports"
    wanted = ["perplexity", "questions"]
    assert evaluate.run_tasks(recipe(tmp_path, str(tiny_base)), adapter, wanted, out) == 0
    perplexity = json.loads((out / "perplexity.json").read_text("utf-8"))["metrics"]
    # as good as uniform over the bytes and marks of the vocabulary
    assert 200 < perplexity["perplexity of the base"]["value"] < 330
    questions = json.loads((out / "questions.json").read_text("utf-8"))["metrics"]
    assert questions["right, base"]["low"] < 50
