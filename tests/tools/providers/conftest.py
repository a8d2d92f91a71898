"""Servers on loopback, and a home directory whose gazetteer and store were built once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.tools.providers.stub import Stub
from tools.providers.answers import AnswerCache
from tools.providers.config import NAMES, Providers
from tools.services import TravelServices, open_services

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday."""

Server = Callable[[], Stub]
Open = Callable[..., TravelServices]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback is reached directly, whatever the machine's settings."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def _no_queue_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port is given out again: the next server there would wait in the last one's queue."""
    monkeypatch.setattr("tools.providers.door._queues", {})


@pytest.fixture
def server() -> Iterator[Server]:
    """Starts servers; they are stopped after the test."""
    running: list[Stub] = []

    def start() -> Stub:
        running.append(Stub())
        return running[-1]

    yield start
    for stub in running:
        stub.close()


@pytest.fixture
def stub(server: Server) -> Stub:
    """One server."""
    return server()


@pytest.fixture
def cache() -> Iterator[AnswerCache]:
    """A cache in memory."""
    kept = AnswerCache(None)
    yield kept
    kept.close()


def quick(**changes: object) -> Providers:
    """Providers that wait for nothing but a slow server; for that long enough on a busy machine."""
    usual: dict[str, object] = {
        "interval": 0.001, "timeout": 3.0, "places_timeout": 3.0, "patience": 0.5,
    }  # fmt: skip
    urls = {f"{name.replace('-', '_')}_url": "http://127.0.0.1:9" for name in NAMES}
    return Providers(**(urls | usual | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home directory with the embedded data."""
    folder = tmp_path_factory.mktemp("built")
    open_services(folder).close()
    return folder


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    folder = tmp_path / "home"
    shutil.copytree(built, folder)
    return folder


@pytest.fixture
def opened(home: Path) -> Iterator[Open]:
    """Opens services over the home directory with live providers; closed after the test."""
    running: list[TravelServices] = []

    def start(*on: str, **changes: object) -> TravelServices:
        providers = quick(on=frozenset(on), **changes)
        running.append(
            open_services(home, clock=lambda: NOW, planning_iterations=40, providers=providers)
        )
        return running[-1]

    yield start
    for services in running:
        services.close()
