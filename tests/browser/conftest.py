"""The programs that the browser tests need."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest

from tests.browser.script import PASSWORD, SCRIPT
from tests.browser.server import HERE, Server, need


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return need("Chromium", next(filter(None, map(shutil.which, names)), None))


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with the driver's one package beside it."""
    program = need("node", shutil.which("node"))
    if not all((HERE / "node_modules" / name).is_dir() for name in ("playwright-core", "axe-core")):
        npm = need("npm", shutil.which("npm"))
        subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, capture_output=True
        )
    return program


@pytest.fixture(scope="session")
def at_home(tmp_path_factory: pytest.TempPathFactory, node: str, chromium: str) -> Iterator[Server]:
    """The chat as it is on one's own machine: no login. Scenes share it, each in its own thread."""
    with Server(tmp_path_factory.mktemp("home"), SCRIPT) as server:
        yield server


@pytest.fixture(scope="session")
def in_a_house(
    tmp_path_factory: pytest.TempPathFactory, node: str, chromium: str
) -> Iterator[Server]:
    """The chat for several people, who log in."""
    folder = tmp_path_factory.mktemp("house")
    with Server(folder, SCRIPT, TRIPWRIGHT_PASSWORD=PASSWORD) as server:
        yield server
