"""The model as it is served, with its answers kept, so that settings can be tried on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import Field
from tqdm import tqdm

from agent.bootstrap import TravelAgent
from agent.dialogue.turns import Call
from agent.models import open_engine, open_others
from agent.models.answer import Answer
from agent.models.candidates import Revision
from agent.models.chat import TripwrightChatModel
from agent.models.engine import Engine
from agent.models.weights import ADVISERS, COUNTERS, READERS
from agent.settings import Settings
from finetune.held_out import Case


class RememberingChatModel(TripwrightChatModel):
    """Keeps every answer with what was asked for it."""

    answers: list[Any] = Field(default_factory=list)

    def _answer(self, *args: Any, **kwargs: Any) -> Answer:
        answer = super()._answer(*args, **kwargs)
        self.answers.append(answer)
        return answer


def served(
    settings: Settings,
    kind: type[RememberingChatModel] = RememberingChatModel,
    **instead: Any,
) -> RememberingChatModel:
    """The model of the settings with all who are asked besides.

    Args:
        settings: as for `agent.models.load`.
        kind: of model.
        instead: fields of the model that are to be others, such as `counter`.

    Raises:
        ModelError: model or engine can't be used.
    """
    engine = open_engine(settings)

    def others(kind: Path) -> tuple[Engine, ...]:
        return open_others(settings, kind)

    fields: dict[str, Any] = {
        "readers": lambda: others(READERS),
        "counter": lambda: next(iter(others(COUNTERS)), None),
        "adviser": lambda: next(iter(others(ADVISERS)), None),
    }
    opened = {key: opening() for key, opening in fields.items() if key not in instead}
    return kind(engine=engine, max_tokens=settings.model.max_new_tokens, **opened, **instead)


def opened_apart(adapter: Path, settings: Settings) -> Engine:
    """An engine on an exported adapter, in a home of its own: making a merged model removes the
    others beside it.
    """
    with TemporaryDirectory(prefix="adapter-") as home:
        model = replace(settings.model, adapter=adapter)
        return open_engine(replace(settings, model=model, home=Path(home)))


def revised_turns(
    cases: Sequence[Case], model: RememberingChatModel, settings: Settings
) -> Iterator[tuple[Case, list[Call], Revision]]:
    """The turns without a trip that ask for something, with what the model proposes, once for each
    adapter that was asked for a part of it.

    Args:
        cases: of development authors; never those of the test.
        model: as `served`.
        settings: of the agent around it.
    """
    settings = replace(settings, threads=":memory:")
    asking = [case for case in cases if case.trip is None and case.accepted[0]]
    with TravelAgent(settings, model=model) as agent:
        for case in tqdm(asking, desc="turns", unit=""):
            model.answers.clear()
            calls = [Call(c.name, c.args) for c in agent.propose(case.messages, None)]
            for answer in model.answers:
                for revision in answer.revisions:
                    yield case, calls, revision
