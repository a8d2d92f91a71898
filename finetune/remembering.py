"""A chat model that remembers its answers, so that settings can be tried on what was weighed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import Field

from agent.models import open_engine
from agent.models.answer import Answer
from agent.models.chat import TripwrightChatModel
from agent.models.engine import Engine
from agent.settings import Settings


class RememberingChatModel(TripwrightChatModel):
    """Keeps every answer with what was asked for it."""

    answers: list[Any] = Field(default_factory=list)

    def _answer(self, *args: Any, **kwargs: Any) -> Answer:
        answer = super()._answer(*args, **kwargs)
        self.answers.append(answer)
        return answer


def opened_apart(adapter: Path, settings: Settings) -> Engine:
    """An engine on an exported adapter, in a home of its own: making a merged model removes the
    others beside it.
    """
    with TemporaryDirectory(prefix="adapter-") as home:
        model = replace(settings.model, adapter=adapter)
        return open_engine(replace(settings, model=model, home=Path(home)))
