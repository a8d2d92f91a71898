"""A place store built once, and agents over it whose model says what the test tells it to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent import TravelAgent
from agent.models.scripted import Reply, ScriptedChatModel
from agent.settings import Settings
from tools.services import TravelServices, open_services

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday."""

Start = Callable[..., TravelAgent]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the place store and the gazetteer, built once."""
    folder = tmp_path_factory.mktemp("home")
    open_services(folder).close()
    return folder


@pytest.fixture
def services(home: Path) -> Iterator[TravelServices]:
    """The real places, a fixed clock, and plans that depend on nothing but the calls."""
    opened = open_services(home, clock=lambda: NOW, planning_iterations=60)
    yield opened
    opened.close()


@pytest.fixture
def start(home: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts agents on one file of threads; they are closed after the test."""
    running: list[TravelAgent] = []

    def begin(
        *replies: Reply, model: ScriptedChatModel | None = None, threads: str = ""
    ) -> TravelAgent:
        settings = Settings(home=home, threads=threads or str(tmp_path / "threads.sqlite"))
        services = open_services(home, clock=lambda: NOW)
        agent = TravelAgent(
            settings,
            model=model or ScriptedChatModel.of(*replies),
            services=replace(services, planning_iterations=60),
        )
        running.append(agent)
        return agent

    yield begin
    for agent in running:
        agent.close()
