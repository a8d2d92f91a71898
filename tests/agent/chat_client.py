"""A browser's part of the chat without a browser: logins, requests, and a socket by polling."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx

SOCKET = "/ws/socket.io/?EIO=4&transport=polling"
ANSWER = "assistant_message"


class ChatClient:
    """One user's browser at a server."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=60)
        done = self.http.post("/login", data={"username": name, "password": password})
        assert done.status_code == 200, done.text
        self.name = name

    def __enter__(self) -> ChatClient:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the connections."""
        self.http.close()

    def threads(self, **more: Any) -> list[dict[str, Any]]:
        """What is listed at the side."""
        asked = {"pagination": {"first": 20}, "filter": more}
        found: list[dict[str, Any]] = self.http.post("/project/threads", json=asked).json()["data"]
        return found


class Socket:
    """A chat's page that is open: a Socket.IO session over HTTP polling."""

    def __init__(
        self, client: ChatClient, *, thread: str = "", session: str = "", **headers: str
    ) -> None:
        self.http, self.session = client.http, session or str(uuid.uuid4())
        self.headers = headers
        opened = self.http.get(SOCKET, headers=headers)
        self.url = f"{SOCKET}&sid={json.loads(opened.text[1:])['sid']}"
        auth = {
            "sessionId": self.session, "threadId": thread, "clientType": "webapp",
            "userEnv": "{}", "chatProfile": "",
        }  # fmt: skip
        self.waiting: list[str] = []
        self.sent = self._post("40" + json.dumps(auth))
        self.refused = self.sent.status_code != 200 or not self._read().startswith("40")
        if not self.refused:
            self.emit("connection_successful")

    def emit(self, *event: Any) -> None:
        """Sends an event with its data."""
        assert self._post("42" + json.dumps(event)).status_code == 200

    def until(self, name: str) -> list[list[Any]]:
        """All events up to the first of a name, that one included."""
        seen: list[list[Any]] = []
        while not seen or seen[-1][0] != name:
            packet = self._read()
            if packet.startswith("42"):
                seen.append(json.loads(packet[2:]))
        return seen

    def say(self, text: str, id: str = "") -> list[list[Any]]:
        """Sends a message and waits for the whole answer."""
        message = {
            "id": id or str(uuid.uuid4()), "name": "me", "type": "user_message", "output": text,
            "createdAt": "2026-11-23T09:00:00Z", "threadId": "",
        }  # fmt: skip
        self.emit("client_message", {"message": message, "fileReferences": []})
        seen: list[list[Any]] = []
        while not any(e[0] == "new_message" and e[1]["type"] == ANSWER for e in seen):
            seen += self.until("task_end")  # the first ones are those of the page's own start
        return seen

    def _post(self, packet: str) -> httpx.Response:
        return self.http.post(self.url, content=packet, headers=self.headers)

    def _read(self) -> str:
        while not self.waiting:
            answer = self.http.get(self.url)
            assert answer.status_code == 200, answer.text
            self.waiting += answer.text.split("\x1e")
            if "2" in self.waiting:
                self.waiting.remove("2")
                self._post("3")
        return self.waiting.pop(0)
