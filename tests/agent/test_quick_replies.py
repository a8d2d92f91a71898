"""The buttons under an answer: labels in the page's language, messages in the agent's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.events import ToolCall
from agent.quick_replies import MOST, QuickReply, offers, quick_replies
from agent.words import LANGUAGES, words_for
from tests.tools.factories import planned, request
from tools.outcome import Outcome, Trip
from tools.trip import Itinerary, LeftOut


@pytest.fixture(scope="module")
def trip() -> Itinerary:
    return planned(request(days=2))


def _after(situation: str, facts: dict[str, str], language: str = "en") -> tuple[QuickReply, ...]:
    return quick_replies([Outcome(situation, facts, Trip())], None, words_for(language))


def test_a_plan_is_followed_by_what_one_would_say_next(trip: Itinerary) -> None:
    plan = [Outcome("planned", {}, Trip())]
    english, german = quick_replies(plan, trip), quick_replies(plan, trip, words_for("de"))
    assert [one.label for one in german] == [
        "Entspannter", "Wie sieht Tag 1 aus?", "Kalenderdatei",
    ]  # fmt: skip
    assert [one.message for one in german] == [one.message for one in english]
    assert english[1] == QuickReply("What is on day 1?", "what is on day 1?")


def test_a_wish_that_several_places_could_be_is_chosen_by_a_button(trip: Itinerary) -> None:
    there = trip.days[0].visits[0].place.name
    wish = LeftOut(
        "the tower",
        "it could be either",
        could_be=(there, "Belém Tower", "Clérigos Tower", "Big Ben"),
    )
    torn = replace(trip, left_out=(LeftOut("lunch on day 1", "no time"), wish))
    found = quick_replies([Outcome("planned_left_out", {}, Trip())], torn, words_for("fr"))
    assert found[:2] == (
        QuickReply("Ajouter Belém Tower", "add Belém Tower"),
        QuickReply("Ajouter Clérigos Tower", "add Clérigos Tower"),
    )
    assert len(found) == MOST and found[2].message == "make it more relaxed"


def test_what_may_have_been_meant_is_a_button() -> None:
    """A sentence for each call; none for one that no sentence stands for, and none twice."""
    calls = (
        ToolCall("set_hours", {"start": "11", "end": None, "day": None}),
        ToolCall("plan_days", {"diet": ["vegan"]}),
        ToolCall("keep_free", {"day": 2, "time": "16:00 to 17:30"}),
    )
    assert offers((*calls, calls[0])) == (
        QuickReply("Every day don't start before 11", "every day don't start before 11"),
        QuickReply("Keep 16:00 to 17:30 free on day 2", "keep 16:00 to 17:30 free on day 2"),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_stays_english(trip: Itinerary, language: str) -> None:
    words = words_for(language)
    changed = Outcome("moved", {}, Trip(), changes=("Moved it.",))
    told = [
        *quick_replies([Outcome("planned", {}, Trip())], trip, words),
        *quick_replies([changed], trip, words),
        *_after("need_days", {"city": "Lisbon"}, language),
        *_after("exported", {}, language),
    ]
    assert len(told) == MOST + 1 + 3 + 1
    assert all(one.message.isascii() and one.label for one in told)


def test_names_of_places_are_left_as_they_are() -> None:
    assert _after("ambiguous", {"option_a": "Alfama", "option_b": "Al Forno"}, "de") == (
        QuickReply("Alfama", "Alfama"), QuickReply("Al Forno", "Al Forno"),
    )  # fmt: skip
    assert _after("unknown_place", {"suggestion": "Alfama"}, "de") == (
        QuickReply("Alfama", "I meant Alfama"),
    )
    assert _after("unknown_city", {"city_a": "Porto"}, "de") == (
        QuickReply("Stattdessen Porto", "then Porto instead"),
    )


def test_days_are_counted_as_the_language_does() -> None:
    assert [one.label for one in _after("need_days", {}, "ja")] == ["2日間", "3日間", "5日間"]
    assert [one.message for one in _after("need_days", {}, "ja")] == ["2 days", "3 days", "5 days"]


def test_a_question_or_nothing_has_no_buttons() -> None:
    assert quick_replies([], None) == () == _after("weather", {"city": "Lisbon"})
