"""What a step says, in the language of the page."""

from __future__ import annotations

from typing import get_args

import pytest

from agent.chat_words import asked, plain, title, told
from agent.events import ToolCall
from agent.words import LANGUAGES, words_for
from tools.arguments import ExportTrip, LookUp
from tools.catalog import CATALOG
from tools.outcome import SITUATIONS, Outcome, Trip
from tools.place import Category, Diet, Interest
from tools.trip import Pace

PLAN = ToolCall(
    "plan_days",
    {
        "destination": "Lisbon",
        "days": 3,
        "start_date": "next Friday",
        "interests": ["art", "local_life"],
        "pace": "relaxed",
        "good_for_kids": True,
    },
)
PLANNED = {
    "city": "Lisbon", "days": "3 days", "start": "Fri 4 Dec 2026", "day1_a": "*Bold*",
    "cost": "1240 EUR",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tool_argument_and_outcome_has_its_words(language: str) -> None:
    texts = words_for(language).texts
    arguments = {name for tool in CATALOG for name in tool.arguments.model_fields}
    kinds = {"interest": Interest, "category": Category, "diet": Diet, "value": Pace}
    needed = {f"step.{tool.name}" for tool in CATALOG} | {f"key.{name}" for name in arguments}
    needed |= {f"{kind}.{one.value}" for kind, enum in kinds.items() for one in enum}
    needed |= {f"format.{one}" for one in get_args(ExportTrip.model_fields["format"].annotation)}
    needed |= {f"value.{one}" for one in get_args(LookUp.model_fields["topic"].annotation)}
    needed |= {f"situation.{one}" for one in SITUATIONS}
    assert needed - texts.keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_is_named(language: str) -> None:
    words = words_for(language)
    named = {text for key, text in words.texts.items() if key.startswith("key.")}
    named |= {words.text("key.day_number", number=day) for day in (1, 2)}
    for situation, keys in SITUATIONS.items():
        lines = told("", Outcome(situation, dict.fromkeys(keys, "x"), Trip()), words).splitlines()
        shown = {line.removeprefix("- ").removesuffix(": x") for line in lines[2:]}
        assert shown <= named, situation
        assert bool(shown) == bool(keys)


def test_who_joins_is_shown_behind_a_sign() -> None:
    joining = ToolCall("plan_days", {"travellers": ["+", "sister", "Bernd"]})
    assert asked(joining) == "- travellers: + sister, Bernd"
    shown = told("", Outcome("party", {"people": "1 person"}, Trip()), words_for("de"))
    assert "- Personen: 1 Person" in shown


def test_a_step_in_german() -> None:
    german = words_for("de")
    assert title(PLAN, german) == "Die Tage planen"
    assert asked(PLAN, german).splitlines() == [
        "- Ziel: Lisbon",
        "- Tage: 3",
        "- Erster Tag: next Friday",
        "- Interessen: Kunst, Alltagsleben",
        "- Tempo: entspannt",
        "- mit Kindern: ja",
    ]
    assert told("", Outcome("planned", PLANNED, Trip()), german).splitlines() == [
        "**Geplant**",
        "",
        "- Stadt: Lisbon",
        "- Tage: 3 Tage",
        "- Beginn: Fr, 4. Dez. 2026",
        "- Tag 1: \\*Bold\\*",
        "- Kosten: 1.240\xa0€",
    ]


def test_a_step_in_japanese() -> None:
    japanese = words_for("ja")
    swap = ToolCall("swap_days", {"day": 1, "other_day": 2})
    assert title(swap, japanese) == "1日目と2日目を入れ替える"
    swapped = Outcome("swapped", {"day": "day 1", "day2": "day 2"}, Trip())
    assert told("", swapped, japanese).splitlines()[2:] == ["- 日: 1日目", "- もう一方の日: 2日目"]


def test_facts_of_a_fixed_list_are_told_in_the_pages_language() -> None:
    way = {"origin": "Chiado", "destination": "Belém Tower", "minutes": "25 minutes"}
    french = told("", Outcome("way", {**way, "mode": "on foot"}, Trip()), words_for("fr"))
    assert french.splitlines()[2:] == [
        "- départ: Chiado", "- destination: Belém Tower", "- durée: 25 min",
        "- moyen de transport: à pied",
    ]  # fmt: skip


def test_a_price_that_was_asked_for_is_not_converted() -> None:
    """Only what a trip costs is told in the traveller's currency, too."""
    facts = {"amount": "100 USD", "result": "93 EUR"}
    assert "- amount: 100 USD\n- result: 93 EUR" in told("", Outcome("converted", facts, Trip()))


def test_a_call_that_lacks_what_its_title_names_has_one() -> None:
    assert title(ToolCall("add_place", {})) == "Add …"
    assert title(ToolCall("add_place", {}), words_for("de")) == "… hinzufügen"


def test_what_the_model_makes_up_is_shown_as_it_wrote_it() -> None:
    call = ToolCall("book_hotel", {"star_rating": 5, "pace": "as_slow_as_can_be"})
    assert title(call, words_for("de")) == "Book hotel"
    assert asked(call, words_for("de")) == "- star rating: 5\n- Tempo: as slow as can be"


def test_a_long_title_is_cut() -> None:
    named = title(ToolCall("add_place", {"place": "x" * 90}))
    assert len(named) == 80 and named.endswith("…")


def test_a_step_in_english_is_as_the_tools_say_it() -> None:
    call = ToolCall("swap_days", {"day": 1, "other_day": 2})
    assert title(call) == "Swap day 1 and day 2"
    assert asked(call) == "- day: 1\n- other day: 2"
    lines = told("", Outcome("planned", PLANNED, Trip())).splitlines()
    assert lines[:3] == ["**Planned**", "", "- city: Lisbon"]
    assert lines[4:6] == ["- start: Fri 4 Dec 2026", "- day 1: \\*Bold\\*"]


def test_a_refusal_is_told_in_the_tools_words() -> None:
    assert told("No <such> day.", None, words_for("de")) == "No \\<such\\> day."


def test_markdown_in_names_is_shown_and_not_read() -> None:
    assert plain("[x](http://e) <b>`_") == "\\[x\\]\\(http://e\\) \\<b\\>\\`\\_"


def test_what_was_given_up_is_read_once() -> None:
    """It is a change, and a note for the answer."""
    gone, other = "Zoo was fixed to day 2 at 12:30 and is no longer.", "Rates are of Monday."
    shown = told("", Outcome("moved", {}, Trip(), changes=(gone,), notes=(gone, other)))
    assert shown.count("12:30") == 1 and "of Monday" in shown
