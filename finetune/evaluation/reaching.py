"""Task 3: is the goal of a whole conversation reached, and if not, what of it is missing?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from agent.dialogue.turns import Call
from finetune.evaluation.calls import rendered
from finetune.evaluation.conversing import Exchange
from finetune.evaluation.goals import Conversation, Part, parts
from finetune.evaluation.scoring import score
from finetune.evaluation.tasks import Ratio, Share, Task, Verdict
from tools.store import PlaceStore

ConversationSolver = Callable[[Conversation], tuple[Exchange, ...]]
"""Holds a conversation from its first message to its last."""


def goals_task(
    conversations: Sequence[Conversation],
    solver: ConversationSolver,
    store: PlaceStore,
    *,
    name: str = "goals",
) -> Task[Conversation, tuple[Exchange, ...]]:
    """Whole conversations with the real agent, judged on the trip that stands at their end.

    Args:
        conversations: which.
        solver: holds them.
        store: knows the places that goals name.
        name: of the task.
    """

    def judge(conversation: Conversation, exchanges: tuple[Exchange, ...]) -> Verdict:
        judged = parts(conversation.goal, exchanges[-1].itinerary, store)
        missed = [part for part in judged if not part.reached]
        exact = [_exact(*turn) for turn in _turns(conversation, exchanges)]
        turns = len(exchanges)
        return Verdict(
            {
                "goal reached": Share(not missed),
                "parts reached": Ratio(len(judged) - len(missed), len(judged), "percent"),
                "turns as labelled": Ratio(sum(exact), turns, "percent"),
                "turns without an answer": Ratio(
                    sum(bool(e.error) for e in exchanges), turns, "percent"
                ),
                "seconds a turn": Ratio(sum(e.seconds for e in exchanges), turns),
            },
            tallies={"Parts": [(p.name, "reached" if p.reached else "missed") for p in judged]},
            failure=tuple(_told(conversation, exchanges, missed)) if missed else (),
        )

    return Task(
        name, conversations, solver, judge,
        about="Scripted conversations of 4 to 8 messages; a goal is reached when every part of it "
        "holds of the trip at the end. What a turn should have called tells where one was lost.",
    )  # fmt: skip


def _turns(
    conversation: Conversation, exchanges: Sequence[Exchange]
) -> Iterator[tuple[Exchange, tuple[Sequence[Call], ...]]]:
    """Each exchange, and all that could rightly have been called in it."""
    wanted = zip(conversation.calls, conversation.others, strict=True)
    for exchange, (calls, others) in zip(exchanges, wanted, strict=True):
        yield exchange, (calls, *others)


def _exact(exchange: Exchange, accepted: Sequence[Sequence[Call]]) -> bool:
    return not exchange.error and score(exchange.calls, accepted).exact


def _told(
    conversation: Conversation, exchanges: Sequence[Exchange], missed: Sequence[Part]
) -> Iterator[str]:
    """The parts that are missing, then every turn that was not as labelled."""
    yield f"`{conversation.id}`, {conversation.voice}: {', '.join(p.name for p in missed)}"
    for part in missed:
        yield f"missed {part.name}: {part.told}"
    for number, (exchange, accepted) in enumerate(_turns(conversation, exchanges), 1):
        if not _exact(exchange, accepted):
            yield (
                f"message {number}: {exchange.said} wanted {rendered(accepted[0])}, got "
                f"{exchange.error or rendered(exchange.calls)}"
            )
