"""The page of one's own data over HTTP, in this process: what it says, to whom, and its policy."""

from __future__ import annotations

import asyncio
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("chainlit")

from chainlit.auth import create_jwt
from chainlit.user import User

from agent.words import LANGUAGES, words_for
from tests.agent.test_chat_routes import as_, chat
from tools.errors import DataError

__all__ = ["chat"]  # the fixture

HERE = {"Origin": "http://127.0.0.1:8000"}


class Page(HTMLParser):
    """The parts of a page that a test asks for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self._in: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes it."""
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in {"meta", "link"}:
            self._in.append(given.get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        """Leaves it."""
        self._in.pop()

    def handle_data(self, data: str) -> None:
        """Text of the innermost element with an id."""
        for id in filter(None, reversed(self._in)):
            self.text[id] = self.text.get(id, "") + data
            break

    def threads(self) -> list[str | None]:
        """Of which a link can be ended."""
        return [given["data-thread"] for _, given in self.tags if "data-thread" in given]


def page(chat: SimpleNamespace, name: str, **headers: str) -> Any:
    answer = chat.http.get("/account", headers={**as_(name), "Accept": "text/html", **headers})
    assert answer.status_code == 200, answer.text
    return answer


def test_it_says_who_what_and_what_is_shared(chat: SimpleNamespace) -> None:
    token = chat.store.shares.create("anns-1", "Ann")
    bobs = chat.store.shares.create("bobs-1", "Bob")
    answer = page(chat, "Ann")
    found = Page(answer.text)
    assert (found.text["who"], found.text["kept"]) == ("Ann", "2 trips")
    assert found.text["trip-1"] == "5 days in Rome, Naples and London"
    assert ("a", f"/trip/{token}") in [(tag, given.get("href")) for tag, given in found.tags]
    assert found.threads() == ["anns-1"]
    assert bobs not in answer.text and "Bob" not in answer.text and "bobs-1" not in answer.text


def test_a_trip_that_cannot_be_read_is_called_as_its_thread(chat: SimpleNamespace) -> None:
    for thread, trip in (("anns-1", DataError("/home/ann is damaged")), ("anns-2", None)):
        chat.agent.trips[thread] = trip
        chat.store.shares.create(thread, "Ann")
    found = Page(page(chat, "Ann").text)
    assert found.text["trip-1"] == found.text["trip-2"] == "Ann's ../Lisbon!"
    assert found.threads() == ["anns-1", "anns-2"]


def test_who_shares_nothing_is_told_so(chat: SimpleNamespace) -> None:
    found = Page(page(chat, "Bob").text)
    assert found.threads() == []
    assert [given for _, given in found.tags if given.get("id") == "none"] == [{"id": "none"}]


def test_names_are_text_whatever_they_are(chat: SimpleNamespace) -> None:
    name = "<script>alert(1)</script>"
    answer = page(chat, name)
    assert name not in answer.text
    assert Page(answer.text).text["who"] == name


def test_a_shown_name_stands_instead_of_a_providers_number(chat: SimpleNamespace) -> None:
    token = create_jwt(User(identifier="google:1093", display_name="ann@example.org"))
    answer = chat.http.get("/account", headers={"Cookie": f"access_token={token}"})
    assert Page(answer.text).text["who"] == "ann@example.org"
    assert "1093" not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_browsers_first_language(chat: SimpleNamespace, language: str) -> None:
    chat.store.shares.create("anns-1", "Ann")
    accept = {"Accept-Language": f"{language}-XX,en;q=0.8"}
    answer = page(chat, "Ann", **accept)
    words = words_for(language)
    shown = Page(answer.text)
    assert ("html", {"lang": language}) in shown.tags
    assert shown.text["kept"] == words.count("account.trips", 2)
    assert shown.text["delete"] == words.text("account.delete")
    assert shown.text["stop-1"] == words.ui["stop_sharing"]
    cities = words.listed(["Rome", "Naples", "London"])
    assert shown.text["trip-1"] == words.count("title", 5, city=cities)


@pytest.mark.parametrize("accept", ["", "*", "xx", ";;q=,,", "nl, de;q=0.9"])
def test_other_languages_are_english(chat: SimpleNamespace, accept: str) -> None:
    answer = page(chat, "Ann", **{"Accept-Language": accept})
    assert Page(answer.text).text["delete"] == "Delete everything"


def test_only_its_own_script_runs_and_nothing_is_kept(chat: SimpleNamespace) -> None:
    answers = [page(chat, "Ann"), page(chat, "Ann")]
    nonces = set()
    for answer in answers:
        (policy,) = answer.headers.get_list("content-security-policy")
        (nonce,) = set(re.findall(r"'nonce-([\w-]{16,})'", policy))
        nonces.add(nonce)
        assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy and "http" not in policy
        for tag, given in Page(answer.text).tags:
            assert tag not in {"script", "style"} or given == {"nonce": nonce}
            assert not any(key.startswith("on") or key == "style" for key in given), (tag, given)
            for key in ("src", "href"):
                address = given.get(key) or "/"
                assert address.startswith("/") and not address.startswith("//"), address
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert len(nonces) == 2


def test_without_a_login_a_page_says_so(chat: SimpleNamespace) -> None:
    forged = {"Cookie": as_("Ann")["Cookie"][:-4] + "AAAA"}
    for headers in ({}, forged):
        answer = chat.http.get("/account", headers=headers)
        assert answer.status_code == 401
        assert "Log in first" in answer.text and "Ann" not in answer.text
        assert "data-thread" not in answer.text and "/my-data" not in answer.text


# -- links taken back ----------------------------------------------------------------------------


def unshare(chat: SimpleNamespace, name: str, body: Any, **headers: str) -> Any:
    return chat.http.post("/my-data/unshare", json=body, headers={**as_(name), **headers})


def test_a_link_is_ended(chat: SimpleNamespace) -> None:
    token = chat.store.shares.create("anns-1", "Ann")
    answer = unshare(chat, "Ann", {"thread": "anns-1"}, **HERE)
    assert (answer.status_code, answer.json()) == (200, {"success": True, "ended": True})
    assert chat.http.get(f"/trip/{token}").status_code == 404
    assert Page(page(chat, "Ann").text).threads() == []
    assert unshare(chat, "Ann", {"thread": "anns-1"}).json()["ended"] is False
    assert asyncio.run(chat.store.get_thread("anns-1")) is not None


def test_anothers_link_is_not_nor_by_another_page(chat: SimpleNamespace) -> None:
    token = chat.store.shares.create("bobs-1", "Bob")
    assert unshare(chat, "Ann", {"thread": "bobs-1"}).status_code == 404
    assert unshare(chat, "Ann", {"thread": "nobodys"}).status_code == 404
    foreign = unshare(chat, "Bob", {"thread": "bobs-1"}, Origin="https://evil.example")
    assert foreign.status_code == 403
    assert chat.http.post("/my-data/unshare", json={"thread": "bobs-1"}).status_code == 401
    assert chat.http.get(f"/trip/{token}").status_code == 200


@pytest.mark.parametrize("body", [None, [], "bobs-1", {}, {"thread": 1}, {"thread": None}])
def test_a_request_without_a_thread_is_refused(chat: SimpleNamespace, body: Any) -> None:
    token = chat.store.shares.create("bobs-1", "Bob")
    assert unshare(chat, "Bob", body).status_code == 400
    assert chat.http.get(f"/trip/{token}").status_code == 200
