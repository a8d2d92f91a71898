"""The help page, in the reader's language."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("CHAINLIT_APP_ROOT", tempfile.mkdtemp())  # Chainlit writes there on import

pytest.importorskip("chainlit")

import chainlit.server
from chainlit.markdown import get_markdown_str

from agent.help_page import speak_the_readers_language
from agent.words import LANGUAGES, words_for

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_help_page_says_the_same_in_each_language(language: str) -> None:
    """It has English's sections, what one can say as the agent understands it, and links."""
    english, other = (
        re.sub(r"(?<=\S)\n +", " ", (ROOT / name).read_text(encoding="utf-8"))
        for name in ("chainlit.md", f"chainlit_{language}.md")
    )
    for same in (r"^#+ |^- ", r'"[^"]+"', r"\[(/[^]]+)\]\(\1\)|`[^`]+`"):
        assert re.findall(same, other, re.M) == re.findall(same, english, re.M)
    ours = words_for(language).ui
    for control in ("pin", "swap", "keep_for_later", "remove", "undo", "redo", "add_place"):
        assert ours[control] in other and words_for("en").ui[control] in english, control


@pytest.mark.parametrize(
    ("tag", "title"),
    [
        ("de-AT", "Was man sagen kann"), ("es-MX", "Qué puedes decir"), ("ja", "話しかけ方"),
        ("en-US", "What you can say"), ("nl-NL", "What you can say"),
    ],
)  # fmt: skip
def test_the_help_page_is_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, tag: str, title: str
) -> None:
    monkeypatch.setattr(chainlit.server, "get_markdown_str", get_markdown_str)
    speak_the_readers_language()
    page = chainlit.server.get_markdown_str(str(ROOT), tag)
    assert page is not None and f"## {title}\n" in page
