"""First requests say as much together as people's do, and say what they are labelled with."""

from __future__ import annotations

import re
from itertools import islice

import pytest

from finetune import fragments
from finetune.filling import Message
from finetune.kinds import WEIGHTS
from finetune.requests import RequestWriter, united, without_unit
from finetune.sources import phrasings
from finetune.sources.phrasings import Phrasing
from finetune.synthesis import Synthesizer


@pytest.fixture(scope="module")
def writer() -> RequestWriter:
    return Synthesizer(phrasings.load(), seed=5).requests


def test_a_must_and_a_hotel_come_together_about_as_often_as_people_say_both(
    writer: RequestWriter,
) -> None:
    """Of the development authors' first requests 9.5 % do; with no favoured clauses 4.8 % would."""
    drawn = [writer.wish()[0] for _ in range(1500)]
    both = sum({"must_see", "lodging"} <= set(m.args) for m in drawn) / len(drawn)
    assert 0.06 < both < 0.12
    for message in drawn:
        for name in message.args.get("must_see", ()):
            assert name.casefold() in message.text.casefold()


def test_a_clause_comes_between_sentences_or_behind(writer: RequestWriter) -> None:
    text = "Lima it is. Four of us (one is Bo). Nothing dear"
    joined = {writer._joined(text, "we sleep at the Inn") for _ in range(200)}
    assert "Lima it is. we sleep at the Inn. Four of us (one is Bo). Nothing dear" in joined
    assert "Lima it is. Four of us (one is Bo). we sleep at the Inn. Nothing dear" in joined
    assert any(one.startswith(text) for one in joined)
    alone = {writer._joined("Lima, St. Mark's?", "no stairs") for _ in range(50)}
    assert alone == {"Lima, St. Mark's? no stairs"}


@pytest.mark.parametrize(
    ("text", "days", "bare"),
    [
        ("five days, from 3 March", 5, "five, from 3 March"),
        ("We have 4 full days", 4, "We have 4"),
        ("a week, three days of it by the sea", 7, "a week, three days of it by the sea"),
        ("last time ten days, so now four days", 4, "last time ten days, so now four"),
        ("till Sunday", None, "till Sunday"),
    ],
)
def test_a_length_without_its_unit(text: str, days: int | None, bare: str) -> None:
    args = {} if days is None else {"days": days}
    assert without_unit(Message(text, args, {})) == Message(bare, args, {})


@pytest.mark.parametrize("tail", fragments.SHARES_OF_TWO)
def test_two_cities_get_their_days_behind_both(
    writer: RequestWriter, tail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fragments, "SHARES_OF_TWO", (tail,))
    cities = {"destination": "Porto", "more_destinations": ["Braga"]}
    message = Message("Porto and Braga, please!", cities, {})
    drawn = [writer._with_shares(message) for _ in range(60)]
    shared = [one for one in drawn if "days_each" in one.args]
    assert 15 < len(shared) < 45
    for one in shared:
        behind = one.text.removeprefix("Porto and Braga, please")
        assert (
            behind.startswith((", ", ": ", ". ", " - ", " (")) and len(one.args["days_each"]) == 2
        )


def test_shares_are_of_cities_in_their_order_and_where_no_length_is_said(
    writer: RequestWriter,
) -> None:
    cities = {"destination": "Porto", "more_destinations": ["Braga"]}
    lengthy = Message("Porto and Braga", {**cities, "days": 5}, {})
    turned = Message("end in Braga, begin in Porto", cities, {})
    for message in (lengthy, turned):
        assert all(writer._with_shares(message) is message for _ in range(20))


def test_a_clause_in_an_answer_takes_back_nothing(writer: RequestWriter) -> None:
    """Lists grow; what the first message said of one thing stands."""
    before = {"travellers": 2, "must_see": ["Big Ben"], "start_date": "3 May", "lodging": "Inn"}
    grown = 0
    for _ in range(300):
        answer = writer.with_clause(Message("Lima", {"destination": "Lima"}, {}), before)
        assert not {"travellers", "start_date", "lodging", "end_date"} & set(answer.args)
        both = united(before, answer.args)
        assert both["must_see"][0] == "Big Ben"
        grown += len(both["must_see"]) > 1
    assert grown


def test_what_was_said_before_the_question_is_in_the_call() -> None:
    """Openings without a city, bare numbers, and answers with a wish of their own."""
    weights = dict.fromkeys(WEIGHTS, 0.0) | {"plan_dialogue": 1.0}
    openings = [p for p in phrasings.load() if p.kind != "ask_destination"]
    said = {"travellers": 4, "interests": ["beach"]}
    openings.append(
        Phrasing("me", "reply", "the four of us, a beach", said, "ask_destination", "Where?")
    )
    source = Synthesizer(openings, seed=9, weights=weights)
    carried = bare = 0
    for dialogue in islice(source, 2000):
        args = dialogue.turns[-1].calls[0].args
        if dialogue.turns[1].text.lower().startswith("the four of us"):
            assert args["travellers"] == 4 and args["interests"][0] == "beach"
            carried += 1
        bare += bool(re.fullmatch(r"(\d+|two|three|four|five)\W*", dialogue.turns[-2].text.lower()))
        if {"days", "days_each"} <= set(args):  # an author said both, and they agree
            assert args["days"] == sum(args["days_each"])
    assert carried > 150
    assert bare  # one in a thousand
