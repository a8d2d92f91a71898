"""Several people at one server, in real browsers: who comes in, and what each one sees."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from agent.chat_routes import GONE
from tests.browser.script import ASK, OTHER, PASSWORD, READY
from tests.browser.server import Server, play

TRIP, OTHER_TRIP = "3 days in Lisbon", "2 days in Rome"


@pytest.fixture(scope="module")
def house(
    in_a_house: Server, tmp_path_factory: pytest.TempPathFactory, node: str, chromium: str
) -> dict[str, Any]:
    """All that was seen in both scenes, by their names."""
    folder = tmp_path_factory.mktemp("people")
    given = {"ask": ASK, "other": OTHER, "password": PASSWORD, "user": "Cleo"}
    scenes = [{"scene": name, "name": name} for name in ("people", "settings")]
    together: dict[str, Any] = play(
        in_a_house, "house", folder, node, chromium, scenes=scenes, **given
    )["scenes"]
    return together


@pytest.fixture
def people(house: dict[str, Any]) -> dict[str, Any]:
    """All that Ann, Bob and a guest saw."""
    seen: dict[str, Any] = house["people"]
    return seen


@pytest.fixture
def settings(house: dict[str, Any]) -> dict[str, Any]:
    """All that was seen while somebody used the settings panel."""
    seen: dict[str, Any] = house["settings"]
    return seen


def test_a_wrong_password_is_refused_in_words_and_the_right_one_lets_in(
    people: dict[str, Any],
) -> None:
    assert people["refused"]["path"] == "/login"
    assert "The name or the password is not right." in people["refused"]["text"]
    assert people["boards"]["first"]["title"] == TRIP


def test_a_strangers_address_shows_nothing(people: dict[str, Any]) -> None:
    stranger = people["stranger"]
    assert stranger["boards"] == 0
    assert "There is no such trip of yours." in stranger["text"]
    assert "does not answer" not in stranger["text"]
    for words in (ASK, READY, "Lisbon", *_names(people, "first")):
        assert words not in stranger["text"]


def test_the_side_lists_ones_own_trips_alone(people: dict[str, Any]) -> None:
    assert TRIP in people["anns_side"] and OTHER_TRIP not in people["anns_side"]
    assert OTHER_TRIP in people["bobs_side"] and TRIP not in people["bobs_side"]


def test_a_strangers_page_can_do_nothing_to_a_trip(people: dict[str, Any]) -> None:
    tried = people["tried"]
    assert tried["hers"]["status"] == tried["unknown"]["status"] == tried["board"] == 404
    assert tried["his"]["told"]["response"]["ok"] is False
    assert _rows(people, "after") == _rows(people, "first")


def test_the_same_request_of_ones_own_page_does_it(people: dict[str, Any]) -> None:
    """Else the refusals above would say nothing."""
    assert people["herself"]["told"]["response"]["ok"] is True
    assert len(_rows(people, "herself")) == len(_rows(people, "first")) - 1


def test_a_link_shows_the_trip_and_no_conversation_without_a_login(people: dict[str, Any]) -> None:
    assert urlsplit(people["link"]).path.startswith("/trip/")
    for name in _names(people, "first"):
        assert name.removesuffix(" Lunch").removesuffix(" Dinner") in people["guest"]
    assert ASK not in people["guest"] and READY not in people["guest"]
    assert people["guest_home"] == "/login"


def test_a_link_that_was_ended_says_so(people: dict[str, Any]) -> None:
    """It is ended after a reload: the board still knows that the trip is shared."""
    assert people["ended"] == GONE


def _rows(people: dict[str, Any], board: str) -> list[str]:
    return [row for day in people["boards"][board]["days"] for row in day]


def _names(people: dict[str, Any], board: str) -> list[str]:
    return [row.split(" ", 1)[1] for row in _rows(people, board)]


SETTINGS = {"pace": "relaxed pace", "max_walk_minutes": "Up to 20 min", "currency": "USD"}


def test_settings_change_the_trip_and_how_it_is_told(settings: dict[str, Any]) -> None:
    first, chosen = settings["boards"]["first"], settings["boards"]["chosen"]
    assert "balanced pace" in first["head"] and "relaxed pace" in chosen["head"]
    assert "≈ $" in chosen["cost"] and "≈" not in first["cost"]
    assert " km on foot" in first["day"] and " km on foot" not in chosen["day"]
    assert " mi on foot" in chosen["day"]
    ways = re.compile(r"(?:Walk|Public transport) [^·\n]+ · [\d.,]+ (\w+)")
    assert set(ways.findall(first["day"])) <= {"m", "km"} and ways.findall(first["day"])
    assert set(ways.findall(chosen["day"])) <= {"ft", "mi"} and ways.findall(chosen["day"])
    assert "rest " in chosen["day"], "with children there is an hour's rest"
    told = " ".join(chosen["changed"])
    for words in ("pace is now relaxed", "vegetarian", "suit children", "longer than 20 minutes"):
        assert words in told
    assert sum(map(len, chosen["days"])) < sum(map(len, first["days"]))


def test_settings_hold_after_a_reload(settings: dict[str, Any]) -> None:
    boards = settings["boards"]
    for panel in ("panel", "panel_reloaded"):
        assert SETTINGS.items() <= settings[panel]["lists"].items()
        assert settings[panel]["lists"]["units"] == "Miles"
        assert settings[panel]["on"] == ["good_for_kids"]
        assert "Vegetarian" in settings[panel]["text"]
    assert boards["reloaded"]["days"] == boards["chosen"]["days"]
    assert boards["reloaded"]["cost"] == boards["chosen"]["cost"]
    assert boards["reloaded"]["day"] == boards["chosen"]["day"]


def test_settings_leave_what_is_fixed(settings: dict[str, Any]) -> None:
    boards = settings["boards"]
    assert "Fixed" in settings["fixed"]["told"]
    assert "Fixed" in settings["kept"] and "Fixed" in settings["kept_again"]
    assert boards["packed"]["days"] != boards["chosen"]["days"]
    assert boards["packed"]["changed"][0] == "The pace is now packed."
    names = [[row.split(" ", 1)[1] for row in boards[one]["days"][0]] for one in boards]
    for board, day in zip(boards, names, strict=True):
        if board != "next":
            assert settings["fixed"]["name"] in day, board


def test_settings_hold_for_the_next_trip(settings: dict[str, Any]) -> None:
    panel, board = settings["panel_new"], settings["boards"]["next"]
    assert panel["lists"] == {**SETTINGS, "pace": "packed pace", "units": "Miles"}
    assert "Vegetarian" in panel["text"] and panel["on"] == ["good_for_kids"]
    assert board["title"] == OTHER_TRIP
    assert "packed pace" in board["head"]
    assert "≈ $" in board["cost"] and " mi" in board["day"] and "rest " in board["day"]
