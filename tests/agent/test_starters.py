"""What one can click instead of typing."""

from __future__ import annotations

from pathlib import Path

import pytest

import agent.words
from agent.language import other_language
from agent.starters import STARTERS
from agent.words import LANGUAGES, words_for


@pytest.mark.parametrize("language", LANGUAGES)
def test_starters_are_labelled_in_each_language(language: str) -> None:
    words = words_for(language)
    labels = [words.text(f"starters.{group.name}") for group in STARTERS]
    labels += [words.text(f"starter.{name}") for group in STARTERS for name, _ in group.messages]
    assert len({*labels}) == len(labels), "Chainlit knows them by their labels"
    assert ("Lisbon, easy" in labels) == (language == "en")


def test_starters_are_said_in_english_and_have_icons() -> None:
    icons = Path(agent.words.__file__).parents[2] / "public" / "starters"
    for group in STARTERS:
        assert group.messages and (icons / f"{group.name}.svg").is_file()
        for _, message in group.messages:
            assert message.isascii() and other_language(message) is None
