"""The board by hand, in a real browser: every control, mixed with words; keyboard; tabs; languages.

The server is the real one with a scripted model; what hands do needs no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from agent.starters import STARTERS
from agent.words import words_for
from tests.browser.script import ASK, CHANGE, LONG, READY, UNDO
from tests.browser.server import DESK, PHONE, ROOT, Server, play

SIZES = {"desk": DESK, "phone": PHONE}
LANGUAGES = {
    "de-DE": ("Alle Tage", "Tag 1"),
    "fr-FR": ("Tous les jours", "Jour 1"),
    "es-ES": ("Todos los días", "Día 1"),
    "ja-JP": ("全日程", "1日目"),
}
_SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module", params=SIZES)
def touch(
    request: pytest.FixtureRequest,
    at_home: Server,
    tmp_path_factory: pytest.TempPathFactory,
    node: str,
    chromium: str,
) -> Iterator[dict[str, Any]]:
    """All that was seen when every control was used once."""
    name = str(request.param)
    folder = tmp_path_factory.mktemp(f"touch-{name}")
    seen = play(
        at_home, "touch", folder, node, chromium, name=name, size=SIZES[name],
        ask=ASK, undo=UNDO, look_for="belem", found="Belém Tower",
    )  # fmt: skip
    yield {**seen, "folder": folder}


def test_a_stop_is_fixed_and_let_go(touch: dict[str, Any]) -> None:
    told, tags = touch["fixed"]
    assert "Fixed" in told and "on day 2 at" in told
    assert "Fixed" in tags
    assert "may move again" in touch["loosened"]


def test_why_says_reason_hours_source_and_when_looked_over(touch: dict[str, Any]) -> None:
    why = touch["why"]
    assert "Open that day" in why and "Source" in why and "Looked over" in why
    assert re.search(r"\d\d:\d\d–\d\d:\d\d|all day|unknown", why)
    assert len(why.splitlines()[0]) > 20


def test_three_others_are_suggested_with_why_and_one_taken(touch: dict[str, Any]) -> None:
    assert 1 <= len(touch["suggestions"]) <= 3
    assert all(len(one.splitlines()) >= 2 for one in touch["suggestions"])
    swapped = touch["swapped"]
    name = touch["suggestions"][0].splitlines()[0].strip()
    assert "Replaced" in swapped["told"]
    assert name.split(" · ")[0].split("\n")[0][:8] in swapped["told"]
    assert swapped["place"] not in swapped["after"]


def test_earlier_and_later_change_the_order_or_say_why_not(touch: dict[str, Any]) -> None:
    changed = 0
    for shift in touch["shifts"]:
        if shift["before"] == shift["after"]:
            assert "can't" in shift["told"] or "hold" in shift["told"], shift
            continue
        changed += 1
        at, then = (shift[key].index(shift["place"]) for key in ("before", "after"))
        assert then < at if shift["name"] == "Earlier" else then > at, shift
    assert changed, touch["shifts"]


def test_a_stop_goes_to_another_day(touch: dict[str, Any]) -> None:
    assert touch["moved"]["there"]
    assert "to day 3" in touch["moved"]["told"]


def test_ideas_are_kept_and_come_back(touch: dict[str, Any]) -> None:
    idea = touch["idea"]
    assert idea["ideas"] == [idea["place"]]
    assert idea["place"] not in idea["day"]
    assert "among your ideas" in idea["told"]
    assert idea["left"] == 0, "what is planned is no idea"


def test_removed_undone_redone(touch: dict[str, Any]) -> None:
    removed = touch["removed"]
    assert removed["place"] not in removed["after"]
    assert removed["place"] in removed["undone"]
    assert removed["redone"] == removed["after"]


def test_a_place_is_found_as_one_types_and_added(touch: dict[str, Any]) -> None:
    assert touch["found"][0] == "Belém Tower"
    assert f"Added {touch['wanted']}" in touch["added"]


def test_versions_are_compared(touch: dict[str, Any]) -> None:
    assert touch["compared"]["versions"][0] == "1 change ago"
    assert touch["compared"]["versions"][-1] == "The first plan"
    assert len(touch["compared"]["versions"]) >= 8
    assert {"new", "gone"} <= set(touch["compared"]["marks"])
    told = touch["compared"]["told"]
    assert told and all(line.endswith(".") for line in told)
    assert any("no longer" in line or line.startswith("Added") for line in told), told
    back = touch["compared"]["back"]
    assert "taken back" in back["told"]
    assert (back["open"], back["problems"]) == (0, 0), "what was gone back to is not compared"


def test_every_format_is_saved_and_read_by_others(touch: dict[str, Any]) -> None:
    """Each file is there; those with a reader of somebody else's are opened by it."""
    import gpxpy
    import icalendar
    from pypdf import PdfReader

    endings = {name.rsplit(".", 1)[1] for name in touch["files"].values()}
    assert endings == {"md", "ics", "geojson", "json", "gpx", "kml", "csv", "pdf", "html"}
    by = {name.rsplit(".", 1)[1]: touch["folder"] / name for name in touch["files"].values()}
    assert all(path.stat().st_size > 300 for path in by.values())
    events = icalendar.Calendar.from_ical(by["ics"].read_bytes()).walk("VEVENT")
    assert len(events) >= 9
    assert gpxpy.parse(by["gpx"].read_text()).waypoints
    assert len(PdfReader(by["pdf"]).pages) >= 3


def test_words_undo_what_hands_did(touch: dict[str, Any]) -> None:
    by_hand, undone = touch["boards"]["by_hand"], touch["boards"]["undone"]
    assert by_hand["days"] != undone["days"]
    assert touch["boards"]["reloaded"]["days"] == undone["days"]


def test_who_has_the_link_sees_the_trip_and_no_conversation(touch: dict[str, Any]) -> None:
    assert urlsplit(touch["link"]).path.startswith("/trip/")
    assert "Lisbon" in touch["guest"] and "500" in touch["guest"]
    assert ASK not in touch["guest"] and READY not in touch["guest"]


def test_axe_finds_nothing_serious(touch: dict[str, Any]) -> None:
    assert set(touch["audit"]) == {"chat and board", "tools", "add", "compare", "take"}
    serious = {
        where: [one for one in found if one["impact"] in _SERIOUS]
        for where, found in touch["audit"].items()
    }
    told = [
        f"{where}: {one['impact']} {one['id']}: {node}"
        for where, found in serious.items()
        for one in found
        for node in one["nodes"]
    ]
    assert not told, "\n".join(told)


def test_an_icon_that_appears_has_a_name_at_once(touch: dict[str, Any]) -> None:
    assert touch["icon"] == "To the newest message"


def test_nothing_outside_and_no_error(touch: dict[str, Any]) -> None:
    kept = [u for u in touch["requests"] if not u.startswith(("data:", "blob:"))]
    assert len(kept) > 20
    assert {urlsplit(url).hostname for url in kept} == {"127.0.0.1"}
    assert touch["errors"] == []


def test_the_main_path_goes_by_keyboard_alone(
    at_home: Server, tmp_path: Path, node: str, chromium: str
) -> None:
    seen = play(at_home, "keyboard", tmp_path, node, chromium, ask=ASK)
    assert len(seen["after"]) < len(seen["before"])
    assert seen["undone"] == seen["before"]
    assert seen["outline"] != "none", "what is focused is seen"
    assert "tb-status" in seen["focus"], "the focus is not lost with what was removed"
    assert seen["closed"] == 0
    assert seen["errors"] == []


def test_two_tabs_show_one_trip(at_home: Server, tmp_path: Path, node: str, chromium: str) -> None:
    seen = play(at_home, "twoTabs", tmp_path, node, chromium, ask=ASK, change=CHANGE)
    boards = seen["boards"]
    assert boards["other_before"]["days"] != boards["here"]["days"]
    assert boards["there"]["days"] == boards["here"]["days"], "a change is seen in the other tab"
    assert boards["said"]["days"] == boards["said_there"]["days"], "what is said is, too"
    assert boards["shared"]["days"] == boards["said"]["days"]
    assert seen["earlier"] == 1, "a link that is made elsewhere brings no old plan back"
    assert "has changed since" in seen["refused"]
    assert boards["renewed"]["days"] == boards["changed"]["days"], "nothing was changed, only shown"
    assert seen["errors"] == []


@pytest.fixture(scope="module")
def abroad(
    at_home: Server, tmp_path_factory: pytest.TempPathFactory, node: str, chromium: str
) -> dict[str, Any]:
    """What was seen in each language."""
    scenes = [{"scene": "abroad", "name": one, "locale": one} for one in LANGUAGES]
    folder = tmp_path_factory.mktemp("abroad")
    seen: dict[str, Any] = play(at_home, "abroad", folder, node, chromium, scenes=scenes, ask=ASK)[
        "scenes"
    ]
    return seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_its_readers_language(abroad: dict[str, Any], language: str) -> None:
    seen = abroad[language]
    for words in LANGUAGES[language]:
        assert words in seen["text"]
    for english in ("All days", "Day 1", "Fix here", "Add a place", "Take along", "Lunch"):
        assert english not in seen["text"]
    words = words_for(language)
    assert seen["starters"][: len(STARTERS)] == [words.text(f"starters.{g.name}") for g in STARTERS]
    assert words.text("starter.lisbon") in seen["starters"]
    for key in ("step.plan_days", "key.destination", "situation.planned", "interest.art"):
        assert words.text(key) in seen["step"], key
    assert words.text("reply.easier") in seen["replies"]
    page = (ROOT / f"chainlit_{words.language}.md").read_text(encoding="utf-8")
    assert re.findall("^## (.*)$", page, re.M) == [
        line for line in seen["help"].splitlines() if f"## {line}\n" in page
    ]
    assert seen["errors"] == []


def test_a_long_trip_is_drawn_at_once(
    at_home: Server, tmp_path: Path, node: str, chromium: str
) -> None:
    seen = play(at_home, "long", tmp_path, node, chromium, ask=LONG)
    assert seen["days"] == 10
    assert sorted(seen["draws"])[2] < 300, seen["draws"]
