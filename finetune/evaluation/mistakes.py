"""What the model gets wrong on new dialogues, beside what is right.

A second stage learns from one's own mistakes: the model answers synthesized dialogues under the
grammar with which it serves (so that the wrong answers are those that travellers would get), and
the check that scores held-out turns tells which are wrong. Each wrong one makes a pair with the
label. Answers in words are judged where a call was due, and calls where words were; how a thing
is said has no right and wrong here. From an answer without an end nothing is to be learnt.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.runnables import Runnable
from tqdm import tqdm

from agent.dialogue import wire
from agent.dialogue.turns import Call, Turn
from agent.errors import EndlessAnswerError
from agent.models import load
from agent.models.chat import NEVER_DOUBTED, TripwrightChatModel
from agent.settings import ModelSettings, Settings
from agent.toolbox import langchain_tools
from finetune.evaluation.scoring import score
from finetune.records import (
    TEXT,
    Dialogue,
    dialogue_from_dict,
    dialogue_to_dict,
    turn_from_dict,
    turn_to_dict,
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A dialogue, whose target is right, and what the model wrote in its place."""

    dialogue: Dialogue
    written: Turn


def mistakes(
    dialogues: Sequence[Dialogue], adapter: Path, path: Path, *, engine: str = "auto"
) -> list[Mistake]:
    """Asks the model and keeps what it got wrong.

    Args:
        dialogues: with labels; those that can't be judged are left out.
        adapter: an exported folder.
        path: JSON lines, one a dialogue that was asked; what stands there is not asked again.
        engine: as in the settings.

    Raises:
        ModelError: the adapter or its engine can't be used, or failed; what was answered is kept.
        ValueError: the file is of other dialogues.
    """
    asked = [d for d in dialogues if _can_be_judged(d)]
    settings = Settings.load()
    model = load(replace(settings, model=ModelSettings(engine=engine, adapter=adapter)))
    assert isinstance(model, TripwrightChatModel)
    # what it would rather leave out is a mistake to learn from, too
    undoubting = model.model_copy(update={"min_tool_probability": NEVER_DOUBTED})
    return ask(asked, undoubting, path)


def ask(dialogues: Sequence[Dialogue], model: BaseChatModel, path: Path) -> list[Mistake]:
    """As `mistakes`, of a model that is loaded, on dialogues that can be judged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    done = list(_done(path))
    _check_same(done, dialogues, path)
    bound = model.bind_tools(list(langchain_tools()))
    judged, found = Counter[str](), []
    with path.open("a", encoding="utf-8") as file:
        for n, dialogue in enumerate(tqdm(dialogues, desc="asked", unit="")):
            row = done[n] if n < len(done) else _answered(dialogue, bound)
            if n >= len(done):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                file.flush()
            judged[row["judged"]] += 1
            if row["judged"] == "wrong":
                found.append(
                    Mistake(dialogue_from_dict(row["dialogue"]), turn_from_dict(row["written"]))
                )
    print(", ".join(f"{judged[one]} {one}" for one in ("right", "wrong", "lost")))
    return found


def messages_of(turns: Sequence[Turn]) -> list[BaseMessage]:
    """A dialogue as LangChain has it; the inverse of `agent.models.chat.turns`."""
    return [_message(turn) for turn in turns]


def _message(turn: Turn) -> BaseMessage:
    match turn.role:
        case "system":
            return SystemMessage(turn.text)
        case "user":
            return HumanMessage(turn.text)
        case "tool":
            return ToolMessage(turn.text, tool_call_id="")
    calls = [{"name": c.name, "args": dict(c.args), "id": ""} for c in turn.calls]
    return AIMessage(turn.text, tool_calls=calls)


def _can_be_judged(dialogue: Dialogue) -> bool:
    """Whether a call or its absence is the answer to a traveller's message."""
    return dialogue.kind != TEXT and dialogue.turns[-2].role == "user"


def _answered(dialogue: Dialogue, model: Runnable[LanguageModelInput, AIMessage]) -> dict[str, Any]:
    asked = {"dialogue": dialogue_to_dict(dialogue)}
    try:
        answer = model.invoke(messages_of(dialogue.turns[:-1]))
    except EndlessAnswerError:
        return {**asked, "judged": "lost"}
    calls = tuple(
        Call(c["name"], {k: v for k, v in c["args"].items() if v is not None})
        for c in answer.tool_calls
    )
    written = Turn("assistant", calls=calls) if calls else Turn("assistant", answer.text.strip())
    right = score(calls, [wire.counted_turn(dialogue.target).calls]).exact
    cut = answer.response_metadata.get("finish_reason") == "length"  # words without their end
    if right or cut or not (calls or written.text):
        return {**asked, "judged": "right" if right else "lost"}
    return {**asked, "judged": "wrong", "written": turn_to_dict(written)}


def _done(path: Path) -> Iterator[Mapping[str, Any]]:
    """Rows of an earlier, broken-off asking; a half one at the end is cut off."""
    if not path.exists():
        return
    whole = 0
    lines = path.read_bytes().splitlines(keepends=True)
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            break
        if not line.endswith(b"\n"):
            break  # the next row would stand on the same line
        whole += len(line)
        yield row
    with path.open("r+b") as file:
        file.truncate(whole)


def _check_same(
    done: Sequence[Mapping[str, Any]], dialogues: Sequence[Dialogue], path: Path
) -> None:
    same = all(
        row["dialogue"] == dialogue_to_dict(dialogue)
        for row, dialogue in zip(done, dialogues, strict=False)
    )
    if not same or len(done) > len(dialogues):
        raise ValueError(f"{path} holds answers to other dialogues; delete it to ask anew.")
