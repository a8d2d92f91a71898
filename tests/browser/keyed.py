"""Serves the chat with a model that answers by what is said, a fixed clock and repeatable plans.

`python -m tests.browser.keyed PORT`; `tests.browser.server.Server` starts it when its script is a
mapping. Scenes can share such a server: none uses up what another one is to be answered.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

import agent.bootstrap
import agent.models
import agent.toolbox
from agent.models import scripted
from agent.serve import serve
from tools.outcome import Outcome, Trip
from tools.services import TravelServices

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
ITERATIONS = 400
SLOW_CITY, SLOW_SECONDS = "Porto", 4.0
"""A plan for this city is searched for so long."""
PAUSE, PAUSE_SECONDS = "…", 0.5
"""After a word that ends with this the model rests."""


class Keyed:
    """The replies to each message, in the order in which the model is asked."""

    def __init__(self, script: Mapping[str, Sequence[Any]]) -> None:
        self.script = script

    def __call__(self, messages: Sequence[BaseMessage]) -> scripted.Reply:
        """The next reply to the last message of the traveller."""
        said = max(i for i, one in enumerate(messages) if isinstance(one, HumanMessage))
        replies = self.script[messages[said].text]
        reply = replies[sum(isinstance(one, AIMessage) for one in messages[said:])]
        return reply if isinstance(reply, str) else [(name, args) for name, args in reply]


def _stream(self: scripted.ScriptedChatModel, *args: Any, **more: Any) -> Iterator[Any]:
    for chunk in _STREAM(self, *args, **more):
        yield chunk
        if chunk.text.strip().endswith(PAUSE):
            time.sleep(PAUSE_SECONDS)


def _perform(
    services: TravelServices, trip: Trip, name: str, args: Mapping[str, Any], *later: Any
) -> Outcome:
    if args.get("destination") == SLOW_CITY:
        services = replace(services, planning_seconds=SLOW_SECONDS, planning_iterations=None)
    return _PERFORM(services, trip, name, args, *later)


def _services(home: Path, **given: Any) -> TravelServices:
    return _OPEN(home, **{**given, "clock": lambda: NOW, "planning_iterations": ITERATIONS})


def _scripted(path: Path) -> scripted.ScriptedChatModel:
    return scripted.ScriptedChatModel.of(function=Keyed(json.loads(path.read_text("utf-8"))))


_STREAM = scripted.ScriptedChatModel._stream
_PERFORM, _OPEN = agent.toolbox.perform, agent.bootstrap.open_services

if __name__ == "__main__":
    scripted.ScriptedChatModel._stream = _stream
    agent.toolbox.perform = _perform
    agent.bootstrap.open_services = _services
    agent.models._scripted = _scripted
    serve(port=int(sys.argv[1]))
