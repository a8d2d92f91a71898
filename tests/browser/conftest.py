"""The programs that the browser tests need."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.browser.server import HERE, need


@pytest.fixture(scope="module")
def chromium() -> str:
    """The browser's program."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return need("Chromium", next(filter(None, map(shutil.which, names)), None))


@pytest.fixture(scope="module")
def node() -> str:
    """Node, with the driver's one package beside it."""
    program = need("node", shutil.which("node"))
    if not all((HERE / "node_modules" / name).is_dir() for name in ("playwright-core", "axe-core")):
        npm = need("npm", shutil.which("npm"))
        subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, capture_output=True
        )
    return program
