"""The chat's server in a process of its own, and Chromium driven through a scene.

Needs `node` and Chromium; without them the tests are skipped, unless `CI` is set: there they fail.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tools.paths import cache_directory
from tools.planning.kernel.compiling import SUBFOLDER

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
READY_SECONDS = 90
VISIT_SECONDS = 240
DESK, PHONE = (1280, 860, "light"), (390, 844, "dark")
"""Width and height in CSS pixels, and the theme."""


def need(what: str, found: str | None) -> str:
    """What was found; skips the test where nothing was."""
    if found is None:
        reason = f"{what} is not installed (`make test` installs it)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _prepare(home: Path) -> None:
    """Gives a home what `python -m agent prepare` has made; what is not current is made anew."""
    home.mkdir(exist_ok=True)
    for made in ("places.sqlite", "gazetteer.sqlite"):
        if (cache_directory() / made).is_file():
            shutil.copy(cache_directory() / made, home)


class Server:
    """The chat's server in a process of its own, over a home that outlives it.

    Args:
        folder: for its files.
        script: what the model replies, in order; or by what is said (`tests.browser.keyed`).
        more: of its environment.
    """

    def __init__(self, folder: Path, script: list[Any] | dict[str, Any], **more: str) -> None:
        self.folder, self.port = folder, _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        root = folder / "root"
        if not root.exists():  # its own: two servers would clear each other's .files
            shutil.copytree(ROOT / "public", root / "public")
            config = root / ".chainlit"
            (config / "translations").mkdir(parents=True)
            shutil.copy(ROOT / ".chainlit" / "config.toml", config)
            for words in (ROOT / ".chainlit" / "translations").glob("*.json"):
                shutil.copy(words, config / "translations")
            for page in ROOT.glob("chainlit*.md"):
                shutil.copy(page, root)
            _prepare(folder / "home")
        told = folder / "script.json"
        told.write_text(json.dumps(script), encoding="utf-8")
        self.log = folder / "server.log"
        environment = {
            "NUMBA_CACHE_DIR": str(cache_directory() / SUBFOLDER),  # as tests/conftest.py has it
            **{k: v for k, v in os.environ.items() if not k.startswith(("CHAINLIT", "TRIPWRIGHT"))},
            "TRIPWRIGHT_HOME": str(folder / "home"),
            "TRIPWRIGHT_MODEL_ENGINE": f"scripted:{told}",
            "CHAINLIT_APP_ROOT": str(root),
            **more,
        }
        command = ["-c", f"from agent.serve import serve; serve(port={self.port})"]
        if isinstance(script, dict):
            command = ["-m", "tests.browser.keyed", str(self.port)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def __enter__(self) -> Server:
        """Waits until it says that it is ready."""
        until = time.monotonic() + READY_SECONDS
        while f"ready: {self.url}" not in self.log.read_text():
            if self.process.poll() is not None or time.monotonic() > until:
                self.process.kill()
                pytest.fail(f"The server did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        """Ends it."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


def drive(node: str, **given: Any) -> dict[str, Any]:
    """All that was seen in a scene, or in several (`drive.mjs`)."""
    done = subprocess.run(
        [node, "drive.mjs", json.dumps(given)],
        cwd=HERE, capture_output=True, text=True, check=False,
        timeout=VISIT_SECONDS * max(1, len(given.get("scenes", ()))),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def play(
    server: Server, scene: str, folder: Path, node: str, chromium: str, **given: Any
) -> dict[str, Any]:
    """All that was seen in a scene at a server, which may go on for other scenes.

    Args:
        server: where it plays.
        scene: its name.
        folder: for screenshots and files.
        node: the program.
        chromium: the program.
        given: to the scene; `size` is width, height and theme. With `scenes` all of them are
            played in one browser, and `scenes` of the answer is what was seen in each.
    """
    width, height, theme = given.pop("size", DESK)
    seen = drive(
        node, out=str(folder), chromium=chromium, name=given.pop("name", scene), scene=scene,
        width=width, height=height, theme=theme, url=server.url, **given,
    )  # fmt: skip
    assert "failed" not in seen, f"{seen['failed']}\n{server.log.read_text()[-3000:]}"
    print(f"screenshots: {folder}")
    return seen
