"""What several files of these tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools.talk import NOW, Talk
from tools.services import TravelServices, open_services
from tools.store import PlaceStore


@pytest.fixture(scope="session")
def gazetteer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the gazetteer is built, once for all that ask; opening it builds it."""
    return tmp_path_factory.mktemp("gazetteer")


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TravelServices]:
    """The real places with a fixed clock."""
    opened = open_services(
        tmp_path_factory.mktemp("home"), clock=lambda: NOW, planning_iterations=60
    )
    yield opened
    opened.close()


@pytest.fixture
def talk(services: TravelServices) -> Talk:
    """A conversation without a trip."""
    return Talk(services)


@pytest.fixture
def lisbon(talk: Talk) -> Talk:
    """A conversation about three planned days in Lisbon from Friday, 4 December."""
    talk("plan_days", destination="Lisbon", days=3, start_date="next Friday")
    return talk


@pytest.fixture
def iberia(talk: Talk) -> Talk:
    """A conversation about two days in Lisbon and two in Madrid from Friday, 4 December."""
    talk(
        "plan_days", destination="Lisbon", more_destinations=["Madrid"], days_each=[2, 2],
        start_date="4 December",
    )  # fmt: skip
    return talk


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlaceStore]:
    """The store of the catalogue that ships."""
    with PlaceStore.open(tmp_path_factory.mktemp("real")) as opened:
        yield opened
