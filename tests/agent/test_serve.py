"""Starting the chat's server: what is refused, and the secret."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from agent.serve import ServeError, auth_secret, serve


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


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "secret"
    made = auth_secret(path)
    assert len(made) == 64
    assert auth_secret(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("")
    assert auth_secret(path) != ""
