"""One visit in a real browser: ask, see, change, reload, a second tab; on a desk and on a phone.

The server is the real one with a scripted model, so that tools, threads and page are under test
and not the model's mood.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.server import Server, drive

ASK = "3 days in Lisbon for two, art and food, easy pace, 500 euros"
CHANGE = "swap day 1 and day 2"
FOREIGN = "Ich möchte bitte drei Tage nach Rom fahren und gut essen"
EXPORT = "give me a calendar file"
PLAN = {
    "destination": "Lisbon",
    "days": 3,
    "start_date": "4 December",
    "travellers": 2,
    "budget": 500,
    "interests": ["art", "food"],
    "pace": "relaxed",
}
SCRIPT: list[Any] = [
    [["plan_days", PLAN]],
    "Your 3 days in Lisbon are planned.",
    [["swap_days", {"day": 1, "other_day": 2}]],
    "Day 1 and day 2 are swapped.",
    [["export_trip", {"format": "ics"}]],
    "Your calendar is ready.",
]
VISITS = {"desk": (1280, 860, "light"), "phone": (390, 844, "dark")}


@pytest.fixture(scope="module", params=VISITS)
def visit(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    node: str,
    chromium: str,
) -> Iterator[dict[str, Any]]:
    """All that was seen in one visit, and after a restart of the server."""
    name = str(request.param)
    width, height, theme = VISITS[name]
    folder = tmp_path_factory.mktemp(f"chat-{name}")
    given = {
        "out": str(folder), "chromium": chromium, "name": name,
        "width": width, "height": height, "theme": theme,
    }  # fmt: skip
    with Server(folder, SCRIPT) as server:
        seen = drive(
            node, **given, url=server.url, ask=ASK, change=CHANGE, export=EXPORT, scene="visit"
        )
        assert "failed" not in seen, f"{seen['failed']}\n{server.log.read_text()[-3000:]}"
    with Server(folder, []) as server:
        path = urlsplit(seen["address"]).path
        seen["again"] = drive(
            node, **given, url=server.url, path=path, scene="comeBack", foreign=FOREIGN
        )
        assert "failed" not in seen["again"], seen["again"]["failed"]
    print(f"screenshots: {folder}")
    yield seen


def test_request_gives_three_days_on_list_and_map(visit: dict[str, Any]) -> None:
    first = visit["boards"]["first"]
    assert first["title"] == "3 days in Lisbon"
    assert first["tabs"] == ["All days", "Day 1", "Day 2", "Day 3"]
    assert len(first["days"]) == 3
    assert all(len(day) >= 3 for day in first["days"])
    assert first["pins"] == sum(map(len, first["days"]))
    assert first["ways"] >= 6
    assert "of €500" in first["cost"]
    assert "November 2026" in first["foot"]


def test_the_call_is_shown_with_its_input_and_result(visit: dict[str, Any]) -> None:
    assert visit["steps"] == 1
    assert "Plan the days" in visit["step"]
    assert "destination: Lisbon" in visit["step"]
    assert "start: Fri 4 Dec 2026" in visit["step"]
    assert "{" not in visit["step"]


def test_a_day_shows_its_ways_and_is_linked_with_the_map(visit: dict[str, Any]) -> None:
    day = visit["day"]
    assert len(day["legs"]) == len(day["stops"]) + 1
    assert all("min" in leg for leg in day["legs"])
    assert day["pins"] == len(day["stops"])
    assert visit["linked"] == ["1-2", "1-1"]


def test_only_what_was_asked_for_changes(visit: dict[str, Any]) -> None:
    first, changed = visit["boards"]["first"], visit["boards"]["changed"]
    assert changed["changed"] == ["Swapped day 1 and day 2."]
    names = [[row.split(" ", 1)[1] for row in day] for day in first["days"]]
    after = [[row.split(" ", 1)[1] for row in day] for day in changed["days"]]
    assert [sorted(after[1]), sorted(after[0])] == [sorted(names[0]), sorted(names[1])]
    assert changed["days"][2] == first["days"][2]


@pytest.mark.parametrize("where", ["reloaded", "other", "first_tab_after"])
def test_reload_and_second_tab_have_the_trip(visit: dict[str, Any], where: str) -> None:
    changed, found = visit["boards"]["changed"], visit["boards"][where]
    assert found["days"] == changed["days"]
    assert found["pins"] == changed["pins"]
    assert visit["earlier"] == 1  # the first plan; the changed one is not shown twice


def test_reload_after_the_first_message_has_the_trip(visit: dict[str, Any]) -> None:
    assert urlsplit(visit["address_first"]).path.startswith("/thread/")
    assert visit["boards"]["reloaded_first"]["days"] == visit["boards"]["first"]["days"]


def test_restarted_server_has_the_trip(visit: dict[str, Any]) -> None:
    again = visit["again"]
    assert again["boards"]["returned"]["days"] == visit["boards"]["changed"]["days"]
    assert again["errors"] == []


def test_what_cannot_be_answered_is_told_in_one_sentence(visit: dict[str, Any]) -> None:
    assert "English" in visit["again"]["refused"]
    assert visit["again"]["refused"].count(".") == 1


def test_stop_stops_and_leaves_the_trip(tmp_path: Path, node: str, chromium: str) -> None:
    script = [[["plan_days", PLAN]], [["plan_days", PLAN]], "Your 3 days in Lisbon are planned."]
    with Server(tmp_path, script, TRIPWRIGHT_PLANNING_SECONDS="6") as server:
        seen = drive(
            node,
            out=str(tmp_path),
            chromium=chromium,
            name="stop",
            width=1280,
            height=860,
            theme="light",
            url=server.url,
            ask=ASK,
            scene="stop",
        )
        assert "failed" not in seen, f"{seen['failed']}\n{server.log.read_text()[-3000:]}"
    assert seen["boards_after_stop"] == 0
    assert len(seen["boards"]["again"]["days"]) == 3
    assert seen["errors"] == []


def test_export_comes_as_a_file_and_stays(visit: dict[str, Any]) -> None:
    assert visit["file"] == "lisbon-2026-12-04.ics"
    assert visit["file_reloaded"].startswith("data:text/calendar;base64,")


def test_nothing_outside_loopback_is_asked_for(visit: dict[str, Any]) -> None:
    asked = [*visit["requests"], *visit["again"]["requests"]]
    assert len(asked) > 20
    kept = [u for u in asked if not u.startswith(("data:", "blob:"))]
    assert {urlsplit(url).hostname for url in kept} == {"127.0.0.1"}


def test_no_error_and_no_sideways_scrolling(visit: dict[str, Any]) -> None:
    assert visit["errors"] == []
    assert {board["wide"] for board in visit["boards"].values()} == {0}
    assert visit["land"] > 0
