"""Starting the chat's server: what is refused, and the secret."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agent.serve import ROOT, ServeError, auth_secret, serve


def test_a_busy_port_is_refused_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServeError, match=r"Port \d+ on 127\.0\.0\.1 can't be used .*--port"):
            serve("127.0.0.1", taken.getsockname()[1])


def test_beyond_loopback_a_password_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIPWRIGHT_PASSWORD", raising=False)
    with pytest.raises(ServeError, match="TRIPWRIGHT_PASSWORD"):
        serve("0.0.0.0", 8000)


@pytest.mark.parametrize("port", ["0", "65536", "web", "-1", "8e3"])
def test_a_port_is_a_number(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(ServeError, match=r"1 to 65535"):
        serve("127.0.0.1")


def test_what_cannot_start_says_why_and_ends(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "TRIPWRIGHT_HOME": str(tmp_path / "home"),
        "TRIPWRIGHT_MODEL_ENGINE": f"scripted:{tmp_path}/missing.json",
        "CHAINLIT_APP_ROOT": str(tmp_path / "root"),
    }
    shutil.copytree(ROOT / "public" / "elements", tmp_path / "root" / "public" / "elements")
    command = "from agent.serve import serve; serve('127.0.0.1', 18439)"
    done = subprocess.run(
        [sys.executable, "-c", command],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "missing.json is no script" in done.stderr
    assert "Traceback" not in done.stderr
    assert "ready" not in done.stdout


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "secret"
    made = auth_secret(path)
    assert len(made) == 64
    assert auth_secret(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("")
    assert auth_secret(path) != ""
