"""One's own data in a real browser: seen, taken along, a link taken back, everything deleted."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from agent.words import words_for
from tests.browser.server import Server, drive

ASK = "3 days in Lisbon for two, art and food, 500 euros"
PLAN = {
    "destination": "Lisbon", "days": 3, "start_date": "4 December", "travellers": 2,
    "budget": 500, "interests": ["art", "food"],
}  # fmt: skip
SCRIPT: list[Any] = [[["plan_days", PLAN]], "Your 3 days in Lisbon are planned."]
SIZES = {"desk": (1280, 860, "light"), "phone": (390, 844, "dark")}
LANGUAGES = {"de": "de-DE", "fr": "fr-FR", "es": "es-ES", "ja": "ja-JP"}


@pytest.fixture(scope="module", params=SIZES)
def account(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    node: str,
    chromium: str,
) -> Iterator[dict[str, Any]]:
    """All that was seen from the first trip to the end of it all."""
    name = str(request.param)
    width, height, theme = SIZES[name]
    folder = tmp_path_factory.mktemp(f"account-{name}")
    with Server(folder, SCRIPT) as server:
        seen = drive(
            node, out=str(folder), chromium=chromium, name=name, scene="account",
            width=width, height=height, theme=theme, url=server.url, ask=ASK,
        )  # fmt: skip
        assert "failed" not in seen, f"{seen['failed']}\n{server.log.read_text()[-3000:]}"
    print(f"screenshots: {folder}")
    yield {**seen, "theme": theme, "width": width}


def test_the_chat_leads_there(account: dict[str, Any]) -> None:
    assert account["way"] == "Your data"
    box = account["box"]
    assert box["width"] >= 24 and box["height"] >= 24
    assert box["x"] >= 0 and box["x"] + box["width"] <= account["width"]
    assert account["path"] == "/account"


def test_it_says_who_what_and_what_is_shared(account: dict[str, Any]) -> None:
    for told in ("traveller", "1 trip", "3 days in Lisbon", "Stop sharing", "Delete everything"):
        assert told in account["shown"]
    assert "No trip is shared" not in account["shown"]
    assert account["dark"] == account["theme"]
    assert account["wide"] == 0


def test_the_file_has_the_trip(account: dict[str, Any]) -> None:
    with zipfile.ZipFile(account["file"]) as archive:
        assert any(name.endswith("/trip.json") for name in archive.namelist())


def test_a_link_taken_back_leads_nowhere(account: dict[str, Any]) -> None:
    assert account["linked"] == [200, 404]
    assert account["ended"] == "The link no longer works."


def test_deleting_asks_once_more_and_then_all_is_gone(account: dict[str, Any]) -> None:
    assert account["focus"] == "keep", "a slip of the finger deletes nothing"
    assert account["kept"] == "1 trip"
    assert "Everything is deleted" in account["gone"] and "Lisbon" not in account["gone"]
    assert account["focus_gone"] == "H1"
    assert account["after"] == "0 trips"


def test_axe_finds_nothing(account: dict[str, Any]) -> None:
    assert account["audit"] == {"account": [], "sure?": [], "gone": []}


def test_nothing_outside_and_nothing_that_the_policy_forbids(account: dict[str, Any]) -> None:
    asked = [u for u in account["requests"] if not u.startswith(("data:", "blob:"))]
    assert {urlsplit(url).hostname for url in asked} == {"127.0.0.1"}
    assert any(urlsplit(url).path == "/my-data/delete" for url in asked)
    assert account["errors"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_its_readers_language(
    tmp_path_factory: pytest.TempPathFactory, node: str, chromium: str, language: str
) -> None:
    folder = tmp_path_factory.mktemp(f"account-{language}")
    width, height, theme = SIZES["desk"]
    with Server(folder, []) as server:
        seen = drive(
            node, out=str(folder), chromium=chromium, name=language, scene="accountAbroad",
            width=width, height=height, theme=theme, url=server.url, locale=LANGUAGES[language],
        )  # fmt: skip
        assert "failed" not in seen, f"{seen['failed']}\n{server.log.read_text()[-3000:]}"
    words = words_for(language)
    assert seen["way"] == words.text("account.title")
    assert seen["language"] == language
    for key in ("account.title", "account.back", "account.download", "account.delete"):
        assert words.text(key) in seen["shown"]
    assert words.text("account.sure") in seen["asked"]
    assert seen["errors"] == []
