"""Single turns: is the call exact, and is a tool called where one is due?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from agent.dialogue.turns import Call
from agent.dialogue.wire import render_call
from finetune.evaluation.scoring import Mark, compare, score
from finetune.evaluation.tasks import Ratio, Share, Task, Verdict
from finetune.evaluation.understanding import Solver, standing_trip
from finetune.held_out import Case

CaseSolver = Callable[[Case], tuple[Call, ...]]
"""A held-out turn -> the calls proposed."""
NO_CALL = "no call"


def case_solver(solver: Solver) -> CaseSolver:
    """A solver of cases from one of messages and trips."""
    return lambda case: tuple(solver(case.messages, standing_trip(case)))


def exact_call_task(cases: Sequence[Case], solver: CaseSolver) -> Task[Case, tuple[Call, ...]]:
    """Task 1: every tool and every argument as labelled, or as in an answer as good."""
    return Task(
        "exact-call", cases, solver, _judge_calls,
        about="Turns whose calls are all as labelled, every argument included. Shares are of "
        "turns; arguments are counted in calls that were wanted and made.",
    )  # fmt: skip


def tool_or_none_task(cases: Sequence[Case], solver: CaseSolver) -> Task[Case, tuple[Call, ...]]:
    """Task 2: calling at all, whatever is called."""
    return Task(
        "tool-or-none", cases, solver, _judge_calling,
        about="Precision: of the turns with a call, those where one was due. Recall: of the turns "
        "where one was due, those with a call. Where both are accepted, either is right.",
    )  # fmt: skip


def rendered(calls: Sequence[Call]) -> str:
    """Calls for a reader, as the model writes them."""
    return " ".join(f"`{render_call(call)}`" for call in calls) or NO_CALL


def told(case: Case, proposed: Sequence[Call]) -> tuple[str, ...]:
    """A turn that went wrong: what was said, wanted and proposed."""
    said = " / ".join(message["content"] for message in case.messages)
    return (
        f"`{case.id}` {said}",
        *(f"wanted {rendered(calls)}" for calls in case.accepted),
        f"got {rendered(proposed)}",
    )


def tallies(marks: Sequence[Mark]) -> dict[str, list[tuple[str, str]]]:
    """Rows and columns of the tables by tool, by argument, and by both."""
    arguments = [(m.tool, key, grade) for m in marks for key, grade in m.arguments.items()]
    return {
        "Tools": [(m.tool, m.found) for m in marks],
        "Arguments": [(key, grade) for _, key, grade in arguments],
        "Arguments by tool": [(f"{tool} {key}", grade) for tool, key, grade in arguments],
    }


def _judge_calls(case: Case, proposed: tuple[Call, ...]) -> Verdict:
    judged = score(proposed, case.accepted)
    marks = compare(proposed, case.accepted)
    grades = list(chain.from_iterable(mark.arguments.values() for mark in marks))
    measured: dict[str, Share | Ratio] = {
        "exact": Share(judged.exact),
        "right tools": Share(judged.tool),
        "arguments right": Ratio(grades.count("right"), len(grades), "percent"),
    }
    if () in case.accepted:
        measured["silent where due"] = Share(judged.exact)
    return Verdict(
        measured,
        confusion=(_tools(case.accepted[0]), _tools(proposed)) if not judged.tool else None,
        tallies=tallies(marks),
        failure=() if judged.exact else told(case, proposed),
    )


def _judge_calling(case: Case, proposed: tuple[Call, ...]) -> Verdict:
    called = bool(proposed)
    fitting = [bool(calls) for calls in case.accepted]
    due = called if called in fitting else not called
    measured = dict(_precision_and_recall(due, called))
    names = {True: "a call", False: NO_CALL}
    return Verdict(
        {"right": Share(due is called), **measured},
        confusion=(names[due], names[called]),
        failure=() if due is called else told(case, proposed),
    )


def _precision_and_recall(due: bool, called: bool) -> Iterator[tuple[str, Share]]:
    if called:
        yield "precision of calling", Share(due)
    if due:
        yield "recall of calling", Share(called)
    else:
        yield "silent where due", Share(not called)


def _tools(calls: Sequence[Call]) -> str:
    return "+".join(call.name for call in calls) or NO_CALL
