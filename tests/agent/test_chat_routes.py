"""Shared trips and a user's data over HTTP, and logins by a provider, in this process."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest

os.environ.setdefault("CHAINLIT_APP_ROOT", tempfile.mkdtemp())  # Chainlit writes there on import

pytest.importorskip("chainlit")

import chainlit.server
from chainlit.auth import create_jwt
from chainlit.config import config
from chainlit.oauth_providers import get_oauth_provider
from chainlit.types import Feedback
from chainlit.user import User
from fastapi import FastAPI
from starlette.testclient import TestClient

from agent.chat_routes import GONE, own
from agent.chat_store import ChatStore
from agent.chat_web import Guard, log_in_by_provider
from agent.dialogue.turns import Call, Turn
from tests.tools.factories import toured
from tools.errors import DataError
from tools.trip import Itinerary


class Agent:
    """What the routes need of an agent: trips, turns, and a note of what was forgotten."""

    def __init__(self) -> None:
        self.trips: dict[str, Itinerary | DataError | None] = {}
        self.forgotten: list[str] = []
        self.runs = 2

    def thread(self, id: str) -> Itinerary | None:
        """The trip, or the damage."""
        found = self.trips.get(id)
        if isinstance(found, DataError):
            raise found
        return found

    def messages(self, id: str) -> tuple[Turn, ...]:
        """Two turns that name the thread."""
        return (
            Turn("user", f"secret of {id}"),
            Turn("assistant", calls=(Call("plan_days", {"days": 2}),)),
        )

    def cancel(self, id: str) -> bool:
        """Whether a turn runs still: the second time none does."""
        self.runs -= 1
        return self.runs > 0

    def forget(self, id: str) -> None:
        """Notes it."""
        assert self.runs <= 0, "a turn would write it anew"
        self.forgotten.append(id)


@pytest.fixture
def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The routes behind the guard; Ann has trips "anns-1" and "anns-2", Bob has "bobs-1"."""
    monkeypatch.setenv("CHAINLIT_AUTH_SECRET", "s" * 40)
    monkeypatch.setattr("chainlit.data.utils.context", SimpleNamespace(session=None))
    monkeypatch.setattr(config.code, "password_auth_callback", lambda *_: None)
    store, agent = ChatStore(tmp_path / "chat.sqlite"), Agent()
    for module in ("agent.chat_routes", "chainlit.auth", "chainlit.server"):
        monkeypatch.setattr(f"{module}.get_data_layer", lambda: store)
    app = FastAPI()
    app.state.travel_agent = lambda: agent
    app.router.routes[:0] = own.routes
    asyncio.run(_fill(store, agent))
    yield SimpleNamespace(store=store, agent=agent, http=_client(Guard(app)))
    with contextlib.suppress(RuntimeError):  # closed by the test
        asyncio.run(store.close())


async def _fill(store: ChatStore, agent: Agent) -> None:
    for name, threads in {"Ann": ("anns-1", "anns-2"), "Bob": ("bobs-1",)}.items():
        user = await store.create_user(User(identifier=name))
        assert user is not None
        for thread in threads:
            await store.update_thread(thread, name=f"{name}'s ../Lisbon!", user_id=user.id)
            step = {
                "id": f"s-{thread}", "threadId": thread, "type": "assistant_message",
                "output": f"Words of {thread}", "createdAt": "2026-11-23T09:00:00Z",
            }  # fmt: skip
            await store.create_step(cast("Any", step))
            await store.upsert_feedback(Feedback(forId=step["id"], value=1, comment=thread))
    agent.trips = {"anns-1": toured(), "bobs-1": toured()}


def _client(app: Any) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)


def as_(name: str) -> dict[str, str]:
    return {"Cookie": f"access_token={create_jwt(User(identifier=name))}"}


# -- shared trips --------------------------------------------------------------------------------


def test_a_link_shows_the_trip_as_it_stands_to_anybody(chat: SimpleNamespace) -> None:
    token = chat.store.shares.create("anns-1", "Ann")
    shown = chat.http.get(f"/trip/{token}")
    assert shown.status_code == 200
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    assert "Naples" in shown.text
    assert "Words of" not in shown.text and "secret" not in shown.text and "Ann" not in shown.text
    chat.agent.trips["anns-1"] = None
    assert chat.http.get(f"/trip/{token}").status_code == 404


@pytest.mark.parametrize("known", [True, False])
def test_a_shared_trip_is_neither_kept_nor_indexed_nor_lets_scripts_run(
    chat: SimpleNamespace, known: bool
) -> None:
    token = chat.store.shares.create("anns-1", "Ann") if known else "unknown"
    headers = chat.http.get(f"/trip/{token}").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex"
    assert headers.get_list("content-security-policy") == [headers["content-security-policy"]]
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src")
    assert "script" not in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


def test_an_unknown_or_revoked_link_says_so_in_a_sentence(chat: SimpleNamespace) -> None:
    token = chat.store.shares.create("anns-1", "Ann")
    chat.store.shares.revoke("anns-1", "Ann")
    for one in (token, "anns-1", "x" * 500, "%00", "'; DROP TABLE shares"):
        answer = chat.http.get(f"/trip/{one}")
        assert (answer.status_code, answer.text) == (404, GONE)


def test_a_damaged_trip_is_told_without_its_inside(chat: SimpleNamespace) -> None:
    chat.agent.trips["anns-1"] = DataError("/home/ann/threads.sqlite is damaged")
    answer = chat.http.get(f"/trip/{chat.store.shares.create('anns-1', 'Ann')}")
    assert answer.status_code == 503
    assert "/home" not in answer.text


# -- a user's data -------------------------------------------------------------------------------


def zipped(chat: SimpleNamespace, name: str) -> dict[str, str]:
    answer = chat.http.get("/my-data", headers=as_(name))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "attachment" in answer.headers["content-disposition"]
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    return {n: archive.read(n).decode() for n in archive.namelist()}


def test_all_of_ones_own_is_there_and_nothing_of_anothers(chat: SimpleNamespace) -> None:
    token = chat.store.shares.create("anns-1", "Ann")
    files = zipped(chat, "Ann")
    folders = sorted({n.split("/")[0] for n in files if "/" in n})
    assert len(folders) == 2
    assert all(f[10:] in {"-ann-s-lisbon-anns1", "-ann-s-lisbon-anns2"} for f in folders)
    first = folders[0]
    assert Itinerary.from_json(files[f"{first}/trip.json"]) == toured()
    assert "Naples" in files[f"{first}/trip.md"]
    assert f"{folders[1]}/trip.json" not in files
    said = json.loads(files[f"{first}/conversation.json"])
    assert [s["output"] for s in said["steps"]] == ["Words of anns-1"]
    assert said["agent"][1]["calls"] == [{"name": "plan_days", "args": {"days": 2}}]
    assert [f["comment"] for f in json.loads(files["feedback.json"])] == ["anns-1", "anns-2"]
    account = json.loads(files["account.json"])
    assert account["identifier"] == "Ann" and account["shared"][0]["token"] == token
    named = {n.rpartition("/")[2] for n in files} - {"README.txt"}
    assert all(name in files["README.txt"] for name in named)
    assert not any("bobs-1" in text or "Bob" in text for text in files.values())


def test_a_trip_that_cannot_be_read_hides_no_other(chat: SimpleNamespace) -> None:
    chat.agent.trips["anns-2"] = DataError("The stored trip can't be read.")
    files = zipped(chat, "Ann")
    (told,) = [t for n, t in files.items() if n.endswith("/trip-unreadable.txt")]
    assert told == "The stored trip can't be read.\n"
    assert sum(n.endswith("/conversation.json") for n in files) == 2
    assert sum(n.endswith("/trip.json") for n in files) == 1


def test_who_was_never_here_has_nothing(chat: SimpleNamespace) -> None:
    assert sorted(zipped(chat, "Cleo")) == ["README.txt", "account.json", "feedback.json"]


def test_without_a_login_there_is_no_data(chat: SimpleNamespace) -> None:
    confirmed = {"confirm": "delete"}
    assert chat.http.get("/my-data").status_code == 401
    assert chat.http.post("/my-data/delete", json=confirmed).status_code == 401
    forged = {"Cookie": as_("Ann")["Cookie"][:-4] + "AAAA"}
    assert chat.http.get("/my-data", headers=forged).status_code == 401
    assert asyncio.run(chat.store.get_user("Ann")) is not None


def test_deleting_takes_all_of_ones_own_and_nothing_of_anothers(
    chat: SimpleNamespace, tmp_path: Path
) -> None:
    token = chat.store.shares.create("anns-1", "Ann")
    bobs = chat.store.shares.create("bobs-1", "Bob")
    before = zipped(chat, "Bob")
    headers = {**as_("Ann"), "Origin": "http://127.0.0.1:8000"}
    answer = chat.http.post("/my-data/delete", json={"confirm": "delete"}, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "threads": 2})
    assert 'access_token=""' in answer.headers["set-cookie"]
    assert sorted(set(chat.agent.forgotten)) == ["anns-1", "anns-2"]
    assert asyncio.run(chat.store.get_user("Ann")) is None
    assert chat.http.get(f"/trip/{token}").status_code == 404
    assert zipped(chat, "Bob") == before
    assert chat.http.get(f"/trip/{bobs}").status_code == 200
    asyncio.run(chat.store.close())
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Words of bobs-1" in held
    assert b"Words of anns-1" not in held and b"Ann" not in held


def test_what_a_page_still_sends_of_a_deleted_trip_is_not_kept(chat: SimpleNamespace) -> None:
    asyncio.run(chat.store.delete_thread("anns-1"))
    late = {
        "id": "late",
        "threadId": "anns-1",
        "output": "late",
        "createdAt": "2026-11-23T09:00:00Z",
    }
    asyncio.run(chat.store.create_step(cast("Any", late)))
    asyncio.run(chat.store.update_thread("anns-1", metadata={"chat_settings": {}}))
    assert asyncio.run(chat.store.get_thread("anns-1")) is None


@pytest.mark.parametrize("body", ["", "[]", '"delete"', '{"confirm": "yes"}', "{"])
def test_nothing_is_deleted_unless_it_is_confirmed(chat: SimpleNamespace, body: str) -> None:
    answer = chat.http.post("/my-data/delete", content=body, headers=as_("Ann"))
    assert answer.status_code == 400
    assert len(zipped(chat, "Ann")) == 3 + 2 + 2


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1:9000", "null", "http://127.0.0.1:8000.evil.example"],
)
def test_another_page_deletes_nothing(chat: SimpleNamespace, origin: str) -> None:
    headers = {**as_("Ann"), "Origin": origin}
    answer = chat.http.post("/my-data/delete", json={"confirm": "delete"}, headers=headers)
    assert answer.status_code == 403
    assert asyncio.run(chat.store.get_user("Ann")) is not None


def test_behind_a_proxy_the_address_of_the_settings_is_its_own(
    chat: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINLIT_URL", "https://trips.example")
    headers = {**as_("Cleo"), "Origin": "https://trips.example"}
    body = {"confirm": "delete"}
    assert chat.http.post("/my-data/delete", json=body, headers=headers).status_code == 200


# -- logins by a provider ------------------------------------------------------------------------


@pytest.fixture
def provider(chat: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Google as Chainlit knows it, but for its answers; what it tells can be changed."""
    monkeypatch.setenv("OAUTH_GOOGLE_CLIENT_ID", "id")
    monkeypatch.setenv("OAUTH_GOOGLE_CLIENT_SECRET", "secret")
    monkeypatch.setattr(config.code, "oauth_callback", log_in_by_provider)
    monkeypatch.setattr(config.code, "password_auth_callback", None)
    told = {"id": "1093", "email": "ann@example.org", "verified_email": True, "picture": "x"}

    async def get_token(code: str, url: str) -> str:
        assert code == "right" and url.endswith("/auth/oauth/google/callback")
        return "token"

    async def get_user_info(token: str) -> tuple[dict[str, Any], User]:
        return told, User(identifier=str(told["email"]), metadata={"image": told["picture"]})

    google = get_oauth_provider("google")
    monkeypatch.setattr(google, "client_id", "id")
    monkeypatch.setattr(google, "get_token", get_token)
    monkeypatch.setattr(google, "get_user_info", get_user_info)
    return SimpleNamespace(told=told, http=_client(Guard(chainlit.server.app)), store=chat.store)


def log_in(provider: SimpleNamespace) -> Any:
    """The way of a browser: to the provider, and back with a code."""
    away = provider.http.get("/auth/oauth/google")
    assert away.headers["location"].startswith("https://accounts.google.com/")
    assert away.status_code in {302, 307}
    (state,) = parse_qs(urlsplit(away.headers["location"]).query)["state"]
    answer = {"code": "right", "state": state}
    return provider.http.get("/auth/oauth/google/callback", params=answer)


def test_the_login_page_offers_the_provider(provider: SimpleNamespace) -> None:
    found = provider.http.get("/auth/config").json()
    assert found["oauthProviders"] == ["google"]
    assert found["requireLogin"] is True and found["passwordAuth"] is False
    page = provider.http.get("/login", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "set-cookie" not in page.headers  # on loopback nobody is let in without it either
    policy = page.headers["content-security-policy"]
    assert "form-action" not in policy and "navigate-to" not in policy


def test_whom_the_provider_names_is_let_in(provider: SimpleNamespace) -> None:
    back = log_in(provider)
    assert back.headers["location"].startswith("/login/callback?success=True")
    user = provider.http.get("/user").json()
    assert (user["identifier"], user["display_name"]) == ("google:1093", "ann@example.org")
    assert user["metadata"] == {"provider": "google"}
    assert asyncio.run(provider.store.get_user("google:1093")) is not None


def test_who_is_not_on_the_list_is_not(
    provider: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIPWRIGHT_ALLOWED_USERS", "@elsewhere.example")
    back = log_in(provider)
    assert back.headers["location"].endswith("/login?error=oauthSignin")
    assert provider.http.get("/user").status_code == 401
    monkeypatch.setenv("TRIPWRIGHT_ALLOWED_USERS", "@elsewhere.example, @example.org")
    assert "success=True" in log_in(provider).headers["location"]


def test_an_answer_that_nobody_asked_for_logs_nobody_in(provider: SimpleNamespace) -> None:
    back = provider.http.get("/auth/oauth/google/callback?code=right&state=guessed")
    assert back.headers["location"].endswith("/login?error=oauthSignin")


def test_a_posted_answer_of_a_provider_passes_the_guard(provider: SimpleNamespace) -> None:
    path, origin = "/auth/oauth/azure-ad-hybrid/callback", "https://login.microsoftonline.com"
    answer = provider.http.post(path, data={"error": "denied"}, headers={"Origin": origin})
    assert answer.status_code == 303
    assert answer.headers["location"].endswith("/login?error=oauthSignin")
