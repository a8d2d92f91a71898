"""Asides stand beside a wish and change nothing about its call."""

from __future__ import annotations

import random

import pytest

from finetune.asides import Asides
from finetune.filling import Filler, Message
from finetune.sources.phrasings import Phrasing
from finetune.surfaces import Surfaces

ASIDES = (
    Phrasing("tester", "aside", "{person} once lost a hat in {city}.", kind="any"),
    Phrasing("tester", "aside", "My knees predict the weather", kind="request"),
)


def beside(text: str, share: float, *, request: bool = True, draws: int = 60) -> set[str]:
    asides = Asides(Filler(Surfaces(random.Random(3)), {}), ASIDES)
    args = {"destination": "Graz", "days": 3}
    found = set()
    for _ in range(draws):
        made = asides.beside(Message(text, args, {}), share, request=request)
        assert made.args == args
        found.add(made.text)
    return found


def test_it_stands_before_inside_or_behind() -> None:
    text = "Three days in Graz. From Monday on"
    found = beside(text, 1.0)
    assert text not in found
    assert any(t.endswith(text) for t in found)
    assert any(t.startswith(text) for t in found)
    assert any(
        t.startswith("Three days in Graz. ") and t.endswith(" From Monday on") for t in found
    )


def test_the_wish_stays_word_for_word() -> None:
    found = beside("3 days in Graz", 1.0)
    assert all("3 days in Graz" in text for text in found)
    assert any("knees" in text for text in found)
    assert any("hat in " in text and "{" not in text for text in found)


def test_kinds_and_shares() -> None:
    assert beside("3 days in Graz", 0.0) == {"3 days in Graz"}
    assert not any("knees" in text for text in beside("3 days in Graz", 1.0, request=False))
    some = beside("3 days in Graz", 0.5, draws=200)
    assert "3 days in Graz" in some and len(some) > 20


def test_who_writes_small_writes_all_small() -> None:
    assert all(text.islower() for text in beside("three days in graz", 1.0))


@pytest.mark.parametrize("text", ["Graz!", "Graz?", "Graz"])
def test_sentences_are_parted(text: str) -> None:
    for made in beside(text, 1.0):
        other = made.replace(text, "", 1)
        assert other[:1] in " .,-;\n" or other[-1:] in " \n"
