"""The help page in the reader's language: `chainlit_LANGUAGE.md` beside `chainlit.md`.

Chainlit looks for a file of the browser's very tag ("de-AT"), though it takes its other texts from
the language ("de") where the tag has none; here the help page is looked for as they are.
"""

from __future__ import annotations

import chainlit.server

from agent.words import words_for


def speak_the_readers_language() -> None:
    """Applies this to Chainlit's server; before it starts, once."""
    original = chainlit.server.get_markdown_str

    def page(root: str, language: str) -> str | None:
        found: str | None = original(root, words_for(language).language)
        return found

    chainlit.server.get_markdown_str = page
