"""Two users at a real server: each sees and touches their own threads, and nothing of the other's.

The model is scripted; everything else is the chat as it is served.
"""

from __future__ import annotations

import io
import time
import uuid
import zipfile
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

pytest.importorskip("chainlit")

from agent.share import ShareLinks
from tests.agent.chat_client import ChatClient, Socket
from tests.browser.test_chat import EXPORT, PLAN, SCRIPT, Server

PASSWORD = "correct horse"
THEIRS: list[Any] = [[["plan_days", {**PLAN, "destination": "Rome"}]], "Rome is planned."]
"""After Ann's."""


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Ann has a trip to Lisbon with a calendar file and a thumb, Bob one to Rome."""
    folder = tmp_path_factory.mktemp("owners")
    script = [*SCRIPT[:2], *SCRIPT[4:6], *THEIRS, "Hello.", "Hello."]
    with (
        Server(folder, script, TRIPWRIGHT_PASSWORD=PASSWORD) as server,
        ChatClient(server.url, "Ann", PASSWORD) as ann,
        ChatClient(server.url, "Bob", PASSWORD) as bob,
    ):
        anns, bobs = Socket(ann), Socket(bob)
        anns.say("3 days in Lisbon")
        told = anns.say(EXPORT)
        bobs.say("Rome")
        (thread,) = ann.threads()
        kept = settled(ann, thread["id"])
        answer = [s for s in kept["steps"] if s["type"] == "assistant_message"][-1]
        thumb = {"feedback": {"forId": answer["id"], "value": 1}, "sessionId": anns.session}
        given = ann.http.put("/feedback", json=thumb)
        assert given.status_code == 200, given.text
        keys = [e[1].get("chainlitKey") for e in told if e[0] == "element"]
        yield SimpleNamespace(
            ann=ann, bob=bob, anns=anns, bobs=bobs, thread=thread["id"], kept=kept,
            bobs_thread=bob.threads()[0]["id"], answer=answer, thumb=given.json()["feedbackId"],
            file=next(filter(None, keys)), url=server.url, links=folder / "home" / "chat.sqlite",
        )  # fmt: skip


def settled(ann: ChatClient, thread: str) -> dict[str, Any]:
    """Ann's thread when the file is kept too: it is written while the page has it already."""
    until = time.monotonic() + 20
    while True:
        kept: dict[str, Any] = ann.http.get(f"/project/thread/{thread}").json()
        if {"file", "custom"} <= {e["type"] for e in kept["elements"]}:
            return kept
        assert time.monotonic() < until, kept["elements"]
        time.sleep(0.1)


def now_kept(chat: SimpleNamespace) -> dict[str, Any]:
    """Ann's thread as she sees it, without the thumbs."""
    found: dict[str, Any] = chat.ann.http.get(f"/project/thread/{chat.thread}").json()
    return found


@pytest.fixture(autouse=True)
def unharmed(chat: SimpleNamespace) -> Iterator[None]:
    """Whatever a test tries, Ann's thread is as it was."""
    before = now_kept(chat)
    yield
    assert now_kept(chat) == before


def test_each_lists_their_own(chat: SimpleNamespace) -> None:
    assert [t["id"] for t in chat.ann.threads()] == [chat.thread]
    assert [t["id"] for t in chat.bob.threads()] == [chat.bobs_thread]
    assert chat.bob.threads(search="Lisbon") == []
    assert chat.bob.threads(userId=chat.kept["userId"])[0]["id"] == chat.bobs_thread
    assert {e["name"] for e in chat.kept["elements"]} == {"TripBoard", "lisbon-2026-12-04.ics"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/project/thread/{thread}", None),
        ("GET", "/project/thread/{thread}/element/{element}", None),
        ("PUT", "/project/thread", {"threadId": "{thread}", "name": "Mine"}),
        ("DELETE", "/project/thread", {"threadId": "{thread}"}),
        ("PUT", "/project/thread/share", {"threadId": "{thread}", "isShared": True}),
        ("GET", "/project/share/{thread}", None),
        ("GET", "/project/file/{file}?session_id={session}", None),
        ("POST", "/project/action", {"sessionId": "{session}", "action": {"name": "x"}}),
        ("PUT", "/feedback", {"sessionId": "", "feedback": {"forId": "{answer}", "value": 0}}),
        ("PUT", "/feedback", {"feedback": {"id": "{thumb}", "forId": "{own}", "value": 0}}),
        ("DELETE", "/feedback", {"feedbackId": "{thumb}"}),
    ],
)
@pytest.mark.parametrize("who", ["bob", "nobody"])
def test_anothers_is_refused(
    chat: SimpleNamespace, who: str, method: str, path: str, body: dict[str, Any] | None
) -> None:
    own = chat.bob.http.get(f"/project/thread/{chat.bobs_thread}").json()["steps"][-1]["id"]
    names = {
        "thread": chat.thread, "element": chat.kept["elements"][0]["id"], "file": chat.file,
        "session": chat.anns.session, "answer": chat.answer["id"], "thumb": chat.thumb, "own": own,
    }  # fmt: skip
    asked = None if body is None else {"sessionId": chat.bobs.session, **filled(body, names)}
    cookies = dict(chat.bob.http.cookies) if who == "bob" else {}
    answer = httpx.request(
        method, chat.url + path.format_map(names), json=asked, cookies=cookies, timeout=30
    )
    assert answer.status_code in {401, 403, 404}, answer.text
    assert "Lisbon" not in answer.text


def filled(body: Any, names: dict[str, str]) -> Any:
    """The body with its names put in."""
    if isinstance(body, dict):
        return {key: filled(value, names) for key, value in body.items()}
    return body.format_map(names) if isinstance(body, str) else body


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("session", ["bobs", "anns"])
@pytest.mark.parametrize("thread", ["", "bobs_thread", "thread"])
def test_anothers_elements_stay_whichever_session_is_named(
    chat: SimpleNamespace, method: str, session: str, thread: str
) -> None:
    board = next(e for e in chat.kept["elements"] if e["type"] == "custom")
    element = {**board, "props": {"title": "Taken"}, "threadId": getattr(chat, thread, "")}
    asked = {"element": element, "sessionId": getattr(chat, session).session}
    answer = chat.bob.http.request(method, "/project/element", json=asked)
    assert answer.status_code == 404, answer.text


def test_no_element_can_be_put_into_anothers_thread(chat: SimpleNamespace) -> None:
    element = {
        "id": str(uuid.uuid4()), "type": "custom", "name": "TripBoard", "display": "inline",
        "props": {"title": "Not yours"}, "threadId": chat.thread, "forId": chat.answer["id"],
    }  # fmt: skip
    asked = {"element": element, "sessionId": chat.bobs.session}
    assert chat.bob.http.put("/project/element", json=asked).status_code == 404


def test_ones_own_element_can_be_changed(chat: SimpleNamespace) -> None:
    path = f"/project/thread/{chat.bobs_thread}"
    board = chat.bob.http.get(path).json()["elements"][0]
    changed = {**board, "props": {**board["props"], "title": "My Rome"}}
    asked = {"element": changed, "sessionId": chat.bobs.session}
    assert chat.bob.http.put("/project/element", json=asked).status_code == 200
    assert chat.bob.http.get(f"{path}/element/{board['id']}").json()["props"]["title"] == "My Rome"


def test_a_thread_of_another_cannot_be_resumed(chat: SimpleNamespace) -> None:
    assert Socket(chat.bob, thread=chat.thread).refused
    assert Socket(chat.bob, session=chat.anns.session).refused
    again = Socket(chat.ann, thread=chat.thread)
    assert again.until("resume_thread")[-1][1]["id"] == chat.thread


def test_a_thread_that_the_page_does_not_keep_is_not_entered(chat: SimpleNamespace) -> None:
    """Such as one of the command line's, "default", on the same machine."""
    guest = Socket(chat.bob, thread="default")
    guest.until("resume_thread_error")
    started = guest.say("hello")
    assert "default" not in {e[1].get("threadId") for e in started if isinstance(e[1:2], dict)}
    ids = {thread["id"] for thread in chat.bob.threads()}
    assert "default" not in ids and len(ids) == 2
    for id in ids - {chat.bobs_thread}:
        chat.bob.http.request("DELETE", "/project/thread", json={"threadId": id})


def test_a_message_with_anothers_id_overwrites_nothing(chat: SimpleNamespace) -> None:
    first = next(s for s in chat.kept["steps"] if s["type"] == "user_message")
    chat.bobs.say("x" * 9000, id=first["id"])  # refused before the model is asked
    steps = chat.ann.http.get(f"/project/thread/{chat.thread}").json()["steps"]
    kept = next(step for step in steps if step["id"] == first["id"])
    assert (kept["output"], kept["threadId"]) == (first["output"], chat.thread)


def test_a_link_opens_the_trip_to_anybody_until_the_thread_is_gone(chat: SimpleNamespace) -> None:
    links = ShareLinks(chat.links)
    token = links.create(chat.bobs_thread, "Bob")
    shown = httpx.get(f"{chat.url}/trip/{token}")
    assert shown.status_code == 200
    assert "Rome" in shown.text and "Rome is planned." not in shown.text
    assert links.revoke(chat.bobs_thread, "Bob")
    links.close()
    assert httpx.get(f"{chat.url}/trip/{token}").status_code == 404


def test_all_of_a_user_can_be_taken_along_and_deleted(chat: SimpleNamespace) -> None:
    with ChatClient(chat.url, "Cleo", PASSWORD) as cleo:
        page = Socket(cleo)
        page.say("hello, it is me")
        archive = zipfile.ZipFile(io.BytesIO(cleo.http.get("/my-data").content))
        held = "".join(archive.read(name).decode() for name in archive.namelist())
        assert "hello, it is me" in held
        assert "Lisbon" not in held and "Rome" not in held
        confirmed = {"confirm": "delete"}
        assert cleo.http.post("/my-data/delete", json=confirmed).json()["threads"] == 1
        assert cleo.http.get("/user").status_code == 401
    with ChatClient(chat.url, "Cleo", PASSWORD) as cleo:
        assert cleo.threads() == []
        assert "hello, it is me" not in cleo.http.get("/my-data").text


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_other_pages_can_change_nothing(chat: SimpleNamespace, origin: str) -> None:
    body = {"threadId": chat.thread}
    headers = {"Origin": origin}
    answer = chat.ann.http.request("DELETE", "/project/thread", json=body, headers=headers)
    assert answer.status_code == 403
    assert Socket(chat.ann, Origin=origin).refused


def test_a_page_of_its_own_address_is_heard(chat: SimpleNamespace) -> None:
    answer = chat.ann.http.post(
        "/project/threads",
        json={"pagination": {"first": 1}, "filter": {}},
        headers={"Origin": chat.url},
    )
    assert answer.status_code == 200


def test_a_thread_that_is_not_there_is_not_found(chat: SimpleNamespace) -> None:
    assert chat.bob.http.get(f"/project/thread/{uuid.uuid4()}").status_code == 404
