"""The comparison: who answers, on which turns, how differences are judged, what is written."""

from __future__ import annotations

import json
import math
import os
import pickle
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import hypothesis
import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agent.dialogue.turns import Call
from agent.errors import ModelError
from agent.models.base import find_base
from agent.models.engine import Generation
from agent.models.weights import MANIFEST
from finetune import compare as module
from finetune.compare import (
    FAILED,
    Candidate,
    CompareError,
    Measured,
    compare,
    peak_mib,
    quartiles,
    resolve,
    run_compare,
    sample,
    write_report,
)
from finetune.evaluation.paired import difference
from finetune.evaluation.scoring import score
from finetune.evaluation.understanding import Result
from finetune.held_out import Case

PLAN = Call("plan_days", {"destination": "Lisbon", "days": 3})


def case(number: int, *accepted: tuple[Call, ...]) -> Case:
    """A turn without a trip."""
    messages = ({"role": "user", "content": f"Three days in Lisbon, please ({number})."},)
    return Case(f"c{number}", "ada", messages, None, accepted or ((PLAN,),))


def measured(label: str, *answers: tuple[Call, ...], seconds: float = 0.5) -> Measured:
    """As many turns as answers, each wanting `PLAN`."""
    cases = [case(n) for n in range(len(answers))]
    results = tuple(Result(c, a, score(a, c.accepted)) for c, a in zip(cases, answers, strict=True))
    times = tuple(seconds * (n + 1) for n in range(len(answers)))
    return Measured(label, "openvino", results, times, 0.04, 101.4, 812.3, 137.6, 18.7)


# -- differences -----------------------------------------------------------------------------


def test_a_difference_worked_by_hand() -> None:
    """Ten turns for the first alone and two for the second of a hundred: 8 points, 0.8 to 14.9."""
    first = [True] * 10 + [False] * 2 + [True] * 60 + [False] * 28
    second = [False] * 10 + [True] * 2 + [True] * 60 + [False] * 28
    found = difference(first, second)
    assert (found.points, found.interval) == (8.0, (0.8, 14.9))
    assert (found.first_only, found.second_only) == (10, 2)
    assert found.p == pytest.approx(2 * (1 + 12 + 66) / 2**12)


@hypothesis.settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=80))
def test_a_difference_turned_round_is_its_negative(pairs: list[tuple[bool, bool]]) -> None:
    """And lies within bounds, with a p that is a probability."""
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    one, other = difference(first, second), difference(second, first)
    assert one.points == -other.points
    assert one.interval == (-other.interval[1], -other.interval[0])
    assert one.p == other.p and 0 < one.p <= 1
    low, high = one.interval
    assert -100 <= low < high <= 100
    if one.first_only == one.second_only:
        assert one.p == 1 and low == -high
    with pytest.raises(ValueError, match="argument 2"):
        difference(first, [*second, True])


@pytest.mark.parametrize(("b", "c", "n"), [(0.1, 0.04, 80), (0.02, 0.02, 60), (0.5, 0.01, 40)])
def test_the_interval_holds_the_truth_as_often_as_it_says(b: float, c: float, n: int) -> None:
    """In 1,500 seeded draws of paired answers, at least 94 % of the time."""
    draws = np.random.default_rng(1).multinomial(n, [b, c, 1 - b - c], size=1500)
    held = 0
    for up, down, same in draws.tolist():
        first = [True] * up + [False] * (down + same)
        second = [False] * up + [True] * down + [False] * same
        low, high = difference(first, second).interval
        held += low - 0.05 <= 100 * (b - c) <= high + 0.05
    assert held / len(draws) >= 0.94


# -- who and what ----------------------------------------------------------------------------


def test_a_sample_is_the_same_each_time_and_in_order() -> None:
    cases = [case(n) for n in range(50)]
    some = sample(cases, 7)
    assert some == sample(cases, 7) and len(some) == 7
    assert [cases.index(c) for c in some] == sorted(cases.index(c) for c in some)
    assert sample(cases, None) == sample(cases, 500) == cases
    with pytest.raises(CompareError, match="at least 1 turn"):
        sample(cases, 0)


def test_a_name_that_names_nothing_is_refused(tmp_path: Path) -> None:
    for name in (str(tmp_path), str(tmp_path / "none"), "bass"):
        with pytest.raises(CompareError, match="exported adapter or of a base model"):
            resolve(name)
    with pytest.raises(CompareError, match="nothing to compare"):
        run_compare([], None, tmp_path)
    (tmp_path / MANIFEST).write_text("{}", "utf-8")
    with pytest.raises(ModelError, match="incomplete"):
        resolve(str(tmp_path))


def test_a_recipe_stands_for_what_it_exported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own output first, then what ships under its name, unless that is another version."""
    recipe = tmp_path / "mine.yaml"
    wanted = {"name": "mine", "version": "7", "output_dir": str(tmp_path)}
    recipe.write_text(yaml.safe_dump(wanted), "utf-8")
    with pytest.raises(CompareError, match=r"mine\.yaml can't be compared"):
        resolve(str(recipe))
    monkeypatch.setattr(module, "SHIPPED", tmp_path / "weights")
    found = []

    def adapter(settings: Any) -> Any:
        found.append(settings.model.adapter)
        return type("Adapter", (), {"manifest": type("M", (), {"name": "mine", "version": "7"})})

    monkeypatch.setattr(module, "find_adapter", adapter)
    shipped = tmp_path / "weights" / "mine"
    shipped.mkdir(parents=True)
    (shipped / MANIFEST).write_text('{"version": "6"}', "utf-8")
    with pytest.raises(CompareError, match=r"mine\.yaml can't be compared"):
        resolve(str(recipe))
    for folder in (shipped, tmp_path / "adapter"):
        folder.mkdir(exist_ok=True)
        (folder / MANIFEST).write_text('{"version": "7"}', "utf-8")
        assert resolve(str(recipe)) == Candidate("mine 7", adapter=folder)
    assert found == [tmp_path / "weights" / "mine", tmp_path / "adapter"]


def test_the_same_label_twice_is_told_apart() -> None:
    twice = [Candidate("a 1", Path("x")), Candidate("a 1", Path("y")), Candidate("base")]
    labels = [c.label for c in module._told_apart(twice, ["x", "y", "base"])]
    assert labels == ["a 1 (x)", "a 1 (y)", "base"]


def test_a_turn_on_which_the_model_lost_itself_is_never_right() -> None:
    """Not even where it would have been right to call nothing."""
    for accepted in (((),), ((PLAN,),), ((PLAN,), ())):
        judged = score([FAILED], accepted)
        assert not judged.exact and not judged.tool


# -- measuring -------------------------------------------------------------------------------


def _dies(job: Any) -> Any:
    """Notes its memory, and is ended as the system ends a process when memory is full."""
    (job.model_settings.home.parent / "peak").write_text(str(peak_mib()), "ascii")
    os._exit(9)


def test_a_process_that_is_ended_is_told_and_its_memory_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the process that started it holds is not counted; no merged model is left behind."""
    ballast = bytearray(os.urandom(1) * (1200 << 20))
    assert peak_mib() > len(ballast) >> 20
    monkeypatch.setattr(module, "_measure", _dies)
    with pytest.raises(CompareError, match="The process of base was ended from outside"):
        compare([Candidate("base")], [case(1)], tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["peak"]
    assert 10 < float((tmp_path / "peak").read_text("ascii")) < 1000


def test_a_timed_engine_keeps_each_generation() -> None:
    class Engine:
        """Writes the same each time."""

        name = "same"

        def generate(self, prompt: str, **options: Any) -> Generation:
            """One token."""
            return Generation(prompt + options["grammar"], 3, 1, 0.1, 0.2)

        def log_probabilities(
            self, prompt: str, texts: Sequence[str], **options: Any
        ) -> list[float]:
            """Of each text, minus its length."""
            return [-float(len(text)) for text in texts]

    timed = module._Timed(Engine())
    assert timed.generate("a", grammar="b", max_tokens=1).text == "ab"
    assert timed.log_probabilities("a", ["bc"]) == [-2.0]
    assert timed.name == "same" and [g.text for g in timed.done] == ["ab"]


class _InAThread(ThreadPoolExecutor):
    """In the place of another process, which would import torch anew; what crosses is pickled."""

    def __init__(self, workers: int, mp_context: Any) -> None:
        super().__init__(workers)

    def submit(self, function: Any, job: Any) -> Any:  # type: ignore[override]
        there = pickle.loads(pickle.dumps((function, job)))
        return super().submit(lambda: pickle.loads(pickle.dumps(there[0](there[1]))))


def test_a_model_answers_through_the_agent(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tiny random Llama on two turns: answers that are judged, times, memory, size on disk."""
    monkeypatch.setenv("TRIPWRIGHT_MODEL_MAX_NEW_TOKENS", "24")  # it never ends by itself
    monkeypatch.setattr(module, "ProcessPoolExecutor", _InAThread)
    candidate = resolve(str(tiny_base))
    assert candidate == Candidate(tiny_base.name, base=tiny_base)
    [found] = compare([candidate], [case(1), case(2, ())], tmp_path)
    assert found.engine == "transformers"
    assert [r.case.id for r in found.results] == ["c1", "c2"]
    assert len(found.seconds) == 2 and all(s > 0 for s in found.seconds)
    assert 0 < found.first_token_seconds <= max(found.seconds)
    assert found.tokens_per_second > 0
    assert found.peak_mib > 100
    files = sum(p.stat().st_size for p in tiny_base.rglob("*"))
    assert found.model_mib == pytest.approx(files / 2**20, rel=0.01)
    assert found.adapter_mib == 0
    assert list(tmp_path.iterdir()) == []


def test_the_base_that_ships_keeps_its_four_bits(tmp_path: Path) -> None:
    """It is converted for the engine in the comparison's folder, and no larger for it."""
    job = module._job(Candidate("base"), (), tmp_path)
    assert job.untuned and job.model_settings.model.engine == "openvino"
    [folder] = module._model_files(Candidate("base"), job.model_settings)
    assert folder.is_relative_to(tmp_path)
    assert module._mib(folder) == pytest.approx(module._mib(find_base().path), rel=0.1)
    adapter = module._job(Candidate("a 1", adapter=tmp_path), (), tmp_path / "merged")
    assert not adapter.untuned and adapter.model_settings.model.adapter == tmp_path
    # merging removes other merged models beside it: never in the home that serves
    assert adapter.model_settings.home == tmp_path / "merged" != adapter.agent_settings.home


# -- what is written -------------------------------------------------------------------------


def test_the_report_has_each_candidate_and_each_pair(tmp_path: Path) -> None:
    wrong = Call("plan_days", {"destination": "Porto"})
    three = [
        measured("tuned", (PLAN,), (PLAN,), (wrong,)),
        measured("base", (), (), (FAILED,), seconds=0.2),
        replace(measured("odd|name", (PLAN,), (), ()), adapter_mib=0.0),
    ]
    text = write_report(three, tmp_path, ["dev.jsonl"])
    assert text == (tmp_path / "compare.md").read_text("utf-8")
    assert "3 turns of dev.jsonl" in text
    assert "| tuned | 66.7 (20.8-93.9) | 100.0 (43.8-100.0) | - | 0.0 | 0 |" in text
    assert "| base | 0.0 (0.0-56.2) | 0.0 (0.0-56.2) | - | 0.0 | 1 |" in text
    assert "| base | openvino | 0.40 (0.30-0.50) | 0.040 | 101 | 812 | 138 | 18.7 |" in text
    assert text.count("\n| tuned - ") == 2 and text.count("\n| base - odd\\|name") == 1
    made = json.loads((tmp_path / "compare.json").read_text("utf-8"))
    assert [c["turns"][2][:3] for c in made["candidates"]] == [
        ["c2", False, True],
        ["c2", False, False],
        ["c2", False, False],
    ]
    pair = made["pairs"][0]
    assert (pair["first"], pair["second"], pair["exact"]["points"]) == ("tuned", "base", 66.7)
    assert ElementTree.parse(tmp_path / "compare.svg").getroot().tag.endswith("svg")
    assert "odd|name" in (tmp_path / "compare.svg").read_text("utf-8")
    assert not list(tmp_path.rglob("*.partial"))


def test_one_alone_has_no_differences(tmp_path: Path) -> None:
    assert "Differences" not in write_report([measured("tuned", (PLAN,))], tmp_path, ["x"])


@hypothesis.settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_the_median_lies_between_the_quartiles(values: list[float]) -> None:
    low, middle, high = quartiles(values)
    assert min(values) <= low <= middle <= high <= max(values) or math.isclose(low, high)
    assert sum(v <= middle for v in values) >= len(values) / 2


def test_the_door_measures_the_recipes_own_turns_and_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files of the recipes' `evaluate.dev`, the sample asked for, and the report on the screen."""
    dev = tmp_path / "dev.jsonl"
    row = {
        "messages": [{"role": "user", "content": "Three days in Lisbon."}],
        "trip": None,
        "calls": [{"name": PLAN.name, "args": dict(PLAN.args)}],
    }
    dev.write_text("".join(json.dumps({**row, "id": f"d{n}"}) + "\n" for n in range(9)), "utf-8")
    recipe = tmp_path / "mine.yaml"
    recipe.write_text(
        yaml.safe_dump({"name": "m", "output_dir": str(tmp_path), "evaluate": {"dev": [str(dev)]}}),
        "utf-8",
    )
    asked = []

    def answered(candidates: Any, cases: Any, out: Path) -> list[Measured]:
        asked.extend(cases)
        return [measured(c.label, (PLAN,)) for c in candidates]

    monkeypatch.setattr(module, "compare", answered)
    monkeypatch.setattr(module, "resolve", lambda name: Candidate(Path(name).name))
    assert run_compare(["base", str(recipe)], 4, tmp_path / "out") == 0
    assert len(asked) == 4 and all(c.author == "dev" for c in asked)
    shown = capsys.readouterr().out
    assert "base - mine.yaml" in shown and str(dev) in shown
