"""Answers are kept when the facts bear them out, and replaced by plain ones when not."""

from __future__ import annotations

import pytest

from agent.dialogue.grounding import grounded
from agent.dialogue.phrases import GREETING, STANDING, plain_answer, templates
from tools.outcome import SITUATIONS, Outcome, Trip

PLANNED = Outcome(
    "planned",
    {"city": "Lisbon", "days": "3 days", "start": "Fri 4 Dec 2026", "day1_a": "Belém Tower",
     "day1_b": "Jerónimos Monastery", "day2_a": "Alfama", "cost": "82 EUR"},
    Trip(),
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Your Lisbon plan is ready: Belém Tower first, then Jerónimos Monastery.",
        "Three days? Here they are: Alfama on day 2, 82 EUR in all.",
        "Belém Tower opens the trip on Fri 4 Dec 2026. Shall I change anything?",
    ],
)
def test_true_answers_stay(text: str) -> None:
    """Names and figures of the facts may be said in any words."""
    assert grounded(text, [PLANNED], "3 days in Lisbon, day 2 slow") == text


@pytest.mark.parametrize(
    "text",
    [
        "Your Lisbon plan starts at Sintra Palace.",
        "Belém Tower first, for 99 EUR.",
        "Rome is planned.",
        "You see Belem Tower at 10:15.",
        "You begin on Sat 5 Dec 2026.",
        "日本 is lovely.",
        "",
        "and so on and so on and so on and so on and so on and so on",
    ],
)
def test_invented_names_and_figures_do_not(text: str) -> None:
    """A place, price, date or script that no fact holds, emptiness, and endless repeats."""
    assert grounded(text, [PLANNED], "Lisbon") is None


def test_what_must_be_told_is_demanded() -> None:
    """A refusal has to give its reason, a plan with something left out has to name it."""
    cannot = Outcome("cannot", {"reason": "the trip has days 1 to 3"}, Trip())
    assert grounded("Sorry, that can't be.", [cannot]) is None
    assert grounded("Sorry, the trip has days 1 to 3.", [cannot]) is not None
    left = Outcome(
        "planned_left_out", {**PLANNED.facts, "left_out": "Oceanarium", "reason": "closed"}, Trip()
    )
    assert grounded("Lisbon is planned: Belém Tower first.", [left]) is None


def test_a_no_is_not_told_as_a_yes() -> None:
    """Names and figures agree, and still the traveller would stand before a shut door."""
    facts = {
        "place": "Louvre Museum",
        "day": "Tue 24 Nov 2026",
        "next": "Wed 25 Nov 2026, 09:00-21:00",
    }
    closed = Outcome("closed", facts, Trip())
    assert grounded("Louvre Museum is open on Tue 24 Nov 2026.", [closed]) is None
    assert grounded("Louvre Museum is closed on Tue 24 Nov 2026.", [closed]) is not None
    opened = Outcome(
        "open", {"place": "Not Far Bar", "day": "Tue 24 Nov 2026", "hours": "all day"}, Trip()
    )
    assert grounded("Not Far Bar is closed on Tue 24 Nov 2026.", [opened]) is None
    assert grounded("Not Far Bar is open on Tue 24 Nov 2026, all day.", [opened]) is not None


def test_a_forecast_is_not_told_as_what_is_usual() -> None:
    """The same figures are of those very days, not of any year's month."""
    facts = {"city": "Lisbon", "month": "24 to 26 November", "high": "16 °C", "low": "9 °C"}
    forecast = Outcome("forecast", facts, Trip())
    usual = "On average 24 to 26 November in Lisbon means 16 °C, 9 °C at night."
    assert grounded(usual, [forecast]) is None
    assert grounded(usual, [Outcome("weather", facts, Trip())]) == usual
    told = "The forecast for Lisbon, 24 to 26 November: 16 °C by day, 9 °C at night."
    assert grounded(told, [forecast]) == told


def test_the_figure_that_was_asked_for_is_said() -> None:
    """An amount without its result is no answer."""
    facts = {"amount": "50 USD", "result": "44.75 EUR", "as_of": "2026-10-30"}
    converted = Outcome("converted", facts, Trip())
    assert grounded("50 USD, by the rates of 2026-10-30.", [converted]) is None
    assert grounded("50 USD is about 44.75 EUR (rates of 2026-10-30).", [converted]) is not None


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_has_a_plain_answer_that_is_grounded(situation: str) -> None:
    """With all its facts, and with only what it can't do without, each situation can be told."""
    values = {
        "days": "3 days", "start": "Fri 4 Dec 2026", "day": "day 2", "day2": "day 3",
        "time": "10:15",
        "cost": "82 EUR", "budget": "100 EUR", "n": "7", "reason": "it is closed on those dates",
        "category": "museums", "pace": "relaxed", "interests": "art and food", "lat": "1.0",
        "lon": "2.0", "people": "5 people",
    }  # fmt: skip
    facts = {key: values.get(key, f"Place {key.title()}") for key in SITUATIONS[situation]}
    outcome = Outcome(situation, facts, Trip())
    said = plain_answer([outcome])
    assert said != GREETING and "{" not in said
    assert grounded(said, [outcome]) == said
    assert situation in templates()


def test_nothing_done_is_a_greeting() -> None:
    """Without outcomes the plain answer asks for what a plan needs."""
    assert plain_answer([]) == GREETING
    assert plain_answer([], trip=True) == STANDING


def test_small_talk_may_not_name_places() -> None:
    """Words about nothing in particular stand; a place out of the blue does not."""
    assert grounded("You're welcome! Have a lovely time.", [], "thanks") is not None
    assert grounded("You should see the Hagia Sophia!", [], "thanks") is None


def test_what_has_to_be_asked_is_asked() -> None:
    """Nothing was planned while days are missing: an answer that asks nothing would hide that."""
    missing = Outcome("need_days", {"city": "Rome"}, Trip())
    assert grounded("Rome is planned from now on.", [missing], "Rome") is None
    assert grounded("How many days in Rome?", [missing], "Rome") is not None


def test_what_is_open_at_other_hours_is_not_closed_on_that_day() -> None:
    facts = {"place": "Old Mill", "day": "Fri 28 May", "time": "22:00", "hours": "10:00-18:00"}
    outcome = Outcome("closed", facts, Trip())
    assert grounded("Old Mill is closed on Fri 28 May.", [outcome]) is None
    said = "Not at 22:00: on Fri 28 May Old Mill is open 10:00-18:00."
    assert grounded(said, [outcome]) == said
