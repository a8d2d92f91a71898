"""What comes between: a reload in the middle of a turn, quick replies, files dropped in, copies."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.script import ASK, CHANGE, OTHER, QUICK, SLOW, SLOW_WORDS, TOLD, UNDO
from tests.browser.server import Server, play

STOPPED = "Stopped. Your trip is as it was before."
EASIER, DAY_1 = QUICK


@pytest.fixture(scope="module")
def flow(
    at_home: Server, tmp_path_factory: pytest.TempPathFactory, node: str, chromium: str
) -> dict[str, Any]:
    """All that was seen in the three scenes, by their names."""
    folder = tmp_path_factory.mktemp("flow")
    given = {
        "ask": ASK, "change": CHANGE, "undo": UNDO, "other": OTHER, "slow": SLOW,
        "slow_words": SLOW_WORDS, "quick": QUICK, "look": QUICK[DAY_1],
    }  # fmt: skip
    scenes = [{"scene": name, "name": name} for name in ("reload", "replies", "files")]
    together: dict[str, Any] = play(
        at_home, "flow", folder, node, chromium, scenes=scenes, **given
    )["scenes"]
    return together


PLANNED = [
    ["user_message", SLOW],
    ["tool", "Plan the days"],
    ["assistant_message", "Your 2 days in Porto are planned."],
]
WORDED = [*PLANNED, ["user_message", SLOW_WORDS], ["assistant_message", TOLD]]


def test_a_reload_while_it_is_planned_shows_the_turn_whole(flow: dict[str, Any]) -> None:
    seen = flow["reload"]
    assert seen["during"]["conversation"] == PLANNED[:2], "it was reloaded in the middle"
    assert seen["during"]["boards"] == 0
    assert seen["planned"] == seen["planned_again"] == PLANNED
    planned, again = seen["boards"]["planned"], seen["boards"]["planned_again"]
    assert len(planned["days"]) == 2 and all(len(day) >= 3 for day in planned["days"])
    assert planned["days"] == again["days"]
    assert planned["pins"] == again["pins"] == sum(map(len, planned["days"]))


def test_a_reload_while_an_answer_is_streamed_shows_it_whole(flow: dict[str, Any]) -> None:
    seen = flow["reload"]
    assert len(seen["words_before"]) < len(TOLD), "it was reloaded in the middle"
    assert seen["worded"] == seen["worded_again"] == WORDED
    for board in ("worded", "worded_again"):
        assert seen["boards"][board]["days"] == seen["boards"]["planned"]["days"]


def test_what_is_said_after_a_reload_is_answered(flow: dict[str, Any]) -> None:
    boards = flow["reload"]["boards"]
    assert boards["changed"]["changed"][0] == "Swapped day 1 and day 2."
    assert boards["changed"]["days"] != boards["worded"]["days"]


def test_a_page_that_came_back_can_stop_the_turn(flow: dict[str, Any]) -> None:
    seen = flow["reload"]
    assert seen["stopped"][: len(WORDED)] == WORDED
    assert seen["stopped"][-3:] == [
        ["user_message", SLOW], ["tool", "Plan the days"], ["assistant_message", STOPPED],
    ]  # fmt: skip
    assert seen["boards"]["stopped"]["days"] == seen["boards"]["changed"]["days"]
    assert seen["boards"]["undone"]["days"] == seen["boards"]["planned"]["days"]


def test_long_work_shows_a_list_of_what_is_done(flow: dict[str, Any]) -> None:
    """Not before it has become long, taking no room, and only while it lasts."""
    seen = flow["reload"]
    assert seen["tasks_at_once"] == 0 and seen["tasks_after"] == 0
    assert seen["tasks_narrow"] == 0
    for told in ("This takes a moment", "Understanding what you wrote", "Plan the days"):
        assert any(told in line for line in seen["tasks"]), seen["tasks"]


def test_a_quick_reply_is_said_when_it_is_pressed(flow: dict[str, Any]) -> None:
    seen = flow["replies"]
    assert {EASIER, DAY_1, "Calendar file"} <= set(seen["offered"])
    assert seen["pressed"][3:] == [
        ["user_message", QUICK[EASIER]],
        ["tool", "Change the pace"],
        ["assistant_message", "The pace is relaxed now."],
    ]
    assert seen["boards"]["pressed"]["changed"][0] == "The pace is now relaxed."
    assert seen["reloaded"] == [
        ["user_message", words] for words in (ASK, QUICK[EASIER], QUICK[DAY_1])
    ]


def test_old_quick_replies_are_gone_and_do_nothing(flow: dict[str, Any]) -> None:
    seen = flow["replies"]
    assert not {EASIER, DAY_1, "Calendar file"} & set(seen["left"])
    assert "Undo that" in seen["left"] and "Undo that" not in seen["typed"]
    assert seen["old"]["status"] == 200
    assert seen["after_old"] == seen["pressed"]


def test_quick_replies_are_there_after_a_reload(flow: dict[str, Any]) -> None:
    assert flow["replies"]["came_back"] == [
        ["user_message", UNDO], ["tool", "Undo what was changed"],
        ["assistant_message", "Taken back."],
    ]  # fmt: skip


def test_a_saved_trip_is_opened_by_its_file(flow: dict[str, Any]) -> None:
    seen, boards = flow["files"], flow["files"]["boards"]
    assert boards["opened"]["days"] == boards["first"]["days"]
    assert boards["opened"]["pins"] == boards["first"]["pins"]
    assert "3 days in Lisbon are the trip now" in seen["opened"]
    assert urlsplit(seen["opened_address"]).path.startswith("/thread/")
    assert seen["opened_address"] != seen["address"]
    assert boards["opened_again"]["days"] == boards["first"]["days"]


def test_a_broken_file_gives_one_sentence_and_changes_nothing(flow: dict[str, Any]) -> None:
    seen, boards = flow["files"], flow["files"]["boards"]
    assert len(seen["broken"]) == 3
    for told in seen["broken"]:
        assert told.count("\n") == 0 and told.endswith("."), told
        assert ". " not in told, told
    assert boards["unharmed"] == boards["opened"]


def test_a_copy_is_a_trip_of_its_own(flow: dict[str, Any]) -> None:
    seen, boards = flow["files"], flow["files"]["boards"]
    assert boards["copy"]["days"] == boards["first"]["days"]
    assert boards["copy_changed"]["days"] != boards["copy"]["days"]
    assert (
        sum(map(len, boards["copy_changed"]["days"])) == sum(map(len, boards["copy"]["days"])) - 1
    )
    assert boards["original"]["days"] == boards["first"]["days"]
    assert "3 days in Lisbon, Fri 4 Dec (copy)" in seen["side"]


def test_no_error_is_logged_in_the_page(flow: dict[str, Any]) -> None:
    assert not [line for seen in flow.values() for line in seen["errors"]]
