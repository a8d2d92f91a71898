"""A server of ours on loopback that answers as it is told, and writes down what it was asked."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    query: dict[str, str]
    agent: str
    at: float
    """Monotonic seconds."""


@dataclass(frozen=True)
class Answer:
    """What the server says."""

    body: object = None
    """JSON; a str is sent as it stands."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before anything is sent."""
    trickle: float = 0.0
    """Seconds between two bytes of the body."""


Reply = Answer | Callable[[Asked], Answer]


class Stub:
    """The server. `say` sets the answers: each once, the last for ever."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._replies: list[Reply] = [Answer({}, 404)]
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {key: values[0] for key, values in parse_qs(parts.query).items()}
                agent = self.headers.get("User-Agent", "")
                outer._answer(self, Asked(parts.path, query, agent, time.monotonic()))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def say(self, *replies: Reply) -> None:
        """The answers from now on."""
        with self._lock:
            self._replies = list(replies)

    def close(self) -> None:
        """Stops; the port then refuses connections."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        with self._lock:
            self.asked.append(asked)
            reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        answer = reply if isinstance(reply, Answer) else reply(asked)
        time.sleep(answer.delay)
        body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        data = body.encode()
        try:
            handler.send_response(answer.status)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(data)))
            for name, value in answer.headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            pieces = [data[i : i + 1] for i in range(len(data))] if answer.trickle else [data]
            for piece in pieces:
                handler.wfile.write(piece)
                time.sleep(answer.trickle)
        except OSError:  # the client had enough
            pass


def gone_url() -> str:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}"
