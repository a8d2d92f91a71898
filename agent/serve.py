"""Starts the chat's server: `serve("127.0.0.1", 8000)`."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from pathlib import Path

from tools.errors import DataError, InputError
from tools.paths import cache_directory

ROOT = Path(__file__).resolve().parent.parent
"""Of the checkout: `public/`, `.chainlit/` and `chainlit.md` lie here."""
APP = Path(__file__).with_name("app.py")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class ServeError(InputError):
    """The server can't start as asked; the sentence says what would be right."""


def serve(host: str = "127.0.0.1", port: int | None = None) -> None:
    """Serves the chat until it is stopped, and prints its address when it is ready.

    Args:
        host: an address of this machine; beyond loopback `TRIPWRIGHT_PASSWORD` has to be set.
        port: the environment's `PORT` when None, or else 8000.

    Raises:
        ServeError: the port is taken or no port, or others could come in without a password.
        DataError: a file can't be read or written, or the page's own files are missing.
        SystemExit: the application could not start; it has said why.
    """
    port = _port(port)
    if host not in _LOOPBACK and not os.environ.get("TRIPWRIGHT_PASSWORD"):
        raise ServeError(
            f"On {host} others could come in: set TRIPWRIGHT_PASSWORD, or serve on 127.0.0.1."
        )
    _refuse_taken(host, port)
    root = Path(os.environ.setdefault("CHAINLIT_APP_ROOT", str(ROOT)))
    if not (root / "public" / "elements" / "TripBoard.jsx").is_file():
        raise DataError(f"The chat's page is not in {root}; start from a checkout of Tripwright.")
    if not os.environ.get("CHAINLIT_AUTH_SECRET"):
        os.environ["CHAINLIT_AUTH_SECRET"] = auth_secret(cache_directory() / "auth-secret")
    _run(host, port)


def auth_secret(path: Path) -> str:
    """The secret that logins are signed with: made once, readable by its owner alone.

    Raises:
        DataError: the file can't be read or written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            if found := path.read_text(encoding="ascii").strip():
                return found
            handle = os.open(path, os.O_WRONLY | os.O_TRUNC)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(made := secrets.token_hex(32))
        return made
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"The login's secret can't be kept in {path}: {error}.") from error


def _port(given: int | None) -> int:
    named = os.environ.get("PORT", "").strip()
    if given is None and named and not named.isdecimal():
        raise ServeError(f"PORT has to be a number from 1 to 65535, not {named!r}.")
    port = given if given is not None else int(named or 8000)
    if not 1 <= port <= 65535:
        raise ServeError(f"A port is a number from 1 to 65535, not {port}.")
    return port


def _refuse_taken(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ServeError(
            f"Port {port} on {host} can't be used ({error.strerror or error}); "
            "name another with --port or PORT."
        ) from error


def _run(host: str, port: int) -> None:
    # after the environment is set: Chainlit reads it on import, and takes seconds
    import uvicorn
    from chainlit.config import config, load_module
    from chainlit.server import app

    config.run.host, config.run.port, config.run.headless = host, port, True
    config.run.module_name = str(APP)
    shown = f"[{host}]" if ":" in host else host
    addresses = {f"http://{name}:{port}" for name in (shown, "127.0.0.1", "localhost")}
    config.project.allow_origins = sorted(addresses)
    load_module(str(APP))

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                print(f"Tripwright is ready: http://{shown}:{port}", flush=True)

    server = Server(uvicorn.Config(app, host=host, port=port, log_level="critical"))
    with contextlib.suppress(SystemExit):  # uvicorn's own codes; ours is 2 for all that is told
        asyncio.run(server.serve())
    if not server.started:
        raise SystemExit(2)
