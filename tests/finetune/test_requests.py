"""First requests say as much together as people's do, and every argument stands in the text."""

from __future__ import annotations

import pytest

from finetune.filling import Message
from finetune.requests import RequestWriter
from finetune.sources import phrasings
from finetune.synthesis import Synthesizer


@pytest.fixture(scope="module")
def writer() -> RequestWriter:
    return Synthesizer(phrasings.load(), seed=5).requests


def test_a_must_and_a_hotel_come_together_about_as_often_as_people_say_both(
    writer: RequestWriter,
) -> None:
    """Once in ten first requests of the development authors, who never saw the phrasings."""
    drawn = [writer.wish()[0] for _ in range(1500)]
    both = sum({"must_see", "lodging"} <= set(m.args) for m in drawn) / len(drawn)
    assert 0.04 < both < 0.12
    for message in drawn:
        for name in message.args.get("must_see", ()):
            assert name in message.text


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
        ("a week, three days of it by the sea", 7, "a week, three of it by the sea"),
        ("till Sunday", None, "till Sunday"),
    ],
)
def test_a_length_without_its_unit(
    writer: RequestWriter, text: str, days: int | None, bare: str
) -> None:
    args = {} if days is None else {"days": days}
    assert writer.without_unit(Message(text, args, {})) == Message(bare, args, {})


def test_two_cities_get_their_days_behind_both(writer: RequestWriter) -> None:
    message = Message(
        "Porto and Braga, please!", {"destination": "Porto", "more_destinations": ["Braga"]}, {}
    )
    drawn = [writer._with_shares(message) for _ in range(100)]
    shared = [one for one in drawn if "days_each" in one.args]
    assert 25 < len(shared) < 75
    for one in shared:
        assert one.text.startswith("Porto and Braga, please") and len(one.args["days_each"]) == 2
    lengthy = Message(message.text, {**message.args, "days": 5}, {})
    assert all(writer._with_shares(lengthy) is lengthy for _ in range(20))
