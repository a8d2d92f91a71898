"""The evaluation stage: a trained adapter answers held-out turns through the agent that serves.

`evaluate` is what decides whether an adapter ships; `run_tasks` measures more, one report a task.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from agent.bootstrap import TravelAgent
from agent.dialogue.turns import Call
from agent.session import Conversations
from agent.settings import ModelSettings, Settings
from finetune.config import Recipe
from finetune.evaluation import calls, conversing, general, report
from finetune.evaluation.goals import Conversation, read_conversations
from finetune.evaluation.grounded import grounded_task, lore_of
from finetune.evaluation.reaching import goals_task
from finetune.evaluation.tasks import Report, remembering
from finetune.evaluation.tasks import run as run_task
from finetune.evaluation.understanding import Result, confusion, run, summary
from finetune.held_out import Case, read_cases
from tools.geocoding.gazetteer import Gazetteer
from tools.store import PlaceStore
from tools.trip import Itinerary


def evaluate(cases: Sequence[Case], adapter: Path, *, engine: str = "auto") -> list[Result]:
    """What the agent with this adapter proposes for each case.

    Args:
        cases: held-out turns.
        adapter: an exported folder.
        engine: as in the settings.

    Raises:
        ModelError: the adapter or its engine can't be used.
    """
    settings = dataclasses.replace(
        Settings.load(), threads=":memory:", model=ModelSettings(engine=engine, adapter=adapter)
    )
    with TravelAgent(settings) as agent:
        return list(tqdm(run(cases, proposer(agent)), total=len(cases), desc="turns", unit=""))


def proposer(
    agent: Conversations,
) -> Callable[[Sequence[Mapping[str, str]], Itinerary | None], Sequence[Call]]:
    """The calls that an agent would make next, as `finetune.evaluation` reads them."""

    def solve(messages: Sequence[Mapping[str, str]], itinerary: Itinerary | None) -> Sequence[Call]:
        return [Call(c.name, c.args) for c in agent.propose(messages, itinerary)]

    return solve


def write_report(results: Sequence[Result], path: Path) -> dict[str, Any]:
    """Writes the summary, the confusions and every failure for reading; returns the summary."""
    scores = summary(results)
    lines = ["# Evaluation", "", "```json", json.dumps(scores, indent=1), "```", ""]
    lines += ["## Wrong tool", ""]
    lines += [f"- {n} x {a} -> {b}" for (a, b), n in confusion(results).most_common()]
    lines += ["", "## Failures", ""]
    lines += [line for r in results if not r.score.exact for line in _failure(r)]
    path.parent.mkdir(parents=True, exist_ok=True)
    report.write_whole(path, "\n".join(lines) + "\n")
    return scores


def run_tasks(recipe: Recipe, adapter: Path, names: Sequence[str], out: Path) -> int:
    """Runs tasks of `TASKS` and writes `NAME.md` and `NAME.json` into a folder for each.

    Answers are shared: conversations are held once for "goals" and "grounded", and turns are
    asked once for "exact-call" and "tool-or-none".

    Args:
        recipe: whose development turns and base model are meant.
        adapter: an exported folder.
        names: of the tasks, run in this order; all of them when empty.
        out: folder of the reports.

    Returns:
        The exit code: 0, all were run.

    Raises:
        ValueError: a name that no task has, before anything is run; or data that can't be read.
        TravelError: the adapter, its engine or the place store can't be used.
    """
    wanted = tuple(dict.fromkeys(names)) or tuple(TASKS)
    if unknown := [name for name in wanted if name not in TASKS]:
        raise ValueError(f"There is no task {unknown[0]!r}; the tasks are {', '.join(TASKS)}.")
    with _Bench(recipe, adapter) as bench:
        for name in wanted:
            found = TASKS[name](bench)
            written, _ = report.write_report(found, out)
            told = "; ".join(f"{k} {report.shown(m)}" for k, m in found.metrics.items())
            print(f"{name}: {told}\n  {written}")
    return 0


class _Bench:
    """What tasks need, each thing made when the first task asks for it."""

    def __init__(self, recipe: Recipe, adapter: Path) -> None:
        self._recipe = recipe
        self._adapter = adapter
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open.close()

    # -- tasks -----------------------------------------------------------------------------------

    def exact_call(self) -> Report:
        return run_task(calls.exact_call_task(self._cases, self._propose))

    def tool_or_none(self) -> Report:
        return run_task(calls.tool_or_none_task(self._cases, self._propose))

    def goals(self) -> Report:
        return run_task(goals_task(self._conversations, self._converse, self._store))

    def goals_labelled(self) -> Report:
        task = goals_task(
            self._conversations, self._converse_labelled, self._store, name="goals-labelled"
        )
        return run_task(task)

    def grounded(self) -> Report:
        gazetteer = Gazetteer.open(self._settings.home)
        self._open.callback(gazetteer.close)
        lore = lore_of(self._store, gazetteer)
        return run_task(grounded_task(self._conversations, self._converse, lore))

    def perplexity(self) -> Report:
        return run_task(general.perplexity_task(general.read_texts(), self._beside_base))

    def questions(self) -> Report:
        return run_task(general.questions_task(general.read_questions(), self._beside_base))

    # -- what they need --------------------------------------------------------------------------

    @cached_property
    def _settings(self) -> Settings:
        model = ModelSettings(adapter=self._adapter)
        if self._recipe.train.base:
            model = ModelSettings("transformers", self._adapter, str(self._base))
        return dataclasses.replace(Settings.load(), live="", model=model)

    @cached_property
    def _base(self) -> Path:
        from agent.models.prepare import SUBFOLDER

        folder = Settings.load().home / SUBFOLDER
        if self._recipe.train.base:
            from finetune.shapes import base_folder

            return base_folder(self._recipe.train.base, folder)
        from agent.models.local import prepare_base

        return prepare_base(folder)

    @cached_property
    def _agent(self) -> Conversations:
        return self._open.enter_context(conversing.agent_of(self._settings))

    @cached_property
    def _store(self) -> PlaceStore:
        return self._open.enter_context(PlaceStore.open(self._settings.home))

    @cached_property
    def _cases(self) -> Sequence[Case]:
        return read_cases(self._recipe.evaluate.dev)

    @cached_property
    def _conversations(self) -> tuple[Conversation, ...]:
        return read_conversations()

    @cached_property
    def _propose(self) -> calls.CaseSolver:
        solver = calls.case_solver(proposer(self._agent))
        return remembering(solver, lambda case: (case.author, case.id))

    @cached_property
    def _converse(self) -> Callable[[Conversation], tuple[conversing.Exchange, ...]]:
        agent = self._agent
        return remembering(lambda one: conversing.converse(agent, one), lambda one: one.id)

    def _converse_labelled(self, one: Conversation) -> tuple[conversing.Exchange, ...]:
        with conversing.agent_of(self._settings, conversing.labelled(one)) as agent:
            return conversing.converse(agent, one)

    @cached_property
    def _beside_base(self) -> general.BesideBase:
        return general.BesideBase(self._base, self._adapter)


TASKS: Mapping[str, Callable[[_Bench], Report]] = {
    "exact-call": _Bench.exact_call,
    "tool-or-none": _Bench.tool_or_none,
    "goals": _Bench.goals,
    "goals-labelled": _Bench.goals_labelled,
    "grounded": _Bench.grounded,
    "perplexity": _Bench.perplexity,
    "questions": _Bench.questions,
}
"""The tasks by the names that the command line knows."""


def _failure(result: Result) -> Iterable[str]:
    said = " / ".join(m["content"] for m in result.case.messages)
    yield f"- `{result.case.id}` {said}"
    yield f"  - wanted {calls.rendered(result.case.accepted[0])}"
    yield f"  - got {calls.rendered(result.proposed)}"
